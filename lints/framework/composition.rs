//! Schemas as they are composed: what `$ref`, `allOf`, `anyOf` and `oneOf` bring together.

use apiward_model::Node;
use foldhash::HashSet;

/// Schemas that one look takes in; a composition of more is no longer written by hand.
const MOST: usize = 256;

/// The schema itself and every schema that it is composed of, each once and 256 at most: behind `$ref` (whose siblings
/// count too) and in the branches of `allOf`, `anyOf` and `oneOf`.
pub fn composed(schema: Node<'_>) -> Vec<Node<'_>> {
    let mut found = vec![schema];
    let mut seen = HashSet::from_iter([schema.place()]);
    let mut next = 0;
    while let Some(&node) = found.get(next) {
        next += 1;
        let target = node.target_or_none();
        let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| node.get(key)).flat_map(Node::items);
        for part in target.into_iter().chain(branches).take(MOST) {
            if found.len() < MOST && seen.insert(part.place()) {
                found.push(part);
            }
        }
    }
    found
}

/// The definitions of a property in the schemas that a schema is composed of, in the order of [`composed`].
pub fn properties_named<'a>(schema: Node<'a>, name: &str) -> Vec<Node<'a>> {
    let maps = composed(schema).into_iter().filter_map(Node::properties);
    maps.filter_map(|map| map.get(name)).collect()
}
