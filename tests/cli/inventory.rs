//! `inventory`: every operation with who may call it.

use std::path::Path;

use serde_json::{Value, json};

use super::corpus::corpus;
use super::docs::all_snippets;
use super::{DUPLICATE, GOOD, folder_of, run, testdata};

/// A description in which every fact occurs.
const ALL: &str = "\
openapi: 3.1.0
info: {title: Parcels, version: '1'}
servers:
  - url: https://me:word@api.parcels.io
  - url: http://localhost:8080
security: [{account: [read]}, {key: [], client: []}]
paths:
  /health:
    get:
      security: []
      responses: {'200': {description: Fine}}
  /parcels/{parcelId}:
    parameters:
      - {name: parcelId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: getParcel
      x-apiward-public: Tracking numbers are secret
      security: [{}]
      responses:
        '200':
          description: A parcel
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
        '429': {description: Slow down, headers: {Retry-After: {schema: {type: integer}}}}
    put:
      deprecated: true
      x-sunset: '2027-01-31'
      servers: [{url: /v2}]
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {passportNumber: {type: string}, passphrase: {type: string}}}
      responses: {'204': {description: Done}, '413': {description: Too large}}
      callbacks:
        moved:
          '{$request.body#/url}':
            post: {responses: {'204': {description: Told}}}
webhooks:
  lost:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}
      responses: {'204': {description: Told}}
components:
  schemas:
    Parcel: {type: object, properties: {ssn: {type: string}, weight: {type: number}}}
  securitySchemes:
    account:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://login.parcels.io', scopes: {read: Read}}}
    key: {type: apiKey, in: query, name: key}
    client: {type: mutualTLS}
";

fn list(folder: &Path, arguments: &[&str]) -> Value {
    let listed = run(folder, &[&["inventory", "--format", "json"], arguments].concat());
    assert_eq!((listed.status, listed.stderr.as_str()), (0, ""));
    listed.json()
}

/// `GET /parcels`, one for each listed operation.
fn titles(inventory: &Value) -> Vec<String> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let title = |entry| format!("{} {}", text(entry, "method"), text(entry, "path"));
    inventory["operations"].as_array().unwrap().iter().map(title).collect()
}

fn entry<'v>(inventory: &'v Value, title: &str) -> &'v Value {
    let at = titles(inventory).iter().position(|one| one == title).unwrap_or_else(|| panic!("{title} is not listed"));
    &inventory["operations"][at]
}

#[test]
fn every_fact_is_told() {
    let folder = folder_of(&[("specs/api.yaml", ALL)]);
    let inventory = list(folder.path(), &[]);
    assert_eq!(inventory["schema_version"], "1.0");
    assert_eq!(inventory["summary"], json!({"total": 5, "listed": 5, "anonymous": 2, "writes": 1}));
    let oauth = json!({
        "schemes": [{"name": "account", "type": "oauth2", "scopes": ["read"]}],
        "anonymous": false, "strength": 4, "server": null,
    });
    let both = json!({
        "schemes": [
            {"name": "key", "type": "apiKey", "scopes": []}, {"name": "client", "type": "mutualTLS", "scopes": []},
        ],
        "anonymous": false, "strength": 5, "server": null,
    });
    let put = json!({
        "file": "specs/api.yaml", "document": 0, "kind": "operation",
        "method": "PUT", "path": "/parcels/{parcelId}", "id": null, "resource": "/parcels",
        "alternatives": [oauth, both], "alternatives_total": 2, "source": "root",
        "anonymous": false, "strength": 4, "scopes": ["read"],
        "servers": [{"name": null, "url": "/v2", "transport": "unknown", "local": false}], "servers_total": 1,
        "public": null, "writes": true, "deprecated": true, "sunset": "2027-01-31",
        "rate_limit": {"status_429": false, "headers": []},
        "takes": [{"name": "passphrase", "kind": "secret"}, {"name": "passportNumber", "kind": "personal"}],
        "takes_total": 2, "returns": [], "returns_total": 0, "sensitive_complete": true, "object_ids": [{"name": "parcelId", "countable": true}],
        "body": {"media_types": ["application/json"], "size_told": true},
    });
    assert_eq!(*entry(&inventory, "PUT /parcels/{parcelId}"), put);
    let get = entry(&inventory, "GET /parcels/{parcelId}");
    let servers = json!([
        {"name": null, "url": "https://***@api.parcels.io", "transport": "encrypted", "local": false},
        {"name": null, "url": "http://localhost:8080", "transport": "plaintext", "local": true},
    ]);
    assert_eq!((&get["servers"], &get["id"], &get["source"]), (&servers, &"getParcel".into(), &"operation".into()));
    assert_eq!(get["public"], json!({"by": "declaration", "reason": "Tracking numbers are secret"}));
    assert_eq!((&get["anonymous"], &get["strength"], &get["body"]), (&true.into(), &0.into(), &Value::Null));
    assert_eq!(get["rate_limit"], json!({"status_429": true, "headers": ["Retry-After"]}));
    assert_eq!(get["returns"], json!([{"name": "ssn", "kind": "personal"}]));
    assert_eq!(entry(&inventory, "GET /health")["public"], json!({"by": "nature", "reason": null}));
}

