//! One input: reads it, recognises the API descriptions in it, and has each one checked.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use apiward_lints::framework::engine;
use apiward_lints::framework::level::{Level, Profile};
use apiward_model::{
    Api, Detected, File, FileId, Files, Loader, Place, SUPPORTED, Spec, describe_error, detect, read_regular_file,
};
use apiward_syntax::{DuplicateKey, ErrorKind, Limits, Node, Span, is_read_on_two_cores, parse_bytes};

use crate::check::{Settings, SkipReason};
use crate::classify;
use crate::config::{Config, PublicRule};
use crate::convert::{self, FailedRule, Text};
use crate::discover::{Failure, Input};
use crate::fingerprint;
use crate::inventory;
use crate::lost::loses_operations;
use crate::primer::{prepare, prime_for};
use crate::references;
use crate::report::{Family, FileEntry, Finding, Range, Related, Status, Suppressed};
use crate::score::Score;
use crate::statistics::Spent;
use crate::suppress::Suppressions;
use crate::text::brief;

const DUPLICATE_KEY: &str = "document/duplicate-key";

/// Why most files are no API descriptions.
pub(crate) const NO_KEY: &str = "no `openapi`, `swagger` or `asyncapi` key at the top level";

/// What became of one input. All paths are relative to its root, until it is gathered with others.
#[derive(Debug, Default)]
pub(crate) struct Examined {
    /// The root folder.
    pub(crate) root: PathBuf,
    /// The folder that paths are shown relative to.
    pub(crate) shown_from: PathBuf,
    /// What leads to its root in the repository, for [`Finding::below`].
    pub(crate) below: String,
    /// The input itself.
    pub(crate) path: String,
    pub(crate) files: Vec<FileEntry>,
    /// The operations, where they are listed.
    pub(crate) operations: Vec<inventory::Entry>,
    /// The schemes of the descriptions whose operations are listed.
    pub(crate) declared: Vec<inventory::DocumentSchemes>,
    pub(crate) findings: Vec<Finding>,
    /// The texts that findings lie in.
    pub(crate) texts: Vec<Text>,
    /// The files that its references lead to.
    pub(crate) fragments: Vec<String>,
    pub(crate) skipped: Option<SkipReason>,
    /// The file had to be an API description and is none: why.
    pub(crate) unrecognized: Option<String>,
    /// Bytes of a file that need not be kept, as it refers to no other.
    pub(crate) droppable: Option<u64>,
    /// Suppressions that suppress nothing here, or do: what to say of each, and whether it is used.
    pub(crate) suppressions: Vec<(Finding, bool)>,
    /// The configuration, and its `ignore` and `public` entries that were of use here.
    pub(crate) config: Option<Arc<Config>>,
    pub(crate) ignored: Vec<usize>,
    pub(crate) public: Vec<usize>,
    /// Custom lints that failed.
    pub(crate) failed: Vec<FailedRule>,
    /// How much was to be heard.
    pub(crate) profile: Option<Profile>,
    /// Where the time went.
    pub(crate) spent: Spent,
}

/// Reads the bytes of an input into a tree.
pub(crate) fn parse(input: &Input, bytes: impl Into<Vec<u8>>, limits: &Limits) -> File {
    let parsed = parse_bytes(bytes, Some(&input.location), limits);
    File::new(input.path.clone(), input.location.clone(), parsed.tree, parsed.error)
}

/// Checks one input.
pub(crate) fn examine(input: &Input, settings: &Settings, engine: &engine::Settings, loader: &Loader) -> Examined {
    let start = Instant::now();
    let limits = input.limits(&settings.limits);
    let bytes = match bytes_of(input, limits.file_bytes) {
        Ok(bytes) => bytes,
        Err(error) => return Examined::cannot_open(&failure(input, describe_error(&error))),
    };
    if !input.named && !classify::may_be_description(&bytes) {
        return Examined { skipped: Some(SkipReason::NoDescription), ..Examined::new(input) };
    }
    let size = bytes.len();
    if !is_read_on_two_cores(size) {
        prime_for(size);
    }
    let file = match loader.file(&input.location, || parse(input, bytes, &limits)) {
        Ok(file) => file,
        Err(why) => return Examined::cannot_open(&failure(input, why.to_string())),
    };
    // The core that read half of the file is free while references are looked up.
    prepare(&file);
    prime_for(size);
    let strict = input.named && !settings.ignore_unrecognized;
    let mut examination = Examination { input, strict, settings, limits, file: &file, out: Examined::new(input) };
    examination.out.spent.parse = start.elapsed();
    examination.documents(engine, loader);
    examination.adjust_faults();
    examination.out
}

