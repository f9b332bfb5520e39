//! Values that a description shows, and the names that they stand under.

use apiward_model::{Api, Context, FileId, Node, Place};

/// Keywords that show or set a value.
const SHOWING: [&str; 4] = ["example", "examples", "default", "const"];

/// True for a value of `example`, `examples`, `default` or `const`, or the only member of an `enum`.
pub(super) fn is_shown(node: Node<'_>) -> bool {
    let contexts = node.file().contexts();
    if !contexts.is_data(node.raw().id()) {
        return false;
    }
    let mut top = node;
    while let Some(parent) = top.parent().filter(|parent| contexts.is_data(parent.raw().id())) {
        top = parent;
    }
    let key = top.key().unwrap_or_default();
    let of_example = || {
        top.parent()
            .is_some_and(|holder| matches!(contexts.of(holder.raw().id()), Context::Example | Context::Examples))
    };
    SHOWING.contains(&key) || key == "enum" && top.count() == 1 || !key.starts_with("x-") && of_example()
}

/// The name that a value stands under: inside an example the nearest key, else that of the property, parameter, header
/// or extension that shows it.
pub(super) fn name_of(node: Node<'_>) -> Option<&str> {
    let contexts = node.file().contexts();
    let mut around = std::iter::successors(Some(node), |node| node.parent());
    let mut example = None;
    around.find_map(|part| {
        // A parameter has its name in a field.
        if part.get("in").is_some()
            && let Some(name) = part.get_str("name")
        {
            return Some(name);
        }
        let key = part.key()?;
        let in_data = contexts.is_data(part.raw().id())
            && part.parent().is_some_and(|parent| contexts.is_data(parent.raw().id()));
        let of_examples = part.parent().is_some_and(|map| contexts.of(map.raw().id()) == Context::Examples);
        if of_examples {
            example = Some(key);
        }
        // A shared example has no other name than its own.
        if example.is_some() && key == "components" {
            return example;
        }
        let wraps =
            SHOWING.contains(&key) || ["enum", "value", "dataValue", "schema", "items", "content"].contains(&key);
        (in_data || !wraps && !of_examples && !key.contains('/')).then_some(key)
    })
}

/// The shown scalar values of the description, those of other documents of a stream left out.
pub(super) fn values<'r, 'a>(
    api: &'r Api<'a>,
    counts: impl Fn(apiward_syntax::Node<'_>) -> bool + Copy + 'r,
) -> impl Iterator<Item = Node<'a>> + 'r {
    api.files.iter().flat_map(move |(file, content)| {
        let own = move |node: &apiward_syntax::Node<'_>| file != FileId::ROOT || api.root.contains(node.id());
        let contexts = content.contexts();
        // What is no data shows nothing, and most nodes are none.
        let shown = move |node: &apiward_syntax::Node<'_>| contexts.is_data(node.id()) && !node.is_alias();
        let nodes = content.tree.nodes().filter(move |node| shown(node) && counts(*node) && own(node));
        nodes.map(move |node| api.node(Place { file, node: node.id() })).filter(|node| is_shown(*node))
    })
}
