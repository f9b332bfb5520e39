//! Formats the sources, those of the lints included: `cargo fmt` does not see modules that a macro declares.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs `cargo fmt`, and `rustfmt` over the files of the lints. With `check` nothing is written.
///
/// # Errors
/// When a file is not formatted, or a tool cannot be run.
pub(crate) fn run(root: &Path, check: bool) -> Result<String, String> {
    let mut files = Vec::new();
    rust_files(&root.join("lints"), &mut files).map_err(|error| error.to_string())?;
    let mut whole = Command::new("cargo");
    whole.args(["fmt", "--all"]);
    let mut lints = Command::new("rustfmt");
    lints.args(["--edition", "2024"]).args(files);
    for mut command in [whole, lints] {
        command.args(check.then_some("--check")).current_dir(root);
        let status = command.status().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        if !status.success() {
            return Err("not formatted: run `cargo xtask fmt`".to_owned());
        }
    }
    Ok("formatted".to_owned())
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension() == Some(OsStr::new("rs")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}