fn failure(input: &Input, reason: String) -> Failure {
    Failure { path: input.path.clone(), root: input.root.clone(), named: input.path.clone(), reason }
}

/// The bytes of an input, one past the limit at most: the parser then names the limit.
pub(crate) fn bytes_of(input: &Input, limit: u64) -> std::io::Result<Cow<'_, [u8]>> {
    match &input.content {
        Some(bytes) => Ok(Cow::Borrowed(bytes)),
        None => read_regular_file(&input.location, limit).map(Cow::Owned),
    }
}

impl Examined {
    pub(crate) fn new(input: &Input) -> Self {
        let config = input.config.clone();
        let root = input.root.clone();
        Self { shown_from: root.clone(), root, path: input.path.clone(), config, ..Self::default() }
    }

    /// What is said of a file or folder that could not be opened.
    pub(crate) fn cannot_open(failure: &Failure) -> Self {
        let message = format!("cannot read `{}`: {}", failure.named, failure.reason);
        let entry = entry(&failure.path, 0, Status::Failed, Some(failure.reason.clone()));
        let mut finding = convert::fault("document/unreadable", &failure.path, Range::START, message);
        finding.help = Some("check the path, which starts from the current folder, and its permissions".into());
        finding.identity = fingerprint::identity(&failure.path, "");
        Self {
            root: failure.root.clone(),
            shown_from: failure.root.clone(),
            path: failure.path.clone(),
            files: vec![entry],
            findings: vec![finding],
            ..Self::default()
        }
    }

    /// What is said of a file on which the program itself broke off.
    pub(crate) fn broken_off(input: &Input) -> Self {
        let message = "the check broke off because of a fault in apiward".to_owned();
        let mut finding = convert::fault("document/lint-panicked", &input.path, Range::START, message);
        finding.help = Some("please report it, with the smallest file that shows it".into());
        finding.identity = fingerprint::identity(&input.path, "");
        let entry = entry(&input.path, 0, Status::Failed, Some("a fault in apiward".to_owned()));
        Self { files: vec![entry], findings: vec![finding], ..Self::new(input) }
    }

    fn add_text(&mut self, file: &File) {
        if self.texts.iter().all(|text| text.path != file.path) {
            self.texts.push(Text::new(file));
        }
    }
}

fn entry(path: &str, document: usize, status: Status, reason: Option<String>) -> FileEntry {
    FileEntry {
        path: path.to_owned(),
        document,
        format: None,
        version: None,
        operations: 0,
        status,
        reason,
        score: None,
    }
}

/// One file that was read, on its way to findings.
struct Examination<'a> {
    input: &'a Input,
    /// The file has to be an API description.
    strict: bool,
    settings: &'a Settings,
    limits: Limits,
    file: &'a Arc<File>,
    out: Examined,
}

impl<'a> Examination<'a> {
    fn documents(&mut self, engine: &engine::Settings, loader: &Loader) {
        let file: &'a File = self.file;
        let (mut recognized, mut supported) = (false, Vec::new());
        for (index, root) in file.tree.documents().enumerate() {
            match detect(root) {
                Detected::Api(spec) => supported.push((index, spec)),
                Detected::Unsupported { key, version } => self.unsupported(index, key, version),
                Detected::Other => {
                    self.out.files.push(entry(&file.path, index, Status::Skipped, Some(NO_KEY.to_owned())));
                    continue;
                }
            }
            recognized = true;
        }
        if !supported.is_empty() {
            self.descriptions(&supported, engine, loader);
        }
        if file.error.is_some() {
            self.broken(recognized);
        } else if !recognized {
            self.unrecognized();
        }
        if !file.refers_to_others() {
            self.out.droppable = Some(file.tree.source().len() as u64);
        }
        if !self.out.findings.is_empty() {
            self.out.add_text(file);
        }
    }

