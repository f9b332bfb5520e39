//! `completions`: scripts that let shells complete the command line.

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::catalogue::catalogue;
use crate::cli::Cli;
use crate::output::to_stdout;
use crate::usage::UsageError;

/// The script for a shell. Where a lint can be named, it knows all of them.
pub fn script(shell: Shell) -> Vec<u8> {
    let ids = || PossibleValuesParser::new(catalogue().into_iter().map(|entry| entry.id));
    let mut command = shown()
        .mut_subcommand("explain", |explain| explain.mut_arg("lint", |lint| lint.value_parser(ids())))
        .mut_subcommand("check", |check| {
            let check = check.mut_arg("select", |select| select.value_parser(ids()));
            check.mut_arg("ignore", |ignore| ignore.value_parser(ids()))
        });
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "apiward", &mut script);
    script
}

/// The command line without what its help hides.
fn shown() -> Command {
    let all = Cli::command();
    let command = Command::new("apiward").args(all.get_arguments().cloned());
    command.subcommands(all.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}

/// `apiward completions`.
pub(crate) fn completions(shell: Shell) -> Result<u8, UsageError> {
    to_stdout(|out| out.write_all(&script(shell))).map(|()| 0)
}
