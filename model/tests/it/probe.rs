//! Effective security, servers and direction: the cases that other tools get wrong, in every version that has them.

use apiward_model::{Declared, Method, SchemeType};

use crate::support::{alternatives, fixture, in_use, kind, one, operation, parameters, read, servers, titles};

/// The head of a document with the schemes `bearer` and `basic` and a root requirement for `bearer`.
const OPENAPI: [&str; 4] = [
    "swagger: '2.0'\nsecurityDefinitions: {bearer: {type: apiKey, in: header, name: k}, basic: {type: basic}}\n",
    "openapi: 3.0.4\ncomponents: {securitySchemes: {bearer: {type: http, scheme: bearer}, basic: {type: http, scheme: Basic}}}\n",
    "openapi: 3.1.1\ncomponents: {securitySchemes: {bearer: {type: http, scheme: bearer}, basic: {type: http, scheme: Basic}}}\n",
    "openapi: 3.2.0\ncomponents: {securitySchemes: {bearer: {type: http, scheme: bearer}, basic: {type: http, scheme: Basic}}}\n",
];

/// Alternatives, anonymous, explicitly anonymous, by what the operation's `security` is.
const CASES: [(&str, &str, bool, bool); 12] = [
    ("", "bearer", false, false),
    ("security: []", "nothing", true, true),
    ("security: [{}]", "{}", true, true),
    ("security: [{bearer: []}, {}]", "bearer | {}", true, true),
    ("security: [{bearer: []}, {basic: []}]", "bearer | basic", false, false),
    ("security: [{bearer: [], basic: []}]", "bearer + basic", false, false),
    ("security: [{nobody: []}]", "nobody?", false, false),
    ("security: [{nobody: []}, {}]", "nobody? | {}", true, true),
    // What is empty counts as absent; of a value that is no list, and of an item that is no object, nothing is known.
    ("security: null", "bearer", false, false),
    ("security: {bearer: []}", "{!}", false, false),
    ("security: [null]", "{!}", false, false),
    ("security: [bearer, {bearer: null}]", "{!} | bearer", false, false),
];

#[test]
fn the_operations_own_requirement_replaces_the_roots() {
    for head in OPENAPI {
        for (security, expected, anonymous, explicit) in CASES {
            let text = format!("{head}security: [{{bearer: []}}]\npaths: {{/a: {{get: {{{security}}}}}}}\n");
            let files = one(&text);
            let api = read(&files);
            let effective = &operation(&api, "GET /a").security;
            assert_eq!(alternatives(&api, "GET /a"), expected, "{text}");
            assert_eq!(effective.is_anonymous(), anonymous, "{text}");
            assert_eq!(effective.is_explicitly_anonymous(), explicit, "{text}");
        }
    }
}

#[test]
fn without_any_requirement_an_operation_is_anonymous_but_nobody_said_so() {
    for head in OPENAPI {
        let files = one(&format!("{head}paths: {{/a: {{get: {{}}}}}}\n"));
        let api = read(&files);
        let effective = &operation(&api, "GET /a").security;
        assert_eq!(effective.declared, Declared::Absent);
        assert!(effective.is_anonymous() && !effective.is_explicitly_anonymous());
    }
}

#[test]
fn an_inherited_empty_root_requirement_is_explicit() {
    for head in OPENAPI {
        let cases = [
            ("[]", true, true),
            ("[{bearer: []}, {}]", true, true),
            ("null", true, false),
            // Nobody knows what this asks for.
            ("bearer", false, false),
        ];
        for (root, anonymous, explicit) in cases {
            let files = one(&format!("{head}security: {root}\npaths: {{/a: {{get: {{}}}}}}\n"));
            let api = read(&files);
            let effective = &operation(&api, "GET /a").security;
            assert_eq!(effective.is_anonymous(), anonymous, "{root}");
            assert_eq!(effective.is_explicitly_anonymous(), explicit, "{root}");
        }
    }
}

