//! What every lint is built from: its declaration, its hooks, the builder for findings, and the engine that runs it.

pub(crate) mod budget;
pub(crate) mod carriers;
pub mod composition;
pub(crate) mod crowd;
pub mod custom;
pub mod declare;
pub mod engine;
pub mod finding;
pub mod fix;
pub(crate) mod gaps;
pub mod level;
pub mod lint;
pub(crate) mod lists;
pub mod operations;
pub mod options;
pub(crate) mod pattern;
pub mod practice;
pub(crate) mod reach;
pub(crate) mod shared;
pub(crate) mod supersede;
pub mod taxonomy;
pub mod text;
pub(crate) mod unread;
pub mod uses;
mod walk;
