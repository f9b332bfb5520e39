//! How schemas are reached, and what that costs.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use apiward_model::{Api, Files, Operation, Reach, Role, Schema};

use crate::support::{fixture, one, read, schema, titles};

const WAYS: [(Reach, &str); 5] = [
    (Reach::DECLARED, "declared"),
    (Reach::REQUEST, "request"),
    (Reach::RESPONSE, "response"),
    (Reach::OTHER_RESPONSE, "other"),
    (Reach::INBOUND, "inbound"),
];

/// The ways in which the schema at a pointer is reached, in one line.
fn ways(api: &Api<'_>, pointer: &str) -> String {
    let reach = schema(api, pointer).reach;
    let names: Vec<&str> = WAYS.iter().filter(|(way, _)| reach.intersects(*way)).map(|(_, name)| *name).collect();
    names.join(" ")
}

/// The operations that reach the node at a pointer.
fn reaching(api: &Api<'_>, pointer: &str) -> Vec<String> {
    let places = api.schemas.reaching(api.root.at_pointer(pointer).unwrap());
    let all = api.operations.iter().chain(&api.webhooks).chain(&api.callbacks);
    all.filter(|operation| places.binary_search(&operation.node.place()).is_ok()).map(Operation::title).collect()
}

#[test]
fn direction_marks_of_a_whole_document() {
    let files = fixture("orders.openapi30.yaml");
    let api = read(&files);
    let order = "/components/schemas/Order";
    for (pointer, expected) in [
        (order.to_owned(), "declared request response"),
        (format!("{order}/properties/id"), "declared response"),
        (format!("{order}/properties/pin"), "declared request"),
        (format!("{order}/properties/lines/items"), "declared request response"),
        // In requests the shipment is skipped: it is read-only.
        (format!("{order}/properties/shipment/allOf/0"), "declared response"),
        ("/components/schemas/Shipment/properties/carrier".to_owned(), "declared response inbound"),
        ("/components/schemas/Problem".to_owned(), "declared response other"),
        ("/components/schemas/Filter/properties/state".to_owned(), "declared request"),
        ("/components/schemas/Unused/properties/nothing".to_owned(), "declared"),
        ("/paths/~1orders/get/responses/200/headers/x-next/schema".to_owned(), "other"),
        ("/components/parameters/Limit/schema".to_owned(), "declared"),
        ("/paths/~1orders/get/parameters/0/schema".to_owned(), "request"),
    ] {
        let expected = if pointer == "/components/parameters/Limit/schema" { "declared request" } else { expected };
        assert_eq!(ways(&api, &pointer), expected, "{pointer}");
    }
    let problem = ["GET /orders", "POST /orders"];
    assert_eq!(reaching(&api, "/components/schemas/Problem/properties/title"), problem);
    let order = ["GET /orders", "POST /orders", "GET /orders/{id}"];
    assert_eq!(reaching(&api, "/components/schemas/Line/properties/sku"), order);
    assert_eq!(reaching(&api, "/components/schemas/Unused"), [""; 0]);
    assert!(reaching(&api, "/components/schemas/Shipment").contains(&"POST {$request.body#/callbackUrl}".to_owned()));
}

#[test]
fn a_parameter_of_the_path_item_is_reached_by_its_operations_that_do_not_override_it() {
    let files = fixture("bookshop.openapi20.yaml");
    let api = read(&files);
    assert_eq!(reaching(&api, "/parameters/Page"), ["POST /books"]);
    assert_eq!(reaching(&api, "/definitions/Author/properties/name"), ["GET /books", "POST /books"]);
    let files = fixture("clinic.openapi31.yaml");
    let api = read(&files);
    let both = ["GET /patients/{id}", "PATCH /patients/{id}"];
    assert_eq!(reaching(&api, "/components/pathItems/Patient/parameters/0/schema"), both);
}

#[test]
fn siblings_of_a_reference_count_from_3_1_on_and_read_only_always() {
    let document = |version: &str| {
        format!(
            "openapi: {version}\npaths: {{/a: {{post: {{requestBody: {{content: {{a/b: {{schema: {{properties: {{p: {{$ref: '#/components/schemas/S', readOnly: true, properties: {{q: {{type: string}}}}}}}}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{S: {{type: string}}}}}}\n"
        )
    };
    let property = "/paths/~1a/post/requestBody/content/a~1b/schema/properties/p";
    for version in ["3.0.3", "3.1.0", "3.2.0"] {
        let files = one(&document(version));
        let api = read(&files);
        assert_eq!(ways(&api, property), "declared", "{version}");
        let inner = api.root.at_pointer(&format!("{property}/properties/q")).unwrap().place();
        assert_eq!(api.schemas.find(inner).is_some(), version != "3.0.3", "{version}");
    }
}

