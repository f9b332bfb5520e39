//! Reads strict JSON (RFC 8259) into the arena: one pass over the bytes, no recursion.
//!
//! It accepts what `serde_json` accepts, and beyond that: a byte order mark, unpaired surrogate escapes (they become
//! U+FFFD), numbers of any size (their text is kept). Equal keys are kept and recorded.

use crate::ahead::{self, Adoption, Ahead, Stretch};
use crate::build::{Builder, Key, offset};
use crate::error::ParseError;
use crate::json_errors as errors;
use crate::limits::Limits;
use crate::tree::{Kind, NodeId, Span, Text, flag};

/// Reads one JSON text that begins at `start`.
pub(crate) fn read(source: &str, start: usize, limits: &Limits) -> Result<Builder, ParseError> {
    if ahead::is_read_on_two_cores(source.len())
        && let Some(key) = ahead::key_of_json(source)
    {
        return Ok(read_on_two_cores(source, start, limits, key)?.0);
    }
    read_on_one_core(source, start, limits)
}

pub(crate) fn read_on_one_core(source: &str, start: usize, limits: &Limits) -> Result<Builder, ParseError> {
    let mut reader = Reader::new(source, start, source.len(), limits);
    reader.document()?;
    reader.end()?;
    Ok(reader.out)
}

/// The second core begins at the byte `key`. Also gives the number of nodes that were read ahead.
pub(crate) fn read_on_two_cores(
    source: &str,
    start: usize,
    limits: &Limits,
    key: usize,
) -> Result<(Builder, u32), ParseError> {
    let mut reader = Reader::new(source, start, source.len(), limits);
    reader.pause = key;
    let (paused, ahead) = rayon::join(|| reader.document(), || read_ahead(source, key, limits));
    let mut adoption = Adoption::new(&ahead);
    let mut paused = paused?;
    while let Some(key) = paused {
        paused = reader.go_on(key, &mut adoption)?;
    }
    reader.end()?;
    Ok((reader.out, adoption.nodes()))
}

/// Reads what follows from the byte `key` on, as far as it is members of mappings.
fn read_ahead(source: &str, key: usize, limits: &Limits) -> Ahead<usize> {
    let mut reader = Reader::new(source, key, source.len().saturating_sub(key), limits);
    let stretches = std::iter::from_fn(|| reader.stretch()).collect();
    Ahead { out: reader.out, stretches, depth: reader.deepest }
}

/// A collection that is being read.
#[derive(Clone, Copy)]
struct Open {
    id: u32,
    children: u32,
    /// The byte that closes it.
    close: u8,
}

struct Reader<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    out: Builder,
    open: Vec<Open>,
    depth: u32,
    /// The most collections that were open at a time.
    deepest: usize,
    /// Where the key begins at which to pause; none that there is for none.
    pause: usize,
}

impl<'a> Reader<'a> {
    /// `length` is how many bytes will be read, about.
    fn new(source: &'a str, at: usize, length: usize, limits: &Limits) -> Self {
        let (bytes, out, open) = (source.as_bytes(), Builder::for_bytes(length), Vec::new());
        Self { source, bytes, at, out, open, depth: limits.depth, deepest: 0, pause: usize::MAX }
    }
}

