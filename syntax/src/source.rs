//! The text of a file.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The text of a file, shared by its tree and by all who show parts of it. It is the buffer that was read, not a copy:
/// files can be large.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Arc<String>);

impl Deref for Source {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        Self(Arc::new(text))
    }
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
