//! Who may call an operation: the alternatives of its security requirement before and now.
//!
//! A way in is *covered* by another version when that has one that asks for no more: whoever comes in by the first comes
//! in by the second. Where every way of today is covered by those of before, nobody new comes in.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use apiward_lints::framework::level::Level;
use apiward_model::predicate::Signs;
use apiward_model::{Alternative, Alternatives, Api, Declared, Format, ListId, Method, Node, Operation};

use super::changes::{Changes, Found, Said};
use super::schemes::{SchemeNames, Which};
use super::ways::{Way, listed, way_in, ways_in};
use super::{Both, Pair};
use crate::diff::kinds::{
    ALTERNATIVE_ADDED, ALTERNATIVE_REMOVED, Kind, OPERATION_NOW_ANONYMOUS, OPERATION_NOW_PROTECTED, REQUIREMENT_ADDED,
    REQUIREMENT_DROPPED, REQUIREMENT_REPLACED, SCHEME_UNDEFINED, SCOPE_ADDED, SCOPE_ALTERNATIVE_ADDED, SCOPE_DROPPED,
    SCOPE_REPLACED, STRONGER_SCHEME_REQUIRED, WEAKER_ALTERNATIVE_ADDED, WEAKER_ALTERNATIVE_REMOVED,
    WEAKER_SCHEME_REQUIRED, WRITE_SCOPE_REQUIRED,
};

/// Ways of one list that are compared one by one.
const MOST: usize = 500;

/// Compares requirements; each pair of lists that operations share once.
pub(super) struct Access<'r, 'a> {
    both: Both<'r, 'a>,
    names: &'r SchemeNames<'a>,
    /// The names of servers that both versions have.
    servers: HashSet<&'a str>,
    known: HashMap<(ListId, ListId), Rc<[Told<'a>]>>,
}

/// What changed between two lists.
struct Told<'a> {
    kind: &'static Kind,
    grants: Grants,
    said: Said,
    /// The alternatives, where single ones changed.
    old: Option<Node<'a>>,
    new: Option<Node<'a>>,
}

/// What the scopes that changed are good for, by their names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grants {
    /// Reading is enough now.
    ReadingNow,
    /// Reading was enough, and is no longer.
    ReadingBefore,
    /// Nobody can tell, or it is as before.
    Other,
}

impl<'r, 'a> Access<'r, 'a> {
    pub(super) fn new(both: Both<'r, 'a>, names: &'r SchemeNames<'a>) -> Self {
        let keys = |api: &Api<'a>| api.servers.iter().filter_map(|server| server.node.key()).collect::<HashSet<_>>();
        let (old, new) = (keys(both.old.api), keys(both.new.api));
        let servers = old.intersection(&new).copied().collect();
        Self { both, names, servers, known: HashMap::new() }
    }

    pub(super) fn compare(&mut self, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
        let Both { old, new } = self.both;
        if old.unread.has_requirement_of(old.api, pair.old) || new.unread.has_requirement_of(new.api, pair.new) {
            return;
        }
        let (old, new) = (&pair.old.security.alternatives, &pair.new.security.alternatives);
        let key = (old.id(), new.id());
        let known = self.known.get(&key).cloned();
        let told = known.unwrap_or_else(|| self.lists(old, new).into());
        self.known.insert(key, Rc::clone(&told));
        // What AsyncAPI servers and operations leave open together is written nowhere.
        let real = |api: &Api<'a>, node: Option<Node<'a>>| node.filter(|node| *node != api.root);
        for one in told.iter() {
            let (old, new) = (real(self.both.old.api, one.old), real(self.both.new.api, one.new));
            let (kind, level) = self.weight(one, pair.new);
            let found = Found::new(kind, one.said.clone())
                .old(old.unwrap_or_else(|| written(self.both.old.api, pair.old, pair.new)))
                .new_at(new.unwrap_or_else(|| written(self.both.new.api, pair.new, pair.old)));
            changes.add(found.level(level), [pair.new]);
        }
    }

