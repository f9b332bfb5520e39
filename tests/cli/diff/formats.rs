//! What `diff` writes for people and for other programs.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use tempfile::TempDir;

use super::pairs::{pairs, version};
use crate::formats::sarif_schema;
use crate::{Run, finish, folder_of, program, run};

const OLD: &str = guarded!("  /parcels: {get: {}, put: {}}\n");
const NEW: &str = guarded!(
    "  /parcels: {get: {security: []}, put: {responses: {'429': {description: Later}}}}\n  /labels: {get: {}}\n"
);

/// A description whose every text tries to break out of the output that holds it.
fn nasty(requirement: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://me:h7Gk29sLpQ@api.parcels.io/\u{e9}'}}]\n\
         components: {{securitySchemes: {{'k<>&\"|`,:%\\u001b[31m@team': {{type: apiKey, in: query, name: k}}}}}}\n\
         security: [{{'k<>&\"|`,:%\\u001b[31m@team': []}}]\n\
         paths:\n  \"/a%|<b>&\\n::error::x##[error]y\\u001b]0;z\\u0007\": {{put: {requirement}}}\n  \
         '/<script>alert(1)</script>': {{post: {requirement}}}\n"
    )
}

const NAME: &str = "a b,c:d%.yaml";

fn hostile() -> TempDir {
    let (old, new) =
        (nasty("{}"), nasty("{security: []}").replace("https://me:h7Gk29sLpQ@", "http://me:h7Gk29sLpQ@<b>."));
    folder_of(&[(&format!("old/{NAME}"), &old), (&format!("new/{NAME}"), &new)])
}

fn diff(folder: &TempDir, arguments: &[&str]) -> Run {
    run(folder.path(), &[&["diff", "old", "new"], arguments].concat())
}

