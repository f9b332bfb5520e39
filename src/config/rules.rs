//! The parts of a configuration that are matched against files, lints, operations and findings.

use std::fmt;
use std::sync::Arc;

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::options::AnyOptions;
use apiward_model::predicate::DeclaredPublic;
use apiward_model::{Date, File, Operation};
use apiward_syntax::{NodeId, Span};
use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use super::written::LevelSetting;
use crate::selection::Pattern;

/// Where something of a configuration stands.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) file: Arc<File>,
    pub(crate) span: Span,
}

impl Place {
    /// `apiward.yaml:3:5`.
    pub(crate) fn position(&self) -> String {
        let position = self.file.tree.lines().position(self.span.start);
        format!("{}:{}:{}", self.file.path, position.line, position.column)
    }

    /// `apiward.yaml:3`.
    pub(crate) fn title(&self) -> String {
        format!("{}:{}", self.file.path, self.file.tree.lines().position(self.span.start).line)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title())
    }
}

/// Globs of paths relative to the root. `*` stays within a segment, `**` does not; a pattern without a
/// slash is about names in any folder, and one that names a folder is about all below. One behind `!` takes back what those before
/// it hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globs {
    /// Two of each pattern.
    set: GlobSet,
    /// Whether a pattern takes paths back.
    takes_back: Vec<bool>,
}

impl Globs {
    /// Reads globs; the error is the position of the one that cannot be read, and why.
    pub(crate) fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, (usize, String)> {
        let (mut set, mut takes_back) = (GlobSetBuilder::new(), Vec::new());
        for (at, pattern) in patterns.iter().enumerate() {
            let kept = pattern.as_ref().strip_prefix('!');
            takes_back.push(kept.is_some());
            let pattern = kept.unwrap_or(pattern.as_ref()).trim_start_matches("./").trim_end_matches('/');
            let anywhere = if pattern.contains('/') {
                pattern.trim_start_matches('/').to_owned()
            } else {
                format!("**/{pattern}")
            };
            for glob in [anywhere.clone(), format!("{anywhere}/**")] {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                set.add(glob.map_err(|error| (at, error.kind().to_string()))?);
            }
        }
        let set = set.build().map_err(|error| (0, error.kind().to_string()))?;
        Ok(Self { set, takes_back })
    }

    pub(crate) fn hold(&self, path: &str) -> bool {
        self.verdict(path) == Some(true)
    }

    /// What the last glob that speaks of a path says: whether it is held, or taken back.
    pub(crate) fn verdict(&self, path: &str) -> Option<bool> {
        let last = self.set.matches(path).into_iter().max()?;
        Some(!self.takes_back[last / 2])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

/// What is said of the lints of a pattern.
#[derive(Debug)]
pub(crate) struct LintRule {
    pub(crate) pattern: Pattern,
    /// Off, or a level, where it says one.
    pub(crate) level: Option<LevelSetting>,
    pub(crate) fixed: bool,
    /// The node of its options.
    pub(crate) options: Option<NodeId>,
    pub(crate) place: Place,
}

impl LintRule {
    pub(crate) const fn says_level(&self) -> bool {
        self.level.is_some()
    }

    /// The options of a lint; they were read before, so that none is refused.
    pub(crate) fn options_of(&self, lint: &LintMeta) -> Option<AnyOptions> {
        let node = self.place.file.tree.node(self.options?);
        (lint.options?.read)(node).ok()
    }
}

/// `GET /users/{id}`, with `*` for any method or segment and `**` for any segments. For AsyncAPI, `send orders/{id}`.
#[derive(Clone, Debug)]
pub struct OperationPattern {
    method: Option<String>,
    path: GlobMatcher,
}

impl OperationPattern {
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (method, path) = match text.split_once(char::is_whitespace) {
            Some((method, path)) => (Some(method).filter(|method| *method != "*"), path.trim()),
            None => (None, text),
        };
        if path.is_empty() {
            return Err("it names no path".to_owned());
        }
        // The braces of path parameters are no alternatives.
        let escaped: String = path
            .chars()
            .flat_map(|c| if matches!(c, '{' | '}' | '[' | ']' | '?' | '!') { vec!['[', c, ']'] } else { vec![c] })
            .collect();
        let glob = escaped.replace("[!]", "!").replace("[[]", "\\[").replace("[]]", "\\]");
        let glob = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build();
        let path = glob.map_err(|error| error.kind().to_string())?.compile_matcher();
        Ok(Self { method: method.map(str::to_owned), path })
    }

    pub(crate) fn holds(&self, operation: &Operation<'_>) -> bool {
        self.holds_for(operation.method.as_str(), operation.path)
    }

    /// The same for an operation of which only the names are known.
    pub(crate) fn holds_for(&self, method: &str, path: &str) -> bool {
        let same = self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method));
        same && self.path.is_match(path)
    }
}

