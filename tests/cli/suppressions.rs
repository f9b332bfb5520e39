//! Suppressions that stand in descriptions.

use std::path::Path;

use serde_json::Value;

use super::{Run, folder_of, run};

const HEAD: &str = guarded!("");

fn check(folder: &Path, arguments: &[&str]) -> Run {
    let fixed = ["check", "--format", "json", "--show-suppressed", "--today", "2026-11-28"];
    run(folder, &[&fixed, arguments].concat())
}

/// Lint, line, and what suppresses it.
fn told(run: &Run) -> Vec<(String, u64, Option<String>)> {
    let of = |finding: &Value| {
        let by = finding["suppressed"]["by"].as_str().map(str::to_owned);
        let line = finding["range"]["start"]["line"].as_u64().unwrap();
        (finding["lint"].as_str().unwrap().to_owned(), line, by)
    };
    run.json()["findings"].as_array().unwrap().iter().map(of).collect()
}

fn of(text: &str, select: &str) -> Vec<(String, u64, Option<String>)> {
    let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}"))]);
    told(&check(folder.path(), &["--select", select]))
}

fn told_as(id: &str, line: u64, by: Option<&str>) -> (String, u64, Option<String>) {
    (id.to_owned(), line, by.map(str::to_owned))
}

const WRITE: &str = "auth/anonymous-write";
const BOTH: &str = "auth/anonymous-write,suppression";

#[test]
fn a_comment_counts_for_its_line_or_the_next() {
    let text = "  /a/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}} # apiward: ignore[auth/anonymous-write] a test
  # apiward: ignore[auth/oauth-*, auth/anonymous-write]: until 2027-01-31 both are tests

  # Another comment.
  /b/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}}
  /c/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}}
  /d/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}} # noqa # apiward: ignore[auth/anonymous-write] a test
";
    let expected = [
        told_as(WRITE, 7, Some("comment")),
        told_as("suppression/unused", 8, None),
        told_as(WRITE, 11, Some("comment")),
        told_as(WRITE, 12, None),
        told_as(WRITE, 13, Some("comment")),
    ];
    assert_eq!(of(text, "auth/anonymous-write,auth/oauth-*,suppression"), expected);
    // What does not run is not judged.
    assert_eq!(of(text, BOTH).len(), 4);
}

#[test]
fn an_extension_counts_for_all_below() {
    let text = "  /a/{id}:
    x-apiward-ignore: {auth: {reason: behind the gateway, expires: 2026-11-29}}
    delete: {security: [{}], responses: {'204': {description: Gone}}}
  /b/{id}:
    x-apiward-ignore: {auth/anonymous-write: {reason: behind the gateway, expires: 2026-11-28}}
    delete: {security: [{}], responses: {'204': {description: Gone}}}
  /c/{id}:
    delete: {x-apiward-ignore: [auth/anonymous-write], security: [{}], responses: {'204': {description: Gone}}}
";
    let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}"))]);
    let run = check(folder.path(), &["--select", BOTH]);
    let expected = [
        told_as(WRITE, 9, Some("extension")),
        told_as("suppression/expired", 11, None),
        told_as(WRITE, 12, None),
        told_as(WRITE, 14, Some("extension")),
        told_as("suppression/missing-reason", 14, None),
    ];
    let mut found = told(&run);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let json = run.json();
    let first = &json["findings"][0]["suppressed"];
    assert_eq!((first["reason"].as_str(), first["expires"].as_str()), (Some("behind the gateway"), Some("2026-11-29")));
    assert_eq!(run.status, 1);
}

#[test]
fn json_has_the_extension() {
    let text = r#"{"openapi": "3.0.3", "info": {"title": "Parcels", "version": "1"}, "servers": [{"url": "https://api.parcels.io"}],
"components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}, "security": [{"bearer": []}], "paths": {"/a/{id}": {"delete":
{"x-apiward-ignore": {"auth/anonymous-write": "a test"}, "security": [{}], "responses": {"204": {"description": "Gone"}}}}}}"#;
    let folder = folder_of(&[("api.json", text)]);
    assert_eq!(told(&check(folder.path(), &["--select", WRITE])), [told_as(WRITE, 3, Some("extension"))]);
}

