//! `inventory`: every operation with who may call it.

use std::path::Path;

use serde_json::{Value, json};

use super::corpus::corpus;
use super::docs::all_snippets;
use super::{DUPLICATE, GOOD, folder_of, run, testdata};

#[test]
fn what_was_not_read_is_told_and_makes_the_status_1() {
    let lost = "  /vans: {$ref: 'vans.yaml'}\n";
    let listed = guarded!("  /parcels: {get: {responses: {'200': {description: All}}}}\n");
    let folder = folder_of(&[("api.yaml", &format!("{listed}{lost}"))]);
    let told = run(folder.path(), &["inventory"]);
    assert_eq!(told.status, 1, "{}", told.stderr);
    assert!(told.stdout.contains("/parcels"), "{}", told.stdout);
    assert!(told.stderr.contains("error: api.yaml:8: `vans.yaml` leads nowhere: "), "{}", told.stderr);
    assert!(told.stderr.contains("note: the list may lack something"), "{}", told.stderr);

    let ignored = "  /vans: {$ref: 'vans.yaml', x-apiward-ignore: {document/unresolved-reference: later}}\n";
    let folder = folder_of(&[("api.yaml", &format!("{listed}{ignored}"))]);
    let told = run(folder.path(), &["inventory"]);
    assert_eq!((told.status, told.stderr.as_str()), (0, ""));

    let many: Vec<String> = (0..30).map(|at| format!("  /vans/{at}: {{$ref: 'vans{at}.yaml'}}\n")).collect();
    let folder = folder_of(&[("api.yaml", &format!("{listed}{}", many.concat()))]);
    let told = run(folder.path(), &["inventory"]);
    assert!(told.stderr.contains("error: 20 more of what was not read"), "{}", told.stderr);
}

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
      flows: {clientCredentials: {tokenUrl: 'https://login.parcels.io', scopes: {read: Read, write: Write}}}
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
        "body": {
            "media_types": ["application/json"], "size_told": true,
            "bounds": [{"by": "response", "name": "413", "value": null}],
        },
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
    for format in ["json", "text", "csv", "markdown", "html"] {
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
               true,true,2027-01-31,,passphrase; passportNumber,,parcelId,application/json,true,413";
    assert!(
        rows.contains(&put.replace("passphrase; passportNumber", "\"passphrase; passportNumber\"").as_str()),
        "{rows:#?}"
    );
    let webhook = rows.iter().find(|row| row.contains(",webhook,")).unwrap();
    assert!(webhook.contains(",\"not told\",none,,,"), "nobody calls it anonymously: {webhook}");
    let columns = rows[0].split(',').count();
    assert_eq!((columns, put.split(',').count()), (25, 25));
    let last = rows[6];
    assert!(last.contains("\"'=HYPERLINK(\"\"x\"\"),\\n@a\",'@sum,'-k,"), "{last}");
}

