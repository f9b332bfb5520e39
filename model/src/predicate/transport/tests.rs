//! Tables of servers: what is plaintext, of which kind, where, and what proves encryption.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use apiward_syntax::Limits;

use super::*;
use crate::files::{Files, Loader};
use crate::predicate::Host;

/// Reads a description and looks at it.
fn read<T>(text: &str, look: impl FnOnce(&Api<'_>) -> T) -> T {
    let loader = Loader::memory([(PathBuf::from("api.yaml"), text.into())], Limits::default());
    let files = Files::load(loader.load(Path::new("api.yaml")).unwrap(), &loader);
    look(&Api::read(&files, 0).unwrap())
}

/// Kind, family, protocol and JSON Pointer of every plaintext server, in the order of the servers.
type Told = (PlaintextKind, TransportFamily, String, String);

fn plaintext(text: &str) -> Vec<Told> {
    read(text, |api| {
        let found = api.servers.iter().filter_map(|server| plaintext_server(api, server, &[]));
        found.map(|found| (found.kind, found.family, found.protocol, found.node.pointer())).collect()
    })
}

fn pointers(text: &str) -> Vec<String> {
    plaintext(text).into_iter().map(|(_, _, _, pointer)| pointer).collect()
}

fn openapi3(server: &str) -> String {
    format!("openapi: 3.1.0\nservers: [{server}]\npaths: {{/a: {{get: {{}}}}}}\n")
}

fn asyncapi(version: &str, server: &str) -> String {
    let schemes = "cert: {type: X509}, login: {type: userPassword}";
    format!("asyncapi: {version}\nservers: {{main: {server}}}\ncomponents: {{securitySchemes: {{{schemes}}}}}\n")
}

#[test]
fn openapi_3_urls() {
    for (server, protocol) in [
        ("{url: 'http://api.parcels.io'}", Some("http")),
        ("{url: 'HTTP://api.parcels.io'}", Some("http")),
        ("{url: 'ws://api.parcels.io'}", Some("ws")),
        ("{url: 'ftp://api.parcels.io'}", Some("ftp")),
        ("{url: 'http://localhost'}", Some("http")),
        ("{url: 'https://api.parcels.io'}", None),
        ("{url: 'https://api.parcels.io/?from=http://a.io'}", None),
        ("{url: 'wss://api.parcels.io'}", None),
        ("{url: 'mqtt://api.parcels.io'}", None),
        ("{url: '//api.parcels.io'}", None),
        ("{url: /v1}", None),
        ("{url: api.parcels.io}", None),
        ("{description: no url}", None),
        ("{url: '{s}://api.parcels.io', variables: {s: {default: http}}}", None),
        ("{url: '{s}://api.parcels.io'}", None),
        ("{url: 'http{s}://api.parcels.io', variables: {s: {enum: [s, ''], default: s}}}", Some("http")),
        ("{url: 'http{s}://api.parcels.io', variables: {s: {enum: [s], default: s}}}", None),
        ("{url: 'http{s}://api.parcels.io'}", None),
        ("{url: '{base}/v1', variables: {base: {default: 'http://api.parcels.io'}}}", Some("http")),
        ("{url: '{base}/v1', variables: {base: {default: 'https://api.parcels.io'}}}", None),
        ("{url: '{base}/v1', variables: {base: {default: ''}}}", None),
        ("{url: 'https://{host}', variables: {host: {default: 'x', enum: ['x', 'http://y']}}}", None),
    ] {
        let found = plaintext(&openapi3(server));
        let expected = protocol.map(|protocol| {
            (PlaintextKind::Stated, TransportFamily::Web, protocol.to_owned(), "/servers/0/url".to_owned())
        });
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{server}");
    }
}

#[test]
fn only_the_expansions_in_the_clear_lead_somewhere_in_the_clear() {
    let text = openapi3(
        "{url: '{base}/v1', variables: {base: {default: x, enum: ['https://api.parcels.io', 'http://localhost:80']}}}",
    );
    read(&text, |api| {
        let found = plaintext_server(api, &api.servers[0], &[]).unwrap();
        let hosts: Vec<_> = found.addresses.iter().filter_map(|address| address.host.as_ref()).collect();
        assert_eq!(hosts, [&Host::new("localhost").unwrap()]);
    });
}

/// An `http` server of a path item or an operation replaces the root's `https`; one that no operation is left with is
/// not used.
#[test]
fn openapi_3_inner_lists_replace_outer_ones() {
    let http = "servers: [{url: 'http://api.parcels.io'}]";
    let https = "servers: [{url: 'https://api.parcels.io'}]";
    let text = |root: &str, item: &str, operation: &str| {
        format!("openapi: 3.0.3\n{root}\npaths:\n  /a:\n    {item}\n    get: {{{operation}}}\n")
    };
    for (root, item, operation, expected) in [
        (https, "", "", vec![]),
        (http, "", "", vec!["/servers/0/url"]),
        (https, http, "", vec!["/paths/~1a/servers/0/url"]),
        (https, "", http, vec!["/paths/~1a/get/servers/0/url"]),
        (https, http, https, vec![]),
        (http, https, "", vec![]),
        (http, "", https, vec![]),
        (http, "servers: []", "servers: []", vec!["/servers/0/url"]),
        (http, "servers: ", "servers: none", vec!["/servers/0/url"]),
    ] {
        assert_eq!(pointers(&text(root, item, operation)), expected, "{root} {item} {operation}");
    }
    // A second operation still uses what the first one replaces.
    let two = text(http, "", https) + "    post: {}\n";
    assert_eq!(pointers(&two), ["/servers/0/url"]);
}

#[test]
fn servers_of_callbacks_webhooks_and_links_are_not_read() {
    let text = "
openapi: 3.1.0
servers: [{url: 'https://api.parcels.io'}]
webhooks: {moved: {servers: [{url: 'http://a.io'}], post: {servers: [{url: 'http://b.io'}]}}}
paths:
  /a:
    post:
      callbacks: {done: {'{$request.body#/url}': {servers: [{url: 'http://c.io'}], post: {}}}}
      responses: {'200': {description: ok, links: {next: {server: {url: 'http://d.io'}}}}}
";
    assert_eq!(pointers(text), Vec::<String>::new());
}

#[test]
fn root_servers_of_a_document_without_operations_are_used() {
    assert_eq!(pointers("openapi: 3.0.3\nservers: [{url: 'http://a.io'}]\npaths: {}\n"), ["/servers/0/url"]);
    assert_eq!(pointers("swagger: '2.0'\nschemes: [http]\nhost: a.io\npaths: {}\n"), ["/schemes/0"]);
}

#[test]
fn openapi_2_schemes_of_operations_replace_the_roots() {
    let text = |root: &str, operation: &str| {
        format!("swagger: '2.0'\nhost: api.parcels.io\n{root}\npaths: {{/a: {{get: {{{operation}}}}}}}\n")
    };
    for (root, operation, expected) in [
        ("schemes: [https]", "", vec![]),
        ("schemes: [https, http]", "", vec!["/schemes/1"]),
        ("schemes: [HTTP, ws, wss]", "", vec!["/schemes/0", "/schemes/1"]),
        ("schemes: [https]", "schemes: [http]", vec!["/paths/~1a/get/schemes/0"]),
        ("schemes: [http]", "schemes: [https]", vec![]),
        ("schemes: [http]", "schemes: []", vec!["/schemes/0"]),
        ("", "", vec![]),
        ("schemes: http", "", vec![]),
    ] {
        assert_eq!(pointers(&text(root, operation)), expected, "{root} {operation}");
    }
}

#[test]
fn openapi_2_hosts() {
    for (host, expected) in [
        ("host: api.parcels.io", Some("api.parcels.io")),
        ("host: 'localhost:8080'", Some("localhost")),
        ("host: 'http://api.parcels.io/v1'", Some("api.parcels.io")),
        ("host: '[::1]:80'", Some("::1")),
        ("host: ''", None),
        ("host: [a]", None),
        ("", None),
    ] {
        let text = format!("swagger: '2.0'\n{host}\nbasePath: /v1\nschemes: [http]\npaths: {{}}\n");
        read(&text, |api| {
            let found = plaintext_server(api, &api.servers[0], &[]).unwrap();
            let [address] = found.addresses.as_slice() else { panic!("{host}") };
            assert_eq!(address.host.as_ref().map(Host::as_str), expected, "{host}");
        });
    }
}

/// `url` against `protocol`: all that AsyncAPI 2 lets authors contradict themselves with.
#[test]
fn asyncapi_2_url_and_protocol() {
    use PlaintextKind::{Contradiction, Stated, UrlOnly};
    use TransportFamily::{Broker, Web};
    for (url, protocol, expected) in [
        ("broker.io:1883", "mqtt", Some((Stated, Broker, "mqtt", "protocol"))),
        ("broker.io", "' MQTT '", Some((Stated, Broker, "mqtt", "protocol"))),
        ("mqtt://broker.io", "mqtt", Some((Stated, Broker, "mqtt", "protocol"))),
        ("tcp://broker.io", "mqtt", Some((Stated, Broker, "mqtt", "protocol"))),
        ("mqtts://broker.io", "mqtt", None),
        ("ssl://broker.io", "mqtt", None),
        ("broker.io", "mqtts", None),
        ("mqtts://broker.io", "mqtts", None),
        ("mqtt://broker.io", "mqtts", Some((Contradiction, Broker, "mqtt", "url"))),
        ("mqtt://broker.io:8883", "mqtts", None),
        ("http://api.io", "http", Some((Stated, Web, "http", "protocol"))),
        ("https://api.io", "http", None),
        ("http://api.io", "https", Some((Contradiction, Web, "http", "url"))),
        ("ws://api.io", "wss", Some((Contradiction, Web, "ws", "url"))),
        ("wss://api.io", "ws", None),
        ("api.io", "wss", None),
        ("http://api.io", "sns", Some((UrlOnly, Web, "http", "url"))),
        ("WS://api.io", "websocket", Some((UrlOnly, Web, "ws", "url"))),
        ("ws://api.io:443", "websocket", None),
        ("mqtt://api.io", "sns", None),
        ("ftp://api.io", "sns", None),
        ("nats://broker.io", "nats", None),
        ("redis://broker.io", "redis", None),
        ("broker.io", "gopher", None),
        ("'{s}://api.io'", "ws", None),
        ("'{s}://api.io'", "wss", None),
        ("'{s}://api.io'", "sns", None),
        ("'{s}://broker.io'", "mqtt", Some((Stated, Broker, "mqtt", "protocol"))),
        ("'{s}://broker.io'", "mqtts", None),
        ("'{t}://broker.io'", "mqtt", None),
    ] {
        let variables = "{s: {enum: [ws, mqtt, wss]}, t: {enum: [ssl, mqtts]}}";
        let text = asyncapi("2.6.0", &format!("{{url: {url}, protocol: {protocol}, variables: {variables}}}"));
        let expected = expected
            .map(|(kind, family, protocol, key)| (kind, family, protocol.to_owned(), format!("/servers/main/{key}")));
        assert_eq!(plaintext(&text), expected.into_iter().collect::<Vec<_>>(), "{url} {protocol}");
    }
    let no_protocol = asyncapi("2.6.0", "{url: 'http://api.io'}");
    assert_eq!(plaintext(&no_protocol), [(UrlOnly, Web, "http".into(), "/servers/main/url".into())]);
}

#[test]
fn asyncapi_3_reads_the_protocol_alone() {
    for (server, expected) in [
        ("{host: 'broker.io:1883', protocol: mqtt}", vec!["/servers/main/protocol"]),
        ("{host: broker.io, protocol: http}", vec!["/servers/main/protocol"]),
        ("{host: 'mqtt://broker.io', protocol: mqtts}", vec![]),
        ("{host: 'http://broker.io', protocol: sns}", vec![]),
        ("{host: 'mqtts://broker.io', protocol: mqtt}", vec!["/servers/main/protocol"]),
        ("{host: broker.io}", vec![]),
        ("{host: 'broker.io:1883', protocol: [mqtt]}", vec![]),
    ] {
        assert_eq!(pointers(&asyncapi("3.0.0", server)), expected, "{server}");
    }
}

#[test]
fn asyncapi_servers_are_used_without_channels_and_through_references() {
    let text = "
asyncapi: 3.0.0
servers: {main: {$ref: '#/components/servers/shared'}}
components: {servers: {shared: {host: broker.io, protocol: amqp}, idle: {host: broker.io, protocol: amqp}}}
";
    assert_eq!(pointers(text), ["/components/servers/shared/protocol"]);
}

#[test]
fn signs_of_tls() {
    use TlsSign::{Binding, Certificate, Port, Protocol, Text, UrlScheme};
    for (server, expected) in [
        ("{url: broker.io, protocol: kafka}", None),
        ("{url: broker.io, protocol: Kafka-Secure}", Some(Protocol)),
        ("{url: 'mqtt://broker.io', protocol: mqtts}", None),
        ("{url: 'tcp://broker.io', protocol: mqtts}", Some(Protocol)),
        ("{url: 'rediss://broker.io', protocol: redis}", Some(UrlScheme)),
        ("{url: '{u}', protocol: mqtt, variables: {u: {enum: ['ssl://a.io', 'tls://b.io']}}}", Some(UrlScheme)),
        ("{url: '{u}', protocol: mqtt, variables: {u: {enum: ['ssl://a.io', 'mqtt://b.io']}}}", None),
        ("{url: 'broker.io:8883', protocol: mqtt}", Some(Port)),
        ("{url: 'broker.io:1883', protocol: mqtt}", None),
        ("{url: 'broker.io:7883', protocol: mqtt}", Some(Port)),
        ("{url: 'broker.io:78830', protocol: mqtt}", None),
        ("{url: 'a.io:9093,b.io:9093', protocol: kafka}", Some(Port)),
        ("{url: 'a.io:9093,b.io:9092', protocol: kafka}", None),
        ("{url: 'b.io:{p}', protocol: mqtt, variables: {p: {enum: ['8883', '8884']}}}", Some(Port)),
        ("{url: 'b.io:{p}', protocol: mqtt, variables: {p: {enum: ['8883', '1883']}}}", None),
        ("{url: 'b.io:{p}', protocol: mqtt, variables: {p: {default: 8883}}}", Some(Port)),
        ("{url: 'b.io:{p}', protocol: mqtt}", None),
        ("{url: 'b.io:{p}', protocol: mqtt, variables: {p: {default: 8883, enum: [8883, 9883]}}}", Some(Port)),
        ("{url: 'b.io:{p}', protocol: mqtt, variables: {p: {default: 1883, enum: [8883, 1883]}}}", None),
        ("{url: b.io, protocol: mqtt, variables: {port: {default: '8883', enum: ['8883', '9883']}}}", Some(Port)),
        ("{url: b.io, protocol: mqtt, variables: {port: {default: '1883'}}}", None),
        ("{url: b.io, protocol: mqtt, variables: {other: {default: '8883'}}}", None),
        ("{url: 'b.io:1883', protocol: mqtt, variables: {port: {default: '8883'}}}", None),
        ("{url: 'a.io:{p},b.io', protocol: mqtt, variables: {p: {default: 8883, enum: [1]}}}", None),
        ("{url: broker.io, protocol: mqtt, security: [{login: []}]}", None),
        ("{url: broker.io, protocol: mqtt, security: [{login: []}, {cert: []}]}", Some(Certificate)),
        ("{url: broker.io, protocol: mqtt, security: [{absent: []}]}", None),
        ("{url: broker.io, protocol: ibmmq, bindings: {ibmmq: {cipherSpec: ANY_TLS12}}}", Some(Binding)),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {tls: true}}}", Some(Binding)),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {x-SSL: {ca: a.pem}}}}", Some(Binding)),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {tls: false}}}", None),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {tls: null, ssl: '', cipherSpec: []}}}", None),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {tls: {}}}}", None),
        ("{url: broker.io, protocol: mqtt, bindings: {mqtt: {lastWill: {tls: true}, tlsPort: 1}}}", None),
        ("{url: broker.io, protocol: kafka, description: Brokers speak TLS 1.2.}", Some(Text)),
        ("{url: broker.io, protocol: kafka, description: Brokers do not speak TLS.}", None),
        ("{url: broker.io, protocol: kafka, description: Data is encrypted in transit}", Some(Text)),
        ("{url: broker.io, protocol: kafka, description: Hustles}", None),
        ("{url: broker.io, protocol: kafka, title: Kafka (SASL_SSL)}", Some(Text)),
        ("{url: broker.io, protocol: kafka, summary: mTLS}", Some(Text)),
        ("{url: broker.io, protocol: kafka, tags: [{name: ssl}]}", Some(Text)),
        ("{url: broker.io, protocol: kafka, tags: [{name: a, description: over TLSv1.3}]}", Some(Text)),
        ("{url: broker.io, protocol: kafka, x-note: TLS}", None),
    ] {
        let found = read(&asyncapi("2.6.0", server), |api| tls_evidence(api, &api.servers[0], &[7883]));
        assert_eq!(found, expected, "{server}");
    }
}

