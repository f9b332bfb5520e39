//! `rbac/wildcard-scope`

use std::collections::BTreeMap;
use std::sync::Arc;

use apiward_model::predicate::Administration;
use apiward_model::{Node, OperationId, Scheme};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::operations::Operations;
use crate::framework::pattern::compiled;
use crate::framework::text::quoted;

declare_lint! {
    id: "rbac/wildcard-scope",
    title: "Over-broad scope such as * or full_access",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API5:2023"],
    cwe: ["CWE-1220"],
    practices: [Roles, SegregationOfDuties],
    references: [
        "RFC 9700 section 2.3" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("wildcard_scope.md"),
    check: WildcardScope,
    options: Options,
}

/// Options of `rbac/wildcard-scope`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Regular expressions for further broad scopes.
    #[serde(deserialize_with = "crate::framework::pattern::patterns")]
    patterns_extra: Vec<String>,
}

struct WildcardScope {
    further: Vec<Arc<Regex>>,
    telling: PerList<Telling>,
}

impl From<Options> for WildcardScope {
    fn from(options: Options) -> Self {
        Self {
            further: options.patterns_extra.iter().filter_map(|text| compiled(text)).collect(),
            telling: PerList::default(),
        }
    }
}

const BROAD: [&str; 10] =
    ["*", "all", "any", "root", "superuser", "full", "full_access", "fullaccess", "everything", "read_write_all"];

/// How much a scope grants by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breadth {
    /// Everything.
    Everything,
    /// All of something.
    AllOfIt,
}

/// A scope with its place and the operations that ask for it.
#[derive(Default)]
struct Asked<'a> {
    declared: Option<Node<'a>>,
    first: Option<Node<'a>>,
    operations: Vec<Arc<[OperationId]>>,
    /// One of them is ordinary, and one of those writes.
    telling: Telling,
}

/// What is told by operations that are no administration.
#[derive(Clone, Copy, Default)]
struct Telling {
    ordinary: bool,
    writes: bool,
}

impl<'a> Check<'a> for WildcardScope {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.carries_scopes() || !scheme.is_definition() {
            return;
        }
        for (name, asked) in self.scopes(cx, scheme) {
            let Some(breadth) = self.breadth(name) else { continue };
            let telling = if breadth == Breadth::Everything { asked.telling.ordinary } else { asked.telling.writes };
            let idle = asked.operations.is_empty() && asked.first.is_none();
            let idle = idle && breadth == Breadth::Everything && cx.profile == Profile::Strict;
            let Some(node) = asked.declared.or(asked.first).filter(|_| telling || idle) else { continue };
            let of_it = breadth == Breadth::AllOfIt || name.len() > 1 && name.ends_with('*');
            let what = if of_it { "all of something" } else { "everything" };
            let message = format!("scope {} grants {what} by its name", quoted(name));
            let help = "divide it into scopes for what clients do, and give each client those it needs: a token with this scope opens \
                        all doors when it leaks";
            let finding =
                cx.finding(node, message).at_key(node).help(help).operations(Operations::shared(asked.operations));
            cx.report(finding.about(scheme.node, name).lowered_if(idle || breadth == Breadth::AllOfIt, Level::Info));
        }
    }
}

impl WildcardScope {
    fn breadth(&self, scope: &str) -> Option<Breadth> {
        let lower = scope.to_ascii_lowercase();
        let mut tokens = lower.rsplit([':', '.', '/']);
        let last = tokens.next().unwrap_or_default();
        if BROAD.contains(&lower.as_str()) || last == "*" || self.further.iter().any(|pattern| pattern.is_match(scope))
        {
            return Some(Breadth::Everything);
        }
        (last == "all" && tokens.next().is_some_and(|before| !before.is_empty())).then_some(Breadth::AllOfIt)
    }

    /// The scopes that flows declare and operations ask for.
    fn scopes<'a>(&self, cx: &Cx<'_, 'a>, scheme: &Scheme<'a>) -> BTreeMap<&'a str, Asked<'a>> {
        let mut scopes: BTreeMap<&str, Asked<'a>> = BTreeMap::new();
        for (name, node) in scheme.scopes() {
            if self.breadth(name).is_some() {
                scopes.entry(name).or_default().declared.get_or_insert(node);
            }
        }
        let own = |id: apiward_model::SchemeId| cx.api.scheme(id).definition == scheme.id;
        for naming in cx.naming(scheme.id) {
            let telling = self.telling.of(naming.list, |_| telling(cx, naming.operations));
            let members = naming.alternatives().flat_map(|alternative| &alternative.members);
            for scope in members.filter(|member| member.scheme.is_some_and(own)).flat_map(|member| &member.scopes) {
                let Some(name) = scope.as_str().filter(|name| self.breadth(name).is_some()) else { continue };
                let asked = scopes.entry(name).or_default();
                asked.first.get_or_insert(*scope);
                if asked.operations.last().is_none_or(|last| !Arc::ptr_eq(last, naming.operations)) {
                    asked.operations.push(Arc::clone(naming.operations));
                    asked.telling.ordinary |= telling.ordinary;
                    asked.telling.writes |= telling.writes;
                }
            }
        }
        scopes
    }
}

fn telling(cx: &Cx<'_, '_>, operations: &[OperationId]) -> Telling {
    let mut telling = Telling::default();
    for id in operations {
        let signs = cx.signs(*id);
        if signs.administration != Some(Administration::Strong) {
            telling.ordinary = true;
            telling.writes |= signs.writes;
        }
    }
    telling
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn patterns_that_do_not_compile_are_refused() {
        let read = |json: &str| serde_json::from_str::<Options>(json);
        assert_eq!(read(r#"{"patterns_extra": ["^god"]}"#).unwrap().patterns_extra, ["^god"]);
        assert!(read("{}").unwrap().patterns_extra.is_empty());
        assert!(read(r#"{"patterns_extra": ["^god", "("]}"#).unwrap_err().to_string().contains("unclosed group"));
    }
}
