//! Typed reading: forms, and the places of errors.

use std::collections::BTreeMap;

use apiward_syntax::from_node;
use serde::Deserialize;

use crate::{root, yaml};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Settings {
    profile: Profile,
    #[serde(default)]
    exclude: Vec<String>,
    max_age: Option<u32>,
    #[serde(default)]
    lints: BTreeMap<String, Level>,
    ratio: Option<f64>,
    pair: Option<(u8, String)>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Profile {
    Strict,
    Custom(String),
    Sized { size: i64 },
    Both(u8, u8),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Level {
    On(bool),
    Named(String),
    Full { level: String, options: Vec<i32> },
}

fn settings(text: &str) -> Result<Settings, (String, String, String)> {
    let tree = yaml(text);
    from_node(root(&tree)).map_err(|error| {
        let span = error.span(&tree);
        (tree.node(error.node).pointer(), text[span.start as usize..span.end as usize].to_owned(), error.message)
    })
}

#[test]
fn structs_options_maps_and_enums() {
    let read = settings(
        "profile: strict\nexclude: [a, \"b\"]\nmax-age: 0x10\nlints: {x: off, y: true, z: {level: error, options: [-1, +2]}}\n\
         ratio: 1\npair: [7, x]\n",
    );
    let lints = [
        ("x".to_owned(), Level::Named("off".to_owned())),
        ("y".to_owned(), Level::On(true)),
        ("z".to_owned(), Level::Full { level: "error".to_owned(), options: vec![-1, 2] }),
    ];
    let expected = Settings {
        profile: Profile::Strict,
        exclude: vec!["a".to_owned(), "b".to_owned()],
        max_age: Some(16),
        lints: lints.into(),
        ratio: Some(1.0),
        pair: Some((7, "x".to_owned())),
    };
    assert_eq!(read, Ok(expected));
}

#[test]
fn every_form_of_enum() {
    let profile = |text: &str| settings(&format!("profile: {text}\nmax-age: ~\n")).map(|settings| settings.profile);
    assert_eq!(profile("{custom: x}"), Ok(Profile::Custom("x".to_owned())));
    assert_eq!(profile("{sized: {size: -3}}"), Ok(Profile::Sized { size: -3 }));
    assert_eq!(profile("{both: [1, 2]}"), Ok(Profile::Both(1, 2)));
    assert_eq!(profile("{strict: }"), Ok(Profile::Strict));
    assert_eq!(profile("other").unwrap_err().0, "/profile");
    assert_eq!(profile("{custom: x, both: y}").unwrap_err().0, "/profile");
    assert_eq!(profile("[strict]").unwrap_err().0, "/profile");
    assert_eq!(profile("{sized: {size: big}}").unwrap_err().0, "/profile/sized/size");
}

#[test]
fn errors_name_the_node_at_fault() {
    let fault = |text: &str| settings(text).unwrap_err();
    let (pointer, slice, message) = fault("profile: strict\nmaxage: 3\n");
    assert_eq!((pointer.as_str(), slice.as_str()), ("/maxage", "maxage"), "an unknown field is a fault of its key");
    assert!(message.starts_with("unknown field `maxage`, expected one of"), "{message}");
    let (pointer, slice, message) = fault("profile: strict\nmax-age: -1\n");
    assert_eq!((pointer.as_str(), slice.as_str()), ("/max-age", "-1"));
    assert_eq!(message, "invalid value: integer `-1`, expected u32");
    let (pointer, slice, message) = fault("profile: strict\nexclude: [a, {b: 1}]\n");
    assert_eq!((pointer.as_str(), slice.as_str()), ("/exclude/1", "{b: 1}"));
    assert_eq!(message, "invalid type: map, expected a string");
    let (pointer, slice, message) = fault("exclude: []\n");
    assert_eq!((pointer.as_str(), slice.as_str()), ("", "exclude: []"));
    assert_eq!(message, "missing field `profile`");
    let (pointer, _, message) = fault("profile: strict\npair: [1, x, y]\n");
    assert_eq!(pointer, "/pair");
    assert_eq!(message, "invalid length 3, expected 2 items");
}

#[test]
fn aliases_merges_and_duplicates_are_followed() {
    let read = settings(
        "exclude: &e [a]\n<<: {max-age: 1, profile: {custom: p}}\nmax-age: 2\nmax-age: 3\nlints: {x: {level: l, options: []}}\n",
    );
    let read = read.unwrap();
    assert_eq!((read.profile, read.max_age), (Profile::Custom("p".to_owned()), Some(3)));
    let tree = yaml("- &e [1, 2]\n- *e\n");
    assert_eq!(from_node::<Vec<Vec<u8>>>(root(&tree)), Ok(vec![vec![1, 2], vec![1, 2]]));
}

#[test]
fn numbers_of_every_size() {
    let tree = yaml(
        "[18446744073709551615, -9223372036854775808, 1e3, 0o17, 36893488147419103232, .5, -.inf, 0xFFFFFFFFFFFFFFFFFF]",
    );
    let item = |at: usize| root(&tree).items().nth(at).unwrap();
    assert_eq!(from_node(item(0)), Ok(u64::MAX));
    assert_eq!(from_node(item(1)), Ok(i64::MIN));
    assert_eq!(from_node(item(3)), Ok(15_u8));
    let floats = [
        (2, 1e3),
        (4, 36_893_488_147_419_103_232.0),
        (5, 0.5),
        (6, f64::NEG_INFINITY),
        (7, 4_722_366_482_869_645_213_695.0),
    ];
    for (at, expected) in floats {
        assert_eq!(from_node(item(at)), Ok(expected));
    }
}

#[test]
fn keys_can_be_numbers_and_variants() {
    let tree = yaml("200: a\n404: b\n");
    let read = from_node::<BTreeMap<u16, String>>(root(&tree)).unwrap();
    assert_eq!(read.into_iter().collect::<Vec<_>>(), [(200, "a".to_owned()), (404, "b".to_owned())]);
    let tree = yaml("200: a\nmany: b\n");
    let error = from_node::<BTreeMap<u16, String>>(root(&tree)).unwrap_err();
    assert!(error.at_key);
    assert_eq!(tree.node(error.node).pointer(), "/many");
}
