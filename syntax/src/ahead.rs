//! Large texts are read on two cores: one begins at the beginning, the other *ahead*, at a key near the middle, without
//! knowing what stands around it.
//!
//! What is read ahead is members of a mapping up to its end, then members of the mapping around that, and so on: each
//! such run of members is a [`Stretch`]. Where the first reader comes to the key with which a stretch begins, and is in
//! a mapping there, it would read the same; it takes the stretch over and goes on behind it. If it never comes there
//! (the key was a part of a text, or the text is faulty), what was read ahead is forgotten, and the first reader reads
//! everything itself. So it does not matter how good the guess at the key is, except for the time.

use std::ops::Range;

use crate::build::{Builder, Key, offset};
use crate::intern::Symbol;
use crate::tree::{DuplicateKey, Kind, NodeId, flag};

/// Bytes from which on it pays to read ahead: some milliseconds of work.
const LARGE: usize = 4_000_000;

/// True when a text of so many bytes is read on two cores.
pub fn is_read_on_two_cores(bytes: usize) -> bool {
    bytes >= LARGE && another_core_is_free()
}

/// True when a part of what is asked for may be done on another core, and one is free for it. On the threads of the
/// pool other files are at work; one that waits there for its other part would begin with the next file, which may in
/// turn wait for the first one.
pub fn another_core_is_free() -> bool {
    rayon::current_num_threads() > 1 && rayon::current_thread_index().is_none()
}

/// How much a builder has of everything.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    nodes: u32,
    keys: usize,
    cooked: usize,
    comments: usize,
    duplicates: usize,
    large: usize,
}

/// Members of a mapping, from one of its keys to its end, that were read without the mapping.
pub(crate) struct Stretch<E> {
    /// The byte at which its first key begins.
    pub(crate) start: usize,
    /// How many members it has.
    pub(crate) children: u32,
    /// Where the reader stood behind it.
    pub(crate) end: E,
    /// The builder before and behind it. The first node of it stands in for the mapping.
    between: Range<Mark>,
}

/// A stretch on its way.
pub(crate) struct Beginning {
    start: usize,
    from: Mark,
}

impl Beginning {
    /// The node that stands in for the mapping.
    pub(crate) const fn mapping(&self) -> u32 {
        self.from.nodes
    }
}

/// What was read ahead.
pub(crate) struct Ahead<E> {
    pub(crate) out: Builder,
    /// In order; an inner mapping before the one around it.
    pub(crate) stretches: Vec<Stretch<E>>,
    /// How many collections lie inside one another, the mappings of the stretches included.
    pub(crate) depth: usize,
}

impl<E> Drop for Ahead<E> {
    /// Gives the nodes back in two steps. The allocator of the GNU C library stops asking the system for what is no
    /// larger than the largest piece that it got back as a whole, and lists that then grow in its own memory leave
    /// holes in it: a quarter more for a hundred thousand operations.
    fn drop(&mut self) {
        self.out.nodes.clear();
        self.out.nodes.shrink_to(1);
    }
}

/// Takes stretches over, one after the other.
pub(crate) struct Adoption<'s, E> {
    ahead: &'s Ahead<E>,
    next: usize,
    /// What the symbols of the reader ahead are here.
    symbols: Vec<Symbol>,
}

impl<'s, E> Adoption<'s, E> {
    pub(crate) fn new(ahead: &'s Ahead<E>) -> Self {
        Self { ahead, next: 0, symbols: Vec::new() }
    }

    /// The number of nodes that were taken over.
    pub(crate) fn nodes(&self) -> u32 {
        let taken = &self.ahead.stretches[..self.next];
        taken.iter().map(|stretch| stretch.between.end.nodes - stretch.between.start.nodes - 1).sum()
    }

    /// See [`Ahead::depth`].
    pub(crate) fn depth(&self) -> usize {
        self.ahead.depth
    }

    /// The byte at which the next stretch begins; none that a text has when all are taken over.
    pub(crate) fn start(&self) -> usize {
        self.ahead.stretches.get(self.next).map_or(usize::MAX, |stretch| stretch.start)
    }

    /// Adds the next stretch to the mapping `parent`, which is open and is the last that is.
    pub(crate) fn adopt(&mut self, out: &mut Builder, parent: u32, source: &str) -> Option<&'s Stretch<E>> {
        let stretch = self.ahead.stretches.get(self.next)?;
        self.next += 1;
        out.adopt(&self.ahead.out, &stretch.between, parent, &mut self.symbols, source);
        Some(stretch)
    }
}

impl Builder {
    fn mark(&self) -> Mark {
        Mark {
            nodes: offset(self.nodes.len()),
            keys: self.keys.len(),
            cooked: self.cooked.len(),
            comments: self.comments.len(),
            duplicates: self.duplicates.len(),
            large: self.large.len(),
        }
    }

    /// Begins a stretch at the byte `start`.
    pub(crate) fn begin_stretch(&mut self, start: usize) -> Beginning {
        let from = self.mark();
        self.open(None, Key::NONE, Kind::Mapping, offset(start));
        Beginning { start, from }
    }

    /// Ends a stretch, all nodes of which are closed.
    pub(crate) fn end_stretch<E>(&self, beginning: &Beginning, children: u32, end: E) -> Stretch<E> {
        Stretch { start: beginning.start, children, end, between: beginning.from..self.mark() }
    }

