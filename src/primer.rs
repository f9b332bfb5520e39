//! Gets word lists and patterns ready while a large file is read.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Once};

use apiward_lints::framework::engine;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, File, Files, Loader};
use apiward_syntax::{Limits, another_core_is_free, parse};

/// A description that says a little of everything that lints look for.
const TEXT: &str = include_str!("primer.yaml");

/// Bytes from which on a file takes longer to be read than the lists and patterns to be made.
const LARGE: usize = 300_000;

/// Has another core check the sample, once, where a file is so large that the time is not lost.
pub(crate) fn prime_for(bytes: usize) {
    static ONCE: Once = Once::new();
    if bytes >= LARGE && another_core_is_free() {
        ONCE.call_once(|| rayon::spawn(prime));
    }
}

fn prime() {
    check_sample();
}

/// Has another core work out what will be asked of a large file. What a tree is asked for first comes first.
pub(crate) fn prepare(file: &Arc<File>) {
    if file.tree.source().len() >= LARGE && another_core_is_free() {
        file.contexts();
        let file = Arc::clone(file);
        rayon::spawn(move || file.tree.prepare());
    }
}

/// The number of lints that find something in the sample.
fn check_sample() -> usize {
    let limits = Limits::default();
    let location = Path::new("primer.yaml");
    let parsed = parse(TEXT.into(), Some(location), &limits);
    let file = Arc::new(File::new("primer.yaml".to_owned(), location.to_owned(), parsed.tree, parsed.error));
    let files = Files::load(file, &Loader::memory([], limits));
    let Some(api) = Api::read(&files, 0) else { return 0 };
    let outcome = engine::run(&api, &engine::Settings::new(Profile::Strict));
    outcome.findings.iter().map(|finding| finding.lint.id).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_gives_many_lints_something_to_do() {
        assert!(check_sample() >= 20, "{}", check_sample());
    }
}
