//! The fast path for YAML: reads the block style that descriptions are written in, straight into the arena.
//!
//! It knows block mappings and sequences, plain, quoted, literal and folded scalars, flow collections and comments.
//! At anything else, or anything that looks like a fault, it gives up, and the whole text goes through the full reader
//! (`yaml.rs`), which alone says what is wrong. So it may refuse what it likes, but what it accepts must come out as the
//! full reader has it, byte by byte: `paths.rs` compares the two.
//!
//! Most of what it refuses is rare and would need state: anchors, aliases, tags, merge keys, `?` keys, directives,
//! several documents, tabs in indentation, empty nodes in flow collections, documents that are one scalar.

mod between;
mod characters;
mod flow;
mod lines;
mod plain;
mod quoted;

use crate::ahead::{self, Adoption, Ahead, Indented, Stretch};
use crate::build::{Builder, Key, offset, verbatim};
use crate::limits::Limits;
use crate::tree::{Kind, NodeId, Span, Text, flag};

/// Keys that reach further, in bytes, are left to the full reader, which counts how far it looks ahead.
const KEY_LENGTH: usize = 1 << 15;

/// Reads a text that holds one document in block style. The error is about where it gave up.
pub(crate) fn read(source: &str, limits: &Limits) -> Result<Builder, usize> {
    if ahead::is_read_on_two_cores(source.len())
        && let Some(key) = ahead::key_of_block(source)
    {
        return Ok(read_on_two_cores(source, limits, key)?.0);
    }
    read_on_one_core(source, limits)
}

pub(crate) fn read_on_one_core(source: &str, limits: &Limits) -> Result<Builder, usize> {
    let mut reader = Reader::at_beginning(source, limits)?;
    reader.document().ok_or(reader.at)?;
    reader.end();
    Ok(reader.out)
}

/// The second core begins at a key. Also gives the number of nodes that were read ahead.
pub(crate) fn read_on_two_cores(source: &str, limits: &Limits, key: Indented) -> Result<(Builder, u32), usize> {
    let mut reader = Reader::at_beginning(source, limits)?;
    reader.pause = key.at;
    let (paused, ahead) = rayon::join(|| reader.document(), || read_ahead(source, key, limits));
    let mut adoption = Adoption::new(&ahead);
    let mut whole = paused;
    while whole.is_some() && reader.here.is_some() {
        whole = reader.go_on(&mut adoption);
    }
    whole.ok_or(reader.at)?;
    reader.end();
    Ok((reader.out, adoption.nodes()))
}

/// Reads what follows from a key on, as far as it is members of mappings.
fn read_ahead(source: &str, key: Indented, limits: &Limits) -> Ahead<Place> {
    let mut reader = Reader::new(source, key.at, source.len().saturating_sub(key.at), limits);
    reader.line = key.at - key.column;
    reader.here = Some(key.column);
    // What is no longer at the beginning of the text may be a marker.
    reader.out.documents.push(NodeId(0));
    let stretches = std::iter::from_fn(|| reader.stretch()).collect();
    Ahead { out: reader.out, stretches, depth: reader.deepest }
}

/// Where a reader stands between nodes.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    line: usize,
    here: Option<usize>,
    /// Where the last node ends.
    node_end: u32,
}

/// A collection that is being read.
#[derive(Clone, Copy)]
struct Open {
    id: u32,
    children: u32,
    /// Where its last child ends.
    end: u32,
    /// Where its keys or dashes stand; in flow style, where those of the block collection around it do.
    column: usize,
    mapping: bool,
}

/// A node that is wanted, the first byte of which is at hand.
struct Wanted {
    key: Key,
    column: usize,
    /// False behind a `key:` on its line, where no block collection may begin.
    collection: bool,
}

/// What comes next.
enum Next {
    Node(Wanted),
    /// Whatever the indentation says.
    Any,
}

struct Reader<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the line begins that `at` is in.
    line: usize,
    /// Between nodes: the column of what comes next, which is at hand; none at the end of the text.
    here: Option<usize>,
    out: Builder,
    open: Vec<Open>,
    depth: usize,
    /// The most collections that were open at a time.
    deepest: usize,
    /// The content at which to pause between nodes; none that there is for none.
    pause: usize,
}

