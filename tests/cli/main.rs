//! The built program as people and scripts use it.

#![expect(clippy::unwrap_used, reason = "tests")]

/// A well-kept description whose operations are guarded, up to its paths, which follow.
macro_rules! guarded {
    ($paths:literal) => {
        concat!(
            "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nservers: [{url: https://api.parcels.io}]\n",
            "components: {securitySchemes: {bearer: {type: http, scheme: bearer, bearerFormat: JWT}}}\n",
            "security: [{bearer: []}]\npaths:\n",
            $paths
        )
    };
}

mod baseline;
mod ci;
mod completions;
mod configuration;
mod corpus;
mod custom_lints;
mod debug_tree;
mod diff;
mod docs;
mod documents;
mod editors;
#[cfg(unix)]
mod faults;
mod fingerprints;
mod first_use;
mod fixes;
mod formats;
mod hooks;
mod hostile;
#[cfg(unix)]
mod html;
mod inventory;
mod lexicons;
mod lists;
mod output;
mod paths;
mod references;
mod scenarios;
mod score;
mod suppressions;
mod tools;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the program gave.
struct Run {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Standard output as JSON.
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The lints and lines of the findings of a JSON report.
    fn findings(&self) -> Vec<(String, u64)> {
        let of = |finding: &serde_json::Value| {
            (finding["lint"].as_str().unwrap().to_owned(), finding["range"]["start"]["line"].as_u64().unwrap())
        };
        self.json()["findings"].as_array().unwrap().iter().map(of).collect()
    }
}

/// The program in a folder, without what the environment might say about colour.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apiward"));
    command.current_dir(folder).args(arguments);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

fn finish(mut command: Command, input: &[u8]) -> Run {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input closes it early.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    finish(program(folder, arguments), b"")
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
fn say_skipped(why: &str) {
    eprintln!("skipped: {why}");
}

fn testdata(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder)
}

/// An empty folder that is its own root and vanishes with the test.
fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

/// A folder with files, from pairs of path and text.
fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = scratch();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A description without faults.
const GOOD: &str = "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\npaths: {}\n";
/// A description with one warning.
const DUPLICATE: &str = "openapi: 3.0.3\ninfo: {}\ninfo: {title: Parcels, version: '1'}\npaths: {}\n";
