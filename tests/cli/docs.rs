//! What the pages say, done: every command runs, and every snippet is read by the program that it is for. A snippet of a
//! new kind fails until somebody decides here how it is tried.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value;

use super::hooks::{Hooked, hooks};
use super::tools::{command, git, said, succeeds, tool, tree};
use super::{DUPLICATE, GOOD, folder_of, run, scratch};

/// Commands that are tried elsewhere (pre-commit in `hooks.rs`, cargo by whoever runs this), or that cannot run here.
const NOT_RUN: [&str; 3] = ["cargo ", "docker ", "pre-commit "];
/// The other commands that lines begin with.
const RUN: [&str; 2] = ["apiward ", "git "];

/// A block of code of a page.
pub(super) struct Snippet {
    pub(super) page: String,
    pub(super) language: String,
    pub(super) text: String,
}

impl Snippet {
    /// The file that the first line, a comment, names.
    pub(super) fn file(&self) -> &str {
        let first = self.text.lines().find(|line| *line != "#!/bin/sh").unwrap_or_default();
        let comment = ["# ", "// ", "\" ", "-- ", ";; "].iter().find_map(|mark| first.strip_prefix(mark));
        comment.and_then(|comment| comment.split([' ', ',']).next()).unwrap_or_default()
    }
}

/// The pages that people follow: those of lints are run by the tests of the lints.
fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(tree().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = docs.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.push(tree().join("README.md"));
    pages.sort();
    pages
}

fn snippets(page: &Path) -> Vec<Snippet> {
    let text = fs::read_to_string(page).unwrap();
    let mut found = Vec::new();
    let mut inside = false;
    for event in Parser::new(&text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                let page = page.file_name().unwrap().to_string_lossy().into_owned();
                found.push(Snippet { page, language: language.to_string(), text: String::new() });
                inside = true;
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside => found.last_mut().unwrap().text.push_str(&text),
            _ => {}
        }
    }
    found
}

pub(super) fn all_snippets() -> Vec<Snippet> {
    pages().iter().flat_map(|page| snippets(page)).collect()
}

pub(super) fn named(file: &str) -> Vec<Snippet> {
    let found: Vec<Snippet> = all_snippets().into_iter().filter(|snippet| snippet.file() == file).collect();
    assert!(!found.is_empty(), "no page has {file}");
    found
}

