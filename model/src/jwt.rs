//! Signed tokens in running text: the compact serialisation of JSON Web Signatures (RFC 7515) and JSON Web Tokens.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Input, Span, packed};
use apiward_syntax::{Limits, Node, parse};

use crate::base64;
use crate::strings::strings_with;

/// Three base64url parts joined by dots, the first of which begins like a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactJws<'t> {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The first part, encoded.
    pub header: &'t str,
    /// The second part, encoded; never empty.
    pub payload: &'t str,
    /// The third part, encoded; empty when the token is not signed.
    pub signature: &'t str,
}

/// A signature of fewer characters is a placeholder.
const SHORTEST_SIGNATURE: usize = 16;
/// So is one of fewer different characters.
const FEWEST_DISTINCT: usize = 8;

impl CompactJws<'_> {
    /// The algorithm that the header names; nothing when the header is no JSON object with a string `alg`.
    pub fn alg(&self) -> Option<String> {
        with_object(self.header, |header| header.get("alg").and_then(Node::as_str).map(str::to_owned)).flatten()
    }

    /// A claim of the payload as text: a string, or a number in its digits.
    pub fn claim(&self, name: &str) -> Option<String> {
        with_object(self.payload, |payload| {
            payload
                .get(name)
                .filter(|claim| !claim.is_mapping() && !claim.is_sequence())
                .map(|claim| claim.text().to_owned())
        })
        .flatten()
    }

    /// True for a complete signed JSON Web Token (`jwt(text)` of the catalogue).
    pub fn is_signed_token(&self) -> bool {
        self.signature.len() >= SHORTEST_SIGNATURE
            && crate::secret::distinct_bytes(self.signature) >= FEWEST_DISTINCT
            && with_object(self.header, |header| header.get("alg").is_some()) == Some(true)
            && with_object(self.payload, |_| ()).is_some()
    }
}

/// What `read` makes of the JSON object that a part encodes.
fn with_object<T>(part: &str, read: impl FnOnce(Node<'_>) -> T) -> Option<T> {
    let json = String::from_utf8(base64::decode(part)?).ok()?;
    let parsed = parse(json.into(), Some(Path::new("part.json")), &Limits::default());
    let object = parsed.tree.documents().next().filter(|object| object.is_mapping() && parsed.error.is_none())?;
    Some(read(object))
}

/// The tokens of a text, in order. A token that touches a further dot or base64url character is none: JSON Web
/// Encryption has five parts, and authors shorten tokens with dots.
pub fn compact_jws(text: &str) -> impl Iterator<Item = CompactJws<'_>> {
    let mut at = 0;
    let beginnings = std::iter::from_fn(move || {
        let start = next_beginning(text, at)?;
        at = start + BEGINNINGS[0].len();
        Some(start)
    });
    beginnings.filter_map(move |start| token_at(text, start))
}

/// Whether a complete signed JSON Web Token stands in a text (`jwt(text)` of the catalogue).
pub fn holds_signed_token(text: &str) -> bool {
    compact_jws(text).any(|token| token.is_signed_token())
}

/// The string values below `root`, in document order, that hold tokens, and few others. Keys, comments and `$ref` texts
/// are no values; a string that aliases repeat is given once.
pub fn suspects(root: Node<'_>) -> Vec<Node<'_>> {
    strings_with(root, |text| compact_jws(text).map(|token| token.range.start))
}

/// How `{` and a quote or white space behind it look in base64url.
const BEGINNINGS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

/// Where, from `at` on, the first of [`BEGINNINGS`] stands.
fn next_beginning(text: &str, at: usize) -> Option<usize> {
    // All begin with one letter, the most frequent of all: left alone, the automaton would stop at each.
    static VECTORISED: OnceLock<Option<packed::Searcher>> = OnceLock::new();
    static AUTOMATON: OnceLock<AhoCorasick> = OnceLock::new();
    if let Some(searcher) = VECTORISED.get_or_init(|| packed::Searcher::new(BEGINNINGS)) {
        let span = Span { start: at, end: text.len() };
        return Some(searcher.find_in(text, span)?.start());
    }
    let automaton =
        AUTOMATON.get_or_init(|| AhoCorasick::new(BEGINNINGS).expect("five short literals fit any automaton"));
    Some(automaton.find(Input::new(text).range(at..))?.start())
}

fn token_at(text: &str, start: usize) -> Option<CompactJws<'_>> {
    let bytes = text.as_bytes();
    if start > 0 && (is_digit(bytes[start - 1]) || bytes[start - 1] == b'.') {
        return None;
    }
    let part = |from: usize| from..from + bytes[from..].iter().take_while(|byte| is_digit(**byte)).count();
    let header = part(start);
    let payload = part(dot(bytes, header.end)?);
    let signature = part(dot(bytes, payload.end)?);
    if payload.is_empty() || bytes.get(signature.end) == Some(&b'.') {
        return None;
    }
    Some(CompactJws {
        range: start..signature.end,
        header: &text[header],
        payload: &text[payload],
        signature: &text[signature],
    })
}

