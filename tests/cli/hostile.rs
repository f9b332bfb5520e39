//! Input that is made to hurt: an answer or a clear error, in bounded time. The texts are generated here, and the time
//! limit is only a guard: a cost that grows with the square would exceed it by far.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::{Run, folder_of, run, scratch};

/// What a debug build on a busy machine may take for what should take a second or two.
const GUARD: Duration = Duration::from_secs(120);

/// Checks one file, as JSON, within the time limit.
#[track_caller]
fn check(name: &str, text: &str) -> Run {
    check_all(&[(name, text)])
}

#[track_caller]
fn check_all(files: &[(&str, &str)]) -> Run {
    let folder = folder_of(files);
    let start = Instant::now();
    let run = run(folder.path(), &["check", files[0].0, "--format", "json"]);
    let took = start.elapsed();
    assert!(took < GUARD, "{took:?}");
    assert!(run.status < 3 && !run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The only fault of reading that is reported; what lints say of such documents is not the point.
#[track_caller]
fn only(run: &Run, lint: &str) {
    let report = run.json();
    let by_lint = report["summary"]["by_lint"].as_object().unwrap();
    let faults: Vec<_> = by_lint.keys().filter(|lint| lint.starts_with("document/")).collect();
    assert_eq!(faults, [lint], "{}", &run.stdout[..run.stdout.len().min(4000)]);
}

/// What the first fault of reading says.
#[track_caller]
fn message(run: &Run) -> String {
    let report = run.json();
    let mut findings = report["findings"].as_array().unwrap().iter();
    let fault = findings.find(|finding| finding["lint"].as_str().unwrap().starts_with("document/"));
    fault.unwrap()["message"].as_str().unwrap().to_owned()
}

/// Number of findings of the reference kind.
fn dangling(run: &Run) -> u64 {
    run.json()["summary"]["by_lint"]["document/unresolved-reference"].as_u64().unwrap_or_default()
}

fn with_schemas(schemas: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}")
}

#[test]
fn a_hundred_thousand_levels() {
    let levels = 100_000;
    let shapes = [
        ("api.json", format!("{{\"openapi\": \"3.0.3\", \"x\": {}", "[".repeat(levels))),
        ("api.json", format!("{{\"openapi\": \"3.0.3\", \"x\": {}", "{\"a\":".repeat(levels))),
        ("api.yaml", format!("openapi: 3.0.3\nx: {}", "[".repeat(levels))),
        ("api.yaml", format!("openapi: 3.0.3\nx: {}", "{a: ".repeat(levels))),
        ("api.yaml", format!("openapi: 3.0.3\nx:\n  {}", "- ".repeat(levels))),
        ("api.yaml", format!("openapi: 3.0.3\nx: {}1{}", "[".repeat(levels), "]".repeat(levels))),
    ];
    for (name, text) in shapes {
        let run = check(name, &text);
        assert_eq!(run.status, 2);
        only(&run, "document/limit-exceeded");
        assert!(message(&run).contains("512"), "{}", message(&run));
    }
}

#[test]
fn the_deepest_document_that_is_read() {
    let mut schema = "{\"type\": \"string\"}".to_owned();
    for _ in 0..200 {
        schema = format!("{{\"properties\": {{\"a\": {schema}}}}}");
    }
    let text =
        format!("{{\"openapi\": \"3.0.3\", \"paths\": {{}}, \"components\": {{\"schemas\": {{\"A\": {schema}}}}}}}");
    assert_eq!(check("api.json", &text).json()["files"][0]["status"], "checked");
}

#[test]
fn an_alias_bomb() {
    let mut text = "openapi: 3.0.3\npaths: {}\nx-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        writeln!(text, "x-a{level}: &a{level} [{}]", [alias.as_str(); 10].join(", ")).unwrap();
    }
    // Aliases that nobody follows cost nothing.
    assert_eq!(check("api.yaml", &text).json()["files"][0]["status"], "checked");
    let mut schemas = "    A0: &a0 {allOf: [{type: string}]}\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        writeln!(schemas, "    A{level}: &a{level} {{allOf: [{}]}}", [alias.as_str(); 10].join(", ")).unwrap();
    }
    assert_eq!(check("api.yaml", &with_schemas(&schemas)).json()["files"][0]["status"], "checked");
}

