//! Changes to a tree as changes to its text: what they do not touch keeps its bytes.
//!
//! A change is meant, not placed: "remove this member", "this text instead of that one". It is compiled to the bytes that
//! it replaces, in the notation and manner of its surroundings: quotes, indentation, one line or several, line ends. Where
//! that cannot be done without touching comments or guessing, there is no edit.

mod alone;
mod block;
mod flow;
mod insert;
mod scalar;

use std::ops::Range;

use crate::tree::{Node, Span};

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A string.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A sequence.
    List(Vec<Self>),
    /// A mapping, in this order.
    Map(Vec<(String, Self)>),
}

impl Fragment {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A mapping with one member.
    pub fn member(key: impl Into<String>, value: Self) -> Self {
        Self::Map(vec![(key.into(), value)])
    }
}

/// A change to one node.
#[derive(Clone, Debug)]
pub enum Change<'t> {
    /// Another text for a scalar, as a string.
    Text(Node<'t>, String),
    /// Another text for a part of a scalar, in bytes of [`Node::text`].
    Part(Node<'t>, Range<usize>, String),
    /// Another key for a member.
    Key(Node<'t>, String),
    /// Another value.
    Value(Node<'t>, Fragment),
    /// One member of a mapping, or item of a sequence, less.
    Remove(Node<'t>),
    /// One member of a mapping more; the mapping must not have the key.
    Insert(Node<'t>, String, Fragment),
}

/// Bytes of the source, and the text that replaces them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty for what is inserted.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl TextEdit {
    fn new(range: Range<usize>, text: impl Into<String>) -> Option<Self> {
        let at = |offset: usize| u32::try_from(offset).ok();
        Some(Self { span: Span::new(at(range.start)?, at(range.end)?), text: text.into() })
    }
}

impl<'t> Change<'t> {
    /// The node that is changed; for an insertion the mapping that gets the member.
    pub fn node(&self) -> Node<'t> {
        match self {
            Self::Text(node, _)
            | Self::Part(node, ..)
            | Self::Key(node, _)
            | Self::Value(node, _)
            | Self::Remove(node)
            | Self::Insert(node, ..) => *node,
        }
    }

    /// The edit that makes the change; none where it cannot be made without touching what it does not speak of.
    pub fn compile(&self) -> Option<TextEdit> {
        // What an alias or a merge key brings in stands elsewhere, for others too.
        if self.node().is_alias() || !alone::stays(self) {
            return None;
        }
        match self {
            Self::Text(node, text) => scalar::replace(*node, text),
            Self::Part(node, range, text) => scalar::replace_part(*node, range, text),
            Self::Key(node, key) => scalar::rename(*node, key),
            Self::Value(node, value) => insert::replace(*node, value),
            Self::Remove(node) => {
                if flow::is_flow(node.parent()?) {
                    flow::remove(*node)
                } else {
                    block::remove(*node)
                }
            }
            Self::Insert(into, key, value) => insert::member(*into, key, value),
        }
    }
}

/// The source of a tree, by places in it.
fn source(node: Node<'_>) -> &str {
    node.tree().source()
}

/// A span as a range of the source.
fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Where the line of an offset begins, behind a byte order mark.
fn line_start(source: &str, at: usize) -> usize {
    let begin = if source[..at].starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    source[..at].rfind('\n').map_or(begin, |found| found + 1)
}

/// Where the line of an offset ends, before its line break.
fn line_end(source: &str, at: usize) -> usize {
    let end = source[at..].find('\n').map_or(source.len(), |found| at + found);
    if end > at && source.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// The line break of the file.
fn line_break(source: &str) -> &'static str {
    match source.find('\n') {
        Some(at) if at > 0 && source.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// Where the text of a member or item begins: at its key, if it has one.
fn start(node: Node<'_>) -> usize {
    node.key_span().unwrap_or(node.span()).start as usize
}

/// Where the text of a node ends: behind the last scalar, bracket or alias in it.
fn end(node: Node<'_>) -> usize {
    let own = node.span().end.max(node.key_span().map_or(0, |span| span.end));
    if flow::is_flow(node) {
        return own as usize;
    }
    let inner = node.descendants().map(|inner| inner.span().end.max(inner.key_span().map_or(0, |span| span.end)));
    // The span of a block collection may go on to the next line that is not empty.
    let last = if node.is_mapping() || node.is_sequence() { inner.max().unwrap_or(own) } else { own };
    let text = &source(node)[..last as usize];
    text.trim_end_matches([' ', '\t', '\n', '\r']).len().max(start(node))
}

#[cfg(test)]
mod meaning;
#[cfg(test)]
mod tests;
