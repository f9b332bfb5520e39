//! Quoted scalars (YAML 1.2.2 sections 7.3.1 and 7.3.2).

use crate::build::{offset, verbatim};
use crate::tree::Text;

use super::Reader;

const fn stops(quote: u8, escape: u8) -> [bool; 256] {
    let mut stops = [false; 256];
    stops[quote as usize] = true;
    stops[escape as usize] = true;
    stops[b'\n' as usize] = true;
    stops[b'\r' as usize] = true;
    stops
}

const SINGLE: [bool; 256] = stops(b'\'', b'\'');
const DOUBLE: [bool; 256] = stops(b'"', b'\\');

impl Reader<'_> {
    /// Reads the quoted scalar at hand, with its quotes.
    pub(super) fn quoted(&mut self) -> Option<Text> {
        let quote = self.peek();
        let start = self.at + 1;
        let stops = if quote == b'"' { &DOUBLE } else { &SINGLE };
        self.at = self.stop(start, stops);
        if self.closes(quote) {
            let text = verbatim(offset(start), self.at - start);
            self.at += 1;
            return Some(text);
        }
        self.cooked_quoted(quote, start, stops)
    }

    fn stop(&self, from: usize, stops: &[bool; 256]) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|&byte| stops[byte as usize]).unwrap_or(rest.len())
    }

    /// True at the quote that ends the scalar. Of single quotes, two are one in the text.
    fn closes(&self, quote: u8) -> bool {
        self.peek() == quote && (quote == b'"' || self.peek_at(self.at + 1) != quote)
    }

    /// Reads on, from the first byte that is no text as it stands.
    fn cooked_quoted(&mut self, quote: u8, start: usize, stops: &[bool; 256]) -> Option<Text> {
        let cooked = self.out.cooked.len();
        // Blanks before it were escaped or folded and stay.
        let mut solid = cooked;
        let mut from = start;
        loop {
            self.out.cooked.push_str(self.source.get(from..self.at)?);
            match self.peek() {
                _ if self.closes(quote) => {
                    self.at += 1;
                    return Some(self.out.settle(cooked, offset(start), self.source));
                }
                b'\'' => {
                    self.out.cooked.push('\'');
                    self.at += 2;
                }
                b'\\' => self.escape()?,
                b'\n' | b'\r' => {
                    while self.out.cooked.len() > solid && self.out.cooked.ends_with([' ', '\t']) {
                        self.out.cooked.pop();
                    }
                    let breaks = self.pass_breaks()?;
                    self.fold(breaks);
                }
                _ => return None,
            }
            solid = self.out.cooked.len();
            from = self.at;
            self.at = self.stop(from, stops);
        }
    }

    /// Passes line breaks and the indentation of the line behind them, which may be none; their number.
    fn pass_breaks(&mut self) -> Option<usize> {
        let mut breaks = 0;
        while matches!(self.peek(), b'\n' | b'\r') {
            self.pass_break();
            self.skip_indentation();
            breaks += 1;
        }
        let marker = self.at == self.line && self.is_marker();
        (!marker && self.peek() != b'\t').then_some(breaks)
    }

    /// Reads the escape at hand (YAML 1.2.2 section 5.7).
    fn escape(&mut self) -> Option<()> {
        let character = match self.peek_at(self.at + 1) {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{B}',
            b'f' => '\u{C}',
            b'r' => '\r',
            b'e' => '\u{1B}',
            plain @ (b' ' | b'"' | b'/' | b'\\') => char::from(plain),
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.hexadecimal(2),
            b'u' => return self.hexadecimal(4),
            b'U' => return self.hexadecimal(8),
            b'\n' | b'\r' => {
                self.at += 1;
                let breaks = self.pass_breaks()?;
                self.out.cooked.extend(std::iter::repeat_n('\n', breaks - 1));
                return Some(());
            }
            _ => return None,
        };
        self.out.cooked.push(character);
        self.at += 2;
        Some(())
    }

    /// Reads an escape with that many digits. Surrogates, paired or not, are left to the full reader.
    fn hexadecimal(&mut self, digits: usize) -> Option<()> {
        let from = self.at + 2;
        let text = self.bytes.get(from..from + digits)?;
        let value = text.iter().try_fold(0_u32, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))?;
        self.out.cooked.push(char::from_u32(value)?);
        self.at = from + digits;
        Some(())
    }
}
