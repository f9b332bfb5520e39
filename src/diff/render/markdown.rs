//! `--format markdown`: for comments on pull requests.

use std::io::{self, Write};

use super::{NAMED, operations, summary_line, weight};
use crate::diff::{Change, Diff, Effect, Place};
use crate::render::count;
use crate::render::markdown::{code, plain, text};

/// Rows of each table at most: a comment may have 65,536 characters.
const ROWS: usize = 100;

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## apiward diff\n\n{}.", plain(&summary_line(diff)))?;
    for effect in [Effect::Weaker, Effect::Other, Effect::Stronger] {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.effect == effect).collect();
        if changes.is_empty() {
            continue;
        }
        // What weakens is open at once, the rest behind a click.
        let folded = effect != Effect::Weaker;
        let title = format!("{} ({})", effect.heading(), changes.len());
        if folded {
            writeln!(out, "\n<details><summary>{title}</summary>\n")?;
        } else {
            writeln!(out, "\n### {title}\n")?;
        }
        table(&changes, out)?;
        if folded {
            writeln!(out, "\n</details>")?;
        }
    }
    Ok(())
}

fn table(changes: &[&Change], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Level | Change | Now | Before | Id |\n|---|---|---|---|---|")?;
    for change in changes.iter().take(ROWS) {
        let of = operations(change, NAMED, code).map(|of| format!("<br>{of}")).unwrap_or_default();
        let (now, before) = (place(change.new.as_ref()), place(change.old.as_ref()));
        let message = text(&change.message);
        writeln!(out, "| {} | {message}{of} | {now} | {before} | {} |", weight(change), code(&change.id))?;
    }
    if changes.len() > ROWS {
        writeln!(out, "\n{} more are not shown.", count(changes.len() - ROWS, "change"))?;
    }
    Ok(())
}

fn place(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| code(&format!("{}:{}", place.file, place.range.start.line)))
}
