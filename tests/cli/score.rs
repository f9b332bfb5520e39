//! `--score` and `--min-score`.

use std::fs;

use serde_json::Value;

use super::{GOOD, folder_of, run, testdata};

fn scores(folder: &std::path::Path, arguments: &[&str]) -> Vec<Value> {
    let fixed = ["check", "--score", "--format", "json", "--fail-on", "never", "--today", "2026-11-28"];
    let report = run(folder, &[&fixed, arguments].concat()).json();
    report["files"].as_array().unwrap().iter().map(|file| file["score"].clone()).collect()
}

const OPEN: &str = guarded!(
    "  /a/{id}:
    get: {responses: {'200': {description: A}}}
    delete: {security: [{}], responses: {'204': {description: Gone}}}
"
);

#[test]
fn it_is_the_product_of_what_lints_take() {
    let folder = folder_of(&[("api.yaml", OPEN)]);
    let of = |select: &str| scores(folder.path(), &["--select", select])[0].clone();
    assert_eq!((&of("transport")["value"], &of("transport")["grade"]), (&100.into(), &"A".into()));
    // An error of high confidence on one of two operations: 1 - 0.35 * (0.5 + 0.25).
    let one = of("auth/anonymous-write");
    assert_eq!((&one["value"], &one["grade"]), (&73.into(), &"C".into()));
    assert_eq!((&one["owasp"]["API2:2023"], &one["owasp"]["API4:2023"]), (&73.into(), &100.into()));
    // It is null unless asked for.
    let plain = run(folder.path(), &["check", "--format", "json", "--fail-on", "never"]).json();
    assert_eq!(plain["files"][0]["score"], Value::Null);
}

#[test]
fn what_is_suppressed_does_not_count_and_a_baseline_does_not_change_it() {
    let quiet =
        OPEN.replace("    delete:", "    # apiward: ignore[auth/anonymous-write] behind a gateway\n    delete:");
    let folder = folder_of(&[("api.yaml", OPEN), ("quiet.yaml", quiet.as_str())]);
    let values =
        |arguments: &[&str]| scores(folder.path(), &[&["--select", "auth/anonymous-write"], arguments].concat());
    assert_eq!(values(&["api.yaml"])[0]["value"], 73);
    assert_eq!(values(&["quiet.yaml"])[0]["value"], 100);
    run(folder.path(), &["check", "--write-baseline", "known.json"]);
    assert_eq!(values(&["api.yaml", "--baseline", "known.json"])[0]["value"], 73);
}

#[test]
fn the_lowest_one_is_told_and_decides() {
    let folder = folder_of(&[("a.yaml", OPEN), ("b.yaml", GOOD)]);
    let check = |arguments: &[&str]| {
        run(folder.path(), &[&["check", "--select", "auth/anonymous-write", "--fail-on", "never"], arguments].concat())
    };
    let both = check(&["--score"]);
    assert!(both.stdout.ends_with("; lowest score 73 (C), of a.yaml\n") && both.status == 0, "{}", both.stdout);
    assert!(check(&["b.yaml", "--score"]).stdout.ends_with("; score 100 (A)\n"));
    let low = check(&["--min-score", "74"]);
    assert_eq!(low.status, 1);
    assert!(low.stderr.contains("error: `a.yaml` has a score of 73, and --min-score asks for 74\n"), "{}", low.stderr);
    assert_eq!(check(&["--min-score", "73"]).status, 0);
    assert_eq!(check(&["--min-score", "101"]).status, 2);
}

/// What `--fix` mends never lowers it, on every fixture that it changes.
#[test]
fn mending_never_lowers_it() {
    let mut changed = 0;
    for family in ["auth", "transport", "rbac", "input"] {
        for lint in fs::read_dir(testdata("lints").join(family)).unwrap() {
            let mut files: Vec<_> =
                fs::read_dir(lint.unwrap().path()).unwrap().map(|file| file.unwrap().path()).collect();
            files.retain(|file| file.is_file());
            files.sort();
            let Some(text) = files.first().map(|file| fs::read_to_string(file).unwrap()) else { continue };
            let folder = folder_of(&[("api.yaml", text.as_str())]);
            let before = scores(folder.path(), &["--profile", "strict"]);
            let after = scores(folder.path(), &["--profile", "strict", "--fix", "--unsafe-fixes"]);
            let value = |scores: &[Value]| scores[0]["value"].as_u64().unwrap();
            assert!(value(&after) >= value(&before), "{}: {before:?} {after:?}", files[0].display());
            changed += usize::from(fs::read_to_string(folder.path().join("api.yaml")).unwrap() != text);
        }
    }
    assert!(changed > 10, "{changed}");
}