impl<'a> Reader<'a> {
    fn at_beginning(source: &'a str, limits: &Limits) -> Result<Self, usize> {
        let ordinary = characters::are_ordinary(source.as_bytes());
        if ordinary { Ok(Self::new(source, 0, source.len(), limits)) } else { Err(0) }
    }

    /// `length` is how many bytes will be read, about.
    fn new(source: &'a str, at: usize, length: usize, limits: &Limits) -> Self {
        Self {
            source,
            bytes: source.as_bytes(),
            at,
            line: 0,
            here: None,
            out: Builder::for_bytes(length),
            open: Vec::new(),
            depth: limits.depth as usize,
            deepest: 0,
            pause: usize::MAX,
        }
    }
}

/// Every step gives nothing when it meets what only the full reader knows.
impl Reader<'_> {
    /// Reads the document up to the content at which to pause, or to its end.
    fn document(&mut self) -> Option<()> {
        self.begin_document()?;
        let column = self.here?;
        self.nodes(Next::Node(Wanted { key: Key::NONE, column, collection: true }))?;
        self.children(0)
    }

    /// Reads what stands in the column or further to the right, up to the content at which to pause.
    fn children(&mut self, least: usize) -> Option<()> {
        while let Some(column) = self.here.filter(|column| *column >= least && self.at != self.pause) {
            self.close_inside(column);
            let next = self.next_child(column)?;
            self.nodes(next)?;
        }
        Some(())
    }

    fn end(&mut self) {
        while !self.open.is_empty() {
            self.close(0);
        }
    }

    /// Goes on at the content with which the next stretch of what was read ahead begins.
    fn go_on(&mut self, adoption: &mut Adoption<'_, Place>) -> Option<()> {
        self.pause = usize::MAX;
        if self.at == adoption.start() {
            let column = self.here?;
            self.close_inside(column);
            self.close_sequence_at(column);
            let open = self.innermost()?;
            if open.mapping && open.column == column && self.open.len() + adoption.depth() <= self.depth {
                self.adopt(open.id, adoption)?;
            }
        }
        self.children(0)
    }

    fn adopt(&mut self, mapping: u32, adoption: &mut Adoption<'_, Place>) -> Option<()> {
        let stretch = adoption.adopt(&mut self.out, mapping, self.source)?;
        let Place { at, line, here, node_end } = stretch.end;
        (self.at, self.line, self.here) = (at, line, here);
        let open = self.open.last_mut()?;
        open.children += stretch.children;
        open.end = open.end.max(node_end);
        self.pause = adoption.start();
        Some(())
    }

    /// Reads members from the key at hand to the end of their mapping; nothing when there is no key at hand, or a fault
    /// behind it.
    fn stretch(&mut self) -> Option<Stretch<Place>> {
        let column = self.here?;
        let beginning = self.out.begin_stretch(self.at);
        let (id, end) = (beginning.mapping(), offset(self.at));
        self.open.push(Open { id, children: 0, end, column, mapping: true });
        self.children(column)?;
        while self.open.len() > 1 {
            self.close(0);
        }
        let mapping = self.open.pop()?;
        let end = Place { at: self.at, line: self.line, here: self.here, node_end: mapping.end };
        Some(self.out.end_stretch(&beginning, mapping.children, end))
    }

    /// Reads a node and, as long as one begins with another, those inside it.
    fn nodes(&mut self, mut next: Next) -> Option<()> {
        while let Next::Node(wanted) = next {
            next = self.node(&wanted)?;
        }
        Some(())
    }

    /// Reads the next key or dash of the collection whose column this is; the node behind it, if one is there.
    fn next_child(&mut self, column: usize) -> Option<Next> {
        let dash = self.is_dash();
        if !dash {
            self.close_sequence_at(column);
        }
        let open = self.innermost()?;
        if open.column != column || open.mapping == dash {
            return None;
        }
        if dash { self.item() } else { self.member() }
    }

    /// A sequence may stand at the column of the mapping that holds it, whose next key ends it.
    fn close_sequence_at(&mut self, column: usize) {
        if self.innermost().is_some_and(|open| !open.mapping && open.column == column) {
            self.close(0);
        }
    }

    /// The innermost open collection.
    fn innermost(&self) -> Option<Open> {
        self.open.last().copied()
    }

    /// Where the keys or dashes of the innermost collection stand: what belongs to it is indented further.
    fn outer_column(&self) -> Option<usize> {
        self.innermost().map(|open| open.column)
    }

    /// Reads a scalar, a flow collection, or the beginning of a block collection up to its first node.
    fn node(&mut self, node: &Wanted) -> Option<Next> {
        match self.peek() {
            b'-' if self.is_dash() => {
                if !node.collection {
                    return None;
                }
                self.begin(node.key, Kind::Sequence, node.column)?;
                return self.item();
            }
            b'"' | b'\'' => {
                let start = self.at;
                let text = self.quoted()?;
                if self.peek_behind_spaces() == b':' {
                    return self.first_member(node, start, text);
                }
                self.scalar(node.key, Kind::String, start, text, 0)?;
                self.end_line()?;
            }
            b'|' | b'>' => self.block_scalar(node.key)?,
            b'[' | b'{' => {
                self.flow(node.key)?;
                self.end_line()?;
            }
            _ => return self.plain_or_member(node),
        }
        Some(Next::Any)
    }

    fn plain_or_member(&mut self, node: &Wanted) -> Option<Next> {
        let start = self.at;
        let line = self.plain_line()?;
        if !line.colon {
            self.plain(node.key, start, &line)?;
            return Some(Next::Any);
        }
        let text = self.plain_key(&line)?;
        self.first_member(node, start, text)
    }

    /// Begins a mapping with the key that has just been read.
    fn first_member(&mut self, node: &Wanted, start: usize, text: Text) -> Option<Next> {
        if !node.collection {
            return None;
        }
        let end = self.at;
        self.begin(node.key, Kind::Mapping, node.column)?;
        self.value(start, end, text)
    }

    /// Reads a key of the innermost mapping and its `:`.
    fn member(&mut self) -> Option<Next> {
        let start = self.at;
        let text = if matches!(self.peek(), b'"' | b'\'') {
            self.quoted()?
        } else {
            let line = self.plain_line()?;
            self.plain_key(&line)?
        };
        self.value(start, self.at, text)
    }

    /// Passes the plain key at hand. A merge key is left to the full reader.
    fn plain_key(&mut self, line: &plain::Line) -> Option<Text> {
        let text = verbatim(offset(self.at), line.end - self.at);
        let merges = self.bytes.get(self.at..line.end) == Some(b"<<");
        self.at = line.end;
        (line.colon && !merges).then_some(text)
    }

    /// Behind a key: reads the `:` and looks for the value.
    fn value(&mut self, start: usize, end: usize, text: Text) -> Option<Next> {
        let key = self.key(start, end, text)?;
        self.skip_spaces();
        if self.peek() != b':' || !self.is_blank_at(self.at + 1) || self.at - start > KEY_LENGTH {
            return None;
        }
        self.at += 1;
        let colon = self.at;
        self.skip_spaces();
        if !self.is_line_over() {
            return Some(Next::Node(Wanted { key, column: 0, collection: false }));
        }
        self.end_line()?;
        let outer = self.outer_column()?;
        match self.here {
            Some(column) if column > outer || (column == outer && self.is_dash()) => {
                Some(Next::Node(Wanted { key, column, collection: true }))
            }
            _ => self.nothing(key, colon),
        }
    }

    /// The key that stands in these bytes of one line.
    fn key(&mut self, start: usize, end: usize, text: Text) -> Option<Key> {
        if start < self.line {
            return None;
        }
        let symbol = self.out.keys.intern(text, self.source, &self.out.cooked);
        Some(Key { symbol, span: Span::new(offset(start), offset(end)), flags: flag::HAS_KEY })
    }

    /// Reads the dash of an item and looks for its node.
    fn item(&mut self) -> Option<Next> {
        self.at += 1;
        let behind = self.at;
        self.skip_spaces();
        if !self.is_line_over() {
            let column = self.at - self.line;
            return Some(Next::Node(Wanted { key: Key::NONE, column, collection: true }));
        }
        self.end_line()?;
        let outer = self.outer_column()?;
        match self.here {
            Some(column) if column > outer => Some(Next::Node(Wanted { key: Key::NONE, column, collection: true })),
            _ => self.nothing(Key::NONE, behind),
        }
    }

    /// A node that is not there.
    fn nothing(&mut self, key: Key, at: usize) -> Option<Next> {
        let span = Span::new(offset(at), offset(at));
        self.leaf(key, Kind::Null, span, verbatim(span.start, 0), flag::PLAIN)?;
        Some(Next::Any)
    }

    /// Begins a collection at the byte at hand, or at its first key if that was read.
    fn begin(&mut self, key: Key, kind: Kind, column: usize) -> Option<()> {
        self.begin_at(key, kind, column, self.line + column)
    }

    fn begin_at(&mut self, key: Key, kind: Kind, column: usize, start: usize) -> Option<()> {
        // The full reader counts, and tells what is too deep.
        if self.open.len() + 1 >= self.depth {
            return None;
        }
        let parent = self.add_child();
        let id = self.out.open(parent, key, kind, offset(start));
        self.open.push(Open { id, children: 0, end: offset(start), column, mapping: kind == Kind::Mapping });
        self.deepest = self.deepest.max(self.open.len());
        Some(())
    }

    /// Counts the child that is about to be added.
    fn add_child(&mut self) -> Option<u32> {
        let open = self.open.last_mut()?;
        open.children += 1;
        Some(open.id)
    }

    fn scalar(&mut self, key: Key, kind: Kind, start: usize, text: Text, flags: u8) -> Option<()> {
        self.leaf(key, kind, Span::new(offset(start), offset(self.at)), text, flags)
    }

    /// Adds a scalar; nothing for one that is the whole document.
    fn leaf(&mut self, key: Key, kind: Kind, span: Span, text: Text, flags: u8) -> Option<()> {
        let open = self.open.last_mut()?;
        open.children += 1;
        open.end = open.end.max(span.end);
        let (text, shared) = self.out.shared(text, span, self.source);
        self.out.leaf(Some(open.id), key, kind, span, text, flags | shared);
        Some(())
    }

    /// Closes the block collections that stand further to the right.
    fn close_inside(&mut self, column: usize) {
        while self.innermost().is_some_and(|open| open.column > column) {
            self.close(0);
        }
    }

    /// Closes the innermost collection, at the byte `end` or where its last child ends.
    fn close(&mut self, end: u32) {
        let Some(open) = self.open.pop() else { return };
        let end = open.end.max(end);
        self.out.close(open.id, open.children, end);
        if let Some(outer) = self.open.last_mut() {
            outer.end = outer.end.max(end);
        }
    }

    /// The byte at hand; 0, which no text has that is read here, at the end.
    fn peek(&self) -> u8 {
        self.peek_at(self.at)
    }

    fn peek_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// True at a dash that begins an item.
    fn is_dash(&self) -> bool {
        self.peek() == b'-' && self.is_blank_at(self.at + 1)
    }

    /// True for a space, a tab, a line break or the end of the text.
    fn is_blank_at(&self, at: usize) -> bool {
        matches!(self.peek_at(at), b' ' | b'\t' | b'\n' | b'\r' | 0)
    }
}

impl Reader<'_> {
    /// Skips what may stand before the content of the document.
    fn begin_document(&mut self) -> Option<()> {
        const BOM: &str = "\u{FEFF}";
        let start = if self.source.starts_with(BOM) { BOM.len() } else { 0 };
        self.at = start;
        self.skip_lines()?;
        self.out.documents.push(NodeId(0));
        if self.here == Some(0) && self.is_marker() {
            if self.peek() != b'-' {
                return None;
            }
            self.at += 3;
            self.end_line()?;
        }
        Some(())
    }
}
