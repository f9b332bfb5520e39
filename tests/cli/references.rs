//! References over files: what leads nowhere is told once, at the reference, and nothing else is lost.

use super::{folder_of, run};
use serde_json::Value;

/// A description whose one operation answers with a `$ref`.
fn referring(to: &str) -> String {
    format!("openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          $ref: '{to}'\n")
}

/// Checks a folder: the status, and the findings as `file:line:column level lint message; help`.
fn told(files: &[(&str, &str)]) -> (i32, Vec<String>) {
    let folder = folder_of(files);
    let run = run(folder.path(), &["check", "--select", "document", "--format", "json"]);
    let line = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let start = &finding["range"]["start"];
        let (place, lint) = (format!("{}:{}:{}", text("file"), start["line"], start["column"]), text("lint"));
        format!("{place} {} {lint} {}; {}", text("level"), text("message"), text("help"))
    };
    (run.status, run.json()["findings"].as_array().unwrap().iter().map(line).collect())
}

#[track_caller]
fn one(files: &[(&str, &str)], status: i32, parts: &[&str]) {
    let (found, told) = told(files);
    assert_eq!((found, told.len()), (status, 1), "{told:#?}");
    for part in parts {
        assert!(told[0].contains(part), "`{part}` is missing from {}", told[0]);
    }
}

#[test]
fn a_missing_place_comes_with_the_nearest_that_exists() {
    let text = format!(
        "{}components:\n  responses:\n    Found: {{description: x}}\n",
        referring("#/components/responses/Fond")
    );
    let lint = "error document/unresolved-reference";
    let parts =
        ["a.yaml:7:17", lint, "`/components/responses` has no `Fond`", "did you mean `#/components/responses/Found`?"];
    one(&[("a.yaml", &text)], 1, &parts);
    let moved = format!("{}definitions:\n  User: {{}}\n", referring("#/components/schemas/User"));
    one(&[("a.yaml", &moved)], 1, &["the document has no `components`", "did you mean `#/definitions/User`?"]);
    one(&[("a.yaml", &referring("#/x/y"))], 1, &["the document has no `x`", "correct the reference"]);
    let other = [("a.yaml", &*referring("b.yaml#/x/y")), ("b.yaml", "x: {yy: 1}\n")];
    one(&other, 1, &["`b.yaml#/x/y` leads nowhere: `/x` has no `y`"]);
    one(&[("a.yaml", &referring("#here"))], 1, &["there is no anchor `here`"]);
    one(
        &[("a.yaml", &referring("b.yaml")), ("b.yaml", "# later\n")],
        1,
        &["`b.yaml` leads nowhere: the file is empty"],
    );
}

#[test]
fn a_missing_file_comes_with_one_of_a_like_name() {
    let files = [("a.yaml", &*referring("shared/respones.yaml#/X")), ("shared/responses.yaml", "X: {}\n")];
    let parts = [
        "a.yaml:7:17",
        "`shared/respones.yaml` cannot be opened: no such file",
        "did you mean `shared/responses.yaml`?",
    ];
    one(&files, 1, &parts);
    one(&[("a.yaml", &referring("none/x.yaml"))], 1, &["`none/x.yaml` cannot be opened", "check the path"]);
    one(&[("a.yaml", &referring("sub")), ("sub/b.yaml", "a: 1\n")], 1, &["`sub` cannot be opened: it is a folder"]);
}

