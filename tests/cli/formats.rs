//! The formats for other programs, read back by parsers and schemas of others.

use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::{folder_of, run, say_skipped};

/// A description whose every text tries to break out of the output that holds it.
const NASTY: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: 'http://api.parcels.io/\u{e9}'}]
components: {securitySchemes: {'k<>&\"|`,:%\\u001b[31m@team': {type: apiKey, in: query, name: k}}}
security: [{'k<>&\"|`,:%\\u001b[31m@team': []}]
paths:
  '/a%|<b>\"&\\n::error::x': {post: {}, put: {security: [], x-apiward-public: 'open <data>'}}
  /\u{e9}\u{1F600}: {post: {security: [{nowhere: []}]}} # \u{e9}
";

const NAME: &str = "a b,c:d%.yaml";

fn report(format: &str) -> (String, Value) {
    let folder = folder_of(&[(NAME, NASTY)]);
    let arguments = |format| ["check", ".", "--profile", "strict", "--format", format];
    let text = run(folder.path(), &arguments(format)).stdout;
    (text, run(folder.path(), &arguments("json")).json())
}

fn findings(json: &Value) -> &Vec<Value> {
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.len() > 2, "{findings:?}");
    findings
}

/// The schema that OASIS publishes, from a package that carries it.
pub(super) fn sarif_schema() -> Option<Value> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--manifest-path"]).arg(manifest);
    let output = cargo.output().unwrap();
    if !output.status.success() {
        say_skipped(&format!("the SARIF schema cannot be fetched: {}", String::from_utf8_lossy(&output.stderr)));
        return None;
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let folder = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let schema = std::fs::read_to_string(folder.with_file_name("src").join("schema.json")).unwrap();
    // The last bracket of this pattern is a fault, which strict readers of ECMA-262 refuse.
    let pattern = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert!(schema.contains(pattern));
    let schema = serde_json::from_str(&schema.replace(pattern, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$")).unwrap();
    Some(schema)
}

#[test]
fn sarif_keeps_to_the_schema_of_oasis() {
    let Some(schema) = sarif_schema() else { return };
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = folder_of(&[(NAME, NASTY), ("broken.yaml", "openapi: 3.0.3\npaths: {\n")]);
    for arguments in [&["--show-suppressed"][..], &["--profile", "minimal"]] {
        let log = run(folder.path(), &[&["check", ".", "--format", "sarif"], arguments].concat()).json();
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})), "the schema is strict");
}

#[test]
fn sarif_has_the_findings_the_rules_and_the_classes() {
    let (text, json) = report("sarif");
    let log: Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), findings(&json).len());
    for (result, finding) in results.iter().zip(findings(&json)) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!((&rule["id"], &result["ruleId"]), (&finding["lint"], &finding["lint"]));
        let tags = rule["properties"]["tags"].as_array().unwrap();
        for class in finding["owasp"].as_array().unwrap() {
            assert!(tags.contains(&format!("owasp/{}", class.as_str().unwrap()).into()), "{rule}");
        }
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b,c%3Ad%25.yaml");
        let range = &finding["range"];
        assert_eq!(place["region"]["startLine"], range["start"]["line"]);
        assert_eq!(place["region"]["endColumn"], range["end"]["column"]);
        assert_eq!(result["partialFingerprints"]["apiward/v1"], finding["fingerprint"]);
        assert!(result["message"]["text"].as_str().unwrap().starts_with(finding["message"].as_str().unwrap()));
        let replacements = &result["fixes"][0]["artifactChanges"][0]["replacements"];
        let edits = finding["fix"]["edits"].as_array();
        assert_eq!(replacements.as_array().map(Vec::len), edits.map(Vec::len), "{finding}");
        for (edit, replacement) in edits.into_iter().flatten().zip(replacements.as_array().into_iter().flatten()) {
            assert_eq!(replacement["insertedContent"]["text"], edit["text"]);
            assert_eq!(replacement["deletedRegion"]["startColumn"], edit["range"]["start"]["column"]);
        }
    }
    assert!(results.iter().any(|result| !result["fixes"].is_null()), "none can be fixed");
    // Each class that a rule belongs to is a taxon.
    for target in rules.iter().flat_map(|rule| rule["relationships"].as_array().unwrap()).map(|one| &one["target"]) {
        let index = usize::try_from(target["toolComponent"]["index"].as_u64().unwrap()).unwrap();
        let taxa = run["taxonomies"][index]["taxa"].as_array().unwrap();
        assert!(taxa.iter().any(|taxon| taxon["id"] == target["id"]), "{target}");
    }
}

