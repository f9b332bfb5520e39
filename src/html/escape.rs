//! The one way in which text gets into a page.

use std::borrow::Cow;
use std::fmt;

use crate::render::{begins_command, is_active, opens_command};

/// The text as an element or a quoted attribute may hold it. What would act instead of being shown is written as an escape;
/// so is what the log of a CI system would take for a command, as a page may be printed there.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let plain =
        |character: char| !matches!(character, '&' | '<' | '>' | '"' | '\'' | '[' | ':') && !is_active(character);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '[' if opens_command(&out, character) => out.push_str("&#91;"),
            ':' if begins_command(&text[at..]) => out.push_str("&#58;"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_active(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Whatever it shows, escaped.
pub(super) struct Escaped<T>(pub(super) T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0.to_string()))
    }
}

/// Writes markup. The literal is written as it is, each value escaped: what comes from a run of the program has no other
/// way into a page.
macro_rules! html {
    ($out:expr, $markup:literal $(, $value:expr)* $(,)?) => {
        $out.write_fmt(format_args!($markup $(, $crate::html::escape::Escaped(&$value))*))
    };
}
pub(super) use html;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Write;

    use super::*;

    #[test]
    fn no_text_is_markup_and_none_acts() {
        assert_eq!(escape("caf\u{e9} \u{1F600} a:b [c]"), "caf\u{e9} \u{1F600} a:b [c]");
        assert_eq!(escape("<a b=\"c\" d='e'>&amp;"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
        assert_eq!(escape("a\u{2028}\u{202e}\n\u{0}"), "a\\u{2028}\\u{202e}\\n\\u{0}");
        assert_eq!(escape("##[x] ::error a"), "##&#91;x] &#58;:error a");
    }

    #[test]
    fn values_are_escaped_and_literals_are_not() {
        let mut out = Vec::new();
        html!(out, "<b title=\"{}\">{}</b>", "\"", 1).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "<b title=\"&quot;\">1</b>");
    }
}
