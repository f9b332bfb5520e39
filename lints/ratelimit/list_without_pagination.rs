//! `ratelimit/list-without-pagination`

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{ListAnswer, PublicSigns, divides_a_list, list_answer};
use apiward_model::words::{FIXED_SET_SEGMENTS, PAGING_RESPONSE_NAMES};
use apiward_model::{Api, Location, Merged, Node, Operation, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "ratelimit/list-without-pagination",
    title: "Collection operation returns an unbounded array without paging",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [RateLimiting, MinimalExposure],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "AIP-158 Pagination" => "https://google.aip.dev/158",
        "Zalando RESTful API Guidelines rule 159: support pagination" => "https://opensource.zalando.com/restful-api-guidelines/#159",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("list_without_pagination.md"),
    check: ListWithoutPagination,
    options: Options,
}

/// Options of `ratelimit/list-without-pagination`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Items that a list may have without pages, where `maxItems` bounds it.
    max_unpaged_items: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_unpaged_items: 1000 }
    }
}

struct ListWithoutPagination {
    most: u64,
}

impl From<Options> for ListWithoutPagination {
    fn from(options: Options) -> Self {
        Self { most: options.max_unpaged_items }
    }
}

/// Operations that are reported one by one.
const SINGLE: usize = 10;

impl<'a> Check<'a> for ListWithoutPagination {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let fixed = || cx.signs(operation.id).last_segment().is_some_and(|last| last.is(&FIXED_SET_SEGMENTS));
        // The ways to sign in are few, whatever stands behind them, and so are the parts of the service itself.
        let few = PublicSigns::ENTRY.union(PublicSigns::SELF_DESCRIPTION);
        let entry = || cx.signs(operation.id).public.intersects(few);
        let Some(list) = list_answer(cx.api, operation) else { return };
        if operation.has_unread_request()
            || is_paged(cx.api, operation, &list)
            || self.is_small(cx.api, &list)
            || fixed()
            || entry()
            || is_streamed(cx.api, operation)
        {
            return;
        }
        let message = format!("{} answers with a list of any length", operation_title(operation));
        let help = "divide it into pages with a bounded size, or bound it with `maxItems`: the list grows with the data, and one \
                    call reads it all";
        cx.report(cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if findings.len() <= SINGLE {
            return findings;
        }
        let message = format!("{} operations answer with lists of any length", findings.len());
        vec![cx.united(&findings, cx.api.operations_node(), message)]
    }
}

impl ListWithoutPagination {
    /// A bounded list, or one of values that are no objects.
    fn is_small(&self, api: &Api<'_>, list: &ListAnswer<'_>) -> bool {
        let array = Merged::of(api, list.array);
        let bound = array.get("maxItems").and_then(|most| most.text().parse::<u64>().ok());
        let items = array.get("items").map(|items| Merged::of(api, items));
        let plain = items.is_some_and(|items| {
            let scalar = ["string", "integer", "number", "boolean"].iter().any(|name| items.is_type(name));
            items.is_enumerated() || scalar && !items.is_type("object")
        });
        plain || bound.is_some_and(|bound| bound <= self.most)
    }
}

fn is_paged(api: &Api<'_>, operation: &Operation<'_>, list: &ListAnswer<'_>) -> bool {
    let by_parameter =
        operation.parameters.iter().map(|id| api.parameter(*id)).any(|parameter| match parameter.location {
            Location::Query => divides_a_list(parameter.name) || is_called_a_page(parameter.node),
            Location::Header => parameter.name.eq_ignore_ascii_case("range"),
            Location::QueryString => parameter.schema.is_some_and(|schema| {
                Merged::of(api, schema).properties().iter().any(|(name, _)| divides_a_list(name))
            }),
            _ => false,
        });
    let body = operation.body.filter(|_| operation.method.is("QUERY")).map(|id| api.body(id));
    let by_body = || {
        let schemas = body.into_iter().flat_map(|body| &body.media).filter_map(|media| media.schema);
        schemas
            .map(|schema| Merged::of(api, schema))
            .any(|body| body.properties().iter().any(|(name, _)| divides_a_list(name)))
    };
    by_parameter || by_body() || leads_on(api, operation, list)
}

/// `p`, described as "The page number".
fn is_called_a_page(parameter: Node<'_>) -> bool {
    static PAGES: Lexicon =
        Lexicon::new("texts of pages", Match::Phrase, &["page number", "number of the page", "pagination"]);
    parameter.get_str("description").is_some_and(|text| phrase::says(text, &PAGES))
}

/// Whether the answer says where the next page is.
fn leads_on(api: &Api<'_>, operation: &Operation<'_>, list: &ListAnswer<'_>) -> bool {
    let tells = |name: &str| PAGING_RESPONSE_NAMES.matches_name(&Tokens::new(name));
    let success =
        operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.code.starts_with('2'));
    let by_header = success.flat_map(|response| &response.headers).any(|header| {
        header.name.eq_ignore_ascii_case("link") || PAGING_RESPONSE_NAMES.matches_name(&Tokens::header(header.name))
    });
    let by_property = || {
        let properties = Merged::of(api, list.schema).properties();
        properties.iter().any(|(name, node)| {
            tells(name) || {
                let inner = Merged::of(api, *node);
                !inner.is_array() && inner.properties().iter().any(|(name, _)| tells(name))
            }
        })
    };
    by_header || by_property()
}

/// Item by item, so that nobody has to hold it all.
fn is_streamed(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let streams = ["text/event-stream", "application/x-ndjson", "application/jsonl"];
    let success =
        operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.code.starts_with('2'));
    success.flat_map(|response| &response.media).any(|media| {
        let name = media.name.split(';').next().unwrap_or_default().trim();
        streams.iter().any(|stream| stream.eq_ignore_ascii_case(name)) || media.node.get("itemSchema").is_some()
    })
}
