//! Builds the trial by mutated documents as it will run, and runs it.

use std::path::Path;
use std::process::Command;

/// Hands its arguments on.
///
/// # Errors
/// When a document failed, or nothing could be tried.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let manifest = root.join("Cargo.toml");
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--package", "apiward-trials", "--bin", "survive", "--manifest-path"]);
    // Folders are meant as they were named: relative to where the user stands.
    let status =
        command.arg(manifest).arg("--").args(["--keep".as_ref(), root.join("fuzz/artifacts/survive").as_os_str()]);
    let status = status.args(arguments).status().map_err(|error| format!("cargo: {error}"))?;
    match status.code() {
        Some(0) => Ok("all documents survived".to_owned()),
        Some(1) => Err("some documents did not survive".to_owned()),
        _ => Err("the trial could not be made".to_owned()),
    }
}
