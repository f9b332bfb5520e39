//! Words for messages.

use std::borrow::Cow;

use apiward_lints::framework::text::without_userinfo;
use apiward_model::secret::redacted;

/// Most characters of a name that a message quotes.
const QUOTED: usize = 120;

/// A name from a file, cut where it would fill the screen, on one line, and without credentials: neither the user name
/// and password of a URL nor what has the form of a secret.
pub(crate) fn brief(name: &str) -> Cow<'_, str> {
    if let Cow::Owned(redacted) = redacted(name) {
        return Cow::Owned(brief_of(&redacted).into_owned());
    }
    brief_of(name)
}

fn brief_of(name: &str) -> Cow<'_, str> {
    if name.contains(char::is_control) {
        return Cow::Owned(brief_of(&name.replace(char::is_control, " ")).into_owned());
    }
    if name.contains("://") {
        let plain = without_userinfo(name);
        return Cow::Owned(short(&plain).into_owned());
    }
    short(name)
}

fn short(name: &str) -> Cow<'_, str> {
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
        assert_eq!(brief("a\r\nb\u{9b}"), "a  b ");
        assert_eq!(brief("https://me:word@parcels.io/a.yaml#/b"), "https://***@parcels.io/a.yaml#/b");
    }
}
