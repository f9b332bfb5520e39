//! `rbac/undefined-scope`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apiward_model::nearest::distance;
use apiward_model::{Alternatives, Flow, ListId, Node, OperationId, Scheme, SchemeId, SchemeType};
use foldhash::{HashMap, HashMapExt, HashSet};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::{quoted, scheme_title};

declare_lint! {
    id: "rbac/undefined-scope",
    title: "Operation requires a scope no flow declares",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API5:2023"],
    cwe: ["CWE-863"],
    practices: [Roles],
    references: [
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
        "RFC 6749 section 3.3" => "https://www.rfc-editor.org/rfc/rfc6749#section-3.3",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("undefined_scope.md"),
    check: UndefinedScope,
    options: Options,
}

/// Options of `rbac/undefined-scope`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// A declared scope that ends in `*` covers every scope that starts with the text before the `*`.
    allow_prefix_wildcards: bool,
}

struct UndefinedScope {
    options: Options,
}

impl From<Options> for UndefinedScope {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

impl<'a> Check<'a> for UndefinedScope {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut demands = Demands::default();
        for operation in &cx.api.operations {
            demands.add(operation.id, &operation.security.alternatives, |id| cx.api.scheme(id));
        }
        let mut budget = Budget::default();
        let lists: Vec<Arc<[OperationId]>> = demands.lists.into_iter().map(Arc::from).collect();
        for (id, asked) in demands.by_scheme {
            self.report(cx, cx.api.scheme(id), &asked, &lists, &mut budget);
        }
    }
}

/// The scopes that operations ask of the OAuth 2 schemes.
#[derive(Default)]
struct Demands<'a> {
    /// Each requirement list once, with the operations on which it takes effect.
    lists: Vec<Vec<OperationId>>,
    known: HashMap<ListId, usize>,
    by_scheme: BTreeMap<SchemeId, Vec<Asked<'a>>>,
}

/// A scope that a requirement list asks for.
struct Asked<'a> {
    scope: Node<'a>,
    /// Which of [`Demands::lists`] it is.
    list: usize,
}

impl<'a> Demands<'a> {
    fn add<'r>(
        &mut self,
        operation: OperationId,
        alternatives: &Alternatives<'a>,
        scheme: impl Fn(SchemeId) -> &'r Scheme<'a>,
    ) where
        'a: 'r,
    {
        // Operations that inherit a list share it: it is read once.
        let id = alternatives.id();
        if let Some(&list) = self.known.get(&id) {
            self.lists[list].push(operation);
            return;
        }
        let list = self.lists.len();
        self.known.insert(id, list);
        self.lists.push(vec![operation]);
        for member in alternatives.iter().flat_map(|alternative| &alternative.members) {
            let Some(scheme) = member.scheme.map(&scheme) else { continue };
            if scheme.kind == SchemeType::OAuth2 && !member.scopes.is_empty() {
                let asked = self.by_scheme.entry(scheme.definition).or_default();
                asked.extend(member.scopes.iter().map(|scope| Asked { scope: *scope, list }));
            }
        }
    }
}

/// A scope that nobody declares: the first place that asks for it, and the lists that do.
struct Missing<'a> {
    first: Node<'a>,
    all: Vec<Node<'a>>,
    lists: Vec<usize>,
}

impl UndefinedScope {
    fn report<'a>(
        &self,
        cx: &mut Cx<'_, 'a>,
        scheme: &Scheme<'a>,
        asked: &[Asked<'a>],
        lists: &[Arc<[OperationId]>],
        budget: &mut Budget,
    ) {
        let declared = scheme.declared_scopes();
        // `auth/invalid-scheme-definition` speaks of schemes without a flow, and what is not read is told for itself.
        let is_read = |flow: &Flow<'_>| !flow.scopes_are_unread();
        if !scheme.flows.iter().any(|flow| flow.fields.is_mapping()) || !scheme.flows.iter().all(is_read) {
            return;
        }
        if declared.is_empty() {
            report_empty(cx, scheme, together(asked.iter().map(|asked| asked.list), lists));
            return;
        }
        let known = Declared::new(&declared, self.options.allow_prefix_wildcards);
        for (scope, missing) in missing(asked, &known) {
            let message = format!("scope {} is not declared by any flow of {}", quoted(scope), scheme_title(scheme));
            let near = budget.suggestion(scope, &declared);
            let fix = near.map(|near| {
                let fix = Fix::new(format!("ask for {} instead", quoted(near)));
                missing.all.iter().fold(fix, |fix, scope| fix.text(*scope, near))
            });
            let help = match near {
                Some(near) => format!("ask for the declared scope {}, or declare this one in a flow", quoted(near)),
                None => "declare it in the flows that grant it, or ask for a scope that is declared".to_owned(),
            };
            let operations = together(missing.lists.into_iter(), lists);
            let finding = cx.finding(missing.first, message).help(help).operations(operations).fixed_by(fix);
            cx.report(finding.about(scheme.node, scope).related_key(scheme.node, "the scheme"));
        }
    }
}

