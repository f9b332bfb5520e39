//! `errors/inconsistent-error-format`

use std::borrow::Cow;

use apiward_model::predicate::{PathShape, essence, last_segment};
use apiward_model::words::OAUTH_ENDPOINT_SEGMENTS;
use apiward_model::{Api, Merged, Node, Operation, OperationId, Place, Response, is_empty_schema};
use foldhash::{HashMap, HashMapExt};
use schemars::JsonSchema;
use serde::Deserialize;
use smallvec::SmallVec;

use crate::errors::answers::{error_responses, has_body, is_json_type};
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::options::When;
use crate::framework::text::quoted;

declare_lint! {
    id: "errors/inconsistent-error-format",
    title: "Error answers use several formats",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-710"],
    practices: [ErrorHandling, Consistency],
    references: [
        "RFC 9457" => "https://www.rfc-editor.org/rfc/rfc9457",
        "Zalando RESTful API Guidelines rule 176: support problem JSON" => "https://opensource.zalando.com/restful-api-guidelines/#176",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("inconsistent_error_format.md"),
    check: InconsistentErrorFormat<'a>,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// When problem details (RFC 9457) are asked for.
    require_problem_json: When,
}

impl Default for Options {
    fn default() -> Self {
        Self { require_problem_json: When::Strict }
    }
}

/// Operations below which nothing can be said of what is usual.
const FEW_OPERATIONS: usize = 5;

/// Segments of paths on which the error object of RFC 6749 is due.
const OAUTH_SEGMENTS: [&str; 5] = ["oauth", "oauth2", "connect", "openid", "auth"];

/// Schemas over which one look for the base of an error goes.
const DEEPEST_BASE: usize = 16;

/// What makes error schemas one format.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// The same names of properties.
    Properties(Vec<String>),
    /// The same definition.
    Definition(Place),
    /// Written inline, without properties.
    Other,
}

/// The schema that decides what an error looks like, and whether it is defined under a name.
type Base = (Place, bool);

/// The media types that one answer offers.
type Offer<'a> = SmallVec<[Cow<'a, str>; 2]>;

/// How often a format is used.
struct Use<'a> {
    /// Where it is used first.
    first: Node<'a>,
    operations: usize,
    last: OperationId,
}

struct InconsistentErrorFormat<'a> {
    options: Options,
    /// The number of each shape.
    shapes: HashMap<Shape, usize>,
    /// The number of the shape of each schema that was looked at.
    known: HashMap<Base, usize>,
    schemas: HashMap<usize, Use<'a>>,
    media_types: HashMap<Cow<'a, str>, Use<'a>>,
    /// The sets of media types that single answers offer.
    offers: HashMap<Offer<'a>, Use<'a>>,
}

impl From<Options> for InconsistentErrorFormat<'_> {
    fn from(options: Options) -> Self {
        Self {
            options,
            shapes: HashMap::new(),
            known: HashMap::new(),
            schemas: HashMap::new(),
            media_types: HashMap::new(),
            offers: HashMap::new(),
        }
    }
}

impl<'a> Check<'a> for InconsistentErrorFormat<'a> {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if cx.api.operations.len() < FEW_OPERATIONS || speaks_oauth(operation) {
            return;
        }
        for response in error_responses(cx.api, operation).filter(|response| has_body(cx.api, response)) {
            self.count(cx.api, operation.id, response);
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let usual = |one: &&Use<'a>| one.operations * 10 >= cx.api.operations.len();
        let mut schemas: Vec<&Use<'a>> = self.schemas.values().filter(usual).collect();
        let mut media_types: Vec<&Use<'a>> = self.media_types.values().filter(usual).collect();
        if self.offers.values().filter(usual).count() < 2 {
            media_types.clear();
        }
        let mut faults = Vec::new();
        for (uses, what) in [(&mut schemas, "schemas"), (&mut media_types, "media types")] {
            if uses.len() < 2 {
                uses.clear();
            } else {
                uses.sort_by_key(|one| (std::cmp::Reverse(one.operations), one.first.place()));
                faults.push(format!("come in {} {what}", uses.len()));
            }
        }
        if self.lacks_problem_details() && self.options.require_problem_json.holds(cx.profile) {
            faults.push("never are problem details (RFC 9457)".to_owned());
        }
        if faults.is_empty() {
            return;
        }
        let help = "give every error one object and one media type, best the problem details of RFC 9457: clients and \
                    filters that must know several overlook one";
        let paths = cx.api.operations_node();
        let finding = cx.finding(paths, format!("error answers {}", faults.join(" and "))).at_key(paths).help(help);
        let related = schemas.into_iter().chain(media_types).map(|one| (one.first, told(one)));
        cx.report(related.fold(finding.of_document(), |finding, (node, told)| finding.related_key(node, told)));
    }
}

