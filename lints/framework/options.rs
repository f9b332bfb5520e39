//! Options of lints: a plain struct in the lint's own file, found by the lint's id.

use std::any::Any;
use std::collections::HashMap;

use apiward_syntax::{DeError, Node};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::framework::level::Profile;

/// The options of one lint, of the type that it declares.
pub type AnyOptions = Box<dyn Any + Send + Sync>;

/// When a lint makes a further demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// In every profile in which the lint runs.
    Always,
    /// In `strict` alone.
    Strict,
    /// In none.
    Never,
}

impl When {
    /// Whether the demand is made in a profile.
    pub fn holds(self, profile: Profile) -> bool {
        match self {
            Self::Always => true,
            Self::Strict => profile == Profile::Strict,
            Self::Never => false,
        }
    }
}

/// What is known of a lint's options without knowing their type.
#[derive(Clone, Copy, Debug)]
pub struct OptionsMeta {
    /// Their JSON Schema.
    pub schema: fn() -> schemars::Schema,
    /// Reads them from a mapping; what is left out has its default.
    pub read: fn(Node<'_>) -> Result<AnyOptions, DeError>,
}

impl OptionsMeta {
    pub(crate) const fn of<T: Any + Send + Sync + DeserializeOwned + JsonSchema>() -> Self {
        Self { schema: || schemars::schema_for!(T), read: read::<T> }
    }
}

fn read<T: Any + Send + Sync + DeserializeOwned>(node: Node<'_>) -> Result<AnyOptions, DeError> {
    Ok(Box::new(apiward_syntax::from_node::<T>(node)?))
}

/// The options that were set, by lint; the others have their defaults.
#[derive(Default)]
pub struct OptionValues(HashMap<&'static str, AnyOptions>);

impl std::fmt::Debug for OptionValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl OptionValues {
    /// Sets the options of a lint, as [`OptionsMeta::read`] gives them. Those of another type have no effect.
    pub fn set(&mut self, lint: &'static str, options: AnyOptions) {
        self.0.insert(lint, options);
    }

    /// The options of a lint.
    pub(crate) fn get<T: Any + Clone + Default>(&self, lint: &str) -> T {
        self.0.get(lint).and_then(|options| options.downcast_ref::<T>()).cloned().unwrap_or_default()
    }
}
