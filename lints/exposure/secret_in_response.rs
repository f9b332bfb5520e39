//! `exposure/secret-in-response`

use std::sync::LazyLock;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{is_masked_value, secret_issuer};
use apiward_model::words::{NEGATIVE_PREFIXES, NEGATIVE_SUFFIXES};
use apiward_model::{Api, Format, Merged, Node, Operation, Reach, Schema};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::exposure::names::{Names, Tier, secret_tier};
use crate::framework::carriers::Carriers;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::pattern;
use crate::framework::text::quoted;

declare_lint! {
    id: "exposure/secret-in-response",
    title: "Response returns a password, secret or key",
    levels: Levels::raised(Level::Error, Level::Error),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023", "API2:2023"],
    cwe: ["CWE-200", "CWE-522"],
    practices: [MinimalExposure, Authentication],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "OpenAPI 3.2.0 Schema Object" => "https://spec.openapis.org/oas/v3.2.0.html#schema-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("secret_in_response.md"),
    check: SecretInResponse,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of secrets.
    names_extra: Vec<String>,
    /// Paths of further operations that issue credentials.
    issuer_paths_extra: Vec<String>,
}

struct SecretInResponse {
    names_extra: WordSet,
    issuer_paths: Vec<String>,
}

impl From<Options> for SecretInResponse {
    fn from(options: Options) -> Self {
        Self { names_extra: WordSet::new(&options.names_extra, false), issuer_paths: options.issuer_paths_extra }
    }
}

/// Schemas inside schemas that are looked at to tell a text from an object.
const DEEPEST: usize = 4;
/// A PIN has at most so many characters.
const LONGEST_PIN: f64 = 12.0;

