//! The scanner of tags against html5gum, a tokenizer that passes the conformance tests of HTML parsers.

use std::collections::BTreeSet;

use html5gum::{DefaultEmitter, Error, Token, Tokenizer};
use proptest::prelude::*;

use super::html::{Active, scan};
use super::target::{Written, active_scheme};

/// Pieces of markup that make and break tags, comments and attributes.
const MARKUP: &[&str] = &[
    "<",
    "</",
    ">",
    "/>",
    "<!",
    "<!--",
    "-->",
    "--!>",
    "--",
    "-",
    "<?",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "/",
    "a",
    "<b ",
    "<embed",
    "<form ",
    "<style>",
    "</style",
    "</style>",
    "<textarea>",
    "</TextArea ",
    "<title>",
    "</title>",
    " onx=",
    " onY",
    "onz='",
    " href=",
    " src=\"",
    " data =",
    "xlink:href=",
    " action='",
    "formaction=",
];
/// Pieces of links.
const LINKS: &[&str] = &[
    "java",
    "script",
    "javascript",
    "vbscript",
    "data:",
    "text",
    "html",
    ":",
    "&",
    ";",
    "&colon;",
    "&#58;",
    "&#x3a",
    "&sol;",
    "&Tab;",
    "&NewLine;",
    "&nbsp",
    "&#106",
    "&#x6A;",
    "&percnt;",
    "&amp;",
    "&emsp14;",
    "&ThickSpace;",
    "%73",
    "&#x85;",
    "&fjlig;",
    "a",
    "=",
    "/",
    " ",
    "\t",
    "\u{e9}",
];
/// What closes every tag that is left open, since browsers drop such tags and the scanner does not.
const CLOSING: &str = "\"'>x>\"'>x>";

fn ours(html: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    scan(html, |active| {
        all.insert(match active {
            Active::Element(name) => format!("<{name}>"),
            Active::Handler(name) => name.to_ascii_lowercase(),
            Active::Link(scheme) => scheme.as_str().to_owned(),
        });
    });
    all
}

/// What html5gum sees: all, and what has a value; and whether a tag gives an attribute twice, of which browsers and it
/// take only the first.
fn theirs(html: &str) -> (BTreeSet<String>, BTreeSet<String>, bool) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut all, mut with_value, mut twice) = (BTreeSet::new(), BTreeSet::new(), false);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        let tag = match token {
            Token::StartTag(tag) => tag,
            Token::Error(error) => {
                twice |= error.value == Error::DuplicateAttribute;
                continue;
            }
            _ => continue,
        };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if ["script", "object", "embed", "applet", "iframe", "form"].contains(&name.as_str()) {
            with_value.insert(format!("<{name}>"));
        }
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).into_owned();
            let value = String::from_utf8_lossy(value).into_owned();
            let letters = attribute.strip_prefix("on").filter(|rest| !rest.is_empty());
            if letters.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic())) {
                all.insert(attribute.clone());
                with_value.extend((!value.is_empty()).then_some(attribute));
            } else if ["href", "src", "action", "formaction", "data", "xlink:href"].contains(&attribute.as_str()) {
                with_value.extend(active_scheme(&value, Written::Plain).map(|scheme| scheme.as_str().to_owned()));
            }
        }
    }
    all.extend(with_value.iter().cloned());
    (all, with_value, twice)
}

fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => prop::sample::select(MARKUP), 1 => prop::sample::select(LINKS)];
    prop::collection::vec(piece, 0..24).prop_map(|parts| parts.concat() + CLOSING)
}

/// Links that nearly are, or are, of an active scheme.
fn link() -> impl Strategy<Value = String> {
    let noise = || prop_oneof![2 => Just(""), 1 => prop::sample::select(LINKS)];
    let scheme = prop::sample::select(&[
        ["java", "scr", "ipt", ":"],
        ["&#106avas", "&#x63;", "%72ipt", "&colon;"],
        ["vb", "s&#67;r", "i&percnt;70t", "&#58"],
        ["da", "ta&#x3a", "text&sol;", "html"],
    ]);
    (scheme, [noise(), noise(), noise(), noise()])
        .prop_map(|(parts, noise)| noise.iter().zip(parts).flat_map(|(noise, part)| [*noise, part]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tags_are_where_browsers_see_them(html in markup()) {
        let (ours, (all, with_value, twice)) = (ours(&html), theirs(&html));
        prop_assert!(ours.is_superset(&with_value), "missed: {:?} {:?}", ours, with_value);
        prop_assert!(twice || ours.is_subset(&all), "invented: {:?} {:?}", ours, all);
    }

    #[test]
    fn links_are_decoded_as_browsers_do(link in link()) {
        let html = format!("<a href=\"{link}\">");
        prop_assert_eq!(ours(&html), theirs(&html).1);
    }
}