#[test]
fn webhooks_and_callbacks_are_marked_and_have_no_servers() {
    let folder = folder_of(&[("api.yaml", ALL)]);
    let inventory = list(folder.path(), &[]);
    let lost = entry(&inventory, "POST lost");
    assert_eq!((&lost["kind"], &lost["servers"], &lost["writes"]), (&"webhook".into(), &json!([]), &Value::Null));
    assert_eq!(lost["takes"], json!([{"name": "ssn", "kind": "personal"}]));
    assert_eq!(entry(&inventory, "POST {$request.body#/url}")["kind"], "callback");
}

#[test]
fn the_output_keeps_to_its_schema_and_has_every_field() {
    let folder = folder_of(&[("api.yaml", ALL), ("other.yaml", DUPLICATE)]);
    let schema = run(folder.path(), &["schema", "inventory"]);
    assert_eq!(schema.stdout, std::fs::read_to_string(testdata("../schemas/inventory.schema.json")).unwrap());
    let validator = jsonschema::validator_for(&schema.json()).unwrap();
    let inventory = list(folder.path(), &[]);
    assert!(validator.is_valid(&inventory));
    for object in ["", "/operations/0", "/operations/1/rate_limit", "/operations/1/servers/0", "/summary"] {
        for field in inventory.pointer(object).unwrap().as_object().unwrap().keys() {
            let mut without = inventory.clone();
            without.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(field);
            assert!(!validator.is_valid(&without), "{object}/{field}");
        }
    }
}

#[test]
fn equal_input_gives_equal_bytes_wherever_it_lies() {
    let one = folder_of(&[("api.yaml", ALL), ("b/api.yaml", ALL)]);
    let other = folder_of(&[("b/api.yaml", ALL), ("api.yaml", ALL)]);
    let listed = |folder: &Path, format| run(folder, &["inventory", "--format", format]).stdout;
    for format in ["json", "text", "csv", "markdown"] {
        let text = listed(one.path(), format);
        assert_eq!(text, listed(other.path(), format));
        assert!(!text.contains(one.path().to_str().unwrap()));
    }
}

#[test]
fn filters_must_all_hold() {
    let folder = folder_of(&[("api.yaml", ALL)]);
    let filtered = |arguments: &[&str]| titles(&list(folder.path(), arguments));
    assert_eq!(filtered(&["--anonymous"]), ["GET /health", "GET /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--writes"]), ["PUT /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--scheme", "client"]), ["PUT /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--scheme", "clien"]), [""; 0]);
    assert_eq!(filtered(&["--scope", "write", "--scope", "read"]), ["PUT /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--weaker-than", "4"]), ["GET /health", "GET /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--weaker-than", "5", "--path", "/parcels/*", "--writes"]), ["PUT /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--path", "get /**"]), ["GET /health", "GET /parcels/{parcelId}"]);
    assert_eq!(filtered(&["--sensitive"]), ["GET /parcels/{parcelId}", "PUT /parcels/{parcelId}", "POST lost"]);
    let both = list(folder.path(), &["--writes", "--anonymous"]);
    assert_eq!(both["summary"], json!({"total": 5, "listed": 0, "anonymous": 0, "writes": 0}));
}

