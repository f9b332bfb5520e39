//! Nothing comes from nothing: a description against itself, and against itself in another notation.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward::diff::changes;
use apiward_model::{Api, Files, Loader};
use apiward_syntax::Limits;
use rayon::prelude::*;
use serde_json::Value;

use self::notation::{ROOT, Texts, as_json, split};
use crate::corpus::corpus;
use crate::testdata;

#[path = "../../../lints/tests/it/notation.rs"]
mod notation;

/// The messages of the changes between two descriptions; nothing where one of them is none.
fn told(old: &Texts, new: &Texts) -> Option<Vec<String>> {
    let limits = Limits::default;
    let loaders = [old, new].map(|texts| (Loader::memory(texts.iter().cloned(), limits()), &texts[0].0));
    let files = loaders.each_ref().map(|(loader, root)| Some(Files::load(loader.load(root).ok()?, loader)));
    let [old, new] = files.each_ref().map(|files| Api::read(files.as_ref()?, 0));
    let changes = changes(old.as_ref()?, new.as_ref()?);
    Some(changes.into_iter().map(|change| format!("{} {}", change.id, change.message)).collect())
}

/// All mappings with their keys in reverse order.
fn reversed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        other => other,
    }
}

fn reordered(texts: &Texts) -> Option<Texts> {
    let json = as_json(texts)?;
    let value = reversed(serde_json::from_str(&json[0].1).ok()?);
    Some(vec![(PathBuf::from(ROOT), Arc::from(value.to_string()))])
}

/// What a description differs from itself in, by notation, and the number of notations that were tried.
fn differences(path: &Path, texts: &Texts) -> (Vec<String>, usize) {
    let parts = split(texts).map(|[_, parts]| parts);
    let notations =
        [("itself", Some(texts.clone())), ("JSON", as_json(texts)), ("reordered", reordered(texts)), ("split", parts)];
    let mut differences = Vec::new();
    let mut tried = 0;
    for (at, (name, other)) in notations.into_iter().enumerate() {
        let Some(other) = other else { continue };
        let (old, new) = if at % 2 == 0 { (texts, &other) } else { (&other, texts) };
        let Some(told) = told(old, new) else { continue };
        tried += 1;
        if !told.is_empty() {
            differences.push(format!("{} against {name}: {told:#?}", path.display()));
        }
    }
    (differences, tried)
}

/// Descriptions in one file below a folder.
fn descriptions(folder: &Path) -> Vec<(PathBuf, Texts)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_description = path.extension().is_some_and(|end| end == "yaml" || end == "json");
            if let Some(text) = std::fs::read_to_string(&path).ok().filter(|_| is_description) {
                let name = PathBuf::from(path.file_name().unwrap());
                found.push((path, vec![(name, Arc::from(text))]));
            }
        }
    }
    found
}

#[track_caller]
fn all_are_the_same(descriptions: &[(PathBuf, Texts)], least: usize) {
    let (differences, tried) = descriptions.par_iter().map(|(path, texts)| differences(path, texts)).reduce(
        || (Vec::new(), 0),
        |(mut all, tried), (one, further)| {
            all.extend(one);
            (all, tried + further)
        },
    );
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
    assert!(tried > least, "only {tried} were compared");
}

#[test]
fn fixtures_are_the_same_in_every_notation() {
    let folders = ["diff", "lints", "model", "scenarios", "demo"];
    let all: Vec<_> = folders.iter().flat_map(|folder| descriptions(&testdata(folder))).collect();
    all_are_the_same(&all, 3000);
}

#[test]
fn real_descriptions_are_the_same_in_every_notation() {
    let Some(folder) = corpus() else { return };
    // A megabyte takes a build without optimisation long.
    let mut all = descriptions(&folder);
    all.retain(|(_, texts)| texts[0].1.len() < 500_000);
    all_are_the_same(&all, 40);
}
