//! Words for messages.

use std::borrow::Cow;

/// Most characters of a name that a message quotes.
const QUOTED: usize = 120;

/// A name from a file, cut where it would fill the screen.
pub(crate) fn brief(name: &str) -> Cow<'_, str> {
    if name.char_indices().nth(QUOTED).is_none() {
        return Cow::Borrowed(name);
    }
    let end = name.char_indices().nth(QUOTED - 3).map_or(name.len(), |(at, _)| at);
    Cow::Owned(format!("{}...", &name[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_names_are_cut() {
        let just = "\u{e9}".repeat(QUOTED);
        assert_eq!(brief(&just), just);
        assert_eq!(brief(&format!("{just}x")).chars().count(), QUOTED);
    }
}
