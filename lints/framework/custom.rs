//! Lints that are not of the catalogue: somebody wrote them for their own descriptions.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use apiward_model::Node;

use crate::framework::declare::{ALL_FORMATS, FixKind, LintMeta};
use crate::framework::level::{Confidence, Level, Levels};
use crate::framework::lint::{Check, Target};

/// What runs for a lint that is not of the catalogue.
pub trait Custom: fmt::Debug + Send + Sync {
    /// Starts a run over one API.
    fn start<'a>(&self) -> Box<dyn Check<'a> + 'a>;
}

/// Why a lint cannot tell whether an element is faulty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The element is larger than what lints are given to look at: what is, and how.
    TooLarge(String),
    /// The lint itself is at fault: what it says, and what to do about it.
    Broken {
        /// The fault, in lower case and without a full stop.
        message: String,
        /// How to mend it.
        help: String,
        /// Where in the lint's own text, in bytes of the file that it stands in.
        at: apiward_syntax::Span,
    },
}

/// An element of which a lint cannot tell whether it is faulty.
#[derive(Clone, Debug)]
pub struct Undecided<'a> {
    /// The element.
    pub node: Node<'a>,
    /// Why.
    pub why: Why,
}

/// What is known of a custom lint before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// `custom/kebab-case`.
    pub id: String,
    /// One line on what it finds.
    pub title: String,
    /// Its level.
    pub level: Level,
    /// Its documentation, in Markdown.
    pub docs: String,
}

/// Every custom lint that was ever declared.
static DECLARED: Mutex<Vec<(Declaration, &'static LintMeta)>> = Mutex::new(Vec::new());

impl Declaration {
    /// The lint as the engine and all outputs know it. Findings, settings and outputs hold on to lints for as long as the
    /// program runs, so what is declared stays; equal declarations are one.
    pub fn lint(self) -> &'static LintMeta {
        let mut declared = DECLARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lint)) = declared.iter().find(|(known, _)| *known == self) {
            return lint;
        }
        let lint: &'static LintMeta = Box::leak(Box::new(self.meta()));
        declared.push((self, lint));
        lint
    }

    fn meta(&self) -> LintMeta {
        let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        // `minimal` reports errors only.
        let minimal = Some(self.level).filter(|level| *level == Level::Error);
        LintMeta {
            id: kept(&self.id),
            title: kept(&self.title),
            levels: Levels { minimal, ..Levels::all(self.level) },
            confidence: Confidence::High,
            formats: ALL_FORMATS,
            owasp: &[],
            cwe: &[],
            practices: &[],
            references: &[],
            fix: FixKind::None,
            since: env!("CARGO_PKG_VERSION"),
            silences: &[],
            targets: &[Target::Document],
            docs: kept(&self.docs),
            options: None,
            start: |_, _| Box::new(Idle),
        }
    }
}

/// Stands in where nobody said what runs for a custom lint.
struct Idle;

impl Check<'_> for Idle {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::level::Profile;

    fn declared(level: Level) -> &'static LintMeta {
        let text = |text: &str| text.to_owned();
        Declaration { id: text("custom/a"), title: text("a"), level, docs: text("b") }.lint()
    }

    #[test]
    fn equal_declarations_are_one_lint() {
        assert!(std::ptr::eq(declared(Level::Warning), declared(Level::Warning)));
        assert!(!std::ptr::eq(declared(Level::Warning), declared(Level::Error)));
    }

    #[test]
    fn only_errors_are_heard_in_minimal() {
        let level = |level| declared(level).levels.of(Profile::Minimal);
        assert_eq!((level(Level::Warning), level(Level::Error)), (None, Some(Level::Error)));
    }
}
