//! Regular expressions of the lints themselves.

use regex::Regex;

/// Compiles a pattern that is part of the program.
#[expect(clippy::expect_used, reason = "patterns of our own, which the tests compile")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}
