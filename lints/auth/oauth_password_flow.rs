//! `auth/oauth-password-flow`

use apiward_model::{Api, FlowKind, Location, Node, Operation, Scheme};

use crate::framework::composition::{composed, properties_named};
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, scheme_title};

declare_lint! {
    id: "auth/oauth-password-flow",
    title: "OAuth 2 resource-owner password flow is offered",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-522"],
    practices: [Authentication],
    references: [
        "RFC 9700 section 2.4" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.4",
        "OAuth 2.1 (Internet-Draft, revision 16), Differences from OAuth 2.0" => "https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Scheme, Operation],
    docs: include_str!("oauth_password_flow.md"),
    check: OauthPasswordFlow,
}

const HELP: &str = "RFC 9700 says that the resource owner password grant MUST NOT be used, since it hands the user's \
                    password to the client: offer the authorization code flow with PKCE";

#[derive(Default)]
struct OauthPasswordFlow {
    /// A scheme of the document, in use or not, has the flow: that is the plainer place to say it.
    declared: bool,
}

impl<'a> Check<'a> for OauthPasswordFlow {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.declared = cx.api.schemes.iter().any(|scheme| password_flow(scheme).is_some());
    }

    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // An idle scheme is `auth/unused-scheme`'s alone.
        if !scheme.in_use || !scheme.is_definition() {
            return;
        }
        if let Some(flow) = password_flow(scheme) {
            let message = format!("{} offers the OAuth 2 password flow", scheme_title(scheme));
            let finding = cx.finding(flow, message).at_key(flow).help(HELP);
            cx.report(finding.operations(cx.accepting(scheme.id)));
        }
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if self.declared || !operation.method.is("POST") {
            return;
        }
        let signs = cx.signs(operation.id);
        let at_token = || signs.last_segment().is_some_and(|segment| segment.text.eq_ignore_ascii_case("token"));
        if !signs.oauth_endpoint || !at_token() {
            return;
        }
        for place in grant_types(cx.api, operation).into_iter().filter_map(password_grant) {
            let message = format!("{} takes the OAuth 2 password grant", operation_title(operation));
            cx.report(cx.finding(place, message).help(HELP).operation(operation.id).lowered_to(Level::Warning));
        }
    }
}

/// What the scheme's password flow is pointed at by.
fn password_flow<'a>(scheme: &Scheme<'a>) -> Option<Node<'a>> {
    scheme.flows.iter().find(|flow| flow.kind == FlowKind::Password).map(|flow| flow.node)
}

/// The schemas of `grant_type` in the request: in the query, a form, or a form or JSON body.
fn grant_types<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Vec<Node<'a>> {
    let body = operation.body.map(|id| api.body(id));
    let fields = body.into_iter().flat_map(|body| &body.fields);
    let parameters = operation.parameters.iter().chain(fields).map(|id| api.parameter(*id));
    let sent = parameters.filter(|parameter| {
        parameter.name == "grant_type" && matches!(parameter.location, Location::Query | Location::Form)
    });
    let mut found: Vec<Node<'a>> = sent.filter_map(|parameter| parameter.schema).collect();
    let media = body.into_iter().flat_map(|body| &body.media).filter(|media| is_form_or_json(media.name));
    for schema in media.filter_map(|media| media.schema) {
        found.extend(properties_named(schema, "grant_type"));
    }
    found
}

/// OpenAPI 2 may leave the media type out.
fn is_form_or_json(media_type: &str) -> bool {
    let name = media_type.to_ascii_lowercase();
    name.is_empty() || name == "*/*" || name.contains("form") || name.contains("json")
}

/// What says that the value `password` is welcome: an `enum` member, `const`, `default` or `pattern`.
fn password_grant(grant_type: Node<'_>) -> Option<Node<'_>> {
    let is_password = |node: &Node<'_>| node.as_str() == Some("password");
    composed(grant_type).into_iter().find_map(|schema| {
        let member = schema.get("enum").and_then(|list| list.items().find(is_password));
        let same = |key| schema.get(key).filter(is_password);
        let pattern = schema.get("pattern").filter(|node| matches!(node.as_str(), Some("password" | "^password$")));
        member.or_else(|| same("const")).or_else(|| same("default")).or(pattern)
    })
}
