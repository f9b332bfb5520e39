//! AsyncAPI: channels, operations, messages, replies, bindings, and what server and operation ask for together.

use apiward_model::{Api, Declared, Reach};

use crate::support::{
    alternatives, faults, fixture, in_use, one, operation, parameters, read, schema, servers, titles,
};

/// Names of the messages that an operation moves.
fn messages<'a>(api: &Api<'a>, title: &str) -> Vec<&'a str> {
    operation(api, title).messages().iter().map(|id| api.message(*id).name.unwrap_or("-")).collect()
}

const PLAIN: &str = "broker.example.org:{port}";
const SAFE: &str = "broker.example.org:8883";

#[test]
fn version_2_is_read_whole() {
    for version in ["20", "24", "26"] {
        let files = fixture(&format!("meters.asyncapi{version}.yaml"));
        let api = read(&files);
        assert_eq!(titles(&api.operations), ["publish meters/{id}/reading", "subscribe meters/{id}/command"]);
        assert_eq!(parameters(&api, "publish meters/{id}/reading"), ["id in Channel"]);
        assert_eq!(servers(&api, "publish meters/{id}/reading"), [SAFE]);
        assert_eq!(servers(&api, "subscribe meters/{id}/command"), [PLAIN, SAFE], "no list, all servers");
        assert_eq!(messages(&api, "publish meters/{id}/reading"), ["Reading", "heartbeat"]);
        assert_eq!(messages(&api, "subscribe meters/{id}/command"), ["Command"]);
        let command = api.message(operation(&api, "subscribe meters/{id}/command").messages()[0]);
        assert!(command.payload.is_none(), "Avro is no JSON Schema");
        assert!(command.headers.is_some(), "headers are never Avro");
        let reading = api.message(operation(&api, "publish meters/{id}/reading").messages()[0]);
        assert_eq!(reading.headers.unwrap().pointer(), "/components/messageTraits/Common/headers");
        assert!(schema(&api, "/components/messageTraits/Common/headers").reach.intersects(Reach::REQUEST));
        let query = "/channels/meters~1{id}~1command/bindings/ws/query/properties/token";
        assert_eq!(schema(&api, query).property_name(), Some("token"));
        assert_eq!(in_use(&api), ["password", "oauth"]);
        assert!(api.faults.is_empty(), "{:?}", faults(&api));
        assert_eq!(api.servers[0].expansions(), ["broker.example.org:1883", "broker.example.org:8883"]);
    }
}

#[test]
fn operations_of_version_2_have_security_from_2_4_on() {
    let combined = format!("password + oauth(write)@{SAFE} | oauth(read write)@{SAFE}");
    let servers_alone = format!("password@{SAFE} | oauth(read)@{SAFE}");
    for (version, expected) in [("20", &servers_alone), ("24", &combined), ("26", &combined)] {
        let files = fixture(&format!("meters.asyncapi{version}.yaml"));
        let api = read(&files);
        assert_eq!(&alternatives(&api, "publish meters/{id}/reading"), expected, "{version}");
        // One of its two servers asks for nothing.
        let command = format!("{{}}@{PLAIN} | password@{SAFE} | oauth(read)@{SAFE}");
        assert_eq!(alternatives(&api, "subscribe meters/{id}/command"), command);
        let security = &operation(&api, "subscribe meters/{id}/command").security;
        assert!(security.is_anonymous());
        assert_eq!(security.declared, Declared::Combined);
    }
}

/// A document of version 2 with servers `a` and `b` and one channel.
fn version_2(version: &str, a: &str, b: &str, own: &str) -> String {
    format!(
        "asyncapi: {version}\nservers:\n  a: {{url: a, protocol: kafka{a}}}\n  b: {{url: b, protocol: kafka{b}}}\nchannels:\n  c:\n    servers: [a]\n    publish: {{{own}}}\n  d: {{subscribe: {{{own}}}}}\ncomponents: {{securitySchemes: {{k: {{type: apiKey, in: user}}, o: {{type: oauth2}}}}}}\n"
    )
}

