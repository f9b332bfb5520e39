//! The score of a description: how much of it is free of faults, by their weight and by the operations that they affect.
//!
//! Each lint that found something takes a share of what is left, so that the order does not matter, nothing falls below
//! zero, and a finding less never lowers the score. `docs/score.md` has the formula for readers.

use std::collections::BTreeMap;

use apiward_lints::framework::level::{Confidence, Level};
use apiward_lints::framework::operations::Operations;
use apiward_lints::framework::taxonomy::OWASP;
use schemars::JsonSchema;
use serde::Serialize;

/// How well a description is protected, in the profile of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Score {
    /// From 0 to 100, rounded down; 100 where nothing was found.
    pub value: u8,
    /// `A` from 90, `B` from 75, `C` from 60, `D` from 40, else `F`.
    pub grade: String,
    /// The same for each item of the OWASP API Security Top 10, by the lints that belong to it.
    pub owasp: BTreeMap<String, u8>,
}

/// What lints found in one description.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    by_lint: BTreeMap<String, Fault>,
}

#[derive(Debug)]
struct Fault {
    weight: f64,
    owasp: Vec<String>,
    /// The operations that are affected, finding by finding; all of them, where one names none.
    operations: Option<Vec<Operations>>,
}

impl Faults {
    /// Takes a finding in. One without operations concerns the whole description.
    pub(crate) fn add(
        &mut self,
        lint: &str,
        level: Level,
        confidence: Confidence,
        owasp: &[impl ToString],
        operations: &Operations,
    ) {
        let weight = weight(level) * trust(confidence);
        let fault = self.by_lint.entry(lint.to_owned()).or_insert_with(|| Fault {
            weight,
            owasp: owasp.iter().map(ToString::to_string).collect(),
            operations: Some(Vec::new()),
        });
        fault.weight = fault.weight.max(weight);
        match &mut fault.operations {
            Some(affected) if !operations.is_empty() => affected.push(operations.clone()),
            affected => *affected = None,
        }
    }

    /// The score of a description with so many operations.
    pub(crate) fn score(&self, operations: usize) -> Score {
        let kept: Vec<(&Fault, f64)> =
            self.by_lint.values().map(|fault| (fault, 1.0 - fault.taken(operations))).collect();
        let left = |counts: &dyn Fn(&Fault) -> bool| -> u8 {
            rounded(kept.iter().filter(|(fault, _)| counts(fault)).map(|(_, kept)| kept).product())
        };
        let value = left(&|_| true);
        let of_item = |item: &str| left(&|fault: &Fault| fault.owasp.iter().any(|own| own == item));
        let items = OWASP.iter().map(|item| (item.id.to_owned(), of_item(item.id)));
        Score { value, grade: grade(value).to_owned(), owasp: items.collect() }
    }
}

impl Fault {
    /// The share that the lint takes: half its weight for being there, the rest by the operations that are affected.
    fn taken(&self, operations: usize) -> f64 {
        let united = self.operations.as_ref().map(|sets| Operations::united(sets.iter().cloned()).len());
        let affected = united.unwrap_or(operations).min(operations);
        #[expect(clippy::cast_precision_loss, reason = "no description has 2^52 operations")]
        let share = if operations == 0 { 1.0 } else { affected as f64 / operations as f64 };
        self.weight * (0.5 + share / 2.0)
    }
}

/// What a lint takes at most, by the highest level of its findings.
const fn weight(level: Level) -> f64 {
    match level {
        Level::Error => 0.35,
        Level::Warning => 0.1,
        Level::Info => 0.02,
    }
}

const fn trust(confidence: Confidence) -> f64 {
    match confidence {
        Confidence::High => 1.0,
        Confidence::Medium => 0.75,
        Confidence::Low => 0.5,
    }
}

/// Per cent, rounded down: only where nothing is taken it is 100.
fn rounded(part: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
    let value = (part.clamp(0.0, 1.0) * 100.0 + 1e-9).floor() as u8;
    value
}

const fn grade(value: u8) -> &'static str {
    match value {
        90.. => "A",
        75.. => "B",
        60.. => "C",
        40.. => "D",
        _ => "F",
    }
}

#[cfg(test)]
mod tests {
    use apiward_model::OperationId;

    use super::*;

    fn operations(ids: std::ops::Range<usize>) -> Operations {
        ids.map(OperationId::at).collect()
    }

    fn score(faults: &[(&str, Level, std::ops::Range<usize>)]) -> Score {
        let mut all = Faults::default();
        for (lint, level, affected) in faults {
            all.add(lint, *level, Confidence::High, &["API2:2023"], &operations(affected.clone()));
        }
        all.score(10)
    }

    #[test]
    fn the_formula_is_that_of_the_page() {
        assert_eq!((score(&[]).value, score(&[]).grade.as_str()), (100, "A"));
        // 0.35 for a lint that concerns everything, 0.35 * (0.5 + 0.05) for one of ten operations.
        assert_eq!(score(&[("a", Level::Error, 0..0)]).value, 65);
        assert_eq!(score(&[("a", Level::Error, 0..1)]).value, 80);
        assert_eq!(score(&[("a", Level::Error, 0..1), ("a", Level::Error, 0..1)]).value, 80, "one lint counts once");
        assert_eq!(score(&[("a", Level::Error, 0..10), ("b", Level::Warning, 0..10)]).value, 58, "0.65 * 0.9");
        let owasp = score(&[("a", Level::Error, 0..0)]).owasp;
        assert_eq!((owasp["API2:2023"], owasp["API1:2023"], owasp.len()), (65, 100, 10));
    }

    #[test]
    fn a_finding_less_never_lowers_it() {
        let levels = [Level::Error, Level::Warning, Level::Info];
        let names = ["a", "b", "c", "d"];
        // Every set of five findings that a counter can spell, against itself less one.
        for seed in 0..4_000_usize {
            let pick = |at: usize| {
                let mixed = seed.wrapping_mul(2_654_435_761).wrapping_add(at * 97) >> 3;
                let from = mixed % 9;
                (names[mixed % 4], levels[mixed / 4 % 3], from..from + mixed / 12 % 4)
            };
            let all: Vec<_> = (0..5).map(pick).collect();
            for gone in 0..all.len() {
                let mut fewer = all.clone();
                fewer.remove(gone);
                let (before, after) = (score(&all), score(&fewer));
                assert!(after.value >= before.value, "{all:?} without {gone}");
                assert!(after.owasp["API2:2023"] >= before.owasp["API2:2023"]);
            }
        }
    }
}
