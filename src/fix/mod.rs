//! `--fix`: applies the fixes of findings, checks what came of it, and keeps what mends and does not harm.
//!
//! All happens in memory. A round takes fixes that do not meet, changes the texts, reads them again, holds the values
//! against what was meant, and has everything checked again: the findings must be gone and no other may have come. Where
//! that fails, fewer fixes are tried at once, down to a single one, which is then given up. Files are written at the end.

mod diff;
mod intent;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use apiward_syntax::{Limits, parse_bytes};

use crate::check::{Checked, Settings, check};
use crate::discover::Found;
use crate::output::to_file;
use crate::report::{Edit, Finding, Report, Safety};
use crate::usage::UsageError;

pub(crate) use diff::write_diffs;
pub(crate) use intent::Intent;

/// What became of the files.
pub(crate) struct Fixed {
    /// What the check says of the changed texts.
    pub(crate) checked: Checked,
    /// The changed files.
    pub(crate) files: Vec<ChangedFile>,
    /// Number of findings that are mended.
    pub(crate) count: usize,
    /// What the check said before.
    pub(crate) before: Report,
    /// Number of findings left whose fix changes what the description means.
    pub(crate) unsafe_left: usize,
}

/// A file and its new text.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFile {
    /// The path relative to the root, with `/`.
    pub(crate) path: String,
    /// Where it is.
    pub(crate) location: PathBuf,
    /// What it held.
    pub(crate) before: Arc<str>,
    /// What it is to hold.
    pub(crate) after: Arc<str>,
}

/// Rounds of one run: each mends a finding, or gives a fix up.
const ROUNDS: usize = 1_000;

/// A finding that is known again after a change; several may be alike.
type Key = (String, String);

fn key(finding: &Finding) -> Key {
    (finding.lint.clone(), finding.identity.clone())
}

fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> HashMap<Key, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(key(finding)).or_insert(0) += 1;
    }
    counts
}

/// Mends what can be mended.
pub(crate) fn fix(found: &Found, settings: &Settings, unsafe_too: bool) -> Fixed {
    let checked = check(found, settings, || ());
    let before = checked.report.clone();
    let mut state = State {
        found: found.clone(),
        settings,
        unsafe_too,
        checked,
        files: BTreeMap::new(),
        given_up: HashSet::new(),
        count: 0,
    };
    let mut most = usize::MAX;
    for _ in 0..ROUNDS {
        let chosen = state.choose(most);
        if chosen.is_empty() {
            break;
        }
        let tried = chosen.len();
        if state.attempt(&chosen) {
            most = most.saturating_mul(2);
        } else if let [only] = chosen.as_slice() {
            state.given_up.insert(key(only));
        } else {
            most = tried / 2;
        }
    }
    let files = state.files.into_values().filter(|file| file.before != file.after).collect();
    let unsafe_left =
        if unsafe_too { 0 } else { state.checked.report.findings.iter().filter(|one| is_unsafe(one)).count() };
    Fixed { before, checked: state.checked, files, count: state.count, unsafe_left }
}

fn is_unsafe(finding: &Finding) -> bool {
    finding.suppressed.is_none() && finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Unsafe)
}

/// Writes a changed file, unless somebody else has changed it meanwhile.
pub(crate) fn write(file: &ChangedFile) -> Result<(), UsageError> {
    let now = std::fs::read(&file.location).unwrap_or_default();
    if now != file.before.as_bytes() {
        let message = format!("--fix: `{}` was changed meanwhile and is left alone", file.path);
        return Err(UsageError::new(message).help("run it once more"));
    }
    to_file("--fix", &file.location, |out| out.write_all(file.after.as_bytes()))
}

struct State<'s> {
    found: Found,
    settings: &'s Settings,
    unsafe_too: bool,
    checked: Checked,
    /// By location.
    files: BTreeMap<PathBuf, ChangedFile>,
    given_up: HashSet<Key>,
    count: usize,
}

