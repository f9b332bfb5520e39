//! Every fixture of `testdata/lints/<family>/<lint>/` says in comments what its lint finds, and where.
//!
//! A fixture is a YAML file, or a folder of files whose root is `openapi.yaml` or `asyncapi.yaml`. A comment
//! `# expect: error` stands on the line at which a finding begins; `info`, `warning` and `public` (made, and suppressed
//! by the author's declaration) are the other words, several are separated by commas. A text in double quotes behind it
//! must occur in the finding's message or help. Lines at the top set the profile (`# profile: minimal`; `strict` if
//! there is none) and the lint's options (`# options: {allow_hosts: [a]}`). `# also: a/b, c/d` names further lints whose
//! findings are compared too, written `# expect: a/b error`.
//!
//! A fixture in one file is also read as JSON, where it must give the same findings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_lints::framework::level::Profile;

use crate::harness::{Found, files_below, findings, fixture_folders, lint, settings};
use crate::notation::{Texts, as_json};

/// A finding that a comment asks for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expected {
    file: String,
    line: u32,
    lint: String,
    level: String,
    text: Option<String>,
}

/// One fixture.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) texts: Texts,
    pub(crate) expected: Vec<Expected>,
    lints: BTreeSet<String>,
    profile: Profile,
    options: Option<String>,
}

fn header(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines().take_while(|line| line.starts_with('#'));
    lines
        .by_ref()
        .filter_map(|line| line.strip_prefix("# "))
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
        .map(str::to_owned)
}

fn expectations(file: &str, text: &str, id: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let Some((_, comment)) = content.split_once("# expect: ") else { continue };
        let (words, quoted) = comment.split_once('"').map_or((comment, None), |(words, rest)| {
            (words, Some(rest.trim_end().strip_suffix('"').unwrap_or(rest).to_owned()))
        });
        for word in words.split(',') {
            let (lint, level) = word.trim().rsplit_once(' ').unwrap_or((id, word.trim()));
            let (lint, level) = (lint.trim().to_owned(), level.to_owned());
            assert!(["error", "warning", "info", "public"].contains(&level.as_str()), "{file}:{line}: `{level}`");
            expected.push(Expected { file: file.to_owned(), line, lint, level, text: quoted.clone() });
        }
    }
    expected
}

fn fixture(id: &str, path: &Path) -> Fixture {
    let files = if path.is_dir() { files_below(path) } else { vec![path.to_owned()] };
    let base = if path.is_dir() { path } else { path.parent().unwrap() };
    let mut texts: Texts = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(base).unwrap().to_owned();
            (name, Arc::from(std::fs::read_to_string(file).unwrap()))
        })
        .collect();
    let root = |name: &Path| ["openapi.yaml", "asyncapi.yaml"].iter().any(|root| name == Path::new(root));
    texts.sort_by_key(|(name, _)| !root(name));
    let top = texts[0].1.to_string();
    let expected = texts.iter().flat_map(|(name, text)| expectations(&name.to_string_lossy(), text, id)).collect();
    let also = header(&top, "also").unwrap_or_default();
    let mut lints: BTreeSet<String> =
        also.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    lints.insert(id.to_owned());
    let profile = header(&top, "profile").map_or(Profile::Strict, |name| name.parse().unwrap());
    let name = format!("{id}: {}", path.file_name().unwrap().to_string_lossy());
    Fixture { name, texts, expected, lints, profile, options: header(&top, "options") }
}

pub(crate) fn fixtures() -> Vec<(String, Fixture)> {
    let mut all = Vec::new();
    for (id, folder) in fixture_folders() {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        all.extend(paths.iter().map(|path| (id.clone(), fixture(&id, path))));
    }
    all
}

pub(crate) fn run(id: &str, fixture: &Fixture, texts: &Texts) -> Vec<Found> {
    let settings = settings(fixture.profile, lint(id), fixture.options.as_deref());
    findings(texts, &settings).into_iter().filter(|found| fixture.lints.contains(found.lint)).collect()
}

