//! A node's value as one JSON text: what a plain reader without positions would have made of the document.

use std::fmt::{self, Write};

use crate::error::ParseError;
use crate::limits::Limits;
use crate::tree::{Children, Entries, Kind, Node};

/// The value of a node as JSON on one line.
///
/// Keys stand in document order, merged ones behind the mapping's own; the last of equal keys counts, in the place of
/// the first; a key that is no string is its source text. Aliases and merge keys are expanded, tags that the core
/// schema does not know are dropped. Numbers that JSON can write stand as written; other numbers (`0x1F`, `0o17`,
/// `+1`, `.5`, `1.`, `012`) are written in decimal; infinities and not-a-number are strings of their source text.
///
/// # Errors
/// When aliases make the value larger than [`Limits::alias_visits`] nodes, or deeper than [`Limits::depth`].
pub fn to_json_line(node: Node<'_>, limits: &Limits) -> Result<String, ParseError> {
    let mut writer = Writer { out: String::new(), limits, visits: 0 };
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(node);
    loop {
        if let Some(node) = next {
            let through_alias = match open.last() {
                Some(open) => open.through_alias || node.is_foreign_to(open.node),
                None => node.is_alias(),
            };
            writer.visit(node, through_alias, open.len())?;
            if let Some(collection) = writer.value(node, through_alias) {
                open.push(collection);
            }
        }
        let Some(innermost) = open.last_mut() else { return Ok(writer.out) };
        next = writer.advance(innermost);
        if next.is_none() {
            open.pop();
        }
    }
}

/// A collection that is being written.
struct Open<'t> {
    node: Node<'t>,
    children: Members<'t>,
    first: bool,
    through_alias: bool,
}

enum Members<'t> {
    Items(Children<'t>),
    Entries(Entries<'t>),
}

struct Writer<'a> {
    out: String,
    limits: &'a Limits,
    visits: u64,
}

impl Writer<'_> {
    fn visit(&mut self, node: Node<'_>, through_alias: bool, depth: usize) -> Result<(), ParseError> {
        let at = node.span().start as usize;
        // Aliases can lead deeper than the text is nested.
        let levels = depth + usize::from(node.is_mapping() || node.is_sequence());
        if levels > self.limits.depth as usize {
            return Err(ParseError::too_deep(at, self.limits.depth));
        }
        self.visits += u64::from(through_alias);
        if self.visits > self.limits.alias_visits {
            return Err(ParseError::alias_budget(at, self.limits.alias_visits));
        }
        Ok(())
    }

    /// Writes a scalar, or begins a collection.
    fn value<'t>(&mut self, node: Node<'t>, through_alias: bool) -> Option<Open<'t>> {
        let children = match node.kind() {
            Kind::Sequence => {
                self.out.push('[');
                Members::Items(node.items())
            }
            Kind::Mapping => {
                self.out.push('{');
                Members::Entries(node.entries())
            }
            kind => {
                self.scalar(kind, node);
                return None;
            }
        };
        Some(Open { node: node.resolved(), children, first: true, through_alias })
    }

    /// The next child, with what stands before it, or the end of the collection.
    fn advance<'t>(&mut self, open: &mut Open<'t>) -> Option<Node<'t>> {
        let (next, close) = match &mut open.children {
            Members::Items(items) => (items.next(), ']'),
            Members::Entries(entries) => (entries.next().map(|(_, node)| node), '}'),
        };
        let Some(node) = next else {
            self.out.push(close);
            return None;
        };
        if !std::mem::take(&mut open.first) {
            self.out.push(',');
        }
        if let Members::Entries(_) = open.children {
            push_string(&mut self.out, node.key().unwrap_or_default());
            self.out.push(':');
        }
        Some(node)
    }

    fn scalar(&mut self, kind: Kind, node: Node<'_>) {
        match kind {
            Kind::Null => self.out.push_str("null"),
            Kind::Bool => self.out.push_str(if node.as_bool() == Some(true) { "true" } else { "false" }),
            Kind::Number => push_number(&mut self.out, node.text()),
            _ => push_string(&mut self.out, node.text()),
        }
    }
}

fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate().filter(|&(_, byte)| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&text[from..at]);
        from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => push_formatted(out, format_args!("\\u{control:04x}")),
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

fn push_formatted(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

fn push_number(out: &mut String, text: &str) {
    if is_json_number(text) {
        out.push_str(text);
    } else if let Some(digits) = text.strip_prefix("0x") {
        push_radix(out, text, digits, 16);
    } else if let Some(digits) = text.strip_prefix("0o") {
        push_radix(out, text, digits, 8);
    } else if text.ends_with(['f', 'F', 'n', 'N']) {
        push_string(out, text);
    } else {
        push_decimal(out, text);
    }
}

/// True when a number of the core schema is also one of JSON: digits on both sides of the point, no sign but `-`, no
/// leading zero, no other base.
fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, _) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// A core schema decimal in JSON's form: no plus sign, no leading zeros, digits on both sides of the point.
fn push_decimal(out: &mut String, text: &str) {
    if text.starts_with('-') {
        out.push('-');
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    let exponent = unsigned.find(['e', 'E']).unwrap_or(unsigned.len());
    let (mantissa, exponent) = unsigned.split_at(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = whole.trim_start_matches('0');
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if mantissa.contains('.') {
        out.push('.');
        out.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    out.push_str(exponent);
}

/// A hexadecimal or octal number in decimal; beyond 128 bits as near as a 64-bit float comes, and beyond those as a
/// string of its source text.
fn push_radix(out: &mut String, text: &str, digits: &str, radix: u32) {
    if let Ok(value) = u128::from_str_radix(digits, radix) {
        return push_formatted(out, format_args!("{value}"));
    }
    let digit = |character: char| f64::from(character.to_digit(radix).unwrap_or_default());
    let value = digits.chars().fold(0.0, |value, character| value * f64::from(radix) + digit(character));
    if value.is_finite() {
        push_formatted(out, format_args!("{value:e}"));
    } else {
        push_string(out, text);
    }
}
