//! `auth/no-security-schemes`

use apiward_model::Schema;
use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Exemption, has_only_local_servers, speaks_of_a_person};
use apiward_model::words::{PII_HIGH, PII_HIGH_PERSON_ONLY, SECRET_RESPONSE_NAMES, USER_LIKE_SEGMENTS};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::coverage::gaps;
use crate::auth::handshake::asks_for_credential;
use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};

declare_lint! {
    id: "auth/no-security-schemes",
    title: "The document describes operations but declares no security scheme at all",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication, Documentation],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
        "NIST SP 800-228" => "https://csrc.nist.gov/pubs/sp/800/228/final",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Document("auth/operation-without-security"), Silences::Document("auth/schemes-never-applied"), Silences::Document("auth/async-server-without-security")],
    targets: [Document],
    docs: include_str!("no_security_schemes.md"),
    check: NoSecuritySchemes,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Callers are authenticated by something that the description cannot express.
    external_auth: bool,
    /// Further extensions whose presence means that a gateway authenticates callers.
    external_auth_extensions_extra: Vec<String>,
}

struct NoSecuritySchemes(Options);

impl From<Options> for NoSecuritySchemes {
    fn from(options: Options) -> Self {
        Self(options)
    }
}

impl<'a> Check<'a> for NoSecuritySchemes {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        if self.0.external_auth || !api.schemes.is_empty() || api.requires_a_scheme() {
            return;
        }
        let gaps = gaps(cx, &self.0.external_auth_extensions_extra);
        let declared = match gaps.exemption {
            Exemption::ByNature => return,
            Exemption::Declared(declared) => Some(declared),
            Exemption::None => None,
        };
        let message = match (gaps.count, api.operations.len()) {
            (1, 1) => "no security scheme is declared: nothing protects the only operation".to_owned(),
            (open, all) if open == all => {
                format!("no security scheme is declared: nothing protects the {all} operations")
            }
            (open, all) => format!("no security scheme is declared: nothing protects {open} of {all} operations"),
        };
        // Tools go by schemes, as they do where OpenAPI has an ordinary parameter `Authorization`.
        if api.operations.iter().all(|one| cx.signs(one.id).is_public() || asks_for_credential(cx, one)) {
            let message = "no security scheme is declared: only WebSocket bindings tell what clients present";
            let help = "describe the credential of the handshake as a scheme of type `httpApiKey`, too, and name it in the \
                        `security` of each server";
            let finding = cx.document_finding(message).help(help).declared_public(declared);
            cx.report(finding.lowered_to(if has_only_local_servers(api) { Level::Info } else { Level::Warning }));
            return;
        }
        // AsyncAPI has no requirement at the root.
        let help = if api.spec.format.is_async() {
            "declare a scheme (such as `userPassword`, `scramSha256`, `X509` or `oauth2`) and name it in the `security` of \
             each server; mark what is meant to be open with `x-apiward-public: \"reason\"`"
        } else {
            "declare a scheme (such as `http` with `bearer`, `oauth2` or `openIdConnect`) and require it at the root; mark \
             what is meant to be open with `x-apiward-public: \"reason\"`"
        };
        let finding = cx.document_finding(message).help(help).declared_public(declared);
        // What runs on a broker of one's own machine, or nowhere yet, cannot be called from outside.
        let out_of_reach = api.spec.format.is_async() && has_only_local_servers(api);
        let finding = finding.lowered_if(is_open_data(cx), Level::Warning);
        cx.report(finding.lowered_if(out_of_reach, Level::Info));
    }
}

/// True when nothing writes, and no name speaks of people or secrets.
fn is_open_data(cx: &Cx<'_, '_>) -> bool {
    let signs = |operation: &apiward_model::Operation<'_>| cx.signs(operation.id);
    let writes = cx.api.operations.iter().any(|operation| signs(operation).writes);
    let user_like = || cx.api.operations.iter().any(|operation| signs(operation).path().holds(&USER_LIKE_SEGMENTS));
    !writes && !user_like() && !holds_sensitive_names(cx)
}

fn holds_sensitive_names(cx: &Cx<'_, '_>) -> bool {
    let named = |name: &str| {
        let name = Tokens::new(name);
        SECRET_RESPONSE_NAMES.matches_name(&name) || PII_HIGH.matches_name(&name)
    };
    cx.api.parameters.iter().any(|parameter| named(parameter.name) && !is_ambiguous(parameter.name))
        || cx.api.schemas.all().iter().any(|schema| {
            schema.property_name().is_some_and(|name| named(name) && (!is_ambiguous(name) || is_personal(schema)))
        })
}

/// Names such as `race` are personal only in an object that speaks of a person.
fn is_ambiguous(name: &str) -> bool {
    PII_HIGH_PERSON_ONLY.matches_name(&Tokens::new(name))
}

fn is_personal(schema: &Schema<'_>) -> bool {
    let is_text = schema.node.get_str("type").is_none_or(|kind| kind == "string");
    is_text && speaks_of_a_person(schema)
}
