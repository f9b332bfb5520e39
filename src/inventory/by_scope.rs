//! `--by scope`: what each scope opens, and what it opens alone. That shows whether duties are told apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::schemes::{DeclaredScheme, DocumentSchemes, Ways};
use super::{Entry, Kind};

/// Most operations of each list.
const MOST: usize = 50;

/// A scope of a scheme, or a role, in one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScopeUse {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// Name of the scheme.
    pub scheme: String,
    /// The `type` of the scheme as written; null when it has none.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The scope; null for what the scheme opens where no scope is asked for, so that every token does.
    pub scope: Option<String>,
    /// True when a flow of the scheme declares the scope.
    pub declared: bool,
    /// The operations with an alternative that asks for the scope.
    pub opens: Opened,
    /// Those of them that a caller may call who has nothing but this scope. What every token opens stands at the scope null alone.
    pub alone: Opened,
    /// True when the scope alone opens all listed operations of the document that ask for a credential, and they are two at least.
    pub everything: bool,
}

/// Operations that are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Opened {
    /// How many there are.
    pub total: usize,
    /// How many of them change state.
    pub writes: usize,
    /// The operations, sorted as the inventory is; at most 50.
    pub operations: Vec<Name>,
}

/// What an operation is called by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Name {
    /// As in the list of operations.
    pub method: String,
    /// As in the list of operations.
    pub path: String,
    /// `operationId`; for AsyncAPI 3 the operation's key.
    pub id: Option<String>,
}

impl ScopeUse {
    /// What a reviewer should see at a glance.
    pub(crate) fn remarks(&self) -> Vec<&'static str> {
        let told = |holds: bool, what: &'static str| holds.then_some(what);
        // Roles are declared nowhere, and the scopes of OpenID Connect elsewhere.
        let undeclared = self.scope.is_some() && !self.declared && self.kind.as_deref() == Some("oauth2");
        let mixed = self.alone.writes > 0 && self.alone.writes < self.alone.total;
        let remarks = [
            told(undeclared, "not declared"),
            told(self.opens.total == 0, "not used"),
            told(mixed, "reads and writes"),
            told(self.everything, "opens everything"),
        ];
        remarks.into_iter().flatten().collect()
    }

    /// The scope as people read it.
    pub(crate) fn title(&self) -> &str {
        self.scope.as_deref().unwrap_or("(no scope)")
    }
}

/// The operations that share a list of alternatives: it is read once.
struct Group<'e> {
    ways: &'e Arc<Ways>,
    entries: Vec<&'e Entry>,
}

/// Numbers of the groups that a scope opens.
#[derive(Default)]
struct Row {
    opens: Vec<usize>,
    alone: Vec<usize>,
}

fn add(groups: &mut Vec<usize>, group: usize) {
    if groups.last() != Some(&group) {
        groups.push(group);
    }
}

/// The scopes of all documents, in the order of these. The entries are sorted.
pub(super) fn scopes(entries: &[Entry], declared: &[DocumentSchemes]) -> Vec<ScopeUse> {
    let mut by_document: BTreeMap<(&str, usize), Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Operation) {
        by_document.entry((&entry.file, entry.document)).or_default().push(entry);
    }
    let mut documents: BTreeMap<(&str, usize), &DocumentSchemes> = BTreeMap::new();
    for one in declared {
        documents.insert((&one.file, one.document), one);
    }
    let of = |(key, one): (_, &DocumentSchemes)| of_document(one, by_document.get(&key).map_or(&[], Vec::as_slice));
    documents.into_iter().flat_map(of).collect()
}

fn of_document(declared: &DocumentSchemes, entries: &[&Entry]) -> Vec<ScopeUse> {
    let groups = groups(entries);
    let guarded = entries.iter().filter(|entry| !entry.anonymous).count();
    let mut rows: BTreeMap<(usize, Option<&str>), Row> = BTreeMap::new();
    for (at, scheme) in declared.schemes.iter().enumerate().filter(|(_, scheme)| scheme.own) {
        for scope in &scheme.scopes {
            rows.entry((at, Some(scope))).or_default();
        }
    }
    for (at, group) in groups.iter().enumerate() {
        for way in &group.ways.all {
            for (scheme, scopes) in &way.needs {
                let sole = way.needs.len() == 1 && way.undefined.is_empty() && scopes.len() < 2;
                let named = scopes.iter().map(|scope| Some(scope.as_str()));
                for scope in named.chain(scopes.is_empty().then_some(None)) {
                    let row = rows.entry((*scheme, scope)).or_default();
                    add(&mut row.opens, at);
                    if sole {
                        add(&mut row.alone, at);
                    }
                }
            }
        }
    }
    let speaks = |scheme: usize| {
        let known = declared.schemes.get(scheme);
        known.is_some_and(|known| matches!(known.kind.as_deref(), Some("oauth2" | "openIdConnect")))
            || rows.range((scheme, Some(""))..(scheme + 1, None)).next().is_some()
    };
    let shown = rows.iter().filter(|((scheme, _), _)| speaks(*scheme));
    let of_row = |((scheme, scope), row): (&(usize, Option<&str>), &Row)| {
        let scheme = declared.schemes.get(*scheme)?;
        Some(scope_use(declared, scheme, *scope, [opened(&groups, &row.opens), opened(&groups, &row.alone)], guarded))
    };
    shown.filter_map(of_row).collect()
}

fn groups<'e>(entries: &[&'e Entry]) -> Vec<Group<'e>> {
    let mut groups: Vec<Group<'e>> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for entry in entries {
        let at = *known.entry(Arc::as_ptr(&entry.ways)).or_insert_with(|| {
            groups.push(Group { ways: &entry.ways, entries: Vec::new() });
            groups.len() - 1
        });
        groups[at].entries.push(entry);
    }
    groups
}

fn scope_use(
    declared: &DocumentSchemes,
    scheme: &DeclaredScheme,
    scope: Option<&str>,
    [opens, alone]: [Opened; 2],
    guarded: usize,
) -> ScopeUse {
    ScopeUse {
        file: declared.file.clone(),
        document: declared.document,
        scheme: scheme.name.clone(),
        kind: scheme.kind.clone(),
        scope: scope.map(str::to_owned),
        declared: scope.is_some_and(|scope| scheme.scopes.iter().any(|own| own == scope)),
        everything: guarded > 1 && alone.total == guarded,
        opens,
        alone,
    }
}

fn opened(groups: &[Group<'_>], opened: &[usize]) -> Opened {
    let entries = |at: &usize| groups[*at].entries.as_slice();
    let mut first: Vec<&Entry> = opened.iter().flat_map(|at| entries(at).iter().take(MOST).copied()).collect();
    first.sort_by_key(|entry| super::filters::order(entry));
    first.truncate(MOST);
    let name = |entry: &Entry| Name { method: entry.method.clone(), path: entry.path.clone(), id: entry.id.clone() };
    Opened {
        total: opened.iter().map(|at| entries(at).len()).sum(),
        writes: opened.iter().flat_map(entries).filter(|entry| entry.writes == Some(true)).count(),
        operations: first.into_iter().map(name).collect(),
    }
}
