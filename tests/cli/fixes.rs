//! Fixes: what they change, what they leave alone, and that they mend.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Run, finish, folder_of, program, run, say_skipped, testdata};

const DAY: [&str; 2] = ["--today", "2026-11-28"];

fn check(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &[&["check"], arguments, &DAY].concat())
}

fn fix(folder: &Path, arguments: &[&str]) -> Run {
    check(folder, &[&["--fix"], arguments].concat())
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// The description after all fixes of one lint.
fn fixed(file: &str, text: &str, lint: &str) -> String {
    let folder = folder_of(&[(file, text)]);
    let run = fix(folder.path(), &["--unsafe-fixes", "--select", lint, "--profile", "strict"]);
    assert!(run.stderr.contains("fixed"), "{}{}", run.stdout, run.stderr);
    read(folder.path(), file)
}

#[test]
fn a_file_of_which_a_part_does_not_parse_is_offered_no_edit() {
    let whole = "openapi: 3.0.3\ninfo: {}\nservers:\n  - url: http://{stage}.parcels.io\npaths: {}\n";
    for (rest, offered) in [("", true), ("---\n'never closed\n", false)] {
        let text = format!("{whole}{rest}");
        let folder = folder_of(&[("api.yaml", &text)]);
        let run = check(folder.path(), &["--format", "json", "--profile", "strict"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let found = report["findings"].as_array().unwrap();
        let plaintext = found.iter().find(|finding| finding["lint"] == "transport/http-server").unwrap();
        assert_eq!(plaintext["fix"].is_object(), offered, "{plaintext}");
        fix(folder.path(), &["--unsafe-fixes", "--select", "transport/http-server"]);
        assert_eq!(read(folder.path(), "api.yaml") != text, offered);
    }
}

const YAML: &str = "\
# The parcels of everybody.
openapi: 3.0.3
info: {title: Parcels,   version: '1'}   # of May
servers:
- url: \"http://api.parcels.io/v1\"   # the only one
components:
  securitySchemes:
    bearer:
        type: http
        scheme: ' bearer '

    # Of last year.
    old: {type: apiKey, in: header, name: X-Key}
security: [{bearer: []}]
paths:
  /users:
    # Makes a user.
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                password:   # as typed
                  type: string
                  maxLength: 64
      responses: {'201': {description: Made}}
    delete:
      security:
      - {}
      - bearer: []
      responses: {'204': {description: Gone}}
";

#[test]
fn only_what_is_meant_changes_in_yaml() {
    let url = YAML.replace("\"http://api", "\"https://api");
    assert_eq!(fixed("api.yaml", YAML, "transport/http-server"), url);
    let scheme = YAML.replace("' bearer '", "'bearer'");
    assert_eq!(fixed("api.yaml", YAML, "auth/invalid-scheme-definition"), scheme);
    let unused = YAML.replace("    old: {type: apiKey, in: header, name: X-Key}\n", "");
    assert_eq!(fixed("api.yaml", YAML, "auth/unused-scheme"), unused);
    let format = "                  maxLength: 64\n                  format: password\n";
    let password = YAML.replace("                  maxLength: 64\n", format);
    assert_eq!(fixed("api.yaml", YAML, "exposure/password-format-missing"), password);
    assert_eq!(fixed("api.yaml", YAML, "auth/anonymous-write"), YAML.replace("      - {}\n", ""));
    // Line ends are kept, and so is their absence at the end.
    let windows = YAML.trim_end().replace('\n', "\r\n");
    assert_eq!(fixed("api.yaml", &windows, "auth/unused-scheme"), unused.trim_end().replace('\n', "\r\n"));
}

#[test]
fn only_what_is_meant_changes_in_json() {
    let json = "{\n\t\"openapi\": \"3.0.3\",\n\t\"info\": {\"title\":\"Parcels\", \"version\": \"1\"},\n\t\"servers\": [\n\t\t{\"url\": \
                \"http:\\/\\/api.parcels.io\"}\n\t],\n\t\"components\": {\"securitySchemes\": {\n\t\t\"key\": {\"type\": \
                \"apiKey\", \"in\": \"query\", \"name\": \"key\"},\n\t\t\"old\": {\"type\": \"http\", \"scheme\": \"basic\"}\n\t}},\n\t\
                \"security\": [{\"key\": []}],\n\t\"paths\": {\"/a\": {\"get\": {\"responses\": {}}}}\n}";
    let url = json.replace("http:\\/\\/api", "https://api");
    assert_eq!(fixed("api.json", json, "transport/http-server"), url);
    let header = json.replace("\"query\"", "\"header\"");
    assert_eq!(fixed("api.json", json, "auth/api-key-in-query"), header);
    let unused = json.replace(",\n\t\t\"old\": {\"type\": \"http\", \"scheme\": \"basic\"}", "");
    assert_eq!(fixed("api.json", json, "auth/unused-scheme"), unused);
}

#[test]
fn a_fix_that_may_change_the_meaning_is_made_only_when_asked_for() {
    let folder = folder_of(&[("api.yaml", YAML)]);
    let safe = fix(folder.path(), &["--profile", "strict"]);
    let text = read(folder.path(), "api.yaml");
    assert!(text.contains("scheme: 'bearer'") && text.contains("format: password"), "{text}");
    assert!(text.contains("http://api") && text.contains("old:"), "{text}");
    assert!(safe.stderr.contains("fixed: 2 findings in 1 file"), "{}", safe.stderr);
    assert!(safe.stderr.contains("can be fixed with --unsafe-fixes"), "{}", safe.stderr);
    let shown = check(folder.path(), &["--profile", "strict", "--select", "transport/http-server"]).stdout;
    assert!(shown.contains("\n  --fix --unsafe-fixes can offer `https` only\n"), "{shown}");
    // What is left is what is reported.
    let findings = check(folder.path(), &["--profile", "strict", "--format", "json"]).findings();
    let left = fix(folder.path(), &["--profile", "strict", "--format", "json"]);
    assert_eq!(left.findings(), findings);
    assert!(left.stderr.contains("fixed: 0 findings in 0 files"), "{}", left.stderr);
}

#[test]
fn a_dry_run_shows_a_patch_and_writes_nothing() {
    let folder = folder_of(&[("a/api.yaml", YAML), ("b/api.yaml", YAML)]);
    let select = ["--unsafe-fixes", "--select", "transport/http-server,auth/unused-scheme", "--profile", "strict"];
    let dry = fix(folder.path(), &[&select[..], &["--dry-run", "--fail-on", "info"]].concat());
    assert_eq!(dry.status, 1);
    assert_eq!(read(folder.path(), "a/api.yaml"), YAML);
    assert!(dry.stderr.contains("would fix 4 findings in 2 files"), "{}", dry.stderr);

    std::fs::write(folder.path().join("fixes.patch"), &dry.stdout).unwrap();
    // The folder is no work tree of its own: `git apply` is told so.
    let apply = Command::new("git").current_dir(folder.path()).args(["apply", "--no-index", "fixes.patch"]).output();
    let apply = apply.unwrap();
    assert!(apply.status.success(), "{}", String::from_utf8_lossy(&apply.stderr));
    let patched = [read(folder.path(), "a/api.yaml"), read(folder.path(), "b/api.yaml")];
    for file in ["a/api.yaml", "b/api.yaml"] {
        std::fs::write(folder.path().join(file), YAML).unwrap();
    }
    fix(folder.path(), &select);
    assert_eq!([read(folder.path(), "a/api.yaml"), read(folder.path(), "b/api.yaml")], patched);
}

/// YAML knows a lone carriage return as the end of a line; `git apply` and `patch` do not.
#[test]
fn a_patch_applies_whichever_way_lines_end() {
    let select = ["--unsafe-fixes", "--select", "transport/http-server"];
    let no_last = YAML.trim_end().to_owned();
    for text in [YAML.replace('\n', "\r"), YAML.replace('\n', "\r\n"), YAML.replacen('\n', "\r", 3), no_last] {
        let folder = folder_of(&[("api.yaml", text.as_str())]);
        let dry = fix(folder.path(), &[&select[..], &["--dry-run"]].concat());
        std::fs::write(folder.path().join("fixes.patch"), &dry.stdout).unwrap();
        let arguments = ["apply", "--no-index", "--whitespace=nowarn", "fixes.patch"];
        let apply = Command::new("git").current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(apply.status.success(), "{}{:?}", String::from_utf8_lossy(&apply.stderr), dry.stdout);
        let patched = read(folder.path(), "api.yaml");
        assert_ne!(patched, text);
        std::fs::write(folder.path().join("api.yaml"), &text).unwrap();
        fix(folder.path(), &select);
        assert_eq!(read(folder.path(), "api.yaml"), patched);
    }
}

#[test]
fn what_does_not_count_is_left_as_it_is() {
    let text = YAML.replace("- url:", "# apiward: ignore[transport/http-server] behind a proxy\n- url:");
    let folder = folder_of(&[("api.yaml", text.as_str())]);
    let run = fix(folder.path(), &["--unsafe-fixes", "--select", "transport/http-server", "--show-suppressed"]);
    assert!(run.stderr.contains("fixed: 0 findings"), "{}", run.stderr);
    assert_eq!(read(folder.path(), "api.yaml"), text);
}

#[test]
fn a_shared_file_is_fixed_once_and_symbolic_links_stay() {
    let root = "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nsecurity: [{key: []}]\ncomponents:\n  securitySchemes:\n    \
                key: {$ref: 'shared/schemes.yaml#/key'}\npaths: {/a: {get: {responses: {'200': {description: A}}}}}\n";
    let shared = "key: {type: apiKey, in: query, name: key} # shared\n";
    let folder = folder_of(&[("one.yaml", root), ("two.yaml", root), ("real/schemes.yaml", shared)]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", folder.path().join("shared")).unwrap();
    #[cfg(not(unix))]
    std::fs::rename(folder.path().join("real"), folder.path().join("shared")).unwrap();
    let run = fix(folder.path(), &["--unsafe-fixes", "--select", "auth/api-key-in-query"]);
    assert!(run.stderr.contains("fixed: 1 finding in 1 file"), "{}", run.stderr);
    assert_eq!(read(folder.path(), "shared/schemes.yaml"), shared.replace("query", "header"));
    assert_eq!(read(folder.path(), "one.yaml"), root);
    #[cfg(unix)]
    assert!(folder.path().join("shared").is_symlink());
}

#[test]
fn a_fix_that_would_bring_other_findings_is_not_made() {
    // Where the root requires the scheme, operations that it should not guard any more would be unknown: the alias
    // leads nowhere once its target is gone.
    let text = "openapi: 3.1.0\ninfo: {title: Parcels, version: '1'}\npaths: {/a: {get: {}}}\ncomponents:\n  securitySchemes:\n    \
                key: {type: apiKey, in: header, name: X-Key}\n    alias: {$ref: '#/components/securitySchemes/key'}\n";
    let folder = folder_of(&[("api.yaml", text)]);
    let unused = ["--unsafe-fixes", "--select", "auth/unused-scheme", "--profile", "strict"];
    let first = fix(folder.path(), &unused);
    assert!(first.stderr.contains("fixed: 1 finding in 1 file\nnote: 1 fix was not kept"), "{}", first.stderr);
    assert!(!read(folder.path(), "api.yaml").contains("alias"), "{}", read(folder.path(), "api.yaml"));
    // Then nothing needs what the alias led to.
    let second = fix(folder.path(), &unused);
    assert!(second.stderr.contains("fixed: 1 finding"), "{}", second.stderr);
    assert!(read(folder.path(), "api.yaml").ends_with("securitySchemes: {}\n"), "{}", read(folder.path(), "api.yaml"));

    let old = "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\npaths:\n  /v1/parcels: {get: {}}\n  /v2/parcels: {get: {}}\n";
    let folder = folder_of(&[("api.yaml", old)]);
    let told = fix(folder.path(), &["--unsafe-fixes", "--select", "versioning", "--profile", "strict"]);
    assert!(
        told.stderr.contains("note: 1 fix was not kept, as other findings would come with it\n"),
        "{}",
        told.stderr
    );
    assert_eq!(read(folder.path(), "api.yaml"), old);

    let needed = text.replace("paths:", "x-also: {$ref: '#/components/securitySchemes/key'}\npaths:");
    let folder = folder_of(&[("api.yaml", needed.as_str())]);
    fix(folder.path(), &["--unsafe-fixes", "--profile", "strict"]);
    assert!(read(folder.path(), "api.yaml").contains("    key:"), "{}", read(folder.path(), "api.yaml"));
}

#[test]
fn use_that_makes_no_sense_is_refused() {
    let folder = folder_of(&[("api.yaml", YAML)]);
    for arguments in [&["--unsafe-fixes"][..], &["--dry-run"], &["--fix", "--write-baseline", "b"]] {
        assert_eq!(check(folder.path(), arguments).status, 2, "{arguments:?}");
    }
    let arguments = ["check", "-", "--stdin-filename", "api.yaml", "--fix"];
    let piped = finish(program(folder.path(), &arguments), YAML.as_bytes());
    assert_eq!(piped.status, 2);
    let expected = "error: --fix: standard input cannot be written to\n  help: show the changes with --dry-run, or name the file\n";
    assert_eq!(piped.stderr, expected);
    let dry = finish(
        program(folder.path(), &[&arguments[..], &["--dry-run", "--fail-on", "never"]].concat()),
        YAML.as_bytes(),
    );
    assert!(dry.status == 0 && dry.stdout.contains("+        scheme: 'bearer'"), "{}{}", dry.stdout, dry.stderr);
}

/// Values that a reader of JSON refuses, for their size or their depth, stand in the way of no fix.
#[test]
fn numbers_out_of_range_and_deep_values_stay_as_they_are() {
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let text = format!("{YAML}x-huge: 1.7976931348623157e309\nx-more: [-1e400, .inf]\nx-deep: {deep}\n");
    let folder = folder_of(&[("api.yaml", text.as_str())]);
    let run = fix(folder.path(), &["--unsafe-fixes", "--select", "transport/http-server"]);
    assert!(run.stderr.contains("fixed: 1 finding in 1 file"), "{}", run.stderr);
    assert_eq!(read(folder.path(), "api.yaml"), text.replace("http://", "https://"));
}

#[test]
fn other_encodings_are_left_alone() {
    let folder = folder_of(&[]);
    let text = YAML.replace("  # of May", "");
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("api.yaml"), &wide).unwrap();
    let run = fix(folder.path(), &["--profile", "strict"]);
    assert!(run.stderr.contains("fixed: 0 findings"), "{}", run.stderr);
    assert_eq!(std::fs::read(folder.path().join("api.yaml")).unwrap(), wide);
}

/// Lints whose entry in the catalogue speaks of a fix that cannot be worked out from the description alone: the URL of
/// another endpoint, a scheme in the place of a parameter, another name everywhere.
const NOT_OFFERED: [&str; 3] =
    ["auth/credential-as-parameter", "auth/oauth-implicit-flow", "auth/scheme-name-uri-ambiguity"];

/// For each lint the first of its fixtures in which it offers a fix.
fn fixtures_with_fixes() -> BTreeMap<String, PathBuf> {
    let lints = testdata("lints");
    let report =
        check(&lints, &["--root", ".", "--profile", "strict", "--format", "json", "--fail-on", "never"]).json();
    let mut first = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let (lint, file) = (finding["lint"].as_str().unwrap(), finding["file"].as_str().unwrap());
        if !finding["fix"].is_null() && file.starts_with(&format!("{lint}/")) {
            first.entry(lint.to_owned()).or_insert_with(|| lints.join(file));
        }
    }
    first
}

#[test]
fn every_lint_with_a_fix_offers_it_and_it_mends() {
    let offering = fixtures_with_fixes();
    let catalogue = run(&testdata(""), &["lints", "--format", "json"]).json();
    let declared: BTreeSet<&str> = catalogue
        .as_array()
        .unwrap()
        .iter()
        .filter(|lint| lint["fix"] != "none")
        .map(|lint| lint["id"].as_str().unwrap())
        .filter(|id| !NOT_OFFERED.contains(id))
        .collect();
    assert_eq!(offering.keys().map(String::as_str).collect::<BTreeSet<_>>(), declared);

    for (lint, fixture) in offering {
        let text = std::fs::read_to_string(&fixture).unwrap();
        let folder = folder_of(&[("api.yaml", text.as_str())]);
        let select = ["--select", lint.as_str(), "--profile", "strict", "--format", "json", "--fail-on", "never"];
        let before = check(folder.path(), &select).json();
        let offered = before["findings"].as_array().unwrap().iter().filter(|finding| !finding["fix"].is_null()).count();
        let after = fix(folder.path(), &[&["--unsafe-fixes"], &select[..]].concat());
        let count = |report: &Value| report["findings"].as_array().unwrap().len();
        assert!(count(&after.json()) < count(&before), "{}: {offered} offered, {}", fixture.display(), after.stderr);
        assert!(comments(&text).is_superset(&comments(&read(folder.path(), "api.yaml"))), "{}", fixture.display());
    }
}

fn comments(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| line.split_once(" # ")).map(|(_, comment)| comment.to_owned()).collect()
}

/// What a finding is, wherever it stands by now.
fn keys(report: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        *counts.entry(format!("{} {}", finding["lint"], finding["pointer"])).or_insert(0) += 1;
    }
    counts
}

