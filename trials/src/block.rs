//! Any text, read as YAML by the fast path and by the full reader: what the fast path accepts comes out the same.

use apiward_syntax::{Limits, paths};

/// Compares the two readers, also where depth is scarce.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for depth in [512, 4] {
        let limits = Limits { depth, ..Limits::default() };
        assert_eq!(paths::difference(text, &limits), None, "with a depth of {depth}");
    }
}
