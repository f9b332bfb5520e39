//! How names are split into tokens, and how the entries of a word list match them.
//!
//! Names of real descriptions mix snake, kebab and camel case, so an entry is compared with runs of adjacent tokens, both
//! sides glued together: `api_key` matches `api-key`, `apiKey` and `apikey`, but not `capikeys`. This runs on every
//! property name of a document, so a name is split once and every comparison is one look-up in a hash set.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use smallvec::{SmallVec, smallvec};

use crate::phrase::{self, PhraseSet};

mod changes;

pub use changes::{Change, Lexicons, MOST_BYTES, MOST_ENTRIES, changeable};

/// From this many digits on, a run of digits is a token of its own: `oauth2` and `v2` stay whole.
const LONG_NUMBER: usize = 4;

/// A name, split into lower-case tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens<'a> {
    raw: &'a str,
    /// The tokens one after the other.
    glued: Cow<'a, str>,
    /// Where each token ends in `glued`. Few names have more tokens than stand here without memory of their own.
    ends: SmallVec<[u32; 4]>,
}

impl<'a> Tokens<'a> {
    /// Splits at every character outside `[A-Za-z0-9]`, before an upper-case letter that follows a lower-case one, before
    /// the last capital of a run that lower case follows, and around numbers of four or more digits.
    pub fn new(name: &'a str) -> Self {
        if let Some(word) = single_word(name) {
            return Self { raw: name, glued: Cow::Borrowed(word), ends: smallvec![offset(word.len())] };
        }
        let bytes = name.as_bytes();
        let mut taken = Taken { glued: String::with_capacity(bytes.len()), ends: SmallVec::new() };
        // The token at hand begins at `from`.
        let (mut from, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_digit() {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if digits >= LONG_NUMBER {
                    taken.add(&name[from..at]);
                    taken.add(&name[at..at + digits]);
                    from = at + digits;
                }
                at += digits;
                continue;
            }
            if byte.is_ascii_uppercase() && splits(bytes, at) {
                taken.add(&name[from..at]);
                from = at;
            } else if !byte.is_ascii_alphabetic() {
                taken.add(name.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            at += 1;
        }
        taken.add(name.get(from..).unwrap_or_default());
        taken.glued.make_ascii_lowercase();
        Self { raw: name, glued: Cow::Owned(taken.glued), ends: taken.ends }
    }

    /// As [`Tokens::new`], less one leading token `x`: for header parameters, response headers, properties of AsyncAPI
    /// message headers, and extension keys.
    pub fn header(name: &'a str) -> Self {
        let mut tokens = Self::new(name);
        if tokens.first() == Some("x") {
            tokens.glued.to_mut().remove(0);
            tokens.ends.remove(0);
            tokens.ends.iter_mut().for_each(|end| *end -= 1);
        }
        tokens
    }

    /// The name as it was written.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The number of tokens.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when the name holds no ASCII letter or digit.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The tokens in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> {
        (0..self.len()).map(|index| self.run(index, index))
    }

    /// The first token.
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }

    /// The last token.
    pub fn last(&self) -> Option<&str> {
        self.iter().next_back()
    }

    /// All tokens glued together: `apikey` for `Api-Key`.
    pub fn glued(&self) -> &str {
        &self.glued
    }

    /// All tokens with one blank between them: `log in user` for `logInUser`.
    pub fn spaced(&self) -> String {
        let mut spaced = String::with_capacity(self.glued.len() + self.len());
        for token in self.iter() {
            if !spaced.is_empty() {
                spaced.push(' ');
            }
            spaced.push_str(token);
        }
        spaced
    }

    fn start(&self, index: usize) -> usize {
        if index == 0 { 0 } else { self.ends[index - 1] as usize }
    }

    /// The tokens from `first` to `last`, both included, glued together.
    fn run(&self, first: usize, last: usize) -> &str {
        &self.glued[self.start(first)..self.ends[last] as usize]
    }

