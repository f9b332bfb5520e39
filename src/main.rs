//! The `apiward` program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    apiward::run(std::env::args_os())
}
