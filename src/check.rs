//! The check itself: reads every input, recognises API descriptions and gathers what there is to say about them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use apiward_syntax::{DuplicateKey, ErrorKind, Limits, Node, ParseError, Parsed, Span, Tree, parse_bytes};
use rayon::prelude::*;

use crate::catalogue::{Entry, catalogue};
use crate::classify::{self, Document, SUPPORTED};
use crate::cli::Profile;
use crate::date::Date;
use crate::discover::{Failure, Found, Input, describe};
use crate::fingerprint;
use crate::report::{Confidence, FileEntry, Finding, Level, NOT_CHECKED, Range, Related, Report, Status, lint_url};
use crate::selection::Selection;
use crate::source::Sources;

/// How to check.
#[derive(Debug)]
pub struct Settings {
    /// How much to hear.
    pub profile: Profile,
    /// The lints to run.
    pub selection: Selection,
    /// Pass over named files that are no API descriptions.
    pub ignore_unrecognized: bool,
    /// The day on which suppressions are judged.
    pub today: Date,
    /// What files may ask for.
    pub limits: Limits,
}

/// What a run brought.
#[derive(Debug)]
pub struct Checked {
    /// The findings.
    pub report: Report,
    /// The texts that findings lie in.
    pub sources: Sources,
    /// Files that were passed over, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// The files among them that were passed over although they mention a description's keys or were named, and why;
    /// sorted.
    pub skipped_files: Vec<(String, String)>,
    /// The named files that had to be API descriptions and are none, and why; sorted.
    pub unrecognized: Vec<(String, String)>,
}

impl Checked {
    /// True when no API description was there to check, not even a broken one.
    pub fn is_nothing(&self) -> bool {
        self.report.files.iter().all(|file| file.status == Status::Skipped)
    }
}

/// Why a file was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// It has no `openapi`, `swagger` or `asyncapi` key at its top level.
    NoDescription,
    /// It does not parse and does not look like an API description.
    DoesNotParse,
}

/// What became of one input.
#[derive(Default)]
struct Examined {
    files: Vec<FileEntry>,
    findings: Vec<Finding>,
    /// The text, where findings lie in it.
    source: Option<(String, Arc<str>)>,
    skipped: Option<SkipReason>,
    /// The file had to be an API description and is none.
    unrecognized: Option<(String, String)>,
}

/// Checks everything that was found. `advance` is called once for each input that is done, from any thread.
pub fn check(found: &Found, settings: &Settings, advance: impl Fn() + Sync) -> Checked {
    let each = |input: &Input| {
        let examined = examine(input, settings);
        advance();
        examined
    };
    let examined: Vec<Examined> = found.inputs.par_iter().map(each).collect();
    let failures = found.failures.iter().map(cannot_open);
    gather(failures.chain(examined), settings)
}

fn gather(parts: impl Iterator<Item = Examined>, settings: &Settings) -> Checked {
    let (mut files, mut findings, mut sources) = (Vec::new(), Vec::new(), Sources::default());
    let mut skipped = BTreeMap::new();
    let mut unrecognized = Vec::new();
    for part in parts {
        files.extend(part.files);
        findings.extend(part.findings);
        if let Some((path, text)) = part.source {
            sources.add(&path, &text, &[]);
        }
        if let Some(reason) = part.skipped {
            *skipped.entry(reason).or_default() += 1;
        }
        unrecognized.extend(part.unrecognized);
    }
    findings
        .retain(|finding| NOT_CHECKED.contains(&finding.lint.as_str()) || settings.selection.includes(&finding.lint));
    let report = Report::new(settings.profile.name(), files, findings, false);
    let passed_over = report.files.iter().filter(|file| file.status == Status::Skipped);
    let skipped_files = passed_over.map(|file| (file.path.clone(), file.reason.clone().unwrap_or_default())).collect();
    unrecognized.sort();
    let mut checked = Checked { report, sources, skipped, skipped_files, unrecognized };
    checked.report.outcome.named_unrecognized = !checked.unrecognized.is_empty();
    checked.report.outcome.nothing_found = checked.is_nothing() && !settings.ignore_unrecognized;
    checked
}

