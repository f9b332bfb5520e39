//! Old findings: baselines, and git revisions to compare with.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::fingerprints::{as_json, written};
use super::{folder_of, run, say_skipped, testdata};

/// Two open operations in a description that is well-kept otherwise.
const OPEN: &str = guarded!(
    "  /parcels/{id}:
    delete: {security: [{}], responses: {'204': {description: Gone}}}
  /depots/{id}:
    delete: {security: [{}], responses: {'204': {description: Gone}}}
"
);
/// One more.
const MORE: &str = "  /vans/{id}:\n    delete: {security: [{}], responses: {'204': {description: Gone}}}\n";

const MINIMAL: [&str; 5] = ["--profile", "minimal", "--format", "concise", "."];

fn check(folder: &Path, arguments: &[&str]) -> super::Run {
    run(folder, &[&["check"], arguments, &MINIMAL].concat())
}

#[test]
fn only_new_findings_count() {
    let folder = folder_of(&[("api.yaml", OPEN)]);
    let (folder, known) = (folder.path(), ["--baseline", "known.json"]);
    assert_eq!(check(folder, &[]).status, 1);
    let wrote = check(folder, &["--write-baseline", "known.json"]);
    assert_eq!((wrote.status, wrote.stdout.as_str()), (0, ""), "{}", wrote.stderr);
    assert!(wrote.stderr.contains("wrote: 2 findings to `known.json`"), "{}", wrote.stderr);

    let same = check(folder, &known);
    assert_eq!((same.status, same.stdout.as_str()), (0, ""));
    assert!(same.stderr.contains("no findings; 2 findings suppressed"), "{}", same.stderr);
    let shown = run(
        folder,
        &["check", "--baseline", "known.json", "--show-suppressed", "--format", "json", "--profile", "minimal"],
    );
    let shown = shown.json();
    assert_eq!(shown["findings"][0]["suppressed"]["by"], "baseline");
    assert_eq!(shown["summary"]["suppressed"], 2);

    fs::write(folder.join("api.yaml"), format!("{OPEN}{MORE}")).unwrap();
    let new = check(folder, &known);
    assert_eq!(new.status, 1);
    assert_eq!(new.stdout.lines().count(), 1, "{}", new.stdout);
    assert!(new.stdout.contains("`DELETE /vans/{id}`"), "{}", new.stdout);
}

#[test]
fn what_is_fixed_is_named_once_its_file_is_looked_at() {
    let folder = folder_of(&[("api.yaml", OPEN), ("other.yaml", super::GOOD)]);
    let folder = folder.path();
    check(folder, &["--write-baseline", "known.json"]);
    let (before, _) = OPEN.split_once("  /depots/").unwrap();
    fs::write(folder.join("api.yaml"), before).unwrap();
    let all = check(folder, &["--baseline", "known.json"]);
    assert_eq!(all.status, 0);
    assert_eq!(all.stderr.matches("fixed: api.yaml: `DELETE /depots/{id}` changes state").count(), 1, "{}", all.stderr);
    assert!(all.stderr.contains("--write-baseline"), "{}", all.stderr);
    let part = |arguments: &[&str]| run(folder, &[&["check", "--baseline", "known.json"], arguments].concat()).stderr;
    let other = part(&["other.yaml", "--profile", "minimal"]);
    assert!(!other.contains("fixed:"), "{other}");
    let other_lints = part(&["--select", "transport"]);
    assert!(!other_lints.contains("fixed:"), "{other_lints}");
}

#[test]
fn what_cannot_be_read_is_never_known() {
    let folder = folder_of(&[("api.yaml", OPEN), ("broken.yaml", "openapi: 3.0.3\ninfo: {")]);
    let folder = folder.path();
    let wrote = check(folder, &["--write-baseline", "known.json"]);
    assert_eq!(wrote.status, 2);
    assert!(wrote.stderr.contains("error: broken.yaml:2"), "{}", wrote.stderr);
    assert!(fs::read_to_string(folder.join("known.json")).unwrap().contains("DELETE /depots"));
    let checked = check(folder, &["--baseline", "known.json"]);
    assert_eq!(checked.status, 2);
    assert_eq!(checked.stdout.lines().count(), 1, "{}", checked.stdout);
}

