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
    /// Other faults, told before it.
    pub before: Vec<UsageError>,
}

impl UsageError {
    /// An error without advice.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, before: Vec::new() }
    }

    /// The same error with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// One error of several, in order; nothing for none.
    pub(crate) fn of_all(mut errors: Vec<Self>) -> Option<Self> {
        let mut last = errors.pop()?;
        last.before = errors;
        Some(last)
    }

    pub(crate) fn print(&self) {
        for error in &self.before {
            error.print();
        }
        complain("error", &self.message, self.help.as_deref());
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UsageError {}

/// Writes a line that is no complaint to standard error.
pub(crate) fn tell_line(line: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "{}", inert(line));
}

/// Writes one message to standard error, made harmless to terminals.
pub(crate) fn complain(kind: &str, message: &str, help: Option<&str>) {
    let mut stderr = std::io::stderr().lock();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr, "{kind}: {}", inert(message));
    if let Some(help) = help {
        let _ = writeln!(stderr, "  help: {}", inert(help));
    }
}
