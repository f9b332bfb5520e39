//! `--format gitlab`: a Code Quality report, which GitLab shows in merge requests.

use std::io::{self, Write};

use apiward_lints::framework::level::Level;
use serde::Serialize;

use super::json::pretty;
use crate::report::Report;

#[derive(Serialize)]
struct Entry<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let entries: Vec<Entry<'_>> = counting
        .map(|finding| Entry {
            description: format!("{}: {}", finding.lint, finding.message),
            check_name: finding.lint,
            fingerprint: &finding.fingerprint,
            severity: match finding.level {
                Level::Error => "critical",
                Level::Warning => "major",
                Level::Info => "info",
            },
            location: Location { path: &finding.file, lines: Lines { begin: finding.range.start.line } },
        })
        .collect();
    pretty(&entries, out)?;
    writeln!(out)
}
