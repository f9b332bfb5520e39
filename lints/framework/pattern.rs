//! Regular expressions: those of the lints themselves, and those that options hold.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use foldhash::HashMap;
use regex::Regex;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Compiles a pattern that is part of the program.
#[expect(clippy::expect_used, reason = "patterns of our own, which the tests compile")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Compiles a pattern that only tells whether something is found, and not where. As it begins at the beginning, nothing
/// is made ready for leaping to where a match may begin, which takes most of the time of compiling: for texts of which a
/// description has few.
pub(crate) fn judge(text: &str) -> Regex {
    pattern(&format!(r"\A(?s:.)*?(?:{text})"))
}

/// Patterns that are kept. More come from many configurations, each of which is used for a while.
const KEPT: usize = 1_000;

static COMPILED: LazyLock<RwLock<HashMap<String, Arc<Regex>>>> = LazyLock::new(RwLock::default);

/// The pattern of an option or a word list, compiled once however many descriptions are checked: that takes longer than
/// to check a small one. Nothing where it does not compile; it then matches nothing.
pub(crate) fn compiled(text: &str) -> Option<Arc<Regex>> {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(pattern) = known.get(text) {
        return Some(Arc::clone(pattern));
    }
    drop(known);
    let pattern = Arc::new(Regex::new(text).ok()?);
    let mut known = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() == KEPT {
        known.clear();
    }
    known.insert(text.to_owned(), Arc::clone(&pattern));
    Some(pattern)
}

/// Reads patterns of an option. One that does not compile would match nothing, and nobody would notice.
pub(crate) fn patterns<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let patterns = Vec::<String>::deserialize(from)?;
    patterns.iter().try_for_each(|text| compiles(text))?;
    Ok(patterns)
}

/// Reads the one pattern that an option may hold.
pub(crate) fn optional_pattern<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let pattern = Option::<String>::deserialize(from)?;
    pattern.iter().try_for_each(|text| compiles(text))?;
    Ok(pattern)
}

fn compiles<E: Error>(text: &str) -> Result<(), E> {
    Regex::new(text).map(|_| ()).map_err(E::custom)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[derive(Deserialize)]
    struct Options {
        #[serde(deserialize_with = "patterns")]
        several: Vec<String>,
        #[serde(deserialize_with = "optional_pattern")]
        one: Option<String>,
    }

    #[test]
    fn patterns_of_options_compile() {
        let options: Options = serde_json::from_str(r#"{"several": ["^a", "b$"], "one": null}"#).unwrap();
        assert_eq!((options.several.len(), options.one), (2, None));
        for wrong in [r#"{"several": ["a", "("], "one": null}"#, r#"{"several": [], "one": "("}"#] {
            assert!(serde_json::from_str::<Options>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn equal_patterns_are_compiled_once_and_not_all_are_kept() {
        let (first, again) = (compiled("^once$"), compiled("^once$"));
        assert!(first.zip(again).is_some_and(|(first, again)| Arc::ptr_eq(&first, &again)));
        assert!(compiled("^other$").is_some_and(|other| !other.is_match("once")));
        assert!(compiled("(").is_none());
        for at in 0..=KEPT {
            assert!(compiled(&format!("^{at}$")).is_some_and(|pattern| pattern.is_match(&at.to_string())));
        }
        let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
        assert!(known.len() <= KEPT);
    }
}
