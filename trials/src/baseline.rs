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
    let found = found("api.yaml", DESCRIPTION.as_bytes(), None);
    let mut settings = settings(Profile::Recommended);
    settings.baseline = Some(baseline);
    let report = checked(&found, &settings).report;
    for finding in report.findings.iter().filter(|finding| finding.tells_unread()) {
        assert!(finding.suppressed.is_none(), "{finding:#?}");
    }
    let mut out = Vec::new();
    let count = write(&report, &[], &mut out).unwrap_or_else(|error| panic!("{error}"));
    let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{error}"));
    let again = Baseline::parse(&text, "baseline.json").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.entries().len(), count);
    settings.baseline = Some(again);
    let counting = report.findings.iter().filter(|one| one.suppressed.is_none()).map(|one| &one.fingerprint);
    let counting: Vec<&String> = counting.collect();
    for finding in checked(&found, &settings).report.findings {
        let is_new = finding.suppressed.is_none() && !finding.tells_unread();
        assert!(!is_new || !counting.contains(&&finding.fingerprint), "{finding:#?}");
    }
}
