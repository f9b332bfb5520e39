//! Any text with suppressions in it: they hide what they name, never what was not checked, and nothing once they have
//! expired.

use apiward::report::SuppressedBy;
use apiward_lints::framework::level::Profile;

use crate::memory::{checked, found, settings, two};

/// Checks one or two files today, and on a day on which every suppression has expired.
pub(crate) fn run(bytes: &[u8]) {
    let (root, other) = two(bytes);
    let found = found("api.yaml", root, Some(other));
    let mut settings = settings(Profile::Strict);
    let today = settings.today.to_string();
    let shown = checked(&found, &settings);
    let (mut comments, mut extensions) = (0, 0);
    for finding in &shown.report.findings {
        let Some(suppressed) = &finding.suppressed else { continue };
        match suppressed.by {
            SuppressedBy::Comment => comments += 1,
            SuppressedBy::Extension => extensions += 1,
            SuppressedBy::Public => {}
            SuppressedBy::Config | SuppressedBy::Baseline => panic!("there is none: {finding:#?}"),
        }
        assert!(suppressed.expires.as_ref().is_none_or(|day| *day > today), "it has expired: {finding:#?}");
        assert!(!finding.lint.starts_with("suppression/"), "{finding:#?}");
    }
    let source = shown.sources.get("api.yaml").map_or("", |source| source.text());
    let other = String::from_utf8_lossy(other);
    assert!(comments == 0 || source.contains("apiward:") || other.contains("apiward:"));
    // Keys may be written with escapes.
    let written = |text: &str| text.contains("x-apiward-ignore") || text.contains('\\');
    assert!(extensions == 0 || written(source) || written(&other));

    settings.show_suppressed = false;
    let hidden = checked(&found, &settings);
    assert_eq!(hidden.report.summary, shown.report.summary);
    assert!(hidden.report.findings.iter().all(|finding| finding.suppressed.is_none()));

    settings.show_suppressed = true;
    if let Ok(last) = "9999-12-31".parse() {
        settings.today = last;
    }
    let late = checked(&found, &settings);
    let ends =
        |finding: &apiward::report::Finding| finding.suppressed.as_ref().is_some_and(|one| one.expires.is_some());
    assert!(!late.report.findings.iter().any(ends), "every suppression with a day has expired");
}
