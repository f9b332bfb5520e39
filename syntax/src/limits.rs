//! How much a document may ask for: each limit stops one way to make a small file cost a lot.

/// The limits of reading one file. Every limit that is exceeded gives a [`ParseError`](crate::ParseError) of kind
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many mappings and sequences may lie inside one another; 512 by default.
    pub depth: u32,
    /// Size of the largest file that is read, in bytes; 256 MiB by default. Whatever stands here, files of 4 GiB and
    /// more are refused, as offsets have 32 bits.
    pub file_bytes: u64,
    /// How many nodes a walk that follows aliases may see through them, and how many members merge keys may bring to
    /// the mappings of a file; 1,000,000 by default.
    pub alias_visits: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 512, file_bytes: 256 << 20, alias_visits: 1_000_000 }
    }
}
