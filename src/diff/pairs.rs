//! Which descriptions of both versions belong together, and what comparing them brings.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use apiward_lints::framework::engine;
use apiward_lints::framework::finding::Spot;
use apiward_model::lexicon::Lexicons;
use apiward_model::{Api, Detected, Files, detect};
use rayon::prelude::*;

use super::compare::{Version, compare, introduce};
use super::kinds::{DESCRIPTION_ADDED, DESCRIPTION_REMOVED, Kind};
use super::sides::Source;
use super::{Change, Place};
use crate::check::{Checked, Run, Settings};
use crate::config::Config;
use crate::convert::{self, fault_at, range};
use crate::discover::Input;
use crate::examine;
use crate::inventory::{self, Entry};
use crate::render::count;
use crate::report::{Finding, NOT_CHECKED, Status};
use crate::source::Sources;
use crate::suppress::Suppressions;
use crate::text::brief;

/// One version, read.
pub(super) struct Reading<'r> {
    run: Run<'r>,
    /// What could not be read, and what was passed over.
    pub(super) checked: Checked,
    documents: Vec<Document<'r>>,
    /// What files that could not be read have in common with those of the other version: what is in them is neither new
    /// nor gone.
    unread: HashSet<String>,
}

/// A description of it.
#[derive(Clone)]
struct Document<'r> {
    input: &'r Input,
    /// Number in the file's stream.
    index: usize,
    key: String,
    title: Option<String>,
    family: &'static str,
}

impl<'r> Reading<'r> {
    pub(super) fn new(source: &'r Source<'r>, settings: &'r Settings) -> Self {
        let run = Run::new(&source.found, settings);
        let checked = run.check(&source.found, || ());
        let documents: Vec<_> =
            source.found.inputs.iter().flat_map(|input| descriptions(source, &run, input)).collect();
        let files = checked.report.files.iter().filter(|file| file.status == Status::Failed);
        let failed: HashSet<&str> = files.map(|file| file.path.as_str()).collect();
        let inputs = source.found.inputs.iter().filter(|input| failed.contains(input.path.as_str()));
        let mut unread: HashSet<String> = inputs.map(|input| source.key(input)).collect();
        if documents.is_empty() {
            unread.extend(source.only_key());
        }
        Self { run, checked, documents, unread }
    }
}

/// The descriptions of a file; what is none was told by the check.
fn descriptions<'r>(source: &Source<'r>, run: &Run<'r>, input: &'r Input) -> Vec<Document<'r>> {
    let Some((file, _)) = run.known(input) else { return Vec::new() };
    let roots = file.tree.documents().enumerate();
    roots
        .filter_map(|(index, root)| {
            let Detected::Api(spec) = detect(root) else { return None };
            let title = root.get("info").and_then(|info| info.get("title")).and_then(apiward_syntax::Node::as_str);
            let key = source.key(input);
            Some(Document { input, index, key, title: title.map(str::to_owned), family: spec.format.family() })
        })
        .collect()
}

/// The family of a format and the title that a description gives itself.
type Title = (&'static str, Option<String>);

/// A description in either version, or in both.
type Matched<'r> = (Option<Document<'r>>, Option<Document<'r>>);

/// Descriptions go by their file and number; those that are left by their title, where it stands once on either side.
fn matched<'r>(old: &[Document<'r>], new: &[Document<'r>]) -> Vec<Matched<'r>> {
    let place = |one: &Document<'_>| (one.key.clone(), one.index);
    let mut waiting: BTreeMap<(String, usize), Document> = old.iter().map(|one| (place(one), one.clone())).collect();
    let mut pairs: Vec<Matched> = new.iter().map(|one| (waiting.remove(&place(one)), Some(one.clone()))).collect();
    let mut titles: HashMap<Title, Vec<(String, usize)>> = HashMap::new();
    for (key, one) in &waiting {
        titles.entry((one.family, one.title.clone())).or_default().push(key.clone());
    }
    let mut wanted: HashMap<Title, usize> = HashMap::new();
    let title = |one: &Document<'_>| (one.family, one.title.clone());
    for one in pairs.iter().filter(|(old, _)| old.is_none()).filter_map(|(_, new)| new.as_ref()) {
        *wanted.entry(title(one)).or_default() += 1;
    }
    for (old, new) in pairs.iter_mut().filter(|(old, _)| old.is_none()) {
        let Some(title) = new.as_ref().filter(|one| one.title.is_some()).map(title) else { continue };
        if let Some([key]) = titles.get(&title).map(Vec::as_slice).filter(|_| wanted.get(&title) == Some(&1)) {
            *old = waiting.remove(key);
        }
    }
    pairs.extend(waiting.into_values().map(|one| (Some(one), None)));
    pairs
}

/// What comparing two versions brought.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) changes: Vec<Change>,
    /// What was not read of either version: behind it nothing was compared.
    pub(super) faults: [Vec<Finding>; 2],
    /// The texts in which changes lie.
    pub(super) sources: [Sources; 2],
    /// The number of operations by file and document.
    pub(super) counts: [HashMap<(String, usize), usize>; 2],
    /// The operations of the new version.
    pub(super) operations: Vec<Entry>,
}

