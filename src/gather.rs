//! One report from what the inputs brought: what several descriptions share is said once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use apiward_lints::framework::level::Profile;
use apiward_model::relative;

use crate::baseline::{Baseline, Comparison, Entry};
use crate::check::{Checked, Settings};
use crate::config::{failed, idle};
use crate::discover::Found;
use crate::examine::{Examined, NO_KEY};
use crate::fingerprint::Fault;
use crate::report::{FileEntry, Finding, LIST_LIMIT, NOT_CHECKED, Related, Report, Status};
use crate::roots::{common_ancestor, repository_of};
use crate::source::Sources;
use crate::statistics::{Spent, Statistics};

/// Puts the parts together, which must be in a fixed order.
pub(crate) fn gather(mut parts: Vec<Examined>, settings: &Settings, found: &Found, shown: ShownFrom) -> Checked {
    let searched = &found.searched;
    if let Some(known_from) = &settings.known_from {
        for part in &mut parts {
            part.is_known_from(known_from);
        }
    }
    let top = shown_from(&parts, shown);
    for part in &mut parts {
        part.show_from(top.as_deref());
    }
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
    let mut comparison = settings.baseline.as_ref().map(Comparison::with);
    let known = |finding: &Finding| comparison.as_mut()?.known(finding);
    let report = Report::new(profile.as_str(), files, findings, settings.show_suppressed, known);
    let report = Report { statistics, ..report };
    skipped_files.extend(found.excluded.iter().map(|(root, path)| {
        let prefix = top.as_ref().map(|top| below(root, top)).unwrap_or_default();
        (format!("{prefix}{path}"), "it is excluded".to_owned())
    }));
    skipped_files.sort();
    unrecognized.sort();
    let descriptions: HashSet<&str> =
        report.files.iter().filter(|file| file.status != Status::Skipped).map(|file| file.path.as_str()).collect();
    let would_meet = |entry: &Entry| {
        let looked_at = descriptions.contains(entry.file.as_str()) || fragments.contains(&entry.file);
        (looked_at || is_gone(entry, top.as_deref(), searched)) && settings.runs(&entry.lint)
    };
    let rewritten = settings.rewritten.as_ref().map(Baseline::entries).unwrap_or_default();
    let kept = rewritten.iter().filter(|entry| !would_meet(entry)).cloned().collect();
    let fixed = comparison.map(|comparison| comparison.left(would_meet)).unwrap_or_default();
    let fragments = fragments.iter().filter(|path| !descriptions.contains(path.as_str())).count();
    let mut checked = Checked {
        report,
        fail_on: settings.fail_on,
        operations,
        declared,
        sources,
        fragments,
        skipped,
        skipped_files,
        unrecognized,
        custom: Vec::new(),
        fixed,
        kept,
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

/// True when the file of an entry would have been found, and is there no longer.
fn is_gone(entry: &Entry, top: Option<&Path>, searched: &[PathBuf]) -> bool {
    let Some(place) = top.map(|top| top.join(&entry.file)) else { return false };
    searched.iter().any(|folder| place.starts_with(folder)) && !place.exists()
}

/// What paths are shown relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownFrom {
    /// The root of each part. Where files of two roots have equal paths, the folder that holds the roots.
    Root,
    /// The top of the repository, where forges and editors look for them; of several, the folder that holds them.
    Repository,
}

/// The folder that paths are shown relative to; none where that is the root of each part.
fn shown_from(parts: &[Examined], shown: ShownFrom) -> Option<PathBuf> {
    match shown {
        ShownFrom::Root if !clash(parts) => None,
        ShownFrom::Root => common_ancestor(parts.iter().map(|part| part.root.as_path())),
        ShownFrom::Repository => {
            let roots: BTreeSet<&Path> = parts.iter().map(|part| part.root.as_path()).collect();
            common_ancestor(roots.into_iter().map(|root| repository_of(root).unwrap_or(root)))
        }
    }
}

/// True when files of two roots have equal paths. What was passed over does not count: each root may have an
/// `apiward.yaml`.
fn clash(parts: &[Examined]) -> bool {
    let mut holders: HashMap<&str, &Path> = HashMap::new();
    parts.iter().filter(|part| part.skipped.is_none()).any(|part| {
        let mut paths = std::iter::once(&part.path).chain(&part.fragments);
        paths.any(|path| *holders.entry(path).or_insert(&part.root) != part.root)
    })
}

/// The path from a folder to one in it, with what stands in front of paths in the latter.
fn below(folder: &Path, top: &Path) -> String {
    if folder == top { String::new() } else { format!("{}/", relative(folder, top)) }
}

impl Examined {
    /// Has findings known again by where their root lies in the repository or, without one, below a folder.
    fn is_known_from(&mut self, folder: &Path) {
        self.below = below(&self.root, repository_of(&self.root).unwrap_or(folder));
        let of_suppressions = self.suppressions.iter_mut().map(|(finding, _)| finding);
        for finding in self.findings.iter_mut().chain(of_suppressions) {
            finding.below.clone_from(&self.below);
        }
    }

    fn show_from(&mut self, top: Option<&Path>) {
        let Some(top) = top else { return };
        top.clone_into(&mut self.shown_from);
        let prefix = below(&self.root, top);
        if !prefix.is_empty() {
            self.each_path(|path| path.insert_str(0, &prefix));
        }
    }

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
        if !other.members.is_empty() {
            let known: HashSet<Fault> = merged.members.iter().copied().collect();
            merged.members.extend(other.members.into_iter().filter(|member| !known.contains(member)));
        }
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
