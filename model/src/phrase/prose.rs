//! Running text made ready for phrase search: code and URLs taken out, white space and hyphens folded, sentences marked.

use std::collections::HashMap;
use std::ops::Range;

/// Folded text that remembers where its bytes come from and where its sentences begin.
#[derive(Debug, Default)]
pub(super) struct Prose {
    text: String,
    /// For every byte of `text`, its offset in the source.
    origins: Vec<u32>,
    /// Where sentences begin in `text`, ascending.
    breaks: Vec<usize>,
    /// Where paragraphs and list items begin in `text`, ascending.
    blocks: Vec<usize>,
    source_len: usize,
}

impl Prose {
    /// Leaves out code spans, fenced blocks and URLs.
    pub(super) fn new(source: &str) -> Self {
        Self::build(source, true)
    }

    /// Leaves nothing out.
    pub(super) fn raw(source: &str) -> Self {
        Self::build(source, false)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The paragraphs and list items.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &str> {
        let ends = self.blocks.iter().skip(1).copied().chain([self.text.len()]);
        self.blocks.iter().zip(ends).filter_map(|(from, to)| self.text.get(*from..to))
    }

    /// The sentence, or sentences, that the range lies in.
    pub(super) fn sentence(&self, range: &Range<usize>) -> Range<usize> {
        let begun = self.breaks.partition_point(|&at| at <= range.start);
        let ended = self.breaks.partition_point(|&at| at < range.end.max(range.start + 1));
        let start = begun.checked_sub(1).map_or(0, |index| self.breaks[index]);
        let end = self.breaks.get(ended).copied().unwrap_or(self.text.len());
        start..end
    }

    /// The source's range of a range of the folded text.
    pub(super) fn source_range(&self, folded: &Range<usize>) -> Range<usize> {
        let origin = |at: usize| self.origins.get(at).map_or(self.source_len, |&origin| origin as usize);
        let last = folded.end.checked_sub(1).map_or(0, |last| origin(last) + 1);
        origin(folded.start)..last
    }

    /// The folded text's range of a range of the source.
    pub(super) fn folded_range(&self, source: &Range<usize>) -> Range<usize> {
        let folded = |at: usize| self.origins.partition_point(|&origin| (origin as usize) < at);
        folded(source.start)..folded(source.end)
    }

    fn build(source: &str, clean: bool) -> Self {
        let mut prose = Self {
            text: String::with_capacity(source.len()),
            origins: Vec::with_capacity(source.len()),
            source_len: source.len(),
            ..Self::default()
        };
        let mut block: Option<Range<usize>> = None;
        let mut fence: Option<(u8, usize)> = None;
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let range = at..at + line.len();
            at = range.end;
            let marker = if clean { fence_marker(line) } else { None };
            let fenced = match (fence, marker) {
                (Some((byte, width)), Some((other, found, bare))) if byte == other && found >= width && bare => {
                    fence = None;
                    true
                }
                (None, Some((byte, width, _))) => {
                    fence = Some((byte, width));
                    true
                }
                (open, _) => open.is_some(),
            };
            let blank = fenced || line.trim().is_empty();
            if blank || starts_item(line) {
                prose.finish(source, block.take(), clean);
            }
            if !blank {
                block.get_or_insert(range.start..range.start).end = range.end;
            }
        }
        prose.finish(source, block, clean);
        prose
    }

    /// Adds a paragraph or list item.
    fn finish(&mut self, source: &str, block: Option<Range<usize>>, clean: bool) {
        let Some(block) = block else { return };
        self.push_blank(block.start);
        self.break_here();
        self.blocks.push(self.text.len());
        let text = &source[block.clone()];
        let mut from = 0;
        for hole in if clean { holes(text) } else { Vec::new() } {
            self.push(&text[from..hole.start], block.start + from);
            self.push_blank(block.start + hole.start);
            from = hole.end;
        }
        self.push(&text[from..], block.start + from);
    }

