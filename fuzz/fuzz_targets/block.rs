//! Any text, read as YAML by the fast path and by the full reader: what the fast path accepts comes out the same.
#![no_main]

use apiward_syntax::{Limits, paths};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for depth in [512, 4] {
        let limits = Limits { depth, ..Limits::default() };
        assert_eq!(paths::difference(text, &limits), None, "with a depth of {depth}");
    }
});
