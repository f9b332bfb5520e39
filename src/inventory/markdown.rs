//! `--format markdown`: a table for the summaries of CI jobs, wikis and comments on changes.

use std::io::{self, Write};

use super::ways::{by_resource, strength, ways_in};
use super::{Entry, Inventory, Kind};
use crate::render::markdown_text;

/// Ways in that are written out.
const SHOWN: usize = 20;

/// Writes one table for each description.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Who may call what\n\n{}", super::text::summary(&inventory.summary))?;
    if super::views::markdown(inventory, out)? {
        return Ok(());
    }
    for (file, entries) in inventory.documents() {
        writeln!(out, "\n### {}\n", markdown_text(&super::text::title(file)))?;
        writeln!(out, "| Strength | Operation | Who | Remarks |\n|---|---|---|---|")?;
        for entry in by_resource(entries).into_iter().flatten() {
            let kind = match entry.kind {
                Kind::Operation => "",
                Kind::Webhook => " (webhook)",
                Kind::Callback => " (callback)",
            };
            let operation = markdown_text(&format!("{} {}", entry.method, entry.path));
            let ways = markdown_text(&ways_in(entry, SHOWN));
            writeln!(out, "| {} | {operation}{kind} | {ways} | {} |", strength(entry), remarks(entry))?;
        }
    }
    Ok(())
}

fn remarks(entry: &Entry) -> String {
    let names = |what: &str, data: &[super::Sensitive]| {
        let names: Vec<String> = data.iter().map(|one| markdown_text(&one.name)).collect();
        (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
    };
    let told = |holds: bool, what: &str| holds.then(|| what.to_owned());
    let remarks = [
        told(entry.writes == Some(true), "writes"),
        told(entry.public.is_some(), "meant to be public"),
        told(entry.is_in_clear(), "can be sent in the clear"),
        told(entry.deprecated, "deprecated"),
        entry.sunset.as_ref().map(|end| format!("ends: {}", markdown_text(end))),
        names("takes", &entry.takes),
        names("returns", &entry.returns),
    ];
    remarks.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