/// What the reference should bring was not seen by anybody, whichever way the run was narrowed.
#[test]
fn what_was_not_read_counts_whatever_is_selected_or_known() {
    let lost = "  /vans: {$ref: 'vans.yaml'}\n";
    let folder = folder_of(&[("api.yaml", &format!("{OPEN}{lost}"))]);
    let folder = folder.path();
    let line = "`vans.yaml` cannot be opened";
    let wrote = check(folder, &["--write-baseline", "known.json"]);
    assert_eq!(wrote.status, 1, "{}", wrote.stderr);
    assert!(wrote.stderr.contains("error: api.yaml:") && wrote.stderr.contains(line), "{}", wrote.stderr);
    assert!(wrote.stderr.contains("note: what was not read is not in the baseline"), "{}", wrote.stderr);
    assert!(wrote.stderr.contains("wrote: 2 findings"), "{}", wrote.stderr);
    assert_eq!(check(folder, &["--write-baseline", "other.json", "--fail-on", "never"]).status, 0);

    let one = |arguments: &[&str]| {
        let run = check(folder, &[arguments, &["--baseline", "known.json"]].concat());
        assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{arguments:?}: {}", run.stdout);
        assert!(run.stdout.contains(line) && !run.stderr.contains("fixed:"), "{}{}", run.stdout, run.stderr);
    };
    one(&[]);
    one(&["--select", "transport"]);
    one(&["--select", "transport,document/duplicate-key", "--ignore", "document/unexpected-type"]);
    for ignored in ["document/unresolved-reference", "document"] {
        let run = check(folder, &["--baseline", "known.json", "--ignore", ignored]);
        assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{ignored}");
    }

    // As a version wrote it that took everything.
    let text = fs::read_to_string(folder.join("known.json")).unwrap();
    let unread = run(folder, &["check", "--format", "json", "--select", "document"]).json();
    let finding = &unread["findings"][0];
    let entry = serde_json::json!({
        "file": "api.yaml", "lint": finding["lint"], "pointer": finding["pointer"],
        "message": finding["message"], "fingerprint": finding["fingerprint"],
    });
    let text = text.replacen("\"findings\": [", &format!("\"findings\": [{entry},"), 1);
    fs::write(folder.join("known.json"), text).unwrap();
    one(&[]);

    let reason = "    x-apiward-ignore: {document/unresolved-reference: it is not written yet}\n";
    let suppressed = format!("{OPEN}  /vans:\n    $ref: vans.yaml\n{reason}");
    fs::write(folder.join("api.yaml"), suppressed).unwrap();
    assert_eq!(check(folder, &["--baseline", "known.json"]).status, 0);
}

#[test]
fn a_file_that_is_no_baseline_is_told_with_its_place() {
    let folder = folder_of(&[("api.yaml", OPEN), ("known.json", "{\n  \"findings\": 1\n}")]);
    let told = check(folder.path(), &["--baseline", "known.json"]);
    assert_eq!(told.status, 2);
    assert!(told.stderr.starts_with("error: --baseline: `known.json` is no baseline: "), "{}", told.stderr);
    assert!(told.stderr.contains("line 2 column"), "{}", told.stderr);
    let told = check(folder.path(), &["--baseline", "missing.json"]);
    assert!(told.stderr.contains("cannot read `missing.json`"), "{}", told.stderr);
}

/// Reordered, as JSON, and with lines put in at the top.
#[test]
fn a_baseline_of_a_real_description_outlives_its_layout() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let names = [
        "vampi-vulnerable.openapi30.yaml",
        "docker-engine-1.30.openapi2.yaml",
        "streetlights-security.asyncapi31.yaml",
    ];
    if !corpus.is_dir() {
        say_skipped("no real descriptions are at hand");
    }
    let real = names.iter().filter_map(|name| fs::read_to_string(corpus.join(name)).ok());
    let own = fs::read_to_string(testdata("demo").join("parcels.yaml")).unwrap();
    for text in real.chain([own]) {
        let folder = folder_of(&[("api.yaml", &text)]);
        let folder = folder.path();
        let strict = |arguments: &[&str]| {
            run(
                folder,
                &[&["check", "--profile", "strict", "--format", "json", "--fail-on", "info"], arguments].concat(),
            )
        };
        strict(&["--write-baseline", "known.json", "api.yaml"]);
        let value = as_json(&text).unwrap();
        for (name, text) in [
            ("api.yaml", format!("{}{text}", "# moved\n".repeat(100))),
            ("api.json", written(&value, false)),
            ("api.json", written(&value, true)),
            // JSON is YAML.
            ("api.yaml", written(&value, true)),
        ] {
            fs::write(folder.join(name), text).unwrap();
            let report = strict(&["--baseline", "known.json", name]);
            assert_eq!(report.json()["findings"], serde_json::json!([]), "{name}");
            assert!(!report.stderr.contains("fixed:"), "{name}: {}", report.stderr);
            assert_eq!(report.status, 0);
        }
    }
}

