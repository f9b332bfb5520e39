//! The `apiward` program as a library: finds API descriptions, has them checked and shows what was found.
//!
//! [`run`] is the program; the other public items are what its outputs and tests rest on.

pub mod baseline;
pub mod catalogue;
pub mod check;
pub mod classify;
pub mod cli;
pub mod completions;
pub mod config;
pub mod custom;
pub mod diff;
pub mod discover;
pub mod fingerprint;
pub mod fix;
pub mod html;
pub mod inventory;
pub mod lists;
pub mod outlets;
pub mod render;
pub mod report;
pub mod selection;
pub mod source;
pub mod usage;

mod commands;
mod convert;
mod debug_tree;
mod examine;
mod gather;
mod init;
mod leftovers;
mod lost;
mod output;
mod primer;
mod progress;
mod reach;
mod references;
mod revision;
mod roots;
mod score;
mod statistics;
mod suppress;
mod text;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, DebugCommand};

/// Runs the program with its arguments, the program's name first. Reports go to standard output, everything else to
/// standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            let written = harmless(error, &args).print().and_then(|()| io::stdout().flush());
            // Help and version are no errors, unless they cannot be written.
            return exit(output::reached(written).map(|()| status));
        }
    };
    let status = match cli.command {
        Command::Check(args) => commands::check(&args, cli.color),
        Command::Inventory(args) => inventory::run(&args),
        Command::Diff(args) => diff::run(&args, cli.color),
        Command::Explain { lint } => lists::explain(&lint),
        Command::Lints { format } => lists::lints(format),
        Command::TestRules { config } => custom::examples::run(config.as_deref()),
        Command::Init { folder } => init::init(&folder),
        Command::Schema { of } => lists::schema(of),
        Command::Completions { shell } => completions::completions(shell),
        Command::Debug { command: DebugCommand::Tree { file, spans } } => debug_tree::run(&file, spans),
    };
    exit(status)
}

/// Clap shows arguments as they are, and one may be the name of a file that a stranger chose.
fn harmless(error: clap::Error, args: &[OsString]) -> clap::Error {
    let shown = args.iter().map(|arg| render::inert(&arg.to_string_lossy()).into_owned());
    Cli::try_parse_from(shown).err().unwrap_or(error)
}

fn exit(status: Result<u8, usage::UsageError>) -> ExitCode {
    match status {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            error.print();
            ExitCode::from(2)
        }
    }
}
