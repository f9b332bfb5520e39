//! `--format github`: annotations on the lines of a change, for all that a reviewer should see.

use std::io::{self, Write};

use super::{NAMED, operations};
use crate::diff::{Diff, Effect};
use crate::render::github::annotate;

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    for change in diff.changes.iter().filter(|change| change.effect != Effect::Stronger) {
        // What is gone has no line in the new files.
        let place = change.new.as_ref().map(|place| (place.file.as_str(), place.range));
        let of = operations(change, NAMED, str::to_owned).map(|of| format!("\nconcerns {of}"));
        let text = format!("{}{}", change.message, of.unwrap_or_default());
        annotate(change.level, place, &change.id, &text, out)?;
    }
    Ok(())
}