#[test]
fn the_name_of_a_server_may_be_a_sign_of_tls() {
    for (name, expected) in [
        ("broker-tls", Some(TlsSign::Text)),
        ("brokerSSL", Some(TlsSign::Text)),
        ("mtls_broker", Some(TlsSign::Text)),
        ("broker-without-tls", None),
        ("hustles", None),
    ] {
        let text = asyncapi("3.0.0", "{host: broker.io, protocol: kafka}").replace("main:", &format!("{name}:"));
        assert_eq!(read(&text, |api| tls_evidence(api, &api.servers[0], &[])), expected, "{name}");
    }
}

#[test]
fn a_port_with_tls_may_be_one_of_several() {
    for (server, expected) in [
        ("{host: 'b.io:{p}', protocol: mqtt, variables: {p: {default: '1883', enum: ['1883', '8883']}}}", true),
        ("{host: 'b.io:{p}', protocol: mqtt, variables: {p: {default: '1883', enum: ['1883', '1884']}}}", false),
        ("{host: b.io, protocol: mqtt, variables: {port: {default: '1883', enum: ['1883', '8883']}}}", true),
        ("{host: 'b.io:1883', protocol: mqtt, variables: {port: {enum: ['8883']}}}", false),
        ("{host: b.io, protocol: mqtt}", false),
    ] {
        let found = read(&asyncapi("3.0.0", server), |api| offers_tls_port(api, &api.servers[0]));
        assert_eq!(found, expected, "{server}");
    }
    let text = openapi3("{url: 'http://a.io:{p}', variables: {p: {default: '443', enum: ['443']}}}");
    assert!(!read(&text, |api| offers_tls_port(api, &api.servers[0])));
}

