//! What fixes would change, as a unified diff.

use std::io::{self, Write};

use similar::{Algorithm, TextDiff};

use super::ChangedFile;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Writes one diff after the other, as `patch` and `git apply` read them.
pub(crate) fn write_diffs(files: &[ChangedFile], out: &mut dyn Write) -> io::Result<()> {
    files.iter().try_for_each(|file| write_diff(file, out))
}

fn write_diff(file: &ChangedFile, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (lines(&file.before), lines(&file.after));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&old, &new);
    let mut unified = diff.unified_diff();
    for (at, hunk) in unified.context_radius(CONTEXT).iter_hunks().enumerate() {
        if at == 0 {
            writeln!(out, "--- a/{0}\n+++ b/{0}", file.path)?;
        }
        writeln!(out, "{}", hunk.header())?;
        for change in hunk.iter_changes() {
            write!(out, "{}{}", change.tag(), change.value())?;
            if !change.value().ends_with('\n') {
                writeln!(out, "\n\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// The lines of a text, as those who apply a patch count them: for them a lone carriage return ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