/// A repository such as the pages are about, with history and a branch of `origin`.
fn prepared() -> tempfile::TempDir {
    let demo = fs::read_to_string(tree().join("testdata/demo/parcels.yaml")).unwrap();
    let files = [
        ("openapi.yaml", GOOD),
        ("specs/openapi.yaml", DUPLICATE),
        ("services/api.yaml", GOOD),
        ("old.yaml", GOOD),
        ("new.yaml", DUPLICATE),
        ("released/openapi.yaml", GOOD),
        ("values.yaml", "kind: Deployment\n"),
        ("testdata/demo/parcels.yaml", &demo),
        ("home/.zfunc/x", ""),
        ("home/.local/share/bash-completion/completions/x", ""),
        ("home/.config/fish/completions/x", ""),
        ("stubs/reviewdog", "#!/bin/sh\ncat > reviewdog.json\n"),
        ("stubs/gh", "#!/bin/sh\ntest -s changes.md\n"),
    ];
    let folder = folder_of(&files);
    fs::remove_dir(folder.path().join(".git")).unwrap();
    git(folder.path(), &["init", "-q"]);
    for (number, message) in ["one", "two"].iter().enumerate() {
        fs::write(folder.path().join("number"), number.to_string()).unwrap();
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", message]);
    }
    git(folder.path(), &["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    git(folder.path(), &["tag", "v1.4.0", "HEAD~1"]);
    git(folder.path(), &["tag", "v1.5.0"]);
    fs::write(folder.path().join("openapi.yaml"), format!("{GOOD}x-a: 1\n")).unwrap();
    folder
}

/// Runs a line or a script of a page: whatever it finds, it is called rightly and finds something to check.
#[track_caller]
fn call(folder: &Path, script: &str, variables: &[(&str, &str)]) -> String {
    let mut shell = command(Path::new("bash"), folder);
    shell.args(["-o", "pipefail", "-c", &format!("chmod +x stubs/* 2>/dev/null; PATH=$PWD/stubs:$PATH\n{script}")]);
    shell.env("HOME", folder.join("home")).envs(variables.iter().copied());
    let output = shell.output().unwrap();
    let said = said(&output);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{script}\n{said}");
    assert!(!said.contains("nothing was checked"), "{script}\n{said}");
    said
}

#[test]
fn every_command_runs() {
    let mut tried = 0;
    for page in pages() {
        let folder = prepared();
        for snippet in snippets(&page).iter().filter(|snippet| snippet.language == "console") {
            for line in snippet.text.lines() {
                let line = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{}: no command: {line}", snippet.page));
                let line = line.replace("cargo run --quiet -- ", "apiward ");
                if NOT_RUN.iter().any(|known| line.starts_with(known)) {
                    continue;
                }
                assert!(RUN.iter().any(|known| line.starts_with(known)), "{}: unknown: {line}", snippet.page);
                call(folder.path(), &line, &[]);
                tried += 1;
            }
        }
        let comments = folder.path().join("reviewdog.json");
        if page.ends_with("ci.md") {
            let comments: Value = serde_json::from_slice(&fs::read(comments).unwrap()).unwrap();
            assert!(!comments["diagnostics"].as_array().unwrap().is_empty());
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn every_snippet_is_of_a_kind_that_is_tried() {
    let tried: HashSet<&str> = [
        ".pre-commit-config.yaml",
        ".gitlab-ci.yml",
        "lefthook.yml",
        ".git/hooks/pre-commit",
        "Jenkinsfile",
        ".vscode/tasks.json",
        "~/.vim/compiler/apiward.vim",
        "~/.config/nvim/plugin/apiward.lua",
        "init.el",
        "apiward.yaml",
    ]
    .into();
    for snippet in all_snippets().iter().filter(|snippet| snippet.language != "console") {
        let file = snippet.file();
        let is_description = snippet.language == "yaml" && snippet.text.starts_with("paths:");
        // Generated pages, whose rules and lists are tried in `custom_lints.rs` and `lexicons.rs`.
        let is_generated = ["custom-lints.md", "lexicons.md"].iter().any(|page| snippet.page.ends_with(page));
        // What the program prints is compared in `inventory.rs`.
        let is_table = snippet.language == "text" && snippet.page == "inventory.md";
        let known = tried.contains(file)
            || file.starts_with(".github/workflows/")
            || is_description
            || is_generated
            || is_table;
        assert!(known, "{}: nobody tries the {} of {file:?}", snippet.page, snippet.language);
    }
}

/// The configuration is tried in `configuration.rs`.
#[test]
fn the_suppressions_are_read() {
    for snippet in all_snippets().iter().filter(|snippet| snippet.text.starts_with("paths:")) {
        let head = "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nsecurity: [{key: []}]\n\
                    components: {securitySchemes: {key: {type: http, scheme: bearer}}}\n";
        let folder = folder_of(&[("api.yaml", &format!("{head}{}", snippet.text))]);
        let checked =
            run(folder.path(), &["check", "--show-suppressed", "--today", "2026-01-01", "--format", "concise"]);
        assert!(checked.stdout.contains("error[auth/anonymous-write]"), "{}", checked.stdout);
        assert!(checked.stdout.contains("(suppressed)"), "{}{}", checked.stdout, checked.stderr);
    }
}

#[test]
fn pre_commit_takes_the_configurations() {
    let Some(pre_commit) = tool("pre-commit") else { return };
    for snippet in named(".pre-commit-config.yaml") {
        let folder = scratch();
        fs::write(folder.path().join("config.yaml"), &snippet.text).unwrap();
        succeeds(command(&pre_commit, folder.path()).args(["validate-config", "config.yaml"]));
        // In place of the repository that nobody has here, ours; both hooks have one entry, and only one is built.
        let (hooks, revision) = hooks();
        let there = format!("'{}'", hooks.path().display());
        let config = snippet.text.replace("https://github.com/OWNER/apiward", &there).replace("v0.1.0", &revision);
        let config = config.replace("- id: apiward\n", "- id: apiward-system\n");
        let Some(hooked) = Hooked::with(&config, hooks) else { return };
        let (_, said) = hooked.call(&pre_commit, &["run", "--all-files"]);
        assert!(said.contains("apiward (installed)") && said.contains("checked 4 files"), "{said}");
    }
}

#[test]
fn lefthook_and_git_call_the_hook_with_what_is_staged() {
    let check = |said: &str| assert!(said.contains("checked 1 file") && said.contains("duplicate-key"), "{said}");
    let stage = || {
        let folder = folder_of(&[("specs/a b.yaml", DUPLICATE), ("other.yaml", "kind: Service\n")]);
        fs::remove_dir(folder.path().join(".git")).unwrap();
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        folder
    };
    for snippet in named(".git/hooks/pre-commit") {
        check(&call(stage().path(), &snippet.text, &[]));
    }
    let Some(lefthook) = tool("lefthook") else { return };
    for snippet in named("lefthook.yml") {
        let folder = stage();
        fs::write(folder.path().join("lefthook.yml"), &snippet.text).unwrap();
        check(&succeeds(command(&lefthook, folder.path()).args(["run", "pre-commit"])));
    }
}

/// The values of a YAML or JSON text, as our own parser reads it.
fn values(text: &str) -> Value {
    let folder = folder_of(&[("text.yaml", text)]);
    run(folder.path(), &["debug", "tree", "text.yaml"]).json()
}

#[test]
fn workflows_satisfy_their_linter_and_their_commands_run() {
    let inputs = values(&fs::read_to_string(tree().join("action.yml")).unwrap())["inputs"].clone();
    let snippets = all_snippets();
    let workflows: Vec<&Snippet> =
        snippets.iter().filter(|snippet| snippet.file().starts_with(".github/workflows/")).collect();
    assert!(workflows.len() > 2);
    for snippet in workflows {
        let folder = prepared();
        let path = folder.path().join(snippet.file());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &snippet.text).unwrap();
        if let Some(actionlint) = tool("actionlint") {
            succeeds(command(&actionlint, folder.path()).arg("-no-color").arg(&path));
        }
        let workflow = values(&snippet.text);
        for step in workflow["jobs"]["apiward"]["steps"].as_array().unwrap() {
            if let Some(script) = step["run"].as_str() {
                call(folder.path(), script, &[("GITHUB_BASE_REF", "main")]);
            }
            if step["uses"].as_str().is_some_and(|uses| uses.starts_with("OWNER/apiward@v")) {
                for name in step["with"].as_object().unwrap().keys() {
                    assert!(inputs[name].is_object(), "the action has no input {name}");
                }
            }
        }
    }
    // Each input is in the table.
    let page = fs::read_to_string(tree().join("docs/ci.md")).unwrap();
    for name in inputs.as_object().unwrap().keys() {
        assert!(page.contains(&format!("\n| `{name}` |")), "{name}");
    }
}

#[test]
fn pipelines_of_gitlab_satisfy_its_schema_and_run() {
    let ours = values(&fs::read_to_string(tree().join("integrations/gitlab.yml")).unwrap())["apiward"].clone();
    for snippet in named(".gitlab-ci.yml") {
        let folder = prepared();
        fs::write(folder.path().join(".gitlab-ci.yml"), &snippet.text).unwrap();
        if let Some(judge) = tool("check-jsonschema") {
            let mut judge = command(&judge, folder.path());
            succeeds(judge.args(["--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"]));
        }
        // GitLab merges the mappings of both jobs, and expands variables within variables.
        let mut variables = ours["variables"].as_object().unwrap().clone();
        for (name, value) in values(&snippet.text)["apiward"]["variables"].as_object().unwrap() {
            assert!(variables.contains_key(name) || name == "GIT_DEPTH", "nothing reads {name}");
            variables.insert(name.clone(), value.clone());
        }
        let variables: Vec<(&str, String)> = variables
            .iter()
            .map(|(name, value)| {
                (name.as_str(), value.as_str().unwrap().replace("$CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD"))
            })
            .collect();
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        call(folder.path(), ours["script"][0].as_str().unwrap(), &variables);
        assert!(folder.path().join("gl-code-quality-report.json").is_file());
    }
}

/// Nobody here has Jenkins: its steps are looked at, and the commands in them run.
#[test]
fn the_commands_of_the_pipeline_for_jenkins_run() {
    for snippet in named("Jenkinsfile") {
        let folder = prepared();
        let commands: Vec<&str> =
            snippet.text.split("sh '").skip(1).map(|rest| rest.split('\'').next().unwrap()).collect();
        assert_eq!(commands.len(), 1);
        call(folder.path(), commands[0], &[]);
        for report in ["junit 'apiward-junit.xml'", "sarif(pattern: 'apiward.sarif'"] {
            assert!(snippet.text.contains(report), "{report}");
            assert!(folder.path().join(report.split('\'').nth(1).unwrap()).is_file(), "{report}");
        }
    }
}
