//! Documents made up by chance, and printers that write the same value in many ways.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;

/// A value with the texts of its numbers.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Value>),
    /// Keys are different.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The value as an independent reader of JSON holds it.
    pub(crate) fn expected(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(text) => serde_json::from_str(text).unwrap(),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::expected).collect(),
            Self::Map(members) => members.iter().map(|(key, value)| (key.clone(), value.expected())).collect(),
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,6}",
        2 => "[ a-zA-Z0-9:#,'\"\\\\\\[\\]{}&*!|>%@`~?-]{0,8}",
        1 => "[a-z \n\té日😀\u{2028}\u{85}\u{FEFF}\u{7F}]{0,6}",
        1 => any::<String>(),
        1 => prop::sample::select(vec!["", "~", "null", "true", "no", "1", "-", "<<", "=", "1e3", "0x1", " ", "---", "\n", "# c"]).prop_map(str::to_owned),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "-?[1-9][0-9]{0,17}".prop_map(Value::Number),
        // Small enough to be exact in a reader that rounds twice.
        "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,4})?([eE][+-]?[0-9])?"
            // Which of the two zeros an integer is, readers do not agree on.
            .prop_map(|text| Value::Number(if text == "-0" { "0".to_owned() } else { text })),
        text().prop_map(Value::Text),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::List),
            vec((text(), inner), 0..6).prop_map(|members| {
                let mut kept: Vec<(String, Value)> = Vec::new();
                for (key, value) in members {
                    if kept.iter().all(|(known, _)| *known != key) {
                        kept.push((key, value));
                    }
                }
                Value::Map(kept)
            }),
        ]
    })
}

/// Decisions of a printer, used up one after another and then over again.
pub(crate) struct Choices {
    bytes: Vec<u8>,
    next: usize,
}

impl Choices {
    pub(crate) fn any() -> impl Strategy<Value = Vec<u8>> {
        vec(any::<u8>(), 1..64)
    }

    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, next: 0 }
    }

    fn pick(&mut self, of: usize) -> usize {
        self.next += 1;
        usize::from(self.bytes[self.next % self.bytes.len()]).wrapping_add(self.next / self.bytes.len()) % of
    }

    fn one_of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.pick(from.len())]
    }
}

/// Prints JSON with any blanks and escapes.
pub(crate) fn json(value: &Value, choices: &mut Choices, out: &mut String) {
    const BLANKS: [&str; 6] = ["", "", "", " ", "\n\t", "\r\n  "];
    out.push_str(choices.one_of(&BLANKS));
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => write!(out, "{value}").unwrap(),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => double_quoted(text, choices, out),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                json(item, choices, out);
            }
            out.push_str(choices.one_of(&BLANKS));
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (at, (key, item)) in members.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(choices.one_of(&BLANKS));
                double_quoted(key, choices, out);
                out.push_str(choices.one_of(&BLANKS));
                out.push(':');
                json(item, choices, out);
            }
            out.push_str(choices.one_of(&BLANKS));
            out.push('}');
        }
    }
    out.push_str(choices.one_of(&BLANKS));
}

/// A string that JSON and YAML read alike.
fn double_quoted(text: &str, choices: &mut Choices, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let plain = character.is_ascii_graphic() || character == ' ' || ('\u{A0}'..'\u{2000}').contains(&character);
        match (character, choices.pick(8)) {
            ('"' | '\\', 0..7) => write!(out, "\\{character}").unwrap(),
            ('/', 0) => out.push_str("\\/"),
            ('\n', 0..7) => out.push_str("\\n"),
            ('\t', 0..7) => out.push_str("\\t"),
            _ if plain && !matches!(character, '"' | '\\') && choices.pick(8) > 0 => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").unwrap();
                }
            }
        }
    }
    out.push('"');
}

/// Prints YAML, each collection in block or flow style, each text in one of its styles.
pub(crate) fn yaml(value: &Value, choices: &mut Choices) -> String {
    let mut out = choices.one_of(&["", "---\n", "# head\n", "--- # head\n", "\n\n"]).to_owned();
    block(value, 0, choices, &mut out);
    if !out.ends_with('\n') {
        out.push_str(choices.one_of(&["", "\n", " # tail\n", "\n...\n", "\n\n# tail"]));
    }
    out
}

