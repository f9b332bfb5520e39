//! How paths name the objects that calls are about.

use apiward_model::predicate::PathShape;
use apiward_model::words::FIXED_SET_SEGMENTS;
use apiward_model::{Api, Merged, Node};

/// A number that is neither listed nor below a thousand.
pub(crate) fn is_open_number(api: &Api<'_>, schema: Node<'_>) -> bool {
    let merged = Merged::of(api, schema);
    let bound = |key: &str| {
        merged.get(key).filter(|node| node.as_bool().is_none()).and_then(|node| node.text().parse::<f64>().ok())
    };
    let small = bound("maximum").is_some_and(|most| most < 1000.0)
        || bound("exclusiveMaximum").is_some_and(|most| most <= 1000.0);
    !small && !merged.is_enumerated() && is_number(api, &merged)
}

fn is_number(api: &Api<'_>, merged: &Merged<'_>) -> bool {
    let numeric = |name: &str| matches!(name, "integer" | "number");
    let types: Vec<&str> = merged.types().filter(|name| *name != "null").collect();
    if !types.is_empty() {
        return types.iter().any(|name| numeric(name)) && !types.contains(&"string");
    }
    let branches: Vec<Node<'_>> =
        ["oneOf", "anyOf"].iter().filter_map(|key| merged.get(key)).flat_map(Node::items).collect();
    let kinds: Vec<Vec<&str>> = branches.iter().map(|branch| Merged::of(api, *branch).types().collect()).collect();
    let mut told = kinds.iter().filter(|types| **types != ["null"]).peekable();
    told.peek().is_some() && told.all(|types| !types.is_empty() && types.iter().all(|name| numeric(name)))
}

/// Whether the segment before the parameter names a collection that is small by nature.
pub(crate) fn is_behind_fixed_set(path: &PathShape<'_>, name: &str) -> bool {
    path.segments().windows(2).any(|pair| pair[1].parameter == Some(name) && pair[0].is(&FIXED_SET_SEGMENTS))
}
