//! Brings the elements of an API to the lints: once to each lint that wants them, each target in document order.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use apiward_model::lexicon::Lexicons;
use rayon::Scope;

use crate::framework::declare::LintMeta;
use crate::framework::engine::{Configured, Settings};
use crate::framework::level::Level;
use crate::framework::lint::{Check, Cx, Target};
use crate::framework::reach::Reach;
use crate::framework::shared::Shared;

/// One lint at work.
pub(super) struct Run<'r, 'a> {
    pub(super) cx: Cx<'r, 'a>,
    check: Box<dyn Check<'a> + 'a>,
    pub(super) panicked: Option<String>,
    pub(super) configured: Option<Configured>,
    /// Its place in the order of the lints.
    order: usize,
}

impl<'r, 'a> Run<'r, 'a> {
    fn new(
        shared: &'r Shared<'r, 'a>,
        settings: &'r Settings,
        (order, &(lint, base)): (usize, &(&'static LintMeta, Level)),
    ) -> Self {
        let reach = RefCell::new(Reach::new(shared.api));
        let (profile, today) = (settings.profile, settings.today);
        let (findings, undecided) = (Vec::new(), Vec::new());
        let cx = Cx { api: shared.api, profile, today, shared, lint, base, findings, undecided, reach };
        let check = match settings.custom.get(lint.id) {
            Some(custom) => custom.start(),
            None => (lint.start)(shared.api, &settings.options),
        };
        Self { cx, check, panicked: None, configured: settings.levels.get(lint.id).copied(), order }
    }

    fn wants(&self, target: Target) -> bool {
        self.cx.lint.targets.contains(&target)
    }

    /// Calls a hook, unless the lint panicked before.
    pub(super) fn call(&mut self, hook: impl FnOnce(&mut dyn Check<'a>, &mut Cx<'r, 'a>)) {
        let Self { cx, check, panicked, .. } = self;
        if panicked.is_some() {
            return;
        }
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| hook(check.as_mut(), cx))) {
            *panicked = Some(panic_message(payload.as_ref()));
            cx.findings.clear();
        }
    }
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("unknown reason").to_owned()
}

/// What lints go through, in this order. Some do all their work on the document, or at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Each(Target),
    End,
}

const STAGES: [Stage; 12] = [
    Stage::Each(Target::Document),
    Stage::Each(Target::Scheme),
    Stage::Each(Target::Requirement),
    Stage::Each(Target::Server),
    Stage::Each(Target::Operation),
    Stage::Each(Target::Channel),
    Stage::Each(Target::Message),
    Stage::Each(Target::Parameter),
    Stage::Each(Target::Schema),
    Stage::Each(Target::Use),
    Stage::Each(Target::Text),
    Stage::End,
];

/// Elements that are brought before a look at whether a core is free.
const TURN: usize = 256;

/// Lints that go over the elements together, which then lie in the processor's cache for all but the first of them.
struct Group<'r, 'a> {
    shared: &'r Shared<'r, 'a>,
    runs: Vec<Run<'r, 'a>>,
    /// The position in [`STAGES`] of what comes next.
    stage: usize,
    /// The position of the next element; of the next run where each has its turn.
    next: usize,
}