#[test]
fn openapi_has_no_signs_of_tls() {
    let text = openapi3("{url: 'http://api.parcels.io:443', description: over TLS}");
    assert_eq!(read(&text, |api| tls_evidence(api, &api.servers[0], &[])), None);
    assert_eq!(pointers(&text), ["/servers/0/url"]);
}

#[test]
fn asyncapi_3_ports_and_references() {
    for (server, expected) in [
        ("{host: 'broker.io:8883', pathname: '/x:1', protocol: mqtt}", Some(TlsSign::Port)),
        (
            "{host: broker.io, protocol: mqtt, security: [{$ref: '#/components/securitySchemes/cert'}]}",
            Some(TlsSign::Certificate),
        ),
        ("{host: broker.io, protocol: mqtt, security: [{type: X509}]}", Some(TlsSign::Certificate)),
        ("{host: 'ssl://broker.io', protocol: mqtt}", None),
    ] {
        let found = read(&asyncapi("3.0.0", server), |api| tls_evidence(api, &api.servers[0], &[]));
        assert_eq!(found, expected, "{server}");
    }
}

#[test]
fn scheme_variables() {
    use SchemeChoice::{Anything, Plaintext};
    for (server, expected) in [
        ("{url: '{s}://a.io', variables: {s: {default: https, enum: [https, http]}}}", Some(Plaintext("http"))),
        ("{url: '{s}://a.io', variables: {s: {default: WS, enum: [WSS]}}}", Some(Plaintext("WS"))),
        ("{url: '{s}://a.io', variables: {s: {default: http}}}", Some(Plaintext("http"))),
        ("{url: '{s}://a.io', variables: {s: {default: https}}}", Some(Anything)),
        ("{url: '{s}://a.io', variables: {s: {default: https, enum: []}}}", Some(Anything)),
        ("{url: '{s}://a.io', variables: {s: {}}}", Some(Anything)),
        ("{url: '{s}://a.io', variables: {s: {default: https, enum: [https, wss]}}}", None),
        ("{url: '{s}://a.io', variables: {t: {default: http}}}", None),
        ("{url: '{s}://a.io'}", None),
        ("{url: 'https://{s}', variables: {s: {default: http}}}", None),
    ] {
        for text in [openapi3(server), asyncapi("2.6.0", server)] {
            let found = read(&text, |api| {
                let variable = plaintext_scheme_variable(api, &api.servers[0]);
                variable.map(|variable| (format!("{:?}", variable.choice), variable.node.key() == Some("s")))
            });
            assert_eq!(found, expected.map(|choice| (format!("{choice:?}"), true)), "{server}");
        }
    }
}

#[test]
fn scheme_variables_of_unused_servers_and_other_formats_are_not_read() {
    let server = "{url: '{s}://a.io', host: '{s}://a.io', variables: {s: {default: http}}}";
    let replaced =
        format!("openapi: 3.0.3\nservers: [{server}]\npaths: {{/a: {{servers: [{{url: /}}], get: {{}}}}}}\n");
    for text in [replaced, asyncapi("3.0.0", server)] {
        assert!(read(&text, |api| plaintext_scheme_variable(api, &api.servers[0]).is_none()), "{text}");
    }
}