#[test]
fn read_only_holds_through_references_and_all_of() {
    let text = r"
openapi: 3.0.0
paths:
  /a:
    post:
      requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/Body'}}}}
      responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/Body'}}}}}
components:
  schemas:
    Body:
      readOnly: true
      properties:
        byRef: {$ref: '#/components/schemas/Id'}
        byAllOf: {allOf: [{$ref: '#/components/schemas/Plain'}, {readOnly: true}]}
        byChain: {$ref: '#/components/schemas/Again'}
        secret: {allOf: [{$ref: '#/components/schemas/Secret'}]}
        plain: {$ref: '#/components/schemas/Plain'}
        text: {readOnly: 'true'}
        items: {type: array, items: {readOnly: true, properties: {x: {type: string}}}}
    Id: {type: string, readOnly: true}
    Again: {$ref: '#/components/schemas/Id'}
    Secret: {type: string, writeOnly: true}
    Plain: {type: string}
";
    let files = one(text);
    let api = read(&files);
    let body = "/components/schemas/Body";
    for (pointer, expected) in [
        // `readOnly` speaks of properties: on a whole body it means nothing.
        ("", "declared request response"),
        ("/properties/byRef", "declared response"),
        ("/properties/byAllOf", "declared response"),
        ("/properties/byChain", "declared response"),
        ("/properties/secret", "declared request"),
        ("/properties/plain", "declared request response"),
        ("/properties/text", "declared request response"),
        ("/properties/items/items/properties/x", "declared response"),
    ] {
        assert_eq!(ways(&api, &format!("{body}{pointer}")), expected, "{pointer}");
    }
    assert_eq!(ways(&api, "/components/schemas/Id"), "declared response");
    assert_eq!(ways(&api, "/components/schemas/Secret"), "declared request");
    assert_eq!(ways(&api, "/components/schemas/Plain"), "declared request response");
}

#[test]
fn the_first_way_does_not_hide_the_second() {
    // The property skips the request, then the body asks for the same schema as a whole.
    let text = r"
openapi: 3.1.0
paths:
  /a: {post: {requestBody: {content: {a/b: {schema: {properties: {p: {$ref: '#/components/schemas/S/properties/x'}}}}}}}}
  /b: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/S/properties/x'}}}}}}
components: {schemas: {S: {properties: {x: {readOnly: true, properties: {y: {type: string}}}}}}}
";
    let files = one(text);
    let api = read(&files);
    assert_eq!(ways(&api, "/components/schemas/S/properties/x/properties/y"), "declared request");
    assert_eq!(schema(&api, "/components/schemas/S/properties/x").role, Role::Property);
}

#[test]
fn every_keyword_that_holds_schemas_is_followed() {
    let text = r"
openapi: 3.1.0
paths: {}
components:
  schemas:
    S:
      allOf: [{title: '1'}]
      anyOf: [{title: '2'}]
      oneOf: [{title: '3'}, true]
      not: {title: '4'}
      if: {title: '5'}
      then: {title: '6'}
      else: {title: '7'}
      items: {title: '8'}
      prefixItems: [{title: '9'}]
      contains: {title: '10'}
      properties: {properties: {title: '11', properties: {items: {title: '12', items: {title: '13'}}}}}
      patternProperties: {'^x': {title: '14'}}
      additionalProperties: {title: '15'}
      propertyNames: {title: '16'}
      unevaluatedProperties: {title: '17'}
      unevaluatedItems: {title: '18'}
      dependentSchemas: {a: {title: '19'}}
      dependencies: {a: {title: '20'}, b: [a]}
      contentSchema: {title: '21'}
      $defs: {d: {title: '22'}}
      additionalItems: {title: '23'}
      default: {title: 'no', properties: {x: {title: 'no'}}}
      example: {properties: {x: {title: 'no'}}}
      enum: [{title: 'no'}]
      x-note: {properties: {x: {title: 'no'}}}
      required: {title: 'no'}
    Old: {items: [{title: '24'}, {title: '25'}]}
";
    let files = one(text);
    let api = read(&files);
    let mut seen: Vec<u32> = Vec::new();
    for schema in api.schemas.all() {
        if let Some(title) = schema.node.get_str("title") {
            seen.push(title.parse().unwrap());
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=25).collect::<Vec<u32>>());
    let names: Vec<&str> = api.schemas.all().iter().filter_map(Schema::property_name).collect();
    assert_eq!(names, ["properties", "items"], "a property called `properties` makes its parts no properties");
    assert_eq!(schema(&api, "/components/schemas/S/$defs/d").role, Role::Definition);
    assert_eq!(schema(&api, "/components/schemas/S").role, Role::Definition);
}

