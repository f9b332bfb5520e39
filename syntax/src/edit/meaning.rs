//! Whatever is changed in whatever document: the text that comes of it means what was meant, and nothing else.
//!
//! Every change is tried at every node of awkward documents. An edit need not be offered; one that is offered must give
//! the value that a change of the parsed value gives, and keep the comments that it does not speak of.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::{Change, Fragment, TextEdit};
use crate::tree::{Node, NodeId, Tree};
use crate::{Limits, parse, to_json_line};

/// Documents with what makes editing hard; each line break is also tried as CRLF, and without the last one.
const AWKWARD: [&str; 48] = [
    // Anchors, aliases, merge keys, tags.
    "a: &x {b: 1, c: [1, 2]}\nd: *x\ne:\n  <<: *x\n  f: 1\n",
    "a: &x\n  b: 1\n  c: 2\nd: *x\ne:\n  f: 1\n  <<: *x\n",
    "a: &x one\nb: *x\nc: [*x, &y two, *y]\nd: {k: *x, *x : 2}\n",
    "a: !!str 1\nb: !!map {c: 1}\nc: !t\n  d: 1\nd: !!seq\n- 1\n- !!int 2\ne: ! x\n",
    "a:\n  <<: {b: 1, c: 2}\n  d: 1\ne:\n  <<: [{f: 1}, {g: 2}]\n",
    "a:\n- &x\n  b: 1\n- *x\n- &y [1]\n- *y\n",
    "&k a: 1\n*k : 2\nb: 3\n",
    "a: &x\nb: *x\nc: &e ''\n",
    "--- &root\na: 1\nb: 2\n",
    // Comments in odd places.
    "# top\na: # behind\n  # before b\n  b: 1 # one\n  # before c\n  c: 2\n  # last\n# end\n",
    "a: [ # open\n  1, # one\n  2 # two\n  # last\n  ]\nb: { # open\n  c: 1, # one\n  d: 2\n  } # close\n",
    "a:\n# at the margin\n- 1\n# between\n- 2 # two\n\n# behind\nb: 1\n",
    "a:   # only\n  - b: 1 # x\n    # mid\n    c: 2\n  # next\n  - d\n",
    "a:\n  b: # why\n    c: 1\n  d:\n  # nothing\ne: ~ # null\n",
    "a: 'x # no comment' # comment\nb: \"y # no\"   # comment\nc: z#no\n",
    "{a: 1, # one\n b: 2, # two\n}\n",
    "a: {b: 1 # c\n  , d: 2}\n",
    // Tabs and blanks.
    "a:\tb\nc:\t\t1\t# x\nd: [\t1,\t2\t]\n",
    "a : 1\n\"b\" : 2\n'c'   : {d : 1,e: 2 ,}\n",
    "a:  \n   b:   1   \n   c:   2   \n\n\n\nd:   3\n",
    "a: [1, 2, ]\nb: {c: 1, }\nd: [ ]\ne: { }\n",
    // Streams.
    "---\na: 1\nb: {c: 2}\n---\na: 3\nb:\n  c: 4\n...\n# between\n---\n- 1\n- 2\n",
    "%YAML 1.2\n---\na: 1\nb: 2\n...\n",
    "--- {a: 1, b: [2]}\n--- [a, b]\n--- text\n",
    "--- # c\na: 1\n...\n",
    // Block scalars.
    "a: |\n  one\n  two\nb: >-\n  three\n\n  four\n\nc: |+\n  five\n\nd: 1\n",
    "a: |2\n   indented\n  two\nb: >1-\n  x\n y\nc:\n- |\n one\n- >\n two\nd: 2\n",
    "a:\n  b: |\n    text # no comment\n\n    more\n  # comment\n  c: 1\n",
    "a: | # header\n  text\nb: 1\nc: |\n\nd: |-\n",
    "a: |\n  last",
    "- |\n  a\n- >+\n  b\n\n- c\n",
    // Scalars over several lines, odd keys.
    "a: one\n  two\n  three\nb: 'x\n\n  y'\nc: \"x\\\n  y\\tz\"\n? d\n: 1\n? e\nf: 2\n",
    "? [a, b]\n: 1\n? {c: d}\n: 2\n? |\n  key\n: 3\n",
    "? a\n:\n  b: 1\n  c: 2\n? d\n: - 1\n  - 2\n",
    "- - a\n  - b\n- - c\n-\n  - d\n- x: 1\n  y: 2\n-   z: 1\n    w: 2\n",
    "a:\n- b\n- c\nd:\n  - - e\n    - f: 1\n      g: 2\n",
    "'': 1\n\"\\u00e4\": 2\n'it''s': 3\n\"q\\\"\": 4\n~: 5\n1: 6\ntrue: 7\na/b~c: 8\n",
    "a: [b: 1, c, {d: 2}, [e]]\nf: [\"g\": 1, 'h' : 2]\n",
    "[a, [b, c], {d: e}]\n",
    "{\"a\":1,\"b\":{\"c\":\"d\"},\"e\":[]}\n",
    "a: {\n  b: 1,\n  c: [\n    1,\n    2\n  ]\n}\n",
    "a: {b, c: , d}\ne: [ ]\n",
    // Texts of all alphabets, marks, doubled keys.
    "naïve: schön\nключ: [значение, два]\n鍵: {値: 絵文字🙂}\n🙂: \"\\U0001F600\"\n",
    "\u{FEFF}a: 1\nb: [ä, 2]\n",
    "a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n",
    "a: http://x.y/z\nb: 'http://x.y/z'\nc: \"http:\\/\\/x.y\"\nd: http://x.y # c\n",
    "a: null\nb: ~\nc:\nd: ''\ne: 0x1F\nf: 1e3\ng: .inf\nh: yes\n",
    "a:\n    b:\n          c: 1\n          d: 2\n    e:\n     - 1\n",
];

