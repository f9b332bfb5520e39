//! Whether an object speaks of a human being.

use crate::lexicon::Tokens;
use crate::node::Node;
use crate::predicate::path::PathShape;
use crate::schema::Schema;
use crate::words::PERSON_WORDS;

/// `person_like(object)` for the object that holds a property: the name of the definition or AsyncAPI message that the
/// object is, or of another property of it, says so; of an object that is written inline the path or channel that it
/// stands below.
pub fn speaks_of_a_person(property: &Schema<'_>) -> bool {
    let Some(siblings) = property.siblings() else { return false };
    let speaks = |name: &str| PERSON_WORDS.matches_word(&Tokens::new(name));
    let object = siblings.parent();
    object.and_then(holder_name).is_some_and(speaks)
        || siblings.entries().any(|(name, node)| node != property.node && speaks(name))
        || object.is_some_and(|object| stands_below(object, speaks))
}

/// Maps whose members are definitions of schemas.
const DEFINITIONS: [&str; 3] = ["schemas", "definitions", "$defs"];

/// True when the path or channel that an inline schema stands below speaks of a person: the last segment of a path that
/// is no parameter, any segment of the address of a channel.
fn stands_below(object: Node<'_>, speaks: impl Fn(&str) -> bool) -> bool {
    for node in std::iter::successors(Some(object), |node| node.parent()) {
        let (Some(map), Some(key)) = (node.parent(), node.key()) else { continue };
        let at_root = || map.parent().is_some_and(|root| root.parent().is_none());
        match map.key() {
            Some(name) if DEFINITIONS.contains(&name) => return false,
            Some("paths") if at_root() => {
                return PathShape::of_path(key).last_literal().is_some_and(|segment| speaks(segment.text));
            }
            Some("channels") if at_root() => {
                let address = PathShape::of_address(node.get_str("address").unwrap_or(key));
                return address.segments().iter().any(|segment| segment.parameter.is_none() && speaks(segment.text));
            }
            _ => {}
        }
    }
    false
}

/// The name of the definition or message that directly holds an object, branches of `allOf` looked through.
fn holder_name(object: Node<'_>) -> Option<&str> {
    let mut node = object;
    while let Some(parent) = node.parent() {
        match node.key() {
            Some("payload") => return message_name(parent),
            // AsyncAPI 3 wraps the schema of a payload to tell its format.
            Some("schema") if parent.key() == Some("payload") => return parent.parent().and_then(message_name),
            Some(name) => return parent.key().filter(|key| DEFINITIONS.contains(key)).map(|_| name),
            None => {}
        }
        node = parent.parent()?;
    }
    None
}

/// The name of an AsyncAPI message: `name`, else its key in a map of messages.
fn message_name(message: Node<'_>) -> Option<&str> {
    let in_map = || message.parent().is_some_and(|map| map.key() == Some("messages"));
    message.get_str("name").or_else(|| message.key().filter(|_| in_map()))
}