/// The fault lies in a definition; a suppression at the definition or at its uses works, and one use without is enough
/// for it to count.
#[test]
fn suppressions_hold_across_references() {
    let lint = "input/weak-pattern";
    let with = |first: &str, second: &str, definition: &str| {
        let text = format!(
            "  /a:\n    post:\n      {first}\n      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Code'}}}}}}}}\n      responses: {{'201': {{description: Created}}}}\n  /b:\n    post:\n      requestBody:\n        content:\n          application/json:\n            schema:\n              {second}\n              $ref: '#/components/schemas/Code'\n      responses: {{'201': {{description: Created}}}}\n"
        );
        let head = HEAD.replace(
            "components: {securitySchemes:",
            &format!("components:\n  {definition}\n  schemas: {{Code: {{type: string, maxLength: 9, pattern: '[a-z]'}}}}\n  securitySchemes: {{"),
        );
        let head = head.replace(
            "{ {bearer: {type: http, scheme: bearer, bearerFormat: JWT}}}",
            "{bearer: {type: http, scheme: bearer, bearerFormat: JWT}}",
        );
        let folder = folder_of(&[("api.yaml", &format!("{head}{text}"))]);
        told(&check(folder.path(), &["--select", lint])).into_iter().map(|(_, _, by)| by).collect::<Vec<_>>()
    };
    let (none, extension, comment) = (
        "# nothing",
        "x-apiward-ignore: {input/weak-pattern: searched}",
        "# apiward: ignore[input/weak-pattern] searched",
    );
    assert_eq!(with(none, none, none), [None]);
    assert_eq!(with(none, none, comment), [Some("comment".to_owned())]);
    assert_eq!(with(none, none, extension), [Some("extension".to_owned())]);
    assert_eq!(with(extension, none, none), [None], "the other use counts");
    assert_eq!(with(none, comment, none), [None], "the other use counts");
    assert_eq!(with(extension, comment, none).len(), 1);
    assert!(with(extension, comment, none)[0].is_some());
}

/// A shared file's suppression is used if one description needs it.
#[test]
fn a_suppression_in_a_shared_file_is_idle_only_when_nobody_needs_it() {
    let part = "# apiward: ignore[auth/anonymous-write] a test\ndelete: {security: [{}], responses: {'204': {description: Gone}}}\n";
    let root = |security: &str| {
        format!("{}  /a/{{id}}: {{$ref: part.yaml}}\n", HEAD.replace("security: [{bearer: []}]", security))
    };
    let folder = folder_of(&[
        ("a.yaml", &root("security: [{bearer: []}]")),
        ("b.yaml", &root("security: []")),
        ("part.yaml", part),
    ]);
    let found = told(&check(folder.path(), &["--select", BOTH]));
    assert_eq!(found, [told_as(WRITE, 2, Some("comment"))]);
}

#[test]
fn names_that_no_lint_has_are_told() {
    let text = "  # apiward: ignore[auth/anonymous-writ] a test
  /a/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}}
  # apiward: ignore[*] a test
  # apiward: disable
  /b/{id}: {delete: {x-apiward-ignore: {nothing-like-it: why}, security: [{}], responses: {'204': {description: Gone}}}}
";
    let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}"))]);
    let run = check(folder.path(), &["--select", BOTH]);
    let json = run.json();
    let faults: Vec<(&str, &str)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["lint"] == "suppression/unknown-lint")
        .map(|finding| (finding["message"].as_str().unwrap(), finding["help"].as_str().unwrap()))
        .collect();
    assert_eq!(faults.len(), 4, "{}", run.stdout);
    assert_eq!(faults[0].0, "a suppression names `auth/anonymous-writ`, and no lint or family is called so");
    assert_eq!(faults[0].1, "did you mean `auth/anonymous-write`?");
    assert_eq!(faults[1].0, "a suppression names no lint");
    assert_eq!(faults[2].0, "`apiward: disable` is no suppression");
    assert!(faults[2].1.contains("# apiward: ignore[family/lint] reason"));
    assert_eq!(told(&run).iter().filter(|(lint, _, by)| lint == WRITE && by.is_none()).count(), 2);
}

