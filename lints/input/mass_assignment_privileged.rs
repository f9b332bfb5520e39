//! `input/mass-assignment-privileged`

use std::collections::BTreeMap;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::Signs;
use apiward_model::words::{
    PRIVILEGE_MANAGER_SEGMENTS, PRIVILEGED_ROLE_VALUES, PRIVILEGED_WRITE_NAMES, PRIVILEGED_WRITE_NAMES_WEAK,
    USER_LIKE_SEGMENTS,
};
use apiward_model::{Api, Merged, Node, Operation, OperationId, Place};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::budget::Budget;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "input/mass-assignment-privileged",
    title: "Client can set a privilege or balance field",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API3:2023"],
    cwe: ["CWE-915"],
    practices: [MinimalExposure, Roles],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "OWASP Mass Assignment Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("mass_assignment_privileged.md"),
    check: MassAssignmentPrivileged<'a>,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of privileged fields.
    names_extra: Vec<String>,
    /// Further path segments of resources in which such a field matters.
    resources_extra: Vec<String>,
}

struct MassAssignmentPrivileged<'a> {
    names_extra: WordSet,
    resources_extra: WordSet,
    /// The schemas of what callers write, after `$ref`, and the fields of forms, with who writes them.
    written: BTreeMap<Place, (Node<'a>, Writers)>,
    /// Names that were looked at: nothing when they do not count, else whether they are weak.
    names: HashMap<&'a str, Option<bool>>,
    /// Whether a list asks for a scope to manage privileges.
    managing: PerList<bool>,
}

impl From<Options> for MassAssignmentPrivileged<'_> {
    fn from(options: Options) -> Self {
        Self {
            names_extra: WordSet::new(&options.names_extra, false),
            resources_extra: WordSet::new(&options.resources_extra, false),
            written: BTreeMap::new(),
            names: HashMap::new(),
            managing: PerList::default(),
        }
    }
}

/// Who can set a field.
#[derive(Clone, Debug, Default)]
struct Writers {
    all: Vec<OperationId>,
    /// The first one with which callers edit themselves, or that anybody may call.
    plain: Option<OperationId>,
}

impl Writers {
    fn add(&mut self, other: &Self) {
        self.all.extend(&other.all);
        self.plain = [self.plain, other.plain].into_iter().flatten().min();
    }
}

/// A property that callers can set.
struct Field<'a> {
    name: &'a str,
    node: Node<'a>,
    weak: bool,
    writers: Writers,
}

/// Scopes with one of these words are for those who manage privileges.
const MANAGING_WORDS: [&str; 4] = ["admin", "manage", "roles", "permissions"];

/// Steps over properties below the body.
const DEEPEST: usize = 2;

impl<'a> Check<'a> for MassAssignmentPrivileged<'a> {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        let Some(body) = operation.body.filter(|_| signs.writes) else { return };
        if !self.is_about_users(signs) || self.manages_privileges(operation, signs) {
            return;
        }
        let plain = operation.security.is_anonymous() || signs.is_public() || edits_itself(signs);
        let writers = Writers { all: vec![operation.id], plain: plain.then_some(operation.id) };
        let body = cx.api.body(body);
        let schemas = body.media.iter().filter_map(|media| media.schema?.target_or_none());
        let fields = body.fields.iter().map(|id| cx.api.parameter(*id).node);
        let mut seen: Vec<Place> = Vec::new();
        for node in schemas.chain(fields) {
            if !seen.contains(&node.place()) {
                seen.push(node.place());
                self.written.entry(node.place()).or_insert((node, Writers::default())).1.add(&writers);
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut budget = Budget::of(cx.api);
        let mut found: BTreeMap<Place, Field<'a>> = BTreeMap::new();
        for (schema, writers) in std::mem::take(&mut self.written).into_values() {
            for (name, node, weak) in self.privileged(cx.api, schema, &mut budget) {
                let field = Field { name, node, weak, writers: Writers::default() };
                found.entry(node.place()).or_insert(field).writers.add(&writers);
            }
        }
        for field in found.into_values() {
            report(cx, field);
        }
    }
}

impl<'a> MassAssignmentPrivileged<'a> {
    fn is_about_users(&self, signs: &Signs<'_>) -> bool {
        let path = signs.path();
        let further = |tokens: &Tokens<'_>| self.resources_extra.matches_name(tokens);
        path.holds(&USER_LIKE_SEGMENTS)
            || path.segments().iter().any(|segment| segment.parameter.is_none() && further(segment.tokens()))
    }

    /// Whether a name says privilege, and then whether it is a weak sign.
    fn weakness(&mut self, name: &'a str) -> Option<bool> {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let tokens = Tokens::new(name);
        let weak = if PRIVILEGED_WRITE_NAMES_WEAK.matches_name(&tokens) {
            Some(true)
        } else {
            let counts = PRIVILEGED_WRITE_NAMES.matches_name(&tokens) || self.names_extra.matches_name(&tokens);
            counts.then_some(false)
        };
        self.names.insert(name, weak);
        weak
    }