#[test]
fn servers_of_path_item_and_operation_replace_the_outer_ones() {
    let cases = [
        ("", "", "https://root"),
        ("servers: [{url: 'http://item'}]", "", "http://item"),
        ("", "servers: [{url: 'http://op'}]", "http://op"),
        ("servers: [{url: 'http://item'}]", "servers: [{url: 'https://op'}]", "https://op"),
        // Empty, or nothing that could be a server: as if it were not there.
        ("servers: []", "servers: [null]", "https://root"),
        ("servers: {url: 'http://item'}", "servers: null", "https://root"),
    ];
    for version in ["3.0.0", "3.1.0", "3.2.0"] {
        for (item, own, expected) in cases {
            let (item, own) =
                (if item.is_empty() { "x-a: 1" } else { item }, if own.is_empty() { "x-a: 1" } else { own });
            let text = format!(
                "openapi: {version}\nservers: [{{url: 'https://root'}}]\npaths: {{/a: {{{item}, get: {{{own}}}}}}}\n"
            );
            let files = one(&text);
            assert_eq!(servers(&read(&files), "GET /a"), [expected], "{text}");
        }
    }
}

#[test]
fn only_servers_that_take_effect_are_used() {
    let files = one(
        "openapi: 3.0.0\nservers: [{url: 'https://root'}]\npaths:\n  /a:\n    servers: [{url: 'https://item'}]\n    get: {servers: [{url: 'https://op'}]}\n    put: {}\n",
    );
    let api = read(&files);
    let used: Vec<(&str, bool)> = api.servers.iter().map(|server| (server.url.as_ref(), server.used)).collect();
    assert_eq!(used, [("https://root", false), ("https://op", true), ("https://item", true)]);
    let files = one("openapi: 3.0.0\nservers: [{url: 'https://root'}]\npaths: {}\n");
    assert!(read(&files).servers[0].used);
}

#[test]
fn schemes_of_an_openapi_2_operation_replace_the_roots() {
    let text = |root: &str, own: &str| {
        format!("swagger: '2.0'\nhost: h.example\nbasePath: /b\n{root}\npaths: {{/a: {{get: {{{own}}}}}}}\n")
    };
    let cases: [(&str, &str, &[&str]); 6] = [
        ("schemes: [https]", "", &["https://h.example/b"]),
        ("schemes: [https]", "schemes: [http]", &["http://h.example/b"]),
        ("schemes: [https]", "schemes: [http, wss]", &["http://h.example/b", "wss://h.example/b"]),
        ("schemes: [https]", "schemes: []", &["https://h.example/b"]),
        ("schemes: [https]", "schemes: http", &["https://h.example/b"]),
        ("", "", &[]),
    ];
    for (root, own, expected) in cases {
        let files = one(&text(root, own));
        assert_eq!(servers(&read(&files), "GET /a"), expected, "{root} / {own}");
    }
    let files = one(&text("schemes: [https, http]", "schemes: [https]"));
    let api = read(&files);
    let nodes: Vec<String> = api.servers.iter().map(|server| server.node.pointer()).collect();
    assert_eq!(nodes, ["/schemes/0", "/schemes/1", "/paths/~1a/get/schemes/0"], "the node is the item");
}

#[test]
fn callbacks_and_webhooks_stand_apart_and_inherit_nothing() {
    for version in ["3.0.0", "3.1.0", "3.2.0"] {
        let text = format!(
            r"
openapi: {version}
security: [{{bearer: []}}]
servers: [{{url: 'https://root'}}]
paths:
  /a:
    post:
      callbacks:
        done:
          '{{$request.body#/url}}':
            servers: [{{url: 'http://never'}}]
            post: {{security: []}}
            put: {{}}
        again: {{$ref: '#/components/callbacks/Shared'}}
        once-more: {{$ref: '#/components/callbacks/Shared'}}
webhooks:
  moved:
    post: {{callbacks: {{nested: {{'$url': {{post: {{}}}}}}}}}}
components:
  securitySchemes: {{bearer: {{type: http, scheme: bearer}}}}
  callbacks:
    Shared: {{'/shared': {{post: {{security: [{{bearer: []}}], callbacks: {{again: {{$ref: '#/components/callbacks/Shared'}}}}}}}}}}
    Unused: {{'/unused': {{post: {{}}}}}}
"
        );
        let files = one(&text);
        let api = read(&files);
        assert_eq!(titles(&api.operations), ["POST /a"]);
        let newer = version != "3.0.0";
        assert_eq!(titles(&api.webhooks), if newer { vec!["POST moved"] } else { vec![] }, "{version}");
        let mut expected = vec!["POST {$request.body#/url}", "PUT {$request.body#/url}", "POST /shared"];
        expected.extend(newer.then_some("POST $url"));
        assert_eq!(titles(&api.callbacks), expected, "{version}");
        assert_eq!(alternatives(&api, "PUT {$request.body#/url}"), "nothing");
        assert!(!operation(&api, "PUT {$request.body#/url}").security.is_explicitly_anonymous());
        assert!(operation(&api, "POST {$request.body#/url}").security.is_explicitly_anonymous());
        assert_eq!(alternatives(&api, "POST /shared"), "bearer");
        assert_eq!(servers(&api, "POST {$request.body#/url}"), [""; 0]);
        assert!(api.servers.iter().all(|server| server.url != "http://never"));
    }
}