fn examine(input: &Input, settings: &Settings) -> Examined {
    let bytes = match bytes_of(input, settings.limits.file_bytes) {
        Ok(bytes) => bytes,
        Err(error) => {
            let failure = Failure { path: input.path.clone(), named: input.path.clone(), reason: describe(&error) };
            return cannot_open(&failure);
        }
    };
    let strict = input.named && !settings.ignore_unrecognized;
    if !input.named && !classify::may_be_description(&bytes) {
        return Examined { skipped: Some(SkipReason::NoDescription), ..Examined::default() };
    }
    let parsed = parse_bytes(bytes, Some(&input.location), &settings.limits);
    Examination { input, strict, parsed: &parsed, out: Examined::default() }.run()
}

/// The bytes of an input, one past the limit at most: the parser then names the limit.
fn bytes_of(input: &Input, limit: u64) -> std::io::Result<Cow<'_, [u8]>> {
    match &input.content {
        Some(bytes) => Ok(Cow::Borrowed(bytes)),
        None => read_regular_file(&input.location, limit).map(Cow::Owned),
    }
}

/// Reads a file that must be a regular one (a pipe or device could block or never end).
fn read_regular_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 1);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is said of a file or folder that could not be opened.
fn cannot_open(failure: &Failure) -> Examined {
    let message = format!("cannot read `{}`: {}", failure.named, failure.reason);
    let entry = FileEntry {
        path: failure.path.clone(),
        document: 0,
        format: None,
        version: None,
        operations: 0,
        status: Status::Failed,
        reason: Some(failure.reason.clone()),
    };
    let mut finding = reading_fault("document/unreadable", &failure.path, Range::START, message);
    finding.help = Some("check the path, which starts from the current folder, and its permissions".to_owned());
    finding.identity = fingerprint::identity(&failure.path, "");
    Examined { files: vec![entry], findings: vec![finding], ..Examined::default() }
}

/// A finding of the program itself, with the level that the catalogue gives it.
fn reading_fault(lint: &str, file: &str, range: Range, message: String) -> Finding {
    let level = catalogue().iter().find(|entry| entry.id == lint).and_then(|entry: &Entry| entry.levels.recommended);
    Finding {
        lint: lint.to_owned(),
        level: level.unwrap_or(Level::Error),
        confidence: Confidence::High,
        message,
        help: None,
        url: lint_url(lint),
        file: file.to_owned(),
        document: 0,
        pointer: String::new(),
        range,
        operation: None,
        operations: Vec::new(),
        operations_total: 0,
        related: Vec::new(),
        related_total: 0,
        owasp: Vec::new(),
        cwe: Vec::new(),
        fingerprint: String::new(),
        fix: None,
        suppressed: None,
        identity: String::new(),
    }
}

/// One file that was read, on its way to findings.
struct Examination<'a> {
    input: &'a Input,
    /// The file has to be an API description.
    strict: bool,
    parsed: &'a Parsed,
    out: Examined,
}

impl<'a> Examination<'a> {
    fn run(mut self) -> Examined {
        let tree: &'a Tree = &self.parsed.tree;
        let mut recognized = false;
        for (index, root) in tree.documents().enumerate() {
            recognized |= self.document(index, root);
        }
        if let Some(error) = &self.parsed.error {
            self.broken(error, recognized);
        } else if !recognized {
            self.unrecognized();
        }
        if !self.out.findings.is_empty() && !tree.source().is_empty() {
            self.out.source = Some((self.input.path.clone(), Arc::clone(tree.source())));
        }
        self.out
    }

    /// Looks at one document; true when it is an API description, of whatever version.
    fn document(&mut self, index: usize, root: Node<'a>) -> bool {
        match classify::document(root) {
            Document::Api { family, version } => {
                let mut entry = self.entry(index, Status::Checked, None);
                entry.format = Some(family);
                entry.version = Some(version.to_owned());
                self.out.files.push(entry);
                self.duplicate_keys(index, root);
                true
            }
            Document::Unsupported { key, version } => {
                self.unsupported(index, key, version);
                true
            }
            Document::Other => {
                let reason = "no `openapi`, `swagger` or `asyncapi` key at the top level".to_owned();
                let entry = self.entry(index, Status::Skipped, Some(reason));
                self.out.files.push(entry);
                false
            }
        }
    }

    fn entry(&self, document: usize, status: Status, reason: Option<String>) -> FileEntry {
        let path = self.input.path.clone();
        FileEntry { path, document, format: None, version: None, operations: 0, status, reason }
    }

