//! How bad, how sure, and how much one wants to hear.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is. Ordered: info, warning, error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Level {
    /// The name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How sure a lint is of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Mostly right; wrong where the description leaves something out.
    Medium,
    /// The description itself says so.
    High,
}

impl Confidence {
    /// The name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How much one wants to hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Errors of high confidence only.
    Minimal,
    /// What most teams want.
    #[default]
    Recommended,
    /// Everything.
    Strict,
}

impl Profile {
    /// All profiles, from quiet to loud.
    pub const ALL: [Self; 3] = [Self::Minimal, Self::Recommended, Self::Strict];

    /// The name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Recommended => "recommended",
            Self::Strict => "strict",
        }
    }
}

impl FromStr for Profile {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text).ok_or(())
    }
}

/// A lint's base level in each profile; none is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// In `minimal`.
    pub minimal: Option<Level>,
    /// In `recommended`.
    pub recommended: Option<Level>,
    /// In `strict`.
    pub strict: Option<Level>,
}

impl Levels {
    /// The same level in every profile.
    pub const fn all(level: Level) -> Self {
        Self { minimal: Some(level), recommended: Some(level), strict: Some(level) }
    }

    /// Off in `minimal`, then of two levels.
    pub const fn raised(recommended: Level, strict: Level) -> Self {
        Self { minimal: None, recommended: Some(recommended), strict: Some(strict) }
    }

    /// In `strict` alone.
    pub const fn strict(level: Level) -> Self {
        Self { minimal: None, recommended: None, strict: Some(level) }
    }

    /// The base level in a profile.
    pub const fn of(self, profile: Profile) -> Option<Level> {
        match profile {
            Profile::Minimal => self.minimal,
            Profile::Recommended => self.recommended,
            Profile::Strict => self.strict,
        }
    }
}
