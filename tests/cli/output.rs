//! What the formats look like, and that nothing of a file reaches a terminal as a command.

use super::{DUPLICATE, GOOD, finish, folder_of, program, run, testdata};

#[test]
fn json_has_every_field_of_the_contract() {
    let folder = folder_of(&[("specs/api.yaml", DUPLICATE)]);
    let report = run(folder.path(), &["check", "--format", "json", "--profile", "strict"]).json();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&report), ["files", "findings", "profile", "schema_version", "statistics", "summary", "tool"]);
    assert_eq!((&report["schema_version"], &report["profile"]), (&"1.0".into(), &"strict".into()));
    let file = &report["files"][0];
    assert_eq!(keys(file), ["document", "format", "operations", "path", "reason", "score", "status", "version"]);
    assert_eq!((&file["path"], &file["version"]), (&"specs/api.yaml".into(), &"3.0.3".into()));
    let finding = &report["findings"][0];
    let expected = "confidence cwe document file fingerprint fix help level lint message operation operations \
                    operations_total owasp pointer range related related_total suppressed url";
    assert_eq!(keys(finding).join(" "), expected);
    let place =
        |line: u64, column: u64, offset: u64| serde_json::json!({"line": line, "column": column, "offset": offset});
    assert_eq!(finding["range"], serde_json::json!({"start": place(3, 1, 24), "end": place(3, 5, 28)}));
    assert_eq!(finding["pointer"], "/info");
    assert_eq!(finding["related"][0]["range"]["start"]["line"], 2);
    assert_eq!(report["summary"]["by_lint"], serde_json::json!({"document/duplicate-key": 1}));
}

/// Operations of AsyncAPI go by the channel's address, and findings by the document of the stream that they lie in.
#[test]
fn json_names_operations_and_documents_as_the_contract_says() {
    let schemes = "components: {securitySchemes: {up: {type: userPassword}}}";
    let text = format!(
        "\
asyncapi: 2.6.0
servers: {{prod: {{url: broker.parcels.io, protocol: mqtt, security: [{{up: []}}]}}}}
channels: {{'parcels/{{id}}': {{publish: {{operationId: sendParcel}}, subscribe: {{}}}}}}
{schemes}
---
asyncapi: 3.0.0
servers: {{prod: {{host: broker.parcels.io, protocol: mqtt, security: [{{$ref: '#/components/securitySchemes/up'}}]}}}}
channels: {{moved: {{address: parcels.moved}}}}
operations: {{onMoved: {{action: receive, channel: {{$ref: '#/channels/moved'}}}}}}
{schemes}
"
    );
    let folder = folder_of(&[("api.yaml", &text)]);
    let lint = "transport/cleartext-credentials";
    let report = run(folder.path(), &["check", "--format", "json", "--select", lint]).json();
    let of = |finding: &serde_json::Value| (finding["document"].clone(), finding["operations"].clone());
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(of).collect();
    let operation =
        |method: &str, path: &str, id: Option<&str>| serde_json::json!({"method": method, "path": path, "id": id});
    let first =
        [operation("publish", "parcels/{id}", Some("sendParcel")), operation("subscribe", "parcels/{id}", None)];
    let second = [operation("receive", "parcels.moved", Some("onMoved"))];
    assert_eq!(found, [(0.into(), first.to_vec().into()), (1.into(), second.to_vec().into())]);
}

/// Columns count characters, offsets bytes; a key's range holds its quotes, and its end is the first place behind it.
#[test]
fn ranges_are_measured_as_the_contract_says() {
    let folder = folder_of(&[("api.json", "{\"openapi\": \"3.0.3\",\r\n \"\u{e9}\u{1F600}\": {\"x\": 1, \"x\": 2}}")]);
    let report = run(folder.path(), &["check", "--format", "json"]).json();
    let place = |column: u64, offset: u64| serde_json::json!({"line": 2, "column": column, "offset": offset});
    assert_eq!(report["findings"][0]["range"], serde_json::json!({"start": place(17, 42), "end": place(20, 45)}));
}

