//! When `diff` fails, and what a configuration changes.

use tempfile::TempDir;

use crate::{Run, folder_of, run};

/// An operation is opened (error), one is no longer deprecated (warning), one is new (info), one asks for a credential
/// now (stronger).
const OLD: &str = guarded!("  /parcels: {get: {}, put: {deprecated: true}, post: {security: []}}\n");
const NEW: &str = guarded!("  /parcels: {get: {security: []}, put: {}, post: {}}\n  /labels: {get: {}}\n");
const WARNING: &str = guarded!("  /parcels: {get: {}, put: {}, post: {security: []}}\n");
const INFO: &str =
    guarded!("  /parcels: {get: {}, put: {deprecated: true}, post: {security: []}}\n  /labels: {get: {}}\n");
const BETTER: &str = guarded!("  /parcels: {get: {}, put: {deprecated: true}, post: {}}\n");

fn folder(new: &str, configuration: &str) -> TempDir {
    let folder = folder_of(&[("old.yaml", OLD), ("new.yaml", new)]);
    if !configuration.is_empty() {
        std::fs::write(folder.path().join("apiward.yaml"), configuration).unwrap();
    }
    folder
}

fn diff(folder: &TempDir, arguments: &[&str]) -> Run {
    run(folder.path(), &[&["diff", "old.yaml", "new.yaml", "--format", "json", "-q"], arguments].concat())
}

#[test]
fn the_status_goes_by_the_level_and_nothing_better_fails() {
    let levels = ["error", "warning", "info", "never"];
    let cases = [(NEW, [1, 1, 1, 0]), (WARNING, [0, 1, 1, 0]), (INFO, [0, 0, 1, 0]), (BETTER, [0; 4]), (OLD, [0; 4])];
    for (new, expected) in cases {
        let folder = folder(new, "");
        let statuses = levels.map(|level| diff(&folder, &["--fail-on", level]).status);
        assert_eq!(statuses, expected, "{new}");
        assert_eq!(diff(&folder, &[]).status, expected[0], "errors fail by default");
    }
}

/// Levels and ids of the changes.
fn told(new: &str, configuration: &str) -> Vec<String> {
    let output = diff(&folder(new, configuration), &[]);
    assert_eq!(output.stderr, "");
    let name = |change: &serde_json::Value| {
        format!("{} {}", change["level"].as_str().unwrap(), change["id"].as_str().unwrap().trim_start_matches("diff/"))
    };
    output.json()["changes"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn a_configuration_sets_levels() {
    let [opened, revoked, added, protected] = [
        "error operation-now-anonymous",
        "warning deprecation-revoked",
        "info operation-added",
        "info operation-now-protected",
    ];
    assert_eq!(told(NEW, ""), [opened, revoked, added, protected]);
    assert_eq!(told(NEW, "lints: {diff/operation-added: off}\n"), [opened, revoked, protected]);
    let raised = "error deprecation-revoked";
    assert_eq!(told(NEW, "lints: {diff/deprecation-revoked: error}\n"), [opened, raised, added, protected]);
    assert_eq!(told(NEW, "lints: {'diff/*': off}\n"), [""; 0]);
    assert_eq!(told(NEW, "lints: {'diff/*': off, diff/operation-added: warning}\n"), ["warning operation-added"]);
    // What is better stays so, whatever its level.
    let better = folder(BETTER, "lints: {'diff/*': error}\n");
    assert_eq!(diff(&better, &["--fail-on", "info"]).status, 0);
    let status = |configuration| diff(&folder(NEW, configuration), &[]).status;
    assert_eq!(status("lints: {diff/operation-now-anonymous: warning}\n"), 0);
    assert_eq!(status("lints: {diff/operation-now-anonymous: warning, diff/operation-added: error}\n"), 1);
}

#[test]
fn kinds_that_do_not_exist_are_errors_of_use() {
    let output = diff(&folder(NEW, "lints: {diff/operation-ad: off}\n"), &[]);
    assert_eq!((output.status, output.stdout.as_str()), (2, ""));
    assert!(
        output.stderr.contains("apiward.yaml:1:9") && output.stderr.contains("`diff/operation-added`"),
        "{}",
        output.stderr
    );
}

#[test]
fn operations_that_the_configuration_calls_public_may_be_open() {
    let public = "public: [{operation: 'GET /parcels', reason: tracking pages show it}]\n";
    assert_eq!(told(NEW, public)[0], "warning operation-now-anonymous");
    // By today's configuration both versions are public: nothing was declared since.
    assert!(!told(NEW, public).iter().any(|one| one.contains("public")));
}

#[test]
fn configurations_are_found_named_and_passed_over() {
    let folder = folder(NEW, "lints: {'diff/*': off}\n");
    let count = |arguments: &[&str]| diff(&folder, arguments).json()["changes"].as_array().unwrap().len();
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&["--no-config"]), 4);
    std::fs::write(folder.path().join("other.yaml"), "lints: {diff/operation-added: off}\n").unwrap();
    assert_eq!(count(&["--config", "other.yaml"]), 3);
}

#[test]
fn kinds_of_change_are_explained_and_listed() {
    let folder = folder_of(&[]);
    let explained = run(folder.path(), &["explain", "diff/scope-dropped"]);
    assert!(explained.status == 0 && explained.stdout.contains("fewer scopes"), "{}", explained.stdout);
    let listed = run(folder.path(), &["lints"]).stdout;
    assert!(listed.contains("diff/scope-dropped"), "{listed}");
}