/// The operations of several lists. No operation stands in two of them.
fn together(numbers: impl Iterator<Item = usize>, lists: &[Arc<[OperationId]>]) -> Operations {
    let distinct: BTreeSet<usize> = numbers.collect();
    Operations::shared(distinct.into_iter().map(|number| Arc::clone(&lists[number])))
}

fn report_empty<'a>(cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>, operations: Operations) {
    let message = format!("{} declares no scopes, but operations ask for some", scheme_title(scheme));
    let help = "list in each flow the scopes that it can grant, so that clients know what to ask for";
    let finding = cx.finding(scheme.node, message).at_key(scheme.node).help(help);
    cx.report(finding.operations(operations).lowered_to(Level::Info));
}

fn missing<'a>(asked: &[Asked<'a>], known: &Declared<'_>) -> Vec<(&'a str, Missing<'a>)> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<(&str, Missing<'a>)> = Vec::new();
    for asked in asked {
        let Some(scope) = asked.scope.raw().as_str().filter(|scope| !known.covers(scope)) else { continue };
        let index = *at.entry(scope).or_insert_with(|| {
            found.push((scope, Missing { first: asked.scope, all: Vec::new(), lists: Vec::new() }));
            found.len() - 1
        });
        let missing = &mut found[index].1;
        missing.all.push(asked.scope);
        if asked.scope.place() < missing.first.place() {
            missing.first = asked.scope;
        }
        if missing.lists.last() != Some(&asked.list) {
            missing.lists.push(asked.list);
        }
    }
    found
}

/// The declared scopes, made ready for look-ups.
struct Declared<'d> {
    exact: HashSet<&'d str>,
    /// What stands before a `*` at the end: sorted, none the start of another.
    prefixes: Vec<&'d str>,
}

impl<'d> Declared<'d> {
    fn new(scopes: &[&'d str], wildcards: bool) -> Self {
        let mut prefixes: Vec<&str> =
            scopes.iter().filter(|_| wildcards).filter_map(|scope| scope.strip_suffix('*')).collect();
        prefixes.sort_unstable();
        prefixes.dedup_by(|longer, prefix| longer.starts_with(*prefix));
        Self { exact: scopes.iter().copied().collect(), prefixes }
    }

    fn covers(&self, scope: &str) -> bool {
        // Whatever sorts between a prefix and a scope that starts with it starts with it too.
        let before = self.prefixes.partition_point(|prefix| *prefix <= scope);
        self.exact.contains(scope) || self.prefixes[..before].last().is_some_and(|prefix| scope.starts_with(prefix))
    }
}

/// Characters by which a suggestion may differ.
const NEAR: usize = 2;
/// Longest scope, in bytes, for which a suggestion is looked for.
const LONGEST: usize = 100;

/// What a document may cost beyond its size: thousands of faults need no suggestions.
struct Budget {
    /// Pairs of bytes compared for suggestions.
    comparisons: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { comparisons: 50_000_000 }
    }
}

impl Budget {
    /// The declared scope that differs least; of several the first.
    fn suggestion<'d>(&mut self, scope: &str, declared: &[&'d str]) -> Option<&'d str> {
        if scope.len() > LONGEST {
            return None;
        }
        let mut best: Option<(usize, &str)> = None;
        for name in declared {
            // A character has four bytes at most.
            let similar = name.len().abs_diff(scope.len()) <= 4 * NEAR;
            let cost = if similar { name.len() * scope.len() } else { 1 };
            self.comparisons = self.comparisons.checked_sub(cost)?;
            let distance = if similar { distance(scope, name) } else { usize::MAX };
            if distance <= NEAR && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, name));
            }
        }
        best.map(|(_, name)| name)
    }
}
