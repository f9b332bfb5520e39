//! What operations share must not be read for each of them: a root's lists of thousands of alternatives and servers under
//! thousands of operations would cost as much as the product.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, Files, Loader};
use apiward_syntax::Limits;

/// What each lint takes, the facts that they share and the model included.
fn times(text: &str) -> BTreeMap<&'static str, Duration> {
    let name = PathBuf::from("a.yaml");
    let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
    let root = loader.load(&name).unwrap();
    assert!(root.error.is_none(), "{:?}", root.error);
    let files = Files::load(root, &loader);
    let start = std::time::Instant::now();
    let api = Api::read(&files, 0).unwrap();
    let model = start.elapsed();
    assert!(api.exceeded.is_none());
    let times = run(&api, &Settings { timed: true, ..Settings::new(Profile::Strict) }).times;
    let lints = times.lints.iter().map(|(lint, time)| (lint.id, *time));
    lints.chain([("facts", times.shared), ("model", model)]).collect()
}

/// Five times the input must not cost much more than five times the time; a square would cost 25 times. The machine may
/// be busy: for each lint one good measurement of three is enough.
fn is_linear(document: fn(usize) -> String) {
    const SMALL: usize = 400;
    // What a busy machine takes now and then; a square takes more, as a step of a debug build takes long.
    const SLACK: Duration = Duration::from_millis(150);
    let (small, large) = (document(SMALL), document(5 * SMALL));
    let mut slow = BTreeMap::new();
    for round in 0..3 {
        let (short, long) = (times(&small), times(&large));
        let too_long = long.into_iter().filter(|(id, long)| *long > short[id] * 12 + SLACK);
        let too_long: BTreeMap<_, _> = too_long.map(|(id, long)| (id, (short[id], long))).collect();
        if round == 0 {
            slow = too_long;
        } else {
            slow.retain(|id, _| too_long.contains_key(id));
        }
        if slow.is_empty() {
            return;
        }
    }
    panic!("not linear: {slow:?}");
}

const OPENAPI: &str = "openapi: 3.1.0\ninfo: {title: Parcels, version: 1.0.0}\n";

/// A list with an entry for each number below a count.
fn list(key: &str, count: usize, entry: impl Fn(usize) -> String) -> String {
    (0..count).fold(format!("{key}:\n"), |mut text, at| {
        let _ = writeln!(text, "- {}", entry(at));
        text
    })
}

/// Paths of several kinds, each operation with a text, a parameter and extensions that lints look at.
fn paths(count: usize, of_item: &str, of_operation: &str) -> String {
    let mut text = "paths:\n".to_owned();
    for at in 0..count {
        let (path, method) = match at % 6 {
            0 => (format!("/admin/parcels{at}"), "post"),
            1 => (format!("/parcels{at}/{{id}}"), "get"),
            2 => (format!("/users{at}/me/password"), "put"),
            3 => (format!("/v1/letters{at}"), "delete"),
            4 => (format!("/stations{at}/health"), "get"),
            _ => (format!("/users{at}/roles"), "patch"),
        };
        let _ = writeln!(
            text,
            "  '{path}':\n    {of_item}\n    {method}:\n      operationId: work{at}\n      {of_operation}\n      \
             description: 'Needs the scope `read`.'\n      deprecated: true\n      \
             x-amazon-apigateway-auth: {{type: NONE}}\n      parameters: [{{$ref: '#/components/parameters/Key'}}]\n      \
             requestBody: {{content: {{application/json: {{schema: {{properties: {{role: {{type: string}}}}}}}}}}}}\n      \
             responses: {{'200': {{description: done}}, '404': {{description: none}}}}"
        );
    }
    text
}

/// Schemes of which every fourth is one of four kinds.
fn schemes(count: usize, kinds: [&str; 4]) -> String {
    let mut text = "components:\n  parameters: {Key: {name: api_key, in: query, schema: {type: string}}}\n  \
                    securitySchemes:\n"
        .to_owned();
    for at in 0..count {
        let _ = writeln!(text, "    s{at}: {}", kinds[at % 4].replace('#', &at.to_string()));
    }
    text
}

