//! Plain scalars (YAML 1.2.2 section 7.3.3), and keys of that form.

use crate::build::{Key, offset, verbatim};
use crate::core_schema;
use crate::tree::{Span, flag};

use super::Reader;

/// One line of a plain scalar.
pub(super) struct Line {
    /// Behind its last character that is no blank.
    pub(super) end: usize,
    /// True if a `:` ends it that makes it a key.
    pub(super) colon: bool,
}

/// Bytes that may end a plain scalar.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    stops[b':' as usize] = true;
    stops[b'#' as usize] = true;
    stops[b'\n' as usize] = true;
    stops[b'\r' as usize] = true;
    stops
};

impl Reader<'_> {
    /// Looks at the plain scalar at hand, as far as it stands on this line. Does not pass it.
    pub(super) fn plain_line(&self) -> Option<Line> {
        if self.begins_plain() { Some(self.rest_of_plain_line()) } else { None }
    }

    /// True if the byte at hand may begin a plain scalar. Where `?` and `:` may as well is left to the full reader.
    pub(super) fn begins_plain(&self) -> bool {
        match self.peek() {
            b'-' => !self.is_blank_at(self.at + 1),
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' => false,
            byte => byte > b' ',
        }
    }

    fn rest_of_plain_line(&self) -> Line {
        let mut at = self.at;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            at += rest.iter().position(|&byte| STOPS[byte as usize]).unwrap_or(rest.len());
            match self.peek_at(at) {
                b':' if !self.is_blank_at(at + 1) => at += 1,
                b'#' if !matches!(self.peek_at(at.wrapping_sub(1)), b' ' | b'\t') => at += 1,
                stop => return Line { end: self.trimmed(at), colon: stop == b':' },
            }
        }
    }

    /// Where the blanks before a place begin.
    fn trimmed(&self, mut end: usize) -> usize {
        while end > self.at && matches!(self.bytes[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        end
    }

    /// Reads the plain scalar that begins with a line.
    pub(super) fn plain(&mut self, key: Key, start: usize, line: &Line) -> Option<()> {
        let outer = self.outer_column()?;
        self.at = line.end;
        let passed = self.end_line()?;
        if self.here.is_some_and(|column| column > outer) && !passed.comment {
            return self.folded_plain(key, start, line.end, outer, passed.breaks);
        }
        let text = self.source.get(start..line.end)?;
        let span = Span::new(offset(start), offset(line.end));
        self.leaf(key, core_schema::kind_of(text), span, verbatim(span.start, text.len()), flag::PLAIN)
    }

    /// Reads a plain scalar on, from its second line, which is at hand.
    fn folded_plain(&mut self, key: Key, start: usize, end: usize, outer: usize, breaks: usize) -> Option<()> {
        let cooked = self.out.cooked.len();
        let (mut from, mut end, mut breaks) = (start, end, breaks);
        loop {
            self.out.cooked.push_str(self.source.get(from..end)?);
            self.fold(breaks);
            from = self.at;
            // What could not begin a plain scalar, such as a dash, may stand here.
            let line = self.rest_of_plain_line();
            if line.colon {
                return None;
            }
            end = line.end;
            self.at = end;
            let passed = self.end_line()?;
            if passed.comment || self.here.is_none_or(|column| column <= outer) {
                break;
            }
            breaks = passed.breaks;
        }
        self.out.cooked.push_str(self.source.get(from..end)?);
        let span = Span::new(offset(start), offset(end));
        let kind = core_schema::kind_of(self.out.cooked.get(cooked..)?);
        let text = self.out.settle(cooked, span.start, self.source);
        self.leaf(key, kind, span, text, flag::PLAIN)
    }

    /// What line breaks inside a plain or quoted scalar come to: a space, or one break less.
    pub(super) fn fold(&mut self, breaks: usize) {
        if breaks == 1 {
            self.out.cooked.push(' ');
        } else {
            self.out.cooked.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
        }
    }
}
