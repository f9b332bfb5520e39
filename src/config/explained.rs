//! What is said of a configuration that has not the form it must have: what `serde` says, in our words, with advice.

use apiward_model::nearest::nearest;
use apiward_syntax::{DeError, Node, Tree};

use crate::text::brief;

/// The message, and how to mend it.
pub(super) fn explained(error: &DeError, tree: &Tree) -> (String, Option<String>) {
    let node = tree.node(error.node);
    let message = error.message.as_str();
    let explained = unknown_name(message).or_else(|| missing_key(message, node)).or_else(|| wrong_kind(message, node));
    explained.unwrap_or_else(|| (message.to_owned(), None))
}

/// The name that was perhaps meant.
fn unknown_name(message: &str) -> Option<(String, Option<String>)> {
    let kinds = [("unknown field `", "key"), ("unknown variant `", "value")];
    let (what, said) = kinds.into_iter().find_map(|(start, what)| Some((what, message.strip_prefix(start)?)))?;
    let (name, rest) = said.split_once('`')?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it takes no keys".to_owned(),
        None => format!("there are {}", known.join(", ")),
    };
    Some((format!("unknown {what} `{name}`"), Some(help)))
}

fn missing_key(message: &str, node: Node<'_>) -> Option<(String, Option<String>)> {
    let key = message.strip_prefix("missing field `")?.strip_suffix('`')?;
    let help = match key {
        "reason" => "say why it is right, for those who come later: `reason: ...`".to_owned(),
        "files" => "name the files by globs: `files: [internal]`".to_owned(),
        _ => format!("add `{key}: ...`"),
    };
    Some((format!("{} lacks the key `{key}`", subject(node)), Some(help)))
}

/// `invalid type: string "vendor", expected a sequence`.
fn wrong_kind(message: &str, node: Node<'_>) -> Option<(String, Option<String>)> {
    let said = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = said.rsplit_once(", expected ")?;
    let kind = Kind::expected(expected);
    let wanted = if let Some(kind) = &kind { kind.title() } else { named(expected) };
    let help = kind.as_ref().and_then(|kind| kind.advice(found, node));
    Some((format!("{} must be {wanted}, not {}", subject(node), title(found)), help))
}

/// Values that have names; what we say ourselves stays.
fn named(expected: &str) -> &str {
    match expected {
        "enum Profile" => "minimal, recommended or strict",
        "enum LevelSetting" => "off, info, warning or error",
        "enum Level" => "info, warning or error",
        "unit" => "nothing",
        _ if expected.starts_with("enum ") => "one of the names that it takes",
        _ => expected,
    }
}

/// What a value must be.
enum Kind {
    List,
    Mapping,
    Text,
    Truth,
    Whole,
    Number,
}

impl Kind {
    /// Out of the words of `serde`.
    fn expected(words: &str) -> Option<Self> {
        Some(match words {
            "a sequence" => Self::List,
            "a map" => Self::Mapping,
            "a string" => Self::Text,
            "a boolean" => Self::Truth,
            "u8" | "u16" | "u32" | "u64" | "usize" => Self::Whole,
            "f64" => Self::Number,
            _ if words.starts_with("struct ") => Self::Mapping,
            _ => return None,
        })
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::List => "a list",
            Self::Mapping => "a mapping",
            Self::Text => "a text",
            Self::Truth => "`true` or `false`",
            Self::Whole => "a whole number that is not negative and not too large",
            Self::Number => "a number",
        }
    }

    /// How to write what was meant.
    fn advice(&self, found: &str, node: Node<'_>) -> Option<String> {
        let text = brief(node.text().trim());
        let is_scalar = !node.is_mapping() && !node.is_sequence();
        Some(match self {
            Self::List if is_scalar && !text.is_empty() && !node.key().is_some_and(has_mappings) => {
                format!("write it in brackets: `[{text}]`")
            }
            Self::List => "write each entry behind a dash, or all of them in brackets".to_owned(),
            Self::Mapping if is_scalar => "write keys and values below it: `key: value`".to_owned(),
            Self::Mapping => "write keys and values, without dashes".to_owned(),
            Self::Text if found == "null" || found == "unit value" => {
                "a text that begins with a sign such as `!` or `#` wants quotes".to_owned()
            }
            Self::Text if is_scalar => format!("put it in quotes: `'{text}'`"),
            Self::Text if node.is_sequence() => "write one text, without brackets or dash".to_owned(),
            Self::Truth if node.is_string() => "write it without quotes".to_owned(),
            _ => return None,
        })
    }
}

/// Whether the entries of a list are mappings.
fn has_mappings(key: &str) -> bool {
    ["ignore", "overrides", "public", "rules"].contains(&key)
}

/// What a node is called: its key, or that of the list that it is an entry of.
fn subject(node: Node<'_>) -> String {
    if let Some(key) = node.key() {
        return format!("`{key}`");
    }
    match node.parent().and_then(Node::key) {
        Some(key) => format!("an entry of `{key}`"),
        None if node.parent().is_some() => "an entry".to_owned(),
        None => "a configuration".to_owned(),
    }
}

/// What was found, out of the words of `serde`, which writes `string "a"`.
fn title(found: &str) -> String {
    match found.split_once(' ').unwrap_or((found, "")) {
        ("string", text) => format!("the text `{}`", brief(text.trim_matches('"'))),
        ("boolean", value) => value.to_owned(),
        ("integer" | "floating", value) => {
            format!("the number {}", value.trim_start_matches("point ").trim_matches('`'))
        }
        ("map", _) => "a mapping".to_owned(),
        ("sequence", _) => "a list".to_owned(),
        ("unit" | "null", _) => "nothing".to_owned(),
        _ => found.to_owned(),
    }
}
