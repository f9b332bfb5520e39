//! `--fix`: applies the fixes of findings, checks what came of it, and keeps what mends and does not harm.
//!
//! All happens in memory. A round takes fixes that do not meet, changes the texts, reads them again, holds the values
//! against what was meant, and has everything checked again: the findings must be gone and no other may have come. In files
//! where that fails fewer fixes are tried at once, down to a single one, which is then given up. Files are written last.

mod diff;
mod intent;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use apiward_model::read_regular_file;
use apiward_syntax::{Limits, Source, parse_bytes};

use crate::check::{Checked, Settings, check};
use crate::discover::Found;
use crate::output::over;
use crate::report::{self, Edit, Finding, Report, Safety};
use crate::usage::UsageError;

pub(crate) use diff::write_diffs;
pub use intent::Intent;

/// What became of the files.
#[derive(Debug)]
pub struct Fixed {
    /// What the check says of the changed texts.
    pub checked: Checked,
    /// The changed files.
    pub files: Vec<ChangedFile>,
    /// Number of findings that are mended.
    pub count: usize,
    /// What the check said before.
    pub before: Report,
    /// Number of findings left whose fix changes what the description means.
    pub unsafe_left: usize,
    /// Number of fixes that were tried and not kept.
    pub given_up: usize,
}

/// A file and its new text.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// The path relative to the root, with `/`.
    pub path: String,
    /// Where it is.
    pub location: PathBuf,
    /// What it held.
    pub before: Source,
    /// What it is to hold.
    pub after: Source,
}

/// Rounds of one run: each mends a finding, or gives a fix up.
const ROUNDS: usize = 1_000;

/// A finding that is known again after a change; several may be alike.
type Key = (String, String);

fn key(finding: &Finding) -> Key {
    (finding.lint.to_owned(), finding.identity.clone())
}

fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> HashMap<Key, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(key(finding)).or_insert(0) += 1;
    }
    counts
}

/// Mends what can be mended.
pub fn fix(found: &Found, settings: &Settings, unsafe_too: bool) -> Fixed {
    let checked = check(found, settings, || ());
    let before = checked.report.clone();
    let mut state = State {
        found: found.clone(),
        settings,
        unsafe_too,
        checked,
        files: BTreeMap::new(),
        given_up: HashSet::new(),
        most: HashMap::new(),
        count: 0,
    };
    for _ in 0..ROUNDS {
        let chosen = state.choose();
        if chosen.is_empty() {
            break;
        }
        if let Err(bad) = state.attempt(&chosen) {
            let (blamed, others) = blame(chosen, &bad);
            if !others.is_empty() {
                // What fails here is tried again with fewer fixes.
                let _ = state.attempt(&others);
            }
            state.retreat(&blamed);
        }
    }
    let files = state.files.into_values().filter(|file| file.before != file.after).collect();
    let unsafe_left =
        if unsafe_too { 0 } else { state.checked.report.findings.iter().filter(|one| is_unsafe(one)).count() };
    let given_up = state.given_up.len();
    Fixed { before, checked: state.checked, files, count: state.count, unsafe_left, given_up }
}

/// The text of a file after a fix that changes no other one; none where it would not read as it was meant to.
pub fn applied(text: &str, fix: &report::Fix, limits: &Limits) -> Option<String> {
    edited(text, &fix.edits.iter().collect::<Vec<_>>(), limits)
}

fn is_unsafe(finding: &Finding) -> bool {
    finding.suppressed.is_none() && finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Unsafe)
}

/// Writes a changed file, unless somebody else has changed it meanwhile.
pub(crate) fn write(file: &ChangedFile) -> Result<(), UsageError> {
    let now = read_regular_file(&file.location, length(&file.before));
    if now.ok().as_deref() != Some(file.before.as_bytes()) {
        let message = format!("--fix: `{}` was changed meanwhile and is left alone", file.path);
        return Err(UsageError::new(message).help("run it once more"));
    }
    over("--fix", &file.location, |out| out.write_all(file.after.as_bytes()))
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

struct State<'s> {
    found: Found,
    settings: &'s Settings,
    unsafe_too: bool,
    checked: Checked,
    /// By location.
    files: BTreeMap<PathBuf, ChangedFile>,
    given_up: HashSet<Key>,
    /// How many fixes of a file are tried at once, where not all.
    most: HashMap<String, usize>,
    count: usize,
}

/// The fixes that change one of the files, and the others; all of them, where none does.
fn blame(chosen: Vec<Finding>, bad: &HashSet<String>) -> (Vec<Finding>, Vec<Finding>) {
    let (blamed, others): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|finding| edits(finding).any(|edit| bad.contains(&edit.file)));
    if blamed.is_empty() { (others, Vec::new()) } else { (blamed, others) }
}

fn edits(finding: &Finding) -> impl Iterator<Item = &Edit> {
    finding.fix.iter().flat_map(|fix| &fix.edits)
}

