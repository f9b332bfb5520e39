//! What fixtures do not show of the findings about schemes: operations, related places, hidden bytes.

use std::path::PathBuf;
use std::sync::Arc;

use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, Files, Loader};
use apiward_syntax::Limits;

use crate::harness::{Found, findings, testdata};

fn fixture(path: &str) -> String {
    std::fs::read_to_string(testdata().join("lints/auth").join(path)).unwrap()
}

fn found(text: &str, lint: &str) -> Vec<Found> {
    let texts = vec![(PathBuf::from("api.yaml"), Arc::from(text))];
    let found = findings(&texts, &Settings::new(Profile::Strict));
    found.into_iter().filter(|found| found.lint == lint).collect()
}

#[test]
fn a_definition_names_the_operations_of_all_its_names() {
    let found = found(&fixture("oauth-implicit-flow/component-reference.yaml"), "auth/oauth-implicit-flow");
    assert_eq!(found[0].operations, ["GET /parcels", "POST /parcels"]);
}

#[test]
fn a_finding_in_a_shared_path_item_names_the_operations_of_all_paths() {
    let text = std::fs::read_to_string(testdata().join("lints/rbac/admin-operation-unprotected/shared.yaml")).unwrap();
    let found = found(&text, "rbac/admin-operation-unprotected");
    assert!(found[0].message.contains("`GET /admin/jobs`"), "the surest sign: {}", found[0].message);
    assert_eq!(found[0].operations, ["GET /internal/jobs", "GET /admin/jobs", "GET /staff/jobs"]);
}

#[test]
fn a_handshake_names_the_operations_of_all_channels_that_share_it() {
    let found = found(&fixture("api-key-in-query/asyncapi3-handshake.yaml"), "auth/api-key-in-query");
    assert_eq!(found[0].operations, ["receive moved", "receive lost", "receive found"]);
}

#[test]
fn an_undefined_name_has_its_other_places_and_all_operations() {
    let found = found(&fixture("undefined-scheme/openapi30.yaml"), "auth/undefined-scheme");
    let found = found.iter().find(|found| found.message == "scheme `acount` is required but not defined").unwrap();
    assert_eq!(found.related, [("api.yaml".to_owned(), 12)]);
    assert_eq!(found.operations, ["GET /parcels"], "nothing inherits the root's list");
}

#[test]
fn an_async_name_is_found_in_the_product_of_server_and_operation() {
    let found = found(&fixture("undefined-scheme/asyncapi3.yaml"), "auth/undefined-scheme");
    assert!(found.iter().all(|found| found.operations == ["receive parcels/moved"]), "{found:?}");
    let twice = found.iter().find(|found| found.message.contains("`logins`")).unwrap();
    assert_eq!(twice.related, [("api.yaml".to_owned(), 19)]);
}

#[test]
fn a_scheme_has_its_further_faults_beside_the_first() {
    let found = found(&fixture("invalid-scheme-definition/openapi30-keys.yaml"), "auth/invalid-scheme-definition");
    let both = found.iter().find(|found| found.message.contains("`both`")).unwrap();
    assert_eq!(both.related, [("api.yaml".to_owned(), 31)]);
}

#[test]
fn an_inventory_names_what_is_open_unless_nearly_everything_is() {
    let open = found(&fixture("anonymous-read/openapi30.yaml"), "auth/anonymous-read");
    assert_eq!(open[0].operations, ["GET /offices", "POST /offices/search", "GET /rates"], "{open:?}");
    let with_open_reads = |count: usize| {
        let one = |at| format!("  /rates{at}: {{get: {{security: [], responses: {{}}}}}}\n");
        let reads = (0..count).map(one).collect::<Vec<_>>().concat();
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: Parcels, version: '1'}}\nsecurity: [{{key: []}}]\ncomponents: {{securitySchemes: \
             {{key: {{type: apiKey, in: header, name: X-Key}}}}}}\npaths:\n  /parcels: {{get: {{responses: {{}}}}}}\n{reads}"
        );
        found(&text, "auth/anonymous-read").remove(0)
    };
    assert_eq!(with_open_reads(4).operations.len(), 4, "just 80 %");
    let nearly_all = with_open_reads(5);
    assert!(nearly_all.operations.is_empty() && nearly_all.message.starts_with("5 of 6 operations"), "{nearly_all:?}");
}

#[test]
fn a_scheme_that_does_not_fit_points_at_the_servers_and_names_the_operations() {
    let lint = "auth/async-scheme-protocol-mismatch";
    let of_operation = found(&fixture("async-scheme-protocol-mismatch/asyncapi3.yaml"), lint);
    let lines: Vec<u32> = of_operation[0].related.iter().map(|(_, line)| *line).collect();
    assert_eq!(
        (of_operation[0].operations.as_slice(), lines),
        (["receive moved".to_owned()].as_slice(), vec![5, 6, 7])
    );
    let of_server = found(&fixture("async-scheme-protocol-mismatch/asyncapi2.yaml"), lint);
    assert!(of_server[0].related.is_empty() && of_server[0].operations == ["subscribe moved"], "{of_server:?}");
}

/// Bytes of a text that the findings of a run hide.
fn hidden(text: &str) -> Vec<String> {
    let loader = Loader::memory([(PathBuf::from("api.yaml"), Arc::from(text))], Limits::default());
    let files = Files::load(loader.load("api.yaml".as_ref()).unwrap(), &loader);
    let outcome = run(&Api::read(&files, 0).unwrap(), &Settings::new(Profile::Strict));
    let spans = outcome.findings.iter().flat_map(|finding| &finding.apart.secrets);
    spans.map(|(_, span)| text[span.start as usize..span.end as usize].to_owned()).collect()
}

fn with_schemes(schemes: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: Parcels, version: '1'}}\npaths: {{}}\ncomponents: {{securitySchemes: {{{schemes}}}}}\n"
    )
}

#[test]
fn what_may_be_a_secret_is_hidden() {
    let token = with_schemes("a: {type: http, scheme: 'Bearer 0123456789abcdef0123'}");
    assert_eq!(hidden(&token), [" 0123456789abcdef0123"]);
    let url = "https://me:pass@login.parcels.test/token";
    let first = with_schemes(&format!("a: {{type: oauth2, flows: {{password: {{tokenUrl: '{url}'}}}}}}"));
    assert_eq!(hidden(&first), ["me:pass"]);
    let flow = format!("{{authorizationUrl: 'a b', tokenUrl: '{url}'}}");
    let further = with_schemes(&format!("a: {{type: oauth2, flows: {{authorizationCode: {flow}}}}}"));
    assert_eq!(hidden(&further), ["me:pass"], "a related place");
    let escaped = with_schemes("a: {type: openIdConnect, openIdConnectUrl: \"https://me:p\\x61ss@a.test\"}");
    assert_eq!(hidden(&escaped), ["\"https://me:p\\x61ss@a.test\""], "all of it where escapes move the bytes");
    assert!(hidden(&with_schemes("a: {type: http, scheme: Bearer <token>}")).is_empty());
}
