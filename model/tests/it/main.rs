//! The model against documents of every version: one binary, one module per question.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod asynchronous;
mod context;
mod oracle;
mod probe;
mod references;
mod schemas;
mod support;
mod tolerance;
