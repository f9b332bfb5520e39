//! `input/injection-prone-parameter`

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::pattern::Pattern;
use apiward_model::predicate::PathShape;
use apiward_model::words::{INJECTION_NAMES_HIGH, INJECTION_NAMES_LOW};
use apiward_model::{Format, Location, Merged, Node, Operation, Parameter, Place, Reach, Schema, phrase};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;

declare_lint! {
    id: "input/injection-prone-parameter",
    title: "Parameter carries a raw query, command, template or path",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: [],
    cwe: ["CWE-89", "CWE-78", "CWE-22", "CWE-94"],
    practices: [InputValidation, Threats],
    references: [
        "OWASP Injection Prevention Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation, Parameter, Schema],
    docs: include_str!("injection_prone_parameter.md"),
    check: InjectionProneParameter<'a>,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of parameters and properties that hold something that is interpreted.
    names_extra: Vec<String>,
    /// What the API is about, when that makes such parameters its business.
    domain: Option<Domain>,
}

/// A kind of product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Domain {
    /// Databases, search and analytics, whose callers write queries.
    QueryLanguage,
}

struct InjectionProneParameter<'a> {
    names_extra: WordSet,
    off: bool,
    /// The parameters of operations, those of webhooks and callbacks left out.
    used: HashSet<Place>,
    /// Names of properties that were looked at, and whether they count.
    names: HashMap<&'a str, Option<Weight>>,
}

impl From<Options> for InjectionProneParameter<'_> {
    fn from(options: Options) -> Self {
        let off = options.domain == Some(Domain::QueryLanguage);
        Self {
            names_extra: WordSet::new(&options.names_extra, false),
            off,
            used: HashSet::new(),
            names: HashMap::new(),
        }
    }
}

/// How much a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    High,
    Low,
}

/// Names that hold what people search for.
static SEARCH_NAMES: Lexicon = Lexicon::new("search names", Match::Name, &["q", "query", "search", "term", "keyword"]);

/// Names whose values a good description lists.
static LISTED_NAMES: Lexicon = Lexicon::new("listed names", Match::Name, &["filter", "order_by", "sort_by", "include"]);

/// How a description begins such a list.
static LIST_PHRASES: Lexicon = Lexicon::new(
    "list phrases",
    Match::Phrase,
    &[
        "one of",
        "allowed values",
        "possible values",
        "supported values",
        "valid values",
        "accepted values",
        "allowed fields",
        "supported fields",
        "syntax",
        "grammar",
    ],
);

/// How a description says that a path is none of files.
static URL_PATHS: Lexicon = Lexicon::new(
    "paths of URLs",
    Match::Phrase,
    &[
        "url path",
        "url paths",
        "uri path",
        "http path",
        "request path",
        "path of the url",
        "path of the request",
        "part of the url",
        "part of urls",
    ],
);

/// Formats that leave no room for anything else.
const CLOSED_FORMATS: [&str; 11] =
    ["uuid", "date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference"];

impl<'a> Check<'a> for InjectionProneParameter<'a> {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if !self.off {
            self.used.extend(operation.parameters.iter().map(|id| cx.api.parameter(*id).node.place()));
        }
    }

    fn parameter(&mut self, cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
        if !self.used.contains(&parameter.node.place()) {
            return;
        }
        if cx.api.spec.format == Format::OpenApi32 {
            check_query_string(cx, parameter);
            check_reserved(cx, parameter);
        }
        let name = match parameter.location {
            Location::Header => Tokens::header(parameter.name),
            _ => Tokens::new(parameter.name),
        };
        let narrow = !matches!(parameter.location, Location::Path | Location::Query);
        let weight = self.weight(&name, narrow);
        if let (Some(weight), Some(schema)) = (weight, parameter.schema) {
            let taken = Taken { kind: "parameter", name, weight, place: parameter.node, schema };
            judge(cx, &taken, cx.reaching(parameter.node));
        }
    }

    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        if self.off || !schema.reach.intersects(Reach::REQUEST) {
            return;
        }
        let Some(name) = schema.property_name() else { return };
        let weight = self.names.get(name).copied().unwrap_or_else(|| {
            let weight = self.weight(&Tokens::new(name), true);
            self.names.insert(name, weight);
            weight
        });
        if let Some(weight) = weight {
            let place = schema.node;
            let taken = Taken { kind: "property", name: Tokens::new(name), weight, place, schema: place };
            judge(cx, &taken, cx.reaching(place));
        }
    }
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl InjectionProneParameter<'_> {
    /// What a name says; `narrow` outside path and query, where only the plainest names count.
    fn weight(&self, name: &Tokens, narrow: bool) -> Option<Weight> {
        if SEARCH_NAMES.matches(name) {
            None
        } else if INJECTION_NAMES_HIGH.matches(name) {
            Some(Weight::High)
        } else {
            let low = !narrow && INJECTION_NAMES_LOW.matches(name) || self.names_extra.matches_name(name);
            low.then_some(Weight::Low)
        }
    }
}

/// A string that callers send.
struct Taken<'a> {
    kind: &'static str,
    name: Tokens<'a>,
    weight: Weight,
    place: Node<'a>,
    schema: Node<'a>,
}