impl State<'_> {
    /// Findings whose fixes may be applied together.
    fn choose(&self) -> Vec<Finding> {
        let mut chosen: Vec<Finding> = Vec::new();
        let mut taken: HashMap<&str, Vec<(u32, u32)>> = HashMap::new();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for finding in &self.checked.report.findings {
            let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) else { continue };
            let wanted = self.unsafe_too || fix.safety == Safety::Safe;
            if !wanted || self.given_up.contains(&key(finding)) {
                continue;
            }
            let place = |edit: &Edit| (edit.range.start.offset, edit.range.end.offset);
            let meets = |edit: &Edit| {
                let (from, to) = place(edit);
                let others = taken.get(edit.file.as_str());
                others.is_some_and(|others| others.iter().any(|(start, end)| from <= *end && *start <= to))
            };
            let files: BTreeSet<&str> = fix.edits.iter().map(|edit| edit.file.as_str()).collect();
            let full = |file: &&str| counts.get(file).is_some_and(|count| *count >= self.most_of(file));
            if files.iter().any(full) || fix.edits.iter().any(meets) {
                continue;
            }
            for file in files {
                *counts.entry(file).or_default() += 1;
            }
            for edit in &fix.edits {
                taken.entry(edit.file.as_str()).or_default().push(place(edit));
            }
            chosen.push(finding.clone());
        }
        chosen
    }

    fn most_of(&self, file: &str) -> usize {
        self.most.get(file).copied().unwrap_or(usize::MAX)
    }

    /// Applies fixes.
    ///
    /// # Errors
    /// Nothing is kept where it goes wrong in some files: those that the wrong findings lie in.
    fn attempt(&mut self, chosen: &[Finding]) -> Result<(), HashSet<String>> {
        let files = self.changed(chosen)?;
        let found = with_texts(&self.found, &files);
        let after = check(&found, self.settings, || ());
        let bad = gone_wrong(&self.checked, &after, chosen);
        if !bad.is_empty() {
            return Err(bad);
        }
        for file in files.values() {
            self.most.entry(file.path.clone()).and_modify(|most| *most = most.saturating_mul(2));
        }
        self.count += chosen.len();
        self.found = found;
        self.checked = after;
        self.files.extend(files);
        Ok(())
    }

    /// Has half as many fixes tried in each of their files; one that was tried alone is given up.
    fn retreat(&mut self, blamed: &[Finding]) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for finding in blamed {
            let files: BTreeSet<&str> = edits(finding).map(|edit| edit.file.as_str()).collect();
            for file in files {
                *counts.entry(file).or_default() += 1;
            }
        }
        for finding in blamed {
            if edits(finding).all(|edit| counts[edit.file.as_str()] == 1) {
                self.given_up.insert(key(finding));
            }
        }
        for (file, count) in counts {
            self.most.insert(file.to_owned(), (count / 2).max(1));
        }
    }

    /// The files with the fixes applied.
    ///
    /// # Errors
    /// The files whose texts would not say what was meant.
    fn changed(&self, chosen: &[Finding]) -> Result<BTreeMap<PathBuf, ChangedFile>, HashSet<String>> {
        let mut by_file: BTreeMap<&Path, Vec<&Edit>> = BTreeMap::new();
        for edit in chosen.iter().flat_map(edits) {
            by_file.entry(&edit.intent.location).or_default().push(edit);
        }
        let mut bad = HashSet::new();
        let mut changed = BTreeMap::new();
        for (location, edits) in by_file {
            let path = &edits[0].file;
            let file = self.files.get(location).cloned().or_else(|| self.original(path, location));
            let after = file.and_then(|file| {
                let after = edited(&file.after, &edits, &self.settings.limits)?;
                Some(ChangedFile { after: after.into(), ..file })
            });
            match after {
                Some(file) => drop(changed.insert(location.to_owned(), file)),
                None => drop(bad.insert(path.clone())),
            }
        }
        if bad.is_empty() { Ok(changed) } else { Err(bad) }
    }

    /// A file as it is on disk, where that is what was checked: other encodings are not written.
    fn original(&self, path: &str, location: &Path) -> Option<ChangedFile> {
        let checked = self.checked.sources.get(path)?.text();
        let given = self.found.inputs.iter().find(|input| input.location == location);
        let bytes = match given.and_then(|input| input.content.clone()) {
            Some(bytes) => bytes,
            None => read_regular_file(location, length(checked)).ok()?,
        };
        let text: Source = String::from_utf8(bytes).ok()?.into();
        let same = checked == &*text;
        same.then(|| ChangedFile {
            path: path.to_owned(),
            location: location.to_owned(),
            before: text.clone(),
            after: text,
        })
    }
}

/// The same files, some of which hold other texts.
fn with_texts(found: &Found, files: &BTreeMap<PathBuf, ChangedFile>) -> Found {
    let mut found = found.clone();
    for file in files.values() {
        found.replace(&file.location, file.after.as_bytes());
    }
    found
}

/// The files of findings that have come, or that should be gone and are not.
fn gone_wrong(before: &Checked, after: &Checked, chosen: &[Finding]) -> HashSet<String> {
    let (old, mended) = (counts(&before.report.findings), counts(chosen));
    let new = counts(&after.report.findings);
    let too_many = |key: &Key| {
        let count = |counts: &HashMap<Key, usize>| counts.get(key).copied().unwrap_or(0);
        count(&new) > count(&old).saturating_sub(count(&mended))
    };
    let wrong = after.report.findings.iter().filter(|finding| too_many(&key(finding)));
    wrong.map(|finding| finding.file.clone()).collect()
}

/// The text after the edits, if it reads as it was meant to.
fn edited(text: &str, edits: &[&Edit], limits: &Limits) -> Option<String> {
    let before = parse_bytes(text.as_bytes(), None, limits);
    let mut meant = intent::documents(&before.tree)?;
    intent::apply(&mut meant, edits.iter().map(|edit| &edit.intent))?;

    let mut edits: Vec<&Edit> = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.range.start.offset, edit.range.end.offset)));
    let mut out = text.to_owned();
    for edit in edits {
        let range = edit.range.start.offset as usize..edit.range.end.offset as usize;
        out.get(range.clone())?;
        out.replace_range(range, &edit.text);
    }
    let after = parse_bytes(out.as_bytes(), None, limits);
    let reads = after.error.is_none() && intent::documents(&after.tree)? == meant;
    reads.then_some(out)
}
