//! Other texts for scalars and keys, in the quotes that they have.

use std::fmt::Write;
use std::ops::Range;

use super::{TextEdit, flow, range, source};
use crate::core_schema::kind_of;
use crate::tree::{Kind, Node, Notation};

pub(super) fn replace(node: Node<'_>, text: &str) -> Option<TextEdit> {
    if node.is_mapping() || node.is_sequence() || node.span().is_empty() {
        return None;
    }
    let span = range(node.span());
    // What a tag says of the present text it would say of another one too.
    if has_tag(node) {
        return None;
    }
    let present = &source(node)[span.clone()];
    let json = node.tree().notation() == Notation::Json;
    let written = if json { double_quoted(text) } else { requoted(present, text, in_flow(node))? };
    TextEdit::new(span, written)
}

pub(super) fn replace_part(node: Node<'_>, part: &Range<usize>, text: &str) -> Option<TextEdit> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~ /+=".contains(&byte);
    if !text.bytes().all(plain) || text.starts_with(' ') || text.ends_with(' ') {
        return None;
    }
    let span = range(node.text_span()?);
    // Line breaks may be those of the notation.
    if node.text().get(part.clone())?.contains('\n') {
        return None;
    }
    // A plain scalar might become a number, and what was one is to be a string.
    if node.is_plain() {
        let mut whole = node.text().to_owned();
        whole.replace_range(part.clone(), text);
        if !node.is_string() || kind_of(&whole) != Kind::String || looks_like_other(&whole) || whole.is_empty() {
            return replace(node, &whole);
        }
    }
    TextEdit::new(span.start + part.start..span.start + part.end, text)
}

pub(super) fn rename(node: Node<'_>, key: &str) -> Option<TextEdit> {
    let span = range(node.key_span()?);
    let written = requoted(&source(node)[span.clone()], key, node.parent().is_some_and(in_flow_or_is_flow))?;
    TextEdit::new(span, written)
}

/// A text in the quotes of the present one.
fn requoted(present: &str, text: &str, in_flow: bool) -> Option<String> {
    match present.as_bytes().first()? {
        b'\'' if !text.chars().any(char::is_control) => Some(single_quoted(text)),
        b'"' | b'\'' => Some(double_quoted(text)),
        // Block scalars, and scalars with a tag or an anchor before them, are no texts alone.
        b'|' | b'>' | b'!' | b'&' => None,
        _ => Some(plain_or_quoted(text, in_flow)),
    }
}

/// A text as a reader of YAML would write it: without quotes where it needs none.
pub(super) fn plain_or_quoted(text: &str, in_flow: bool) -> String {
    match text {
        _ if is_plain(text, in_flow) => text.to_owned(),
        _ if text.chars().any(char::is_control) => double_quoted(text),
        _ if text.contains('\'') && !text.contains(['"', '\\']) => double_quoted(text),
        _ => single_quoted(text),
    }
}

/// As JSON writes it, which YAML reads alike.
pub(super) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string does not fail.
            control if control.is_control() => drop(write!(out, "\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// YAML 1.2 section 7.3.3, on the careful side.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let first = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b'$' | b'^' | b'(');
    let inside = |char: char| {
        !(char.is_control() || char == '\u{FEFF}' || in_flow && matches!(char, ',' | '[' | ']' | '{' | '}'))
    };
    text.as_bytes().first().is_some_and(first)
        && text.chars().all(inside)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && kind_of(text) == Kind::String
        && !looks_like_other(text)
}

/// What readers of YAML 1.1 take for something else than a string.
fn looks_like_other(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
        || text.starts_with(|first: char| first.is_ascii_digit())
            && text.bytes().all(|byte| !byte.is_ascii_alphabetic())
}

/// True for a value behind a tag (`!!str 1`); spans begin behind it.
pub(super) fn has_tag(node: Node<'_>) -> bool {
    let before = source(node)[..node.span().start as usize].trim_end();
    let word = before.rsplit([' ', '\t', '\n', ',', '[', '{', ':']).next().unwrap_or_default();
    node.tree().notation() == Notation::Yaml && word.starts_with('!')
}

fn in_flow(node: Node<'_>) -> bool {
    node.parent().is_some_and(in_flow_or_is_flow)
}

pub(super) fn in_flow_or_is_flow(node: Node<'_>) -> bool {
    node.tree().notation() == Notation::Json
        || std::iter::successors(Some(node), |node| node.parent()).any(flow::is_flow)
}
