//! The configuration as it is written. The comments are the descriptions in its JSON Schema.

use std::collections::BTreeMap;
use std::fmt;

use apiward_lints::framework::level::{Level, Profile};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::custom::Target;

/// Configuration of apiward: `apiward.yaml` in the folder whose descriptions it is about.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    /// Files to begin with, relative to this one, and presets: `apiward:gateway`, `apiward:internal`, `apiward:legacy`. What
    /// stands here counts more.
    pub(super) extends: Vec<String>,
    /// How much to hear; `recommended` if not given.
    pub(super) profile: Option<Profile>,
    /// The folder, relative to this file, that paths are shown relative to and that references must not leave; the folder
    /// of this file if not given.
    pub(super) root: Option<String>,
    /// Globs of files that are not checked. One behind `!` takes back what those before it hold, and wants quotes: `'!vendor/own'`.
    pub(super) exclude: Vec<String>,
    /// Levels and options, by lint, family, or id with `*`. The closest name decides.
    pub(super) lints: BTreeMap<String, LintSetting>,
    /// What differs for some files.
    pub(super) overrides: Vec<WrittenOverride>,
    /// Findings that do not count.
    pub(super) ignore: Vec<WrittenIgnore>,
    /// Operations that anyone may call, on purpose.
    pub(super) public: Vec<WrittenPublic>,
    /// Word lists that lints go by, by name: what is added to them and removed.
    pub(super) lexicons: BTreeMap<String, WrittenLexicon>,
    /// How much a file may ask for: it is an error to ask for more.
    pub(super) limits: WrittenLimits,
    /// Lints of your own, in CEL (Common Expression Language).
    pub(super) rules: Vec<WrittenRule>,
}

/// How much a file may ask for.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenLimits {
    /// Mappings and sequences inside one another; 512 if not given, which is also the most.
    pub(super) depth: Option<u64>,
    /// Bytes of one file; 268435456 (256 MiB) if not given.
    pub(super) file_bytes: Option<u64>,
    /// Nodes that may be seen through YAML aliases; 1000000 if not given.
    pub(super) alias_visits: Option<u64>,
}

/// What differs for some files. Of several that count for a file the last decides.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenOverride {
    /// Globs of the files.
    pub(super) files: Vec<String>,
    /// How much to hear of them.
    #[serde(default)]
    pub(super) profile: Option<Profile>,
    /// Levels and options for them.
    #[serde(default)]
    pub(super) lints: BTreeMap<String, LintSetting>,
}

/// Findings that do not count. All that is said must fit a finding.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenIgnore {
    /// A lint, a family, or an id with `*`.
    pub(super) lint: String,
    /// Globs of the files in which they lie.
    #[serde(default)]
    pub(super) files: Vec<String>,
    /// JSON Pointer to what they are about, or to what holds it.
    #[serde(default)]
    pub(super) pointer: Option<String>,
    /// Method and path, as `GET /users/{id}`; `*` stands for any method or segment, `**` for any segments.
    #[serde(default)]
    pub(super) operation: Option<String>,
    /// Why they do not count.
    pub(super) reason: String,
    /// The day, YYYY-MM-DD, from which on they count again.
    #[serde(default)]
    pub(super) expires: Option<String>,
}

/// Operations that anyone may call, on purpose.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPublic {
    /// Method and path, as `GET /health`; `*` stands for any method or segment, `**` for any segments.
    pub(super) operation: String,
    /// Why they are public.
    pub(super) reason: String,
    /// The day, YYYY-MM-DD, from which on they count as protected again.
    #[serde(default)]
    pub(super) expires: Option<String>,
}

/// What is changed of a word list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenLexicon {
    /// Entries to add.
    pub(super) add: Vec<String>,
    /// Entries to remove.
    pub(super) remove: Vec<String>,
}

/// A lint of your own: elements of a kind, what must hold for them, and what to say where it does not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRule {
    /// `custom/` and a name in small letters, as `custom/tenant-header`.
    #[schemars(regex(pattern = "^custom/[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub(super) id: String,
    /// One line on what it finds, for lists of lints; the message as it is written if not given.
    #[serde(default)]
    pub(super) title: Option<String>,
    /// What it looks at.
    pub(super) target: Target,
    /// A condition in CEL: elements for which it does not hold are passed over.
    #[serde(default)]
    pub(super) when: Option<String>,
    /// What must hold, in CEL.
    pub(super) assert: String,
    /// What to say of an element for which it does not hold; expressions stand in braces: `{operation.path}`.
    pub(super) message: String,
    /// How to mend it.
    #[serde(default)]
    pub(super) help: Option<String>,
    /// How bad it is.
    #[serde(default = "default_level")]
    pub(super) level: Level,
    /// Descriptions that `apiward test-rules` checks.
    #[serde(default)]
    pub(super) examples: WrittenExamples,
}

const fn default_level() -> Level {
    Level::Warning
}

/// Descriptions, each written as one text.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenExamples {
    /// Those in which the lint must find something.
    pub(super) bad: Vec<String>,
    /// Those in which it must find nothing.
    pub(super) good: Vec<String>,
}

/// A level, or more than that.
#[derive(Debug, Default)]
pub(super) struct LintSetting {
    pub(super) level: Option<LevelSetting>,
    pub(super) fixed: bool,
}

/// `off`, or a level.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelSetting {
    /// The lint does not run.
    Off,
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl LevelSetting {
    pub(crate) const fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Info => Some(Level::Info),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
        }
    }
}

/// The long form of a [`LintSetting`].
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Detailed {
    /// The level that the lint begins with.
    level: Option<LevelSetting>,
    /// Every finding is of this level, whatever speaks for another one.
    fixed: bool,
    /// Options of the lint, as `apiward explain` describes them.
    #[serde(rename = "options")]
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    _options: Option<IgnoredAny>,
}

impl<'de> Deserialize<'de> for LintSetting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl<'de> Visitor<'de> for SettingVisitor {
    type Value = LintSetting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("off, info, warning, error, or a mapping of level, fixed and options")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<LintSetting, E> {
        let level = match text {
            "off" => LevelSetting::Off,
            "info" => LevelSetting::Info,
            "warning" => LevelSetting::Warning,
            "error" => LevelSetting::Error,
            other => return Err(E::unknown_variant(other, &["off", "info", "warning", "error"])),
        };
        Ok(LintSetting { level: Some(level), fixed: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LintSetting, A::Error> {
        let detailed = Detailed::deserialize(MapAccessDeserializer::new(map))?;
        Ok(LintSetting { level: detailed.level, fixed: detailed.fixed })
    }
}

impl JsonSchema for LintSetting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LintSetting".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (level, detailed) = (generator.subschema_for::<LevelSetting>(), generator.subschema_for::<Detailed>());
        schemars::json_schema!({ "anyOf": [level, detailed] })
    }
}

/// The JSON Schema of the configuration.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Written);
    schema.insert("title".to_owned(), "apiward configuration".into());
    schema.to_value()
}