#[test]
fn a_merge_key_bomb() {
    let mut text = "openapi: 3.0.3\npaths: {}\nx0: &m0 {a: 1}\n".to_owned();
    for level in 1..40 {
        writeln!(text, "x{level}: &m{level} {{<<: [*m{0}, *m{0}], k{level}: 1}}", level - 1).unwrap();
    }
    let run = check("api.yaml", &text);
    assert_eq!(run.status, 2);
    only(&run, "document/limit-exceeded");
}

#[test]
fn circles_of_references() {
    let openapi = "\
openapi: 3.1.0
info: {title: Circles, version: '1'}
paths:
  /self: {$ref: '#/paths/~1self'}
  /one: {$ref: '#/paths/~1two'}
  /two: {$ref: '#/paths/~1one'}
  /used:
    get:
      parameters: [{$ref: '#/components/parameters/A'}]
      requestBody: {$ref: '#/components/requestBodies/A'}
      responses: {'200': {$ref: '#/components/responses/A'}}
      callbacks: {done: {$ref: '#/components/callbacks/A'}}
      security: [{a: []}]
components:
  parameters: {A: {$ref: '#/components/parameters/B'}, B: {$ref: '#/components/parameters/A'}}
  requestBodies: {A: {$ref: '#/components/requestBodies/A'}}
  responses: {A: {$ref: '#/components/responses/A'}}
  callbacks: {A: {$ref: '#/components/callbacks/A'}}
  securitySchemes: {a: {$ref: '#/components/securitySchemes/a'}}
  schemas:
    Self: {$ref: '#/components/schemas/Self'}
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
    Node: {properties: {next: {$ref: '#/components/schemas/Node'}}}
    All: {allOf: [{$ref: '#/components/schemas/All'}]}
    Root: {$ref: '#'}
";
    let run = check("api.yaml", openapi);
    assert_eq!(run.status, 1);
    // Two path items, the parameters, body, response, callback, scheme, and two schemas: each circle once.
    assert_eq!(dangling(&run), 9, "{}", run.stdout);
    let asyncapi = "\
asyncapi: 3.0.0
info: {title: Circles, version: '1'}
channels:
  a: {$ref: '#/channels/a'}
operations:
  send: {action: send, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/components/messages/A'}]}
  again: {$ref: '#/operations/again'}
components:
  messages: {A: {$ref: '#/components/messages/A'}}
";
    assert_eq!(dangling(&check("api.yaml", asyncapi)), 3);
}

/// A schema that leads to a circle wherever a schema may stand in it.
fn around(circle: &str) -> String {
    let parts = format!(
        "items: {circle}, additionalProperties: {circle}, not: {circle}, allOf: [{circle}], oneOf: [{circle}, {{}}], \
         anyOf: [{circle}, {{type: 'null'}}]"
    );
    let typed = |kind: &str| format!("{{type: {kind}, {parts}}}");
    format!(
        "{{type: object, properties: {{list: {}, map: {}, text: {}, any: {{{parts}}}, bare: {circle}}}, {parts}}}",
        typed("array"),
        typed("object"),
        typed("string"),
    )
}

#[test]
fn circles_that_are_used_as_schemas() {
    let of_three = |version: &str| {
        let reference = |name: &str| around(&format!("{{$ref: '#/components/schemas/{name}'}}"));
        let (own, mutual) = (reference("Self"), reference("A"));
        let media = |schema: &str| format!("content: {{application/json: {{schema: {schema}}}}}");
        format!(
            "openapi: {version}\ninfo: {{title: Circles, version: '1'}}\npaths:\n  /a/{{id}}:\n    put:\n      parameters:\n      \
             - {{name: id, in: path, schema: {own}}}\n      - {{name: filter, in: query, schema: {mutual}}}\n      \
             requestBody: {{{}}}\n      responses: {{'200': {{headers: {{X-A: {{schema: {own}}}}}, {}}}, '400': {{{}}}}}\n\
             components:\n  schemas:\n    Self: {{$ref: '#/components/schemas/Self'}}\n    \
             A: {{$ref: '#/components/schemas/B'}}\n    B: {{$ref: '#/components/schemas/A'}}\n",
            media(&mutual),
            media(&own),
            media(&mutual),
        )
    };
    let circle = around("{$ref: '#/definitions/Self'}");
    let of_two = format!(
        "swagger: '2.0'\ninfo: {{title: Circles, version: '1'}}\nconsumes: [application/json]\nproduces: [application/json]\n\
         paths:\n  /a:\n    post:\n      parameters: [{{name: body, in: body, schema: {circle}}}]\n      \
         responses: {{'200': {{schema: {circle}}}}}\ndefinitions:\n  Self: {{$ref: '#/definitions/Self'}}\n"
    );
    let circle = around("{$ref: '#/components/schemas/Self'}");
    let asynchronous = format!(
        "asyncapi: 2.6.0\ninfo: {{title: Circles, version: '1'}}\nchannels:\n  a:\n    publish: {{message: {{payload: {circle}, \
         headers: {circle}}}}}\n    subscribe: {{message: {{payload: {circle}}}}}\ncomponents:\n  schemas:\n    \
         Self: {{$ref: '#/components/schemas/Self'}}\n"
    );
    for text in [of_three("3.0.3"), of_three("3.1.0"), of_three("3.2.0"), of_two, asynchronous] {
        let folder = folder_of(&[("api.yaml", &text)]);
        for arguments in [
            &["check", "--profile", "strict", "--format", "html", "--fail-on", "never", "api.yaml"][..],
            &["inventory", "api.yaml"],
            &["diff", "api.yaml", "api.yaml"],
        ] {
            let start = Instant::now();
            let run = run(folder.path(), arguments);
            assert!(start.elapsed() < GUARD && run.status <= 2, "{arguments:?}: {}\n{text}", run.stderr);
        }
    }
}

#[test]
fn circles_over_files() {
    let root = "openapi: 3.0.3\npaths:\n  /a: {$ref: 'b.yaml#/item'}\n  /b: {$ref: 'c.yaml#/b'}\n";
    let files = [
        ("a.yaml", root),
        ("b.yaml", "item: {$ref: 'c.yaml#/item'}\n"),
        (
            "c.yaml",
            "item: {$ref: 'b.yaml#/item'}\nb: {get: {parameters: [{$ref: 'a.yaml#/paths/~1b/get/parameters/0'}]}}\n",
        ),
    ];
    let run = check_all(&files);
    assert_eq!(run.status, 1, "{}", run.stdout);
    only(&run, "document/unresolved-reference");
}

#[test]
fn a_chain_of_a_hundred_thousand_references() {
    let mut schemas = String::new();
    for at in 0..100_000 {
        writeln!(schemas, "    S{at}: {{$ref: '#/components/schemas/S{}'}}", at + 1).unwrap();
    }
    let run = check("api.yaml", &with_schemas(&format!("{schemas}    S100000: {{type: string}}\n")));
    assert_eq!(dangling(&run), 0);
    let circle =
        check("api.yaml", &with_schemas(&format!("{schemas}    S100000: {{$ref: '#/components/schemas/S0'}}\n")));
    assert_eq!(dangling(&circle), 1);
    let used = "openapi: 3.0.3\npaths: {/a: {get: {parameters: [{$ref: '#/components/parameters/S0'}]}}}\ncomponents:\n  parameters:\n";
    let used = format!("{used}{}    S100000: {{name: a, in: query}}\n", schemas.replace("schemas", "parameters"));
    let run = check("api.yaml", &used);
    assert!(dangling(&run) == 1 && message(&run).contains("too many references"), "{}", message(&run));
}

#[test]
fn keys_and_values_of_a_megabyte() {
    let long = "k".repeat(1 << 20);
    let texts = [
        (
            "api.json",
            format!(
                "{{\"openapi\": \"3.0.3\", \"{long}\": 1, \"{long}\": 2, \"paths\": {{\"/{long}\": {{\"get\": {{\"$ref\": \"#/{long}x\"}}}}}}}}"
            ),
        ),
        (
            "api.yaml",
            format!(
                "openapi: 3.0.3\n{long}: 1\n? {long}\n: 2\npaths:\n  /{long}:\n    get: {{responses: {{'200': {{$ref: '#/{long}x'}}}}}}\n"
            ),
        ),
        ("api.yaml", format!("openapi: '{long}'\n")),
    ];
    for (name, text) in &texts {
        let folder = folder_of(&[(name, text)]);
        for format in ["json", "pretty", "concise"] {
            let start = Instant::now();
            let run = run(folder.path(), &["check", name, "--format", format]);
            assert!(start.elapsed() < GUARD && run.status > 0 && !run.stderr.contains("panicked"), "{name} {format}");
            if format == "pretty" {
                let widest = run.stdout.lines().map(|line| line.chars().count()).max();
                assert!(widest <= Some(80), "{widest:?}");
            }
        }
    }
    check_all(&[
        ("api.yaml", &with_schemas(&format!("    A: {{$ref: '{long}'}}\n    B: {{$ref: 'x.yaml#/{long}'}}\n"))),
        ("x.yaml", "a: 1\n"),
    ]);
}

#[test]
fn a_hundred_thousand_operations() {
    let mut text = "openapi: 3.0.3\ninfo: {title: Wide, version: '1'}\npaths:\n".to_owned();
    for at in 0..25_000 {
        writeln!(text, "  /things{at}/{{id}}:\n    parameters: [{{$ref: '#/components/parameters/Id'}}]").unwrap();
        for method in ["get", "put", "post", "delete"] {
            writeln!(text, "    {method}: {{responses: {{'200': {{$ref: '#/components/responses/Thing'}}}}}}").unwrap();
        }
    }
    text += "components:\n  parameters: {Id: {name: id, in: path, required: true, schema: {type: string}}}\n  responses:\n    Thing: {description: A thing}\n";
    let run = check("api.yaml", &text);
    assert_eq!(run.json()["files"][0]["operations"], 100_000);
}

#[test]
fn tens_of_thousands_of_faults() {
    let repeated = |line: &str| format!("openapi: 3.0.3\npaths: {{}}\nx: 0\n{}", line.repeat(30_000));
    let run = check("api.yaml", &repeated("x: 1\n"));
    assert_eq!(run.json()["summary"]["by_lint"]["document/duplicate-key"], 30_000);
    let with_parameters = |name: &dyn Fn(u32) -> String| {
        let reference = |at| format!("{{\"$ref\": \"#/{}\"}},", name(at));
        let parameters = (0..30_000).map(reference).collect::<Vec<_>>().concat();
        format!(
            "{{\"openapi\": \"3.0.3\", \"paths\": {{\"/a\": {{\"get\": {{\"parameters\": [{parameters} {{}}]}}}}}}}}"
        )
    };
    assert_eq!(dangling(&check("api.json", &with_parameters(&|at| format!("nowhere{at}")))), 30_000);
    let equal = check("api.json", &with_parameters(&|_| "nowhere".to_owned()));
    assert_eq!(dangling(&equal), 1);
    let finding = equal.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["lint"] == "document/unresolved-reference")
        .cloned();
    assert_eq!(finding.unwrap()["related_total"], 29_999);
    let mut files = String::new();
    for at in 0..5_000 {
        writeln!(files, "    S{at}: {{$ref: 'gone{at}.yaml'}}").unwrap();
    }
    assert_eq!(dangling(&check("api.yaml", &with_schemas(&files))), 5_000);
}

