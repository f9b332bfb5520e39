//! `auth/credential-as-parameter`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::inbound_receiver;
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, TOKEN_NAME_EXCEPTIONS};
use apiward_model::{Alternative, Api, Format, KeyLocation, Location, Operation, Parameter, ParameterId, SchemeType};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "auth/credential-as-parameter",
    title: "Credential is described as an ordinary parameter instead of a security scheme",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-522"],
    practices: [Authentication, Consistency],
    references: [
        "OpenAPI 3.2.0 Parameter Object" => "https://spec.openapis.org/oas/v3.2.0.html#parameter-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [
        Silences::Operations("auth/operation-without-security"),
        Silences::Operations("auth/anonymous-write"),
    ],
    targets: [Document],
    docs: include_str!("credential_as_parameter.md"),
    check: CredentialAsParameter,
    options: Options,
}

/// Options of `auth/credential-as-parameter`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further names of credentials.
    names_extra: Vec<String>,
    /// Names that are none.
    ignore: Vec<String>,
}

struct CredentialAsParameter {
    names: WordSet,
    ignored: WordSet,
}

impl From<Options> for CredentialAsParameter {
    fn from(options: Options) -> Self {
        let headers = ["proxy_authorization", "cookie", "session_id"].map(str::to_owned);
        let names: Vec<String> = options.names_extra.into_iter().chain(headers).collect();
        Self { names: WordSet::new(&names, false), ignored: WordSet::new(&options.ignore, false) }
    }
}

impl<'a> Check<'a> for CredentialAsParameter {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for (at, parameter) in cx.api.parameters.iter().enumerate() {
            if self.is_credential(parameter) {
                report(cx, ParameterId::at(at), parameter);
            }
        }
    }
}

impl CredentialAsParameter {
    fn is_credential(&self, parameter: &Parameter<'_>) -> bool {
        let name = match parameter.location {
            Location::Header => Tokens::header(parameter.name),
            Location::Cookie => Tokens::new(parameter.name),
            _ => return false,
        };
        let known = is_authorization(parameter)
            || CREDENTIAL_PARAMETER_NAMES.matches_name(&name)
            || self.names.matches_name(&name);
        known && !self.ignored.matches_name(&name) && !TOKEN_NAME_EXCEPTIONS.matches_word(&name)
    }
}

fn is_authorization(parameter: &Parameter<'_>) -> bool {
    parameter.location == Location::Header && parameter.name.trim().eq_ignore_ascii_case("authorization")
}

fn report<'a>(cx: &mut Cx<'_, 'a>, id: ParameterId, parameter: &Parameter<'a>) {
    let (mut covered, mut uncovered) = (Vec::new(), Vec::new());
    for id in cx.taking(id).iter() {
        let operation = cx.api.operation(id);
        let signs = cx.signs(id);
        if signs.oauth_endpoint || inbound_receiver(cx.api, operation, signs) {
            continue;
        }
        if is_covered(cx.api, operation, parameter) { covered.push(id) } else { uncovered.push(id) }
    }
    let place = if parameter.location == Location::Cookie { "cookie" } else { "header" };
    let message = format!("{place} parameter {} carries a credential", quoted(parameter.name));
    let finding = cx.finding(parameter.node, message).at_key(parameter.node);
    if uncovered.is_empty() {
        if covered.is_empty() || cx.profile != Profile::Strict {
            return;
        }
        let help = "leave it out: the security scheme describes it already";
        cx.report(finding.help(help).operations(covered).speaking_for(Vec::new()).lowered_to(Level::Info));
        return;
    }
    let open = |id: &apiward_model::OperationId| {
        let signs = cx.signs(*id);
        let anonymous = cx.api.operation(*id).security.is_anonymous();
        parameter.required && anonymous && signs.writes && !signs.is_public() && !cx.api.schemes.is_empty()
    };
    let raising: Vec<_> = uncovered.iter().copied().filter(open).collect();
    let finding = finding.help(help(cx.api, parameter)).operations(uncovered);
    let raised = !raising.is_empty();
    let finding = finding.speaking_for(raising);
    cx.report(if raised { finding.raised_to(Level::Error) } else { finding });
}

/// OpenAPI 3 says that a header parameter of this name shall be ignored; OpenAPI 2 says nothing of the kind.
fn help(api: &Api<'_>, parameter: &Parameter<'_>) -> &'static str {
    if is_authorization(parameter) && api.spec.format != Format::OpenApi2 {
        "describe it as a security scheme: OpenAPI 3 ignores a header parameter of this name, so that tools take these \
         operations for open"
    } else {
        "describe it as a security scheme and require that: tools take the parameter for data, log it, and take these \
         operations for open"
    }
}

/// Whether a scheme that the operation requires uses the same place.
fn is_covered(api: &Api<'_>, operation: &Operation<'_>, parameter: &Parameter<'_>) -> bool {
    let members =
        |alternative: &Alternative<'_>| alternative.members.iter().filter_map(|member| member.scheme).collect();
    let schemes = operation.security.alternatives.iter().flat_map(|alternative| -> Vec<_> { members(alternative) });
    schemes.map(|id| api.scheme(id)).any(|scheme| match scheme.kind {
        SchemeType::ApiKey => {
            let name = scheme.target.get_str("name").unwrap_or_default();
            let (place, same) = match scheme.location {
                Some(KeyLocation::Header) => (Location::Header, name.eq_ignore_ascii_case(parameter.name)),
                Some(KeyLocation::Cookie) => (Location::Cookie, name == parameter.name),
                _ => return false,
            };
            place == parameter.location && same
        }
        SchemeType::Http | SchemeType::OAuth2 | SchemeType::OpenIdConnect => is_authorization(parameter),
        _ => false,
    })
}
