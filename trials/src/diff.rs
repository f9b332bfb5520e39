//! Two texts as two versions of a description: every change points into them, and what did not change shows nothing.

use apiward::diff::{Change, Place, changes};
use apiward_model::{Api, Files};

use crate::memory;

/// Compares two files, either way, and each with itself.
pub(crate) fn run(bytes: &[u8]) {
    let (one, other) = memory::two(bytes);
    let (old, new) = (memory::files(one, other), memory::files(other, one));
    let documents = |files: &Files| files.iter().next().map_or(0, |(_, root)| root.tree.documents().len());
    for document in 0..documents(&old).max(documents(&new)) {
        let (before, after) = (Api::read(&old, document), Api::read(&new, document));
        for api in before.iter().chain(&after) {
            let found = changes(api, api);
            assert!(found.is_empty(), "from itself: {found:?}");
        }
        if let (Some(before), Some(after)) = (before, after) {
            for change in &changes(&before, &after) {
                hold(change, &old, &new);
            }
            for change in &changes(&after, &before) {
                hold(change, &new, &old);
            }
        }
    }
}

fn hold(change: &Change, old: &Files, new: &Files) {
    assert!(change.id.starts_with("diff/") && !change.message.is_empty(), "{change:?}");
    assert!(!change.message.ends_with('.') && (change.old.is_some() || change.new.is_some()), "{change:?}");
    assert!(change.operations.len() <= change.operations_total.max(1), "{change:?}");
    for (place, files) in [(&change.old, old), (&change.new, new)] {
        assert!(place.as_ref().is_none_or(|place| is_there(place, files)), "{change:?}");
    }
}

fn is_there(place: &Place, files: &Files) -> bool {
    let (start, end) = (place.range.start.offset as usize, place.range.end.offset as usize);
    let text = |file: &apiward_model::File| file.tree.source().get(start..end).is_some();
    files.iter().any(|(_, file)| file.path == place.file && text(file))
}
