//! The bytes of keys and values, as a table: text, pointer, the key's slice, the value's slice.

use crate::{invariants, read, root};

struct Case {
    text: &'static str,
    /// Pointer, key slice, value slice.
    nodes: &'static [(&'static str, &'static str, &'static str)],
}

fn check(name: &str, cases: &[Case]) {
    for Case { text, nodes } in cases {
        let parsed = read(text, name);
        assert_eq!(parsed.error, None, "{text:?}");
        invariants::check(&parsed);
        for &(pointer, key, value) in *nodes {
            let node = root(&parsed.tree).at_pointer(pointer).unwrap_or_else(|| panic!("no {pointer:?} in {text:?}"));
            let slice = |span: apiward_syntax::Span| &text[span.start as usize..span.end as usize];
            assert_eq!(node.key_span().map(slice).unwrap_or_default(), key, "key of {pointer:?} in {text:?}");
            assert_eq!(slice(node.span()), value, "value of {pointer:?} in {text:?}");
        }
    }
}

#[test]
fn json() {
    check(
        "a.json",
        &[
            Case {
                text: "\u{FEFF} {\"a\" : [1 , {\"b\\u0063\":null} ], \"\": -1.5e3}\r\n",
                nodes: &[
                    ("", "", "{\"a\" : [1 , {\"b\\u0063\":null} ], \"\": -1.5e3}"),
                    ("/a", "\"a\"", "[1 , {\"b\\u0063\":null} ]"),
                    ("/a/1", "", "{\"b\\u0063\":null}"),
                    ("/a/1/bc", "\"b\\u0063\"", "null"),
                    ("/", "\"\"", "-1.5e3"),
                ],
            },
            Case { text: "[ ]", nodes: &[("", "", "[ ]")] },
            Case { text: "[\"x\\\"y\", true]", nodes: &[("/0", "", "\"x\\\"y\""), ("/1", "", "true")] },
        ],
    );
}

#[test]
fn yaml_scalars() {
    check(
        "a.yaml",
        &[
            Case {
                text: "a: plain text  # why\n'it''s': 'x # y'\n\"q\\\"k\": \"v\"\n",
                nodes: &[
                    ("", "", "a: plain text  # why\n'it''s': 'x # y'\n\"q\\\"k\": \"v\""),
                    ("/a", "a", "plain text"),
                    ("/it's", "'it''s'", "'x # y'"),
                    ("/q\"k", "\"q\\\"k\"", "\"v\""),
                ],
            },
            Case {
                text: "a: first\n  second\nb: 'p\n\n  q'\n",
                nodes: &[("/a", "a", "first\n  second"), ("/b", "b", "'p\n\n  q'")],
            },
            Case {
                text: "a:\nb:   # nothing\nc: ~\nd: !!str\ne: &e\nf: {g: , h}\ni: [j: ]\nk: {\"l\":}\n",
                nodes: &[
                    ("/a", "a", ""),
                    ("/b", "b", ""),
                    ("/c", "c", "~"),
                    ("/d", "d", ""),
                    ("/f/g", "g", ""),
                    ("/f/h", "h", ""),
                    ("/k/l", "\"l\"", ""),
                    ("/i/0", "", "j:"),
                    ("/i/0/j", "j", ""),
                ],
            },
            Case { text: "-\n- # c\n- x\n", nodes: &[("", "", "-\n- # c\n- x"), ("/0", "", ""), ("/2", "", "x")] },
            Case {
                text: "a: !!int \"3\"\nb: &x text\nc: *x\n*x : d\n",
                nodes: &[("/a", "a", "\"3\""), ("/b", "b", "text"), ("/c", "c", "*x"), ("/text", "*x", "d")],
            },
        ],
    );
}

#[test]
fn yaml_block_scalars_begin_at_their_header() {
    check(
        "a.yaml",
        &[
            Case {
                text: "a: |\n  one\n  two\n\nb: >-  # c\n  fold\n\n  ed\n\n\nc: |2+\n    x\n\n# end\n",
                nodes: &[
                    ("/a", "a", "|\n  one\n  two"),
                    ("/b", "b", ">-  # c\n  fold\n\n  ed"),
                    ("/c", "c", "|2+\n    x\n\n"),
                ],
            },
            Case {
                text: "- |\n- &a !!str >\n x\n- |-\n\n  y\n",
                nodes: &[("/0", "", "|"), ("/1", "", ">\n x"), ("/2", "", "|-\n\n  y")],
            },
            Case { text: "--- |\n%x\n# y\n...\n", nodes: &[("", "", "|\n%x\n# y")] },
            Case { text: "|\n# x\n", nodes: &[("", "", "|\n# x")] },
            Case { text: "# | c\n\n!!str >  \r\nx\r\n", nodes: &[("", "", ">  \r\nx")] },
            Case { text: "--- |\n+x\n\n", nodes: &[("", "", "|\n+x")] },
            Case { text: "a: |\r\n  one\r\n  two\r\nb: 1\r\n", nodes: &[("/a", "a", "|\r\n  one\r\n  two")] },
            Case { text: "? |\n  k\n: v\n", nodes: &[("/k\n", "|\n  k", "v")] },
        ],
    );
}

