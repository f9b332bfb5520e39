//! New members and values, in the manner of what stands around them.

use super::scalar::{double_quoted, has_tag, in_flow_or_is_flow, plain_or_quoted};
use super::{Fragment, TextEdit, block, end, flow, line_break, line_end, line_start, range, source, start};
use crate::tree::{Node, Notation};

/// How a value is written.
#[derive(Clone, Copy)]
struct Manner {
    json: bool,
    /// No blanks behind colons and commas.
    dense: bool,
}

impl Manner {
    fn of(node: Node<'_>) -> Self {
        let json = node.tree().notation() == Notation::Json;
        Self { json, dense: json && is_dense(node) }
    }

    fn key(self, key: &str, in_flow: bool) -> String {
        if self.json { double_quoted(key) } else { plain_or_quoted(key, in_flow) }
    }

    /// On one line, in brackets.
    fn inline(self, value: &Fragment) -> String {
        let (comma, colon) = if self.dense { (",", ":") } else { (", ", ": ") };
        match value {
            Fragment::Text(text) if self.json => double_quoted(text),
            Fragment::Text(text) => plain_or_quoted(text, true),
            Fragment::Flag(flag) => flag.to_string(),
            Fragment::Number(number) => number.to_string(),
            Fragment::List(items) => {
                format!("[{}]", items.iter().map(|item| self.inline(item)).collect::<Vec<_>>().join(comma))
            }
            Fragment::Map(members) => {
                let member =
                    |(key, value): &(String, Fragment)| format!("{}{colon}{}", self.key(key, true), self.inline(value));
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(comma))
            }
        }
    }
}

/// True in a document whose members follow their colons at once.
fn is_dense(node: Node<'_>) -> bool {
    let source = source(node);
    let member = std::iter::successors(Some(node), |node| node.parent()).find_map(Node::key_span);
    let member = member.or_else(|| node.children().find_map(Node::key_span));
    member.is_some_and(|key| {
        let behind = &source.as_bytes()[key.end as usize..];
        behind.first() == Some(&b':') && behind.get(1).is_some_and(|byte| !byte.is_ascii_whitespace())
    })
}

/// One member more.
pub(super) fn member(into: Node<'_>, key: &str, value: &Fragment) -> Option<TextEdit> {
    if !into.is_mapping() || into.get(key).is_some() {
        return None;
    }
    if flow::is_flow(into) { in_brackets(into, key, value) } else { in_lines(into, key, value) }
}

fn in_brackets(into: Node<'_>, key: &str, value: &Fragment) -> Option<TextEdit> {
    let manner = Manner::of(into);
    let colon = if manner.dense { ":" } else { ": " };
    let written = format!("{}{colon}{}", manner.key(key, true), manner.inline(value));
    let source = source(into);
    let Some(last) = into.children().max_by_key(|member| start(*member)) else {
        let whole = range(into.span());
        let inside = &source[whole.start + 1..whole.end - 1];
        // With its brackets: two such edits, between which a comma would be nobody's, then meet.
        return inside.trim().is_empty().then(|| TextEdit::new(whole, format!("{{{written}}}"))).flatten();
    };
    let at = end(last);
    let from = line_start(source, start(last));
    let indent = &source[from..start(last)];
    let gap = if !indent.trim().is_empty() || indent.is_empty() {
        if manner.dense { ",".to_owned() } else { ", ".to_owned() }
    } else {
        format!(",{}{indent}", line_break(source))
    };
    // A comma behind the last member, as YAML allows, would stand doubled.
    let behind = &source[at..range(into.span()).end - 1];
    behind.trim().is_empty().then_some(())?;
    TextEdit::new(at..at, format!("{gap}{written}"))
}

