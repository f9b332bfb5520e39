//! The report: what a run found, as the JSON output gives it to other programs.
//!
//! These types are the contract of version 1.x: fields may be added, none is renamed or removed. The descriptions in
//! the JSON Schema are the documentation comments below.

use std::borrow::Cow;
use std::collections::BTreeMap;

use apiward_lints::framework::level::{Confidence, Level};
use apiward_lints::framework::operations::Operations;
use apiward_syntax::{LineIndex, Span};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fingerprint::{Fault, Fingerprints};
use crate::fix::Intent;
use crate::score::Score;
use crate::statistics::Statistics;

/// The version of the JSON contract.
pub const SCHEMA_VERSION: &str = "1.0";

/// Most entries that a list of a finding holds; the totals count all.
pub const LIST_LIMIT: usize = 25;

/// The address under which each lint's page stands, followed by the lint's id; none until the project has a home.
pub const LINT_PAGES: Option<&str> = None;

/// The web page of a lint, if there is one.
pub fn lint_url(lint: &str) -> Option<String> {
    LINT_PAGES.map(|home| format!("{home}{lint}"))
}

/// What a run over API descriptions found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this format, `major.minor`. Within a major version fields are only added.
    pub schema_version: String,
    /// The program that wrote the report.
    pub tool: Tool,
    /// The profile of the run: `minimal`, `recommended` or `strict`.
    pub profile: String,
    /// One entry per document, sorted by path and document.
    pub files: Vec<FileEntry>,
    /// The findings, sorted by file, offset and lint.
    pub findings: Vec<Finding>,
    /// Counts over all findings that are not suppressed.
    pub summary: Summary,
    /// What each lint found and what it cost; null unless asked for with `--statistics`.
    pub statistics: Option<Statistics>,
    /// What the exit status needs to know beyond the findings.
    #[serde(skip)]
    #[schemars(skip)]
    pub outcome: Outcome,
}

/// Faults in how the program was called, which make the exit status 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// A file that was named on the command line is no API description.
    pub named_unrecognized: bool,
    /// Nothing was there to check.
    pub nothing_found: bool,
}

/// The program that wrote the report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Always `apiward`.
    pub name: String,
    /// The program's version.
    pub version: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// One document of a file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileEntry {
    /// Path from the top of the repository or, without one, from the root folder, with `/`.
    pub path: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// The format, when the document is an API description of a known version.
    pub format: Option<Family>,
    /// The version of the format as written.
    pub version: Option<String>,
    /// Number of operations.
    pub operations: usize,
    /// What became of the document.
    pub status: Status,
    /// Why the document was not checked; null when it was.
    pub reason: Option<String>,
    /// How well it is protected; null unless asked for with `--score`, and where it was not checked.
    pub score: Option<Score>,
}

/// A family of description formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// OpenAPI, Swagger 2.0 included.
    Openapi,
    /// AsyncAPI.
    Asyncapi,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The document was checked.
    Checked,
    /// The document could not be read; a finding says where and why.
    Failed,
    /// The document is no API description.
    Skipped,
}

/// One fault at one place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// Id of the lint, `family/name`.
    pub lint: &'static str,
    /// How bad the fault is.
    pub level: Level,
    /// How sure the finding is.
    pub confidence: Confidence,
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// How to mend it.
    pub help: Option<Cow<'static, str>>,
    /// Web page of the lint.
    pub url: Option<String>,
    /// The file that holds the fault, from the top of the repository or, without one, from the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// JSON Pointer to the faulty element in its document.
    pub pointer: String,
    /// The text that shows the fault.
    pub range: Range,
    /// The operation concerned; null where a finding concerns none or several.
    pub operation: Option<OperationRef>,
    /// Operations that the fault affects, 25 at most.
    pub operations: Vec<OperationRef>,
    /// How many operations the fault affects.
    pub operations_total: usize,
    /// Other places that explain the finding, 25 at most.
    pub related: Vec<Related>,
    /// How many other places there are.
    pub related_total: usize,
    /// Items of the OWASP API Security Top 10.
    pub owasp: &'static [&'static str],
    /// Common Weakness Enumeration ids.
    pub cwe: &'static [&'static str],
    /// Identifies the finding across runs; stable when lines move and when elements are reordered.
    pub fingerprint: String,
    /// A change that mends the fault.
    pub fix: Option<Fix>,
    /// Why the finding does not count; such findings appear only on request.
    pub suppressed: Option<Suppressed>,
    /// What the fingerprint is made of beside the lint; see [`identity`](crate::fingerprint::identity).
    #[serde(skip)]
    #[schemars(skip)]
    pub identity: String,
    /// The faults that it stands for, where they are several and somebody asks: for baselines.
    #[serde(skip)]
    #[schemars(skip)]
    pub members: Vec<Fault>,
    /// The folder that identities are relative to, as it lies in the repository; empty for its top.
    #[serde(skip)]
    #[schemars(skip)]
    pub below: String,
    /// All operations that the fault affects, by description: `operations` is cut, and names need not be unique.
    #[serde(skip)]
    #[schemars(skip)]
    pub affected: Vec<Affected>,
}

