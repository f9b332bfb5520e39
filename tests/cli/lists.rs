//! `lints`, `explain`, `--help`.

use super::baseline::repository;
use super::{GOOD, finish, folder_of, program, run};

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
    let expected =
        "confidence cwe family fix formats id levels options owasp practices references silences since title url";
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
fn a_family_is_explained_by_its_lints() {
    let folder = folder_of(&[("broken/apiward.yaml", "profil: strict\n")]);
    let family = run(&folder.path().join("broken"), &["explain", "auth"]);
    assert_eq!(family.status, 0, "{}", family.stderr);
    assert!(family.stdout.starts_with("# auth\n\nAuthentication: whether callers"), "{}", family.stdout);
    let lints = run(folder.path(), &["lints", "--format", "json"]).json();
    for lint in lints.as_array().unwrap() {
        let (id, level) = (lint["id"].as_str().unwrap(), lint["levels"]["recommended"].as_str().unwrap_or("off"));
        let row = family.stdout.lines().find(|line| line.split(' ').next() == Some(id));
        assert_eq!(row.is_some(), lint["family"] == "auth", "{id}");
        let told = |row: &str| row.contains(level) && row.ends_with(lint["title"].as_str().unwrap());
        assert!(row.is_none_or(told), "{row:?}");
    }
    assert_eq!(run(folder.path(), &["explain", "custom"]).status, 2, "no configuration has any");
}

#[test]
fn a_lint_is_explained_by_its_name_alone() {
    let folder = folder_of(&[]);
    let short = run(folder.path(), &["explain", "anonymous-write"]);
    assert_eq!(short.stdout, run(folder.path(), &["explain", "auth/anonymous-write"]).stdout);
    assert!(
        short.stdout.starts_with("# auth/anonymous-write\n")
            && short.stdout.contains("\n- CWE-306 Missing Authentication for Critical Function\n"),
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

/// The examples are what people copy: none may be refused.
#[test]
fn the_examples_of_the_help_work() {
    let files = [("openapi.yaml", GOOD), ("specs/openapi.yaml", GOOD)];
    let with_history = repository(&files);
    let folder = folder_of(&files);
    let mut tried = 0;
    for command in [&["--help"][..], &["check", "--help"], &["inventory", "--help"], &["explain", "--help"]] {
        let help = run(folder.path(), command).stdout;
        let (_, examples) = help.split_once("Example").unwrap();
        for line in examples.lines().filter(|line| line.contains("apiward ")) {
            let (before, call) = line.split_once("apiward ").unwrap();
            // What the overview says of an example stands behind wide space.
            let call = call.split("   ").next().unwrap().replace('\'', "");
            let input = if before.contains("git") { "openapi.yaml\n" } else { GOOD };
            let place = match &with_history {
                Some(history) if call.contains("-base ") => history.path(),
                None if call.contains("-base ") => continue,
                _ => folder.path(),
            };
            let call = call.replace("origin/", "");
            let arguments: Vec<&str> = call.split_whitespace().collect();
            let tried_run = finish(program(place, &arguments), input.as_bytes());
            assert_eq!(tried_run.status, 0, "{line}: {}", tried_run.stderr);
            tried += 1;
        }
    }
    assert_eq!(tried, if with_history.is_some() { 25 } else { 23 });
}