#[test]
fn markdown_shows_text_and_no_markup() {
    let hostile = "openapi: 3.0.3\npaths:\n  '/<script>|[a](b)https://a.io/www.b.io/me@c.io':\n    get: {security: [{'*k*': []}]}\n";
    let folder = folder_of(&[("api.yaml", ALL), ("hostile.yaml", hostile)]);
    let listed = run(folder.path(), &["inventory", "--format", "markdown"]).stdout;
    for row in [
        "## Who may call what\n\n6 operations: 2 without a credential, 1 that write\n\n### api.yaml (OpenAPI 3.1.0)\n",
        "| 0 | GET /health | anyone | meant to be public; can be sent in the clear |",
        "| 4 | PUT /parcels/{parcelId} | account \\[read\\] or key + client | writes; deprecated; ends: 2027-01-31; takes passphrase, passportNumber |",
        "| - | POST lost (webhook) | not told | takes ssn |",
        "| ? | GET /&lt;script&gt;\\|\\[a\\](b)https&#58;//a.io/www&#46;b.io/me@<!-- -->c.io | \\*k\\* |  |",
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

/// Two services that share paths, and the events of both.
const ORDERS: &str = "\
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    get: {security: [{account: [orders.read]}, {account: [orders]}]}
    post: {security: [{account: [orders]}, {account: [orders.write, orders.sign]}]}
  /orders/{id}:
    delete: {security: [{account: [orders]}, {key: [], account: [orders.write]}]}
  /me:
    get: {security: [{account: []}, {account: [orders]}]}
  /reports:
    get: {security: [{key: [auditor]}, {account: [orders.reed]}, {account: [orders]}]}
  /health:
    get: {security: []}
components:
  securitySchemes:
    account:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://login.orders.io
          scopes: {orders.read: r, orders.write: w, orders.sign: s, orders: all, orders.old: o}
    key: {type: apiKey, in: header, name: X-Key}
";
const BEFORE: &str = "\
swagger: '2.0'
info: {title: Orders, version: '0'}
paths:
  /orders/: {get: {security: [{account: [ignored]}]}, post: {security: [{account: []}]}}
  /orders/{orderId}: {delete: {}}
  /me: {get: {security: [{gone: []}]}}
  /reports: {get: {security: [{token: []}]}}
  /health: {get: {}}
securityDefinitions:
  account: {type: basic}
  token: {type: apiKey, in: header, name: x-key}
";
const EVENTS: &str = "\
asyncapi: 3.0.0
info: {title: Events, version: '1'}
servers:
  eu: {host: eu.orders.io, protocol: kafka-secure, security: [{$ref: '#/components/securitySchemes/account'}]}
channels:
  asked: {address: asked, messages: {m: {payload: {type: object, properties: {passphrase: {type: string}}}}}}
  told: {address: told, messages: {m: {payload: {type: object, properties: {ssn: {type: string}}}}}}
operations:
  answer: {action: receive, channel: {$ref: '#/channels/asked'}, reply: {channel: {$ref: '#/channels/told'}}}
  ask: {action: send, channel: {$ref: '#/channels/asked'}, reply: {channel: {$ref: '#/channels/told'}}}
components:
  securitySchemes:
    account:
      type: oauth2
      scopes: [orders.read]
      flows: {clientCredentials: {tokenUrl: 'https://login.orders.io', availableScopes: {orders.read: r, orders.write: w}}}
";

/// The rows of `--by scope`: scheme, scope, whether it is declared, and how many it opens, opens alone, and writes alone.
fn scope_rows(inventory: &Value) -> Vec<String> {
    let row = |one: &Value| {
        let scope = one["scope"].as_str().unwrap_or("-");
        let everything = if one["everything"] == true { " everything" } else { "" };
        let (opens, alone) = (&one["opens"]["total"], &one["alone"]["total"]);
        let declared = if one["declared"] == true { "declared" } else { "-" };
        let scheme = one["scheme"].as_str().unwrap();
        format!("{scheme} {scope} {declared} {opens} {alone} {}{everything}", one["alone"]["writes"])
    };
    inventory["scopes"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn scopes_show_what_they_open_and_what_they_open_alone() {
    let folder = folder_of(&[("orders.yaml", ORDERS)]);
    let inventory = list(folder.path(), &["--by", "scope"]);
    let expected = [
        "account - - 1 1 0",
        "account orders declared 5 5 2 everything",
        "account orders.old declared 0 0 0",
        "account orders.read declared 1 1 0",
        "account orders.reed - 1 1 0",
        "account orders.sign declared 1 0 0",
        "account orders.write declared 2 0 0",
        "key - - 1 0 0",
        "key auditor - 1 1 0",
    ];
    assert_eq!(scope_rows(&inventory), expected);
    assert_eq!((&inventory["schemes"], &inventory["differences"]), (&Value::Null, &Value::Null));
    let write = &inventory["scopes"][6]["opens"];
    let named = json!([
        {"method": "POST", "path": "/orders", "id": null}, {"method": "DELETE", "path": "/orders/{id}", "id": null},
    ]);
    assert_eq!(write, &json!({"total": 2, "writes": 2, "operations": named}));
}

#[test]
fn filters_choose_the_operations_of_the_views() {
    let folder = folder_of(&[("orders.yaml", ORDERS), ("before.yaml", BEFORE)]);
    let reads = scope_rows(&list(folder.path(), &["--by", "scope", "--path", "GET /**"]));
    assert!(reads.contains(&"account orders declared 3 3 0 everything".to_owned()), "{reads:?}");
    assert!(reads.contains(&"account orders.write declared 0 0 0".to_owned()), "{reads:?}");
    let one = list(folder.path(), &["--by", "scheme", "--path", "/reports"]);
    let paths: Vec<&str> =
        one["differences"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/reports"]);
}

#[test]
fn scopes_of_channels_and_those_before_roles_existed() {
    let folder = folder_of(&[("events.yaml", EVENTS), ("before.yaml", BEFORE)]);
    let inventory = list(folder.path(), &["--by", "scope"]);
    // In OpenAPI 2 what is listed beside a password means nothing.
    assert_eq!(
        scope_rows(&inventory),
        ["account orders.read declared 2 2 1 everything", "account orders.write declared 0 0 0"]
    );
}

#[test]
fn schemes_are_compared_across_documents() {
    let folder = folder_of(&[("orders.yaml", ORDERS), ("before.yaml", BEFORE), ("events.yaml", EVENTS)]);
    let inventory = list(folder.path(), &["--by", "scheme"]);
    let row = |one: &Value| {
        let documents: Vec<String> = one["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("{} {}", one["file"].as_str().unwrap(), one["operations"]))
            .collect();
        let differs = if one["differs_elsewhere"] == true { " differs" } else { "" };
        let (name, what) = (one["name"].as_str().unwrap(), one["what"].as_str().unwrap());
        format!("{} {name}: {what}{differs}: {}", one["strength"], documents.join(", "))
    };
    let rows: Vec<String> = inventory["schemes"].as_array().unwrap().iter().map(row).collect();
    let expected = [
        "2 account: http basic differs: before.yaml 2",
        "3 account: oauth2 clientCredentials differs: events.yaml 2, orders.yaml 5",
        "null gone: not defined: before.yaml 1",
        "2 key: apiKey x-key in header: orders.yaml 2",
        "2 token: apiKey x-key in header: before.yaml 1",
    ];
    assert_eq!(rows, expected);
    assert_eq!(inventory["scopes"], Value::Null);
}

#[test]
fn paths_that_documents_guard_differently_are_listed_with_both_protections() {
    let folder = folder_of(&[("orders.yaml", ORDERS), ("before.yaml", BEFORE)]);
    let inventory = list(folder.path(), &["--by", "scheme"]);
    let differences = inventory["differences"].as_array().unwrap();
    let titles: Vec<String> = differences
        .iter()
        .map(|one| format!("{} {}", one["method"].as_str().unwrap(), one["path"].as_str().unwrap()))
        .collect();
    // `/health` is open in both.
    assert_eq!(titles, ["GET /me", "GET /orders", "POST /orders", "DELETE /orders/{}", "GET /reports"]);
    let delete = differences[3]["protections"].as_array().unwrap();
    let told: Vec<_> = delete.iter().map(|one| (&one["file"], &one["path"], &one["strength"])).collect();
    assert_eq!(told[0], (&"before.yaml".into(), &"/orders/{orderId}".into(), &0.into()));
    assert_eq!((told[1].1, &delete[1]["alternatives_total"]), (&"/orders/{id}".into(), &2.into()));
}

#[test]
fn what_is_guarded_alike_under_other_names_is_no_difference() {
    let one = "openapi: 3.0.3\npaths: {'/a/{x}': {get: {security: [{k: []}, {t: [r, w]}]}}}\ncomponents: {securitySchemes: \
               {k: {type: apiKey, in: header, name: X-K}, t: {type: openIdConnect}}}\n";
    let other = "openapi: 3.0.3\npaths: {'/a/{y}/': {get: {security: [{o: [w, r]}, {h: []}]}}}\ncomponents: \
                 {securitySchemes: {h: {type: apiKey, in: header, name: x-k}, o: {type: openIdConnect}}}\n";
    let folder = folder_of(&[("one.yaml", one), ("other.yaml", other)]);
    assert_eq!(list(folder.path(), &["--by", "scheme"])["differences"], json!([]));
    let less = folder_of(&[("one.yaml", one), ("other.yaml", &other.replace("[w, r]", "[r]"))]);
    assert_eq!(list(less.path(), &["--by", "scheme"])["differences"].as_array().unwrap().len(), 1);
}

#[test]
fn views_keep_to_the_schema_and_do_not_depend_on_the_order_of_files() {
    let texts = [("b.yaml", BEFORE), ("a.yaml", ORDERS), ("c/e.yaml", EVENTS)];
    let (one, other) = (folder_of(&texts), folder_of(&[texts[2], texts[1], texts[0]]));
    let schema = run(one.path(), &["schema", "inventory"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for by in ["scope", "scheme"] {
        assert!(validator.is_valid(&list(one.path(), &["--by", by])), "{by}");
        for format in ["json", "text", "csv", "markdown"] {
            let written = |folder: &Path| run(folder, &["inventory", "--by", by, "--format", format]).stdout;
            assert_eq!(written(one.path()), written(other.path()), "{by} {format}");
        }
    }
}

#[test]
fn views_are_tables_that_fit_and_hold_nothing_that_acts() {
    let long = "x".repeat(200);
    let hostile = format!(
        "openapi: 3.1.0\npaths: {{\"/\\e]0;{long}\": {{get: {{security: [{{\"=k\\u202e|{long}\": [\"=s\\e\"]}}]}}}}}}\n\
         components: {{securitySchemes: {{\"=k\\u202e|{long}\": {{type: oauth2, flows: {{}}}}}}}}\n"
    );
    let folder = folder_of(&[("orders.yaml", ORDERS), ("before.yaml", BEFORE), ("h.yaml", &hostile)]);
    let written = |by, format| run(folder.path(), &["inventory", "--by", by, "--format", format]).stdout;
    for by in ["scope", "scheme"] {
        let table = written(by, "text");
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        for format in ["text", "csv", "markdown"] {
            let text = written(by, format).replace("\r\n", "\n");
            let acts = |line: &str| line.contains(char::is_control) || line.contains('\u{202e}');
            let formula = format == "csv" && ["\n=", ",=", ",\"="].iter().any(|start| text.contains(start));
            assert!(!text.lines().any(acts) && !formula, "{text}");
        }
    }
    let scopes = written("scope", "text");
    for row in [
        "\n      5      5       2  orders  reads and writes, opens everything\n",
        "\n      0      0       0  orders.old  not used\n",
        "\n      1      1       0  orders.reed  not declared\n                          GET /reports\n",
        "\n      1      0       0  orders.sign\n                        + POST /orders\n",
        "\n      1      1       0  auditor\n",
    ] {
        assert!(scopes.contains(row), "{row}{scopes}");
    }
    let differ = "\nDELETE /orders/{}\n0  before.yaml  anyone\n4  orders.yaml  account [orders] or key + account [orders.write]\n";
    assert!(written("scheme", "text").contains(differ));
    assert!(written("scheme", "markdown").contains("| DELETE /orders/{orderId} | before.yaml | 0 | anyone |\n"));
    let row = "| orders.yaml | account | orders | 5 | 5 | 2 | reads and writes; opens everything |";
    assert!(written("scope", "markdown").contains(row));
}

#[test]
fn names_that_nobody_has_are_told_with_the_nearest() {
    let folder = folder_of(&[("orders.yaml", ORDERS)]);
    let listed = run(folder.path(), &["inventory", "--scheme", "acount", "--scope", "orders.old", "--scope", "xyzzy"]);
    assert_eq!(listed.status, 0);
    let expected = "warning: no description has a scheme `acount`\n  help: did you mean `account`?\n\
                    warning: no description has a scope `xyzzy`\n";
    assert_eq!(listed.stderr, expected);
}

#[test]
fn replies_are_looked_at_for_sensitive_data() {
    let folder = folder_of(&[("events.yaml", EVENTS)]);
    let inventory = list(folder.path(), &[]);
    let [secret, personal] =
        [("passphrase", "secret"), ("ssn", "personal")].map(|(name, kind)| json!([{"name": name, "kind": kind}]));
    let answer = entry(&inventory, "receive asked");
    assert_eq!((&answer["takes"], &answer["returns"]), (&secret, &personal));
    let ask = entry(&inventory, "send asked");
    assert_eq!((&ask["takes"], &ask["returns"]), (&personal, &secret));
}

#[test]
fn bounds_of_bodies_are_told_with_their_values() {
    let text = "openapi: 3.0.3\npaths:\n  /a:\n    post:\n      x-max-size: 5 MB\n      requestBody:\n        description: At most \
                10 MB.\n        content:\n          a/b: {x-max-size: 900, schema: {type: string, \
                maxLength: 4096}}\n          a/c: {schema: {allOf: [{type: array, maxItems: 3}]}}\n      responses: {'413': \
                {description: Too large}}\n  /b: {post: {requestBody: {content: {a/b: {schema: {type: string}}}}}}\n";
    let folder = folder_of(&[("api.yaml", text)]);
    let inventory = list(folder.path(), &[]);
    let expected = json!([
        {"by": "response", "name": "413", "value": null},
        {"by": "extension", "name": "x-max-size", "value": "5 MB"},
        {"by": "extension", "name": "x-max-size", "value": 900},
        {"by": "text", "name": "description", "value": "At most 10 MB."},
        {"by": "schema", "name": "maxLength", "value": 4096},
        {"by": "schema", "name": "maxItems", "value": 3},
    ]);
    assert_eq!(entry(&inventory, "POST /a")["body"]["bounds"], expected);
    assert_eq!(entry(&inventory, "POST /b")["body"], json!({"media_types": ["a/b"], "size_told": false, "bounds": []}));
}

/// Thousands of properties of one schema that thousands of operations return.
#[test]
fn where_sensitive_data_were_not_all_looked_for_is_told() {
    let many = |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<Vec<_>>().join(", ");
    let description = |count: usize| {
        format!(
            "{{openapi: 3.0.3, paths: {{{}}}, components: {{schemas: {{S: {{type: object, properties: {{{}}}}}}}}}}}\n",
            many(count, &|at| format!("/p{at}: {{get: {{responses: {{'200': {{$ref: '#/x-r'}}}}}}}}")),
            many(count, &|at| format!("p{at}: {{type: object, properties: {{ssn: {{type: string}}}}}}")),
        )
        .replace(
            "components:",
            "x-r: {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/S'}}}}, components:",
        )
    };
    for (count, complete) in [(30, true), (2_100, false)] {
        let folder = folder_of(&[("api.yaml", &description(count))]);
        let inventory = list(folder.path(), &[]);
        assert_eq!(inventory["operations"][0]["sensitive_complete"], complete, "{count}");
    }
}

/// A table goes to files and programs as it is shown.
#[test]
fn the_inventory_has_no_colours() {
    let folder = folder_of(&[("orders.yaml", ORDERS)]);
    for by in ["operation", "scope", "scheme"] {
        let plain = run(folder.path(), &["inventory", "--by", by]);
        let asked = run(folder.path(), &["inventory", "--by", by, "--color", "always"]);
        assert_eq!((asked.status, asked.stdout), (0, plain.stdout));
    }
    let help = run(folder.path(), &["inventory", "--help"]).stdout;
    assert!(help.contains("the inventory has no colours"), "{help}");
}

/// Equal schemes that lists hold inline are one, also where a server and an operation both ask for it.
#[test]
fn schemes_that_stand_inline_are_counted_once() {
    let scheme = "{type: oauth2, scopes: [SCOPE], flows: {clientCredentials: {tokenUrl: 'https://id.parcels.io/t', \
        availableScopes: {read: Read, write: Write}}}}";
    let text = format!(
        "asyncapi: 3.0.0\ninfo: {{title: Parcels, version: '1'}}\n\
         servers: {{main: {{host: 'broker.parcels.io:9093', protocol: kafka-secure, security: [{}]}}}}\n\
         channels: {{moved: {{address: moved, messages: {{m: {{}}}}}}}}\n\
         operations:\n  tell: {{action: send, channel: {{$ref: '#/channels/moved'}}, security: [{}]}}\n  \
         hear: {{action: receive, channel: {{$ref: '#/channels/moved'}}, security: [{}]}}\n",
        scheme.replace("SCOPE", "read"),
        scheme.replace("SCOPE", "read"),
        scheme.replace("SCOPE", "write"),
    );
    let folder = folder_of(&[("parcels.yaml", &text)]);
    let by = |what: &str| run(folder.path(), &["inventory", "--by", what, "--format", "json"]).json();
    let schemes = by("scheme")["schemes"].clone();
    assert_eq!(schemes.as_array().unwrap().len(), 1, "{schemes:#}");
    assert_eq!((&schemes[0]["name"], &schemes[0]["operations"]), (&"oauth2".into(), &2.into()));
    let scopes = by("scope")["scopes"].clone();
    let told = |at: usize| {
        (scopes[at]["scope"].clone(), scopes[at]["opens"]["total"].clone(), scopes[at]["alone"]["total"].clone())
    };
    assert_eq!(scopes.as_array().unwrap().len(), 2, "{scopes:#}");
    assert_eq!((told(0), told(1)), (("read".into(), 2.into(), 1.into()), ("write".into(), 1.into(), 0.into())));
}
