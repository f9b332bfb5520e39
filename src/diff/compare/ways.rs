//! The ways in that a security requirement offers, made comparable between two versions, and in words.

use std::collections::HashSet;

use apiward_lints::framework::text::shortened;
use apiward_model::predicate::{ScopeWords, alternative_strength, is_identity_scope};
use apiward_model::{Alternative, Api, Member};

use super::schemes::{SchemeKey, SchemeNames, Which};

/// One alternative.
#[derive(Clone, Debug)]
pub(super) struct Way<'r, 'a> {
    pub(super) alternative: &'r Alternative<'a>,
    /// What must hold, by scheme, with the scopes, sorted; equal schemes are one.
    members: Vec<(SchemeKey<'a>, Vec<&'a str>)>,
    pub(super) strength: Option<u8>,
    /// The server on which it applies (AsyncAPI), where both versions have one of that name.
    server: Option<&'a str>,
}

impl<'r, 'a> Way<'r, 'a> {
    pub(super) fn new(
        api: &Api<'a>,
        alternative: &'r Alternative<'a>,
        names: &SchemeNames<'a>,
        which: Which,
        servers: &HashSet<&'a str>,
    ) -> Self {
        let mut members: Vec<(SchemeKey<'a>, Vec<&str>)> = Vec::new();
        for member in &alternative.members {
            let key = names.key(which, member);
            let scopes = member.scope_names();
            match members.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => known.extend(scopes),
                None => members.push((key, scopes.collect())),
            }
        }
        members.sort_unstable();
        for (_, scopes) in &mut members {
            scopes.sort_unstable();
            scopes.dedup();
        }
        let server = alternative.server.and_then(|id| api.server(id).node.key()).filter(|key| servers.contains(key));
        Self { alternative, members, strength: alternative_strength(api, alternative), server }
    }

    /// True when whoever comes in by this way could come in by the other one, too: it asks for at least as much.
    pub(super) fn implies(&self, other: &Self) -> bool {
        if self.alternative.malformed || other.alternative.malformed {
            return self.alternative.malformed == other.alternative.malformed;
        }
        let asks = |(key, scopes): &(SchemeKey<'a>, Vec<&'a str>)| {
            let own = self.members.iter().find(|(own, _)| own == key);
            own.is_some_and(|(_, own)| scopes.iter().all(|scope| own.binary_search(scope).is_ok()))
        };
        self.is_where(other) && other.members.iter().all(asks)
    }

    fn is_where(&self, other: &Self) -> bool {
        self.server.is_none() || other.server.is_none() || self.server == other.server
    }

    /// True when both ask for the same schemes.
    pub(super) fn has_schemes_of(&self, other: &Self) -> bool {
        self.is_where(other) && self.members.iter().map(|(key, _)| key).eq(other.members.iter().map(|(key, _)| key))
    }

    /// True when it asks for some of the schemes of the other, and not for all.
    pub(super) fn has_fewer_schemes_than(&self, other: &Self) -> bool {
        let within = |(key, _): &(SchemeKey<'a>, Vec<&'a str>)| other.members.iter().any(|(known, _)| known == key);
        self.is_where(other) && self.members.len() < other.members.len() && self.members.iter().all(within)
    }

    /// The scopes that the other one does not ask for of the same scheme.
    pub(super) fn scopes_without(&self, other: &Self) -> Vec<&'a str> {
        let asked = |key: &SchemeKey<'a>, scope: &&'a str| {
            let of_scheme = other.members.iter().filter(|(known, _)| known == key);
            of_scheme.flat_map(|(_, scopes)| scopes).any(|known| known == scope)
        };
        let mut scopes: Vec<&str> = self
            .members
            .iter()
            .flat_map(|(key, scopes)| scopes.iter().copied().filter(|scope| !asked(key, scope)))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// True where it asks for scopes and all of them say reading. Identity scopes grant nothing on the API, and a role that
    /// is named reader may well write.
    pub(super) fn is_for_reading(&self, api: &Api<'a>) -> bool {
        let carries_scopes = |member: &&Member<'a>| member.scheme.is_some_and(|id| api.scheme(id).carries_scopes());
        let (carriers, others): (Vec<_>, Vec<_>) = self.alternative.members.iter().partition(carries_scopes);
        let words = ScopeWords::default();
        let mut granting = carriers
            .iter()
            .flat_map(|member| member.scope_names())
            .filter(|scope| !is_identity_scope(scope))
            .peekable();
        others.iter().all(|member| member.scopes.is_empty())
            && granting.peek().is_some()
            && granting.all(|scope| words.is_read_only(scope))
    }

    /// The names of its schemes that the other does not ask for.
    pub(super) fn schemes_without(&self, other: &Self, names: &SchemeNames<'a>, which: Which) -> Vec<&'a str> {
        let missing = |member: &&Member<'a>| other.members.iter().all(|(key, _)| *key != names.key(which, member));
        self.alternative.members.iter().filter(missing).map(|member| member.name).collect()
    }
}

/// Alternatives and scopes that are named one by one.
const NAMED: usize = 3;
/// Characters of an alternative that a message shows.
const LONGEST: usize = 100;

/// Some alternatives as messages name them: `` `key` or `token [read] + certificate` ``.
pub(super) fn ways_in(alternatives: &[Alternative<'_>]) -> String {
    let mut shown: Vec<String> = alternatives.iter().take(NAMED).map(way_in).collect();
    // AsyncAPI has one for each server.
    shown.dedup();
    let more = if alternatives.len() > NAMED { " or more" } else { "" };
    match shown.as_slice() {
        [] => "nothing".to_owned(),
        several => format!("{}{more}", several.join(" or ")),
    }
}

/// An alternative as messages name it.
pub(super) fn way_in(alternative: &Alternative<'_>) -> String {
    let scheme = |member: &Member<'_>| {
        let scopes: Vec<&str> = member.scope_names().take(NAMED).collect();
        let more = if member.scopes.len() > NAMED { ", ..." } else { "" };
        if scopes.is_empty() {
            member.name.to_owned()
        } else {
            format!("{} [{}{more}]", member.name, scopes.join(", "))
        }
    };
    let schemes: Vec<String> = alternative.members.iter().map(scheme).collect();
    if schemes.is_empty() { "nothing".to_owned() } else { format!("`{}`", shortened(&schemes.join(" + "), LONGEST)) }
}

/// Names as messages list them: `` `read`, `write` ``.
pub(super) fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", shortened(name, LONGEST))).collect();
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