/// What could not be read is never suppressed, what leads nowhere can be.
#[test]
fn faults_of_reading_follow_their_own_rules() {
    let text = "  x-apiward-ignore: {document: a test}\n  /a: {$ref: missing.yaml} \n  /b: {$ref: broken.yaml}\n";
    let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}")), ("broken.yaml", "get: {")]);
    let run = check(folder.path(), &["--select", "document", "api.yaml"]);
    let found = told(&run);
    assert!(found.contains(&told_as("document/unresolved-reference", 8, Some("extension"))), "{found:?}");
    assert!(found.iter().any(|(lint, _, by)| lint == "document/unreadable" && by.is_none()), "{found:?}");
    assert_eq!(run.status, 2);

    let twice = "  # apiward: ignore[document/duplicate-key] both are needed by another tool\n  x-a: 1\n  x-b: 2\n";
    let twice = format!("{HEAD}{twice}  x-b: 3 # apiward: ignore[document/duplicate-key] a test\n  x-a: 4\n");
    let folder = folder_of(&[("api.yaml", &twice)]);
    let found = told(&check(folder.path(), &["--select", "document,suppression"]));
    let key = |line, by| told_as("document/duplicate-key", line, by);
    assert_eq!(found, [told_as("suppression/unused", 7, None), key(10, Some("comment")), key(11, None)]);
}

/// Who writes an end means it: what cannot be read must not last for ever.
#[test]
fn an_end_that_cannot_be_read_is_told_and_suppresses_nothing() {
    let comment = |end: &str| {
        format!(
            "  /a/{{id}}: {{delete: {{security: [{{}}], responses: {{'204': {{description: Gone}}}}}}}} # apiward: ignore[{WRITE}] {end} a test\n"
        )
    };
    let extension = |value: &str| {
        let path = "  /a/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}, x-apiward-ignore: ";
        format!("{path}{{{WRITE}: {value}}}}}}}\n")
    };
    let ended = [told_as(WRITE, 7, None), told_as("suppression/expired", 7, None)];
    let sorted = |text: &str| {
        let mut told = of(text, BOTH);
        told.sort();
        told
    };
    for end in ["until 2020-1-1", "until 2020/01/01", "until 2099-13-01", "expires 2020-01-01", "until 2020-01-01"] {
        assert_eq!(sorted(&comment(end)), ended, "{end}");
    }
    for value in ["until 2020-01-01 a test", "{reason: a test, expires: soon}", "{reason: a test, expires: 20990101}"] {
        assert_eq!(sorted(&extension(value)), ended, "{value}");
    }
    let misnamed = [told_as(WRITE, 7, None), told_as("suppression/unknown-lint", 7, None)];
    assert_eq!(sorted(&extension("{reason: a test, until: 2099-01-01}")), misnamed);
    assert_eq!(sorted(&extension("until 2099-01-01 a test")), [told_as(WRITE, 7, Some("extension"))]);
}

/// A declaration counts with a reason alone, and says nothing true where callers are asked for a credential.
#[test]
fn declarations_of_public_operations_are_judged() {
    let read = "get: {security: [], responses: {'200': {description: Parcel}}}";
    let text = format!(
        "  /a: {{get: {{x-apiward-public: shown on posters, responses: {{}}}}}}
  /b: {{x-apiward-public: shown on posters, {read}, put: {{responses: {{}}}}}}
  /c: {{x-apiward-public: true, {read}}}
  /d: {{x-apiward-public: ' ', {read}}}
  /e: {{x-apiward-public: {{reason: on posters}}, {read}}}
  /f: {{x-apiward-public: false, {read}}}
  /g: {{get: {{x-apiward-public: on posters, security: [{{gone: []}}], responses: {{}}}}}}
  /h: {{get: {{responses: {{'200': {{content: {{application/json: {{example: {{x-apiward-public: true}}}}}}}}}}}}}}
"
    );
    let expected = [
        told_as("suppression/unused", 7, None),
        told_as("suppression/missing-reason", 9, None),
        told_as("suppression/missing-reason", 10, None),
        told_as("suppression/missing-reason", 11, None),
    ];
    assert_eq!(of(&text, "suppression"), expected);
    let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}"))]);
    let told = check(folder.path(), &["--select", "suppression", "--profile", "minimal"]).findings().len();
    assert_eq!(told, 3, "`minimal` judges no use");
    // A part is judged by all descriptions that it belongs to.
    let part = "get: {x-apiward-public: shown on posters, responses: {}}\n";
    let root =
        |security: &str| format!("{}  /a: {{$ref: part.yaml}}\n", HEAD.replace("security: [{bearer: []}]", security));
    let (guarded, open) = (root("security: [{bearer: []}]"), root("security: []"));
    let count = |other: &str| {
        let folder = folder_of(&[("a.yaml", guarded.as_str()), ("b.yaml", other), ("part.yaml", part)]);
        check(folder.path(), &["--select", "suppression"]).findings().len()
    };
    assert_eq!((count(&guarded), count(&open)), (1, 0));
}

