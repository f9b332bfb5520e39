//! A value with its keys in order, written in either notation.

use std::fmt::Write;

/// A value of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items)
    }
}

/// A mapping; of equal keys the first stays, so that it reads the same everywhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    pub(super) fn put(&mut self, key: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        let key = key.into();
        if self.0.iter().all(|(known, _)| *known != key) {
            self.0.push((key, value.into()));
        }
        self
    }

    /// [`Members::put`] as the last one.
    pub(super) fn set(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.put(key, value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Map(members.0)
    }
}

/// A mapping of one member.
pub(super) fn one(key: &str, value: impl Into<Value>) -> Value {
    Value::Map(vec![(key.to_owned(), value.into())])
}

/// The manner of a YAML text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Columns of one level.
    pub(super) indent: usize,
    /// Items of sequences are indented under their key.
    pub(super) shifted: bool,
    /// Strings are quoted with `'` where they need no escapes.
    pub(super) single: bool,
    /// Strings that need no quotes have none.
    pub(super) plain: bool,
    /// Collections below this depth stand on one line.
    pub(super) flow: usize,
}

/// The value as JSON; `wide` on several lines.
pub(super) fn json(value: &Value, wide: bool) -> String {
    let mut out = String::new();
    write_json(value, wide.then_some(0), &mut out);
    out.push('\n');
    out
}

fn break_line(indent: Option<usize>, out: &mut String) {
    if let Some(indent) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", indent));
    }
}

fn write_json(value: &Value, indent: Option<usize>, out: &mut String) {
    let inner = indent.map(|indent| indent + 1);
    match value {
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                break_line(inner, out);
                write_json(item, inner, out);
            }
            break_line(indent.filter(|_| !items.is_empty()), out);
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                break_line(inner, out);
                quoted(key, out);
                out.push_str(": ");
                write_json(value, inner, out);
            }
            break_line(indent.filter(|_| !members.is_empty()), out);
            out.push('}');
        }
        scalar => write_scalar(scalar, None, out),
    }
}

/// The value as YAML, which must be a mapping.
pub(super) fn yaml(value: &Value, manner: Manner) -> String {
    let mut out = String::new();
    write_block(value, 0, 0, manner, &mut out);
    out
}

fn write_block(value: &Value, column: usize, depth: usize, manner: Manner, out: &mut String) {
    match value {
        Value::Map(members) if !members.is_empty() => {
            for (at, (key, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.extend(std::iter::repeat_n(' ', column));
                }
                string(key, manner, out);
                out.push(':');
                write_member(value, column, depth + 1, manner, out);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.extend(std::iter::repeat_n(' ', column));
                }
                out.push_str("- ");
                if is_block(item, depth + 1, manner) {
                    write_block(item, column + 2, depth + 1, manner, out);
                } else {
                    write_flow(item, manner, out);
                    out.push('\n');
                }
            }
        }
        other => {
            write_flow(other, manner, out);
            out.push('\n');
        }
    }
}

fn write_member(value: &Value, column: usize, depth: usize, manner: Manner, out: &mut String) {
    if !is_block(value, depth, manner) {
        out.push(' ');
        write_flow(value, manner, out);
        return out.push('\n');
    }
    let under = matches!(value, Value::List(_)) && !manner.shifted;
    let column = if under { column } else { column + manner.indent };
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', column));
    write_block(value, column, depth, manner, out);
}

fn is_block(value: &Value, depth: usize, manner: Manner) -> bool {
    let filled = match value {
        Value::Map(members) => !members.is_empty(),
        Value::List(items) => !items.is_empty(),
        _ => false,
    };
    filled && depth < manner.flow
}

fn write_flow(value: &Value, manner: Manner, out: &mut String) {
    match value {
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_flow(item, manner, out);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                string(key, manner, out);
                out.push_str(": ");
                write_flow(value, manner, out);
            }
            out.push('}');
        }
        scalar => write_scalar(scalar, Some(manner), out),
    }
}

fn write_scalar(value: &Value, manner: Option<Manner>, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Flag(flag) => write!(out, "{flag}"),
        Value::Number(number) => write!(out, "{number}"),
        Value::Text(text) => {
            match manner {
                Some(manner) => string(text, manner, out),
                None => quoted(text, out),
            }
            Ok(())
        }
        _ => write!(out, "null"),
    };
}

fn string(text: &str, manner: Manner, out: &mut String) {
    if manner.plain && is_plain(text) {
        out.push_str(text);
    } else if manner.single && !text.chars().any(|c| c.is_control() || is_odd(c)) {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        quoted(text, out);
    }
}

/// True for a text that is a string without quotes, in block and in flow collections.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let plain = |c: char| c.is_ascii_alphanumeric() || " /._-".contains(c);
    let word = ["null", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    begins && text.chars().all(plain) && !text.ends_with(' ') && !word
}

/// Characters that YAML does not print, or takes for line breaks.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// In double quotes, as both notations have it.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || is_odd(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
