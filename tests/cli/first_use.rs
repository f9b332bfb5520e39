//! What somebody meets who tries the program on whatever lies around: a clear message, and never success on nothing.

use super::{DUPLICATE, GOOD, Run, folder_of, run, scratch, testdata};

fn check(file: &str) -> Run {
    run(&testdata("first-use"), &["check", "--root", ".", file])
}

#[track_caller]
fn says(run: &Run, status: i32, parts: &[&str]) {
    let all = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.status, status, "{all}");
    for part in parts {
        assert!(all.contains(part), "`{part}` is missing from:\n{all}");
    }
}

#[test]
fn broken_yaml() {
    let run = check("broken.yaml");
    says(&run, 2, &["error[document/unreadable]", "broken.yaml:8:16", "goes on to line 10", "help:", "1 error"]);
}

#[test]
fn json_with_a_trailing_comma() {
    says(&check("trailing-comma.json"), 2, &["trailing-comma.json:4:14", "trailing comma", "help: remove the comma"]);
}

#[test]
fn missing_files_are_named_and_the_others_checked() {
    let folder = folder_of(&[("duplicate.yaml", DUPLICATE)]);
    let run = run(folder.path(), &["check", "nope.yaml", "duplicate.yaml", "gone/nope.yaml", "nope.yaml"]);
    says(&run, 2, &["cannot read `nope.yaml`: no such file", "`gone/nope.yaml`", "duplicate.yaml:3:1"]);
    assert_eq!(run.stdout.matches("cannot read `nope.yaml`").count(), 1);
}

#[test]
fn an_empty_folder() {
    let folder = scratch();
    says(&run(folder.path(), &["check"]), 2, &["error: no API description found here", "help: "]);
    says(&run(folder.path(), &["check", "."]), 2, &["no API description found in `.`"]);
    let lenient = run(folder.path(), &["check", "--ignore-unrecognized"]);
    says(&lenient, 0, &["nothing was checked"]);
    assert_eq!((lenient.stdout.as_str(), lenient.stderr.as_str()), ("", "nothing was checked\n"));
}

/// Hooks pass every YAML file: where none is a description that is said in one line, whatever the format.
#[test]
fn a_run_with_nothing_left_says_so_in_one_line() {
    let folder =
        folder_of(&[("a.yaml", "kind: Deployment\n"), ("b.yaml", "kind: Service\n"), ("c.yaml", "openapi: [\n")]);
    for format in ["pretty", "concise", "json"] {
        let arguments = ["check", "a.yaml", "b.yaml", "--ignore-unrecognized", "--format", format];
        let run = run(folder.path(), &arguments);
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (0, "nothing was checked; 2 files skipped: no API description, nor referred to by one\n")
        );
        assert_eq!(run.stdout.is_empty(), format != "json", "{format}");
        let quiet = super::run(folder.path(), &[&arguments[..], &["-q"]].concat());
        assert_eq!((quiet.status, quiet.stderr.as_str()), (0, ""));
    }
    let failed = run(folder.path(), &["check", "c.yaml", "--format", "concise"]);
    assert_eq!(failed.stderr, "nothing was checked: 1 error; 1 file could not be checked\n");
}

#[test]
fn a_file_that_is_no_api_description() {
    for file in ["notes.yaml", "other.json"] {
        let run = check(file);
        says(&run, 2, &[&format!("error: `{file}` is no API description"), "`openapi`, `swagger` or `asyncapi`"]);
    }
    let folder = testdata("first-use");
    let arguments = ["check", "--root", ".", "notes.yaml", "good.yaml", "--ignore-unrecognized", "--format", "json"];
    let run = run(&folder, &arguments);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let statuses: Vec<_> = run.json()["files"].as_array().unwrap().iter().map(|file| file["status"].clone()).collect();
    assert_eq!(statuses, ["checked", "skipped"]);
}

#[test]
fn an_empty_file() {
    says(&check("empty.yaml"), 2, &["`empty.yaml` is no API description: it is empty"]);
}

#[test]
fn unsupported_versions() {
    let supported = "OpenAPI 2.0, 3.0, 3.1 and 3.2, AsyncAPI 2.0 to 2.6, 3.0";
    says(&check("unsupported.yaml"), 2, &["unsupported.yaml:1:10", "swagger 1.2 is not supported", supported]);
    says(&check("unsupported-async.json"), 2, &["asyncapi 4.0.0 is not supported", supported]);
    says(&check("no-version.yaml"), 2, &["`openapi` names no version", supported]);
}

#[test]
fn a_dangling_reference() {
    let place = "dangling.yaml:7:17";
    let meant = "did you mean `#/components/parameters/ParcelId`?";
    says(&check("dangling.yaml"), 1, &["error[document/unresolved-reference]", place, meant]);
    says(&check("dangling.yaml"), 1, &["dangling.yaml:10:17", "`shared/parcel.yaml#/Found` leads nowhere: "]);
}