#[test]
fn nothing_is_fetched_and_nothing_outside_the_root_is_opened() {
    let remote = referring("https://api.example/common.yaml#/Found");
    let lint = "error document/unresolved-reference";
    one(&[("a.yaml", &remote)], 1, &[lint, "`https://api.example/common.yaml#/Found` is not fetched"]);
    for outside in
        ["../b.yaml#/X", "x/../../b.yaml", "/etc/hostname", "C:\\b.yaml", "%2e%2e/b.yaml", "//host/share.yaml"]
    {
        let (status, told) = told(&[("a.yaml", &referring(outside))]);
        let refused = told[0].contains("error document/reference-outside-root") && status == 1;
        let remote = outside.starts_with("//") && told[0].contains("is not fetched");
        assert!(told.len() == 1 && (refused || remote), "{outside}: {told:#?}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out_of_the_root() {
    let elsewhere = folder_of(&[("secret.yaml", "X: {$ref: '#/Y'}\n")]);
    let folder = folder_of(&[("a.yaml", &referring("link.yaml#/X"))]);
    std::os::unix::fs::symlink(elsewhere.path().join("secret.yaml"), folder.path().join("link.yaml")).unwrap();
    let run = run(folder.path(), &["check", "--format", "concise", "--select", "document"]);
    assert!(run.stdout.contains("document/reference-outside-root"), "{}", run.stdout);
    assert!(!run.stdout.contains("/Y"), "the file was read: {}", run.stdout);
}

#[test]
fn the_root_can_be_made_wider() {
    let folder = folder_of(&[("one/a.yaml", &referring("../two/b.yaml#/X")), ("two/b.yaml", "X: {description: x}\n")]);
    let check = |root: &str| run(folder.path(), &["check", "one/a.yaml", "--root", root, "--select", "document"]);
    assert_eq!(check("one").status, 1);
    assert!(check("one").stdout.contains("`--root`"), "{}", check("one").stdout);
    assert_eq!(check(".").status, 0);
}

#[test]
fn a_part_that_does_not_parse_is_reported_there_and_once() {
    let root = referring("broken.yaml#/X");
    let files = [("a.yaml", &*root), ("b.yaml", &*root), ("broken.yaml", "X: [\n")];
    one(&files, 2, &["broken.yaml:1:4", "error document/unreadable"]);
    let folder = folder_of(&files);
    let report = run(folder.path(), &["check", "--format", "json", "--select", "document"]).json();
    let related = report["findings"][0]["related"].as_array().unwrap();
    let from: Vec<_> = related.iter().map(|place| place["file"].as_str().unwrap()).collect();
    assert_eq!((from, &report["findings"][0]["related_total"]), (vec!["a.yaml", "b.yaml"], &2.into()));
    let statuses: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["checked", "checked", "failed"]);
}

#[test]
fn a_tree_of_files_is_read_once_and_told_once() {
    let shared =
        "Found:\n  description: x\n  content:\n    a/b: {schema: {$ref: 'schemas/x.yaml'}}\n  description: y\n";
    let files = [
        ("a.yaml", &*referring("shared.yaml#/Found")),
        ("v2/b.yaml", &*referring("../shared.yaml#/Found")),
        ("shared.yaml", shared),
        ("schemas/x.yaml", "{$ref: 'y.yaml'}\n"),
    ];
    let (_, told) = told(&files);
    let lints: Vec<_> = told.iter().map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
    let expected =
        ["schemas/x.yaml:1:8 error document/unresolved-reference", "shared.yaml:5:3 warning document/duplicate-key"];
    assert_eq!(lints, expected);
    let folder = folder_of(&files);
    let run = run(folder.path(), &["check", "--select", "document"]);
    assert!(run.stdout.contains("[shared.yaml:5:3]") && run.stdout.contains("description: y"), "{}", run.stdout);
    let summary = run.stdout.lines().last().unwrap();
    assert!(
        summary.starts_with("checked 2 files with 2 operations (and 2 files they refer to): 1 error, 1 warning"),
        "{summary}"
    );
    assert!(!summary.contains("skipped"), "{summary}");
}

/// What is followed must be readable, whatever its name; what is quoted as text need not be.
#[test]
fn a_part_of_another_extension_that_does_not_parse_is_told() {
    let root = "openapi: 3.0.3\ninfo: {description: {$ref: intro.md}}\npaths:\n  /a: {$ref: admin.yaml.j2}\n";
    let files =
        [("a.yaml", root), ("admin.yaml.j2", "delete:\n  security: [{}]\n  {% if x %}\n"), ("intro.md", "a: b: [")];
    one(&files, 1, &["a.yaml:4:14 error document/unresolved-reference", "`admin.yaml.j2` is neither YAML nor JSON"]);
}

/// A part that speaks of descriptions, as by a reference back, is a part all the same.
#[test]
fn a_part_that_was_read_is_not_listed_as_skipped() {
    let part = "get: {responses: {'200': {$ref: 'openapi.yaml#/components/responses/Fine'}}}\n";
    let root = "openapi: 3.0.3\npaths: {/a: {$ref: part.yaml}}\ncomponents: {responses: {Fine: {description: Fine}}}\n";
    let folder = folder_of(&[("openapi.yaml", root), ("part.yaml", part), ("other.yaml", "text: openapi: 3\n")]);
    let report = run(folder.path(), &["check", "--format", "json", "--fail-on", "never"]).json();
    let listed: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert!(listed.contains(&"openapi.yaml") && !listed.contains(&"part.yaml"), "{listed:?}");
}

#[test]
fn a_description_in_its_own_right_and_as_a_part_is_told_once() {
    let part = format!(
        "{}components:\n  responses:\n    Found: {{$ref: '#/gone'}}\n",
        referring("#/components/responses/Found")
    );
    one(
        &[("a.yaml", &referring("part.yaml#/components/responses/Found")), ("part.yaml", &part)],
        1,
        &["part.yaml:10:19"],
    );
}

#[test]
fn parts_of_several_roots_are_told_apart() {
    let folder = folder_of(&[
        ("one/apiward.yaml", ""),
        ("one/a.yaml", &referring("part.yaml#/X")),
        ("one/part.yaml", "X: {$ref: '#/gone'}\n"),
        ("two/apiward.yaml", ""),
        ("two/b.yaml", &referring("part.yaml#/X")),
        ("two/part.yaml", "X: {$ref: '#/gone'}\n"),
    ]);
    let run = run(folder.path(), &["check", "--format", "concise", "--select", "document"]);
    let files: Vec<_> = run.stdout.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["one/part.yaml", "two/part.yaml"]);
}

