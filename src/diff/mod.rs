//! `apiward diff`: what changed in the security of API descriptions between two versions of them.
//!
//! The types below are the contract of the JSON output, as those of `report.rs` are of `check`: within a major version
//! fields are only added. Their documentation comments are the descriptions in the JSON Schema.

mod command;
mod compare;
pub(crate) mod kinds;
mod pairs;
mod render;
mod sides;

use apiward_lints::framework::engine::Settings;
use apiward_lints::framework::level::{Level, Profile};
use apiward_model::Api;
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{Affected, FileEntry, OperationRef, Range, Tool};

pub(crate) use self::command::run;
pub(crate) use self::render::summary_line;

/// The version of the JSON contract.
pub const SCHEMA_VERSION: &str = "1.0";

/// What changed between two versions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Diff {
    /// Version of this format, `major.minor`. Within a major version fields are only added.
    pub schema_version: String,
    /// The program that compared.
    pub tool: Tool,
    /// Where the old descriptions were, as the command line names it; with `--base` the revision.
    pub old: Side,
    /// Where the new descriptions are.
    pub new: Side,
    /// The changes, sorted by effect (weaker, other, stronger), level, place and id.
    pub changes: Vec<Change>,
    /// Counts.
    pub summary: Summary,
}

/// One of the two versions.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Side {
    /// How the command line names it.
    pub name: String,
    /// One entry per document, sorted by path and document.
    pub files: Vec<FileEntry>,
}

/// Counts over the changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Changes by which the API is guarded less.
    pub weaker: usize,
    /// Changes by which it is guarded better.
    pub stronger: usize,
    /// Changes that a reviewer should judge.
    pub other: usize,
    /// Errors among the changes; those by which the API is guarded better count nowhere below.
    pub error: usize,
    /// Warnings among the changes.
    pub warning: usize,
    /// Infos among the changes.
    pub info: usize,
    /// False where something could not be read, or a reference leads nowhere: there may be more changes.
    pub complete: bool,
}

impl Side {
    /// How a file of the old version is called: both versions may call it alike.
    pub(crate) fn file(&self, path: &str) -> String {
        if self.name.ends_with(path) { self.name.clone() } else { format!("{path} ({})", self.name) }
    }
}

impl Summary {
    fn of(changes: &[Change], complete: bool) -> Self {
        let effects = |effect: Effect| changes.iter().filter(|change| change.effect == effect).count();
        let counting = || changes.iter().filter(|change| change.effect != Effect::Stronger);
        let levels = |level: Level| counting().filter(|change| change.level == level).count();
        Self {
            weaker: effects(Effect::Weaker),
            stronger: effects(Effect::Stronger),
            other: effects(Effect::Other),
            error: levels(Level::Error),
            warning: levels(Level::Warning),
            info: levels(Level::Info),
            complete,
        }
    }
}

/// What a change does to the security of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It is guarded less.
    Weaker,
    /// A reviewer should judge.
    Other,
    /// It is guarded better.
    Stronger,
}

impl Effect {
    /// As outputs call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weaker => "weaker",
            Self::Other => "other",
            Self::Stronger => "stronger",
        }
    }

    /// As the head of a list.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Weaker => "Weaker",
            Self::Other => "To be judged",
            Self::Stronger => "Stronger",
        }
    }
}

/// One change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// Id of the kind of change, `diff/name`.
    pub id: String,
    /// What it does to the security of the API.
    pub effect: Effect,
    /// How much it weighs.
    pub level: Level,
    /// What changed.
    pub message: String,
    /// Where it was; null where it was not there.
    pub old: Option<Place>,
    /// Where it is; null where it is there no longer.
    pub new: Option<Place>,
    /// The operation concerned, as it is now or, if it is gone, was; null where the change concerns none or several.
    pub operation: Option<OperationRef>,
    /// The operations concerned where there are several, 25 at most.
    pub operations: Vec<OperationRef>,
    /// How many operations are concerned.
    pub operations_total: usize,
    /// Items of the OWASP API Security Top 10.
    pub owasp: Vec<String>,
    /// Common Weakness Enumeration ids.
    pub cwe: Vec<String>,
    /// The operations of the new version that are concerned: `operations` is cut, and names need not be unique.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) affected: Vec<Affected>,
}

/// A place in one of the two versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Place {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// JSON Pointer to the element in its document.
    pub pointer: String,
    /// The text meant.
    pub range: Range,
}

/// What changed between two versions of one description, by what the descriptions alone say.
pub fn changes<'a>(old: &Api<'a>, new: &Api<'a>) -> Vec<Change> {
    let settings = Settings::new(Profile::Strict);
    let version = |api| compare::Version::new(api, &settings);
    compare::compare(&version(old), &version(new), "", 0).changes
}

/// The JSON Schema of the output.
pub fn json_schema() -> serde_json::Value {
    // As the output is written: a field that may be null is there all the same.
    let generator = schemars::generate::SchemaSettings::default().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Diff>();
    schema.insert("title".to_owned(), "apiward diff".into());
    schema.to_value()
}
