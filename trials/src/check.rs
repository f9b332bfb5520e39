//! The whole way from text to findings, over one or two files in memory.

use apiward_lints::framework::engine::{Settings, run as run_lints};
use apiward_lints::framework::finding::Finding;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, Files};

use crate::memory;

/// Reads the API in one or two files and runs every lint in every profile.
pub(crate) fn run(bytes: &[u8]) {
    let (root, other) = memory::two(bytes);
    let files = memory::files(root, other);
    for document in 0..files.iter().next().map_or(0, |(_, root)| root.tree.documents().len()) {
        let Some(api) = Api::read(&files, document) else { continue };
        for profile in Profile::ALL {
            let outcome = run_lints(&api, &Settings::new(profile));
            assert!(outcome.panicked.is_empty(), "{:?}", outcome.panicked);
            for finding in &outcome.findings {
                hold(&files, finding);
            }
        }
    }
}

/// A finding points into the file it names, and says something.
fn hold(files: &Files, finding: &Finding<'_>) {
    let source = files.file(finding.spot.node.file_id()).tree.source();
    let span = finding.spot.span();
    assert!(source.get(span.start as usize..span.end as usize).is_some(), "{finding:?}");
    assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
}