#[test]
fn characters_that_are_none() {
    let nul = check("api.yaml", "openapi: 3.0.3\nx: a\0b\n");
    assert_eq!(nul.status, 2);
    only(&nul, "document/unreadable");
    let run = check("api.json", "{\"openapi\": \"3.0.3\", \"x\": \"a\0b\"}");
    assert_eq!(run.status, 2);
    let escaped =
        "{\"openapi\": \"3.0.3\", \"a\\u0000b\": 1, \"a\\u0000b\": 2, \"\\ud800\": 1, \"\\ud800\": 2, \"paths\": {}}";
    let run = check("api.json", escaped);
    assert_eq!(run.json()["summary"]["by_lint"]["document/duplicate-key"], 2, "{}", run.stdout);
    let yaml = "openapi: 3.0.3\n\"\\ud800\": 1\npaths: {}\n";
    for text in [yaml, "\u{FEFF}openapi: 3.0.3\r\npaths: {}\r\n", "\u{FEFF}{\"openapi\": \"3.0.3\"}"] {
        let run = check("api.yaml", text);
        assert_eq!((run.status, &run.json()["files"][0]["status"]), (0, &"checked".into()), "{text:?}");
    }
    let mark = check("api.yaml", "\u{FEFF}");
    assert_eq!((mark.status, &mark.json()["files"][0]["reason"]), (2, &"it is empty".into()));
}

