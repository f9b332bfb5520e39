//! `input/unbounded-array`

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::is_json;
use apiward_model::{Api, MediaType, Merged, Node, Operation, OperationId, Place, Reach};
use apiward_syntax::Known;
use foldhash::{HashSet, HashSetExt};

use crate::framework::budget::Budget;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::uses::Use;
use crate::input::listed::{listed, share};

declare_lint! {
    id: "input/unbounded-array",
    title: "Request arrays have no upper size",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [InputValidation, RateLimiting],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Use],
    docs: include_str!("unbounded_array.md"),
    check: UnboundedArray<'a>,
}

#[derive(Default)]
struct UnboundedArray<'a> {
    /// Arrays that are reported on their own, with their operations.
    raised: BTreeMap<Place, (Node<'a>, Why, Vec<OperationId>)>,
    /// Arrays of further media types of a body, which say again what one of those says.
    repeated: HashSet<Place>,
    /// The number of all other arrays.
    others: usize,
    open: Vec<Use<'a>>,
}

/// Why an array is worth a finding of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    WholeBody,
    Bulk,
}

const HELP: &str = "set `maxItems`: without it one call makes the service work for as long as the caller likes";

impl<'a> Check<'a> for UnboundedArray<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut budget = Budget::of(cx.api);
        for operation in &cx.api.operations {
            self.body(cx, operation, &mut budget);
        }
    }

    fn used(&mut self, cx: &mut Cx<'_, 'a>, used: &Use<'a>) {
        let place = used.place.place();
        let told = self.raised.contains_key(&place) || self.repeated.contains(&place);
        if !told && used.is(Merged::is_array) {
            self.others += 1;
            if !used.holds(cx.api, |schema| is_bounded(cx.api, schema)) {
                self.open.push(used.clone());
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        self.rest(cx);
        for (node, why, operations) in std::mem::take(&mut self.raised).into_values() {
            let message = match why {
                Why::WholeBody => "the request body is an array without an upper size",
                Why::Bulk => "a bulk request takes an array without an upper size",
            };
            let help = "set `maxItems`: a batch of any size gets around limits on the number of calls";
            let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
            cx.report(finding.raised_to(Level::Warning));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl<'a> UnboundedArray<'a> {
    fn body(&mut self, cx: &Cx<'_, 'a>, operation: &Operation<'a>, budget: &mut Budget) {
        let Some(body) = operation.body else { return };
        let bulk = is_bulk(cx, operation);
        let json = |name: &str| name.is_empty() || is_json(name.split(';').next().unwrap_or_default().trim());
        let mut told: Vec<Option<&str>> = Vec::new();
        // The plainest type speaks for the others, in whatever order they stand.
        let mut all: Vec<&MediaType<'a>> = cx.api.body(body).media.iter().collect();
        all.sort_by_key(|media| (!json(media.name), media.name.len(), media.name));
        for media in all {
            let Some(schema) = media.schema else { continue };
            let whole = Merged::of(cx.api, schema);
            let (why, arrays) = if whole.is_array() {
                let counts = json(media.name) || told.contains(&schema.key());
                let open = counts && !is_bounded(cx.api, &whole);
                (Why::WholeBody, if open { vec![schema] } else { Vec::new() })
            } else if bulk {
                (Why::Bulk, outer_arrays(cx.api, whole, budget))
            } else {
                continue;
            };
            for array in &arrays {
                self.raise(*array, why, operation.id, told.contains(&array.key()));
            }
            told.extend(arrays.iter().map(|array| array.key()));
        }
    }

    /// `again` says that another media type of the body has an array of that name.
    fn raise(&mut self, schema: Node<'a>, why: Why, operation: OperationId, again: bool) {
        let Some(node) = schema.target_or_none() else { return };
        if again && !self.raised.contains_key(&node.place()) {
            self.repeated.insert(node.place());
            return;
        }
        let found = self.raised.entry(node.place()).or_insert((node, why, Vec::new()));
        if found.2.last() != Some(&operation) {
            found.2.push(operation);
        }
    }

    /// All other arrays, in one finding.
    fn rest(&self, cx: &mut Cx<'_, 'a>) {
        if self.open.is_empty() {
            return;
        }
        let members: Vec<_> = self.open.iter().map(|used| (used.place, cx.parameters().title(used))).collect();
        let verb = if members.len() == 1 { "has" } else { "have" };
        let message = format!("{} {verb} no upper size", share(members.len(), self.others, "array"));
        let finding = listed(cx, &members, message).help(HELP);
        cx.report(finding);
    }
}

fn is_bounded(api: &Api<'_>, schema: &Merged<'_>) -> bool {
    let says = |keyword: &str| schema.get(keyword).is_some();
    let closed = || {
        let rest = schema.get(Known::Items).or_else(|| schema.get("unevaluatedItems"));
        says("prefixItems") && rest.is_some_and(|rest| rest.as_bool() == Some(false))
    };
    let different = || {
        let items = schema.get(Known::Items).map(|items| Merged::of(api, items));
        let listed = items.is_some_and(|items| items.get(Known::Enum).or_else(|| items.get("const")).is_some());
        listed && schema.all("uniqueItems").any(|mark| mark.as_bool() == Some(true))
    };
    says("maxItems") || says("enum") || says("const") || closed() || different()
}

fn is_bulk(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    let signs = cx.signs(operation.id);
    let says = |word: &str| matches!(word, "bulk" | "batch");
    let in_name = |name: &Tokens<'_>| name.iter().any(says);
    // The first or second word, or the last: `bulkCreate`, `createBulkOrders`, `ordersBatch`. Not the group of an API that
    // has versions, as in `createBatchV1Job`.
    let in_id = |name: &Tokens<'_>| {
        let mut words = name.iter();
        let (first, second, third) = (words.next(), words.next(), words.next());
        let has_version =
            third.is_some_and(|word| word.starts_with('v') && word[1..].bytes().all(|b| b.is_ascii_digit()));
        first.is_some_and(says) || second.is_some_and(says) && !has_version || name.last().is_some_and(says)
    };
    in_id(&signs.operation_id()) || signs.last_segment().is_some_and(|segment| in_name(segment.tokens()))
}

/// The arrays of an object without an upper size, among those that stand least deep: the others are lists of what the
/// call is about, or of its settings.
fn outer_arrays<'a>(api: &Api<'a>, body: Merged<'a>, budget: &mut Budget) -> Vec<Node<'a>> {
    let mut seen = HashSet::new();
    let mut level = vec![body];
    while !level.is_empty() {
        let inner: Vec<Node<'a>> = level.iter().flat_map(|schema| members(api, schema)).collect();
        if !budget.spend(inner.len()) {
            break;
        }
        let new = inner.into_iter().filter(|node| seen.insert(node.place()));
        let (arrays, others): (Vec<_>, Vec<_>) =
            new.map(|node| (node, Merged::of(api, node))).partition(|(_, schema)| schema.is_array());
        if !arrays.is_empty() {
            let open = arrays.into_iter().filter(|(_, array)| !is_bounded(api, array));
            return open.map(|(node, _)| node).collect();
        }
        level = others.into_iter().map(|(_, schema)| schema).collect();
    }
    Vec::new()
}

/// The properties and branches that callers send.
fn members<'a>(api: &Api<'a>, schema: &Merged<'a>) -> Vec<Node<'a>> {
    let branches = ["oneOf", "anyOf"].into_iter().flat_map(|key| schema.all(key).collect::<Vec<_>>());
    let properties = schema.all("properties").flat_map(Node::entries).map(|(_, node)| node);
    let sent =
        |node: &Node<'a>| api.schemas.find(node.place()).is_none_or(|known| known.reach.intersects(Reach::REQUEST));
    branches.flat_map(Node::items).chain(properties).filter(sent).collect()
}