    /// Checks the API descriptions of the file with all that they refer to.
    fn descriptions(&mut self, documents: &[(usize, Spec<'a>)], engine: &engine::Settings, loader: &Loader) {
        let start = Instant::now();
        let files = Files::load(Arc::clone(self.file), loader);
        self.out.spent.parse += start.elapsed();
        for &(index, spec) in documents {
            let mut entry = entry(&self.file.path, index, Status::Checked, None);
            entry.format = Some(if spec.format.is_async() { Family::Asyncapi } else { Family::Openapi });
            entry.version = Some(spec.version.to_owned());
            let start = Instant::now();
            if self.settings.looks_at_descriptions()
                && let Some(api) = Api::read(&files, index)
            {
                self.out.spent.model += start.elapsed();
                entry.operations = api.operations.len();
                if self.settings.inventory {
                    let (declared, operations) = inventory::of_description(&api, &self.file.path, index, engine);
                    self.out.declared.push(declared);
                    self.out.operations.extend(operations);
                }
                if self.settings.lint {
                    entry.score = self.lint(&api, index, engine);
                } else {
                    self.unread(&api, index, engine);
                }
            }
            self.out.files.push(entry);
        }
        self.fragments(&files);
    }

    /// Runs the lints over a description.
    fn lint(&mut self, api: &Api<'_>, index: usize, engine: &engine::Settings) -> Option<Score> {
        let config = self.input.config.as_deref();
        let mut suppressions = Suppressions::new(api, engine.today, config);
        let public = config.map(|config| config.public.as_slice()).unwrap_or_default();
        let of_use = |rule: &PublicRule| api.operations.iter().any(|one| rule.operation.holds(one));
        self.out.public.extend((0..public.len()).filter(|at| of_use(&public[*at])));
        let faults = std::mem::take(&mut suppressions.faults);
        let found = convert::run(api, index, engine, &suppressions, self.settings);
        self.out.findings.extend(faults);
        self.add_duplicate_keys(self.file, own_duplicate_keys(api, index, &suppressions));
        self.out.suppressions.extend(suppressions.judged(engine));
        self.out.ignored.extend(suppressions.used_rules());
        self.out.spent.add_lints(&found.times);
        self.out.findings.extend(found.findings);
        self.out.failed.extend(found.failed);
        for text in found.texts {
            match self.out.texts.iter_mut().find(|known| known.path == text.path) {
                Some(known) => known.secrets.extend(text.secrets),
                None => self.out.texts.push(text),
            }
        }
        found.score
    }

    /// What of a description was not read, where no lint runs over it.
    fn unread(&mut self, api: &Api<'_>, index: usize, engine: &engine::Settings) {
        let suppressions = Suppressions::new(api, engine.today, self.input.config.as_deref());
        self.out.findings.extend(convert::unread(api, index, &suppressions));
        self.add_duplicate_keys(self.file, own_duplicate_keys(api, index, &suppressions));
    }

    /// Gives the faults of the program itself the levels of the configuration.
    fn adjust_faults(&mut self) {
        let Some(config) = self.input.config.as_deref() else { return };
        let overrides = config.overrides_of(&self.input.path);
        self.out.findings.retain_mut(|finding| config.adjust_fault(finding, &overrides));
        self.out.suppressions.retain_mut(|(finding, _)| config.adjust_fault(finding, &overrides));
    }

    /// What is said of the files that the descriptions refer to.
    fn fragments(&mut self, files: &Files) {
        for (_, file) in files.iter().filter(|(id, _)| *id != FileId::ROOT) {
            self.out.fragments.push(file.path.clone());
            if let Some(root) = file.tree.documents().next() {
                self.add_duplicate_keys(file, duplicate_keys(file, 0, root, |_, _| None));
            }
        }
        for file in files.unreadable() {
            let Some((finding, reason)) = does_not_parse(file) else { continue };
            let document = finding.document;
            self.out.fragments.push(file.path.clone());
            self.out.files.push(entry(&file.path, document, Status::Failed, Some(reason)));
            let finding = references::referred_to_from(finding, file, files);
            self.out.findings.push(finding);
            self.out.add_text(file);
        }
    }

    fn add_duplicate_keys(&mut self, file: &File, findings: Vec<Finding>) {
        if !findings.is_empty() {
            self.out.add_text(file);
        }
        self.out.findings.extend(findings);
    }

    fn unsupported(&mut self, index: usize, key: &'static str, version: Node<'_>) {
        let text = brief(version.text());
        let reason = if text.is_empty() {
            format!("`{key}` names no version")
        } else {
            format!("{key} {text} is not supported")
        };
        let span = if version.span().is_empty() { version.key_span() } else { None };
        let span = span.unwrap_or(version.span());
        let lint = "document/unsupported-version";
        let mut finding = at_node(lint, self.file, index, version, span, reason.clone());
        finding.help = Some(format!("supported are {SUPPORTED}").into());
        self.out.findings.push(finding);
        self.out.files.push(entry(&self.file.path, index, Status::Failed, Some(reason)));
    }

    /// The file does not parse, or not to its end.
    fn broken(&mut self, recognized: bool) {
        let tree = &self.file.tree;
        let (Some(error), Some((finding, reason))) = (&self.file.error, does_not_parse(self.file)) else { return };
        let meant = || match error.kind {
            ErrorKind::Encoding => self.is_meant_in_another_encoding(),
            ErrorKind::Limit => self.is_meant_beyond_limits(),
            ErrorKind::Syntax => classify::is_meant_as_description(tree.source(), error.offset as usize),
        };
        if self.strict || recognized || meant() {
            let entry = entry(&self.file.path, finding.document, Status::Failed, Some(reason));
            self.out.findings.push(finding);
            self.out.files.push(entry);
            return;
        }
        let reason = format!("it does not parse: {reason} (line {})", finding.range.start.line);
        self.out.files.push(entry(&self.file.path, finding.document, Status::Skipped, Some(reason)));
        self.out.skipped = Some(SkipReason::DoesNotParse);
    }

    /// The tree has only the text before the first byte that is no UTF-8; what the file is meant to be may stand
    /// behind it.
    fn is_meant_in_another_encoding(&self) -> bool {
        bytes_of(self.input, u64::from(u32::MAX)).is_ok_and(|bytes| {
            let text = classify::decode_loosely(&bytes);
            classify::is_meant_as_description(&text, text.len())
        })
    }

    /// Reading ended at a limit, perhaps before the key that tells: wherever it stands, the file counts as a description,
    /// since a large one must not pass unread.
    fn is_meant_beyond_limits(&self) -> bool {
        bytes_of(self.input, self.limits.file_bytes).is_ok_and(|bytes| classify::names_version(&bytes))
    }

    /// The file parses and holds no API description.
    fn unrecognized(&mut self) {
        let sought = self.input.named && !self.strict;
        self.out.skipped = Some(if sought { SkipReason::NoPart } else { SkipReason::NoDescription });
        if self.out.files.is_empty() {
            let entry = entry(&self.file.path, 0, Status::Skipped, Some("it is empty".to_owned()));
            self.out.files.push(entry);
        }
        let reason = self.out.files[0].reason.clone().unwrap_or_default();
        self.out.unrecognized = self.strict.then_some(reason);
    }
}

/// What is said of the keys that stand twice in the file of a description itself.
pub(crate) fn own_duplicate_keys<'a>(api: &Api<'a>, index: usize, suppressions: &Suppressions<'_, 'a>) -> Vec<Finding> {
    duplicate_keys(api.files.file(FileId::ROOT), index, api.root.raw(), |again, span| {
        let node = api.node(Place { file: FileId::ROOT, node: again.id() });
        suppressions.of_fault(DUPLICATE_KEY, node, span)
    })
}

fn duplicate_keys(
    file: &File,
    document: usize,
    root: Node<'_>,
    suppressed: impl Fn(Node<'_>, Span) -> Option<Suppressed>,
) -> Vec<Finding> {
    let within = file.tree.duplicate_keys().iter().filter(|twice| root.contains(twice.again));
    within
        .map(|&DuplicateKey { first, again }| {
            let (first, again) = (file.tree.node(first), file.tree.node(again));
            let key = brief(again.key().unwrap_or_default());
            let message = format!("the key `{key}` stands more than once in its mapping");
            let span = again.key_span().unwrap_or_default();
            let mut finding = at_node(DUPLICATE_KEY, file, document, again, span, message);
            finding.help = Some("the last value counts and the others are lost: merge them, or remove one".into());
            if loses_operations(file, again) {
                finding.level = Level::Error;
                let help = "the last value counts, and the operations or requirements of the others were not read: \
                            merge them, or remove one";
                finding.help = Some(help.into());
            }
            finding.related.push(Related {
                file: file.path.clone(),
                pointer: first.pointer(),
                range: Range::new(first.key_span().unwrap_or_default(), file.tree.lines()),
                message: "it stands here already".to_owned(),
            });
            finding.suppressed = suppressed(again, span);
            finding
        })
        .collect()
}

/// The finding on a file that does not parse, and the reason alone; it lies in the document in which reading ended.
fn does_not_parse(file: &File) -> Option<(Finding, String)> {
    let error = file.error.as_ref()?;
    let lint = match error.kind {
        ErrorKind::Limit => "document/limit-exceeded",
        ErrorKind::Syntax | ErrorKind::Encoding => "document/unreadable",
    };
    let range = Range::new(Span::new(error.offset, error.offset), file.tree.lines());
    let mut finding = convert::fault(lint, &file.path, range, error.message.clone());
    finding.document = file.tree.documents().len();
    finding.help = error.help.clone().map(Into::into);
    finding.identity = fingerprint::identity(&file.path, "");
    Some((finding, error.message.clone()))
}

fn at_node(lint: &'static str, file: &File, document: usize, node: Node<'_>, span: Span, message: String) -> Finding {
    let mut finding = convert::fault(lint, &file.path, Range::new(span, file.tree.lines()), message);
    finding.document = document;
    finding.pointer = node.pointer();
    finding.identity = fingerprint::identity(&file.path, &fingerprint::of_node(node));
    finding
}