impl<'a> Check<'a> for SecretInResponse {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let names = Names::new(api, |name| self.tier(name));
        let has_formats = api.files.iter().any(|(_, file)| file.tree.symbol("format").is_some());
        if names.is_empty() && !has_formats {
            return;
        }
        let mut answers = None;
        for schema in api.schemas.all().iter().filter(|schema| schema.reach.intersects(Reach::RESPONSE)) {
            let Some(name) = schema.property_name() else { continue };
            let by_format = || is_password(schema.node, name).then_some(Tier::Sometimes);
            if let Some(tier) = names.of(schema).or_else(by_format)
                && is_secret(api, schema.node, name)
                && !is_described_as_withheld(api, schema, name)
            {
                self.report(cx, schema, tier, &mut answers);
            }
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl SecretInResponse {
    fn tier(&self, name: &Tokens<'_>) -> Option<Tier> {
        if self.names_extra.matches_name(name) { Some(Tier::Never) } else { secret_tier(name) }
    }

    fn report<'a>(&self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>, tier: Tier, answers: &mut Option<Carriers>) {
        let api = cx.api;
        let answers = answers.get_or_insert_with(|| Carriers::of_answers(api));
        let mut operations = answers.of(api, schema.node);
        if operations.is_empty() && !api.spec.format.is_async() {
            return;
        }
        let known = !operations.is_empty();
        let drawn = !is_chosen_by_people(schema.property_name().unwrap_or_default());
        operations.retain(|id| {
            let operation = api.operation(id);
            !(secret_issuer(operation, cx.signs(id), &self.issuer_paths)
                || drawn && (creates(api, operation) || operation.description().is_some_and(shows_once)))
        });
        if known && operations.is_empty() {
            return;
        }
        if !known {
            operations = cx.reaching(schema.node);
        }
        let name = quoted(schema.property_name().unwrap_or_default());
        let message = format!("answers hand out property {name}");
        let in_requests = schema.reach.intersects(Reach::REQUEST);
        let shared = api.spec.format == Format::OpenApi2 && in_requests;
        let help = if shared {
            "give answers a definition of their own without it, to which that of requests adds it by `allOf`: OpenAPI 2.0 has \
             no other way to say that only requests hold a property"
        } else if !in_requests {
            "leave it out of answers: a secret is shown once, to whom it is issued"
        } else {
            "leave it out of answers or, where only requests use it, mark it `writeOnly: true`: a secret is shown once, \
             to whom it is issued"
        };
        let finding = cx.finding(schema.node, message).at_key(schema.node).help(help).operations(operations);
        // What no request uses would be of no use to anybody.
        let marks = in_requests
            && api.spec.format != Format::OpenApi2
            && !api.spec.format.is_async()
            && schema.node.is_mapping();
        let free = marks && schema.node.reference().is_none() && schema.node.get("readOnly").is_none();
        let fix = || Fix::mark(schema.node, "writeOnly");
        let finding = finding.fixed_by(free.then(fix)).lowered_if(!in_requests && is_issued(schema), Level::Info);
        cx.report(finding.lowered_if(shared || tier == Tier::Sometimes, Level::Warning));
    }
}

/// Whether an operation answers with what it has just made: the one time at which a drawn credential is shown.
fn creates(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    operation.method.is("POST") && operation.responses.iter().any(|id| api.response(*id).code == "201")
}

/// "Only returned once", "shown only on creation", "of the newly created key".
static SHOWN_ONCE: LazyLock<Regex> = LazyLock::new(|| {
    let shown = "(?:provided|returned|shown|displayed|revealed|visible|available|included|present)";
    let end = r"(?:once(?:\s*(?:[.,;:!)]|$)|\s+(?:and|at|by|during|in|on|upon|when)\b)|creation\b|created\b|(?:initial|first) response\b)";
    pattern(&format!(
        r"(?i)\bonly\s+(?:be\s+|ever\s+)*{shown}\b[^.]{{0,40}}?\b{end}|\b{shown}\s+only\b[^.]{{0,40}}?\b{end}|\bnewly[\s-]created\b"
    ))
});

/// Whether a text says that a secret is shown when it is made, and at no other time: what the help asks for.
fn shows_once(text: &str) -> bool {
    SHOWN_ONCE.is_match(text)
}

/// "Can only be set", "not retrieved afterwards", "isn't returned", "write-only"; but not "not returned by default".
static WITHHELD: LazyLock<Regex> = LazyLock::new(|| {
    let only_set = r"\bcan\s+only\s+be\s+(?:set|written)\b|\bwrite[\s-]only\b";
    let negation = r"(?:\b(?:not|never|cannot)|n['\u{2019}]t)";
    let told = r"(?:\s+(?:be|ever|been|get))*\s+(?:retrieved?|returned|read)\b";
    let always = r"[^.]{0,60}?\b(?:by\s+default|unless|except|until)\b";
    pattern(&format!(r"(?i){only_set}|{negation}{told}(?P<condition>{always})?"))
});

/// Whether a text says that a secret is given to the service and not handed out again.
fn says_withheld(text: &str) -> bool {
    WITHHELD.captures_iter(text).any(|found| found.name("condition").is_none())
}

/// "Returned as an undisclosed hashed value".
static SHOWN_AS_HASH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:returned|shown)\s+as\s+(?:[a-z]+\s+){0,3}hash(?:ed\s+value)?\b"));

/// Whether a property is described as one that answers show once, if ever. The hash of what people choose is guessed.
fn is_described_as_withheld<'a>(api: &Api<'a>, schema: &Schema<'a>, name: &str) -> bool {
    let merged = Merged::of(api, schema.node);
    let mut texts =
        merged.all("description").chain(schema.node.get("description")).filter_map(|text| text.raw().as_str());
    let as_hash = |text: &str| !is_chosen_by_people(name) && SHOWN_AS_HASH.is_match(text);
    texts.any(|text| shows_once(text) || says_withheld(text) || as_hash(text))
}

/// Whether the service is given the secret, so that it never has to show it.
fn is_chosen_by_people(name: &str) -> bool {
    let words = ["password", "passwd", "pwd", "passphrase", "cvv", "cvv2", "cvc", "pin", "card", "answer"];
    Tokens::new(name).iter().any(|word| words.contains(&word))
}

/// A credential that stands beside its own lifetime is made for whoever asks: that of a relay, of a temporary session.
/// Where requests bring it along, the lifetime may be that of something else.
fn is_issued(schema: &Schema<'_>) -> bool {
    const LIFETIMES: [&str; 4] = ["ttl", "expiresin", "expiresat", "expiration"];
    let mut beside = schema.siblings().into_iter().flat_map(Node::entries);
    beside.any(|(name, _)| LIFETIMES.contains(&Tokens::new(name).glued()))
}