fn told(one: &Use<'_>) -> String {
    // An inline schema has no name of its own.
    let name = one.first.key().filter(|key| *key != "schema").map(|name| format!("{} is", quoted(name)));
    let operations = if one.operations == 1 { "operation" } else { "operations" };
    format!("{} used by {} {operations}", name.as_deref().unwrap_or("this is"), one.operations)
}

impl<'a> InconsistentErrorFormat<'a> {
    fn count(&mut self, api: &Api<'a>, operation: OperationId, response: &Response<'a>) {
        // XML beside JSON is a choice that clients have.
        let has_json = response.media.iter().any(|media| is_json_type(media.name));
        let counted = response.media.iter().filter(|media| !has_json || is_json_type(media.name));
        let mut offer = Offer::new();
        for media in counted {
            if let Some(schema) = media.schema.filter(|schema| !is_empty_schema(api, *schema)) {
                let shape = self.shape(api, schema);
                let first = schema.target_or_none().unwrap_or(schema);
                add(&mut self.schemas, shape, first, operation);
            }
            // OpenAPI 2 may leave the type open.
            if !media.name.is_empty() {
                add(&mut self.media_types, essence(media.name), media.node, operation);
                offer.push(essence(media.name));
            }
        }
        offer.sort_unstable();
        add(&mut self.offers, offer, response.node, operation);
    }

    /// The number of the shape of an error schema.
    fn shape(&mut self, api: &Api<'a>, schema: Node<'a>) -> usize {
        let base = base(schema);
        if let Some(known) = self.known.get(&base) {
            return *known;
        }
        let next = self.shapes.len();
        let shape = *self.shapes.entry(shape(api, base)).or_insert(next);
        self.known.insert(base, shape);
        shape
    }

    /// There are error bodies of known types, and none is what RFC 9457 defines.
    fn lacks_problem_details(&self) -> bool {
        let problem = |name: &Cow<'_, str>| matches!(&**name, "application/problem+json" | "application/problem+xml");
        !self.media_types.is_empty() && !self.media_types.keys().any(problem)
    }
}

fn add<'a, K: std::hash::Hash + Eq>(uses: &mut HashMap<K, Use<'a>>, key: K, first: Node<'a>, operation: OperationId) {
    let one = uses.entry(key).or_insert(Use { first, operations: 1, last: operation });
    if one.last != operation {
        one.operations += 1;
        one.last = operation;
    }
}

/// Its errors are those of OAuth 2 and OpenID Connect.
fn speaks_oauth(operation: &Operation<'_>) -> bool {
    if !last_segment(operation.path).is_some_and(|segment| segment.is(&OAUTH_ENDPOINT_SEGMENTS)) {
        return false;
    }
    let names_it = |text: &str| OAUTH_SEGMENTS.iter().any(|segment| segment.eq_ignore_ascii_case(text));
    PathShape::of_path(operation.path).segments().iter().any(|segment| names_it(segment.text))
}

/// The schema itself, or the base which its `allOf` refers to.
fn base(schema: Node<'_>) -> Base {
    let mut is_defined = schema.reference().is_some();
    let mut base = schema.target_or_none().unwrap_or(schema);
    for _ in 0..DEEPEST_BASE {
        let branch = base.get("allOf").into_iter().flat_map(Node::items).find(|branch| branch.reference().is_some());
        let Some(next) = branch.and_then(Node::target_or_none) else { break };
        (base, is_defined) = (next, true);
    }
    (base.place(), is_defined)
}

fn shape(api: &Api<'_>, (base, is_defined): Base) -> Shape {
    let properties = Merged::of(api, api.node(base)).properties();
    let mut names: Vec<String> = properties.into_iter().map(|(name, _)| name.to_owned()).collect();
    names.sort_unstable();
    match (names.is_empty(), is_defined) {
        (false, _) => Shape::Properties(names),
        (true, true) => Shape::Definition(base),
        (true, false) => Shape::Other,
    }
}
