//! Small files that ask for much: an answer or a clear error, soon.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use apiward_syntax::{ErrorKind, Limits, Parsed, from_node, parse, to_json_line};

use crate::{invariants, json, lines_of, read, root, yaml};

/// Reads a text and fails when that takes longer than a debug build on a busy machine can need.
#[track_caller]
fn soon(text: &str, name: &str) -> Parsed {
    let start = Instant::now();
    let parsed = read(text, name);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {} bytes", start.elapsed(), text.len());
    parsed
}

#[track_caller]
fn refused(text: &str, name: &str, part: &str) {
    let parsed = soon(text, name);
    let error = parsed.error.as_ref().unwrap();
    assert_eq!(error.kind, ErrorKind::Limit, "{error:?}");
    assert!(error.message.contains(part) && error.help.is_some(), "{error:?}");
    invariants::check(&parsed);
}

const LEVELS: usize = 100_000;

#[test]
fn a_hundred_thousand_levels_are_refused() {
    let levels = "more than 512 mappings and sequences inside one another";
    for (name, open) in [("a.json", "["), ("a.json", "{\"a\":"), ("a.yaml", "["), ("a.yaml", "{a: "), ("a.yaml", "- ")]
    {
        refused(&open.repeat(LEVELS), name, levels);
    }
    for (begin, open) in [("a: ", "["), ("a: ", "{b: "), ("? ", "- "), ("- - ", "? "), ("a: ", "{? [")] {
        refused(&format!("{begin}{}", open.repeat(LEVELS)), "a.yaml", levels);
    }
    refused(&format!("{}1{}", "[".repeat(LEVELS), "]".repeat(LEVELS)), "a.json", levels);
    let mut stairs = String::new();
    for level in 0..2_000 {
        writeln!(stairs, "{}a:", " ".repeat(level)).unwrap();
    }
    refused(&stairs, "a.yaml", levels);
}

#[test]
fn the_depth_limit_is_exact_and_can_be_set() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for name in ["a.json", "a.yaml"] {
        let spaced = |depth| if name == "a.json" { nested(depth) } else { format!("a: {}", nested(depth - 1)) };
        assert_eq!(read(&spaced(512), name).error, None);
        let error = read(&spaced(513), name).error.unwrap();
        assert_eq!((error.kind, error.offset as usize), (ErrorKind::Limit, spaced(513).find(']').unwrap() - 1));
        let limits = Limits { depth: 3, ..Limits::default() };
        assert_eq!(parse(spaced(3).into(), Some(Path::new(name)), &limits).error, None);
        assert!(parse(spaced(4).into(), Some(Path::new(name)), &limits).error.is_some());
    }
    let deepest = json(&nested(512));
    assert_eq!(lines_of(&deepest), [nested(512)]);
    // The deserializer goes as deep, on a thread with a small stack.
    let read = std::thread::spawn(move || from_node::<serde::de::IgnoredAny>(root(&deepest)).is_ok());
    assert!(read.join().unwrap());
}

