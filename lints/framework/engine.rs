//! Runs lints over one API: walks the model once, then silences, groups and sorts.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apiward_model::predicate::DeclaredPublic;
use apiward_model::{Api, Date, Operation};

use crate::framework::custom::{Custom, Undecided};
use crate::framework::declare::LintMeta;
use crate::framework::finding::Finding;
use crate::framework::gaps;
use crate::framework::level::{Level, Profile};
use crate::framework::options::OptionValues;
use crate::framework::shared::Shared;
use crate::framework::supersede;
use crate::framework::walk::{Run, walk, walk_on_all_cores};

/// Which lints run, and how.
#[derive(Debug)]
pub struct Settings {
    /// The profile, which gives each lint its base level.
    pub profile: Profile,
    /// The lints to run, in catalogue order. Those that are off in the profile are left out all the same.
    pub lints: Vec<&'static LintMeta>,
    /// Levels that differ from those of the profile.
    pub levels: HashMap<&'static str, Configured>,
    /// Operations that are declared public outside of the description.
    pub public: PublicRules,
    /// Options that differ from the defaults.
    pub options: OptionValues,
    /// What runs for the lints that are not of the catalogue, by id.
    pub custom: HashMap<&'static str, Arc<dyn Custom>>,
    /// The day on which what ends on a day is judged.
    pub today: Date,
    /// Take the time of each lint; they then run one after the other.
    pub timed: bool,
}

impl Settings {
    /// The base level of a lint, where it runs.
    pub fn level_of(&self, lint: &LintMeta) -> Option<Level> {
        self.levels.get(lint.id).map_or_else(|| lint.levels.of(self.profile), |own| own.level)
    }

    /// All lints of a profile, with default options.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            lints: crate::catalogue().collect(),
            levels: HashMap::new(),
            public: PublicRules::default(),
            options: OptionValues::default(),
            custom: HashMap::new(),
            today: Date::today(),
            timed: false,
        }
    }
}

/// The level of a lint as somebody set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configured {
    /// The base level; none when the lint is off.
    pub level: Option<Level>,
    /// Findings keep it, whatever speaks for another one.
    pub fixed: bool,
}

/// Says of an operation why somebody declared it public.
type PublicRule = dyn Fn(&Operation<'_>) -> Option<DeclaredPublic> + Send + Sync;

/// Which operations are declared public outside of the description.
#[derive(Clone, Default)]
pub struct PublicRules(Option<Arc<PublicRule>>);

impl PublicRules {
    /// Asks `rule` of each operation.
    pub fn new(rule: impl Fn(&Operation<'_>) -> Option<DeclaredPublic> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(rule)))
    }

    pub(crate) fn of(&self, operation: &Operation<'_>) -> Option<DeclaredPublic> {
        self.0.as_ref()?(operation)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for PublicRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "PublicRules(none)" } else { "PublicRules(..)" })
    }
}

/// A lint that panicked: its findings are missing, the others are whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// The lint.
    pub lint: &'static LintMeta,
    /// What it said.
    pub reason: String,
}

/// What lints found in one API.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// Sorted by file, offset and lint.
    pub findings: Vec<Finding<'a>>,
    /// Lints that panicked.
    pub panicked: Vec<Panicked>,
    /// Elements of which a lint could not tell whether they are faulty, in the order in which the lints met them.
    pub undecided: Vec<(&'static LintMeta, Undecided<'a>)>,
    /// What was taken the time of; empty unless asked for.
    pub times: Times,
}

/// Where the time went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Facts that lints share, worked out before any of them runs.
    pub shared: Duration,
    /// Each lint that ran, in catalogue order.
    pub lints: Vec<(&'static LintMeta, Duration)>,
}

/// Bytes up to which debug builds run each lint alone as well. What is larger was generated to measure the cost.
const COMPARED: usize = 1 << 20;

/// Runs the lints over an API.
pub fn run<'a>(api: &Api<'a>, settings: &Settings) -> Outcome<'a> {
    run_with(api, settings, &|_| None)
}

/// [`run`] with suppressions: `suppressed` gives the number of the one that the author wrote for a finding.
pub fn run_with<'a>(
    api: &Api<'a>,
    settings: &Settings,
    suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>,
) -> Outcome<'a> {
    let shared = Shared::new(api, &settings.public);
    let lints: Vec<(&'static LintMeta, Level)> = settings
        .lints
        .iter()
        .filter(|lint| lint.reads(api.spec.format))
        .filter_map(|lint| Some((*lint, settings.level_of(lint)?)))
        .collect();
    let mut times = Times::default();
    let runs: Vec<Run<'_, 'a>> = if settings.timed {
        one_by_one(&shared, settings, &lints, &mut times)
    } else if api.files.are_large() {
        // Nearly all lints ask for them, and the first of them would let the other cores wait.
        shared.signs();
        walk_on_all_cores(&shared, settings, &lints)
    } else {
        walk(&shared, settings, &lints)
    };
    if cfg!(debug_assertions) && api.files.iter().map(|(_, file)| file.tree.source().len()).sum::<usize>() < COMPARED {
        assert_runs_alone_agree(&shared, settings, &lints, &runs);
    }
    Outcome { times, ..finish(runs, suppressed) }
}

