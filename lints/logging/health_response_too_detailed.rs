//! `logging/health-response-too-detailed`

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{HostVerdict, PathShape, addresses, gateway_auth, judge_hosts};
use apiward_model::words::{
    HEALTH_DETAIL_NAMES, HEALTH_DETAIL_NAMES_WEAK, HEALTH_PLAIN_NAMES, HEALTH_STATUS_WORDS, MONITORING_SEGMENTS,
};
use apiward_model::{Api, Node, Operation, ServerId};
use apiward_syntax::Kind;
use foldhash::HashMap;

use crate::framework::budget::Budget;
use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};
use crate::logging::levels::{self, DEPTH};

declare_lint! {
    id: "logging/health-response-too-detailed",
    title: "Anonymous health or metrics endpoint reveals internals",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-497"],
    practices: [Logging, MinimalExposure, Threats],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Operations("auth/operation-without-security")],
    targets: [Operation],
    docs: include_str!("health_response_too_detailed.md"),
    check: HealthResponseTooDetailed,
}

#[derive(Default)]
struct HealthResponseTooDetailed {
    budget: Option<Budget>,
    /// By list of servers: whether all of them are local.
    local: HashMap<usize, bool>,
}

/// Steps that one look into an object is charged with.
const COST: usize = 20;

/// Endpoints of monitoring that tell much by their nature.
const TELLING: [&str; 3] = ["env", "metrics", "actuator"];

/// Segments before such an endpoint that speak of the service, too.
const AROUND: [&str; 20] = [
    "api",
    "rest",
    "service",
    "server",
    "app",
    "application",
    "system",
    "sys",
    "internal",
    "private",
    "public",
    "management",
    "manage",
    "admin",
    "actuator",
    "monitor",
    "monitoring",
    "health",
    "debug",
    "_",
];

impl<'a> Check<'a> for HealthResponseTooDetailed {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if !operation.method.is("GET") || !operation.security.is_anonymous() {
            return;
        }
        let path = cx.signs(operation.id).path();
        let Some(last) = path.last() else { return };
        let whole = TELLING.iter().any(|name| last.text.eq_ignore_ascii_case(name)) && is_of_the_service(&path);
        if !whole && !last.is(&MONITORING_SEGMENTS) || gateway_auth(cx.api, operation, &[]) {
            return;
        }
        let details = if whole {
            Vec::new()
        } else {
            let budget = self.budget.get_or_insert_with(|| Budget::of(cx.api));
            details(cx.api, operation, budget)
        };
        if !whole && details.is_empty() {
            return;
        }
        let message = match details.first() {
            None => format!("{} shows anybody the inside of the service", operation_title(operation)),
            Some((name, _)) => {
                format!("{} tells anybody details of the service, such as {}", operation_title(operation), quoted(name))
            }
        };
        let help = "answer with a plain status, and keep details for callers with a credential or for a port that strangers do not \
                    reach";
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id);
        let finding = details.iter().fold(finding, |finding, (_, node)| finding.related_key(*node, "told to anybody"));
        let local = self.local.entry(operation.servers.as_ptr().addr());
        let local = *local.or_insert_with(|| are_local(cx.api, &operation.servers));
        cx.report(finding.lowered_if(local, Level::Info));
    }
}

/// What stands before the endpoint is no resource of the API: `/scans/{id}/metrics` counts what it found.
fn is_of_the_service(path: &PathShape<'_>) -> bool {
    let before = path.segments().split_last().map_or(&[][..], |(_, before)| before);
    before.iter().all(|segment| AROUND.iter().any(|word| segment.text.eq_ignore_ascii_case(word)))
}

fn are_local(api: &Api<'_>, servers: &[ServerId]) -> bool {
    let all: Vec<_> = servers.iter().flat_map(|id| addresses(api, api.server(*id))).collect();
    let known = all.iter().all(|address| address.host.is_some());
    !all.is_empty() && known && judge_hosts(all.iter().map(|address| address.host.as_ref())) == HostVerdict::Local
}

