//! What stands in brackets: JSON, and the flow style of YAML.

use super::{TextEdit, end, range, source, start};
use crate::tree::Node;

/// True for a collection that is written in brackets.
pub(super) fn is_flow(node: Node<'_>) -> bool {
    let opening = if node.is_mapping() {
        "{"
    } else if node.is_sequence() {
        "["
    } else {
        return false;
    };
    source(node)[range(node.span())].starts_with(opening)
}

/// Takes a member or item out, with one of the commas around it.
pub(super) fn remove(node: Node<'_>) -> Option<TextEdit> {
    let holder = node.parent()?;
    let mut before = None;
    let mut behind = None;
    for other in holder.children() {
        if other == node {
            continue;
        }
        if start(other) < start(node) {
            before = Some(other);
        } else {
            behind = behind.or(Some(other));
        }
    }
    let whole = range(holder.span());
    let gap = match (before, behind) {
        (_, Some(behind)) => start(node)..start(behind),
        (Some(before), None) => end(before)..end(node),
        (None, None) => whole.start + 1..whole.end - 1,
    };
    // A comment, or what the notation allows beside a value and is not known here, stays.
    let source = source(node);
    let rest = [&source[gap.start..start(node).max(gap.start)], &source[end(node).min(gap.end)..gap.end]];
    let empty = |text: &str| text.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b',');
    if !rest.iter().all(|text| empty(text)) {
        return None;
    }
    TextEdit::new(gap, "")
}
