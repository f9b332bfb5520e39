//! Credentials in text: strings that a known format gives away (`secret_match` of the catalogue), less placeholders,
//! masks and the pairs of manuals.
//!
//! Descriptions hold megabytes of strings and next to no credentials, so everything begins with one fast scan for the
//! few literals without which there is none; see [`formats`].

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use apiward_syntax::{Node, Span};
use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use crate::base64;
use crate::lexicon::Tokens;
use crate::predicate::Address;
use crate::strings::{strings, strings_with};
use crate::words::{CREDENTIAL_DEMO_VALUES, SECRET_PLACEHOLDER_MARKERS};

mod formats;

pub use formats::SecretFormat;
use formats::{AWS, BASIC, FORMATS, Hit, PRIVATE_KEY, USERINFO};

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMatch {
    /// The format that gave it away; nothing when it was a pattern of the user's.
    pub format: Option<&'static SecretFormat>,
    /// All of it, in bytes of the text.
    pub range: Range<usize>,
    /// The part that no output may show.
    pub hidden: Range<usize>,
    /// True when it is no more than a warning: a test key, a host that is not real, half of a pair.
    pub lesser: bool,
    /// The secret key that makes an AWS access key id whole, where it stands in the same text.
    pub partner: Option<Range<usize>>,
}

/// A variable part with fewer different characters is no credential.
const FEWEST_DISTINCT: usize = 8;
/// So is one with less information, in bits per character.
const LEAST_ENTROPY: f64 = 3.0;
/// Longest value that is compared with the list of demonstration values, in bytes.
const LONGEST_DEMO: usize = 64;
/// Characters of an AWS secret key.
const AWS_SECRET: usize = 40;
/// In a whole file an AWS secret key belongs to the key id when it stands no farther away, in bytes.
const NEAR: usize = 300;

/// What is looked for beyond the known formats, and what is let pass.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    patterns: Vec<SecretPattern>,
    allowed: Vec<String>,
}

/// A pattern of the user's: a regular expression without look-around. Its first group, if it has one, is the secret.
#[derive(Clone, Debug)]
pub struct SecretPattern(Regex);

/// Memory that a compiled pattern of the user's may take, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

impl SecretPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Why it is none, on one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let built = RegexBuilder::new(pattern).unicode(false).size_limit(PATTERN_SIZE).build();
        let why = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        built.map(Self).map_err(|error| format!("{pattern:?} is no regular expression: {}", why(error)))
    }
}

impl Secrets {
    /// `patterns` are looked for beside the known formats; `allowed` values are let pass: as a whole string, as a whole
    /// match, or as a decoded Basic pair.
    pub fn new(patterns: Vec<SecretPattern>, allowed: Vec<String>) -> Self {
        Self { patterns, allowed }
    }

    /// The credentials in a string value, by position. Where matches overlap, the earlier format wins.
    pub fn find(&self, value: &str) -> Vec<SecretMatch> {
        // Once for all keys of the text.
        let partner = OnceCell::new();
        let partner = || partner.get_or_init(|| aws_secret(value)).clone();
        let known = formats::hits(value, false).filter_map(|hit| self.judge(value, &hit, &partner));
        let own = self.patterns.iter().flat_map(|pattern| self.matches_of(pattern, value));
        without_overlaps(known.chain(own).collect())
    }