/// What an output shows beside the changes.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The texts in which they lie.
    pub(super) sources: bool,
    /// The operations of the new version.
    pub(super) operations: bool,
}

/// Compares all descriptions.
pub(super) fn compare_all(old: &Reading<'_>, new: &Reading<'_>, shown: Shown) -> Outcome {
    let mut pairs = matched(&old.documents, &new.documents);
    pairs.retain(|pair| match pair {
        (Some(before), None) => !new.unread.contains(&before.key),
        (None, Some(after)) => !old.unread.contains(&after.key),
        _ => true,
    });
    let compared: Vec<Outcome> =
        pairs.par_iter().map(|(before, after)| pair(old, new, before.as_ref(), after.as_ref(), shown)).collect();
    let mut all = Outcome::default();
    for one in compared {
        all.changes.extend(one.changes);
        for (at, (faults, sources)) in one.faults.into_iter().zip(one.sources).enumerate() {
            all.faults[at].extend(faults);
            all.sources[at].extend(sources);
        }
        for (all, one) in all.counts.iter_mut().zip(one.counts) {
            all.extend(one);
        }
        all.operations.extend(one.operations);
    }
    all
}

/// A description with the files that it is written in.
struct Loaded<'r> {
    document: &'r Document<'r>,
    files: Files,
    engine: Arc<engine::Settings>,
}

impl<'r> Loaded<'r> {
    fn new(reading: &Reading<'r>, document: &'r Document<'r>) -> Option<Self> {
        let (file, loader) = reading.run.known(document.input)?;
        Some(Self { document, files: Files::load(file, loader), engine: reading.run.engine(document.input) })
    }

    fn api(&self) -> Option<Api<'_>> {
        Api::read(&self.files, self.document.index)
    }

    fn config(&self) -> Option<&Config> {
        self.document.input.config.as_deref()
    }
}

fn pair<'r>(
    old: &Reading<'r>,
    new: &Reading<'r>,
    before: Option<&'r Document<'r>>,
    after: Option<&'r Document<'r>>,
    shown: Shown,
) -> Outcome {
    let (before, after) =
        rayon::join(|| before.and_then(|one| Loaded::new(old, one)), || after.and_then(|one| Loaded::new(new, one)));
    let config = after.as_ref().or(before.as_ref()).and_then(Loaded::config);
    let lexicons = config.and_then(|config| config.lexicons);
    Lexicons::with(lexicons, || {
        let mut out = Outcome::default();
        let old_api = before.as_ref().and_then(Loaded::api);
        let new_api = after.as_ref().and_then(Loaded::api);
        match (before.as_ref().zip(old_api.as_ref()), after.as_ref().zip(new_api.as_ref())) {
            (Some((before, old)), Some((after, new))) => {
                let compared = compare(
                    &Version::new(old, &before.engine),
                    &Version::new(new, &after.engine),
                    &after.document.input.path,
                    after.document.index,
                );
                out.changes = compared.changes;
                if !compared.complete {
                    out.faults[1].push(too_large(new));
                }
            }
            (Some((before, old)), None) => out.changes.push(whole(&DESCRIPTION_REMOVED, old, before)),
            (None, Some((after, new))) => {
                out.changes.push(whole(&DESCRIPTION_ADDED, new, after));
                let version = Version::new(new, &after.engine);
                out.changes.extend(introduce(&version, &after.document.input.path, after.document.index));
            }
            (None, None) => {}
        }
        out.adjust(config);
        for (at, (loaded, api)) in [(&before, &old_api), (&after, &new_api)].into_iter().enumerate() {
            if let (Some(loaded), Some(api)) = (loaded, api) {
                out.side(at, loaded, api, shown);
            }
        }
        out
    })
}

