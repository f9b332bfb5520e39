//! The reader of YAML and JSON against independent readers, against generated documents, and by hand-made tables.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ahead;
mod deserialize;
mod errors;
mod generate;
mod hostile;
mod invariants;
mod lines;
mod mutations;
mod oracle;
mod paths;
mod pointers;
mod properties;
mod regressions;
mod snippets;
mod spans;
mod values;
mod yaml_oracle;

use std::path::Path;

use apiward_syntax::{Limits, Node, Parsed, Tree, parse, to_json_line};

/// Reads a text as a file of that name would be read.
fn read(text: &str, name: &str) -> Parsed {
    parse(text.into(), Some(Path::new(name)), &Limits::default())
}

/// The tree of a text that must be read without an error.
#[track_caller]
fn tree(text: &str, name: &str) -> Tree {
    let parsed = read(text, name);
    assert_eq!(parsed.error, None, "{text:?}");
    parsed.tree
}

#[track_caller]
fn yaml(text: &str) -> Tree {
    tree(text, "a.yaml")
}

#[track_caller]
fn json(text: &str) -> Tree {
    tree(text, "a.json")
}

/// The root of a stream's only document.
#[track_caller]
fn root(tree: &Tree) -> Node<'_> {
    assert_eq!(tree.documents().len(), 1);
    tree.documents().next().unwrap()
}

/// The documents as `debug tree` prints them.
#[track_caller]
fn lines_of(tree: &Tree) -> Vec<String> {
    tree.documents().map(|document| to_json_line(document, &Limits::default()).unwrap()).collect()
}

/// The value of a YAML text that holds one document.
#[track_caller]
fn yaml_value(text: &str) -> String {
    let tree = yaml(text);
    to_json_line(root(&tree), &Limits::default()).unwrap()
}
