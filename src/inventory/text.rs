//! The table for people: by resource, what is guarded least first.

use std::io::{self, Write};

use super::ways::{by_resource, strength, ways_in};
use super::{Entry, Inventory, Kind, Summary, views};
use crate::render::{count, inert};
use crate::report::{Family, FileEntry};

/// Ways in that are written out; a row has no place for more.
const SHOWN: usize = 8;

/// What the marks stand for; each has its place in a row.
const LEGEND: &str = "\
strength of the weakest way in: 0 none, 1 key in the URL, 2 key or password,
  3 token, 4 token with scopes, 5 certificate, ? unknown
marks: w writes, p meant to be public, c can be sent in the clear,
  s sensitive data, d deprecated, l limit told";

/// Writes the operations; no line is longer than `width`, except where the legend is.
pub(super) fn write(inventory: &Inventory, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if views::text(inventory, width, out)? {
        return writeln!(out, "{}", summary(&inventory.summary));
    }
    for (file, entries) in inventory.documents() {
        writeln!(out, "{}\n", inert(&title(file)))?;
        table(entries, width, out)?;
    }
    if inventory.summary.listed > 0 {
        writeln!(out, "{LEGEND}\n")?;
    }
    writeln!(out, "{}", summary(&inventory.summary))
}

/// `parcels.yaml (OpenAPI 3.0.3)`.
pub(crate) fn title(file: &FileEntry) -> String {
    let document = if file.document > 0 { format!(", document {}", file.document) } else { String::new() };
    let version = file.version.as_deref().unwrap_or_default();
    let format = if file.format == Some(Family::Asyncapi) { "AsyncAPI" } else { "OpenAPI" };
    format!("{} ({format} {version}{document})", file.path)
}

/// What was listed, in one line.
pub(crate) fn summary(summary: &Summary) -> String {
    let listed = match summary.listed {
        listed if listed == summary.total => count(listed, "operation"),
        listed => format!("{listed} of {}", count(summary.total, "operation")),
    };
    format!("{listed}: {} without a credential, {} that write", summary.anonymous, summary.writes)
}

fn table(entries: Vec<&Entry>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let longest = |lengths: &mut dyn Iterator<Item = usize>, most: usize| lengths.max().unwrap_or_default().min(most);
    let method = longest(&mut entries.iter().map(|entry| entry.method.chars().count()), 9);
    let path = longest(&mut entries.iter().map(|entry| path(entry).chars().count()), width * 2 / 5);
    let groups = by_resource(entries);
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
                inert(&ways_in(entry, SHOWN)),
            );
            writeln!(out, "{}", cut(&row, width))?;
        }
    }
    writeln!(out)
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
    let limit = entry.rate_limit.status_429 || !entry.rate_limit.headers.is_empty();
    let marks = [
        (entry.writes == Some(true), 'w'),
        (entry.public.is_some(), 'p'),
        (entry.is_in_clear(), 'c'),
        (entry.is_sensitive(), 's'),
        (entry.deprecated, 'd'),
        (limit, 'l'),
    ];
    marks.iter().map(|(holds, mark)| if *holds { *mark } else { '-' }).collect()
}

/// Cuts what is too long, with dots where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.trim_end().to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(3)).collect();
    kept + "..."
}

/// Cuts out the middle: paths differ at their ends.
pub(super) fn cut_inside(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(3);
    let head: String = text.chars().take(kept / 3).collect();
    let tail: String = text.chars().skip(length - (kept - kept / 3)).collect();
    format!("{head}...{tail}")
}
