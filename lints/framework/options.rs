//! Options of lints: a plain struct in the lint's own file, found by the lint's id.

use std::any::Any;
use std::collections::HashMap;

use schemars::JsonSchema;

/// Makes the JSON Schema of a lint's options.
pub type OptionsSchema = fn() -> schemars::Schema;

/// The schema of an options struct.
pub(crate) fn schema_of<T: JsonSchema>() -> schemars::Schema {
    schemars::schema_for!(T)
}

/// The options that were set, by lint; the others have their defaults.
#[derive(Default)]
pub struct OptionValues(HashMap<&'static str, Box<dyn Any + Send + Sync>>);

impl std::fmt::Debug for OptionValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl OptionValues {
    /// Sets the options of a lint. The type must be the one that the lint declares, else they have no effect.
    pub fn set<T: Any + Send + Sync>(&mut self, lint: &'static str, options: T) {
        self.0.insert(lint, Box::new(options));
    }

    /// The options of a lint.
    pub(crate) fn get<T: Any + Clone + Default>(&self, lint: &str) -> T {
        self.0.get(lint).and_then(|options| options.downcast_ref::<T>()).cloned().unwrap_or_default()
    }
}
