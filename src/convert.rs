//! From what the lints and the model say of one description to findings of the report.

use std::collections::HashSet;

use apiward_lints::framework::custom::Why;
use apiward_lints::framework::declare::{FixKind, Silences};
use apiward_lints::framework::engine::{self, Outcome, Times};
use apiward_lints::framework::finding::{Finding as Found, Member, Spot};
use apiward_lints::framework::fix::Fix as Changes;
use apiward_lints::framework::level::{Confidence, Profile};
use apiward_lints::framework::operations::Operations;
use apiward_model::{Api, File, FileId, Node, Operation, OperationId, Place};
use apiward_syntax::{Source, Span};

use crate::catalogue::fault_level;
use crate::check::Settings;
use crate::fingerprint::{self, Fault};
use crate::fix::Intent;
use crate::references::{self, ReferenceFault};
use crate::report::{
    Affected, Edit, Finding, Fix, LIST_LIMIT, OperationRef, Range, Related, Safety, Suppressed, SuppressedBy, lint_url,
};
use crate::score::{Faults, Score};
use crate::suppress::Suppressions;

/// A text that findings lie in, and what of it must not be shown.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its path relative to the root.
    pub(crate) path: String,
    pub(crate) source: Source,
    pub(crate) secrets: Vec<Span>,
}

impl Text {
    pub(crate) fn new(file: &File) -> Self {
        Self { path: file.path.clone(), source: file.tree.source().clone(), secrets: Vec::new() }
    }
}

/// What one description brought.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    pub(crate) findings: Vec<Finding>,
    pub(crate) texts: Vec<Text>,
    pub(crate) times: Times,
    /// Its score, where it is to have one.
    pub(crate) score: Option<Score>,
    /// Custom lints that failed.
    pub(crate) failed: Vec<FailedRule>,
}

/// A custom lint that failed on an element.
#[derive(Clone, Debug)]
pub(crate) struct FailedRule {
    /// Its id.
    pub(crate) lint: &'static str,
    /// Why, and on what.
    pub(crate) message: String,
    pub(crate) help: String,
    /// The bytes at fault in the configuration.
    pub(crate) at: Span,
}

/// Runs the lints over a description; `document` is its number in its file.
pub(crate) fn run<'a>(
    api: &Api<'a>,
    document: usize,
    engine: &engine::Settings,
    suppressions: &Suppressions<'_, 'a>,
    settings: &Settings,
) -> Converted {
    let (references, outcome) = api.files.beside(
        || {
            // Whatever is found is told by its line.
            api.root.file().tree.lines();
            references::faults(api, document)
        },
        || engine::run_with(api, engine, &|found| suppressions.of_finding(found)),
    );
    let mut out = Converted::default();
    out.findings.extend(outcome.findings.iter().map(|found| {
        let finding = finding(api, document, found, suppressions);
        // Many findings stand for ten thousand faults, and only baselines ask for them.
        if settings.known_from.is_some() { Finding { members: members(api, found), ..finding } } else { finding }
    }));
    out.findings.extend(outcome.panicked.iter().map(|panicked| lint_panicked(api, panicked)));
    for (lint, undecided) in &outcome.undecided {
        match &undecided.why {
            Why::TooLarge(message) => {
                let spot = Spot::key(undecided.node);
                let mut finding = fault_at("document/limit-exceeded", spot, message.clone());
                finding.help = Some(format!("`--ignore {}` goes on without the lint", lint.id).into());
                out.findings.push(finding);
            }
            Why::Broken { message, help, at } => {
                let (file, span) = (undecided.node.file(), Spot::key(undecided.node).span());
                let line = file.tree.lines().position(span.start).line;
                let message = format!("`{}` cannot be evaluated for {}:{line}: {message}", lint.id, file.path);
                out.failed.push(FailedRule { lint: lint.id, message, help: help.clone(), at: *at });
            }
        }
    }
    let mut faults = settings.score.then(Faults::default);
    if let Some(faults) = &mut faults {
        for found in outcome.findings.iter().filter(|found| found.public.is_none() && found.suppressed.is_none()) {
            let lint = found.lint;
            faults.add(lint.id, found.level, lint.confidence, lint.owasp, &found.operations);
        }
    }
    let silenced = Silenced::by(&outcome);
    let references = references.into_iter().filter(|fault| !silenced.covers(fault.lint, fault.at));
    for finding in of_references(references, suppressions) {
        if let Some(faults) = faults.as_mut().filter(|_| finding.suppressed.is_none()) {
            let everywhere = Operations::default();
            faults.add(finding.lint, finding.level, finding.confidence, finding.owasp, &everywhere);
        }
        out.findings.push(finding);
    }
    out.score = faults.map(|faults| faults.score(api.operations.len()));
    out.texts = texts(api, &outcome, &out.findings);
    out.times = outcome.times;
    out
}

