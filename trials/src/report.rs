//! What holds for every report, whatever was checked.

use std::collections::{BTreeMap, HashSet};

use apiward::check::Checked;
use apiward::report::{Finding, LIST_LIMIT, NOT_CHECKED, Range};
use apiward::source::SourceFile;

/// Panics when a report breaks a promise.
pub fn hold(checked: &Checked) {
    let report = &checked.report;
    let mut fingerprints = HashSet::new();
    let mut before = None;
    for finding in &report.findings {
        assert_ne!(finding.lint, "document/lint-panicked", "{finding:#?}");
        hold_texts(finding);
        hold_lists(finding);
        hold_places(checked, finding);
        assert!(fingerprints.insert(&finding.fingerprint), "two findings have one fingerprint: {finding:#?}");
        let place = (&finding.file, finding.range.start.offset, &finding.lint);
        assert!(before.is_none_or(|before| before <= place), "findings are sorted: {finding:#?}");
        before = Some(place);
        let not_checked = NOT_CHECKED.contains(&finding.lint);
        assert!(!not_checked || finding.suppressed.is_none(), "what was not checked is hidden: {finding:#?}");
    }
    hold_summary(checked);
    let mut entries = HashSet::new();
    for file in &report.files {
        assert!(entries.insert((&file.path, file.document)), "{file:?} is there twice");
    }
}

fn hold_texts(finding: &Finding) {
    let message = &finding.message;
    assert!(!message.is_empty() && !message.ends_with('.') && !message.contains('\n'), "{finding:#?}");
    assert!(message.len() < 2_000, "a message of {} bytes: {finding:#?}", message.len());
    assert!(finding.lint.contains('/') && !finding.fingerprint.is_empty(), "{finding:#?}");
    assert!(finding.pointer.is_empty() || finding.pointer.starts_with('/'), "{finding:#?}");
}

fn hold_lists(finding: &Finding) {
    let operations = finding.operations.len();
    assert!(operations <= LIST_LIMIT && operations <= finding.operations_total, "{finding:#?}");
    assert!(finding.related.len() <= LIST_LIMIT && finding.related.len() <= finding.related_total, "{finding:#?}");
}

fn hold_places(checked: &Checked, finding: &Finding) {
    let source = |file: &str| checked.sources.get(file);
    if let Some(source) = source(&finding.file) {
        hold_range(source, finding.range, finding);
    }
    for related in &finding.related {
        if let Some(source) = source(&related.file) {
            hold_range(source, related.range, finding);
        }
    }
    let Some(fix) = &finding.fix else { return };
    assert!(!fix.edits.is_empty() && !fix.title.is_empty(), "{finding:#?}");
    let mut spans: BTreeMap<(&str, u32), u32> = BTreeMap::new();
    for edit in &fix.edits {
        let source = source(&edit.file).unwrap_or_else(|| panic!("{} is not known: {finding:#?}", edit.file));
        hold_range(source, edit.range, finding);
        spans.insert((&edit.file, edit.range.start.offset), edit.range.end.offset);
    }
    let spans: Vec<_> = spans.into_iter().collect();
    for pair in spans.windows(2) {
        let apart = pair[0].0.0 != pair[1].0.0 || pair[0].1 <= pair[1].0.1;
        assert!(apart, "edits overlap: {finding:#?}");
    }
}

fn hold_range(source: &SourceFile, range: Range, finding: &Finding) {
    let (start, end) = (range.start, range.end);
    assert!(source.text().get(start.offset as usize..end.offset as usize).is_some(), "{range:?} of {finding:#?}");
    for place in [start, end] {
        let expected = source.lines().position(place.offset);
        assert_eq!((place.line, place.column), (expected.line, expected.column), "{finding:#?}");
    }
}

fn hold_summary(checked: &Checked) {
    let (report, summary) = (&checked.report, &checked.report.summary);
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    assert_eq!(counting.count(), summary.error + summary.warning + summary.info);
    let suppressed = report.findings.iter().filter(|finding| finding.suppressed.is_some()).count();
    assert!(suppressed == 0 || suppressed == summary.suppressed, "{suppressed} are suppressed: {summary:?}");
    assert_eq!(summary.by_lint.values().sum::<usize>(), summary.error + summary.warning + summary.info);
}
