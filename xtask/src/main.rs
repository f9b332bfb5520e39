//! Chores of the project: what is derived from the code is generated here, and new lints begin here.

mod bench_report;
mod dist;
mod format;
mod fuzz;
mod generate;
mod hashes;
mod lexicons;
mod new_lint;
mod pages;
mod survive;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage:
  cargo xtask fmt                  format all sources (`cargo fmt` does not see those of the lints)
  cargo xtask fmt --check          fail when one is not formatted
  cargo xtask generate             write everything that is derived from the code
  cargo xtask generate --check     fail when something of it is stale
  cargo xtask new-lint FAMILY/NAME begin a lint: code, documentation, list and fixtures
  cargo xtask dist FOLDER          write manual pages and completions into a folder
  cargo xtask fuzz --minutes N [TARGET...]
                                   fuzz each target for N minutes
  cargo xtask survive [--documents N] [--seed S] FOLDER...
                                   check broken copies of the documents in folders, 100,000 if no number is given
  cargo xtask bench-report         measure the speed and write docs/performance.md; --help says what else it takes";

#[expect(clippy::print_stderr, clippy::print_stdout, reason = "a tool for the terminal")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["fmt"] => format::run(&root(), false),
        ["fmt", "--check"] => format::run(&root(), true),
        ["generate"] => generate::write(&root()),
        ["generate", "--check"] => generate::check(&root()),
        ["bench-report", arguments @ ..] => bench_report::run(&root(), arguments),
        ["dist", folder] => dist::write(Path::new(folder)),
        ["fuzz", rest @ ..] => fuzz::run(&root(), rest),
        ["survive", rest @ ..] => survive::run(&root(), rest),
        ["new-lint", id] => new_lint::scaffold(&root(), id),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The root folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
