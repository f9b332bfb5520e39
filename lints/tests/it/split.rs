//! Every fixture in one file, split over several: the findings must be the same, at the same pointers.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use apiward_model::Format;
use serde_json::Value;

use crate::fixtures::{essence, fixtures, run};
use crate::harness::Found;
use crate::notation::{ROOT, Texts, as_json, format_of, split};

/// The fixture with every path 500 times, where it is an OpenAPI description with definitions.
fn multiply(texts: &Texts) -> Option<Texts> {
    let format = format_of(texts).filter(|format| !format.is_async())?;
    let mut root: Value = serde_json::from_str(&as_json(texts)?[0].1).unwrap();
    let definitions = if format == Format::OpenApi2 { root.get("definitions") } else { root.get("components") };
    definitions?;
    let paths = root.get_mut("paths")?.as_object_mut()?;
    let copies = CALLERS.div_ceil(paths.len().max(1));
    let originals: Vec<(String, Value)> = paths.iter().map(|(path, item)| (path.clone(), item.clone())).collect();
    for copy in 1..copies {
        paths.extend(originals.iter().map(|(path, item)| (format!("{path}/copy{copy}"), item.clone())));
    }
    Some(vec![(PathBuf::from(ROOT), Arc::from(root.to_string()))])
}

/// One finding for several places is shown at the first, and the files of parts come last.
const SHOWN_ELSEWHERE: [&str; 3] = [
    "auth/undefined-scheme: openapi30.yaml",
    "rbac/undefined-scope: root-below.yaml",
    "threat/remote-ref: openapi30.yaml",
];

/// A reference that leads nowhere is called by its text, which a split changes.
const RENAMED: &str = "auth/undefined-scheme: asyncapi3.yaml";

#[test]
fn files_split_give_the_findings_of_one() {
    let mut differing = Vec::new();
    let mut compared = 0;
    for (id, fixture) in fixtures().into_iter().filter(|(_, fixture)| fixture.name != RENAMED) {
        let Some(texts) = split(&fixture.texts) else { continue };
        let [mut whole, mut parts] = texts.map(|texts| run(&id, &fixture, &texts));
        compared += 1;
        if SHOWN_ELSEWHERE.contains(&fixture.name.as_str()) {
            assert_ne!(essence(&whole), essence(&parts), "{} is no exception", fixture.name);
            whole.iter_mut().chain(&mut parts).for_each(|found| found.pointer.clear());
        }
        let (whole, parts) = (essence(&whole), essence(&parts));
        if whole != parts {
            differing.push(format!("{}\n  one file: {whole:#?}\n  split: {parts:#?}", fixture.name));
        }
    }
    assert!(differing.is_empty(), "{} of {compared} differ\n{}", differing.len(), differing.join("\n"));
    assert!(compared > 900, "only {compared} fixtures could be split");
}

/// Every lint has a fixture with a finding that can be split.
#[test]
fn every_lint_is_tried_on_split_files() {
    let tried: BTreeSet<String> = fixtures()
        .into_iter()
        .filter(|(_, fixture)| !fixture.expected.is_empty() && split(&fixture.texts).is_some())
        .map(|(id, _)| id)
        .collect();
    let missing: Vec<&str> = apiward_lints::catalogue().map(|lint| lint.id).filter(|id| !tried.contains(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

const CALLERS: usize = 500;

/// A shared definition is reported once, however many operations reach it; or not by itself any more, where a finding on
/// the whole document takes its place.
#[test]
fn a_definition_that_many_operations_reach_is_reported_once() {
    let (mut growing, mut tried) = (Vec::new(), BTreeSet::new());
    for (id, fixture) in fixtures() {
        if fixture.expected.is_empty() || tried.contains(&id) {
            continue;
        }
        let at_definitions = |texts: &Texts| {
            let own =
                |found: &Found| ["/components/", "/definitions/"].iter().any(|part| found.pointer.starts_with(part));
            run(&id, &fixture, texts).into_iter().filter(own).count()
        };
        let before = at_definitions(&fixture.texts);
        let Some(multiplied) = multiply(&fixture.texts).filter(|_| before > 0) else { continue };
        let after = at_definitions(&multiplied);
        if after > before {
            growing.push(format!("{}: {before} grew to {after}", fixture.name));
        }
        tried.insert(id);
    }
    assert!(growing.is_empty(), "{}", growing.join("\n"));
    assert!(tried.len() > 40, "only {tried:?} have findings in definitions");
}
