//! Whether a property's value is masked where it is shown.

use crate::merged::Merged;
use crate::node::Node;

/// Characters that a mask is at least long.
const SHORTEST: usize = 3;
/// The same for a mask with an end of the value beside it.
const SHORTEST_BESIDE: usize = 4;
/// Characters of the value that are at most shown beside a mask.
const MOST_SHOWN: usize = 4;

/// `masked_value(property)`: its constant, default, example, or all its examples are a mask, and
/// a few characters of the value at most.
pub fn is_masked_value(schema: &Merged<'_>) -> bool {
    let is_mask = |node: Node<'_>| node.as_str().is_some_and(is_mask);
    let examples = schema.get("examples").filter(|list| list.is_sequence());
    ["const", "default", "example"].iter().any(|key| schema.get(key).is_some_and(is_mask))
        || examples.is_some_and(|list| list.count() > 0 && list.items().all(is_mask))
}

fn is_mask(text: &str) -> bool {
    // Examples are sometimes quoted twice.
    let text = text.trim_matches(['"', '\'']);
    let hidden = text.chars().filter(|one| matches!(one, '*' | '\u{2022}' | 'x' | 'X')).count();
    // Groups of a number are set apart: `****-****-****-1234`.
    let shown = text.chars().filter(|one| !matches!(one, ' ' | '-')).count() - hidden;
    hidden >= SHORTEST && hidden == text.chars().count() || hidden >= SHORTEST_BESIDE && shown <= MOST_SHOWN
}

/// `masked_pattern(property)`: its format or pattern has room for a mask.
pub fn is_masked_pattern(schema: &Merged<'_>) -> bool {
    ["format", "pattern"].iter().flat_map(|key| schema.all(key)).filter_map(|node| node.raw().as_str()).any(holds_mask)
}

fn holds_mask(pattern: &str) -> bool {
    let (mut in_class, mut escaped, mut row) = (false, false, ' ');
    for one in pattern.chars() {
        if one == '*' && (escaped || in_class) {
            return true;
        }
        if !in_class && !escaped && matches!(one, 'X' | '\u{2022}') && row == one {
            return true;
        }
        row = one;
        if std::mem::take(&mut escaped) {
            continue;
        }
        match one {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{holds_mask, is_mask};

    #[test]
    fn masks_are_known_by_their_characters() {
        for text in ["***", "xxx", "XXxX", "\u{2022}\u{2022}\u{2022}*", "\"****\""] {
            assert!(is_mask(text), "{text}");
        }
        for text in ["************1234", "****-****-****-1234", "***-**-1234", "1234 XXXX"] {
            assert!(is_mask(text), "{text}");
        }
        for text in ["", "**", "***-1234", "****12345", "example", "-----"] {
            assert!(!is_mask(text), "{text}");
        }
    }

    #[test]
    fn patterns_leave_room_for_masks() {
        for pattern in [r"^\*{12}\d{4}$", "^[*]{12}$", "[0-9*]+", "XXX-XX-[0-9]{4}", "\u{2022}\u{2022}"] {
            assert!(holds_mask(pattern), "{pattern}");
        }
        for pattern in [r"^\d*$", "X-[XX]", r"\X\X", ".*", "[^a]*", "uuid"] {
            assert!(!holds_mask(pattern), "{pattern}");
        }
    }
}