    /// The string values below `root`, in document order, in which credentials may stand, and few others. Keys,
    /// comments and `$ref` texts are no values; a string that aliases repeat is given once.
    pub fn suspects<'t>(&self, root: Node<'t>) -> Vec<Node<'t>> {
        if !self.patterns.is_empty() {
            return strings(root).collect();
        }
        strings_with(root, |text| formats::hits(text, false).map(|hit| hit.range.start))
    }

    /// What a match of a pattern amounts to; nothing when it is exempt.
    fn judge(&self, text: &str, hit: &Hit, partner: &dyn Fn() -> Option<Range<usize>>) -> Option<SecretMatch> {
        let format = &FORMATS[hit.format];
        let variable = text.get(hit.variable.clone())?;
        let secret = match hit.format {
            PRIVATE_KEY => key_characters(variable),
            BASIC => self.basic_password(variable)?,
            _ => variable.to_owned(),
        };
        if !is_credential(&secret) || self.is_let_pass(text, text.get(hit.range.clone())?) {
            return None;
        }
        let partner = if hit.format == AWS { partner() } else { None };
        let lesser = match hit.format {
            AWS => partner.is_none(),
            USERINFO => has_unreal_host(&text[hit.variable.end..hit.range.end]),
            _ => format.lesser,
        };
        Some(SecretMatch {
            format: Some(format),
            range: hit.range.clone(),
            hidden: hit.variable.clone(),
            lesser,
            partner,
        })
    }

    /// The password of a Basic credential; nothing when it is none, or the pair of a manual.
    fn basic_password(&self, encoded: &str) -> Option<String> {
        let pair = String::from_utf8(base64::decode(encoded)?).ok()?;
        let printable = pair.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let (_, password) = pair.split_once(':').filter(|_| printable)?;
        (!is_demo(&pair) && !self.allowed.contains(&pair)).then(|| password.to_owned())
    }

    fn is_let_pass(&self, value: &str, matched: &str) -> bool {
        is_demo(value) || is_demo(matched) || self.allowed.iter().any(|allowed| allowed == value || allowed == matched)
    }

    fn matches_of(&self, pattern: &SecretPattern, value: &str) -> Vec<SecretMatch> {
        let found = pattern.0.captures_iter(value.as_bytes()).filter_map(|captures| {
            let range = captures.get(0)?.range();
            let hidden = captures.get(1).map_or_else(|| range.clone(), |group| group.range());
            let exempt =
                !is_credential(value.get(hidden.clone())?) || self.is_let_pass(value, value.get(range.clone())?);
            let secret = SecretMatch { format: None, range, hidden, lesser: false, partner: None };
            (!exempt).then_some(secret)
        });
        found.collect()
    }
}

/// The credentials of known formats in a string value (`secret_match` of the catalogue).
pub fn secret_match(value: &str) -> Vec<SecretMatch> {
    Secrets::default().find(value)
}

/// The parts of a source text, or of a piece of it, that hold credentials of known formats: no output may show them.
/// In bytes, sorted, without overlap. Keys and comments are looked at too, and backslash escapes are understood.
///
/// Give it the whole file where there is one: a private key that spans lines is not to be known by its middle. The
/// cost is that of one fast scan.
pub fn find(source: &str) -> Vec<Range<usize>> {
    let slashes = memmem::find(source.as_bytes(), br"\/").is_some();
    let plain = if slashes { without_escaped_slashes(source) } else { (String::new(), Vec::new()) };
    let text = if slashes { plain.0.as_str() } else { source };
    let nobody = Secrets::default();
    let mut found: Vec<Range<usize>> = Vec::new();
    for hit in formats::hits(text, true) {
        let near = around(text, &hit.range);
        let partner = || aws_secret(&text[near.clone()]).map(|range| near.start + range.start..near.start + range.end);
        if let Some(secret) = nobody.judge(text, &hit, &partner) {
            found.push(secret.hidden);
            found.extend(secret.partner);
        }
    }
    // Each backslash that was taken away stood before the byte at its position.
    let in_source = |at: usize| at + plain.1.partition_point(|removed| *removed <= at);
    merged(found.into_iter().map(|range| in_source(range.start)..in_source(range.end)).collect())
}

/// A text with its credentials of known formats written `***`.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for range in found {
        shown.push_str(&text[at..range.start]);
        shown.push_str("***");
        at = range.end;
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// The bytes of its file that hold the parts `hidden` of a string's value: exact where the value stands in the source
/// as it is, or the parts do; else the whole value.
pub fn spans_in_source(node: Node<'_>, hidden: &[Range<usize>]) -> Vec<Span> {
    let value = node.span();
    if let Some(text) = node.text_span() {
        return hidden.iter().map(|range| part(text.start, range)).collect();
    }
    let source = node.tree().source().get(value.start as usize..value.end as usize).unwrap_or_default();
    let mut secrets: Vec<&str> = hidden.iter().filter_map(|range| node.text().get(range.clone())).collect();
    secrets.sort_unstable();
    secrets.dedup();
    if secrets.len() > SEARCHED {
        return vec![value];
    }
    let mut spans = Vec::new();
    for secret in secrets {
        let before = spans.len();
        let places = memmem::find_iter(source.as_bytes(), secret).map(|at| at..at + secret.len());
        spans.extend(places.map(|range| part(value.start, &range)));
        if spans.len() == before {
            return vec![value];
        }
    }
    spans
}

/// Secrets that are looked for one by one in the source of a string; with more, all of the string is hidden.
const SEARCHED: usize = 16;