/// A document of version 3 of the same shape.
fn version_3(version: &str, a: &str, b: &str, own: &str) -> String {
    format!(
        "asyncapi: {version}\nservers:\n  a: {{host: a, protocol: kafka{a}}}\n  b: {{host: b, protocol: kafka{b}}}\nchannels:\n  c: {{servers: [{{$ref: '#/servers/a'}}]}}\n  d: {{}}\noperations:\n  oc: {{action: receive, channel: {{$ref: '#/channels/c'}}{own}}}\n  od: {{action: send, channel: {{$ref: '#/channels/d'}}{own}}}\ncomponents: {{securitySchemes: {{k: {{type: apiKey, in: user}}, o: {{type: oauth2}}}}}}\n"
    )
}

#[test]
fn server_and_operation_must_both_hold_in_version_2() {
    let k = ", security: [{k: []}]";
    let o = "security: [{o: [w]}]";
    let cases = [
        // What one list leaves open the other asks for; an empty list is neutral.
        ("2.6.0", k, "", o, "k + o(w)@a", "k + o(w)@a | o(w)@b"),
        ("2.4.0", ", security: []", k, o, "o(w)@a", "o(w)@a | k + o(w)@b"),
        ("2.6.0", k, k, "security: []", "k@a", "k@a | k@b"),
        ("2.6.0", k, k, "", "k@a", "k@a | k@b"),
        ("2.6.0", "", "", o, "o(w)@a", "o(w)@a | o(w)@b"),
        ("2.6.0", "", "", "", "{}@a", "{}@a | {}@b"),
        ("2.6.0", ", security: [{}]", k, "security: [{}, {k: []}]", "{}@a | k@a", "{}@a | k@a | k@b | k@b"),
        ("2.6.0", ", security: [{x: []}]", "", "", "x?@a", "x?@a | {}@b"),
        ("2.3.0", k, "", o, "k@a", "k@a | {}@b"),
        ("2.3.0", "", "", o, "{}@a", "{}@a | {}@b"),
        ("2.6.0", "", "", "security: {o: []}", "{!}@a", "{!}@a | {!}@b"),
    ];
    for (version, a, b, own, c, d) in cases {
        let text = version_2(version, a, b, own);
        let files = one(&text);
        let api = read(&files);
        assert_eq!(alternatives(&api, "publish c"), c, "{text}");
        assert_eq!(alternatives(&api, "subscribe d"), d, "{text}");
    }
}

#[test]
fn server_and_operation_must_both_hold_in_version_3() {
    let k = ", security: [{$ref: '#/components/securitySchemes/k'}]";
    let inline = ", security: [{type: oauth2, scopes: [w]}]";
    let cases = [
        (k, "", inline, "k + oauth2(w)@a", "k + oauth2(w)@a | oauth2(w)@b"),
        (k, k, k, "k@a", "k@a | k@b"),
        ("", "", "", "{}@a", "{}@a | {}@b"),
        (", security: [{}]", k, "", "{}@a", "{}@a | k@b"),
        ("", "", ", security: []", "{}@a", "{}@a | {}@b"),
        (", security: [{$ref: '#/components/securitySchemes/x'}]", "", "", "x?@a", "x?@a | {}@b"),
        (", security: [k]", "", "", "{!}@a", "{!}@a | {}@b"),
    ];
    for version in ["3.0.0", "3.1.0"] {
        for (a, b, own, c, d) in cases {
            let text = version_3(version, a, b, own);
            let files = one(&text);
            let api = read(&files);
            assert_eq!(alternatives(&api, "receive c"), c, "{text}");
            assert_eq!(alternatives(&api, "send d"), d, "{text}");
        }
    }
}

