//! `exposure/open-response`

use std::collections::BTreeMap;

use apiward_model::predicate::is_json;
use apiward_model::{Api, Format, MediaType, Merged, Node, Operation, OperationId, Place, Response, is_empty_schema};
use apiward_syntax::Known;
use foldhash::{HashMap, HashMapExt, HashSet};
use schemars::JsonSchema;
use serde::Deserialize;
use smallvec::SmallVec;

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;

declare_lint! {
    id: "exposure/open-response",
    title: "Success response has no described shape",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API3:2023"],
    cwe: ["CWE-213"],
    practices: [MinimalExposure, Documentation],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("open_response.md"),
    check: OpenResponse<'a>,
    options: Options,
}

/// Options of `exposure/open-response`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// When objects are reported that have properties and say that they may have others.
    flag_explicit_true: When,
}

/// In which profiles something is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum When {
    /// In `strict`.
    #[default]
    Strict,
    /// In every profile in which the lint is on.
    Always,
    /// In none.
    Never,
}

struct OpenResponse<'a> {
    explicit: When,
    found: BTreeMap<Place, (Node<'a>, Fault, SmallVec<[OperationId; 4]>)>,
    /// Schemas that were looked at.
    judged: HashMap<Place, Option<Fault>>,
    /// Operations that answer a success.
    counted: usize,
}

impl From<Options> for OpenResponse<'_> {
    fn from(options: Options) -> Self {
        Self { explicit: options.flag_explicit_true, found: BTreeMap::new(), judged: HashMap::new(), counted: 0 }
    }
}

/// What is wrong with an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoContent,
    NoSchema,
    EmptySchema,
    AnyObject,
    /// It has properties, and says that there may be others.
    Explicit,
}

impl Fault {
    const fn message(self) -> &'static str {
        match self {
            Self::NoContent => "the answer to a read has no described content",
            Self::NoSchema => "a JSON answer has no schema",
            Self::EmptySchema => "the schema of a JSON answer accepts anything",
            Self::AnyObject => "a JSON answer may be any object",
            Self::Explicit => "an answer may hold properties that are not described",
        }
    }
}

const HELP: &str = "describe what callers get: nobody can tell from such a description, or test against it, that an answer holds \
                    more than it should";

impl<'a> Check<'a> for OpenResponse<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for operation in &cx.api.operations {
            self.operation_answers(cx.api, operation);
        }
        let explicit = match self.explicit {
            When::Strict => cx.profile == Profile::Strict,
            When::Always => true,
            When::Never => false,
        };
        for (node, fault, operations) in std::mem::take(&mut self.found).into_values() {
            if fault == Fault::Explicit && !explicit {
                continue;
            }
            let finding = cx
                .finding(node, fault.message())
                .at_key(node)
                .help(HELP)
                .operations(operations.into_iter().collect::<Operations>());
            cx.report(finding.lowered_if(fault == Fault::Explicit, Level::Info));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if cx.profile == Profile::Strict {
            return gathered(cx, findings);
        }
        let (explicit, open): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.message == Fault::Explicit.message());
        let mut others = gathered(cx, explicit);
        if !open.is_empty() {
            let operations: HashSet<OperationId> = open.iter().flat_map(|finding| finding.operations.iter()).collect();
            let message =
                format!("{} of {} operations answer without a described shape", operations.len(), self.counted);
            others.push(cx.united(&open, cx.api.operations_node(), message));
        }
        others
    }
}

impl<'a> OpenResponse<'a> {
    fn operation_answers(&mut self, api: &Api<'a>, operation: &Operation<'a>) {
        let responses: SmallVec<[&Response<'a>; 4]> =
            operation.responses.iter().map(|id| api.response(*id)).filter(|one| one.code.starts_with('2')).collect();
        if operation.method.is("HEAD") || responses.is_empty() {
            return;
        }
        self.counted += 1;
        let reads = operation.method.is("GET") || operation.method.is("QUERY");
        let full = |response: &&&Response<'a>| {
            matches!(response.code, "200" | "203") || response.code.eq_ignore_ascii_case("2XX")
        };
        if reads && !responses.iter().any(|response| has_content(api, response)) {
            if let Some(response) = responses.iter().find(full).filter(|_| may_answer_json(api, operation)) {
                self.add(response.node, Fault::NoContent, operation.id);
            }
            return;
        }
        for response in responses.iter().filter(|response| !matches!(response.code, "204" | "205")) {
            for media in response.media.iter().filter(|media| is_described_by_schema(media)) {
                self.media(api, response, media, operation.id);
            }
        }
    }

