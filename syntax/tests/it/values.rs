//! What documents mean: the core schema, duplicate and merge keys, aliases, escapes, streams.

use apiward_syntax::{Kind, Limits, Node, Notation, from_node, parse_bytes};

use crate::{json, lines_of, read, root, yaml, yaml_value};

fn kinds(text: &str) -> Vec<Kind> {
    let tree = yaml(text);
    root(&tree).items().map(Node::kind).collect()
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    assert!(kinds("[null, Null, NULL, ~, ]\n").iter().all(|kind| *kind == Kind::Null));
    assert!(kinds("[true, True, TRUE, false, False, FALSE]").iter().all(|kind| *kind == Kind::Bool));
    let numbers = "[0, -1, +12, 012, 0o17, 0xFf, 1.5, .5, 1., -.5e3, 1e3, 1E+3, .inf, -.Inf, +.INF, .nan, .NaN]";
    assert!(kinds(numbers).iter().all(|kind| *kind == Kind::Number));
    let strings = "[yes, no, on, off, y, nULL, tRUE, 1_000, 0b1, 0O17, 0X1, -0x1, 0x, 0o8, 1e, e3, '.', ., +, 1.2.3, \
                   12:30, 2001-01-01, .Nan, inf, '1', \"true\", !!str 1, ! 2]";
    assert!(kinds(strings).iter().all(|kind| *kind == Kind::String));
    assert_eq!(kinds("[\"\", '', !!str ]"), [Kind::String; 3]);
}

#[test]
fn tags_decide_before_the_text() {
    assert_eq!(
        yaml_value("[!!int '3', !!float 1, !!bool 'true', !!null '', !!bool yes, !!int x, !local 5, !!seq [a]]"),
        r#"[3,1,true,null,"yes","x",5,["a"]]"#
    );
}

#[test]
fn numbers_keep_their_text() {
    let tree = yaml("[1.10, 1e400, 123456789012345678901234567890, 0x1F]");
    let texts: Vec<_> = root(&tree).items().map(Node::text).collect();
    assert_eq!(texts, ["1.10", "1e400", "123456789012345678901234567890", "0x1F"]);
    let numbers = "[1.10, 1e400, 0x1F, 0o17, +1, .5, 1., 012, -012.50, 00, -.5e+3, 1.e5, .inf, -.Inf, .NaN, -0]";
    let decimal = r#"[1.10,1e400,31,15,1,0.5,1.0,12,-12.50,0,-0.5e+3,1.0e5,".inf","-.Inf",".NaN",-0]"#;
    assert_eq!(yaml_value(numbers), decimal);
    assert_eq!(yaml_value("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"), u128::MAX.to_string());
    assert_eq!(yaml_value("0x100000000000000000000000000000000"), "3.402823669209385e38");
}

#[test]
fn own_keys_win_over_merged_ones() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: own\n  <<: [*a, *b]\n  w: 3\n";
    let tree = yaml(text);
    let merged = root(&tree).get("c").unwrap();
    assert_eq!(
        from_node::<serde_json::Value>(merged).unwrap(),
        serde_json::json!({"z": "own", "w": 3, "x": 1, "y": 1})
    );
    let keys: Vec<_> = merged.entries().map(|(key, _)| key).collect();
    assert_eq!(keys, ["z", "w", "x", "y"], "what is merged comes behind");
    assert_eq!(merged.get("y").unwrap().text(), "1", "the first mapping of the list wins");
    assert_eq!(merged.get("<<"), root(&tree).at_pointer("/c/<<"), "as written it is a member");
    assert_eq!(merged.count(), 3);
}

