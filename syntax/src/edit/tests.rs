#![expect(clippy::unwrap_used, reason = "tests")]

use super::{Change, Fragment};
use crate::tree::Node;
use crate::{Limits, parse};

/// The text after a change to the node at a pointer.
fn changed(text: &str, pointer: &str, change: impl for<'t> Fn(Node<'t>) -> Change<'t>) -> Option<String> {
    let parsed = parse(text.into(), None, &Limits::default());
    assert!(parsed.error.is_none(), "{text}");
    let node = parsed.tree.documents().next().unwrap().at_pointer(pointer).unwrap();
    let edit = change(node).compile()?;
    let mut out = text.to_owned();
    out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    Some(out)
}

fn removed(text: &str, pointer: &str) -> Option<String> {
    let remove: for<'t> fn(Node<'t>) -> Change<'t> = |node| Change::Remove(node);
    changed(text, pointer, remove)
}

fn inserted(text: &str, pointer: &str, value: &Fragment) -> Option<String> {
    changed(text, pointer, |node| Change::Insert(node, "new".to_owned(), value.clone()))
}

#[test]
fn members_leave_with_their_lines() {
    let text = "a:\n  # of b\n  b: 1 # one\n  c:\n    - x\n    - y\n\n  d: 2\ne: 3\n";
    assert_eq!(removed(text, "/a/b").unwrap(), "a:\n  # of b\n  c:\n    - x\n    - y\n\n  d: 2\ne: 3\n");
    assert_eq!(removed(text, "/a/c").unwrap(), "a:\n  # of b\n  b: 1 # one\n\n  d: 2\ne: 3\n");
    assert_eq!(removed(text, "/a/c/0").unwrap(), text.replace("    - x\n", ""));
    assert_eq!(removed(text, "/e").unwrap(), text.replace("e: 3\n", ""));
    assert_eq!(removed("a: 1\nb: |\n  x\n\n  y\nc: 2", "/b").unwrap(), "a: 1\nc: 2");
    assert_eq!(removed("a: 1\nb: 2", "/b").unwrap(), "a: 1\n");
    assert_eq!(removed("a: 1\r\nb: 2\r\n", "/a").unwrap(), "b: 2\r\n");
}

#[test]
fn members_behind_a_dash_are_replaced_by_the_next() {
    assert_eq!(removed("- a: 1\n  b: 2\n", "/0/a").unwrap(), "- b: 2\n");
    assert_eq!(removed("- a: 1\n  # of b\n  b: 2\n", "/0/a"), None);
    assert_eq!(removed("a:\n- {}\n- b: 1\n  c: 2\n", "/a/0").unwrap(), "a:\n- b: 1\n  c: 2\n");
    assert_eq!(removed("a:\n- - x\n  - y\n", "/a/0/0").unwrap(), "a:\n- - y\n");
}

#[test]
fn what_is_left_without_members_is_written_empty() {
    assert_eq!(removed("a:\n  b: 1\nc: 2\n", "/a/b").unwrap(), "a: {}\nc: 2\n");
    assert_eq!(removed("a:\n  - b\n", "/a/0").unwrap(), "a: []\n");
    assert_eq!(removed("a: # why\n  - b\n", "/a/0"), None);
    assert_eq!(removed("a: {b: 1}\n", "/a/b").unwrap(), "a: {}\n");
    assert_eq!(removed("a: 1\n", "/a"), None);
}

