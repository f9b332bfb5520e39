//! Whether a file that was not parsed, or does not parse, is meant to be an API description: a scan of its text.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The keys of which every API description has one at its top level.
const KEYS: [&str; 3] = ["openapi", "swagger", "asyncapi"];

/// True unless the bytes cannot be an API description, as no key of one occurs in them: most files of a large folder
/// need no parse. A key written with escapes is not seen.
pub fn may_be_description(bytes: &[u8]) -> bool {
    static FINDERS: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| KEYS.map(Finder::new));
    let bytes = without_nuls(bytes);
    FINDERS.iter().any(|finder| finder.find(&bytes).is_some())
}

/// The text of bytes that are no UTF-8, good enough to look for the keys of a description.
pub fn decode_loosely(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&without_nuls(bytes)).trim_start_matches('\u{FFFD}').to_owned()
}

/// UTF-16 text as near to ASCII as the search needs it; any other bytes as they are.
fn without_nuls(bytes: &[u8]) -> Cow<'_, [u8]> {
    if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        Cow::Owned(bytes.iter().copied().filter(|&byte| byte != 0).collect())
    } else {
        Cow::Borrowed(bytes)
    }
}

/// Tells whether a text that does not parse is meant to be an API description: one of its keys stands at the start of
/// a line, or is a key of the first object before the fault. What holds another object or a list there is none.
pub fn is_meant_as_description(text: &str, fault: usize) -> bool {
    // A comment at which JSON ends before it begins does not tell what follows.
    let first = text.len() - skip_blanks(text.trim_start_matches('\u{FEFF}')).len();
    let before = text.get(..fault).filter(|_| fault >= first).unwrap_or(text);
    text.lines().any(|line| key_at_start(line).is_some_and(holds_version))
        || first_object_keys(before).any(|(key, rest)| KEYS.contains(&key) && holds_version(rest))
}

/// Tells whether a key of a description stands anywhere, before what could be a version.
pub fn names_version(bytes: &[u8]) -> bool {
    let bytes = without_nuls(bytes);
    KEYS.iter().any(|key| {
        let found = memchr::memmem::find_iter(&bytes, key);
        found.into_iter().any(|at| {
            let before = at.checked_sub(1).map(|at| bytes[at]);
            let part_of_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-/.".contains(&byte));
            let behind = &bytes[at + key.len()..];
            let behind = behind.strip_prefix(b"\"").or(behind.strip_prefix(b"'")).unwrap_or(behind).trim_ascii_start();
            let value = behind.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            let first = value.and_then(|value| value.first());
            !part_of_word && first.is_some_and(|first| first.is_ascii_digit() || b"\"'".contains(first))
        })
    })
}

/// What follows the colon of a description's key at the start of a line.
fn key_at_start(line: &str) -> Option<&str> {
    let line = line.strip_prefix('\u{FEFF}').unwrap_or(line);
    let unquoted = line.strip_prefix(['"', '\'']).unwrap_or(line);
    let rest = KEYS.iter().find_map(|key| unquoted.strip_prefix(key))?;
    let rest = if unquoted.len() < line.len() { rest.strip_prefix(['"', '\''])? } else { rest };
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(rest)
}

/// True when a value could be a version.
fn holds_version(value: &str) -> bool {
    value.trim_start().starts_with(|first: char| first.is_ascii_digit() || matches!(first, '"' | '\''))
}

/// The keys of the object that a JSON text begins with, and the text after each colon. Comments are passed over.
fn first_object_keys(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut rest = skip_blanks(text).strip_prefix('{');
    let mut depth = 1_usize;
    std::iter::from_fn(move || {
        loop {
            let here = skip_blanks(rest?);
            let first = here.chars().next()?;
            let after = &here[first.len_utf8()..];
            rest = Some(after);
            match first {
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.checked_sub(1).filter(|&depth| depth > 0)?,
                '"' => {
                    let end = string_end(after)?;
                    rest = Some(&after[end + 1..]);
                    let value = skip_blanks(&after[end + 1..]).strip_prefix(':');
                    if let (1, Some(value)) = (depth, value) {
                        return Some((&after[..end], value));
                    }
                }
                _ => {}
            }
        }
    })
}

/// Where the string that a text lies in ends: the offset of its closing quote.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}

/// The text from its first character on that is neither blank nor part of a comment (`//`, `/* */`, `#`).
fn skip_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with("//") || rest.starts_with('#') {
            rest.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_any_key_need_no_parse() {
        assert!(may_be_description(b"{\"openapi\": 1}"));
        assert!(!may_be_description(b"kind: Deployment"));
        let utf16: Vec<u8> = "\u{FEFF}asyncapi: 3".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(may_be_description(&utf16));
    }

    #[test]
    fn keys_before_versions_tell_wherever_they_stand() {
        for text in ["{\"a\":1,\"openapi\" : \"3.0.0\"}", "a: 1\nswagger: 2.0", "{asyncapi: '3'}", "x\n'openapi': 3"] {
            assert!(names_version(text.as_bytes()), "{text}");
        }
        for text in
            ["see openapi: the format", "my_openapi: 3", "{\"openapi\": {\"a\": 1}}", "openapi", "v1/swagger: 2"]
        {
            assert!(!names_version(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn broken_texts_are_judged_by_their_keys() {
        let meant = |text: &str| is_meant_as_description(text, text.find('!').unwrap_or(text.len()));
        assert!(meant("a: [!\nopenapi: 3.0.0\n"));
        assert!(meant("\u{FEFF}\"swagger\" : \"2.0\"\n!"));
        assert!(is_meant_as_description("// x\n/* y */ {\"openapi\": \"3.0.0\"}", 0));
        assert!(is_meant_as_description("\u{FEFF}// x\n{\"openapi\": \"3.0.0\"}", 3));
        assert!(!is_meant_as_description("// x\n{\"compilerOptions\": {\"openapi\": \"3.0.0\"}}", 0));
        assert!(meant("{ /* x */ \"info\": {\"a\": [1]}, \"openapi\": \"3.0.0\", !}"));
        assert!(!meant("{ \"info\": {\"openapi\": \"3.0.0\"}, !}"));
        assert!(!meant("{ \"info\": \"\\\"openapi\\\":\", !}"));
        assert!(!meant("{ ! \"openapi\": \"3.0.0\"}"));
        assert!(!meant("  openapi: 3.0.0\n!"));
        assert!(!meant("openapi: {{ .Values.version }}\n!"));
        assert!(!meant("openapi_path: 3\n!"));
        assert!(!meant("openapi:3\n!"));
        assert!(!meant("{} {\"openapi\": \"3.0.0\"!"));
        assert!(!meant("{\"\\"));
    }
}
