//! Changes of word lists: entries that somebody adds and removes for their own descriptions.
//!
//! The lists are asked from everywhere, with nothing at hand that belongs to a description. So what is changed of them is
//! in force for a thread while it works on one.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;
use regex::bytes::RegexBuilder;

use super::{Lexicon, Match, judge, united};
use crate::words::ALL;

/// What is changed of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The name of the list.
    pub list: &'static str,
    /// Entries to add.
    pub add: Vec<String>,
    /// Entries to remove.
    pub remove: Vec<String>,
}

/// Lists with changes.
#[derive(Debug, Default)]
pub struct Lexicons {
    lists: HashMap<&'static str, Lexicon>,
}

/// Bytes that the compiled patterns of a list may take.
const PATTERN_BYTES: usize = 10 << 20;

/// Entries that can be added to one list.
pub const MOST_ENTRIES: usize = 500;
/// Bytes of all entries that are added to one list.
pub const MOST_BYTES: usize = 10_000;

/// Lists that cannot be changed: the lengths are those of a standard, and the nouns are a part of patterns.
const FIXED: [&str; 2] = ["iban_lengths", "deprecated_nouns"];

thread_local! {
    static IN_FORCE: Cell<Option<&'static Lexicons>> = const { Cell::new(None) };
}

/// All that were ever made.
static MADE: Mutex<Vec<(Vec<Change>, &'static Lexicons)>> = Mutex::new(Vec::new());

/// The lists that can be changed, by name. Those that belong to one predicate have no name of their own.
pub fn changeable() -> impl Iterator<Item = &'static Lexicon> {
    ALL.iter().copied().filter(|list| !list.name.contains('(') && !FIXED.contains(&list.name))
}

/// The changed list of a name.
pub(super) fn of(name: &str) -> Option<&'static Lexicon> {
    IN_FORCE.get()?.lists.get(name)
}

impl Change {
    fn changed(&self, list: &Lexicon) -> Lexicon {
        let kept = list.entries.iter().copied().filter(|entry| !self.remove.iter().any(|gone| gone == entry));
        let mut entries: Vec<&'static str> = kept.collect();
        for entry in &self.add {
            if !entries.iter().any(|known| known.eq_ignore_ascii_case(entry)) {
                entries.push(Box::leak(entry.clone().into_boxed_str()));
            }
        }
        let changed = Lexicon::new(list.name, list.matching, Box::leak(entries.into_boxed_slice()));
        if list.plural { changed.with_plurals() } else { changed }
    }
}

impl Change {
    /// True when the list with its changes is small enough.
    pub fn fits(&self) -> bool {
        let small = self.add.len() <= MOST_ENTRIES && self.add.iter().map(String::len).sum::<usize>() <= MOST_BYTES;
        let Some(list) = changeable().find(|list| list.name == self.list) else { return false };
        small && (list.matching != Match::Regex || compiles(&self.entries(list)))
    }

    fn entries<'c>(&'c self, list: &Lexicon) -> Vec<&'c str> {
        list.entries.iter().copied().chain(self.add.iter().map(String::as_str)).collect()
    }
}

/// Whether a list is small enough in both its forms.
fn compiles(entries: &[&str]) -> bool {
    judge(entries).is_ok() && united("", entries).is_ok()
}

impl Lexicons {
    /// The lists with some changes, of each list at most one. Phrases that were found outlive their description, so what
    /// is made stays; equal ones are one.
    pub fn of(changes: &[Change]) -> &'static Self {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = made.iter().find(|(known, _)| known == changes) {
            return known;
        }
        let named = |change: &Change| {
            let list = changeable().find(|list| list.name == change.list)?;
            Some((list.name, change.changed(list)))
        };
        let lists = changes.iter().filter_map(named).collect();
        let new: &'static Self = Box::leak(Box::new(Self { lists }));
        made.push((changes.to_vec(), new));
        new
    }

    /// Does something with changed lists, or, for none, with those of the catalogue.
    pub fn with<T>(lexicons: Option<&'static Self>, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<&'static Lexicons>);
        impl Drop for Restore {
            fn drop(&mut self) {
                IN_FORCE.set(self.0);
            }
        }
        let _restore = Restore(IN_FORCE.replace(lexicons));
        work()
    }

    /// What is in force on this thread.
    pub fn in_force() -> Option<&'static Self> {
        IN_FORCE.get()
    }
}

