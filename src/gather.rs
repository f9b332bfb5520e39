//! One report from what the inputs brought: what several descriptions share is said once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use apiward_lints::framework::level::Profile;
use apiward_model::relative;

use crate::baseline::{Baseline, Entry};
use crate::check::{Checked, Settings};
use crate::config::{failed, idle};
use crate::examine::{Examined, NO_KEY};
use crate::report::{FileEntry, Finding, LIST_LIMIT, NOT_CHECKED, Related, Report, Status, Suppressed, SuppressedBy};
use crate::roots::common_ancestor;
use crate::source::Sources;
use crate::statistics::{Spent, Statistics};

/// Puts the parts together, which must be in a fixed order.
pub(crate) fn gather(mut parts: Vec<Examined>, settings: &Settings, searched: &[PathBuf]) -> Checked {
    tell_apart(&mut parts);
    let fragments: BTreeSet<String> = parts.iter().flat_map(|part| part.fragments.iter().cloned()).collect();
    let (mut files, mut unrecognized) = (Vec::new(), Vec::new());
    let (mut operations, mut declared) = (Vec::new(), Vec::new());
    let (mut skipped, mut skipped_files) = (BTreeMap::new(), Vec::new());
    let (mut merger, mut sources) = (Merger::default(), Sources::default());
    let mut spent = Spent::default();
    let mut idle = idle_suppressions(&mut parts, searched);
    let mut of_configs = idle::findings(&parts, settings, searched);
    of_configs.extend(failed::findings(&parts));
    let profile = one_profile(&parts, settings);
    for (at, part) in parts.into_iter().enumerate() {
        spent.add(&part.spent);
        // Files in which no key of a description occurs have no entry.
        let reason_of = part.files.last().and_then(|entry| entry.reason.clone());
        // What a description refers to was read with it.
        files.extend(
            part.files.into_iter().filter(|file| !(file.status == Status::Skipped && fragments.contains(&file.path))),
        );
        operations.extend(part.operations);
        declared.extend(part.declared);
        for finding in part.findings.into_iter().filter(|finding| is_wanted(finding, settings)) {
            merger.add(at, finding);
        }
        for text in part.texts {
            sources.add(&text.path, &text.source, &text.secrets);
        }
        if let Some(reason) = part.skipped.filter(|_| !fragments.contains(&part.path)) {
            *skipped.entry(reason).or_default() += 1;
            skipped_files.push((part.path.clone(), reason_of.unwrap_or_else(|| NO_KEY.to_owned())));
        }
        unrecognized.extend(part.unrecognized.map(|reason| (part.path, reason)));
    }
    for (finding, text) in of_configs {
        sources.add(&finding.file, &text, &[]);
        idle.push(finding);
    }
    for finding in idle.into_iter().filter(|finding| is_wanted(finding, settings)) {
        merger.add(usize::MAX, finding);
    }
    let files = each_document_once(files);
    let findings: Vec<Finding> = merger.findings.into_iter().map(|merged| merged.finding).collect();
    let statistics = settings.statistics.then(|| Statistics::new(&findings, &spent));
    let mut met = HashSet::new();
    let known = |finding: &Finding| {
        let baseline = settings.baseline.as_ref()?;
        met.insert(baseline.position(finding)?);
        if !baseline.accepts(finding) {
            return None;
        }
        let reason = baseline.reason().map(str::to_owned);
        Some(Suppressed { by: SuppressedBy::Baseline, reason, expires: None })
    };
    let report = Report::new(profile.as_str(), files, findings, settings.show_suppressed, known);
    let report = Report { statistics, ..report };
    skipped_files.sort();
    unrecognized.sort();
    let descriptions: HashSet<&str> =
        report.files.iter().filter(|file| file.status != Status::Skipped).map(|file| file.path.as_str()).collect();
    let fixed = fixed(settings, &met, |path| descriptions.contains(path) || fragments.contains(path));
    let fragments = fragments.iter().filter(|path| !descriptions.contains(path.as_str())).count();
    let mut checked = Checked {
        report,
        operations,
        declared,
        sources,
        fragments,
        skipped,
        skipped_files,
        unrecognized,
        custom: Vec::new(),
        fixed,
    };
    checked.report.outcome.named_unrecognized = !checked.unrecognized.is_empty();
    checked.report.outcome.nothing_found = checked.is_nothing() && !settings.ignore_unrecognized;
    checked
}

/// True when the command line asks for a finding. What tells that something was not read is left out only by name, and
/// never what ended the check.
fn is_wanted(finding: &Finding, settings: &Settings) -> bool {
    let declined = settings.selection.declines(finding.lint);
    NOT_CHECKED.contains(&finding.lint)
        || settings.selection.includes(finding.lint)
        || (finding.tells_unread() && !declined)
}

/// The profile of the report: the one that was asked for or, where all files have the same, that of the configuration.
fn one_profile(parts: &[Examined], settings: &Settings) -> Profile {
    let mut profiles = parts.iter().filter_map(|part| part.profile);
    let first = profiles.next().filter(|_| !settings.profile_given);
    first.filter(|first| profiles.all(|profile| profile == *first)).unwrap_or(settings.profile)
}

/// What is said of suppressions that no description needs. One in a file that descriptions share is judged only when
/// the whole root was searched: else the description that needs it may not have been looked at.
fn idle_suppressions(parts: &mut [Examined], searched: &[PathBuf]) -> Vec<Finding> {
    let place = |finding: &Finding| (finding.file.clone(), finding.range, finding.message.clone());
    let (mut used, mut idle) = (HashSet::new(), Vec::new());
    for part in parts {
        let whole = searched.iter().any(|folder| part.root.starts_with(folder));
        for (finding, is_used) in std::mem::take(&mut part.suppressions) {
            if is_used {
                used.insert(place(&finding));
            } else if whole || finding.file == part.path || finding.lint != "suppression/unused" {
                idle.push(finding);
            }
        }
    }
    idle.retain(|finding| !used.contains(&place(finding)));
    idle
}