/// A reason and a day.
#[derive(Clone, Debug)]
pub(crate) struct Because {
    pub(crate) reason: String,
    pub(crate) expires: Option<Date>,
    pub(crate) place: Place,
}

impl Because {
    pub(crate) fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day <= today)
    }
}

/// Findings that do not count.
#[derive(Clone, Debug)]
pub(crate) struct IgnoreRule {
    pub(crate) name: String,
    pub(crate) pattern: Pattern,
    pub(crate) files: Globs,
    pub(crate) pointer: Option<String>,
    pub(crate) operation: Option<OperationPattern>,
    pub(crate) because: Because,
}

impl IgnoreRule {
    /// Whether it is about a finding, by the path of its file, its pointer and
    /// the operations that it concerns.
    pub(crate) fn holds<'o, 'a: 'o>(
        &self,
        lint: &str,
        path: &str,
        pointer: impl FnOnce() -> String,
        mut operations: impl Iterator<Item = &'o Operation<'a>>,
    ) -> bool {
        if !self.pattern.matches(lint) || !(self.files.is_empty() || self.files.hold(path)) {
            return false;
        }
        let within = |whole: &str| {
            let pointer = pointer();
            pointer
                .strip_prefix(whole.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of_operations = |pattern: &OperationPattern| {
            let first = operations.next();
            first.is_some_and(|first| pattern.holds(first)) && operations.all(|operation| pattern.holds(operation))
        };
        self.pointer.as_deref().is_none_or(within) && self.operation.as_ref().is_none_or(of_operations)
    }
}

/// Operations that anyone may call, on purpose.
#[derive(Clone, Debug)]
pub(crate) struct PublicRule {
    pub(crate) operation: OperationPattern,
    pub(crate) because: Because,
}

impl PublicRule {
    pub(crate) fn declares(&self, operation: &Operation<'_>, today: Date) -> Option<DeclaredPublic> {
        let declares = !self.because.has_expired(today) && self.operation.holds(operation);
        declares.then(|| DeclaredPublic { reason: Some(self.because.reason.clone()) })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn globs_are_about_names_folders_and_paths() {
        let globs = Globs::new(&["vendor", "*.gen.yaml", "apis/*/old.yaml", "/docs/"]).unwrap();
        for path in ["vendor/a.yaml", "x/vendor/b/c.yaml", "x/y.gen.yaml", "apis/a/old.yaml", "docs/a/b.yaml"] {
            assert!(globs.hold(path), "{path}");
        }
        for path in ["vendors/a.yaml", "apis/a/b/old.yaml", "x/apis/a/old.yaml", "gen.yaml"] {
            assert!(!globs.hold(path), "{path}");
        }
        assert_eq!(Globs::new(&["a", "b["]).unwrap_err().0, 1);
    }

    #[test]
    fn the_last_glob_that_speaks_of_a_path_decides() {
        let globs = Globs::new(&["vendor", "!vendor/own", "*.gen.yaml", r"\!a.yaml"]).unwrap();
        let said = |path: &str| globs.verdict(path);
        assert_eq!((said("vendor/a.yaml"), said("vendor/own/a.yaml"), said("a.yaml")), (Some(true), Some(false), None));
        assert_eq!((said("vendor/own/a.gen.yaml"), said("!a.yaml")), (Some(true), Some(true)));
    }

    #[test]
    fn operations_are_named_with_their_braces() {
        let holds = |pattern: &str, path: &str| OperationPattern::new(pattern).unwrap().path.is_match(path);
        assert!(
            holds("GET /users/{id}", "/users/{id}") && holds("/users/*", "/users/{id}") && holds("* /a/**", "/a/b/{c}")
        );
        assert!(!holds("/users/*", "/users/{id}/x") && !holds("/users/{id}", "/users/id"));
        assert!(holds("/search?x", "/search?x") && holds("/a[b]!c", "/a[b]!c"));
        assert!(OperationPattern::new("GET ").is_err() || OperationPattern::new("GET").is_ok());
    }
}
