//! What a link leads to: whether its target is run instead of being fetched.
//!
//! A target is read as generously as the most generous reader: character references are decoded, white space and control
//! characters are dropped, percent escapes of letters are decoded, and case is ignored.

use std::str::Chars;

/// A URL scheme whose targets are run, or shown as a page of their own making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    JavaScript,
    VbScript,
    HtmlData,
}

impl Scheme {
    const ALL: [Self; 3] = [Self::JavaScript, Self::VbScript, Self::HtmlData];

    /// The scheme and, of `data`, the type.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript:",
            Self::VbScript => "vbscript:",
            Self::HtmlData => "data:text/html",
        }
    }
}

/// What has yet to be decoded in a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing but percent escapes: a Markdown parser decoded the rest.
    Plain,
    /// Character references: the value of an HTML attribute.
    Html,
    /// Character references and backslash escapes: Markdown source.
    Markdown,
}

/// The active scheme with which a target begins. Reads no further than it must: as far as the target looks like one.
pub(super) fn active_scheme(target: &str, written: Written) -> Option<Scheme> {
    let mut candidates = Scheme::ALL.map(|scheme| Some((scheme, scheme.as_str().chars())));
    let mut letters = Letters { rest: target.chars(), written };
    while candidates.iter().any(Option::is_some) {
        let letter = letters.next_letter()?.to_ascii_lowercase();
        for candidate in &mut candidates {
            let Some((scheme, expected)) = candidate else { continue };
            if expected.next() != Some(letter) {
                *candidate = None;
            } else if expected.as_str().is_empty() {
                return Some(*scheme);
            }
        }
    }
    None
}

/// The characters of a target that count.
#[derive(Clone)]
struct Letters<'t> {
    rest: Chars<'t>,
    written: Written,
}

impl Letters<'_> {
    fn next_letter(&mut self) -> Option<char> {
        let character = self.next_kept()?;
        if character != '%' {
            return Some(character);
        }
        let mut ahead = self.clone();
        let mut digit = || ahead.next_kept().and_then(|digit| digit.to_digit(16));
        let code = digit().and_then(|high| Some(high * 16 + digit()?));
        match code.and_then(char::from_u32).filter(char::is_ascii_alphabetic) {
            Some(letter) => {
                *self = ahead;
                Some(letter)
            }
            None => Some(character),
        }
    }

    /// The next character that is neither white space nor a control character.
    fn next_kept(&mut self) -> Option<char> {
        loop {
            let mut character = self.rest.next()?;
            if character == '&' && self.written != Written::Plain {
                character = self.reference().unwrap_or(character);
            }
            let escapes = character == '\\' && self.written == Written::Markdown;
            if !escapes && !character.is_whitespace() && !character.is_control() {
                return Some(character);
            }
        }
    }

    /// The character that a reference behind `&` stands for, which is then read.
    fn reference(&mut self) -> Option<char> {
        let rest = self.rest.as_str();
        let (character, length) = match rest.strip_prefix('#') {
            Some(number) => {
                let (character, length) = numeric(number)?;
                (character, length + 1)
            }
            None => named(rest)?,
        };
        self.rest = rest.get(length..)?.chars();
        Some(character)
    }
}