#[test]
fn the_table_shows_what_is_weakest_first() {
    let demo = std::fs::read_to_string(testdata("demo/parcels.yaml")).unwrap();
    let folder = folder_of(&[("parcels.yaml", &demo)]);
    let listed = run(folder.path(), &["inventory"]);
    // As the page shows it.
    let tables = all_snippets().into_iter().filter(|one| one.page == "inventory.md" && one.language == "text");
    let tables: Vec<String> = tables.map(|one| one.text.replace("testdata/demo/", "")).collect();
    let table = format!("{}\n", tables[0]);
    assert_eq!((listed.status, listed.stderr.as_str()), (0, ""));
    assert!(listed.stdout.starts_with(&table), "{}", listed.stdout);
    assert!(listed.stdout.ends_with("\n6 operations: 4 without a credential, 3 that write\n"), "{}", listed.stdout);
    let filtered = run(folder.path(), &["inventory", "--anonymous", "--writes"]).stdout;
    assert!(filtered.ends_with("\n2 of 6 operations: 2 without a credential, 2 that write\n"), "{filtered}");
}

#[test]
fn rows_fit_and_hold_nothing_that_acts() {
    let long = "x".repeat(200);
    let text = format!(
        "openapi: 3.0.3\npaths:\n  \"/a\\e]0;x\\a/{long}/end\":\n    get:\n      security: [{{\"k\\u202e{long}\": []}}]\n"
    );
    let folder = folder_of(&[("api.yaml", &text)]);
    let table = run(folder.path(), &["inventory"]).stdout;
    let row = table.lines().find(|line| line.contains("GET")).unwrap();
    assert!(row.chars().count() <= 80 && row.contains("/end") && row.ends_with("..."), "{row}");
    assert!(table.lines().all(|line| !line.contains(char::is_control) && !line.contains('\u{202e}')), "{table}");
}

/// Thousands of operations may share lists of thousands: what is written stays near to what was read.
#[test]
fn shared_lists_are_not_written_out_for_each_operation() {
    let many = |of: &dyn Fn(usize) -> String| (0..500).map(of).collect::<Vec<_>>().join(", ");
    let text = format!(
        "openapi: 3.0.3\nsecurity: [{}]\nservers: [{}]\npaths: {{{}}}\n",
        many(&|at| format!("{{k{at}: [s{at}]}}")),
        many(&|at| format!("{{url: 'https://a{at}.io'}}")),
        many(&|at| format!("/p{at}: {{get: {{}}}}")),
    );
    let folder = folder_of(&[("api.yaml", &text)]);
    let listed = list(folder.path(), &[]);
    let first = &listed["operations"][0];
    for (name, total) in [("alternatives", "alternatives_total"), ("servers", "servers_total")] {
        assert_eq!((first[name].as_array().unwrap().len(), &first[total]), (50, &500.into()), "{name}");
    }
    let row = run(folder.path(), &["inventory", "--format", "csv"]).stdout;
    assert!(row.contains("k49 [s49] or ...\","), "what is missing is told");
}

/// What nobody knows the strength of may be weak.
#[test]
fn what_asks_for_an_unknown_scheme_counts_as_weak() {
    let text = "openapi: 3.0.3\npaths: {/a: {get: {security: [{gone: []}]}}}\n";
    let folder = folder_of(&[("api.yaml", text)]);
    let inventory = list(folder.path(), &["--weaker-than", "1"]);
    assert_eq!(
        (titles(&inventory), &inventory["operations"][0]["strength"]),
        (vec!["GET /a".to_owned()], &Value::Null)
    );
    let table = run(folder.path(), &["inventory"]).stdout;
    assert!(table.contains("\n?  GET  /a  ------  gone\n"), "{table}");
}

