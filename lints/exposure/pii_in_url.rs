//! `exposure/pii-in-url`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{last_segment, list_like_answer, success_json_schema};
use apiward_model::words::{PII_URL_HIGH, PII_URL_LOW};
use apiward_model::{Api, Location, Merged, Node, Operation, OperationId, Parameter, ParameterId, Place};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;

declare_lint! {
    id: "exposure/pii-in-url",
    title: "Personal data is part of a URL or channel address",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-598", "CWE-359"],
    practices: [MinimalExposure, Logging],
    references: [
        "RFC 9110 section 17.9" => "https://www.rfc-editor.org/rfc/rfc9110#section-17.9",
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("pii_in_url.md"),
    check: PiiInUrl,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of personal data.
    lexicon_extra: Vec<String>,
}

struct PiiInUrl {
    extra: WordSet,
    seen: HashSet<Place>,
    /// The schemas of answers, and whether they make a list.
    lists: HashMap<Place, bool>,
}

impl From<Options> for PiiInUrl {
    fn from(options: Options) -> Self {
        Self { extra: WordSet::new(&options.lexicon_extra, false), seen: HashSet::new(), lists: HashMap::new() }
    }
}

/// What a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    High,
    Low,
    Extra,
}

impl<'a> Check<'a> for PiiInUrl {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        for (at, parameter) in api.parameters.iter().enumerate() {
            let id = ParameterId::at(at);
            match parameter.location {
                Location::Path | Location::Query | Location::Channel => {
                    let schema = parameter.schema.unwrap_or(parameter.node);
                    self.judge(cx, id, parameter, (parameter.name, parameter.node, schema));
                }
                Location::QueryString => {
                    let members = parameter.schema.map(|schema| Merged::of(api, schema).properties());
                    for (name, node) in members.unwrap_or_default() {
                        self.judge(cx, id, parameter, (name, node, node));
                    }
                }
                _ => {}
            }
        }
    }
}

impl PiiInUrl {
    fn kind(&self, name: &str) -> Option<Kind> {
        let name = Tokens::new(name);
        let lists = [
            (PII_URL_HIGH.matches(&name), Kind::High),
            (PII_URL_LOW.matches(&name), Kind::Low),
            (self.extra.matches_name(&name), Kind::Extra),
        ];
        lists.into_iter().find_map(|(matches, kind)| matches.then_some(kind))
    }

    /// Judges a name, with the node that carries it and its schema.
    fn judge<'a>(
        &mut self,
        cx: &mut Cx<'_, 'a>,
        id: ParameterId,
        parameter: &Parameter<'a>,
        (name, node, schema): (&'a str, Node<'a>, Node<'a>),
    ) {
        let Some(kind) = self.kind(name).filter(|_| holds_text(cx.api, schema)) else { return };
        let takers = cx.taking(id);
        let in_query = parameter.location != Location::Path && parameter.location != Location::Channel;
        let operations: Operations = if kind == Kind::Low && in_query {
            takers.iter().filter(|id| !self.is_search(cx, *id)).collect()
        } else {
            takers
        };
        let of_channel = parameter.location == Location::Channel;
        if operations.is_empty() && !of_channel || !self.seen.insert(node.place()) {
            return;
        }
        let place = match parameter.location {
            Location::Path => "path parameter",
            Location::Channel => "channel parameter",
            _ => "query parameter",
        };
        let message = format!(
            "{place} {} puts personal data into {}",
            quoted(name),
            if of_channel { "an address" } else { "URLs" }
        );
        let help = if of_channel {
            "name the channel by an opaque id and send the data in the message: brokers log addresses and show them to \
             administrators"
        } else {
            "name the resource by an opaque id, or send the data in a body: URLs stay in logs, histories and referrers"
        };
        let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
        cx.report(if kind == Kind::High { finding.raised_to(Level::Warning) } else { finding });
    }

    /// Whether an operation looks for what it is given: it lists or only reads, or has room for a search term.
    fn is_search(&mut self, cx: &Cx<'_, '_>, id: OperationId) -> bool {
        let (api, operation, signs) = (cx.api, cx.api.operation(id), cx.signs(id));
        let term = |id: &ParameterId| {
            let parameter = api.parameter(*id);
            parameter.location == Location::Query && matches!(parameter.name, "q" | "query" | "search")
        };
        operation.method.is("POST") && !signs.writes
            || signs.last_segment().is_some_and(|last| last.text.eq_ignore_ascii_case("search"))
            || operation.parameters.iter().any(term)
            || self.lists(api, operation)
    }

    /// `list_operation(op)`, worked out once for each schema of an answer.
    fn lists<'a>(&mut self, api: &Api<'a>, operation: &Operation<'a>) -> bool {
        let reads = operation.method.is("GET") || operation.method.is("QUERY");
        let answer = success_json_schema(api, operation).and_then(Node::target_or_none);
        let Some(answer) = answer.filter(|_| reads && last_segment(operation.path).is_some()) else {
            return false;
        };
        *self.lists.entry(answer.place()).or_insert_with(|| list_like_answer(api, operation).is_some())
    }
}

/// False for booleans, enumerations and opaque ids, for an array those of its items.
fn holds_text<'a>(api: &Api<'a>, schema: Node<'a>) -> bool {
    let merged = Merged::of(api, schema);
    let items = merged.get("items").filter(|_| merged.is_array()).map(|items| Merged::of(api, items));
    let all = [Some(merged), items];
    !all.iter().flatten().any(|schema| {
        schema.is_type("boolean")
            || schema.is_enumerated()
            || schema.get("format").is_some_and(|format| format.raw().as_str() == Some("uuid"))
    })
}
