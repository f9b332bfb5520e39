//! What fixes would change, as a unified diff.

use std::io::{self, Write};

use similar::{Algorithm, TextDiff};

use super::ChangedFile;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Writes one diff after the other, as `patch` and `git apply` read them.
pub(crate) fn write_diffs(files: &[ChangedFile], out: &mut dyn Write) -> io::Result<()> {
    for file in files {
        let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&*file.before, &*file.after);
        let (old, new) = (format!("a/{}", file.path), format!("b/{}", file.path));
        write!(out, "{}", diff.unified_diff().context_radius(CONTEXT).header(&old, &new))?;
    }
    Ok(())
}
