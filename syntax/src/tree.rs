//! The arena tree: every value of a YAML or JSON file, in document order, with the spans of its key and its value.
//!
//! A [`Tree`] owns its source. Scalars borrow their text from the source, or from a side buffer where escapes or
//! folding had to be resolved. Keys are interned. All offsets are bytes from 0.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use crate::build::offset;
use crate::intern::{Interner, Symbol};
use crate::items::LongSequences;
use crate::known::{KnownSymbols, MemberKey};
use crate::lines::LineIndex;
use crate::source::Source;

/// A half-open range of bytes in the source, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// True when no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Index of a node in its tree, in document order (a parent comes before its children).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node's position in document order, from 0; every id of a tree is below [`Tree::len`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is, by the YAML 1.2 core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, `false` and their YAML spellings `True`, `TRUE`, `False`, `FALSE`.
    Bool,
    /// An integer or a float; the text is kept as written.
    Number,
    /// Any other scalar, and every quoted or block scalar.
    String,
    /// A JSON array or YAML sequence.
    Sequence,
    /// A JSON object or YAML mapping.
    Mapping,
    /// A YAML alias; [`Node::resolved`] gives the anchored node.
    Alias,
}

/// The text of a key or scalar: a range of the source, or of the tree's side buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Text {
    pub(crate) start: u32,
    pub(crate) len: u32,
    pub(crate) cooked: bool,
}

/// Where a tree keeps a text; see [`Node::text_place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextPlace(Text);

pub(crate) mod flag {
    /// The scalar's text lies in the side buffer.
    pub(crate) const COOKED: u8 = 1;
    /// The node has a key (it is a member of a mapping).
    pub(crate) const HAS_KEY: u8 = 2;
    /// The member is a YAML merge key (`<<`, plain).
    pub(crate) const MERGE_KEY: u8 = 4;
    /// The mapping has a member with a merge key.
    pub(crate) const HAS_MERGE: u8 = 8;
    /// The mapping has a key twice.
    pub(crate) const HAS_DUPLICATE: u8 = 16;
    /// The scalar was written plain (no quotes, no block).
    pub(crate) const PLAIN: u8 = 32;
    /// The scalar's text is that of an equal one before it; its own is at [`super::own_text`].
    pub(crate) const SHARED: u8 = 64;
}

/// Where a text of so many bytes begins that fills its span, or its span within quotes.
pub(crate) const fn own_text(span: Span, len: u32) -> Option<u32> {
    match span.len().checked_sub(len) {
        Some(0) => Some(span.start),
        Some(2) => Some(span.start + 1),
        _ => None,
    }
}

/// One node, 44 bytes at most. `a` and `b` hold, for a scalar, start and length of its text; for a mapping, its number
/// of members and the bits of their keys; for a sequence, its number of items and 0; for an alias, its target and 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub(crate) span: Span,
    pub(crate) key_span: Span,
    pub(crate) key: Symbol,
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// The parent; the node itself for the root of a document.
    pub(crate) parent: u32,
    /// One past the last descendant.
    pub(crate) end: u32,
    pub(crate) kind: Kind,
    pub(crate) flags: u8,
}

/// The notation a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// Strict JSON (RFC 8259).
    Json,
    /// YAML 1.2.
    Yaml,
}

/// A comment, without the line break; YAML only. The text includes the `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The bytes from `#` to the end of the line.
    pub span: Span,
}

/// A key that its mapping holds more than once. The last member wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The member that the key named first.
    pub first: NodeId,
    /// A later member with the same key.
    pub again: NodeId,
}

/// An anchor (`&name`) and the node it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The anchored node.
    pub node: NodeId,
}

/// Mappings with more members than this are looked up through a hash index, built on first use.
pub(crate) const LARGE_MAPPING: u32 = 24;

