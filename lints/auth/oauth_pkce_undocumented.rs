//! `auth/oauth-pkce-undocumented`

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::{Api, Flow, FlowKind, Node, Operation, Parameter, Reach, Schema, Scheme};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::composition::{composed, properties_named};
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "auth/oauth-pkce-undocumented",
    title: "Authorization-code flow without any sign of PKCE",
    levels: Levels::strict(Level::Info),
    confidence: Low,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-352"],
    practices: [Authentication, Documentation],
    references: [
        "RFC 9700 section 2.1.1" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1",
        "RFC 7636" => "https://www.rfc-editor.org/rfc/rfc7636",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme, Parameter, Schema],
    docs: include_str!("oauth_pkce_undocumented.md"),
    check: OauthPkceUndocumented,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Extensions of a scheme or flow that say that clients use PKCE.
    extensions: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { extensions: ["x-pkce", "x-usePkce", "x-oauth2-pkce"].map(str::to_owned).to_vec() }
    }
}

struct OauthPkceUndocumented {
    options: Options,
    /// The description speaks of it outside the schemes; worked out for the first one.
    told: Option<bool>,
}

impl From<Options> for OauthPkceUndocumented {
    fn from(options: Options) -> Self {
        Self { options, told: None }
    }
}

/// Signs of PKCE. They often stand in code spans, so the raw text is searched.
static PKCE: Lexicon = Lexicon::new(
    "oauth-pkce-undocumented",
    Match::Regex,
    &[r"\b(pkce|s256)\b", r"\bcode_(challenge|verifier)", r"\bproof key for code exchange\b", r"\boauth[ -]?2\.1\b"],
);

const METHOD: &str = "code_challenge_method";

impl<'a> Check<'a> for OauthPkceUndocumented {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.in_use || !scheme.is_definition() {
            return;
        }
        let Some(flow) = scheme.flows.iter().find(|flow| flow.kind == FlowKind::AuthorizationCode) else { return };
        if self.is_told_at(scheme, flow) || *self.told.get_or_insert_with(|| is_told_elsewhere(cx)) {
            return;
        }
        let message =
            format!("{} offers the authorization code flow, and nothing speaks of PKCE", scheme_title(scheme));
        let help = "require PKCE with S256 of all clients (RFC 9700), and say so in the description of the scheme";
        let finding = cx.finding(flow.node, message).at_key(flow.node).help(help);
        cx.report(finding.operations(cx.accepting(scheme.id)));
    }

    fn parameter(&mut self, cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
        if let Some(schema) = parameter.schema.filter(|_| parameter.name == METHOD) {
            plain_method(cx, schema);
        }
    }

    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        if schema.property_name() == Some(METHOD) && schema.reach.intersects(Reach::REQUEST) {
            plain_method(cx, schema.node);
        }
    }
}

impl OauthPkceUndocumented {
    /// The scheme itself says that clients use PKCE.
    fn is_told_at(&self, scheme: &Scheme<'_>, flow: &Flow<'_>) -> bool {
        let holders = [scheme.target, flow.fields];
        let extension =
            |holder: &Node<'_>| self.options.extensions.iter().any(|name| holder.get(name).is_some_and(is_on));
        let text = |holder: &Node<'_>| holder.get_str("description").is_some_and(|text| PKCE.matches_pattern(text));
        holders.iter().any(|holder| extension(holder) || text(holder))
    }
}

/// Tools write `true`, or the method: `S256`, `no`.
fn is_on(value: Node<'_>) -> bool {
    let off = |text: &str| ["", "no", "none", "false"].iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    value.as_bool().or_else(|| value.as_str().map(|text| !off(text))).unwrap_or(false)
}

/// The introduction speaks of PKCE, or the authorization endpoint takes a challenge.
fn is_told_elsewhere(cx: &Cx<'_, '_>) -> bool {
    let introduction = cx.api.root.get("info").and_then(|info| info.get_str("description"));
    introduction.is_some_and(|text| PKCE.matches_pattern(text))
        || cx.api.operations.iter().any(|operation| {
            cx.signs(operation.id).oauth_endpoint
                && is_authorization(cx, operation)
                && takes_challenge(cx.api, operation)
        })
}

fn is_authorization(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    let path = cx.signs(operation.id).path();
    let names = ["authorize", "authorization", "par"];
    path.last().is_some_and(|last| names.iter().any(|name| last.text.eq_ignore_ascii_case(name)))
}

fn takes_challenge(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let body = operation.body.map(|id| api.body(id));
    let fields = body.into_iter().flat_map(|body| &body.fields);
    let mut parameters = operation.parameters.iter().chain(fields).map(|id| api.parameter(*id));
    let mut schemas = body.into_iter().flat_map(|body| &body.media).filter_map(|media| media.schema);
    parameters.any(|parameter| parameter.name == "code_challenge")
        || schemas.any(|schema| !properties_named(schema, "code_challenge").is_empty())
}

/// Reports a method of challenge that is none: `plain` sends the verifier itself.
fn plain_method<'a>(cx: &mut Cx<'_, 'a>, schema: Node<'a>) {
    let parts = composed(schema);
    let listed = || parts.iter().filter_map(|part| part.get("enum")).flat_map(Node::items);
    let fixed = || ["const", "default"].into_iter().flat_map(|key| parts.iter().filter_map(move |part| part.get(key)));
    let is = |node: &Node<'a>, method| node.as_str().is_some_and(|text| text.eq_ignore_ascii_case(method));
    let Some(plain) = listed().chain(fixed()).find(|node| is(node, "plain")) else { return };
    let described = || {
        let mut texts = parts.iter().filter_map(|part| part.get_str("description"));
        listed().next().is_none() && texts.any(|text| text.to_ascii_uppercase().contains("S256"))
    };
    let offers_s256 = listed().chain(fixed()).any(|node| is(&node, "S256")) || described();
    let message = if offers_s256 {
        format!("`{METHOD}` accepts `plain` beside `S256`")
    } else {
        format!("`{METHOD}` accepts `plain` and does not offer `S256`")
    };
    let help = "accept `S256` only: with `plain` whoever reads the authorization request can redeem the code";
    let finding = cx.finding(plain, message).help(help).operations(cx.reaching(plain));
    cx.report(if offers_s256 { finding } else { finding.raised_to(Level::Warning) });
}
