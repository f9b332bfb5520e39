//! Baselines: the findings that were there already, so that only new ones count.
//!
//! The file is JSON with one finding a line, sorted by what does not change when lines move, so that its own changes
//! read well in a review. A finding is known again by the faults that it stands for: usually one, and many where it lists
//! what lacks something. Each has a name of its own, so that a list that grows counts again, and neither does one that
//! shrinks nor one that falls apart.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use apiward_model::describe_error;
use serde::{Deserialize, Serialize};

use crate::fingerprint::{Fault, Fingerprints, name_of};
use crate::report::{Finding, Report, Suppressed, SuppressedBy};
use crate::usage::UsageError;

/// The version of the file's format.
const VERSION: u32 = 2;
/// The version before: lists had no members, and roots were not told apart.
const WITHOUT_MEMBERS: u32 = 1;
/// How to come by one.
const HELP: &str = "write it with `apiward check --write-baseline FILE`";

/// Findings that are known.
#[derive(Debug, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
    /// Entries that hold whatever has their fingerprint, and lie in their file.
    by_fingerprint: HashMap<String, usize>,
    /// Entries by the names of the faults that they stand for.
    by_name: HashMap<u64, usize>,
    /// Why its findings do not count.
    reason: Option<String>,
}

/// A known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file, as reports show it.
    pub file: String,
    /// The lint's id.
    pub lint: String,
    /// JSON Pointer to the faulty element in its document.
    pub pointer: String,
    /// What was said of it.
    pub message: String,
    /// By which outputs know it again.
    pub fingerprint: String,
    /// The names of the faults that it stands for, where that is not the fingerprint's own; sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
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
        match written.apiward_baseline {
            VERSION => Ok(Self::of(written.findings, None)),
            WITHOUT_MEMBERS => Ok(Self::without_members(written.findings)),
            version => {
                let message =
                    format!("--baseline: `{shown}` is of version {version}, and this program knows version {VERSION}");
                Err(UsageError::new(message).help(HELP))
            }
        }
    }

    /// The findings of a report, which do not count for a reason.
    pub(crate) fn of_report(report: &Report, reason: String) -> Self {
        Self::of(entries(report), Some(reason))
    }

    fn of(entries: Vec<Entry>, reason: Option<String>) -> Self {
        let mut by_name = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            by_name.extend(entry.names().map(|name| (name, at)));
        }
        Self { entries, by_name, by_fingerprint: HashMap::new(), reason }
    }

    fn without_members(entries: Vec<Entry>) -> Self {
        let by_fingerprint = entries.iter().enumerate().map(|(at, entry)| (entry.fingerprint.clone(), at)).collect();
        Self { entries, by_fingerprint, ..Self::default() }
    }

    /// The findings in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Entry {
    fn new(finding: &Finding, names: &mut Names) -> Self {
        let mut members: Vec<String> = names.of(finding).into_iter().map(written).collect();
        members.sort_unstable();
        let own = name_of(&finding.fingerprint).map(written);
        if members.len() == 1 && members.first() == own.as_ref() {
            members.clear();
        }
        Self {
            file: finding.file.clone(),
            lint: finding.lint.to_owned(),
            pointer: finding.pointer.clone(),
            message: finding.message.to_string(),
            fingerprint: finding.fingerprint.clone(),
            members,
        }
    }

    fn names(&self) -> impl Iterator<Item = u64> {
        let own = if self.members.is_empty() { name_of(&self.fingerprint) } else { None };
        let members = self.members.iter().filter_map(|member| u64::from_str_radix(member, 16).ok());
        own.into_iter().chain(members)
    }
}

fn written(name: u64) -> String {
    format!("{name:016x}")
}

/// Gives out the names of what findings stand for, in their order.
#[derive(Debug, Default)]
struct Names(Fingerprints);

impl Names {
    fn of(&mut self, finding: &Finding) -> Vec<u64> {
        let own = [Fault::new(finding.lint, &finding.identity)];
        let faults = if finding.members.is_empty() { &own[..] } else { &finding.members };
        faults.iter().map(|fault| self.0.name(*fault, &finding.below)).collect()
    }
}

/// The findings of a run, held against a baseline one after the other.
pub(crate) struct Comparison<'b> {
    baseline: &'b Baseline,
    names: Names,
    met: HashSet<usize>,
}

