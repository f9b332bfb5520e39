//! From byte offsets to lines and columns, fast on any shape of file: many lines, or one line of many megabytes.
//!
//! The index keeps where lines start, and, for text that is not ASCII, one bit a byte that tells which bytes continue
//! a character. Counting characters is then counting bits, with a running total every few words, so that no look-up
//! reads more than one block however long the line is. The source itself is not needed.

use memchr::{memchr_iter, memchr2_iter};

use crate::tree::Span;

/// A place in a text, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode characters, from 1.
    pub column: u32,
    /// The byte offset in the text, from 0.
    pub offset: u32,
}

/// Where the lines of a text start. Lines end at `\n`, `\r\n` or a lone `\r`; a byte order mark is no column.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Where each line starts; the first is 0.
    starts: Vec<u32>,
    /// Those of `starts` that follow `\r\n`, in order.
    after_crlf: Vec<u32>,
    len: u32,
    bom: bool,
    /// Bytes that continue a character; none for ASCII text.
    continuing: Option<BitCount>,
    /// Bytes that begin a character of two UTF-16 units; none for text without such characters.
    astral: Option<BitCount>,
}

impl LineIndex {
    /// Reads a text once. Texts of 4 GiB and more are indexed up to that length.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        let mut after_crlf = Vec::new();
        if memchr::memchr(b'\r', bytes).is_none() {
            starts.extend(memchr_iter(b'\n', bytes).map(|at| clamp(at + 1)));
        } else {
            for at in memchr2_iter(b'\n', b'\r', bytes) {
                match (bytes[at], bytes.get(at + 1)) {
                    (b'\r', Some(b'\n')) => after_crlf.push(clamp(at + 2)),
                    _ => starts.push(clamp(at + 1)),
                }
            }
        }
        let ascii = text.is_ascii();
        let continuing = (!ascii).then(|| BitCount::new(bytes, |byte| byte & 0xC0 == 0x80));
        let astral = !ascii && bytes.iter().any(|&byte| byte >= 0xF0);
        let astral = astral.then(|| BitCount::new(bytes, |byte| byte >= 0xF0));
        let bom = text.starts_with('\u{FEFF}');
        Self { starts, after_crlf, len: clamp(bytes.len()), bom, continuing, astral }
    }

    /// Line and column of an offset; one past the end of the text counts as its end, one inside a character as the
    /// character's start.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.boundary(offset);
        let (line, start) = self.line_at(offset);
        Position { line, column: self.characters(start, offset) + 1, offset }
    }

    /// The column of an offset in UTF-16 code units, from 1.
    pub fn utf16_column(&self, offset: u32) -> u32 {
        let offset = self.boundary(offset);
        let (_, start) = self.line_at(offset);
        let pairs = self.astral.as_ref().map_or(0, |bits| bits.between(start, offset));
        self.characters(start, offset) + pairs + 1
    }

    /// The bytes of a line, from 1, without its line break.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let at = line.checked_sub(1)? as usize;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).map_or(self.len, |&next| {
            let line_break = if self.after_crlf.binary_search(&next).is_ok() { 2 } else { 1 };
            next - line_break
        });
        Some(Span::new(start, end))
    }

    /// Number of lines; a text that ends with a line break has an empty last line.
    pub fn line_count(&self) -> u32 {
        clamp(self.starts.len())
    }

    /// The number, from 1, and the start of the line that holds an offset.
    fn line_at(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= offset);
        (clamp(line), self.starts[line - 1])
    }

    fn characters(&self, start: u32, end: u32) -> u32 {
        let continuing = self.continuing.as_ref().map_or(0, |bits| bits.between(start, end));
        let bom = u32::from(self.bom && start == 0 && end > 0);
        end - start - continuing - bom
    }

    fn boundary(&self, offset: u32) -> u32 {
        let mut offset = offset.min(self.len);
        if let Some(bits) = &self.continuing {
            while bits.get(offset) {
                offset -= 1;
            }
        }
        offset
    }
}

fn clamp(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Words between two running totals.
const BLOCK: usize = 8;

/// One bit a byte, with running totals.
#[derive(Clone, Debug)]
struct BitCount {
    words: Vec<u64>,
    /// Bits set before each block.
    totals: Vec<u32>,
}

impl BitCount {
    /// `is_set` holds for no ASCII byte: most chunks need no look at each byte.
    fn new(bytes: &[u8], is_set: impl Fn(u8) -> bool) -> Self {
        let bits = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &byte| word << 1 | u64::from(is_set(byte)));
        let word = |chunk: &[u8]| if chunk.is_ascii() { 0 } else { bits(chunk) };
        let words: Vec<u64> = bytes.chunks(64).map(word).collect();
        let mut total = 0;
        let mut totals = Vec::with_capacity(words.len() / BLOCK + 1);
        for block in words.chunks(BLOCK) {
            totals.push(total);
            total += block.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        // The end of the text may be the start of one more block.
        totals.push(total);
        Self { words, totals }
    }

    fn get(&self, at: u32) -> bool {
        self.words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn between(&self, start: u32, end: u32) -> u32 {
        self.before(end) - self.before(start)
    }

    /// Bits set before a byte.
    fn before(&self, at: u32) -> u32 {
        let word = (at as usize / 64).min(self.words.len());
        let block = word / BLOCK;
        let whole = &self.words[block * BLOCK..word];
        let total = self.totals.get(block).copied().unwrap_or_default();
        let part = self.words.get(word).map_or(0, |bits| (bits & ((1 << (at % 64)) - 1)).count_ones());
        total + whole.iter().map(|word| word.count_ones()).sum::<u32>() + part
    }
}
