//! `versioning/deprecated-weaker-auth`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use apiward_model::predicate::{FullPaths, is_marked_deprecated, operation_strength};
use apiward_model::words::SUCCESSOR_WORDS;
use apiward_model::{Alternative, Api, Operation, OperationId, SchemeId, phrase};
use foldhash::{HashMap, HashMapExt};
use regex::Regex;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::pattern;
use crate::framework::text::operation_title;

declare_lint! {
    id: "versioning/deprecated-weaker-auth",
    title: "Deprecated or older operation is protected more weakly than its successor",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API9:2023", "API2:2023"],
    cwe: ["CWE-306"],
    practices: [Versioning, Consistency, Authentication],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("deprecated_weaker_auth.md"),
    check: DeprecatedWeakerAuth,
}

#[derive(Default)]
struct DeprecatedWeakerAuth;

impl<'a> Check<'a> for DeprecatedWeakerAuth {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut names = None;
        for old in &cx.api.operations {
            let mut successors: BTreeSet<OperationId> = cx.newer_version(old.id).into_iter().collect();
            if is_marked_deprecated(old.node) {
                let names = names.get_or_insert_with(|| Names::of(cx.api));
                successors.extend(named(old).into_iter().filter_map(|name| names.resolve(name, old)));
                successors.remove(&old.id);
            }
            let pairs: Vec<&Operation<'a>> = successors.iter().map(|id| cx.api.operation(*id)).collect();
            if pairs.is_empty() || !pairs.iter().all(|new| is_compared(cx, old, new) && is_weaker(cx.api, old, new)) {
                continue;
            }
            let Some(new) = pairs.iter().min_by_key(|new| (operation_strength(cx.api, new), new.id)) else { continue };
            let message =
                format!("{} is guarded more weakly than its successor {}", operation_title(old), operation_title(new));
            let help =
                "guard the old one like the new one until it ends: callers choose the door that is easier to open";
            let finding = cx.finding(old.node, message).at_key(old.node).help(help).operation(old.id);
            cx.report(finding.related_key(new.node, "the successor"));
        }
    }
}

/// Pairs that say nothing: of a read and a write, public ones, and those whose schemes are not known.
fn is_compared(cx: &Cx<'_, '_>, old: &Operation<'_>, new: &Operation<'_>) -> bool {
    let (a, b) = (cx.signs(old.id), cx.signs(new.id));
    let known = |operation: &Operation<'_>| operation.security.alternatives.are_known();
    a.writes == b.writes && !a.is_public() && !b.is_public() && known(old) && known(new)
}

fn is_weaker(api: &Api<'_>, old: &Operation<'_>, new: &Operation<'_>) -> bool {
    match (operation_strength(api, old), operation_strength(api, new)) {
        (Some(a), Some(b)) if a == b => asks_for_less(old, new),
        (Some(a), Some(b)) => a < b,
        _ => false,
    }
}

/// The same schemes, and fewer scopes of one.
fn asks_for_less(old: &Operation<'_>, new: &Operation<'_>) -> bool {
    let ([old], [new]) = (&*old.security.alternatives, &*new.security.alternatives) else { return false };
    let (old, new) = (scopes(old), scopes(new));
    let subset = old.iter().all(|(scheme, own)| new.get(scheme).is_some_and(|other| own.is_subset(other)));
    old.len() == new.len() && subset && old != new
}

fn scopes<'r>(alternative: &'r Alternative<'_>) -> BTreeMap<Option<SchemeId>, BTreeSet<&'r str>> {
    let mut scopes: BTreeMap<Option<SchemeId>, BTreeSet<&str>> = BTreeMap::new();
    for member in &alternative.members {
        scopes.entry(member.scheme).or_default().extend(member.scope_names());
    }
    scopes
}

/// What an operation names as its successor: in `x-replaced-by`, or as code in a sentence on it.
fn named<'a>(operation: &Operation<'a>) -> Vec<&'a str> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| pattern("`([^`\n]+)`"));
    let extension = operation.node.get("x-replaced-by");
    let mut names: Vec<&str> = extension
        .into_iter()
        .flat_map(|node| node.as_str().into_iter().chain(node.items().filter_map(|item| item.as_str())))
        .collect();
    let text = operation.description().unwrap_or_default();
    for found in phrase::find_phrase(text, &SUCCESSOR_WORDS) {
        let sentence = &text[found.sentence];
        names.extend(CODE.captures_iter(sentence).filter_map(|captures| captures.get(1)).map(|code| code.as_str()));
    }
    names
}

/// By what operations can be called.
struct Names<'a> {
    ids: HashMap<&'a str, OperationId>,
    /// By method and blanked path.
    paths: HashMap<(&'a str, String), OperationId>,
}

impl<'a> Names<'a> {
    fn of(api: &Api<'a>) -> Self {
        let mut names = Self { ids: HashMap::new(), paths: HashMap::new() };
        let mut full_paths = FullPaths::default();
        for operation in &api.operations {
            names.ids.extend(operation.operation_id.map(|id| (id, operation.id)));
            let method = operation.method.as_str();
            for path in full_paths.of(api, operation).into_iter().chain([blanked(operation.path)]) {
                names.paths.entry((method, path)).or_insert(operation.id);
            }
        }
        names
    }

    /// An operationId, `METHOD path`, or a path, which then has the method of the old one.
    fn resolve(&self, name: &'a str, old: &Operation<'a>) -> Option<OperationId> {
        let name = name.trim();
        let (method, path) =
            name.split_once(' ').map_or((old.method.as_str(), name), |(method, path)| (method, path.trim()));
        // Code without a slash is the name of a field or value: `parcels` is not `/parcels`.
        let by_path = || path.starts_with('/').then(|| self.paths.get(&(method, blanked(path)))).flatten();
        self.ids.get(name).or_else(by_path).copied()
    }
}

fn blanked(path: &str) -> String {
    let mut out = String::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        out.push('/');
        apiward_model::predicate::Segment::blank_parameters(segment, &mut out);
    }
    out
}
