//! Reads YAML 1.2 into the arena, from the events of `granit-parser`. No other module knows that parser.
//!
//! The parser's spans need help in four places: a block scalar's omits its header, an empty scalar's lies at the
//! next token, a block collection's end at the next token, and what a plain scalar means is left to the reader.

use std::borrow::Cow;
use std::path::Path;

use granit_parser::{Event, Parser, ScalarStyle, Span as Marks, StructureStyle, Tag};

use crate::block_scalar::{self, line_end};
use crate::build::{Builder, Key, offset};
use crate::core_schema;
use crate::error::{ErrorKind, ParseError};
use crate::limits::Limits;
use crate::surrogates::Mended;
use crate::tree::{Anchor, Comment, Kind, NodeId, Span, Text, flag};
use crate::yaml_errors as errors;

/// How far a key may reach, in characters, in a text that shows no longer ones. The parser keeps every token that
/// could still turn out to belong to a key, so that a long look-ahead costs memory in flow collections.
const KEY_LENGTH: usize = 1 << 16;

/// Reads a stream of documents. With an error, the builder holds the documents that were complete before it.
pub(crate) fn read(source: &str, limits: &Limits) -> (Builder, Option<ParseError>) {
    let mended = Mended::new(source);
    let first = Reader::new(source, limits).stream(&mended, KEY_LENGTH);
    let refused = first.1.as_ref().is_some_and(|error| error.kind == ErrorKind::Syntax);
    if !refused || source.len() <= KEY_LENGTH {
        return first;
    }
    // The fault may be no more than a very long key.
    let longest = longest_key(source);
    if longest <= KEY_LENGTH {
        return first;
    }
    let second = Reader::new(source, limits).stream(&mended, longest);
    if second.1.is_none() { second } else { first }
}

/// An upper bound, in bytes, of the length of any key that holds no line break, comma or bracket.
fn longest_key(source: &str) -> usize {
    source.split(['\n', '\r', ',', '[', ']', '{', '}']).map(str::len).max().unwrap_or_default()
}

/// True when a file of this name is meant as YAML.
pub(crate) fn is_yaml_name(name: &Path) -> bool {
    name.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}

/// A collection that is being read.
struct Open {
    id: u32,
    children: u32,
    /// Where its last child ends.
    end: u32,
    mapping: bool,
    flow: bool,
    /// The key whose value comes next, in a mapping.
    key: Option<Key>,
}

/// What an anchor names.
#[derive(Clone, Copy)]
enum Target {
    Unknown,
    Node(u32),
    /// A key: it is no node, so its text is copied to where it is used.
    Key(Text, Kind),
    /// A collection used as a key, or something inside it.
    InsideKey,
}

/// A collection used as a key: its events are skipped, its source text becomes the key.
struct ComplexKey {
    depth: u32,
    start: u32,
    end: u32,
}

struct Reader<'a> {
    source: &'a str,
    limits: &'a Limits,
    out: Builder,
    open: Vec<Open>,
    complex: Option<ComplexKey>,
    /// By the parser's anchor number.
    targets: Vec<Target>,
    /// The end of what was last read: where an empty scalar or a block header is looked for.
    last: u32,
    /// Members that merge keys bring to each mapping, where there are any.
    merged: crate::merge::Sizes,
}

