//! Regular expressions: those of the lints themselves, and those that options hold.

use regex::Regex;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Compiles a pattern that is part of the program.
#[expect(clippy::expect_used, reason = "patterns of our own, which the tests compile")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
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
}
