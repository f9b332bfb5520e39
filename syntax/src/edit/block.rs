//! What stands in lines: the block style of YAML.

use super::{TextEdit, end, line_end, line_start, source, start};
use crate::tree::Node;

/// Takes a member or item out, with its lines and the comments in them.
pub(super) fn remove(node: Node<'_>) -> Option<TextEdit> {
    let holder = node.parent()?;
    if holder.count() == 1 {
        return empty(holder);
    }
    let source = source(node);
    let begin = if holder.is_sequence() { dash(source, start(node))? } else { start(node) };
    let from = line_start(source, begin);
    let stop = line_end(source, end(node));
    if !is_comment(&source[end(node)..stop]) {
        return None;
    }
    let alone = source[from..begin].bytes().all(|byte| byte == b' ');
    if alone {
        let next = source[stop..].find('\n').map_or(source.len(), |found| stop + found + 1);
        return TextEdit::new(from..next, "");
    }
    if !source[from..begin].bytes().all(|byte| matches!(byte, b' ' | b'-')) {
        return None;
    }
    // The first member behind `- `: the next one takes its place.
    let next = holder.children().map(start).filter(|other| *other > start(node)).min()?;
    let next = if holder.is_sequence() { dash(source, next)? } else { next };
    source[stop..next].bytes().all(|byte| byte.is_ascii_whitespace()).then_some(())?;
    TextEdit::new(begin..next, "")
}

/// The collection without anything in it, on the line of its key.
fn empty(holder: Node<'_>) -> Option<TextEdit> {
    let source = source(holder);
    let brackets = if holder.is_mapping() { "{}" } else { "[]" };
    let (from, to) = (colon(holder)?, end(holder));
    let between = &source[from..start(holder.children().next()?)];
    // A comment behind the key would end up inside.
    if between.contains('#') || between.contains(['&', '!']) {
        return None;
    }
    TextEdit::new(from..to, format!(" {brackets}"))
}

/// Behind the colon of a member.
pub(super) fn colon(node: Node<'_>) -> Option<usize> {
    let from = node.key_span()?.end as usize;
    let source = source(node);
    let colon = source[from..].find(':')? + from;
    source[from..colon].bytes().all(|byte| byte == b' ').then_some(colon + 1)
}

/// The dash of an item that begins on its line.
fn dash(source: &str, at: usize) -> Option<usize> {
    let before = source[..at].trim_end_matches(' ');
    before.ends_with('-').then(|| before.len() - 1)
}

/// Nothing, or a comment.
pub(super) fn is_comment(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\t']);
    text.is_empty() || text.starts_with('#')
}