/// A parsed file: one arena for all documents of the stream.
pub struct Tree {
    pub(crate) source: Source,
    pub(crate) cooked: String,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) documents: Vec<NodeId>,
    pub(crate) keys: Interner,
    pub(crate) known: KnownSymbols,
    pub(crate) comments: Vec<Comment>,
    pub(crate) duplicates: Vec<DuplicateKey>,
    pub(crate) anchors: Vec<Anchor>,
    pub(crate) notation: Notation,
    pub(crate) lines: OnceLock<LineIndex>,
    pub(crate) large: Vec<NodeId>,
    pub(crate) large_index: OnceLock<HashMap<(u32, Symbol), u32, RandomState>>,
    pub(crate) long: OnceLock<LongSequences>,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tree({:?}, {} nodes, {} documents)", self.notation, self.nodes.len(), self.documents.len())
    }
}

impl Tree {
    /// The whole source text, byte order mark included.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How the file is written.
    pub fn notation(&self) -> Notation {
        self.notation
    }

    /// Number of nodes, over all documents.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True when the stream holds no document.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The roots of the documents of the stream, in order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| Node::new(self, id))
    }

    /// The number, from 0, of the document that holds a node.
    pub fn document_of(&self, id: NodeId) -> usize {
        self.documents.partition_point(|&root| root <= id).saturating_sub(1)
    }

    /// The view of a node of this tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        debug_assert!(id.index() < self.nodes.len(), "node of another tree");
        Node::new(self, id)
    }

    /// Every node in document order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.nodes_in(0..self.len())
    }

    /// The nodes at some positions in document order, of which there are [`Tree::len`].
    pub fn nodes_in(&self, positions: Range<usize>) -> impl ExactSizeIterator<Item = Node<'_>> {
        let (start, end) = (positions.start.min(self.len()), positions.end.min(self.len()));
        (offset(start)..offset(end)).map(|id| Node::new(self, NodeId(id)))
    }

    /// The comments in document order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Keys that stand more than once in their mapping, in document order.
    pub fn duplicate_keys(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// The anchors in document order.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The symbol of a key, if any key of this tree has that text.
    pub fn symbol(&self, text: &str) -> Option<Symbol> {
        self.keys.find(text, &self.source, &self.cooked)
    }

    /// Number of different key texts; every [`Symbol`] of this tree has an index below it.
    pub fn symbol_count(&self) -> usize {
        self.keys.len()
    }

    /// The text of a key symbol.
    pub fn symbol_text(&self, symbol: Symbol) -> &str {
        self.text(self.keys.text(symbol))
    }

    /// Every key text of the tree once, with its symbol, in order of first appearance.
    pub fn symbols(&self) -> impl ExactSizeIterator<Item = (Symbol, &str)> {
        (0..u32::try_from(self.keys.len()).unwrap_or(u32::MAX)).map(|at| (Symbol(at), self.symbol_text(Symbol(at))))
    }

    /// Builds now what is otherwise built when a member of a large mapping is first asked for.
    pub fn prepare(&self) {
        self.large_index();
    }

    /// Lines and columns of this source; built on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.source))
    }

    /// The innermost node that covers a byte offset, from the start of its key, if it has one, to the end of its value.
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        // Nodes are sorted by the start of their key or value, so the last one that starts at or before the offset
        // is the node, one of its ancestors' earlier siblings' descendants, or a descendant of a node before it.
        let after = self.nodes.partition_point(|node| node.start() <= offset);
        let mut id = u32::try_from(after.checked_sub(1)?).ok()?;
        loop {
            let node = &self.nodes[id as usize];
            if node.span.end > offset || node.key_span.end > offset {
                return Some(Node::new(self, NodeId(id)));
            }
            if node.parent == id {
                return None;
            }
            id = node.parent;
        }
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        let buffer: &str = if text.cooked { &self.cooked } else { &self.source };
        let start = text.start as usize;
        buffer.get(start..start + text.len as usize).unwrap_or_default()
    }

    /// The member of a mapping with a key; the last one when the key is duplicated. Merge keys are not followed.
    fn own_member(&self, mapping: u32, key: Symbol) -> Option<u32> {
        let data = &self.nodes[mapping as usize];
        // Most keys that are asked for are not there.
        if data.b & key.bit() == 0 {
            return None;
        }
        if data.a > LARGE_MAPPING {
            return self.large_index().get(&(mapping, key)).copied();
        }
        let mut found = None;
        let mut id = mapping + 1;
        while id < data.end {
            let child = &self.nodes[id as usize];
            if child.key == key && child.flags & flag::HAS_KEY != 0 {
                found = Some(id);
                if data.flags & flag::HAS_DUPLICATE == 0 {
                    break;
                }
            }
            id = child.end;
        }
        found
    }

    fn large_index(&self) -> &HashMap<(u32, Symbol), u32, RandomState> {
        self.large_index.get_or_init(|| {
            let members = self.large.iter().map(|mapping| self.nodes[mapping.index()].a as usize).sum();
            let mut index = HashMap::with_capacity_and_hasher(members, RandomState::default());
            for &mapping in &self.large {
                for member in self.node(mapping).children() {
                    // The last of equal keys counts.
                    index.insert((mapping.0, member.data().key), member.id.0);
                }
            }
            index
        })
    }
}

