//! `lexicons` of the configuration: what lints make of changed word lists.

use std::fs;
use std::path::Path;

use super::{folder_of, run};

const API: &str = "\
openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers: [{url: https://api.parcels.io}]
security: [{bearer: []}]
paths:
  /parcels:
    get:
      parameters:
      - {name: depot_pin, in: query, schema: {type: string}}
      - {name: client_secret, in: query, schema: {type: string}}
      responses: {'200': {description: All}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
";

/// Lines of the parameters that are taken for credentials.
fn credentials(folder: &Path, path: &str) -> Vec<u64> {
    let lint = "auth/credentials-in-url";
    let run = run(folder, &["check", path, "--select", lint, "--format", "json", "--fail-on", "never"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.findings().into_iter().map(|(_, line)| line).collect()
}

fn with(config: &str) -> Vec<u64> {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
    credentials(folder.path(), ".")
}

#[test]
fn entries_are_added_and_removed() {
    assert_eq!(with(""), [10]);
    assert_eq!(with("lexicons: {credential_parameter_names: {add: [depot_pin]}}\n"), [9, 10]);
    assert_eq!(with("lexicons: {credential_parameter_names: {add: [DepotPin], remove: [client_secret]}}\n"), [9]);
}

#[test]
fn changes_hold_below_their_configuration_alone() {
    let other = "lexicons: {credential_parameter_names: {add: [depot_pin]}}\n";
    let folder = folder_of(&[
        ("a/api.yaml", API),
        ("b/api.yaml", API),
        ("b/apiward.yaml", other),
        (
            "c/apiward.yaml",
            "extends: [../b/apiward.yaml]\nlexicons: {credential_parameter_names: {remove: [depot_pin, client_secret]}}\n",
        ),
        ("c/api.yaml", API),
    ]);
    assert_eq!(credentials(folder.path(), "a"), [10]);
    assert_eq!(credentials(folder.path(), "b"), [9, 10]);
    assert_eq!(credentials(folder.path(), "c"), [0; 0]);
    assert_eq!(credentials(folder.path(), "."), [10, 9, 10]);
}

/// Large descriptions are checked by several threads at once.
#[test]
fn all_threads_know_the_changes() {
    let mut api = API.to_owned();
    for at in 0..6_000 {
        api.insert_str(
            api.find("components:").unwrap(),
            &format!("  /a{at}: {{get: {{parameters: [{{name: b, in: query, schema: {{type: string}}}}], responses: {{}}}}}}\n"),
        );
    }
    let config = "lexicons: {credential_parameter_names: {add: [depot_pin], remove: [client_secret]}}\n";
    let folder = folder_of(&[("api.yaml", &api), ("apiward.yaml", config)]);
    let run = run(folder.path(), &["check", ".", "--format", "json", "--fail-on", "never"]);
    let found = run.findings();
    let lines: Vec<u64> = found.iter().filter(|(lint, _)| lint == "auth/credentials-in-url").map(|one| one.1).collect();
    assert_eq!(lines, [9]);
}

#[test]
fn faults_are_told_with_their_place() {
    let told = |config: &str| {
        let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
        let run = run(folder.path(), &["check"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{config}: {}", run.stderr);
        run.stderr
    };
    let page = "docs/lexicons.md shows all lists with their entries";
    let cases = [
        (
            "lexicons: {credential_parameter_name: {}}\n",
            "error: apiward.yaml:1:12: no word list is named `credential_parameter_name`\n  help: did you mean `credential_parameter_names`?\n".to_owned(),
        ),
        (
            "lexicons: {xyz: {}}\n",
            format!("error: apiward.yaml:1:12: no word list is named `xyz`\n  help: {page}\n"),
        ),
        (
            "lexicons:\n  credential_parameter_names:\n    remove: [password, passwrd]\n",
            "error: apiward.yaml:3:24: `passwrd` is no entry of `credential_parameter_names`\n  help: did you mean `passwd`?\n".to_owned(),
        ),
        (
            "lexicons: {credential_parameter_names: {add: [otp], remove: [otp]}}\n",
            "error: apiward.yaml:1:62: `otp` is added and removed\n".to_owned(),
        ),
        (
            "lexicons: {credential_parameter_names: {add: ['--']}}\n",
            "error: apiward.yaml:1:47: `--` cannot be an entry of `credential_parameter_names`: it has no letter or digit\n  help: write words joined by `_`: `api_key`\n".to_owned(),
        ),
        (
            "lexicons: {local_hosts: {add: ['(a']}}\n",
            "error: apiward.yaml:1:32: `(a` cannot be an entry of `local_hosts`: unclosed group\n  help: entries of this list are regular expressions\n".to_owned(),
        ),
        (
            "lexicons: {local_hosts: {ad: [a]}}\n",
            "error: apiward.yaml:1:26: unknown key `ad`\n  help: did you mean `add`?\n".to_owned(),
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(told(config), expected, "{config}");
    }
    let many: Vec<String> = (0..501).map(|at| format!("a{at}")).collect();
    let said = told(&format!("lexicons: {{local_hosts: {{add: [{}]}}}}\n", many.join(",")));
    assert!(said.starts_with("error: apiward.yaml:1:12: too much is added to `local_hosts`\n"), "{said}");
}

#[test]
fn the_example_of_the_page_can_be_read_and_is_shown() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lexicons.md")).unwrap();
    let example = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", example)]);
    let shown = run(folder.path(), &["check", "--show-settings"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let line = "  word list credential_parameter_names (apiward.yaml:4): +depot_pin -otp\n";
    assert!(shown.stdout.contains(line), "{}", shown.stdout);
}