#[test]
fn a_reference_out_of_the_root() {
    let parts = ["error[document/reference-outside-root]", "outside.yaml:8:17", "move the file below the root folder"];
    says(&check("outside.yaml"), 1, &parts);
}

#[test]
fn an_asyncapi_description_with_a_plaintext_broker() {
    says(
        &check("plaintext-broker.yaml"),
        0,
        &["transport/cleartext-credentials", "plaintext-broker.yaml:6:15", "`mqtts`"],
    );
}

#[test]
fn a_folder_of_templates_is_passed_over() {
    let run = run(&testdata("first-use"), &["check", "--root", ".", "templates", "good.yaml", "-v"]);
    says(&run, 0, &["checked 1 file", "3 files skipped: neither valid YAML nor valid JSON"]);
    says(&run, 0, &["skipped: templates/settings.json: it does not parse: "]);
    // Also those that were not even parsed.
    let folder = folder_of(&[("a.yaml", GOOD), ("k8s/b.yaml", "kind: Deployment\n")]);
    let told = super::run(folder.path(), &["check", "-v"]);
    assert_eq!(told.stderr, "skipped: k8s/b.yaml: no `openapi`, `swagger` or `asyncapi` key at the top level\n");
    assert!(run.stdout.contains("no findings"), "{}", run.stdout);
}

#[test]
fn a_named_template_is_an_error() {
    says(&check("templates/page.yml"), 2, &["document/unreadable", "templates/page.yml:1:"]);
    let run = run(&testdata("first-use"), &["check", "templates/page.yml", "--ignore-unrecognized"]);
    says(&run, 0, &["1 file skipped"]);
}

#[test]
fn a_found_description_that_does_not_parse_is_an_error() {
    let folder = folder_of(&[
        ("a.yaml", GOOD),
        ("b.yaml", "{{ header }}\nopenapi: 3.0.0\n"),
        ("c.json", "{\"swagger\": \"2.0\", \"paths\": {},}"),
        ("d.json", "{\"x\": {\"swagger\": \"2.0\"},}"),
    ]);
    let run = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    let files: Vec<_> = run.json()["findings"].as_array().unwrap().iter().map(|found| found["file"].clone()).collect();
    assert_eq!(files, ["b.yaml", "c.json"]);
    assert!(run.stderr.contains("1 file skipped: neither"), "{}", run.stderr);
}

#[test]
fn bytes_that_are_no_text() {
    let hostile = |file: &str| run(&testdata("hostile"), &["check", "--root", ".", file]);
    says(
        &hostile("picture.yaml"),
        2,
        &["picture.yaml", "byte 0 is not UTF-8", "help: check that this is the right file"],
    );
    says(&hostile("latin1.yaml"), 2, &["latin1.yaml:3:14", "0xE9", "help: save the file as UTF-8"]);
    says(&hostile("utf16.json"), 2, &["UTF-16"]);
}

#[test]
fn descriptions_in_other_encodings_are_not_lost_in_a_folder() {
    let folder = scratch();
    std::fs::write(folder.path().join("a.yaml"), b"# caf\xe9\nopenapi: 3.0.3\n").unwrap();
    let utf16: Vec<u8> = "\u{FEFF}openapi: 3.0.3".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("b.yaml"), utf16).unwrap();
    std::fs::write(folder.path().join("c.yaml"), b"\x89PNG openapi \xff").unwrap();
    let run = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(run.status, 2);
    let lines: Vec<&str> = run.stdout.lines().map(|line| &line[..7]).collect();
    assert_eq!(lines, ["a.yaml:", "b.yaml:"], "{}", run.stdout);
}

#[test]
fn every_document_of_a_stream_has_its_entry() {
    let run = run(&testdata("first-use"), &["check", "--root", ".", "stream/mixed.yaml", "--format", "json"]);
    assert_eq!(run.status, 2);
    let report = run.json();
    let of =
        |file: &serde_json::Value| (file["document"].as_u64().unwrap(), file["status"].as_str().unwrap().to_owned());
    let files: Vec<_> = report["files"].as_array().unwrap().iter().map(of).collect();
    let expected = [(0, "skipped"), (1, "checked"), (2, "checked"), (3, "failed")];
    assert_eq!(files, expected.map(|(document, status)| (document, status.to_owned())));
    assert_eq!(report["findings"][0]["document"], 3);
    assert_eq!(report["files"][2]["format"], "asyncapi");
}

#[test]
fn duplicate_keys_are_reported_where_they_stand() {
    let run = check("duplicate.yaml");
    says(&run, 1, &["error[document/duplicate-key]", "duplicate.yaml:11:7", "it stands here already", "were not read"]);
    let elsewhere = folder_of(&[("api.yaml", DUPLICATE)]);
    let run = super::run(elsewhere.path(), &["check"]);
    says(&run, 0, &["warning[document/duplicate-key]", "the others are lost"]);
    let folder = testdata("first-use");
    let fails = |on: &str, further: &[&str]| {
        let arguments = ["check", "duplicate.yaml", "--select", "document", "--fail-on", on];
        super::run(&folder, &[&arguments[..], further].concat()).status
    };
    assert_eq!((fails("warning", &[]), fails("never", &[])), (1, 0));
    assert_eq!(fails("info", &["--ignore", "document"]), 0);
    let kept = super::run(&folder, &["check", "unsupported.yaml", "--ignore", "document"]);
    assert_eq!(kept.status, 2, "what was not checked cannot be ignored");
}

