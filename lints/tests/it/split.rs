//! Every fixture in one file, split over several: the findings must be the same, at the same pointers.
//!
//! What stands in maps that allow a `$ref` moves to another file, which is laid out like the root: a finding keeps its
//! pointer wherever it now stands.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use apiward_model::Format;
use serde_json::{Map, Value, json};

use crate::fixtures::{as_json, essence, fixtures, run};
use crate::harness::{Found, Texts};
use crate::project::format_of;

const ROOT: &str = "root.json";
const PART: &str = "parts/part.json";

/// A map, by the keys that lead to it.
type MapPath = &'static [&'static str];

const OPENAPI_3: [MapPath; 9] = [
    &["paths"],
    &["components", "schemas"],
    &["components", "responses"],
    &["components", "parameters"],
    &["components", "examples"],
    &["components", "requestBodies"],
    &["components", "headers"],
    &["components", "securitySchemes"],
    &["components", "callbacks"],
];
const SINCE_OPENAPI_31: [MapPath; 2] = [&["webhooks"], &["components", "pathItems"]];
const ASYNCAPI: [MapPath; 4] =
    [&["channels"], &["components", "schemas"], &["components", "messages"], &["components", "securitySchemes"]];
const SINCE_ASYNCAPI_3: [MapPath; 1] = [&["operations"]];

/// The maps whose members may be references, by format. Specification sections: Path Item Object, Components Object,
/// Reference Object, Channels Object, Operations Object.
fn maps(format: Format) -> Vec<MapPath> {
    match format {
        Format::OpenApi2 => vec![&["paths"], &["definitions"]],
        Format::OpenApi30 => OPENAPI_3.to_vec(),
        Format::OpenApi31 | Format::OpenApi32 => [&OPENAPI_3[..], &SINCE_OPENAPI_31].concat(),
        Format::AsyncApi2 => ASYNCAPI.to_vec(),
        Format::AsyncApi3 => [&ASYNCAPI[..], &SINCE_ASYNCAPI_3].concat(),
    }
}

/// The fixture in one file and split in two, where it has something to move. Members stand in the same order in both.
fn split(texts: &Texts) -> Option<[Texts; 2]> {
    let format = format_of(texts)?;
    let mut root: Value = serde_json::from_str(&as_json(texts)?[0].1).unwrap();
    let whole = vec![(PathBuf::from(ROOT), Arc::from(root.to_string()))];
    let mut part = json!({});
    let mut moved = false;
    for path in maps(format) {
        moved |= move_members(&mut root, &mut part, path);
    }
    let texts = [(ROOT, root), (PART, part)].map(|(name, value)| (PathBuf::from(name), Arc::from(value.to_string())));
    moved.then(|| [whole, texts.into()])
}

fn move_members(root: &mut Value, part: &mut Value, path: &[&str]) -> bool {
    let Some(members) = path.iter().try_fold(root, |value, key| value.get_mut(*key)) else { return false };
    let Some(members) = members.as_object_mut() else { return false };
    let target = path.iter().fold(part, |value, key| {
        value.as_object_mut().unwrap().entry((*key).to_owned()).or_insert_with(|| Value::Object(Map::new()))
    });
    let mut moved = false;
    for (name, member) in members {
        if !member.is_object() || member.get("$ref").is_some() || name.starts_with("x-") {
            continue;
        }
        let steps: Vec<String> = path.iter().copied().chain([name.as_str()]).map(escaped).collect();
        let pointer = format!("/{}", steps.join("/"));
        let mut content = std::mem::replace(member, json!({ "$ref": format!("{PART}#{pointer}") }));
        point_back(&mut content);
        target[name] = content;
        moved = true;
    }
    moved
}

/// As a fragment of a URI: RFC 6901 sections 3 and 6.
fn escaped(step: &str) -> String {
    step.replace('~', "~0")
        .replace('/', "~1")
        .replace('%', "%25")
        .replace('{', "%7B")
        .replace('}', "%7D")
        .replace(' ', "%20")
}

/// References of what was moved lead to the root.
fn point_back(value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| match member {
            Value::String(text) if name == "$ref" && text.starts_with('#') => *text = format!("../{ROOT}{text}"),
            other => point_back(other),
        }),
        Value::Array(items) => items.iter_mut().for_each(point_back),
        _ => {}
    }
}

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
