//! `auth/credentials-in-url`

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, CREDENTIAL_PARAMETER_NAMES_WEAK, ONE_TIME_TOKEN_SEGMENTS};
use apiward_model::{
    Alternative, Api, KeyLocation, Location, Merged, Node, Operation, OperationId, Parameter, ParameterId, SchemeType,
    phrase,
};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::quoted;

declare_lint! {
    id: "auth/credentials-in-url",
    title: "Password, secret or token is passed in the path or query",
    levels: Levels::raised(Level::Error, Level::Error),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-598"],
    practices: [Authentication, Encryption, MinimalExposure],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "RFC 9110 section 17.9" => "https://www.rfc-editor.org/rfc/rfc9110#section-17.9",
        "RFC 9700 section 4.3.2" => "https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("credentials_in_url.md"),
    check: CredentialsInUrl,
    options: Options,
}

/// Options of `auth/credentials-in-url`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further names of credentials.
    names_extra: Vec<String>,
    /// Names that are none.
    ignore: Vec<String>,
}

struct CredentialsInUrl {
    further: WordSet,
    ignored: WordSet,
}

impl From<Options> for CredentialsInUrl {
    fn from(options: Options) -> Self {
        let ignored = ["code", "state", "id_token_hint"].into_iter().map(str::to_owned).chain(options.ignore);
        let ignored: Vec<String> = ignored.collect();
        Self { further: WordSet::new(&options.names_extra, false), ignored: WordSet::new(&ignored, false) }
    }
}

/// Definitions of one name that are reported one by one.
const SINGLE: usize = 5;

impl<'a> Check<'a> for CredentialsInUrl {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let keys = PerList::default();
        for (at, parameter) in cx.api.parameters.iter().enumerate() {
            let place = match parameter.location {
                Location::Path => Place::Path,
                Location::Query => Place::Query,
                Location::QueryString => {
                    self.query_string(cx, ParameterId::at(at), parameter);
                    continue;
                }
                _ => continue,
            };
            let Some(strength) = self.strength(cx.api, parameter.name, place, parameter.node, parameter.schema) else {
                continue;
            };
            let operations = concerned(cx, ParameterId::at(at), parameter, place, &keys);
            report(cx, parameter.node, parameter.name, place, strength, operations);
        }
    }

    /// One name in one place that is defined again and again is one habit.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut habits: BTreeMap<(Cow<'static, str>, Level), Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            habits.entry((finding.message.clone(), finding.level)).or_default().push(finding);
        }
        let mut grouped = Vec::new();
        for ((message, level), same) in habits {
            if same.len() <= SINGLE {
                grouped.extend(same);
                continue;
            }
            let node = same[0].spot.node;
            let finding = cx.united(&same, node, format!("{message}, in {} definitions", same.len()));
            let finding = finding.about(cx.api.operations_node(), message);
            let others = same[1..].iter().map(|other| other.spot.node);
            let finding = others.fold(finding, |finding, other| finding.related_key(other, "defined again here"));
            grouped.push(Finding { level, document: false, ..finding });
        }
        grouped
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
}

/// How sure a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Strong,
    Weak,
}

impl CredentialsInUrl {
    /// Nothing when the name, or what may stand under it, is no credential.
    fn strength<'a>(
        &self,
        api: &Api<'a>,
        name: &str,
        place: Place,
        node: Node<'a>,
        schema: Option<Node<'a>>,
    ) -> Option<Strength> {
        let tokens = Tokens::new(name);
        let strong = CREDENTIAL_PARAMETER_NAMES.matches_name(&tokens) || self.further.matches_name(&tokens);
        let weak = place == Place::Query && CREDENTIAL_PARAMETER_NAMES_WEAK.matches_name(&tokens);
        let may_be_key = tokens.glued() == "key";
        if !strong && !weak && !may_be_key || self.ignored.matches_name(&tokens) {
            return None;
        }
        let merged = schema.map(|schema| Merged::of(api, schema));
        let is = |name: &str| merged.as_ref().is_some_and(|merged| merged.is_type(name));
        let listed = merged.as_ref().is_some_and(Merged::is_enumerated);
        let texts = merged.iter().flat_map(|merged| merged.all("description")).chain(node.get("description"));
        let texts: Vec<&str> = texts.filter_map(|text| text.raw().as_str()).collect();
        if texts.iter().any(|text| is_told_apart(&tokens, text))
            || may_be_key && !texts.iter().any(|text| is_called_a_credential(text))
        {
            return None;
        }
        match strong {
            _ if listed || is("boolean") => None,
            true => Some(Strength::Strong),
            false => is("string").then_some(Strength::Weak),
        }
    }

    /// OpenAPI 3.2: the whole query string as an object.
    fn query_string<'a>(&self, cx: &mut Cx<'_, 'a>, id: ParameterId, parameter: &Parameter<'a>) {
        let Some(schema) = parameter.schema else { return };
        for (name, node) in Merged::of(cx.api, schema).properties() {
            if let Some(strength) = self.strength(cx.api, name, Place::Query, node, Some(node)) {
                let operations = cx.taking(id).iter().collect();
                report(cx, node, name, Place::Query, strength, operations);
            }
        }
    }
}

