//! Flow collections (YAML 1.2.2 section 7.4), as far as every node in them is written out.

use crate::build::{Key, offset, verbatim};
use crate::core_schema;
use crate::tree::{Kind, Text, flag};

use super::{KEY_LENGTH, Reader};

/// Bytes that may end a plain scalar in a flow collection.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut at = 0;
    while at < b":#\n\r,[]{}".len() {
        stops[b":#\n\r,[]{}"[at] as usize] = true;
        at += 1;
    }
    stops
};

/// A scalar in a flow collection.
struct Scalar {
    start: usize,
    end: usize,
    text: Text,
    plain: bool,
}

impl Reader<'_> {
    /// Reads the flow collection whose bracket is at hand.
    pub(super) fn flow(&mut self, key: Key) -> Option<()> {
        let outer = self.outer_column()?;
        let around = self.open.len();
        self.open_bracket(key, outer)?;
        while self.open.len() > around {
            self.skip_flow_blanks()?;
            if self.close_bracket() {
                self.separator(around)?;
                continue;
            }
            let key = self.flow_key()?;
            if matches!(self.peek(), b'[' | b'{') {
                self.open_bracket(key, outer)?;
                continue;
            }
            let scalar = self.flow_scalar()?;
            let text = self.source.get(scalar.start..scalar.end)?;
            let (kind, flags) =
                if scalar.plain { (core_schema::kind_of(text), flag::PLAIN) } else { (Kind::String, 0) };
            self.scalar(key, kind, scalar.start, scalar.text, flags)?;
            self.separator(around)?;
        }
        Some(())
    }

    fn open_bracket(&mut self, key: Key, outer: usize) -> Option<()> {
        let kind = if self.peek() == b'{' { Kind::Mapping } else { Kind::Sequence };
        self.begin_at(key, kind, outer, self.at)?;
        self.at += 1;
        Some(())
    }

    /// Passes the bracket that closes the innermost collection, if it is at hand.
    fn close_bracket(&mut self) -> bool {
        let closing = if self.innermost().is_some_and(|open| open.mapping) { b'}' } else { b']' };
        let closes = self.peek() == closing;
        if closes {
            self.at += 1;
            self.close(offset(self.at));
        }
        closes
    }

    /// Behind a node: passes the comma, if there is one, or stops at a closing bracket. Behind the last bracket there is
    /// nothing to pass.
    fn separator(&mut self, around: usize) -> Option<()> {
        if self.open.len() == around {
            return Some(());
        }
        self.skip_flow_blanks()?;
        match self.peek() {
            b',' => self.at += 1,
            b']' | b'}' => {}
            _ => return None,
        }
        Some(())
    }

    /// Passes spaces and line breaks; lines may stand as far to the left as they like. Comments and tabs are left to the
    /// full reader.
    fn skip_flow_blanks(&mut self) -> Option<()> {
        self.skip_spaces();
        while matches!(self.peek(), b'\n' | b'\r') {
            self.pass_break();
            self.skip_indentation();
        }
        let marker = self.at == self.line && self.is_marker();
        (!marker).then_some(())
    }

    /// In a mapping: reads the key of the next member up to its value.
    fn flow_key(&mut self) -> Option<Key> {
        if !self.innermost()?.mapping {
            return Some(Key::NONE);
        }
        let key = self.flow_scalar()?;
        let quoted = !key.plain;
        let merges = key.plain && self.bytes.get(key.start..key.end) == Some(b"<<");
        let symbol = self.key(key.start, key.end, key.text)?;
        self.skip_spaces();
        let colon = self.peek() == b':' && (quoted || self.is_blank_at(self.at + 1));
        if merges || !colon || self.at - key.start > KEY_LENGTH {
            return None;
        }
        self.at += 1;
        self.skip_flow_blanks()?;
        Some(symbol)
    }

    /// Reads a scalar; a plain one has to end on its line.
    fn flow_scalar(&mut self) -> Option<Scalar> {
        let start = self.at;
        if matches!(self.peek(), b'"' | b'\'') {
            let text = self.quoted()?;
            return Some(Scalar { start, end: self.at, text, plain: false });
        }
        let dash = self.peek() == b'-' && matches!(self.peek_at(start + 1), b',' | b'[' | b']' | b'{' | b'}');
        if dash || !self.begins_plain() {
            return None;
        }
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            at += rest.iter().position(|&byte| STOPS[byte as usize]).unwrap_or(rest.len());
            let next = self.peek_at(at + 1);
            match self.peek_at(at) {
                b':' if !self.is_blank_at(at + 1) && !matches!(next, b',' | b'[' | b']' | b'{' | b'}') => at += 1,
                b'#' if !matches!(self.peek_at(at - 1), b' ' | b'\t') => at += 1,
                _ => break,
            }
        }
        while matches!(self.peek_at(at - 1), b' ' | b'\t') {
            at -= 1;
        }
        self.at = at;
        Some(Scalar { start, end: at, text: verbatim(offset(start), at - start), plain: true })
    }
}
