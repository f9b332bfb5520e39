//! Makes text from checked files harmless to terminals: control characters could move the cursor, rename the window or
//! turn lines around.

use std::borrow::Cow;

/// The text with every control character written as an escape, so that it stays on one line and shows what it holds.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_active(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// True for characters that do something instead of being shown: controls, line separators, and the marks that turn
/// the direction of writing around.
pub(crate) fn is_active(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_acts_is_escaped() {
        assert_eq!(inert("caf\u{e9} \u{1F600}"), "caf\u{e9} \u{1F600}");
        assert_eq!(inert("a\u{1b}]0;x\u{7}\n\u{9b}2J\u{202e}"), "a\\u{1b}]0;x\\u{7}\\n\\u{9b}2J\\u{202e}");
    }
}
