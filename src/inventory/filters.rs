//! Which operations are listed.

use super::{Entry, Inventory, Kind, Summary};

/// What the operations must have in common; all that is asked for must hold.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Callers need no credential.
    pub anonymous: bool,
    /// They change state.
    pub writes: bool,
}

impl Filters {
    /// Whether an operation is listed.
    pub fn let_through(&self, entry: &Entry) -> bool {
        (!self.anonymous || entry.is_open()) && (!self.writes || entry.writes == Some(true))
    }

    /// Sorts the operations, leaves out those that are not asked for, and counts.
    pub(super) fn apply(&self, inventory: &mut Inventory) {
        let operations = &mut inventory.operations;
        let total = operations.len();
        operations.retain(|entry| self.let_through(entry));
        operations.sort_by(|a, b| order(a).cmp(&order(b)));
        inventory.summary = Summary {
            total,
            listed: operations.len(),
            anonymous: operations.iter().filter(|entry| entry.is_open()).count(),
            writes: operations.iter().filter(|entry| entry.writes == Some(true)).count(),
        };
    }
}

impl Entry {
    /// True when whoever finds the API may call the operation: webhooks and callbacks are not found there.
    pub(super) fn is_open(&self) -> bool {
        self.anonymous && self.kind == Kind::Operation
    }
}

type Order<'e> = (&'e str, usize, &'e str, &'e str, Kind, Option<&'e str>);

fn order(entry: &Entry) -> Order<'_> {
    (&entry.file, entry.document, &entry.path, &entry.method, entry.kind, entry.id.as_deref())
}
