//! `--select` and `--ignore`: which lints a run is about.

use apiward_model::nearest::nearest;
use globset::{GlobBuilder, GlobMatcher};

use crate::catalogue::Entry;
use crate::usage::UsageError;

/// The family of the errors of reading.
const READING: &str = "document";

/// Which lints the command line asks for and which it does not want.
#[derive(Debug, Default)]
pub struct Selection {
    select: Vec<Pattern>,
    ignore: Vec<Pattern>,
}

/// One id, family or glob.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    matcher: GlobMatcher,
    /// How closely the pattern says what it means: its length, or, for a whole id, more than any length.
    weight: usize,
}

impl Selection {
    /// Reads patterns: ids, families, or ids with `*`.
    ///
    /// # Errors
    /// When a pattern matches no lint of the catalogue.
    pub fn new(select: &[String], ignore: &[String], catalogue: &[Entry]) -> Result<Self, UsageError> {
        let read = |flag: &str, patterns: &[String]| {
            patterns.iter().map(|text| Pattern::new(flag, text.trim(), catalogue)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self { select: read("--select", select)?, ignore: read("--ignore", ignore)? })
    }

    /// True when nothing was chosen.
    pub(crate) const fn is_everything(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }

    /// True when the lint is wanted: the closest pattern decides, `--ignore` among equally close ones.
    pub fn includes(&self, lint: &str) -> bool {
        !self.declines(lint) && (self.select.is_empty() || closeness(&self.select, lint).is_some())
    }

    /// True when `--ignore` says that the lint is not wanted, and `--select` is no closer.
    pub fn declines(&self, lint: &str) -> bool {
        let ignored = closeness(&self.ignore, lint);
        ignored.is_some() && ignored >= closeness(&self.select, lint)
    }
}

/// How closely the closest of the patterns means a lint; nothing when none does.
fn closeness(patterns: &[Pattern], lint: &str) -> Option<usize> {
    patterns.iter().filter(|pattern| pattern.matches(lint)).map(|pattern| pattern.weight).max()
}

impl Pattern {
    /// True when the lint is meant.
    pub(crate) fn matches(&self, lint: &str) -> bool {
        self.matcher.is_match(lint)
    }

    /// [`Pattern::matches`], but for errors of reading, which somebody who writes `*` does not think of: what was not read
    /// would be told by nobody.
    pub(crate) fn means(&self, lint: &str) -> bool {
        let is_of_reading = lint.split_once('/').is_some_and(|(family, _)| family == READING);
        self.matches(lint) && (!is_of_reading || self.matcher.glob().glob().starts_with(READING))
    }

    /// How closely it says what it means.
    pub(crate) const fn weight(&self) -> usize {
        self.weight
    }

    /// Reads a pattern; `flag` names where it stands.
    pub(crate) fn new(flag: &str, text: &str, catalogue: &[Entry]) -> Result<Self, UsageError> {
        let whole = catalogue.iter().any(|entry| entry.id == text);
        let glob =
            if whole || text.contains('/') || text.contains('*') { text.to_owned() } else { format!("{text}/*") };
        // Only `*` is special: the other signs of globs occur in no id.
        let literal = text.contains(['?', '[', ']', '{', '}', '\\', '!']);
        let built = if literal { None } else { GlobBuilder::new(&glob).literal_separator(false).build().ok() };
        let matcher = built.map(|glob| glob.compile_matcher());
        match matcher.filter(|matcher| catalogue.iter().any(|entry| matcher.is_match(entry.id))) {
            Some(matcher) => Ok(Self { matcher, weight: if whole { usize::MAX } else { text.len() } }),
            None => Err(unknown(&format!("{flag}: no lint or family is named `{text}`"), text, catalogue)),
        }
    }
}

/// The error for a name that no lint has, with the name that was perhaps meant.
pub(crate) fn unknown(message: &str, name: &str, catalogue: &[Entry]) -> UsageError {
    let families = catalogue.iter().map(|entry| entry.family);
    let near = nearest(name, catalogue.iter().map(|entry| entry.id).chain(families));
    // The name alone, without its family, is what people remember.
    let near = near.or_else(|| {
        let short = |entry: &&Entry| entry.name() == name || nearest(name, [entry.name()]).is_some();
        catalogue.iter().find(short).map(|entry| entry.id)
    });
    match near {
        Some(near) => UsageError::new(message).help(format!("did you mean `{near}`?")),
        None => UsageError::new(message).help("`apiward lints` lists all lints"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::catalogue::catalogue;

    fn selection(select: &[&str], ignore: &[&str]) -> Result<Selection, UsageError> {
        let owned = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
        Selection::new(&owned(select), &owned(ignore), &catalogue())
    }

    #[test]
    fn families_globs_and_ids_are_understood() {
        let lint = "document/duplicate-key";
        assert!(selection(&[], &[]).unwrap().includes(lint));
        assert!(selection(&["document"], &[]).unwrap().includes(lint));
        assert!(!selection(&["document/un*"], &[]).unwrap().includes(lint));
        assert!(!selection(&[], &["*/duplicate-*"]).unwrap().includes(lint));
    }

    #[test]
    fn the_closest_pattern_decides() {
        let lint = "document/duplicate-key";
        assert!(selection(&[lint], &["document"]).unwrap().includes(lint));
        assert!(!selection(&["document"], &[lint]).unwrap().includes(lint));
        assert!(!selection(&["document"], &["document"]).unwrap().includes(lint));
    }

    #[test]
    fn what_is_not_selected_is_not_declined() {
        let lint = "document/duplicate-key";
        assert!(!selection(&["auth"], &[]).unwrap().declines(lint));
        assert!(!selection(&[lint], &["document"]).unwrap().declines(lint));
        assert!(selection(&["auth"], &[lint]).unwrap().declines(lint));
        assert!(selection(&["document"], &["document"]).unwrap().declines(lint));
    }

    #[test]
    fn unknown_names_are_refused_with_a_suggestion() {
        let help = |name: &str| selection(&[name], &[]).unwrap_err().help.unwrap();
        assert_eq!(help("document/duplicate-keys"), "did you mean `document/duplicate-key`?");
        assert_eq!(help("documents"), "did you mean `document`?");
        assert_eq!(help("duplicate-key"), "did you mean `document/duplicate-key`?");
        assert_eq!(help("quite-another-thing"), "`apiward lints` lists all lints");
        assert!(selection(&["[a"], &[]).is_err());
    }
}