const FLOW: &str = "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example.com/t', scopes: {read: r, \
                    write: w, all: a}}}}";

fn server(at: usize) -> String {
    format!("{{url: 'https://test{at}.example.com/v1'}}")
}

#[test]
fn lists_of_the_root_are_read_once() {
    is_linear(|count| {
        let asked = |at: usize| match at % 4 {
            0 => format!("{{s{at}: [read, write, all]}}"),
            _ => format!("{{s{at}: []}}"),
        };
        let kinds = [FLOW, "{type: http, scheme: bearer}", "{type: apiKey, in: header, name: X-Key-#}", FLOW];
        let lists = list("security", count, asked) + &list("servers", count, server);
        OPENAPI.to_owned() + &lists + &paths(count, "summary: s", "summary: s") + &schemes(count, kinds)
    });
}

#[test]
fn lists_without_what_a_lint_looks_for_are_read_once() {
    is_linear(|count| {
        let kinds = ["{type: apiKey, in: cookie, name: 'k#'}"; 4];
        let lists = list("security", count, |at| format!("{{s{at}: []}}"))
            + &list("servers", count, |at| format!("{{url: 'http://localhost/.well-known/{at}'}}"));
        OPENAPI.to_owned() + &lists + &paths(count, "summary: s", "summary: s") + &schemes(count, kinds)
    });
}

#[test]
fn lists_that_aliases_repeat_are_read_once() {
    is_linear(|count| {
        let kinds = [FLOW, "{type: http, scheme: basic}", "{type: apiKey, in: query, name: 'k#'}", FLOW];
        let lists = list("x-security: &security", count, |at| format!("{{s{at}: []}}"))
            .replace("&security:", "&security")
            + &list("x-servers: &servers", count, server).replace("&servers:", "&servers");
        let paths = paths(count, "servers: *servers", "security: *security");
        OPENAPI.to_owned() + &lists + &paths + &schemes(count, kinds)
    });
}

#[test]
fn servers_that_channels_share_are_read_once() {
    let three = |count: usize| {
        let mut text = "asyncapi: 3.0.0\ninfo: {title: Parcels, version: 1.0.0}\nservers:\n".to_owned();
        for at in 0..count {
            let _ = writeln!(
                text,
                "  v{at}: {{host: 'test{at}.example.com', protocol: mqtt, security: [{{$ref: \
                 '#/components/securitySchemes/s{at}'}}]}}"
            );
        }
        text.push_str("channels:\n");
        for at in 0..count {
            let _ = writeln!(
                text,
                "  c{at}: {{address: 'parcels/{at}/+', messages: {{m: {{payload: {{type: string}}}}}}}}"
            );
        }
        text.push_str("operations:\n");
        for at in 0..count {
            let action = ["send", "receive"][at % 2];
            let _ = writeln!(text, "  o{at}: {{action: {action}, channel: {{$ref: '#/channels/c{at}'}}}}");
        }
        let flow = "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example.com/t', availableScopes: \
                    {read: r, write: w, all: a}}}}";
        text + &schemes(count, [flow, "{type: userPassword}", "{type: X509}", flow])
    };
    is_linear(three);
    let two = |count: usize| {
        let mut text = "asyncapi: 2.6.0\ninfo: {title: Parcels, version: 1.0.0}\nservers:\n".to_owned();
        for at in 0..count {
            let _ =
                writeln!(text, "  v{at}: {{url: 'test{at}.example.com', protocol: amqp, security: [{{s{at}: []}}]}}");
        }
        text.push_str("channels:\n");
        for at in 0..count {
            let kind = ["subscribe", "publish"][at % 2];
            let _ = writeln!(text, "  'parcels.{at}': {{{kind}: {{message: {{payload: {{type: string}}}}}}}}");
        }
        text + &schemes(count, ["{type: userPassword}", "{type: plain}", "{type: X509}", "{type: scramSha256}"])
    };
    is_linear(two);
}
