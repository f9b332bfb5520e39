//! Custom lints that failed, told at the expression that did.

use std::collections::HashSet;

use apiward_model::relative;
use apiward_syntax::Source;

use crate::convert::fault;
use crate::examine::Examined;
use crate::fingerprint;
use crate::report::{Finding, Range};

/// What is said of them, each once however many descriptions it failed on, with the text that it stands in.
pub(crate) fn findings(parts: &[Examined]) -> Vec<(Finding, Source)> {
    let mut told = HashSet::new();
    let mut found = Vec::new();
    for part in parts {
        let Some(config) = &part.config else { continue };
        for failed in &part.failed {
            let Some(rule) = config.rules.iter().find(|rule| rule.lint.id == failed.lint) else { continue };
            let file = &rule.place.file;
            if !told.insert((file.location.as_path(), failed.lint)) {
                continue;
            }
            let path = relative(&file.location, &part.root);
            let shown = relative(&file.location, &part.shown_from);
            let range = Range::new(failed.at, file.tree.lines());
            let mut finding = fault("document/rule-failed", &shown, range, failed.message.clone());
            finding.help = Some(failed.help.clone().into());
            finding.identity = fingerprint::identity(&path, failed.lint);
            finding.below.clone_from(&part.below);
            found.push((finding, file.tree.source().clone()));
        }
    }
    found
}
