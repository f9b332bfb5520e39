//! `cargo xtask bench-report`: measures how fast apiward is, beside parsers that read the same texts in the same run,
//! and writes `docs/performance.md`.
//!
//! Each measurement is a process of its own (`parts.rs`), so that no memory is warm that a user's would not be, and
//! the measurements of a round follow each other, so that what else the machine does strikes all of them.

mod budget;
mod case;
#[allow(clippy::print_stderr, reason = "what benchmarks skip, which say so themselves")]
#[path = "../../../benches/inputs/mod.rs"]
mod inputs;
mod page;
mod parts;
mod rounds;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;

use self::case::{Case, Scratch};
use self::parts::Part;
use self::rounds::Measured;

/// Measures apiward beside parsers that read the same texts, and writes the page about it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench-report", no_binary_name = true)]
struct Arguments {
    /// Small texts and one round: whether it works, in seconds
    #[arg(long)]
    quick: bool,
    /// Another description to measure; its name, not its path, appears on the page
    #[arg(long = "file", value_name = "PATH", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Only what has this in its name, such as `13 MB`; the page then goes to standard output
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Where the page goes [default: docs/performance.md]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What a process that measures does
    #[arg(long, hide = true)]
    part: Option<Part>,
    /// What it is given
    #[arg(hide = true, requires = "part", trailing_var_arg = true)]
    given: Vec<PathBuf>,
}

/// Everything that was measured.
#[derive(Debug)]
struct Report {
    quick: bool,
    /// What the names of all that was measured hold.
    only: Option<String>,
    cores: usize,
    /// What the machine had to do otherwise: processes that wanted to run, before and after.
    load: Option<(f64, f64)>,
    measured: Vec<Measured>,
}

/// Runs the command with what stands behind its name.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return Err(error.to_string()),
        Err(help) => return Ok(help.to_string()),
    };
    if let Some(part) = arguments.part {
        return parts::run(part, &arguments.given);
    }
    // Unoptimised times tell nothing.
    if cfg!(debug_assertions) && !arguments.quick {
        return optimised(root);
    }
    let load = load();
    let measured = measure(&arguments)?;
    let load = load.zip(self::load());
    let report = Report { quick: arguments.quick, only: arguments.only.clone(), cores: cores(), load, measured };
    let page = page::markdown(&report);
    let usual = arguments.only.is_none().then(|| root.join("docs/performance.md"));
    let Some(output) = arguments.output.or(usual.filter(|_| !arguments.quick)) else { return Ok(page) };
    std::fs::write(&output, page).map_err(|error| format!("cannot write {}: {error}", output.display()))?;
    Ok(format!("wrote {}", output.display()))
}

/// Builds the program and this tool with optimisation, and starts the latter with the same arguments.
fn optimised(root: &Path) -> Result<String, String> {
    say("building with optimisation, which takes minutes the first time");
    let build = ["build", "--quiet", "--release", "--bins", "--package", "apiward", "--package", "xtask"];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    succeed(Command::new(cargo).current_dir(root).args(build))?;
    let own = std::env::current_exe().map_err(|error| format!("cannot tell where this tool is: {error}"))?;
    let target = own.parent().and_then(Path::parent).ok_or("this tool lies in no target folder")?;
    let tool = target.join("release").join(own.file_name().unwrap_or_default());
    succeed(Command::new(tool).args(std::env::args_os().skip(1)))?;
    Ok(String::new())
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} failed: {status}")),
        Err(error) => Err(format!("cannot start {name}: {error}")),
    }
}

fn measure(arguments: &Arguments) -> Result<Vec<Measured>, String> {
    let scratch = Scratch::new()?;
    let cases = Case::all(arguments.quick, &arguments.files);
    let is_wanted = |case: &Case| arguments.only.as_deref().is_none_or(|only| case.title().contains(only));
    let cases: Vec<Case> = cases.into_iter().filter(is_wanted).collect();
    let mut measured = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        say(&format!("[{}/{}] {}", at + 1, cases.len(), case.title()));
        measured.push(rounds::measure(case, &scratch, arguments.quick)?);
    }
    Ok(measured)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The load of the last minute, where the system tells it.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Says how far things are.
#[expect(clippy::print_stderr, reason = "a tool for the terminal")]
fn say(what: &str) {
    eprintln!("{what}");
}