    /// The first tokens, at least one, glued together; nothing when there are fewer.
    pub fn leading(&self, count: usize) -> Option<&str> {
        (1..=self.len()).contains(&count).then(|| self.run(0, count - 1))
    }
}

/// An offset in a name; no text of a file is longer than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The one token of a name that stands in it as it is, whatever is around it: lower-case letters with a few digits, or
/// nothing but digits. Most names are like that and need no copy.
fn single_word(name: &str) -> Option<&str> {
    let bytes = name.as_bytes();
    let first = bytes.iter().position(u8::is_ascii_alphanumeric)?;
    let last = bytes.iter().rposition(u8::is_ascii_alphanumeric)?;
    let word = &bytes[first..=last];
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = word.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let whole = digits + letters == word.len() && (digits < LONG_NUMBER || letters == 0);
    whole.then(|| &name[first..=last])
}

/// Whether a token begins at the upper-case letter at `at`.
fn splits(bytes: &[u8], at: usize) -> bool {
    let is_lower = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    at.checked_sub(1).is_some_and(|before| is_lower(bytes.get(before))) || is_lower(bytes.get(at + 1))
}

/// The tokens of a name as far as it was read.
struct Taken {
    glued: String,
    ends: SmallVec<[u32; 4]>,
}

impl Taken {
    fn add(&mut self, token: &str) {
        if !token.is_empty() {
            self.glued.push_str(token);
            self.ends.push(offset(self.glued.len()));
        }
    }
}

/// Entries that are compared with names. Lists that come from options are built with [`WordSet::new`]; the lists of the
/// catalogue are [`Lexicon`]s.
#[derive(Clone, Debug, Default)]
pub struct WordSet {
    glued: HashSet<Box<str>, foldhash::fast::RandomState>,
    /// Entries with a leading underscore, which are compared with the name as written.
    raw: Vec<Box<str>>,
    /// Bit n is set when an entry has n characters (bit 63: 63 or more). Most names fail here.
    lengths: u64,
    longest: usize,
    plural: bool,
}

impl WordSet {
    /// Entries are written as tokens joined by `_`. With `plural`, one trailing `s` of the last token is ignored.
    pub fn new<S: AsRef<str>>(entries: impl IntoIterator<Item = S>, plural: bool) -> Self {
        let mut set = Self { plural, ..Self::default() };
        for entry in entries {
            let entry = entry.as_ref();
            if entry.starts_with('_') {
                set.raw.push(entry.into());
                continue;
            }
            let glued: String = entry.chars().filter(char::is_ascii_alphanumeric).collect();
            set.lengths |= length_bit(glued.len());
            set.longest = set.longest.max(glued.len());
            set.glued.insert(glued.to_ascii_lowercase().into());
        }
        set.glued.remove("");
        set
    }

    /// True when there is no entry.
    pub fn is_empty(&self) -> bool {
        self.glued.is_empty() && self.raw.is_empty()
    }

    /// An entry is all of the name.
    pub fn matches_name(&self, name: &Tokens) -> bool {
        self.holds(&name.glued) || self.holds_raw(name.raw)
    }

    /// An entry ends with the last token of the name.
    pub fn matches_last(&self, name: &Tokens) -> bool {
        let end = name.glued.len();
        let starts = (0..name.len()).rev().map(|first| name.start(first));
        starts.take_while(|start| self.may_hold(end - start)).any(|start| self.holds(&name.glued[start..]))
            || self.holds_raw(name.raw)
    }

    /// An entry starts with the first token of the name.
    pub fn matches_first(&self, name: &Tokens) -> bool {
        self.starts_at(name, 0) || self.holds_raw(name.raw)
    }

    /// An entry stands anywhere in the name.
    pub fn matches_word(&self, name: &Tokens) -> bool {
        (0..name.len()).any(|first| self.starts_at(name, first)) || self.holds_raw(name.raw)
    }

