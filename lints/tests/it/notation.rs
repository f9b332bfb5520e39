//! Descriptions in another notation that mean the same: as JSON, and split over several files.
//!
//! What stands in maps that allow a `$ref` moves to another file, which is laid out like the root: everything keeps its
//! pointer wherever it now stands. The tests of the program use this module, too.

use std::path::PathBuf;
use std::sync::Arc;

use apiward_model::{Detected, Files, Format, Loader, detect};
use apiward_syntax::{Limits, parse, to_json_line};
use serde_json::{Map, Value, json};

/// The files of one description: names and texts, the root first.
pub(crate) type Texts = Vec<(PathBuf, Arc<str>)>;

/// The format of the first document.
pub(crate) fn format_of(texts: &Texts) -> Option<Format> {
    let loader = Loader::memory(texts.iter().cloned(), Limits::default());
    let files = Files::load(loader.load(&texts[0].0).unwrap(), &loader);
    match detect(files.document(0)?.raw()) {
        Detected::Api(spec) => Some(spec.format),
        _ => None,
    }
}

/// A description as JSON; nothing when it is spread over files, or has neighbours in its stream.
pub(crate) fn as_json(texts: &Texts) -> Option<Texts> {
    let [(_, text)] = texts.as_slice() else { return None };
    let parsed = parse((&**text).into(), None, &Limits::default());
    let mut documents = parsed.tree.documents();
    let line = to_json_line(documents.next()?, &Limits::default()).unwrap();
    documents.next().is_none().then(|| vec![(PathBuf::from("twin.json"), Arc::from(line))])
}

/// The root of what was split.
pub(crate) const ROOT: &str = "root.json";
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

/// A description in one file and split in two, where it has something to move. Members stand in the same order in both.
pub(crate) fn split(texts: &Texts) -> Option<[Texts; 2]> {
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