/// Behind the last member that is one line, else before the first.
fn in_lines(into: Node<'_>, key: &str, value: &Fragment) -> Option<TextEdit> {
    let source = source(into);
    let first = into.children().next()?;
    let before = &source[line_start(source, start(first))..start(first)];
    // Behind dashes the members stand under the first one; what an anchor or a question mark would need is not known.
    if !before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
        return None;
    }
    let column = before.len();
    let mut lines = String::new();
    let line_break = line_break(source);
    write_member(&mut lines, key, value, column, line_break);
    let single = |member: &Node<'_>| {
        let (from, to) = (start(*member), end(*member));
        let scalar = !member.is_mapping() && !member.is_sequence() && member.key_span().is_some();
        let plain = scalar && !member.span().is_empty() && !source[range(member.span())].starts_with(['|', '>']);
        plain && !source[from..to].contains('\n') && block::is_comment(&source[to..line_end(source, to)])
    };
    if let Some(beside) = into.children().filter(single).last() {
        let at = line_end(source, end(beside));
        return TextEdit::new(at..at, format!("{line_break}{}", lines.trim_end_matches(['\r', '\n'])));
    }
    let from = line_start(source, start(first));
    let alone = source[from..start(first)].bytes().all(|byte| byte == b' ');
    alone.then(|| TextEdit::new(from..from, lines)).flatten()
}

fn write_member(out: &mut String, key: &str, value: &Fragment, column: usize, line_break: &str) {
    out.push_str(&" ".repeat(column));
    out.push_str(&plain_or_quoted(key, false));
    out.push(':');
    write_value(out, value, column, line_break);
}

/// Behind a colon: a scalar on the same line, a collection on the next ones.
fn write_value(out: &mut String, value: &Fragment, column: usize, line_break: &str) {
    let manner = Manner { json: false, dense: false };
    match value {
        Fragment::Map(members) if !members.is_empty() => {
            out.push_str(line_break);
            for (key, value) in members {
                write_member(out, key, value, column + 2, line_break);
            }
        }
        Fragment::List(items) if !items.is_empty() => {
            out.push_str(line_break);
            for item in items {
                out.push_str(&" ".repeat(column + 2));
                out.push_str("- ");
                // What follows a dash stands on its line.
                match item {
                    Fragment::Map(members) if !members.is_empty() => {
                        let mut inner = String::new();
                        for (key, value) in members {
                            write_member(&mut inner, key, value, column + 4, line_break);
                        }
                        out.push_str(inner.trim_start_matches(' '));
                    }
                    other => {
                        out.push_str(&manner.inline(other));
                        out.push_str(line_break);
                    }
                }
            }
        }
        Fragment::Text(text) => {
            out.push(' ');
            out.push_str(&plain_or_quoted(text, false));
            out.push_str(line_break);
        }
        other => {
            out.push(' ');
            out.push_str(&manner.inline(other));
            out.push_str(line_break);
        }
    }
}

/// True for a value with a comment in it, which would be lost with it.
fn has_comment(node: Node<'_>) -> bool {
    let comments = node.tree().comments();
    let next = comments.partition_point(|comment| comment.span.start < node.span().start);
    comments.get(next).is_some_and(|comment| comment.span.start < node.span().end)
}

/// Another value in the place of one.
pub(super) fn replace(node: Node<'_>, value: &Fragment) -> Option<TextEdit> {
    let manner = Manner::of(node);
    let collection = node.is_mapping() || node.is_sequence();
    if in_flow_or_is_flow(node) || !collection && !node.span().is_empty() {
        let span = range(node.span());
        let written = &source(node)[span.clone()];
        if !collection && written.starts_with(['|', '>', '&', '!']) || written.is_empty() || has_tag(node) {
            return None;
        }
        if collection && has_comment(node) {
            return None;
        }
        return TextEdit::new(span, manner.inline(value));
    }
    let from = block::colon(node)?;
    let to = if node.span().is_empty() { from } else { end(node) };
    if source(node)[from..to].contains('#') || has_tag(node) {
        return None;
    }
    TextEdit::new(from..to, format!(" {}", manner.inline(value)))
}
