//! Findings are known again: baselines outlive it when a description is put into another order or written as JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apiward_syntax::{Limits, parse, to_json_line};
use serde_json::Value;

use super::{folder_of, run, testdata};

/// Number of findings by path without extension, lint and fingerprint.
type Known = BTreeMap<(String, String, String), usize>;

fn known(files: &[(String, String)]) -> Known {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = folder_of(&files);
    let report = run(folder.path(), &["check", "--format", "json", "--profile", "strict", "--show-suppressed"]).json();
    let mut known = Known::new();
    for finding in report["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let path = Path::new(&text("file")).with_extension("").display().to_string();
        *known.entry((path, text("lint"), text("fingerprint"))).or_default() += 1;
    }
    known
}

/// The fixtures of the lints that are one file each, by path below the folder of all.
fn fixtures() -> Vec<(String, String)> {
    let below = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let lints = below(testdata("lints")).flat_map(below);
    let files = lints.flat_map(below).filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let name = |path: &Path| path.strip_prefix(testdata("lints")).unwrap().display().to_string();
    files.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

/// The only document as JSON; none where it holds what JSON cannot, or refers to a file whose name would change.
pub(crate) fn as_json(text: &str) -> Option<Value> {
    let parsed = parse(text.into(), None, &Limits::default());
    let mut documents = parsed.tree.documents();
    let (only, none) = (documents.next()?, documents.next());
    let plain = parsed.tree.duplicate_keys().is_empty() && !text.contains(".yaml#") && !text.contains(": *");
    let line = to_json_line(only, &Limits::default()).ok()?;
    (none.is_none() && plain).then(|| serde_json::from_str(&line).unwrap())
}

/// JSON with the members of all objects in alphabetical or the opposite order.
pub(crate) fn written(value: &Value, backwards: bool) -> String {
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}", Value::from(key.as_str()), written(value, backwards))
            };
            let mut members: Vec<String> = members.iter().map(member).collect();
            if backwards {
                members.reverse();
            }
            format!("{{{}}}", members.join(",\n"))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| written(item, backwards)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => value.to_string(),
    }
}

#[test]
fn findings_are_known_again_in_another_order_and_in_json() {
    let fixtures: Vec<_> =
        fixtures().into_iter().filter_map(|(path, text)| Some((as_json(&text)?, path, text))).collect();
    assert!(fixtures.len() > 150, "{}", fixtures.len());
    let yaml =
        known(&fixtures.iter().map(|(_, path, text)| (path.clone(), format!("# moved\n\n{text}"))).collect::<Vec<_>>());
    assert!(yaml.len() > 300, "{}", yaml.len());
    for backwards in [false, true] {
        let json =
            |(value, path, _): &(Value, String, String)| (path.replace(".yaml", ".json"), written(value, backwards));
        let json = known(&fixtures.iter().map(json).collect::<Vec<_>>());
        let lost: Vec<_> = yaml.iter().filter(|(key, number)| json.get(key) != Some(number)).collect();
        let new: Vec<_> = json.iter().filter(|(key, number)| yaml.get(key) != Some(number)).collect();
        assert!(lost.is_empty() && new.is_empty(), "{lost:#?} {new:#?}");
    }
}
