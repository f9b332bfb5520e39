//! What a release holds beside the program: manual pages and completions. They do not depend on the machine that the
//! program is built for, which may not be this one.

use std::fs;
use std::path::Path;

use apiward::cli::Cli;
use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

/// Writes `man/` and `completions/` in a folder.
pub(crate) fn write(folder: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
    let [man, completions] = ["man", "completions"].map(|name| folder.join(name));
    for folder in [&man, &completions] {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), &man).map_err(cannot)?;
    for shell in Shell::value_variants() {
        fs::write(completions.join(file_name(*shell)), apiward::completions::script(*shell)).map_err(cannot)?;
    }
    Ok(format!("wrote {} and {}", man.display(), completions.display()))
}

/// The name under which a shell looks for the script.
fn file_name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "apiward.bash",
        Shell::Elvish => "apiward.elv",
        Shell::Fish => "apiward.fish",
        Shell::PowerShell => "_apiward.ps1",
        _ => "_apiward",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

    use std::process::Command;

    use super::*;

    #[test]
    fn manual_pages_are_read_without_errors_and_name_every_flag() {
        let folder = std::env::temp_dir().join(format!("apiward-dist-{}", std::process::id()));
        write(&folder).unwrap();
        let pages: Vec<_> = fs::read_dir(folder.join("man")).unwrap().map(|entry| entry.unwrap().path()).collect();
        let names: Vec<_> = pages.iter().map(|page| page.file_name().unwrap().to_string_lossy()).collect();
        for name in ["apiward.1", "apiward-check.1", "apiward-explain.1", "apiward-lints.1", "apiward-completions.1"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
        assert!(!names.iter().any(|name| name.contains("debug")), "hidden");
        let readers: [(&str, &[&str]); 2] =
            [("mandoc", &["-T", "lint", "-W", "error"]), ("groff", &["-man", "-Tutf8", "-ww"])];
        for (reader, arguments) in readers {
            match Command::new(reader).args(arguments).args(&pages).output() {
                Ok(read) => {
                    let said = String::from_utf8_lossy(&read.stderr);
                    assert!(read.status.success() && said.is_empty(), "{reader}: {said}");
                    // Bold letters come between escapes or backspaces.
                    assert!(
                        read.stdout.is_empty() || String::from_utf8_lossy(&read.stdout).contains("ignore-unrecognized")
                    );
                }
                Err(_) => eprintln!("skipped: there is no {reader}"),
            }
        }
        assert_eq!(fs::read_dir(folder.join("completions")).unwrap().count(), Shell::value_variants().len());
        fs::remove_dir_all(&folder).unwrap();
    }
}
