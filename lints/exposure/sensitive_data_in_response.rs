//! `exposure/sensitive-data-in-response`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::gateway_auth;
use apiward_model::words::{PII_HIGH, PII_PAIRS};
use apiward_model::{Api, Declared, Merged, Node, OperationId, Place, Reach, Schema};
use foldhash::{HashMap, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::exposure::names::Names;
use crate::exposure::personal::{ACKNOWLEDGED, is_in_clear};
use crate::framework::budget::Budget;
use crate::framework::carriers::Carriers;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "exposure/sensitive-data-in-response",
    title: "Response carries highly sensitive personal data",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-359"],
    practices: [MinimalExposure],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("sensitive_data_in_response.md"),
    check: SensitiveDataInResponse,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of sensitive data.
    lexicon_extra: Vec<String>,
    /// The extension of a property by which its author says that it is meant to be answered.
    ack_extension: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { lexicon_extra: Vec::new(), ack_extension: ACKNOWLEDGED.to_owned() }
    }
}

struct SensitiveDataInResponse {
    extra: WordSet,
    acknowledged: String,
}

impl From<Options> for SensitiveDataInResponse {
    fn from(options: Options) -> Self {
        Self { extra: WordSet::new(&options.lexicon_extra, false), acknowledged: options.ack_extension }
    }
}

impl<'a> Check<'a> for SensitiveDataInResponse {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let mut answers = None;
        let mut seen: HashSet<Place> = HashSet::new();
        let names = Names::new(api, |name| self.is_sensitive(name).then_some(()));
        if !names.is_empty() {
            for schema in answered(api).filter(|schema| names.of(schema).is_some()) {
                if is_in_clear(api, schema, &self.acknowledged) {
                    seen.insert(schema.node.place());
                    let name = quoted(schema.property_name().unwrap_or_default());
                    report(
                        cx,
                        schema.node,
                        format!("answers hold sensitive personal data: property {name}"),
                        &mut answers,
                    );
                }
            }
        }
        for (first, second) in self.pairs(api) {
            if seen.insert(first.node.place()) {
                let names = [first, second].map(|half| quoted(half.property_name().unwrap_or_default()));
                let [first_name, second_name] = names;
                let message =
                    format!("answers hold sensitive personal data: property {first_name} together with {second_name}");
                report(cx, first.node, message, &mut answers);
            }
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

fn answered<'r, 'a>(api: &'r Api<'a>) -> impl Iterator<Item = &'r Schema<'a>> {
    api.schemas.all().iter().filter(|schema| schema.reach.intersects(Reach::RESPONSE))
}

/// The names of a pair that a name is, as bits: 1 the first of the first pair, 2 the second of it, and so on.
fn halves(name: &Tokens<'_>) -> u16 {
    let is = |entry: &str| entry.bytes().filter(|byte| *byte != b'_').eq(name.glued().bytes());
    let bits = PII_PAIRS.iter().enumerate();
    bits.map(|(at, (first, second))| (u16::from(is(first)) | u16::from(is(second)) << 1) << (2 * at)).sum()
}

impl SensitiveDataInResponse {
    fn is_sensitive(&self, name: &Tokens<'_>) -> bool {
        PII_HIGH.matches(name) || self.extra.matches_name(name)
    }

    /// Two properties of one object that together are sensitive, once for each first one.
    fn pairs<'r, 'a>(&self, api: &'r Api<'a>) -> Vec<(&'r Schema<'a>, &'r Schema<'a>)> {
        let names = api.schemas.property_names();
        let halves: HashMap<&str, u16> =
            names.map(|name| (name, halves(&Tokens::new(name)))).filter(|(_, bits)| *bits != 0).collect();
        let known = halves.values().fold(0, |all, bits| all | bits);
        // No pair is whole.
        if known & known >> 1 & 0b0101_0101_0101 == 0 {
            return Vec::new();
        }
        let mut budget = Budget::of(api);
        let mut found = Vec::new();
        for schema in answered(api) {
            if schema.node.get("properties").is_none() && schema.node.get("allOf").is_none() {
                continue;
            }
            let merged = Merged::of(api, schema.node);
            if !budget.spend(merged.all("properties").map(|map| map.count()).sum()) {
                break;
            }
            let properties = merged.all("properties").flat_map(Node::entries);
            let own: Vec<(u16, Node<'a>)> =
                properties.filter_map(|(name, node)| Some((*halves.get(name)?, node))).collect();
            found.extend(self.pair_of(api, &own));
        }
        found
    }

    fn pair_of<'r, 'a>(&self, api: &'r Api<'a>, own: &[(u16, Node<'a>)]) -> Option<(&'r Schema<'a>, &'r Schema<'a>)> {
        let clear = |bit: u16| {
            let mut named = own.iter().filter(|(bits, _)| bits & bit != 0);
            let schema = named.find_map(|(_, node)| api.schemas.find(node.place()))?;
            let answered = schema.reach.intersects(Reach::RESPONSE);
            (answered && is_in_clear(api, schema, &self.acknowledged)).then_some(schema)
        };
        (0..PII_PAIRS.len()).find_map(|at| Some((clear(1 << (2 * at))?, clear(2 << (2 * at))?)))
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>, message: String, answers: &mut Option<Carriers>) {
    let answers = answers.get_or_insert_with(|| Carriers::of_answers(cx.api));
    let mut operations = answers.of(cx.api, node);
    let open: Vec<OperationId> = operations.iter().filter(|id| is_open(cx, *id)).collect();
    if operations.is_empty() && cx.api.spec.format.is_async() {
        operations = cx.reaching(node);
    }
    let help = if open.is_empty() {
        "leave it out or mask it, and answer it only to those who need it; where that is so, mark the property as \
         reviewed"
    } else {
        "ask for credentials first: an operation that answers with it can be called by anybody"
    };
    let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
    cx.report(if open.is_empty() { finding } else { finding.raised_to(Level::Error) });
}

/// Whether anybody may call an operation that is not there for everybody.
fn is_open(cx: &Cx<'_, '_>, id: OperationId) -> bool {
    let (api, operation) = (cx.api, cx.api.operation(id));
    let forgotten = operation.security.declared == Declared::Absent && !api.schemes.is_empty();
    !api.spec.format.is_async()
        && (operation.security.is_explicitly_anonymous() || forgotten)
        && !cx.signs(id).is_public()
        && !gateway_auth(api, operation, &[])
}