#[test]
fn wrong_types_everywhere() {
    let values = [
        "null",
        "true",
        "1",
        "text",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{a: null}",
        "{$ref: 1}",
        "{$ref: ''}",
        "{$ref: '#'}",
        "{$ref: '%'}",
    ];
    let keys = [
        "paths",
        "info",
        "servers",
        "security",
        "components",
        "tags",
        "channels",
        "operations",
        "definitions",
        "webhooks",
    ];
    let inner = ["/a", "get", "schemas", "securitySchemes", "parameters", "responses", "messages"];
    let mut files = Vec::new();
    for version in
        ["swagger: '2.0'", "openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.2.0", "asyncapi: 2.6.0", "asyncapi: 3.0.0"]
    {
        for value in values {
            let flat: Vec<String> = keys.iter().map(|key| format!("{key}: {value}")).collect();
            let members: Vec<String> = inner.iter().map(|name| format!("  {name}: {value}")).collect();
            let deep: Vec<String> = keys.iter().map(|key| format!("{key}:\n{}", members.join("\n"))).collect();
            for lines in [flat, deep] {
                files.push((format!("{}.yaml", files.len()), format!("{version}\n{}\n", lines.join("\n"))));
            }
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder_of(&files);
    let run = run(folder.path(), &["check", "--format", "json", "--profile", "strict"]);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let report = run.json();
    let checked = report["files"].as_array().unwrap().iter().filter(|file| file["status"] == "checked").count();
    assert_eq!(checked, files.len());
    assert!(report["summary"]["by_lint"]["document/lint-panicked"].is_null(), "{}", run.stdout);
}

#[test]
fn more_files_than_a_description_may_have() {
    let folder = scratch();
    let mut paths = "openapi: 3.0.3\npaths:\n".to_owned();
    for at in 0..10_005 {
        std::fs::write(folder.path().join(format!("p{at}.yaml")), "get: {}\n").unwrap();
        writeln!(paths, "  /p{at}: {{$ref: p{at}.yaml}}").unwrap();
    }
    std::fs::write(folder.path().join("api.yaml"), paths).unwrap();
    let start = Instant::now();
    let run = run(folder.path(), &["check", "api.yaml", "--format", "json"]);
    assert!(start.elapsed() < GUARD);
    assert_eq!(run.status, 2);
    assert_eq!(run.json()["summary"]["by_lint"]["document/limit-exceeded"], 1);
}

#[test]
fn shared_parts_that_multiply() {
    // Every one of 2,000 operations has every one of 2,000 parameters.
    let mut text =
        "openapi: 3.2.0\ncomponents: {securitySchemes: {b: {type: http, scheme: bearer}}}\nsecurity: [{b: []}]\n\
                    paths:\n  /a:\n    parameters:\n"
            .to_owned();
    for at in 0..2_000 {
        writeln!(text, "    - {{name: n{at}, in: query, schema: {{type: string}}}}").unwrap();
    }
    text += "    additionalOperations:\n";
    for at in 0..2_000 {
        writeln!(text, "      M{at}: {{responses: {{}}}}").unwrap();
    }
    let run = check("api.yaml", &text);
    assert_eq!(run.status, 2);
    only(&run, "document/limit-exceeded");
}