impl NodeData {
    /// Where the node begins: its key if it has one, else its value.
    fn start(&self) -> u32 {
        if self.flags & flag::HAS_KEY != 0 { self.key_span.start.min(self.span.start) } else { self.span.start }
    }
}

/// A node seen through its tree. Values of an alias are those of its target; key, span, parent and pointer are the
/// alias's own.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
    label: u32,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.pointer())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    fn new(tree: &'t Tree, id: NodeId) -> Self {
        Self { tree, id, label: 0 }
    }

    /// The node with a number of the caller's, which takes no room: nodes that are reached from it have 0.
    #[must_use]
    pub fn labelled(self, label: u32) -> Self {
        Self { label, ..self }
    }

    /// The number that the node was labelled with, else 0.
    pub fn label(self) -> u32 {
        self.label
    }

    fn data(self) -> &'t NodeData {
        &self.tree.nodes[self.id.index()]
    }

    pub(crate) fn at(self, id: u32) -> Self {
        Self::new(self.tree, NodeId(id))
    }

    /// The tree that holds the node.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The node's id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What the value is; for an alias, what its target is.
    pub fn kind(self) -> Kind {
        self.resolved().data().kind
    }

    /// True when the node is written as an alias (`*name`).
    pub fn is_alias(self) -> bool {
        self.data().kind == Kind::Alias
    }

    /// The node an alias stands for; any other node is itself. Never an alias.
    #[must_use]
    pub fn resolved(self) -> Self {
        let data = self.data();
        if data.kind == Kind::Alias { self.at(data.a) } else { self }
    }

    /// The value's bytes, with its quotes or block header; for a collection, from its first to past its last byte.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// The bytes of the key, with its quotes, if the node is a member of a mapping.
    pub fn key_span(self) -> Option<Span> {
        let data = self.data();
        (data.flags & flag::HAS_KEY != 0).then_some(data.key_span)
    }

    /// The key, if the node is a member of a mapping; a key that is no string is its source text.
    pub fn key(self) -> Option<&'t str> {
        self.key_symbol().map(|symbol| self.tree.symbol_text(symbol))
    }

    /// The key's symbol, if the node is a member of a mapping.
    pub fn key_symbol(self) -> Option<Symbol> {
        let data = self.data();
        (data.flags & flag::HAS_KEY != 0).then_some(data.key)
    }

    /// True for the member that YAML calls a merge key (`<<: *base`).
    pub fn is_merge_key(self) -> bool {
        self.data().flags & flag::MERGE_KEY != 0
    }

    /// True when the value is a scalar written without quotes and not as a block.
    pub fn is_plain(self) -> bool {
        self.resolved().data().flags & flag::PLAIN != 0
    }

    /// The collection that holds the node.
    pub fn parent(self) -> Option<Self> {
        let parent = self.data().parent;
        (parent != self.id.0).then(|| self.at(parent))
    }

    /// True for a member that a mapping has from elsewhere: through an alias, or brought by a merge key.
    pub(crate) fn is_foreign_to(self, collection: Self) -> bool {
        self.is_alias() || self.parent().is_none_or(|parent| parent.id != collection.id)
    }

    /// The text of any scalar: a string's value, a number as written; empty for collections.
    pub fn text(self) -> &'t str {
        let data = self.resolved().data();
        match data.kind {
            Kind::Sequence | Kind::Mapping | Kind::Alias => "",
            _ => self.tree.text(Text { start: data.a, len: data.b, cooked: data.flags & flag::COOKED != 0 }),
        }
    }

    /// The length of [`Node::text`] in bytes; cheaper than to look at the text.
    pub fn text_len(self) -> usize {
        let data = self.resolved().data();
        if matches!(data.kind, Kind::Sequence | Kind::Mapping | Kind::Alias) { 0 } else { data.b as usize }
    }

    /// Where the text of a scalar is kept. In one tree equal places hold equal texts, and short texts that recur near
    /// one another have equal places: cheaper to compare than the texts.
    pub fn text_place(self) -> TextPlace {
        let data = self.resolved().data();
        TextPlace(Text { start: data.a, len: data.b, cooked: data.flags & flag::COOKED != 0 })
    }

    /// True when the scalar's value stands in the source byte for byte, so that an offset in [`Node::text`] can be
    /// mapped by [`Node::text_span`].
    pub fn is_verbatim(self) -> bool {
        self.resolved().data().flags & flag::COOKED == 0
    }

    /// The bytes of a scalar's text inside its quotes, when [`Node::is_verbatim`].
    pub fn text_span(self) -> Option<Span> {
        let data = self.resolved().data();
        if matches!(data.kind, Kind::Sequence | Kind::Mapping | Kind::Alias) || data.flags & flag::COOKED != 0 {
            return None;
        }
        let own = own_text(data.span, data.b).filter(|_| data.flags & flag::SHARED != 0);
        let start = own.unwrap_or(data.a);
        Some(Span::new(start, start + data.b))
    }

    /// True for a string; cheaper than to ask whether there is a value.
    pub fn is_string(self) -> bool {
        self.kind() == Kind::String
    }

    /// The value of a string.
    pub fn as_str(self) -> Option<&'t str> {
        self.is_string().then(|| self.text())
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.text().starts_with(['t', 'T']))
    }

    /// True for null.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// True for a mapping.
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// True for a sequence.
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// Number of members or items as written, duplicates and merge keys counted; 0 for scalars.
    pub fn count(self) -> usize {
        let data = self.resolved().data();
        if matches!(data.kind, Kind::Sequence | Kind::Mapping) { data.a as usize } else { 0 }
    }

    /// The member of a mapping with a key: the last one of equal keys, else what merge keys bring.
    pub fn get(self, key: impl MemberKey) -> Option<Self> {
        self.get_symbol(key.symbol_in(self.tree)?)
    }

    /// As [`Node::get`], with the key's symbol in this tree.
    pub fn get_symbol(self, key: Symbol) -> Option<Self> {
        let mapping = self.resolved();
        if mapping.data().kind != Kind::Mapping {
            return None;
        }
        match self.tree.own_member(mapping.id.0, key) {
            Some(own) => Some(self.at(own)),
            None if mapping.data().flags & flag::HAS_MERGE == 0 => None,
            None => mapping.merged_mappings().into_iter().find_map(|source| {
                let own = self.tree.own_member(source.id.0, key)?;
                Some(self.at(own))
            }),
        }
    }

    /// This mapping and those that its merge keys bring, each once, in order of precedence. A mapping that comes in
    /// twice has nothing to add the second time, so that nested merges cannot multiply.
    fn merged_mappings(self) -> Vec<Self> {
        let mut order: Vec<Self> = Vec::new();
        let mut known: HashSet<NodeId, RandomState> = HashSet::default();
        // What is still to be seen, the next one last.
        let mut waiting = vec![self.resolved()];
        while let Some(mapping) = waiting.pop() {
            if mapping.data().kind != Kind::Mapping || !known.insert(mapping.id) {
                continue;
            }
            order.push(mapping);
            if mapping.data().flags & flag::HAS_MERGE != 0 {
                let behind = waiting.len();
                waiting.extend(mapping.merge_sources().map(Self::resolved));
                waiting[behind..].reverse();
            }
        }
        order
    }

    /// The mappings that merge keys of this mapping name, the first having precedence.
    pub(crate) fn merge_sources(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| child.is_merge_key()).flat_map(|child| {
            let single = child.is_mapping().then_some(child);
            single.into_iter().chain(child.items())
        })
    }

    /// Members or items as written, duplicates and merge keys included; nothing for scalars.
    pub fn children(self) -> Children<'t> {
        let resolved = self.resolved();
        let data = resolved.data();
        let end = if matches!(data.kind, Kind::Sequence | Kind::Mapping) { data.end } else { resolved.id.0 + 1 };
        Children { tree: self.tree, next: resolved.id.0 + 1, end }
    }

    /// The items of a sequence; nothing for any other node.
    pub fn items(self) -> Children<'t> {
        if self.kind() == Kind::Sequence { self.children() } else { Children { tree: self.tree, next: 0, end: 0 } }
    }

    /// The members of a mapping as its reader means them, in document order: of equal keys the last, merge keys
    /// followed (an own key wins). Nothing for any other node.
    pub fn entries(self) -> Entries<'t> {
        let mapping = self.resolved();
        let data = mapping.data();
        if data.kind != Kind::Mapping {
            return Entries::Plain(Children { tree: self.tree, next: 0, end: 0 });
        }
        if data.flags & (flag::HAS_MERGE | flag::HAS_DUPLICATE) == 0 {
            return Entries::Plain(self.children());
        }
        Entries::Merged(merged_entries(&mapping.merged_mappings()).into_iter())
    }

    /// The node itself and all its descendants as written, in document order; aliases are not followed.
    pub fn descendants(self) -> impl ExactSizeIterator<Item = Self> {
        let tree = self.tree;
        (self.id.0..self.data().end).map(move |id| Node::new(tree, NodeId(id)))
    }

    /// True when `other` is this node or lies inside it.
    pub fn contains(self, other: NodeId) -> bool {
        self.id.0 <= other.0 && other.0 < self.data().end
    }
}