#[test]
fn without_servers_the_operations_list_stands_alone() {
    let head = "asyncapi: 2.6.0\ncomponents: {securitySchemes: {k: {type: apiKey, in: user}}}\n";
    let files = one(&format!("{head}channels: {{c: {{publish: {{security: [{{k: []}}]}}, subscribe: {{}}}}}}\n"));
    let api = read(&files);
    assert_eq!(alternatives(&api, "publish c"), "k");
    assert!(!operation(&api, "publish c").security.is_anonymous());
    let open = &operation(&api, "subscribe c").security;
    assert!(open.is_anonymous());
    assert_eq!(open.declared, Declared::Absent);
}

#[test]
fn version_3_is_read_whole() {
    for version in ["30", "31"] {
        let files = fixture(&format!("rides.asyncapi{version}.yaml"));
        let api = read(&files);
        let expected = ["receive rides/{city}/requested", "send shared", "send rides/{city}/requested"];
        assert_eq!(titles(&api.operations), expected);
        let ids: Vec<_> = api.operations.iter().filter_map(|operation| operation.operation_id).collect();
        assert_eq!(ids, ["onRide", "publishShared", "mirrored"]);
        assert_eq!(api.operations[2].summary(), Some("mirrors every ride"), "an operation by reference");
        let kafka = "{zone}.kafka.example.org:9092";
        let ride = format!("alias@{kafka} | scram + oauth2(rides.read)@{kafka}");
        assert_eq!(alternatives(&api, "receive rides/{city}/requested").replace("scram@", "alias@"), {
            // `alias` is another name of `scram`, but a component of its own.
            ride.replace("alias@", "scram + alias@")
        });
        assert_eq!(alternatives(&api, "send rides/{city}/requested"), format!("scram + cert@{kafka}"), "by a trait");
        assert_eq!(alternatives(&api, "send shared"), format!("scram@{kafka} | {{}}@edge.example.org/ws"));
        assert_eq!(in_use(&api), ["scram", "alias", "cert", "oauth2"]);
        assert_eq!(messages(&api, "receive rides/{city}/requested"), ["Ride"]);
        assert_eq!(messages(&api, "send rides/{city}/requested"), ["Ride", "cancelled"], "no list, all of the channel");
        assert_eq!(messages(&api, "send shared"), ["note"]);
        assert_eq!(parameters(&api, "receive rides/{city}/requested"), ["city in Channel"]);
        let addresses: Vec<&str> = api.channels.iter().map(|channel| channel.address).collect();
        assert_eq!(addresses, ["rides/{city}/requested", "", "shared"]);
        assert!(api.schemes.last().unwrap().inline);
        assert_eq!(api.schemes.last().unwrap().declared_scopes(), ["rides.read"]);
        assert!(api.faults.is_empty(), "{:?}", faults(&api));
    }
}

#[test]
fn directions_are_those_of_the_described_application() {
    let files = fixture("rides.asyncapi31.yaml");
    let api = read(&files);
    let reach = |pointer: &str| {
        let reach = schema(&api, pointer).reach;
        (reach.intersects(Reach::REQUEST), reach.intersects(Reach::RESPONSE))
    };
    // Received by one operation, sent by another.
    assert_eq!(reach("/components/schemas/Ride/properties/id"), (true, true));
    assert_eq!(reach("/channels/requested/messages/cancelled/payload"), (false, true));
    // The reply to what is received is sent.
    assert_eq!(reach("/channels/quotes/messages/quote/payload/schema/properties/price"), (false, true));
    assert_eq!(reach("/channels/quotes/messages/quote/headers/properties/x-hop"), (false, true));
    assert_eq!(reach("/components/channels/Shared/messages/note/payload/properties/text"), (false, false));
    assert_eq!(reach("/components/schemas/Wrapped/schema/properties/inner"), (false, false));
    let files = fixture("meters.asyncapi26.yaml");
    let api = read(&files);
    let serial = schema(&api, "/components/schemas/Reading/properties/serial");
    assert!(!serial.reach.intersects(Reach::REQUEST), "readOnly");
    assert!(schema(&api, "/components/schemas/Reading/properties/kwh").reach.intersects(Reach::REQUEST));
}

