//! The whole way from text to findings, over one or two files in memory.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::finding::Finding;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, File, Files, Loader};
use apiward_syntax::{Limits, parse};
use libfuzzer_sys::fuzz_target;

/// Ends the text of the root file; what follows is the file `other.yaml`, which the root can refer to.
const DIVIDER: &str = "\n=====\n";

fuzz_target!(|text: &str| {
    let (root, other) = text.split_once(DIVIDER).unwrap_or((text, text));
    let name = "root.yaml";
    let limits = Limits::default();
    let parsed = parse(root.into(), Some(Path::new(name)), &limits);
    let loader = Loader::memory([(PathBuf::from("other.yaml"), Arc::from(other))], limits);
    let file = Arc::new(File::new(name.to_owned(), PathBuf::from(name), parsed.tree, parsed.error));
    loader.remember(&file);
    let files = Files::load(file, &loader);
    for document in 0..files.iter().next().map_or(0, |(_, root)| root.tree.documents().len()) {
        let Some(api) = Api::read(&files, document) else { continue };
        for profile in [Profile::Minimal, Profile::Recommended, Profile::Strict] {
            let outcome = run(&api, &Settings::new(profile));
            assert!(outcome.panicked.is_empty(), "{:?}", outcome.panicked);
            for finding in &outcome.findings {
                check(&files, finding);
            }
        }
    }
});

/// A finding points into the file it names, and says something.
fn check(files: &Files, finding: &Finding<'_>) {
    let source = files.file(finding.spot.node.file_id()).tree.source();
    let span = finding.spot.span();
    assert!(source.get(span.start as usize..span.end as usize).is_some(), "{finding:?}");
    assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
}
