//! The check itself: reads every input, has the API descriptions among them checked, and gathers what there is to say.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::engine;
use apiward_lints::framework::level::Profile;
use apiward_lints::framework::options::OptionValues;
use apiward_model::Loader;
use apiward_syntax::Limits;
use rayon::prelude::*;

use crate::baseline::{Baseline, Entry};
use crate::discover::{Found, Input};
use crate::examine::{self, Examined};
use crate::gather::gather;
use crate::report::{Report, Status};
use crate::selection::Selection;
use crate::source::Sources;
use apiward_model::Date;

/// How to check.
#[derive(Debug)]
pub struct Settings {
    /// How much to hear.
    pub profile: Profile,
    /// The lints to choose from, usually all of the catalogue.
    pub lints: Vec<&'static LintMeta>,
    /// Those of them to run.
    pub selection: Selection,
    /// Pass over named files that are no API descriptions.
    pub ignore_unrecognized: bool,
    /// Keep findings that do not count in the report.
    pub show_suppressed: bool,
    /// Take the time of each lint and count its findings.
    pub statistics: bool,
    /// Findings that are known and do not count.
    pub baseline: Option<Baseline>,
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
            lints: apiward_lints::catalogue().collect(),
            selection: Selection::default(),
            ignore_unrecognized: false,
            show_suppressed: false,
            statistics: false,
            baseline: None,
            today: Date::today(),
            limits: Limits::default(),
        }
    }

    /// True when a lint runs: it is wanted, and not off in the profile.
    pub(crate) fn runs(&self, lint: &str) -> bool {
        let on = |meta: &&'static LintMeta| meta.id != lint || meta.levels.of(self.profile).is_some();
        self.selection.includes(lint) && self.lints.iter().all(on)
    }

    fn engine(&self) -> engine::Settings {
        let lints = self.lints.iter().copied().filter(|lint| self.selection.includes(lint.id)).collect();
        engine::Settings {
            profile: self.profile,
            lints,
            options: OptionValues::default(),
            today: self.today,
            timed: self.statistics,
        }
    }
}

/// What a run brought.
#[derive(Debug)]
pub struct Checked {
    /// The findings.
    pub report: Report,
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
    /// Findings of the baseline that are there no longer.
    pub fixed: Vec<Entry>,
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

/// Checks everything that was found. `advance` is called once for each input that is done, from any thread.
pub fn check(found: &Found, settings: &Settings, advance: impl Fn() + Sync) -> Checked {
    let run = Run::new(found, settings);
    let each = |input: &Input| {
        let examined = run.guarded(input);
        advance();
        examined
    };
    let examined: Vec<Examined> = found.inputs.par_iter().map(each).collect();
    let failures = found.failures.iter().map(Examined::cannot_open);
    gather(failures.chain(examined).collect(), settings)
}

/// Bytes of parsed text that are kept for other descriptions that may refer to it. Beyond that, descriptions that
/// refer to no other file are dropped once they are checked, and read again in the rare case that they are needed.
const KEPT: u64 = 64 << 20;

/// What the inputs of one run share.
struct Run<'r> {
    settings: &'r Settings,
    engine: engine::Settings,
    /// One for each root folder, so that each file is parsed once.
    loaders: HashMap<&'r Path, Loader>,
    kept: AtomicU64,
}

impl<'r> Run<'r> {
    fn new(found: &'r Found, settings: &'r Settings) -> Self {
        let mut loaders: HashMap<&Path, Loader> = HashMap::new();
        for input in &found.inputs {
            let new = || Loader::disk(PathBuf::from(&input.root), settings.limits);
            let loader = loaders.entry(&input.root).or_insert_with(new);
            if let Some(bytes) = &input.content {
                // What comes from standard input stands for the file of that name, also where others refer to it.
                let _ = loader.file(&input.location, || examine::parse(input, bytes, &settings.limits));
            }
        }
        Self { settings, engine: settings.engine(), loaders, kept: AtomicU64::new(0) }
    }

    fn examine(&self, input: &'r Input) -> Examined {
        let Some(loader) = self.loaders.get(input.root.as_path()) else { return Examined::new(input) };
        let examined = examine::examine(input, self.settings, &self.engine, loader);
        if let Some(size) = examined.droppable
            && self.kept.fetch_add(size, Ordering::Relaxed) > KEPT
        {
            loader.forget(&input.location);
        }
        examined
    }

    /// A panic is a fault of the program: it costs the findings of one file, never those of the others.
    fn guarded(&self, input: &'r Input) -> Examined {
        catch_unwind(AssertUnwindSafe(|| self.examine(input))).unwrap_or_else(|_| Examined::broken_off(input))
    }
}

#[cfg(test)]
mod tests;
