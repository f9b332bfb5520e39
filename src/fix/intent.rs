//! What an edit of text is meant to do to the values of a file, by which its result is judged.

use std::path::PathBuf;

use apiward_model::File;
use apiward_syntax::{Change, Fragment, Tree, from_node};
use serde_json::{Map, Value};

/// What an edit means.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Where the file is: absolute and free of symbolic links.
    pub(super) location: PathBuf,
    document: usize,
    pointer: String,
    action: Action,
}

#[derive(Clone, Debug)]
enum Action {
    Value(Value),
    Key(String),
    Remove,
    Insert(String, Value),
}

impl Intent {
    /// What a change to a node of the file means.
    pub(crate) fn new(file: &File, change: &Change<'_>) -> Self {
        let node = change.node();
        let action = match change {
            Change::Text(_, text) => Action::Value(Value::String(text.clone())),
            Change::Part(_, part, text) => {
                let whole = node.text();
                let (before, behind) = (whole.get(..part.start), whole.get(part.end..));
                let parts = [before.unwrap_or_default(), text, behind.unwrap_or_default()];
                Action::Value(Value::String(parts.concat()))
            }
            Change::Key(_, key) => Action::Key(key.clone()),
            Change::Value(_, fragment) => Action::Value(value(fragment)),
            Change::Remove(_) => Action::Remove,
            Change::Insert(_, key, fragment) => Action::Insert(key.clone(), value(fragment)),
        };
        let document = file.tree.document_of(node.id());
        Self { location: file.location.clone(), document, pointer: node.pointer(), action }
    }
}

fn value(fragment: &Fragment) -> Value {
    match fragment {
        Fragment::Text(text) => Value::String(text.clone()),
        Fragment::Flag(flag) => Value::Bool(*flag),
        Fragment::Number(number) => Value::from(*number),
        Fragment::List(items) => Value::Array(items.iter().map(value).collect()),
        Fragment::Map(members) => {
            Value::Object(members.iter().map(|(key, member)| (key.clone(), value(member))).collect())
        }
    }
}

/// The values of the documents of a file; none when aliases blow them up. A number beyond the range of floats, which a
/// `Value` cannot hold, becomes null: no fix changes one.
pub(super) fn documents(tree: &Tree) -> Option<Vec<Value>> {
    tree.documents().map(|document| from_node(document).ok()).collect()
}

/// A key that no description has: what it marks is renamed, or goes, once all pointers were followed.
const MARK: &str = "\0apiward";

/// Does to the values what the edits are meant to do to the text; all pointers are those before it.
pub(super) fn apply<'i>(documents: &mut [Value], intents: impl IntoIterator<Item = &'i Intent>) -> Option<()> {
    for intent in intents {
        let place = documents.get_mut(intent.document)?.pointer_mut(&intent.pointer)?;
        match &intent.action {
            Action::Value(value) => *place = value.clone(),
            Action::Insert(key, value) => {
                let members = place.as_object_mut()?;
                if members.insert(key.clone(), value.clone()).is_some() {
                    return None;
                }
            }
            Action::Remove => *place = marked("", Value::Null),
            Action::Key(key) => *place = marked(key, place.take()),
        }
    }
    documents.iter_mut().for_each(settle);
    Some(())
}

fn marked(key: &str, value: Value) -> Value {
    let mark = [(MARK.to_owned(), Value::from(key)), ("value".to_owned(), value)];
    Value::Object(mark.into_iter().collect())
}

fn settle(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| item.get(MARK).is_none());
            items.iter_mut().for_each(settle);
        }
        Value::Object(members) => {
            let mut settled = Map::new();
            for (key, mut member) in std::mem::take(members) {
                let mark = member.get(MARK).and_then(Value::as_str).map(str::to_owned);
                match mark.as_deref() {
                    None => drop(settled.insert(key, member)),
                    Some("") => {}
                    Some(renamed) => drop(settled.insert(renamed.to_owned(), member["value"].take())),
                }
            }
            settled.values_mut().for_each(settle);
            *members = settled;
        }
        _ => {}
    }
}