/// A description with a guarded operation and a POST without a requirement for each name.
fn unguarded(names: &[&str]) -> String {
    let guarded = "/guarded:\n    get: {security: [{bearer: []}], responses: {'200': {description: It}}}\n  ";
    let post = |name: &&str| format!("/{name}:\n    post: {{responses: {{'204': {{description: Made}}}}}}\n  ");
    let paths: String = names.iter().map(post).collect();
    guarded!("  PATHS")
        .replace("security: [{bearer: []}]\npaths", "paths")
        .replace("PATHS", &format!("{guarded}{paths}"))
}

/// A description with a credential in the query of an operation for each name.
fn keyed(names: &[&str]) -> String {
    let get = |name: &&str| {
        let key = "[{name: access_token, in: query, schema: {type: string, maxLength: 9}}]";
        format!("  /{name}:\n    get: {{parameters: {key}, responses: {{'200': {{description: It}}}}}}\n")
    };
    format!("{}{}", guarded!(""), names.iter().map(get).collect::<String>())
}

/// One finding may stand for many faults: it counts when one of them is new, however many others there were.
#[test]
fn a_list_counts_when_it_has_a_member_that_is_new() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for lint in ["auth/operation-without-security", "auth/credentials-in-url"] {
        let text = if lint == "auth/credentials-in-url" { keyed } else { unguarded };
        let folder = folder_of(&[]);
        let folder = folder.path();
        let status = |flag: &str, names: &[&str]| {
            fs::write(folder.join("api.yaml"), text(names)).unwrap();
            let run = run(folder, &["check", flag, "known.json", "--select", lint, "--format", "concise"]);
            (run.status, run.stdout.lines().count())
        };
        for (before, after, expected) in [
            (&names[..7], &names[..7], (0, 0)),
            (&names[..7], &names[..8], (1, 1)),
            (&names[..7], &names[1..8], (1, 1)),
            (&names[..7], &names[1..7], (0, 0)),
            // Five equal findings stand for themselves, and six are one.
            (&names[..6], &names[..5], (0, 0)),
            (&names[..6], &names[..1], (0, 0)),
            (&names[..1], &names[..2], (1, 1)),
        ] {
            assert_eq!(status("--write-baseline", before), (0, 0));
            assert_eq!(status("--baseline", after), expected, "{lint}: {before:?} and then {after:?}");
        }
        assert_eq!(status("--write-baseline", &names[..5]), (0, 0));
        assert_eq!(status("--baseline", &names[..6]).0, 1);
    }
}

#[test]
fn what_a_run_does_not_look_at_stays_in_the_baseline() {
    let folder = folder_of(&[("api.yaml", OPEN), ("other.yaml", OPEN)]);
    let folder = folder.path();
    let write = |arguments: &[&str]| {
        let minimal = ["check", "--profile", "minimal", "--write-baseline", "known.json"];
        let wrote = run(folder, &[&minimal, arguments].concat());
        let text = fs::read_to_string(folder.join("known.json")).unwrap();
        (wrote.stderr.contains("note: kept 2 findings about other files and lints"), text.matches("\"lint\":").count())
    };
    assert_eq!(write(&[]), (false, 4));
    fs::write(folder.join("other.yaml"), guarded!("  {}")).unwrap();
    assert_eq!(write(&["other.yaml"]), (true, 2));
    assert_eq!(write(&["--select", "transport"]), (true, 2));
    assert_eq!(write(&["other.yaml"]), (true, 2));
    // What is gone is mended, where somebody looked for it.
    fs::remove_file(folder.join("api.yaml")).unwrap();
    let gone = check(folder, &["--baseline", "known.json"]);
    assert_eq!(gone.stderr.matches("fixed: api.yaml: ").count(), 2, "{}", gone.stderr);
    let other = run(folder, &["check", "other.yaml", "--baseline", "known.json", "--profile", "minimal"]);
    assert!(!other.stderr.contains("fixed:"), "{}", other.stderr);
    assert_eq!(write(&[]), (false, 0));
}

#[test]
fn baselines_of_the_version_before_are_read() {
    let folder = folder_of(&[("api.yaml", &unguarded(&["a", "b", "c"]))]);
    let folder = folder.path();
    check(folder, &["--write-baseline", "known.json"]);
    let text = fs::read_to_string(folder.join("known.json")).unwrap();
    assert_eq!(text.matches("\"members\":").count(), 1, "{text}");
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    old["apiward_baseline"] = 1.into();
    for entry in old["findings"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("members");
    }
    fs::write(folder.join("known.json"), old.to_string()).unwrap();
    fs::write(folder.join("api.yaml"), unguarded(&["a", "b", "d"])).unwrap();
    let known = check(folder, &["--baseline", "known.json"]);
    assert_eq!((known.status, known.stdout.as_str()), (0, ""), "as ever");
}