/// What stands behind the dot at `at`.
fn dot(bytes: &[u8], at: usize) -> Option<usize> {
    (bytes.get(at) == Some(&b'.')).then_some(at + 1)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"alg":"HS256","typ":"JWT"}`.
    const HS256: &str = concat!("eyJhbGciOiJIUzI1NiIs", "InR5cCI6IkpXVCJ9");
    /// `{"alg":"none"}`.
    const NONE: &str = concat!("eyJhbGciOiJu", "b25lIn0");
    /// `{"sub":"42"}`.
    const PAYLOAD: &str = concat!("eyJzdWIi", "OiI0MiJ9");
    const SIGNATURE: &str = "c2lnbmF0dXJlLWJ5dGVz";

    fn algs(text: &str) -> Vec<Option<String>> {
        compact_jws(text).map(|token| token.alg()).collect()
    }

    #[test]
    fn tokens_are_found_in_running_text() {
        let text = format!("see {HS256}.{PAYLOAD}.{SIGNATURE}, or \"{NONE}.{PAYLOAD}.\"");
        assert_eq!(algs(&text), [Some("HS256".to_owned()), Some("none".to_owned())]);
        let found: Vec<_> = compact_jws(&text).collect();
        assert_eq!(&text[found[0].range.clone()], format!("{HS256}.{PAYLOAD}.{SIGNATURE}"));
        assert_eq!((found[1].payload, found[1].signature), (PAYLOAD, ""));
    }

    #[test]
    fn headers_may_begin_with_white_space() {
        for (header, alg) in [
            ("eyAiYWxnIjogIm5vbmUiIH0", "none"),
            ("ewogICJhbGciOiAiTm9uZSIKfQ", "None"),
            ("ew0KICJhbGciOiJub25lIn0", "none"),
            ("ewkiYWxnIjoibm9uZSJ9", "none"),
        ] {
            assert_eq!(algs(&format!("{header}.{PAYLOAD}.")), [Some(alg.to_owned())], "{header}");
        }
    }

    #[test]
    fn what_is_no_token() {
        for text in [
            "api.example.com".to_owned(),
            format!("{HS256}.{PAYLOAD}"),
            format!("{HS256}..{SIGNATURE}"),
            format!("{HS256}.{PAYLOAD}.{SIGNATURE}.x.y"),
            format!("{HS256}.{PAYLOAD}..."),
            format!("x{HS256}.{PAYLOAD}.{SIGNATURE}"),
            format!(".{HS256}.{PAYLOAD}.{SIGNATURE}"),
        ] {
            assert_eq!(compact_jws(&text).count(), 0, "{text}");
        }
        // `{"typ":1}` names no algorithm; the second header is no JSON.
        assert_eq!(algs(&format!("eyJ0eXAiOjF9.{PAYLOAD}.x eyJ0eXAi.{PAYLOAD}.x")), [None, None]);
    }

    #[test]
    fn signed_tokens_are_whole() {
        assert!(holds_signed_token(&format!("Bearer {HS256}.{PAYLOAD}.{SIGNATURE}")));
        for text in [
            format!("{HS256}.{PAYLOAD}."),
            format!("{HS256}.{PAYLOAD}.signature"),
            format!("{HS256}.{PAYLOAD}.xxxxxxxxxxxxxxxxxxxxxxxx"),
            format!("{HS256}.cGF5bG9hZA.{SIGNATURE}"),
            format!("eyJ0eXAiOjF9.{PAYLOAD}.{SIGNATURE}"),
        ] {
            assert!(!holds_signed_token(&text), "{text}");
        }
    }

    #[test]
    fn hostile_text_costs_linear_time() {
        for text in ["eyJ".repeat(700_000), "eyJ.".repeat(500_000), "eyJ ".repeat(500_000), "eyJ.eyJ.".repeat(250_000)]
        {
            assert!(!holds_signed_token(&text));
        }
    }
}