#[test]
fn sarif_shows_suppressions_on_request_and_files_that_failed() {
    let folder = folder_of(&[(NAME, NASTY), ("broken.yaml", "openapi: 3.0.3\npaths: {\n")]);
    let log = run(folder.path(), &["check", ".", "--format", "sarif", "--show-suppressed"]).json();
    let run = &log["runs"][0];
    let hidden: Vec<&Value> =
        run["results"].as_array().unwrap().iter().filter(|result| result.get("suppressions").is_some()).collect();
    assert!(!hidden.is_empty());
    let suppression = &hidden[0]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["justification"]), (&"inSource".into(), &"open <data>".into()));
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1);
}

/// A command is one line that begins with two colons; what GitHub decodes is what was found.
#[test]
fn github_gets_one_command_for_each_finding() {
    let (text, json) = report("github");
    let decoded = |text: &str| text.replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let mut seen = 0;
    for (line, finding) in text.lines().zip(findings(&json)) {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        let level = match command {
            "notice" => "info",
            other => other,
        };
        assert_eq!(finding["level"], level);
        let properties: Vec<(&str, String)> = properties
            .split(',')
            .map(|property| property.split_once('=').map(|(name, value)| (name, decoded(value))).unwrap())
            .collect();
        let value = |name| properties.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()).unwrap();
        assert_eq!((value("file"), value("line")), (NAME.to_owned(), finding["range"]["start"]["line"].to_string()));
        assert_eq!(value("title"), format!("apiward {}", finding["lint"].as_str().unwrap()));
        assert!(decoded(message).starts_with(finding["message"].as_str().unwrap()), "{message}");
        seen += 1;
    }
    assert_eq!((seen, text.lines().count()), (findings(&json).len(), findings(&json).len()));
}

#[test]
fn gitlab_gets_what_its_report_needs() {
    let (text, json) = report("gitlab");
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(entries.len(), findings(&json).len());
    let severities = ["info", "minor", "major", "critical", "blocker"];
    for (entry, finding) in entries.iter().zip(findings(&json)) {
        assert!(severities.contains(&entry["severity"].as_str().unwrap()));
        assert_eq!((&entry["check_name"], &entry["location"]["path"]), (&finding["lint"], &finding["file"]));
        assert_eq!(entry["location"]["lines"]["begin"], finding["range"]["start"]["line"]);
        assert_eq!(entry["fingerprint"], finding["fingerprint"]);
        assert!(entry["description"].as_str().unwrap().ends_with(finding["message"].as_str().unwrap()));
    }
    let prints: std::collections::HashSet<_> = entries.iter().map(|entry| &entry["fingerprint"]).collect();
    assert_eq!(prints.len(), entries.len(), "GitLab drops entries of one fingerprint");
}

#[test]
fn junit_counts_what_it_holds() {
    let (text, json) = report("junit");
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let named = |name| root.descendants().filter(move |node| node.has_tag_name(name));
    let (cases, failures) = (named("testcase").count(), named("failure").count());
    let attribute = |name| root.attribute(name).unwrap().parse::<usize>().unwrap();
    assert_eq!((attribute("tests"), attribute("failures")), (cases, failures));
    assert_eq!(named("testsuite").next().unwrap().attribute("name"), Some(NAME));
    let text: String = named("failure").chain(named("system-out")).filter_map(|node| node.text()).collect();
    for finding in findings(&json) {
        let message = finding["message"].as_str().unwrap();
        let start = &finding["range"]["start"];
        let line = format!(
            "{NAME}:{}:{}: {}: {message}\n",
            start["line"],
            start["column"],
            finding["level"].as_str().unwrap()
        );
        assert!(text.contains(&line), "{line} is not in {text}");
    }
    let folder = folder_of(&[("good.yaml", super::GOOD)]);
    let good = run(folder.path(), &["check", ".", "--format", "junit", "--profile", "minimal"]).stdout;
    assert!(good.contains("tests=\"1\" failures=\"0\"") && good.contains("name=\"apiward\"/>"), "{good}");
}