    /// Adds what another builder of the same source made between two marks, but for the first node, whose members
    /// become members of `parent`. `symbols` are those of the other builder that are known here, and grow.
    fn adopt(&mut self, other: &Self, between: &Range<Mark>, parent: u32, symbols: &mut Vec<Symbol>, source: &str) {
        let (from, to) = (between.start, between.end);
        let cooked = offset(self.cooked.len()).wrapping_sub(offset(from.cooked));
        self.cooked.push_str(other.cooked.get(from.cooked..to.cooked).unwrap_or_default());
        for at in symbols.len()..to.keys {
            let mut text = other.keys.text(Symbol(offset(at)));
            text.start = if text.cooked { text.start.wrapping_add(cooked) } else { text.start };
            symbols.push(self.keys.intern(text, source, &self.cooked));
        }
        let stand_in = from.nodes;
        let ids = offset(self.nodes.len()).wrapping_sub(stand_in + 1);
        for node in other.nodes.get(stand_in as usize + 1..to.nodes as usize).unwrap_or_default() {
            let mut node = *node;
            let is_member = node.parent == stand_in;
            node.parent = if is_member { parent } else { node.parent.wrapping_add(ids) };
            node.end = node.end.wrapping_add(ids);
            match node.kind {
                // Its children tell below.
                Kind::Mapping => node.b = 0,
                _ if node.flags & flag::COOKED != 0 => node.a = node.a.wrapping_add(cooked),
                _ => {}
            }
            if node.flags & flag::HAS_KEY != 0 {
                node.key = symbols[node.key.index()];
                if !is_member {
                    self.nodes[node.parent as usize].b |= node.key.bit();
                }
            }
            self.nodes.push(node);
        }
        let id = |node: NodeId| NodeId(node.0.wrapping_add(ids));
        // Of the mapping itself a part was read only: it is looked through when it is closed.
        let inside = other.duplicates[from.duplicates..to.duplicates]
            .iter()
            .filter(|duplicate| other.nodes[duplicate.again.index()].parent != stand_in);
        self.duplicates.extend(inside.map(|one| DuplicateKey { first: id(one.first), again: id(one.again) }));
        let large = other.large[from.large..to.large].iter().filter(|mapping| mapping.0 != stand_in);
        self.large.extend(large.map(|mapping| id(*mapping)));
        self.comments.extend_from_slice(&other.comments[from.comments..to.comments]);
    }
}

/// Bytes behind the middle in which a key is looked for.
const WINDOW: usize = 1 << 16;

/// The bytes behind the middle, and where they begin.
fn window(source: &str) -> (usize, &[u8]) {
    let middle = source.len() / 2;
    let bytes = source.as_bytes();
    (middle, &bytes[middle..bytes.len().min(middle + WINDOW)])
}

/// A key near the middle of a JSON text around which little is open, by the looks of it: the first of the least
/// indented lines that begin with a quote, else the one behind most closing braces.
pub(crate) fn key_of_json(source: &str) -> Option<usize> {
    let (middle, bytes) = window(source);
    let indented = lines(bytes).filter(|line| line.first == b'"').min_by_key(|line| line.column);
    if let Some(line) = indented {
        return Some(middle + line.content);
    }
    let (mut best, mut braces) = (None, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'}' => braces += 1,
            b',' if bytes.get(at + 1) == Some(&b'"') => {
                best = best.max(Some((braces, std::cmp::Reverse(at + 1))));
                braces = 0;
            }
            _ => braces = 0,
        }
    }
    best.filter(|(braces, _)| *braces > 0).map(|(_, std::cmp::Reverse(at))| middle + at)
}

/// A key near the middle of a text in block style around which little is open, by the looks of it: the first of the
/// least indented lines. One behind a line that is indented further is not the first key of its mapping.
pub(crate) fn key_of_block(source: &str) -> Option<Indented> {
    let (middle, bytes) = window(source);
    let mut before = 0;
    let behind_deeper = lines(bytes).filter(move |line| {
        let deeper = std::mem::replace(&mut before, line.column) > line.column;
        deeper && !matches!(line.first, b'-' | b'#')
    });
    let line = behind_deeper.min_by_key(|line| line.column)?;
    Some(Indented { at: middle + line.content, column: line.column })
}

/// Where the content of a line begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indented {
    /// A byte of the source, from 0.
    pub(crate) at: usize,
    /// In bytes, from 0.
    pub(crate) column: usize,
}

impl Indented {
    /// The content of the line that a byte is in.
    pub(crate) fn around(source: &str, byte: usize) -> Self {
        let bytes = source.as_bytes();
        let line = memchr::memrchr(b'\n', &bytes[..byte]).map_or(0, |at| at + 1);
        let column = bytes[line..].iter().take_while(|byte| **byte == b' ').count();
        Self { at: line + column, column }
    }
}

struct Line {
    /// Where the content begins.
    content: usize,
    column: usize,
    /// The first byte of the content.
    first: u8,
}

/// The lines that begin in a text and have content; what stands before the first line break is none.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    memchr::memchr_iter(b'\n', bytes).filter_map(|at| {
        let line = &bytes[at + 1..];
        let column = line.iter().position(|byte| *byte != b' ')?;
        let first = line[column];
        (!matches!(first, b'\n' | b'\r' | b'\t')).then_some(Line { content: at + 1 + column, column, first })
    })
}