/// What of a description was not read, for those who run no lints over it.
pub(crate) fn unread<'a>(
    api: &Api<'a>,
    document: usize,
    suppressions: &Suppressions<'_, 'a>,
) -> impl Iterator<Item = Finding> {
    of_references(references::faults(api, document), suppressions).into_iter()
}

/// What is suppressed stands for itself, so that what is not does not hide behind it.
fn of_references<'a>(
    faults: impl IntoIterator<Item = ReferenceFault<'a>>,
    suppressions: &Suppressions<'_, 'a>,
) -> Vec<Finding> {
    let (mut findings, mut counted) = (Vec::new(), Vec::new());
    for fault in faults {
        match suppressions.of_fault(fault.lint, fault.at, fault.at.span()) {
            Some(suppressed) => findings.push(Finding { suppressed: Some(suppressed), ..fault.into_finding() }),
            None => counted.push(fault),
        }
    }
    findings.extend(references::gathered(counted).into_iter().map(ReferenceFault::into_finding));
    findings
}

fn finding<'a>(api: &Api<'a>, document: usize, found: &Found<'a>, suppressions: &Suppressions<'_, 'a>) -> Finding {
    let lint = found.lint;
    let (file, node) = (found.spot.node.file(), found.spot.node);
    let single = single(found).map(|id| api.operation(id));
    let several = if single.is_some() { &Operations::default() } else { &found.operations };
    let suppressed = found.public.as_ref().map(|public| {
        let reason = public.reason.clone();
        Suppressed { by: SuppressedBy::Public, reason, expires: None }
    });
    let suppressed = suppressed.or_else(|| found.suppressed.map(|at| suppressions.suppressed(at)));
    Finding {
        lint: lint.id,
        level: found.level,
        confidence: lint.confidence,
        message: found.message.clone(),
        help: found.help.clone(),
        url: lint_url(lint.id),
        file: file.path.clone(),
        document: file.tree.document_of(node.id()),
        pointer: if is_whole(api, found) { String::new() } else { node.pointer() },
        range: range(found.spot),
        operation: single.map(operation_ref),
        operations: several.first(LIST_LIMIT).into_iter().map(|id| operation_ref(api.operation(id))).collect(),
        operations_total: several.len(),
        related: found.apart.related.iter().take(LIST_LIMIT).map(|other| related(other.spot, &other.message)).collect(),
        related_total: found.apart.related.len(),
        owasp: lint.owasp,
        cwe: lint.cwe,
        fingerprint: String::new(),
        fix: found.fix.as_ref().and_then(|fix| self::fix(api, lint.fix, fix)),
        suppressed,
        identity: identity(api, found),
        members: Vec::new(),
        below: String::new(),
        affected: affected(api, document, found),
    }
}

fn affected<'a>(api: &Api<'a>, document: usize, found: &Found<'a>) -> Vec<Affected> {
    let operations = match found.operation {
        Some(id) if found.operations.is_empty() => [id].into_iter().collect(),
        _ => found.operations.clone(),
    };
    let file = || api.files.file(FileId::ROOT).path.clone();
    if operations.is_empty() { Vec::new() } else { vec![Affected { file: file(), document, operations }] }
}

