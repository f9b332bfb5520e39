//! How people read who may call an operation, and in which order.

use std::collections::BTreeMap;

use super::{Alternative, Entry, Kind, Requirement};

/// Order of strength; what cannot be judged stands behind what is open.
pub(crate) fn rank(entry: &Entry) -> u8 {
    match entry.strength {
        Some(0) if entry.kind != Kind::Operation => u8::MAX,
        Some(0) => 0,
        None => 1,
        Some(strength) => strength.saturating_add(1),
    }
}

/// The operations of each resource, weakest first.
pub(crate) fn by_resource(entries: Vec<&Entry>) -> Vec<Vec<&Entry>> {
    let mut resources: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        resources.entry(&entry.resource).or_default().push(entry);
    }
    let mut groups: Vec<Vec<&Entry>> = resources.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|entry| rank(entry));
    }
    groups.sort_by_key(|group| group.first().map_or(0, |entry| rank(entry)));
    groups
}

/// The strength of the weakest way in, in one character.
pub(super) fn strength(entry: &Entry) -> String {
    match entry.strength {
        Some(0) if entry.kind != Kind::Operation => "-".to_owned(),
        Some(strength) => strength.to_string(),
        None => "?".to_owned(),
    }
}

/// At most so many alternatives as people read them: `anyone`, `key or token [read] + certificate`.
pub(super) fn ways_in(entry: &Entry, most: usize) -> String {
    match (entry.alternatives.as_slice(), entry.kind) {
        // Who calls is the provider; how the receiver knows it is not described.
        ([], Kind::Webhook | Kind::Callback) => "not told".to_owned(),
        (alternatives, _) => any_of(alternatives, entry.alternatives_total, most),
    }
}

/// At most so many of some alternatives, of which there are `total`.
pub(crate) fn any_of(alternatives: &[Alternative], total: usize, most: usize) -> String {
    let mut ways: Vec<String> = alternatives.iter().take(most).map(way_in).collect();
    if ways.is_empty() {
        return "anyone".to_owned();
    }
    if total > ways.len() {
        ways.push("...".to_owned());
    }
    ways.join(" or ")
}

fn way_in(alternative: &Alternative) -> String {
    let scheme = |one: &Requirement| match one.scopes.as_slice() {
        [] => one.name.clone(),
        scopes => format!("{} [{}]", one.name, scopes.join(", ")),
    };
    let schemes: Vec<String> = alternative.schemes.iter().map(scheme).collect();
    let text = match schemes.as_slice() {
        [] if alternative.anonymous => "anyone".to_owned(),
        [] => "?".to_owned(),
        schemes => schemes.join(" + "),
    };
    match &alternative.server {
        Some(server) => format!("{text} at {server}"),
        None => text,
    }
}
