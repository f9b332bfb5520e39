//! What went wrong in a JSON text, said so that it can be mended. Off the fast path of the reader.

use crate::error::ParseError;

/// The character at a place, quoted for a message.
fn found(source: &str, at: usize) -> String {
    match source.get(at..).and_then(|rest| rest.chars().next()) {
        None => "the end of the file".to_owned(),
        Some('\n' | '\r') => "the end of the line".to_owned(),
        Some(character) if character.is_control() => format!("the control character U+{:04X}", u32::from(character)),
        Some(_) => format!("`{}`", word(source, at)),
    }
}

/// The word or the single character at a place.
fn word(source: &str, at: usize) -> &str {
    let rest = source.get(at..).unwrap_or_default();
    let end =
        rest.char_indices().find(|(_, character)| !character.is_alphanumeric()).map_or(rest.len(), |(end, _)| end);
    let end = rest
        .char_indices()
        .map(|(at, character)| at + character.len_utf8())
        .take_while(|&at| at <= end.max(1))
        .take(24)
        .last();
    let first = rest.chars().next().map_or(0, char::len_utf8);
    &rest[..end.unwrap_or(first)]
}

/// The line of a place, from 1.
pub(crate) fn line_of(source: &str, at: usize) -> usize {
    let before = source.as_bytes().get(..at).unwrap_or_default();
    let feeds = memchr::memchr_iter(b'\n', before).count();
    let lone_returns =
        memchr::memchr_iter(b'\r', before).filter(|&at| source.as_bytes().get(at + 1) != Some(&b'\n')).count();
    feeds + lone_returns + 1
}

/// The file ends inside the collection that begins at `opened`.
fn unclosed(source: &str, opened: Option<usize>) -> ParseError {
    let Some(opened) = opened else {
        return ParseError::syntax(source.len(), "expected a value, found the end of the file");
    };
    let (name, close) = if source.as_bytes().get(opened) == Some(&b'{') { ("object", '}') } else { ("array", ']') };
    let line = line_of(source, opened);
    ParseError::syntax(source.len(), format!("the {name} opened in line {line} is not closed"))
        .help(format!("add the missing `{close}`"))
}

/// Faults that can show in any place; the others have their own functions.
fn anywhere(source: &str, at: usize, opened: Option<usize>) -> Option<ParseError> {
    let rest = source.get(at..).unwrap_or_default();
    match rest.as_bytes() {
        [] => Some(unclosed(source, opened)),
        [b'#', ..] | [b'/', b'/' | b'*', ..] => {
            Some(ParseError::syntax(at, "JSON has no comments").help("remove the comment"))
        }
        [b'\'', ..] => Some(ParseError::syntax(at, "single quotes around a string").help("put it in double quotes")),
        [0, ..] => Some(
            ParseError::syntax(at, "expected text, found a NUL character")
                .help("the file seems to be binary or damaged: save it as UTF-8 text"),
        ),
        _ => None,
    }
}

pub(crate) fn no_value(source: &str, at: usize, opened: Option<usize>) -> ParseError {
    if let Some(error) = anywhere(source, at, opened) {
        return error;
    }
    let error = ParseError::syntax(at, format!("expected a value, found {}", found(source, at)));
    match word(source, at) {
        "NaN" | "Infinity" | "undefined" | "None" => error.help("JSON has no such value; use null or a string"),
        "True" | "TRUE" | "False" | "FALSE" | "Null" | "NULL" => error.help("write true, false and null in lower case"),
        "+" => error.help("write the number without `+`"),
        "." => error.help("write a digit before the point, as in 0.5"),
        "," => error.help("remove the comma, or put a value before it"),
        first if first.starts_with(char::is_alphabetic) => error.help("put text in double quotes"),
        _ => error,
    }
}