static IDENTIFIES: Lexicon = Lexicon::new("identifies", Match::Word, &["id", "identifier"]);
static SECRET: Lexicon = Lexicon::new("secret", Match::Word, &["secret"]);
static CONTINUES_A_LIST: Lexicon = Lexicon::new(
    "continues a list",
    Match::Word,
    &["cursor", "iterate", "iterating", "iteration", "next", "offset", "page", "paging", "paginate", "pagination"],
)
.with_plurals();

/// Names that mean two things, of which the description says the harmless one: the identifier of an access key, and the
/// token that continues a list.
fn is_told_apart(name: &Tokens<'_>, description: &str) -> bool {
    let says = |list: &Lexicon| list.matches_word(&Tokens::new(description));
    match name.glued() {
        "accesskey" => says(&IDENTIFIES) && !says(&SECRET),
        "token" => says(&CONTINUES_A_LIST),
        _ => false,
    }
}

/// What a `key` is described as: most are those of a map, and some only name a credential.
fn is_called_a_credential(description: &str) -> bool {
    static KEYS: Lexicon =
        Lexicon::new("credentials called key", Match::Phrase, &["private key", "secret key", "api key"]);
    static NAMED: Lexicon =
        Lexicon::new("names of credentials", Match::Word, &["name", "alias", "prefix", "fingerprint"]);
    let words = Tokens::new(description);
    phrase::says(description, &KEYS) && !IDENTIFIES.matches_word(&words) && !NAMED.matches_word(&words)
}

/// The names of the keys that the schemes of a list want in the query.
fn query_keys<'a>(api: &Api<'a>, alternatives: &[Alternative<'a>]) -> HashSet<&'a str> {
    let members = alternatives.iter().flat_map(|alternative| &alternative.members);
    let schemes = members.filter_map(|member| member.scheme).map(|id| api.scheme(id));
    let keys =
        schemes.filter(|scheme| scheme.kind == SchemeType::ApiKey && scheme.location == Some(KeyLocation::Query));
    keys.filter_map(|scheme| scheme.target.get_str("name")).collect()
}

/// The operations that take the parameter, less those whose own key it is: `auth/api-key-in-query` speaks of it.
fn concerned<'a>(
    cx: &Cx<'_, 'a>,
    id: ParameterId,
    parameter: &Parameter<'a>,
    place: Place,
    keys: &PerList<Arc<HashSet<&'a str>>>,
) -> Vec<OperationId> {
    let is_key = |id: OperationId| {
        let list = &cx.api.operation(id).security.alternatives;
        keys.of(list, |list| query_keys(cx.api, list).into()).contains(parameter.name)
    };
    let operations = cx.taking(id);
    operations.iter().filter(|id| place == Place::Path || !is_key(*id)).collect()
}

fn report<'a>(
    cx: &mut Cx<'_, 'a>,
    node: Node<'a>,
    name: &str,
    place: Place,
    strength: Strength,
    operations: Vec<OperationId>,
) {
    if operations.is_empty() {
        return;
    }
    let where_to = if place == Place::Path { "path" } else { "query" };
    let with_user = place == Place::Query
        && Tokens::new(name).last() == Some("password")
        && operations.iter().any(|id| has_user_name(cx.api, cx.api.operation(*id)));
    let message = if with_user {
        format!("parameter {} puts a password beside the user's name into the query", quoted(name))
    } else {
        format!("parameter {} puts a credential into the {where_to}", quoted(name))
    };
    let once = strength == Strength::Weak
        && Tokens::new(name).glued() == "token"
        && operations.iter().all(|id| cx.signs(*id).path().holds(&ONE_TIME_TOKEN_SEGMENTS));
    let help = "send it in a header or in the body: URLs stand in logs, in the history of browsers and in referrers";
    let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
    let finding = finding.lowered_if(strength == Strength::Weak, Level::Warning).lowered_if(once, Level::Info);
    cx.report(finding);
}

fn has_user_name(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let names = ["username", "user_name", "user", "login", "email"];
    let parameters = operation.parameters.iter().map(|id| api.parameter(*id));
    parameters
        .filter(|parameter| parameter.location == Location::Query)
        .any(|parameter| names.iter().any(|name| parameter.name.eq_ignore_ascii_case(name)))
}
