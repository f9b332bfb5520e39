//! Everything that can be found, as `lints`, `explain` and the selection of lints see it.
//!
//! Beside the lints stand the faults of reading: they come from the program itself and are on in every profile.

use apiward_lints::framework::declare::{ALL_FORMATS, FixKind, LintMeta, Reference};
use apiward_lints::framework::level::{Confidence, Level, Levels};
use apiward_lints::framework::options::OptionsMeta;
use apiward_lints::framework::practice::Practice;
use apiward_model::Format;
use serde::{Serialize, Serializer};

use crate::diff::kinds::{KINDS, Kind};
use crate::report::lint_url;

/// One lint, or one fault of reading.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// `family/name`.
    pub id: &'static str,
    /// One line on what it finds.
    pub title: &'static str,
    /// The part of the id before the slash.
    pub family: &'static str,
    /// Its level in each profile; none where it is off.
    pub levels: Levels,
    /// How sure it is.
    pub confidence: Confidence,
    /// The formats that it reads: `openapi-3.0`, `asyncapi-2`.
    pub formats: Vec<&'static str>,
    /// Items of the OWASP API Security Top 10.
    pub owasp: &'static [&'static str],
    /// Common Weakness Enumeration ids.
    pub cwe: &'static [&'static str],
    /// The practices that it serves.
    pub practices: &'static [Practice],
    /// Sources that it rests on.
    pub references: &'static [Reference],
    /// The lints that its findings silence.
    pub silences: Vec<&'static str>,
    /// Whether the program can mend what it finds.
    pub fix: FixKind,
    /// The version of the program that brought it.
    pub since: &'static str,
    /// Its options, written as their JSON Schema; none when it has no options.
    #[serde(serialize_with = "as_schema")]
    pub options: Option<OptionsMeta>,
    /// Its web page.
    pub url: Option<String>,
    /// Its documentation, in Markdown.
    #[serde(skip)]
    pub docs: &'static str,
}

impl Entry {
    /// The part of the id after the slash.
    pub fn name(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, name)| name)
    }

    /// True for a fault of reading, false for a lint and a change.
    pub fn is_fault(&self) -> bool {
        is_fault(self.id)
    }

    /// True for a kind of change, which `diff` tells.
    pub fn is_change(&self) -> bool {
        self.family == "diff"
    }
}

/// What the lints of each family look at.
const FAMILIES: [(&str, &str); 19] = [
    ("auth", "Authentication: whether callers must prove who they are, and by what"),
    ("consistency", "Consistency: schemes, paths and servers that differ without a reason"),
    ("custom", "Custom lints: what the configuration asks for"),
    ("diff", "Changes: what differs between two versions; not lints, told by `apiward diff`"),
    ("docs", "Documentation: what is said about security, and whether it is true"),
    ("document", "Reading: what could not be read, resolved or understood; not lints, and on in every profile"),
    ("errors", "Errors: whether they are described, alike, and free of internals"),
    ("exposure", "Exposure: what answers and addresses give away"),
    ("input", "Input: whether requests are described and bounded"),
    ("logging", "Logging: whether calls can be followed, and what monitoring tells strangers"),
    ("maintenance", "Maintenance: what is not meant for the public, or not finished"),
    ("ratelimit", "Rate limits: whether calls, pages and uploads are bounded"),
    ("rbac", "Roles: whether what an operation asks for is a right that somebody can be given"),
    ("secrets", "Secrets: credentials and personal data in the description itself"),
    ("segregation", "Segregation of duties: whether one grant covers what different people should do"),
    (
        "suppression",
        "Suppressions: those that no longer do what their author meant; not lints, and on in every profile",
    ),
    ("threat", "Threats: what attackers make of requests, answers and the description"),
    ("transport", "Transport: whether requests, messages and credentials travel encrypted"),
    ("versioning", "Versions: whether old ones are marked, end, and are guarded as well as new ones"),
];

/// What the lints of a family look at.
pub fn family_title(family: &str) -> &'static str {
    FAMILIES.iter().find(|(name, _)| *name == family).map_or("", |(_, title)| title)
}

/// The schema is made only for those who look at it.
#[expect(clippy::ref_option, reason = "serde calls it so")]
fn as_schema<S: Serializer>(options: &Option<OptionsMeta>, serializer: S) -> Result<S::Ok, S::Error> {
    options.map(|options| (options.schema)()).serialize(serializer)
}

/// How outputs call a format.
const fn format_name(format: Format) -> &'static str {
    match format {
        Format::OpenApi2 => "openapi-2.0",
        Format::OpenApi30 => "openapi-3.0",
        Format::OpenApi31 => "openapi-3.1",
        Format::OpenApi32 => "openapi-3.2",
        Format::AsyncApi2 => "asyncapi-2",
        Format::AsyncApi3 => "asyncapi-3",
    }
}