/// A property that its format makes a secret, and not one that only speaks of a secret.
fn is_password(node: Node<'_>, name: &str) -> bool {
    node.get_str("format") == Some("password") && {
        let name = Tokens::new(name);
        !NEGATIVE_PREFIXES.matches(&name) && !NEGATIVE_SUFFIXES.matches(&name)
    }
}

/// A property of such a name whose value may be the secret itself.
pub(super) fn is_secret<'a>(api: &Api<'a>, node: Node<'a>, name: &str) -> bool {
    let merged = Merged::of(api, node);
    if is_masked_value(&merged) || !is_text(api, node, 0) {
        return false;
    }
    !Tokens::new(name).glued().eq("pin") || is_personal_number(&merged)
}

/// A string, what may be one, or an array of those; no enumeration.
fn is_text<'a>(api: &Api<'a>, schema: Node<'a>, depth: usize) -> bool {
    let merged = Merged::of(api, schema);
    if depth > DEEPEST || merged.parts().is_empty() || merged.is_enumerated() {
        return false;
    }
    let of_items = || merged.get("items").is_some_and(|items| is_text(api, items, depth + 1));
    if merged.types().any(|name| name != "null") {
        return merged.is_type("string") || merged.is_type("array") && of_items();
    }
    if ["properties", "additionalProperties", "patternProperties"].iter().any(|key| merged.get(key).is_some()) {
        return false;
    }
    if merged.get("items").is_some() {
        return of_items();
    }
    let branches: Vec<Node<'a>> = merged.all("oneOf").chain(merged.all("anyOf")).flat_map(Node::items).collect();
    branches.is_empty() || branches.into_iter().take(DEEPEST).any(|branch| is_text(api, branch, depth + 1))
}

/// The personal identification number of a card or a device; other pins are put on maps and boards.
fn is_personal_number(schema: &Merged<'_>) -> bool {
    let of_digits = |pattern: &str| {
        let rest = pattern.replace(r"\d", "").replace("0-9", "");
        rest.len() < pattern.len() && !rest.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let short = |node: Node<'_>| node.raw().text().parse::<f64>().is_ok_and(|longest| longest <= LONGEST_PIN);
    schema.all("pattern").filter_map(|node| node.raw().as_str()).any(of_digits) || schema.all("maxLength").any(short)
}

#[cfg(test)]
mod tests {
    use super::{SHOWN_AS_HASH, says_withheld, shows_once};

    #[test]
    fn texts_say_that_a_secret_is_withheld() {
        for text in [
            "The token to connect with. Can only be written.",
            "It can only be set",
            "You can only set it, not retrieve it later.",
            "Is never returned.",
            "It isn't returned in answers",
            "Cannot be read",
            "Write-only.",
            "Will not be retrieved",
        ] {
            assert!(says_withheld(text), "{text}");
        }
        for text in [
            "Must not be empty and is returned as it is",
            "Not returned by default.",
            "Is not returned unless you ask for it",
            "The secret. Returned with the parcel",
        ] {
            assert!(!says_withheld(text), "{text}");
        }
        assert!(SHOWN_AS_HASH.is_match("In other answers it is returned as an undisclosed hashed value."));
        assert!(!SHOWN_AS_HASH.is_match("The hashed value of the password"));
    }

    #[test]
    fn texts_say_that_a_secret_is_shown_once() {
        for text in [
            "Only returned once.",
            "The key. It is only shown\nonce and cannot be read later",
            "Will only be provided on creation",
            "Returned only when the carrier is created.",
            "Only included in the initial response",
            "The secret of the newly created key",
        ] {
            assert!(shows_once(text), "{text}");
        }
        for text in [
            "Only returned once the parcel has left.",
            "Returned once",
            "Only carriers have it. Creation is free",
            "Only available to carriers",
            "The secret of the key",
        ] {
            assert!(!shows_once(text), "{text}");
        }
    }
}
