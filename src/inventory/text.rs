//! The table for people: by resource, what is guarded least first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Alternative, Entry, Inventory, Kind, Requirement, Transport};
use crate::render::{count, inert};

/// What the marks stand for; each has its place in a row.
const LEGEND: &str = "\
strength of the weakest way in: 0 none, 1 key in the URL, 2 key or password, 3 token, 4 token with scopes,
  5 certificate, ? unknown
marks: w writes, p meant to be public, c can be sent in the clear, s sensitive data, d deprecated, l limit told";

/// Writes the operations; no line is longer than `width`, except where the legend is.
pub(super) fn write(inventory: &Inventory, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut documents: BTreeMap<(&str, usize), Vec<&Entry>> = BTreeMap::new();
    for entry in &inventory.operations {
        documents.entry((&entry.file, entry.document)).or_default().push(entry);
    }
    for file in &inventory.files {
        let Some(entries) = documents.remove(&(file.path.as_str(), file.document)) else { continue };
        let document = if file.document > 0 { format!(", document {}", file.document) } else { String::new() };
        let version = file.version.as_deref().unwrap_or_default();
        let format = if file.format == Some(crate::report::Family::Asyncapi) { "AsyncAPI" } else { "OpenAPI" };
        writeln!(out, "{} ({format} {}{document})\n", inert(&file.path), inert(version))?;
        table(entries, width, out)?;
    }
    let summary = &inventory.summary;
    if summary.listed > 0 {
        writeln!(out, "{LEGEND}\n")?;
    }
    let of = if summary.listed == summary.total { String::new() } else { format!(" of {}", summary.total) };
    let listed =
        if of.is_empty() { count(summary.listed, "operation") } else { format!("{}{of} operations", summary.listed) };
    writeln!(out, "{listed}: {} without a credential, {} that write", summary.anonymous, summary.writes)
}

/// Order of strength; what cannot be judged stands behind what is open.
fn rank(entry: &Entry) -> u8 {
    match entry.strength {
        Some(0) if entry.kind != Kind::Operation => u8::MAX,
        Some(0) => 0,
        None => 1,
        Some(strength) => strength.saturating_add(1),
    }
}

fn table(entries: Vec<&Entry>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut resources: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    let longest = |lengths: &mut dyn Iterator<Item = usize>, most: usize| lengths.max().unwrap_or_default().min(most);
    let method = longest(&mut entries.iter().map(|entry| entry.method.chars().count()), 9);
    let path = longest(&mut entries.iter().map(|entry| path(entry).chars().count()), width * 2 / 5);
    for entry in entries {
        resources.entry(&entry.resource).or_default().push(entry);
    }
    let mut groups: Vec<Vec<&Entry>> = resources.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|entry| rank(entry));
    }
    groups.sort_by_key(|group| group.first().map_or(0, |entry| rank(entry)));
    let mut before = 1;
    for (at, group) in groups.iter().enumerate() {
        // Resources of one operation need no space between them.
        if at > 0 && before.max(group.len()) > 1 {
            writeln!(out)?;
        }
        before = group.len();
        for entry in group {
            let row = format!(
                "{}  {:method$}  {:path$}  {}  {}",
                strength(entry),
                cut(&inert(&entry.method), method),
                cut_inside(&self::path(entry), path),
                marks(entry),
                ways_in(entry),
            );
            writeln!(out, "{}", cut(&row, width))?;
        }
    }
    writeln!(out)
}

fn strength(entry: &Entry) -> String {
    match entry.strength {
        Some(0) if entry.kind != Kind::Operation => "-".to_owned(),
        Some(strength) => strength.to_string(),
        None => "?".to_owned(),
    }
}

fn path(entry: &Entry) -> String {
    let path = inert(&entry.path);
    match entry.kind {
        Kind::Operation => path.into_owned(),
        Kind::Webhook => format!("webhook {path}"),
        Kind::Callback => format!("callback {path}"),
    }
}

fn marks(entry: &Entry) -> String {
    let clear = entry.servers.iter().any(|server| server.transport == Transport::Plaintext);
    let limit = entry.rate_limit.status_429 || !entry.rate_limit.headers.is_empty();
    let marks = [
        (entry.writes == Some(true), 'w'),
        (entry.public.is_some(), 'p'),
        (clear, 'c'),
        (!entry.takes.is_empty() || !entry.returns.is_empty(), 's'),
        (entry.deprecated, 'd'),
        (limit, 'l'),
    ];
    marks.iter().map(|(holds, mark)| if *holds { *mark } else { '-' }).collect()
}

/// Ways in that are written out; a row has no place for more.
const SHOWN: usize = 8;

/// `anyone`, `key or token [read] + certificate`.
fn ways_in(entry: &Entry) -> String {
    let ways: Vec<String> = entry.alternatives.iter().take(SHOWN).map(way_in).collect();
    let text = match (ways.as_slice(), entry.kind) {
        ([], Kind::Operation) => "anyone".to_owned(),
        // Who calls is the provider; how the receiver knows it is not described.
        ([], _) => "not told".to_owned(),
        (ways, _) => ways.join(" or "),
    };
    inert(&text).into_owned()
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

/// Cuts what is too long, with dots where something is missing.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.trim_end().to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(3)).collect();
    kept + "..."
}

/// Cuts out the middle: paths differ at their ends.
fn cut_inside(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(3);
    let head: String = text.chars().take(kept / 3).collect();
    let tail: String = text.chars().skip(length - (kept - kept / 3)).collect();
    format!("{head}...{tail}")
}
