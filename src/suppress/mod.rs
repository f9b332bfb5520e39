//! Suppressions that stand in descriptions: comments (`# apiward: ignore[lint] reason`) and `x-apiward-ignore`; beside them
//! `x-apiward-public`.
//!
//! A comment counts for what is reported on its line or, when it stands alone, on the next one. An extension counts for
//! the object that holds it and all below. Both also count at a reference: a finding in a shared definition is
//! suppressed when every use of the definition is.

mod public;
mod read;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use apiward_lints::framework::engine;
use apiward_lints::framework::finding::Finding as Found;
use apiward_lints::framework::level::Profile;
use apiward_lints::framework::operations::Operations;
use apiward_model::{Api, Date, FileId, Node, Place};
use apiward_syntax::Span;

use crate::config::{Config, IgnoreRule};
use crate::convert::fault;
use crate::fingerprint;
use crate::report::{Finding, Range, Suppressed, SuppressedBy};
use crate::selection::Pattern;
use crate::text::brief;

/// One lint, or several of a pattern, that an author does not want to hear of at a place.
struct Item {
    by: SuppressedBy,
    /// What is written between the brackets, or as the key.
    name: String,
    pattern: Pattern,
    reason: Option<String>,
    expires: Option<Date>,
    file: FileId,
    span: Span,
}

/// The suppressions of one description, over all its files.
pub(crate) struct Suppressions<'r, 'a> {
    api: &'r Api<'a>,
    today: Date,
    items: Vec<Item>,
    /// By the line, from 1, that a comment counts for.
    lines: HashMap<(FileId, u32), Vec<usize>>,
    /// By the object that holds an extension.
    places: HashMap<Place, Vec<usize>>,
    /// What the configuration says; its numbers come after those of the items.
    rules: &'r [IgnoreRule],
    operations: HashSet<Place>,
    used: RefCell<Vec<bool>>,
    steps: Cell<usize>,
    /// Operations that are declared public, as what to say of it where nothing below is open, and whether something is.
    declared: Vec<(Finding, bool)>,
    /// What is wrong with what is written.
    pub(crate) faults: Vec<Finding>,
}

/// The faults of reading that can be suppressed.
const FAULTS: [&str; 4] = [
    "document/duplicate-key",
    "document/reference-outside-root",
    "document/unexpected-type",
    "document/unresolved-reference",
];

/// Steps that looking for uses may take in one description.
const STEPS: usize = 2_000_000;

impl<'r, 'a> Suppressions<'r, 'a> {
    pub(crate) fn new(api: &'r Api<'a>, today: Date, config: Option<&'r Config>) -> Self {
        let rules = config.map(|config| config.ignore.as_slice()).unwrap_or_default();
        let mut all = Self {
            api,
            today,
            items: Vec::new(),
            lines: HashMap::new(),
            places: HashMap::new(),
            rules,
            operations: HashSet::new(),
            used: RefCell::default(),
            steps: Cell::new(STEPS),
            declared: Vec::new(),
            faults: Vec::new(),
        };
        read::read(&mut all, config);
        public::read(&mut all);
        if !all.items.is_empty() {
            all.operations = api.operations.iter().map(|operation| operation.node.place()).collect();
        }
        all.used = RefCell::new(vec![false; all.items.len() + rules.len()]);
        all
    }

    /// The suppression of what a lint finds, by its position.
    pub(crate) fn of_finding(&self, found: &Found<'a>) -> Option<usize> {
        if self.used.borrow().is_empty() {
            return None;
        }
        let (lint, node) = (found.lint.id, found.spot.node);
        let uses = || if found.document { None } else { self.at_uses(lint, node) };
        // What lists operations may be told at their common place.
        let own = found.operation.filter(|_| found.operations.len() <= 1 && !found.document);
        let at_operation = || {
            let operation = self.api.operation(own?).node;
            let mut around = std::iter::successors(Some(operation), |node| node.parent());
            around.find_map(|node| self.on_object(lint, node.place()))
        };
        let direct = self.at(lint, node, found.spot.span()).or_else(at_operation).or_else(uses);
        let at = direct.or_else(|| self.by_rule(lint, node, Some(&found.operations)))?;
        self.used.borrow_mut()[at] = true;
        Some(at)
    }

    /// The suppression of a fault that the program itself finds at a node.
    pub(crate) fn of_fault(&self, lint: &str, node: Node<'a>, span: Span) -> Option<Suppressed> {
        let at = self.at(lint, node, span).or_else(|| self.by_rule(lint, node, None))?;
        self.used.borrow_mut()[at] = true;
        Some(self.suppressed(at))
    }

    /// What the report says of a suppression.
    pub(crate) fn suppressed(&self, at: usize) -> Suppressed {
        let Some(item) = self.items.get(at) else {
            let because = &self.rules[at - self.items.len()].because;
            let expires = because.expires.map(|day| day.to_string());
            return Suppressed { by: SuppressedBy::Config, reason: Some(because.reason.clone()), expires };
        };
        let expires = item.expires.map(|day| day.to_string());
        Suppressed { by: item.by, reason: item.reason.clone(), expires }
    }

