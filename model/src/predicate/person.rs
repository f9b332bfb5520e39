//! Whether an object speaks of a human being.

use crate::lexicon::Tokens;
use crate::node::Node;
use crate::schema::Schema;
use crate::words::PERSON_WORDS;

/// `person_like(object)` for the object that holds a property: the name of the definition or AsyncAPI message that the
/// object is, or of another property of it, says so. What only the path of an operation says is not read.
pub fn speaks_of_a_person(property: &Schema<'_>) -> bool {
    let Some(siblings) = property.siblings() else { return false };
    let speaks = |name: &str| PERSON_WORDS.matches_word(&Tokens::new(name));
    let holder = siblings.parent().and_then(holder_name);
    holder.is_some_and(speaks) || siblings.entries().any(|(name, node)| node != property.node && speaks(name))
}

/// The name of the definition or message that directly holds an object, branches of `allOf` looked through.
fn holder_name(object: Node<'_>) -> Option<&str> {
    let mut node = object;
    while let Some(parent) = node.parent() {
        match node.key() {
            Some("payload") => return message_name(parent),
            // AsyncAPI 3 wraps the schema of a payload to tell its format.
            Some("schema") if parent.key() == Some("payload") => return parent.parent().and_then(message_name),
            Some(name) => {
                let maps = ["schemas", "definitions", "$defs"];
                return parent.key().filter(|key| maps.contains(key)).map(|_| name);
            }
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