/// Operations of one description.
#[derive(Clone, Debug)]
pub struct Affected {
    /// The file of the description, from the top of the repository or, without one, from the root folder, with `/`.
    pub file: String,
    /// Number of the description within the file's YAML stream, from 0.
    pub document: usize,
    /// Which of its operations they are.
    pub operations: Operations,
}

impl Finding {
    /// True when it says that something was not read, and what is there might be anything. Such a finding counts whatever
    /// lints are selected, and no baseline holds it: else a check would pass for what it has not seen. Who gives the
    /// fault another level has looked at it.
    pub fn tells_unread(&self) -> bool {
        self.level == Level::Error && self.lint.starts_with("document/")
    }

    /// Cuts the lists at [`LIST_LIMIT`]; their totals keep counting all entries.
    pub fn cut_lists(&mut self) {
        self.operations_total = self.operations_total.max(self.operations.len());
        self.related_total = self.related_total.max(self.related.len());
        self.operations.truncate(LIST_LIMIT);
        self.related.truncate(LIST_LIMIT);
    }
}

/// A half-open range of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Range {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl Range {
    /// The very start of a file: the place of faults that have none.
    pub const START: Self = Self { start: Position::START, end: Position::START };

    /// The range of a span of bytes.
    pub fn new(span: Span, lines: &LineIndex) -> Self {
        Self { start: lines.position(span.start).into(), end: lines.position(span.end.max(span.start)).into() }
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode characters, from 1.
    pub column: u32,
    /// The offset in bytes, from 0.
    pub offset: u32,
}

impl Position {
    const START: Self = Self { line: 1, column: 1, offset: 0 };
}

impl From<apiward_syntax::Position> for Position {
    fn from(position: apiward_syntax::Position) -> Self {
        Self { line: position.line, column: position.column, offset: position.offset }
    }
}

/// A place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Related {
    /// The file, from the top of the repository or, without one, from the root folder, with `/`.
    pub file: String,
    /// JSON Pointer to the element in its document.
    pub pointer: String,
    /// The text meant.
    pub range: Range,
    /// What the place has to do with the finding.
    pub message: String,
}

/// An operation, named as its description names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct OperationRef {
    /// HTTP method in capitals; for AsyncAPI `publish`, `subscribe`, `send` or `receive`.
    pub method: String,
    /// Path template; for AsyncAPI the channel's address.
    pub path: String,
    /// `operationId`; for AsyncAPI 3 the operation's key.
    pub id: Option<String>,
}

/// A change that mends a fault.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fix {
    /// Whether the change may alter what the contract means.
    pub safety: Safety,
    /// What the change does.
    pub title: String,
    /// The changes of text; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix may alter what the contract means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The contract keeps its meaning.
    Safe,
    /// The contract may change its meaning: look at the result.
    Unsafe,
}

/// Text that replaces a range of text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Edit {
    /// The file, from the top of the repository or, without one, from the root folder, with `/`.
    pub file: String,
    /// What is replaced.
    pub range: Range,
    /// What stands there instead.
    pub text: String,
    /// Where the file is, and what is meant: for those who apply the edit.
    #[serde(skip)]
    #[schemars(skip)]
    pub intent: Intent,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suppressed {
    /// Where the suppression stands.
    pub by: SuppressedBy,
    /// The reason given.
    pub reason: Option<String>,
    /// The day, `YYYY-MM-DD`, from which on the finding counts again.
    pub expires: Option<String>,
}

/// Where a suppression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// An `x-apiward-ignore` extension.
    Extension,
    /// The configuration.
    Config,
    /// The baseline file.
    Baseline,
    /// The operation is declared public.
    Public,
}

/// Counts over all findings that are not suppressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Findings of level error.
    pub error: usize,
    /// Findings of level warning.
    pub warning: usize,
    /// Findings of level info.
    pub info: usize,
    /// Findings that are suppressed.
    pub suppressed: usize,
    /// Findings by lint.
    pub by_lint: BTreeMap<String, usize>,
}

/// The level from which on findings make the run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Info,
    /// No finding; only faults of use and of reading.
    Never,
}