#[test]
fn members_in_brackets_leave_with_a_comma() {
    assert_eq!(removed(r#"{"a": 1, "b": 2}"#, "/a").unwrap(), r#"{"b": 2}"#);
    assert_eq!(removed(r#"{"a": 1, "b": 2}"#, "/b").unwrap(), r#"{"a": 1}"#);
    assert_eq!(removed("{\n  \"a\": [1, 2],\n  \"b\": 2\n}", "/a").unwrap(), "{\n  \"b\": 2\n}");
    assert_eq!(removed("{\n  \"a\": [1, 2],\n  \"b\": 2\n}", "/b").unwrap(), "{\n  \"a\": [1, 2]\n}");
    assert_eq!(removed("a: [x, y, z]\n", "/a/1").unwrap(), "a: [x, z]\n");
    assert_eq!(removed("a: [\n  x, # why\n  y\n]\n", "/a/0"), None);
}

#[test]
fn members_are_added_in_the_manner_of_their_mapping() {
    let list = Fragment::List(vec![Fragment::member("key", Fragment::List(Vec::new()))]);
    assert_eq!(
        inserted("a:\n    b: 1 # one\n    c: {}\n", "/a", &list).unwrap(),
        "a:\n    b: 1 # one\n    new:\n      - key: []\n    c: {}\n"
    );
    assert_eq!(
        inserted("a:\n  b:\n    c: 1\n", "/a", &Fragment::Flag(true)).unwrap(),
        "a:\n  new: true\n  b:\n    c: 1\n"
    );
    assert_eq!(inserted("- b:\n    c: 1\n", "/0", &Fragment::Flag(true)), None);
    assert_eq!(inserted("a: {b: 1}\n", "/a", &list).unwrap(), "a: {b: 1, new: [{key: []}]}\n");
    assert_eq!(inserted("a: {}\n", "/a", &Fragment::text("no")).unwrap(), "a: {new: 'no'}\n");
    assert_eq!(inserted("{\"a\":{\"b\":1}}", "/a", &list).unwrap(), "{\"a\":{\"b\":1,\"new\":[{\"key\":[]}]}}");
    assert_eq!(inserted("{\n  \"a\": 1\n}", "", &list).unwrap(), "{\n  \"a\": 1,\n  \"new\": [{\"key\": []}]\n}");
    assert_eq!(inserted("new: 1\n", "", &list), None);
    assert_eq!(inserted("a: 1\r\n", "", &Fragment::Number(2)).unwrap(), "a: 1\r\nnew: 2\r\n");
    assert_eq!(inserted("a: 1", "", &Fragment::Number(2)).unwrap(), "a: 1\nnew: 2");
}

#[test]
fn nested_values_are_indented() {
    let value = Fragment::Map(vec![
        ("429".to_owned(), Fragment::member("$ref", Fragment::text("#/components/responses/TooMany"))),
        ("list".to_owned(), Fragment::List(vec![Fragment::text("a"), Fragment::Map(vec![])])),
    ]);
    assert_eq!(
        inserted("a: 1\n", "", &value).unwrap(),
        "a: 1\nnew:\n  '429':\n    $ref: '#/components/responses/TooMany'\n  list:\n    - a\n    - {}\n"
    );
}

#[test]
fn texts_keep_their_quotes() {
    let with = |text: &str, new: &str| changed(text, "/a", |node| Change::Text(node, new.to_owned()));
    assert_eq!(with("a: http://b\n", "https://b").unwrap(), "a: https://b\n");
    assert_eq!(with("a: 'x'\n", "it's").unwrap(), "a: 'it''s'\n");
    assert_eq!(with("a: \"x\"\n", "say \"so\"").unwrap(), "a: \"say \\\"so\\\"\"\n");
    assert_eq!(with("a: x\n", "true").unwrap(), "a: 'true'\n");
    assert_eq!(with("a: x\n", "^(?:a, b)$").unwrap(), "a: ^(?:a, b)$\n");
    assert_eq!(with("{a: x}\n", "b, c").unwrap(), "{a: 'b, c'}\n");
    assert_eq!(with("a: |\n  x\n", "y"), None);
    assert_eq!(with("{\"a\": \"\\u0041\"}", "B").unwrap(), "{\"a\": \"B\"}");
}

#[test]
fn parts_and_keys_change_alone() {
    let part = |text: &str| changed(text, "/a", |node| Change::Part(node, 4..7, "XXXX".to_owned()));
    assert_eq!(part("a: key=abc rest\n").unwrap(), "a: key=XXXX rest\n");
    assert_eq!(part("a: |\n  key=abc\n").unwrap(), "a: |\n  key=XXXX\n");
    assert_eq!(part("{\"a\": \"\\u0041ey=abc\"}"), None);
    let key = |text: &str| changed(text, "/a", |node| Change::Key(node, "b".to_owned()));
    assert_eq!(key("a: 1 # one\n").unwrap(), "b: 1 # one\n");
    assert_eq!(key("{\"a\":1}").unwrap(), "{\"b\":1}");
}

#[test]
fn values_are_replaced_whole() {
    let list = Fragment::List(vec![Fragment::member("key", Fragment::List(Vec::new()))]);
    let with = |text: &str| changed(text, "/a", |node| Change::Value(node, list.clone()));
    assert_eq!(with("a: []\nb: 1\n").unwrap(), "a: [{key: []}]\nb: 1\n");
    assert_eq!(with("a:\n  - x: []\n  - y\nb: 1\n").unwrap(), "a: [{key: []}]\nb: 1\n");
    assert_eq!(with("a:\n  # why\n  - x\n"), None);
    assert_eq!(with("{\"a\": [1]}").unwrap(), "{\"a\": [{\"key\": []}]}");
    assert_eq!(with("a:\nb: 1\n").unwrap(), "a: [{key: []}]\nb: 1\n");
}
