//! Any bytes, as a baseline: findings that are known again, or an error that says where; and a baseline that is written is
//! read again and knows all that it was written from.

use apiward::baseline::{Baseline, write};
use apiward_lints::framework::level::Profile;

use crate::memory::{checked, found, settings};

/// What the baselines are held against: a description with some faults, one of them of reading.
const DESCRIPTION: &str = "\
openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers: [{url: 'http://api.parcels.io'}]
paths:
  /parcels:
    get: {responses: {'200': {$ref: '#/gone'}}}
    delete: {}
---
openapi: 9.9.9
";

/// Reads the bytes as a baseline, and the description against it.
pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let baseline = match Baseline::parse(&text, "baseline.json") {
        Ok(baseline) => baseline,
        Err(error) => {
            assert!(error.message.contains("`baseline.json` is") && error.help.is_some(), "{error:?}");
            assert!(error.message.contains(" line ") || error.message.contains(" version "), "{error:?}");
            return;
        }
    };
    let known: Vec<String> = baseline.entries().iter().map(|entry| entry.fingerprint.clone()).collect();
    let found = found("api.yaml", DESCRIPTION.as_bytes(), None);
    let mut settings = settings(Profile::Recommended);
    settings.baseline = Some(baseline);
    let report = checked(&found, &settings).report;
    for finding in &report.findings {
        let expected = known.contains(&finding.fingerprint) && !finding.tells_unread();
        assert_eq!(finding.suppressed.is_some(), expected, "{finding:#?}");
    }
    let mut out = Vec::new();
    let count = write(&report, &mut out).unwrap_or_else(|error| panic!("{error}"));
    let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{error}"));
    let again = Baseline::parse(&text, "baseline.json").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.entries().len(), count);
    let counting = report.findings.iter().filter(|one| one.suppressed.is_none());
    let kept = |one: &&apiward::report::Finding| !one.tells_unread();
    assert!(counting.filter(kept).all(|finding| again.accepts(finding)));
}
