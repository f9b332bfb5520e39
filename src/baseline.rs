//! Baselines: the findings that were there already, so that only new ones count.
//!
//! The file is JSON with one finding a line, sorted by what does not change when lines move, so that its own changes
//! read well in a review. A finding is known again by its fingerprint.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use apiward_model::describe_error;
use serde::{Deserialize, Serialize};

use crate::report::{Finding, Report};
use crate::usage::UsageError;

/// The version of the file's format.
const VERSION: u32 = 1;
/// How to come by one.
const HELP: &str = "write it with `apiward check --write-baseline FILE`";

/// Findings that are known.
#[derive(Debug, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
    by_fingerprint: HashMap<String, usize>,
    /// Why its findings do not count.
    reason: Option<String>,
}

/// A known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// The lint's id.
    pub lint: String,
    /// JSON Pointer to the faulty element in its document.
    pub pointer: String,
    /// What was said of it.
    pub message: String,
    /// By which it is known again.
    pub fingerprint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    apiward_baseline: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// Reads a file that [`write`] has written.
    ///
    /// # Errors
    /// When it cannot be read, or is no baseline; the message names line and column.
    pub fn read(path: &Path) -> Result<Self, UsageError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            UsageError::new(format!("--baseline: cannot read `{shown}`: {}", describe_error(&error))).help(HELP)
        })?;
        Self::parse(&text, &shown)
    }

    /// Reads the text of a file, which messages name as `shown`.
    ///
    /// # Errors
    /// When it is no baseline; the message names line and column.
    pub fn parse(text: &str, shown: &str) -> Result<Self, UsageError> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| UsageError::new(format!("--baseline: `{shown}` is no baseline: {error}")).help(HELP))?;
        if written.apiward_baseline != VERSION {
            let message = format!(
                "--baseline: `{shown}` is of version {}, and this program knows version {VERSION}",
                written.apiward_baseline
            );
            return Err(UsageError::new(message).help(HELP));
        }
        Ok(Self::of(written.findings, None))
    }

    /// The findings of a report, which do not count for a reason.
    pub(crate) fn of_report(report: &Report, reason: String) -> Self {
        Self::of(entries(report), Some(reason))
    }

    fn of(entries: Vec<Entry>, reason: Option<String>) -> Self {
        let by_fingerprint = entries.iter().enumerate().map(|(at, entry)| (entry.fingerprint.clone(), at)).collect();
        Self { entries, by_fingerprint, reason }
    }

    /// Why its findings do not count, if it says so.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The position of a finding that is known.
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        self.by_fingerprint.get(&finding.fingerprint).copied()
    }

    /// True when a finding does not count. What tells that something was not read does, even where a file holds it.
    pub fn accepts(&self, finding: &Finding) -> bool {
        !finding.tells_unread() && self.position(finding).is_some()
    }

    /// The findings in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// The findings of a report that a baseline holds: those that count, but for what was not read.
fn entries(report: &Report) -> Vec<Entry> {
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let mut entries: Vec<Entry> = counting
        .filter(|finding| !finding.tells_unread())
        .map(|finding| Entry {
            file: finding.file.clone(),
            lint: finding.lint.to_owned(),
            pointer: finding.pointer.clone(),
            message: finding.message.to_string(),
            fingerprint: finding.fingerprint.clone(),
        })
        .collect();
    entries.sort();
    entries
}

/// Writes the findings of a report as a baseline; gives their number.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<usize> {
    let entries = entries(report);
    write!(out, "{{\n  \"apiward_baseline\": {VERSION},\n  \"findings\": [")?;
    for (at, entry) in entries.iter().enumerate() {
        let line = serde_json::to_string(entry)?;
        write!(out, "{}\n    {line}", if at == 0 { "" } else { "," })?;
    }
    writeln!(out, "{}]\n}}", if entries.is_empty() { "" } else { "\n  " })?;
    Ok(entries.len())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::convert::fault;
    use crate::report::Range;

    fn report(lints: &[&'static str]) -> Report {
        let findings = lints.iter().map(|lint| fault(lint, "a.yaml", Range::START, format!("of {lint}")));
        Report::new("recommended", Vec::new(), findings.collect(), true, |_| None)
    }

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn read(text: &str) -> Result<Baseline, UsageError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        std::fs::write(&path, text).unwrap();
        Baseline::read(&path)
    }

    #[test]
    fn what_is_written_is_read_and_known_again() {
        let lints = ["suppression/expired", "document/duplicate-key", "suppression/unused"];
        let report = report(&lints);
        let text = written(&report);
        assert_eq!(text.lines().count(), 8, "{text}");
        let baseline = read(&text).unwrap();
        assert!(report.findings.iter().all(|finding| baseline.accepts(finding)));
    }

    #[test]
    fn what_tells_that_something_was_not_read_is_never_accepted() {
        let report = report(&["document/unresolved-reference", "document/unexpected-type", "document/unreadable"]);
        assert!(read(&written(&report)).unwrap().entries().is_empty());
        // Written by hand, or by a version that accepted it.
        let entry = |finding: &Finding| Entry {
            file: finding.file.clone(),
            lint: finding.lint.to_owned(),
            pointer: String::new(),
            message: String::new(),
            fingerprint: finding.fingerprint.clone(),
        };
        let baseline = Baseline::of(report.findings.iter().map(entry).collect(), None);
        for finding in &report.findings {
            assert!(baseline.position(finding).is_some() && !baseline.accepts(finding), "{}", finding.lint);
        }
    }

    #[test]
    fn an_empty_one_is_one() {
        let text = written(&report(&[]));
        assert_eq!(text, "{\n  \"apiward_baseline\": 1,\n  \"findings\": []\n}\n");
        assert!(read(&text).unwrap().entries().is_empty());
    }

    #[test]
    fn other_files_are_refused_with_a_place() {
        let message = |text: &str| read(text).unwrap_err().message;
        assert!(message("{\n  \"findings\": 1\n}").contains("line 2 column"), "{}", message("{\n  \"findings\": 1\n}"));
        assert!(message("openapi: 3.0.3").contains("is no baseline: expected value at line 1 column 1"));
        assert!(message(r#"{"apiward_baseline": 2, "findings": []}"#).contains("is of version 2"));
    }
}
