//! Which versions are compared: files, folders, what a git revision has; and what cannot be read of them.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::{Run, folder_of, run};

const OLD: &str = guarded!("  /parcels: {get: {}}\n");
const OPEN: &str = guarded!("  /parcels: {get: {security: []}}\n");
const OPENED: &str =
    "error[diff/operation-now-anonymous] `GET /parcels` accepts anonymous calls, and asked for `bearer` before";

fn diff(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &[&["diff", "--format", "concise", "-q"], arguments].concat())
}

/// A comparison without a complaint: the status and what was written.
#[track_caller]
fn told(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let run = diff(folder, arguments);
    assert_eq!(run.stderr, "");
    (run.status, run.stdout)
}

/// What a wrong call says.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let run = diff(folder, arguments);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    run.stderr
}

fn titled(text: &str, title: &str) -> String {
    text.replace("title: Parcels", &format!("title: {title}"))
}

#[test]
fn two_files_are_compared_whatever_their_names() {
    let folder = folder_of(&[("v1.yaml", OLD), ("next/api.yml", OPEN)]);
    let opened = (1, format!("next/api.yml:7:20: {OPENED}\n"));
    assert_eq!(told(folder.path(), &["v1.yaml", "next/api.yml"]), opened);
    let (status, text) = told(folder.path(), &["next/api.yml", "v1.yaml"]);
    assert!(status == 0 && text.contains("stronger[diff/operation-now-protected]"), "{text}");
}

#[test]
fn folders_match_by_path_then_by_title() {
    let folder = folder_of(&[
        ("old/same.yaml", OLD),
        ("old/moved.yaml", &titled(OLD, "Labels")),
        ("old/gone.yaml", &titled(OLD, "Carriers")),
        ("new/same.yaml", &titled(OPEN, "Shipments")),
        ("new/v2/labels.yaml", &titled(OPEN, "Labels")),
        ("new/more.yaml", &titled(OLD, "Drivers")),
    ]);
    let (status, text) = told(folder.path(), &["old", "new"]);
    let lines = [
        format!("new/same.yaml:7:20: {OPENED}"),
        format!("new/v2/labels.yaml:7:20: {OPENED}"),
        "new/more.yaml:1:1: info[diff/description-added] `new/more.yaml` is new, with 1 operation".to_owned(),
        "old/gone.yaml:1:1 before: info[diff/description-removed] `old/gone.yaml` is gone, with 1 operation".to_owned(),
    ];
    assert_eq!(status, 1);
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
}

/// Which of several descriptions of one title goes with which, nobody knows.
#[test]
fn titles_that_stand_twice_match_nothing() {
    let folder = folder_of(&[("old/a.yaml", OLD), ("old/b.yaml", OLD), ("new/c.yaml", OPEN)]);
    let (status, text) = told(folder.path(), &["old", "new"]);
    assert_eq!(
        (status, text.matches("description-removed").count(), text.matches("description-added").count()),
        (0, 2, 1)
    );
}

#[test]
fn documents_of_a_stream_match_by_their_number() {
    let stream = |second: &str| format!("{OLD}---\n{second}");
    let folder = folder_of(&[("old.yaml", &stream(OLD)), ("new.yaml", &stream(OPEN))]);
    let (status, text) = told(folder.path(), &["old.yaml", "new.yaml"]);
    assert!(status == 1 && text.lines().count() == 1 && text.starts_with("new.yaml:15:"), "{text}");
}

#[test]
fn two_versions_of_one_kind_are_named() {
    let folder = folder_of(&[("old/api.yaml", OLD), ("api.yaml", OLD)]);
    let path = folder.path();
    for arguments in [["old", "api.yaml"], ["api.yaml", "old"]] {
        assert!(refused(path, &arguments).contains("one version is a file, the other the folder `old`"));
    }
    assert!(refused(path, &[]).contains("none was given"));
    assert!(refused(path, &["api.yaml"]).contains("one was given"));
    assert!(refused(path, &["old", "old", "old"]).contains("3 were given"));
    assert!(refused(path, &["notes.txt", "api.yaml"]).contains("cannot read `notes.txt`"));
}