impl FailOn {
    pub(crate) const fn includes(self, level: Level) -> bool {
        match self {
            Self::Error => matches!(level, Level::Error),
            Self::Warning => matches!(level, Level::Error | Level::Warning),
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// Lints whose findings say that something was not checked: they make the exit status 2 whatever `--fail-on` says.
pub const NOT_CHECKED: [&str; 5] = [
    "document/unreadable",
    "document/unsupported-version",
    "document/limit-exceeded",
    "document/lint-panicked",
    "document/rule-failed",
];

impl Report {
    /// Puts a report together: sorts files and findings, cuts long lists, counts, and gives fingerprints. `known` says of
    /// a finding with its fingerprint why it does not count. Suppressed findings are counted and, unless
    /// `show_suppressed`, left out.
    pub fn new(
        profile: &str,
        mut files: Vec<FileEntry>,
        mut findings: Vec<Finding>,
        show_suppressed: bool,
        mut known: impl FnMut(&Finding) -> Option<Suppressed>,
    ) -> Self {
        files.sort_by(|a, b| (&a.path, a.document).cmp(&(&b.path, b.document)));
        findings.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut fingerprints = Fingerprints::default();
        for finding in &mut findings {
            finding.cut_lists();
            finding.fingerprint = fingerprints.next(finding.lint, &finding.identity);
            let why = known(finding);
            finding.suppressed = finding.suppressed.take().or(why);
        }
        let summary = Summary::of(&findings);
        if !show_suppressed {
            findings.retain(|finding| finding.suppressed.is_none());
        }
        let outcome = Outcome::default();
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool::default(),
            profile: profile.to_owned(),
            files,
            findings,
            summary,
            statistics: None,
            outcome,
        }
    }

    /// The exit status: 0 when nothing stands at or above `fail_on`, 1 when something does, 2 when something could
    /// not be checked or nothing was there to check. 2 wins over 1.
    pub fn exit_status(&self, fail_on: FailOn) -> u8 {
        let mut counting = self.findings.iter().filter(|finding| finding.suppressed.is_none());
        let outcome = self.outcome;
        if outcome.named_unrecognized
            || outcome.nothing_found
            || self.findings.iter().any(|finding| NOT_CHECKED.contains(&finding.lint))
        {
            return 2;
        }
        u8::from(counting.any(|finding| fail_on.includes(finding.level)))
    }

    /// Number of operations in all checked documents.
    pub fn operations(&self) -> usize {
        self.files.iter().map(|file| file.operations).sum()
    }
}

/// What findings are sorted by; the message settles what is left.
fn order(finding: &Finding) -> (&str, u32, &str, u32, &str) {
    let range = finding.range;
    (&finding.file, range.start.offset, finding.lint, range.end.offset, &finding.message)
}

impl Summary {
    fn of(findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            if finding.suppressed.is_some() {
                summary.suppressed += 1;
                continue;
            }
            match finding.level {
                Level::Error => summary.error += 1,
                Level::Warning => summary.warning += 1,
                Level::Info => summary.info += 1,
            }
            *summary.by_lint.entry(finding.lint.to_owned()).or_default() += 1;
        }
        summary
    }

    /// Number of findings that are not suppressed.
    pub fn total(&self) -> usize {
        self.error + self.warning + self.info
    }
}

/// The JSON Schema of the report.
pub fn json_schema() -> serde_json::Value {
    // As the report is written: a field that may be null is there all the same.
    let mut schema =
        schemars::generate::SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), "apiward report".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::fault;

    fn finding(lint: &'static str, level: Level) -> Finding {
        Finding { level, ..fault(lint, "a.yaml", Range::START, String::new()) }
    }

    fn status(findings: Vec<Finding>, fail_on: FailOn) -> u8 {
        Report::new("recommended", Vec::new(), findings, false, |_| None).exit_status(fail_on)
    }

    #[test]
    fn the_exit_status_follows_the_level() {
        let levels = [Level::Info, Level::Warning, Level::Error];
        let at = |fail_on| levels.map(|level| status(vec![finding("auth/x", level)], fail_on));
        assert_eq!(at(FailOn::Error), [0, 0, 1]);
        assert_eq!(at(FailOn::Warning), [0, 1, 1]);
        assert_eq!(at(FailOn::Info), [1, 1, 1]);
        assert_eq!(at(FailOn::Never), [0, 0, 0]);
        assert_eq!(status(Vec::new(), FailOn::Info), 0);
    }

    #[test]
    fn what_was_not_checked_wins_over_findings() {
        for lint in NOT_CHECKED {
            let findings = vec![finding("auth/x", Level::Error), finding(lint, Level::Error)];
            assert_eq!(status(findings, FailOn::Never), 2, "{lint}");
        }
        assert_eq!(status(vec![finding("document/unresolved-reference", Level::Error)], FailOn::Never), 0);
        assert_eq!(status(vec![finding("document/unresolved-reference", Level::Error)], FailOn::Error), 1);
    }

    #[test]
    fn suppressed_findings_are_counted_and_nothing_else() {
        let mut hidden = finding("auth/x", Level::Error);
        hidden.suppressed = Some(Suppressed { by: SuppressedBy::Public, reason: None, expires: None });
        let report = Report::new("recommended", Vec::new(), vec![hidden.clone()], true, |_| None);
        assert_eq!((report.summary.error, report.summary.suppressed, report.findings.len()), (0, 1, 1));
        assert_eq!(report.exit_status(FailOn::Info), 0);
        let report = Report::new("recommended", Vec::new(), vec![hidden], false, |_| None);
        assert_eq!((report.summary.suppressed, report.findings.len()), (1, 0));
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let mut long = finding("auth/x", Level::Error);
        let operation = OperationRef { method: "GET".to_owned(), path: "/".to_owned(), id: None };
        long.operations = vec![operation; 40];
        let report = Report::new("recommended", Vec::new(), vec![long], false, |_| None);
        assert_eq!((report.findings[0].operations.len(), report.findings[0].operations_total), (25, 40));
    }
}
