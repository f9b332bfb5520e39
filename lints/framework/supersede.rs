//! The most specific finding wins: what findings silence of other lints.
//!
//! A finding that is suppressed still silences; one of a lint that did not run, or whose level is below the profile,
//! was never made. Who silences speaks for what it silences, and is raised to that level: a profile that hears more
//! must not be milder on the same fact.

use std::collections::{HashMap, HashSet};

use apiward_model::{OperationId, Place};

use crate::framework::declare::Silences;
use crate::framework::finding::Finding;
use crate::framework::level::Level;

/// A finding that silences others: its lint, and where it stands.
type Speaker = (&'static str, Place);

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
    let mut levels: HashMap<Speaker, Level> = HashMap::new();
    for findings in runs.iter_mut() {
        let cover = findings.first().and_then(|finding| covers.iter().find(|cover| cover.lint == finding.lint.id));
        if let Some(cover) = cover {
            findings.retain_mut(|finding| {
                for speaker in cover.speakers(finding) {
                    let level = levels.entry(speaker).or_insert(finding.level);
                    *level = finding.level.max(*level);
                }
                cover.leaves(finding)
            });
        }
    }
    for finding in runs.iter_mut().flatten() {
        if let Some(level) = levels.get(&(finding.lint.id, finding.spot.node.place())) {
            finding.level = finding.level.max(*level);
        }
    }
}

/// What is silenced of one lint.
struct Cover {
    lint: &'static str,
    everything: bool,
    /// Where the findings stand that silence it.
    places: HashMap<Place, Vec<Speaker>>,
    /// The places and all their ancestors.
    ancestors: HashSet<Place>,
    operations: HashMap<OperationId, Vec<Speaker>>,
}

impl Cover {
    fn of(lint: &'static str) -> Self {
        Self { lint, everything: false, places: HashMap::new(), ancestors: HashSet::new(), operations: HashMap::new() }
    }

    fn add(&mut self, silences: Silences, finding: &Finding<'_>) {
        let place = finding.spot.node.place();
        let speaker = (finding.lint.id, place);
        self.everything |= matches!(silences, Silences::Document(_));
        self.places.entry(place).or_default().push(speaker);
        let mut next = Some(finding.spot.node);
        while let Some(node) = next {
            if !self.ancestors.insert(node.place()) {
                break;
            }
            next = node.parent();
        }
        if matches!(silences, Silences::Operations(_)) {
            for id in finding.operations.iter() {
                self.operations.entry(id).or_default().push(speaker);
            }
        }
    }

    /// The findings that speak for this one from now on: those at the same place or on one of its operations. What its
    /// author declared public is nobody's fault.
    fn speakers(&self, finding: &Finding<'_>) -> impl Iterator<Item = Speaker> {
        let same_place = self.places.get(&finding.spot.node.place());
        let same_operation = finding.operations.iter().filter_map(|id| self.operations.get(&id));
        same_place.into_iter().chain(same_operation).flatten().copied().filter(|_| finding.public.is_none())
    }

    /// False when nothing is left of the finding; operations that are covered leave its list.
    fn leaves(&self, finding: &mut Finding<'_>) -> bool {
        if self.everything || self.ancestors.contains(&finding.spot.node.place()) {
            return false;
        }
        let mut next = finding.spot.node.parent();
        while let Some(node) = next {
            if self.places.contains_key(&node.place()) {
                return false;
            }
            next = node.parent();
        }
        if self.operations.is_empty() || finding.operations.is_empty() {
            return true;
        }
        finding.operations.retain(|id| !self.operations.contains_key(&id));
        !finding.operations.is_empty()
    }
}
