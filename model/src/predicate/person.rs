//! Whether an object speaks of a human being.

use crate::lexicon::Tokens;
use crate::node::Node;
use crate::schema::Schema;
use crate::words::PERSON_WORDS;

/// `person_like(object)` for the object that holds a property: the name of the definition that the object is, or of
/// another property of it, says so. What only the path of an operation says is not read.
pub fn speaks_of_a_person(property: &Schema<'_>) -> bool {
    let Some(siblings) = property.siblings() else { return false };
    let speaks = |name: &str| PERSON_WORDS.matches_word(&Tokens::new(name));
    let holder = siblings.parent().and_then(definition_name);
    holder.is_some_and(speaks) || siblings.entries().any(|(name, node)| node != property.node && speaks(name))
}

/// The name of the definition that directly holds an object, branches of `allOf` looked through.
fn definition_name(object: Node<'_>) -> Option<&str> {
    let mut node = object;
    while let Some(parent) = node.parent() {
        if node.key().is_some() {
            let maps = ["schemas", "definitions", "$defs"];
            return node.key().filter(|_| parent.key().is_some_and(|key| maps.contains(&key)));
        }
        node = parent.parent()?;
    }
    None
}