    fn fault(&self, lint: &str, document: usize, span: Span, message: String) -> Finding {
        let range = Range::new(span, self.parsed.tree.lines());
        let mut finding = reading_fault(lint, &self.input.path, range, message);
        finding.document = document;
        finding.identity = fingerprint::identity(&self.input.relative, "");
        finding
    }

    fn at_node(&self, lint: &str, document: usize, node: Node<'_>, span: Span, message: String) -> Finding {
        let mut finding = self.fault(lint, document, span, message);
        finding.pointer = node.pointer();
        finding.identity = fingerprint::identity(&self.input.relative, &fingerprint::of_node(node));
        finding
    }

    fn duplicate_keys(&mut self, document: usize, root: Node<'a>) {
        for &DuplicateKey { first, again } in self.parsed.tree.duplicate_keys() {
            let (first, again) = (self.parsed.tree.node(first), self.parsed.tree.node(again));
            if !root.contains(again.id()) {
                continue;
            }
            let message = format!("the key `{}` stands more than once in its mapping", again.key().unwrap_or_default());
            let span = again.key_span().unwrap_or_default();
            let mut finding = self.at_node("document/duplicate-key", document, again, span, message);
            finding.help = Some("the last value counts and the others are lost: merge them, or remove one".to_owned());
            finding.related.push(Related {
                file: self.input.path.clone(),
                pointer: first.pointer(),
                range: Range::new(first.key_span().unwrap_or_default(), self.parsed.tree.lines()),
                message: "it stands here already".to_owned(),
            });
            self.out.findings.push(finding);
        }
    }

    fn unsupported(&mut self, index: usize, key: &'static str, version: Node<'_>) {
        let text = version.text();
        let reason = if text.is_empty() {
            format!("`{key}` names no version")
        } else {
            format!("{key} {text} is not supported")
        };
        let span = if version.span().is_empty() { version.key_span() } else { None };
        let span = span.unwrap_or(version.span());
        let mut finding = self.at_node("document/unsupported-version", index, version, span, reason.clone());
        finding.help = Some(format!("supported are {SUPPORTED}"));
        self.out.findings.push(finding);
        let entry = self.entry(index, Status::Failed, Some(reason));
        self.out.files.push(entry);
    }

    /// The file does not parse, or not to its end.
    fn broken(&mut self, error: &ParseError, recognized: bool) {
        let tree = &self.parsed.tree;
        let document = tree.documents().len();
        let place = tree.lines().position(error.offset);
        let meant = || match error.kind {
            ErrorKind::Encoding => self.is_meant_in_another_encoding(),
            _ => classify::is_meant_as_description(tree.source(), error.offset as usize),
        };
        if !(self.strict || recognized || meant()) {
            let reason = format!("it does not parse: {} (line {})", error.message, place.line);
            let entry = self.entry(document, Status::Skipped, Some(reason));
            self.out.files.push(entry);
            self.out.skipped = Some(SkipReason::DoesNotParse);
            return;
        }
        let lint = match error.kind {
            ErrorKind::Limit => "document/limit-exceeded",
            ErrorKind::Syntax | ErrorKind::Encoding => "document/unreadable",
        };
        let mut finding = self.fault(lint, document, Span::new(error.offset, error.offset), error.message.clone());
        finding.help.clone_from(&error.help);
        self.out.findings.push(finding);
        let entry = self.entry(document, Status::Failed, Some(error.message.clone()));
        self.out.files.push(entry);
    }

    /// The tree has only the text before the first byte that is no UTF-8; what the file is meant to be may stand
    /// behind it.
    fn is_meant_in_another_encoding(&self) -> bool {
        bytes_of(self.input, u64::from(u32::MAX)).is_ok_and(|bytes| {
            let text = classify::decode_loosely(&bytes);
            classify::is_meant_as_description(&text, text.len())
        })
    }

    /// The file parses and holds no API description.
    fn unrecognized(&mut self) {
        self.out.skipped = Some(SkipReason::NoDescription);
        if self.out.files.is_empty() {
            let entry = self.entry(0, Status::Skipped, Some("it is empty".to_owned()));
            self.out.files.push(entry);
        }
        let reason = self.out.files[0].reason.clone().unwrap_or_default();
        self.out.unrecognized = self.strict.then(|| (self.input.path.clone(), reason));
    }
}

impl Settings {
    /// The settings that the program has without flags.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            selection: Selection::default(),
            ignore_unrecognized: false,
            today: Date::today(),
            limits: Limits::default(),
        }
    }
}
