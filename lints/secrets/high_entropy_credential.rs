//! `secrets/high-entropy-credential`

use std::collections::BTreeMap;
use std::sync::LazyLock;

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::secret::{aws_secret, entropy, secret_match, spans_in_source};
use apiward_model::words::{
    CREDENTIAL_PARAMETER_NAMES, SECRET_PLACEHOLDER_MARKERS, SECRET_RESPONSE_NAMES, SECRET_RESPONSE_NAMES_WEAK,
};
use apiward_model::{Node, encodes_text};
use foldhash::{HashMap, HashMapExt, HashSet};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::{Fix, PLACEHOLDER};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::pattern::pattern;
use crate::framework::text::quoted;
use crate::secrets::shown::{name_of, values};

declare_lint! {
    id: "secrets/high-entropy-credential",
    title: "Credential-named field shows a high-entropy example or default",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-798", "CWE-540"],
    practices: [Authentication],
    references: [
        "OWASP Secrets Management Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("high_entropy_credential.md"),
    check: HighEntropyCredential,
    options: Options,
}

/// Options of `secrets/high-entropy-credential`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Least information of a value, in bits per character; 3.0 for hexadecimal digits alone.
    min_entropy: f64,
    /// Least length of a value in characters.
    min_length: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_entropy: 3.5, min_length: 16 }
    }
}

struct HighEntropyCredential {
    options: Options,
}

impl From<Options> for HighEntropyCredential {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

/// Different names under which one value stands, from which on it is no secret of one of them.
const MANY_NAMES: usize = 3;
/// Least information of a value of hexadecimal digits, in bits per character.
const HEX_ENTROPY: f64 = 3.0;

impl<'a> Check<'a> for HighEntropyCredential {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut known: HashMap<&'a str, bool> = HashMap::new();
        let mut found: Vec<(Node<'a>, &'a str)> = Vec::new();
        let mut names_of: HashMap<&'a str, HashSet<String>> = HashMap::new();
        let least = self.options.min_length;
        for node in values(cx.api, |node| node.is_string() && node.text_len() >= least) {
            let Some(name) = name_of(node) else { continue };
            if *known.entry(name).or_insert_with(|| is_credential(&Tokens::header(name)))
                && self.is_random(node.text())
                && !belongs_to_key_id(node)
            {
                found.push((node, name));
                names_of.entry(node.text()).or_default().insert(name.to_ascii_lowercase());
            }
        }
        found.retain(|(node, _)| names_of.get(node.text()).is_none_or(|names| names.len() < MANY_NAMES));
        let mut places: BTreeMap<&str, Vec<(Node<'a>, &str)>> = BTreeMap::new();
        for shown in found {
            places.entry(shown.0.raw().text()).or_default().push(shown);
        }
        for places in places.into_values() {
            report(cx, &places);
        }
    }
}

/// One value, at all its places.
fn report<'a>(cx: &mut Cx<'_, 'a>, places: &[(Node<'a>, &'a str)]) {
    let Some(((node, name), others)) = places.split_first() else { return };
    let message = format!("{} shows a value that looks like a real credential", quoted(name));
    let help = "take it out of use if it is one, and show a placeholder such as `<token>` instead";
    let operations = Operations::united(places.iter().map(|(node, _)| cx.reaching(*node)));
    let mut finding = cx.finding(*node, message).help(help).operations(operations);
    finding = finding.about(cx.api.operations_node(), node.text());
    for (other, _) in others {
        finding = finding.related(*other, "the same value");
    }
    for (node, _) in places {
        let text = 0..node.text().len();
        let spans = spans_in_source(node.raw(), &[text]);
        finding = spans.into_iter().fold(finding, |finding, span| finding.hides(*node, span));
    }
    let fix = places.iter().fold(Fix::new("show a placeholder"), |fix, (node, _)| fix.text(*node, PLACEHOLDER));
    cx.report(finding.fixed_by(fix));
}

/// Names of credentials that are not about a digest of one.
fn is_credential(name: &Tokens<'_>) -> bool {
    static DIGESTS: Lexicon = Lexicon::new("digests", Match::Word, &["hash", "hashed", "digest", "salt"]);
    let named = [&CREDENTIAL_PARAMETER_NAMES, &SECRET_RESPONSE_NAMES, &SECRET_RESPONSE_NAMES_WEAK];
    named.iter().any(|list| list.matches_name(name)) && !DIGESTS.matches_word(name)
}

static UUID: LazyLock<Regex> = LazyLock::new(|| pattern("^(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
static DATE: LazyLock<Regex> = LazyLock::new(|| pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}"));

impl HighEntropyCredential {
    fn is_random(&self, text: &str) -> bool {
        let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let least = if hex { HEX_ENTROPY } else { self.options.min_entropy };
        let url =
            text.split_once("://").is_some_and(|(_, rest)| !rest.split('/').next().unwrap_or_default().contains('@'));
        text.chars().count() >= self.options.min_length
            && entropy(text) >= least
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && !text.contains(char::is_whitespace)
            && !is_repeated(text)
            && !SECRET_PLACEHOLDER_MARKERS.matches_pattern(text)
            && !url
            && !UUID.is_match(text)
            && !DATE.is_match(text)
            && !encodes_text(text)
            && !is_token(text)
            && secret_match(text).is_empty()
    }
}

/// The secret key of an AWS pair: `secrets/known-credential` speaks of both halves at the key id beside it.
fn belongs_to_key_id(node: Node<'_>) -> bool {
    if aws_secret(node.text()).is_none() {
        return false;
    }
    let Some(object) = node.parent() else { return false };
    let schema = if object.is_sequence() { object.parent() } else { Some(object) };
    let properties = schema.and_then(Node::parent).filter(|map| map.key() == Some("properties"));
    let of_properties = properties.into_iter().flat_map(Node::entries).flat_map(|(_, schema)| schema.entries());
    let values = object.entries().chain(of_properties).map(|(_, value)| value).take(BESIDE);
    let mut texts = values.flat_map(|value| std::iter::once(value).chain(value.items().take(BESIDE)));
    texts.any(|text| {
        let matches = text.raw().as_str().map(secret_match).unwrap_or_default();
        matches.iter().any(|found| found.format.is_some_and(|format| format.id == "aws-access-key"))
    })
}

/// Values beside a key that are looked at.
const BESIDE: usize = 64;

/// A JSON Web Token, or what was one before parts of it were cut away: `secrets/jwt-in-document` speaks of whole ones.
fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.matches('.').count() >= 2
}

/// A text that is another one several times over, as the keys of test vectors are.
fn is_repeated(text: &str) -> bool {
    let bytes = text.as_bytes();
    let repeats =
        |period: &usize| bytes.len().is_multiple_of(*period) && bytes[*period..] == bytes[..bytes.len() - period];
    (1..=bytes.len() / 2).any(|period| repeats(&period))
}