/// Prints a value at the beginning of a line that is indented already.
fn block(value: &Value, indent: usize, choices: &mut Choices, out: &mut String) {
    match value {
        Value::List(items) if !items.is_empty() && choices.pick(4) > 0 => {
            for (at, item) in items.iter().enumerate() {
                begin_line(at, indent, choices, out);
                out.push('-');
                if compact(item) && choices.pick(2) == 0 {
                    out.push(' ');
                    block(item, indent + 2, choices, out);
                } else {
                    behind(item, indent + 1 + choices.pick(3), choices, out);
                }
            }
        }
        Value::Map(members) if !members.is_empty() && choices.pick(4) > 0 => {
            for (at, (key, item)) in members.iter().enumerate() {
                begin_line(at, indent, choices, out);
                scalar_text(key, true, choices, out);
                out.push(':');
                let indentless = matches!(item, Value::List(_)) && choices.pick(2) == 0;
                behind(item, if indentless { indent } else { indent + 1 + choices.pick(3) }, choices, out);
            }
        }
        other => flow(other, choices, out),
    }
}

/// Starts the line of a child that is not the first, which stands where the parent begins.
fn begin_line(child: usize, indent: usize, choices: &mut Choices, out: &mut String) {
    if child > 0 {
        if !out.ends_with('\n') {
            out.push_str(choices.one_of(&["\n", "\n", " # c\n", "\n\n", "\n# c\n"]));
        }
        out.push_str(&" ".repeat(indent));
    }
}

fn compact(value: &Value) -> bool {
    matches!(value, Value::List(items) if !items.is_empty())
        || matches!(value, Value::Map(members) if !members.is_empty())
}

/// Prints a value behind `key:` or `-`: on the same line if it is short, else on lines of its own.
fn behind(value: &Value, indent: usize, choices: &mut Choices, out: &mut String) {
    match value {
        Value::Null if choices.pick(2) == 0 => {}
        Value::Text(text) if literal(text) && indent > 0 && choices.pick(2) == 0 => {
            let keep = text.ends_with('\n');
            out.push_str(if keep { " |\n" } else { " |-\n" });
            for line in text.trim_end_matches('\n').split('\n') {
                writeln!(out, "{}{line}", if line.is_empty() { String::new() } else { " ".repeat(indent) }).unwrap();
            }
        }
        other if compact(other) && choices.pick(4) > 0 => {
            out.push_str(choices.one_of(&["\n", " # c\n", "  \n"]));
            out.push_str(&" ".repeat(indent));
            let start = out.len();
            block(other, indent, choices, out);
            // A flow collection has to be indented further than what holds it, which a list in block style need not.
            if matches!(out.as_bytes().get(start), Some(b'[' | b'{')) {
                out.insert(start, ' ');
            }
        }
        other => {
            out.push_str(choices.one_of(&[" ", "  ", "\t"]));
            flow(other, choices, out);
        }
    }
}

/// True for a text that a block scalar can hold as it is.
fn literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let lines = body.split('\n').all(|line| {
        line.chars().all(|character| matches!(character, ' '..='~')) && !line.ends_with(' ') && !line.starts_with(' ')
    });
    lines && !body.is_empty() && !body.starts_with('\n') && !body.ends_with('\n')
}

fn flow(value: &Value, choices: &mut Choices, out: &mut String) {
    match value {
        Value::Null => out.push_str(choices.one_of(&["null", "~", "NULL"])),
        Value::Bool(true) => out.push_str(choices.one_of(&["true", "True", "TRUE"])),
        Value::Bool(false) => out.push_str(choices.one_of(&["false", "False", "FALSE"])),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => scalar_text(text, false, choices, out),
        Value::List(items) => {
            out.push('[');
            for item in items {
                out.push_str(choices.one_of(&["", " "]));
                flow(item, choices, out);
                out.push_str(choices.one_of(&[",", " ,"]));
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (key, item) in members {
                out.push_str(choices.one_of(&["", " "]));
                scalar_text(key, true, choices, out);
                out.push_str(": ");
                flow(item, choices, out);
                out.push_str(choices.one_of(&[",", " , "]));
            }
            out.push('}');
        }
    }
}

/// A string in one of the styles that fit on a line.
fn scalar_text(text: &str, key: bool, choices: &mut Choices, out: &mut String) {
    let word = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
        && !["null", "true", "false"].contains(&text.to_lowercase().as_str());
    let single = text.chars().all(|character| matches!(character, ' '..='~' | '\u{A0}'..'\u{2000}'));
    match choices.pick(3) {
        0 if word => out.push_str(text),
        1 if single => write!(out, "'{}'", text.replace('\'', "''")).unwrap(),
        _ if key && word => out.push_str(text),
        _ => double_quoted(text, choices, out),
    }
}
