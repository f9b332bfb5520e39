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
    let keys = |entry: &serde_json::Value| entry.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let expected = "confidence cwe family fix formats id levels options owasp references since title url";
    assert!(entries.iter().all(|entry| keys(entry) == expected), "{}", keys(&entries[0]));
    let basic = entries.iter().find(|entry| entry["id"] == "auth/no-security-schemes").unwrap();
    assert_eq!((&basic["family"], &basic["levels"]["minimal"]), (&"auth".into(), &"error".into()));
    assert!(basic["references"][0]["url"].as_str().unwrap().starts_with("https://"));
    assert_eq!(basic["options"]["type"], "object");
    for format in ["text", "markdown"] {
        let text = run(folder.path(), &["lints", "--format", format]).stdout;
        let missing: Vec<_> = entries.iter().filter(|entry| !text.contains(entry["id"].as_str().unwrap())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[test]
fn a_lint_is_explained_by_its_name_alone() {
    let folder = folder_of(&[]);
    let short = run(folder.path(), &["explain", "anonymous-write"]);
    assert_eq!(short.stdout, run(folder.path(), &["explain", "auth/anonymous-write"]).stdout);
    assert!(
        short.stdout.starts_with("# auth/anonymous-write\n") && short.stdout.contains("- Classes: API"),
        "{}",
        short.stdout
    );
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