#[test]
fn dynamic_references_are_followed() {
    let text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/Tree'}}}}}}}}\ncomponents: {schemas: {Tree: {$dynamicAnchor: node, properties: {child: {$dynamicRef: '#node'}}}, Leaf: {$anchor: leaf, properties: {x: {}}}, Other: {properties: {y: {$dynamicRef: 'https://example.org/#none'}}}}}\n";
    let files = one(text);
    let api = read(&files);
    assert!(api.faults.is_empty(), "{:?}", crate::support::faults(&api));
    assert_eq!(reaching(&api, "/components/schemas/Tree/properties/child"), ["GET /a"]);
}

#[test]
fn an_alias_reaches_what_it_stands_for() {
    let text = "openapi: 3.0.0\nx-user: &user {properties: {mail: {type: string}}}\npaths: {/a: {get: {responses: {'200': {content: {a/b: {schema: *user}}}}}}, /b: {post: {requestBody: {content: {a/b: {schema: {<<: *user}}}}}}}\n";
    let files = one(text);
    let api = read(&files);
    assert_eq!(ways(&api, "/x-user/properties/mail"), "request response");
    assert_eq!(reaching(&api, "/x-user/properties/mail"), ["GET /a", "POST /b"]);
}

#[test]
fn a_mapping_that_is_an_alias_of_itself_ends() {
    let text = "openapi: 3.0.0\npaths: &paths\n  /a: *paths\n  /b: &item {get: &get {operationId: left, parameters: &list [*list, *item], responses: &r {default: *r}, callbacks: {c: *paths}, security: &s [*s, *get]}}\ncomponents: {schemas: &all {A: &a {properties: &p {x: *a, y: *p, z: *all}, allOf: [*a]}}}\n";
    let files = one(text);
    if files.document(0).is_none() {
        return;
    }
    let api = read(&files);
    assert!(titles(&api.operations).contains(&"GET /b".to_owned()));
}

