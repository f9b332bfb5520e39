//! `auth/invalid-scheme-definition`

mod faults;
mod url;

use apiward_model::Node;
use apiward_model::Scheme;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Related;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "auth/invalid-scheme-definition",
    title: "Security scheme is malformed, so tools ignore it",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication],
    references: [
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
        "RFC 9110 section 11.1" => "https://www.rfc-editor.org/rfc/rfc9110#section-11.1",
        "IANA HTTP Authentication Scheme Registry" => "https://www.iana.org/assignments/http-authschemes/http-authschemes.xhtml",
    ],
    fix: Safe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("invalid_scheme_definition.md"),
    check: InvalidSchemeDefinition,
    options: Options,
}

/// What the lint can be told.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Names of HTTP authentication schemes that are fine although IANA does not list them.
    allow_http_schemes: Vec<String>,
}

struct InvalidSchemeDefinition {
    options: Options,
}

impl From<Options> for InvalidSchemeDefinition {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

impl<'a> Check<'a> for InvalidSchemeDefinition {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // A component whose `$ref` leads nowhere is an unresolved reference, not a malformed scheme.
        if !scheme.defined || !scheme.is_definition() {
            return;
        }
        let found = faults::of(cx.api.spec.format, scheme, &self.options.allow_http_schemes);
        // Only the last kind of fault is a warning.
        let unregistered = found.iter().all(|fault| fault.level < Level::Error);
        let mut found = found.into_iter();
        let Some(first) = found.next() else { return };
        let message = format!("{} {}", scheme_title(scheme), first.says);
        let mut finding = cx.finding(scheme.target, message).help(first.help).lowered_if(unregistered, Level::Warning);
        finding.spot = first.spot;
        if found.len() == 0 {
            finding.fix = trimmed(scheme.target).map(Box::new);
        }
        finding.apart.secrets.extend(first.secret.map(|secret| (first.spot.node.place(), secret)));
        for further in found {
            finding.apart.secrets.extend(further.secret.map(|secret| (further.spot.node.place(), secret)));
            finding
                .apart
                .related
                .push(Related { spot: further.spot, message: format!("it {} besides", further.says).into() });
        }
        cx.report(finding.operations(cx.accepting(scheme.id)));
    }
}

/// Without white space around the name of the HTTP scheme.
fn trimmed(object: Node<'_>) -> Option<Fix<'_>> {
    let scheme = object.get("scheme")?;
    let text = scheme.raw().as_str()?;
    let name = text.trim();
    let changes = name != text && !name.is_empty() && !name.contains(char::is_whitespace);
    changes.then(|| Fix::new("take the white space away").text(scheme, name))
}
