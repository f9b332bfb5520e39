//! The properties of a schema near its top.

use apiward_model::{Api, Merged, Node};
use foldhash::{HashSet, HashSetExt};

/// Levels that are read: the properties of the root are the first.
pub(super) const DEPTH: usize = 3;

/// The schema, and in place of an array its items.
pub(super) fn without_arrays<'a>(api: &Api<'a>, schema: Node<'a>) -> Merged<'a> {
    let mut merged = Merged::of(api, schema);
    for _ in 0..DEPTH {
        match merged.get("items").filter(|_| merged.is_array()) {
            Some(items) => merged = Merged::of(api, items),
            None => break,
        }
    }
    merged
}

/// The properties of the first levels with their schemas; items of arrays add no level.
pub(super) fn properties<'a>(api: &Api<'a>, schema: Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let mut found = Vec::new();
    let mut level = vec![schema];
    let mut seen = HashSet::new();
    for _ in 0..DEPTH {
        // What refers back to itself is read once.
        level.retain(|schema| seen.insert(schema.target_or_none().unwrap_or(*schema).place()));
        let inner: Vec<(&str, Node<'a>)> =
            level.iter().flat_map(|schema| without_arrays(api, *schema).properties()).collect();
        level = inner.iter().map(|(_, node)| *node).collect();
        found.extend(inner);
    }
    found
}
