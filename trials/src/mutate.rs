//! Breaks texts: the faults that editors, merges, transfers and attackers put into descriptions.

use std::ops::Range;

use crate::Dice;

/// Words that mean something in descriptions, in YAML and in JSON.
const WORDS: &[&str] = &[
    "openapi: 3.1.0\n",
    "swagger: '2.0'\n",
    "asyncapi: 3.0.0\n",
    "\"openapi\": \"3.0.3\",",
    "$ref",
    "allOf",
    "oneOf",
    "security: []\n",
    "security: [{}]",
    "null",
    "~",
    "true",
    "{}",
    "[]",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "\r\n",
    "\t",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!binary ",
    "|\n",
    ">-\n",
    "# ",
    "'",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "? ",
    "- ",
    "%YAML 1.2\n",
    "x-apiward-ignore",
    "# apiward: ignore[auth] so",
    "x-apiward-public",
    "additionalProperties",
    "http://",
    "{a}",
    "\u{FEFF}",
    "\u{2028}",
    "\u{202E}",
    "\0",
    "\u{1b}[2J",
    "::error::",
    "##[error]",
    "=1+1",
    "<script>",
    "pattern: (a+)+$\n",
    "const",
    "$id",
    "$anchor",
    "$dynamicRef",
    "discriminator",
    "callbacks",
    "webhooks",
];

/// Numbers that are hard to keep.
const NUMBERS: &[&str] = &[
    "99999999999999999999999999",
    "-0",
    "1e400",
    "1e-400",
    "0x7fffffffffffffff",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "4294967296",
    "1.7976931348623157e309",
    "0.1e-7",
    ".inf",
    ".nan",
    "00012",
    "1_000",
];

/// Targets of references that lead astray, beside those that the text has.
const REFERENCES: &[&str] = &[
    "#",
    "#/",
    "",
    "#/paths",
    "#/components/schemas",
    "#/components",
    "other.yaml",
    "other.yaml#/a",
    "../../../etc/passwd",
    "/dev/zero",
    "file:///etc/passwd",
    "https://example.com/a.yaml",
    "#/a~2b",
    "#/%2",
    "#anchor",
    ".",
    "..",
    "//host/share",
];

/// Nests a piece of a text so deep at most.
const DEEPEST: usize = 700;
/// The longest piece that is moved about.
const PIECE: usize = 4_096;

/// A way to break a text. Each gives nothing where the text has nothing for it.
type Fault = fn(&[u8], &mut Dice) -> Option<Vec<u8>>;

const FAULTS: &[Fault] = &[
    flip,
    flip,
    drop_span,
    repeat_span,
    swap_spans,
    drop_line,
    repeat_line,
    swap_lines,
    shift_line,
    swap_keys,
    swap_keys,
    redirect,
    redirect,
    huge_number,
    nest,
    truncate,
    invalid,
    word,
    word,
    word,
];

/// The text with some faults in it.
pub fn broken(text: &[u8], dice: &mut Dice, faults: usize) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..faults {
        let fault = dice.one(FAULTS).copied();
        if let Some(worse) = fault.and_then(|fault| fault(&text, dice)) {
            text = worse;
        }
    }
    text
}

/// The text with other bytes in the place of a range.
fn with(text: &[u8], range: Range<usize>, bytes: &[u8]) -> Option<Vec<u8>> {
    Some([text.get(..range.start)?, bytes, text.get(range.end..)?].concat())
}

fn span(text: &[u8], dice: &mut Dice) -> Range<usize> {
    let start = dice.below(text.len());
    let longest = if dice.once_in(4) { PIECE } else { 40 };
    let length = dice.below(longest).min(text.len() - start);
    start..start + length
}

fn flip(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut out = text.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(out.len());
        *out.get_mut(at)? ^= 1 << dice.below(8);
    }
    Some(out)
}

fn drop_span(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    with(text, span(text, dice), b"")
}

fn repeat_span(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let range = span(text, dice);
    let piece = text.get(range.clone())?.to_vec();
    with(text, range.end..range.end, &piece.repeat(1 + dice.below(3)))
}

fn swap_spans(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    swapped(text, span(text, dice), span(text, dice))
}

/// Puts two pieces in each other's place, if they do not overlap.
fn swapped(text: &[u8], one: Range<usize>, other: Range<usize>) -> Option<Vec<u8>> {
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    if first.end > second.start {
        return None;
    }
    let out = [
        &text[..first.start],
        &text[second.clone()],
        &text[first.end..second.start],
        &text[first],
        &text[second.end..],
    ];
    Some(out.concat())
}

/// A line with its break.
fn line(text: &[u8], dice: &mut Dice) -> Option<Range<usize>> {
    let at = dice.below(text.len());
    let start = text.get(..at)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |found| at + found + 1);
    Some(start..end)
}

fn drop_line(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    with(text, line(text, dice)?, b"")
}

fn repeat_line(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let range = line(text, dice)?;
    let piece = text.get(range.clone())?.to_vec();
    with(text, range.start..range.start, &piece)
}