impl Reader<'_> {
    /// Reads the document up to the key at which to pause, which is given back, or to its end.
    fn document(&mut self) -> Result<Option<Key>, ParseError> {
        self.out.documents.push(NodeId(0));
        self.skip_blank();
        self.values(Key::NONE)
    }

    /// Reads the value of a key and all that follows, up to the key at which to pause or to the end.
    fn values(&mut self, mut key: Key) -> Result<Option<Key>, ParseError> {
        loop {
            let next = if self.value(key)? { Some(self.first_key()?) } else { self.after_value()? };
            let Some(next) = next else { return Ok(None) };
            if next.span.start as usize == self.pause {
                return Ok(Some(next));
            }
            key = next;
        }
    }

    /// Goes on at the key with which the next stretch of what was read ahead begins.
    fn go_on(&mut self, key: Key, adoption: &mut Adoption<'_, usize>) -> Result<Option<Key>, ParseError> {
        self.pause = usize::MAX;
        let fits = self.open.len() + adoption.depth() <= self.depth as usize + 1;
        let Some(open) = self.open.last_mut().filter(|_| fits) else { return self.values(key) };
        let Some(stretch) = adoption.adopt(&mut self.out, open.id, self.source) else { return self.values(key) };
        // The key was counted.
        open.children += stretch.children - 1;
        self.at = stretch.end;
        self.pause = adoption.start();
        match self.after_value()? {
            Some(key) if key.span.start as usize != self.pause => self.values(key),
            paused => Ok(paused),
        }
    }

    /// Reads members from the next key on to the end of their mapping, at whose brace it ends; nothing when there is no
    /// key, or a fault behind it.
    fn stretch(&mut self) -> Option<Stretch<usize>> {
        self.skip_blank();
        // Mappings around the stretch before may end with it.
        while matches!(self.peek(), b'}' | b',') {
            self.at += 1;
            self.skip_blank();
        }
        // At the end of the text there is no fault either, which takes its time to be told.
        if self.peek() != b'"' {
            return None;
        }
        let beginning = self.out.begin_stretch(self.at);
        self.open.push(Open { id: beginning.mapping(), children: 0, close: b'}' });
        let key = self.first_key().ok()?;
        self.values(key).ok()?;
        let children = self.out.nodes[beginning.mapping() as usize].a;
        Some(self.out.end_stretch(&beginning, children, self.at - 1))
    }

    /// Reads a scalar, an empty collection, or the opening of a collection (then true).
    fn value(&mut self, key: Key) -> Result<bool, ParseError> {
        match self.peek() {
            b'{' => return self.begin(key, Kind::Mapping, b'}'),
            b'[' => return self.begin(key, Kind::Sequence, b']'),
            b'"' => {
                let start = self.at;
                let text = self.string()?;
                self.scalar(key, Kind::String, start, text, 0);
            }
            b'-' | b'0'..=b'9' => {
                let start = self.at;
                self.number()?;
                self.plain(key, Kind::Number, start);
            }
            b't' => self.literal(key, Kind::Bool, "true")?,
            b'f' => self.literal(key, Kind::Bool, "false")?,
            b'n' => self.literal(key, Kind::Null, "null")?,
            _ => return Err(errors::no_value(self.source, self.at, self.opened())),
        }
        Ok(false)
    }

    fn begin(&mut self, key: Key, kind: Kind, close: u8) -> Result<bool, ParseError> {
        if self.open.len() >= self.depth as usize {
            return Err(ParseError::too_deep(self.at, self.depth));
        }
        self.deepest = self.deepest.max(self.open.len() + 1);
        let id = self.out.open(self.parent(), key, kind, offset(self.at));
        self.at += 1;
        self.skip_blank();
        if self.peek() == close {
            self.at += 1;
            self.out.close(id, 0, offset(self.at));
            return Ok(false);
        }
        self.open.push(Open { id, children: 0, close });
        Ok(true)
    }

    /// After an opening bracket: the key of the first member, or none for a sequence.
    fn first_key(&mut self) -> Result<Key, ParseError> {
        let Some(open) = self.open.last_mut() else { return Ok(Key::NONE) };
        open.children = 1;
        if open.close == b'}' { self.key() } else { Ok(Key::NONE) }
    }

    /// After a value: closes what ends here; the key of the next value, or none at the end of the document.
    fn after_value(&mut self) -> Result<Option<Key>, ParseError> {
        while let Some(&open) = self.open.last() {
            self.skip_blank();
            let found = self.peek();
            if found == b',' {
                let comma = self.at;
                self.at += 1;
                self.skip_blank();
                if self.peek() == open.close {
                    return Err(errors::trailing_comma(comma, open.close));
                }
                return self.first_or_next_key(open.children + 1).map(Some);
            }
            if found != open.close || self.at >= self.bytes.len() {
                return Err(errors::no_separator(self.source, self.at, open.close, self.opened()));
            }
            self.at += 1;
            self.open.pop();
            self.out.close(open.id, open.children, offset(self.at));
        }
        Ok(None)
    }

    fn first_or_next_key(&mut self, children: u32) -> Result<Key, ParseError> {
        let key = self.first_key()?;
        if let Some(open) = self.open.last_mut() {
            open.children = children;
        }
        Ok(key)
    }

    fn key(&mut self) -> Result<Key, ParseError> {
        if self.peek() != b'"' {
            return Err(errors::no_key(self.source, self.at, self.opened()));
        }
        let start = self.at;
        let text = self.string()?;
        let span = Span::new(offset(start), offset(self.at));
        let symbol = self.out.keys.intern(text, self.source, &self.out.cooked);
        self.skip_blank();
        if self.peek() != b':' {
            return Err(errors::no_colon(self.source, self.at, self.opened()));
        }
        self.at += 1;
        self.skip_blank();
        Ok(Key { symbol, span, flags: flag::HAS_KEY })
    }

    fn end(&mut self) -> Result<(), ParseError> {
        self.skip_blank();
        if self.at < self.bytes.len() {
            return Err(errors::text_after_end(self.source, self.at));
        }
        Ok(())
    }

    fn parent(&self) -> Option<u32> {
        self.open.last().map(|open| open.id)
    }

    /// Where the innermost open collection begins, for messages.
    fn opened(&self) -> Option<usize> {
        self.open.last().map(|open| self.out.nodes[open.id as usize].span.start as usize)
    }

    /// The byte at hand; 0 at the end, which no rule accepts.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    fn skip_blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
            while self.bytes.get(self.at..self.at + 8) == Some(b"        ") {
                self.at += 8;
            }
        }
    }

    fn scalar(&mut self, key: Key, kind: Kind, start: usize, text: Text, flags: u8) {
        let span = Span::new(offset(start), offset(self.at));
        let (text, shared) = self.out.shared(text, span, self.source);
        self.out.leaf(self.parent(), key, kind, span, text, flags | shared);
    }

    fn plain(&mut self, key: Key, kind: Kind, start: usize) {
        let text = Text { start: offset(start), len: offset(self.at - start), cooked: false };
        self.scalar(key, kind, start, text, flag::PLAIN);
    }

    fn literal(&mut self, key: Key, kind: Kind, word: &str) -> Result<(), ParseError> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return Err(errors::no_value(self.source, start, self.opened()));
        }
        self.at += word.len();
        self.plain(key, kind, start);
        Ok(())
    }

    /// `-? (0 | [1-9] [0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, RFC 8259 section 6.
    fn number(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        self.at += usize::from(self.peek() == b'-');
        if self.peek() == b'0' {
            self.at += 1;
            if self.peek().is_ascii_digit() {
                return Err(errors::leading_zero(start));
            }
        } else {
            self.digits(start)?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits(start)?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            self.digits(start)?;
        }
        Ok(())
    }

    fn digits(&mut self, number: usize) -> Result<(), ParseError> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { Err(errors::no_digit(self.source, number, start)) } else { Ok(()) }
    }

    /// Reads the string whose opening quote is at hand.
    fn string(&mut self) -> Result<Text, ParseError> {
        let start = self.at + 1;
        let stop = find_special(self.bytes, start);
        if self.bytes.get(stop) == Some(&b'"') {
            self.at = stop + 1;
            return Ok(Text { start: offset(start), len: offset(stop - start), cooked: false });
        }
        self.cooked_string(start, stop)
    }

    /// As [`Self::string`], from its first escape (or fault) at `stop` on.
    fn cooked_string(&mut self, start: usize, mut stop: usize) -> Result<Text, ParseError> {
        let cooked = self.out.cooked.len();
        let mut from = start;
        loop {
            self.out.cooked.push_str(self.source.get(from..stop).unwrap_or_default());
            match self.bytes.get(stop) {
                Some(b'"') => {
                    self.at = stop + 1;
                    return Ok(self.out.cooked_since(cooked));
                }
                Some(b'\\') => from = self.escape(stop, start - 1)?,
                Some(&control) => return Err(errors::control_character(stop, control, start - 1)),
                None => return Err(errors::unclosed_string(self.source, start - 1)),
            }
            stop = find_special(self.bytes, from);
        }
    }

    /// Reads the escape at `at`; where the text goes on.
    fn escape(&mut self, at: usize, string: usize) -> Result<usize, ParseError> {
        let plain = match self.bytes.get(at + 1) {
            Some(&(b'"' | b'\\' | b'/')) => char::from(self.bytes[at + 1]),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            Some(_) => return Err(errors::bad_escape(self.source, at)),
            None => return Err(errors::unclosed_string(self.source, string)),
        };
        self.out.cooked.push(plain);
        Ok(at + 2)
    }

    /// Reads `\uXXXX` at `at`, or two of them that make a surrogate pair.
    fn unicode_escape(&mut self, at: usize) -> Result<usize, ParseError> {
        let first = self.hex(at).ok_or_else(|| errors::bad_unicode_escape(at))?;
        if (0xD800..0xDC00).contains(&first)
            && let Some(second @ 0xDC00..0xE000) = self.hex(at + 6)
        {
            let character = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            self.out.cooked.push(char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER));
            return Ok(at + 12);
        }
        self.out.cooked.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(at + 6)
    }

    /// The value of `\uXXXX` at `at`, if that stands there.
    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
    }
}

/// The first quote, backslash or control character from `at` on, else the end of the text.
fn find_special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // Eight bytes at a time: a byte's high bit is set where the byte is wanted. A borrow can only spoil bytes above
    // the first hit, and the first is what counts.
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * u64::from(b'"'));
        let slash = word ^ (ONES * u64::from(b'\\'));
        let hit = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        if hit & HIGH != 0 {
            return at + (hit & HIGH).trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        at += 1;
    }
    at
}
