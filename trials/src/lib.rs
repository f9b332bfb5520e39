//! What must hold for every input, however broken: the bodies of the fuzz targets as plain functions, so that seeds and
//! past crashes are replayed without a fuzzer, and the trial by mutated copies of real descriptions.
//!
//! A function that returns has found nothing; one that panics has found a fault.

#![expect(clippy::missing_panics_doc, reason = "to panic is how a fault is told")]

pub mod mutate;
pub mod report;
pub mod survive;

mod baseline;
mod block;
mod check;
mod configuration;
mod dice;
mod diff;
mod fixes;
mod html;
mod inventory;
mod memory;
mod model;
mod outputs;
pub mod plausible;
mod rules;
mod suppressions;
mod tree;

pub use dice::Dice;

/// A fuzz target: its name, as that of its seeds' folder, and what it does with any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 13] = [
    ("baseline", baseline::run),
    ("block", block::run),
    ("check", check::run),
    ("configuration", configuration::run),
    ("diff", diff::run),
    ("fixes", fixes::run),
    ("html", html::run),
    ("inventory", inventory::run),
    ("model", model::run),
    ("plausible", plausible::run),
    ("rules", rules::run),
    ("suppressions", suppressions::run),
    ("tree", tree::run),
];

/// Runs the target of a name over bytes.
pub fn run(target: &str, bytes: &[u8]) {
    let known = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, body) = known.unwrap_or_else(|| panic!("there is no target `{target}`"));
    body(bytes);
}
