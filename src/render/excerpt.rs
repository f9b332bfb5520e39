//! The lines around a finding, made ready to be shown: cut to the width of the terminal, without control characters
//! and secrets.
//!
//! miette's own sources scan a text from its start for every span and print lines whole, however long. An excerpt holds
//! the few lines that are shown and knows which lines of the file they are.

use std::collections::BTreeSet;

use apiward_syntax::Span;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::inert::{is_active, opens_command};
use crate::report::Range;
use crate::source::SourceFile;

/// Lines shown before and after a marked line.
const CONTEXT: u32 = 1;
/// Columns between two tab stops.
const TAB: usize = 4;

/// Some lines of a file, as they are shown.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// For each range that was asked for, where it is; none when the cut of its line left it out.
    marks: Vec<Option<Mark>>,
}

#[derive(Debug)]
struct Line {
    /// Number in the file, from 1.
    number: u32,
    /// Where it starts in the excerpt.
    start: usize,
}

/// A range of the file within the excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) start: usize,
    pub(crate) len: usize,
    /// Column of the range in the file, from 1.
    column: u32,
}

/// What cuts and replacements look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signs {
    ellipsis: &'static str,
    unicode: bool,
}

impl Signs {
    pub(crate) fn new(unicode: bool) -> Self {
        Self { ellipsis: if unicode { "\u{2026}" } else { "..." }, unicode }
    }

    /// What stands for a character that must not reach a terminal.
    fn replacement(self, character: char) -> char {
        match (self.unicode, character) {
            (false, _) => '?',
            (true, '\0'..='\u{1f}') => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{FFFD}'),
            (true, '\u{7f}') => '\u{2421}',
            _ => '\u{FFFD}',
        }
    }
}

impl Excerpt {
    /// The lines around some ranges of a file, none wider than `width` columns. The first range matters most: where a
    /// line is cut, it stays in view. Of a range over several lines the first line is marked.
    pub(crate) fn new(name: &str, source: &SourceFile, ranges: &[Range], width: usize, signs: Signs) -> Self {
        let index = source.lines();
        let mut wanted = BTreeSet::new();
        for range in ranges {
            let line = range.start.line;
            let last = line.saturating_add(CONTEXT).min(index.line_count());
            wanted.extend(line.saturating_sub(CONTEXT).max(1)..=last);
        }
        let mut excerpt =
            Self { name: name.to_owned(), text: String::new(), lines: Vec::new(), marks: vec![None; ranges.len()] };
        for number in wanted {
            let Some(span) = index.line_span(number) else { continue };
            let is_marked = ranges.iter().any(|range| range.start.line == number);
            // The empty line behind the last line break is no context.
            if span.is_empty() && number == index.line_count() && !is_marked {
                continue;
            }
            excerpt.push_line(number, span, source, ranges, width, signs);
        }
        excerpt
    }

    /// The lines: the number of each in the file, where it starts in the excerpt, and its text.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u32, usize, &str)> {
        let ends = self.lines.iter().skip(1).map(|line| line.start).chain([self.text.len()]);
        let text = |start: usize, end: usize| self.text.get(start..end).unwrap_or_default().trim_end_matches('\n');
        self.lines.iter().zip(ends).map(move |(line, end)| (line.number, line.start, text(line.start, end)))
    }

    /// Bytes of its text.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Where a range is, in the order in which the ranges were given.
    pub(crate) fn mark(&self, at: usize) -> Option<Mark> {
        self.marks.get(at).copied().flatten()
    }

    /// Whether one frame shows both marks: no line of the file between them is left out.
    pub(crate) fn is_joined(&self, one: Mark, other: Mark) -> bool {
        let (first, last) = (self.line_of(one.start.min(other.start)), self.line_of(one.start.max(other.start)));
        self.lines
            .get(first..=last)
            .is_some_and(|lines| lines.windows(2).all(|pair| pair[0].number + 1 == pair[1].number))
    }

    /// Which of the lines holds a place in the excerpt.
    fn line_of(&self, place: usize) -> usize {
        self.lines.partition_point(|line| line.start <= place).saturating_sub(1)
    }

    /// Columns of the shown text before the middle of a mark, where its words are attached.
    pub(crate) fn columns_before(&self, mark: Mark) -> usize {
        let start = self.lines.get(self.line_of(mark.start)).map_or(0, |line| line.start);
        let width = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default().width();
        width(start, mark.start) + width(mark.start, mark.start + mark.len) / 2
    }

    fn push_line(
        &mut self,
        number: u32,
        line: Span,
        source: &SourceFile,
        ranges: &[Range],
        width: usize,
        signs: Signs,
    ) {
        let text = source.text();
        let on_line: Vec<usize> = (0..ranges.len()).filter(|&at| ranges[at].start.line == number).collect();
        let anchor = on_line.first().map_or(line.start, |&at| ranges[at].start.offset);
        let window = window(text, line, anchor, width, signs);
        self.lines.push(Line { number, start: self.text.len() });
        if window.start > line.start {
            self.text.push_str(signs.ellipsis);
        }
        // Where each byte of the file that begins or ends a mark comes to stand in the excerpt.
        let mut column = 0;
        let mut places = Places::new(&on_line, ranges, window);
        let shown = text.get(window.start as usize..window.end as usize).unwrap_or_default();
        for (at, character) in shown.char_indices() {
            let offset = window.start + u32::try_from(at).unwrap_or(u32::MAX);
            places.reach(offset, self.text.len());
            column += self.push_character(character, offset, column, source, signs);
        }
        places.reach(window.end, self.text.len());
        for (at, start, end) in places.found() {
            let column = ranges[at].start.column;
            self.marks[at] = Some(Mark { start, len: end - start, column });
        }
        if window.end < line.end {
            self.text.push_str(signs.ellipsis);
        }
        self.text.push('\n');
    }

    /// Adds one character, or what stands for it, and gives its width.
    fn push_character(
        &mut self,
        character: char,
        offset: u32,
        column: usize,
        source: &SourceFile,
        signs: Signs,
    ) -> usize {
        match character {
            '\u{FEFF}' => 0,
            '\t' => {
                let width = TAB - column % TAB;
                self.text.extend(std::iter::repeat_n(' ', width));
                width
            }
            _ if source.is_secret(offset) => {
                self.text.push('*');
                1
            }
            _ if is_active(character) || opens_command(&self.text, character) => {
                self.text.push(signs.replacement(character));
                1
            }
            _ => {
                self.text.push(character);
                character.width().unwrap_or_default()
            }
        }
    }
}

