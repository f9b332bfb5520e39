//! What fixtures do not show of the findings about secrets: hidden bytes, related places, operations.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::level::Profile;
use apiward_model::secret::secret_match;
use apiward_model::{Api, FileId, Files, Loader};
use apiward_syntax::Limits;

use crate::harness::{files_below, findings, testdata};
use crate::notation::Texts;

fn texts(fixture: &str) -> Texts {
    let path = testdata().join("lints/secrets").join(fixture);
    vec![(PathBuf::from("api.yaml"), Arc::from(std::fs::read_to_string(path).unwrap()))]
}

/// What the findings of a run hide, in the order of findings, and the text with stars instead.
fn hidden(texts: &Texts) -> (Vec<String>, String) {
    let loader = Loader::memory(texts.iter().cloned(), Limits::default());
    let files = Files::load(loader.load(&texts[0].0).unwrap(), &loader);
    let outcome = run(&Api::read(&files, 0).unwrap(), &Settings::new(Profile::Strict));
    let mut shown = texts[0].1.to_string();
    let mut hidden = Vec::new();
    // Two lints may hide one value.
    let spans: BTreeSet<_> =
        outcome.findings.iter().flat_map(|finding| finding.apart.secrets.iter().copied()).collect();
    for (place, span) in spans {
        assert_eq!(place.file, FileId::ROOT);
        let range = span.start as usize..span.end as usize;
        hidden.push(texts[0].1[range.clone()].to_owned());
        shown.replace_range(range.clone(), &"*".repeat(range.len()));
    }
    (hidden, shown)
}

#[test]
fn an_aws_pair_is_hidden_and_named_as_a_whole() {
    let texts = texts("known-credential/aws.yaml");
    let (hidden, shown) = hidden(&texts);
    assert!(!shown.contains("u7Rk0bQz") && !shown.contains("Q7ZJ5MWX"), "{shown}");
    assert_eq!(hidden.iter().filter(|text| text.len() == 40).count(), 3);
    let found = findings(&texts, &Settings::new(Profile::Strict));
    let related: Vec<_> = found.iter().filter(|found| !found.related.is_empty()).map(|f| &f.related[0].1).collect();
    assert_eq!(related, [&16, &25], "the line of each secret key");
}

/// Whatever is reported is hidden, and stands in no text of a finding.
#[test]
fn no_reported_credential_is_left() {
    for path in files_below(&testdata().join("lints/secrets/known-credential")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.parent().unwrap().ends_with("several-files") || name == "options.yaml" {
            continue;
        }
        let texts = texts(&format!("known-credential/{name}"));
        let (_, shown) = hidden(&texts);
        let loader = Loader::memory(texts.iter().cloned(), Limits::default());
        let file = loader.load(&texts[0].0).unwrap();
        let messages: Vec<String> = findings(&texts, &Settings::new(Profile::Strict))
            .into_iter()
            .flat_map(|found| [found.message, found.help])
            .collect();
        for node in file.tree.nodes().filter(|node| node.key() != Some("$ref")) {
            let value = node.as_str().unwrap_or_default();
            for secret in secret_match(value) {
                let secret = &value[secret.hidden];
                let lines = secret.lines().filter(|line| line.len() > 8);
                for line in lines {
                    assert!(!shown.contains(line), "{name}: {line} in\n{shown}");
                    assert!(messages.iter().all(|text| !text.contains(line)), "{name}: {line}");
                }
            }
        }
    }
}

#[test]
fn presets_are_hidden() {
    let (mut hidden, _) = hidden(&texts("credential-default/asyncapi2.yaml"));
    hidden.sort_unstable();
    assert_eq!(hidden, ["k-1", "only", "winter", "winter"]);
}

#[test]
fn operations_are_those_that_reach_the_string() {
    let found = findings(&texts("known-credential/openapi2.yaml"), &Settings::new(Profile::Strict));
    let found = found.iter().find(|found| found.lint == "secrets/known-credential").unwrap();
    assert_eq!(found.operations, ["GET /parcels"]);
}

/// An excerpt shows the lines around a finding.
#[test]
fn a_default_credential_is_hidden_wherever_its_schema_writes_it() {
    let schema = |pwd: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: Parcels, version: '1'}}\npaths: {{}}\nx-secret: &word parcel-7\ncomponents:\n  schemas:\n    \
             Login: {{properties: {{password: {{{pwd}}}}}}}\n"
        )
    };
    for pwd in ["default: parcel-7, enum: [parcel-7, other], example: parcel-7, examples: [parcel-7]", "default: *word"]
    {
        let texts: Texts = vec![(PathBuf::from("api.yaml"), Arc::from(schema(pwd)))];
        let (hidden, shown) = hidden(&texts);
        assert!(!hidden.is_empty() && hidden.iter().all(|text| text == "parcel-7"), "{hidden:?}");
        assert!(!shown.replace("&word parcel-7", "").contains("parcel-7"), "{shown}");
    }
}
