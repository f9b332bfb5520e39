//! The two readers of YAML side by side, for tests, benchmarks and fuzzing: the fast path (`block.rs`), which reads
//! most descriptions, and the full reader (`yaml.rs`), which is its oracle.

use crate::intern::Symbol;
use crate::limits::Limits;
use crate::parse::{Parsed, by_events};
use crate::source::Source;
use crate::tree::{NodeData, Notation, Tree, flag};
use crate::{Kind, block};

/// Reads a text with the full reader.
pub fn full(source: Source, limits: &Limits) -> Parsed {
    by_events(source, limits)
}

/// Reads a text with the fast path; the byte, about, at which it gave up.
pub fn fast(source: Source, limits: &Limits) -> Result<Tree, usize> {
    Ok(block::read(&source, limits)?.finish(source, Notation::Yaml))
}

/// What the fast path made of a text that it is a fault to have made: it accepted what the full reader refuses, or has
/// another tree. Nothing if it gave up or is right.
pub fn difference(source: &str, limits: &Limits) -> Option<String> {
    let source: Source = source.into();
    let fast = fast(source.clone(), limits).ok()?;
    let full = full(source, limits);
    match full.error {
        Some(error) => Some(format!("accepts what is refused: {error}")),
        None => difference_of_trees(&fast, &full.tree),
    }
}

/// The first thing in which two trees of one text differ, everything that can be seen of them compared.
fn difference_of_trees(left: &Tree, right: &Tree) -> Option<String> {
    let symbols = |tree: &Tree| tree.symbols().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    let duplicates = |tree: &Tree| tree.duplicate_keys().to_vec();
    first_difference("documents", &left.documents, &right.documents)
        .or_else(|| first_difference("comments", left.comments(), right.comments()))
        .or_else(|| (0..left.len().max(right.len())).find_map(|at| difference_at(left, right, at)))
        .or_else(|| first_difference("symbols", &symbols(left), &symbols(right)))
        .or_else(|| first_difference("duplicates", &duplicates(left), &duplicates(right)))
        .or_else(|| first_difference("anchors", left.anchors(), right.anchors()))
}

fn first_difference<T: PartialEq + std::fmt::Debug>(what: &str, left: &[T], right: &[T]) -> Option<String> {
    let at = (0..left.len().max(right.len())).find(|&at| left.get(at) != right.get(at))?;
    Some(format!("{what} {at}: {:?}, not {:?}", left.get(at), right.get(at)))
}

fn difference_at(left: &Tree, right: &Tree, at: usize) -> Option<String> {
    let seen = |tree: &Tree| tree.nodes.get(at).map(|node| Seen::new(tree, node));
    let (left, right) = (seen(left), seen(right));
    (left != right).then(|| format!("node {at}: {left:?}, not {right:?}"))
}

/// All of a node, with its text in place of where the text lies in the side buffer, which does not show.
#[derive(Debug, PartialEq)]
struct Seen {
    kind: Kind,
    span: (u32, u32),
    key: Option<((u32, u32), Symbol)>,
    flags: u8,
    parent: u32,
    end: u32,
    /// For a collection, the number of its children; for a text in the source, where it begins.
    a: u32,
    text: String,
}

impl Seen {
    fn new(tree: &Tree, node: &NodeData) -> Self {
        let collection = matches!(node.kind, Kind::Sequence | Kind::Mapping | Kind::Alias);
        let cooked = node.flags & flag::COOKED != 0;
        let text = crate::tree::Text { start: node.a, len: node.b, cooked };
        let key = ((node.key_span.start, node.key_span.end), node.key);
        Self {
            kind: node.kind,
            span: (node.span.start, node.span.end),
            key: (node.flags & flag::HAS_KEY != 0).then_some(key),
            flags: node.flags,
            parent: node.parent,
            end: node.end,
            a: if cooked { 0 } else { node.a },
            text: if collection { node.b.to_string() } else { tree.text(text).to_owned() },
        }
    }
}
