//! `diff`: what changed in security between two versions.

mod formats;
mod pairs;
mod same;
mod settings;
mod versions;
