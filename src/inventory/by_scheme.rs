//! `--by scheme`: which documents use which schemes, and which paths they guard differently.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use apiward_model::predicate::Segment;
use schemars::JsonSchema;
use serde::Serialize;

use super::schemes::{DeclaredScheme, DocumentSchemes};
use super::{Alternative, Entry, Kind};

/// A scheme, in all documents in which one of that name is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SchemeUse {
    /// Its name.
    pub name: String,
    /// Its `type` as written; null when it has none or is not defined.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What it is, in one line: the type with the HTTP scheme, the key and where it travels, or the flows.
    pub what: String,
    /// Where its key travels: `query`, `header` or `cookie`; null for other types.
    pub location: Option<String>,
    /// The flows of OAuth 2, sorted.
    pub flows: Vec<String>,
    /// From 0 (none) to 5 (client certificate), whatever scopes are asked for; null when it is not known.
    pub strength: Option<u8>,
    /// Listed operations of all documents of which an alternative asks for it.
    pub operations: usize,
    /// The documents that declare it or ask for it, sorted.
    pub documents: Vec<SchemeDocument>,
    /// True when the name stands for something else in other documents.
    pub differs_elsewhere: bool,
}

/// A document that declares a scheme or asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SchemeDocument {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// Its listed operations of which an alternative asks for the scheme.
    pub operations: usize,
}

/// An operation that documents guard differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// As in the list of operations.
    pub method: String,
    /// The path with the names of parameters left out.
    pub path: String,
    /// How each document guards it, sorted by file and document.
    pub protections: Vec<Protection>,
}

/// How a document guards an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Protection {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// The path as the document writes it.
    pub path: String,
    /// As in the list of operations.
    pub anonymous: bool,
    /// As in the list of operations.
    pub strength: Option<u8>,
    /// As in the list of operations: at most 50.
    pub alternatives: Vec<Alternative>,
    /// How many alternatives there are.
    pub alternatives_total: usize,
}

type Documents = BTreeMap<(String, usize), usize>;

/// The schemes of all documents, by name. The entries are sorted.
pub(super) fn schemes(entries: &[Entry], declared: &[DocumentSchemes]) -> Vec<SchemeUse> {
    let mut found: BTreeMap<(String, String), (Option<&DeclaredScheme>, Documents)> = BTreeMap::new();
    let users = users(entries);
    for document in declared {
        for (at, scheme) in document.schemes.iter().enumerate() {
            let key = (document.file.as_str(), document.document);
            let count = users.known.get(&(key.0, key.1, at)).copied().unwrap_or_default();
            // A second name of a scheme, which requirements count for the first, or one that a list holds inline.
            if scheme.own || count > 0 {
                let known = found.entry((scheme.name.clone(), scheme.what.clone()));
                let (_, documents) = known.or_insert_with(|| (Some(scheme), Documents::new()));
                *documents.entry((document.file.clone(), document.document)).or_default() += count;
            }
        }
    }
    for ((file, document, name), count) in users.undefined {
        let known = found.entry((name.to_owned(), "not defined".to_owned()));
        let (_, documents) = known.or_insert_with(|| (None, Documents::new()));
        documents.insert((file.to_owned(), document), count);
    }
    let mut meanings: HashMap<String, usize> = HashMap::new();
    for (name, _) in found.keys() {
        *meanings.entry(name.clone()).or_default() += 1;
    }
    found
        .into_iter()
        .map(|((name, what), (scheme, documents))| SchemeUse {
            kind: scheme.and_then(|scheme| scheme.kind.clone()),
            location: scheme.and_then(|scheme| scheme.location.clone()),
            flows: scheme.map(|scheme| scheme.flows.clone()).unwrap_or_default(),
            strength: scheme.and_then(|scheme| scheme.strength),
            operations: documents.values().sum(),
            documents: documents
                .into_iter()
                .map(|((file, document), operations)| SchemeDocument { file, document, operations })
                .collect(),
            differs_elsewhere: meanings.get(&name).is_some_and(|count| *count > 1),
            name,
            what,
        })
        .collect()
}

/// How many operations ask for a scheme.
struct Users<'e> {
    known: HashMap<(&'e str, usize, usize), usize>,
    undefined: BTreeMap<(&'e str, usize, &'e str), usize>,
}

fn users(entries: &[Entry]) -> Users<'_> {
    // Operations that share a list of alternatives are counted together.
    let mut groups: HashMap<_, (&Entry, usize)> = HashMap::new();
    for entry in entries {
        groups.entry((&entry.file, entry.document, Arc::as_ptr(&entry.ways))).or_insert((entry, 0)).1 += 1;
    }
    let mut users = Users { known: HashMap::new(), undefined: BTreeMap::new() };
    for (entry, count) in groups.into_values() {
        let (file, document) = (entry.file.as_str(), entry.document);
        let schemes: BTreeSet<usize> = entry.ways.all.iter().flat_map(|way| way.needs.keys().copied()).collect();
        for scheme in schemes {
            *users.known.entry((file, document, scheme)).or_default() += count;
        }
        let undefined: BTreeSet<&str> =
            entry.ways.all.iter().flat_map(|way| way.undefined.iter().map(String::as_str)).collect();
        for name in undefined {
            *users.undefined.entry((file, document, name)).or_default() += count;
        }
    }
    users
}

/// The operations that several documents have and guard differently, by path and method. The entries are sorted.
pub(super) fn differences(entries: &[Entry]) -> Vec<Difference> {
    let mut alike: BTreeMap<(String, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Operation) {
        alike.entry((blanked(&entry.path), &entry.method)).or_default().push(entry);
    }
    let differ = |same: &Vec<&Entry>| {
        let document = |entry: &Entry| (entry.file.clone(), entry.document);
        let several = same.iter().any(|entry| document(entry) != document(same[0]));
        several && same.iter().any(|entry| !guarded_alike(entry, same[0]))
    };
    let found = alike.into_iter().filter(|(_, same)| differ(same));
    found
        .map(|((path, method), same)| Difference {
            method: method.to_owned(),
            path,
            protections: same.into_iter().map(protection).collect(),
        })
        .collect()
}

fn guarded_alike(a: &Entry, b: &Entry) -> bool {
    let same = Arc::ptr_eq(&a.ways, &b.ways) || a.ways.essence == b.ways.essence;
    same && (a.anonymous, a.strength) == (b.anonymous, b.strength)
}

fn protection(entry: &Entry) -> Protection {
    Protection {
        file: entry.file.clone(),
        document: entry.document,
        path: entry.path.clone(),
        anonymous: entry.anonymous,
        strength: entry.strength,
        alternatives: entry.alternatives.clone(),
        alternatives_total: entry.alternatives_total,
    }
}

/// A path without the names of its parameters and without a slash at its end.
fn blanked(path: &str) -> String {
    let mut out = String::new();
    Segment::blank_parameters(path, &mut out);
    if out.len() > 1 && out.ends_with('/') {
        out.pop();
    }
    out
}