/// A fault of reading or of suppression as declared.
struct Fault {
    id: &'static str,
    title: &'static str,
    level: Level,
    docs: &'static str,
}

const FAULTS: [Fault; 13] = [
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
        id: "document/rule-failed",
        title: "A custom lint cannot be evaluated",
        level: Level::Error,
        docs: include_str!("faults/rule_failed.md"),
    },
    Fault {
        id: "document/unexpected-type",
        title: "Something stands where something else belongs, and is not read",
        level: Level::Error,
        docs: include_str!("faults/unexpected_type.md"),
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
    Fault {
        id: "suppression/expired",
        title: "A suppression has expired",
        level: Level::Error,
        docs: include_str!("faults/suppression_expired.md"),
    },
    Fault {
        id: "suppression/missing-reason",
        title: "A suppression gives no reason",
        level: Level::Warning,
        docs: include_str!("faults/suppression_missing_reason.md"),
    },
    Fault {
        id: "suppression/unknown-lint",
        title: "A suppression names no lint that there is",
        level: Level::Warning,
        docs: include_str!("faults/suppression_unknown_lint.md"),
    },
    Fault {
        id: "suppression/unused",
        title: "A suppression suppresses nothing",
        level: Level::Warning,
        docs: include_str!("faults/suppression_unused.md"),
    },
];

/// True for what the program itself finds, beside the lints.
pub(crate) fn is_fault(id: &str) -> bool {
    FAULTS.iter().any(|fault| fault.id == id)
}

/// The level of a fault of reading, in every profile.
pub(crate) fn fault_level(id: &str) -> Level {
    FAULTS.iter().find(|fault| fault.id == id).map_or(Level::Error, |fault| fault.level)
}

/// Every lint, every fault of reading and every kind of change, sorted by id.
pub fn catalogue() -> Vec<Entry> {
    let lints = apiward_lints::catalogue().map(Entry::from);
    let changes = KINDS.iter().copied().map(Entry::from);
    let mut entries: Vec<Entry> = FAULTS.iter().map(Entry::from).chain(lints).chain(changes).collect();
    entries.sort_by_key(|entry| entry.id);
    entries
}

/// [`catalogue`] with custom lints.
pub(crate) fn catalogue_with(custom: impl IntoIterator<Item = &'static LintMeta>) -> Vec<Entry> {
    let mut entries = catalogue();
    entries.extend(custom.into_iter().map(Entry::from));
    entries.sort_by_key(|entry| entry.id);
    entries
}

impl Entry {
    /// What the program itself tells, in every profile and of every format; no lint finds it.
    fn of_program(id: &'static str, title: &'static str, level: Level, docs: &'static str) -> Self {
        Self {
            id,
            title,
            family: id.split_once('/').map_or("document", |(family, _)| family),
            levels: Levels::all(level),
            confidence: Confidence::High,
            formats: ALL_FORMATS.iter().copied().map(format_name).collect(),
            owasp: &[],
            cwe: &[],
            practices: &[],
            references: &[],
            silences: Vec::new(),
            fix: FixKind::None,
            since: "0.1.0",
            options: None,
            url: lint_url(id),
            docs,
        }
    }
}

impl From<&Fault> for Entry {
    fn from(fault: &Fault) -> Self {
        Self::of_program(fault.id, fault.title, fault.level, fault.docs)
    }
}

impl From<&'static Kind> for Entry {
    fn from(kind: &'static Kind) -> Self {
        let entry = Self::of_program(kind.id, kind.title, kind.level, kind.docs);
        Self { owasp: kind.owasp, cwe: kind.cwe, ..entry }
    }
}

impl From<&'static LintMeta> for Entry {
    fn from(lint: &'static LintMeta) -> Self {
        Self {
            id: lint.id,
            title: lint.title,
            family: lint.id.split_once('/').map_or(lint.id, |(family, _)| family),
            levels: lint.levels,
            confidence: lint.confidence,
            formats: lint.formats.iter().copied().map(format_name).collect(),
            owasp: lint.owasp,
            cwe: lint.cwe,
            practices: lint.practices,
            references: lint.references,
            silences: lint.silences.iter().map(|silences| silences.lint()).collect(),
            fix: lint.fix,
            since: lint.since,
            options: lint.options,
            url: lint_url(lint.id),
            docs: lint.docs,
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
            assert!(!family_title(entry.family).is_empty(), "{}", entry.family);
        }
    }

    #[test]
    fn ids_are_unique_and_well_formed() {
        let catalogue = catalogue();
        assert!(catalogue.windows(2).all(|pair| pair[0].id < pair[1].id));
        let plain = |part: &str| {
            part.split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        };
        for entry in catalogue {
            assert!(plain(entry.family) && plain(entry.name()), "{}", entry.id);
        }
    }
}