#[test]
fn limits_are_named() {
    let deep = format!("openapi: 3.0.3\nx: {}\n", "[".repeat(100_000));
    let folder = folder_of(&[("deep.yaml", &deep), ("good.yaml", GOOD)]);
    let run = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.findings(), [("document/limit-exceeded".to_owned(), 2)]);
    assert_eq!(run.json()["files"][1]["status"], "checked");
}

#[test]
#[cfg(unix)]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder_of(&[("duplicate.yaml", DUPLICATE), ("locked/api.yaml", GOOD), ("secret.yaml", GOOD)]);
    let forbid = |path: &str, mode: u32| {
        std::fs::set_permissions(folder.path().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    forbid("locked", 0o000);
    forbid("secret.yaml", 0o000);
    if std::fs::read_dir(folder.path().join("locked")).is_ok() {
        super::say_skipped("this user may read everything");
        forbid("locked", 0o755);
        return;
    }
    let found = run(folder.path(), &["check"]);
    let named = run(folder.path(), &["check", "locked/api.yaml"]);
    forbid("locked", 0o755);
    says(&found, 2, &["cannot read `./locked`: no permission", "`secret.yaml`: no permission", "duplicate.yaml:3:1"]);
    says(&named, 2, &["cannot read `locked/api.yaml`: no permission"]);
}

#[test]
#[cfg(unix)]
fn pipes_and_loops_of_links_are_passed_over() {
    let folder = folder_of(&[("api.yaml", GOOD), ("deep/er/x.txt", "")]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("deep/er/loop")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status();
    if !made.is_ok_and(|status| status.success()) {
        return super::say_skipped("there is no mkfifo");
    }
    says(&run(folder.path(), &["check"]), 0, &["checked 1 file"]);
    says(&run(folder.path(), &["check", "pipe.yaml"]), 2, &["cannot read `pipe.yaml`"]);
}

/// 2 wins over 1, 1 over 0, whatever the order of the files.
#[test]
fn exit_statuses_have_an_order() {
    let dangling = "openapi: 3.0.3\npaths: {}\nx: {$ref: '#/gone'}\n";
    let folder =
        folder_of(&[("a.yaml", GOOD), ("b.yaml", dangling), ("c.yaml", "openapi: [\n"), ("d.yaml", "notes: 1\n")]);
    let status = |paths: &[&str]| run(folder.path(), &[&["check"], paths].concat()).status;
    assert_eq!(status(&["a.yaml"]), 0);
    assert_eq!(status(&["b.yaml", "a.yaml"]), 1);
    assert_eq!(status(&["b.yaml", "--fail-on", "never"]), 0);
    assert_eq!(status(&["b.yaml", "--ignore", "document"]), 0);
    assert_eq!(status(&["c.yaml", "b.yaml"]), 2);
    assert_eq!(status(&["b.yaml", "c.yaml", "--fail-on", "never"]), 2);
    assert_eq!(status(&["c.yaml", "--ignore", "document"]), 2);
    assert_eq!(status(&["a.yaml", "d.yaml"]), 2);
    assert_eq!(status(&["b.yaml", "d.yaml", "--ignore-unrecognized"]), 1);
    assert_eq!(status(&["b.yaml", "gone.yaml"]), 2);
    assert_eq!(status(&["d.yaml", "--ignore-unrecognized"]), 0);
}

#[test]
fn wrong_use_is_explained() {
    let folder = scratch();
    let wrong = |arguments: &[&str], parts: &[&str]| says(&run(folder.path(), arguments), 2, parts);
    wrong(&["check", "--select", "documnt"], &["no lint or family is named `documnt`", "did you mean `document`?"]);
    wrong(&["check", "--ignore", "document/unreadible"], &["did you mean `document/unreadable`?"]);
    wrong(&["check", "--today", "2024-02-30"], &["no such day"]);
    wrong(&["check", "--today", "tomorrow"], &["YYYY-MM-DD"]);
    wrong(&["check", "--profile", "strictest"], &["strict"]);
    wrong(&["check", "--root", "nowhere"], &["--root", "nowhere"]);
    wrong(&["check", "-", "--files-from", "-"], &["standard input"]);
    wrong(&["check", "--stdin-filename", "a.yaml"], &["add the path `-`"]);
    wrong(&["check", "--files-from", "no-list"], &["cannot read `no-list`"]);
    wrong(&["check", "-q", "-v"], &["cannot be used with"]);
    wrong(&["explain", "document/duplicate"], &["did you mean `document/duplicate-key`?"]);
    wrong(&["chek"], &["check"]);
    wrong(&[], &["Usage"]);
}