impl Lexicon {
    /// Why a text cannot be an entry of the list.
    ///
    /// # Errors
    /// The reason, and how to write entries.
    pub fn accepts(&self, entry: &str) -> Result<(), (String, &'static str)> {
        let plain = entry.bytes().any(|byte| byte.is_ascii_alphanumeric());
        match self.matching {
            Match::Regex => {
                let built = RegexBuilder::new(entry).unicode(false).size_limit(PATTERN_BYTES / 100).build();
                built.map(|_| ()).map_err(|error| {
                    let why = error.to_string();
                    let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    (why, "entries of this list are regular expressions")
                })
            }
            _ if plain => Ok(()),
            Match::Phrase => Err(("it has no letter or digit".to_owned(), "write words with blanks between them")),
            _ => Err(("it has no letter or digit".to_owned(), "write words joined by `_`: `api_key`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Tokens;
    use crate::phrase::says;
    use crate::words::{ADMIN_STRONG_SEGMENTS, LOCAL_HOSTS, NO_AUTH_PHRASES, TLS_PORTS};

    fn change(list: &'static str, add: &[&str], remove: &[&str]) -> Change {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        Change { list, add: owned(add), remove: owned(remove) }
    }

    #[test]
    fn changes_are_in_force_where_they_are_asked_for_and_nowhere_else() {
        let first = ADMIN_STRONG_SEGMENTS.entries[0];
        let lexicons = Lexicons::of(&[
            change(ADMIN_STRONG_SEGMENTS.name, &["control_room"], &[first]),
            change(NO_AUTH_PHRASES.name, &["walk right in"], &[]),
            change(LOCAL_HOSTS.name, &["[.]parcels$"], &[]),
            change(TLS_PORTS.name, &["9999"], &[]),
        ]);
        let told = || {
            [
                ADMIN_STRONG_SEGMENTS.matches(&Tokens::new("control-room")),
                !ADMIN_STRONG_SEGMENTS.matches(&Tokens::new(first)),
                says("You walk right in.", &NO_AUTH_PHRASES),
                LOCAL_HOSTS.matches_pattern("a.parcels"),
                TLS_PORTS.matches_value("9999"),
            ]
        };
        assert_eq!(told(), [false; 5]);
        Lexicons::with(Some(lexicons), || {
            assert_eq!(told(), [true; 5]);
            Lexicons::with(None, || assert_eq!(told(), [false; 5]));
            assert_eq!(told(), [true; 5]);
            assert!(ADMIN_STRONG_SEGMENTS.entries().contains(&"control_room"));
        });
        assert_eq!(told(), [false; 5]);
        let again = [change(TLS_PORTS.name, &["1"], &[])];
        assert!(std::ptr::eq(Lexicons::of(&again), Lexicons::of(&again)));
    }

    #[test]
    fn every_name_means_one_list() {
        let mut names: Vec<&str> = changeable().map(|list| list.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() == all && all > 100, "{all}");
    }

    #[test]
    fn entries_must_be_able_to_match() {
        assert!(LOCAL_HOSTS.accepts("^a$").is_ok() && ADMIN_STRONG_SEGMENTS.accepts("a_b").is_ok());
        assert_eq!(LOCAL_HOSTS.accepts("(").map_err(|(why, _)| why), Err("unclosed group".to_owned()));
        assert!(ADMIN_STRONG_SEGMENTS.accepts("--").is_err() && NO_AUTH_PHRASES.accepts(" ").is_err());
    }
}
