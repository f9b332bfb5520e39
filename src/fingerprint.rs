//! Fingerprints: names of findings that stay the same when lines move, elements are reordered or YAML becomes JSON.

use std::collections::HashMap;

use apiward_syntax::{Kind, Node};

use crate::report::OperationRef;

/// What a finding is about, apart from the lint: the file, without its extension, and the operation or element.
pub fn identity(path: &str, subject: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    format!("{folder}/{stem}\0{subject}")
}

/// The subject of a finding that concerns one operation.
pub fn of_operation(operation: &OperationRef) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// The subject of any other finding: the JSON Pointer of its node, in which items of sequences go by what they hold
/// instead of by their number.
pub fn of_node(node: Node<'_>) -> String {
    let mut steps = Vec::new();
    let mut next = node;
    while let Some(parent) = next.parent() {
        steps.push(next.key().map_or_else(|| item_name(next), ToOwned::to_owned));
        next = parent;
    }
    steps.iter().rev().flat_map(|step| ["/", step]).collect()
}

/// How an item of a sequence goes: by its `name`, its `$ref`, its only key, or a hash of its value.
fn item_name(item: Node<'_>) -> String {
    let named = ["name", "$ref"].iter().find_map(|key| item.get(key).and_then(Node::as_str));
    if let Some(name) = named {
        return name.to_owned();
    }
    let mut members = item.children().filter_map(Node::key);
    match (members.next(), members.next()) {
        (Some(only), None) => only.to_owned(),
        _ => format!("{:032x}", value_hash(item)),
    }
}

/// Nodes of an item that its hash covers: enough to tell items apart, and a bound on the cost.
const HASHED_NODES: usize = 256;

/// A hash of a value that depends neither on how the value is written down nor on the order of its members: the sum of
/// the hashes of its nodes, each with the path that leads to it. Of a large value only a part counts.
fn value_hash(item: Node<'_>) -> u128 {
    let mut sum = 0_u128;
    let mut waiting = vec![(item, Fnv::default())];
    for _ in 0..HASHED_NODES {
        let Some((node, path)) = waiting.pop() else { break };
        let mut hash = path;
        let (kind, text) = match node.kind() {
            Kind::Sequence => ("[", ""),
            Kind::Mapping => ("{", ""),
            Kind::Null => ("null", ""),
            _ => ("=", node.text()),
        };
        hash.part(kind);
        hash.part(text);
        sum = sum.wrapping_add(hash.0);
        for (at, child) in node.children().take(HASHED_NODES).enumerate() {
            let mut below = path;
            below.part(child.key().unwrap_or(&at.to_string()));
            waiting.push((child, below));
        }
    }
    sum
}

/// Gives out fingerprints; equal findings are told apart by their order.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding of a lint with an [`identity`]: 32 hexadecimal digits.
    pub fn next(&mut self, lint: &str, identity: &str) -> String {
        format!("{:032x}", self.numbered(Fault::new(lint, identity)).0)
    }

    /// The short name of the next fault among its equals, whose identity is relative to a folder.
    pub(crate) fn name(&mut self, fault: Fault, below: &str) -> u64 {
        let mut hash = fault.0;
        if !below.is_empty() {
            hash.part(below);
        }
        short(self.numbered(Fault(hash)).0)
    }

    fn numbered(&mut self, fault: Fault) -> Fnv {
        let mut hash = fault.0;
        let ordinal = self.seen.entry(hash.0).or_default();
        hash.part(&ordinal.to_string());
        *ordinal += 1;
        hash
    }
}

/// A fault of a lint, by a hash of its [`identity`]; equal ones are not told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault(Fnv);

impl Fault {
    /// The fault that a lint finds in what an [`identity`] names.
    pub fn new(lint: &str, identity: &str) -> Self {
        let mut hash = Fnv::default();
        hash.part(lint);
        hash.part(identity);
        Self(hash)
    }
}

/// The short name of what has a fingerprint, where its folder is the top one.
pub(crate) fn name_of(fingerprint: &str) -> Option<u64> {
    u128::from_str_radix(fingerprint, 16).ok().map(short)
}

#[expect(clippy::cast_possible_truncation, reason = "that is what makes it short")]
const fn short(hash: u128) -> u64 {
    (hash >> 64) as u64 ^ hash as u64
}

/// FNV-1a with 128 bits: stable for good, which the hashers of the standard library do not promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    /// Adds a text and an end mark, so that ("a", "bc") and ("ab", "c") differ.
    fn part(&mut self, text: &str) {
        for &byte in text.as_bytes().iter().chain(&[0xFF]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use apiward_syntax::{Limits, parse};

    use super::*;

    fn subject(text: &str, pointer: &str) -> String {
        let parsed = parse(text.into(), None, &Limits::default());
        of_node(parsed.tree.documents().next().unwrap().at_pointer(pointer).unwrap())
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv::default();
        // The published value for "a" covers the byte alone: undo the end mark by comparing with a hand-made step.
        hash.part("");
        let expected = (Fnv::default().0 ^ 0xFF).wrapping_mul((1 << 88) + 0x13b);
        assert_eq!(hash.0, expected);
    }

    #[test]
    fn items_go_by_what_they_hold() {
        let yaml = "list:\n- {name: id, in: path}\n- {$ref: '#/x'}\n- {oauth: [read]}\n- {a: 1, b: [x, y]}\n";
        assert_eq!(subject(yaml, "/list/0/in"), "/list/id/in");
        assert_eq!(subject(yaml, "/list/1"), "/list/#/x");
        assert_eq!(subject(yaml, "/list/2"), "/list/oauth");
        let json = r#"{"list": [{"a": 1, "b": ["x", "y"]}, {"a": 2, "b": []}]}"#;
        assert_eq!(subject(yaml, "/list/3"), subject(json, "/list/0"));
        assert_ne!(subject(json, "/list/0"), subject(json, "/list/1"));
        let turned = "list:\n- {b: [x, y], a: 1}\n- {a: 1, b: [y, x]}\n- {a: 1, b: [{x: y}]}\n";
        assert_eq!(subject(turned, "/list/0"), subject(yaml, "/list/3"), "members have no order");
        assert_ne!(subject(turned, "/list/1"), subject(yaml, "/list/3"), "items have one");
        assert_ne!(subject(turned, "/list/2"), subject(yaml, "/list/3"));
    }

    #[test]
    fn the_extension_does_not_matter_and_the_rest_does() {
        assert_eq!(identity("a/api.yaml", "/x"), identity("a/api.json", "/x"));
        assert_ne!(identity("a/api.yaml", "/x"), identity("b/api.yaml", "/x"));
        assert_ne!(identity(".yaml", "/x"), identity(".json", "/x"));
        let mut fingerprints = Fingerprints::default();
        let first = fingerprints.next("auth/x", "a");
        assert_ne!(first, fingerprints.next("auth/x", "a"));
        assert_ne!(first, fingerprints.next("auth/y", "a"));
        assert_eq!(first, Fingerprints::default().next("auth/x", "a"));
        assert_eq!(first.len(), 32);
    }
}
