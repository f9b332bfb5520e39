//! Phrases in running text: summaries and descriptions that say what a contract does not.
//!
//! A text is cleaned of code and URLs and its white space folded before it is searched, because authors wrap lines inside
//! phrases and quote what they do not mean. A phrase that stands beside a negation says the opposite, so every match knows
//! whether it is negated. Nearly all texts hold none of the words at all: they are sorted out before any cleaning.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::lexicon::Lexicon;
use crate::words::{NEGATION_AFTER, NEGATION_WORDS};

mod prose;

use prose::Prose;

/// How many words beside a match a negation may stand away from it.
const REACH: usize = 4;

/// A phrase of a list, found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseMatch {
    /// The entry of the list.
    pub phrase: &'static str,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The sentence, or sentences, that it lies in, in bytes of the text.
    pub sentence: Range<usize>,
    /// Whether the sentence denies it: `authentication is not required`.
    pub negated: bool,
}

/// Finds the entries of `list` in `text`, less code spans, fenced blocks and URLs, in the order of their ends. Matches may
/// overlap.
pub fn find_phrase(text: &str, list: &Lexicon) -> Vec<PhraseMatch> {
    find_phrases(text, &[list])
}

/// As [`find_phrase`], for several lists, one after the other.
pub fn find_phrases(text: &str, lists: &[&Lexicon]) -> Vec<PhraseMatch> {
    let lists: Vec<_> = lists.iter().filter(|list| list.phrases().may_occur(text)).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let prose = Prose::new(text);
    let found = |phrase: &'static str, folded: Range<usize>| PhraseMatch {
        phrase,
        range: prose.source_range(&folded),
        sentence: prose.source_range(&prose.sentence(&folded)),
        negated: is_negated(&prose, &folded),
    };
    let in_list = |list: &Lexicon| -> Vec<PhraseMatch> {
        list.phrases().find(prose.text()).map(|(entry, folded)| found(list.entries()[entry], folded)).collect()
    };
    lists.into_iter().flat_map(|list| in_list(list)).collect()
}

/// What stands around a range of a text, of which nothing is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The sentence, or sentences, that the range lies in, in bytes of the text.
    pub sentence: Range<usize>,
    /// Whether the sentence denies what stands at the range.
    pub negated: bool,
}

/// Judges the place of something that was found in a text by other means than a list of phrases.
pub fn surroundings(text: &str, range: &Range<usize>) -> Surroundings {
    let prose = Prose::raw(text);
    let folded = prose.folded_range(range);
    Surroundings { sentence: prose.source_range(&prose.sentence(&folded)), negated: is_negated(&prose, &folded) }
}

/// The paragraphs and list items of a text without code spans, fenced blocks and URLs, white space and hyphens folded.
pub fn paragraphs(text: &str) -> Vec<String> {
    Prose::new(text).blocks().map(str::to_owned).collect()
}

/// Whether an entry of `list` stands in `text` and is not negated.
pub fn says(text: &str, list: &Lexicon) -> bool {
    occurs(text, list, |prose, range| !is_negated(prose, range))
}

/// Whether an entry of `list` stands in `text`, negated or not.
pub fn contains(text: &str, list: &Lexicon) -> bool {
    occurs(text, list, |_, _| true)
}

/// What follows the longest entry of `list` that `text` starts with, leading white space ignored.
pub fn strip_start<'t>(text: &'t str, list: &Lexicon) -> Option<&'t str> {
    let text = text.trim_start();
    let found = find_phrase(text, list);
    let end = found.iter().filter(|found| found.range.start == 0).map(|found| found.range.end).max()?;
    text.get(end..)
}

/// Whether an entry of `list`, a regular expression, is found in the raw `text` and is not negated.
pub fn says_pattern(text: &str, list: &Lexicon) -> bool {
    // It takes long to compile what tells the place, and few texts match.
    if !list.matches_pattern(text) {
        return false;
    }
    let pattern = list.pattern();
    let mut prose = None;
    let mut from = 0;
    while let Some(found) = pattern.find_at(text.as_bytes(), from) {
        let core = word_core(text.as_bytes(), found.range());
        let prose = prose.get_or_insert_with(|| Prose::raw(text));
        if !is_negated(prose, &prose.folded_range(&core)) {
            return true;
        }
        // A pattern may have eaten the blank that the next match begins with.
        from = core.end.max(from + 1);
        if from > text.len() {
            break;
        }
    }
    false
}

fn occurs(text: &str, list: &Lexicon, mut wanted: impl FnMut(&Prose, &Range<usize>) -> bool) -> bool {
    list.phrases().may_occur(text) && {
        let prose = Prose::new(text);
        list.phrases().find(prose.text()).any(|(_, range)| wanted(&prose, &range))
    }
}

