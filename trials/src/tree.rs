//! Any bytes, read as JSON and as YAML, against independent readers and the promises of the tree.

use std::collections::HashSet;
use std::path::Path;

use apiward_syntax::{ErrorKind, Limits, Node, Notation, Parsed, from_node, parse_bytes, to_json_line};
use serde_json::Value;

#[path = "../../syntax/tests/it/invariants.rs"]
mod invariants;
#[path = "../../syntax/tests/it/yaml_oracle.rs"]
mod yaml_oracle;

/// Reads the bytes in both notations and compares the values where independent readers accept them.
pub(crate) fn run(bytes: &[u8]) {
    let read = |name: &str| parse_bytes(bytes, Some(Path::new(name)), &Limits::default());
    let (as_json, as_yaml) = (read("a.json"), read("a.yaml"));
    invariants::check(&as_json);
    invariants::check(&as_yaml);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with(['{', '[']) {
        compare_json(text, &as_json);
    }
    compare_yaml(text, &as_yaml);
}

/// Both accept, with the same value, or both refuse, but for the differences that are meant: depth, lone surrogates,
/// numbers out of range.
fn compare_json(text: &str, parsed: &Parsed) {
    if parsed.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Limit) {
        return;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = serde::Deserialize::deserialize(&mut reader);
    let value: Result<Value, _> = value.and_then(|value| reader.end().map(|()| value));
    match (value, &parsed.error) {
        (Ok(value), None) => {
            assert_eq!(parsed.tree.notation(), Notation::Json);
            let root = parsed.tree.documents().next().expect("a document");
            assert_eq!(one_zero(from_node(root).expect("no aliases")), one_zero(value.clone()));
            let line = to_json_line(root, &Limits::default()).expect("no aliases");
            assert_eq!(serde_json::from_str::<Value>(&line).expect("valid JSON"), value);
        }
        (Ok(_), Some(error)) => panic!("serde_json accepts what is refused: {error}"),
        (Err(error), None) => {
            let (error, lower) = (error.to_string(), text.to_ascii_lowercase());
            assert!(error.contains("out of range") || lower.contains("\\ud"), "serde_json refuses: {error}");
        }
        (Err(_), Some(_)) => {}
    }
}

/// The zero of an integer `-0` is a float to `serde_json`.
fn one_zero(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(one_zero).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, one_zero(value))).collect(),
        Value::Number(number) if number.as_f64() == Some(0.0) => 0.into(),
        other => other,
    }
}

/// Where both accept a text, they agree on its value, as far as YAML 1.1, which the oracle partly reads, and 1.2 do.
fn compare_yaml(text: &str, parsed: &Parsed) {
    // Line breaks of YAML 1.1, byte order marks, tags, `?` in flow collections, names of anchors, and block texts at
    // the end of the file are read differently.
    let odd = text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{FEFF}', '!', '?']) || has_odd_anchor(text);
    if parsed.error.is_some() || odd {
        return;
    }
    // The oracle expands aliases, for seconds if need be.
    let limits = Limits { alias_visits: 10_000, ..Limits::default() };
    if parsed.tree.documents().any(|document| to_json_line(document, &limits).is_err()) {
        return;
    }
    // A block text that keeps its last line breaks (`|+`) would be given one more: blanks at the end of the file are no
    // empty line without it.
    let last = text.rsplit(['\n', '\r']).next().unwrap_or_default();
    if text.contains('+') && !last.is_empty() && last.trim_matches([' ', '\t']).is_empty() {
        return;
    }
    let missing_break = if text.ends_with(['\n', '\r']) { "" } else { "\n" };
    let Some(values) = yaml_oracle::documents(&format!("{text}{missing_break}")) else { return };
    if parsed.tree.is_empty() && values == [Value::Null] {
        return;
    }
    assert_eq!(parsed.tree.documents().len(), values.len(), "documents");
    for (document, value) in parsed.tree.documents().zip(&values) {
        // A block text may be a document without being indented; the oracle takes its `#` for comments.
        let slice = &parsed.tree.source()[document.span().start as usize..];
        if !slice.starts_with(['|', '>']) {
            assert_same(document, value);
        }
    }
}

/// True for a name of an anchor or alias that YAML 1.2 allows and the oracle ends earlier, and for anchors that stand
/// twice: the oracle then takes one for another.
fn has_odd_anchor(text: &str) -> bool {
    let names = |sigil: char| {
        text.split(sigil).skip(1).map(|name| {
            let end = name.find(|character: char| character.is_whitespace() || ",[]{}".contains(character));
            &name[..end.unwrap_or(name.len())]
        })
    };
    let word = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let mut anchors = HashSet::new();
    !names('*').all(word) || !names('&').all(|name| word(name) && anchors.insert(name))
}

fn assert_same(node: Node<'_>, value: &Value) {
    match value {
        Value::Array(items) => {
            assert_eq!(node.items().count(), items.len(), "items of {node:?}");
            for (node, value) in node.items().zip(items) {
                assert_same(node, value);
            }
        }
        Value::Object(members) => {
            assert!(node.is_mapping(), "{node:?}");
            // Of keys that are no strings the tree has the source text, the oracle the value.
            let is_other = |key: &str| is_number_like(key) || ["True", "TRUE", "False", "FALSE"].contains(&key);
            if node.entries().any(|(_, member)| is_other(source_of_key(member))) {
                return;
            }
            // The oracle does not merge what is merged into what is merged.
            if members.contains_key("<<") {
                return;
            }
            assert_eq!(node.entries().count(), members.len(), "members of {node:?}");
            for (key, node) in node.entries() {
                assert_same(node, members.get(key).unwrap_or_else(|| panic!("{node:?} has no counterpart")));
            }
        }
        // What is a number differs: `012`, `0b1`, `-0x1`.
        _ if node.is_plain() && is_number_like(node.text()) => {}
        scalar => assert_eq!(&from_node::<Value>(node).expect("a scalar"), scalar, "{node:?}"),
    }
}

fn source_of_key(member: Node<'_>) -> &str {
    let span = member.key_span().unwrap_or_default();
    &member.tree().source()[span.start as usize..span.end as usize]
}

fn is_number_like(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
}