/// How long the fastest of some readings takes.
fn time(files: &Files, readings: usize, check: fn(&Api<'_>)) -> Duration {
    let reading = || {
        let start = Instant::now();
        check(&read(files));
        start.elapsed()
    };
    (0..readings).map(|_| reading()).min().unwrap()
}

/// Ten times the input must not cost much more than ten times the time (a square would cost a hundred times). The
/// machine may be busy: one good measurement of three is enough.
fn is_linear(document: fn(usize) -> String, large: usize, check: fn(&Api<'_>)) {
    let (small, large) = (one(&document(large / 10)), one(&document(large)));
    let mut measured = Vec::new();
    for _ in 0..3 {
        let (short, long) = (time(&small, 3, check), time(&large, 1, check));
        if long < short * 30 + Duration::from_millis(20) {
            return;
        }
        measured.push((short, long));
    }
    panic!("not linear: {measured:?}");
}

#[test]
fn a_chain_of_a_hundred_thousand_nodes_costs_its_length() {
    fn chain(length: usize) -> String {
        let mut text = "{\"openapi\":\"3.0.0\",\"paths\":{\"/a\":{\"get\":{\"responses\":{\"200\":{\"content\":{\"a/b\":{\"schema\":{\"$ref\":\"#/components/schemas/s0\"}}}}}}}},\"components\":{\"schemas\":{".to_owned();
        for at in 0..length {
            // Every other schema is nothing but a reference.
            let reference = format!("{{\"$ref\":\"#/components/schemas/s{}\"}}", at + 1);
            let schema = if at % 2 == 0 { reference } else { format!("{{\"properties\":{{\"p\":{reference}}}}}") };
            let _ = write!(text, "\"s{at}\":{schema},");
        }
        let _ = write!(text, "\"s{length}\":{{\"type\":\"string\"}}}}}}}}");
        text
    }
    is_linear(chain, 40_000, |api| {
        assert!(api.faults.is_empty());
        let last = api.schemas.all().iter().last().unwrap();
        assert!(last.reach.intersects(Reach::RESPONSE));
        assert!(api.schemas.reaching(last.node).contains(&api.operations[0].node.place()));
    });
}

#[test]
fn many_operations_share_one_large_schema() {
    fn shared(count: usize) -> String {
        let mut text = "{\"openapi\":\"3.1.0\",\"components\":{\"schemas\":{\"Big\":{\"properties\":{".to_owned();
        for at in 0..500 {
            let _ = write!(text, "\"p{at}\":{{\"readOnly\":true}},");
        }
        text.push_str("\"last\":{\"type\":\"string\"}}}},\"responses\":{\"R\":{\"headers\":{\"x-a\":{\"schema\":{}}},\"content\":{\"a/b\":{\"schema\":{\"$ref\":\"#/components/schemas/Big\"}}}}}},\"paths\":{");
        for at in 0..count {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(
                text,
                "{comma}\"/p{at}\":{{\"put\":{{\"requestBody\":{{\"content\":{{\"a/b\":{{\"schema\":{{\"$ref\":\"#/components/schemas/Big\"}}}}}}}},\"responses\":{{\"200\":{{\"$ref\":\"#/components/responses/R\"}}}}}}}}"
            );
        }
        text.push_str("}}");
        text
    }
    is_linear(shared, 20_000, |api| {
        assert_eq!(api.responses.len(), 1);
        let last = api.root.at_pointer("/components/schemas/Big/properties/last").unwrap();
        assert!(api.schemas.reaching(last).len() > api.operations.len());
        assert!(api.exceeded.is_none());
    });
}

#[test]
fn a_hundred_thousand_operations_are_read() {
    let mut text = "{\"openapi\":\"3.0.0\",\"paths\":{\"/\":{}".to_owned();
    for at in 0..50_000 {
        let _ = write!(text, ",\"/p{at}\":{{\"get\":{{\"security\":[]}},\"put\":{{}}}}");
    }
    text.push_str("}}");
    let files = one(&text);
    let api = read(&files);
    assert_eq!(api.operations.len(), 100_000);
    assert!(api.exceeded.is_none());
}

#[test]
fn sharing_cannot_multiply() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let paths = |count: usize| many(count, &|at| format!("\"/p{at}\":{{\"$ref\":\"#/x-item\"}}"));
    let bombs = [
        // Every path has every operation.
        format!(
            "{{\"openapi\":\"3.2.0\",\"paths\":{{{}}},\"x-item\":{{\"additionalOperations\":{{{}}}}}}}",
            paths(2_000),
            many(2_000, &|at| format!("\"M{at}\":{{}}"))
        ),
        // Every operation has every parameter of its path item.
        format!(
            "{{\"openapi\":\"3.2.0\",\"paths\":{{\"/a\":{{\"parameters\":[{}],\"additionalOperations\":{{{}}}}}}}}}",
            many(2_000, &|at| format!("{{\"name\":\"n{at}\",\"in\":\"query\"}}")),
            many(2_000, &|at| format!("\"M{at}\":{{}}"))
        ),
        // Every operation has every response.
        format!(
            "{{\"openapi\":\"3.0.0\",\"paths\":{{{}}},\"x-item\":{{\"get\":{{\"responses\":{{{}}}}}}},\"x-r\":{{\"headers\":{{{}}}}}}}",
            paths(2_000),
            many(1_000, &|at| format!("\"{at}\":{{\"$ref\":\"#/x-r\"}}")),
            many(2_000, &|at| format!("\"h{at}\":{{}}"))
        ),
        // Every channel has every server, each with its own security.
        format!(
            "{{\"asyncapi\":\"2.6.0\",\"servers\":{{{}}},\"channels\":{{{}}}}}",
            many(2_000, &|at| format!("\"s{at}\":{{\"security\":[{{\"a\":[]}},{{\"b\":[]}}]}}")),
            many(2_000, &|at| format!("\"c{at}\":{{\"publish\":{{\"security\":[{{\"c\":[]}},{{\"d\":[]}}]}}}}"))
        ),
        // Every operation moves every message.
        format!(
            "{{\"asyncapi\":\"3.0.0\",\"channels\":{{\"c\":{{\"messages\":{{{}}}}}}},\"operations\":{{{}}}}}",
            many(2_000, &|at| format!("\"m{at}\":{{\"payload\":{{}}}}")),
            many(2_000, &|at| format!("\"o{at}\":{{\"action\":\"send\",\"channel\":{{\"$ref\":\"#/channels/c\"}}}}"))
        ),
    ];
    for text in bombs {
        let files = one(&text);
        let nodes: usize = files.iter().map(|(_, file)| file.tree.len()).sum();
        let api = read(&files);
        assert!(api.exceeded.is_some(), "{}", &text[..80]);
        let size: usize = api
            .operations
            .iter()
            .map(|operation| {
                let lists = operation.parameters.len() + operation.responses.len() + operation.messages().len();
                1 + lists / 8 + operation.security.alternatives.len()
            })
            .sum();
        let headers: usize = api.responses.iter().map(|response| response.headers.len()).sum();
        assert!(size + headers < 2 * nodes + 100_000, "{size} of {nodes} nodes");
        assert!(!api.operations.is_empty());
        assert!(api.operations.iter().all(|operation| operation.security.declared == apiward_model::Declared::Absent
            || !operation.security.is_anonymous()));
    }
}