    /// The privileged properties of a body, one or two steps below it, and whether their names are weak.
    fn privileged(&mut self, api: &Api<'a>, body: Node<'a>, budget: &mut Budget) -> Vec<(&'a str, Node<'a>, bool)> {
        if let Some(name) = body.get_str("name").filter(|_| body.get_str("in") == Some("formData")) {
            return self.weakness(name).map(|weak| (name, body, weak)).into_iter().collect();
        }
        let mut found = Vec::new();
        let mut read_only: HashSet<(usize, &str)> = HashSet::new();
        for (depth, name, node) in properties(body, budget) {
            let Some(weak) = self.weakness(name) else { continue };
            let merged = Merged::of(api, node);
            if merged.is_read_only() {
                read_only.insert((depth, name));
            } else if !is_kind_of_user(api, name, &merged) {
                found.push((depth, name, node, weak));
            }
        }
        found.retain(|(depth, name, ..)| !read_only.contains(&(*depth, *name)));
        found.into_iter().map(|(_, name, node, weak)| (name, node, weak)).collect()
    }
}

/// The properties of a body with the number of steps to them. Items and branches add none.
fn properties<'a>(body: Node<'a>, budget: &mut Budget) -> Vec<(usize, &'a str, Node<'a>)> {
    let mut found = Vec::new();
    let mut seen: HashSet<(usize, Place)> = HashSet::new();
    let mut waiting = vec![(0, body)];
    while let Some((depth, node)) = waiting.pop() {
        if !seen.insert((depth, node.place())) {
            continue;
        }
        if !budget.spend(1 + node.properties().map_or(0, |map| map.count())) {
            break;
        }
        let target = node.reference().and_then(|_| node.target_or_none());
        let branches = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)).flat_map(Node::items);
        waiting.extend(target.into_iter().chain(node.get("items")).chain(branches).map(|part| (depth, part)));
        for (name, property) in node.properties().into_iter().flat_map(Node::entries) {
            found.push((depth + 1, name, property));
            if depth + 1 < DEEPEST {
                waiting.push((depth + 1, property));
            }
        }
    }
    found
}

/// A role that is one of a set in which none is privileged: buyer or seller.
fn is_kind_of_user(api: &Api<'_>, name: &str, schema: &Merged<'_>) -> bool {
    if !matches!(Tokens::new(name).glued(), "role" | "roles") {
        return false;
    }
    let items = schema.get("items").map(|items| Merged::of(api, items));
    let values = schema.get("enum").or_else(|| items.as_ref().and_then(|items| items.get("enum")));
    let privileged = |value: Node<'_>| {
        value.raw().as_str().is_some_and(|value| PRIVILEGED_ROLE_VALUES.matches_word(&Tokens::new(value)))
    };
    values.is_some_and(|values| !values.items().any(privileged))
}

impl MassAssignmentPrivileged<'_> {
    /// An operation that is there to manage privileges.
    fn manages_privileges(&self, operation: &Operation<'_>, signs: &Signs<'_>) -> bool {
        let managing = |scope: &str| Tokens::new(scope).iter().any(|word| MANAGING_WORDS.contains(&word));
        signs.path().holds(&PRIVILEGE_MANAGER_SEGMENTS)
            || signs.administration.is_some()
            || self.managing.of(&operation.security.alternatives, |list| {
                let mut members = list.iter().flat_map(|alternative| &alternative.members);
                members.any(|member| member.scope_names().any(managing))
            })
    }
}

/// Callers edit their own account.
fn edits_itself(signs: &Signs<'_>) -> bool {
    signs.path().segments().iter().any(|segment| {
        let own = ["me", "profile", "account", "register", "registration", "signup"];
        segment.parameter.is_none() && own.contains(&segment.tokens().glued())
    })
}

fn report<'a>(cx: &mut Cx<'_, 'a>, field: Field<'a>) {
    let Field { name, node, weak, mut writers } = field;
    writers.all.sort_unstable();
    writers.all.dedup();
    let Some(shown) = writers.plain.or_else(|| writers.all.first().copied()) else { return };
    let title = operation_title(cx.api.operation(shown));
    let others = match writers.all.len() - 1 {
        0 => String::new(),
        1 => ", as does another operation".to_owned(),
        others => format!(", as do {others} other operations"),
    };
    let message = format!("{title} lets callers set {}{others}", quoted(name));
    let help = "take it out of what callers send (`readOnly: true`, or a schema of its own for requests), and set it in an \
                operation that only those who may grant it can call";
    let harmless = weak || writers.plain.is_none();
    let finding = cx.finding(node, message).at_key(node).help(help).operations(writers.all);
    let own = node.is_mapping() && node.reference().is_none() && node.get("in").is_none();
    let mark = || Fix::mark(node, "readOnly");
    cx.report(finding.fixed_by(own.then(mark)).lowered_if(harmless, Level::Info));
}