#[test]
fn csv_has_one_row_for_each_operation_and_no_cell_that_acts() {
    let hostile = r#"{"openapi": "3.0.3", "paths": {"=HYPERLINK(\"x\"),\n@a": {"get": {"operationId": "@sum", "security": [{"-k": []}]}}}}"#;
    let folder = folder_of(&[("api.yaml", ALL), ("hostile.json", hostile)]);
    let csv = run(folder.path(), &["inventory", "--format", "csv"]);
    assert_eq!(csv.status, 0);
    let rows: Vec<&str> = csv.stdout.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    assert_eq!(rows.len(), 7);
    let put = "api.yaml,0,operation,PUT,/parcels/{parcelId},,\"account [read] or key + client\",root,false,4,read,/v2,false,,,\
               true,true,2027-01-31,,passphrase; passportNumber,,parcelId,application/json,true";
    assert!(
        rows.contains(&put.replace("passphrase; passportNumber", "\"passphrase; passportNumber\"").as_str()),
        "{rows:#?}"
    );
    let columns = rows[0].split(',').count();
    assert_eq!((columns, put.split(',').count()), (24, 24));
    let last = rows[6];
    assert!(last.contains("\"'=HYPERLINK(\"\"x\"\"),\\n@a\",'@sum,'-k,"), "{last}");
}

#[test]
fn markdown_shows_text_and_no_markup() {
    let hostile = "openapi: 3.0.3\npaths:\n  '/<script>|[a](b)':\n    get: {security: [{'*k*': []}]}\n";
    let folder = folder_of(&[("api.yaml", ALL), ("hostile.yaml", hostile)]);
    let listed = run(folder.path(), &["inventory", "--format", "markdown"]).stdout;
    for row in [
        "## Who may call what\n\n6 operations: 2 without a credential, 1 that write\n\n### api.yaml (OpenAPI 3.1.0)\n",
        "| 0 | GET /health | anyone | meant to be public; can be sent in the clear |",
        "| 4 | PUT /parcels/{parcelId} | account \\[read\\] or key + client | writes; deprecated; ends: 2027-01-31; takes passphrase, passportNumber |",
        "| - | POST lost (webhook) | not told | takes ssn |",
        "| ? | GET /&lt;script&gt;\\|\\[a\\](b) | \\*k\\* |  |",
    ] {
        assert!(listed.contains(row), "{row}\n{listed}");
    }
}

#[test]
fn configurations_count_as_for_check() {
    let config = "public: [{operation: POST /lost, reason: Anyone may report}]\nexclude: [old/**]\n\
                  lexicons: {pii_high: {add: [collar_size]}}\n";
    let api = "openapi: 3.0.3\npaths:\n  /lost:\n    post:\n      parameters: [{name: collar_size, in: query}]\n";
    let folder = folder_of(&[("apiward.yaml", config), ("api.yaml", api), ("old/api.yaml", api)]);
    let inventory = list(folder.path(), &[]);
    assert_eq!(titles(&inventory), ["POST /lost"]);
    let lost = entry(&inventory, "POST /lost");
    assert_eq!(lost["public"], json!({"by": "declaration", "reason": "Anyone may report"}));
    assert_eq!(lost["takes"], json!([{"name": "collar_size", "kind": "personal"}]));
    let plain = list(folder.path(), &["--no-config", "api.yaml"]);
    assert_eq!((&plain["operations"][0]["public"], &plain["operations"][0]["takes"]), (&Value::Null, &json!([])));
}

#[test]
fn what_cannot_be_listed_is_told() {
    let folder =
        folder_of(&[("api.yaml", GOOD), ("broken.yaml", "openapi: 3.0.3\npaths: [\n"), ("values.yaml", "a: 1\n")]);
    let wrong = |arguments: &[&str], expected: &str| {
        let listed = run(folder.path(), &[&["inventory"], arguments].concat());
        assert_eq!(listed.status, 2, "{arguments:?}");
        assert!(listed.stderr.contains(expected), "{arguments:?}: {}", listed.stderr);
    };
    wrong(&["broken.yaml"], "error: broken.yaml:");
    wrong(&["values.yaml"], "`values.yaml` is no API description");
    wrong(&["gone.yaml"], "cannot read `gone.yaml`");
    wrong(&["--frobnicate"], "--frobnicate");
    wrong(&["--weaker-than", "6"], "6 is not in 1..=5");
    wrong(&["--path", ""], "it names no path");
    let empty = folder_of(&[]);
    let nothing = run(empty.path(), &["inventory"]);
    assert_eq!((nothing.status, nothing.stdout.as_str()), (2, ""));
    assert!(nothing.stderr.contains("no API description found here"), "{}", nothing.stderr);
    let listed = run(folder.path(), &["inventory", "api.yaml", "--output", "out.txt"]);
    assert_eq!((listed.status, listed.stdout.as_str()), (0, ""));
    let written = std::fs::read_to_string(folder.path().join("out.txt")).unwrap();
    assert!(written.ends_with("0 operations: 0 without a credential, 0 that write\n"), "{written}");
}

