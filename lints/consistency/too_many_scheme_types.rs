//! `consistency/too-many-scheme-types`

use std::collections::BTreeSet;

use apiward_model::predicate::{SchemeKind, scheme_kind};
use apiward_model::{FLOW_URLS, Flow, Node, Scheme, SchemeType};
use foldhash::{HashMap, HashMapExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::by_list;
use crate::framework::text::scheme_title;

declare_lint! {
    id: "consistency/too-many-scheme-types",
    title: "The API mixes many authentication mechanisms",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-657"],
    practices: [Consistency],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("too_many_scheme_types.md"),
    check: TooManySchemeTypes,
    options: Options,
}

/// Options of `consistency/too-many-scheme-types`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Kinds of credentials that an API may accept.
    max_kinds: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_kinds: 2 }
    }
}

struct TooManySchemeTypes {
    most: usize,
}

impl From<Options> for TooManySchemeTypes {
    fn from(options: Options) -> Self {
        Self { most: options.max_kinds }
    }
}

impl<'a> Check<'a> for TooManySchemeTypes {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let kinds = kinds(cx);
        let twins = twins(cx);
        let many = kinds.len() > self.most;
        if !many && twins.is_empty() {
            return;
        }
        let said = twins
            .first()
            .map(|(a, b)| format!("{} and {} are one scheme under two names", scheme_title(a), scheme_title(b)));
        let listed = format!("callers may choose among {} kinds of credentials: {}", kinds.len(), kinds.join(", "));
        let message = match (many, said) {
            (true, Some(said)) => format!("{listed}; {said}"),
            (true, None) => listed,
            (false, said) => said.unwrap_or_default(),
        };
        let place = cx.api.scheme_map.or_else(|| cx.api.root.get("servers")).unwrap_or(cx.api.root);
        let help = "settle on one or two kinds and one name for each scheme: every further one has to be issued, checked, rotated and \
                    revoked as well";
        let finding = cx.finding(place, message).at_key(place).help(help).of_document();
        cx.report(
            twins.iter().fold(finding, |finding, (_, twin)| finding.related_key(twin.node, "defined a second time")),
        );
    }
}

/// The kinds that open an operation on their own, in order of their first use.
fn kinds(cx: &Cx<'_, '_>) -> Vec<String> {
    let mut found: Vec<SchemeKind<'_>> = Vec::new();
    let operations = cx.api.operations.iter().filter(|operation| !cx.signs(operation.id).oauth_endpoint);
    for (alternatives, _) in by_list(operations) {
        for alternative in &**alternatives {
            let members = alternative.members.iter();
            let own: Vec<_> = members.map(|member| scheme_kind(cx.api.scheme(member.scheme?))).collect();
            let Some(Some(kind)) = own.first().copied() else { continue };
            if own.iter().all(|other| *other == Some(kind)) && !found.contains(&kind) {
                found.push(kind);
            }
        }
    }
    found.into_iter().map(name).collect()
}

fn name(kind: SchemeKind<'_>) -> String {
    match kind {
        SchemeKind::Key => "API key",
        SchemeKind::Basic => "password",
        SchemeKind::Token => "token",
        SchemeKind::Certificate => "certificate",
        SchemeKind::Scram => "SCRAM",
        SchemeKind::Kerberos => "Kerberos",
        SchemeKind::Other(other) => return crate::framework::text::quoted(other),
    }
    .to_owned()
}

/// Schemes in use that are defined twice: each with the earlier one. AsyncAPI 3 repeats a scheme in a security list to
/// ask for scopes: that is no second definition.
fn twins<'r, 'a>(cx: &'r Cx<'_, 'a>) -> Vec<(&'r Scheme<'a>, &'r Scheme<'a>)> {
    let mut known: HashMap<String, &Scheme<'a>> = HashMap::new();
    let mut twins = Vec::new();
    for scheme in cx.api.schemes.iter().filter(|scheme| scheme.in_use && scheme.is_definition() && !scheme.inline) {
        let Some(essence) = essence(scheme) else { continue };
        match known.get(&essence) {
            Some(first) => twins.push((*first, scheme)),
            None => {
                known.insert(essence, scheme);
            }
        }
    }
    twins
}

/// What two definitions of one scheme have in common; nothing for types that are never compared.
fn essence(scheme: &Scheme<'_>) -> Option<String> {
    let text = |key: &str| scheme.target.get_str(key).unwrap_or_default();
    Some(match scheme.kind {
        SchemeType::ApiKey => {
            let name = text("name");
            let name = if text("in") == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
            format!("key {} {name}", text("in"))
        }
        SchemeType::Http => {
            let name = scheme.http_scheme.as_deref()?;
            // Two bearer schemes may carry different tokens: only the format tells.
            let format = scheme.target.get_str("bearerFormat");
            if name == "bearer" && format.is_none() {
                return None;
            }
            format!("http {name} {}", format.unwrap_or_default().to_ascii_lowercase())
        }
        SchemeType::OAuth2 => {
            let flows: BTreeSet<String> = scheme.flows.iter().map(flow).collect();
            format!("oauth2 {flows:?}")
        }
        SchemeType::OpenIdConnect => format!("openid {}", text("openIdConnectUrl")),
        _ => return None,
    })
}

fn flow(flow: &Flow<'_>) -> String {
    let urls: Vec<Option<&str>> =
        FLOW_URLS.iter().map(|key| flow.fields.get(key).and_then(|url: Node<'_>| url.as_str())).collect();
    let scopes: BTreeSet<&str> = flow.scopes().map(|(name, _)| name).collect();
    format!("{:?} {urls:?} {scopes:?}", flow.kind)
}
