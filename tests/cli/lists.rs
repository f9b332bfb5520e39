//! `lints`, `explain`, `--help`.

use super::{folder_of, run};

#[test]
fn every_listed_lint_is_explained() {
    let folder = folder_of(&[]);
    let list = run(folder.path(), &["lints", "--format", "json"]).json();
    let entries = list.as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["id"] == "document/duplicate-key"));
    for entry in entries {
        let id = entry["id"].as_str().unwrap();
        let explained = run(folder.path(), &["explain", id]);
        assert_eq!(explained.status, 0, "{id}");
        assert!(explained.stdout.starts_with(&format!("# {id}\n")) && explained.stdout.contains("How to fix"), "{id}");
    }
    for format in ["text", "markdown"] {
        let text = run(folder.path(), &["lints", "--format", format]).stdout;
        let missing: Vec<_> = entries.iter().filter(|entry| !text.contains(entry["id"].as_str().unwrap())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[test]
fn help_shows_examples_and_every_status() {
    let folder = folder_of(&[]);
    let help = run(folder.path(), &["check", "--help"]);
    assert_eq!(help.status, 0);
    for part in ["Examples:", "Exit status:", "--ignore-unrecognized", "--stdin-filename"] {
        assert!(help.stdout.contains(part), "{part}");
    }
    let overview = run(folder.path(), &["--help"]).stdout;
    assert!(!overview.contains("debug"), "hidden");
    assert!(run(folder.path(), &["--version"]).stdout.starts_with("apiward "));
}
