//! Lets YAML texts have unpaired surrogate escapes (`"\ud83d"`), which JSON writers produce and the YAML parser
//! refuses: they are replaced by `\uFFFD`, which is as long, so that every offset stays right.

use std::borrow::Cow;

use crate::tree::Span;

const REPLACEMENT: &str = "\\uFFFD";

/// A text whose unpaired surrogate escapes are replaced, wherever they stand.
///
/// Only double quotes give an escape its meaning, and where those are only the parser knows: what it reads in any
/// other place has to go through [`Mended::restored`].
pub(crate) struct Mended<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    /// Where the replaced escapes begin, in order.
    places: Vec<u32>,
}

impl<'a> Mended<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let places = unpaired(source);
        let mut text = Cow::Borrowed(source);
        for &at in &places {
            text.to_mut().replace_range(at as usize..at as usize + REPLACEMENT.len(), REPLACEMENT);
        }
        Self { source, text, places }
    }

    /// The text for the parser.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What the parser made of the bytes of `span`, with the escapes as they were written.
    pub(crate) fn restored<'t>(&self, read: &'t str, span: Span) -> Cow<'t, str> {
        let first = self.places.partition_point(|&at| at < span.start);
        let mut places = self.places[first..].iter().take_while(|&&at| at < span.end).peekable();
        let written = self.text.get(span.start as usize..span.end as usize);
        let (Some(_), Some(written)) = (places.peek(), written) else { return Cow::Borrowed(read) };
        // Folding and unquoting change neither number nor order of what looks like an escape.
        let mut restored = read.to_owned();
        for ((at, _), (to, _)) in written.match_indices(REPLACEMENT).zip(read.match_indices(REPLACEMENT)) {
            let at = span.start as usize + at;
            if let Some(escape) = self.source.get(at..at + REPLACEMENT.len()) {
                restored.replace_range(to..to + REPLACEMENT.len(), escape);
            }
        }
        Cow::Owned(restored)
    }
}

/// Where the escapes of surrogates begin that have no partner.
fn unpaired(source: &str) -> Vec<u32> {
    let bytes = source.as_bytes();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let escape = at + found;
        at = escape
            + match surrogate(bytes, escape) {
                None => 2,
                Some(0xD800..0xDC00) if matches!(surrogate(bytes, escape + 6), Some(0xDC00..)) => 12,
                Some(_) => {
                    places.push(crate::build::offset(escape));
                    6
                }
            };
    }
    places
}

/// The surrogate that an escape stands for, if `\uD800` to `\uDFFF` stands at `at`.
fn surrogate(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let value = digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))?;
    (0xD800..0xE000).contains(&value).then_some(value)
}
