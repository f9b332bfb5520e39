//! Completions, by the shells that read them. Nobody here has PowerShell or Elvish: their scripts are only looked at.

use std::fs;
use std::path::Path;

use super::tools::{command, succeeds, tool};
use super::{run, scratch};

/// The script for a shell, in a file.
fn script(folder: &Path, shell: &str) -> String {
    let printed = run(folder, &["completions", shell]);
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""));
    fs::write(folder.join("script"), &printed.stdout).unwrap();
    printed.stdout
}

#[test]
fn bash_completes_commands_flags_and_lints() {
    let Some(bash) = tool("bash") else { return };
    let folder = scratch();
    script(folder.path(), "bash");
    let complete = |words: &[&str]| {
        let ask = "source ./script; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
                   _apiward apiward \"${COMP_WORDS[-1]}\" \"${COMP_WORDS[-2]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
        let mut shell = command(&bash, folder.path());
        let said = succeeds(shell.args(["--norc", "-c", ask, "bash", "apiward"]).args(words));
        said.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["comp"]), ["completions"]);
    assert_eq!(complete(&["check", "--stdin-f"]), ["--stdin-filename"]);
    assert_eq!(complete(&["check", "--profile", "s"]), ["strict"]);
    assert_eq!(complete(&["explain", "auth/anonymous-w"]), ["auth/anonymous-write"]);
    assert_eq!(complete(&["check", "--select", "document/unread"]), ["document/unreadable"]);
    assert!(!complete(&[""]).contains(&"debug".to_owned()), "hidden");
}

#[test]
fn fish_completes_commands_flags_and_lints() {
    let Some(fish) = tool("fish") else { return };
    let folder = scratch();
    script(folder.path(), "fish");
    let complete = |line: &str| {
        let mut shell = command(&fish, folder.path());
        shell.env("HOME", folder.path()).args(["--no-config", "-c", "source ./script; complete -C $argv[1]", line]);
        let said = succeeds(&mut shell);
        said.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(complete("apiward comp"), ["completions"]);
    assert_eq!(complete("apiward check --stdin-f"), ["--stdin-filename"]);
    assert_eq!(complete("apiward check --profile s"), ["strict"]);
    assert_eq!(complete("apiward check --select auth/anonymous-w"), ["auth/anonymous-write"]);
}

#[test]
fn zsh_loads_the_script() {
    let Some(zsh) = tool("zsh") else { return };
    let folder = scratch();
    assert!(script(folder.path(), "zsh").starts_with("#compdef apiward\n"));
    let load = "autoload -Uz compinit && compinit -u -D && source ./script && print -r -- $_comps[apiward]";
    let mut shell = command(&zsh, folder.path());
    assert_eq!(succeeds(shell.env("HOME", folder.path()).args(["-f", "-c", load])).trim(), "_apiward");
}

#[test]
fn other_shells_have_scripts_that_know_the_commands() {
    let folder = scratch();
    for shell in ["powershell", "elvish"] {
        let script = script(folder.path(), shell);
        assert!(script.contains("ignore-unrecognized") && script.contains("completions"), "{shell}");
    }
    let wrong = run(folder.path(), &["completions", "tcsh"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("possible values: bash, elvish, fish"), "{}", wrong.stderr);
}