/// A program that reads the output may rely on every field of the schema, also on those that may be null.
#[test]
fn the_schema_asks_for_every_field_that_is_written() {
    let folder = folder_of(&[("api.yaml", DUPLICATE)]);
    let report = run(folder.path(), &["check", "--format", "json"]).json();
    let text = std::fs::read_to_string(testdata("../schemas/output.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    assert!(validator.is_valid(&report));
    for object in ["", "/tool", "/files/0", "/findings/0", "/findings/0/range", "/findings/0/related/0", "/summary"] {
        let fields: Vec<String> = report.pointer(object).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut without = report.clone();
            without.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(&field);
            assert!(!validator.is_valid(&without), "{object}/{field}");
        }
    }
}

/// Two reports are compared as text, and people read them: what matters most stands first.
#[test]
fn fields_have_a_fixed_order() {
    let folder = folder_of(&[("api.yaml", DUPLICATE)]);
    let text = run(folder.path(), &["check", "--format", "json"]).stdout;
    let fields = |indent: &str| -> Vec<String> {
        let of =
            |line: &str| line.strip_prefix(indent)?.strip_prefix('"')?.split_once("\":").map(|(key, _)| key.to_owned());
        text.lines().filter_map(of).collect()
    };
    assert_eq!(fields("  ").join(" "), "schema_version tool profile files findings summary statistics");
    let file = "path document format version operations status reason score";
    let finding = "lint level confidence message help url file document pointer range operation operations \
                   operations_total related related_total owasp cwe fingerprint fix suppressed";
    let counted = "document/duplicate-key";
    assert_eq!(fields("      ").join(" "), format!("{file} {finding} {counted}"));
}

#[test]
fn concise_is_one_line_for_each_finding() {
    let folder = folder_of(&[("api.yaml", DUPLICATE)]);
    let run = run(folder.path(), &["check", "--format", "concise"]);
    let expected =
        "api.yaml:3:1: warning[document/duplicate-key] the key `info` stands more than once in its mapping\n";
    assert_eq!(run.stdout, expected);
    assert_eq!(run.stderr, "checked 1 file with 0 operations: 1 warning\n");
}

#[test]
fn pretty_marks_the_text() {
    let folder = folder_of(&[("api.yaml", DUPLICATE)]);
    let run = run(folder.path(), &["check"]);
    let expected = "\
warning[document/duplicate-key]

  \u{26a0} the key `info` stands more than once in its mapping
   \u{256d}\u{2500}[api.yaml:3:1]
 1 \u{2502} openapi: 3.0.3
 2 \u{2502} info: {}
   \u{b7} \u{2500}\u{2500}\u{252c}\u{2500}
   \u{b7}   \u{2570}\u{2500}\u{2500} it stands here already
 3 \u{2502} info: {title: Parcels, version: '1'}
   \u{b7} \u{2500}\u{2500}\u{252c}\u{2500}
   \u{b7}   \u{2570}\u{2500}\u{2500} here
 4 \u{2502} paths: {}
   \u{2570}\u{2500}\u{2500}\u{2500}\u{2500}
  help: the last value counts and the others are lost: merge them, or remove
        one

checked 1 file with 0 operations: 1 warning
";
    assert_eq!(run.stdout, expected);
    assert_eq!(run.stderr, "");
}

/// Only beside the words of another place it takes words to find the main one.
#[test]
fn a_place_that_is_marked_alone_needs_no_words() {
    let text = "\
openapi: 3.0.3
paths:
  /parcels:
    get: {security: [{account: [parcels.reed]}], responses: {}}
components:
  securitySchemes:
    account:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://login.parcels.io', scopes: {parcels.read: Read}}}
";
    let near = text.replace("components:", "\n\n\ncomponents:");
    for (text, here) in [(text, 1), (near.as_str(), 0)] {
        let folder = folder_of(&[("api.yaml", text)]);
        let run = run(folder.path(), &["check", "--select", "rbac/undefined-scope"]);
        assert!(run.stdout.contains("\u{2500} the scheme\n"), "{}", run.stdout);
        assert_eq!(run.stdout.matches("\u{2500} here\n").count(), here, "{}", run.stdout);
    }
}

#[test]
fn code_in_advice_stays_on_one_line() {
    let folder = folder_of(&[("api.yaml", "openapi: 3.0.3\npaths: {/a: {get: {responses: {}}}}\n")]);
    let run = run(folder.path(), &["check", "--select", "auth/no-security-schemes"]);
    let told = run.stdout.replace('\u{a0}', "~");
    assert!(told.contains("`x-apiward-public: \"reason\"`") && !told.contains('~'), "{told}");
}

#[test]
fn affected_operations_are_named_on_lines_that_fit() {
    let paths = (0..9).map(|at| format!("  /containers/{{id}}/of-a-long-name-{at}: {{get: {{}}}}"));
    let paths = paths.collect::<Vec<_>>().join("\n");
    let text = format!("openapi: 3.0.3\nservers: [{{url: 'http://api.example'}}]\npaths:\n{paths}\n");
    let folder = folder_of(&[("api.yaml", &text)]);
    let run = run(folder.path(), &["check", "--select", "transport/http-server"]);
    let note: Vec<&str> = run.stdout.lines().skip_while(|line| !line.starts_with("  affects")).take(5).collect();
    let expected = [
        "  affects GET /containers/{id}/of-a-long-name-0,",
        "    GET /containers/{id}/of-a-long-name-1,",
        "    GET /containers/{id}/of-a-long-name-2,",
        "    GET /containers/{id}/of-a-long-name-3, GET /containers/{id}/of-a-long-name-4",
        "    and 4 more",
    ];
    assert_eq!(note, expected, "{}", run.stdout);
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = folder_of(&[("api.yaml", DUPLICATE)]);
    let coloured = |arguments: &[&str], variable: Option<&str>| {
        let mut command = program(folder.path(), &[&["check"], arguments].concat());
        if let Some(name) = variable {
            command.env(name, "1");
        }
        finish(command, b"").stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[], None), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"], None));
    assert!(coloured(&["--color", "always"], Some("NO_COLOR")));
    assert!(coloured(&[], Some("CLICOLOR_FORCE")));
    assert!(!coloured(&[], Some("NO_COLOR")));
    assert!(!coloured(&["--color", "never"], Some("CLICOLOR_FORCE")));
}

#[test]
fn terminal_escapes_stay_text() {
    for format in ["pretty", "concise"] {
        let run = run(&testdata("hostile"), &["check", "control.yaml", "--format", format, "-q"]);
        let active = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
        assert!(run.stdout.contains("pwned") && !run.stdout.contains(active), "{:?}", run.stdout);
    }
}

#[test]
fn secrets_are_in_no_output() {
    let key = ["AKIA", "Z7QK3M5XW2PD4RTB"].concat();
    let text = format!(
        "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: x\n          \
         content:\n            application/json:\n              example: {{key: {key}}}\n"
    );
    let folder = folder_of(&[("api.yaml", &text)]);
    for format in ["pretty", "concise", "json", "html"] {
        let run = run(folder.path(), &["check", "--format", format, "--profile", "strict"]);
        assert!(run.stdout.contains("secrets/known-credential"), "{}", run.stdout);
        assert!(!run.stdout.contains(&key), "{}", run.stdout);
    }
    let pretty = run(folder.path(), &["check"]).stdout;
    assert!(pretty.contains("example: {key: AKIA****************}"), "{pretty}");
}

#[test]
fn what_is_declared_public_is_shown_on_request() {
    let text = "\
openapi: 3.0.3
paths:
  /parcels:
    get: {x-apiward-public: the tracking page, responses: {}}
    put: {security: [{key: []}], responses: {}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
";
    let folder = folder_of(&[("api.yaml", text)]);
    let arguments = ["check", "--select", "auth/operation-without-security", "--format", "json"];
    let hidden = run(folder.path(), &arguments).json();
    assert_eq!((&hidden["findings"], &hidden["summary"]["suppressed"]), (&serde_json::json!([]), &1.into()));
    let shown = run(folder.path(), &[&arguments[..], &["--show-suppressed"]].concat()).json();
    let expected = serde_json::json!({"by": "public", "reason": "the tracking page", "expires": null});
    assert_eq!(shown["findings"][0]["suppressed"], expected);
    assert_eq!(shown["summary"]["by_lint"], serde_json::json!({}));
    let pretty = run(folder.path(), &[&arguments[..3], &["--show-suppressed"]].concat());
    assert_eq!(pretty.status, 0);
    assert!(pretty.stdout.contains("suppressed: the tracking page"), "{}", pretty.stdout);
}

#[test]
fn a_line_of_megabytes_is_cut() {
    let text =
        format!("{{\"openapi\":\"3.0.3\",\"x\":\"{}\",\"info\":{{}},\"info\":{{}}}}", "\u{e9}".repeat(1_000_000));
    let folder = folder_of(&[("api.json", &text)]);
    let run = run(folder.path(), &["check"]);
    assert!(run.stdout.contains("document/duplicate-key"));
    let widest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{widest:?}\n{}", run.stdout.chars().take(2000).collect::<String>());
    assert!(run.stdout.contains("api.json:1:1000037"), "{}", run.stdout);
}

#[test]
fn words_that_find_no_room_beside_the_text_stand_below_it() {
    let text = format!("{{\"openapi\": \"3.0.3\", \"{0}\": 1, \"{0}\": 2}}", "k".repeat(22));
    let folder = folder_of(&[("api.json", &text)]);
    let run = run(folder.path(), &["check"]);
    assert!(run.stdout.contains("here") && run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    let far = format!("{{\"x\": \"{}\", \"k\": 1, \"openapi\": \"3.0.3\", \"k\": 2}}", "y".repeat(30));
    std::fs::write(folder.path().join("api.json"), far).unwrap();
    let run = super::run(folder.path(), &["check"]);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
}

#[test]
fn findings_are_sorted_by_file_and_place() {
    let two = format!("{DUPLICATE}paths: {{}}\n");
    let folder = folder_of(&[("b.yaml", &two), ("a.yaml", DUPLICATE), ("c/a.yaml", DUPLICATE)]);
    let run = run(folder.path(), &["check", "c", "b.yaml", "a.yaml", "--format", "concise"]);
    let places: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["a.yaml:3:1", "b.yaml:3:1", "b.yaml:5:1", "c/a.yaml:3:1"]);
}

#[test]
fn an_output_file_is_whole_and_nothing_is_left_beside_it() {
    let folder = folder_of(&[("api.yaml", DUPLICATE), ("report.json", "old")]);
    let run = run(folder.path(), &["check", "api.yaml", "--format", "json", "--output", "report.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["summary"]["warning"], 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "the file, the report and .git");
    assert_eq!(run.stderr, "checked 1 file with 0 operations: 1 warning\n");
    // The pretty format holds the summary, and who sends that to a file wants to see how it went.
    let pretty = super::run(folder.path(), &["check", "api.yaml", "--output", "report.txt"]);
    assert_eq!((pretty.stdout.as_str(), pretty.stderr.as_str()), ("", "checked 1 file with 0 operations: 1 warning\n"));
    let dash = super::run(folder.path(), &["check", "api.yaml", "-o", "-", "--format", "concise", "-q"]);
    assert!(dash.stdout.starts_with("api.yaml:3:1: ") && !folder.path().join("-").exists(), "{}", dash.stdout);
    let nowhere = super::run(folder.path(), &["check", "api.yaml", "--output", "no/where.txt"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.stderr.contains("--output: cannot write `no/where.txt`"), "{}", nowhere.stderr);
}

#[test]
fn no_output_goes_over_a_description() {
    let folder = folder_of(&[("api.yaml", DUPLICATE), ("old.json", "{\"swagger\": \"1.2\"}"), ("report.json", "old")]);
    let commands: [&[&str]; 5] = [
        &["check", "--output", "api.yaml"],
        &["check", "--format", "json=./old.json"],
        &["check", "--write-baseline", "api.yaml"],
        &["inventory", "--output", "api.yaml"],
        &["diff", "api.yaml", "api.yaml", "--output", "api.yaml"],
    ];
    for command in commands {
        let run = run(folder.path(), command);
        assert_eq!(run.status, 2, "{command:?}");
        assert!(run.stderr.contains("is an API description, and would be lost"), "{command:?} {}", run.stderr);
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("api.yaml")).unwrap(), DUPLICATE);
    // A report of the run before lies where it is found, and is replaced.
    for _ in 0..2 {
        assert_eq!(run(folder.path(), &["check", "api.yaml", "--format", "json=report.json"]).status, 0);
    }
}

/// What a configuration or a command line says is shown as text, too.
#[test]
fn no_text_of_a_configuration_or_of_an_argument_acts() {
    let active = "\\e[31mX\\u202e\\n::error::pwn\\n##vso[task.complete]";
    let config = format!(
        "rules: [{{id: custom/x, title: \"{active}\", target: operation, assert: 'false', message: \"{active}\"}}]\n\
         ignore: [{{lint: custom/x, reason: \"{active}\"}}]\npublic: [{{path: /a, reason: \"{active}\"}}]\n\
         lexicons: {{admin_strong_segments: {{add: [\"x ::error::\"]}}}}\n"
    );
    let folder = folder_of(&[("api.yaml", GOOD), ("apiward.yaml", &config)]);
    let argument = "--no\n::error::pwn\u{1b}[31m";
    let commands: [&[&str]; 7] = [
        &["lints"],
        &["lints", "--format", "markdown"],
        &["explain", "custom/x"],
        &["check", "--show-settings", "api.yaml"],
        &["check", argument],
        &["check", "--profile", argument],
        &[argument],
    ];
    for command in commands {
        let run = run(folder.path(), command);
        for text in [&run.stdout, &run.stderr] {
            let acts = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
            assert!(!text.contains(acts) && !text.contains("##vso["), "{command:?} {text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::error")), "{command:?} {text}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;

    // More than a pipe holds.
    let many = "x: 1\n".repeat(5000);
    let folder = folder_of(&[("api.yaml", &format!("{GOOD}{many}"))]);
    let mut command = program(folder.path(), &["check", "--format", "concise", "-q"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn quiet_says_nothing_but_findings() {
    let folder = folder_of(&[("api.yaml", GOOD), ("other.yaml", "swagger pages: 1\n")]);
    let run = run(folder.path(), &["check", "-q"]);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
}

/// The table stands in the place of the findings; the exit status is theirs all the same.
#[test]
fn statistics_count_findings_and_time_by_lint() {
    let bad = "openapi: 3.0.3\nservers: [{url: https://api.parcels.io}]\npaths: {/a: {post: {}}}\n";
    let folder = folder_of(&[("api.yaml", bad)]);
    let outcome = run(folder.path(), &["check", "--statistics", "--profile", "minimal"]);
    assert_eq!(outcome.status, 1);
    let rows: Vec<Vec<&str>> = outcome.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["lint", "error", "warning", "info", "time", "ms", "share"]);
    assert_eq!(rows[1][..4], ["auth/no-security-schemes", "1", "0", "0"]);
    assert!(outcome.stdout.contains("\ntotal ") && outcome.stderr.contains("checked 1 file"), "{}", outcome.stderr);

    let report = run(folder.path(), &["check", "--statistics", "--profile", "minimal", "--format", "json"]).json();
    let lints = report["statistics"]["lints"].as_array().unwrap();
    let names = |list: &[serde_json::Value]| list.iter().map(|lint| lint["lint"].clone()).collect::<Vec<_>>();
    assert_eq!((&names(lints)[0], lints.len()), (&"auth/no-security-schemes".into(), 20));
    let time = |value: &serde_json::Value| value.as_f64().unwrap();
    let phases = ["parse_ms", "model_ms", "shared_ms"].map(|phase| time(&report["statistics"][phase]));
    let sum: f64 = phases.into_iter().chain(lints.iter().map(|lint| time(&lint["time_ms"]))).sum();
    assert!((sum - time(&report["statistics"]["total_ms"])).abs() < 0.1);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}

/// What the logs of CI systems take for commands, what spreadsheets compute, and what pages run: nothing of it comes out as
/// more than text, from whatever part of a description, or name of a file, it is.
#[test]
fn texts_of_descriptions_are_no_commands_in_any_format() {
    let attacks = [
        "::error file=a::b",
        "x ::stop-commands::y",
        "##[add-mask]x",
        "##vso[task.setvariable variable=a]b",
        "<script>alert(1)</script>",
        "=cmd()|' /C calc'!A0",
        "\u{1b}]0;x\u{7}\n::warning::two",
    ];
    let long = "word ".repeat(14);
    for attack in attacks {
        let text = format!("{long}{attack} {attack}");
        let description = serde_json::json!({
            "openapi": "3.0.3",
            "info": {"title": text, "description": text, "version": "1"},
            "servers": [{"url": format!("http://api.parcels.io/{text}")}],
            "security": [{text.as_str(): []}],
            "tags": [{"name": text}],
            "paths": {format!("/{text}"): {"post": {
                "operationId": text, "summary": text, "tags": [text], "parameters": [{"$ref": text}],
                "requestBody": {"content": {"application/json": {"schema": {"properties": {text.as_str(): {"pattern": text}}}}}},
                "responses": {"200": {"description": text}, text.as_str(): {"$ref": format!("#/{text}")}},
            }}},
            "components": {"securitySchemes": {format!("{text}2"): {"type": text}}},
        });
        let pretty = serde_json::to_string_pretty(&description).unwrap();
        let folder = folder_of(&[("api.json", &pretty), ("::error file=a::b.yaml", DUPLICATE)]);
        let formats = [
            "pretty",
            "concise",
            "json",
            "sarif",
            "github",
            "gitlab",
            "junit",
            "checkstyle",
            "rdjson",
            "markdown",
            "html",
        ];
        for format in formats {
            let run =
                run(folder.path(), &["check", "--profile", "strict", "--format", format, "--fail-on", "never", "-v"]);
            assert!(run.status == 0 && run.stdout.len() > 1_000, "{}", run.stderr);
            let own = |line: &str| {
                format == "github"
                    && ["error", "warning", "notice"]
                        .iter()
                        .any(|level| line.starts_with(&format!("::{level} file=")) && line.matches("::").count() >= 2)
            };
            for line in run.stdout.lines().chain(run.stderr.lines()) {
                let begins = line.trim_start().starts_with("::") && !own(line);
                let inside = line.contains("##[") || line.contains("##vso[");
                let active = line.chars().any(char::is_control);
                // What stands between backticks is shown as it is.
                let shown = if format == "markdown" { line.split('`').step_by(2).collect() } else { line.to_owned() };
                let page = ["markdown", "junit", "checkstyle"].contains(&format) && shown.contains("<script");
                let cell = line.trim_start().starts_with('=') || (format == "markdown" && line.starts_with("| ="));
                assert!(!(begins || inside || active || page || cell), "{format}, {attack:?}: {line:?}");
            }
        }
    }
}
