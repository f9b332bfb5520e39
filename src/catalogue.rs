//! Everything that can be found, as `lints`, `explain` and the selection of lints see it.
//!
//! Beside the lints stand the faults of reading: they come from the program itself and are on in every profile.

use serde::Serialize;

use crate::report::{Confidence, Level, lint_url};

/// One lint, or one fault of reading.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// `family/name`.
    pub id: &'static str,
    /// One line on what it finds.
    pub title: &'static str,
    /// Its level in each profile.
    pub levels: Levels,
    /// How sure it is.
    pub confidence: Confidence,
    /// Items of the OWASP API Security Top 10.
    pub owasp: Vec<&'static str>,
    /// Common Weakness Enumeration ids.
    pub cwe: Vec<&'static str>,
    /// Its web page.
    pub url: Option<String>,
    /// Its documentation, in Markdown.
    #[serde(skip)]
    pub docs: &'static str,
}

/// The level in each profile; none where the lint is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// In the profile `minimal`.
    pub minimal: Option<Level>,
    /// In the profile `recommended`.
    pub recommended: Option<Level>,
    /// In the profile `strict`.
    pub strict: Option<Level>,
}

impl Levels {
    /// The same level in every profile.
    pub const fn always(level: Level) -> Self {
        Self { minimal: Some(level), recommended: Some(level), strict: Some(level) }
    }
}

impl Entry {
    /// The part of the id before the slash.
    pub fn family(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(family, _)| family)
    }

    /// The part of the id after the slash.
    pub fn name(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, name)| name)
    }
}

/// A fault of reading as declared.
struct Fault {
    id: &'static str,
    title: &'static str,
    level: Level,
    docs: &'static str,
}

const FAULTS: [Fault; 7] = [
    Fault {
        id: "document/duplicate-key",
        title: "A mapping holds a key twice, and all but the last value are lost",
        level: Level::Warning,
        docs: include_str!("faults/duplicate_key.md"),
    },
    Fault {
        id: "document/limit-exceeded",
        title: "A file asks for more than a limit allows",
        level: Level::Error,
        docs: include_str!("faults/limit_exceeded.md"),
    },
    Fault {
        id: "document/lint-panicked",
        title: "A lint broke off because of a fault in the program",
        level: Level::Error,
        docs: include_str!("faults/lint_panicked.md"),
    },
    Fault {
        id: "document/reference-outside-root",
        title: "A reference leads out of the root folder and is not followed",
        level: Level::Error,
        docs: include_str!("faults/reference_outside_root.md"),
    },
    Fault {
        id: "document/unreadable",
        title: "A file cannot be opened or is neither valid YAML nor valid JSON",
        level: Level::Error,
        docs: include_str!("faults/unreadable.md"),
    },
    Fault {
        id: "document/unresolved-reference",
        title: "A reference leads nowhere",
        level: Level::Error,
        docs: include_str!("faults/unresolved_reference.md"),
    },
    Fault {
        id: "document/unsupported-version",
        title: "A description is written in a version that cannot be read",
        level: Level::Error,
        docs: include_str!("faults/unsupported_version.md"),
    },
];

/// Every lint and every fault of reading, sorted by id.
pub fn catalogue() -> Vec<Entry> {
    let mut entries: Vec<Entry> = FAULTS.iter().map(Entry::from).collect();
    entries.sort_by_key(|entry| entry.id);
    entries
}

impl From<&Fault> for Entry {
    fn from(fault: &Fault) -> Self {
        Self {
            id: fault.id,
            title: fault.title,
            levels: Levels::always(fault.level),
            confidence: Confidence::High,
            owasp: Vec::new(),
            cwe: Vec::new(),
            url: lint_url(fault.id),
            docs: fault.docs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_documented() {
        for entry in catalogue() {
            for heading in ["## What it does", "## Why it matters", "## How to fix"] {
                assert!(entry.docs.contains(heading), "{} lacks {heading}", entry.id);
            }
            assert!(!entry.title.ends_with('.'), "{}", entry.id);
        }
    }
}
