//! Lints of the configuration: what they find, what is said when they are wrong, and `apiward test-rules`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::corpus::corpus;
use super::{folder_of, run, testdata};

const API: &str = "\
openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers: [{url: https://api.parcels.io}]
security: [{bearer: []}]
paths:
  /parcels:
    get:
      parameters: [{$ref: '#/components/parameters/page'}]
      responses: {'200': {$ref: '#/components/responses/list'}}
    post:
      parameters: [{name: X-Tenant, in: header, schema: {type: string}}]
      responses: {'201': {description: Made}}
  /depots:
    post:
      parameters: [{$ref: '#/components/parameters/page'}]
      responses: {'200': {$ref: '#/components/responses/list'}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  parameters: {page: {name: page, in: query, schema: {$ref: '#/components/schemas/Page'}}}
  responses: {list: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}}
  schemas: {Page: {type: integer, properties: {Inner: {type: string}}}}
";

/// A rule with the keys that it must have.
fn rule(target: &str, assert: &str) -> String {
    format!("rules:\n  - id: custom/a\n    target: {target}\n    assert: {assert}\n    message: bad\n")
}

const TENANT: &str = "\
rules:
  - id: custom/tenant-header
    title: A write takes no tenant
    target: operation
    when: operation.writes
    assert: operation.parameters.exists(p, p.location == \"header\" && p.name.lowerAscii() == \"x-tenant\")
    message: \"`{operation.method} {operation.path}` takes no tenant\"
    help: add it
";

/// What custom lints, and what is said of suppressions, find; one line each.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let fixed = ["check", "--format", "concise", "--today", "2026-11-28", "--fail-on", "never"];
    let run = run(folder, &[&fixed, arguments].concat());
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    let all = run.stdout.lines().filter(|line| line.contains("custom/") || line.contains("suppression/"));
    all.map(str::to_owned).collect()
}

fn with(config: &str) -> Vec<String> {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
    found(folder.path(), &["."])
}

const DEPOTS: &str = "api.yaml:14:5: warning[custom/tenant-header] `POST /depots` takes no tenant";

#[test]
fn what_does_not_hold_is_found() {
    assert_eq!(with(TENANT), [DEPOTS]);
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", TENANT)]);
    let report = run(folder.path(), &["check", "--select", "custom", "--format", "json"]).json();
    let finding = &report["findings"][0];
    assert_eq!(finding["operation"], serde_json::json!({"method": "POST", "path": "/depots", "id": null}));
    assert_eq!(finding["help"], "add it");
    assert_eq!((&finding["confidence"], &finding["pointer"]), (&"high".into(), &"/paths/~1depots/post".into()));
}