    fn push(&mut self, text: &str, offset: usize) {
        let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'-';
        let mut at = 0;
        while at < text.len() {
            let run = text.as_bytes()[at..].iter().take_while(|byte| plain(byte)).count();
            self.text.push_str(&text[at..at + run]);
            self.origins.extend((offset + at..offset + at + run).map(position));
            at += run;
            let Some(char) = text[at..].chars().next() else { break };
            if char.is_whitespace() {
                let ended = self.text.ends_with(['.', '!', '?', ';']);
                self.push_blank(offset + at);
                if ended {
                    self.break_here();
                }
            } else if char == '-' {
                self.push_blank(offset + at);
            } else {
                let char = if char == '\u{2019}' { '\'' } else { char };
                self.text.push(char);
                self.origins.resize(self.text.len(), position(offset + at));
            }
            at += char.len_utf8();
        }
    }

    fn push_blank(&mut self, origin: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
            self.origins.push(position(origin));
        }
    }

    fn break_here(&mut self) {
        if self.breaks.last() != Some(&self.text.len()) {
            self.breaks.push(self.text.len());
        }
    }
}

/// Offsets are 32 bits wide like those of the tree; what lies beyond is cut to the last one.
fn position(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// An entry of a list, folded as texts are.
pub(super) fn fold(entry: &str) -> String {
    let words = entry.split(|char: char| char.is_whitespace() || char == '-').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The fence that a line opens or closes: its byte, its width, and whether nothing follows it.
fn fence_marker(line: &str) -> Option<(u8, usize, bool)> {
    let inner = line.trim_start_matches(' ');
    let byte = inner.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let width = inner.bytes().take_while(|&other| other == byte).count();
    let info = &inner[width..];
    let fence = line.len() - inner.len() <= 3 && width >= 3 && !(byte == b'`' && info.contains('`'));
    fence.then(|| (byte, width, info.trim().is_empty()))
}

/// Whether a list item begins on this line.
fn starts_item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let marker = if number > 0 { line[number..].strip_prefix(['.', ')']) } else { line.strip_prefix(['-', '*', '+']) };
    marker.is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// The code spans and URLs of a paragraph, in order.
fn holes(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let spans = Backticks::new(bytes);
    let mut holes: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'`', b':', &bytes[at..]).map(|found| found + at) {
        let floor = holes.last().map_or(0, |hole| hole.end);
        let (next, hole) = if bytes[found] == b'`' { spans.span(found) } else { url(bytes, found, floor) };
        holes.extend(hole);
        at = next;
    }
    holes
}

/// The runs of backticks of a paragraph.
struct Backticks<'a> {
    bytes: &'a [u8],
    /// Where the last run of each width begins: an opening run behind it has no partner, and no search is made.
    last: HashMap<usize, usize, foldhash::fast::RandomState>,
}

impl<'a> Backticks<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let mut backticks = Self { bytes, last: HashMap::default() };
        let mut at = 0;
        while let Some((start, width)) = backticks.run(at) {
            backticks.last.insert(width, start);
            at = start + width;
        }
        backticks
    }

    /// The next run from `at` on: its start and width.
    fn run(&self, at: usize) -> Option<(usize, usize)> {
        let start = memchr::memchr(b'`', &self.bytes[at..])? + at;
        Some((start, self.bytes[start..].iter().take_while(|&&byte| byte == b'`').count()))
    }

    /// Where to go on after the run at `start`, and the code span that it opens.
    fn span(&self, start: usize) -> (usize, Option<Range<usize>>) {
        let Some((_, width)) = self.run(start) else { return (start + 1, None) };
        let mut at = start + width;
        if self.last.get(&width).is_none_or(|&last| last <= start) {
            return (at, None);
        }
        while let Some((found, other)) = self.run(at) {
            at = found + other;
            if other == width {
                return (at, Some(start..at));
            }
        }
        (start + width, None)
    }
}

/// Where to go on after the colon at `colon`, and the URL that it belongs to; nothing before `floor` is looked at.
fn url(bytes: &[u8], colon: usize, floor: usize) -> (usize, Option<Range<usize>>) {
    if !bytes[colon..].starts_with(b"://") {
        return (colon + 1, None);
    }
    let in_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
    let start = colon - bytes[floor..colon].iter().rev().take_while(in_scheme).count();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"<>\"'`()[]{}|".contains(byte);
    let length = bytes[colon..].iter().position(ends).unwrap_or(bytes.len() - colon);
    let trailing = bytes[colon..colon + length].iter().rev().take_while(|byte| b".,;:!?".contains(byte)).count();
    let end = (colon + length - trailing).max(colon + 3);
    (end, (start < colon).then_some(start..end))
}
