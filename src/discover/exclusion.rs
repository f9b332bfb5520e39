//! The files that exclude others from a search, before they are read: whoever commits one must not hold the search up.

use std::path::Path;

/// Names of such files, which the search reads in every folder.
const NAMES: [&str; 2] = [".gitignore", ".ignore"];

/// Most bytes of one of them. Its globs are compiled, which costs far more than to read it.
const LARGEST: u64 = 256 << 10;

/// Why a folder is not entered: one of its files could block, never end, or cost too much.
pub(super) fn refused(folder: &Path) -> Option<String> {
    NAMES.iter().find_map(|name| {
        let metadata = std::fs::metadata(folder.join(name)).ok()?;
        if metadata.is_dir() || metadata.is_file() && metadata.len() <= LARGEST {
            return None;
        }
        let fault = if metadata.is_file() { "is larger than 256 KiB" } else { "is no regular file" };
        Some(format!("its `{name}` {fault}"))
    })
}