/// The part of a line that is shown: all of it where it fits, else what surrounds the anchor.
fn window(text: &str, line: Span, anchor: u32, width: usize, signs: Signs) -> Span {
    let bytes = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    if fitting(bytes(line.start, line.end).chars(), width) == line.len() {
        return line;
    }
    let anchor = anchor.clamp(line.start, line.end);
    // Room for an ellipsis on both sides.
    let room = width.saturating_sub(2 * signs.ellipsis.len());
    let before = fitting(bytes(line.start, anchor).chars().rev(), room / 3);
    let start = anchor - before;
    let after = fitting(bytes(start, line.end).chars(), room);
    let end = start + after;
    if end < line.end {
        return Span::new(start, end);
    }
    // The line ends in view: more of what stands before can be shown.
    Span::new(line.end - fitting(bytes(line.start, line.end).chars().rev(), room), line.end)
}

/// How many bytes of the characters fit into a width; no more are looked at.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> u32 {
    let (mut used, mut bytes) = (0, 0);
    for character in characters {
        used += match character {
            '\t' => TAB,
            _ if is_active(character) => 1,
            // Also combining marks take room here, so that a line of nothing else ends somewhere.
            _ => character.width().unwrap_or_default().max(1),
        };
        if used > width {
            break;
        }
        bytes += character.len_utf8();
    }
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// A range on the line that is being written.
struct Pending {
    /// Which range it is.
    at: usize,
    /// Its bytes in the file.
    span: Span,
    /// Where it begins and ends in the excerpt, once that is reached.
    start: Option<usize>,
    end: Option<usize>,
}

/// Follows the ranges of one line while it is written.
struct Places(Vec<Pending>);

impl Places {
    fn new(on_line: &[usize], ranges: &[Range], window: Span) -> Self {
        let visible = |&at: &usize| {
            let start = ranges[at].start.offset;
            let end = ranges[at].end.offset.clamp(start, window.end.max(start));
            let seen = window.start <= start && start <= window.end;
            seen.then_some(Pending { at, span: Span::new(start, end), start: None, end: None })
        };
        Self(on_line.iter().filter_map(visible).collect())
    }

    /// The byte `offset` of the file stands at `place` in the excerpt.
    fn reach(&mut self, offset: u32, place: usize) {
        for pending in &mut self.0 {
            if offset >= pending.span.start {
                pending.start.get_or_insert(place);
            }
            if offset >= pending.span.end {
                pending.end.get_or_insert(place);
            }
        }
    }

