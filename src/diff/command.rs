//! The command, from its arguments to its exit status.

use std::path::Path;

use apiward_lints::framework::level::{Level, Profile};

use super::kinds::Kind;
use super::pairs::{Outcome, Reading, Shown, compare_all};
use super::sides::{Source, sides};
use super::{Change, Diff, Effect, SCHEMA_VERSION, Side, Summary, render};
use crate::check::Settings;
use crate::cli::{Color, DiffArgs, DiffFormat};
use crate::commands::{style, tell_not_checked};
use crate::inventory::Entry;
use crate::output::{to_file, to_stdout};
use crate::report::{FailOn, LIST_LIMIT, NOT_CHECKED, Tool};
use crate::source::Sources;
use crate::usage::{UsageError, complain, tell_line};

/// What there is to show.
pub(super) struct Compared {
    pub(super) diff: Diff,
    /// The texts of both versions.
    pub(super) sources: [Sources; 2],
    /// The operations of the new version, where they are shown.
    pub(super) operations: Vec<Entry>,
}

/// `apiward diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> Result<u8, UsageError> {
    let mut repository = None;
    let [old, new] = sides(args, &mut repository)?;
    let settings = Settings { lint: false, ..Settings::new(Profile::Strict) };
    let (before, after) = rayon::join(|| Reading::new(&old, &settings), || Reading::new(&new, &settings));
    let operations = args.format == DiffFormat::Html;
    let shown = Shown { sources: operations || args.format == DiffFormat::Pretty, operations };
    let mut outcome = compare_all(&before, &after, shown);
    outcome.add_faults_of_files([&before, &after]);
    let status = tell_unread(args, [(&old, &before), (&new, &after)], &outcome);
    let complete = status == 0 && outcome.faults.iter().all(Vec::is_empty);
    let compared = Compared::new([(&old, before), (&new, after)], outcome, complete);
    write(args, color, &compared)?;
    Ok(status.max(u8::from(compared.diff.fails(args.fail_on))))
}

impl Compared {
    fn new(sides: [(&Source<'_>, Reading<'_>); 2], outcome: Outcome, complete: bool) -> Self {
        let mut changes = outcome.changes;
        changes.sort_by(|a, b| a.order().cmp(&b.order()));
        changes.dedup_by(|later, first| first.is_same(later).then(|| first.unite(later)).is_some());
        let [old, new] = sides;
        let side = |(source, reading): (&Source<'_>, Reading<'_>), at: usize| {
            let mut files = reading.checked.report.files;
            for file in &mut files {
                file.operations = outcome.counts[at].get(&(file.path.clone(), file.document)).copied().unwrap_or(0);
            }
            Side { name: source.name.clone(), files }
        };
        let diff = Diff {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool::default(),
            old: side(old, 0),
            new: side(new, 1),
            summary: Summary::of(&changes, complete),
            changes,
        };
        Self { diff, sources: outcome.sources, operations: outcome.operations }
    }
}

impl Diff {
    /// What makes the API better never fails.
    fn fails(&self, fail_on: FailOn) -> bool {
        self.changes.iter().any(|change| change.effect != Effect::Stronger && fail_on.includes(change.level))
    }
}

/// The position of the new version among both.
const NEW: usize = 1;

/// Says what could not be compared, and gives the exit status that follows.
fn tell_unread(args: &DiffArgs, sides: [(&Source<'_>, &Reading<'_>); 2], outcome: &Outcome) -> u8 {
    let mut status = 0;
    let mut met = false;
    for (at, (source, reading)) in sides.iter().enumerate() {
        let checked = &reading.checked;
        tell_not_checked(checked);
        // Where a description is new or gone, the other version has none.
        met |= !checked.is_nothing();
        if checked.report.outcome.named_unrecognized {
            for (path, reason) in &checked.unrecognized {
                let help = "compare OpenAPI or AsyncAPI descriptions";
                complain("error", &format!("`{path}` is no API description: {reason}"), Some(help));
            }
        }
        let unread = checked.report.findings.iter().any(|finding| NOT_CHECKED.contains(&finding.lint));
        status = status.max(if unread || checked.report.outcome.named_unrecognized { 2 } else { 0 });
        for fault in &outcome.faults[at] {
            let (line, name) = (fault.range.start.line, &source.name);
            let of = if fault.file == *name { String::new() } else { format!(" ({name})") };
            let place = format!("{}:{line}{of}", fault.file);
            // What the old version leaves open can no longer be mended there.
            let counts = at == NEW && fault.tells_unread() && fault.suppressed.is_none();
            let is_error = counts || NOT_CHECKED.contains(&fault.lint);
            if is_error {
                status = 2;
            }
            if is_error || !args.quiet {
                let kind = if is_error { "error" } else { "note" };
                complain(kind, &format!("{place}: what is behind this is not compared: {}", fault.message), None);
            }
        }
    }
    if !met && status == 0 {
        let names = sides.map(|(source, _)| format!("`{}`", source.name)).join(" nor in ");
        let help = "API descriptions are .yaml, .yml or .json files with an `openapi`, `swagger` or `asyncapi` key at \
                    the top level";
        complain("error", &format!("no API description found in {names}"), Some(help));
        return 2;
    }
    status
}

fn write(args: &DiffArgs, color: Color, compared: &Compared) -> Result<(), UsageError> {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let style = style(color, file.is_some(), !args.quiet);
    let write = |out: &mut dyn std::io::Write| render::write(args.format, compared, style, out);
    match file {
        Some(path) => to_file("--output", path, write)?,
        None => to_stdout(write)?,
    }
    let told = args.format == DiffFormat::Pretty && file.is_none();
    if !told && !args.quiet {
        tell_line(&render::summary_line(&compared.diff));
    }
    Ok(())
}

impl Change {
    /// A change of a kind, which concerns no operation.
    pub(super) fn of(kind: &Kind, message: String) -> Self {
        Self {
            id: kind.id.to_owned(),
            effect: kind.effect,
            level: kind.level,
            message,
            old: None,
            new: None,
            operation: None,
            operations: Vec::new(),
            operations_total: 0,
            owasp: kind.owasp.iter().map(ToString::to_string).collect(),
            cwe: kind.cwe.iter().map(ToString::to_string).collect(),
            affected: Vec::new(),
        }
    }

    /// What descriptions share changes for all of them.
    fn is_same(&self, other: &Self) -> bool {
        (&self.id, self.level, &self.message, &self.old, &self.new)
            == (&other.id, other.level, &other.message, &other.old, &other.new)
    }

    fn unite(&mut self, other: &mut Self) {
        let new = |one: &Self| one.operations_total.max(usize::from(one.operation.is_some()));
        self.operations_total = new(self) + new(other);
        self.operations.extend(self.operation.take());
        self.operations.extend(other.operation.take());
        self.operations.append(&mut other.operations);
        self.operations.sort();
        self.operations.truncate(LIST_LIMIT);
        self.affected.append(&mut other.affected);
    }

    /// Weaker first, errors first, then by place.
    pub(super) fn order(&self) -> impl Ord + '_ {
        let level = std::cmp::Reverse::<Level>(self.level);
        let place = self.new.as_ref().or(self.old.as_ref());
        let place = place.map(|place| (&place.file, place.document, place.range));
        (self.effect, level, place, &self.id, &self.message)
    }
}
