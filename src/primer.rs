//! Gets word lists and patterns ready while a large file is read.

use std::path::Path;
use std::sync::{Arc, Once};

use apiward_lints::framework::engine;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, File, Files, Loader};
use apiward_syntax::{Limits, parse};

/// A description that says a little of everything that lints look for.
const TEXT: &str = include_str!("primer.yaml");

/// Bytes from which on a file takes longer to be read than the lists and patterns to be made.
const LARGE: usize = 300_000;

/// Checks the sample on another core, once, where a file is so large that the time is not lost.
pub(crate) fn prime_for(bytes: usize) {
    static ONCE: Once = Once::new();
    if bytes >= LARGE && rayon::current_num_threads() > 1 {
        ONCE.call_once(|| rayon::spawn(prime));
    }
}

fn prime() {
    let limits = Limits::default();
    let location = Path::new("primer.yaml");
    let parsed = parse(TEXT.into(), Some(location), &limits);
    let file = Arc::new(File::new("primer.yaml".to_owned(), location.to_owned(), parsed.tree, parsed.error));
    let files = Files::load(file, &Loader::memory([], limits));
    if let Some(api) = Api::read(&files, 0) {
        engine::run(&api, &engine::Settings::new(Profile::Strict));
    }
}