    /// The ranges with their beginnings and ends in the excerpt.
    fn found(self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.0.into_iter().filter_map(|pending| {
            let start = pending.start?;
            Some((pending.at, start, pending.end.unwrap_or(start)))
        })
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let line_of = |offset: usize| self.lines.partition_point(|line| line.start <= offset).checked_sub(1);
        let first = line_of(span.offset()).ok_or(MietteError::OutOfBounds)?;
        let last = line_of((span.offset() + span.len().saturating_sub(1)).max(span.offset()));
        let last = last.ok_or(MietteError::OutOfBounds)?;
        let follows = |at: usize| self.lines[at].number + 1 == self.lines[at + 1].number;
        if span.offset() + span.len() > self.text.len() || !(first..last).all(follows) {
            return Err(MietteError::OutOfBounds);
        }
        let top = (first.saturating_sub(context_lines_before)..first).rev().take_while(|&at| follows(at)).last();
        let top = top.unwrap_or(first);
        let bottom = (last..self.lines.len() - 1).take(context_lines_after).take_while(|&at| follows(at)).last();
        let bottom = bottom.map_or(last, |at| at + 1);
        let end = self.lines.get(bottom + 1).map_or(self.text.len(), |line| line.start);
        // Without context the column is asked for, else the lines.
        let whole = context_lines_before > 0;
        let start = if whole { self.lines[top].start } else { span.offset() };
        let column = self.marks.iter().flatten().find(|mark| !whole && mark.start == span.offset());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[start..end],
            (start, end - start).into(),
            self.lines[top].number as usize - 1,
            column.map_or(0, |mark| mark.column as usize - 1),
            bottom - top + 1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use apiward_syntax::LineIndex;

    use super::*;

    fn excerpt(text: &str, spans: &[(u32, u32)], width: usize) -> Excerpt {
        let index = LineIndex::new(text);
        let ranges: Vec<Range> = spans.iter().map(|&(start, end)| Range::new(Span::new(start, end), &index)).collect();
        Excerpt::new("a.yaml", &SourceFile::new(text.into(), Vec::new()), &ranges, width, Signs::new(true))
    }

    fn marked(excerpt: &Excerpt, at: usize) -> Option<&str> {
        excerpt.mark(at).map(|mark| &excerpt.text[mark.start..mark.start + mark.len])
    }

    #[test]
    fn marks_lie_on_the_text_they_mean() {
        let excerpt = excerpt("a: 1\n\tb: \u{4e16}\u{754c}\nc: 3\nd: 4\n", &[(9, 15), (0, 1)], 80);
        assert_eq!(marked(&excerpt, 0), Some("\u{4e16}\u{754c}"));
        assert_eq!(marked(&excerpt, 1), Some("a"));
        assert_eq!(excerpt.text, "a: 1\n    b: \u{4e16}\u{754c}\nc: 3\n");
    }

    #[test]
    fn a_place_behind_a_tab_is_behind_its_columns() {
        let excerpt = excerpt("a: 1\n\tb: 2\n", &[(6, 6), (5, 6)], 80);
        let at = |index| excerpt.mark(index).map(|mark| (mark.start, mark.len));
        assert_eq!((at(0), at(1)), (Some((9, 0)), Some((5, 4))));
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}NEEDLE{}", "x".repeat(100_000), "y".repeat(100_000));
        let middle = excerpt(&text, &[(100_000, 100_006)], 40);
        assert_eq!(marked(&middle, 0), Some("NEEDLE"));
        assert!(middle.text.chars().count() <= 41, "{}", middle.text);
        assert!(middle.text.starts_with('\u{2026}') && middle.text.ends_with("\u{2026}\n"));
        let end = excerpt(&text, &[(200_006, 200_006)], 40);
        assert_eq!(end.mark(0).map(|mark| mark.start), Some(end.text.len() - 1));
        let two = excerpt(&text, &[(100_000, 100_006), (0, 1)], 40);
        assert_eq!(two.mark(1), None);
    }

    #[test]
    fn nothing_that_acts_on_a_terminal_and_no_secret_is_shown() {
        let text = "a: \"\u{1b}[2J\u{202e}\u{9b}\" # hunter2";
        let at = u32::try_from(text.find("hunter2").unwrap_or_default()).unwrap_or_default();
        let source = SourceFile::new(text.into(), vec![Span::new(at, at + 7)]);
        let excerpt = Excerpt::new("a", &source, &[Range::new(Span::new(0, 1), source.lines())], 80, Signs::new(true));
        assert_eq!(excerpt.text, "a: \"\u{241b}[2J\u{FFFD}\u{FFFD}\" # *******\n");
        assert!(!excerpt.text.contains(is_active_but_newline));
    }

    fn is_active_but_newline(character: char) -> bool {
        character != '\n' && is_active(character)
    }

    #[test]
    fn lines_that_do_not_follow_are_not_joined() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let excerpt = excerpt(text, &[(0, 1), (12, 13)], 80);
        let numbers: Vec<u32> = excerpt.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 2, 6, 7, 8]);
        let far = excerpt.mark(1).map_or(0, |mark| mark.start);
        assert_eq!(excerpt.mark(0).zip(excerpt.mark(1)).map(|(one, other)| excerpt.is_joined(one, other)), Some(false));
        assert!(excerpt.read_span(&(0, far + 1).into(), 1, 1).is_err());
        let one = excerpt.read_span(&(far, 1).into(), 1, 1).ok();
        assert_eq!(
            one.map(|one| (one.line(), one.line_count(), one.data().to_vec())),
            Some((5, 3, b"f\ng\nh\n".to_vec()))
        );
    }
}
