//! Why a file could not be read: one error, with its place and a way to mend it.

use std::fmt;

/// What sort of obstacle an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text breaks the rules of JSON or YAML.
    Syntax,
    /// The bytes are not UTF-8 text.
    Encoding,
    /// The file asks for more than a limit allows.
    Limit,
}

/// Why a file, or the rest of it, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What sort of obstacle it is.
    pub kind: ErrorKind,
    /// The byte, from 0, at which the fault shows; at most the length of the source.
    pub offset: u32,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// How to mend it, where there is something to say.
    pub help: Option<String>,
}

impl ParseError {
    pub(crate) fn new(kind: ErrorKind, offset: usize, message: impl Into<String>) -> Self {
        Self { kind, offset: u32::try_from(offset).unwrap_or(u32::MAX), message: message.into(), help: None }
    }

    pub(crate) fn syntax(offset: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, offset, message)
    }

    pub(crate) fn limit(offset: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, offset, message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn too_deep(offset: usize, depth: u32) -> Self {
        Self::limit(offset, format!("more than {depth} mappings and sequences inside one another"))
            .help("flatten the document, or raise the limit `depth`")
    }

    pub(crate) fn alias_budget(offset: usize, visits: u64) -> Self {
        Self::limit(offset, format!("aliases make the document larger than {visits} nodes"))
            .help("use fewer aliases of values that hold aliases, or raise the limit `alias_visits`")
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.offset)
    }
}

impl std::error::Error for ParseError {}