fn span_of(marks: &Marks) -> Span {
    let range = marks.byte_range().unwrap_or_default();
    Span::new(offset(range.start), offset(range.end))
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, limits: &'a Limits) -> Self {
        Self {
            source,
            limits,
            out: Builder::default(),
            open: Vec::new(),
            complex: None,
            targets: Vec::new(),
            last: 0,
            merged: crate::merge::Sizes::default(),
        }
    }

    fn stream(mut self, mended: &'a Mended<'a>, key_length: usize) -> (Builder, Option<ParseError>) {
        let depth = self.limits.depth as usize;
        let options = granit_parser::options! {
            simple_key_max_lookahead: key_length,
            flow_nesting_limit: depth,
            block_nesting_limit: depth,
            max_buffered_comment_events: usize::MAX,
        };
        let mut complete = 0;
        let mut parser = Parser::new_from_str_with_options(mended.text(), options);
        while let Some(next) = parser.next_event() {
            let done = matches!(next, Ok((Event::DocumentEnd, _)));
            // By reference: an event and its marks are hundreds of bytes.
            let stepped = match &next {
                Ok((event, marks)) => self.step(event, span_of(marks), mended),
                Err(error) => Err(errors::explain(self.source, error, self.limits)),
            };
            if let Err(error) = stepped {
                self.out.truncate(complete);
                return (self.out, Some(error));
            }
            if done {
                complete = offset(self.out.nodes.len());
            }
        }
        (self.out, None)
    }

    fn step(&mut self, event: &Event<'a>, span: Span, mended: &Mended<'a>) -> Result<(), ParseError> {
        if let Event::Comment(..) = event {
            self.out.comments.push(Comment { span });
            return Ok(());
        }
        if self.complex.is_some() {
            self.inside_key(event, span, mended);
            return Ok(());
        }
        match *event {
            Event::DocumentStart(explicit, _) => {
                // Without `---` the span is that of what comes first.
                self.last = self.last.max(if explicit { span.end } else { 0 });
                self.out.documents.push(NodeId(offset(self.out.nodes.len())));
            }
            Event::Scalar(ref text, style, anchor, ref tag) => {
                let text = restored(text, style, span, mended);
                self.scalar(&text, style, anchor, tag.as_deref(), span);
            }
            Event::SequenceStart(style, anchor, _) => self.begin(Kind::Sequence, style, anchor, span)?,
            Event::MappingStart(style, anchor, _) => self.begin(Kind::Mapping, style, anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(number) => self.alias(number, span)?,
            _ => {}
        }
        Ok(())
    }

    /// True when the next node is a key.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.mapping && open.key.is_none())
    }

    fn name(&mut self, anchor: usize, target: Target) {
        if anchor > 0 {
            if self.targets.len() <= anchor {
                self.targets.resize(anchor + 1, Target::Unknown);
            }
            self.targets[anchor] = target;
            if let Target::Node(id) = target {
                self.out.anchors.push(Anchor { node: NodeId(id) });
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        let plain = style == ScalarStyle::Plain;
        let empty = plain && span.is_empty();
        // The parser gives a missing value the text of an explicit null.
        let text = if empty { "" } else { text };
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_span(text, span),
            _ if empty => self.empty_span(anchor > 0 || tag.is_some(), span),
            _ => span,
        };
        let content = match style {
            ScalarStyle::Plain => span.start,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => span.start + 1,
            _ => block_scalar::content(self.source, span.start),
        };
        let text_of = self.out.text(text, content, self.source);
        let kind = kind_of(text, plain, tag);
        self.last = self.last.max(span.end);
        if self.expects_key() {
            let merge = plain && text == "<<" && tag.is_none();
            self.name(anchor, Target::Key(text_of, kind));
            self.set_key(text_of, span, merge);
            return;
        }
        let flags = if plain { flag::PLAIN } else { 0 };
        let id = self.leaf(kind, span, text_of, flags);
        self.name(anchor, Target::Node(id));
    }

    fn set_key(&mut self, text: Text, span: Span, merge: bool) {
        let symbol = self.out.keys.intern(text, self.source, &self.out.cooked);
        let flags = flag::HAS_KEY | if merge { flag::MERGE_KEY } else { 0 };
        if let Some(open) = self.open.last_mut() {
            open.key = Some(Key { symbol, span, flags });
            open.end = open.end.max(span.end);
        }
    }

    /// Takes the key and counts the child that is about to be added.
    fn take_place(&mut self) -> (Option<u32>, Key) {
        let Some(open) = self.open.last_mut() else { return (None, Key::NONE) };
        open.children += 1;
        (Some(open.id), open.key.take().unwrap_or(Key::NONE))
    }

    fn leaf(&mut self, kind: Kind, span: Span, text: Text, flags: u8) -> u32 {
        let (parent, key) = self.take_place();
        let (text, shared) = self.out.shared(text, span, self.source);
        let id = self.out.leaf(parent, key, kind, span, text, flags | shared);
        self.ended(span.end);
        self.merge_key(parent, id);
        id
    }

    fn ended(&mut self, end: u32) {
        self.last = self.last.max(end);
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(end);
        }
    }

    fn merge_key(&mut self, parent: Option<u32>, child: u32) {
        if let Some(parent) = parent
            && self.out.nodes[child as usize].flags & flag::MERGE_KEY != 0
        {
            self.out.nodes[parent as usize].flags |= flag::HAS_MERGE;
        }
    }

    fn begin(&mut self, kind: Kind, style: StructureStyle, anchor: usize, span: Span) -> Result<(), ParseError> {
        let member = self.open.last().is_some_and(|open| open.mapping);
        let start = if member && style == StructureStyle::Block && kind == Kind::Sequence {
            self.first_dash(span.start)
        } else {
            span.start
        };
        if self.expects_key() {
            self.name(anchor, Target::InsideKey);
            let end = if style == StructureStyle::Flow { span.end } else { start };
            self.complex = Some(ComplexKey { depth: 1, start, end });
            return Ok(());
        }
        if self.open.len() >= self.limits.depth as usize {
            return Err(ParseError::too_deep(span.start as usize, self.limits.depth));
        }
        let (parent, key) = self.take_place();
        let id = self.out.open(parent, key, kind, start);
        self.merge_key(parent, id);
        self.name(anchor, Target::Node(id));
        let flow = style == StructureStyle::Flow;
        self.open.push(Open { id, children: 0, end: start, mapping: kind == Kind::Mapping, flow, key: None });
        // The start of a block collection is its first indicator or key, which is still to come.
        self.last = self.last.max(if style == StructureStyle::Flow { span.end } else { start });
        Ok(())
    }

    /// Where a block sequence in a mapping begins: at the first `-` behind what was read before. One that is not
    /// indented further than its mapping the parser begins behind that `-`.
    fn first_dash(&self, start: u32) -> u32 {
        let bytes = self.source.as_bytes();
        let mut at = self.last as usize;
        while at < start as usize {
            match bytes[at] {
                b'-' => return offset(at),
                b'#' => at = line_end(bytes, at),
                b'&' | b'!' => at = word_end(bytes, at),
                _ => at += 1,
            }
        }
        start
    }

    fn end(&mut self, span: Span) -> Result<(), ParseError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let end = open.end.max(self.closing_bracket(span).unwrap_or_default());
        self.out.close(open.id, open.children, end);
        self.ended(end);
        self.merged.add(&self.out.nodes, open.id, self.limits)
    }

    /// The end of a flow collection's closing bracket, if the event stands for one.
    fn closing_bracket(&self, span: Span) -> Option<u32> {
        let last = span.end.checked_sub(1)?;
        let bracket = matches!(self.source.as_bytes().get(last as usize), Some(b'}' | b']'));
        (!span.is_empty() && bracket).then_some(span.end)
    }

    fn alias(&mut self, number: usize, span: Span) -> Result<(), ParseError> {
        let target = self.targets.get(number).copied().unwrap_or(Target::Unknown);
        let name = self.source.get(span.start as usize..span.end as usize).unwrap_or_default();
        if let Target::Node(id) = target
            && self.out.nodes[id as usize].end == 0
        {
            return Err(errors::alias_inside_itself(span.start, name));
        }
        self.last = self.last.max(span.end);
        let written = Text { start: span.start, len: span.len(), cooked: false };
        if self.expects_key() {
            let text = match target {
                Target::Key(text, _) => text,
                Target::Node(id) => self.scalar_text(id).unwrap_or(written),
                _ => written,
            };
            self.set_key(text, span, false);
            return Ok(());
        }
        match target {
            Target::Node(id) => {
                // An alias to an alias cannot be written, so the target is a value.
                self.leaf(Kind::Alias, span, Text { start: id, len: 0, cooked: false }, 0);
            }
            Target::Key(text, kind) => {
                self.leaf(kind, span, text, flag::PLAIN);
            }
            Target::InsideKey | Target::Unknown => return Err(errors::alias_into_key(span.start, name)),
        }
        Ok(())
    }

    fn scalar_text(&self, id: u32) -> Option<Text> {
        let node = self.out.nodes[id as usize];
        let scalar = !matches!(node.kind, Kind::Sequence | Kind::Mapping | Kind::Alias);
        scalar.then_some(Text { start: node.a, len: node.b, cooked: node.flags & flag::COOKED != 0 })
    }

    /// An event inside a collection that is used as a key.
    fn inside_key(&mut self, event: &Event<'a>, span: Span, mended: &Mended<'a>) {
        let Some(mut key) = self.complex.take() else { return };
        if let Some(anchor) = event.anchor_id() {
            let target = match event {
                Event::Scalar(text, style, _, tag) => {
                    let text = restored(text, *style, span, mended);
                    let kind = kind_of(&text, *style == ScalarStyle::Plain, tag.as_deref());
                    Target::Key(self.out.cook(&text), kind)
                }
                _ => Target::InsideKey,
            };
            self.name(anchor, target);
        }
        match event {
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                key.depth += 1;
                if *style == StructureStyle::Flow {
                    key.end = key.end.max(span.end);
                }
            }
            Event::SequenceEnd | Event::MappingEnd => {
                key.depth -= 1;
                key.end = key.end.max(self.closing_bracket(span).unwrap_or_default());
            }
            Event::Scalar(text, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                key.end = key.end.max(self.block_span(text, span).end);
            }
            _ if !span.is_empty() => key.end = key.end.max(span.end),
            _ => {}
        }
        self.last = self.last.max(key.end);
        if key.depth > 0 {
            self.complex = Some(key);
            return;
        }
        let span = Span::new(key.start, key.end.max(key.start));
        self.set_key(Text { start: span.start, len: span.len(), cooked: false }, span, false);
    }

    /// Where an empty scalar belongs: behind the `:` or `-` that asks for it, or behind its anchor or tag.
    fn empty_span(&self, has_properties: bool, span: Span) -> Span {
        if has_properties {
            let at = span.start.max(self.last);
            return Span::new(at, at);
        }
        let (indicator, flow) = match self.open.last() {
            Some(open) if open.mapping && open.key.is_none() => return Span::new(self.last, self.last),
            Some(open) if open.mapping => (b':', open.flow),
            _ => (b'-', false),
        };
        let bytes = self.source.as_bytes();
        let mut at = self.last as usize;
        // The parser may give the indicator itself as the place.
        let stop = (span.start as usize + 1).min(bytes.len());
        let mut behind = self.last;
        while at < stop {
            match bytes[at] {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at = line_end(bytes, at),
                // What follows tells it from the first character of the next key.
                found if found == indicator && ends_indicator(bytes.get(at + 1), flow) => {
                    behind = offset(at + 1);
                    break;
                }
                _ => break,
            }
        }
        Span::new(behind, behind)
    }

    /// The span of a block scalar from its `|` or `>` to the end of its last line, from the parser's span of its
    /// content.
    fn block_span(&self, text: &str, content: Span) -> Span {
        let bytes = self.source.as_bytes();
        let mut at = self.last as usize;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'|' | b'>' => break,
                b'#' => at = line_end(bytes, at),
                b'&' | b'!' => at = word_end(bytes, at),
                _ => at += 1,
            }
        }
        let start = offset(at.min(bytes.len())).min(content.start);
        Span::new(start, block_scalar::end(self.source, start, content.end, text))
    }
}