    /// What a change comes to for an operation. What is public by nature, or declared public, may be open; and a scope
    /// that says reading is enough for what only reads.
    fn weight(&self, told: &Told<'a>, operation: &Operation<'a>) -> (&'static Kind, Level) {
        let kind = told.kind;
        let Some(signs) = self.both.new.facts.signs(operation) else { return (kind, kind.level) };
        if kind.id == OPERATION_NOW_ANONYMOUS.id {
            let level = match signs {
                signs if !signs.public.is_empty() => Level::Info,
                Signs { declared: Some(_), .. } => Level::Warning,
                _ => kind.level,
            };
            return (kind, level);
        }
        let writes = matches!(operation.method, Method::Http(_)) && signs.writes;
        match told.grants {
            Grants::ReadingNow if writes => (kind, Level::Error),
            Grants::ReadingBefore if writes => (&WRITE_SCOPE_REQUIRED, Level::Info),
            _ => (kind, kind.level),
        }
    }

    fn lists(&self, old: &'r Alternatives<'a>, new: &'r Alternatives<'a>) -> Vec<Told<'a>> {
        match (old.are_anonymous(), new.are_anonymous()) {
            (true, true) => Vec::new(),
            _ if self.both.old.unread.has_some_of(old) || self.both.new.unread.has_some_of(new) => Vec::new(),
            (false, true) => vec![now_anonymous(old, new)],
            (true, false) => vec![now_protected(old, new)],
            (false, false) => self.guarded(old, new),
        }
    }

    fn guarded(&self, old: &'r [Alternative<'a>], new: &'r [Alternative<'a>]) -> Vec<Told<'a>> {
        let ways = |api: &Api<'a>, list: &'r [Alternative<'a>], which| {
            list.iter().map(|one| Way::new(api, one, self.names, which, &self.servers)).take(MOST).collect::<Vec<_>>()
        };
        let (old, new) = (ways(self.both.old.api, old, Which::Old), ways(self.both.new.api, new, Which::New));
        let uncovered = |of: &[Way<'r, 'a>], by: &[Way<'r, 'a>]| -> Vec<Way<'r, 'a>> {
            of.iter().filter(|way| by.iter().all(|other| !way.implies(other))).cloned().collect()
        };
        let mut lost = uncovered(&old, &new);
        let mut gained = uncovered(&new, &old);
        let mut told = self.counterparts(&mut lost, &mut gained, &old, &new);
        told.extend(exchanged(&lost, &gained, &old, &new));
        told
    }

    /// Takes out the ways that differ from one of the other version only in scopes, or in that they ask for fewer
    /// schemes.
    fn counterparts(
        &self,
        lost: &mut Vec<Way<'r, 'a>>,
        gained: &mut Vec<Way<'r, 'a>>,
        old: &[Way<'r, 'a>],
        new: &[Way<'r, 'a>],
    ) -> Vec<Told<'a>> {
        let mut told = Vec::new();
        gained.retain(|way| {
            // It stands in the place of one that is gone, or asks for less than one that is still there.
            let replaced = lost.iter().find(|other| way.has_schemes_of(other));
            let reduced = || old.iter().find(|other| way.has_schemes_of(other) && other.implies(way));
            if let Some(before) = replaced.or_else(reduced).cloned() {
                told.push(self.scopes(&before, way));
                lost.retain(|other| !std::ptr::eq(other.alternative, before.alternative));
                return false;
            }
            let same_schemes: Vec<_> = old.iter().filter(|other| way.has_schemes_of(other)).collect();
            if !same_schemes.is_empty() {
                told.push(self.other_scopes(&same_schemes, way));
                return false;
            }
            let Some(before) = lost.iter().chain(old).find(|other| way.has_fewer_schemes_than(other)) else {
                return true;
            };
            let dropped = before.schemes_without(way, self.names, Which::Old);
            told.push(dropped_or_added(&REQUIREMENT_DROPPED, &dropped, before, way));
            let before = before.alternative;
            lost.retain(|other| !std::ptr::eq(other.alternative, before));
            false
        });
        lost.retain(|way| {
            if let Some(after) = new.iter().find(|other| way.has_schemes_of(other) && other.implies(way)) {
                told.push(self.scopes(way, after));
                return false;
            }
            let Some(after) = new.iter().find(|other| way.has_fewer_schemes_than(other)) else { return true };
            let added = after.schemes_without(way, self.names, Which::New);
            told.push(dropped_or_added(&REQUIREMENT_ADDED, &added, way, after));
            false
        });
        told
    }

    /// What changed in the scopes of two ways that ask for the same schemes.
    fn scopes(&self, before: &Way<'r, 'a>, after: &Way<'r, 'a>) -> Told<'a> {
        let (gone, new) = (before.scopes_without(after), after.scopes_without(before));
        let (kind, one, many) = match (gone.is_empty(), new.is_empty()) {
            (false, false) => {
                let rest = format!("for {} instead of {}", scope_list(&new), scope_list(&gone));
                (&SCOPE_REPLACED, format!("asks {rest}"), format!("ask {rest}"))
            }
            (true, false) => {
                let rest = format!("for {}", scope_list(&new));
                (&SCOPE_ADDED, format!("also asks {rest}"), format!("also ask {rest}"))
            }
            _ => {
                let rest = format!("for {}", scope_list(&gone));
                (&SCOPE_DROPPED, format!("no longer asks {rest}"), format!("no longer ask {rest}"))
            }
        };
        let (was, is) = (before.is_for_reading(self.both.old.api), after.is_for_reading(self.both.new.api));
        let grants = match (was, is) {
            (false, true) if kind.id == SCOPE_REPLACED.id => Grants::ReadingNow,
            (true, false) if kind.id == SCOPE_REPLACED.id => Grants::ReadingBefore,
            _ => Grants::Other,
        };
        Told {
            kind,
            grants,
            said: Said::operations(one, many),
            old: Some(scopes_node(self.both.old.api, before.alternative)),
            new: Some(scopes_node(self.both.new.api, after.alternative)),
        }
    }

    /// A way with other scopes beside those of the same schemes that are still there.
    fn other_scopes(&self, before: &[&Way<'r, 'a>], after: &Way<'r, 'a>) -> Told<'a> {
        let rest = format!(
            "callers in with {} instead of {}, too",
            scope_list(&after.scopes_without(before[0])),
            scope_list(&before[0].scopes_without(after))
        );
        let reading =
            after.is_for_reading(self.both.new.api) && !before.iter().any(|way| way.is_for_reading(self.both.old.api));
        Told {
            kind: &SCOPE_ALTERNATIVE_ADDED,
            grants: if reading { Grants::ReadingNow } else { Grants::Other },
            said: Said::operations(format!("lets {rest}"), format!("let {rest}")),
            old: Some(scopes_node(self.both.old.api, before[0].alternative)),
            new: Some(scopes_node(self.both.new.api, after.alternative)),
        }
    }
}

