//! `--format csv`: one row per operation, as RFC 4180 has it, for spreadsheets.

use std::io::{self, Write};

use super::ways::ways_in;
use super::{Bound, BoundValue, Entry, Inventory, Kind, PublicBy, Sensitive, Source};
use crate::render::inert;

const COLUMNS: [&str; 25] = [
    "file",
    "document",
    "kind",
    "method",
    "path",
    "id",
    "ways_in",
    "source",
    "anonymous",
    "strength",
    "scopes",
    "servers",
    "plaintext",
    "public",
    "public_reason",
    "writes",
    "deprecated",
    "sunset",
    "rate_limit",
    "takes",
    "returns",
    "object_ids",
    "media_types",
    "size_told",
    "bounds",
];

/// Writes the operations below a row with the names of the columns.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    if let Some(table) = super::views::csv(inventory) {
        return table.iter().try_for_each(|cells| row(cells, out));
    }
    row(&COLUMNS, out)?;
    for entry in &inventory.operations {
        row(&cells(entry), out)?;
    }
    Ok(())
}

fn row<S: AsRef<str>>(cells: &[S], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// One cell. Spreadsheets run what looks like a formula, so that a quote is put before it; line breaks and other
/// controls are written as escapes.
fn cell(text: &str) -> String {
    let shown = inert(text);
    // Some leave space before a formula out.
    let acts = shown.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let plain = if acts { format!("'{shown}") } else { shown.into_owned() };
    if plain.contains(['"', ',', ' ']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

fn cells(entry: &Entry) -> [String; 25] {
    let truth = |holds: bool| holds.to_string();
    let joined = |names: &[String]| names.join("; ");
    let names = |data: &[Sensitive]| data.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join("; ");
    let servers: Vec<String> = entry.servers.iter().map(|server| server.url.clone()).collect();
    let ids: Vec<String> = entry.object_ids.iter().map(|id| id.name.clone()).collect();
    let limits = entry.rate_limit.status_429.then(|| "429".to_owned());
    let limits: Vec<String> = limits.into_iter().chain(entry.rate_limit.headers.iter().cloned()).collect();
    let public = entry.public.as_ref();
    let body = entry.body.as_ref();
    // How the receiver of a webhook or callback knows the provider need not be described.
    let told = entry.kind == Kind::Operation || !entry.anonymous;
    [
        entry.file.clone(),
        entry.document.to_string(),
        kind(entry.kind).to_owned(),
        entry.method.clone(),
        entry.path.clone(),
        entry.id.clone().unwrap_or_default(),
        ways_in(entry, usize::MAX),
        source(entry.source).to_owned(),
        if told { truth(entry.anonymous) } else { String::new() },
        entry.strength.filter(|_| told).map(|strength| strength.to_string()).unwrap_or_default(),
        joined(&entry.scopes),
        joined(&servers),
        truth(entry.is_in_clear()),
        public.map_or("", |public| by(public.by)).to_owned(),
        public.and_then(|public| public.reason.clone()).unwrap_or_default(),
        entry.writes.map(truth).unwrap_or_default(),
        truth(entry.deprecated),
        entry.sunset.clone().unwrap_or_default(),
        joined(&limits),
        names(&entry.takes),
        names(&entry.returns),
        joined(&ids),
        body.map(|body| joined(&body.media_types)).unwrap_or_default(),
        body.map(|body| truth(body.size_told)).unwrap_or_default(),
        body.map(|body| joined(&body.bounds.iter().map(bound).collect::<Vec<_>>())).unwrap_or_default(),
    ]
}

/// `413`, `maxLength: 100`.
fn bound(bound: &Bound) -> String {
    match &bound.value {
        None => bound.name.clone(),
        Some(BoundValue::Number(number)) => format!("{}: {number}", bound.name),
        Some(BoundValue::Text(text)) => format!("{}: {text}", bound.name),
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Operation => "operation",
        Kind::Webhook => "webhook",
        Kind::Callback => "callback",
    }
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::None => "none",
        Source::Root => "root",
        Source::Operation => "operation",
        Source::Server => "server",
        Source::ServerAndOperation => "server-and-operation",
    }
}

const fn by(by: PublicBy) -> &'static str {
    match by {
        PublicBy::Declaration => "declaration",
        PublicBy::Nature => "nature",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_acts() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for text in ["=a", "+a", "-a", "@a", " =a", "\u{ff1d}a"] {
            assert!(cell(text).trim_start_matches('"').starts_with('\''), "{text}");
        }
        assert_eq!(cell("\t=a"), "\\t=a");
        assert_eq!(cell("a\r\n=b"), "a\\r\\n=b");
        assert_eq!((cell("a,b").as_str(), cell("/a").as_str()), ("\"a,b\"", "/a"));
    }
}
