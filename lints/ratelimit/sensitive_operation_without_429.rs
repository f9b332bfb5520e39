//! `ratelimit/sensitive-operation-without-429`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::Administration;
use apiward_model::words::{ACCOUNT_WORDS, CAPTCHA_NAMES, SENSITIVE_FLOW_WORDS, SENSITIVE_FLOW_WORDS_SEGMENT_ONLY};
use apiward_model::{Api, Merged, Node, Operation};
use foldhash::{HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;
use crate::ratelimit::throttling::{HeaderOptions, LimitHeaders, answers_429, is_covered};

declare_lint! {
    id: "ratelimit/sensitive-operation-without-429",
    title: "Brute-forceable or costly operation has no throttling response",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023", "API4:2023", "API6:2023"],
    cwe: ["CWE-307", "CWE-799"],
    practices: [RateLimiting, Authentication, Threats],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "OWASP API6:2023 Unrestricted Access to Sensitive Business Flows" => "https://owasp.org/API-Security/editions/2023/en/0xa6-unrestricted-access-to-sensitive-business-flows/",
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Operations("ratelimit/missing-429")],
    targets: [Document, Operation],
    docs: include_str!("sensitive_operation_without_429.md"),
    check: SensitiveOperationWithout429,
    options: Options,
    options_of: "ratelimit/headers-missing" => HeaderOptions,
}

/// Options of `ratelimit/sensitive-operation-without-429`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further words of operations that invite guessing or cost much.
    lexicon_extra: Vec<String>,
}

struct SensitiveOperationWithout429 {
    further: WordSet,
    headers: LimitHeaders,
    /// Another operation of the document answers 429.
    known: bool,
}

impl From<(Options, HeaderOptions)> for SensitiveOperationWithout429 {
    fn from((options, headers): (Options, HeaderOptions)) -> Self {
        Self { further: WordSet::new(&options.lexicon_extra, false), headers: headers.into(), known: false }
    }
}

/// Operations that are reported one by one.
const SINGLE: usize = 10;

impl<'a> Check<'a> for SensitiveOperationWithout429 {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.known = cx.api.operations.iter().any(answers_429);
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let suspect = |cx: &Cx<'_, 'a>| is_sensitive_with(cx, operation, Some(&self.further));
        if !self.known || is_covered(cx.api, operation, &self.headers, false) || !suspect(cx) {
            return;
        }
        let sent = sent(cx.api, operation);
        if sent.iter().any(|(name, _)| CAPTCHA_NAMES.matches_name(&Tokens::new(name))) {
            return;
        }
        let machines = sent.iter().any(|(name, schema)| *name == "grant_type" && is_for_machines(cx.api, *schema));
        let message = format!(
            "{} looks like a flow that invites guessing or costs much and has no 429 response",
            operation_title(operation)
        );
        let help = "describe and enforce a 429 response here first: what can be tried a million times is guessed, bought out \
                    or paid for by you";
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id);
        cx.report(finding.speaking_for(vec![operation.id]).lowered_if(machines, Level::Info));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if findings.len() <= SINGLE {
            return findings;
        }
        let message = format!(
            "{} operations look like flows that invite guessing or cost much and have no 429 response",
            findings.len()
        );
        vec![cx.united(&findings, cx.api.operations_node(), message)]
    }
}

/// Whether the words of an operation say that it invites guessing or costs much; administration and reads are left out.
pub(super) fn is_sensitive(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    is_sensitive_with(cx, operation, None)
}

fn is_sensitive_with(cx: &Cx<'_, '_>, operation: &Operation<'_>, further: Option<&WordSet>) -> bool {
    let signs = cx.signs(operation.id);
    let method = ["POST", "PUT", "PATCH"].iter().any(|name| operation.method.is(name));
    // Of these methods only a POST that reads does not write.
    if !method || !signs.writes {
        return false;
    }
    let (path, id) = (signs.path(), signs.operation_id());
    let administrative = signs.administration == Some(Administration::Strong);
    if administrative {
        return false;
    }
    let by_segment = path.last().is_some_and(|last| {
        let further = further.is_some_and(|words| words.matches_name(last.tokens()));
        let register = last.text.eq_ignore_ascii_case("register");
        let of_account = || {
            let before = path.segments().len().checked_sub(2).map(|at| &path.segments()[at]);
            before.is_none_or(|segment| segment.parameter.is_none() && ACCOUNT_WORDS.matches_word(segment.tokens()))
        };
        let batch = last.text.eq_ignore_ascii_case("batch");
        let counts = || (!register || of_account()) && (!batch || holds_many(cx.api, operation));
        further || last.is(&SENSITIVE_FLOW_WORDS) && counts()
    });
    let own = |entry: &Tokens<'_>| {
        let first =
            SENSITIVE_FLOW_WORDS.matches_first(entry) || further.is_some_and(|words| words.matches_first(entry));
        let last = SENSITIVE_FLOW_WORDS.matches_last(entry) || further.is_some_and(|words| words.matches_last(entry));
        let segment_only = SENSITIVE_FLOW_WORDS_SEGMENT_ONLY.matches_first(entry)
            || SENSITIVE_FLOW_WORDS_SEGMENT_ONLY.matches_last(entry);
        (first || last) && !segment_only
    };
    by_segment || own(&id)
}

/// A batch costs what it holds: a request without a list only opens one.
fn holds_many(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let body = operation.body.map(|id| api.body(id));
    let may_hold = |schema: Node<'_>| {
        let merged = Merged::of(api, schema);
        let properties = merged.properties();
        !merged.is_object()
            || properties.is_empty()
            || properties.iter().any(|(_, node)| Merged::of(api, *node).is_array())
    };
    body.into_iter().flat_map(|body| &body.media).any(|media| media.schema.is_none_or(may_hold))
}

/// What a request holds at its top level: parameters, form fields and properties of bodies, with their schemas.
fn sent<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Vec<(&'a str, Option<Node<'a>>)> {
    let body = operation.body.map(|id| api.body(id));
    let fields = body.into_iter().flat_map(|body| &body.fields);
    let parameters = operation.parameters.iter().chain(fields).map(|id| api.parameter(*id));
    let mut sent: Vec<(&str, Option<Node<'_>>)> = parameters.map(|one| (one.name, one.schema)).collect();
    let mut seen = HashSet::new();
    for schema in body.into_iter().flat_map(|body| &body.media).filter_map(|media| media.schema) {
        if seen.insert(schema.place()) {
            sent.extend(Merged::of(api, schema).properties().into_iter().map(|(name, node)| (name, Some(node))));
        }
    }
    sent
}

/// A token endpoint at which machines alone get tokens.
fn is_for_machines(api: &Api<'_>, schema: Option<Node<'_>>) -> bool {
    let Some(schema) = schema else { return false };
    let merged = Merged::of(api, schema);
    let mut values = merged.all("enum").flat_map(Node::items).chain(merged.all("const")).peekable();
    values.peek().is_some() && values.all(|value| value.as_str() == Some("client_credentials"))
}
