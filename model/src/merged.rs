//! A schema as it is meant where it is used: with what `$ref` and `allOf` bring together.

use apiward_syntax::{Kind, Known, MemberKey};
use foldhash::{HashSet, HashSetExt};
use smallvec::{SmallVec, smallvec};

use crate::api::Api;
use crate::node::Node;
use crate::spec::Format;

/// Parts that one look takes in; a composition of more is no longer written by hand.
const MOST: usize = 64;

/// Most schemas are a reference, or themselves.
type Few<'a> = SmallVec<[Node<'a>; 2]>;

/// The objects that hold for one schema together: what it says itself, what it refers to, and the branches of its
/// `allOf`, in that order and each once.
#[derive(Clone, Debug)]
pub struct Merged<'a> {
    parts: Few<'a>,
    /// References beside which nothing counts but what says the direction.
    passed: Few<'a>,
}

impl<'a> Merged<'a> {
    /// Puts a schema together. Beside `$ref` other keywords count from OpenAPI 3.1 on only. References that lead
    /// nowhere bring nothing.
    pub fn of(api: &Api<'a>, schema: Node<'a>) -> Self {
        let siblings = matches!(api.spec.format, Format::OpenApi31 | Format::OpenApi32);
        let mut parts = Few::new();
        // References that are no part may go in a circle that holds nothing.
        let mut passed = Few::new();
        let mut waiting: Few<'a> = smallvec![schema];
        while let Some(node) = waiting.pop().filter(|_| parts.len() < MOST && parts.len() + passed.len() < 2 * MOST) {
            if parts.contains(&node) || passed.contains(&node) {
                continue;
            }
            let reference = node.reference();
            if reference.is_none() || siblings {
                parts.push(node);
                let branches = node.get(Known::AllOf).into_iter().flat_map(Node::items);
                let from = waiting.len();
                waiting.extend(branches.take(MOST));
                waiting[from..].reverse();
            } else {
                passed.push(node);
            }
            // A reference to a reference is followed one hop at a time, so that what stands beside each counts.
            waiting.extend(reference.and_then(|reference| api.files.resolve(reference).ok()));
        }
        Self { parts, passed }
    }

    /// The same, with the branch of `oneOf` or `anyOf` that is left where all others are `null`: how a schema is made
    /// nullable from OpenAPI 3.1 on.
    pub fn of_nullable(api: &Api<'a>, schema: Node<'a>) -> Self {
        let mut merged = Self::of(api, schema);
        let branches: Vec<Node> = merged.branches().take(2).collect();
        if let [only] = branches.as_slice() {
            let room = MOST.saturating_sub(merged.parts.len());
            let further = Self::of(api, *only).parts.into_iter().filter(|part| !merged.parts.contains(part));
            let further: Vec<Node> = further.take(room).collect();
            merged.parts.extend(further);
        }
        merged
    }

