//! `diff`: what changed in security between two versions.

mod pairs;
mod same;