#[test]
fn what_cannot_be_read_is_told_and_is_neither_new_nor_gone() {
    let broken = "openapi: 3.0.3\npaths: {\n";
    let folder = folder_of(&[
        ("old/a.yaml", OLD),
        ("old/b.yaml", &titled(OLD, "Labels")),
        ("new/a.yaml", OPEN),
        ("new/b.yaml", broken),
    ]);
    for (old, new, rest) in
        [("old", "new", 1), ("new", "old", 1), ("old/b.yaml", "new/b.yaml", 0), ("new/b.yaml", "old/b.yaml", 0)]
    {
        let run = diff(folder.path(), &[old, new]);
        assert_eq!((run.status, run.stdout.lines().count()), (2, rest), "{}", run.stdout);
        assert!(run.stderr.starts_with("error: new/b.yaml:2: "), "{}", run.stderr);
        assert!(!run.stdout.contains("description-"), "{}", run.stdout);
        let summary = crate::run(folder.path(), &["diff", old, new, "--format", "json"]);
        assert_eq!(summary.json()["summary"]["complete"], false);
        assert!(summary.stderr.ends_with("as far as could be compared\n"), "{}", summary.stderr);
    }
}

#[test]
fn a_file_that_is_no_description_is_no_version() {
    let unsupported = OLD.replace("3.0.3", "4.0.0");
    let folder =
        folder_of(&[("api.yaml", OLD), ("notes.yaml", "a: 1\n"), ("next.yaml", &unsupported), ("empty/a.txt", "")]);
    let said = refused(folder.path(), &["api.yaml", "notes.yaml"]);
    assert!(said.contains("`notes.yaml` is no API description") && !said.contains("--ignore-unrecognized"), "{said}");
    assert!(refused(folder.path(), &["api.yaml", "next.yaml"]).contains("openapi 4.0.0 is not supported"));
    assert!(refused(folder.path(), &["empty", "empty"]).contains("no API description found in `empty` nor in `empty`"));
}

#[test]
fn what_was_not_read_of_the_new_version_fails() {
    let nowhere = "get: {responses: {'200': {$ref: nowhere.yaml}}}";
    let cases = [
        ("get: {}", nowhere, "`nowhere.yaml` leads nowhere"),
        ("{get: {}}", "{$ref: nowhere.yaml}", "`nowhere.yaml` leads nowhere"),
        ("get: {}", "GET: {}", "`GET` is no method and is not read"),
        ("get: {}", "get: none", "`get` is a single value"),
        ("get: {}", "get: {security: {bearer: []}}", "`security` is a mapping where a list belongs"),
        ("get: {}", "get: {security: none}", "`security` is a single value"),
        ("get: {}", "get: {security: [none]}", "an entry of `security` is a single value"),
        ("get: {}", "get: {security: [{bearer: none}]}", "`bearer` is a single value"),
        ("get: {}", "get: {security: [], security: [{bearer: []}]}", "the key `security` stands more than once"),
        ("/parcels: {get: {}}", "/parcels: {get: {}}\n  /parcels: {}", "the key `/parcels` stands more than once"),
        ("[{url: https://api.parcels.io}]", "{url: http://api.parcels.io}", "`servers` is a mapping where a list"),
    ];
    for (from, to, message) in cases {
        let broken = OLD.replace(from, to);
        assert_ne!(broken, OLD);
        let folder = folder_of(&[("old.yaml", OLD), ("new.yaml", &broken)]);
        let compared = run(folder.path(), &["diff", "old.yaml", "new.yaml", "--format", "json"]);
        let told = &compared.stderr;
        assert!(compared.status == 2 && told.starts_with("error: new.yaml:") && told.contains(message), "{to}: {told}");
        assert_eq!(compared.json()["changes"].as_array().unwrap().len(), 0, "{to}: {}", compared.stdout);
        assert_eq!(compared.json()["summary"]["complete"], false);
        // Of the old version it is told.
        let back = run(folder.path(), &["diff", "new.yaml", "old.yaml", "--format", "json"]);
        assert!(back.status == 0 && back.stderr.starts_with("note: new.yaml:"), "{to}: {}", back.stderr);
        assert_eq!(back.json()["summary"]["complete"], false);
    }
}