/// A part of an answer: a schema, or a value of an example.
#[derive(Clone, Copy)]
enum Part<'a> {
    Schema(Node<'a>),
    Value(Node<'a>),
}

/// The properties of success answers that tell details, by schema or, without one, by example.
fn details<'a>(api: &Api<'a>, operation: &Operation<'a>, budget: &mut Budget) -> Vec<(&'a str, Node<'a>)> {
    let responses =
        operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.code.starts_with('2'));
    let mut found = Vec::new();
    for media in responses.flat_map(|response| &response.media) {
        let examples =
            media.node.get("examples").into_iter().flat_map(Node::entries).filter_map(|(_, one)| one.get("value"));
        let shown = media.node.get("example").into_iter().chain(examples).map(Part::Value);
        for root in media.schema.into_iter().map(Part::Schema).chain(shown) {
            collect(api, root, 1, &mut found, budget);
        }
    }
    let weak = |(name, _): &(&str, Node<'_>)| HEALTH_DETAIL_NAMES_WEAK.matches_name(&Tokens::new(name));
    let names: std::collections::BTreeSet<&str> = found.iter().map(|(name, _)| *name).collect();
    if names.len() < 2 && found.iter().all(weak) {
        return Vec::new();
    }
    found
}

/// The members of a part by name; in place of an array its items.
fn members<'a>(api: &Api<'a>, part: Part<'a>, budget: &mut Budget) -> Vec<(&'a str, Part<'a>)> {
    if !budget.spend(COST) {
        return Vec::new();
    }
    match part {
        Part::Schema(node) => {
            let merged = levels::without_arrays(api, node);
            let further = merged.get("additionalProperties").filter(|schema| schema.is_mapping());
            let own = merged.properties().into_iter().map(|(name, node)| (name, Part::Schema(node)));
            own.chain(further.map(|schema| ("", Part::Schema(schema)))).collect()
        }
        Part::Value(node) => {
            let object = if node.is_sequence() { node.items().next().unwrap_or(node) } else { node };
            object.entries().map(|(name, node)| (name, Part::Value(node))).collect()
        }
    }
}

fn collect<'a>(api: &Api<'a>, part: Part<'a>, level: usize, found: &mut Vec<(&'a str, Node<'a>)>, budget: &mut Budget) {
    for (name, member) in members(api, part, budget) {
        let (Part::Schema(node) | Part::Value(node)) = member;
        if HEALTH_DETAIL_NAMES.matches_name(&Tokens::new(name)) && tells(api, name, member, level, budget) {
            found.push((name, node));
        } else if level < DEPTH {
            collect(api, member, level + 1, found, budget);
        }
    }
}

/// Whether a part is a telling leaf, or holds one within the levels that are read.
fn tells<'a>(api: &Api<'a>, name: &str, part: Part<'a>, level: usize, budget: &mut Budget) -> bool {
    let inner = members(api, part, budget);
    if !inner.is_empty() {
        return level < DEPTH && inner.into_iter().any(|(name, member)| tells(api, name, member, level + 1, budget));
    }
    let plain = HEALTH_PLAIN_NAMES.matches_name(&Tokens::new(name));
    let is_status = |value: Node<'_>| HEALTH_STATUS_WORDS.matches_name(&Tokens::new(value.text()));
    match part {
        Part::Value(node) => {
            let scalar = !matches!(node.kind(), Kind::Bool | Kind::Null | Kind::Mapping | Kind::Sequence);
            scalar && !plain && !is_status(node)
        }
        Part::Schema(node) => {
            let merged = levels::without_arrays(api, node);
            let listed: Vec<Node<'_>> = merged.all("enum").flat_map(Node::items).chain(merged.all("const")).collect();
            let shown: Vec<Node<'_>> = merged.all("example").chain(merged.all("default")).collect();
            let values = if listed.is_empty() { shown } else { listed };
            let scalar = ["string", "integer", "number"].iter().any(|kind| merged.is_type(kind))
                || merged.types().next().is_none() && !merged.is_object();
            scalar && !plain && (values.is_empty() || !values.into_iter().all(is_status))
        }
    }
}
