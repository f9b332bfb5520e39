//! What holds for every tree, however broken the text it was read from. The fuzz targets check it too.

use apiward_syntax::{Limits, Node, ParseError, Parsed, Span, Tree, to_json_line};

/// Trees with more nodes have no pointer made for each of them: a pointer costs as much as its node's siblings.
const POINTERS: usize = 2_000;

/// Panics when the outcome of reading a text breaks a promise of the crate.
pub(crate) fn check(parsed: &Parsed) {
    let tree = &parsed.tree;
    if let Some(error) = &parsed.error {
        check_error(error, tree.source());
    }
    let mut before = 0;
    for node in tree.nodes() {
        check_node(node);
        let start = start_of(node);
        assert!(before <= start, "nodes are in document order: {node:?}");
        before = start;
    }
    check_documents(tree);
    let limits = Limits { alias_visits: 10_000, ..Limits::default() };
    check_extras(tree);
    for document in tree.documents() {
        if tree.len() <= POINTERS {
            check_pointers(document);
        }
        if let Ok(line) = to_json_line(document, &limits) {
            let value = serde_json::from_str::<serde_json::Value>(&line);
            // A number may be too large for that reader, and nothing else be wrong.
            assert!(value.as_ref().err().is_none_or(|error| error.to_string().contains("range")), "{value:?}: {line}");
        }
    }
}

fn check_error(error: &ParseError, source: &str) {
    assert!(source.is_char_boundary(error.offset as usize), "{error:?} in {} bytes", source.len());
    assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{error:?}");
    assert!(error.message.len() < 300, "{error:?}");
}

fn start_of(node: Node<'_>) -> u32 {
    node.key_span().map_or(node.span().start, |key| key.start)
}

fn check_span(source: &str, span: Span) {
    assert!(span.start <= span.end && source.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

fn check_node(node: Node<'_>) {
    let source: &str = node.tree().source();
    check_span(source, node.span());
    if let Some(key) = node.key_span() {
        check_span(source, key);
        assert!(key.end <= node.span().start, "a key stands before its value: {node:?}");
    }
    if let Some(parent) = node.parent() {
        assert!(parent.id() < node.id() && parent.contains(node.id()));
        assert_eq!(node.key().is_some(), parent.is_mapping(), "{node:?}");
        let outer = parent.span();
        assert!(outer.start <= start_of(node) && node.span().end <= outer.end, "{node:?} lies outside of {parent:?}");
    }
    if node.is_alias() {
        let target = node.resolved();
        assert!(!target.is_alias() && target.id() < node.id());
        return;
    }
    assert_eq!(node.resolved().id(), node.id());
    assert_eq!(node.count(), node.children().count());
    for (left, right) in node.children().zip(node.children().skip(1)) {
        assert!(left.span().end <= start_of(right), "{left:?} reaches into {right:?}");
        assert!(left.descendants().len() == right.id().index() - left.id().index());
    }
    if let Some(span) = node.text_span() {
        assert_eq!(source.get(span.start as usize..span.end as usize), Some(node.text()), "{node:?}");
    }
}

fn check_documents(tree: &Tree) {
    let mut past = 0;
    for (number, document) in tree.documents().enumerate() {
        assert_eq!(document.id().index(), past, "documents lie one behind the other");
        assert!(document.parent().is_none() && document.key().is_none());
        past += document.descendants().len();
        assert_eq!(tree.document_of(document.id()), number);
    }
    assert_eq!(past, tree.len());
}

fn check_extras(tree: &Tree) {
    let source: &str = tree.source();
    let mut past = 0;
    for comment in tree.comments() {
        assert!(past <= comment.span.start, "comments are in order");
        past = comment.span.end;
        let text = source.get(comment.span.start as usize..past as usize).unwrap_or_default();
        assert!(text.starts_with('#') && !text.contains(['\n', '\r']), "{text:?}");
    }
    for duplicate in tree.duplicate_keys() {
        let (first, again) = (tree.node(duplicate.first), tree.node(duplicate.again));
        assert!(first.id() < again.id() && first.parent() == again.parent() && first.key() == again.key());
    }
    for anchor in tree.anchors() {
        assert!(!tree.node(anchor.node).is_alias());
    }
}

fn check_pointers(document: Node<'_>) {
    for node in document.descendants() {
        let pointer = node.pointer();
        // Of equal keys the last is found, of merge keys the first.
        let shadowed = pointer.contains("/<<") || !node.tree().duplicate_keys().is_empty();
        assert!(shadowed || document.at_pointer(&pointer) == Some(node), "{pointer:?}");
        let span = node.span();
        if !span.is_empty() && node.count() == 0 && !node.is_alias() {
            assert_eq!(node.tree().node_at(span.start), Some(node), "{pointer:?}");
        }
    }
}
