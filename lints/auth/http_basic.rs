//! `auth/http-basic`

use apiward_model::{Api, Scheme, SchemeId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::groups::{Index, groups, sole_scheme};
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, scheme_title};

declare_lint! {
    id: "auth/http-basic",
    title: "HTTP Basic (long-lived reusable credentials) is an accepted scheme",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-522"],
    practices: [Authentication],
    references: [
        "RFC 7617 section 4" => "https://www.rfc-editor.org/rfc/rfc7617#section-4",
        "OpenAPI 3.2.0 Security Considerations, Security Schemes" => "https://spec.openapis.org/oas/v3.2.0.html#security-considerations",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("http_basic.md"),
    check: HttpBasic,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether clients may prove who they are by Basic at the endpoints of OAuth 2.
    allow_on_token_endpoints: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow_on_token_endpoints: true }
    }
}

struct HttpBasic {
    options: Options,
    /// The operations that Basic schemes open alone; worked out for the first one.
    opened: Option<Index<SchemeId>>,
}

impl From<Options> for HttpBasic {
    fn from(options: Options) -> Self {
        Self { options, opened: None }
    }
}

impl<'a> Check<'a> for HttpBasic {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.in_use || !scheme.is_definition() || !is_basic(cx.api, scheme.id) {
            return;
        }
        let opened = self.opened.get_or_insert_with(|| opened(cx, &self.options)).of(scheme.id);
        let what = match opened.first(2).as_slice() {
            [] => return,
            [only] => operation_title(cx.api.operation(*only)),
            _ => format!("{} operations", opened.len()),
        };
        let message = format!("{} is HTTP Basic and opens {what} alone", scheme_title(scheme));
        let help = "take short-lived tokens instead (OAuth 2, OpenID Connect), or ask for a client certificate beside \
                    it: Basic sends a lasting password with every call";
        let finding = cx.finding(scheme.target, message).at_key(scheme.target).help(help);
        cx.report(finding.operations(opened));
    }
}

fn is_basic(api: &Api<'_>, scheme: SchemeId) -> bool {
    api.scheme(scheme).http_scheme.as_deref() == Some("basic")
}

/// The operations that have an alternative of nothing but Basic. At the endpoints of OAuth 2 that is how clients
/// authenticate, not users.
fn opened(cx: &Cx<'_, '_>, options: &Options) -> Index<SchemeId> {
    let spared = |id| options.allow_on_token_endpoints && cx.signs(id).oauth_endpoint;
    let mut opened = Index::default();
    for group in groups(cx.api, |operation| (!spared(operation.id)).then_some(())) {
        let sole = group.alternatives.iter().filter_map(|alternative| sole_scheme(cx.api, alternative));
        for scheme in sole.filter(|scheme| is_basic(cx.api, *scheme)) {
            opened.add(scheme, &group.operations);
        }
    }
    opened
}
