//! Programs of others that judge what we hand out: hooks, workflows, completions, pages. `.ci/tools` installs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;

use super::say_skipped;

/// The folder of the tree.
pub(super) fn tree() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program by its name. Where it is missing and cannot be installed that is said; in CI it must be there.
pub(super) fn tool(name: &str) -> Option<PathBuf> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // What it could not install it says itself.
        let _ = Command::new("bash").arg(tree().join(".ci/tools")).status();
    });
    let tools = tree().join("target/tools");
    let own = ["venv/bin", "bin", "node_modules/.bin"].map(|folder| tools.join(folder));
    let system = std::env::var_os("PATH").unwrap_or_default();
    let found = own.into_iter().chain(std::env::split_paths(&system)).map(|folder| folder.join(name));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        assert!(!in_ci(), "{name} is missing: `.ci/tools` should have installed it");
        say_skipped(&format!("there is no {name}"));
    }
    found
}

/// True where everything must be there.
pub(super) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// A command that finds the built `apiward` as people find an installed one.
pub(super) fn command(program: &Path, folder: &Path) -> Command {
    let own = Path::new(env!("CARGO_BIN_EXE_apiward")).parent().unwrap();
    let mut path = vec![own.to_owned()];
    path.extend(program.parent().filter(|folder| folder.is_absolute()).map(Path::to_owned));
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new(program);
    command.current_dir(folder).env("PATH", std::env::join_paths(path).unwrap());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    // Hooks of git are called with variables that would lead away from the test's repository.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
}

/// Both outputs of a finished command.
pub(super) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What a command that succeeds says.
#[track_caller]
pub(super) fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", said(&output));
    said(&output)
}

/// Git in a folder, independent of whose machine it is.
#[track_caller]
pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = command(Path::new("git"), folder);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let person = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
    succeeds(git.args(person).args(arguments))
}
