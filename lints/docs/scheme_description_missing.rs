//! `docs/scheme-description-missing`

use apiward_model::{Node, Scheme, SchemeType};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{quoted, scheme_title};

declare_lint! {
    id: "docs/scheme-description-missing",
    title: "Security scheme or scope is not explained",
    levels: Levels::strict(Level::Info),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Documentation, Authentication],
    references: [
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("scheme_description_missing.md"),
    check: SchemeDescriptionMissing,
}

#[derive(Default)]
struct SchemeDescriptionMissing;

impl<'a> Check<'a> for SchemeDescriptionMissing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut bare: Vec<(Node<'a>, String)> = Vec::new();
        for scheme in cx.api.schemes.iter().filter(|scheme| scheme.defined && scheme.is_definition()) {
            let scopes: Vec<(&str, Node<'a>)> = scheme.scopes().collect();
            let silent: Vec<_> = scopes.iter().filter(|(_, text)| text.text().trim().is_empty()).collect();
            let by_scopes = scheme.kind == SchemeType::OAuth2 && !scopes.is_empty() && silent.is_empty();
            if !is_described(scheme) && !by_scopes {
                bare.push((scheme.node, scheme_title(scheme)));
            }
            bare.extend(silent.into_iter().map(|(name, node)| (*node, format!("scope {}", quoted(name)))));
        }
        let Some((first, title)) = bare.first() else { return };
        let place = cx.api.scheme_map.unwrap_or(*first);
        let message = match bare.len() {
            1 => format!("{title} is not explained"),
            several => format!("{several} schemes and scopes are not explained, {title} among them"),
        };
        let help = "say in a `description` who gets the credential, from where, and how long it lasts; of a scope, what it lets \
                    its holder do";
        let finding = cx.finding(place, message).at_key(place).help(help).of_document();
        cx.report(
            bare.iter().fold(finding, |finding, (node, title)| {
                finding.related_key(*node, format!("{title} has no description"))
            }),
        );
    }
}

/// By itself or, from OpenAPI 3.1 on, beside the reference that leads to it.
fn is_described(scheme: &Scheme<'_>) -> bool {
    let says = |node: Node<'_>| node.get_str("description").is_some_and(|text| !text.trim().is_empty());
    says(scheme.target) || says(scheme.node)
}
