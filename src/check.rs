//! The check itself: reads every input, has the API descriptions among them checked, and gathers what there is to say.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::engine;
use apiward_lints::framework::level::Profile;
use apiward_model::lexicon::Lexicons;
use apiward_model::{File, Loader, relative};
use apiward_syntax::{Limits, parse_bytes};
use rayon::prelude::*;

use crate::baseline::{self, Baseline};
use crate::discover::{Found, Input};
use crate::examine::{self, Examined};
use crate::gather::{ShownFrom, gather};
use crate::inventory::{DocumentSchemes, Entry};
use crate::reach;
use crate::report::{FailOn, Report, Status};
use crate::selection::Selection;
use crate::source::Sources;
use apiward_model::Date;

/// How to check.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Settings {
    /// How much to hear.
    pub profile: Profile,
    /// The profile was asked for, whatever configurations say.
    pub profile_given: bool,
    /// The lints to choose from, usually all of the catalogue.
    pub lints: Vec<&'static LintMeta>,
    /// Those of them to run.
    pub selection: Selection,
    /// Pass over named files that are no API descriptions.
    pub ignore_unrecognized: bool,
    /// Keep findings that do not count in the report.
    pub show_suppressed: bool,
    /// Run the lints.
    pub lint: bool,
    /// List the operations.
    pub inventory: bool,
    /// Take the time of each lint and count its findings.
    pub statistics: bool,
    /// Give each description a score.
    pub score: bool,
    /// From which level on findings fail, where outputs tell.
    pub fail_on: FailOn,
    /// Findings that are known and do not count.
    pub baseline: Option<Baseline>,
    /// The baseline that is to be written anew.
    pub rewritten: Option<Baseline>,
    /// The folder of a baseline that is read or written: what is found outside of repositories is known again from there.
    pub known_from: Option<PathBuf>,
    /// The day on which suppressions, and announced ends of operations, are judged.
    pub today: Date,
    /// What files may ask for.
    pub limits: Limits,
}

impl Settings {
    /// The settings that the program has without flags.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            profile_given: false,
            lints: apiward_lints::catalogue().collect(),
            selection: Selection::default(),
            ignore_unrecognized: false,
            show_suppressed: false,
            lint: true,
            inventory: false,
            statistics: false,
            score: false,
            fail_on: FailOn::Error,
            baseline: None,
            rewritten: None,
            known_from: None,
            today: Date::today(),
            limits: Limits::default(),
        }
    }

    /// True when each description is looked at as soon as it is read. Else others will, all together.
    pub(crate) const fn looks_at_descriptions(&self) -> bool {
        self.lint || self.inventory
    }

    /// True when a lint runs: it is wanted, and not off in the profile.
    pub(crate) fn runs(&self, lint: &str) -> bool {
        let on = |meta: &&'static LintMeta| meta.id != lint || meta.levels.of(self.profile).is_some();
        self.selection.includes(lint) && self.lints.iter().all(on)
    }

    /// What the lints are told where there is no configuration.
    pub(crate) fn engine(&self) -> engine::Settings {
        let lints = self.lints.iter().copied().filter(|lint| self.selection.includes(lint.id)).collect();
        engine::Settings { lints, today: self.today, timed: self.statistics, ..engine::Settings::new(self.profile) }
    }
}

/// What a run brought.
#[derive(Debug)]
pub struct Checked {
    /// The findings.
    pub report: Report,
    /// From which level on they fail.
    pub fail_on: FailOn,
    /// The operations, where they are listed.
    pub operations: Vec<Entry>,
    /// The schemes of the descriptions whose operations are listed.
    pub(crate) declared: Vec<DocumentSchemes>,
    /// The texts that findings lie in.
    pub sources: Sources,
    /// Number of files that descriptions refer to and that are none themselves.
    pub fragments: usize,
    /// Files that were passed over, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// The same files by path, and why; sorted.
    pub skipped_files: Vec<(String, String)>,
    /// The named files that had to be API descriptions and are none, and why; sorted.
    pub unrecognized: Vec<(String, String)>,
    /// The custom lints of all configurations.
    pub custom: Vec<&'static LintMeta>,
    /// Findings of the baseline that are there no longer.
    pub fixed: Vec<baseline::Entry>,
    /// Those of the baseline that is written anew which are about other files and lints than this run.
    pub kept: Vec<baseline::Entry>,
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
    /// The same, and it was named, and no description refers to it either.
    NoPart,
    /// It does not parse and does not look like an API description.
    DoesNotParse,
}