impl<'b> Comparison<'b> {
    pub(crate) fn with(baseline: &'b Baseline) -> Self {
        Self { baseline, names: Names::default(), met: HashSet::new() }
    }

    /// Why a finding does not count, where all that it stands for is known. What tells that something was not read counts
    /// even where a file holds it.
    pub(crate) fn known(&mut self, finding: &Finding) -> Option<Suppressed> {
        let by_name = |name: &u64| self.baseline.by_name.get(name).copied();
        let of_old_version = self.baseline.by_fingerprint.get(&finding.fingerprint).copied();
        let first = Fingerprints::default().name(Fault::new(finding.lint, &finding.identity), &finding.below);
        // What authors suppress is in no baseline, and what is not is numbered without it.
        if finding.suppressed.is_some() || finding.tells_unread() {
            self.met.extend(of_old_version.or_else(|| by_name(&first)));
            return None;
        }
        // What was true of everything may have become a list of what is left.
        let whole = of_old_version.or_else(|| by_name(&first).filter(|_| !finding.members.is_empty()));
        let found: Vec<Option<usize>> = self.names.of(finding).iter().map(by_name).collect();
        self.met.extend(found.iter().flatten().copied().chain(whole));
        let is_known = whole.is_some() || found.iter().all(Option::is_some);
        let reason = self.baseline.reason.clone();
        is_known.then_some(Suppressed { by: SuppressedBy::Baseline, reason, expires: None })
    }

    /// The entries of which nothing was met, and that the run would have met.
    pub(crate) fn left(&self, would_meet: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let entries = self.baseline.entries().iter().enumerate();
        entries
            .filter(|(at, entry)| !self.met.contains(at) && would_meet(entry))
            .map(|(_, entry)| entry.clone())
            .collect()
    }
}

/// The findings of a report that a baseline holds: those that count, but for what was not read.
fn entries(report: &Report) -> Vec<Entry> {
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let mut names = Names::default();
    let mut entries: Vec<Entry> =
        counting.filter(|finding| !finding.tells_unread()).map(|finding| Entry::new(finding, &mut names)).collect();
    entries.sort();
    entries
}

/// Writes the findings of a report as a baseline, with entries that stay; gives the number of the former.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, kept: &[Entry], out: &mut dyn Write) -> io::Result<usize> {
    let mut entries = entries(report);
    let count = entries.len();
    entries.extend_from_slice(kept);
    entries.sort();
    write!(out, "{{\n  \"apiward_baseline\": {VERSION},\n  \"findings\": [")?;
    for (at, entry) in entries.iter().enumerate() {
        let line = serde_json::to_string(entry)?;
        write!(out, "{}\n    {line}", if at == 0 { "" } else { "," })?;
    }
    writeln!(out, "{}]\n}}", if entries.is_empty() { "" } else { "\n  " })?;
    Ok(count)
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
        write(report, &[], &mut out).unwrap();
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
        let mut comparison = Comparison::with(&baseline);
        assert!(report.findings.iter().all(|finding| comparison.known(finding).is_some()));
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
            members: Vec::new(),
        };
        let entries: Vec<Entry> = report.findings.iter().map(entry).collect();
        for baseline in [Baseline::of(entries.clone(), None), Baseline::without_members(entries)] {
            let mut comparison = Comparison::with(&baseline);
            assert!(report.findings.iter().all(|finding| comparison.known(finding).is_none()));
            assert_eq!(comparison.met.len(), 3);
        }
    }

    #[test]
    fn an_empty_one_is_one() {
        let text = written(&report(&[]));
        assert_eq!(text, "{\n  \"apiward_baseline\": 2,\n  \"findings\": []\n}\n");
        assert!(read(&text).unwrap().entries().is_empty());
    }

    #[test]
    fn other_files_are_refused_with_a_place() {
        let message = |text: &str| read(text).unwrap_err().message;
        assert!(message("{\n  \"findings\": 1\n}").contains("line 2 column"), "{}", message("{\n  \"findings\": 1\n}"));
        assert!(message("openapi: 3.0.3").contains("is no baseline: expected value at line 1 column 1"));
        assert!(message(r#"{"apiward_baseline": 3, "findings": []}"#).contains("is of version 3"));
    }
}