/// The changes as edits of text; none where one of them cannot be made, or where they meet, and none in a file of which a
/// part does not parse: what comes of them there could not be checked.
fn fix(api: &Api<'_>, kind: FixKind, fix: &Changes<'_>) -> Option<Fix> {
    let safety = match kind {
        FixKind::None => return None,
        FixKind::Safe => Safety::Safe,
        FixKind::Unsafe => Safety::Unsafe,
    };
    let mut edits: Vec<Edit> = Vec::new();
    for (id, change) in &fix.changes {
        let file = api.files.file(*id);
        if file.error.is_some() {
            return None;
        }
        let edit = change.compile()?;
        let range = Range::new(edit.span, file.tree.lines());
        let intent = Intent::new(file, change);
        edits.push(Edit { file: file.path.clone(), range, text: edit.text, intent });
    }
    edits.sort_by(|a, b| (&a.file, a.range).cmp(&(&b.file, b.range)));
    edits.dedup_by(|later, first| (&later.file, later.range, &later.text) == (&first.file, first.range, &first.text));
    let meet = |pair: &[Edit]| pair[0].file == pair[1].file && pair[1].range.start < pair[0].range.end;
    (!edits.is_empty() && !edits.windows(2).any(meet)).then(|| Fix { safety, title: fix.title.to_string(), edits })
}

/// What the finding is known again by.
fn identity(api: &Api<'_>, found: &Found<'_>) -> String {
    let member = found.member();
    if member.subject.is_none() && is_whole(api, found) {
        return fingerprint::identity(&found.spot.node.file().path, "");
    }
    identity_of(api, &member)
}

fn identity_of(api: &Api<'_>, member: &Member<'_>) -> String {
    if let Some(subject) = &member.subject {
        let (node, name) = &**subject;
        let subject = format!("{}\0{name}", fingerprint::of_node(node.raw()));
        return fingerprint::identity(&node.file().path, &subject);
    }
    let node = member.node;
    let subject = match member.operation {
        // What stands in another file does not know the path that leads to it.
        Some(id) if node.file_id() == FileId::ROOT => fingerprint::of_operation(&operation_ref(api.operation(id))),
        _ => fingerprint::of_node(node.raw()),
    };
    fingerprint::identity(&node.file().path, &subject)
}

/// The faults that a finding stands for, where they are several: what was put together, or the operations that it lists.
fn members(api: &Api<'_>, found: &Found<'_>) -> Vec<Fault> {
    let fault = |identity: &str| Fault::new(found.lint.id, identity);
    if !found.apart.members.is_empty() {
        let listed: HashSet<OperationId> = found.operations.iter().collect();
        // Where nobody has it a finding names none of the operations: that is one fact, and no new one with each of them.
        let meant = |member: &&Member<'_>| member.operation.is_none_or(|id| listed.contains(&id));
        return found.apart.members.iter().filter(meant).map(|member| fault(&identity_of(api, member))).collect();
    }
    if !found.document || single(found).is_some() {
        return Vec::new();
    }
    let path = &api.files.file(FileId::ROOT).path;
    let of_operation = |id| fingerprint::of_operation(&operation_ref(api.operation(id)));
    found.operations.iter().map(|id| fault(&fingerprint::identity(path, &of_operation(id)))).collect()
}

/// The one operation of a finding.
fn single(found: &Found<'_>) -> Option<OperationId> {
    found.member().operation
}

/// What is missing from the whole document has no node; its version key stands in for one.
fn is_whole(api: &Api<'_>, found: &Found<'_>) -> bool {
    found.document && found.spot.node == api.version_node()
}

pub(crate) fn range(spot: Spot<'_>) -> Range {
    Range::new(spot.span(), spot.node.file().tree.lines())
}

/// Another place of a finding.
pub(crate) fn related(spot: Spot<'_>, message: &str) -> Related {
    Related {
        file: spot.node.file().path.clone(),
        pointer: spot.node.pointer(),
        range: range(spot),
        message: message.to_owned(),
    }
}

pub(crate) fn operation_ref(operation: &Operation<'_>) -> OperationRef {
    OperationRef {
        method: operation.method.as_str().to_owned(),
        path: operation.path.to_owned(),
        id: operation.operation_id.map(ToOwned::to_owned),
    }
}

