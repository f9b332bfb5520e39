//! Puts a tree together node by node, for whichever notation is read.

use std::sync::OnceLock;

use crate::intern::{Interner, Symbol};
use crate::known::KnownSymbols;
use crate::recurring::Recurring;
use crate::source::Source;
use crate::tree::{
    Anchor, Comment, DuplicateKey, Kind, LARGE_MAPPING, NodeData, NodeId, Notation, Span, Text, Tree, flag, own_text,
};

/// The key that the next node stands under.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) symbol: Symbol,
    pub(crate) span: Span,
    /// [`flag::HAS_KEY`], perhaps with [`flag::MERGE_KEY`]; 0 for no key.
    pub(crate) flags: u8,
}

impl Key {
    pub(crate) const NONE: Self = Self { symbol: Symbol::NONE, span: Span::new(0, 0), flags: 0 };
}

/// A tree under construction. Nodes are added in document order.
#[derive(Default)]
pub(crate) struct Builder {
    pub(crate) cooked: String,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) documents: Vec<NodeId>,
    pub(crate) keys: Interner,
    pub(crate) comments: Vec<Comment>,
    pub(crate) duplicates: Vec<DuplicateKey>,
    pub(crate) anchors: Vec<Anchor>,
    recurring: Recurring,
    /// Mappings with more than [`LARGE_MAPPING`] members.
    pub(crate) large: Vec<NodeId>,
    /// For each symbol, the mapping that was last searched for duplicates and had it, and the member that had it
    /// first: finds duplicates without hashing, in time linear in the members.
    seen: Vec<(u32, u32)>,
}

/// Offsets and ids are `u32`: files that would need more are refused before they are read.
#[expect(clippy::cast_possible_truncation, reason = "the size of the file was checked")]
pub(crate) const fn offset(at: usize) -> u32 {
    at as u32
}

/// A text that lies in the source.
pub(crate) fn verbatim(start: u32, len: usize) -> Text {
    Text { start, len: offset(len), cooked: false }
}