#[test]
fn aliases_can_lead_deeper_than_the_text() {
    let mut text = String::from("- &a0 []\n");
    for level in 1..=600 {
        writeln!(text, "- &a{level} [*a{}]", level - 1).unwrap();
    }
    let tree = yaml(&text);
    let error = to_json_line(root(&tree), &Limits::default()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    let error = from_node::<serde_json::Value>(root(&tree)).unwrap_err();
    assert_eq!(error.message, "the value is nested too deep");
}

/// Twelve levels of nine aliases each: 9^12 values.
fn alias_bomb() -> String {
    let mut text = String::from("a0: &a0 lol\n");
    for level in 1..=12 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        writeln!(text, "a{level}: &a{level} [{before}]").unwrap();
    }
    text
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let parsed = soon(&alias_bomb(), "a.yaml");
    assert_eq!(parsed.error, None);
    let tree = &parsed.tree;
    assert!(tree.len() < 200);
    invariants::check(&parsed);
    let start = Instant::now();
    let error = to_json_line(root(tree), &Limits::default()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    assert!(error.message.contains("larger than 1000000 nodes"), "{error:?}");
    let error = from_node::<serde_json::Value>(root(tree)).unwrap_err();
    assert_eq!(error.message, "aliases make the value too large");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn merge_bombs_do_not_go_off() {
    // Each mapping merges all before it: the members double with every line.
    let mut doubling = String::from("m0: &m0 {k0: 0}\n");
    for level in 1..=40 {
        let before: Vec<_> = (0..level).map(|at| format!("*m{at}")).collect();
        writeln!(doubling, "m{level}: &m{level} {{<<: [{}], k{level}: 1}}", before.join(", ")).unwrap();
    }
    refused(&doubling, "a.yaml", "merge keys bring more than 1000000 members");
    // Each mapping brings the large one before it, again and again.
    let members: Vec<_> = (0..2_000).map(|at| format!("k{at}: 0")).collect();
    let uses = "- <<: *big\n".repeat(1_000);
    refused(&format!("- &big {{{}}}\n{uses}", members.join(", ")), "a.yaml", "merge keys bring");
}

#[test]
fn merged_members_count_as_seen_through_aliases() {
    // One member is brought a thousand times, and holds five thousand values each time.
    let uses = "- <<: *big\n".repeat(1_000);
    let tree = yaml(&format!("- &big {{k: [{}]}}\n{uses}", "0, ".repeat(5_000)));
    let error = to_json_line(root(&tree), &Limits::default()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    let error = from_node::<serde_json::Value>(root(&tree)).unwrap_err();
    assert_eq!(error.message, "aliases make the value too large");
}

#[test]
fn keys_of_a_megabyte() {
    let key = "k".repeat(1 << 20);
    let texts = [
        (format!("{{\"{key}\": [1]}}"), "a.json"),
        (format!("{key}: [1]\n"), "a.yaml"),
        (format!("\"{key}\": [1]\n"), "a.yaml"),
        (format!("{{{key}: [1]}}\n"), "a.yaml"),
        (format!("? {key}\n: [1]\n"), "a.yaml"),
    ];
    for (text, name) in texts {
        let parsed = soon(&text, name);
        assert_eq!(parsed.error.map(|error| error.message), None);
        assert_eq!(root(&parsed.tree).get(&key).unwrap().count(), 1);
        assert_eq!(root(&parsed.tree).children().next().unwrap().pointer().len(), key.len() + 1);
    }
}

#[test]
fn many_duplicate_keys() {
    let members = "\"a\": 1, ".repeat(50_000);
    let parsed = soon(&format!("{{{members}\"a\": 2}}"), "a.json");
    assert_eq!(parsed.tree.duplicate_keys().len(), 50_000);
    assert_eq!(lines_of(&parsed.tree), ["{\"a\":2}"]);
    let parsed = soon(&"a: 1\n".repeat(20_000), "a.yaml");
    assert_eq!(parsed.tree.duplicate_keys().len(), 19_999);
}

#[test]
fn dense_texts_cost_linear_time() {
    for text in [
        "[1,1".to_owned() + &",1".repeat(100_000) + "]",
        "[".to_owned() + &"{},".repeat(50_000) + "x: y: z]",
        "- ? :\n".repeat(20_000),
        "a: [".to_owned() + &"b: c,".repeat(30_000) + "]",
        "#\n".repeat(100_000),
        "---\n".repeat(50_000),
        "&a ".repeat(20_000),
    ] {
        soon(&text, "a.yaml");
    }
}

#[test]
fn nul_bytes_are_refused_with_their_place() {
    for (text, name) in [
        ("{\"a\": \0}", "a.json"),
        ("{\"a\0\": 1}", "a.json"),
        ("[1]\0", "a.json"),
        ("a: \0\n", "a.yaml"),
        ("a: 'b\0'\n", "a.yaml"),
        ("a: b\0c\n", "a.yaml"),
        ("a: |\n  b\0\n", "a.yaml"),
        ("# \0\n", "a.yaml"),
        ("\0", "a.yaml"),
    ] {
        let parsed = read(text, name);
        let error = parsed.error.as_ref().unwrap_or_else(|| panic!("{text:?} is read"));
        assert_eq!(error.offset as usize, text.find('\0').unwrap(), "{text:?}: {error:?}");
        invariants::check(&parsed);
    }
}

#[test]
fn the_size_limit_is_checked_before_reading() {
    let limits = Limits { file_bytes: 8, ..Limits::default() };
    assert_eq!(parse("a: 12345".into(), None, &limits).error, None);
    let error = parse("a: 123456".into(), None, &limits).error.unwrap();
    assert_eq!((error.kind, error.offset), (ErrorKind::Limit, 0));
    assert_eq!(error.message, "the file has 9 bytes, more than 8");
}
