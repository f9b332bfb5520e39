//! The output formats: each turns one report into text.

mod concise;
pub(crate) mod excerpt;
pub(crate) mod github;
mod gitlab;
mod inert;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod pretty;
mod rdjson;
pub(crate) mod sarif;
mod xml;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, Write};

use clap::ValueEnum;

use crate::check::{Checked, SkipReason};
use crate::html;
use crate::report::Status;
use crate::statistics;

pub(crate) use self::json::pretty as json_text;
pub(crate) use self::markdown::plain as markdown_text;
pub use inert::inert;
pub(crate) use inert::{begins_command, is_active, opens_command};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The text around each finding, marked, with advice
    Pretty,
    /// One line for each finding
    Concise,
    /// One JSON object; its schema is part of the documentation
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub workflows
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// `JUnit` XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// The diagnostic format of reviewdog
    Rdjson,
    /// Markdown, for job summaries and comments
    Markdown,
    /// One page with the operations and the findings, for reviews
    Html,
}

impl Format {
    /// As the command line calls it.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Use the colours of ANSI terminals.
    pub color: bool,
    /// Draw with characters beyond ASCII.
    pub unicode: bool,
    /// Columns of a line.
    pub width: usize,
    /// End with a summary, where the format has one.
    pub summary: bool,
}

/// Writes the report of a run.
///
/// # Errors
/// What the writer says.
pub fn render(format: Format, checked: &Checked, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match (format, &checked.report.statistics) {
        (Format::Pretty | Format::Concise, Some(table)) => statistics::write(table, out),
        (Format::Pretty, None) => pretty::write(checked, style, out),
        (Format::Concise, None) => concise::write(&checked.report, out),
        (Format::Json, _) => json::write(&checked.report, out),
        (Format::Sarif, _) => sarif::write(checked, out),
        (Format::Github, _) => github::write(&checked.report, out),
        (Format::Gitlab, _) => gitlab::write(&checked.report, out),
        (Format::Junit, _) => xml::junit(checked, out),
        (Format::Checkstyle, _) => xml::checkstyle(checked, out),
        (Format::Rdjson, _) => rdjson::write(checked, out),
        (Format::Markdown, _) => markdown::write(checked, out),
        (Format::Html, _) => html::check(checked, out),
    }
}

/// What was checked, found and passed over, on one line without its end.
pub fn summary_line(checked: &Checked) -> String {
    let report = &checked.report;
    let paths = |status: Status| {
        let of_status = report.files.iter().filter(|file| file.status == status);
        of_status.map(|file| file.path.as_str()).collect::<BTreeSet<_>>().len()
    };
    let operations = count(report.operations(), "operation");
    let summary = &report.summary;
    let levels = [(summary.error, "error"), (summary.warning, "warning"), (summary.info, "info")];
    let levels: Vec<String> = levels.iter().filter(|level| level.0 > 0).map(|level| count(level.0, level.1)).collect();
    let levels = if levels.is_empty() { "no findings".to_owned() } else { levels.join(", ") };
    let checked_files = files(paths(Status::Checked));
    let shared = match checked.fragments {
        0 => String::new(),
        number => format!(" (and {} they refer to)", files(number)),
    };
    let nothing = paths(Status::Checked) == 0;
    let mut parts = match (nothing, summary.total()) {
        (true, 0) => vec!["nothing was checked".to_owned()],
        (true, _) => vec![format!("nothing was checked: {levels}")],
        _ => vec![format!("checked {checked_files} with {operations}{shared}: {levels}")],
    };
    if summary.suppressed > 0 {
        parts.push(format!("{} suppressed", count(summary.suppressed, "finding")));
    }
    let lost = [
        (paths(Status::Failed), "could not be checked"),
        (skipped(checked, SkipReason::NoDescription), "skipped: no API description"),
        (skipped(checked, SkipReason::NoPart), "skipped: no API description, nor referred to by one"),
        (skipped(checked, SkipReason::DoesNotParse), "skipped: neither valid YAML nor valid JSON"),
    ];
    let lost = lost.iter().filter(|(number, _)| *number > 0);
    parts.extend(scores(checked));
    parts.extend(lost.map(|(number, what)| format!("{} {what}", files(*number))));
    parts.join("; ")
}

/// The score, or the lowest of several.
fn scores(checked: &Checked) -> Option<String> {
    let scores = checked.report.files.iter().filter_map(|file| Some((file, file.score.as_ref()?)));
    let (file, lowest) = scores.clone().min_by_key(|(_, score)| score.value)?;
    let shown = format!("{} ({})", lowest.value, lowest.grade);
    Some(if scores.count() == 1 { format!("score {shown}") } else { format!("lowest score {shown}, of {}", file.path) })
}

fn skipped(checked: &Checked, reason: SkipReason) -> usize {
    checked.skipped.get(&reason).copied().unwrap_or_default()
}

fn files(number: usize) -> String {
    count(number, "file")
}

/// A number and what it counts: `1 file`, `2 files`.
pub(crate) fn count(number: usize, what: &str) -> String {
    // "info" has no plural.
    let plural = if number == 1 || what == "info" { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// A whole number as people read large ones: `20,000,000`.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
