//! `auth/api-key-only-on-write`

use std::collections::BTreeMap;

use apiward_model::lexicon::{Lexicon, Match, WordSet};
use apiward_model::predicate::{Signs, counts_as_bearer, scheme_strength};
use apiward_model::words::HIGH_VALUE_WORDS;
use apiward_model::{Alternative, Api, KeyLocation, OperationId, Scheme, SchemeType, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;

declare_lint! {
    id: "auth/api-key-only-on-write",
    title: "State-changing or sensitive operation is protected by an API key alone",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-1390"],
    practices: [Authentication, Roles, SegregationOfDuties],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "NIST SP 800-228" => "https://csrc.nist.gov/pubs/sp/800/228/final",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("api_key_only_on_write.md"),
    check: ApiKeyOnlyOnWrite,
    options: Options,
}

/// Options of `auth/api-key-only-on-write`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Only machines call the API, each with a key of its own: nothing is reported.
    machine_to_machine: bool,
    /// Further words of operations on which much depends.
    high_value_extra: Vec<String>,
}

struct ApiKeyOnlyOnWrite {
    machine_to_machine: bool,
    high_value: WordSet,
}

impl From<Options> for ApiKeyOnlyOnWrite {
    fn from(options: Options) -> Self {
        let Options { machine_to_machine, high_value_extra } = options;
        Self { machine_to_machine, high_value: WordSet::new(&high_value_extra, true) }
    }
}

impl<'a> Check<'a> for ApiKeyOnlyOnWrite {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut hit: BTreeMap<bool, Vec<OperationId>> = BTreeMap::new();
        let mut writes = 0;
        let accepts_key = PerList::default();
        let stronger =
            !self.machine_to_machine && cx.api.schemes.iter().any(|scheme| scheme_strength(scheme, false) >= Some(3));
        for operation in cx.api.operations.iter().filter(|_| !self.machine_to_machine) {
            let signs = cx.signs(operation.id);
            if !signs.writes || signs.is_public() {
                continue;
            }
            writes += 1;
            let list = &operation.security.alternatives;
            if accepts_key.of(list, |list| list.iter().any(|alternative| is_key_alone(cx.api, alternative))) {
                hit.entry(stronger && self.is_high_value(signs)).or_default().push(operation.id);
            }
        }
        for (high_value, operations) in hit {
            let count = operations.len();
            let many =
                if count == 1 { "operation that changes state accepts" } else { "operations that change state accept" };
            let what = if high_value { "sensitive " } else { "" };
            let all = if count == writes && writes > 1 { "all " } else { "" };
            let message = format!("{all}{count} {what}{many} an API key alone");
            let help = "ask for a token of a user or client that expires and has scopes: a key is shared, lives long, and \
                        does not say who acts";
            let finding = cx.finding(cx.api.operations_node(), message).at_key(cx.api.operations_node());
            let finding = finding.help(help).operations(operations).of_document();
            cx.report(if high_value { finding.raised_to(Level::Warning) } else { finding });
        }
    }
}

impl ApiKeyOnlyOnWrite {
    fn is_high_value(&self, signs: &Signs<'_>) -> bool {
        let path = signs.path();
        let segments = path.segments().iter().filter(|segment| segment.parameter.is_none());
        let named = |name: &_| HIGH_VALUE_WORDS.matches_word(name) || self.high_value.matches_word(name);
        segments.map(apiward_model::predicate::Segment::tokens).any(named) || named(&signs.operation_id())
    }
}

fn is_key_alone(api: &Api<'_>, alternative: &Alternative<'_>) -> bool {
    !alternative.members.is_empty()
        && alternative.members.iter().all(|member| member.scheme.is_some_and(|id| is_plain_key(api.scheme(id))))
}

/// A static key: not a token in disguise, and no signature over the request.
fn is_plain_key(scheme: &Scheme<'_>) -> bool {
    let text = scheme.target.get_str("description").unwrap_or_default();
    let signed = phrase::contains(text, &SIGNED)
        || scheme
            .target
            .get_str("x-amazon-apigateway-authtype")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("awsSigv4"));
    scheme.kind == SchemeType::ApiKey
        && matches!(scheme.location, Some(KeyLocation::Header | KeyLocation::Query))
        && !counts_as_bearer(scheme)
        && !signed
}

/// Words by which a key is described as a signature.
static SIGNED: Lexicon = Lexicon::new("signed", Match::Phrase, &["hmac", "signature", "sigv4"]);