#[test]
fn standard_input_stands_for_the_file_of_its_name() {
    let folder = folder_of(&[("a.yaml", &referring("b.yaml#/X")), ("b.yaml", "Y: {}\n")]);
    let arguments =
        ["check", "a.yaml", "-", "--stdin-filename", "b.yaml", "--ignore-unrecognized", "--select", "document"];
    let run = super::finish(super::program(folder.path(), &arguments), b"X: {description: x}\n");
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn quoted_data_holds_no_references() {
    let text = "openapi: 3.1.0\npaths: {}\nx-note: {$ref: '#/gone'}\ncomponents:\n  schemas:\n    A:\n      example: {$ref: gone}\n      \
                default: {$ref: gone}\n      properties: {$ref: {type: string}}\n";
    let (status, told) = told(&[("a.yaml", text)]);
    assert_eq!((status, told.len()), (0, 0), "{told:#?}");
}

#[test]
fn a_scheme_that_leads_nowhere_is_told_by_the_lint_alone() {
    let text = "\
asyncapi: 3.0.0
info: {title: Parcels, version: '1'}
servers:
  main:
    host: broker.example
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/gone'
channels: {parcels: {address: parcels}}
operations:
  send: {action: send, channel: {$ref: '#/channels/parcels'}, security: [{$ref: '#/components/securitySchemes/gone'}]}
";
    let folder = folder_of(&[("a.yaml", text)]);
    let lints = |arguments: &[&str]| -> Vec<String> {
        let run = run(folder.path(), &[&["check", "--format", "json"], arguments].concat());
        run.findings().into_iter().map(|(lint, _)| lint).filter(|lint| lint.contains("ed-")).collect()
    };
    assert_eq!(lints(&[]), ["auth/undefined-scheme"]);
    let faults = ["document/unresolved-reference"; 2];
    assert_eq!(lints(&["--ignore", "auth/undefined-scheme"]), faults, "nothing is silent");
}

#[test]
fn references_of_windows_are_read_alike_everywhere() {
    let root = "openapi: 3.0.3\npaths: {/a: {$ref: 'd\\e\\part.yaml'}}\n";
    let folder = folder_of(&[("api.yaml", root), ("d/e/part.yaml", "get: {}\n")]);
    let run = run(folder.path(), &["check", "--select", "document"]);
    assert!(run.stdout.contains("checked 1 file with 1 operation (and 1 file"), "{}", run.stdout);
}

/// A description with so many references, each below its own path; `@` in a reference is its number.
fn referring_often(count: usize, to: &str) -> String {
    let paths = (1..=count).map(|at| format!("  /a{at}: {{$ref: '{}'}}\n", to.replace('@', &at.to_string())));
    format!("openapi: 3.0.3\npaths:\n{}", paths.collect::<String>())
}

#[test]
fn references_with_one_cause_are_one_finding_when_they_are_many() {
    let cases = [
        ("#/gone/x@", "references lead nowhere: the document has no `gone`, in 6 places"),
        ("gone.yaml#/A@", "`gone.yaml` cannot be opened"),
        ("../other/b.yaml#/A@", "`../other/b.yaml` lies outside the root folder and is not followed"),
        ("https://me:word@specs.parcels.io/v@/a.yaml", "what lies at `specs.parcels.io` is not fetched"),
    ];
    for (to, message) in cases {
        let numbered = to.replace("word@", "word%");
        let text = |count| referring_often(count, &numbered).replace("word%", "word@");
        one(&[("a.yaml", &text(6))], 1, &["a.yaml:3:15", message, ", in 6 places"]);
        assert_eq!(told(&[("a.yaml", &text(5))]).1.len(), 5, "{to}");
    }
    let folder = folder_of(&[("a.yaml", &referring_often(7, "gone.yaml"))]);
    let found = run(folder.path(), &["check", "--select", "document", "--format", "json"]).json();
    let related = &found["findings"][0]["related"];
    let lines: Vec<_> = (0..6).map(|at| related[at]["range"]["start"]["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [4, 5, 6, 7, 8, 9]);
    // What is suppressed hides nothing, and is not counted.
    let ignored = "'gone.yaml', x-apiward-ignore: {document/unresolved-reference: it comes later}";
    let text = referring_often(7, "gone.yaml").replacen("'gone.yaml'", ignored, 1);
    one(&[("a.yaml", &text)], 1, &["a.yaml:4:15", ", in 6 places"]);
}

#[test]
fn slashes_of_paths_in_pointers_are_told() {
    let paths = "  /boxes/{id}: {get: {}}\ncomponents: {responses: {found/one: {description: A box}}}\n";
    let cases = [
        ("#/paths//boxes/{id}/get", "`#/paths/~1boxes~1{id}/get`"),
        ("#/paths/boxes/{id}", "`#/paths/~1boxes~1{id}`"),
        ("#/components/responses/found/one", "`#/components/responses/found~1one`"),
        ("#/paths//bags", "in a JSON Pointer write `/` inside a key as `~1`, `#/paths/~1boxes`"),
    ];
    for (to, help) in cases {
        one(&[("a.yaml", &format!("{}{paths}", referring(to)))], 1, &["leads nowhere", help]);
    }
    one(&[("a.yaml", &format!("{}{paths}", referring("#/paths/bags")))], 1, &["; correct the reference"]);
}

/// What is not read because it is something else than it must be, at its place; what is empty is not told.
#[test]
fn what_is_of_another_type_is_told() {
    // The text, where in it the finding begins, and a part of the message or help.
    let cases = [
        ("paths: [a]", "paths", "`paths` is a list where a mapping belongs"),
        ("paths: {/a: [post]}", "/a", "`/a` is a list"),
        ("paths: {/a: {POST: {}}}", "POST", "; write `post`"),
        ("paths: {/a: {delete: no}}", "no}", "`delete` is a single value"),
        ("paths: {/a: {get: {security: [k]}}}", "k]", "the name of the scheme is a key: `k: []`"),
        ("paths: {/a: {get: {security: k}}}", "k}", "`security` is a single value where a list belongs"),
        ("security: [{k: read}]", "read", "`k` is a single value"),
        ("paths: {/a: {parameters: [id], get: }}", "id", "an entry of `parameters` is a single value"),
        ("paths: {/a: {get: {responses: {'200': fine}}}}", "fine", "`200` is a single value"),
        ("servers: [https://a.parcels.io]", "https", "an entry of `servers` is a single value"),
        ("components: {schemas: [a]}", "schemas", "`schemas` is a list"),
        ("/a: {get: {}}", "/a", "`/a` stands at the root, outside `paths`, and what is below is not read"),
    ];
    for (text, begin, message) in cases {
        let place = format!("a.yaml:2:{} error document/unexpected-type", text.find(begin).unwrap() + 1);
        one(&[("a.yaml", &format!("openapi: 3.0.3\n{text}\n"))], 1, &[&place, message]);
    }
    let others = [
        ("asyncapi: 2.6.0\nservers: {m: {url: a, security: [k]}}\n", "an entry of `security`"),
        ("asyncapi: 2.6.0\nchannels: {a: {publish: no}}\n", "`publish`"),
        ("asyncapi: 3.0.0\nservers: [a]\n", "`servers`"),
        ("asyncapi: 3.0.0\noperations: {b: [a]}\n", "`b`"),
        ("swagger: '2.0'\nschemes: https\n", "`schemes`"),
        ("swagger: '2.0'\nopenapi: 3.0.3\n", "a.yaml:1:10"),
        ("swagger: '2.0'\nopenapi: 3.0.3\n", "`swagger` is a second version key beside `openapi`, and is not read"),
        ("asyncapi: 2.6.0\n/a: {publish: {}}\n", "`/a` stands at the root, outside `channels`"),
        (
            "swagger: '2.0'\npaths:\n/a: {get: {}}\n/b: {get: {}}\n",
            "`/a` and another path stand at the root, outside `paths`",
        ),
        ("openapi: 3.0.3\npaths:\n/a:\n  get: {}\n/b:\n/c: no\n", "a.yaml:3:1 error"),
        ("openapi: 3.0.3\npaths:\n/a:\n  get: {}\n/b:\n/c: no\n", "`/a` and 2 other paths stand at the root"),
        ("openapi: 3.0.3\npaths: {/a: {get: {}}}\n/b: {get: {}}\n", "`/b` stands at the root, outside `paths`"),
        ("asyncapi: 3.0.0\nswagger: '2.0'\n", "`asyncapi` is a second version key beside `swagger`"),
    ];
    for (text, name) in others {
        one(&[("a.yaml", text)], 1, &["document/unexpected-type", name]);
    }
    let empty = "openapi: 3.0.3\nservers:\npaths: {/a: {parameters: , get: {security: , responses: {'200': }}}, /b: , x-c: 1}\n";
    let section = "swagger: '2.0'\nopenapi: {title: a section of our own}\nasyncapi:\n";
    let extension = "openapi: 3.0.3\npaths: {/a: {get: {}}}\nx-/b: {get: {}}\n";
    // Some languages write all that is empty alike.
    let other = "openapi: 3.0.3\nservers: {}\npaths: {/a: {parameters: {}, get: {responses: []}}}\ncomponents: []\n";
    for text in [empty, section, extension, other] {
        assert_eq!(told(&[("a.yaml", text)]), (0, Vec::new()));
    }
}

/// Operations, parameters and schemas that other tools pass over, where they stand or as they are written.
#[test]
fn what_stands_where_nobody_reads_it_is_told() {
    let answer = |text: &str| format!("paths: {{/a: {{get: {{responses: {{'200': {{{text}}}}}}}}}}}");
    let schema = |text: &str| answer(&format!("content: {{a/b: {{schema: {{{text}}}}}}}"));
    let parameter = |text: &str| format!("paths: {{/a: {{get: {{parameters: [{{{text}}}]}}}}}}");
    let cases = [
        ("paths: {/a: {get: {}, /b: {}}}".to_owned(), "/b", "`/b` stands in another path item"),
        ("paths: {a: {/b: {get: {}}}}".to_owned(), "/b", "`/b` stands in another path item"),
        ("paths: {/a: {get: {post: {responses: {}}}}}".to_owned(), "post", "`post` stands in another operation"),
        (
            "paths: {/a: {pst: {responses: {}}}}".to_owned(),
            "pst",
            "`pst` is no method and is not read; the methods are",
        ),
        ("paths: {/a: {query: {}}}".to_owned(), "query", "`query` belongs to OpenAPI 3.2"),
        ("paths: {/a: {security: [k: []], get: {}}}".to_owned(), "security", "it protects no operation"),
        ("path: {/a: {get: {responses: {}}}}".to_owned(), "path", "`path` holds path items, but only `paths` is read"),
        (parameter("name: a, in: Query"), "Query", "`Query` is no place of a parameter"),
        (parameter("name: a"), "{name", "the parameter does not say where it is"),
        (parameter("name: a, in: query, schema: text"), "schema", "`schema` is a single value"),
        (answer("schema: {}"), "schema", "`schema` belongs to OpenAPI 2.0"),
        (answer("content: {schema: {}}"), "schema", "`schema` is no media type"),
        (schema("properties: [a]"), "properties", "`properties` is a list"),
        (schema("properties: {type: object}"), "type", "`type` is a single value"),
        (schema("allOf: {a: b}"), "allOf", "`allOf` is a mapping where a list belongs"),
        (schema("allOf: {$ref: '#/paths'}"), "allOf", "`allOf` is a reference, which is not followed here"),
        (schema("additionalProperties: 'false'"), "'false'", "; write `false` without quotes"),
        ("host: a.parcels.io".to_owned(), "a.parcels", "`host` belongs to OpenAPI 2.0"),
        ("securityDefinitions: {}".to_owned(), "security", "`securityDefinitions` belongs to OpenAPI 2.0"),
    ];
    for (text, begin, message) in &cases {
        let found = told(&[("a.yaml", &format!("openapi: 3.0.3\n{text}\n"))]).1;
        let line = found.first().map(String::as_str).unwrap_or_default();
        // Of a mapping or list the key is marked, of what is single the value.
        let at = text.find(begin).unwrap() + 1;
        let places = [at, at + begin.len() + 2];
        let is_there = places.iter().any(|at| line.starts_with(&format!("a.yaml:2:{at} ")));
        assert!(found.len() == 1 && is_there && line.contains(message), "{text}: {found:?}");
    }
    let others = [
        ("swagger: '2.0'\nservers: [{url: a}]\n", "`servers` belongs to OpenAPI 3,"),
        ("swagger: '2.0'\npaths: {/a: {post: {requestBody: {}}}}\n", "`requestBody`"),
        ("asyncapi: 2.6.0\noperations: {a: {}}\n", "`operations` belongs to AsyncAPI 3,"),
        (
            "openapi: 3.0.3\npaths: {/a: {post: {requestBody: {$ref: '#/components/schemas/A'}}}}\ncomponents: {schemas: {A: \
             {}}}\n",
            "`requestBody` refers to a component that is none of `requestBodies`",
        ),
        (
            "swagger: '2.0'\npaths: {/a: {get: {responses: {'200': {$ref: '#/definitions/A'}}}}}\ndefinitions: {A: {}}\n",
            "`200` refers to a component that is none of `responses`",
        ),
        ("asyncapi: 3.0.0\nchannels: {a: {publish: {}}}\n", "`publish` belongs to AsyncAPI 2,"),
        ("openapi: 3.0.3\nservers: [{url: /, variables: [a]}]\n", "`variables`"),
        (
            "openapi: 3.0.3\ncomponents: {securitySchemes: {a: {type: oauth2, flows: {implicit: {scopes: [b]}}}}}\n",
            "`scopes`",
        ),
    ];
    for (text, name) in others {
        one(&[("a.yaml", text)], 1, &["document/unexpected-type", name]);
    }
    let both = "openapi: 3.0.3\nhost: a\nservers: [{url: /}]\npaths: {/a: {get: {responses: {'200': {schema: {}, content: {}}}}}}\n";
    let later = "openapi: 3.2.0\npaths: {/a: {query: {}, additionalOperations: {LINK: {responses: {}}}}}\nx-a: {/a: {get: {responses: {}}}}\n";
    for text in [both, later] {
        assert_eq!(told(&[("a.yaml", text)]), (0, Vec::new()));
    }
}

/// A `security` that cannot be read is an error of its own; nobody knows that it asks for nothing.
#[test]
fn requirements_that_are_not_read_are_not_called_absent() {
    let of = |security: &str, schemes: &str| {
        format!(
            "openapi: 3.0.3\nservers: [{{url: 'https://parcels.io'}}]\nsecurity: {security}\ncomponents: \
             {{securitySchemes: {schemes}}}\npaths: {{/a: {{post: {{responses: {{'200': {{}}}}}}}}}}\n"
        )
    };
    let known = "{k: {type: http, scheme: bearer}}";
    for (security, schemes) in [("{k: []}", known), ("k", known), ("[null]", known), ("[k: []]", "[a]")] {
        let folder = folder_of(&[("a.yaml", &of(security, schemes))]);
        let found = run(folder.path(), &["check", "--profile", "minimal", "--format", "json"]).findings();
        let lints: Vec<_> = found.iter().map(|(lint, _)| lint.as_str()).collect();
        assert_eq!(lints, ["document/unexpected-type"], "{security}");
    }
}

/// No version allows these references, but bundlers follow them, and what they lead to is plain.
#[test]
fn references_in_place_of_lists_and_maps_are_followed() {
    let text = "\
openapi: 3.0.3
servers: [{url: '{s}://parcels.io', variables: {$ref: '#/x-variables'}}]
security: {$ref: '#/x-open'}
components:
  securitySchemes: {o: {type: oauth2, flows: {$ref: '#/x-flows'}}}
  schemas: {Parcel: {type: object, properties: {password: {type: string}}}}
paths:
  /a:
    post:
      responses:
        '200':
          description: done
          content: {application/json: {schema: {type: object, properties: {$ref: '#/components/schemas/Parcel/properties'}}}}
x-open: [{o: [gone]}, {}]
x-flows: {implicit: {authorizationUrl: 'https://parcels.io/login', scopes: {$ref: '#/x-scopes'}}}
x-scopes: {read: Reads}
x-variables: {s: {enum: [http], default: http}}
";
    let folder = folder_of(&[("a.yaml", text)]);
    let found = run(folder.path(), &["check", "--profile", "strict", "--format", "json"]).findings();
    let has = |wanted: &str| found.iter().any(|(lint, _)| lint == wanted);
    let wanted = [
        "auth/anonymous-write",
        "auth/oauth-implicit-flow",
        "rbac/undefined-scope",
        "exposure/secret-in-response",
        "transport/server-variable-allows-http",
    ];
    for lint in wanted {
        assert!(has(lint), "{lint}: {found:?}");
    }
    assert!(!found.iter().any(|(lint, _)| lint.starts_with("document/")), "{found:?}");
}
