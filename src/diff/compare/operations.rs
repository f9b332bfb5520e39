//! Which operations are the same in both versions, and what is to be said of the others.

use std::collections::{HashMap, HashSet};

use apiward_lints::framework::level::Level;
use apiward_model::predicate::{Segment, Signs, gateway_auth};
use apiward_model::{Direction, Method, Node, Operation};

use super::changes::{Changes, Found, Said};
use super::waiting::Waiting;
use super::ways::ways_in;
use super::{Both, Pair, Version};
use crate::diff::kinds::{ANONYMOUS_OPERATION_ADDED, OPERATION_ADDED, OPERATION_REMOVED};

/// The operations of one list in both versions.
pub(super) struct Matched<'r, 'a> {
    pub(super) both: Vec<Pair<'r, 'a>>,
    gone: Vec<&'r Operation<'a>>,
    added: Vec<&'r Operation<'a>>,
}

impl<'r, 'a> Matched<'r, 'a> {
    /// Operations are the same by method and path template, whatever the parameters of the path are called; those that
    /// moved to another path by `operationId`.
    pub(super) fn new(old: &'r [Operation<'a>], new: &'r [Operation<'a>]) -> Self {
        let mut groups: HashMap<String, Group> = HashMap::new();
        for operation in old {
            groups.entry(address(operation)).or_default().old.push(operation);
        }
        for operation in new {
            groups.entry(address(operation)).or_default().new.push(operation);
        }
        let mut matched = Self { both: Vec::new(), gone: Vec::new(), added: Vec::new() };
        for group in groups.into_values() {
            group.pair_up(&mut matched);
        }
        matched.gone.sort_by_key(|operation| operation.id);
        matched.added.sort_by_key(|operation| operation.id);
        matched.follow_ids();
        matched.both.sort_by_key(|pair| (pair.new.id, pair.old.id));
        matched
    }

    /// Brings together what is left by `operationId`, where that stands once on either side.
    fn follow_ids(&mut self) {
        let old = by_id(&self.gone);
        let new = by_id(&self.added);
        let moved =
            |id: &(Method<'a>, &'a str)| Some(Pair { old: old.get(id).copied()??, new: new.get(id).copied()?? });
        let mut pairs: Vec<Pair> = old.keys().filter_map(moved).collect();
        pairs.sort_by_key(|pair| pair.new.id);
        let (old, new): (HashSet<_>, HashSet<_>) = pairs.iter().map(|pair| (pair.old.id, pair.new.id)).unzip();
        self.gone.retain(|one| !old.contains(&one.id));
        self.added.retain(|one| !new.contains(&one.id));
        self.both.extend(pairs);
    }
}

/// The operations of one address. Channels of AsyncAPI 3 may have several of one action, and callbacks of many
/// operations often have one expression.
#[derive(Default)]
struct Group<'r, 'a> {
    old: Vec<&'r Operation<'a>>,
    new: Vec<&'r Operation<'a>>,
}

impl<'r, 'a> Group<'r, 'a> {
    /// Those of one id belong together, then those at one place, or under one name, then the others in their order.
    fn pair_up(mut self, matched: &mut Matched<'r, 'a>) {
        let of_id = |operation: &Operation<'_>| operation.operation_id.map(str::to_owned);
        let at_place = |operation: &Operation<'_>| Some(operation.node.pointer());
        let mut both = Vec::new();
        for key in [of_id, at_place, named] {
            if self.old.len() > 1 || self.new.len() > 1 {
                self.pair_by(key, &mut both);
            }
        }
        both.extend(self.old.iter().zip(&self.new).map(|(old, new)| Pair { old, new }));
        let paired = self.old.len().min(self.new.len());
        let (mut gone, mut added) = (self.old.split_off(paired), self.new.split_off(paired));
        // A callback that operations share is there once, however often it was written before.
        if let Some(partner) = both.last().copied().filter(|pair| pair.new.direction == Direction::Callback) {
            both.extend(gone.drain(..).map(|old| Pair { old, ..partner }));
            both.extend(added.drain(..).map(|new| Pair { new, ..partner }));
        }
        matched.both.extend(both);
        matched.gone.extend(gone);
        matched.added.extend(added);
    }

