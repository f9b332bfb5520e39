//! Generated documents, printed in many ways, read as what they were printed from.

use apiward_syntax::{Limits, Node, Notation, from_node, parse_bytes};
use proptest::prelude::*;

use crate::generate::{self, Choices};
use crate::{invariants, lines_of, read, root};

/// What the tree says of a text with one document: by `debug tree`, and by the deserializer.
fn values(text: &str, name: &str) -> (serde_json::Value, serde_json::Value) {
    let parsed = read(text, name);
    assert_eq!(parsed.error, None, "{text}");
    invariants::check(&parsed);
    let printed = serde_json::from_str(&lines_of(&parsed.tree)[0]).unwrap();
    (printed, from_node(root(&parsed.tree)).unwrap())
}

fn slice(node: Node<'_>) -> &str {
    let span = node.span();
    &node.tree().source()[span.start as usize..span.end as usize]
}

proptest! {
    // `PROPTEST_CASES` asks for more than the default of 256.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_read_as_it_was_meant(value in generate::value(), choices in Choices::any()) {
        let mut text = String::new();
        generate::json(&value, &mut Choices::new(choices), &mut text);
        let expected = value.expected();
        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &expected);
        let (printed, typed) = values(&text, "a.json");
        prop_assert_eq!(&printed, &expected, "{}", text);
        prop_assert_eq!(&typed, &expected, "{}", text);
    }

    #[test]
    fn the_span_of_any_json_value_holds_that_value(value in generate::value(), choices in Choices::any()) {
        let mut text = String::new();
        generate::json(&value, &mut Choices::new(choices), &mut text);
        let text = format!("[{text}]");
        let tree = read(&text, "a.json").tree;
        prop_assert_eq!(tree.notation(), Notation::Json);
        for node in tree.nodes() {
            let alone: serde_json::Value = serde_json::from_str(slice(node)).unwrap();
            prop_assert_eq!(alone, from_node::<serde_json::Value>(node).unwrap());
            if let Some(key) = node.key_span() {
                let key: String = serde_json::from_str(&text[key.start as usize..key.end as usize]).unwrap();
                prop_assert_eq!(Some(key.as_str()), node.key());
            }
        }
    }

    #[test]
    fn yaml_is_read_as_it_was_meant(value in generate::value(), choices in Choices::any(), crlf in any::<bool>()) {
        let text = generate::yaml(&value, &mut Choices::new(choices));
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let expected = value.expected();
        let (printed, typed) = values(&text, "a.yaml");
        prop_assert_eq!(&printed, &expected, "{}", text);
        prop_assert_eq!(&typed, &expected, "{}", text);
    }

    #[test]
    fn damaged_texts_break_no_promise(
        value in generate::value(),
        choices in Choices::any(),
        flow in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let mut text = String::new();
        let mut choices = Choices::new(choices);
        if flow { generate::json(&value, &mut choices, &mut text) } else { text = generate::yaml(&value, &mut choices) }
        let mut bytes = text.into_bytes();
        for (place, byte, how) in damage {
            let at = place.index(bytes.len() + 1);
            let byte = if byte < 128 { byte } else { b" \n\"':,[]{}-&*!|>#%\\?"[usize::from(byte) % 20] };
            match how {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(at / 2),
            }
        }
        for name in ["a.json", "a.yaml"] {
            invariants::check(&parse_bytes(bytes.as_slice(), Some(std::path::Path::new(name)), &Limits::default()));
        }
    }

    #[test]
    fn any_bytes_break_no_promise(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        invariants::check(&parse_bytes(bytes, None, &Limits::default()));
    }

    #[test]
    fn yaml_like_texts_break_no_promise(text in "([ab1~'\"\\\\#:,\\[\\]{}&*!|>%@?-]|[ \n\t]|: |- |é|😀|<<: |&a |\\*a|--- |\\.\\.\\.\n|\r\n){0,40}") {
        invariants::check(&read(&text, "a.yaml"));
    }
}