/// A scalar's text as it is written, if the parser read a mended one that no double quotes stand around.
fn restored<'t>(text: &'t str, style: ScalarStyle, span: Span, mended: &Mended<'_>) -> Cow<'t, str> {
    if style == ScalarStyle::DoubleQuoted { Cow::Borrowed(text) } else { mended.restored(text, span) }
}

/// True when the character behind `:` or `-` lets it be an indicator.
fn ends_indicator(next: Option<&u8>, flow: bool) -> bool {
    next.is_none_or(|byte| byte.is_ascii_whitespace() || (flow && matches!(byte, b',' | b'}' | b']')))
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(u8::is_ascii_whitespace).map_or(bytes.len(), |at| from + at)
}

/// What a scalar is, by its tag and its style. A core tag that does not fit the text leaves a string; tags that the
/// core schema does not know are dropped.
fn kind_of(text: &str, plain: bool, tag: Option<&Tag>) -> Kind {
    match tag.map(|tag| (tag.core_suffix(), tag.parts())) {
        Some((Some("int"), _)) if core_schema::is_int(text) => Kind::Number,
        Some((Some("float"), _)) if core_schema::is_int(text) || core_schema::is_float(text) => Kind::Number,
        Some((Some("bool"), _)) if core_schema::is_bool(text) => Kind::Bool,
        Some((Some("null"), _)) if core_schema::is_null(text) => Kind::Null,
        // The tag `!` alone asks for a string (YAML 1.2.2 section 6.9.1).
        Some((Some(_), _) | (None, ("!", "") | ("", "!"))) => Kind::String,
        _ if plain => core_schema::kind_of(text),
        _ => Kind::String,
    }
}