const AWKWARD_JSON: [&str; 12] = [
    "{}",
    "[]",
    "{\"a\": 1, \"b\": [1, 2, {\"c\": null}], \"d\": {}}",
    "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":\"e\"}}",
    "{\n\t\"a\" : 1 ,\n\t\"b\"\n:\n[ 1\n, 2\n]\n\n}\n\n",
    "{ \"a\": 1, \"a\": 2, \"b\": {\"c\": 1, \"c\": [1], \"c\": 3}, \"a\": {\"x\": 1} }",
    "{\"\\u0061\": 1, \"a\\/b\": \"\\ud83d\\ude00\", \"\": \"\", \"\\n\": \"\\\\\\\"\"}",
    "{\"ключ\": \"значение\", \"🙂\": [\"ä\", \"ö\"]}",
    "[{\"a\": 1}, [], [[]], \"x\", 1.50, -0, 1e40, true]",
    "\u{FEFF}{\"a\": [ ], \"b\": { }}",
    "  {\"a\"  :1,   \"b\":2}  ",
    "{\"a\": {\"b\": 1\n}, \"c\": [1\n]}",
];

/// A change by what it does, to be made at any node.
#[derive(Clone, Debug)]
enum Deed {
    Text(&'static str),
    Part(&'static str),
    Key(&'static str),
    Set(Fragment),
    Remove,
    Insert(&'static str, Fragment),
}

fn deeds() -> Vec<Deed> {
    let nested = Fragment::List(vec![
        Fragment::member("k", Fragment::List(vec![])),
        Fragment::Map(vec![
            ("x".to_owned(), Fragment::text("on")),
            ("y".to_owned(), Fragment::List(vec![Fragment::text("z: 1"), Fragment::Number(7)])),
        ]),
    ]);
    let texts = [
        "plain",
        "true",
        "a: b",
        "it's \"so\"",
        "x # y",
        "two\nlines",
        "",
        " ",
        "- x",
        "[a]",
        "ü🙂",
        "http://n.io/{a}",
        "\u{7f}\u{85}",
    ];
    let fragments = [Fragment::Flag(true), Fragment::Number(3), Fragment::List(vec![]), Fragment::Map(vec![]), nested];
    let mut deeds: Vec<Deed> = texts.into_iter().map(Deed::Text).collect();
    deeds.extend(["Z", "YOUR_TOKEN_HERE", "..."].map(Deed::Part));
    deeds.extend(["renamed", "a key: odd", "1", ""].map(Deed::Key));
    deeds.extend(texts.into_iter().map(|text| Deed::Set(Fragment::text(text))));
    deeds.extend(fragments.iter().cloned().map(Deed::Set));
    deeds.extend(fragments.into_iter().map(|value| Deed::Insert("inserted", value)));
    deeds.extend([
        Deed::Remove,
        Deed::Insert("odd: key", Fragment::text("a\nb")),
        Deed::Insert("401", Fragment::text("")),
    ]);
    deeds
}

impl Deed {
    fn on<'t>(&self, node: Node<'t>) -> Option<Change<'t>> {
        Some(match self {
            Self::Text(text) => Change::Text(node, (*text).to_owned()),
            Self::Part(text) => Change::Part(node, middle(node)?, (*text).to_owned()),
            Self::Key(key) => Change::Key(node, (*key).to_owned()),
            Self::Set(value) => Change::Value(node, value.clone()),
            Self::Remove => Change::Remove(node),
            Self::Insert(key, value) => Change::Insert(node, (*key).to_owned(), value.clone()),
        })
    }

    /// The same for the value; nothing where the value has no such place, so that there must be no edit.
    fn to(&self, node: Node<'_>, root: &mut Value) -> Option<()> {
        let pointer = node.pointer();
        let part = middle(node);
        let (holder, key) = match pointer.rsplit_once('/') {
            Some((holder, key)) => (holder.to_owned(), Some(key.replace("~1", "/").replace("~0", "~"))),
            None => (String::new(), None),
        };
        match self {
            Self::Text(text) => *root.pointer_mut(&pointer)? = json!(text),
            Self::Part(text) => {
                let mut whole = node.text().to_owned();
                whole.replace_range(part?, text);
                *root.pointer_mut(&pointer)? = json!(whole);
            }
            Self::Set(value) => *root.pointer_mut(&pointer)? = json(value),
            Self::Insert(key, value) => {
                let old = root.pointer_mut(&pointer)?.as_object_mut()?.insert((*key).to_owned(), json(value));
                old.is_none().then_some(())?;
            }
            Self::Key(new) => {
                let members = root.pointer_mut(&holder)?.as_object_mut()?;
                let value = members.remove(&key?)?;
                members.insert((*new).to_owned(), value).is_none().then_some(())?;
            }
            Self::Remove => match root.pointer_mut(&holder)? {
                Value::Object(members) => drop(members.remove(&key?)?),
                Value::Array(items) => drop(items.remove(key?.parse().ok()?)),
                _ => return None,
            },
        }
        Some(())
    }
}

/// A part of a scalar's text, at the bounds of characters.
fn middle(node: Node<'_>) -> Option<std::ops::Range<usize>> {
    let text = node.text();
    let mut places = text.char_indices().map(|(at, _)| at);
    Some(places.next()?..places.nth(1).unwrap_or(text.len()))
}

fn json(fragment: &Fragment) -> Value {
    match fragment {
        Fragment::Text(text) => json!(text),
        Fragment::Flag(flag) => json!(flag),
        Fragment::Number(number) => json!(number),
        Fragment::List(items) => items.iter().map(json).collect(),
        Fragment::Map(members) => members.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}

/// The values of all documents; numbers that do not fit are not of interest, so that they become text.
fn values(tree: &Tree) -> Option<Vec<Value>> {
    let value = |root| {
        let line = to_json_line(root, &Limits::default()).ok()?;
        Some(serde_json::from_str(&line).unwrap_or(Value::String(line)))
    };
    tree.documents().map(value).collect()
}

fn applied(text: &str, edits: &[TextEdit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    let mut out = text.to_owned();
    for edit in edits {
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    out
}

/// What is wrong with the text after a change, if anything.
fn fault(name: &str, text: &str, tree: &Tree, id: NodeId, deed: &Deed) -> Option<String> {
    let node = tree.node(id);
    let edit = deed.on(node)?.compile()?;
    let after = applied(text, std::slice::from_ref(&edit));
    let say = |why: &str| Some(format!("{why}: {deed:?} at `{}`\n{text:?}\n{after:?}", node.pointer()));
    let parsed = parse(after.as_str().into(), None, &Limits::default());
    // What is no JSON any more may still be YAML.
    let other = node.parent().is_some() && name.ends_with("json") && parsed.tree.notation() != tree.notation();
    if parsed.error.is_some() || other {
        return say("it does not parse");
    }
    let mut meant = values(tree)?;
    if deed.to(node, &mut meant[tree.document_of(id)]).is_none() {
        return say("there is no such place");
    }
    if values(&parsed.tree).as_ref() != Some(&meant) {
        return say("it means something else");
    }
    let removed = edit.span.start..edit.span.end;
    let kept = tree.comments().iter().filter(|comment| !removed.contains(&comment.span.start));
    let comments = |tree: &Tree| tree.comments().len();
    if kept.count() > comments(&parsed.tree)
        || (!matches!(deed, Deed::Remove) && comments(tree) != comments(&parsed.tree))
    {
        return say("a comment is lost");
    }
    None
}

/// The faults of every deed at every `step`th node, and the number of edits that were offered.
fn faults(name: &str, text: &str, step: usize) -> (Vec<String>, usize) {
    let parsed = parse(text.into(), Some(std::path::Path::new(name)), &Limits::default());
    assert!(parsed.error.is_none(), "{text:?}: {:?}", parsed.error);
    let (mut faults, mut offered) = (Vec::new(), 0);
    for node in parsed.tree.nodes().step_by(step) {
        for deed in deeds() {
            offered += usize::from(deed.on(node).is_some_and(|change| change.compile().is_some()));
            faults.extend(fault(name, text, &parsed.tree, node.id(), &deed));
        }
    }
    (faults, offered)
}

#[track_caller]
fn none(faults: &[String]) {
    let shown: Vec<&str> = faults.iter().take(10_000).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), shown.join("\n"));
}

#[test]
fn every_change_of_awkward_documents_means_what_was_meant() {
    let mut all = (Vec::new(), 0);
    let documents = AWKWARD.map(|text| ("a.yaml", text)).into_iter().chain(AWKWARD_JSON.map(|text| ("a.json", text)));
    for (name, text) in documents {
        for text in [text.to_owned(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
            let (faults, offered) = faults(name, &text, 1);
            all.0.extend(faults);
            all.1 += offered;
        }
    }
    none(&all.0);
    assert!(all.1 > 10_000, "only {} edits are offered", all.1);
}

/// The same documents as values of others: below a key, and behind a dash.
#[test]
fn every_change_of_what_is_nested_means_what_was_meant() {
    let mut all = (Vec::new(), 0);
    for text in AWKWARD.into_iter().filter(|text| !text.starts_with(['-', '%', '\u{FEFF}', '&'])) {
        let indented = |by: &str| {
            let line = |line: &str| if line.trim().is_empty() { line.to_owned() } else { format!("{by}{line}") };
            text.split_inclusive('\n').map(line).collect::<String>()
        };
        let ends = if text.ends_with('\n') { "" } else { "\n" };
        let flow = text.starts_with('{') || text.starts_with('[');
        let below = format!("before: 0\nouter:\n{}{ends}behind: 1 # end\n", indented("   "));
        let first = text.starts_with(|first: char| first != '#');
        let item = format!("- 0\n-   {}{ends}- behind # end\n", indented("    ").trim_start());
        let twice = format!("- - {}{ends}  - 1\n", indented("    ").trim_start());
        for document in
            [Some(below), (first || flow).then_some(item), (first || flow).then_some(twice)].into_iter().flatten()
        {
            let (faults, offered) = faults("a.yaml", &document, 1);
            all.0.extend(faults);
            all.1 += offered;
        }
    }
    none(&all.0);
    assert!(all.1 > 10_000, "only {} edits are offered", all.1);
}

/// Two members for one mapping, as fixes add several answers to an operation. Edits that meet are not offered together.
#[test]
fn two_members_are_added_at_once() {
    let mut faults = Vec::new();
    let documents = AWKWARD.map(|text| ("a.yaml", text)).into_iter().chain(AWKWARD_JSON.map(|text| ("a.json", text)));
    for (name, text) in documents {
        let parsed = parse(text.into(), Some(std::path::Path::new(name)), &Limits::default());
        for node in parsed.tree.nodes() {
            let inserts = [("new", Fragment::Flag(true)), ("more", Fragment::List(vec![Fragment::text("x")]))]
                .map(|(key, value)| Deed::Insert(key, value));
            let compiled = inserts.iter().map(|insert| insert.on(node)?.compile());
            let Some(edits) = compiled.collect::<Option<Vec<TextEdit>>>() else { continue };
            if edits[0].span == edits[1].span && !edits[0].span.is_empty() {
                continue;
            }
            let mut meant = values(&parsed.tree).unwrap();
            for insert in &inserts {
                insert.to(node, &mut meant[parsed.tree.document_of(node.id())]).unwrap();
            }
            let after = applied(text, &edits);
            let read = parse(after.as_str().into(), Some(std::path::Path::new(name)), &Limits::default());
            if read.error.is_some() || values(&read.tree).as_ref() != Some(&meant) {
                faults.push(format!("`{}`\n{text:?}\n{after:?}", node.pointer()));
            }
        }
    }
    none(&faults);
}

/// The fixtures of the lints, whose manner is that of real descriptions.
#[test]
fn changes_of_fixtures_mean_what_was_meant() {
    let lints = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/lints");
    let entries = |folder: &std::path::Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let fixtures = entries(&lints).flat_map(|family| entries(&family).collect::<Vec<_>>());
    let (mut all, mut files) = (Vec::new(), 0);
    for path in fixtures.flat_map(|lint| entries(&lint).collect::<Vec<_>>()).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&path).unwrap();
        files += 1;
        all.extend(faults(path.to_str().unwrap(), &text, 29).0);
    }
    assert!(files > 400, "only {files} fixtures");
    none(&all);
}