#[test]
fn what_only_a_callback_names_is_not_in_use() {
    let files = fixture("orders.openapi30.yaml");
    assert_eq!(in_use(&read(&files)), ["bearer", "key", "oauth"]);
    let text = "openapi: 3.0.0\nsecurity: [{a: []}]\npaths: {/x: {get: {security: [{b: []}], callbacks: {c: {u: {post: {security: [{c: []}]}}}}}}}\ncomponents: {securitySchemes: {a: {type: http, scheme: basic}, b: {$ref: '#/components/securitySchemes/d'}, c: {type: http, scheme: basic}, d: {type: http, scheme: basic}}}\n";
    let files = one(text);
    // Nothing inherits the root's requirement; `d` is what `b` refers to.
    assert_eq!(in_use(&read(&files)), ["b", "d"]);
}

#[test]
fn scheme_names_that_look_like_extensions_are_schemes() {
    let files = fixture("bookshop.openapi20.yaml");
    let api = read(&files);
    assert_eq!(alternatives(&api, "GET /books"), "x-api-key");
    assert_eq!(api.schemes.len(), 3);
    let list = operation(&api, "GET /books");
    assert_eq!(api.response(list.responses[0]).headers[0].name, "x-total");
}

#[test]
fn openapi_2_is_read_whole() {
    let files = fixture("bookshop.openapi20.yaml");
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["GET /books", "POST /books", "PUT /covers/{id}"]);
    assert_eq!(parameters(&api, "GET /books"), ["page in Query", "trace in Header"]);
    let page = api.parameter(operation(&api, "GET /books").parameters[0]);
    assert_eq!(page.node.get("maximum").unwrap().text(), "50", "the operation's wins");
    assert_eq!(alternatives(&api, "POST /books"), "staff(books:write) | login");
    assert_eq!(servers(&api, "POST /books"), ["http://books.example.org/v1", "https://books.example.org/v1"]);
    let body = api.body(operation(&api, "POST /books").body.unwrap());
    assert_eq!((body.media[0].name, body.fields.len()), ("application/json", 0));
    assert_eq!(parameters(&api, "POST /books"), ["page in Query", "trace in Header"], "a body is no parameter");
    let form = api.body(operation(&api, "PUT /covers/{id}").body.unwrap());
    let fields: Vec<&str> = form.fields.iter().map(|id| api.parameter(*id).name).collect();
    assert_eq!((form.media[0].name, fields), ("multipart/form-data", vec!["image", "caption"]));
    // Both operations name one response; with the root's media types it is one.
    let default = |title: &str| *operation(&api, title).responses.last().unwrap();
    assert_eq!(default("GET /books"), default("POST /books"));
    let staff = api.schemes.iter().find(|scheme| scheme.name == "staff").unwrap();
    assert_eq!(staff.declared_scopes(), ["books:read", "books:write"]);
}

