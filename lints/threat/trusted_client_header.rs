//! `threat/trusted-client-header`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::is_internal_document;
use apiward_model::words::{
    FORGEABLE_IDENTITY_HEADERS, FORGEABLE_IDENTITY_HEADERS_QUERY, FORGEABLE_TRANSPORT_HEADERS, GATEWAY_SET_PHRASES,
};
use apiward_model::{KeyLocation, Location, Operation, Parameter, Place, phrase};
use apiward_syntax::Known;
use foldhash::{HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "threat/trusted-client-header",
    title: "Operation reads a header that clients or proxies can forge",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023", "API5:2023"],
    cwe: ["CWE-290", "CWE-348"],
    practices: [Threats, Roles],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
        "RFC 9110 section 9.2" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.2",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation, Parameter],
    docs: include_str!("trusted_client_header.md"),
    check: TrustedClientHeader,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of headers that say who the caller is.
    names_extra: Vec<String>,
}

struct TrustedClientHeader {
    names_extra: WordSet,
    internal: bool,
    /// The parameters of operations, those of webhooks and callbacks left out.
    used: HashSet<Place>,
    /// Those of operations that are not marked as internal.
    exposed: HashSet<Place>,
}

impl From<Options> for TrustedClientHeader {
    fn from(options: Options) -> Self {
        let names_extra = WordSet::new(&options.names_extra, false);
        Self { names_extra, internal: false, used: HashSet::new(), exposed: HashSet::new() }
    }
}

impl<'a> Check<'a> for TrustedClientHeader {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.internal = is_internal_document(cx.api, "x-audience");
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let internal = operation.own_or_path_item(Known::XInternal).is_some_and(|mark| mark.as_bool() == Some(true));
        let places = operation
            .parameters
            .iter()
            .map(|id| cx.api.parameter(*id))
            .filter(|parameter| matches!(parameter.location, Location::Header | Location::Query));
        for place in places.map(|parameter| parameter.node.place()) {
            self.used.insert(place);
            if !internal {
                self.exposed.insert(place);
            }
        }
    }

    fn parameter(&mut self, cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
        let place = parameter.node.place();
        if !self.used.contains(&place) {
            return;
        }
        let Some(trust) = self.trust(parameter) else { return };
        if parameter.location == Location::Header && is_key(cx, parameter.name) {
            return;
        }
        let checked =
            parameter.node.get_str("description").is_some_and(|text| phrase::says(text, &GATEWAY_SET_PHRASES));
        let lowered = trust == Trust::Transport || checked || self.internal || !self.exposed.contains(&place);
        let (message, help) = wording(trust, parameter.name);
        let finding = cx.finding(parameter.node, message).help(help).operations(cx.reaching(parameter.node));
        cx.report(finding.lowered_if(lowered, Level::Info));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

/// What the server believes when it reads a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Who the caller is, or what the request is.
    Identity,
    /// Where the request comes from.
    Transport,
    /// Another method than that of the request.
    Method,
}

impl TrustedClientHeader {
    fn trust(&self, parameter: &Parameter<'_>) -> Option<Trust> {
        match parameter.location {
            Location::Query => {
                FORGEABLE_IDENTITY_HEADERS_QUERY.entries().contains(&parameter.name).then_some(Trust::Method)
            }
            Location::Header => {
                let name = Tokens::header(parameter.name);
                if FORGEABLE_IDENTITY_HEADERS.matches_name(&name) || self.names_extra.matches_name(&name) {
                    Some(if name.glued().contains("method") { Trust::Method } else { Trust::Identity })
                } else {
                    FORGEABLE_TRANSPORT_HEADERS.matches_name(&name).then_some(Trust::Transport)
                }
            }
            _ => None,
        }
    }
}

/// The header is that of an API key.
fn is_key(cx: &Cx<'_, '_>, name: &str) -> bool {
    cx.api.schemes.iter().any(|scheme| {
        scheme.location == Some(KeyLocation::Header)
            && scheme.target.get_str("name").is_some_and(|key| key.eq_ignore_ascii_case(name))
    })
}

fn wording(trust: Trust, name: &str) -> (String, &'static str) {
    let name = quoted(name);
    match trust {
        Trust::Identity => (
            format!("header {name} tells the server what any client can write into it"),
            "take it from the verified token; if a gateway sets the header, have it drop what clients send, and say so \
             in the description",
        ),
        Trust::Transport => (
            format!("header {name} can be forged by clients unless a proxy sets it anew"),
            "leave it out of the contract, and trust only what your own proxy sets",
        ),
        Trust::Method => (
            format!("parameter {name} changes the method behind rules that look at the method of the request"),
            "describe an operation for each method instead",
        ),
    }
}