/// [`walk`] with the lints one after the other, so that each can be timed.
fn one_by_one<'r, 'a>(
    shared: &'r Shared<'r, 'a>,
    settings: &'r Settings,
    lints: &[(&'static LintMeta, Level)],
    times: &mut Times,
) -> Vec<Run<'r, 'a>> {
    let start = Instant::now();
    shared.work_out();
    times.shared = start.elapsed();
    let mut runs = Vec::new();
    for lint in lints {
        let start = Instant::now();
        runs.append(&mut walk(shared, settings, std::slice::from_ref(lint)));
        times.lints.push((lint.0, start.elapsed()));
    }
    runs
}

/// Silences, groups, merges and sorts.
fn finish<'a>(mut runs: Vec<Run<'_, 'a>>, suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>) -> Outcome<'a> {
    for run in &mut runs {
        // `minimal` reports errors only: a finding that was lowered is not made there.
        let profile = run.cx.profile;
        let configured = run.configured;
        run.cx
            .findings
            .retain(|finding| profile != Profile::Minimal || configured.is_some() || finding.level == Level::Error);
    }
    let mut found: Vec<Vec<Finding<'a>>> = runs.iter_mut().map(|run| std::mem::take(&mut run.cx.findings)).collect();
    supersede::apply(&mut found);
    let mut findings = Vec::new();
    for (run, found) in runs.iter_mut().zip(found) {
        let (hidden, counted) = hidden(found, suppressed);
        let mut grouped = Vec::new();
        run.call(|check, cx| grouped = check.group(cx, counted));
        // What was put together may have a place of its own, with a suppression of its own.
        for finding in &mut grouped {
            finding.suppressed = finding.suppressed.or_else(|| suppressed(finding));
            if finding.suppressed.is_none() {
                gaps::leave_out(run.cx.api, finding, suppressed);
            }
        }
        let from = findings.len();
        findings.extend(grouped);
        findings.extend(hidden);
        if let Some(level) = run.configured.filter(|own| own.fixed).and_then(|own| own.level) {
            findings[from..].iter_mut().for_each(|finding| finding.level = level);
        }
    }
    let (mut panicked, mut undecided) = (Vec::new(), Vec::new());
    for run in runs {
        let lint = run.cx.lint;
        panicked.extend(run.panicked.map(|reason| Panicked { lint, reason }));
        undecided.extend(run.cx.undecided.into_iter().map(|one| (lint, one)));
    }
    Outcome { findings: merged(findings), panicked, undecided, times: Times::default() }
}

/// The findings that do not count, and those that do.
fn hidden<'a>(
    mut found: Vec<Finding<'a>>,
    suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>,
) -> (Vec<Finding<'a>>, Vec<Finding<'a>>) {
    for finding in found.iter_mut().filter(|finding| finding.public.is_none()) {
        finding.suppressed = suppressed(finding);
    }
    let is_hidden = |finding: &Finding<'a>| finding.public.is_some() || finding.suppressed.is_some();
    // Usually none: then nothing is moved, and there is no second list of a hundred thousand.
    if found.iter().any(is_hidden) { found.into_iter().partition(is_hidden) } else { (Vec::new(), found) }
}

/// Sorted; findings of one lint at one place become one (a path item that two paths share), with all operations.
fn merged(mut findings: Vec<Finding<'_>>) -> Vec<Finding<'_>> {
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings.dedup_by(|later, first| {
        let same = later.lint == first.lint
            && later.spot == first.spot
            && later.public.is_some() == first.public.is_some()
            && later.suppressed.is_some() == first.suppressed.is_some()
            && (later.message == first.message || later.operation.is_some());
        if same {
            first.operations.unite(&later.operations);
            if !later.apart.secrets.is_empty() {
                first.apart.secrets.extend_from_slice(&later.apart.secrets);
            }
            if !first.apart.members.is_empty() || !later.apart.members.is_empty() {
                first.apart.members = [first.faults(), later.faults()].concat();
            }
        }
        same
    });
    findings
}

/// Of findings at one place the worst comes first, and of equal ones that about the first operation.
fn order<'f>(finding: &'f Finding<'_>) -> impl Ord + use<'f> {
    let place = (finding.spot.node.file_id(), finding.spot.span().start);
    let level = Reverse(finding.level);
    (
        place,
        finding.lint.id,
        finding.public.is_some(),
        finding.suppressed.is_some(),
        level,
        finding.operation,
        &*finding.message,
    )
}

/// The reference path of debug builds: each lint alone must find what it finds among the others.
fn assert_runs_alone_agree<'r, 'a>(
    shared: &'r Shared<'r, 'a>,
    settings: &'r Settings,
    lints: &[(&'static LintMeta, Level)],
    runs: &[Run<'r, 'a>],
) {
    for (lint, run) in lints.iter().zip(runs) {
        let alone = walk(shared, settings, std::slice::from_ref(lint));
        let told = |run: &Run<'r, 'a>| -> Vec<String> {
            run.cx.findings.iter().map(|f| format!("{:?} {:?} {}", f.spot.node, f.level, f.message)).collect()
        };
        let alone: Vec<String> = alone.iter().flat_map(told).collect();
        assert_eq!(alone, told(run), "{} finds something else when it runs alone", lint.0.id);
    }
}