#[test]
fn what_is_decided_about_what_was_not_read_holds() {
    let dangling = OLD.replace("get: {}", "get: {responses: {'200': {$ref: nowhere.yaml}}}");
    let folder = folder_of(&[("old.yaml", OLD), ("new.yaml", &dangling)]);
    let status = || run(folder.path(), &["diff", "old.yaml", "new.yaml"]).status;
    assert_eq!(status(), 2);
    let decisions = [
        "lints: {document/unresolved-reference: warning}\n",
        "ignore: [{lint: document/unresolved-reference, reason: it comes later}]\n",
    ];
    for decision in decisions {
        std::fs::write(folder.path().join("apiward.yaml"), decision).unwrap();
        assert_eq!(status(), 0, "{decision}");
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@b.test"]).args(arguments);
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose first revision `v1` guards what today's files open, and has one description less.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir_all(path.join("specs/inner")).unwrap();
    let part = "get: {}\n";
    let whole = OLD.replace("/parcels: {get: {}}", "/parcels: {$ref: parts/parcels.yaml}");
    std::fs::create_dir(path.join("specs/parts")).unwrap();
    std::fs::write(path.join("specs/parts/parcels.yaml"), part).unwrap();
    std::fs::write(path.join("specs/api.yaml"), whole).unwrap();
    git(path, &["init", "-q"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "one"]);
    git(path, &["tag", "v1"]);
    std::fs::write(path.join("specs/parts/parcels.yaml"), "get: {security: []}\n").unwrap();
    std::fs::write(path.join("specs/new.yaml"), titled(OLD, "New")).unwrap();
    folder
}

const ADDED: &str = "specs/new.yaml:1:1: info[diff/description-added] `specs/new.yaml` is new, with 1 operation\n";

#[test]
fn revisions_hold_files_and_folders() {
    let repository = repository();
    let path = repository.path();
    let opened = format!("specs/parts/parcels.yaml:1:7: {OPENED}\n");
    let both = (1, format!("{opened}{ADDED}"));
    assert_eq!(told(path, &["v1:specs/api.yaml", "specs/api.yaml"]), (1, opened.clone()));
    assert_eq!(told(path, &["v1:specs/api.yaml", "HEAD:specs/api.yaml"]), (0, String::new()));
    assert_eq!(told(path, &["v1:specs", "specs"]), both);
    assert_eq!(told(path, &["--base", "v1"]), both);
    assert_eq!(told(path, &["--base", "v1", "specs/api.yaml"]), (1, opened));
    // What was not there yet is new.
    assert_eq!(told(path, &["--base", "v1", "specs/new.yaml"]), (0, ADDED.to_owned()));
}

#[test]
fn paths_of_revisions_start_at_the_top_or_with_a_dot_here() {
    let repository = repository();
    let (specs, inner) = (repository.path().join("specs"), repository.path().join("specs/inner"));
    let opened = (1, format!("specs/parts/parcels.yaml:1:7: {OPENED}\n"));
    assert_eq!(told(&specs, &["v1:specs/api.yaml", "api.yaml"]), opened);
    assert_eq!(told(&specs, &["v1:./api.yaml", "api.yaml"]), opened);
    assert_eq!(told(&inner, &["v1:../api.yaml", "../api.yaml"]), opened);
    assert_eq!(told(&inner, &["--base", "v1", ".."]), (1, format!("{}{ADDED}", opened.1)));
    assert!(refused(&specs, &["v1:api.yaml", "api.yaml"]).contains("`api.yaml` is not in `v1`"));
}

#[test]
fn revisions_that_are_not_there_are_errors_of_use() {
    let repository = repository();
    let path = repository.path();
    assert!(refused(path, &["v1:specs/new.yaml", "specs/new.yaml"]).contains("`specs/new.yaml` is not in `v1`"));
    assert!(refused(path, &["v9:specs/api.yaml", "specs/api.yaml"]).contains("`v9` is no revision"));
    assert!(refused(path, &["--base", "v9"]).contains("--base: `v9` is no revision"));
    assert!(refused(path, &["--base=--all"]).contains("`--all` is no revision"));
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(refused(elsewhere.path(), &["--base", "v1"]).contains("in no git repository"));
}

/// Neither the files of a revision nor the repository change.
#[test]
fn the_repository_stays_as_it_is() {
    let repository = repository();
    let status = || {
        let output =
            Command::new("git").current_dir(repository.path()).args(["status", "--porcelain"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let before = status();
    told(repository.path(), &["--base", "v1"]);
    assert_eq!(status(), before);
}

/// The examples are what people copy.
#[test]
fn the_examples_of_the_help_work() {
    let folder = repository();
    let path = folder.path();
    for name in ["old.yaml", "new.yaml", "openapi.yaml", "released/openapi.yaml"] {
        std::fs::create_dir_all(path.join(name).parent().unwrap()).unwrap();
        std::fs::write(path.join(name), OLD).unwrap();
    }
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "two"]);
    for tag in ["v1.4.0", "v1.5.0"] {
        git(path, &["tag", tag]);
    }
    git(path, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let help = run(path, &["diff", "--help"]).stdout;
    let (_, examples) = help.split_once("Examples:").unwrap();
    let calls: Vec<&str> = examples.lines().filter_map(|line| line.trim().strip_prefix("apiward ")).collect();
    assert_eq!(calls.len(), 5);
    for call in calls {
        let arguments: Vec<&str> = call.split_whitespace().collect();
        let run = run(path, &arguments);
        assert!(run.status < 2, "{call}: {}", run.stderr);
    }
}