#[test]
fn json_keeps_to_its_schema() {
    let folder = folder_of(&[]);
    let schema = run(folder.path(), &["schema", "diff"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let hostile = hostile();
    let mut outputs = vec![diff(&hostile, &["--format", "json"]).json()];
    for pair in pairs().iter().step_by(7) {
        let (old, new) = (version(pair, "old"), version(pair, "new"));
        outputs.push(run(pair, &["diff", &old, &new, "--format", "json", "--root", "."]).json());
    }
    assert!(outputs.iter().any(|output| output["changes"][0]["operations_total"] == 2));
    for output in &outputs {
        let errors: Vec<String> = validator.iter_errors(output).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    // Nothing is written that the schema does not know, and nothing is left out.
    let mut strict = schema.clone();
    forbid_others(&mut strict);
    let strict = jsonschema::validator_for(&strict).unwrap();
    assert!(outputs.iter().all(|output| strict.is_valid(output)));
    let mut cut = outputs[0].clone();
    cut["changes"][0].as_object_mut().unwrap().remove("old");
    assert!(!validator.is_valid(&cut), "fields that may be null are required");
}

fn forbid_others(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut() {
        if members.contains_key("properties") {
            members.insert("additionalProperties".to_owned(), false.into());
        }
        members.values_mut().for_each(forbid_others);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(forbid_others);
    }
}

#[test]
fn json_counts_what_it_lists() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let output = diff(&folder, &["--format", "json"]).json();
    let counts = serde_json::json!({
        "weaker": 1, "stronger": 1, "other": 1, "error": 1, "warning": 0, "info": 1, "complete": true,
    });
    assert_eq!(output["summary"], counts);
    let ids: Vec<&str> =
        output["changes"].as_array().unwrap().iter().map(|change| change["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["diff/operation-now-anonymous", "diff/operation-added", "diff/rate-limit-added"]);
    assert_eq!((&output["old"]["name"], &output["new"]["name"]), (&"old".into(), &"new".into()));
    assert_eq!(output["new"]["files"][0]["operations"], 3);
}

#[test]
fn sarif_keeps_to_the_schema_of_oasis() {
    let Some(schema) = sarif_schema() else { return };
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mild = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    for folder in [hostile(), mild] {
        let log = diff(&folder, &["--format", "sarif"]).json();
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn sarif_shows_both_places_and_fails_for_nothing_better() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let log = diff(&folder, &["--format", "sarif"]).json();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let kinds: Vec<(&str, &str)> =
        results.iter().map(|one| (one["kind"].as_str().unwrap(), one["level"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("fail", "error"), ("fail", "note"), ("informational", "none")]);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let uri = |place: &Value| place["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert_eq!(uri(&results[0]["locations"][0]), "new/api.yaml");
    assert_eq!(uri(&results[0]["relatedLocations"][0]), "old/api.yaml");
}

/// Code scanning knows a change again by its fingerprint, wherever its lines are.
#[test]
fn sarif_has_fingerprints_that_survive_moved_lines() {
    let fingerprints = |new: &str| -> Vec<String> {
        let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", new)]);
        let log = diff(&folder, &["--format", "sarif"]).json();
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|one| one["partialFingerprints"]["apiward/v1"].as_str().unwrap().to_owned()).collect()
    };
    let first = fingerprints(NEW);
    assert!(first.len() == 3 && first.iter().all(|one| one.len() == 32), "{first:?}");
    assert_eq!(first, fingerprints(&NEW.replace("paths:", "# moved\n\npaths:")));
    assert!((1..3).all(|at| first[at] != first[at - 1]));
}

#[test]
fn github_annotates_the_new_lines_and_is_silent_on_what_got_better() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let text = diff(&folder, &["--format", "github"]).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("::error file=new/api.yaml,line=7,"), "{text}");
    assert!(lines[1].starts_with("::notice file=new/api.yaml,line=8,"), "{text}");
}

#[test]
fn markdown_folds_what_is_not_weaker() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let text = diff(&folder, &["--format", "markdown"]).stdout;
    let heads: Vec<&str> = text.lines().filter(|line| line.contains("(1)")).collect();
    let behind_a_click = |title: &str| format!("<details><summary>{title} (1)</summary>");
    assert_eq!(heads, ["### Weaker (1)".to_owned(), behind_a_click("To be judged"), behind_a_click("Stronger")]);
    let row = "| error | `GET /parcels` accepts anonymous calls, and asked for `bearer` before | `new/api.yaml:7` | \
               `old/api.yaml:5` | `diff/operation-now-anonymous` |";
    assert!(text.lines().any(|line| line == row), "{text}");
}

#[test]
fn markdown_holds_no_markup_of_the_description() {
    let text = diff(&hostile(), &["--format", "markdown"]).stdout;
    let mut tags = Vec::new();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => tags.push(html.trim().to_owned()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in {text}"),
            Event::Text(plain) => assert!(!plain.contains('@'), "a mention in {text}"),
            _ => {}
        }
    }
    let ours = |tag: &String| tag == "<br>" || tag.starts_with("<details><summary>") || tag == "</details>";
    assert!(!tags.is_empty() && tags.iter().all(ours), "{tags:?}\n{text}");
}

#[test]
fn no_text_of_a_description_acts_in_any_format() {
    let folder = hostile();
    for format in ["pretty", "concise", "json", "sarif", "github", "markdown"] {
        let run = diff(&folder, &["--format", format]);
        assert_eq!(run.status, 1, "{format}: {}", run.stderr);
        let text = format!("{}{}", run.stdout, run.stderr);
        let is_active = |character: char| character.is_control() && character != '\n';
        assert!(!text.contains(is_active), "{format}: {text}");
        assert!(!text.contains("me:h7Gk29sLpQ"), "{format} shows a password: {text}");
        assert!(!text.contains("##[error]"), "{format}: {text}");
        // A command of GitHub begins a line.
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
        assert_eq!(commands, if format == "github" { run.stdout.lines().count() } else { 0 }, "{format}: {text}");
    }
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let coloured = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = program(folder.path(), &[&["diff", "old", "new"], arguments].concat());
        command.envs(variable);
        finish(command, b"").stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[], None));
    assert!(coloured(&["--color", "always"], None));
    assert!(coloured(&[], Some(("CLICOLOR_FORCE", "1"))));
    assert!(!coloured(&[], Some(("NO_COLOR", "1"))));
    assert!(!coloured(&["--color", "never"], Some(("CLICOLOR_FORCE", "1"))));
}

#[test]
fn output_goes_to_a_file_and_a_line_of_summary_to_those_who_wait() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let shown = diff(&folder, &["--format", "concise"]);
    let line = "3 changes in security: 1 weaker, 1 to be judged, 1 stronger (1 error, 1 info)\n";
    assert_eq!(shown.stderr, line);
    let written = diff(&folder, &["--format", "concise", "--output", "changes.txt"]);
    assert_eq!((written.stdout.as_str(), written.stderr.as_str(), written.status), ("", line, 1));
    assert_eq!(std::fs::read_to_string(folder.path().join("changes.txt")).unwrap(), shown.stdout);
    let quiet = diff(&folder, &["--format", "concise", "-q"]);
    assert_eq!((quiet.stdout, quiet.stderr), (shown.stdout, String::new()));
    assert!(diff(&folder, &[]).stdout.ends_with(line));
    assert!(!diff(&folder, &["-q"]).stdout.contains("changes in security"));
    let nowhere = diff(&folder, &["--output", "none/changes.txt"]);
    assert!(nowhere.status == 2 && nowhere.stderr.contains("--output"), "{}", nowhere.stderr);
}

#[test]
fn pretty_shows_both_versions() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("new/api.yaml", NEW)]);
    let text = diff(&folder, &[]).stdout;
    let place = |of: &str| text.find(of).unwrap_or_else(|| panic!("{of} is missing in {text}"));
    assert!(place("old/api.yaml (old):5:1") < place("── before"));
    assert!(place("new/api.yaml:7") < place("── now"));
    assert!(place("To be judged:") < place("Stronger:"));
}
