//! Faults in how the program was called, and the way they are told on standard error.

use std::fmt;
use std::io::Write;

use crate::render::inert;

/// Why the program cannot do what it was asked to; the exit status is 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl UsageError {
    /// An error without advice.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same error with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn print(&self) {
        complain("error", &self.message, self.help.as_deref());
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UsageError {}

/// Writes one message to standard error, made harmless to terminals.
pub(crate) fn complain(kind: &str, message: &str, help: Option<&str>) {
    let mut stderr = std::io::stderr().lock();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr, "{kind}: {}", inert(message));
    if let Some(help) = help {
        let _ = writeln!(stderr, "  help: {}", inert(help));
    }
}

/// The candidate that is most like a mistyped name, if any is like it at all.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).max(2);
    let distances = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed or replaced to get from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, left) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        let names = ["auth/http-basic", "auth/no-security-schemes", "transport/plaintext"];
        assert_eq!(nearest("auth/htp-basic", names), Some("auth/http-basic"));
        assert_eq!(nearest("cookies", names), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
