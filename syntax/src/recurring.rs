//! Strings that recur: equal short values near one another share one place in the source.
//!
//! Descriptions say `string`, `query` or the same `$ref` thousands of times. Where all of them name the text of one, it
//! is at hand in the processor's cache whenever a lint asks; else each question fetches another part of the source.

use crate::tree::Text;

/// Longest text, in bytes, that is looked up.
const LONGEST: usize = 64;
/// Places for texts, of which a new one takes that of an old one.
const PLACES: usize = 1 << 10;

/// The texts that were met last.
pub(crate) struct Recurring(Box<[Text; PLACES]>);

impl Default for Recurring {
    fn default() -> Self {
        Self(Box::new([Text::default(); PLACES]))
    }
}

impl Recurring {
    /// Where an equal text stands that was met before, else where this one does; both lie in the source.
    pub(crate) fn first_of(&mut self, text: Text, source: &str) -> Text {
        let Some(bytes) = bytes_of(text, source).filter(|bytes| (1..=LONGEST).contains(&bytes.len())) else {
            return text;
        };
        let place = &mut self.0[place_of(bytes)];
        if bytes_of(*place, source) != Some(bytes) {
            *place = text;
        }
        *place
    }
}

fn bytes_of(text: Text, source: &str) -> Option<&[u8]> {
    let start = text.start as usize;
    source.as_bytes().get(start..start + text.len as usize)
}

/// Spreads texts over the places. Who makes them meet gains nothing: each then is where it stands.
fn place_of(bytes: &[u8]) -> usize {
    let word = |bytes: &[u8]| bytes.iter().rev().take(8).fold(0, |word, &byte| word << 8 | u64::from(byte));
    let (head, tail) = (word(&bytes[..bytes.len().min(8)]), word(bytes));
    let mixed = (head ^ tail.rotate_left(23) ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::verbatim;

    #[test]
    fn equal_texts_share_the_place_of_the_first() {
        let source = "string, number, string, string";
        let mut recurring = Recurring::default();
        let mut first = |start: u32, len: usize| recurring.first_of(verbatim(start, len), source).start;
        assert_eq!([first(0, 6), first(8, 6), first(16, 6), first(24, 6)], [0, 8, 0, 0]);
        assert_eq!(first(16, 5), 16, "a part of a text is another one");
    }

    #[test]
    fn texts_that_meet_stay_apart() {
        let words: Vec<String> = (0..4 * PLACES).map(|number| format!("w{number}")).collect();
        let source = words.join(" ");
        let mut recurring = Recurring::default();
        let mut at = 0;
        for word in words.iter().chain(&words) {
            let start = source[at..].find(word).map_or(0, |found| at + found);
            let text = recurring.first_of(verbatim(u32::try_from(start).unwrap_or(0), word.len()), &source);
            assert_eq!(bytes_of(text, &source), Some(word.as_bytes()));
            at = if start + word.len() == source.len() { 0 } else { start };
        }
    }
}
