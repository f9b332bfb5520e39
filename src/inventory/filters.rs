//! Which operations are listed.

use super::{Entry, Inventory, Kind, Summary, Transport};
use crate::config::OperationPattern;

/// What the operations must have in common; all that is asked for must hold.
#[derive(Debug, Default)]
pub struct Filters {
    /// Callers need no credential.
    pub anonymous: bool,
    /// They change state.
    pub writes: bool,
    /// An alternative asks for one of these schemes; none is no filter.
    pub schemes: Vec<String>,
    /// An alternative asks for one of these scopes; none is no filter.
    pub scopes: Vec<String>,
    /// Their weakest way in is weaker than this, or cannot be judged.
    pub weaker_than: Option<u8>,
    /// Method and path are so.
    pub path: Option<OperationPattern>,
    /// They take or return sensitive data.
    pub sensitive: bool,
}

impl Filters {
    /// Whether an operation is listed.
    pub fn let_through(&self, entry: &Entry) -> bool {
        let own = entry.kind == Kind::Operation;
        let mut schemes = entry.alternatives.iter().flat_map(|one| &one.schemes);
        (!self.anonymous || entry.is_open())
            && (!self.writes || entry.writes == Some(true))
            && (!self.sensitive || entry.is_sensitive())
            && (self.schemes.is_empty() || schemes.any(|one| self.schemes.contains(&one.name)))
            && (self.scopes.is_empty() || entry.scopes.iter().any(|one| self.scopes.contains(one)))
            && self.weaker_than.is_none_or(|bound| own && entry.strength.is_none_or(|strength| strength < bound))
            && self.path.as_ref().is_none_or(|path| path.holds_for(&entry.method, &entry.path))
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
    pub(crate) fn is_open(&self) -> bool {
        self.anonymous && self.kind == Kind::Operation
    }

    /// True when sensitive data are taken or returned.
    pub(crate) fn is_sensitive(&self) -> bool {
        !self.takes.is_empty() || !self.returns.is_empty()
    }

    /// True when one of the servers can be sent to in the clear.
    pub(crate) fn is_in_clear(&self) -> bool {
        self.servers.iter().any(|server| server.transport == Transport::Plaintext)
    }
}

pub(super) type Order<'e> = (&'e str, usize, &'e str, &'e str, Kind, Option<&'e str>);

pub(super) fn order(entry: &Entry) -> Order<'_> {
    (&entry.file, entry.document, &entry.path, &entry.method, entry.kind, entry.id.as_deref())
}