/// Where hardly any operation has something none is listed.
#[test]
fn an_operation_leaves_the_count_of_what_nearly_all_lack() {
    let told = |answers: &str, lint: &str, ignored: usize| {
        let ignore = format!("x-apiward-ignore: {{{lint}: a test}}, ");
        let operation = |at: usize| {
            let ignore = if at < ignored { &ignore } else { "" };
            format!("  /a{at}: {{post: {{{ignore}responses: {{{answers}}}}}}}\n")
        };
        let text: String = (0..4).map(operation).collect();
        let folder = folder_of(&[("api.yaml", &format!("{HEAD}{text}"))]);
        let report = check(folder.path(), &["--select", &format!("{lint},suppression")]).json();
        let findings = report["findings"].as_array().unwrap().clone();
        assert!(findings.iter().all(|finding| finding["lint"] == lint), "{findings:?}");
        let counting = findings.into_iter().filter(|finding| finding["suppressed"].is_null());
        let short =
            |finding: &Value| (finding["message"].as_str().unwrap().to_owned(), finding["operations_total"].clone());
        counting.map(|finding| short(&finding)).collect::<Vec<_>>()
    };
    let without_any = "'204': {description: Made}";
    let without_401 = "'204': {description: Made}, '400': {description: Wrong}";
    for (lint, answers, message) in [
        ("errors/no-error-response", without_any, "4 of 4 operations describe no error response"),
        ("errors/missing-auth-errors", without_401, "4 of 4 protected operations do not describe the 401 answer"),
    ] {
        assert_eq!(told(answers, lint, 0), [(message.to_owned(), 0.into())]);
        assert_eq!(told(answers, lint, 1), [(format!("{message}; 1 of them is suppressed"), 0.into())]);
        assert_eq!(told(answers, lint, 4), []);
    }
}

/// What is counted is asked for where it stands, and what is suppressed there is not counted.
#[test]
fn an_operation_leaves_the_lists_of_what_lacks_something() {
    let body =
        "requestBody: {content: {application/json: {schema: {type: object, properties: {note: {type: string}}}}}}";
    let text = |ignored: &[usize], lint: &str| -> String {
        let operation = |at: usize| {
            let ignore =
                if ignored.contains(&at) { format!("x-apiward-ignore: {{{lint}: a test}}, ") } else { String::new() };
            let answers = if at < 4 { "'204': {description: Made}" } else { "default: {description: All}" };
            format!("  /a{at}: {{post: {{{ignore}{body}, responses: {{{answers}}}}}}}\n")
        };
        (0..8).map(operation).collect()
    };
    let told = |ignored: &[usize], lint: &str| {
        let folder = folder_of(&[("api.yaml", &format!("{HEAD}{}", text(ignored, lint)))]);
        let report = check(folder.path(), &["--select", &format!("{lint},suppression")]).json();
        let findings = report["findings"].as_array().unwrap().clone();
        assert!(findings.iter().all(|finding| finding["lint"] == lint), "{findings:?}");
        let counting = findings.into_iter().filter(|finding| finding["suppressed"].is_null());
        counting.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let none = "errors/no-error-response";
    assert_eq!(told(&[1, 2], none), ["4 of 8 operations describe no error response; 2 of them are suppressed"]);
    assert_eq!(told(&[0, 1, 2, 3], none), [""; 0]);
    let string = "input/unbounded-string";
    let all = told(&[], string);
    assert_eq!(told(&[3], string), [format!("{}; 1 of them is suppressed", all[0])]);
    assert_eq!(told(&[0, 1, 2, 3, 4, 5, 6, 7], string), [""; 0]);
    let limits = told(&[5], "ratelimit/missing-429");
    assert!(
        matches!(limits.as_slice(), [only] if only.contains("7 of 8 operations have no 429 response")),
        "{limits:?}"
    );
}
