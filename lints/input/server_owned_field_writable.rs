//! `input/server-owned-field-writable`

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::words::SERVER_OWNED_NAMES;
use apiward_model::{Api, Merged, Node, Operation, OperationId, Place, Reach, Role};
use foldhash::{HashSet, HashSetExt};

use crate::framework::budget::Budget;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use apiward_syntax::Fragment;

declare_lint! {
    id: "input/server-owned-field-writable",
    title: "Server-generated fields are writable because read and write share a schema",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API3:2023"],
    cwe: ["CWE-915"],
    practices: [MinimalExposure, InputValidation],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "AIP-203 Field behavior documentation" => "https://google.aip.dev/203",
        "OpenAPI 3.2.0 Validating readOnly and writeOnly" => "https://spec.openapis.org/oas/v3.2.0.html#validating-readonly-and-writeonly",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("server_owned_field_writable.md"),
    check: ServerOwnedFieldWritable<'a>,
}

#[derive(Default)]
struct ServerOwnedFieldWritable<'a> {
    /// The schemas of what callers write, after `$ref`, with the operations that take them.
    written: BTreeMap<Place, (Node<'a>, Vec<OperationId>)>,
}

/// What a definition lets callers set.
#[derive(Default)]
struct Owner<'a> {
    /// By name, with the schemas through which callers reach it.
    fields: BTreeMap<&'a str, Field<'a>>,
    writes: HashSet<OperationId>,
}

struct Field<'a> {
    node: Node<'a>,
    /// A schema that callers write requires it: they choose it.
    required: bool,
}

/// Names that a message lists.
const LISTED: usize = 5;

impl<'a> Check<'a> for ServerOwnedFieldWritable<'a> {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let Some(body) = operation.body.filter(|_| cx.signs(operation.id).writes) else { return };
        let mut seen: Vec<Place> = Vec::new();
        for schema in cx.api.body(body).media.iter().filter_map(|media| media.schema?.target_or_none()) {
            let merged = Merged::of(cx.api, schema);
            let items = merged.get("items").filter(|_| merged.is_array()).and_then(Node::target_or_none);
            let schema = items.unwrap_or(schema);
            if !seen.contains(&schema.place()) {
                seen.push(schema.place());
                self.written.entry(schema.place()).or_insert((schema, Vec::new())).1.push(operation.id);
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut budget = Budget::of(cx.api);
        let mut owners: BTreeMap<Place, Owner<'a>> = BTreeMap::new();
        for (schema, writes) in std::mem::take(&mut self.written).into_values() {
            let mut met = HashSet::new();
            for (name, field) in server_owned(cx.api, schema, &mut budget) {
                let Some(definition) = definition_around(cx.api, field.node) else { continue };
                let owner = owners.entry(definition.place()).or_default();
                let known = owner.fields.entry(name).or_insert(Field { node: field.node, required: false });
                known.required |= field.required;
                if met.insert(definition.place()) {
                    owner.writes.extend(&writes);
                }
            }
        }
        for (place, owner) in owners {
            let answered = cx.api.schemas.find(place).is_some_and(|schema| schema.reach.intersects(Reach::RESPONSE));
            if answered {
                report(cx, cx.api.node(place), owner);
            }
        }
    }

    /// Descriptions that leave `readOnly` out do so in every schema.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut habits: BTreeMap<(Level, String), Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            let names = finding.message.rsplit_once(": ").map_or("", |(_, names)| names).to_owned();
            habits.entry((finding.level, names)).or_default().push(finding);
        }
        let listed = |((_, names), same): ((Level, String), Vec<Finding<'a>>)| match same.len() {
            ..=SINGLE => same,
            _ => cx.listed(same, |count| format!("{count} schemas let callers set what the server makes: {names}")),
        };
        habits.into_iter().flat_map(listed).collect()
    }
}

/// Schemas with the same names that are reported one by one.
const SINGLE: usize = 5;