#[test]
fn openapi_3_0_is_read_whole() {
    let files = fixture("orders.openapi30.yaml");
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["GET /orders", "POST /orders", "GET /orders/{id}", "DELETE /orders/{id}"]);
    assert_eq!(parameters(&api, "GET /orders"), ["tenant in Header", "limit in Query", "filter in Query"]);
    assert_eq!(alternatives(&api, "GET /orders"), "bearer");
    assert_eq!(alternatives(&api, "POST /orders"), "oauth(orders.write) | bearer + key");
    assert_eq!(alternatives(&api, "GET /orders/{id}"), "{} | bearer");
    assert_eq!(alternatives(&api, "DELETE /orders/{id}"), "nothing");
    assert_eq!(servers(&api, "GET /orders/{id}"), ["http://legacy.orders.example.org"]);
    assert_eq!(servers(&api, "DELETE /orders/{id}"), ["https://admin.orders.example.org"]);
    assert_eq!(api.servers[0].expansions(), ["https://eu.orders.example.org/v2", "https://us.orders.example.org/v2"]);
    assert_eq!(titles(&api.callbacks), ["POST {$request.body#/callbackUrl}"]);
    let oauth = api.schemes.iter().find(|scheme| scheme.name == "oauth").unwrap();
    assert_eq!(oauth.declared_scopes(), ["orders.read", "orders.write", "orders.admin"]);
    assert_eq!(api.schemes[0].http_scheme.as_deref(), Some("bearer"));
}

#[test]
fn openapi_3_1_is_read_whole() {
    let files = fixture("clinic.openapi31.yaml");
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["GET /patients/{id}", "PATCH /patients/{id}", "POST /appointments"]);
    for title in ["GET /patients/{id}", "PATCH /patients/{id}"] {
        assert_eq!(parameters(&api, title), ["id in Path", "lang in Query"], "`$ref` and its siblings");
        assert_eq!(servers(&api, title), ["https://patients.clinic.example.org"]);
    }
    assert_eq!(alternatives(&api, "POST /appointments"), "session + cert | unknown?");
    assert!(!operation(&api, "POST /appointments").security.is_anonymous());
    assert_eq!(titles(&api.webhooks), ["POST appointmentMoved"]);
    assert_eq!(kind(&api, "cert"), SchemeType::MutualTls);
    let headers = &api.response(operation(&api, "POST /appointments").responses[0]).headers;
    assert_eq!(headers.iter().map(|header| header.name).collect::<Vec<_>>(), ["location", "x-rate"], "merged");
    assert!(api.faults.is_empty(), "{:?}", api.faults);
}

#[test]
fn openapi_3_2_is_read_whole() {
    let files = fixture("stream.openapi32.yaml");
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["QUERY /search", "COPY /search"]);
    assert_eq!(parameters(&api, "QUERY /search"), ["all in QueryString"]);
    assert_eq!(alternatives(&api, "QUERY /search"), "device(read)");
    assert_eq!(alternatives(&api, "COPY /search"), "#/components/securitySchemes/device(copy)", "a key may be a URI");
    assert_eq!(in_use(&api), ["device"]);
    assert_eq!(api.schemes[0].declared_scopes(), ["read", "copy"]);
    let body = api.body(operation(&api, "QUERY /search").body.unwrap());
    assert!(body.media[0].schema.is_some(), "a media type by reference");
    let hits = api.response(operation(&api, "QUERY /search").responses[0]);
    assert_eq!(hits.media[0].schema.unwrap().key(), Some("itemSchema"));
    assert!(api.faults.is_empty(), "{:?}", api.faults);
}

#[test]
fn newer_constructs_mean_nothing_in_older_versions() {
    for (version, methods, mutual) in [
        ("3.0.0", vec!["GET /a"], SchemeType::Unknown(Some("mutualTLS"))),
        ("3.1.0", vec!["GET /a"], SchemeType::MutualTls),
        ("3.2.0", vec!["GET /a", "QUERY /a", "LINK /a"], SchemeType::MutualTls),
    ] {
        let files = one(&format!(
            "openapi: {version}\npaths: {{/a: {{get: {{}}, query: {{}}, additionalOperations: {{LINK: {{}}, BAD: 1}}}}}}\ncomponents: {{securitySchemes: {{m: {{type: mutualTLS}}}}}}\n"
        ));
        let api = read(&files);
        assert_eq!(titles(&api.operations), methods, "{version}");
        assert_eq!(kind(&api, "m"), mutual);
    }
}

