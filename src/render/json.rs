//! `--format json`: the report as other programs read it; and how all formats that are JSON are written.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::inert::{is_active, opens_command};
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    pretty(report, out)?;
    writeln!(out)
}

/// Writes JSON in lines. Texts keep their values, and do nothing to a terminal, or to a CI system whose log shows them.
pub(crate) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Inert(PrettyFormatter::new())))?;
    Ok(())
}

/// Lines as [`PrettyFormatter`] makes them; characters that act, which JSON allows but for the first 32, are escaped, and
/// brackets that would open a command.
struct Inert<'i>(PrettyFormatter<'i>);

impl Formatter for Inert<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut done = 0;
        // Most texts are plain, and need no closer look.
        let plain = fragment.bytes().all(|byte| byte < 0x7f && byte != b'[');
        let characters = fragment.char_indices().take(if plain { 0 } else { fragment.len() });
        for (at, character) in characters.filter(|&(at, c)| is_active(c) || opens_command(&fragment[..at], c)) {
            // All of them are in the first plane: one escape says them.
            write!(out, "{}\\u{:04x}", &fragment[done..at], u32::from(character))?;
            done = at + character.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[done..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn texts_keep_their_values_and_do_not_act() {
        let text = "a\u{9b}2J\u{7f}\u{202e}\u{2028}caf\u{e9}\u{1F600} ##[error]x [y]";
        let mut out = Vec::new();
        pretty(&text, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "\"a\\u009b2J\\u007f\\u202e\\u2028caf\u{e9}\u{1F600} ##\\u005berror]x [y]\"");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