/// The members that mappings have together: an earlier mapping's wins, and of equal keys of one mapping the last.
fn merged_entries<'t>(mappings: &[Node<'t>]) -> Vec<Node<'t>> {
    let mut members: Vec<Node<'t>> = Vec::new();
    // Position in `members` of each key.
    let mut places: HashMap<Symbol, usize, RandomState> = HashMap::default();
    for mapping in mappings {
        let inherited = members.len();
        for child in mapping.children().filter(|child| !child.is_merge_key()) {
            let Some(key) = child.key_symbol() else { continue };
            match places.get(&key) {
                Some(&at) if at >= inherited => members[at] = child,
                Some(_) => {}
                None => {
                    places.insert(key, members.len());
                    members.push(child);
                }
            }
        }
    }
    members
}

/// The children of a collection; see [`Node::children`].
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let id = self.next;
        self.next = self.tree.nodes[id as usize].end;
        Some(Node::new(self.tree, NodeId(id)))
    }
}

/// The members of a mapping; see [`Node::entries`].
#[derive(Clone, Debug)]
pub enum Entries<'t> {
    /// A mapping without duplicates and merge keys.
    Plain(Children<'t>),
    /// A mapping whose members had to be put together.
    Merged(std::vec::IntoIter<Node<'t>>),
}

impl<'t> Iterator for Entries<'t> {
    type Item = (&'t str, Node<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let node = match self {
            Self::Plain(children) => children.next(),
            Self::Merged(members) => members.next(),
        }?;
        Some((node.key().unwrap_or_default(), node))
    }
}