/// Checks everything that was found. `advance` is called once for each input that is done, from any thread.
pub fn check(found: &Found, settings: &Settings, advance: impl Fn() + Sync) -> Checked {
    let run = Run::new(found, settings);
    let shown = if found.shown_from_root { ShownFrom::Root } else { ShownFrom::Repository };
    run.gathered(found, shown, advance)
}

impl<'r> Run<'r> {
    /// [`check`], by which what was read stays at hand, and with paths as inputs have them.
    pub(crate) fn check(&self, found: &'r Found, advance: impl Fn() + Sync) -> Checked {
        self.gathered(found, ShownFrom::Root, advance)
    }

    fn gathered(&self, found: &'r Found, shown: ShownFrom, advance: impl Fn() + Sync) -> Checked {
        let each = |input: &Input| {
            let examined = self.guarded(input);
            advance();
            examined
        };
        // For one small file it takes as long to start threads as to check it.
        let examined: Vec<Examined> = match found.inputs.as_slice() {
            [one] => vec![each(one)],
            many => many.par_iter().map(each).collect(),
        };
        let failures = found.failures.iter().map(Examined::cannot_open);
        let mut checked = gather(failures.chain(examined).collect(), self.settings, found, shown);
        checked.custom = found.custom_lints();
        checked
    }
}

/// Bytes of parsed text that are kept for other descriptions that may refer to it. Beyond that, descriptions that
/// refer to no other file are dropped once they are checked, and read again in the rare case that they are needed.
const KEPT: u64 = 64 << 20;

/// What the inputs of one run share.
pub(crate) struct Run<'r> {
    settings: &'r Settings,
    /// What the lints are told, by configuration and the overrides that count.
    engines: Mutex<HashMap<Told, Arc<engine::Settings>>>,
    /// One for each root folder, so that each file is parsed once.
    loaders: HashMap<&'r Path, Loader>,
    kept: AtomicU64,
}

/// A configuration, by its file, and the overrides of it that count.
type Told = (Option<PathBuf>, Vec<usize>);

impl<'r> Run<'r> {
    pub(crate) fn new(found: &'r Found, settings: &'r Settings) -> Self {
        let loaders = reach::loaders(&found.inputs, &settings.limits);
        for (root, loader) in &loaders {
            for (location, text) in found.replaced.iter().filter(|(location, _)| location.starts_with(root)) {
                let _ = loader.file(location, || {
                    let parsed = parse_bytes(text.as_slice(), Some(location), &settings.limits);
                    File::new(relative(location, root), location.clone(), parsed.tree, parsed.error)
                });
            }
        }
        Self { settings, engines: Mutex::default(), loaders, kept: AtomicU64::new(0) }
    }

    fn examine(&self, input: &'r Input) -> Examined {
        let Some(loader) = self.loaders.get(input.root.as_path()) else { return Examined::new(input) };
        let engine = self.engine(input);
        let lexicons = input.config.as_deref().and_then(|config| config.lexicons);
        let mut examined = Lexicons::with(lexicons, || examine::examine(input, self.settings, &engine, loader));
        examined.profile = Some(engine.profile);
        if let Some(size) = examined.droppable.filter(|_| self.settings.looks_at_descriptions())
            && self.kept.fetch_add(size, Ordering::Relaxed) > KEPT
        {
            loader.forget(&input.location);
        }
        examined
    }

    /// The file of an input that may be a description, and the loader of the files that it refers to.
    pub(crate) fn known(&self, input: &Input) -> Option<(Arc<File>, &Loader)> {
        let loader = self.loaders.get(input.root.as_path())?;
        loader.known(&input.location).map(|file| (file, loader))
    }

    /// What the lints are told for an input.
    pub(crate) fn engine(&self, input: &'r Input) -> Arc<engine::Settings> {
        let config = input.config.as_deref();
        let overrides = config.map(|config| config.overrides_of(&input.path)).unwrap_or_default();
        let key = (config.map(|config| config.file.clone()), overrides);
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = engines.get(&key) {
            return Arc::clone(known);
        }
        let new = config.map_or_else(|| self.settings.engine(), |config| config.engine(self.settings, &key.1));
        Arc::clone(engines.entry(key).or_insert_with(|| Arc::new(new)))
    }

    /// A panic is a fault of the program: it costs the findings of one file, never those of the others.
    fn guarded(&self, input: &'r Input) -> Examined {
        catch_unwind(AssertUnwindSafe(|| self.examine(input))).unwrap_or_else(|_| Examined::broken_off(input))
    }
}

#[cfg(test)]
mod tests;