    /// The branches of `oneOf` and `anyOf` that are more than `null`.
    pub fn branches(&self) -> impl Iterator<Item = Node<'a>> {
        let lists = self.all("oneOf").chain(self.all("anyOf"));
        lists.flat_map(Node::items).filter(|branch| branch.get_str(Known::Type) != Some("null"))
    }

    /// The objects, references left out unless something beside them counts.
    pub fn parts(&self) -> &[Node<'a>] {
        &self.parts
    }

    /// The first value of a keyword.
    pub fn get(&self, keyword: impl MemberKey) -> Option<Node<'a>> {
        self.parts.iter().find_map(|part| part.get(keyword)).map(value)
    }

    /// All values of a keyword.
    pub fn all<'k>(&'k self, keyword: impl MemberKey + 'k) -> impl Iterator<Item = Node<'a>> + 'k {
        self.parts.iter().filter_map(move |part| part.get(keyword)).map(value)
    }

    /// The properties in order, each name once.
    pub fn properties(&self) -> Vec<(&'a str, Node<'a>)> {
        let mut found: Vec<(&str, Node<'a>)> = Vec::new();
        let mut seen = HashSet::new();
        for (name, node) in self.all(Known::Properties).flat_map(Node::entries) {
            if seen.insert(name) {
                found.push((name, node));
            }
        }
        found
    }

    /// The first definition of a property.
    pub fn property(&self, name: &str) -> Option<Node<'a>> {
        self.all(Known::Properties).find_map(|map| map.get(name))
    }

    /// True when `type` is that type, or a list that holds it.
    pub fn is_type(&self, name: &str) -> bool {
        self.types().any(|own| own == name)
    }

    /// The types that `type` names.
    pub fn types(&self) -> impl Iterator<Item = &'a str> {
        self.all(Known::Type).flat_map(|node| {
            let own = node.as_str();
            own.into_iter().chain(node.items().filter_map(|item| item.as_str()))
        })
    }

    /// True for an object: by type, or without a type by its properties.
    pub fn is_object(&self) -> bool {
        self.is_type("object") || (self.types().next().is_none() && self.get(Known::Properties).is_some())
    }

    /// True for an array: by type, or without a type by its items.
    pub fn is_array(&self) -> bool {
        self.is_type("array") || (self.types().next().is_none() && self.get(Known::Items).is_some())
    }

    /// True for `readOnly: true`, also beside `$ref` where nothing else counts there: authors mean it.
    pub fn is_read_only(&self) -> bool {
        self.parts.iter().chain(&self.passed).any(|part| part.is_true(Known::ReadOnly))
    }

    /// True when the schema lists its values: by `enum` or `const`, or by one in each branch of `oneOf` or `anyOf` that is
    /// more than `null`, as descriptions from OpenAPI 3.1 on give each value a text.
    pub fn is_enumerated(&self) -> bool {
        let lists = |schema: Node<'a>| schema.get(Known::Enum).is_some() || schema.get("const").is_some();
        let lists_itself = |branch: Node<'a>| lists(branch) || branch.target_or_none().is_some_and(lists);
        let by_branches = |list: Node<'a>| {
            let mut branches = list.items().filter(|one| one.get_str(Known::Type) != Some("null")).peekable();
            branches.peek().is_some() && branches.all(lists_itself)
        };
        self.parts.iter().copied().any(lists) || self.all("oneOf").chain(self.all("anyOf")).any(by_branches)
    }

    /// True when a part is `false`, which nothing matches.
    pub fn is_false(&self) -> bool {
        self.parts.iter().any(|part| part.as_bool() == Some(false))
    }
}

/// The value of a keyword; of `properties` the map that is meant, see [`Node::properties`].
fn value(node: Node<'_>) -> Node<'_> {
    let is_map = node.key_symbol().is_some_and(|key| Known::Properties.symbol_in(node.tree()) == Some(key));
    if is_map { node.map_behind() } else { node }
}

/// Keywords that only explain: a schema of nothing else accepts anything.
const ANNOTATIONS: [&str; 16] = [
    "title",
    "description",
    "$comment",
    "example",
    "examples",
    "default",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "xml",
    "$id",
    "$anchor",
    "$schema",
    "$defs",
];

/// `empty_schema(s)`: what it refers to is `true`, `{}`, or an object of annotations alone. A reference that leads
/// nowhere is not known to be empty.
pub fn is_empty_schema(api: &Api<'_>, schema: Node<'_>) -> bool {
    let annotates = |key: &str| ANNOTATIONS.contains(&key) || key == "definitions" || key.starts_with("x-");
    let siblings = matches!(api.spec.format, Format::OpenApi31 | Format::OpenApi32);
    let beside = |(key, _): (&str, Node<'_>)| key == "$ref" || annotates(key);
    if siblings && schema.reference().is_some() && !schema.entries().all(beside) {
        return false;
    }
    let Some(target) = schema.target_or_none() else { return false };
    match target.kind() {
        Kind::Bool => target.as_bool() == Some(true),
        Kind::Mapping => target.entries().all(|(key, _)| annotates(key)),
        _ => false,
    }
}

/// `typed(s)`: a Schema Object that says something. `true` and `{}` say nothing, `false` is closed.
pub fn is_typed_schema(api: &Api<'_>, schema: Node<'_>) -> bool {
    schema.target_or_none().is_some_and(|target| target.kind() == Kind::Mapping) && !is_empty_schema(api, schema)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    const SCHEMAS: &str = "
      A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {own: {}, both: {type: integer}}}], maxProperties: 3}
      B: {type: object, properties: {base: {type: string}, both: {type: string}}}
      C: {$ref: '#/components/schemas/B', maxProperties: 9}
      D: {allOf: [{$ref: '#/components/schemas/D'}, {type: [array, 'null']}]}
      E: {description: Anything}
      F: {$ref: '#/components/schemas/E'}
      G: {$ref: '#/components/schemas/Nowhere'}
      H: true
      I: false
      J: {$ref: '#/components/schemas/E', type: string}
      K: {$ref: '#/components/schemas/K'}
      L: {$ref: '#/components/schemas/M'}
      M: {$ref: '#/components/schemas/L'}
      N: {allOf: [{$ref: '#/components/schemas/L'}, {$ref: '#/components/schemas/K'}, {type: string}]}
      P: {type: string, enum: [a]}
      Q: {allOf: [{const: a}]}
      R: {oneOf: [{const: a}, {const: b, title: B}]}
      S: {anyOf: [{$ref: '#/components/schemas/P'}, {type: 'null'}]}
      T: {oneOf: [{const: a}, {type: string}]}
      U: {oneOf: [{type: 'null'}]}
      V: {type: string}
