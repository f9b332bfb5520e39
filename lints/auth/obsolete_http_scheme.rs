//! `auth/obsolete-http-scheme`

use apiward_model::predicate::{has_only_local_servers, is_authorization_key};
use apiward_model::words::OBSOLETE_SCHEME_PHRASES;
use apiward_model::{Scheme, SchemeType, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{quoted, scheme_title};

declare_lint! {
    id: "auth/obsolete-http-scheme",
    title: "HTTP Digest, NTLM, Negotiate or OAuth 1.0 is an accepted scheme",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-1390"],
    practices: [Authentication, Maintenance],
    references: [
        "RFC 7616 section 5.1" => "https://www.rfc-editor.org/rfc/rfc7616#section-5.1",
        "IANA HTTP Authentication Scheme Registry" => "https://www.iana.org/assignments/http-authschemes/http-authschemes.xhtml",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("obsolete_http_scheme.md"),
    check: ObsoleteHttpScheme,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether Negotiate, which is Kerberos as a rule, is fine wherever the servers stand.
    allow_kerberos: bool,
}

struct ObsoleteHttpScheme(Options);

impl From<Options> for ObsoleteHttpScheme {
    fn from(options: Options) -> Self {
        Self(options)
    }
}

impl<'a> Check<'a> for ObsoleteHttpScheme {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.in_use || !scheme.is_definition() {
            return;
        }
        let Some(found) = obsolete(scheme) else { return };
        let kerberos = found == Obsolete::Negotiate;
        // Kerberos inside one's own network is what it was made for.
        let at_home = || !cx.api.servers.is_empty() && has_only_local_servers(cx.api);
        if kerberos && (self.0.allow_kerberos || at_home()) {
            return;
        }
        let title = scheme_title(scheme);
        let message = match found {
            Obsolete::Digest => format!("{title} is HTTP Digest, whose hashes of passwords are easily guessed"),
            Obsolete::Ntlm => format!("{title} is NTLM, which is broken and bound to connections"),
            Obsolete::OAuth1 => format!("{title} is OAuth 1.0, which OAuth 2 replaced"),
            Obsolete::Negotiate => format!("{title} is Negotiate, which falls back to NTLM where Kerberos fails"),
            Obsolete::Described(phrase) => {
                format!("{title} is described as {}, which is obsolete", quoted(phrase))
            }
        };
        let help = "accept bearer tokens of OAuth 2 or OpenID Connect instead, or client certificates";
        let finding = cx.finding(scheme.target, message).at_key(scheme.target).help(help);
        cx.report(finding.operations(cx.accepting(scheme.id)).lowered_if(kerberos, Level::Info));
    }
}

/// What is obsolete in a scheme.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obsolete {
    Digest,
    Ntlm,
    OAuth1,
    Negotiate,
    /// The description of a key in `Authorization` names it so.
    Described(&'static str),
}

fn obsolete(scheme: &Scheme<'_>) -> Option<Obsolete> {
    match (scheme.kind, scheme.http_scheme.as_deref()) {
        (_, Some("digest")) => Some(Obsolete::Digest),
        (_, Some("ntlm")) => Some(Obsolete::Ntlm),
        (_, Some("oauth")) => Some(Obsolete::OAuth1),
        (_, Some("negotiate")) => Some(Obsolete::Negotiate),
        (SchemeType::ApiKey, _) if is_authorization_key(scheme) => {
            let text = scheme.target.get_str("description")?;
            let found = phrase::find_phrase(text, &OBSOLETE_SCHEME_PHRASES);
            found.into_iter().find(|found| !found.negated).map(|found| Obsolete::Described(found.phrase))
        }
        _ => None,
    }
}