/// Each service has its own root, and equal paths below it.
#[test]
fn a_fault_of_one_service_is_not_known_in_another() {
    let files = [
        ("one/api.yaml", OPEN),
        ("one/apiward.yaml", "profile: minimal\n"),
        ("two/api.yaml", guarded!("  {}")),
        ("two/apiward.yaml", "profile: minimal\n"),
    ];
    let in_repository = folder_of(&files);
    let elsewhere = folder_of(&files);
    fs::remove_dir(elsewhere.path().join(".git")).unwrap();
    for folder in [in_repository.path(), elsewhere.path()] {
        check(folder, &["--write-baseline", "known.json"]);
        fs::write(folder.join("two/api.yaml"), OPEN).unwrap();
        let all = check(folder, &["--baseline", "known.json"]);
        assert_eq!((all.status, all.stdout.lines().count()), (1, 2), "{}", all.stdout);
        assert!(all.stdout.lines().all(|line| line.starts_with("two/api.yaml:")), "{}", all.stdout);
        let known = |service: &str| {
            let arguments = ["check", "--baseline", "../known.json", "--format", "concise"];
            run(&folder.join(service), &arguments).status
        };
        assert_eq!((known("one"), known("two")), (0, 1));
    }
}

/// Runs git in a folder; false when there is none.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let identity = ["-c", "user.name=Tester", "-c", "user.email=tester@parcels.io", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output();
    status.is_ok_and(|output| output.status.success())
}

pub(crate) fn repository(files: &[(&str, &str)]) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let made = git(folder.path(), &["init", "-q", "-b", "main"])
        && git(folder.path(), &["add", "-A"])
        && git(folder.path(), &["commit", "-q", "-m", "Describe parcels"]);
    if !made {
        say_skipped("git cannot be run");
    }
    made.then_some(folder)
}

#[test]
fn only_what_a_revision_has_not_counts() {
    let part = "delete: {security: [{}], responses: {'204': {description: Gone}}}\n";
    let files = [
        ("apis/api.yaml", OPEN),
        ("apis/parts/vans.yaml", part),
        ("vendor/old.yaml", OPEN),
        (".gitignore", "vendor/\n"),
    ];
    let Some(folder) = repository(&files) else { return };
    let folder = folder.path();
    fs::write(
        folder.join("apis/api.yaml"),
        format!("{OPEN}  /vans/{{id}}: {{$ref: parts/vans.yaml}}\n{}", MORE.replace("vans", "carts")),
    )
    .unwrap();
    fs::write(folder.join("apis/new.yaml"), OPEN.replace("parcels/{id}", "letters/{id}")).unwrap();
    let index = fs::read(folder.join(".git/index")).unwrap();
    for arguments in [&["--diff-base", "HEAD"][..], &["--diff-base", "main"]] {
        let new = check(folder, arguments);
        assert_eq!(new.status, 1, "{}", new.stderr);
        let of = |name: &str| new.stdout.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!((of("apis/api.yaml"), of("apis/parts/vans.yaml"), of("apis/new.yaml")), (1, 1, 2), "{}", new.stdout);
        assert!(new.stderr.contains("2 findings suppressed"), "{}", new.stderr);
    }
    // Named files, a folder below the repository, standard input.
    let one = run(
        &folder.join("apis"),
        &["check", "api.yaml", "--diff-base", "HEAD", "--profile", "minimal", "--format", "concise"],
    );
    assert_eq!(one.stdout.lines().count(), 2, "{}", one.stdout);
    let input = super::program(
        folder,
        &[
            "check",
            "-",
            "--stdin-filename",
            "apis/api.yaml",
            "--diff-base",
            "HEAD",
            "--format",
            "concise",
            "--profile",
            "minimal",
        ],
    );
    let input = super::finish(input, format!("{OPEN}{MORE}").as_bytes());
    assert_eq!(input.stdout.lines().count(), 1, "{}{}", input.stdout, input.stderr);
    assert_eq!(fs::read(folder.join(".git/index")).unwrap(), index, "the repository's index is left alone");
}