/// A description that only one version has.
fn whole(kind: &Kind, api: &Api<'_>, loaded: &Loaded<'_>) -> Change {
    let is_new = kind.id == DESCRIPTION_ADDED.id;
    let fate = if is_new { "new" } else { "gone" };
    let operations = count(api.operations.len(), "operation");
    let spot = Spot::document(api.root, api.version_node());
    let place = Place {
        file: loaded.document.input.path.clone(),
        document: loaded.document.index,
        pointer: String::new(),
        range: range(spot),
    };
    let message = format!("`{}` is {fate}, with {operations}", brief(&loaded.document.input.path));
    let (old, new) = if is_new { (None, Some(place)) } else { (Some(place), None) };
    Change { old, new, ..Change::of(kind, message) }
}

fn too_large(api: &Api<'_>) -> Finding {
    let message = "the descriptions are too large to be compared in all their parts".to_owned();
    let mut finding = fault_at("document/limit-exceeded", Spot::key(api.version_node()), message);
    finding.help = Some("split the description, or share fewer large schemas between operations".into());
    finding
}

/// What of a description was not read, with the levels of the configuration.
fn unread(loaded: &Loaded<'_>, api: &Api<'_>) -> Vec<Finding> {
    let (document, config) = (loaded.document, loaded.config());
    let suppressions = Suppressions::new(api, loaded.engine.today, config);
    let mut faults: Vec<Finding> = convert::unread(api, document.index, &suppressions).collect();
    let lost = examine::own_duplicate_keys(api, document.index, &suppressions);
    faults.extend(lost.into_iter().filter(Finding::tells_unread));
    if let Some(config) = config {
        let overrides = config.overrides_of(&document.input.path);
        faults.retain_mut(|fault| config.adjust_fault(fault, &overrides));
    }
    faults
}

impl Outcome {
    /// Adds what was not read of the files that descriptions refer to. What could not be read at all is told apart.
    pub(super) fn add_faults_of_files(&mut self, readings: [&Reading<'_>; 2]) {
        for (faults, reading) in self.faults.iter_mut().zip(readings) {
            let found = reading.checked.report.findings.iter();
            faults.extend(found.filter(|one| one.tells_unread() && !NOT_CHECKED.contains(&one.lint)).cloned());
            // Descriptions share files.
            faults.sort_by(|a, b| (&a.file, a.range, &a.message).cmp(&(&b.file, b.range, &b.message)));
            faults.dedup_by(|a, b| (&a.file, a.range, &a.message) == (&b.file, b.range, &b.message));
        }
    }

    /// Gives the changes the levels of the configuration.
    fn adjust(&mut self, config: Option<&Config>) {
        let Some(config) = config else { return };
        self.changes.retain_mut(|change| {
            let file = change.new.as_ref().or(change.old.as_ref()).map_or("", |place| place.file.as_str());
            let level = config.level_of_change(&change.id, file, change.level);
            change.level = level.unwrap_or(change.level);
            level.is_some()
        });
    }

    fn side(&mut self, at: usize, loaded: &Loaded<'_>, api: &Api<'_>, shown: Shown) {
        let document = loaded.document;
        if shown.operations && at == 1 {
            let path = &document.input.path;
            (_, self.operations) = inventory::of_description(api, path, document.index, &loaded.engine);
        }
        self.counts[at].insert((document.input.path.clone(), document.index), api.operations.len());
        self.faults[at].extend(unread(loaded, api));
        if !shown.sources || self.changes.is_empty() {
            return;
        }
        let secrets = convert::secrets(api);
        for (id, file) in api.files.iter() {
            let own = |place: &Option<Place>| place.as_ref().is_some_and(|place| place.file == file.path);
            if self.changes.iter().any(|change| own(if at == 0 { &change.old } else { &change.new })) {
                let hidden: Vec<_> =
                    secrets.iter().filter(|(holder, _)| *holder == id).map(|(_, span)| *span).collect();
                self.sources[at].add(&file.path, file.tree.source(), &hidden);
            }
        }
    }
}
