//! The fast path for YAML against the full reader: whatever it accepts, it reads alike.

use std::io::Write;
use std::path::Path;

use apiward_syntax::{Limits, paths};

use crate::mutations::Mutations;
use crate::oracle::{files_below, workspace};
use crate::snippets::{FAST, FULL};

fn is_fast(text: &str) -> bool {
    paths::fast(text.into(), &Limits::default()).is_ok()
}

#[track_caller]
fn assert_alike(text: &str, limits: &Limits) {
    let difference = paths::difference(text, limits);
    assert_eq!(difference, None, "{text:?}");
}

/// A text in other surroundings: with other line breaks, without the last one, inside a mapping and a sequence.
fn variants(text: &str) -> Vec<String> {
    let inner: String = text.split_inclusive('\n').flat_map(|line| ["  ", line]).collect();
    let mut texts = vec![
        text.to_owned(),
        text.replace("\r\n", "\n").replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        text.trim_end_matches('\n').to_owned(),
        format!("{text}x: y\n"),
        format!("{text}  x: y\n"),
        format!("{text}- x\n"),
        format!("{text}# x\n"),
        format!("{text}\n\n"),
        format!("{text}---\n"),
        format!("---\n{text}"),
        format!("x:\n{inner}"),
        format!("x:\n{inner}z: y\n"),
        format!("x:\n{inner}  z: y\n"),
        format!("x:\n{text}"),
        format!("-\n{inner}- y\n"),
    ];
    if let Some(inner) = inner.get(2..) {
        texts.push(format!("- {inner}"));
        texts.push(format!("x: {inner}"));
        texts.push(format!("- - {}", inner.replace("\n  ", "\n    ")));
    }
    texts
}

#[test]
fn every_rule_is_read_alike_wherever_it_stands() {
    assert!(FAST.len() + FULL.len() > 300);
    for text in FAST.iter().chain(FULL) {
        for text in variants(text) {
            assert_alike(&text, &Limits::default());
        }
    }
}

#[test]
fn the_usual_is_read_fast_and_the_unusual_is_left_to_the_full_reader() {
    for text in FAST {
        let gave_up = paths::fast((*text).into(), &Limits::default()).err();
        assert_eq!(gave_up, None, "{text:?}");
    }
    for text in FULL {
        assert!(!is_fast(text), "{text:?}");
    }
}

#[test]
fn every_file_at_hand_is_read_alike_and_nearly_every_description_fast() {
    let compare = |folder: &Path| {
        let texts = texts_below(folder);
        for text in &texts {
            assert_alike(text, &Limits::default());
        }
        (texts.iter().filter(|text| is_fast(text)).count(), texts.len())
    };
    // The test data are full of what is rare elsewhere.
    let (fast, all) = compare(&workspace().join("testdata"));
    assert!(fast * 100 >= all * 95, "{fast} of {all}");
    let corpus = workspace().join("../shared/corpus");
    if !corpus.is_dir() {
        writeln!(std::io::stderr(), "skipped: no corpus at ../shared/corpus beside the repository").unwrap();
        return;
    }
    let (fast, all) = compare(&corpus);
    assert!(all > 0 && fast * 100 >= all * 99, "{fast} of {all}");
}

/// The YAML texts below a folder; not those that are JSON, which another reader sees first.
fn texts_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let texts = files.iter().filter(|file| file.extension().is_some_and(|extension| extension != "json"));
    let texts = texts.filter_map(|file| std::fs::read_to_string(file).ok());
    texts.filter(|text| !text.trim_start().starts_with(['{', '['])).collect()
}

#[test]
fn broken_texts_are_read_alike() {
    let mut seeds: Vec<String> = FAST.iter().chain(FULL).map(|&text| text.to_owned()).collect();
    seeds.extend(texts_below(&workspace().join("testdata/lints")).into_iter().take(200));
    let mut mutations = Mutations::new(seeds, 0x5EED);
    let mut fast = 0;
    for _ in 0..20_000 {
        let limits = Limits { depth: mutations.depth(), ..Limits::default() };
        let text = mutations.text();
        assert_alike(&text, &limits);
        fast += usize::from(paths::fast(text.as_str().into(), &limits).is_ok());
    }
    // Texts that the fast path gives up tell nothing about it.
    assert!(fast > 4_500, "{fast}");
}

#[test]
fn every_short_text_is_read_alike() {
    const TOKENS: [&str; 16] =
        ["a", ": ", ":", "\n", "\n  ", " ", "- ", "'", "\"", " #", "|\n", "[", "]", "{", "}", ", "];
    let mut fast = 0;
    for tokens in 1..=4_u32 {
        for mut number in 0..TOKENS.len().pow(tokens) {
            let mut text = String::new();
            for _ in 0..tokens {
                text.push_str(TOKENS[number % TOKENS.len()]);
                number /= TOKENS.len();
            }
            assert_alike(&text, &Limits::default());
            fast += usize::from(is_fast(&text));
        }
    }
    assert!(fast > 1_000, "{fast}");
}

#[test]
fn long_keys_are_left_to_the_full_reader() {
    for (len, fast) in [(1_000, true), (2_000, true), (30_000, true), (40_000, false), (70_000, false)] {
        let key = "k".repeat(len);
        for text in [format!("{key}: a\n"), format!("'{key}': a\n"), format!("a: {{{key}: b}}\n")] {
            assert_eq!(is_fast(&text), fast, "{len}");
            assert_alike(&text, &Limits::default());
        }
    }
}

#[test]
fn long_values_are_read_alike() {
    // Further than the full reader looks for the `:` of a key.
    let words = "word ".repeat(20_000);
    let items = "1, ".repeat(30_000);
    let lines = "        line\n".repeat(6_000);
    let blank = "\n".repeat(70_000);
    let values = [
        words.clone(),
        format!("'{words}'"),
        format!("\"{words}\\n\""),
        format!("[{items}]"),
        format!("{{a: [{items}], b: '{words}', \"c\": {{}}}}"),
        format!("[[{items}], {{a: {words}}}]"),
        format!("|\n{lines}"),
        format!(">-\n{lines}"),
        format!("|+\n        line\n{blank}"),
        format!("'a{blank}        b'"),
        format!("a{blank}        b"),
        format!("# {words}\n{blank}        b"),
        format!("line\n{lines}"),
    ];
    for value in values {
        for text in [format!("a: {value}\nb: c\n"), format!("- {value}\n- b\n"), format!("a:\n  - b:\n      {value}\n")]
        {
            assert_alike(&text, &Limits::default());
            assert!(is_fast(&text), "{}", &text[..40]);
        }
    }
}

#[test]
fn depth_is_left_to_the_full_reader() {
    let nested = [
        ("a:\n  b:\n    c:\n      d: e\n", 4),
        ("- - - - a\n", 4),
        ("a: {b: {c: {d: e}}}\n", 4),
        ("a:\n- b:\n  - c\n", 4),
    ];
    for depth in 0..7 {
        let limits = Limits { depth, ..Limits::default() };
        for (text, levels) in nested {
            assert_alike(text, &limits);
            assert_eq!(paths::fast(text.into(), &limits).is_ok(), depth > levels, "{text:?} at {depth}");
        }
    }
}