fn report<'a>(cx: &mut Cx<'_, 'a>, definition: Node<'a>, mut owner: Owner<'a>) {
    let mut writes: Vec<OperationId> = owner.writes.into_iter().collect();
    writes.sort_unstable();
    owner.fields.retain(|name, field| !is_identifier(name) || !(field.required || is_chosen(cx, name, &writes)));
    let mut fields: Vec<(&str, Node<'a>)> = owner.fields.into_iter().map(|(name, field)| (name, field.node)).collect();
    if fields.is_empty() {
        return;
    }
    fields.sort_unstable_by_key(|(_, node)| node.place());
    let only_weak = fields.iter().all(|(name, _)| matches!(Tokens::new(name).glued(), "createdby" | "href" | "self"));
    let mut names: Vec<String> = fields.iter().take(LISTED).map(|(name, _)| quoted(name)).collect();
    if fields.len() > LISTED {
        names.push(format!("{} more", fields.len() - LISTED));
    }
    let title = definition.key().map_or_else(|| "this schema".to_owned(), |name| format!("schema {}", quoted(name)));
    let message = format!("{title} lets callers set what the server makes: {}", names.join(", "));
    let help = "mark it `readOnly: true`, or give requests a schema of their own without it: a server that stores the \
                whole object takes over what the caller sends";
    let finding = cx.finding(definition, message).at_key(definition).help(help).operations(writes);
    let finding = fields.iter().fold(finding, |finding, (_, node)| finding.related_key(*node, "it is not `readOnly`"));
    let own = fields.iter().all(|(_, node)| node.is_mapping() && node.reference().is_none());
    let mark = |fix: Fix<'a>, (_, node): &(&str, Node<'a>)| fix.put(*node, "readOnly", Fragment::Flag(true));
    let fix = own.then(|| fields.iter().fold(Fix::new("mark it `readOnly`"), mark));
    cx.report(finding.fixed_by(fix).lowered_if(only_weak, Level::Info));
}

/// The properties of a schema that servers make and that callers can set.
fn server_owned<'a>(api: &Api<'a>, schema: Node<'a>, budget: &mut Budget) -> Vec<(&'a str, Field<'a>)> {
    let merged = Merged::of(api, schema);
    if !budget.spend(merged.all("properties").map(|map| map.count()).sum()) {
        return Vec::new();
    }
    let required: HashSet<&str> = merged.all("required").flat_map(Node::items).filter_map(text).collect();
    let mut read_only: HashSet<&str> = HashSet::new();
    let mut found: Vec<(&'a str, Node<'a>)> = Vec::new();
    for (name, node) in merged.all("properties").flat_map(Node::entries) {
        if name.len() <= LONGEST && SERVER_OWNED_NAMES.matches(&Tokens::new(name)) {
            found.push((name, node));
            if Merged::of(api, node).is_read_only() {
                read_only.insert(name);
            }
        }
    }
    found.retain(|(name, _)| !read_only.contains(name));
    found.into_iter().map(|(name, node)| (name, Field { node, required: required.contains(name) })).collect()
}

/// Bytes of a name that is worth a look: the longest entry of the list, with separators.
const LONGEST: usize = 24;

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}

/// The named schema that a property is written in.
fn definition_around<'a>(api: &Api<'a>, property: Node<'a>) -> Option<Node<'a>> {
    let holder = property.parent()?.parent();
    let mut around = std::iter::successors(holder, |node| node.parent());
    around.find(|node| {
        let role = api.schemas.find(node.place()).map(|schema| schema.role);
        role == Some(Role::Definition) || role.is_some() && api.schemas.is_referred_to(node.place())
    })
}

fn is_identifier(name: &str) -> bool {
    name.eq_ignore_ascii_case("id") || name.eq_ignore_ascii_case("uuid")
}

/// Callers choose the identifier: it stands in the path of every PUT, or objects come from elsewhere.
fn is_chosen(cx: &Cx<'_, '_>, name: &str, writes: &[OperationId]) -> bool {
    let named = |id: &OperationId| {
        let operation = cx.api.operation(*id);
        let path = cx.signs(*id).path();
        operation.method.is("PUT") && path.parameters().any(|(_, segment)| segment.parameter == Some(name))
    };
    let imports = |id: &OperationId| {
        let signs = cx.signs(*id);
        let brings = |tokens: &Tokens<'_>| tokens.iter().any(|word| matches!(word, "import" | "sync"));
        brings(&signs.operation_id()) || signs.last_segment().is_some_and(|segment| brings(segment.tokens()))
    };
    writes.iter().all(named) || writes.iter().any(imports)
}