fn same(expected: &Expected, found: &Found) -> bool {
    let says = |text: &str| found.message.contains(text) || found.help.contains(text);
    expected.file == found.file
        && expected.line == found.line
        && expected.lint == found.lint
        && expected.level == found.level
        && expected.text.as_deref().is_none_or(says)
}

fn complaints(fixture: &Fixture, found: &[Found]) -> Vec<String> {
    let mut rest: Vec<&Found> = found.iter().collect();
    let mut complaints = Vec::new();
    for expected in &fixture.expected {
        match rest.iter().position(|found| same(expected, found)) {
            Some(at) => drop(rest.remove(at)),
            None => complaints.push(format!("missing: {expected:?}")),
        }
    }
    complaints.extend(rest.into_iter().map(|found| format!("not expected: {found:?}")));
    complaints
}

/// What must not depend on the notation. The order of findings may: it is that of places.
pub(crate) fn essence(found: &[Found]) -> Vec<(&'static str, &str, &str, &str, &[String])> {
    let mut all: Vec<_> = found
        .iter()
        .map(|f| (f.lint, f.level.as_str(), f.pointer.as_str(), f.message.as_str(), f.operations.as_slice()))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn fixtures_get_what_they_expect() {
    let mut failures = Vec::new();
    for (id, fixture) in fixtures() {
        let found = run(&id, &fixture, &fixture.texts);
        let complaints = complaints(&fixture, &found);
        if !complaints.is_empty() {
            failures.push(format!("{}\n  {}", fixture.name, complaints.join("\n  ")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn json_gives_the_findings_of_yaml() {
    for (id, fixture) in fixtures() {
        let Some(json) = as_json(&fixture.texts) else { continue };
        let (yaml, json) = (run(&id, &fixture, &fixture.texts), run(&id, &fixture, &json));
        assert_eq!(essence(&yaml), essence(&json), "{}", fixture.name);
    }
}

#[test]
fn every_format_of_a_lint_has_a_fixture_with_a_finding_and_every_lint_one_without() {
    let mut missing = Vec::new();
    for lint in apiward_lints::catalogue() {
        let own: Vec<Fixture> = fixtures().into_iter().filter(|(id, _)| id == lint.id).map(|(_, f)| f).collect();
        if !own.iter().any(|fixture| fixture.expected.is_empty()) {
            missing.push(format!("{}: a fixture without a finding", lint.id));
        }
        for format in lint.formats {
            let of_format = |fixture: &&Fixture| crate::notation::format_of(&fixture.texts) == Some(*format);
            if !own.iter().filter(of_format).any(|fixture| !fixture.expected.is_empty()) {
                missing.push(format!("{}: a fixture of {format:?} with a finding", lint.id));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn messages_follow_the_conventions() {
    for (_, fixture) in fixtures() {
        let settings = apiward_lints::framework::engine::Settings::new(Profile::Strict);
        for found in findings(&fixture.texts, &settings) {
            for text in [&found.message, &found.help] {
                let first = text.chars().next();
                let acronym =
                    text.split(' ').next().is_some_and(|word| word.len() > 1 && !word.chars().any(char::is_lowercase));
                let lower = first.is_none_or(|first| !first.is_uppercase())
                    || acronym
                    || text.starts_with("OAuth")
                    || text.starts_with("OpenID");
                assert!(lower, "{}: begins in upper case: {text}", fixture.name);
                assert!(!text.ends_with('.'), "{}: ends with a full stop: {text}", fixture.name);
                assert!(!text.contains('\n') && !text.contains("  "), "{}: broken white space: {text}", fixture.name);
            }
            assert!(!found.message.is_empty() && !found.help.is_empty(), "{}: {found:?} says too little", fixture.name);
            assert!(found.message.chars().count() <= 200, "{}: too long: {}", fixture.name, found.message);
        }
    }
}