#[test]
fn yaml_collections_end_with_their_last_child() {
    check(
        "a.yaml",
        &[
            Case {
                text: "a:\n  b:\n  - 1\n  - c: 2\n\n# between\nd:\n- - x\n  - y\n",
                nodes: &[
                    ("/a", "a", "b:\n  - 1\n  - c: 2"),
                    ("/a/b", "b", "- 1\n  - c: 2"),
                    ("/a/b/1", "", "c: 2"),
                    ("/d", "d", "- - x\n  - y"),
                    ("/d/0", "", "- x\n  - y"),
                ],
            },
            Case { text: "- - - a\n- b\n", nodes: &[("/0", "", "- - a"), ("/0/0", "", "- a"), ("/0/0/0", "", "a")] },
            Case {
                text: "- &x\n  - a\n- !!seq\n  - b\nc\n".split_at(25).0,
                nodes: &[("/0", "", "- a"), ("/1", "", "- b")],
            },
            Case {
                text: "a: &m # - no\n- !t b\nc: !<x,->\n- d\n",
                nodes: &[("/a", "a", "- !t b"), ("/a/0", "", "b"), ("/c", "c", "- d")],
            },
            Case {
                text: "a: [1, {b: c}, # }\n  [ ],]\nd: {}\n",
                nodes: &[
                    ("/a", "a", "[1, {b: c}, # }\n  [ ],]"),
                    ("/a/1", "", "{b: c}"),
                    ("/a/2", "", "[ ]"),
                    ("/d", "d", "{}"),
                ],
            },
            Case { text: "[a: b, ? c : d]", nodes: &[("/0", "", "a: b"), ("/1", "", "? c : d"), ("/1/c", "c", "d")] },
            Case { text: "a: &m\n  &k k: v\n", nodes: &[("/a", "a", "&k k: v"), ("/a/k", "k", "v")] },
        ],
    );
}

#[test]
fn yaml_keys_of_every_form() {
    check(
        "a.yaml",
        &[
            Case { text: "?\n- a\n- b\n: - c\n", nodes: &[("/- a\n- b", "- a\n- b", "- c")] },
            Case { text: "? a\n: b\n? c\n", nodes: &[("/a", "a", "b"), ("/c", "c", "")] },
            Case {
                text: "[x, y]: 1\n? {p: q} # c\n: 2\n? - r\n  - s: t\n: 3\n",
                nodes: &[
                    ("/[x, y]", "[x, y]", "1"),
                    ("/{p: q}", "{p: q}", "2"),
                    ("/- r\n  - s: t", "- r\n  - s: t", "3"),
                ],
            },
            Case {
                text: "200: ok\n1.10: v\ntrue: t\n: empty\n",
                nodes: &[("/200", "200", "ok"), ("/1.10", "1.10", "v"), ("/true", "true", "t"), ("/", "", "empty")],
            },
            Case {
                text: "\u{FEFF}ключ: значение\n😀: 🎉\n",
                nodes: &[("/ключ", "ключ", "значение"), ("/😀", "😀", "🎉")],
            },
            Case { text: "{\"a\":1,'b':2,c: 3}", nodes: &[("/a", "\"a\"", "1"), ("/b", "'b'", "2"), ("/c", "c", "3")] },
        ],
    );
}

#[test]
fn comments_are_what_stands_behind_a_hash() {
    let text = "# first\na: 'x # y' # real\nb: x#y\nc: |  # header\n  # content\n  z\n  # content too\nd: {e: 1, # in flow\n  \"f\": \"# no\"}\n# last";
    let parsed = read(text, "a.yaml");
    let slices =
        parsed.tree.comments().iter().map(|comment| &text[comment.span.start as usize..comment.span.end as usize]);
    assert_eq!(slices.collect::<Vec<_>>(), ["# first", "# real", "# header", "# in flow", "# last"]);
    assert_eq!(root(&parsed.tree).at_pointer("/c").unwrap().text(), "# content\nz\n# content too\n");
}

#[test]
fn text_spans_leave_the_quotes_out() {
    let text = "a: 'quoted'\nb: \"esc\\n\"\nc: |\n  block\nd: plain\ne: [x]\n";
    let parsed = read(text, "a.yaml");
    let span = |pointer| {
        let span = root(&parsed.tree).at_pointer(pointer).unwrap().text_span()?;
        Some(&text[span.start as usize..span.end as usize])
    };
    assert_eq!(span("/a"), Some("quoted"));
    assert_eq!(span("/b"), None, "the text had to be put together");
    assert_eq!(span("/c"), Some("block\n"));
    assert_eq!(span("/d"), Some("plain"));
    assert_eq!(span("/e"), None, "a collection has no text");
    assert!(parsed.tree.nodes().all(|node| node.text_len() == node.text().len()));
}
