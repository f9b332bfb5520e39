//! What stands between nodes: spaces, comments, line breaks, blank lines.

use crate::build::offset;
use crate::tree::{Comment, Span};

use super::Reader;

/// What was passed on the way to the next content.
pub(super) struct Passed {
    /// Line breaks; those behind comments do not matter, as nothing goes on there.
    pub(super) breaks: usize,
    pub(super) comment: bool,
}

impl Reader<'_> {
    pub(super) fn skip_spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// True where only a comment may be left of the line, and something stands before it that lets it be one.
    pub(super) fn is_line_over(&self) -> bool {
        match self.peek() {
            b'\n' | b'\r' | 0 => true,
            b'#' => matches!(self.peek_at(self.at.wrapping_sub(1)), b' ' | b'\t'),
            _ => false,
        }
    }

    /// The byte behind the spaces that follow, which it does not pass.
    pub(super) fn peek_behind_spaces(&self) -> u8 {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().find(|&&byte| byte != b' ').copied().unwrap_or_default()
    }

    /// From the end of a node to the next content.
    pub(super) fn end_line(&mut self) -> Option<Passed> {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
        if !self.is_line_over() {
            return None;
        }
        let comment = self.peek() == b'#';
        if comment {
            self.comment();
        }
        if self.at >= self.bytes.len() {
            self.here = None;
            return Some(Passed { breaks: 0, comment });
        }
        self.pass_break();
        let passed = self.skip_lines()?;
        Some(Passed { breaks: passed.breaks + 1, comment: comment || passed.comment })
    }

    /// From the beginning of a line to the first content on it or behind it.
    pub(super) fn skip_lines(&mut self) -> Option<Passed> {
        let mut passed = Passed { breaks: 0, comment: false };
        loop {
            self.line = self.at;
            self.skip_indentation();
            match self.peek() {
                b'\n' | b'\r' => {}
                b'#' => {
                    self.comment();
                    passed.comment = true;
                    if self.at >= self.bytes.len() {
                        break;
                    }
                }
                b'\t' => return None,
                _ => break,
            }
            if self.at >= self.bytes.len() {
                break;
            }
            self.pass_break();
            passed.breaks += 1;
        }
        let column = self.at - self.line;
        self.here = (self.at < self.bytes.len()).then_some(column);
        if column == 0 && self.is_marker() && !self.out.documents.is_empty() {
            return None;
        }
        Some(passed)
    }

    /// True at a line that begins or ends a document, or nearly so.
    pub(super) fn is_marker(&self) -> bool {
        matches!(self.bytes.get(self.at..self.at + 3), Some(b"---" | b"..."))
    }

    /// Passes the line break at hand.
    pub(super) fn pass_break(&mut self) {
        self.at += if self.peek() == b'\r' { 2 } else { 1 };
        self.line = self.at;
    }

    pub(super) fn skip_indentation(&mut self) {
        while self.bytes.get(self.at..self.at + 8) == Some(b"        ") {
            self.at += 8;
        }
        self.skip_spaces();
    }

    /// Keeps the comment at hand.
    pub(super) fn comment(&mut self) {
        let start = self.at;
        self.at = self.content_end(start);
        self.out.comments.push(Comment { span: Span::new(offset(start), offset(self.at)) });
    }

    /// Where the line that holds a byte ends, without its line break.
    pub(super) fn content_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |at| from + at);
        if end > from && self.peek_at(end) == b'\n' && self.peek_at(end - 1) == b'\r' { end - 1 } else { end }
    }
}
