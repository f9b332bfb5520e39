//! Which files are found, and what they are called.

use std::path::Path;

use super::{DUPLICATE, GOOD, finish, folder_of, program, run};

/// The paths of the checked files.
fn checked(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let run = run(folder, &[&["check", "--format", "json"], arguments].concat());
    let report = run.json();
    let files = report["files"].as_array().unwrap().iter().filter(|file| file["status"] == "checked");
    files.map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn folders_are_searched_as_people_expect() {
    let folder = folder_of(&[
        ("api.yaml", GOOD),
        ("deep/er/api.JSON", "{\"swagger\": \"2.0\"}"),
        ("api.yml", "asyncapi: 3.0.0"),
        ("api.txt", GOOD),
        ("api", GOOD),
        (".hidden/api.yaml", GOOD),
        ("node_modules/x/api.yaml", GOOD),
        ("build/api.yaml", GOOD),
        (".gitignore", "build/\n"),
        ("other.yaml", "kind: Deployment"),
    ]);
    assert_eq!(checked(folder.path(), &[]), ["api.yaml", "api.yml", "deep/er/api.JSON"]);
    assert_eq!(
        checked(folder.path(), &["api.txt", ".hidden", "build/api.yaml"]),
        [".hidden/api.yaml", "api.txt", "build/api.yaml"]
    );
    std::fs::remove_dir(folder.path().join(".git")).unwrap();
    assert!(!checked(folder.path(), &[]).contains(&"build/api.yaml".to_owned()), "also outside a repository");
}

#[test]
fn a_file_is_checked_once_however_often_it_is_named() {
    let folder = folder_of(&[("a/api.yaml", GOOD)]);
    assert_eq!(checked(folder.path(), &["a", ".", "a/api.yaml", "./a/../a/api.yaml"]), ["a/api.yaml"]);
}

#[test]
fn the_root_is_the_nearest_mark() {
    let folder = folder_of(&[("project/specs/v1/api.yaml", GOOD)]);
    let specs = folder.path().join("project/specs");
    assert_eq!(checked(&specs, &["v1"]), ["project/specs/v1/api.yaml"], "the folder with .git");
    std::fs::write(folder.path().join("project/apiward.yaml"), "").unwrap();
    assert_eq!(checked(&specs, &["v1"]), ["project/specs/v1/api.yaml"], "shown from the top");
    assert_eq!(checked(&specs, &["v1", "--no-config"]), ["project/specs/v1/api.yaml"], "no configuration counts");
    assert_eq!(checked(&specs, &["v1", "--root", "."]), ["v1/api.yaml"], "--root");
    assert_eq!(checked(&specs, &["v1/api.yaml", "--root", "../.."]), ["project/specs/v1/api.yaml"], "--root above");
}

#[test]
fn a_file_outside_the_root_is_in_a_root_of_its_own() {
    let folder = folder_of(&[("inside/a.yaml", GOOD), ("outside/b.yaml", GOOD)]);
    assert_eq!(checked(folder.path(), &["inside", "outside/b.yaml", "--root", "inside"]), ["a.yaml", "b.yaml"]);
}

#[test]
fn files_of_several_roots_are_told_apart() {
    let folder = folder_of(&[("one/api.yaml", GOOD), ("two/api.yaml", GOOD)]);
    for name in ["one", "two"] {
        std::fs::write(folder.path().join(name).join("apiward.yaml"), "").unwrap();
    }
    assert_eq!(checked(folder.path(), &["."]), ["one/api.yaml", "two/api.yaml"]);
    assert_eq!(checked(folder.path(), &["two"]), ["two/api.yaml"]);
    std::fs::remove_dir(folder.path().join(".git")).unwrap();
    assert_eq!(checked(folder.path(), &["."]), ["one/api.yaml", "two/api.yaml"]);
    assert_eq!(checked(folder.path(), &["two"]), ["api.yaml"], "no repository says where it lies");
}

#[test]
fn standard_input_goes_by_its_name() {
    let folder = folder_of(&[]);
    let line = |arguments: &[&str]| {
        let arguments = [&["check", "-", "--format", "concise", "-q"], arguments].concat();
        finish(program(folder.path(), &arguments), DUPLICATE.as_bytes()).stdout
    };
    assert!(line(&[]).starts_with("<stdin>:3:1: "));
    assert!(line(&["--stdin-filename", "specs/api.yaml"]).starts_with("specs/api.yaml:3:1: "));
}

#[test]
fn a_list_names_further_files() {
    let folder =
        folder_of(&[("a.yaml", GOOD), ("b b.yaml", GOOD), ("c.yaml", GOOD), ("list", "a.yaml\r\n\nb b.yaml\n")]);
    assert_eq!(checked(folder.path(), &["--files-from", "list"]), ["a.yaml", "b b.yaml"]);
    let command = program(folder.path(), &["check", "--files-from", "-", "--format", "concise"]);
    let piped = finish(command, b"b b.yaml\0c.yaml\0");
    assert_eq!((piped.status, piped.stderr.as_str()), (0, "checked 2 files with 0 operations: no findings\n"));
    let command = program(folder.path(), &["check", "--files-from", "-"]);
    assert_eq!(finish(command, b"").status, 2, "an empty list is not the current folder");
}

#[test]
fn names_that_differ_by_case_are_two_or_one_as_the_disk_has_it() {
    let folder = folder_of(&[("api.yaml", DUPLICATE), ("API.yaml", DUPLICATE), ("Api.YAML", DUPLICATE)]);
    let count = std::fs::read_dir(folder.path()).unwrap().count() - 1;
    let run = run(folder.path(), &["check", "api.yaml", "API.yaml", "Api.YAML", ".", "--format", "json"]);
    let report = run.json();
    let mut files: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    files.dedup();
    assert_eq!((files.len(), run.findings().len()), (count, count), "{files:?}");
}

/// Forges and editors look for paths below the top of the repository, wherever configurations lie.
#[test]
fn paths_are_those_of_the_repository_and_globs_those_of_the_configuration() {
    let open = guarded!("  /a:\n    delete: {security: [{}], responses: {'204': {description: Gone}}}\n");
    let configuration = "profile: minimal\nexclude: [old]\nignore: [{lint: auth, files: [none], reason: it is gone}]\n";
    let folder = folder_of(&[
        ("one/api.yaml", open),
        ("one/old/api.yaml", open),
        ("one/apiward.yaml", configuration),
        ("two/specs/other.yaml", open),
    ]);
    let folder = folder.path();
    let fingerprint = |report: super::Run| report.json()["findings"][0]["fingerprint"].clone();
    let json = ["check", "--format", "json"];
    let below = fingerprint(run(folder, &[&json[..], &["one/api.yaml"]].concat()));
    let of_root = fingerprint(run(folder, &[&json[..], &["one/api.yaml", "--root", "one"]].concat()));
    assert_eq!(below, of_root, "the fingerprint is relative to the configuration");
    for arguments in [&["."][..], &["one", "two"], &["one"], &["one/api.yaml"]] {
        let found = run(folder, &[&["check", "--format", "concise"], arguments].concat());
        let lines: Vec<&str> = found.stdout.lines().collect();
        assert!(lines.iter().all(|line| line.starts_with("one/") || line.starts_with("two/specs/")), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("one/api.yaml:")), "{lines:?}");
        assert!(!found.stdout.contains("one/old"), "{}", found.stdout);
    }
    let all = run(folder, &["check", "--format", "concise", "-v"]);
    assert!(all.stdout.contains("one/apiward.yaml:"), "{}", all.stdout);
    assert!(all.stderr.contains("skipped: one/old/api.yaml: it is excluded"), "{}", all.stderr);
    let own = run(&folder.join("one"), &["check", "--format", "concise", "--root", "."]);
    assert!(own.stdout.lines().any(|line| line.starts_with("api.yaml:")), "{}", own.stdout);
}

/// Without `-z` git quotes names that are not plain ASCII.
#[test]
fn a_list_may_be_quoted_as_git_does() {
    let folder = folder_of(&[("b\u{fc}ro \"1\"\\.yaml", GOOD), ("plain.yaml", GOOD)]);
    let list = b"\"b\\303\\274ro \\\"1\\\"\\\\.yaml\"\nplain.yaml\n";
    let command = program(folder.path(), &["check", "--files-from", "-", "--format", "json"]);
    let report = finish(command, list).json();
    let paths: Vec<&str> =
        report["files"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, ["b\u{fc}ro \"1\"\\.yaml", "plain.yaml"]);
}