/// Where the requirement of an operation is written: its list, else the operation; where the whole document has none any
/// more, or had none, while the other version's is the root's, the document; in AsyncAPI the server, where neither
/// version's operation has a list.
fn written<'a>(api: &Api<'a>, operation: &Operation<'a>, other: &Operation<'a>) -> Node<'a> {
    let security = &operation.security;
    if security.node.is_none() && other.security.node.is_none() {
        let open = security.alternatives.iter().find(|one| one.is_anonymous());
        let server = open.or(security.alternatives.first()).and_then(|one| one.server).map(|id| api.server(id));
        let list = server.and_then(|server| server.security.as_ref()).map(|list| list.node);
        return list.or(server.map(|server| server.node)).unwrap_or(operation.node);
    }
    let of_root = security.declared == Declared::Absent && other.security.declared == Declared::Inherited;
    let fallback = if of_root { api.version_node() } else { operation.node };
    security.node.unwrap_or(fallback)
}

fn now_anonymous<'a>(old: &[Alternative<'a>], new: &[Alternative<'a>]) -> Told<'a> {
    let open = new.iter().find(|one| one.is_anonymous());
    let others: Vec<Alternative> = new.iter().filter(|one| !one.is_anonymous()).cloned().collect();
    let beside = if others.is_empty() { String::new() } else { format!(" beside {}", ways_in(&others)) };
    let rest = format!("anonymous calls{beside}, and asked for {} before", ways_in(old));
    Told {
        kind: &OPERATION_NOW_ANONYMOUS,
        grants: Grants::Other,
        said: Said::operations(format!("accepts {rest}"), format!("accept {rest}")),
        old: None,
        new: open.map(|one| one.node),
    }
}

fn now_protected<'a>(old: &[Alternative<'a>], new: &[Alternative<'a>]) -> Told<'a> {
    let rest = format!("for {}, and accepted anonymous calls before", ways_in(new));
    Told {
        kind: &OPERATION_NOW_PROTECTED,
        grants: Grants::Other,
        said: Said::operations(format!("asks {rest}"), format!("ask {rest}")),
        old: old.iter().find(|one| one.is_anonymous()).map(|one| one.node),
        new: None,
    }
}

/// Where scopes are asked for: the alternative; in AsyncAPI 3 the scheme, which all that name it share.
fn scopes_node<'a>(api: &Api<'a>, alternative: &Alternative<'a>) -> Node<'a> {
    let schemes = alternative.members.iter().filter_map(|member| member.scheme).map(|id| api.scheme(id));
    let mut schemes = schemes.filter(|_| api.spec.format == Format::AsyncApi3);
    let scopes = schemes.find_map(|scheme| scheme.target.get("scopes"));
    scopes.unwrap_or(alternative.node)
}

fn scope_list(scopes: &[&str]) -> String {
    format!("the scope{} {}", if scopes.len() == 1 { "" } else { "s" }, listed(scopes))
}

fn dropped_or_added<'a>(kind: &'static Kind, schemes: &[&str], before: &Way<'_, 'a>, after: &Way<'_, 'a>) -> Told<'a> {
    let (schemes, way) = (listed(schemes), way_in(after.alternative));
    let (one, many) = if kind.id == REQUIREMENT_DROPPED.id {
        (format!("no longer asks for {schemes} beside {way}"), format!("no longer ask for {schemes} beside {way}"))
    } else {
        let was = way_in(before.alternative);
        (format!("also asks for {schemes} beside {was}"), format!("also ask for {schemes} beside {was}"))
    };
    Told {
        kind,
        grants: Grants::Other,
        said: Said::operations(one, many),
        old: Some(before.alternative.node),
        new: Some(after.alternative.node),
    }
}