/// The text with the edits of the report, applied by other means than the program's.
fn by_hand(text: &str, edits: &[&Value]) -> String {
    let offset = |edit: &Value, end: &str| usize::try_from(edit["range"][end]["offset"].as_u64().unwrap()).unwrap();
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|edit| offset(edit, "start"));
    let (mut out, mut at) = (String::new(), 0);
    for edit in sorted {
        out.push_str(&text[at..offset(edit, "start")]);
        out.push_str(edit["text"].as_str().unwrap());
        at = offset(edit, "end");
    }
    out + &text[at..]
}

#[test]
fn on_the_corpus_each_fix_mends_and_brings_nothing() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&corpus) else { return say_skipped("the corpus is not beside the project") };
    let mut tried = 0;
    for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let folder = folder_of(&[(name.as_str(), text.as_str())]);
        let flags = [name.as_str(), "--profile", "strict", "--format", "json", "--fail-on", "never"];
        let before = check(folder.path(), &flags);
        if !before.stdout.starts_with('{') || before.json()["files"][0]["status"] != "checked" {
            continue;
        }
        let before = before.json();
        let run = fix(folder.path(), &[&flags[..], &["--unsafe-fixes"]].concat());
        let (old, new) = (keys(&before), keys(&run.json()));
        for (key, count) in &new {
            assert!(count <= old.get(key).unwrap_or(&0), "{name}: {key} is new");
        }
        // Where every fix was made at once the text is that of the edits.
        let fixes: Vec<&Value> = before["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| &finding["fix"])
            .filter(|fix| !fix.is_null())
            .collect();
        let edits: Vec<&Value> = fixes.iter().flat_map(|fix| fix["edits"].as_array().unwrap()).collect();
        if !fixes.is_empty() && run.stderr.contains(&format!("fixed: {} finding", fixes.len())) {
            assert_eq!(read(folder.path(), &name), by_hand(&text, &edits), "{name}");
            tried += 1;
        }
    }
    assert!(tried >= 3, "only {tried} documents had fixes");
}

