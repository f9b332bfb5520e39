//! `logging/no-correlation-id`

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::words::CORRELATION_NAMES;
use apiward_model::{Api, Location, Merged, Node, Response, phrase};
use foldhash::{HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::unread::{hides_parts_of_operations, hides_parts_of_schema};
use crate::logging::levels;

declare_lint! {
    id: "logging/no-correlation-id",
    title: "No operation carries a request or trace identifier",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-778"],
    practices: [Logging],
    references: [
        "W3C Trace Context" => "https://www.w3.org/TR/trace-context/",
        "Zalando RESTful API Guidelines rule 233: support X-Flow-ID" => "https://opensource.zalando.com/restful-api-guidelines/#233",
        "RFC 9457 section 3.1.5" => "https://www.rfc-editor.org/rfc/rfc9457#section-3.1.5",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("no_correlation_id.md"),
    check: NoCorrelationId,
    options: Options,
}

/// Options of `logging/no-correlation-id`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further names of headers that identify a request.
    header_names_extra: Vec<String>,
}

struct NoCorrelationId {
    further: WordSet,
}

impl From<Options> for NoCorrelationId {
    fn from(options: Options) -> Self {
        Self { further: WordSet::new(&options.header_names_extra, false) }
    }
}

/// What descriptions call a header of another name.
static PHRASES: Lexicon = Lexicon::new(
    "correlation_phrases",
    Match::Phrase,
    &["correlation id", "correlation ids", "correlation identifier"],
);

impl<'a> Check<'a> for NoCorrelationId {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let is_told = || self.in_headers(api) || may_be_in_errors(api);
        if api.operations.is_empty() || hides_parts_of_operations(api) || is_told() {
            return;
        }
        let node = api.operations_node();
        let message = "no operation carries an identifier by which a call can be followed";
        let help = "take or return a header such as `X-Request-Id` or `traceparent`, and name it in errors: without it nobody finds \
                    the call that a user or an alarm speaks of";
        cx.report(cx.finding(node, message).at_key(node).help(help).of_document());
    }
}

impl NoCorrelationId {
    fn in_headers(&self, api: &Api<'_>) -> bool {
        let correlates = |name: &str, header: Node<'_>| {
            let name = Tokens::header(name);
            let says_so = || header.get_str("description").is_some_and(|text| phrase::says(text, &PHRASES));
            CORRELATION_NAMES.matches(&name) || self.further.matches_name(&name) || says_so()
        };
        let used: HashSet<_> = api.operations.iter().flat_map(|operation| &operation.parameters).collect();
        let mut parameters = used.into_iter().map(|id| api.parameter(*id));
        let mut headers = responses(api).into_iter().flat_map(|response| &response.headers);
        parameters.any(|one| one.location == Location::Header && correlates(one.name, one.node))
            || headers.any(|header| correlates(header.name, header.node))
    }
}

/// The responses of operations, each once.
fn responses<'r, 'a>(api: &'r Api<'a>) -> Vec<&'r Response<'a>> {
    let mut ids: Vec<_> = api.operations.iter().flat_map(|operation| &operation.responses).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| api.response(*id)).collect()
}

/// Whether an error has a place for the identifier: a property, or `instance` of a problem (RFC 9457). What was not read of
/// it may be one.
fn may_be_in_errors(api: &Api<'_>) -> bool {
    let mut seen = HashSet::new();
    let errors = responses(api)
        .into_iter()
        .filter(|response| response.code.starts_with(['4', '5']) || response.code == "default");
    errors.flat_map(|response| &response.media).any(|media| {
        let problem = media.name.starts_with("application/problem+");
        let Some(schema) = media.schema.filter(|schema| seen.insert((schema.place(), problem))) else { return false };
        let top = Merged::of(api, schema);
        let has = |name: &str| top.property(name).is_some();
        let correlates = |name: &str| CORRELATION_NAMES.matches(&Tokens::new(name));
        let properties = levels::properties(api, schema);
        has("instance") && (problem || has("type") && has("title") && has("status"))
            || hides_parts_of_schema(api, schema)
            || properties.iter().any(|(name, node)| correlates(name) || hides_parts_of_schema(api, *node))
    })
}
