//! The common faults: where they show, what is said, and that advice is given.

use crate::{invariants, read};

/// File name, text, line, column, part of the message, part of the help.
type Case = (&'static str, &'static str, u32, u32, &'static str, &'static str);

fn check(cases: &[Case]) {
    for &(name, text, line, column, message, help) in cases {
        let parsed = read(text, name);
        invariants::check(&parsed);
        let error = parsed.error.as_ref().unwrap_or_else(|| panic!("{text:?} is read"));
        let place = parsed.tree.lines().position(error.offset);
        assert_eq!((place.line, place.column), (line, column), "{text:?}: {error:?}");
        assert!(error.message.contains(message), "{text:?}: {error:?}");
        assert!(error.help.as_deref().unwrap_or_default().contains(help), "{text:?}: {error:?}");
        assert_eq!(&**parsed.tree.source(), text, "the source stays for the excerpt");
    }
}

#[test]
fn in_json() {
    check(&[
        ("a.json", "{\"a\": 1,}", 1, 8, "trailing comma before `}`", "remove the comma"),
        ("a.json", "[1,\n]", 1, 3, "trailing comma before `]`", "remove the comma"),
        ("a.json", "{\"a\": 1\n \"b\": 2}", 1, 8, "missing comma", "put a comma"),
        ("a.json", "{\"a\" 1}", 1, 6, "expected `:` after the key, found `1`", "\"key\": value"),
        ("a.json", "{a: 1}", 1, 2, "expected a key in double quotes, found `a`", "double quotes"),
        ("a.json", "{'a': 1}", 1, 2, "single quotes", "double quotes"),
        ("a.json", "{\"a\": 1 // c\n}", 1, 9, "JSON has no comments", "remove"),
        ("a.json", "{\"é\": [1, 2}", 1, 12, "expected `,` or `]`, found `}`", "close the bracket"),
        ("a.json", "{\n  \"a\": [\n    1", 3, 6, "the array opened in line 2 is not closed", "`]`"),
        ("a.json", "{\"a\": \"x\ny\"}", 1, 7, "not closed at the end of its line", "\\n"),
        ("a.json", "{\"a\": \"x", 1, 7, "the string opened in line 1 is not closed", "closing quote"),
        ("a.json", "{\"a\": \"\\x\"}", 1, 8, "`\\x` is no escape", "backslash"),
        ("a.json", "{\"a\": \"\\u12g4\"}", 1, 8, "four hexadecimal digits", "\\u00e9"),
        ("a.json", "{\"a\": 01}", 1, 7, "leading zero", "quotes"),
        ("a.json", "{\"a\": 1.}", 1, 9, "expected a digit", "`1.`"),
        ("a.json", "{\"a\": True}", 1, 7, "expected a value, found `True`", "lower case"),
        ("a.json", "{\"a\": NaN}", 1, 7, "found `NaN`", "null"),
        ("a.json", "{\"a\": .5}", 1, 7, "found `.`", "0.5"),
        ("a.json", "{\"a\": ,}", 1, 7, "found `,`", "remove the comma"),
        ("a.json", "[1] [2]", 1, 5, "expected the end of the file", "one value"),
        ("a.json", "{\"a\": \"\t\"}", 1, 8, "a tab inside a string", "\\t"),
        ("a.json", "{\"a\": \"\u{1}\"}", 1, 8, "U+0001", "\\u0001"),
        ("a.json", "{\"a\": \0}", 1, 7, "NUL", "UTF-8 text"),
        ("a.json", "{", 1, 2, "the object opened in line 1 is not closed", "`}`"),
        ("a.json", "\u{FEFF}[x]", 1, 2, "found `x`", "double quotes"),
        ("a.json", "// c\n{\"a\": 1}", 1, 1, "JSON has no comments", "remove"),
        ("a.json", "\u{FEFF}\n /* c */ {\"a\": {\"b\": 1}}", 2, 2, "JSON has no comments", "remove"),
    ]);
}