    /// An entry is all of the path segment, or the segment starts with an entry and `-` or `_` after it: `search`,
    /// `search-users`, `dry_run`, but not `searchUsers`.
    pub fn matches_verb_segment(&self, segment: &str) -> bool {
        let mut glued = String::new();
        for byte in segment.bytes() {
            if matches!(byte, b'-' | b'_') && self.holds(&glued) {
                return true;
            }
            if byte.is_ascii_alphanumeric() {
                glued.push(char::from(byte.to_ascii_lowercase()));
            }
            if !self.may_hold(glued.len()) {
                return false;
            }
        }
        self.holds(&glued)
    }

    fn starts_at(&self, name: &Tokens, first: usize) -> bool {
        let runs = (first..name.len()).map(|last| name.run(first, last));
        runs.take_while(|run| self.may_hold(run.len())).any(|run| self.holds(run))
    }

    /// Whether a run of this length, in bytes, can be an entry; no longer run can, when this one cannot.
    fn may_hold(&self, length: usize) -> bool {
        length <= self.longest + usize::from(self.plural)
    }

    fn holds(&self, run: &str) -> bool {
        self.holds_exactly(run) || self.plural && run.strip_suffix('s').is_some_and(|one| self.holds_exactly(one))
    }

    fn holds_exactly(&self, run: &str) -> bool {
        self.lengths & length_bit(run.len()) != 0 && self.glued.contains(run)
    }

    fn holds_raw(&self, name: &str) -> bool {
        self.raw.iter().any(|entry| entry.eq_ignore_ascii_case(name))
    }
}

fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// How the entries of a list are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// All tokens of the name.
    Name,
    /// A run of tokens that ends with the last one.
    Last,
    /// A run of tokens that starts with the first one.
    First,
    /// A run of tokens anywhere in the name.
    Word,
    /// All tokens of a path segment that is no parameter.
    Segment,
    /// All tokens of the last path segment, after which no parameter stands.
    LastSegment,
    /// A phrase of a text, see [`crate::phrase`].
    Phrase,
    /// A regular expression, ASCII case-insensitive, searched in the raw value.
    Regex,
    /// Equality; strings without ASCII case, numbers by value.
    Value,
}

/// One word list of the catalogue.
#[derive(Debug)]
pub struct Lexicon {
    /// The name under which rules and configuration know the list.
    pub name: &'static str,
    /// How [`Lexicon::matches`] compares.
    pub matching: Match,
    /// Whether one trailing `s` on the last token of a name is ignored.
    pub plural: bool,
    /// The entries as the catalogue has them.
    pub entries: &'static [&'static str],
    words: OnceLock<WordSet>,
    judge: OnceLock<Regex>,
    pattern: OnceLock<Regex>,
    phrases: OnceLock<PhraseSet>,
}

impl Lexicon {
    /// A list whose look-up tables are built when they are first asked for.
    pub const fn new(name: &'static str, matching: Match, entries: &'static [&'static str]) -> Self {
        Self {
            name,
            matching,
            plural: false,
            entries,
            words: OnceLock::new(),
            judge: OnceLock::new(),
            pattern: OnceLock::new(),
            phrases: OnceLock::new(),
        }
    }

    /// The same list, matching plurals too.
    #[must_use]
    pub const fn with_plurals(mut self) -> Self {
        self.plural = true;
        self
    }

    /// The list with what is changed of it where the program is now, see [`Lexicons`].
    pub fn in_force(&self) -> &Self {
        changes::of(self.name).unwrap_or(self)
    }

    /// True when something is changed of the list where the program is now.
    pub fn is_changed(&self) -> bool {
        changes::of(self.name).is_some()
    }

    /// The entries in force.
    pub fn entries(&self) -> &'static [&'static str] {
        self.in_force().entries
    }

