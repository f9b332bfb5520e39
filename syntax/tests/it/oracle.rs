//! Every JSON and YAML file of the project's test data, and of the corpus of real descriptions where it is there,
//! against `serde_json` and `yaml_serde`: whatever they accept must be read, and as the same value.
//!
//! What the oracles refuse (duplicate keys, surrogate escapes in YAML) has tests of its own.

use std::io::Write;
use std::path::{Path, PathBuf};

use apiward_syntax::{Limits, from_node, parse};
use serde_json::Value;

use crate::{invariants, lines_of, yaml_oracle};

pub(crate) fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| ["json", "yaml", "yml"].iter().any(|known| extension == *known))
        {
            found.push(path);
        }
    }
}

/// The documents of a text by an independent reader, if it accepts the text.
fn expected(text: &str, path: &Path) -> Option<Vec<Value>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if path.extension().is_some_and(|extension| extension == "json") {
        return Some(vec![serde_json::from_str(text).ok()?]);
    }
    yaml_oracle::documents(text)
}

/// Compares all files of a folder; how many were compared.
fn compare(folder: &Path) -> (usize, usize) {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let mut compared = 0;
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let parsed = parse(text.as_str().into(), Some(path), &Limits::default());
        if text.len() < 100_000 {
            invariants::check(&parsed);
        }
        let Some(expected) = expected(&text, path) else { continue };
        assert_eq!(parsed.error, None, "{} is accepted by the oracle", path.display());
        compared += 1;
        let printed: Vec<Value> =
            lines_of(&parsed.tree).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let typed: Vec<Value> = parsed.tree.documents().map(|document| from_node(document).unwrap()).collect();
        if expected == [Value::Null] && parsed.tree.is_empty() {
            // To the oracle a stream without a document is a null.
            continue;
        }
        // Not `assert_eq`: the values can be large.
        assert!(printed == expected, "printed value of {}", path.display());
        assert!(typed == expected, "typed value of {}", path.display());
    }
    (files.len(), compared)
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn test_data_has_the_oracles_values() {
    let (files, compared) = compare(&workspace().join("testdata"));
    assert!(compared >= 20, "{compared} of {files} files compared");
}

#[test]
fn corpus_has_the_oracles_values() {
    let corpus = workspace().join("../shared/corpus");
    if !corpus.is_dir() {
        writeln!(std::io::stderr(), "skipped: no corpus at ../shared/corpus beside the repository").unwrap();
        return;
    }
    let (files, compared) = compare(&corpus);
    writeln!(std::io::stderr(), "{compared} of {files} files of the corpus compared").unwrap();
    assert!(compared * 10 >= files * 9, "{compared} of {files} files compared");
}