/// Operations of one string that are looked at again.
const LOOKED_AT: usize = 1_000;

fn judge<'a>(cx: &mut Cx<'_, 'a>, taken: &Taken<'a>, mut operations: Operations) {
    let merged = Merged::of(cx.api, taken.schema);
    if !merged.is_type("string") || is_closed(&merged) || is_told(taken, &merged) {
        return;
    }
    if operations.len() <= LOOKED_AT {
        // Answers may hold the property, too.
        operations.retain(|id| taken.kind == "parameter" || cx.api.operation(id).body.is_some());
        let harmless = |path: &str| names_an_item(path, taken) || taken.name.glued() == "command" && has_commands(path);
        if !operations.is_empty() {
            operations.retain(|id| !harmless(cx.api.operation(id).path));
            if operations.is_empty() {
                return;
            }
        }
    }
    let name = quoted(taken.name.raw());
    let message = format!("{} {name} is a free string that looks like {}", taken.kind, subject(&taken.name));
    let help = "never hand it to an interpreter or a file system as it is; say what is allowed with an `enum` or an \
                anchored `pattern`";
    let finding = cx.finding(taken.place, message).help(help).operations(operations);
    cx.report(if taken.weight == Weight::High { finding.raised_to(Level::Warning) } else { finding });
}

/// The description says which values there are, or that it is an identifier or a part of a URL.
fn is_told<'a>(taken: &Taken<'a>, schema: &Merged<'a>) -> bool {
    let own = taken.place.get_str("description").into_iter();
    let mut texts = own.chain(schema.all("description").filter_map(text));
    match taken.name.glued() {
        "file" => texts.any(names_identifiers),
        "path" => texts.any(|text| phrase::contains(text, &URL_PATHS)),
        _ => LISTED_NAMES.matches(&taken.name) && texts.any(lists_values),
    }
}

/// From 3.2 on a parameter may take the whole query string.
fn check_query_string<'a>(cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
    if parameter.location == Location::QueryString && parameter.schema.is_none() {
        let message = format!("parameter {} takes the whole query string and has no schema", quoted(parameter.name));
        let help = "describe what the query string may hold with a schema";
        cx.report(cx.finding(parameter.node, message).help(help).operations(cx.reaching(parameter.node)));
    }
}

/// From 3.2 on reserved characters, such as the slash, may be sent in a path parameter.
fn check_reserved<'a>(cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
    let Some(mark) = parameter.node.get("allowReserved").filter(|mark| mark.as_bool() == Some(true)) else { return };
    if parameter.location == Location::Path {
        let message =
            format!("path parameter {} may hold slashes and other reserved characters", quoted(parameter.name));
        let help = "leave `allowReserved` out: a value such as `../` then leaves its segment of the path";
        cx.report(cx.finding(mark, message).at_key(mark).help(help).operations(cx.reaching(parameter.node)));
    }
}

/// Only values that the description knows can be sent.
fn is_closed(schema: &Merged<'_>) -> bool {
    schema.is_enumerated()
        || schema.all("format").filter_map(text).any(|format| CLOSED_FORMATS.contains(&format))
        || schema.all("pattern").filter_map(text).any(|text| Pattern::parse(text).is_ok_and(|read| read.is_anchored()))
}

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}

/// A description that asks for an identifier, as of a file that was uploaded before.
fn names_identifiers(description: &str) -> bool {
    Tokens::new(description).iter().any(|word| matches!(word, "id" | "ids" | "identifier" | "uuid"))
}

/// A description that lists values: two code spans, or a phrase that begins a list.
fn lists_values(description: &str) -> bool {
    description.matches('`').count() >= 4 || phrase::contains(description, &LIST_PHRASES)
}

/// A path parameter behind the collection that it picks from: `/files/{file}`.
fn names_an_item(path: &str, taken: &Taken<'_>) -> bool {
    let name = taken.name.glued();
    let plurals = [format!("{name}s"), format!("{}ies", name.trim_end_matches('y'))];
    let parameter = format!("{{{}}}", taken.name.raw());
    let segments: Vec<&str> = path.split('/').collect();
    let picks =
        |pair: &[&str]| pair[1] == parameter && plurals.iter().any(|plural| Tokens::new(pair[0]).glued() == plural);
    segments.windows(2).any(picks)
}

fn has_commands(path: &str) -> bool {
    PathShape::of_path(path).segments().iter().any(|segment| segment.text.eq_ignore_ascii_case("commands"))
}

/// What a name suggests.
fn subject(name: &Tokens) -> &'static str {
    match name.glued() {
        "cmd" | "exec" | "shell" | "shellcommand" | "command" => "a command",
        "eval" | "expression" => "code to be evaluated",
        "file" | "filename" | "filepath" | "path" | "dir" | "directory" => "the path of a file",
        "jndi" => "the name of a remote object",
        "include" | "orderby" | "sortby" => "a part of a query",
        "sql" | "sqlquery" | "whereclause" | "xpath" | "where" | "filter" | "querystring" => "a query",
        _ => "something to be interpreted",
    }
}