#[test]
fn in_yaml() {
    check(&[
        ("a.yaml", "a:\n\tb: 1\n", 2, 1, "tab", "spaces"),
        ("a.yaml", "a: \"x\nb: 2\n", 1, 4, "not closed", "closing quote"),
        ("a.yaml", "a: 'it's'\n", 1, 8, "directly after a quoted text", "twice"),
        ("a.yaml", "a: 'it''s\nb: 'c'\n", 1, 4, "goes on to line 2, where text follows it", "closing quote"),
        ("a.yaml", "a: \"x\\\"\\\\\nb: \"c\"\n", 1, 4, "goes on to line 2, where text follows it", "closing quote"),
        ("a.yaml", "a: {b: 'x, c: 1\n  }\nd: 'e'\n", 1, 8, "goes on to line 3", "closing quote"),
        ("a.yaml", "a: b: c\n", 1, 5, "second `: `", "quotes"),
        ("a.yaml", "a: *nope\n", 1, 4, "the alias `*nope` has no anchor `&nope`", "quotes"),
        ("a.yaml", "a: &a [*a]\n", 1, 8, "inside the value that it names", "write out"),
        ("a.yaml", "? [&k [x]]\n: *k\n", 2, 3, "used as a key", "outside of the key"),
        ("a.yaml", "a: [1, 2\nb: 3\n", 2, 2, "`:` in a place", "close the bracket"),
        ("a.yaml", "a: [1, 2\n", 1, 4, "the `[` is not closed", "`]`"),
        ("a.yaml", "a: [1,,2]\n", 1, 7, "expected a value", "comma"),
        ("a.yaml", "a: {b: [1}\n", 1, 8, "`[` is closed by `}`", "`]`"),
        ("a.yaml", "a: @x\n", 1, 4, "`@` cannot begin a value", "quotes"),
        ("a.yaml", "a: %x\n", 1, 4, "`%` begins a directive", "quotes"),
        ("a.yaml", "a: 1\nkey\nb: 2\n", 2, 1, "a key without `:`", "space after the colon"),
        ("a.yaml", "a: 1\n b: 2\n", 2, 3, "second `: `", "quotes"),
        ("a.yaml", "- a\nb: 1\n", 2, 1, "another `- ` item", "indentation"),
        ("a.yaml", " a: 1\nb: 2\n", 2, 1, "behind the end of the document", "---"),
        ("a.yaml", "a: |x\n  y\n", 1, 4, "may follow the `|`", "next line"),
        ("a.yaml", "a: \"é\\x41\\q\"\n", 1, 10, "unknown escape", "backslash"),
        ("a.yaml", "a: \"\\u12\"\n", 1, 5, "names no character", "hexadecimal"),
        ("a.yaml", "!e!x a\n", 1, 1, "prefix is not declared", "%TAG"),
        ("a.yaml", "a: \"x\"#y\n", 1, 7, "without a space before its `#`", "space"),
        ("a.yaml", "a: x # c\n  y\n", 1, 6, "a comment inside a text", "quotes"),
        ("a.yaml", "a: \u{1}\n", 1, 4, "U+0001", "escape"),
        ("a.yaml", "a: - b\n", 1, 4, "`- ` item in a place", "line of its own"),
        ("a.yaml", "{\"a\": 1 \"b\": 2}\n", 1, 12, "expected `,` or `}`", "commas"),
    ]);
}

#[test]
fn both_notations_fail_and_the_name_decides_which_fault_is_told() {
    let message = |name: &str| read("{\"a\": 1,, \"b\": [}", name).error.unwrap().message;
    assert!(message("a.json").contains("expected a key in double quotes"), "{}", message("a.json"));
    assert_ne!(message("a.yaml"), message("a.json"));
    assert_eq!(message("a"), message("a.json"));
}
