//! The lints against their fixtures and their own documentation.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod docs;
mod fixtures;
mod harness;
mod notation;
mod project;
mod schemes;
mod secrets;
mod sharing;
mod split;
mod transport;