/// The findings of the baseline that this run would have met and has not: they are mended.
fn fixed(settings: &Settings, met: &HashSet<usize>, looked_at: impl Fn(&str) -> bool) -> Vec<Entry> {
    let entries = settings.baseline.as_ref().map(Baseline::entries).unwrap_or_default();
    let would_meet = |entry: &Entry| looked_at(&entry.file) && settings.runs(&entry.lint);
    let left = entries.iter().enumerate().filter(|(at, entry)| !met.contains(at) && would_meet(entry));
    left.map(|(_, entry)| entry.clone()).collect()
}

/// Paths are relative to the root of each part. Where files of two roots have equal ones, all become relative to the
/// folder that holds the roots. What was passed over does not count: each root may have an `apiward.yaml`.
fn tell_apart(parts: &mut [Examined]) {
    let mut holders: HashMap<&str, &Path> = HashMap::new();
    let shown = parts.iter().filter(|part| part.skipped.is_none());
    let clash = shown.into_iter().any(|part| {
        let mut paths = std::iter::once(&part.path).chain(&part.fragments);
        paths.any(|path| *holders.entry(path).or_insert(&part.root) != part.root)
    });
    if !clash {
        return;
    }
    let Some(common) = common_ancestor(parts.iter().map(|part| part.root.as_path())) else { return };
    for part in parts {
        let prefix = relative(&part.root, &common);
        if prefix != "." {
            part.each_path(|path| *path = format!("{prefix}/{path}"));
        }
    }
}

impl Examined {
    fn each_path(&mut self, change: impl Fn(&mut String)) {
        change(&mut self.path);
        self.fragments.iter_mut().for_each(&change);
        self.files.iter_mut().for_each(|file| change(&mut file.path));
        self.operations.iter_mut().for_each(|entry| change(&mut entry.file));
        self.declared.iter_mut().for_each(|declared| change(&mut declared.file));
        self.texts.iter_mut().for_each(|text| change(&mut text.path));
        for finding in self.findings.iter_mut().chain(self.suppressions.iter_mut().map(|(finding, _)| finding)) {
            change(&mut finding.file);
            finding.related.iter_mut().for_each(|related| change(&mut related.file));
            finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| change(&mut edit.file));
            finding.affected.iter_mut().for_each(|affected| change(&mut affected.file));
        }
    }
}

/// A file that is passed over for itself may be one that a description refers to and that does not parse.
fn each_document_once(mut files: Vec<FileEntry>) -> Vec<FileEntry> {
    let rank = |status: Status| match status {
        Status::Failed => 0,
        Status::Checked => 1,
        Status::Skipped => 2,
    };
    files.sort_by(|a, b| (&a.path, a.document, rank(a.status)).cmp(&(&b.path, b.document, rank(b.status))));
    files.dedup_by(|later, first| later.path == first.path && later.document == first.document);
    files
}

/// What makes two findings one.
type Key<'f> = (&'f str, &'static str, usize, &'f str, u32, u32, bool);

fn key(finding: &Finding) -> Key<'_> {
    let (start, end) = (finding.range.start.offset, finding.range.end.offset);
    let suppressed = finding.suppressed.is_some();
    (&finding.file, finding.lint, finding.document, &finding.pointer, start, end, suppressed)
}

struct Merged {
    finding: Finding,
    /// The parts that made it.
    parts: Vec<usize>,
}

/// Makes one of equal findings of several parts: a file that several descriptions share is reported once.
#[derive(Default)]
struct Merger {
    findings: Vec<Merged>,
    /// Positions of findings, by the hash of their key: the texts of a hundred thousand keys are not held twice.
    known: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

impl Merger {
    fn add(&mut self, part: usize, finding: Finding) {
        let known = self.known.entry(self.hasher.hash_one(key(&finding))).or_default();
        let alike = known.iter().filter(|at| key(&self.findings[**at].finding) == key(&finding));
        // One part may have several findings at one place; they differ in what they say.
        let same = |at: &&usize| self.findings[**at].finding.message == finding.message;
        let of_others = |at: &&usize| !self.findings[**at].parts.contains(&part);
        if let Some(&at) = alike.clone().find(same).or_else(|| alike.clone().find(of_others)) {
            self.findings[at].unite(part, finding);
        } else {
            known.push(self.findings.len());
            self.findings.push(Merged { finding, parts: vec![part] });
        }
    }
}

impl Merged {
    fn unite(&mut self, part: usize, mut other: Finding) {
        let merged = &mut self.finding;
        merged.level = merged.level.max(other.level);
        if merged.operation != other.operation {
            for finding in [&mut *merged, &mut other] {
                let single = finding.operation.take();
                finding.operations_total += usize::from(single.is_some());
                finding.operations.extend(single);
            }
        }
        merged.affected.append(&mut other.affected);
        if !self.parts.contains(&part) {
            merged.operations_total += other.operations_total;
            merged.operations.append(&mut other.operations);
            merged.operations.truncate(LIST_LIMIT);
            self.parts.push(part);
        }
        unite_related(merged, other.related, other.related_total);
    }
}

fn unite_related(merged: &mut Finding, others: Vec<Related>, total: usize) {
    let all = merged.related_total.max(merged.related.len());
    let new: Vec<Related> = others.into_iter().filter(|other| !merged.related.contains(other)).collect();
    merged.related_total = total.max(all + new.len());
    merged.related.extend(new);
}