/// The range without the characters at its ends that belong to no word; the range itself when nothing is left.
fn word_core(text: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = &text[range.clone()];
    let first = bytes.iter().position(u8::is_ascii_alphanumeric);
    let last = bytes.iter().rposition(u8::is_ascii_alphanumeric);
    match (first, last) {
        (Some(first), Some(last)) => range.start + first..range.start + last + 1,
        _ => range,
    }
}

/// Whether, in the sentence of the match, a negation ends among the four words before it or begins among the four words
/// after it. Words of the match itself do not count.
fn is_negated(prose: &Prose, matched: &Range<usize>) -> bool {
    let text = prose.text();
    let sentence = prose.sentence(matched);
    if is_left_open(text, &sentence, matched) {
        return true;
    }

    let near = words_back(&text[sentence.start..matched.start]) + sentence.start;
    let before = NEGATION_WORDS.phrases();
    let from = near.saturating_sub(before.longest).max(sentence.start);
    if before.find_in(text, from..matched.start).any(|(_, negation)| negation.end > near) {
        return true;
    }

    let far = words_on(&text[matched.end..sentence.end]) + matched.end;
    let after = NEGATION_AFTER.phrases();
    let to = (far + after.longest).min(sentence.end);
    after.find_in(text, matched.end..to).any(|(_, negation)| negation.start < far)
}

/// `with or without authentication` says neither that a thing is needed nor that it is not.
fn is_left_open(text: &str, sentence: &Range<usize>, matched: &Range<usize>) -> bool {
    let matched_text = text[matched.clone()].to_ascii_lowercase();
    let Some(thing) = matched_text.strip_prefix("without ") else { return false };
    let before = &text[sentence.start..matched.start];
    let before = before[words_back(before)..].to_ascii_lowercase();
    let after = &text[matched.end..sentence.end];
    let after = after[..words_on(after)].to_ascii_lowercase();
    let joined_before = ["or", "and", "/"].iter().find_map(|joint| before.trim_end().strip_suffix(joint));
    let with_before = joined_before.map(str::trim_end).is_some_and(|with| {
        let with = with.strip_suffix(thing).map_or(with, str::trim_end);
        with.rsplit(|c: char| !c.is_alphanumeric()).next() == Some("with")
    });
    let joined_after = ["or", "and", "/"].iter().find_map(|joint| after.trim_start().strip_prefix(joint));
    let with_after = joined_after
        .map(str::trim_start)
        .is_some_and(|with| with.split(|c: char| !c.is_alphanumeric()).next() == Some("with"));
    with_before || with_after
}

/// Where the last [`REACH`] words of `text` begin.
fn words_back(text: &str) -> usize {
    let (mut start, mut words) = (text.len(), 0);
    for piece in text.rsplit(' ') {
        let piece_start = start - piece.len();
        words += usize::from(is_word(piece));
        if words == REACH || piece_start == 0 {
            return piece_start;
        }
        start = piece_start - 1;
    }
    0
}

/// Where the first [`REACH`] words of `text` end.
fn words_on(text: &str) -> usize {
    let (mut start, mut words) = (0, 0);
    for piece in text.split(' ') {
        words += usize::from(is_word(piece));
        if words == REACH {
            return start + piece.len();
        }
        start += piece.len() + 1;
    }
    text.len()
}

fn is_word(piece: &str) -> bool {
    piece.contains(char::is_alphanumeric)
}

/// The entries of a list, made ready to be searched in folded text when they are first asked for.
#[derive(Debug)]
pub(crate) struct PhraseSet {
    list: &'static [&'static str],
    /// The longest word of each entry: a text without any of them holds no entry, however it is folded.
    words: OnceLock<AhoCorasick>,
    entries: OnceLock<AhoCorasick>,
    /// The length of the longest entry, in bytes.
    longest: usize,
}

impl PhraseSet {
    pub(crate) fn new(list: &'static [&'static str]) -> Self {
        let longest = list.iter().map(|entry| prose::fold(entry).len()).max().unwrap_or(0);
        Self { list, words: OnceLock::new(), entries: OnceLock::new(), longest }
    }

    fn may_occur(&self, text: &str) -> bool {
        let longest_word = |entry: String| entry.split(' ').max_by_key(|word| word.len()).map(str::to_owned);
        let words = || self.list.iter().filter_map(|entry| longest_word(prose::fold(entry)));
        // All texts go through this one.
        let words = self.words.get_or_init(|| automaton(words(), AhoCorasickKind::DFA));
        words.is_match(text)
    }

    /// Few texts go so far that it is worth a table for every byte.
    fn entries(&self) -> &AhoCorasick {
        let folded = || self.list.iter().map(|entry| prose::fold(entry));
        self.entries.get_or_init(|| automaton(folded(), AhoCorasickKind::ContiguousNFA))
    }

    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, Range<usize>)> + 't {
        self.find_in(text, 0..text.len())
    }

    /// The entries inside `within`, as (index, range), that touch no letter or digit.
    fn find_in<'t>(&'t self, text: &'t str, within: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> + 't {
        let offset = within.start;
        let bytes = text.as_bytes();
        let free = move |range: &Range<usize>| {
            let touches = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
            !touches(range.start.checked_sub(1)) && !touches(Some(range.end))
        };
        // Overlapping, so that `oauth 1.0a` is seen although `oauth 1.0` stands in it.
        self.entries()
            .find_overlapping_iter(&bytes[within])
            .map(move |found| (found.pattern().as_usize(), found.start() + offset..found.end() + offset))
            .filter(move |(_, range)| free(range))
    }
}

