//! The most specific finding wins: what findings silence of other lints.
//!
//! A finding that is suppressed still silences; one of a lint that did not run, or whose level is below the profile,
//! was never made.

use std::collections::HashSet;

use apiward_model::{OperationId, Place};

use crate::framework::declare::Silences;
use crate::framework::finding::Finding;

/// Takes away what the findings of other lints silence. `runs` holds each lint's findings.
pub(crate) fn apply(runs: &mut [Vec<Finding<'_>>]) {
    let mut covers: Vec<Cover> = Vec::new();
    for finding in runs.iter().flatten() {
        for silences in finding.lint.silences {
            let at = covers.iter().position(|cover| cover.lint == silences.lint()).unwrap_or_else(|| {
                covers.push(Cover::of(silences.lint()));
                covers.len() - 1
            });
            covers[at].add(*silences, finding);
        }
    }
    for findings in runs {
        let cover = findings.first().and_then(|finding| covers.iter().find(|cover| cover.lint == finding.lint.id));
        if let Some(cover) = cover {
            findings.retain_mut(|finding| cover.leaves(finding));
        }
    }
}

/// What is silenced of one lint.
struct Cover {
    lint: &'static str,
    everything: bool,
    places: HashSet<Place>,
    /// The places and all their ancestors.
    ancestors: HashSet<Place>,
    operations: HashSet<OperationId>,
}

impl Cover {
    fn of(lint: &'static str) -> Self {
        Self { lint, everything: false, places: HashSet::new(), ancestors: HashSet::new(), operations: HashSet::new() }
    }

    fn add(&mut self, silences: Silences, finding: &Finding<'_>) {
        self.everything |= matches!(silences, Silences::Document(_));
        self.places.insert(finding.spot.node.place());
        let mut next = Some(finding.spot.node);
        while let Some(node) = next {
            if !self.ancestors.insert(node.place()) {
                break;
            }
            next = node.parent();
        }
        if matches!(silences, Silences::Operations(_)) {
            self.operations.extend(&finding.operations);
        }
    }

    /// False when nothing is left of the finding; operations that are covered leave its list.
    fn leaves(&self, finding: &mut Finding<'_>) -> bool {
        if self.everything || self.ancestors.contains(&finding.spot.node.place()) {
            return false;
        }
        let mut next = finding.spot.node.parent();
        while let Some(node) = next {
            if self.places.contains(&node.place()) {
                return false;
            }
            next = node.parent();
        }
        if self.operations.is_empty() || finding.operations.is_empty() {
            return true;
        }
        finding.operations.retain(|id| !self.operations.contains(id));
        !finding.operations.is_empty()
    }
}
