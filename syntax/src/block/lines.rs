//! Literal and folded scalars (YAML 1.2.2 section 8.1).

use crate::block_scalar;
use crate::build::{Key, offset};
use crate::tree::{Kind, Span};

use super::Reader;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

struct Header {
    folded: bool,
    chomping: Chomping,
    /// How much further than the collection around it the text is indented, if the header says so.
    indent: Option<usize>,
}

/// What has been read of a text.
#[derive(Default)]
struct Body {
    /// True if a line was read, the break of which is not yet in the text.
    line: bool,
    /// True if that line begins with a blank: then it is not folded.
    blank: bool,
    /// Empty lines behind it.
    breaks: usize,
}

impl Reader<'_> {
    /// Reads the scalar whose `|` or `>` is at hand, and goes on to the next content.
    pub(super) fn block_scalar(&mut self, key: Key) -> Option<()> {
        let start = self.at;
        let cooked = self.out.cooked.len();
        let outer = self.outer_column()?;
        let header = self.header()?;
        let mut body = Body::default();
        let indent = self.indentation(&header, outer, &mut body)?;
        while self.at - self.line == indent && self.at < self.bytes.len() {
            self.text_line(&header, indent, &mut body)?;
        }
        if header.chomping != Chomping::Strip && body.line {
            self.out.cooked.push('\n');
        }
        if header.chomping == Chomping::Keep {
            self.out.cooked.extend(std::iter::repeat_n('\n', body.breaks));
        }
        let (first, read_to) = (offset(start), offset(self.at));
        let end = block_scalar::end(self.source, first, read_to, self.out.cooked.get(cooked..)?);
        let content = block_scalar::content(self.source, first);
        let text = self.out.settle(cooked, content, self.source);
        self.leaf(key, Kind::String, Span::new(first, end), text, 0)?;
        if self.at >= self.bytes.len() {
            self.here = None;
            return Some(());
        }
        self.at = self.line;
        self.skip_lines()?;
        Some(())
    }

    /// Reads the first line, with a comment if there is one. There has to be another line.
    fn header(&mut self) -> Option<Header> {
        let mut header = Header { folded: self.peek() == b'>', chomping: Chomping::Clip, indent: None };
        self.at += 1;
        loop {
            match self.peek() {
                b'+' if header.chomping == Chomping::Clip => header.chomping = Chomping::Keep,
                b'-' if header.chomping == Chomping::Clip => header.chomping = Chomping::Strip,
                digit @ b'1'..=b'9' if header.indent.is_none() => header.indent = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
        if !self.is_line_over() {
            return None;
        }
        if self.peek() == b'#' {
            self.comment();
        }
        self.pass_break();
        (self.at < self.bytes.len()).then_some(header)
    }

    /// Passes the empty lines before the text; how far it is indented.
    fn indentation(&mut self, header: &Header, outer: usize, body: &mut Body) -> Option<usize> {
        let explicit = header.indent.map(|indent| outer + indent);
        let mut widest = outer + 1;
        loop {
            self.skip_indentation_to(explicit.unwrap_or(usize::MAX));
            widest = widest.max(self.at - self.line);
            if !matches!(self.peek(), b'\n' | b'\r') {
                break;
            }
            self.pass_break();
            body.breaks += 1;
        }
        let indent = explicit.unwrap_or(widest);
        let column = self.at - self.line;
        // An empty line may not be indented further than the text behind it.
        let fault = column < indent && column > outer;
        (!fault && self.at < self.bytes.len()).then_some(indent)
    }

    fn skip_indentation_to(&mut self, column: usize) {
        while self.peek() == b' ' && self.at - self.line < column {
            self.at += 1;
        }
    }

    /// Reads a line of the text, and passes empty lines and the indentation behind it.
    fn text_line(&mut self, header: &Header, indent: usize, body: &mut Body) -> Option<()> {
        let blank = matches!(self.peek(), b' ' | b'\t');
        let folds = header.folded && body.line && !body.blank && !blank;
        if folds && body.breaks == 0 {
            self.out.cooked.push(' ');
        } else {
            let breaks = body.breaks + usize::from(body.line && !folds);
            self.out.cooked.extend(std::iter::repeat_n('\n', breaks));
        }
        let from = self.at;
        self.at = self.content_end(from);
        self.out.cooked.push_str(self.source.get(from..self.at)?);
        *body = Body { line: true, blank, breaks: 0 };
        if self.at >= self.bytes.len() {
            return Some(());
        }
        self.pass_break();
        self.skip_indentation_to(indent);
        while matches!(self.peek(), b'\n' | b'\r') {
            body.breaks += 1;
            self.pass_break();
            self.skip_indentation_to(indent);
        }
        Some(())
    }
}