/// What the branch got since is no change of ours, and a fault that it mended is none either.
#[test]
fn a_revision_is_compared_where_the_branches_went_apart() {
    let Some(folder) = repository(&[("api.yaml", OPEN)]) else { return };
    let folder = folder.path();
    let commit = |text: &str| {
        fs::write(folder.join("api.yaml"), text).unwrap();
        assert!(git(folder, &["commit", "-q", "-am", "Describe more"]));
    };
    assert!(git(folder, &["switch", "-q", "-c", "ours"]));
    commit(&format!("{OPEN}{MORE}"));
    assert!(git(folder, &["switch", "-q", "main"]));
    commit(guarded!("  {}"));
    assert!(git(folder, &["switch", "-q", "ours"]));
    for revision in ["main", "main...ours", "main...", "ours...main"] {
        let new = check(folder, &["--diff-base", revision]);
        assert_eq!((new.status, new.stdout.lines().count()), (1, 1), "{revision}: {}", new.stdout);
        assert!(new.stdout.contains("`DELETE /vans/{id}`"), "{}", new.stdout);
        assert!(new.stderr.contains(&format!("(merge base of {revision})")), "{}", new.stderr);
    }
    let same = check(folder, &["--diff-base", "HEAD"]);
    assert!(same.stderr.contains("note: compared with HEAD\n"), "{}", same.stderr);
    let changes = run(folder, &["diff", "--base", "main", "--format", "concise"]);
    assert_eq!(changes.status, 1, "{}", changes.stderr);
    assert!(changes.stdout.lines().all(|line| line.contains("/vans/{id}")), "{}", changes.stdout);
    // What has no commit in common is compared as it is.
    assert!(git(folder, &["switch", "-q", "--orphan", "new"]));
    commit_all(folder, OPEN);
    assert_eq!(check(folder, &["--diff-base", "ours"]).stdout, "");
}

fn commit_all(folder: &Path, text: &str) {
    fs::write(folder.join("api.yaml"), text).unwrap();
    assert!(git(folder, &["add", "-A"]) && git(folder, &["commit", "-q", "-m", "Begin"]));
}

/// A repository that belongs to somebody else, as in many containers.
#[test]
fn what_git_says_of_a_repository_is_passed_on() {
    let Some(folder) = repository(&[("api.yaml", OPEN)]) else { return };
    let mut command = super::program(folder.path(), &["check", "--diff-base", "HEAD"]);
    command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let told = super::finish(command, b"");
    assert_eq!(told.status, 2);
    assert!(told.stderr.contains("git does not open the repository: detected dubious ownership"), "{}", told.stderr);
    assert!(told.stderr.contains("safe.directory"), "{}", told.stderr);
}

/// What a stricter configuration asks for is asked of the revision, too: only what the change itself brings is new.
#[test]
fn the_configuration_of_today_counts_for_both() {
    let files = [("apis/api.yaml", OPEN), ("apiward.yaml", "profile: minimal\nlints: {auth: off}\n")];
    let Some(folder) = repository(&files) else { return };
    let folder = folder.path();
    let concise = |arguments: &[&str]| run(folder, &[&["check", "--format", "concise"], arguments].concat());
    assert_eq!(concise(&["--diff-base", "HEAD"]).stdout, "");
    let rules = "rules: [{id: custom/named, target: operation, assert: 'operation.id != \"\"', message: no name}]\n";
    fs::write(folder.join("apiward.yaml"), format!("profile: strict\nextends: [more.yaml]\n{rules}")).unwrap();
    fs::write(folder.join("more.yaml"), "lints: {logging: error}\n").unwrap();
    let all = concise(&[]).stdout;
    assert!(all.contains("custom/named") && all.contains("auth/anonymous-write") && all.contains("logging/"), "{all}");
    let unchanged = concise(&["--diff-base", "HEAD"]);
    assert_eq!(unchanged.stdout, "", "{}", unchanged.stderr);
    fs::write(folder.join("apis/api.yaml"), format!("{OPEN}{MORE}")).unwrap();
    let new = concise(&["--diff-base", "HEAD"]).stdout;
    assert!(new.contains("custom/named") && new.lines().all(|line| line.starts_with("apis/api.yaml:12:")), "{new}");
}

#[test]
fn what_is_no_revision_is_told() {
    let Some(folder) = repository(&[("api.yaml", OPEN)]) else { return };
    let told = check(folder.path(), &["--diff-base", "--upload-pack=x"]);
    assert_eq!(told.status, 2);
    let told = check(folder.path(), &["--diff-base=--output=x"]);
    assert!(told.stderr.contains("is no revision of this repository"), "{}", told.stderr);
    assert_eq!(told.status, 2);
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("api.yaml"), OPEN).unwrap();
    let told = check(outside.path(), &["--diff-base", "HEAD"]);
    assert_eq!(told.status, 2);
    assert!(told.stderr.contains("is in no git repository"), "{}", told.stderr);
}
