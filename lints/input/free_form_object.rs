//! `input/free-form-object`

use apiward_model::lexicon::WordSet;
use apiward_model::{Api, Merged, Node, Place, Reach, is_empty_schema, is_typed_schema};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::uses::Use;
use crate::input::listed::{is_named, listed};

declare_lint! {
    id: "input/free-form-object",
    title: "Request accepts an object of any shape",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-915", "CWE-20"],
    practices: [InputValidation, MinimalExposure],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Use],
    docs: include_str!("free_form_object.md"),
    check: FreeFormObject<'a>,
    options: Options,
}

/// Options of `input/free-form-object`, of which `input/additional-properties-open` takes the default.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Names of properties and components that are meant to hold anything.
    pub(super) allow_names: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let names = [
            "metadata",
            "meta",
            "labels",
            "tags",
            "annotations",
            "attributes",
            "custom_fields",
            "properties",
            "extra",
            "context",
            "payload_template",
            "additional_data",
        ];
        Self { allow_names: names.map(str::to_owned).to_vec() }
    }
}

struct FreeFormObject<'a> {
    allowed: WordSet,
    bodies: Bodies,
    open: Vec<Use<'a>>,
}

impl From<Options> for FreeFormObject<'_> {
    fn from(options: Options) -> Self {
        let allowed = WordSet::new(&options.allow_names, false);
        Self { allowed, bodies: Bodies::default(), open: Vec::new() }
    }
}

const HELP: &str = "list its `properties`, or say what its values are with `additionalProperties`: a server that stores what it gets \
                    stores what an attacker adds";

impl<'a> Check<'a> for FreeFormObject<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.bodies = Bodies::of(cx.api);
    }

    fn used(&mut self, cx: &mut Cx<'_, 'a>, used: &Use<'a>) {
        let described = |outer: &Merged<'_>| outer.all("properties").any(|map| map.count() > 0);
        let free = is_free_form(cx.api, &used.schema) && !used.outer.as_ref().is_some_and(described)
            || cx.profile == Profile::Strict && is_open_part(cx.api, used.node);
        let name = || cx.parameters().name(used.node);
        if free
            && !is_named(name(), &self.allowed)
            && !is_named(used.component(), &self.allowed)
            && ![used.node, used.place].iter().any(|node| self.bodies.exempt.contains(&node.place()))
        {
            self.open.push(used.clone());
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut open = std::mem::take(&mut self.open);
        let parameters = cx.parameters();
        let is_body = |used: &Use<'a>| self.bodies.whole.contains(&used.node.place());
        open.sort_by_key(|used| !is_body(used));
        let title = |used: &Use<'a>| {
            if is_body(used) { "the request body".to_owned() } else { parameters.title(used) }
        };
        if cx.profile == Profile::Strict {
            for used in open {
                let operations = cx.reaching(used.place);
                let message = format!("{} may hold anything", title(&used));
                cx.report(cx.finding(used.place, message).at_key(used.place).help(HELP).operations(operations));
            }
        } else if !open.is_empty() {
            let members: Vec<_> = open.iter().map(|used| (used.place, title(used))).collect();
            let message = match open.as_slice() {
                [one] => format!("{} may be an object of any shape", title(one)),
                many => format!("{} request objects may be of any shape", many.len()),
            };
            let finding = listed(cx, &members, message).help(HELP);
            cx.report(finding);
        }
    }
}

/// An object of which nothing is said.
fn is_free_form(api: &Api<'_>, schema: &Merged<'_>) -> bool {
    let only = |name: &str| matches!(name, "object" | "null");
    if !schema.is_type("object") || !schema.types().all(only) {
        return false;
    }
    let says = |keyword: &str| schema.get(keyword).is_some();
    let listed = |keyword: &str| schema.all(keyword).any(|map| map.count() > 0);
    let shapes = [
        "propertyNames",
        "maxProperties",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "not",
        "if",
        "dependentSchemas",
        "discriminator",
        "$dynamicRef",
    ];
    let holds = |rest: Node<'_>| rest.as_bool() == Some(false) || is_typed_schema(api, rest);
    let typed = ["additionalProperties", "unevaluatedProperties"].iter().any(|key| schema.all(key).any(holds));
    !(listed("properties") || listed("patternProperties") || typed || shapes.iter().any(|key| says(key)))
}

/// A property, or the items of an array, of which nothing is said.
fn is_open_part(api: &Api<'_>, node: Node<'_>) -> bool {
    let property = || node.parent().is_some_and(|map| map.key() == Some("properties"));
    (node.key() == Some("items") || property()) && is_empty_schema(api, node)
}

/// Request bodies by their schemas.
#[derive(Default)]
struct Bodies {
    /// The schemas that are a whole body.
    whole: HashSet<Place>,
    /// What patches hold, and bodies that nobody should send.
    exempt: HashSet<Place>,
}

impl Bodies {
    fn of(api: &Api<'_>) -> Self {
        let mut bodies = Self::default();
        for operation in &api.operations {
            let safe = operation.method.is("GET") || operation.method.is("HEAD");
            let media = operation.body.into_iter().flat_map(|body| &api.body(body).media);
            for (media, schema) in media.filter_map(|media| Some((media, media.schema?))) {
                let name = media.name.split(';').next().unwrap_or_default().trim();
                bodies.whole.insert(schema.place());
                if safe || matches!(name, "application/merge-patch+json" | "application/json-patch+json") {
                    collect(api, schema, &mut bodies.exempt);
                }
            }
        }
        bodies
    }
}

/// A schema and all that it holds in requests.
fn collect<'a>(api: &Api<'a>, schema: Node<'a>, into: &mut HashSet<Place>) {
    let mut waiting = vec![schema];
    while let Some(node) = waiting.pop() {
        let known = api.schemas.find(node.place());
        if known.is_some_and(|schema| !schema.reach.intersects(Reach::REQUEST)) || !into.insert(node.place()) {
            continue;
        }
        waiting.extend(node.target_or_none());
        let children = node.entries().filter(|(key, _)| !matches!(*key, "example" | "examples" | "enum" | "default"));
        waiting.extend(
            children
                .map(|(_, child)| child)
                .chain(node.items())
                .filter(|child| child.is_mapping() || child.is_sequence()),
        );
    }
}