    /// Compares the name in the list's own way: segment lists expect a segment, lists of phrases, patterns and values
    /// read the name as it was written.
    pub fn matches(&self, name: &Tokens) -> bool {
        match self.matching {
            Match::Name | Match::Segment | Match::LastSegment => self.matches_name(name),
            Match::Last => self.matches_last(name),
            Match::First => self.matches_first(name),
            Match::Word => self.matches_word(name),
            Match::Phrase => phrase::contains(name.raw, self),
            Match::Regex => self.matches_pattern(name.raw),
            Match::Value => self.matches_value(name.raw),
        }
    }

    /// See [`WordSet::matches_name`].
    pub fn matches_name(&self, name: &Tokens) -> bool {
        self.words().matches_name(name)
    }

    /// True when tokens of a name, glued together, are an entry: what [`Tokens::iter`] and [`Tokens::leading`] give.
    pub fn holds_run(&self, run: &str) -> bool {
        self.words().holds(run)
    }

    /// See [`WordSet::matches_last`].
    pub fn matches_last(&self, name: &Tokens) -> bool {
        self.words().matches_last(name)
    }

    /// See [`WordSet::matches_first`].
    pub fn matches_first(&self, name: &Tokens) -> bool {
        self.words().matches_first(name)
    }

    /// See [`WordSet::matches_word`].
    pub fn matches_word(&self, name: &Tokens) -> bool {
        self.words().matches_word(name)
    }

    /// See [`WordSet::matches_verb_segment`].
    pub fn matches_verb_segment(&self, segment: &str) -> bool {
        self.words().matches_verb_segment(segment)
    }

    /// An entry, read as a regular expression, is found in the value.
    pub fn matches_pattern(&self, value: &str) -> bool {
        let list = self.in_force();
        let judge = list.judge.get_or_init(|| built(judge(list.entries)));
        judge.is_match(value.as_bytes())
    }

    /// An entry equals the value: strings without ASCII case, whole numbers by value (`0443` is `443`).
    pub fn matches_value(&self, value: &str) -> bool {
        let number = whole_number(value);
        let same =
            |entry: &&str| entry.eq_ignore_ascii_case(value) || number.is_some() && whole_number(entry) == number;
        self.entries().iter().any(same)
    }

    /// The entries as words.
    pub fn words(&self) -> &WordSet {
        let list = self.in_force();
        list.words.get_or_init(|| WordSet::new(list.entries, list.plural))
    }

    pub(crate) fn phrases(&self) -> &PhraseSet {
        let list = self.in_force();
        list.phrases.get_or_init(|| PhraseSet::new(list.entries))
    }

    /// All entries as one alternation, to be searched for in texts.
    pub(crate) fn pattern(&self) -> &Regex {
        let list = self.in_force();
        list.pattern.get_or_init(|| built(united("", list.entries)))
    }
}

fn built(pattern: Result<Regex, regex::Error>) -> Regex {
    pattern.expect("a test compiles the lists, and changes are tried before")
}

/// Tells whether an entry is found, and not where. As it begins at the beginning, nothing is made ready for leaping to
/// where an entry may begin, which takes most of the time of compiling a list and is of no use in short values.
fn judge(entries: &[&str]) -> Result<Regex, regex::Error> {
    united(r"\A(?s:.)*?", entries)
}

/// All patterns as one alternation, behind something. Bytes and no Unicode tables: case, `\s` and `\b` are those of
/// ASCII.
fn united(before: &str, entries: &[&str]) -> Result<Regex, regex::Error> {
    let alternatives: Vec<String> = entries.iter().map(|entry| format!("(?:{entry})")).collect();
    let pattern = format!("{before}(?:{})", alternatives.join("|"));
    RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).build()
}