/// What is left: ways of other schemes.
fn exchanged<'a>(
    lost: &[Way<'_, 'a>],
    gained: &[Way<'_, 'a>],
    old: &[Way<'_, 'a>],
    new: &[Way<'_, 'a>],
) -> Vec<Told<'a>> {
    let weakest = |ways: &[Way<'_, 'a>]| ways.iter().filter_map(|way| way.strength).min();
    let (before, after) = (weakest(old), weakest(new));
    let weaker = before.zip(after).is_some_and(|(before, after)| after < before);
    let stronger = before.zip(after).is_some_and(|(before, after)| after > before);
    let nodes = |ways: &[Way<'_, 'a>]| ways.first().filter(|_| ways.len() == 1).map(|way| way.alternative.node);
    let (was, is) = (named(lost), named(gained));
    // One of which nobody knows what it asks for is no equal.
    let unknown = gained.iter().any(|way| !way.alternative.is_known()).then_some(&SCHEME_UNDEFINED);
    let which = if unknown.is_some() { " (not defined)" } else { "" };
    let tell = |kind, one: String, many: String| {
        vec![Told {
            kind,
            grants: Grants::Other,
            said: Said::operations(one, many),
            old: nodes(lost),
            new: nodes(gained),
        }]
    };
    match (lost.is_empty(), gained.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => {
            let kind = if weaker { &WEAKER_ALTERNATIVE_ADDED } else { unknown.unwrap_or(&ALTERNATIVE_ADDED) };
            let rest = format!("callers in with {is}{which}, too");
            tell(kind, format!("lets {rest}"), format!("let {rest}"))
        }
        (false, true) => {
            let kind = if stronger { &WEAKER_ALTERNATIVE_REMOVED } else { &ALTERNATIVE_REMOVED };
            let rest = format!("callers in with {was}");
            tell(kind, format!("no longer lets {rest}"), format!("no longer let {rest}"))
        }
        (false, false) => {
            let kind = match (weaker, stronger) {
                (true, _) => &WEAKER_SCHEME_REQUIRED,
                (_, true) => unknown.unwrap_or(&STRONGER_SCHEME_REQUIRED),
                _ => unknown.unwrap_or(&REQUIREMENT_REPLACED),
            };
            let rest = format!("for {is}{which} instead of {was}");
            tell(kind, format!("asks {rest}"), format!("ask {rest}"))
        }
    }
}

fn named(ways: &[Way<'_, '_>]) -> String {
    let alternatives: Vec<Alternative> = ways.iter().map(|way| way.alternative.clone()).collect();
    ways_in(&alternatives)
}
