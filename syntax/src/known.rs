//! Keys that are looked for so often that each tree finds their symbols once.

use crate::intern::Symbol;
use crate::tree::Tree;

/// What names a member of a mapping: its key, or one of the keys that each tree knows.
pub trait MemberKey: Copy {
    /// The key's symbol, if any key of the tree has that text.
    fn symbol_in(self, tree: &Tree) -> Option<Symbol>;
}

impl MemberKey for &str {
    fn symbol_in(self, tree: &Tree) -> Option<Symbol> {
        tree.symbol(self)
    }
}

impl MemberKey for &String {
    fn symbol_in(self, tree: &Tree) -> Option<Symbol> {
        tree.symbol(self)
    }
}

impl<K: MemberKey> MemberKey for &K {
    fn symbol_in(self, tree: &Tree) -> Option<Symbol> {
        (*self).symbol_in(tree)
    }
}

macro_rules! known {
    ($($name:ident: $text:literal),+ $(,)?) => {
        /// A key that nearly every node is asked for. To look it up costs no comparison of texts; other than that, it
        /// is as good as its text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Known {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Known {
            const TEXTS: [&str; [$($text),+].len()] = [$($text),+];
        }
    };
}

known! {
    Ref: "$ref",
    AllOf: "allOf",
    Type: "type",
    Description: "description",
    Deprecated: "deprecated",
    XDeprecated: "x-deprecated",
    XInternal: "x-internal",
    ReadOnly: "readOnly",
    WriteOnly: "writeOnly",
    Pattern: "pattern",
    Format: "format",
    Properties: "properties",
    Schema: "schema",
    Content: "content",
    Responses: "responses",
    In: "in",
    Name: "name",
    Summary: "summary",
    Parameters: "parameters",
    Items: "items",
    Enum: "enum",
    Example: "example",
    Examples: "examples",
}

impl MemberKey for Known {
    fn symbol_in(self, tree: &Tree) -> Option<Symbol> {
        tree.known.0[self as usize]
    }
}

/// The symbols of the known keys in one tree.
pub(crate) struct KnownSymbols([Option<Symbol>; Known::TEXTS.len()]);

impl KnownSymbols {
    pub(crate) fn new(find: impl Fn(&str) -> Option<Symbol>) -> Self {
        Self(Known::TEXTS.map(find))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{Limits, parse};

    #[test]
    fn a_known_key_finds_what_its_text_finds() {
        for text in ["a: {name: x, type: y}\n$ref: z\n", r#"{"n\u0061me": 1, "in": 2, "in": 3}"#, "{}", ""] {
            let tree = parse(text.into(), None, &Limits::default()).tree;
            for node in tree.nodes() {
                assert_eq!(node.get(Known::Name), node.get("name"), "{text}");
                assert_eq!(node.get(Known::In), node.get("in"), "{text}");
                assert_eq!(node.get(Known::Ref), node.get("$ref"), "{text}");
            }
        }
        let tree = parse(r#"{"n\u0061me": 1}"#.into(), None, &Limits::default()).tree;
        assert_eq!(tree.documents().next().unwrap().get(Known::Name).unwrap().text(), "1");
    }
}