    fn at(&self, lint: &str, node: Node<'a>, span: Span) -> Option<usize> {
        self.on_line(lint, node, span).or_else(|| {
            let mut around = std::iter::successors(Some(node), |node| node.parent());
            around.find_map(|node| self.on_object(lint, node.place()))
        })
    }

    fn by_rule(&self, lint: &str, node: Node<'a>, operations: Option<&Operations>) -> Option<usize> {
        let path = &node.file().path;
        let ids = || operations.into_iter().flat_map(Operations::iter);
        let of_finding = || ids().map(|id| self.api.operation(id));
        let holds = |rule: &&IgnoreRule| {
            !rule.because.has_expired(self.today) && rule.holds(lint, path, || node.pointer(), of_finding())
        };
        let at = self.rules.iter().position(|rule| holds(&rule))?;
        Some(self.items.len() + at)
    }

    /// The entries of the configuration that suppress something.
    pub(crate) fn used_rules(&self) -> Vec<usize> {
        let used = self.used.borrow();
        (0..self.rules.len()).filter(|at| used[self.items.len() + at]).collect()
    }

    fn on_line(&self, lint: &str, node: Node<'_>, span: Span) -> Option<usize> {
        if self.lines.is_empty() {
            return None;
        }
        let place = node.tree().lines().position(span.start);
        self.counting(lint, self.lines.get(&(node.file_id(), place.line))?)
    }

    fn on_object(&self, lint: &str, place: Place) -> Option<usize> {
        self.counting(lint, self.places.get(&place)?)
    }

    fn counting(&self, lint: &str, items: &[usize]) -> Option<usize> {
        let counts = |at: &&usize| {
            let item = &self.items[**at];
            item.pattern.matches(lint) && item.expires.is_none_or(|day| self.today < day)
        };
        items.iter().find(counts).copied()
    }

    /// The suppression at a use, when no use is without one.
    fn at_uses(&self, lint: &str, node: Node<'a>) -> Option<usize> {
        if !self.items.iter().any(|item| item.pattern.matches(lint)) {
            return None;
        }
        let mut found = None;
        let mut seen = HashSet::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            for place in std::iter::successors(Some(node), |node| node.parent()).map(Node::place) {
                self.steps.set(self.steps.get().checked_sub(1)?);
                if let Some(at) = self.on_object(lint, place) {
                    found = found.or(Some(at));
                    break;
                }
                if self.operations.contains(&place) {
                    return None;
                }
                if !seen.insert(place) {
                    break;
                }
                for source in self.api.schemas.references_to(place) {
                    self.steps.set(self.steps.get().checked_sub(1)?);
                    let source = self.api.node(source);
                    match self.on_reference(lint, source) {
                        Some(at) => found = found.or(Some(at)),
                        None => waiting.push(source),
                    }
                }
            }
        }
        found
    }

    /// A comment on the line of a reference: of its key, or of the object around it.
    fn on_reference(&self, lint: &str, source: Node<'a>) -> Option<usize> {
        let reference = source.reference();
        let spans = [source.key_span(), Some(source.span()), reference.map(|reference| reference.span())];
        let found = spans.into_iter().flatten().find_map(|span| self.on_line(lint, source, span));
        found.or_else(|| self.on_object(lint, source.place()))
    }

    /// What is said of suppressions that match nothing or have expired, each with whether it is used after all: other
    /// descriptions may share its file.
    pub(crate) fn judged(&self, engine: &engine::Settings) -> Vec<(Finding, bool)> {
        let used = self.used.borrow();
        let judges = engine.profile != Profile::Minimal;
        let declared = self.declared.iter().filter(|_| judges).cloned();
        let items = self.items.iter().enumerate().filter_map(|(at, item)| {
            if item.expires.is_some_and(|day| day <= self.today) {
                return Some((self.expired(item), false));
            }
            // In `minimal` most lints are off or say less, so that nobody can tell.
            let lints = engine.lints.iter().filter(|lint| engine.level_of(lint).is_some()).map(|lint| lint.id);
            let ran = judges && lints.chain(FAULTS).any(|lint| item.pattern.matches(lint));
            (ran || used[at]).then(|| (self.unused(item), used[at]))
        });
        items.chain(declared).collect()
    }

    fn expired(&self, item: &Item) -> Finding {
        let day = item.expires.map(|day| day.to_string()).unwrap_or_default();
        let message = format!("the suppression of `{}` has expired on {day}", brief(&item.name));
        self.fault_at("suppression/expired", item, message, "mend what it hides, or give it a later day")
    }

    fn unused(&self, item: &Item) -> Finding {
        let message = format!("the suppression of `{}` suppresses nothing", brief(&item.name));
        self.fault_at("suppression/unused", item, message, "remove it: it would hide the next fault that comes here")
    }

    fn fault_at(&self, lint: &'static str, item: &Item, message: String, help: &str) -> Finding {
        self.fault(lint, item.file, item.span, &item.name, message, help.to_owned())
    }

    fn fault(
        &self,
        lint: &'static str,
        file: FileId,
        span: Span,
        name: &str,
        message: String,
        help: String,
    ) -> Finding {
        let file = self.api.files.file(file);
        let mut finding = fault(lint, &file.path, Range::new(span, file.tree.lines()), message);
        finding.help = Some(help.into());
        finding.identity = fingerprint::identity(&file.path, name);
        finding
    }
}