/// What the run passes is no failed test.
#[test]
fn junit_fails_what_the_run_fails() {
    let folder = folder_of(&[("api.yaml", super::DUPLICATE)]);
    let count = |fail_on: &str| {
        let arguments = ["check", ".", "--select", "document", "--format", "junit", "--fail-on", fail_on];
        let told = run(folder.path(), &arguments);
        assert!(told.stdout.contains("the key `info` stands more than once"), "{}", told.stdout);
        (told.status, told.stdout.matches("<failure ").count(), told.stdout.matches("<system-out>").count())
    };
    assert_eq!([count("warning"), count("error"), count("never")], [(1, 1, 0), (0, 0, 1), (0, 0, 1)]);
}

#[test]
fn checkstyle_has_one_error_for_each_finding() {
    let (text, json) = report("checkstyle");
    let document = roxmltree::Document::parse(&text).unwrap();
    let errors: Vec<_> = document.descendants().filter(|node| node.has_tag_name("error")).collect();
    assert_eq!(errors.len(), findings(&json).len());
    for (error, finding) in errors.iter().zip(findings(&json)) {
        assert_eq!(error.parent().unwrap().attribute("name"), Some(NAME));
        assert_eq!(error.attribute("line").unwrap(), finding["range"]["start"]["line"].to_string());
        assert_eq!(error.attribute("message"), finding["message"].as_str());
        assert_eq!(error.attribute("severity"), finding["level"].as_str());
    }
}

/// Its columns count bytes of UTF-8.
#[test]
fn rdjson_places_what_it_says() {
    let (text, json) = report("rdjson");
    let report: Value = serde_json::from_str(&text).unwrap();
    let diagnostics = report["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), findings(&json).len());
    let lines: Vec<&str> = NASTY.lines().collect();
    let at = |position: &Value| {
        let number = |key: &str| usize::try_from(position[key].as_u64().unwrap()).unwrap();
        lines[..number("line") - 1].iter().map(|line| line.len() + 1).sum::<usize>() + number("column") - 1
    };
    for (diagnostic, finding) in diagnostics.iter().zip(findings(&json)) {
        let range = &diagnostic["location"]["range"];
        for end in ["start", "end"] {
            assert_eq!(at(&range[end]).to_string(), finding["range"][end]["offset"].to_string());
        }
        assert_eq!(diagnostic["code"]["value"], finding["lint"]);
        if let Some(suggestion) = diagnostic["suggestions"].as_array().unwrap().first() {
            let edit = &finding["fix"]["edits"][0];
            assert_eq!(suggestion["text"], edit["text"]);
            assert_eq!(at(&suggestion["range"]["start"]).to_string(), edit["range"]["start"]["offset"].to_string());
        }
        let levels = ["ERROR", "WARNING", "INFO"];
        assert!(levels.contains(&diagnostic["severity"].as_str().unwrap()));
    }
}

/// Every text stays text: the only HTML is the line break between message and advice.
#[test]
fn markdown_shows_each_finding_in_a_row() {
    let (text, json) = report("markdown");
    let (mut rows, mut html) = (0, Vec::new());
    let mut shown = String::new();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Html(raw) | Event::InlineHtml(raw) => html.push(raw.into_string()),
            Event::Text(text) | Event::Code(text) => shown += &text,
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strong) => panic!("markup"),
            _ => {}
        }
    }
    assert_eq!(rows, 1 + findings(&json).len());
    assert!(html.iter().all(|raw| raw == "<br>"), "{html:?}");
    assert!(shown.contains("k<>&\"| ,:%\\u001b[31m@team"), "{shown}");
}

#[test]
fn several_formats_are_written_in_one_run() {
    let folder = folder_of(&[(NAME, NASTY)]);
    let both = run(folder.path(), &["check", ".", "--format", "sarif", "--format", "json"]);
    assert_eq!((both.status, both.stdout.as_str()), (2, ""));
    assert!(both.stderr.contains("two formats would go to standard output"), "{}", both.stderr);
    let formats = ["--format", "sarif=out.sarif", "--format", "json", "--output", "out.json", "--format", "concise"];
    let run = run(folder.path(), &[&["check", "."], &formats[..]].concat());
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let json: Value = serde_json::from_str(&read("out.json")).unwrap();
    assert_eq!(run.stdout.lines().count(), findings(&json).len());
    assert!(read("out.sarif").contains("sarif-schema-2.1.0.json"));
}
