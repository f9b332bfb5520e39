//! The two readers of YAML side by side, for tests, benchmarks and fuzzing: the fast path (`block.rs`), which reads
//! most descriptions, and the full reader (`yaml.rs`), which is its oracle.

use crate::ahead::{Indented, key_of_block, key_of_json};
use crate::build::Builder;
use crate::intern::Symbol;
use crate::limits::Limits;
use crate::parse::{Parsed, by_events};
use crate::source::Source;
use crate::tree::{NodeData, Notation, Tree, flag};
use crate::{Kind, block, json};

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
        None => difference_of_trees(&fast, &full.tree, false),
    }
}

/// Reads a text in block style on two cores, the second of which begins with the line that the byte `at` is in; without
/// one, where it begins in large files.
///
/// # Errors
/// What is not as one core reads it. Else the number of nodes that were read ahead.
pub fn block_in_two(source: &str, at: Option<usize>, limits: &Limits) -> Result<u32, String> {
    let Some(key) = at.map(|at| Indented::around(source, at)).or_else(|| key_of_block(source)) else { return Ok(0) };
    compare_in_two(
        source,
        Notation::Yaml,
        block::read_on_one_core(source, limits).map_err(drop),
        block::read_on_two_cores(source, limits, key).map_err(drop),
    )
}

/// As [`block_in_two`], of JSON: the second core begins at the byte `at`.
///
/// # Errors
/// What is not as one core reads it.
pub fn json_in_two(source: &str, at: Option<usize>, limits: &Limits) -> Result<u32, String> {
    let Some(key) = at.or_else(|| key_of_json(source)) else { return Ok(0) };
    compare_in_two(
        source,
        Notation::Json,
        json::read_on_one_core(source, 0, limits),
        json::read_on_two_cores(source, 0, limits, key),
    )
}

fn compare_in_two<E: PartialEq + std::fmt::Debug>(
    source: &str,
    notation: Notation,
    one: Result<Builder, E>,
    two: Result<(Builder, u32), E>,
) -> Result<u32, String> {
    let (one, (two, ahead)) = match (one, two) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(one), Err(two)) if one == two => return Ok(0),
        (one, two) => return Err(format!("{:?}, not {:?}", two.err(), one.err())),
    };
    let source: Source = source.into();
    let (one, two) = (one.finish(source.clone(), notation), two.finish(source, notation));
    difference_of_trees(&two, &one, true).map_or(Ok(ahead), Err)
}

/// The first thing in which two trees of one text differ, everything that can be seen of them compared. `in_parts`: each
/// half has its own first one of the texts that recur.
fn difference_of_trees(left: &Tree, right: &Tree, in_parts: bool) -> Option<String> {
    let symbols = |tree: &Tree| tree.symbols().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    let duplicates = |tree: &Tree| tree.duplicate_keys().to_vec();
    first_difference("documents", &left.documents, &right.documents)
        .or_else(|| first_difference("comments", left.comments(), right.comments()))
        .or_else(|| (0..left.len().max(right.len())).find_map(|at| difference_at(left, right, at, in_parts)))
        .or_else(|| first_difference("symbols", &symbols(left), &symbols(right)))
        .or_else(|| first_difference("duplicates", &duplicates(left), &duplicates(right)))
        .or_else(|| first_difference("anchors", left.anchors(), right.anchors()))
        .or_else(|| first_difference("large mappings", &left.large, &right.large))
}

fn first_difference<T: PartialEq + std::fmt::Debug>(what: &str, left: &[T], right: &[T]) -> Option<String> {
    let at = (0..left.len().max(right.len())).find(|&at| left.get(at) != right.get(at))?;
    Some(format!("{what} {at}: {:?}, not {:?}", left.get(at), right.get(at)))
}

fn difference_at(left: &Tree, right: &Tree, at: usize, in_parts: bool) -> Option<String> {
    let seen = |tree: &Tree| tree.nodes.get(at).map(|node| Seen::new(tree, node, in_parts));
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
    fn new(tree: &Tree, node: &NodeData, in_parts: bool) -> Self {
        let collection = matches!(node.kind, Kind::Sequence | Kind::Mapping | Kind::Alias);
        let cooked = node.flags & flag::COOKED != 0;
        let text = crate::tree::Text { start: node.a, len: node.b, cooked };
        let key = ((node.key_span.start, node.key_span.end), node.key);
        Self {
            kind: node.kind,
            span: (node.span.start, node.span.end),
            key: (node.flags & flag::HAS_KEY != 0).then_some(key),
            flags: if in_parts { node.flags & !flag::SHARED } else { node.flags },
            parent: node.parent,
            end: node.end,
            a: if cooked || (in_parts && !collection) { 0 } else { node.a },
            text: if collection { node.b.to_string() } else { tree.text(text).to_owned() },
        }
    }
}