fn stands_at(text: &str, content: u32, source: &str) -> bool {
    source.as_bytes().get(content as usize..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
}

impl Builder {
    /// With room for the nodes of a text of so many bytes: a typical description has one every 25 to 50 bytes.
    pub(crate) fn for_bytes(length: usize) -> Self {
        Self { nodes: Vec::with_capacity(length / 32 + 16), ..Self::default() }
    }

    /// Adds a scalar or alias.
    pub(crate) fn leaf(&mut self, parent: Option<u32>, key: Key, kind: Kind, span: Span, text: Text, flags: u8) -> u32 {
        let id = offset(self.nodes.len());
        let cooked = if text.cooked { flag::COOKED } else { 0 };
        self.nodes.push(NodeData {
            span,
            key_span: key.span,
            key: key.symbol,
            a: text.start,
            b: text.len,
            parent: parent.unwrap_or(id),
            end: id + 1,
            kind,
            flags: key.flags | flags | cooked,
        });
        id
    }

    /// The text to keep for a scalar, and the flag that goes with it: that of an equal one before it, if the scalar's
    /// span tells where its own stands.
    pub(crate) fn shared(&mut self, text: Text, span: Span, source: &str) -> (Text, u8) {
        if text.cooked || own_text(span, text.len) != Some(text.start) {
            return (text, 0);
        }
        let first = self.recurring.first_of(text, source);
        (first, if first.start == text.start { 0 } else { flag::SHARED })
    }

    /// Adds a collection that is closed later; until then its `end` is 0.
    pub(crate) fn open(&mut self, parent: Option<u32>, key: Key, kind: Kind, start: u32) -> u32 {
        let id = offset(self.nodes.len());
        self.nodes.push(NodeData {
            span: Span::new(start, start),
            key_span: key.span,
            key: key.symbol,
            a: 0,
            b: 0,
            parent: parent.unwrap_or(id),
            end: 0,
            kind,
            flags: key.flags,
        });
        id
    }

    /// Closes the collection `id`, whose `children` have all been added, at the byte `end`.
    pub(crate) fn close(&mut self, id: u32, children: u32, end: u32) {
        let past = offset(self.nodes.len());
        let node = &mut self.nodes[id as usize];
        node.end = past;
        node.a = children;
        node.span.end = end;
        if node.kind == Kind::Mapping && children > 0 {
            self.look_through(id, past);
            if children > LARGE_MAPPING {
                self.large.push(NodeId(id));
            }
        }
    }

    /// Notes which keys a mapping has, and which of them twice.
    fn look_through(&mut self, mapping: u32, past: u32) {
        if self.seen.len() < self.keys.len() {
            self.seen.resize(self.keys.len().next_power_of_two(), (u32::MAX, 0));
        }
        let mut bits = 0;
        let mut at = mapping + 1;
        while at < past {
            let child = &self.nodes[at as usize];
            bits |= child.key.bit();
            // Merge keys may stand more than once: each names further mappings.
            if child.flags & flag::MERGE_KEY == 0
                && let Some(seen) = self.seen.get_mut(child.key.index())
            {
                if seen.0 == mapping {
                    self.duplicates.push(DuplicateKey { first: NodeId(seen.1), again: NodeId(at) });
                    self.nodes[mapping as usize].flags |= flag::HAS_DUPLICATE;
                } else {
                    *seen = (mapping, at);
                }
            }
            at = self.nodes[at as usize].end;
        }
        self.nodes[mapping as usize].b = bits;
    }

    /// A text that was read from `content` on: in the source if it stands there as it is meant, else in the side
    /// buffer.
    pub(crate) fn text(&mut self, text: &str, content: u32, source: &str) -> Text {
        if stands_at(text, content, source) { verbatim(content, text.len()) } else { self.cook(text) }
    }

    /// As [`Self::text`], for a text that was put together in the side buffer, from the length `start` on.
    pub(crate) fn settle(&mut self, start: usize, content: u32, source: &str) -> Text {
        let text = self.cooked.get(start..).unwrap_or_default();
        if !stands_at(text, content, source) {
            return self.cooked_since(start);
        }
        let text = verbatim(content, text.len());
        self.cooked.truncate(start);
        text
    }

    /// Adds text that does not stand in the source as it is meant.
    pub(crate) fn cook(&mut self, text: &str) -> Text {
        let start = self.cooked.len();
        self.cooked.push_str(text);
        self.cooked_since(start)
    }

    /// What was added to the side buffer since it had the length `start`.
    pub(crate) fn cooked_since(&self, start: usize) -> Text {
        Text { start: offset(start), len: offset(self.cooked.len() - start), cooked: true }
    }

    /// Forgets the nodes from `nodes` on: those of a document that broke off.
    pub(crate) fn truncate(&mut self, nodes: u32) {
        self.nodes.truncate(nodes as usize);
        self.documents.retain(|root| root.0 < nodes);
        self.duplicates.retain(|duplicate| duplicate.again.0 < nodes);
        self.anchors.retain(|anchor| anchor.node.0 < nodes);
        self.large.retain(|mapping| mapping.0 < nodes);
    }

    pub(crate) fn finish(mut self, source: Source, notation: Notation) -> Tree {
        self.nodes.shrink_to_fit();
        self.cooked.shrink_to_fit();
        // Found when a mapping closes: the inner before the outer.
        self.duplicates.sort_unstable_by_key(|duplicate| duplicate.again);
        self.comments.sort_unstable_by_key(|comment| comment.span);
        let known = KnownSymbols::new(|key| self.keys.find(key, &source, &self.cooked));
        Tree {
            source,
            cooked: self.cooked,
            nodes: self.nodes,
            documents: self.documents,
            keys: self.keys,
            known,
            comments: self.comments,
            duplicates: self.duplicates,
            anchors: self.anchors,
            notation,
            lines: OnceLock::new(),
            large: self.large,
            large_index: OnceLock::new(),
            long: OnceLock::new(),
        }
    }
}