fn automaton(patterns: impl Iterator<Item = String>, kind: AhoCorasickKind) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(kind))
        .build(patterns)
        .expect("a few short phrases fit into any automaton")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Match;
    use crate::words::{NO_AUTH_PHRASES, OBSOLETE_SCHEME_PHRASES, PUBLIC_OPERATION_PHRASES, TLS_TEXT};

    static REQUIRED: Lexicon =
        Lexicon::new("required", Match::Phrase, &["authentication required", "requires authentication"]);

    #[test]
    fn white_space_hyphens_and_case_are_folded() {
        for text in ["Public endpoint.", "a\n  PUBLIC\tendpoint", "(public-endpoint)", "_public endpoint_"] {
            assert!(says(text, &NO_AUTH_PHRASES), "{text}");
        }
        for text in ["Access policy: public", "Settings.\n**Access policy**: public", "**Access Policy:** public."] {
            assert!(says(text, &NO_AUTH_PHRASES), "{text}");
        }
        for text in [
            "republic endpoint",
            "Access policy: publicised",
            "public endpoints",
            "public, endpoint",
            "public endpoint2",
            "",
        ] {
            assert!(!says(text, &NO_AUTH_PHRASES), "{text}");
        }
    }

    #[test]
    fn with_or_without_leaves_it_open() {
        for text in [
            "May be called with or without authentication.",
            "Works with and without authentication",
            "With/without authentication the answer differs",
            "Callable with authentication or without authentication",
            "Can be used without authentication or with a token",
            "Can be used without and with authentication",
        ] {
            assert!(!says(text, &NO_AUTH_PHRASES), "{text}");
        }
        for text in [
            "May be called without authentication or registration",
            "Comes with pictures, and without authentication",
            "Free to use, and without authentication",
        ] {
            assert!(says(text, &NO_AUTH_PHRASES), "{text}");
        }
    }

    #[test]
    fn code_and_urls_are_not_read() {
        for text in [
            "Set `public endpoint` to true",
            "``a ` public endpoint``",
            "Text\n```\npublic endpoint\n```\nmore",
            "~~~~ yaml\npublic endpoint\n~~~\n~~~~",
            "```\npublic endpoint",
            "see https://host.test/public-endpoint",
        ] {
            assert!(!says(text, &NO_AUTH_PHRASES), "{text}");
        }
        for text in [
            "An unclosed ` public endpoint",
            "One ` here\n\npublic endpoint\n\nand ` there",
            "```\ncode\n```\npublic endpoint",
            "public `x` endpoint",
            "https://host.test public endpoint",
        ] {
            assert!(says(text, &NO_AUTH_PHRASES), "{text}");
        }
    }

    #[test]
    fn ranges_point_into_the_source() {
        let text = "Na\u{ef}ve `code`  text:\n  a public\n  endpoint.";
        let found = find_phrase(text, &NO_AUTH_PHRASES);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].phrase, "public endpoint");
        assert_eq!(&text[found[0].range.clone()], "public\n  endpoint");
        assert_eq!(&text[found[0].sentence.clone()], text);
        let text = "One. A public endpoint! Three.";
        assert_eq!(&text[find_phrase(text, &NO_AUTH_PHRASES)[0].sentence.clone()], "A public endpoint! ");
    }

    #[test]
    fn paragraphs_have_no_code() {
        assert_eq!(
            paragraphs("One `x`\ntwo.\n\n- Three\n\n```\nfour\n```"),
            ["One two. ", "- Three "].map(|text| text.replace("- ", " ").trim_start().to_owned())
        );
    }

    #[test]
    fn any_range_can_be_judged() {
        let text = "See `a`. It does not need `b`. Or `c`";
        let judged = |part: &str| {
            let at = text.find(part).unwrap_or_default();
            let found = surroundings(text, &(at..at + part.len()));
            (text[found.sentence].to_owned(), found.negated)
        };
        assert_eq!(judged("`b`"), ("It does not need `b`. ".to_owned(), true));
        assert_eq!(judged("`c`"), ("Or `c`".to_owned(), false));
    }

    #[test]
    fn overlapping_entries_are_all_seen() {
        assert!(contains("uses OAuth 1.0a here", &OBSOLETE_SCHEME_PHRASES));
        assert!(contains("uses OAuth 1.0", &OBSOLETE_SCHEME_PHRASES));
        assert!(!contains("uses OAuth 1.0b", &OBSOLETE_SCHEME_PHRASES));
    }

    #[test]
    fn a_text_starts_with_a_phrase() {
        assert_eq!(strip_start("  Log in to the shop", &PUBLIC_OPERATION_PHRASES), Some(" to the shop"));
        assert_eq!(strip_start("log-in", &PUBLIC_OPERATION_PHRASES), Some(""));
        assert_eq!(strip_start("Please log in", &PUBLIC_OPERATION_PHRASES), None);
        assert_eq!(strip_start("Log info", &PUBLIC_OPERATION_PHRASES), None);
    }

    #[test]
    fn negations_before_the_match() {
        for text in [
            "No authentication required",
            "It does not, in any case, requires authentication",
            "This doesn't always mean authentication required",
            "This doesn\u{2019}t mean authentication required",
            "no\nauthentication-required",
            "unless one two three authentication required",
            "e.g. this does not mean that it requires authentication",
        ] {
            assert!(!says(text, &REQUIRED) && contains(text, &REQUIRED), "{text}");
        }
        for text in [
            "Not one two three four authentication required",
            "Not this one. Authentication required",
            "Is it not? Authentication required",
            "Not so; authentication required",
            "Not so\n\nAuthentication required",
            "- not this\n- authentication required",
            "1) not this\n2) authentication required",
            "notable: authentication required",
        ] {
            assert!(says(text, &REQUIRED), "{text}");
        }
    }

    #[test]
    fn a_dot_inside_a_word_or_url_ends_no_sentence() {
        assert!(!says(
            "not v1.2 https://a.test/b. authentication required",
            &Lexicon::new("x", Match::Phrase, &["v1.2"])
        ));
        assert!(!says("Not by v1.2 authentication required", &REQUIRED));
        assert!(says("Not by https://a.test. Authentication required", &REQUIRED));
    }

    #[test]
    fn negations_after_the_match() {
        for text in [
            "Requires authentication is not true",
            "requires authentication: one two three is not",
            "authentication required isn't",
            "authentication required in one case, aren't",
        ] {
            assert!(!says(text, &REQUIRED), "{text}");
        }
        for text in [
            "requires authentication one two three four is not",
            "Requires authentication. This is not",
            "Requires authentication, it does not expire",
        ] {
            assert!(says(text, &REQUIRED), "{text}");
        }
    }

    #[test]
    fn words_of_the_match_itself_do_not_negate_it() {
        assert!(says("No authentication required.", &NO_AUTH_PHRASES));
        assert!(says("This does not require authentication.", &NO_AUTH_PHRASES));
        assert!(!says("This is not a public endpoint.", &NO_AUTH_PHRASES));
        assert!(!says("Never available without authentication.", &NO_AUTH_PHRASES));
        assert!(find_phrase("not a public endpoint; a public endpoint", &NO_AUTH_PHRASES)[0].negated);
        assert!(!find_phrase("not a public endpoint; a public endpoint", &NO_AUTH_PHRASES)[1].negated);
    }

    #[test]
    fn patterns_read_the_raw_text() {
        for text in [
            "TLS",
            "over TLSv1.2",
            "use `mTLS`",
            "(ssl)",
            "Data is encrypted in transit.",
            "no TLS; SSL",
            "\u{e9}TLS\u{e9}",
        ] {
            assert!(says_pattern(text, &TLS_TEXT), "{text}");
        }
        for text in
            ["subtitles", "TLSX", "without TLS", "TLS is not used", "no TLS SSL", "not encrypted in transit", ""]
        {
            assert!(!says_pattern(text, &TLS_TEXT), "{text}");
        }
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for unit in
            ["public endpoint ", "no public endpoint* ", "` `` ``` public endpoint ", "- not\n", "a://a://", "* "]
        {
            let text = unit.repeat(1_000_000 / unit.len()) + " public endpoint is not";
            assert!(contains(&text, &NO_AUTH_PHRASES), "{unit}");
            find_phrase(&text, &NO_AUTH_PHRASES);
        }
        says_pattern(&"no TLS ".repeat(150_000), &TLS_TEXT);
        let growing: String = (1..1_400).map(|n| "`".repeat(n) + " ").collect();
        assert!(says(&(growing + "public endpoint"), &NO_AUTH_PHRASES));
    }
}