";

    fn with<T>(version: &str, read: impl Fn(&Api<'_>, &dyn Fn(&str) -> Merged<'static>) -> T) -> T {
        let name = PathBuf::from("a.yaml");
        let text = format!("openapi: {version}\npaths: {{}}\ncomponents:\n  schemas:{SCHEMAS}");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files: &'static Files = Box::leak(Box::new(Files::load(loader.load(&name).unwrap(), &loader)));
        let api = Api::read(files, 0).unwrap();
        let find = |name: &str| Merged::of(&api, api.root.at_pointer(&format!("/components/schemas/{name}")).unwrap());
        read(&api, &find)
    }

    #[test]
    fn parts_come_together_over_references_and_branches() {
        with("3.0.3", |_, find| {
            let merged = find("A");
            let names: Vec<&str> = merged.properties().iter().map(|(name, _)| *name).collect();
            assert_eq!(names, ["base", "both", "own"]);
            assert_eq!(merged.property("both").unwrap().get_str("type"), Some("string"));
            assert!(merged.is_object() && merged.get("maxProperties").is_some() && !merged.is_array());
            assert!(find("D").is_array() && find("I").is_false());
            assert!(find("G").parts().is_empty());
        });
    }

    #[test]
    fn values_are_listed_at_once_or_branch_by_branch() {
        with("3.1.0", |_, find| {
            let listed: String =
                ["P", "Q", "R", "S", "T", "U", "V"].into_iter().filter(|name| find(name).is_enumerated()).collect();
            assert_eq!(listed, "PQRS");
        });
    }

    #[test]
    fn circles_of_references_end() {
        for version in ["3.0.3", "3.1.0"] {
            with(version, |_, find| {
                assert!(["K", "L", "M"].iter().all(|name| find(name).get("type").is_none()));
                assert!(find("N").is_type("string"));
            });
        }
    }

    #[test]
    fn what_stands_beside_a_reference_counts_from_3_1_on() {
        with("3.0.3", |_, find| assert!(find("C").get("maxProperties").is_none()));
        with("3.1.0", |_, find| {
            assert!(find("C").get("maxProperties").is_some() && find("C").property("base").is_some());
        });
    }

    #[test]
    fn empty_schemas_say_nothing() {
        let judged = |version| {
            with(version, |api, _| {
                let schemas = api.root.at_pointer("/components/schemas").unwrap();
                let of = |name: &&str| is_empty_schema(api, schemas.get(name).unwrap());
                let typed = |name: &&str| is_typed_schema(api, schemas.get(name).unwrap());
                let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
                let empty: String = names.iter().copied().filter(|name| of(name)).collect();
                let typed: String = names.iter().copied().filter(|name| typed(name)).collect();
                (empty, typed)
            })
        };
        assert_eq!(judged("3.0.3"), ("EFHJ".to_owned(), "ABCD".to_owned()));
        assert_eq!(judged("3.1.0"), ("EFH".to_owned(), "ABCDJ".to_owned()));
    }
}
