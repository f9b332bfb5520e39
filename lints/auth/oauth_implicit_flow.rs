//! `auth/oauth-implicit-flow`

use apiward_model::{FlowKind, Format, Scheme, SchemeId};
use foldhash::HashSet;

use crate::auth::groups::needed;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "auth/oauth-implicit-flow",
    title: "OAuth 2 implicit flow is offered",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-522"],
    practices: [Authentication],
    references: [
        "RFC 9700 section 2.1.2" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.1.2",
        "OAuth 2.1 (Internet-Draft, revision 16), Differences from OAuth 2.0" => "https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/",
        "OpenAPI 3.2.0 Security Considerations, Security Schemes" => "https://spec.openapis.org/oas/v3.2.0.html#security-considerations",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("oauth_implicit_flow.md"),
    check: OauthImplicitFlow,
}

#[derive(Default)]
struct OauthImplicitFlow {
    /// Schemes that a caller of some operation cannot do without; worked out for the first deprecated one.
    needed: Option<HashSet<SchemeId>>,
}

impl<'a> Check<'a> for OauthImplicitFlow {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // An idle scheme is `auth/unused-scheme`'s alone.
        if !scheme.in_use || !scheme.is_definition() {
            return;
        }
        let Some(flow) = scheme.flows.iter().find(|flow| flow.kind == FlowKind::Implicit) else { return };
        // Schemes can be deprecated from OpenAPI 3.2 on.
        let deprecated = cx.api.spec.format == Format::OpenApi32 && scheme.target.is_true("deprecated");
        let retired = deprecated && !self.needed.get_or_insert_with(|| all_needed(cx)).contains(&scheme.id);
        let message = format!("{} offers the OAuth 2 implicit flow", scheme_title(scheme));
        let help = "RFC 9700 says that clients SHOULD NOT use it, since tokens leak from the redirect's URL: offer \
                    the authorization code flow with PKCE instead";
        let finding = cx.finding(flow.node, message).at_key(flow.node).help(help);
        cx.report(finding.operations(cx.accepting(scheme.id)).lowered_if(retired, Level::Warning));
    }
}

/// The schemes that are in every alternative of an operation.
fn all_needed(cx: &Cx<'_, '_>) -> HashSet<SchemeId> {
    cx.effective_lists().flat_map(|list| needed(cx.api, list)).collect()
}