#[test]
fn traits_win_in_version_2_and_give_way_in_version_3() {
    let traits = "traits: [{operationId: first}, {operationId: last}]";
    let files = one(&format!("asyncapi: 2.6.0\nchannels: {{c: {{publish: {{operationId: own, {traits}}}}}}}\n"));
    assert_eq!(read(&files).operations[0].operation_id, Some("last"));
    let scheme = |name: &str| format!("security: [{{type: {name}}}]");
    let traits = format!("traits: [{{{}}}, {{{}}}]", scheme("plain"), scheme("gssapi"));
    for (own, expected) in [(scheme("X509"), "X509"), ("x-none: 1".to_owned(), "gssapi")] {
        let files = one(&format!(
            "asyncapi: 3.0.0\nchannels: {{c: {{}}}}\noperations: {{o: {{action: send, channel: {{$ref: '#/channels/c'}}, {own}, {traits}}}}}\n"
        ));
        assert_eq!(alternatives(&read(&files), "send c"), expected);
    }
}

#[test]
fn headers_of_message_and_traits_all_travel() {
    let text = "asyncapi: 3.0.0\nchannels: {c: {messages: {m: {headers: {properties: {x-own: {type: string}}}, traits: [{headers: {properties: {x-trait: {type: string}}}}]}}}}\noperations: {o: {action: send, channel: {$ref: '#/channels/c'}}}\n";
    let files = one(text);
    let api = read(&files);
    for pointer in ["headers/properties/x-own", "traits/0/headers/properties/x-trait"] {
        let schema = schema(&api, &format!("/channels/c/messages/m/{pointer}"));
        assert!(schema.reach.intersects(Reach::RESPONSE), "{pointer}");
    }
}

#[test]
fn messages_have_the_names_that_authors_gave_them() {
    let text = "asyncapi: 2.6.0\nchannels:\n  a: {publish: {message: {payload: {type: string}}}}\n  b: {publish: {message: {$ref: '#/components/messages/Either'}}}\ncomponents: {messages: {Either: {oneOf: [{$ref: '#/components/messages/One'}, {name: two}]}, One: {title: x}}}\n";
    let files = one(text);
    let api = read(&files);
    assert_eq!(messages(&api, "publish a"), ["-"], "the key of the field is no name");
    assert_eq!(messages(&api, "publish b"), ["One", "two"], "oneOf behind a reference");
}

#[test]
fn a_payload_may_refer_to_a_schema_with_its_own_format() {
    let text = "asyncapi: 3.0.0\nchannels: {c: {messages: {json: {payload: {$ref: '#/components/schemas/Json'}}, avro: {payload: {$ref: '#/components/schemas/Avro'}}}}}\noperations: {o: {action: receive, channel: {$ref: '#/channels/c'}}}\ncomponents: {schemas: {Json: {schemaFormat: 'application/schema+json;version=draft-07', schema: {properties: {a: {type: string}}}}, Avro: {schemaFormat: application/vnd.apache.avro, schema: {type: record}}}}\n";
    let files = one(text);
    let api = read(&files);
    assert!(schema(&api, "/components/schemas/Json/schema/properties/a").reach.intersects(Reach::REQUEST));
    let payloads: Vec<bool> = api.messages.iter().map(|message| message.payload.is_some()).collect();
    assert_eq!(payloads, [true, false]);
    let reached = api.schemas.reaching(api.root.at_pointer("/components/schemas/Json/schema").unwrap());
    assert!(reached.contains(&api.operations[0].node.place()));
}

#[test]
fn a_channel_outside_the_roots_map_is_read_where_it_stands() {
    let text = "asyncapi: 3.0.0\noperations: {o: {action: send, channel: {$ref: '#/components/channels/C'}}}\ncomponents: {channels: {C: {address: far, messages: {m: {payload: {}}}}}}\n";
    let files = one(text);
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["send far"]);
    assert_eq!(messages(&api, "send far"), ["m"]);
}
