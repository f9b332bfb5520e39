//! Each offered fix alone: its result reads as was meant, and the fix is not offered again. Then all of them together.

use apiward::check::{Checked, Settings};
use apiward::fix::{applied, fix};
use apiward::report::Finding;
use apiward_lints::framework::level::Profile;
use apiward_syntax::Limits;

use crate::memory::{checked, found, settings};

/// Fixes of one document that are tried alone.
const ALONE: usize = 8;

/// Checks a file, tries its fixes, and mends all that can be mended.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let name = if text.trim_start().starts_with('{') { "api.json" } else { "api.yaml" };
    hold(name, text, ALONE);
}

/// Tries up to `most` fixes of a text.
pub(crate) fn hold(name: &str, text: &str, most: usize) {
    let settings = settings(Profile::Strict);
    let before = checked(&found(name, text.as_bytes(), None), &settings);
    let fixable: Vec<&Finding> = before.report.findings.iter().filter(|one| one.fix.is_some()).collect();
    if fixable.is_empty() {
        return;
    }
    for finding in fixable.iter().step_by(fixable.len().div_ceil(most.max(1))) {
        alone(name, text, &before, finding, &settings);
    }
    together(name, text, &settings);
}

fn of_kind(checked: &Checked, finding: &Finding) -> usize {
    let same = |one: &&Finding| one.lint == finding.lint && one.identity == finding.identity && one.fix.is_some();
    checked.report.findings.iter().filter(same).count()
}

fn alone(name: &str, text: &str, before: &Checked, finding: &Finding, settings: &Settings) {
    let Some(offered) = finding.fix.as_ref().filter(|fix| fix.edits.iter().all(|edit| edit.file == name)) else {
        return;
    };
    // The byte order mark is no part of the text that offsets count in.
    let whole = before.sources.get(name).map_or(text, |source| source.text());
    let after = applied(whole, offered, &Limits::default());
    let after = after.unwrap_or_else(|| panic!("the result does not read as it was meant to: {finding:#?}"));
    assert_ne!(after, whole, "nothing changes: {finding:#?}");
    let again = checked(&found(name, after.as_bytes(), None), settings);
    let (old, new) = (of_kind(before, finding), of_kind(&again, finding));
    assert!(new < old, "offered again, {new} of {old}: {finding:#?} in {after}");
}

fn together(name: &str, text: &str, settings: &Settings) {
    let fixed = fix(&found(name, text.as_bytes(), None), settings, true);
    crate::report::hold(&fixed.checked);
    let failed = |report: &apiward::report::Report| report.summary.by_lint.get("document/unreadable").copied();
    assert_eq!(failed(&fixed.before), failed(&fixed.checked.report), "the result is as readable as the file was");
    assert!(fixed.files.iter().all(|file| file.before != file.after));
    assert!(fixed.count > 0 || fixed.files.is_empty());
}