#[test]
fn what_is_shared_is_found_once_with_the_operations_that_it_concerns() {
    let places = |target: &str, assert: &str| {
        let config = format!("{}\n", rule(target, assert));
        let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", &config)]);
        let report = run(folder.path(), &["check", "--select", "custom", "--format", "json"]).json();
        let of = |finding: &serde_json::Value| {
            let single = usize::from(!finding["operation"].is_null());
            let operations = usize::try_from(finding["operations_total"].as_u64().unwrap()).unwrap().max(single);
            format!("{} {operations}", finding["pointer"].as_str().unwrap())
        };
        report["findings"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(places("scheme", "scheme.bearerFormat != \"\""), ["/components/securitySchemes/bearer 3"]);
    assert_eq!(places("server", "server.plaintext"), ["/servers/0/url 3"]);
    assert_eq!(places("parameter", "parameter.name != \"page\""), ["/components/parameters/page 2"]);
    assert_eq!(places("response", "response.description != \"\""), ["/components/responses/list 2"]);
    assert_eq!(places("schema", "schema.types != [\"integer\"]"), ["/components/schemas/Page 2"]);
    assert_eq!(places("schema", "schema.role != \"property\""), ["/components/schemas/Page/properties/Inner 2"]);
}

#[test]
fn levels_selection_and_profiles_hold_for_custom_lints_too() {
    let info = DEPOTS.replace("warning", "info");
    assert_eq!(with(&format!("{TENANT}    level: info\n")), [info.as_str()]);
    assert_eq!(with(&format!("{TENANT}lints: {{custom/tenant-header: info}}\n")), [info.as_str()]);
    assert_eq!(with(&format!("{TENANT}lints: {{custom: off}}\n")), [""; 0]);
    assert_eq!(with(&format!("{TENANT}overrides: [{{files: [api.yaml], lints: {{custom: off}}}}]\n")), [""; 0]);
    assert_eq!(with(&format!("{TENANT}overrides: [{{files: [b.yaml], lints: {{custom: off}}}}]\n")), [DEPOTS]);
    assert_eq!(with(&format!("{TENANT}profile: minimal\n")), [""; 0]);
    assert_eq!(with(&format!("{TENANT}    level: error\nprofile: minimal\n")).len(), 1);
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", TENANT)]);
    assert_eq!(found(folder.path(), &["--select", "custom/tenant-*"]), [DEPOTS]);
    assert_eq!(found(folder.path(), &["--select", "auth"]), [""; 0]);
    assert_eq!(found(folder.path(), &["--ignore", "custom/tenant-header"]), [""; 0]);
    let wrong = run(folder.path(), &["check", "--select", "custom/tenant-headers"]);
    assert!(wrong.stderr.contains("did you mean `custom/tenant-header`?"), "{}", wrong.stderr);
}

#[test]
fn findings_are_suppressed_like_those_of_other_lints() {
    let write = |mark: &str| API.replace("  /depots:\n    post:\n", &format!("  /depots:\n    post:{mark}\n"));
    let comment = write(" # apiward: ignore[custom/tenant-header] of all tenants");
    let extension = write("\n      x-apiward-ignore: {custom/tenant-header: of all tenants}");
    for api in [&comment, &extension] {
        let folder = folder_of(&[("api.yaml", api), ("apiward.yaml", TENANT)]);
        assert_eq!(found(folder.path(), &["."]), [""; 0], "{api}");
        assert_eq!(found(folder.path(), &[".", "--no-config"]), [""; 0], "nobody knows which there are");
        assert_eq!(found(folder.path(), &[".", "--show-suppressed"]).len(), 1);
    }
    let unknown = write(" # apiward: ignore[custom/tenant] of all tenants");
    let folder = folder_of(&[("api.yaml", &unknown), ("apiward.yaml", TENANT)]);
    let lines = found(folder.path(), &["."]);
    assert!(lines.len() == 2 && lines.concat().contains("suppression/unknown-lint"), "{lines:?}");
    let idle = API.replace("    get:\n", "    get: # apiward: ignore[custom/tenant-header] none\n");
    let folder = folder_of(&[("api.yaml", &idle), ("apiward.yaml", TENANT)]);
    assert!(found(folder.path(), &["."]).concat().contains("suppression/unused"));
    let ignored =
        with(&format!("{TENANT}ignore: [{{lint: custom/tenant-header, operation: POST /depots, reason: a}}]\n"));
    assert_eq!(ignored, [""; 0]);
    let idle = with(&format!("{TENANT}ignore: [{{lint: custom, operation: GET /depots, reason: a}}]\n"));
    assert_eq!(idle.len(), 2, "{idle:?}");
}

#[test]
fn baselines_know_them_again() {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", TENANT)]);
    assert_eq!(run(folder.path(), &["check", "--write-baseline", "old.json"]).status, 0);
    assert_eq!(found(folder.path(), &["--baseline", "old.json"]), [""; 0]);
    fs::write(folder.path().join("api.yaml"), format!("# moved\n{API}")).unwrap();
    assert_eq!(found(folder.path(), &["--baseline", "old.json"]), [""; 0]);
}

#[test]
fn outputs_and_lists_name_them() {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", TENANT)]);
    let log = run(folder.path(), &["check", "--select", "custom", "--format", "sarif"]).json();
    let result = &log["runs"][0]["results"][0];
    let rule =
        &log["runs"][0]["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!((&rule["id"], &rule["name"]), (&"custom/tenant-header".into(), &"TenantHeader".into()));
    assert_eq!(rule["shortDescription"]["text"], "A write takes no tenant.");
    let lists = run(folder.path(), &["lints"]).stdout;
    assert!(lists.contains("custom/tenant-header") && lists.contains("A write takes no tenant"), "{lists}");
    let page = run(folder.path(), &["explain", "tenant-header"]).stdout;
    assert!(page.contains("# custom/tenant-header\n\nA write takes no tenant.\n"), "{page}");
    assert!(page.contains("```cel\noperation.writes\n```") && page.contains("## How to fix\n\nadd it\n"), "{page}");
    let shown = run(folder.path(), &["check", "--show-settings"]).stdout;
    assert!(shown.contains("  custom/tenant-header: warning (apiward.yaml:2)\n"), "{shown}");
}

#[test]
fn a_rule_takes_the_place_of_one_that_is_extended() {
    let own = "extends: [base.yaml]\nrules:\n  - {id: custom/tenant-header, target: server, assert: server.plaintext, message: mine}\n";
    let folder = folder_of(&[("api.yaml", API), ("base.yaml", TENANT), ("apiward.yaml", own)]);
    assert_eq!(found(folder.path(), &["."]), ["api.yaml:3:17: warning[custom/tenant-header] mine"]);
    fs::write(folder.path().join("apiward.yaml"), "extends: [base.yaml]\n").unwrap();
    assert_eq!(found(folder.path(), &["."]), [DEPOTS]);
}

/// What is said of a configuration that is wrong, without its first line's `error: apiward.yaml:`.
fn told(config: &str) -> String {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
    let run = run(folder.path(), &["check"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{config}: {}", run.stderr);
    run.stderr
}

/// The same of an expression, which begins at line 4, column 13.
fn told_of(assert: &str) -> String {
    let said = told(&rule("operation", assert));
    said.strip_prefix("error: apiward.yaml:").unwrap().trim_end().to_owned()
}

#[test]
fn faults_of_expressions_are_told_with_their_place() {
    let cases = [
        (
            "operation.writez",
            "4:23: `assert`: a view `operation` has no field `writez`\n  help: did you mean `writes`?",
        ),
        ("operaton.writes", "4:13: `assert`: nothing is named `operaton` here\n  help: did you mean `operation`?"),
        (
            "operation.path",
            "4:13: `assert`: a bool was expected, and this is a string\n  help: write what has to hold, as a comparison",
        ),
        (
            "operation.path == 1",
            "4:28: `assert`: a string never equals an int\n  help: compare values of one type; `string()` and `int()` convert",
        ),
        (
            "operation.parameters.name == \"x\"",
            "4:34: `assert`: a list of parameter has no field `name`\n  help: go through its items: `list.exists(item, ...)`, `list.all(item, ...)`",
        ),
        (
            "operation.parameters.exists(p, p.nam == \"x\")",
            "4:46: `assert`: a view `parameter` has no field `nam`\n  help: did you mean `name`?",
        ),
        (
            "operation.parameters.exists(p, p.in == \"x\")",
            "4:46: `assert`: `in` is an operator and names no field\n  help: write `.location` for where a parameter or key travels",
        ),
        (
            "operation.path.startWith(\"/\")",
            "4:37: `assert`: there is no function `startWith`\n  help: did you mean `startsWith`?",
        ),
        ("operation.path.matches(\"(\")", "4:36: `assert`: `(` is no pattern: unclosed group"),
        (
            "operation.path.matches(operation.id)",
            "4:46: `assert`: the pattern of `matches` is written out, as a literal",
        ),
        (
            "has(operation.path)",
            "4:16: `assert`: `has()` is always true of `path`, which is there in every operation\n  help: ask whether it is empty: `path != \"\"`",
        ),
        (
            "operation.path == null",
            "4:28: `assert`: it is never null\n  help: what is missing is empty, or asked for with `has(view.field)`",
        ),
        ("operation.path = \"/x\"", "4:28: `assert`: `=` is no operator of CEL\n  help: write `==` to compare"),
        (
            "operation.path == \"x\" &&",
            "4:37: `assert`: the expression ends too early\n  help: expressions are written in CEL: see docs/custom-lints.md",
        ),
        (
            "(operation.writes",
            "4:30: `assert`: `)` is missing\n  help: expressions are written in CEL: see docs/custom-lints.md",
        ),
        ("operation.tags > 1", "4:23: `assert`: a list of string has no order\n  help: compare its `size()`"),
        (
            "operation.path.contains(\"a\") + 1 == 2",
            "4:42: `assert`: `+` is not for a bool and an int\n  help: `string()`, `int()` and `double()` convert",
        ),
        (
            "(\"a\" in operation.path)",
            "4:18: `assert`: `in` looks into lists and maps, and this is a string\n  help: write `text.contains(\"part\")`",
        ),
        (
            "\"''\"",
            "4:14: `assert`: a bool was expected, and this is a string\n  help: write what has to hold, as a comparison",
        ),
        ("''", "4:14: `assert`: an expression was expected, and nothing stands here"),
        (
            "\"'\u{e9}\u{e9}' = operation.path\"",
            "4:19: `assert`: `=` is no operator of CEL\n  help: write `==` to compare",
        ),
        // Places are right behind characters of several bytes, and in the lines of a block.
        (
            "\"'\u{e9}\u{e9}' == operation.pat\"",
            "4:32: `assert`: a view `operation` has no field `pat`\n  help: did you mean `path`?",
        ),
        (
            "|\n      operation.writes &&\n        operation.parameters.exists(p,\n          p.names == 'x')",
            "7:13: `assert`: a view `parameter` has no field `names`\n  help: did you mean `name`?",
        ),
        (
            ">-\n      operation.writes\n\n      && operation.pat == 'x'",
            "7:20: `assert`: a view `operation` has no field `pat`\n  help: did you mean `path`?",
        ),
        (
            "operation.writes\n      && operation.pat == 'x'",
            "5:20: `assert`: a view `operation` has no field `pat`\n  help: did you mean `path`?",
        ),
    ];
    for (assert, expected) in cases {
        assert_eq!(told_of(assert), expected, "{assert}");
    }
}

#[test]
fn faults_of_rules_are_told_with_their_place() {
    let message = |message: &str| {
        let config = rule("operation", "operation.writes").replace("message: bad", &format!("message: \"{message}\""));
        told(&config).strip_prefix("error: apiward.yaml:").unwrap().trim_end().to_owned()
    };
    let braces = "write `{{` for a brace, and an expression between `{` and `}`";
    assert_eq!(message("{operation.path"), format!("5:15: `message`: `{{` is not closed\n  help: {braces}"));
    assert_eq!(
        message("of {operation.pat}"),
        "5:29: `message`: a view `operation` has no field `pat`\n  help: did you mean `path`?"
    );
    assert_eq!(
        message("{operation.parameters}"),
        "5:16: `message`: a list of parameter cannot be shown in a message\n  help: show a field of it"
    );
    assert!(message("a } b").starts_with("5:17: `message`: `}` closes nothing\n"), "{}", message("a } b"));
    assert_eq!(
        message(" "),
        "5:15: `message`: the message is empty\n  help: say what is wrong, and with which element"
    );
    let written = rule("operation", "operation.writes");
    assert_eq!(
        told(&written.replace("custom/a", "tenant")),
        "error: apiward.yaml:2:9: `tenant` is no id of a custom lint\n  help: write `custom/` and words of small letters and digits, joined by `-`: `custom/tenant-header`\n"
    );
    let twice = format!("{written}{}", written.trim_start_matches("rules:\n"));
    assert_eq!(
        told(&twice),
        "error: apiward.yaml:6:9: a custom lint with the id `custom/a` stands here already\n  help: give one of them another id\n"
    );
    assert_eq!(
        told(&rule("thing", "a")),
        "error: apiward.yaml:3:13: unknown value `thing`\n  help: there are operation, scheme, server, schema, parameter, response\n"
    );
    assert!(
        told("rules: [{id: custom/a, target: schema, message: a}]\n")
            .contains("an entry of `rules` lacks the key `assert`")
    );
    // All faults of a rule, and of several rules, at once.
    let several =
        format!("{TENANT}{}", rule("server", "server.a").replace("rules:\n", "").replace("bad", "'{server.b}'"));
    assert_eq!(told(&several).matches("error: apiward.yaml:").count(), 2, "{}", told(&several));
}

#[test]
fn an_expression_that_fails_is_told_once_where_it_stands() {
    let config = rule("parameter", "parameter.schema.maxLength < 100");
    let folder = folder_of(&[("api.yaml", API), ("b.yaml", API), ("apiward.yaml", &config)]);
    let run = run(folder.path(), &["check", ".", "--format", "concise", "--select", "custom", "--fail-on", "never"]);
    let expected = "apiward.yaml:4:30: error[document/rule-failed] `custom/a` cannot be evaluated for api.yaml:19: nothing is there under `maxLength`\n";
    assert_eq!((run.status, run.stdout.as_str()), (2, expected));
    let off = super::run(folder.path(), &["check", ".", "--ignore", "custom/a,document", "--fail-on", "never"]);
    assert_eq!(off.status, 0, "{}", off.stdout);
    let asked = rule("parameter", "\"!has(parameter.schema.maxLength) || parameter.schema.maxLength < 100\"");
    assert_eq!(with(&asked), [""; 0]);
}

/// An operation with a number of tags, and a description of some length.
fn large(tags: usize, text: usize) -> String {
    let mut api = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      tags:\n".to_owned();
    for at in 0..tags {
        writeln!(api, "      - t{at}").unwrap();
    }
    api + "      description: " + &"x".repeat(text) + "\n      responses: {'200': {description: Done}}\n"
}

#[test]
fn what_is_too_large_to_be_checked_is_told() {
    let check = |tags: usize, text: usize, assert: &str| {
        let config = rule("operation", &format!("'{assert}'"));
        let folder = folder_of(&[("api.yaml", &large(tags, text)), ("apiward.yaml", &config)]);
        let run =
            run(folder.path(), &["check", ".", "--format", "concise", "--select", "custom", "--fail-on", "never"]);
        (run.status, run.stdout.trim_start_matches("api.yaml:5:5: ").trim_end().to_owned())
    };
    let refused = |what: &str| {
        (2, format!("error[document/limit-exceeded] `custom/a` was not checked for this operation: {what}"))
    };
    let pairs = "operation.tags.all(a, operation.tags.exists(b, a == b))";
    assert_eq!(check(1_000, 1, "operation.tags.size() > 0"), (0, String::new()));
    assert_eq!(check(1_001, 1, "operation.tags.size() > 0"), refused("`tags` has more than 1000 items"));
    assert_eq!(check(1_001, 1, "operation.path == \"/a\""), (0, String::new()), "what is not asked for is not made");
    assert_eq!(check(1, 65_537, "operation.description != \"\""), refused("`description` is longer than 65536 bytes"));
    assert_eq!(check(1, 65_537, "operation.tags.size() > 0"), (0, String::new()));
    assert_eq!(check(100, 1, pairs), (0, String::new()));
    assert_eq!(check(1_000, 1, pairs), refused("its lists are too long for loops in one another"));
}

#[test]
fn one_large_schema_in_many_others_costs_no_product() {
    let mut api = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    Large:\n      properties:\n".to_owned();
    for at in 0..900 {
        writeln!(api, "        p{at}: {{}}").unwrap();
    }
    for at in 0..3_000 {
        writeln!(api, "    S{at}: {{allOf: [{{$ref: '#/components/schemas/Large'}}]}}").unwrap();
    }
    let config = rule("schema", "schema.properties.size() < 1000");
    let folder = folder_of(&[("api.yaml", &api), ("apiward.yaml", &config)]);
    let run = run(folder.path(), &["check", ".", "--format", "concise", "--select", "custom"]);
    assert!(
        run.status == 2 && run.stdout.contains("the description brings in large schemas too often"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_steps_for_one_description_are_bounded() {
    let mut api = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths:\n".to_owned();
    let tags: Vec<String> = (0..700).map(|at| format!("t{at}")).collect();
    writeln!(api, "  /a: {{get: {{tags: &t [{}], responses: {{}}}}}}", tags.join(",")).unwrap();
    for at in 0..9 {
        writeln!(api, "  /a{at}: {{get: {{tags: *t, responses: {{}}}}}}").unwrap();
    }
    let config = rule("operation", "operation.tags.all(a, operation.tags.exists(b, a == b))");
    let folder = folder_of(&[("api.yaml", &api), ("apiward.yaml", &config)]);
    let run = run(folder.path(), &["check", ".", "--format", "concise", "--select", "custom"]);
    assert!(
        run.status == 2 && run.stdout.contains("the description is too large for this lint; so "),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn no_expression_brings_the_program_down() {
    let deep = "an expression is at most 64 levels deep";
    let loops = "loops nest at most 2 deep, and these nest deeper";
    let cases = [
        (format!("{}true{}", "(".repeat(2_000), ")".repeat(2_000)), deep),
        (format!("{}1{} == []", "[".repeat(2_000), "]".repeat(2_000)), deep),
        (format!("{} == \"a\"", vec!["operation.path"; 260].join("+")), deep),
        (format!("\"a\"{} == \"a\"", ".lowerAscii()".repeat(300)), deep),
        (format!("[1]{} == 1", "[0]".repeat(1_300)), deep),
        (format!("{}true", "true ? false : ".repeat(250)), deep),
        ("operation.tags.all(a, operation.tags.all(b, operation.tags.all(c, a + b == c)))".to_owned(), loops),
        (format!("true{}", " ".repeat(5_000)), "an expression has at most 4096 bytes, and this has 5005"),
        ("operation.path.matches(\"(a{1000}){1000}\")".to_owned(), "is no pattern: it is too large"),
        ("Type{a: 1} == 1".to_owned(), "there is no type `Type`"),
        ("((((a.b.c[?{}]...".repeat(200), "was not expected here"),
    ];
    for (assert, expected) in cases {
        let said = told(&rule("operation", &format!("|\n      {assert}")));
        assert!(said.contains(expected), "{assert}: {said}");
    }
    // The deepest that are allowed run on the small stacks of the threads that check files.
    let deepest = [
        format!("{} != \"a\"", vec!["operation.path"; 60].join("+")),
        format!("{}1{} != []", "[".repeat(60), "]".repeat(60)),
        format!("\"a\"{} == \"a\"", ".lowerAscii()".repeat(60)),
        format!("{}true{}", "(true ? ".repeat(60), " : false)".repeat(60)),
        format!(
            "operation.tags.all(a, operation.tags.all(b, {}true{}))",
            "(a == b ? ".repeat(50),
            " : false)".repeat(50)
        ),
        format!("size({}1{}) == 1", "{\"a\":".repeat(58), "}".repeat(58)),
        vec!["operation.path == \"/a\""; 150].join(" || ") + " || true",
    ];
    for assert in deepest {
        assert_eq!(with(&rule("operation", &format!("|\n      {assert}"))), [""; 0], "{assert}");
    }
}

#[test]
fn values_are_shown_in_messages_as_elsewhere() {
    let shown = |message: &str, name: &str| {
        let config = rule("parameter", "parameter.location == \"query\"").replace("bad", &format!("'{message}'"));
        let api = API.replace("X-Tenant", name);
        let folder = folder_of(&[("api.yaml", &api), ("apiward.yaml", &config)]);
        let lines = found(folder.path(), &["."]);
        lines[0].split_once("] ").unwrap().1.to_owned()
    };
    assert_eq!(shown("{{{parameter.name}}} {1 + 1} {[1, 2]} {parameter.required}", "X"), "{X} 2 1, 2 false");
    assert_eq!(shown("a {parameter.name}", "\"b`c\\u0007d\""), "a b c d", "no quotes and control characters");
    assert_eq!(shown("{parameter.name}", &"x".repeat(200)), format!("{}\u{2026}", "x".repeat(120)));
    let token = concat!("gh", "p_a8Kd03mZq7Rt5Wx1Yc9Vb2Nf6Hg4Jp0Ls3Dw");
    assert_eq!(shown("{parameter.name}", token), "ghp_***");
}

#[test]
fn rules_are_tested_by_their_examples() {
    let example = "        - |\n          openapi: 3.0.3\n          paths: {/a: {post: {responses: {}}}}\n";
    let get = example.replace("post", "get");
    let test = |config: &str| {
        let folder = folder_of(&[("apiward.yaml", config)]);
        run(folder.path(), &["test-rules"])
    };
    let right = format!("{TENANT}    examples:\n      bad:\n{example}      good:\n{get}");
    let run = test(&right);
    let expected = "custom/tenant-header: 2 examples as expected\n1 custom lint: 1 passed, 0 failed\n";
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, expected, ""));
    let wrong = format!("{TENANT}    examples:\n      bad:\n{get}      good:\n{example}");
    let other = rule("server", "server.used").replace("rules:\n", "");
    let run = test(&format!("{wrong}{other}"));
    let expected = "\
custom/tenant-header: 2 of 2 examples not as expected
  bad example 1 (apiward.yaml:11): nothing was found
  good example 1 (apiward.yaml:15): line 2 of it: `POST /a` takes no tenant
custom/a: no examples
2 custom lints: 0 passed, 1 failed, 1 without examples
";
    assert_eq!((run.status, run.stdout.as_str()), (1, expected));
    // The nearest configuration counts, or the one that is named.
    let folder = folder_of(&[("apiward.yaml", "{}\n"), ("a/b/c.yaml", ""), ("other.yaml", &right)]);
    let below = folder.path().join("a/b");
    let nothing = super::run(&below, &["test-rules"]);
    assert_eq!(nothing.status, 2);
    assert!(nothing.stderr.contains("has no custom lints"), "{}", nothing.stderr);
    assert_eq!(super::run(&below, &["test-rules", "--config", "../../other.yaml"]).status, 0);
}

#[test]
fn examples_that_cannot_be_checked_are_faults_of_the_configuration() {
    let test = |target: &str, assert: &str, example: &str| {
        let written = rule(target, assert);
        let config = format!("{written}    examples: {{bad: [\"{example}\"]}}\n");
        let folder = folder_of(&[("apiward.yaml", &config)]);
        let run = run(folder.path(), &["test-rules"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        run.stderr
    };
    let start = "error: apiward.yaml:6:22: the example ";
    let of = |example: &str| test("operation", "operation.writes", example);
    assert!(of("a: 1").starts_with(&format!("{start}is no API description\n")), "{}", of("a: 1"));
    assert!(
        of("{").starts_with(&format!("{start}is neither valid YAML nor valid JSON: line 1 of it: ")),
        "{}",
        of("{")
    );
    let dangling = "{openapi: 3.0.3, paths: {/a: {$ref: b.yaml}}}";
    assert!(
        of(dangling).starts_with(&format!("{start}has a reference that leads nowhere: `b.yaml`\n")),
        "{}",
        of(dangling)
    );
    let lacking = "{openapi: 3.0.3, paths: {}, components: {schemas: {A: {type: string}}}}";
    let said = test("schema", "schema.maxLength < 9", lacking);
    let expected =
        format!("{start}makes `custom/a` fail, for what stands in line 1 of it: nothing is there under `maxLength`\n");
    assert!(said.starts_with(&expected), "{said}");
    let folder = folder_of(&[("api.yaml", API)]);
    let none = run(folder.path(), &["test-rules"]);
    assert_eq!(none.status, 2);
    assert!(none.stderr.starts_with("error: there is no configuration here or above\n"), "{}", none.stderr);
}

#[test]
fn the_examples_of_the_page_are_as_expected() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let (page, readme) = (read("docs/custom-lints.md"), read("README.md"));
    let (_, short) = readme.split_once("```yaml\n# apiward.yaml\nrules:\n").unwrap();
    let short = format!("rules:\n{}", short.split("```").next().unwrap());
    assert_eq!(with(&short).len(), 1, "{short}");
    let blocks = rules_of(&page);
    assert!(blocks.len() >= 9, "{}", blocks.len());
    let folder = folder_of(&[]);
    let schema = run(folder.path(), &["schema", "config"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for block in blocks {
        fs::write(folder.path().join("apiward.yaml"), block).unwrap();
        let run = run(folder.path(), &["test-rules"]);
        assert_eq!(run.status, 0, "{block}{}{}", run.stdout, run.stderr);
        assert!(!run.stdout.contains("without examples"), "{block}");
        let tree = super::run(folder.path(), &["debug", "tree", "apiward.yaml"]).json();
        assert!(validator.is_valid(&tree), "{block}");
    }
}

/// The rules that a page shows.
fn rules_of(page: &str) -> Vec<&str> {
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.filter(|block| block.starts_with("rules:")).collect()
}

/// No real description has a form in which the rules of the page fail, or a size that they are not given.
#[test]
fn real_descriptions_are_checked_by_the_rules_of_the_page() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/custom-lints.md")).unwrap();
    let rules: String = rules_of(&page).into_iter().map(|block| block.trim_start_matches("rules:\n")).collect();
    let folder = folder_of(&[("apiward.yaml", &format!("rules:\n{rules}"))]);
    let config = folder.path().join("apiward.yaml");
    let arguments =
        ["check", ".", "--root", ".", "--select", "custom", "--format", "json", "--fail-on", "never", "--config"];
    for descriptions in corpus().into_iter().chain([testdata("scenarios")]) {
        let run = run(&descriptions, &[&arguments[..], &[config.to_str().unwrap()]].concat());
        let report = run.json();
        assert_eq!(run.status, 0, "{:#}", report["findings"]);
        assert!(report["summary"]["warning"].as_u64().unwrap() >= 10, "{}", report["summary"]);
    }
}
