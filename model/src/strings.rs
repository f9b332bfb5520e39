//! Which string values of a document hold something that a fast scan of text finds.

use apiward_syntax::{Kind, Node, Symbol, Tree};

/// The string values below `root`, in document order, in whose text `offsets` finds something: it gives where,
/// ascending. Keys, comments and `$ref` texts are no values; a string that aliases repeat is given once.
///
/// Nearly all text of a document stands in its source as it is, so the source is scanned as a whole and only strings
/// that escapes or folding made are scanned one by one. What is found in the source may go beyond the string's end.
pub(crate) fn strings_with<'t, I: Iterator<Item = usize>>(
    root: Node<'t>,
    mut offsets: impl FnMut(&'t str) -> I,
) -> Vec<Node<'t>> {
    let tree = root.tree();
    let reference = tree.symbol("$ref");
    let span = root.span();
    let source = tree.source().get(span.start as usize..span.end as usize).unwrap_or_default();
    let mut found: Vec<Node<'t>> = offsets(source)
        .filter_map(|at| string_around(tree, span.start as usize + at))
        .filter(|node| root.contains(node.id()) && is_value(*node, reference))
        .collect();
    let rewritten = root.descendants().filter(|node| !node.is_verbatim() && is_value(*node, reference));
    found.extend(rewritten.filter(|node| offsets(node.text()).next().is_some()));
    found.sort_unstable_by_key(|node| node.id());
    found.dedup_by_key(|node| node.id());
    found
}

/// The string values below `root`, in document order.
pub(crate) fn strings(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let reference = root.tree().symbol("$ref");
    root.descendants().filter(move |node| is_value(*node, reference))
}

fn is_value(node: Node<'_>, reference: Option<Symbol>) -> bool {
    node.kind() == Kind::String && !node.is_alias() && (reference.is_none() || node.key_symbol() != reference)
}

/// The innermost node whose value covers an offset and stands in the source as it is; nothing for a key.
fn string_around(tree: &Tree, offset: usize) -> Option<Node<'_>> {
    let offset = u32::try_from(offset).ok()?;
    let node = tree.node_at(offset)?;
    node.text_span().filter(|span| span.start <= offset && offset < span.end).map(|_| node)
}
