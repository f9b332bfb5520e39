//! JSON Pointers both ways, and nodes by offset.

use std::collections::{BTreeSet, HashMap};

use crate::{json, lines_of, root, yaml};

#[test]
fn a_pointer_leads_back_to_its_node() {
    let texts = [
        "a: {b~/c: [1, [2, {'': x}]]}\n\"~1\": y\n200: z\n[k]: w\n",
        "- a: 1\n- - 2\n  - b: [3]\n",
        "x: &x {a: [1]}\ny: *x\n",
    ];
    for tree in texts.map(yaml) {
        for node in root(&tree).descendants() {
            let pointer = node.pointer();
            assert_eq!(root(&tree).at_pointer(&pointer), Some(node), "{pointer:?}");
        }
    }
}

#[test]
fn tokens_are_escaped() {
    let tree = json(r#"{"a/b": {"m~n": [0, {"~1": 1}]}}"#);
    let last = tree.nodes().last().unwrap();
    assert_eq!(last.pointer(), "/a~1b/m~0n/1/~01");
    assert_eq!(root(&tree).at_pointer("/a~1b/m~0n/1/~01"), Some(last));
}

#[test]
fn pointers_that_name_nothing() {
    let tree = yaml("a: [x, y]\nb: 1\n'~2': z\n");
    for pointer in
        ["a", "/c", "/a/2", "/a/-", "/a/01", "/a/+1", "/a/x", "/b/0", "/~2", "/~", "/a/0/", "/a/18446744073709551616"]
    {
        assert_eq!(root(&tree).at_pointer(pointer), None, "{pointer:?}");
    }
    assert_eq!(root(&tree).at_pointer(""), Some(root(&tree)));
}

#[test]
fn pointers_follow_aliases_and_merge_keys() {
    let tree = yaml("base: &b {x: {y: 1}, z: 0}\nuse:\n  <<: *b\n  z: own\nalias: *b\n");
    let text = |pointer| root(&tree).at_pointer(pointer).map(apiward_syntax::Node::text);
    assert_eq!(text("/use/x/y"), Some("1"));
    assert_eq!(text("/use/z"), Some("own"));
    assert_eq!(text("/alias/x/y"), Some("1"));
    // The node itself lies where it is written.
    assert_eq!(root(&tree).at_pointer("/alias/x/y").unwrap().pointer(), "/base/x/y");
}

#[test]
fn of_equal_keys_the_last_is_found() {
    let tree = json(r#"{"a": 1, "b": 2, "a": {"c": 3}}"#);
    assert_eq!(root(&tree).at_pointer("/a/c").unwrap().text(), "3");
    let pointers: Vec<_> = root(&tree).children().map(apiward_syntax::Node::pointer).collect();
    assert_eq!(pointers, ["/a", "/b", "/a"]);
}

#[test]
fn documents_of_a_stream_have_their_own_pointers() {
    let tree = yaml("a: 1\n---\n- b\n---\na: 2\n");
    assert_eq!(lines_of(&tree), ["{\"a\":1}", "[\"b\"]", "{\"a\":2}"]);
    let pointers: Vec<_> = tree.nodes().map(|node| (tree.document_of(node.id()), node.pointer())).collect();
    let expected = [(0, ""), (0, "/a"), (1, ""), (1, "/0"), (2, ""), (2, "/a")];
    assert_eq!(pointers, expected.map(|(document, pointer)| (document, pointer.to_owned())));
}

#[test]
fn large_mappings_are_looked_up_by_index() {
    let text = (0..200).fold("{".to_owned(), |text, at| format!("{text}\"k{}\": {at}, ", at % 150));
    let tree = json(&(text + "\"inner\": {\"k1\": true}}"));
    let value = |key| root(&tree).get(key).map(apiward_syntax::Node::text);
    assert_eq!(
        (value("k149"), value("k0"), value("k49"), value("k50")),
        (Some("149"), Some("150"), Some("199"), Some("50"))
    );
    assert_eq!(value("k150"), None);
    assert_eq!(tree.duplicate_keys().len(), 50);
    assert_eq!(root(&tree).entries().count(), 151);
}

#[test]
fn keys_that_share_a_bit_are_told_apart() {
    // Two hundred keys share 32 bits, and each mapping has a few of them.
    let mappings = (0..200).map(|at| format!("{{\"k{at}\": {at}, \"k{}\": true}}", (at + 77) % 200));
    let tree = json(&format!("[{}]", mappings.collect::<Vec<_>>().join(", ")));
    for (at, mapping) in root(&tree).items().enumerate() {
        let has = |key: usize| mapping.get(&format!("k{key}")).is_some();
        assert_eq!((0..200).filter(|key| has(*key)).collect::<BTreeSet<_>>(), BTreeSet::from([at, (at + 77) % 200]));
    }
}

#[test]
fn equal_places_of_texts_hold_equal_texts() {
    let words: Vec<String> = (0..5_000).map(|at| format!("\"w{}\", \"\\u0077{}\"", at % 700, at % 9)).collect();
    let tree = json(&format!("[{}]", words.join(", ")));
    let mut texts = HashMap::new();
    for node in root(&tree).items() {
        assert_eq!(*texts.entry(node.text_place()).or_insert(node.text()), node.text());
    }
    // Those with an escape lie in the side buffer, each by itself.
    assert!((5_700..8_000).contains(&texts.len()), "{} places", texts.len());
}

#[test]
fn nodes_are_found_by_offset() {
    let text = "a: [1, 22]\nb:\n  c: x\n";
    let tree = yaml(text);
    let at = |offset| tree.node_at(offset).map(apiward_syntax::Node::pointer);
    assert_eq!(at(0).as_deref(), Some("/a"), "its key");
    assert_eq!(at(1).as_deref(), Some("/a"), "between its key and its value");
    assert_eq!(at(5).as_deref(), Some("/a"), "between its items");
    assert_eq!(at(3).as_deref(), Some("/a"), "its bracket");
    assert_eq!(at(8).as_deref(), Some("/a/1"));
    assert_eq!(at(19).as_deref(), Some("/b/c"));
    assert_eq!(at(20), None, "the last line break");
    assert_eq!(at(1_000), None);
}