impl State<'_> {
    /// Findings whose fixes may be applied together, at most so many.
    fn choose(&self, most: usize) -> Vec<Finding> {
        let mut chosen: Vec<Finding> = Vec::new();
        let mut taken: HashMap<&str, Vec<(u32, u32)>> = HashMap::new();
        for finding in &self.checked.report.findings {
            let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) else { continue };
            let wanted = self.unsafe_too || fix.safety == Safety::Safe;
            if chosen.len() >= most || !wanted || self.given_up.contains(&key(finding)) {
                continue;
            }
            let place = |edit: &Edit| (edit.range.start.offset, edit.range.end.offset);
            let meets = |edit: &Edit| {
                let (from, to) = place(edit);
                let others = taken.get(edit.file.as_str());
                others.is_some_and(|others| others.iter().any(|(start, end)| from <= *end && *start <= to))
            };
            if !fix.edits.iter().any(meets) {
                for edit in &fix.edits {
                    taken.entry(edit.file.as_str()).or_default().push(place(edit));
                }
                chosen.push(finding.clone());
            }
        }
        chosen
    }

    /// Applies fixes; true when they are kept.
    fn attempt(&mut self, chosen: &[Finding]) -> bool {
        let Some(files) = self.changed(chosen) else { return false };
        let found = with_texts(&self.found, &files);
        let after = check(&found, self.settings, || ());
        if !is_better(&self.checked, &after, chosen) {
            return false;
        }
        self.count += chosen.len();
        self.found = found;
        self.checked = after;
        self.files.extend(files);
        true
    }

    /// The files with the fixes applied; none where a text does not say what was meant.
    fn changed(&self, chosen: &[Finding]) -> Option<BTreeMap<PathBuf, ChangedFile>> {
        let mut by_file: BTreeMap<PathBuf, Vec<&Edit>> = BTreeMap::new();
        for edit in chosen.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits) {
            by_file.entry(edit.intent.location.clone()).or_default().push(edit);
        }
        let changed = by_file.into_iter().map(|(location, edits)| {
            let path = edits.first()?.file.clone();
            let file = match self.files.get(&location) {
                Some(known) => known.clone(),
                None => self.original(path, &location)?,
            };
            let after = edited(&file.after, &edits, &self.settings.limits)?;
            Some((location, ChangedFile { after: after.into(), ..file }))
        });
        changed.collect()
    }

    /// A file as it is on disk, where that is what was checked: other encodings are not written.
    fn original(&self, path: String, location: &std::path::Path) -> Option<ChangedFile> {
        let given = self.found.inputs.iter().find(|input| input.location == location);
        let bytes = match given.and_then(|input| input.content.clone()) {
            Some(bytes) => bytes,
            None => std::fs::read(location).ok()?,
        };
        let text: Arc<str> = String::from_utf8(bytes).ok()?.into();
        let checked = self.checked.sources.get(&path)?;
        let same = checked.text() == &*text;
        same.then(|| ChangedFile { path, location: location.to_owned(), before: Arc::clone(&text), after: text })
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

/// True when the findings are gone and no other has come.
fn is_better(before: &Checked, after: &Checked, chosen: &[Finding]) -> bool {
    let (old, new, mended) = (counts(&before.report.findings), counts(&after.report.findings), counts(chosen));
    new.iter().all(|(key, count)| {
        let left = old.get(key).copied().unwrap_or(0).saturating_sub(mended.get(key).copied().unwrap_or(0));
        *count <= left
    })
}

/// The text after the edits, if it reads as it was meant to.
fn edited(text: &str, edits: &[&Edit], limits: &Limits) -> Option<String> {
    let before = parse_bytes(text.as_bytes(), None, limits);
    let mut meant = intent::documents(&before.tree, limits)?;
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
    let reads = after.error.is_none() && intent::documents(&after.tree, limits)? == meant;
    reads.then_some(out)
}

#[cfg(test)]
mod tests;