fn part(start: u32, range: &Range<usize>) -> Span {
    let at = |offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    Span::new(at(range.start), at(range.end))
}

/// The secret key of an AWS pair: 40 characters of its alphabet that stand alone, and that are no digest or path.
pub fn aws_secret(text: &str) -> Option<Range<usize>> {
    let of_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+');
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| of_key(**byte)).count();
        let range = at..at + length;
        if length == AWS_SECRET && bytes.get(range.end) != Some(&b'=') {
            let secret = &text[range.clone()];
            let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
            if kinds.iter().all(|kind| secret.bytes().any(|byte| kind(&byte))) && is_credential(secret) {
                return Some(range);
            }
        }
        at = range.end + 1;
    }
    None
}

/// Whether the variable part of a match is a credential by its looks alone.
fn is_credential(secret: &str) -> bool {
    distinct_bytes(secret) >= FEWEST_DISTINCT
        && entropy(secret) >= LEAST_ENTROPY
        && !SECRET_PLACEHOLDER_MARKERS.matches_pattern(secret)
}

/// The number of different bytes of a text.
pub(crate) fn distinct_bytes(text: &str) -> usize {
    counts(text).iter().filter(|count| **count > 0).count()
}

/// Shannon's entropy, in bits per character.
#[expect(clippy::cast_precision_loss, reason = "texts have far fewer than 2^52 bytes")]
pub fn entropy(text: &str) -> f64 {
    let length = text.len() as f64;
    let bits = |count: &usize| {
        let share = *count as f64 / length;
        -share * share.log2()
    };
    let sum: f64 = counts(text).iter().filter(|count| **count > 0).map(bits).sum();
    // Eight characters, each once, have three bits: rounding must not take them away.
    (sum * 1e9).round() / 1e9
}

fn counts(text: &str) -> [usize; 256] {
    let mut counts = [0; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    counts
}

fn is_demo(value: &str) -> bool {
    value.len() <= LONGEST_DEMO && CREDENTIAL_DEMO_VALUES.matches_name(&Tokens::new(value))
}

/// The characters of a key without white space and escaped line breaks.
fn key_characters(body: &str) -> String {
    body.replace("\\n", "").replace("\\r", "").chars().filter(|c| !c.is_ascii_whitespace() && *c != '\\').collect()
}

/// Whether what follows a password in a URL, `@host...`, names a host that is local or a placeholder. In running text
/// punctuation may follow.
fn has_unreal_host(behind: &str) -> bool {
    let authority = behind.split(['?', '#', '"', '\'', '`', ')', ',', ';', '\\']).next().unwrap_or_default();
    let host = Address::of_url(&format!("x://{authority}")).host;
    host.is_some_and(|host| host.is_local() || host.is_placeholder())
}

/// The earlier format wins; what is left is sorted by position.
fn without_overlaps(mut matches: Vec<SecretMatch>) -> Vec<SecretMatch> {
    let rank = |secret: &SecretMatch| FORMATS.iter().position(|format| Some(format) == secret.format);
    if matches.len() > 1 {
        // Patterns of the user's come last; the sort keeps their order.
        matches.sort_by_key(|secret| (rank(secret).unwrap_or(FORMATS.len()), secret.range.start));
    }
    let mut kept: BTreeMap<usize, SecretMatch> = BTreeMap::new();
    for secret in matches {
        let before = kept.range(..secret.range.end).next_back();
        if before.is_none_or(|(_, other)| other.range.end <= secret.range.start) {
            kept.insert(secret.range.start, secret);
        }
    }
    kept.into_values().collect()
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// The piece of a text that lies near a match.
fn around(text: &str, range: &Range<usize>) -> Range<usize> {
    let boundary = |from: usize| (from..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    boundary(range.start.saturating_sub(NEAR))..boundary((range.end + NEAR).min(text.len()))
}

/// The text with `\/`, as some writers of JSON have it, made `/`; and where, in what is left, a backslash went.
fn without_escaped_slashes(text: &str) -> (String, Vec<usize>) {
    let mut plain = String::with_capacity(text.len());
    let mut removed = Vec::new();
    let mut at = 0;
    for slash in memmem::find_iter(text.as_bytes(), br"\/") {
        plain.push_str(&text[at..slash]);
        removed.push(plain.len());
        at = slash + 1;
    }
    plain.push_str(&text[at..]);
    (plain, removed)
}

#[cfg(test)]
mod tests;
