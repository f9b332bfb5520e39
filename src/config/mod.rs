//! The configuration: one `apiward.yaml` for a repository, or for a part of it.

mod explained;
pub(crate) mod failed;
pub(crate) mod idle;
mod lexicons;
mod limits;
mod own;
mod presets;
mod read;
mod rules;
pub(crate) mod shown;
mod written;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::engine::{self, Configured, PublicRules};
use apiward_lints::framework::level::{Level, Profile};
use apiward_lints::framework::options::OptionValues;

use apiward_model::lexicon::{Change, Lexicons};
use apiward_syntax::Limits;

pub(crate) use self::own::MOST_RULES;
pub(crate) use self::read::load;
pub use self::rules::OperationPattern;
pub(crate) use self::rules::{Because, Globs, IgnoreRule, LintRule, Place, PublicRule};
use self::written::LevelSetting;
pub use self::written::json_schema;
use crate::catalogue::is_fault;
use crate::check::Settings;
use crate::custom::{Rule, Runner};
use crate::report::{Finding, NOT_CHECKED};

/// Names of the file, in the order in which they are looked for.
pub(crate) const NAMES: [&str; 4] = ["apiward.yaml", "apiward.yml", ".apiward.yaml", ".apiward.yml"];

/// A configuration with all that it extends, read and checked.
#[derive(Debug)]
pub struct Config {
    /// The file, as it was found.
    pub(crate) file: PathBuf,
    /// The file as messages name it.
    pub(crate) shown: String,
    /// The folder that paths and globs are relative to.
    pub(crate) folder: PathBuf,
    /// The root folder, where it names one.
    pub(crate) root: Option<PathBuf>,
    pub(crate) profile: Option<(Profile, Place)>,
    pub(crate) exclude: Globs,
    pub(crate) lints: Vec<LintRule>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) ignore: Vec<IgnoreRule>,
    pub(crate) public: Vec<PublicRule>,
    /// What is changed of word lists, and where that is said last.
    pub(crate) changes: Vec<(Change, Place)>,
    /// The word lists with these changes.
    pub(crate) lexicons: Option<&'static Lexicons>,
    /// Where they differ from those of the program.
    limits: written::WrittenLimits,
    /// The custom lints.
    pub(crate) rules: Vec<Arc<Rule>>,
}

/// What differs for some files.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) files: Globs,
    pub(crate) profile: Option<(Profile, Place)>,
    pub(crate) lints: Vec<LintRule>,
}

impl Config {
    /// The limits with those that it sets.
    pub(crate) fn limits(&self, limits: &Limits) -> Limits {
        self.limits.over(*limits)
    }

    /// The root folder that it gives to what lies below its folder.
    pub(crate) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or(&self.folder)
    }

    /// The numbers of the overrides that count for a file, by its path.
    pub(crate) fn overrides_of(&self, path: &str) -> Vec<usize> {
        (0..self.overrides.len()).filter(|at| self.overrides[*at].files.hold(path)).collect()
    }

    /// The profile with some overrides, and where it stands.
    pub(crate) fn profile(&self, overrides: &[usize]) -> Option<&(Profile, Place)> {
        let own = overrides.iter().rev().find_map(|at| self.overrides[*at].profile.as_ref());
        own.or(self.profile.as_ref())
    }

    /// The rule that decides on a lint: the closest pattern, of equally close ones the last.
    pub(crate) fn rule(&self, lint: &str, overrides: &[usize]) -> Option<&LintRule> {
        let closest = |rules: &'_ [LintRule]| -> Option<usize> {
            let matching = rules.iter().enumerate().filter(|(_, rule)| rule.says_level() && rule.pattern.means(lint));
            matching.max_by_key(|(at, rule)| (rule.pattern.weight(), *at)).map(|(at, _)| at)
        };
        let own = overrides.iter().rev().find_map(|at| {
            let rules = &self.overrides[*at].lints;
            Some(&rules[closest(rules)?])
        });
        own.or_else(|| Some(&self.lints[closest(&self.lints)?]))
    }

    /// Gives a fault of the program itself its level; false when it is off.
    pub(crate) fn adjust_fault(&self, finding: &mut Finding, overrides: &[usize]) -> bool {
        let is_fault = is_fault(finding.lint) && !NOT_CHECKED.contains(&finding.lint);
        match self.rule(finding.lint, overrides).filter(|_| is_fault).and_then(|rule| rule.level) {
            Some(setting) => setting.level().is_some_and(|level| {
                finding.level = level;
                true
            }),
            None => true,
        }
    }

    /// The level of a kind of change in a file, given the one that it has of itself; nothing where it is off.
    pub(crate) fn level_of_change(&self, id: &str, file: &str, own: Level) -> Option<Level> {
        let overrides = self.overrides_of(file);
        self.rule(id, &overrides).and_then(|rule| rule.level).map_or(Some(own), LevelSetting::level)
    }

    /// What the lints are told, with some overrides.
    pub(crate) fn engine(&self, settings: &Settings, overrides: &[usize]) -> engine::Settings {
        let mut engine = settings.engine();
        if let Some((profile, _)) = self.profile(overrides).filter(|_| !settings.profile_given) {
            engine.profile = *profile;
        }
        for rule in self.rules.iter().filter(|rule| settings.selection.includes(rule.lint.id)) {
            engine.lints.push(rule.lint);
            engine.custom.insert(rule.lint.id, Arc::new(Runner(Arc::clone(rule))));
        }
        for lint in settings.lints.iter().copied().chain(self.custom_lints()) {
            if let Some(rule) = self.rule(lint.id, overrides) {
                let level = rule.level.and_then(LevelSetting::level);
                engine.levels.insert(lint.id, Configured { level, fixed: rule.fixed });
            }
        }
        engine.options = self.options(settings, overrides);
        if !self.public.is_empty() {
            let rules = self.public.clone();
            let today = settings.today;
            engine.public =
                PublicRules::new(move |operation| rules.iter().find_map(|rule| rule.declares(operation, today)));
        }
        engine
    }

    /// Its custom lints.
    pub(crate) fn custom_lints(&self) -> impl Iterator<Item = &'static LintMeta> {
        self.rules.iter().map(|rule| rule.lint)
    }

    /// The options of lints: of those set twice the later counts.
    fn options(&self, settings: &Settings, overrides: &[usize]) -> OptionValues {
        let mut values = OptionValues::default();
        let of_overrides = overrides.iter().flat_map(|at| &self.overrides[*at].lints);
        for rule in self.lints.iter().chain(of_overrides) {
            for lint in settings.lints.iter().filter(|lint| rule.pattern.matches(lint.id)) {
                if let Some(options) = rule.options_of(lint) {
                    values.set(lint.id, options);
                }
            }
        }
        values
    }
}