    fn pair_by(&mut self, key: fn(&Operation<'_>) -> Option<String>, both: &mut Vec<Pair<'r, 'a>>) {
        let mut waiting: Waiting<_, _> = self.new.iter().filter_map(|new| Some((key(new)?, *new))).collect();
        let mut taken = HashSet::new();
        self.old.retain(|old| {
            let Some(new) = key(old).and_then(|key| waiting.next(&key)) else { return true };
            taken.insert(new.id);
            both.push(Pair { old, new });
            false
        });
        self.new.retain(|new| !taken.contains(&new.id));
    }
}

/// The name of a callback, with its expression and method: the end of its pointer, wherever it is written.
fn named(operation: &Operation<'_>) -> Option<String> {
    let pointer = operation.node.pointer();
    let (at, _) = pointer.rmatch_indices('/').nth(2)?;
    Some(pointer[at..].to_owned())
}

/// Method and path template without the names of parameters; what the application receives and sends is called alike in
/// all versions of AsyncAPI.
fn address(operation: &Operation<'_>) -> String {
    let mut address = format!("{} ", action(operation.method).as_str());
    Segment::blank_parameters(operation.path, &mut address);
    address
}

const fn action(method: Method<'_>) -> Method<'_> {
    match method {
        Method::Publish => Method::Receive,
        Method::Subscribe => Method::Send,
        other => other,
    }
}

/// The operations by method and `operationId`; nothing for one that stands twice.
fn by_id<'r, 'a>(operations: &[&'r Operation<'a>]) -> HashMap<(Method<'a>, &'a str), Option<&'r Operation<'a>>> {
    let mut found = HashMap::new();
    for operation in operations {
        let Some(id) = operation.operation_id else { continue };
        found.entry((action(operation.method), id)).and_modify(|one| *one = None).or_insert(Some(*operation));
    }
    found
}

/// Tells which operations are new, and which are gone.
pub(super) fn tell<'r, 'a>(both: Both<'r, 'a>, matched: &Matched<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    for operation in &matched.added {
        // Where nothing at all is asked for the new operation is as all others.
        let open = open(both.new, operation).filter(|_| both.new.api.requires_a_scheme());
        changes.add(open.unwrap_or_else(|| added(both.new, operation)), [*operation]);
    }
    let Some(direction) = matched.gone.first().map(|operation| operation.direction) else { return };
    let hidden = both.new.unread.hidden(both.new.api, direction);
    for operation in matched.gone.iter().filter(|operation| !hidden.may_be(operation)) {
        let said = Said::operations("is gone", "are gone");
        changes.add(Found::new(&OPERATION_REMOVED, said).old(operation.node).gathered(), [*operation]);
    }
}

/// Tells which operations of a description that is new as a whole accept anonymous calls. Those of AsyncAPI often stand
/// where the broker asks, and no description says so.
pub(super) fn introduce<'r, 'a>(version: &'r Version<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    if version.api.spec.format.is_async() && !version.api.requires_a_scheme() {
        return;
    }
    for operation in &version.api.operations {
        if let Some(found) = open(version, operation) {
            changes.add(found.gathered(), [operation]);
        }
    }
}

/// What is said of a new operation that accepts anonymous calls, is not public, and stands behind no gateway that does
/// the asking.
fn open<'a>(version: &Version<'_, 'a>, operation: &Operation<'a>) -> Option<Found<'a>> {
    let signs = version.facts.signs(operation)?;
    if !operation.security.is_anonymous() || signs.is_public() || gateway_auth(version.api, operation, &[]) {
        return None;
    }
    let level = if signs.writes { Level::Error } else { Level::Warning };
    let said = Said::operations("is new and accepts anonymous calls", "are new and accept anonymous calls");
    Some(Found::new(&ANONYMOUS_OPERATION_ADDED, said).level(level).new_at(shown(operation)))
}

/// Where an operation is shown: where it says that it is open, else as a whole.
fn shown<'a>(operation: &Operation<'a>) -> Node<'a> {
    let list = operation.security.node.filter(|_| operation.security.is_explicitly_anonymous());
    list.unwrap_or(operation.node)
}

fn added<'a>(version: &Version<'_, 'a>, operation: &Operation<'a>) -> Found<'a> {
    let called = operation.direction == Direction::Operation;
    let guard = if !called {
        String::new()
    } else if !operation.security.is_anonymous() {
        format!(" and ask for {}", ways_in(&operation.security.alternatives))
    } else if version.facts.signs(operation).is_some_and(Signs::is_public) {
        " and public".to_owned()
    } else {
        " and ask for no credential".to_owned()
    };
    let said = Said::operations(format!("is new{}", guard.replace(" ask ", " asks ")), format!("are new{guard}"));
    Found::new(&OPERATION_ADDED, said).new_at(shown(operation)).gathered()
}
