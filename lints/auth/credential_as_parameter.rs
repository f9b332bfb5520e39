//! `auth/credential-as-parameter`

use std::sync::Arc;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::inbound_receiver;
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, TOKEN_NAME_EXCEPTIONS};
use apiward_model::{Alternative, Api, Format, KeyLocation, Location, Parameter, ParameterId, SchemeType};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
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
        let described = PerList::default();
        for (at, parameter) in cx.api.parameters.iter().enumerate() {
            if self.is_credential(parameter) {
                report(cx, ParameterId::at(at), parameter, &described);
            }
        }
    }

    /// A parameter that is written inline in operation after operation is one habit.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
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

fn report<'a>(cx: &mut Cx<'_, 'a>, id: ParameterId, parameter: &Parameter<'a>, described: &PerList<Arc<Described>>) {
    let (mut covered, mut uncovered) = (Vec::new(), Vec::new());
    for id in cx.taking(id).iter() {
        let operation = cx.api.operation(id);
        let signs = cx.signs(id);
        if signs.oauth_endpoint || inbound_receiver(cx.api, operation, signs) {
            continue;
        }
        let described = described.of(&operation.security.alternatives, |list| Described::by(cx.api, list).into());
        if described.covers(parameter) { covered.push(id) } else { uncovered.push(id) }
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

/// The places that the schemes of a list use.
#[derive(Default)]
struct Described {
    /// Lower-cased.
    headers: HashSet<String>,
    cookies: HashSet<String>,
    authorization: bool,
}

impl Described {
    fn by(api: &Api<'_>, alternatives: &[Alternative<'_>]) -> Self {
        let mut described = Self::default();
        let members = alternatives.iter().flat_map(|alternative| &alternative.members);
        for scheme in members.filter_map(|member| member.scheme).map(|id| api.scheme(id)) {
            let name = scheme.target.get_str("name").unwrap_or_default();
            match (scheme.kind, scheme.location) {
                (SchemeType::ApiKey, Some(KeyLocation::Header)) => {
                    described.headers.insert(name.to_ascii_lowercase());
                }
                (SchemeType::ApiKey, Some(KeyLocation::Cookie)) => {
                    described.cookies.insert(name.to_owned());
                }
                (SchemeType::Http | SchemeType::OAuth2 | SchemeType::OpenIdConnect, _) => {
                    described.authorization = true;
                }
                _ => {}
            }
        }
        described
    }

    /// Whether one of the schemes uses the same place.
    fn covers(&self, parameter: &Parameter<'_>) -> bool {
        self.authorization && is_authorization(parameter)
            || match parameter.location {
                Location::Header => self.headers.contains(&parameter.name.to_ascii_lowercase()),
                Location::Cookie => self.cookies.contains(parameter.name),
                _ => false,
            }
    }
}
