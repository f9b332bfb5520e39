//! The `apiward` program.
fn main() {}