#[test]
fn a_scheme_may_stand_in_another_file_by_uri() {
    let api =
        "openapi: 3.2.0\nsecurity: [{'schemes.yaml#/login': []}, {'schemes.yaml#/none': []}]\npaths: {/a: {get: {}}}\n";
    let files = crate::support::files(&[("api.yaml", api), ("schemes.yaml", "login: {type: http, scheme: basic}\n")]);
    let api = read(&files);
    assert_eq!(alternatives(&api, "GET /a"), "schemes.yaml#/login | schemes.yaml#/none?");
    assert_eq!(api.schemes[0].http_scheme.as_deref(), Some("basic"));
}

#[test]
fn parameters_merge_by_name_and_location() {
    let text = r"
openapi: 3.0.0
paths:
  /a:
    parameters: [{name: q, in: query}, {name: q, in: header}, {name: r, in: query}, null, 3, {}]
    get: {parameters: [{name: q, in: query, required: true}, {name: s, in: cookie}, {name: q, in: header2}]}
    put: {parameters: {name: q, in: query}}
";
    let files = one(text);
    let api = read(&files);
    let expected = ["q in Query", "q in Header", "r in Query", " in Unknown", "s in Cookie", "q in Unknown"];
    assert_eq!(parameters(&api, "GET /a"), expected);
    assert!(api.parameter(operation(&api, "GET /a").parameters[0]).required);
    assert_eq!(parameters(&api, "PUT /a").len(), 4);
}

#[test]
fn one_operation_under_two_paths_is_two_operations_of_one_node() {
    let text = "openapi: 3.0.0\npaths:\n  /a: &item {get: &get {security: [{nobody: []}]}}\n  /b: *item\n  /c: {get: *get, put: {<<: *get, operationId: c}}\n  /d: {$ref: '#/paths/~1a'}\n";
    let files = one(text);
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["GET /a", "GET /b", "GET /c", "PUT /c", "GET /d"]);
    let node = |title: &str| operation(&api, title).node.resolved().place();
    assert_eq!([node("GET /b"), node("GET /c"), node("GET /d")], [node("GET /a"); 3]);
    assert_eq!(operation(&api, "PUT /c").operation_id, Some("c"));
    assert_eq!(alternatives(&api, "PUT /c"), "nobody?");
    assert_eq!(api.requirements.len(), 1, "one list, however many operations share it");
}

#[test]
fn methods_beside_a_reference_win() {
    let text = "openapi: 3.1.0\npaths:\n  /a: {$ref: '#/components/pathItems/P', get: {operationId: own}}\n  /b: {$ref: '#/nowhere', get: {operationId: left}}\ncomponents: {pathItems: {P: {get: {operationId: other}, put: {operationId: kept}}}}\n";
    let files = one(text);
    let api = read(&files);
    let ids: Vec<_> = api.operations.iter().filter_map(|operation| operation.operation_id).collect();
    assert_eq!(ids, ["kept", "own", "left"]);
    assert_eq!(crate::support::faults(&api), ["api.yaml:#/nowhere: nothing stands at `/nowhere`"]);
}

#[test]
fn an_extension_is_inherited_from_the_path_item_and_what_it_refers_to() {
    let text = "openapi: 3.1.0\npaths:\n  /a: {$ref: '#/components/pathItems/P'}\n  /b: {x-public: true, get: {x-public: false}}\ncomponents: {pathItems: {P: {x-public: true, get: {}}}}\n";
    let files = one(text);
    let api = read(&files);
    let value = |title: &str| operation(&api, title).own_or_path_item("x-public").unwrap().as_bool();
    assert_eq!((value("GET /a"), value("GET /b")), (Some(true), Some(false)));
}

#[test]
fn methods_have_the_names_of_http() {
    let files = one("openapi: 3.2.0\npaths: {/a: {get: {}, Post: {}, additionalOperations: {link: {}}}}\n");
    let api = read(&files);
    let methods: Vec<Method<'_>> = api.operations.iter().map(|operation| operation.method).collect();
    assert_eq!(methods, [Method::Http("GET"), Method::Http("link")], "field names are case-sensitive");
}