fn swap_lines(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    swapped(text, line(text, dice)?, line(text, dice)?)
}

/// Indents a line otherwise.
fn shift_line(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let start = line(text, dice)?.start;
    match dice.one(&["  ", " ", "    ", "\t", "- "]) {
        Some(indent) if dice.once_in(2) => with(text, start..start, indent.as_bytes()),
        _ => with(text, start..(start + 1 + dice.below(4)).min(text.len()), b""),
    }
}

/// A key near a random place: the word before a colon.
fn key(text: &[u8], dice: &mut Dice) -> Option<Range<usize>> {
    let from = dice.below(text.len());
    let colon = from + text.get(from..)?.windows(2).position(|two| two[0] == b':' && two[1].is_ascii_whitespace())?;
    let part = |byte: &u8| !byte.is_ascii_whitespace() && !b"{}[],".contains(byte);
    let length = text[..colon].iter().rev().take_while(|byte| part(byte)).count();
    (length > 0).then_some(colon - length..colon)
}

fn swap_keys(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    swapped(text, key(text, dice)?, key(text, dice)?)
}

/// The value of a `$ref` near a random place.
fn reference(text: &[u8], dice: &mut Dice) -> Option<Range<usize>> {
    let from = dice.below(text.len());
    let at = from + text.get(from..)?.windows(4).position(|four| four == b"$ref")? + 4;
    let rest = &text[at..];
    let start = at + rest.iter().position(|byte| !b"\"': \t".contains(byte))?;
    let end = start + text[start..].iter().position(|byte| b"\"'\n\r ,}".contains(byte))?;
    Some(start..end)
}

/// Has a reference lead elsewhere: to what another one leads to, to what is around it, astray.
fn redirect(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let place = reference(text, dice)?;
    let own = text[place.clone()].to_vec();
    let target = match dice.below(4) {
        0 => dice.one(REFERENCES)?.as_bytes().to_vec(),
        1 => own[..own.iter().rposition(|byte| *byte == b'/')?].to_vec(),
        2 => [own.as_slice(), b"/properties/id"].concat(),
        _ => text[reference(text, dice)?].to_vec(),
    };
    with(text, place, &target)
}

fn huge_number(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let from = dice.below(text.len());
    let start = from + text.get(from..)?.iter().position(u8::is_ascii_digit)?;
    let length = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    with(text, start..start + length, dice.one(NUMBERS)?.as_bytes())
}

/// Puts a piece into many collections, or into some that are never closed.
fn nest(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let (open, close) = *dice.one(&[
        ("[", "]"),
        ("{\"a\":", "}"),
        ("{a: ", "}"),
        ("- ", ""),
        ("{\"allOf\":[", "]}"),
        ("[{\"not\":", "}]"),
    ])?;
    let range = if dice.once_in(2) { span(text, dice) } else { key(text, dice)?.end + 1..key(text, dice)?.end + 1 };
    let depth = if dice.once_in(3) { dice.below(DEEPEST) } else { dice.below(12) };
    let closed = if dice.once_in(3) { dice.below(depth + 1) } else { depth };
    let piece = text.get(range.clone())?;
    let nested = [open.repeat(depth).as_bytes(), piece, close.repeat(closed).as_bytes()].concat();
    with(text, range, &nested)
}

fn truncate(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    // Mostly near the end, so that something is left to check.
    let at = if dice.once_in(4) { dice.below(text.len()) } else { text.len() - dice.below(text.len().min(400)) };
    text.get(..at).map(<[u8]>::to_vec)
}

/// Bytes that are no UTF-8.
fn invalid(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let bytes: &[&[u8]] = &[b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"];
    let at = dice.below(text.len() + 1);
    with(text, at..at, dice.one(bytes)?)
}

fn word(text: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let at = match key(text, dice) {
        Some(key) if dice.once_in(2) => key.end + 1,
        _ => dice.below(text.len() + 1),
    };
    with(text, at..at, dice.one(WORDS)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] =
        b"openapi: 3.0.3\npaths:\n  /a: {$ref: '#/components/x'}\n  /b: {maxLength: 12}\ncomponents: {x: {get: {}}}\n";

    #[test]
    fn the_same_seed_breaks_a_text_in_the_same_way() {
        let trial = |trial| broken(TEXT, &mut Dice::of_trial(7, trial), 3);
        assert_eq!(trial(1), trial(1));
        let different: std::collections::HashSet<Vec<u8>> = (0..100).map(trial).collect();
        assert!(different.len() > 90, "{} of 100 differ", different.len());
    }

    #[test]
    fn every_fault_can_be_made() {
        for (at, fault) in FAULTS.iter().enumerate() {
            let made = (0..200).filter_map(|trial| fault(TEXT, &mut Dice::of_trial(1, trial)));
            assert!(made.into_iter().any(|worse| worse != TEXT), "fault {at}");
        }
    }

    #[test]
    fn nothing_is_broken_in_nothing() {
        for trial in 0..200 {
            broken(b"", &mut Dice::of_trial(1, trial), 3);
            broken(b"a", &mut Dice::of_trial(1, trial), 3);
        }
    }
}
