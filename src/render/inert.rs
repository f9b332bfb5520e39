//! Makes text from checked files harmless to those that show it: control characters could move the cursor of a terminal,
//! rename its window or turn lines around, and the logs of CI systems take some texts for commands.

use std::borrow::Cow;

/// The text with every control character written as an escape, so that it stays on one line and shows what it holds; and
/// so the character by which a text would become a command of a CI system.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) && !text.contains("##") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_active(character) || opens_command(&out, character) || begins_command(&text[at..]) => {
                out.extend(character.escape_unicode());
            }
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// True for the bracket of `##[command]` (GitHub) and `##vso[command]` (Azure), which may stand anywhere in a line.
pub(crate) fn opens_command(before: &str, character: char) -> bool {
    character == '[' && (before.ends_with("##") || before.ends_with("##vso"))
}

/// Commands of GitHub's logs, as they may begin a line. Lines are also broken inside words, so that it does not count what
/// stands before.
const COMMANDS: [&str; 16] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// True for a text that begins with `::command`.
pub(crate) fn begins_command(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("::") else { return false };
    let end = rest.find(|character: char| !(character.is_ascii_alphabetic() || character == '-'));
    COMMANDS.iter().any(|command| command.eq_ignore_ascii_case(&rest[..end.unwrap_or(rest.len())]))
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

    #[test]
    fn texts_are_no_commands_of_logs() {
        assert_eq!(inert("a ##[error]b ##vso[task.x]c"), "a ##\\u{5b}error]b ##vso\\u{5b}task.x]c");
        assert_eq!(inert("x::Error file=a::b"), "x\\u{3a}:Error file=a::b");
        assert_eq!(inert("## [a] std::fs ::1 ::errors"), "## [a] std::fs ::1 ::errors");
    }
}