/// More places than any fix has edits.
const MANY: usize = 1_000_000;

/// True when the items of a list are those of another, of which some are left out.
fn is_part(part: &[Value], whole: &[Value]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|item| rest.any(|other| other == item))
}

/// The number of places at which values differ; many where items of a list moved about.
fn differences(before: &Value, after: &Value) -> usize {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let common = before.iter().filter_map(|(key, value)| Some((value, after.get(key)?)));
            let (inner, known) = common.fold((0, 0), |(inner, known), (a, b)| (inner + differences(a, b), known + 1));
            // A key that is renamed goes and comes.
            inner + (before.len() - known).max(after.len() - known)
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).map(|(a, b)| differences(a, b)).sum()
        }
        (Value::Array(before), Value::Array(after)) if is_part(after, before) => before.len() - after.len(),
        // A requirement that is written anew.
        (Value::Array(before), Value::Array(after)) if is_part(before, after) || after.len() == 1 => 1,
        (Value::Array(_), Value::Array(_)) => MANY,
        _ => usize::from(before != after),
    }
}

/// The values of a file's documents.
fn documents(folder: &Path, name: &str) -> Vec<Value> {
    let run = run(folder, &["debug", "tree", name]);
    assert_eq!(run.status, 0, "{name}: {}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The fixes that a description is offered change, each alone, no more places than they have edits. The number of fixes
/// that were tried.
fn each_alone(name: &str, text: &str, most: usize) -> usize {
    let folder = folder_of(&[(name, text)]);
    let flags = [name, "--profile", "strict", "--format", "json", "--fail-on", "never"];
    let checked = check(folder.path(), &flags);
    if checked.status != 0 {
        return 0;
    }
    let report = checked.json();
    let findings = report["findings"].as_array().unwrap();
    let fixes: Vec<&Value> = findings.iter().filter(|finding| !finding["fix"].is_null()).collect();
    if fixes.is_empty() {
        return 0;
    }
    let before = documents(folder.path(), name);
    let step = fixes.len().div_ceil(most);
    for finding in fixes.iter().step_by(step) {
        let edits: Vec<&Value> = finding["fix"]["edits"].as_array().unwrap().iter().collect();
        std::fs::write(folder.path().join(name), by_hand(text, &edits)).unwrap();
        let after = documents(folder.path(), name);
        let changes: usize = before.iter().zip(&after).map(|(before, after)| differences(before, after)).sum();
        let whole = before.len() == after.len() && (1..=edits.len()).contains(&changes);
        assert!(whole, "{name}: {changes} changes by {} edits: {finding:#}", edits.len());
    }
    fixes.len().div_ceil(step)
}

#[test]
fn each_fix_alone_changes_only_what_it_speaks_of() {
    let mut tried = 0;
    for family in std::fs::read_dir(testdata("lints")).unwrap() {
        for lint in std::fs::read_dir(family.unwrap().path()).unwrap() {
            for fixture in std::fs::read_dir(lint.unwrap().path()).unwrap().map(|entry| entry.unwrap().path()) {
                let Ok(text) = std::fs::read_to_string(&fixture) else { continue };
                tried += each_alone(fixture.file_name().unwrap().to_str().unwrap(), &text, 20);
            }
        }
    }
    assert!(tried > 200, "only {tried} fixes");
}

#[test]
fn each_fix_of_the_corpus_alone_changes_only_what_it_speaks_of() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&corpus) else { return say_skipped("the corpus is not beside the project") };
    let mut tried = 0;
    for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        if let Ok(text) = std::fs::read_to_string(&path) {
            let most = if text.len() < 1_000_000 { 40 } else { 5 };
            tried += each_alone(path.file_name().unwrap().to_str().unwrap(), &text, most);
        }
    }
    assert!(tried >= 15, "only {tried} fixes");
}