/// The character that a number stands for and the bytes of number and semicolon, which may be missing (HTML, "numeric
/// character reference end state").
fn numeric(text: &str) -> Option<(char, usize)> {
    let hex = text.starts_with(['x', 'X']);
    let radix = if hex { 16 } else { 10 };
    let digits = &text[usize::from(hex)..];
    let mut code: u32 = 0;
    let mut count = 0;
    for digit in digits.chars().map_while(|character| character.to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        count += 1;
    }
    let semicolon = digits[count..].starts_with(';');
    // Browsers read 0x80 to 0x9F as Windows-1252, where all but five are printed characters.
    let printed = matches!(code, 0x80..=0x9F) && !matches!(code, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    let character = char::from_u32(code).filter(|_| !printed && code != 0).unwrap_or(char::REPLACEMENT_CHARACTER);
    (count > 0).then_some((character, usize::from(hex) + count + usize::from(semicolon)))
}

/// The named references of HTML that stand for a character of an active scheme, for `%`, or for white space. No other
/// can be part of one, so that leaving it as it is changes nothing.
const NAMED: [(&str, char); 19] = [
    ("colon;", ':'),
    ("sol;", '/'),
    ("percnt;", '%'),
    ("Tab;", '\t'),
    ("NewLine;", '\n'),
    ("nbsp;", '\u{a0}'),
    ("NonBreakingSpace;", '\u{a0}'),
    ("ensp;", '\u{2002}'),
    ("emsp;", '\u{2003}'),
    ("emsp13;", '\u{2004}'),
    ("emsp14;", '\u{2005}'),
    ("numsp;", '\u{2007}'),
    ("puncsp;", '\u{2008}'),
    ("thinsp;", '\u{2009}'),
    ("ThinSpace;", '\u{2009}'),
    ("hairsp;", '\u{200a}'),
    ("VeryThinSpace;", '\u{200a}'),
    ("MediumSpace;", '\u{205f}'),
    ("ThickSpace;", '\u{205f}'),
];

fn named(text: &str) -> Option<(char, usize)> {
    if let Some((name, character)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*character, name.len()));
    }
    // The one that needs no semicolon; in an attribute it does where a name could go on.
    let behind = text.strip_prefix("nbsp")?.chars().next();
    let ends = !behind.is_some_and(|next| next == '=' || next.is_ascii_alphanumeric());
    ends.then_some(('\u{a0}', 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(target: &str) -> Option<&'static str> {
        active_scheme(target, Written::Html).map(Scheme::as_str)
    }

    #[test]
    fn active_schemes_are_seen_through_every_disguise() {
        for target in [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "\u{1}\u{1f} javascript:x",
            "java\tscr\nipt:x",
            "javascript&colon;x",
            "javascript&#58;x",
            "javascript&#x3A;x",
            "javascript&#x0000003ax",
            "&#106avascript:x",
            "&#x6A;&#x61;vascript:x",
            "java&Tab;script&NewLine;:x",
            "java&#9;script:x",
            "java&nbsp script:x",
            "java&#10script:x",
            "j%61vascript:x",
            "%4Aavascript:x",
            "j&percnt;6&#49;vascript:x",
            "javascript:",
        ] {
            assert_eq!(html(target), Some("javascript:"), "{target:?}");
        }
        assert_eq!(html("vb&ensp;script:x"), Some("vbscript:"));
        assert_eq!(html("Data:Text/HTML;base64,PHM+"), Some("data:text/html"));
        assert_eq!(html("data:text&sol;html,<p>"), Some("data:text/html"));
    }

    #[test]
    fn other_targets_are_not() {
        for target in [
            "",
            "javascript",
            "javascript.html",
            "./javascript:x",
            "https://parcels.io/javascript:x",
            "javascript%3Ax",
            "java&amp;script:x",
            "javascript&colonx",
            "javascript&#;:x",
            "java&nbspscript:x",
            "java&#x85;script:x",
            "java&#0;script:x",
            "data:text/plain,x",
            "data:image/png;base64,x",
            "%6",
            "%",
            "&#xFFFFFFFFFFFF;",
            "\u{ff4a}avascript:x",
        ] {
            assert_eq!(html(target), None, "{target:?}");
        }
    }

    #[test]
    fn what_a_parser_decoded_is_not_decoded_again() {
        assert_eq!(active_scheme("javascript&colon;x", Written::Plain), None);
        assert_eq!(active_scheme("javascript\\:x", Written::Plain), None);
        assert!(active_scheme("javascript\\:x", Written::Markdown).is_some());
        assert!(active_scheme("javascript&colon;x", Written::Markdown).is_some());
    }
}
