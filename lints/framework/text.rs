//! Text of descriptions made fit to stand in a message.

use std::borrow::Cow;

use apiward_model::words::NO_AUTH_PHRASES;
use apiward_model::{Operation, Scheme, Server, phrase, secret};

/// Characters of a quoted text that a message shows.
const LONGEST: usize = 60;

/// Characters of an operation's title that a message shows: a path tells the most at its end.
const LONGEST_TITLE: usize = 250;

/// Bytes of a quoted text that are looked at: a credential that begins among the shown characters is known within them.
const READ: usize = 1_024;

/// A text in back quotes: cut to a length that a message can hold, without control characters, without credentials of
/// known formats, and without the user name and password of a URL.
pub fn quoted(text: &str) -> String {
    cut(text, LONGEST)
}

/// How messages name an operation: `` `GET /users` ``.
pub fn operation_title(operation: &Operation<'_>) -> String {
    cut(&operation.title(), LONGEST_TITLE)
}

fn cut(text: &str, longest: usize) -> String {
    let shown = shortened(text, longest);
    let mut quoted = String::with_capacity(shown.len() + 2);
    quoted.push('`');
    quoted.push_str(&shown);
    quoted.push('`');
    quoted
}

/// The text of an operation says that anybody may call it.
pub fn is_said_to_be_open(operation: &Operation<'_>) -> bool {
    let mut texts = [operation.summary(), operation.description()].into_iter().flatten();
    texts.any(|text| phrase::says(text, &NO_AUTH_PHRASES))
}

/// A text made fit to stand in a message as [`quoted`] does, of a length of one's own choice and without quotes.
pub fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    let end = (0..=READ.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let clean = secret::redacted(&text[..end]);
    let clean = if clean.contains("://") { without_userinfo(&clean).into() } else { clean };
    let is_legible = |character: char| !character.is_control() && character != '`';
    // Nearly all are as they should be.
    if clean.len() <= longest && clean.chars().all(is_legible) {
        return clean;
    }
    let mut shown = String::new();
    for (at, character) in clean.chars().enumerate() {
        if at == longest {
            shown.push('\u{2026}');
            break;
        }
        shown.push(if is_legible(character) { character } else { ' ' });
    }
    shown.into()
}

/// How messages name a security scheme: by its name or, when it has none, by where it is written.
pub fn scheme_title(scheme: &Scheme<'_>) -> String {
    match scheme.name {
        "" => "the scheme in this security list".to_owned(),
        name if scheme.inline => format!("the {} scheme in this security list", quoted(name)),
        name => format!("scheme {}", quoted(name)),
    }
}

/// How messages name a server of AsyncAPI: by its name or, when it has none, by its place.
pub fn server_title(server: &Server<'_>) -> String {
    server.node.key().map_or_else(|| "this server".to_owned(), |name| format!("server {}", quoted(name)))
}

/// `https://user:password@host` as `https://***@host`.
pub fn without_userinfo(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, behind) = rest.split_at(at + 3);
        out.push_str(before);
        let authority = behind.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(behind.len());
        rest = match behind[..authority].rfind('@') {
            Some(end) => {
                out.push_str("***");
                &behind[end..]
            }
            None => behind,
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TITLE, cut, quoted};

    #[test]
    fn quotes_are_short_plain_and_hold_no_password() {
        assert_eq!(quoted("read"), "`read`");
        assert_eq!(quoted("a`b\nc"), "`a b c`");
        assert_eq!(quoted(&"x".repeat(99)), format!("`{}\u{2026}`", "x".repeat(60)));
        assert_eq!(cut(&"x".repeat(99), LONGEST_TITLE), format!("`{}`", "x".repeat(99)));
        assert_eq!(quoted("http://me:pass@a.test/x@y"), "`http://***@a.test/x@y`");
        assert_eq!(quoted("see http://a@b and ftp://c:d@e"), "`see http://***@b and ftp://***@e`");
        let token = concat!("gh", "p_a8Kd03mZq7Rt5Wx1Yc9Vb2Nf6Hg4Jp0Ls3Dw");
        assert_eq!(quoted(&format!("{} {token}", "x".repeat(50))), format!("`{} ghp_***`", "x".repeat(50)));
        assert_eq!(quoted(&"\u{e9}".repeat(900)), format!("`{}\u{2026}`", "\u{e9}".repeat(60)));
    }
}
