//! The operations of descriptions with who may call them, each with the findings that name it.

use std::collections::HashMap;
use std::ops::Range;

use crate::inventory::{Entry, Server, by_resource, documents};
use crate::report::{Affected, FileEntry};

/// Most operations of a page.
const MOST: usize = 10_000;
/// Most findings that are named beside an operation.
const NAMED: usize = 12;
/// Most names in all: thousands of findings may each be about the same thousands of operations.
const NAMES: usize = 2_000_000;

/// All operations of a page, in the order in which it shows them.
pub(super) struct Matrix<'p> {
    pub(super) rows: Vec<Row<'p>>,
    pub(super) documents: Vec<Document<'p>>,
    /// Operations that there is no place for.
    pub(super) left_out: usize,
    /// Findings that are not named beside the operations.
    pub(super) unnamed: usize,
    /// The rows of the operations of a description, as findings name them.
    places: HashMap<(&'p str, usize), Vec<Option<usize>>>,
    names: usize,
}

/// An operation.
pub(super) struct Row<'p> {
    pub(super) entry: &'p Entry,
    /// It is the first of its resource.
    pub(super) first: bool,
    /// Numbers of findings, the first ones alone.
    pub(super) findings: Vec<usize>,
    /// How many errors, warnings and infos name it.
    pub(super) counts: [usize; 3],
}

/// The operations of one description.
pub(super) struct Document<'p> {
    pub(super) file: &'p FileEntry,
    pub(super) rows: Range<usize>,
    /// The servers that most of its operations have.
    pub(super) servers: &'p [Server],
}

impl<'p> Matrix<'p> {
    /// The operations of some files.
    pub(super) fn new(files: &'p [FileEntry], operations: &'p [Entry]) -> Self {
        let mut matrix = Self {
            rows: Vec::new(),
            documents: Vec::new(),
            left_out: operations.len().saturating_sub(MOST),
            unnamed: 0,
            places: HashMap::new(),
            names: 0,
        };
        for (file, mut entries) in documents(files, operations) {
            entries.sort_by(|a, b| (&a.path, &a.method, a.kind, &a.id).cmp(&(&b.path, &b.method, b.kind, &b.id)));
            let start = matrix.rows.len();
            let rows = |group: Vec<&'p Entry>| {
                let first = std::iter::once(true).chain(std::iter::repeat(false));
                group.into_iter().zip(first).map(|(entry, first)| Row::new(entry, first)).collect::<Vec<_>>()
            };
            let all = by_resource(entries).into_iter().flat_map(rows);
            matrix.rows.extend(all.take(MOST - start));
            if matrix.rows.len() > start {
                let servers = most_common(&matrix.rows[start..]);
                matrix.documents.push(Document { file, rows: start..matrix.rows.len(), servers });
            }
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            let Some(index) = row.entry.index.map(apiward_model::OperationId::index) else { continue };
            let rows = matrix.places.entry((&row.entry.file, row.entry.document)).or_default();
            rows.resize(rows.len().max(index + 1), None);
            rows[index] = Some(at);
        }
        matrix
    }

    /// The rows of operations that a finding names, in order; those alone that are on the page.
    pub(super) fn rows_of(&self, affected: &[Affected], most: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for one in affected {
            let Some(rows) = self.places.get(&(one.file.as_str(), one.document)) else { continue };
            found.extend(one.operations.first(most).iter().filter_map(|id| rows.get(id.index()).copied().flatten()));
        }
        found.truncate(most);
        found
    }

    /// Names a finding beside the operations that it affects. The worst ones should come first.
    pub(super) fn name(&mut self, finding: usize, level: usize, affected: &[Affected]) {
        self.names += affected.iter().map(|one| one.operations.len()).sum::<usize>();
        if self.names > NAMES {
            self.unnamed += 1;
            return;
        }
        for one in affected {
            let Some(rows) = self.places.get(&(one.file.as_str(), one.document)) else { continue };
            for at in one.operations.iter().filter_map(|id| rows.get(id.index()).copied().flatten()) {
                let row = &mut self.rows[at];
                if row.findings.last() != Some(&finding) {
                    row.counts[level] += 1;
                    if row.findings.len() < NAMED {
                        row.findings.push(finding);
                    }
                }
            }
        }
    }

    /// How many of the rows are so.
    pub(super) fn count(&self, is_so: impl Fn(&Entry) -> bool) -> usize {
        self.rows.iter().filter(|row| is_so(row.entry)).count()
    }
}

/// The list of servers that most operations have; of equally common ones the first.
fn most_common<'p>(rows: &[Row<'p>]) -> &'p [Server] {
    let mut lists: HashMap<Vec<&str>, (usize, usize)> = HashMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.entry.servers.is_empty()) {
        let urls = row.entry.servers.iter().map(|server| server.url.as_str()).collect();
        lists.entry(urls).or_insert((0, at)).0 += 1;
    }
    let most = lists.values().max_by_key(|(count, first)| (*count, std::cmp::Reverse(*first)));
    most.map_or(&[], |(_, first)| &rows[*first].entry.servers)
}

impl<'p> Row<'p> {
    fn new(entry: &'p Entry, first: bool) -> Self {
        Self { entry, first, findings: Vec::new(), counts: [0; 3] }
    }
}