/// By our own reading of the descriptions.
#[test]
fn real_descriptions_are_listed_as_they_are_written() {
    let Some(folder) = corpus() else { return };
    let read = |file: &str| list(&folder, &[file, "--root", "."]);
    let ways = |entry: &Value| -> Vec<String> {
        let names = |way: &Value| -> Vec<String> {
            way["schemes"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        entry["alternatives"].as_array().unwrap().iter().map(|way| names(way).join("+")).collect()
    };
    let vampi = read("vampi-vulnerable.openapi30.yaml");
    let guarded: Vec<String> = vampi["operations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["anonymous"] == false)
        .map(|one| {
            format!("{} {} {}", one["method"].as_str().unwrap(), one["path"].as_str().unwrap(), ways(one).join("|"))
        })
        .collect();
    let expected = [
        "POST /books/v1 bearerAuth",
        "GET /books/v1/{book_title} bearerAuth",
        "GET /me bearerAuth",
        "DELETE /users/v1/{username} bearerAuth",
        "PUT /users/v1/{username}/email bearerAuth",
        "PUT /users/v1/{username}/password bearerAuth",
    ];
    assert_eq!((guarded.iter().map(String::as_str).collect::<Vec<_>>(), titles(&vampi).len()), (expected.to_vec(), 14));
    let debug = entry(&vampi, "GET /users/v1/_debug");
    assert_eq!(
        (&debug["returns"], &debug["source"]),
        (&json!([{"name": "password", "kind": "secret"}]), &"none".into())
    );
    let login = entry(&vampi, "POST /users/v1/login");
    assert_eq!((&login["public"]["by"], &login["takes"][0]["name"]), (&"nature".into(), &"password".into()));

    let docker = read("docker-engine-1.30.openapi2.yaml");
    assert_eq!(docker["summary"]["anonymous"], 103);
    let create = entry(&docker, "POST /containers/create");
    assert_eq!((&create["writes"], &create["source"]), (&true.into(), &"none".into()));

    let hub = read("box-2025.openapi30.json");
    assert_eq!(hub["summary"]["anonymous"], 0);
    let batch = entry(&hub, "GET /docgen_batch_jobs/{batch_id}");
    assert_eq!(
        (ways(batch), &batch["source"], &batch["strength"]),
        (vec!["OAuth2Security".to_owned()], &"root".into(), &3.into())
    );
    assert_eq!(
        (&batch["rate_limit"]["status_429"], &batch["servers"][0]["transport"]),
        (&true.into(), &"encrypted".into())
    );

    let lights = read("streetlights-security.asyncapi31.yaml");
    let measured = entry(&lights, "receive smartylighting.streetlights.1.0.event.{streetlightId}.lighting.measured");
    assert_eq!((ways(measured), &measured["source"]), (vec!["saslScram".to_owned()], &"server".into()));
    assert_eq!(
        (&measured["alternatives"][0]["server"], &measured["servers"][0]["transport"]),
        (&"test".into(), &"encrypted".into())
    );
    let dim = entry(&lights, "send smartylighting.streetlights.1.0.action.{streetlightId}.dim");
    assert_eq!(
        (&dim["source"], &dim["strength"], &dim["id"]),
        (&"server-and-operation".into(), &4.into(), &"dimLight".into())
    );
    assert_eq!(dim["scopes"], json!(["streetlights:read", "streetlights:write"]));
}