fn whole_number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> Vec<String> {
        Tokens::new(name).iter().map(str::to_owned).collect()
    }

    fn set(entries: &[&str]) -> WordSet {
        WordSet::new(entries, false)
    }

    #[test]
    fn splits_at_separators_and_case() {
        assert_eq!(split("foo_bar-baz.qux quux"), ["foo", "bar", "baz", "qux", "quux"]);
        assert_eq!(split("fooBar"), ["foo", "bar"]);
        assert_eq!(split("HTTPServer"), ["http", "server"]);
        assert_eq!(split("parseJSON"), ["parse", "json"]);
        assert_eq!(split("__v"), ["v"]);
        assert_eq!(split("na\u{ef}ve"), ["na", "ve"]);
        assert!(Tokens::new("").is_empty() && Tokens::new("--\u{e9}").is_empty());
    }

    #[test]
    fn splits_only_long_numbers_from_letters() {
        assert_eq!(split("oauth2"), ["oauth2"]);
        assert_eq!(split("v2beta123"), ["v2beta123"]);
        assert_eq!(split("report2024final"), ["report", "2024", "final"]);
        assert_eq!(split("2024Report"), ["2024", "report"]);
        assert_eq!(split("oauth2Token"), ["oauth2", "token"]);
        assert_eq!(split("v2API"), ["v2api"]);
        assert_eq!(split("report2024"), ["report", "2024"]);
        assert_eq!(split("a1b2c3d4"), ["a1b2c3d4"]);
        assert_eq!(split("20240131"), ["20240131"]);
    }

    #[test]
    fn single_words_are_not_copied() {
        for (name, word) in [("users", "users"), ("{id}", "id"), ("-v2_", "v2"), ("12345", "12345"), ("\u{e9}s", "s")] {
            let tokens = Tokens::new(name);
            assert_eq!((tokens.len(), tokens.glued(), tokens.raw()), (1, word, name));
            assert!(matches!(tokens.glued, Cow::Borrowed(_)), "{name}");
        }
        assert_eq!(Tokens::header("{x}").len(), 0);
        let tokens = Tokens::new("log-OutNow");
        assert_eq!(
            [0, 1, 2, 3, 4].map(|count| tokens.leading(count)),
            [None, Some("log"), Some("logout"), Some("logoutnow"), None]
        );
    }

    #[test]
    fn headers_lose_one_leading_x() {
        assert_eq!(Tokens::header("X-Api-Key").glued(), "apikey");
        assert_eq!(Tokens::header("x-x-id").spaced(), "x id");
        assert_eq!(Tokens::header("Xml-Key").spaced(), "xml key");
        assert_eq!(Tokens::new("X-Api-Key").first(), Some("x"));
        assert_eq!(Tokens::header("X-Api-Key").raw(), "X-Api-Key");
        assert!(Tokens::header("x").is_empty());
        assert_eq!(Tokens::header("X-Api-Key").last(), Some("key"));
    }

    #[test]
    fn runs_are_compared_glued() {
        let names = set(&["api_key", "trace_id", "oauth"]);
        for name in ["api-key", "apiKey", "apikey", "API_KEY", "TraceId", "traceid", "oAuth", "OAuth"] {
            assert!(names.matches_name(&Tokens::new(name)), "{name}");
        }
        for name in ["api_keys", "my_api_key", "api", "key", "oauth2", ""] {
            assert!(!names.matches_name(&Tokens::new(name)), "{name}");
        }
    }

    #[test]
    fn each_kind_binds_the_run_to_its_place() {
        let words = set(&["api_key"]);
        let (first, middle, last) = (Tokens::new("apiKeyId"), Tokens::new("myApiKeyId"), Tokens::new("my_apikey"));
        assert!(words.matches_first(&first) && !words.matches_first(&middle) && !words.matches_first(&last));
        assert!(words.matches_last(&last) && !words.matches_last(&middle) && !words.matches_last(&first));
        assert!([&first, &middle, &last].into_iter().all(|name| words.matches_word(name)));
        assert!(!words.matches_word(&Tokens::new("capikeys")));
        assert!(!words.matches_word(&Tokens::new("api_x_key")));
        // A shorter entry that fails must not hide a longer one.
        assert!(set(&["a", "log_in"]).matches_first(&Tokens::new("log_in_x")));
    }

    #[test]
    fn plurals_only_where_the_list_says_so() {
        let singular = set(&["user", "status"]);
        let plural = WordSet::new(["user", "status", "api_key"], true);
        assert!(!singular.matches_name(&Tokens::new("users")));
        assert!(plural.matches_name(&Tokens::new("users")) && plural.matches_name(&Tokens::new("user")));
        assert!(plural.matches_name(&Tokens::new("status")) && !plural.matches_name(&Tokens::new("statu")));
        assert!(plural.matches_last(&Tokens::new("myApiKeys")));
        assert!(!plural.matches_name(&Tokens::new("userss")));
    }

    #[test]
    fn a_leading_underscore_is_compared_raw() {
        let words = set(&["__v", "_method"]);
        assert!(words.matches_name(&Tokens::new("__v")) && words.matches_name(&Tokens::new("__V")));
        assert!(words.matches_word(&Tokens::new("_method")));
        for name in ["v", "_v", "method", "x_method"] {
            assert!(!words.matches_word(&Tokens::new(name)), "{name}");
        }
    }

    #[test]
    fn verb_segments_need_a_separator_after_the_verb() {
        let verbs = set(&["search", "batch_get", "count"]);
        for segment in ["search", "Search", "search-users", "search_all", "batchGet", "batch-get-items"] {
            assert!(verbs.matches_verb_segment(segment), "{segment}");
        }
        for segment in ["searchUsers", "searches", "research", "batch", "batch-getter", "account", "", "countries"] {
            assert!(!verbs.matches_verb_segment(segment), "{segment}");
        }
    }

    #[test]
    fn values_and_patterns_are_read_raw() {
        static PORTS: Lexicon = Lexicon::new("ports", Match::Value, &["443", "amqps"]);
        static HOSTS: Lexicon = Lexicon::new("hosts", Match::Regex, &["^local$", r"\.corp\b"]);
        static K: Lexicon = Lexicon::new("k", Match::Regex, &["^k$"]);
        assert!(PORTS.matches_value("443") && PORTS.matches_value("0443") && PORTS.matches_value("AMQPS"));
        assert!(!PORTS.matches_value("4430") && !PORTS.matches_value("") && !PORTS.matches_value("amqp"));
        assert!(HOSTS.matches_pattern("LOCAL") && HOSTS.matches_pattern("a.corp") && !HOSTS.matches_pattern("locals"));
        // The Kelvin sign is no ASCII k.
        assert!(K.matches_pattern("K") && !K.matches_pattern("\u{212a}"));
        assert!(PORTS.matches(&Tokens::new("443")) && HOSTS.matches(&Tokens::new("x.corp")));
    }

    #[test]
    fn lists_match_in_their_own_way() {
        static LAST: Lexicon = Lexicon::new("last", Match::Last, &["token"]);
        static PLURAL: Lexicon = Lexicon::new("plural", Match::Word, &["account"]).with_plurals();
        assert!(LAST.matches(&Tokens::new("resetToken")) && !LAST.matches(&Tokens::new("tokenId")));
        assert!(PLURAL.matches(&Tokens::new("my-accounts-list")));
    }

    #[test]
    fn long_names_cost_linear_time() {
        let words = WordSet::new(["api_key", "token"], true);
        for name in ["aB".repeat(500_000), "1".repeat(1_000_000), "a_".repeat(500_000), "api".repeat(300_000)] {
            let tokens = Tokens::new(&name);
            assert!(!words.matches_word(&tokens) && !words.matches_last(&tokens) && !words.matches_first(&tokens));
            assert!(!words.matches_verb_segment(&name));
        }
    }
}