    fn media(&mut self, api: &Api<'a>, response: &Response<'a>, media: &MediaType<'a>, operation: OperationId) {
        let of_two = api.spec.format == Format::OpenApi2;
        let Some(schema) = media.schema else {
            if !of_two {
                self.add(media.node, Fault::NoSchema, operation);
            }
            return;
        };
        let target = schema.target_or_none().unwrap_or(schema);
        // Beside a reference other keywords may count.
        let meant = if schema.count() == 1 { target } else { schema };
        let fault = *self.judged.entry(meant.place()).or_insert_with(|| fault_of(api, schema));
        match fault {
            Some(Fault::EmptySchema) => {
                self.add(if of_two { response.node } else { schema }, Fault::EmptySchema, operation);
            }
            Some(fault) => self.add(target, fault, operation),
            None => {}
        }
    }

    fn add(&mut self, node: Node<'a>, fault: Fault, operation: OperationId) {
        self.found.entry(node.place()).or_insert((node, fault, SmallVec::new())).2.push(operation);
    }
}

fn has_content(api: &Api<'_>, response: &Response<'_>) -> bool {
    let of_two = api.spec.format == Format::OpenApi2;
    response.media.iter().any(|media| !of_two || media.schema.is_some())
}

/// OpenAPI 2 says apart from the schema which types an operation answers with.
fn may_answer_json(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let types = operation.node.get("produces").or_else(|| api.root.get("produces"));
    let mut names = types.into_iter().flat_map(Node::items).filter_map(|name| name.raw().as_str());
    api.spec.format != Format::OpenApi2 || names.any(is_json)
}

/// Types of JSON whose shape is described elsewhere.
const KNOWN_SHAPES: [&str; 3] = ["application/geo+json", "application/schema+json", "application/vnd.api+json"];

fn is_described_by_schema(media: &MediaType<'_>) -> bool {
    let name = media.name.split(';').next().unwrap_or_default().trim();
    is_json(name)
        && !KNOWN_SHAPES.iter().any(|known| name.eq_ignore_ascii_case(known))
        && media.node.get("itemSchema").is_none()
        && !is_shown_empty(media)
}

/// Examples of an answer that are looked at.
const EXAMPLES: usize = 16;

/// Every example is an empty object: nothing more is to be described.
fn is_shown_empty(media: &MediaType<'_>) -> bool {
    let of_media = media.node.get(Known::Examples).into_iter().flat_map(Node::entries);
    let values = of_media.filter_map(|(_, example)| example.target_or_none()?.get("value"));
    let single = [Some(media.node), media.schema].into_iter().flatten().filter_map(|node| node.get(Known::Example));
    let mut shown = values.chain(single).take(EXAMPLES).peekable();
    shown.peek().is_some() && shown.all(|value| value.is_mapping() && value.count() == 0)
}

/// What is wrong with a schema. An author who writes an empty `properties` says that there are none.
fn fault_of<'a>(api: &Api<'a>, schema: Node<'a>) -> Option<Fault> {
    if is_empty_schema(api, schema) {
        return Some(Fault::EmptySchema);
    }
    let merged = Merged::of(api, schema);
    if !merged.is_object() {
        return None;
    }
    let others = merged.get("additionalProperties").map(|node| is_empty_schema(api, node));
    if merged.get("properties").is_some() {
        let beyond = || merged.get("unevaluatedProperties").and_then(|node| node.as_bool()) == Some(true);
        return (others == Some(true) || beyond()).then_some(Fault::Explicit);
    }
    let says = |key: &&str| merged.all(key).any(|node| node.count() > 0);
    let described = ["oneOf", "anyOf", "patternProperties"].iter().any(says) || others == Some(false);
    (!described).then_some(Fault::AnyObject)
}
