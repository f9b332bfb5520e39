//! `transport/oauth-endpoint-not-https`

use apiward_model::predicate::{Address, Host};
use apiward_model::{FLOW_URLS, Node, Scheme};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{quoted, scheme_title};
use crate::transport::servers::encrypted_url;

declare_lint! {
    id: "transport/oauth-endpoint-not-https",
    title: "OAuth or OpenID Connect endpoint is not https",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023", "API8:2023"],
    cwe: ["CWE-319"],
    practices: [Authentication, Encryption],
    references: [
        "RFC 6749 section 3.1" => "https://www.rfc-editor.org/rfc/rfc6749#section-3.1",
        "RFC 6749 section 3.2" => "https://www.rfc-editor.org/rfc/rfc6749#section-3.2",
        "RFC 8414 section 2" => "https://www.rfc-editor.org/rfc/rfc8414#section-2",
        "RFC 9700 section 2.6" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.6",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("oauth_endpoint_not_https.md"),
    check: OauthEndpointNotHttps,
}

#[derive(Default)]
struct OauthEndpointNotHttps;

impl<'a> Check<'a> for OauthEndpointNotHttps {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // An idle scheme is `auth/unused-scheme`'s alone. A component that is a `$ref` has no fault of its own.
        if !scheme.in_use || !scheme.carries_scopes() || !scheme.is_definition() {
            return;
        }
        for url in urls(scheme) {
            let text = url.raw().text();
            let address = Address::of_url(text);
            let absolute_and_plain = address.scheme.as_deref().is_some_and(|scheme| scheme != "https");
            if !absolute_and_plain || address.host.as_ref().is_some_and(Host::is_local) {
                continue;
            }
            let placeholder = address.host.is_some_and(|host| host.is_placeholder());
            let field = url.key().unwrap_or_default();
            let message = format!("`{field}` of {} is not https: {}", scheme_title(scheme), quoted(text));
            let help = "codes, tokens and client credentials pass through this endpoint: serve it over https only";
            let finding = cx.finding(url, message).help(help).operations(cx.accepting(scheme.id));
            let finding = finding.fixed_by(encrypted_url(url));
            cx.report(finding.lowered_if(placeholder, Level::Warning));
        }
    }
}

/// The nodes of the scheme's URLs: those of its flows, and those of the scheme itself.
fn urls<'a>(scheme: &Scheme<'a>) -> Vec<Node<'a>> {
    let of_flows = scheme.flows.iter().flat_map(|flow| FLOW_URLS.iter().filter_map(|key| flow.fields.get(key)));
    let own = ["oauth2MetadataUrl", "openIdConnectUrl"].into_iter().filter_map(|key| scheme.target.get(key));
    of_flows.chain(own).filter(|url| url.is_string()).collect()
}
