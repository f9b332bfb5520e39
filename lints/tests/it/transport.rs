//! What fixtures cannot say of the transport lints: which operations a finding lists, and where else it points.

use std::path::PathBuf;
use std::sync::Arc;

use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, Files, Loader};
use apiward_syntax::Limits;

use crate::harness::{Found, findings, lint, settings, testdata};

fn transport(text: &str) -> Vec<Found> {
    let texts = vec![(PathBuf::from("api.yaml"), Arc::from(text))];
    let found = findings(&texts, &Settings::new(Profile::Strict));
    found.into_iter().filter(|found| found.lint.starts_with("transport/")).collect()
}

fn lines(found: &Found) -> Vec<u32> {
    found.related.iter().map(|(_, line)| *line).collect()
}

#[test]
fn an_openapi_server_lists_the_operations_that_send_credentials_over_it() {
    let found = transport(
        "openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers: [{url: 'http://api.parcels.io'}]
security: [{}, {key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
paths:
  /parcels:
    get: {responses: {}}
    post: {security: [{basic: []}], responses: {}}
    put: {security: [], responses: {}}
    patch: {servers: [{url: 'https://api.parcels.io'}], responses: {}}
  /labels:
    get: {responses: {}}
",
    );
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.lint, "transport/cleartext-credentials");
    assert_eq!(found.operations, ["GET /parcels", "POST /parcels", "GET /labels"]);
    assert_eq!(lines(found), [7, 8]);
}

#[test]
fn a_plaintext_server_lists_its_operations_and_names_the_root_that_it_replaces() {
    let found = transport(
        "openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers:
  - url: https://api.parcels.io
paths:
  /parcels:
    servers: [{url: 'http://api.parcels.io'}]
    get: {responses: {}}
    put: {responses: {}}
  /labels:
    get: {responses: {}}
",
    );
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.lint, "transport/http-server");
    assert_eq!(found.operations, ["GET /parcels", "PUT /parcels"]);
    assert_eq!(lines(found), [4]);
}

#[test]
fn an_asyncapi_server_lists_the_operations_of_the_channels_that_are_bound_to_it() {
    let found = transport(
        "asyncapi: 2.6.0
info: {title: Parcels, version: '1'}
servers:
  open: {url: open.parcels.io, protocol: mqtt}
  own: {url: own.parcels.io, protocol: mqtt, security: [{login: []}]}
channels:
  everywhere: {publish: {}}
  asked: {servers: [open], subscribe: {security: [{login: []}]}}
  elsewhere: {servers: [open], subscribe: {}}
components:
  securitySchemes:
    login: {type: userPassword}
",
    );
    let told: Vec<_> = found.iter().map(|found| (found.pointer.as_str(), found.operations.join(", "))).collect();
    let expected = [
        ("/servers/open/protocol", "subscribe asked".to_owned()),
        ("/servers/own/protocol", "publish everywhere".to_owned()),
    ];
    assert_eq!(told, expected);
    assert_eq!(lines(&found[0]), [12]);
}

/// Operations have security from AsyncAPI 2.4 on.
#[test]
fn security_of_operations_before_asyncapi_2_4_means_nothing() {
    let text = "asyncapi: 2.3.0
info: {title: Parcels, version: '1'}
servers: {open: {url: open.parcels.io, protocol: mqtt}}
channels: {asked: {subscribe: {security: [{login: []}]}}}
components: {securitySchemes: {login: {type: userPassword}}}
";
    let lints = |text: &str| transport(text).into_iter().map(|found| found.lint).collect::<Vec<_>>();
    assert_eq!(lints(text), ["transport/async-insecure-protocol"]);
    assert_eq!(lints(&text.replace("2.3.0", "2.4.0")), ["transport/cleartext-credentials"]);
}

#[test]
fn servers_of_one_list_share_their_operations() {
    use std::fmt::Write;
    let mut text = "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nsecurity: [{key: []}]\nservers:\n".to_owned();
    (0..2_000).for_each(|at| writeln!(text, "- url: http://s{at}.parcels.io").unwrap());
    text += "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\npaths:\n";
    // Half of them have requirements of their own.
    (0..2_000).for_each(|at| writeln!(text, "  /p{at}: {{get: {{}}, put: {{security: [{{key: []}}]}}}}").unwrap());
    let loader = Loader::memory([(PathBuf::from("api.yaml"), Arc::from(text))], Limits::default());
    let files = Files::load(loader.load("api.yaml".as_ref()).unwrap(), &loader);
    let outcome = run(&Api::read(&files, 0).unwrap(), &Settings::new(Profile::Minimal));
    let found: Vec<_> =
        outcome.findings.iter().filter(|found| found.lint.id == "transport/cleartext-credentials").collect();
    assert_eq!(found.len(), 2_000);
    assert!(found.iter().all(|found| found.operations.len() == 4_000 && found.operations.lists() == 1));
}

#[test]
fn a_server_that_aliases_bring_into_several_lists_is_reported_once() {
    let found = transport(
        "openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers:
  - &main {url: 'http://api.parcels.io'}
  - *main
security: [{key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
paths:
  /parcels:
    get: {responses: {}}
  /labels:
    servers: [*main]
    get: {security: [{basic: []}], responses: {}}
",
    );
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.operations, ["GET /parcels", "GET /labels"]);
    assert!(found.message.contains("`key` and 1 more"), "{}", found.message);
    assert_eq!(lines(found), [9, 10]);
}

#[test]
fn the_title_of_a_server_never_holds_two_schemes() {
    let found = transport(
        "swagger: '2.0'
info: {title: Parcels, version: '1'}
host: http://api.parcels.io
schemes: [http]
paths: {/parcels: {get: {responses: {}}}}
",
    );
    assert_eq!(found[0].message, "the API is reachable over plaintext HTTP");
}

#[test]
fn hosts_that_may_speak_http_in_the_clear_may_speak_to_brokers_so_too() {
    let text = "asyncapi: 2.6.0
info: {title: Parcels, version: '1'}
servers:
  allowed: {url: broker.parcels.io, protocol: mqtt}
  twinless: {url: broker.parcels.io, protocol: nats}
  several: {url: 'broker.parcels.io,other.parcels.io', protocol: kafka}
channels: {moved: {subscribe: {}}}
";
    let texts = vec![(PathBuf::from("api.yaml"), Arc::from(text))];
    let options = Some("{allow_hosts: [broker.parcels.io]}");
    let settings = settings(Profile::Strict, lint("transport/http-server"), options);
    let found = findings(&texts, &settings).into_iter().filter(|found| found.lint.starts_with("transport/"));
    let pointers: Vec<String> = found.map(|found| found.pointer).collect();
    assert_eq!(pointers, ["/servers/several/protocol"]);
}

#[test]
fn operations_are_listed_unless_all_leave_their_transport_open() {
    let fixture = |name: &str| {
        let path = testdata().join("lints/transport/transport-undeclared").join(name);
        transport(&std::fs::read_to_string(path).unwrap())
            .into_iter()
            .find(|found| found.lint == "transport/transport-undeclared")
            .unwrap()
    };
    assert_eq!(fixture("openapi32.yaml").operations, ["PUT /parcels", "GET /labels"]);
    assert!(fixture("openapi31.yaml").operations.is_empty());
}