#[test]
fn merges_nest_and_repeat() {
    let text = "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, <<: {x: 9, z: 3}}\nd: {<<: {<<: {deep: 1}}}\n";
    let tree = yaml(text);
    assert_eq!(lines_of(&tree), [r#"{"a":{"x":1},"b":{"y":2,"x":1},"c":{"y":2,"x":1,"z":3},"d":{"deep":1}}"#]);
    assert!(tree.duplicate_keys().is_empty(), "merge keys may stand twice");
}

#[test]
fn only_a_plain_double_less_than_merges() {
    assert_eq!(yaml_value("{\"<<\": {a: 1}, '<<x': 2}"), r#"{"<<":{"a":1},"<<x":2}"#);
    assert_eq!(yaml_value("!!str <<: {a: 1}"), r#"{"<<":{"a":1}}"#);
    let tree = json(r#"{"<<": {"a": 1}}"#);
    assert_eq!(lines_of(&tree), [r#"{"<<":{"a":1}}"#]);
    assert!(root(&tree).get("a").is_none());
    assert_eq!(yaml_value("- <<\n"), r#"["<<"]"#);
}

#[test]
fn a_merge_key_without_a_mapping_brings_nothing() {
    assert_eq!(yaml_value("{<<: text, <<: [1, {a: 2}], <<: , b: 3}"), r#"{"b":3,"a":2}"#);
}

#[test]
fn duplicate_keys_are_kept_reported_and_the_last_wins() {
    for tree in [
        json(r#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 3, "\u0061": 4}"#),
        yaml("a: 1\nb:\n  c: 1\n  c: 2\n'a': 3\n\"\\x61\": 4\n"),
    ] {
        assert_eq!(lines_of(&tree), [r#"{"a":4,"b":{"c":2}}"#]);
        let duplicates: Vec<_> =
            tree.duplicate_keys().iter().map(|found| (found.first.index(), found.again.index())).collect();
        assert_eq!(duplicates, [(3, 4), (1, 5), (1, 6)]);
        assert_eq!(root(&tree).children().count(), 4);
        assert_eq!(root(&tree).entries().count(), 2);
        assert_eq!(root(&tree).get("a").unwrap().text(), "4");
    }
}

#[test]
fn the_same_key_in_different_mappings_is_no_duplicate() {
    let tree = yaml("a: {k: 1}\nb: {k: {k: 2}}\nk: 3\n---\nk: 4\n");
    assert!(tree.duplicate_keys().is_empty());
}

#[test]
fn aliases_stand_for_their_values() {
    assert_eq!(
        yaml_value("a: &a [1, &b two]\nb: *b\nc: *a\nd: &a redefined\ne: *a\n"),
        r#"{"a":[1,"two"],"b":"two","c":[1,"two"],"d":"redefined","e":"redefined"}"#
    );
    assert_eq!(yaml_value("&k key: &v 1\n*v : *k\n"), r#"{"key":1,"1":"key"}"#);
    assert_eq!(yaml_value("? [&x a, b]\n: *x\n"), r#"{"[&x a, b]":"a"}"#);
}

#[test]
fn surrogate_escapes() {
    let values = [
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""x\ude00y""#,
        r#""\ud83d\ud83d\ude00""#,
        r#""\ud83d\n""#,
        r#""\\ud83d""#,
    ];
    let expected = ["😀", "\u{FFFD}", "x\u{FFFD}y", "\u{FFFD}😀", "\u{FFFD}\n", "\\ud83d"];
    for (value, expected) in values.into_iter().zip(expected) {
        for tree in [json(&format!("[{value}]")), yaml(&format!("- {value}\n"))] {
            assert_eq!(root(&tree).items().next().unwrap().text(), expected, "{value}");
        }
    }
}

#[test]
fn what_looks_like_a_surrogate_escape_outside_of_double_quotes_stays() {
    let text = "a: '\\ud83d'\n\\ud83d: plain \\ude00\nb: |\n  \\ud83d \\uFFFD\n  \\uD999\nc: \"\\ud83d\" # \\ud83d\n? [\\ud83d]\n: >\n  \\uFFFD\n  \\ud83d\n";
    let expected = serde_json::json!({
        "a": "\\ud83d", "\\ud83d": "plain \\ude00", "b": "\\ud83d \\uFFFD\n\\uD999\n", "c": "\u{FFFD}",
        "[\\ud83d]": "\\uFFFD \\ud83d\n",
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&yaml_value(text)).unwrap(), expected);
}

#[test]
fn escapes_and_folding() {
    assert_eq!(
        yaml_value(
            "a: \"\\x41\\u00e9\\U0001F600 \\\n  b\\tc \\/\"\nb: 'it''s\n\n  folded'\nc: >\n  x\n  y\n\n  z\nd: |+\n  k\n\n"
        ),
        r#"{"a":"Aé😀 b\tc /","b":"it's\nfolded","c":"x y\nz\n","d":"k\n\n"}"#
    );
    let tree = json(r#"["\"\\\/\b\f\n\r\t\u00e9\u0000"]"#);
    assert_eq!(root(&tree).items().next().unwrap().text(), "\"\\/\u{8}\u{C}\n\r\té\0");
    assert_eq!(lines_of(&tree), [r#"["\"\\/\u0008\u000c\n\r\té\u0000"]"#]);
}

#[test]
fn every_document_of_a_stream_is_read() {
    assert_eq!(
        lines_of(&yaml("a: 1\n---\n- b\n...\n---\n--- !!str\n--- |\n x\n")),
        [r#"{"a":1}"#, r#"["b"]"#, "null", "\"\"", "\"x\\n\""]
    );
    for empty in ["", "\n", "# only a comment\n", "\u{FEFF}", "  \r\n", "...\n"] {
        assert_eq!(lines_of(&yaml(empty)), [""; 0], "{empty:?}");
    }
    assert_eq!(lines_of(&yaml("---\n")), ["null"]);
}

#[test]
fn anchors_end_with_their_document() {
    let parsed = read("a: &a 1\n---\nb: *a\n", "a.yaml");
    assert!(parsed.error.is_some());
    assert_eq!(lines_of(&parsed.tree), [r#"{"a":1}"#], "what was complete before the fault is there");
}

#[test]
fn marks_breaks_and_tabs_where_they_are_allowed() {
    let expected = r#"{"a":{"b":"x"},"c":"l1\nl2\n"}"#;
    let text = "a:\n  b:\t x\t# c\nc: |\n  l1\n  l2\n";
    assert_eq!(yaml_value(text), expected);
    assert_eq!(yaml_value(&text.replace('\n', "\r\n")), expected);
    assert_eq!(yaml_value(&text.replace('\n', "\r")), expected);
    assert_eq!(yaml_value(&format!("\u{FEFF}{text}")), expected);
    assert_eq!(yaml_value("{\n\t\"a\":\t[1,\n\t\t2,],\n}\n"), r#"{"a":[1,2]}"#, "JSON habits in a YAML file");
    assert_eq!(lines_of(&json("\u{FEFF}\t{\"a\"\t:\r\n1}\t")), [r#"{"a":1}"#]);
}

#[test]
fn the_first_character_and_the_name_choose_the_notation() {
    let notation = |text: &str, name: &str| {
        let parsed = read(text, name);
        (parsed.tree.notation(), parsed.error.is_none())
    };
    assert_eq!(notation("{\"a\": 1}", "a.yaml"), (Notation::Json, true));
    assert_eq!(notation("{\"a\": 1,}", "a.yaml"), (Notation::Yaml, true));
    assert_eq!(notation("{\"a\": 1,}", "a.YML"), (Notation::Yaml, true));
    assert_eq!(notation("{\"a\": 1,}", "a.json"), (Notation::Json, false));
    assert_eq!(notation("{a: 1} # c", "a.yaml"), (Notation::Yaml, true));
    assert_eq!(notation("{\"a\": 1}\n---\n{\"b\": 2}", "a.yaml"), (Notation::Yaml, true));
    assert_eq!(notation("\u{FEFF}\n [1]", "a.txt"), (Notation::Json, true));
    assert_eq!(notation("a: 1", "a.json"), (Notation::Yaml, true));
}

#[test]
fn bytes_must_be_utf8() {
    let fault = |bytes: &[u8]| {
        let parsed = parse_bytes(bytes, None, &Limits::default());
        assert!(parsed.tree.is_empty());
        let error = parsed.error.unwrap();
        (error.offset, error.message)
    };
    assert_eq!(fault(b"a: caf\xE9\n"), (6, "byte 6 (0xE9) is not UTF-8".to_owned()));
    assert_eq!(fault(b"\xFF\xFEa\0"), (0, "the file is UTF-16 text, not UTF-8".to_owned()));
    assert_eq!(fault(b"a\0\x89PNG").0, 2);
    assert_eq!(fault("é".as_bytes().split_at(1).0), (0, "byte 0 (0xC3) is not UTF-8".to_owned()));
}