pub(crate) fn no_key(source: &str, at: usize, opened: Option<usize>) -> ParseError {
    if let Some(error) = anywhere(source, at, opened) {
        return error;
    }
    let error = ParseError::syntax(at, format!("expected a key in double quotes, found {}", found(source, at)));
    match source.as_bytes().get(at) {
        Some(b',') => error.help("remove the comma"),
        Some(first) if first.is_ascii_alphanumeric() || *first == b'_' || *first == b'$' => {
            error.help("put the key in double quotes")
        }
        _ => error,
    }
}

pub(crate) fn no_colon(source: &str, at: usize, opened: Option<usize>) -> ParseError {
    anywhere(source, at, opened).unwrap_or_else(|| {
        ParseError::syntax(at, format!("expected `:` after the key, found {}", found(source, at)))
            .help("write `\"key\": value`")
    })
}

pub(crate) fn no_separator(source: &str, at: usize, close: u8, opened: Option<usize>) -> ParseError {
    if let Some(error) = anywhere(source, at, opened) {
        return error;
    }
    let close = char::from(close);
    let line = line_of(source, opened.unwrap_or_default());
    let bytes = source.as_bytes();
    match bytes.get(at) {
        Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            let last = bytes.get(..at).and_then(|before| before.iter().rposition(|byte| !byte.is_ascii_whitespace()));
            ParseError::syntax(last.map_or(at, |last| last + 1), format!("missing comma before {}", found(source, at)))
                .help("put a comma between the two")
        }
        Some(b'}' | b']') => ParseError::syntax(
            at,
            format!(
                "expected `,` or `{close}`, found {}: line {line} opened another kind of bracket",
                found(source, at)
            ),
        )
        .help(format!("close the bracket of line {line} with `{close}` first")),
        _ => ParseError::syntax(at, format!("expected `,` or `{close}`, found {}", found(source, at))),
    }
}

pub(crate) fn trailing_comma(comma: usize, close: u8) -> ParseError {
    ParseError::syntax(comma, format!("trailing comma before `{}`", char::from(close))).help("remove the comma")
}

pub(crate) fn text_after_end(source: &str, at: usize) -> ParseError {
    anywhere(source, at, None).unwrap_or_else(|| {
        ParseError::syntax(at, format!("expected the end of the file, found {}", found(source, at)))
            .help("a JSON file holds one value: remove what follows it")
    })
}

pub(crate) fn leading_zero(number: usize) -> ParseError {
    ParseError::syntax(number, "a number with a leading zero").help("remove the zero, or put the text in double quotes")
}

pub(crate) fn no_digit(source: &str, number: usize, at: usize) -> ParseError {
    ParseError::syntax(at, format!("expected a digit, found {}", found(source, at))).help(format!(
        "the number `{}` is not complete",
        source
            .get(number..at)
            .unwrap_or_default()
            .get(..40)
            .unwrap_or_else(|| source.get(number..at).unwrap_or_default())
    ))
}

pub(crate) fn control_character(at: usize, control: u8, string: usize) -> ParseError {
    match control {
        b'\n' | b'\r' => ParseError::syntax(string, "a string that is not closed at the end of its line")
            .help("add the closing quote; write a line break inside a string as \\n"),
        b'\t' => ParseError::syntax(at, "a tab inside a string").help("write it as \\t"),
        _ => ParseError::syntax(at, format!("the control character U+{control:04X} inside a string"))
            .help(format!("write it as \\u{control:04x}")),
    }
}

pub(crate) fn unclosed_string(source: &str, string: usize) -> ParseError {
    let line = line_of(source, string);
    ParseError::syntax(string, format!("the string opened in line {line} is not closed")).help("add the closing quote")
}

pub(crate) fn bad_escape(source: &str, at: usize) -> ParseError {
    let escaped = source.get(at + 1..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    ParseError::syntax(at, format!("`\\{}` is no escape", escaped.escape_debug()))
        .help("write a backslash as \\\\; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX")
}

pub(crate) fn bad_unicode_escape(at: usize) -> ParseError {
    ParseError::syntax(at, "`\\u` without four hexadecimal digits").help("write it as in \\u00e9")
}