impl<'r, 'a> Group<'r, 'a> {
    fn new(shared: &'r Shared<'r, 'a>, settings: &'r Settings, lints: &[(&'static LintMeta, Level)]) -> Self {
        let runs = lints.iter().enumerate().map(|lint| Run::new(shared, settings, lint)).collect();
        Self { shared, runs, stage: 0, next: 0 }
    }

    /// Goes a step on: with one lint in stages that are one step for it, else with the next elements. False when there
    /// is nothing more to do.
    fn turn(&mut self) -> bool {
        while let Some(stage) = STAGES.get(self.stage) {
            let length = match stage {
                Stage::End => self.of_one(true, |check, cx| check.end(cx)),
                Stage::Each(Target::Document) => self.of_one(false, |check, cx| check.document(cx)),
                Stage::Each(target) => self.of_all(*target),
            };
            if length > 0 {
                self.next += length;
                return true;
            }
            (self.stage, self.next) = (self.stage + 1, 0);
        }
        false
    }

    /// The number of runs that had their turn: one, or none if all had it.
    fn of_one(&mut self, wanted: bool, hook: impl FnOnce(&mut dyn Check<'a>, &mut Cx<'r, 'a>)) -> usize {
        let Some(run) = self.runs.get_mut(self.next) else { return 0 };
        if wanted || run.wants(Target::Document) {
            run.call(hook);
        }
        1
    }

    /// Brings the next elements of a target to all that want them; their number.
    fn of_all(&mut self, target: Target) -> usize {
        let (shared, api, from) = (self.shared, self.shared.api, self.next);
        let mut listeners: Vec<_> = self.runs.iter_mut().filter(|run| run.wants(target)).collect();
        let to = listeners.as_mut_slice();
        if to.is_empty() {
            return 0;
        }
        match target {
            Target::Document => 0,
            Target::Scheme => visit(to, part(&api.schemes, from), |check, cx, scheme| check.scheme(cx, scheme)),
            Target::Requirement => {
                visit(to, part(&api.requirements, from), |check, cx, one| check.requirement(cx, one))
            }
            Target::Server => visit(to, part(&api.servers, from), |check, cx, server| check.server(cx, server)),
            Target::Operation => visit(to, part(&api.operations, from), |check, cx, one| check.operation(cx, one)),
            Target::Channel => visit(to, part(&api.channels, from), |check, cx, channel| check.channel(cx, channel)),
            Target::Message => visit(to, part(&api.messages, from), |check, cx, message| check.message(cx, message)),
            Target::Parameter => visit(to, part(&api.parameters, from), |check, cx, one| check.parameter(cx, one)),
            Target::Schema => visit(to, part(api.schemas.all(), from), |check, cx, schema| check.schema(cx, schema)),
            Target::Use => {
                let uses = part(shared.uses(), from).iter().map(|used| used.read(api));
                visit(to, uses, |check, cx, used| check.used(cx, used))
            }
            Target::Text => {
                let texts = part(shared.texts(), from).iter().map(|place| api.node(*place));
                visit(to, texts, |check, cx, text| check.text(cx, *text))
            }
        }
    }

    /// Leaves half of the lints that have something to do to another group.
    fn split(&mut self) -> Option<Self> {
        let by_run = matches!(STAGES.get(self.stage)?, Stage::End | Stage::Each(Target::Document));
        let (busy_from, next) = if by_run { (self.next, 0) } else { (0, self.next) };
        let busy = self.runs.len().saturating_sub(busy_from);
        let runs = (busy > 1).then(|| self.runs.split_off(busy_from + busy.div_ceil(2)))?;
        Some(Self { shared: self.shared, runs, stage: self.stage, next })
    }
}

/// The elements of one turn.
fn part<T>(elements: &[T], from: usize) -> &[T] {
    let rest = elements.get(from..).unwrap_or_default();
    &rest[..rest.len().min(TURN)]
}

/// Brings each element to each run; the number of elements.
fn visit<'r, 'a, T>(
    runs: &mut [&mut Run<'r, 'a>],
    elements: impl IntoIterator<Item = T>,
    hook: impl Fn(&mut dyn Check<'a>, &mut Cx<'r, 'a>, &T),
) -> usize {
    let mut count = 0;
    for element in elements {
        count += 1;
        for run in &mut *runs {
            run.call(|check, cx| hook(check, cx, &element));
        }
    }
    count
}

/// Brings every element to each of the lints.
pub(super) fn walk<'r, 'a>(
    shared: &'r Shared<'r, 'a>,
    settings: &'r Settings,
    lints: &[(&'static LintMeta, Level)],
) -> Vec<Run<'r, 'a>> {
    let mut group = Group::new(shared, settings, lints);
    while group.turn() {}
    group.runs
}

/// [`walk`] on all cores.
pub(super) fn walk_on_all_cores<'r, 'a>(
    shared: &'r Shared<'r, 'a>,
    settings: &'r Settings,
    lints: &[(&'static LintMeta, Level)],
) -> Vec<Run<'r, 'a>> {
    let crew = Crew {
        cores: rayon::current_num_threads(),
        lexicons: Lexicons::in_force(),
        at_work: AtomicUsize::new(1),
        done: Mutex::default(),
    };
    let all = Group::new(shared, settings, lints);
    rayon::scope(|scope| crew.work(all, scope));
    let mut runs = crew.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    runs.sort_unstable_by_key(|run| run.order);
    runs
}

/// Groups that share the lints of a description: whenever there are fewer than cores, those at work split.
struct Crew<'r, 'a> {
    cores: usize,
    lexicons: Option<&'static Lexicons>,
    at_work: AtomicUsize,
    done: Mutex<Vec<Run<'r, 'a>>>,
}

impl<'r, 'a> Crew<'r, 'a> {
    fn work<'s>(&'s self, mut group: Group<'r, 'a>, scope: &Scope<'s>)
    where
        'r: 's,
        'a: 's,
    {
        // Each thread has word lists of its own.
        Lexicons::with(self.lexicons, || {
            while group.turn() {
                if self.at_work.load(Ordering::Relaxed) < self.cores
                    && let Some(other) = group.split()
                {
                    self.at_work.fetch_add(1, Ordering::Relaxed);
                    scope.spawn(|scope| self.work(other, scope));
                }
            }
        });
        self.at_work.fetch_sub(1, Ordering::Relaxed);
        self.done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut group.runs);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fmt::Write;
    use std::path::PathBuf;

    use apiward_model::{Api, Files, Loader};
    use apiward_syntax::Limits;
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::framework::engine::PublicRules;
    use crate::framework::level::Profile;

    /// Several turns of operations, parameters, schemas, uses and texts, with something to find in each.
    fn description() -> String {
        let mut text = "openapi: 3.0.3\ninfo: {title: Parcels, version: 1.0.0}\nservers: [{url: 'http://a.example'}]\n\
                        paths:\n"
            .to_owned();
        for at in 0..3 * TURN {
            let _ = write!(
                text,
                "  /parcels{at}/{{id}}:\n    post:\n      summary: TODO check permissions\n      parameters:\n      \
                 - {{name: id, in: path, required: true, schema: {{type: string}}}}\n      requestBody:\n        \
                 content: {{application/json: {{schema: {{type: array, items: {{type: integer}}}}}}}}\n      \
                 responses: {{'200': {{description: Done, content: {{application/json: {{schema: {{type: object, \
                 properties: {{password: {{type: string}}}}}}}}}}}}}}\n"
            );
        }
        text
    }

    fn with_description(test: impl for<'r, 'a> FnOnce(&'r Shared<'r, 'a>, &'r Settings)) {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), description().as_str().into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let public = PublicRules::default();
        let shared = Shared::new(&api, &public);
        let settings = Settings::new(Profile::Strict);
        test(&shared, &settings);
    }

    #[test]
    fn groups_that_split_find_what_one_finds() {
        with_description(|shared, settings| {
            let lints: Vec<_> =
                settings.lints.iter().filter_map(|lint| Some((*lint, settings.level_of(lint)?))).collect();
            let told = |runs: Vec<Run<'_, '_>>| -> Vec<(&str, Vec<String>)> {
                let said = |run: &Run<'_, '_>| {
                    run.cx.findings.iter().map(|one| format!("{:?} {}", one.spot.node, one.message)).collect()
                };
                runs.iter().map(|run| (run.cx.lint.id, said(run))).collect()
            };
            let alone = told(walk(shared, settings, &lints));
            assert!(alone.iter().map(|(_, found)| found.len()).sum::<usize>() > 10 * TURN);
            for cores in [1, 2, 3, 7, 200] {
                let pool = ThreadPoolBuilder::new().num_threads(cores).build().unwrap();
                let together = pool.install(|| told(walk_on_all_cores(shared, settings, &lints)));
                assert!(together == alone, "on {cores} cores");
            }
        });
    }

    #[test]
    fn a_group_leaves_half_of_what_is_to_do() {
        with_description(|shared, settings| {
            let lints: Vec<_> = settings.lints.iter().take(10).map(|lint| (*lint, Level::Info)).collect();
            let orders = |group: &Group<'_, '_>| group.runs.iter().map(|run| run.order).collect::<Vec<_>>();
            let mut first = Group::new(shared, settings, &lints);
            for _ in 0..4 {
                assert!(first.turn());
            }
            // Four have seen the document.
            let mut second = first.split().unwrap();
            assert_eq!((orders(&first), first.next), ((0..7).collect(), 4));
            assert_eq!((orders(&second), second.next), ((7..10).collect(), 0));
            while first.stage == 0 {
                assert!(first.turn());
            }
            let third = first.split().unwrap();
            assert_eq!((orders(&first), orders(&third)), ((0..4).collect(), (4..7).collect()));
            assert_eq!((third.stage, third.next), (first.stage, first.next));
            while second.turn() {}
            assert!(second.split().is_none());
        });
    }
}