/// A finding of the program itself, with the level that the catalogue gives it.
pub(crate) fn fault(lint: &'static str, file: &str, range: Range, message: String) -> Finding {
    Finding {
        lint,
        level: fault_level(lint),
        confidence: Confidence::High,
        message: message.into(),
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
        owasp: &[],
        cwe: &[],
        fingerprint: String::new(),
        fix: None,
        suppressed: None,
        identity: String::new(),
        members: Vec::new(),
        below: String::new(),
        affected: Vec::new(),
    }
}

/// [`fault`] at a node.
pub(crate) fn fault_at(lint: &'static str, spot: Spot<'_>, message: String) -> Finding {
    let (node, file) = (spot.node, spot.node.file());
    let mut finding = fault(lint, &file.path, range(spot), message);
    finding.document = file.tree.document_of(node.id());
    finding.pointer = node.pointer();
    finding.identity = fingerprint::identity(&file.path, &fingerprint::of_node(node.raw()));
    finding
}

fn lint_panicked(api: &Api<'_>, panicked: &engine::Panicked) -> Finding {
    let message =
        format!("the lint `{}` broke off because of a fault in apiward: {}", panicked.lint.id, panicked.reason);
    let mut finding = fault_at("document/lint-panicked", Spot::key(api.version_node()), message);
    let ignore = format!(
        "please report it, with the smallest file that shows it; `--ignore {}` goes on without the lint",
        panicked.lint.id
    );
    finding.help = Some(ignore.into());
    finding
}

/// What the findings of lints silence of the faults of reading.
#[derive(Default)]
struct Silenced {
    everything: HashSet<&'static str>,
    places: HashSet<(&'static str, Place)>,
}

impl Silenced {
    fn by(outcome: &Outcome<'_>) -> Self {
        let mut silenced = Self::default();
        for found in &outcome.findings {
            for silences in found.lint.silences {
                let lint = silences.lint();
                if matches!(silences, Silences::Document(_)) {
                    silenced.everything.insert(lint);
                }
                // A finding that gathers equal faults has the others as related places.
                let others = found.apart.related.iter().map(|related| related.spot.node);
                silenced.places.extend(others.chain([found.spot.node]).map(|node| (lint, node.place())));
            }
        }
        silenced
    }

    fn covers(&self, lint: &'static str, node: Node<'_>) -> bool {
        if self.everything.contains(lint) {
            return true;
        }
        let mut ancestors = std::iter::successors(Some(node), |node| node.parent());
        !self.places.is_empty() && ancestors.any(|node| self.places.contains(&(lint, node.place())))
    }
}

/// Where the secrets of a description stand, by the lints that look for them.
pub(crate) fn secrets(api: &Api<'_>) -> Vec<(FileId, Span)> {
    let own = apiward_lints::catalogue().filter(|lint| lint.id.starts_with("secrets/")).collect();
    let engine = engine::Settings { lints: own, ..engine::Settings::new(Profile::Strict) };
    let outcome = engine::run(api, &engine);
    hidden(&outcome)
}

/// The bytes that findings hide.
fn hidden(outcome: &Outcome<'_>) -> Vec<(FileId, Span)> {
    outcome.findings.iter().flat_map(|found| &found.apart.secrets).map(|(place, span)| (place.file, *span)).collect()
}

/// The texts of all files that the findings name, with the secrets in them.
fn texts(api: &Api<'_>, outcome: &Outcome<'_>, findings: &[Finding]) -> Vec<Text> {
    let secrets = hidden(outcome);
    let named: HashSet<&str> = findings.iter().map(|finding| finding.file.as_str()).collect();
    let mut texts = Vec::new();
    for (id, file) in api.files.iter().filter(|(_, file)| named.contains(file.path.as_str())) {
        let mut text = Text::new(file);
        text.secrets = secrets.iter().filter(|(holder, _)| *holder == id).map(|(_, span)| *span).collect();
        texts.push(text);
    }
    texts
}
