//! The output formats of `diff`.

mod github;
mod markdown;
mod pretty;
mod sarif;

use std::io::{self, Write};

use super::command::Compared;
use super::{Change, Diff, Effect};
use crate::cli::DiffFormat;
use crate::html;
use crate::render::{Style, count, inert, json};

/// Writes what changed.
pub(super) fn write(format: DiffFormat, compared: &Compared, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let diff = &compared.diff;
    match format {
        DiffFormat::Pretty => pretty::write(compared, style, out),
        DiffFormat::Concise => concise(diff, out),
        DiffFormat::Json => json::pretty(diff, out).and_then(|()| writeln!(out)),
        DiffFormat::Sarif => sarif::write(diff, out),
        DiffFormat::Github => github::write(diff, out),
        DiffFormat::Markdown => markdown::write(diff, out),
        DiffFormat::Html => html::diff(diff, &compared.operations, &compared.sources, out),
    }
}

/// How many changes there are, on one line without its end.
pub(crate) fn summary_line(diff: &Diff) -> String {
    let summary = &diff.summary;
    let levels = [(summary.error, "error"), (summary.warning, "warning"), (summary.info, "info")];
    let levels: Vec<String> = levels.iter().filter(|one| one.0 > 0).map(|one| count(one.0, one.1)).collect();
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let effects = [(summary.weaker, "weaker"), (summary.other, "to be judged"), (summary.stronger, "stronger")];
    let effects: Vec<String> =
        effects.iter().filter(|one| one.0 > 0).map(|one| format!("{} {}", one.0, one.1)).collect();
    let limits = if summary.complete { "" } else { ", as far as could be compared" };
    if effects.is_empty() {
        return format!("nothing changed in security{limits}");
    }
    let all = summary.weaker + summary.other + summary.stronger;
    format!("{} in security: {}{levels}{limits}", count(all, "change"), effects.join(", "))
}

/// Where a change is, or was: `api.yaml:12:3`, `api.yaml:12:3 before`.
fn place(change: &Change) -> String {
    match (&change.new, &change.old) {
        (Some(new), _) => format!("{}:{}:{}", new.file, new.range.start.line, new.range.start.column),
        (None, Some(old)) => format!("{}:{}:{} before", old.file, old.range.start.line, old.range.start.column),
        (None, None) => String::new(),
    }
}

/// How much a change weighs, in one word: what makes the API better weighs nothing.
const fn weight(change: &Change) -> &'static str {
    match change.effect {
        Effect::Stronger => "stronger",
        _ => change.level.as_str(),
    }
}

/// `path:line:column: level[id] message`, one line for each change.
fn concise(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    for change in &diff.changes {
        let (place, message) = (place(change), inert(&change.message).into_owned());
        writeln!(out, "{}: {}[{}] {message}", inert(&place), weight(change), change.id)?;
    }
    Ok(())
}

/// Operations that are named one by one.
const NAMED: usize = 5;

/// The operations of a change, the first ones by name, where the message does not name them.
fn operations(change: &Change, named: usize, name: impl Fn(&str) -> String) -> Option<String> {
    let titles = change.operation.iter().chain(&change.operations).map(|one| format!("{} {}", one.method, one.path));
    let unnamed = titles.filter(|title| !change.message.contains(title.as_str()));
    let shown: Vec<String> = unnamed.take(named).map(|title| name(&title)).collect();
    let more = change.operations_total.saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}
