//! `docs/security-contact-missing`

use std::sync::LazyLock;

use apiward_model::{Api, Node};
use regex::Regex;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::judge;

declare_lint! {
    id: "docs/security-contact-missing",
    title: "Nobody to report a vulnerability to",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Documentation, Maintenance],
    references: [
        "RFC 9116" => "https://www.rfc-editor.org/rfc/rfc9116",
        "OpenAPI 3.2.0 Contact Object" => "https://spec.openapis.org/oas/v3.2.0.html#contact-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("security_contact_missing.md"),
    check: SecurityContactMissing,
}

#[derive(Default)]
struct SecurityContactMissing;

impl<'a> Check<'a> for SecurityContactMissing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let Some(info) = api.root.get("info") else { return };
        let empty = api.operations.is_empty() && api.webhooks.is_empty() && api.channels.is_empty();
        if empty || has_contact(info) || names_channel(api, info) {
            return;
        }
        let place = info.get("contact").unwrap_or(info);
        let finding = cx.finding(place, "nobody is named to whom a weakness could be reported").at_key(place);
        let help = "give `info.contact` an `email` or `url`, or say in `info.description` where the security.txt or the page on \
                    vulnerabilities is";
        cx.report(finding.help(help).of_document());
    }
}

fn text<'a>(node: Option<Node<'a>>, key: &str) -> &'a str {
    node.and_then(|node| node.get_str(key)).unwrap_or_default()
}

fn has_contact(info: Node<'_>) -> bool {
    let contact = info.get("contact");
    ["email", "url"].iter().any(|key| !text(contact, key).trim().is_empty())
}

/// Another way in which a description says whom to tell.
fn names_channel(api: &Api<'_>, info: Node<'_>) -> bool {
    let format = api.spec.format;
    let docs_holder = if format == apiward_model::Format::AsyncApi3 { info } else { api.root };
    let docs = docs_holder.get("externalDocs");
    let terms = text(Some(info), "termsOfService");
    let description = text(Some(info), "description");
    let (about, url) = (text(docs, "description"), text(docs, "url"));
    let extension = [info, api.root].iter().any(|node| !text(Some(*node), "x-security-contact").trim().is_empty());
    let mut paragraphs = description.split("\n\n").flat_map(|part| part.split("\r\n\r\n"));
    extension
        || [description, about, url, terms].iter().any(|text| text.contains("security.txt"))
        || paragraphs.any(|part| WORD.is_match(part) && ADDRESS.is_match(part))
        || [about, url, terms].iter().any(|text| WORD.is_match(text))
}

static WORD: LazyLock<Regex> =
    LazyLock::new(|| judge(r"(?i-u)\b(?:security|vulnerabilit(?:y|ies)|responsible[ -]disclosure|bug[ -]bounty)\b"));

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| judge(r"(?i-u)https?://[a-z0-9]|[a-z0-9._%+-]+@[a-z0-9-]+\.[a-z0-9]"));
