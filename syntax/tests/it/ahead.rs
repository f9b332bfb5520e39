//! Texts read on two cores against the same read on one: wherever the second one begins, the tree is the same.

use std::fmt::Write;

use apiward_syntax::{Limits, paths};

use crate::mutations::Mutations;
use crate::oracle::{files_below, workspace};
use crate::snippets::{FAST, FULL};

type InTwo = fn(&str, Option<usize>, &Limits) -> Result<u32, String>;

/// Begins at every byte; the number of nodes that were read ahead.
#[track_caller]
fn assert_alike(in_two: InTwo, text: &str, limits: &Limits) -> u32 {
    let begin_at = |at| match in_two(text, Some(at), limits) {
        Ok(ahead) => ahead,
        Err(difference) => panic!("{text:?} from byte {at}: {difference}"),
    };
    (0..text.len()).map(begin_at).sum()
}

/// What matters to a reader that begins in the middle: keys that recur and that do not, escapes, duplicate keys, large
/// mappings, lists, mappings that end together.
const JSON: &[&str] = &[
    r#"{"a": {"b": 1, "c": {"d": [1, {"e": 2, "f": 3}], "g": 4}, "h": 5}, "i": {}, "j": []}"#,
    r#"{"a":{"b":{"c":1,"d":2},"e":{"c":3,"d":4}},"f":{"c":5}}"#,
    r#"{"a": {"x\u0041": "\n", "b\n": "\u00e9"}, "b\n": "a\tb", "\u0041": {"c": "d\\", "xA": 1}}"#,
    r#"{"a": 1, "b": 2, "a": 3, "c": {"d": 1, "d": 2, "e": {"d": 1}, "d": 3}, "b": 4}"#,
    r#"[{"a": 1, "b": 2}, {"c": 3, "a": {"b": [true, null]}}, "a", ["b", {"a": 1, "c": 2}]]"#,
    r#"{"a": "{\"b\": 1, \"c\": 2}", "d": "\", \"e\": ", "f": "}},\"g\":{"}"#,
    r#"{"a": {"b": {"c": {"d": {"e": 1, "f": 2}}}}}"#,
    r#"{"a": [{"b": {"c": 1, "d": 2}, "e": 3}], "f": {"g": [[]], "h": {}}}"#,
    "{\"a\":\r\n {\"b\": \"é\", \"日\": 1},\r\n \"c\": {\"日\": \"x\"}}  ",
    // Faults in either half, and behind the end.
    r#"{"a": {"b": 1, "c": 2,}, "d": 3}"#,
    r#"{"a": {"b": 1}, "d": 3 "e": 4}"#,
    r#"{"a": {"b": 01}, "d": 3}"#,
    r#"{"a": {"b": 1}, "d": {"e": "f}"#,
    r#"{"a": {"b": 1, "c": 2}, "d": 3}} "#,
    r#"{"a": {"b": 1, "c": 2]], "d": 3}"#,
];

#[test]
fn json_is_read_alike_wherever_the_second_core_begins() {
    let mut ahead = 0;
    for text in JSON {
        for depth in [512, 4, 3, 2] {
            ahead += assert_alike(paths::json_in_two, text, &Limits { depth, ..Limits::default() });
        }
    }
    assert!(ahead > 500, "{ahead}");
}

#[test]
fn block_style_is_read_alike_wherever_the_second_core_begins() {
    let mut ahead = 0;
    for text in FAST.iter().chain(FULL) {
        let inner: String = text.split_inclusive('\n').flat_map(|line| ["  ", line]).collect();
        let around = [
            (*text).to_owned(),
            format!("x:\n{inner}\n  z: y\ny: z\n"),
            format!("x: 1\ny:\n  z: 1\n  a:\n  - b: c\n    x: y\n  y:\n{}\nz:\n{inner}", inner.replace('\n', "\n  ")),
            format!("- x:\n  {}\n  # c\n  y: 1\n  x: 2\n- x\n", inner.replace('\n', "\n  ")),
        ];
        for text in around {
            ahead += assert_alike(paths::block_in_two, &text, &Limits::default());
        }
    }
    assert!(ahead > 10_000, "{ahead}");
}

#[test]
fn depth_counts_from_the_beginning() {
    let text = "a:\n  b:\n    c:\n      d: e\n    f:\n      g: h\n  i: {j: {k: [l]}}\n  m: n\n";
    for depth in 0..9 {
        let limits = Limits { depth, ..Limits::default() };
        assert_alike(paths::block_in_two, text, &limits);
    }
}

#[test]
fn broken_texts_are_read_alike() {
    let seeds = FAST.iter().chain(JSON).map(|&text| text.to_owned()).collect();
    let mut mutations = Mutations::new(seeds, 0xA4EAD);
    for _ in 0..2_000 {
        let limits = Limits { depth: mutations.depth(), ..Limits::default() };
        let text = mutations.text();
        assert_alike(paths::block_in_two, &text, &limits);
        assert_alike(paths::json_in_two, &text, &limits);
    }
}

#[test]
fn every_file_at_hand_is_read_alike() {
    let mut files = Vec::new();
    files_below(&workspace().join("testdata/lints"), &mut files);
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let (mut halves, mut count) = (0, 0);
    for text in texts.filter(|text| text.len() > 1_000) {
        let in_two = if text.trim_start().starts_with('{') { paths::json_in_two } else { paths::block_in_two };
        for at in [None, Some(text.len() / 3), Some(text.len() / 2), Some(text.len() * 9 / 10)] {
            let ahead = in_two(&text, at, &Limits::default());
            assert!(ahead.is_ok(), "{ahead:?} in {}", &text[..200]);
            halves += u32::from(at.is_none() && ahead != Ok(0));
        }
        count += 1;
    }
    assert!(halves * 2 > count && count > 20, "of {count} files {halves} are read on two cores");
}

/// A description as large ones are: about half of the nodes are to be read ahead, with line breaks and without.
#[test]
fn about_half_of_a_large_text_is_read_ahead() {
    let mut yaml = "openapi: 3.1.0\npaths:\n".to_owned();
    let mut json = "{\"openapi\":\"3.1.0\",\"paths\":{".to_owned();
    for at in 0..2_000 {
        writeln!(yaml, "  /a{at}:\n    get:\n      tags: [a, b]\n      responses:\n        '200':\n          description: |\n            Well: done\n            /a: b").unwrap();
        let comma = if at > 0 { "," } else { "" };
        write!(json, "{comma}\"/a{at}\":{{\"get\":{{\"tags\":[\"a\",\"b\"],\"responses\":{{\"200\":{{\"description\":\"}},\\\"/a\\\":\"}}}}}}}}").unwrap();
    }
    yaml.push_str("info:\n  title: a\n");
    json.push_str("},\"info\":{\"title\":\"a\"}}");
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&json).unwrap()).unwrap();
    for (in_two, text) in
        [(paths::block_in_two as InTwo, yaml), (paths::json_in_two, json), (paths::json_in_two, pretty)]
    {
        let ahead = in_two(&text, None, &Limits::default());
        assert!(ahead.as_ref().is_ok_and(|nodes| (7_000..9_000).contains(nodes)), "{ahead:?} of 16,000");
    }
}
