//! Pairs of descriptions with what changes between them, in `testdata/diff/<pair>/`.
//!
//! `old` and `new` are files, or folders for several files. `changes.txt` says what changes from old to new,
//! `reverse.txt` what changes back: a comment on the first line, then a line for each change, in the order of the
//! output:
//!
//! ```text
//! error diff/operation-now-anonymous new.yaml:12 old.yaml:14 2 operations accept ... (GET /a, POST /a)
//! ```
//!
//! These are the level (`stronger` for what makes the API better), the id, the place now, the place before (`-` where
//! there is none), the message and, where there are several, the operations. The names of pairs between which nothing
//! changes begin with `same`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use crate::{run, testdata};

/// The folders of the pairs.
pub(super) fn pairs() -> Vec<PathBuf> {
    let mut pairs: Vec<PathBuf> =
        std::fs::read_dir(testdata("diff")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pairs.sort();
    pairs
}

/// The file or folder that holds a version.
pub(super) fn version(pair: &Path, name: &str) -> String {
    let names = [format!("{name}.yaml"), format!("{name}.json"), name.to_owned()];
    names.into_iter().find(|name| pair.join(name).exists()).unwrap_or_else(|| panic!("{}: no {name}", pair.display()))
}

fn line(change: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let place = |place: &Value| match place {
        Value::Null => "-".to_owned(),
        place => format!("{}:{}", text(&place["file"]), place["range"]["start"]["line"]),
    };
    let weight = if change["effect"] == "stronger" { "stronger".to_owned() } else { text(&change["level"]) };
    let name = |operation: &Value| format!("{} {}", text(&operation["method"]), text(&operation["path"]));
    let operations: Vec<String> = change["operations"].as_array().unwrap().iter().map(name).collect();
    let operations = if operations.is_empty() { String::new() } else { format!(" ({})", operations.join(", ")) };
    let (id, message) = (text(&change["id"]), text(&change["message"]));
    format!("{weight} {id} {} {} {message}{operations}", place(&change["new"]), place(&change["old"]))
}

/// What is wrong with one direction of a pair.
fn complaint(pair: &Path, from: &str, to: &str, expected: &str) -> Option<String> {
    let (from, to) = (version(pair, from), version(pair, to));
    let run = run(pair, &["diff", &from, &to, "--format", "json", "--root", ".", "--no-config", "-q"]);
    let text = std::fs::read_to_string(pair.join(expected)).unwrap();
    let (comment, lines) = text.split_once('\n').unwrap();
    assert!(comment.starts_with("# "), "{}: the first line is a comment", pair.display());
    let expected_lines: Vec<&str> = lines.lines().collect();
    let found: Vec<String> = run.json()["changes"].as_array().unwrap().iter().map(line).collect();
    let status = i32::from(expected_lines.iter().any(|line| line.starts_with("error ")));
    let is_right = found == expected_lines && (run.status, run.stderr.as_str()) == (status, "");
    let told = format!("status {}\n{}{}", run.status, run.stderr, found.join("\n"));
    (!is_right).then(|| format!("{}/{expected}, not as expected: {told}", pair.display()))
}

#[test]
fn pairs_change_as_they_say() {
    let pairs = pairs();
    assert!(pairs.len() > 100);
    let directions = [("old", "new", "changes.txt"), ("new", "old", "reverse.txt")];
    let complaints: Vec<String> = pairs
        .par_iter()
        .flat_map_iter(|pair| directions.iter().filter_map(move |(from, to, text)| complaint(pair, from, to, text)))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// The ids in the expectations of a pair.
fn ids(pair: &Path) -> BTreeSet<String> {
    let texts = ["changes.txt", "reverse.txt"].map(|name| std::fs::read_to_string(pair.join(name)).unwrap());
    let lines = texts.iter().flat_map(|text| text.lines().skip(1));
    lines.filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect()
}

#[test]
fn every_kind_of_change_has_a_pair() {
    let told: BTreeSet<String> = pairs().iter().flat_map(|pair| ids(pair)).collect();
    let kinds: BTreeSet<String> = apiward::catalogue::catalogue()
        .iter()
        .filter(|entry| entry.is_change())
        .map(|entry| entry.id.to_owned())
        .collect();
    assert!(kinds.len() > 40);
    assert_eq!(told, kinds);
}

#[test]
fn pairs_that_are_called_the_same_are() {
    for pair in pairs() {
        let name = pair.file_name().unwrap().to_str().unwrap();
        let nothing = name.starts_with("same");
        assert_eq!(ids(&pair).is_empty(), nothing, "{name}");
    }
}
