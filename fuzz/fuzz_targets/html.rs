//! `html` of `trials/`, driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| apiward_trials::run("html", bytes));
