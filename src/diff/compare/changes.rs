//! Gathers the changes: what several operations share is said once.

use std::collections::{HashMap, HashSet};

use apiward_lints::framework::finding::Spot;
use apiward_lints::framework::level::Level;
use apiward_lints::framework::operations::Operations;
use apiward_lints::framework::text::operation_title;
use apiward_model::{Direction, Node, Operation, OperationId, Place};

use crate::convert::{operation_ref, range};
use crate::diff::kinds::{Kind, OPERATION_REMOVED};
use crate::diff::{self, Change};
use crate::render::count;
use crate::report::{Affected, LIST_LIMIT, OperationRef};

/// What changed, in words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Said {
    /// Of an operation: what it does, to follow its name; and what several do.
    OfOperations { one: String, many: String },
    /// Of something else.
    Of(String),
}

impl Said {
    pub(super) fn operations(one: impl Into<String>, many: impl Into<String>) -> Self {
        Self::OfOperations { one: one.into(), many: many.into() }
    }
}

/// A change as it is found.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    kind: &'static Kind,
    level: Level,
    said: Said,
    old: Option<Spot<'a>>,
    new: Option<Spot<'a>>,
    /// All of a document are one, whatever their places.
    gathered: bool,
}

impl<'a> Found<'a> {
    pub(super) fn new(kind: &'static Kind, said: Said) -> Self {
        Self { kind, level: kind.level, said, old: None, new: None, gathered: false }
    }

    pub(super) fn old(self, node: Node<'a>) -> Self {
        Self { old: Some(Spot::key(node)), ..self }
    }

    pub(super) fn new_at(self, node: Node<'a>) -> Self {
        Self { new: Some(Spot::key(node)), ..self }
    }

    /// At values instead of keys: what stands there is what changed.
    pub(super) fn values(self, old: Option<Node<'a>>, new: Option<Node<'a>>) -> Self {
        Self { old: old.map(Spot::value).or(self.old), new: new.map(Spot::value).or(self.new), ..self }
    }

    /// Beside these nodes where nothing more exact is known.
    pub(super) fn beside(self, old: Node<'a>, new: Node<'a>) -> Self {
        Self { old: self.old.or_else(|| Some(Spot::key(old))), new: self.new.or_else(|| Some(Spot::key(new))), ..self }
    }

    pub(super) fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    pub(super) fn gathered(self) -> Self {
        Self { gathered: true, ..self }
    }
}

/// What makes two changes one.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    id: &'static str,
    level: Level,
    said: Said,
    places: Option<(Option<Place>, Option<Place>)>,
}

struct Gathered<'r, 'a> {
    found: Found<'a>,
    operations: Vec<&'r Operation<'a>>,
    known: HashSet<(Direction, OperationId)>,
}

/// The changes so far.
#[derive(Default)]
pub(super) struct Changes<'r, 'a> {
    known: HashMap<Key, usize>,
    list: Vec<Gathered<'r, 'a>>,
}

impl<'r, 'a> Changes<'r, 'a> {
    /// A change that concerns these operations.
    pub(super) fn add(&mut self, found: Found<'a>, operations: impl IntoIterator<Item = &'r Operation<'a>>) {
        let place = |spot: Option<Spot<'a>>| spot.map(|spot| spot.node.place());
        let places = (!found.gathered).then(|| (place(found.old), place(found.new)));
        let key = Key { id: found.kind.id, level: found.level, said: found.said.clone(), places };
        let at = *self.known.entry(key).or_insert_with(|| {
            self.list.push(Gathered { found, operations: Vec::new(), known: HashSet::new() });
            self.list.len() - 1
        });
        let Gathered { operations: of_change, known, .. } = &mut self.list[at];
        of_change.extend(operations.into_iter().filter(|one| known.insert((one.direction, one.id))));
    }

    /// The changes in their order; the new version is a document of this file.
    pub(super) fn finish(self, file: &str, document: usize) -> Vec<Change> {
        let mut changes: Vec<Change> = self.list.into_iter().map(|one| change(one, file, document)).collect();
        changes.sort_by(|a, b| a.order().cmp(&b.order()));
        changes
    }
}

fn change(gathered: Gathered<'_, '_>, file: &str, document: usize) -> Change {
    let Gathered { found, operations, .. } = gathered;
    let message = match (found.said, operations.as_slice()) {
        (Said::OfOperations { one, .. }, [only]) => format!("{} {one}", title(only)),
        (Said::OfOperations { many, .. }, several) => format!("{} {many}", count(several.len(), "operation")),
        (Said::Of(text), _) => text,
    };
    // What is gone has no number in the new version.
    let called = operations.iter().filter(|one| one.direction == Direction::Operation);
    let called: Operations = called.filter(|_| found.kind.id != OPERATION_REMOVED.id).map(|one| one.id).collect();
    let mut references: Vec<OperationRef> = operations.iter().map(|one| operation_ref(one)).collect();
    references.sort();
    let total = if references.len() == 1 { 0 } else { references.len() };
    let operation = if total == 0 { references.pop() } else { None };
    references.truncate(LIST_LIMIT);
    Change {
        level: found.level,
        old: found.old.map(place),
        new: found.new.map(place),
        operation,
        operations: references,
        operations_total: total,
        affected: vec![Affected { file: file.to_owned(), document, operations: called }],
        ..Change::of(found.kind, message)
    }
}

/// How a change names an operation: `` `GET /users` ``, ``the webhook `POST sold` ``.
fn title(operation: &Operation<'_>) -> String {
    let title = operation_title(operation);
    match operation.direction {
        Direction::Operation => title,
        Direction::Webhook => format!("the webhook {title}"),
        Direction::Callback => format!("the callback {title}"),
    }
}

fn place(spot: Spot<'_>) -> diff::Place {
    let (node, file) = (spot.node, spot.node.file());
    diff::Place {
        file: file.path.clone(),
        document: file.tree.document_of(node.id()),
        pointer: node.pointer(),
        range: range(spot),
    }
}
