//! Hooks: pre-commit itself on a real repository, and the same findings whichever way the program is called.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::tools::{command, git, said, succeeds, tool, tree};
use super::{DUPLICATE, Run, finish, folder_of, program, run};

/// An operation that anyone can call, with what makes the rest well-kept.
const SPECS: [(&str, &str); 5] = [
    (
        "specs/parcels.yaml",
        "\
openapi: 3.0.3
info: {title: Parcels, version: '1'}
servers: [{url: https://api.parcels.io}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer, bearerFormat: JWT}}}
security: [{bearer: []}]
paths:
  /parcels/{id}: {$ref: '../shared/paths.yaml#/parcel'}
",
    ),
    (
        "specs/depots.json",
        r#"{
  "openapi": "3.1.0", "info": {"title": "Depots", "version": "1"}, "servers": [{"url": "http://depots.io"}],
  "security": [{"key": []}],
  "paths": {"/depots/{id}": {"$ref": "../shared/paths.yaml#/parcel"}, "/vans": {"get": {"security": []}}},
  "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}},
    "schemas": {"Depot": {"$ref": "../shared/unread.yaml"}}}
}
"#,
    ),
    (
        "specs/events.yml",
        "asyncapi: 3.0.0\ninfo: {title: E, version: '1'}\nservers: {b: {host: b.io, protocol: mqtt}}\n",
    ),
    ("services/billing/apiward.yaml", "profile: strict\n"),
    (
        "services/billing/billing.yaml",
        "swagger: '2.0'\ninfo: {title: B, version: '1'}\nschemes: [http]\npaths: {/bills: {get: {responses: \
         {'200': {description: Bills, schema: {$ref: parts/bill.json}}}}}}\n",
    ),
];

/// What lies between descriptions, of which no check may stumble.
const OTHERS: [(&str, &str); 16] = [
    ("apiward.yaml", "exclude: [vendor]\n"),
    (
        "shared/paths.yaml",
        "parcel:\n  delete:\n    security: [{}]\n    responses: {'204': {$ref: 'deep/gone.yaml#/Gone'}}\n",
    ),
    ("shared/deep/gone.yaml", "Gone: {description: Gone}\nGone: {description: It is gone}\n"),
    ("shared/unread.yaml", "type: [object\n"),
    ("shared/idle.yaml", "Idle: {type: string}\n"),
    (
        "services/billing/parts/bill.json",
        "{\"type\": \"object\", \"properties\": {\"card_number\": {\"type\": \"string\"}}}\n",
    ),
    ("charts/api/templates/deployment.yaml", "{{- if .Values.on }}\nkind: {{ .Values.kind }}\n{{- end }}\n"),
    ("charts/api/templates/api.yaml", "{{- if .Values.on }}\nopenapi: {{ .Values.version }}\n{{- end }}\n"),
    ("charts/api/values.yaml", "openapi_path: /openapi.json\n"),
    (".github/workflows/ci.yaml", "on: push\njobs: {a: {runs-on: x, steps: [{run: apiward check}]}}\n"),
    ("tsconfig.json", "{ // comments\n  \"compilerOptions\": {},\n}\n"),
    ("package.json", "{\"name\": \"openapi\"}\n"),
    ("vendor/lib/openapi.yaml", "openapi: [\n"),
    (".gitignore", "/build/\nnode_modules/\n/*.out\n"),
    ("build/openapi.yaml", "openapi: [\n"),
    ("node_modules/lib/openapi.yaml", "openapi: [\n"),
];

/// The descriptions of the repository.
const ROOTS: [&str; 4] =
    ["specs/parcels.yaml", "specs/depots.json", "specs/events.yml", "services/billing/billing.yaml"];

/// A real repository of mixed files, all of them in its index.
fn repository() -> tempfile::TempDir {
    let folder = folder_of(&[SPECS.as_slice(), OTHERS.as_slice()].concat());
    fs::remove_dir(folder.path().join(".git")).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    folder
}

/// A repository that holds our hooks as we hand them out.
pub(super) fn hooks() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(tree().join(".pre-commit-hooks.yaml"), folder.path().join(".pre-commit-hooks.yaml")).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "hooks"]);
    let revision = git(folder.path(), &["rev-parse", "HEAD"]).trim().to_owned();
    (folder, revision)
}

/// A repository in which pre-commit calls the program, with arguments of the hook.
pub(super) struct Hooked {
    pre_commit: PathBuf,
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
    _hooks: tempfile::TempDir,
}

impl Hooked {
    fn new(arguments: &str) -> Option<Self> {
        let (hooks, revision) = hooks();
        let config = format!(
            "repos:\n  - repo: '{}'\n    rev: {revision}\n    hooks: [{{id: apiward-system, args: [{arguments}]}}]\n",
            hooks.path().display()
        );
        Self::with(&config, hooks)
    }

    /// With a configuration of pre-commit.
    pub(super) fn with(config: &str, hooks: tempfile::TempDir) -> Option<Self> {
        let pre_commit = tool("pre-commit")?;
        let folder = repository();
        fs::write(folder.path().join(".pre-commit-config.yaml"), config).unwrap();
        git(folder.path(), &["add", "."]);
        Some(Self { pre_commit, folder, home: tempfile::tempdir().unwrap(), _hooks: hooks })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn call(&self, program: &Path, arguments: &[&str]) -> (bool, String) {
        let mut call = command(program, self.path());
        call.args(arguments).env("PRE_COMMIT_HOME", self.home.path());
        let output = call.output().unwrap();
        (output.status.success(), said(&output))
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        self.call(&self.pre_commit, &[&["run", "apiward-system"], arguments].concat())
    }
}

/// What a JSON report says of each finding, whatever it was united with.
fn findings(report: &serde_json::Value) -> BTreeSet<String> {
    let of = |finding: &serde_json::Value| {
        ["file", "range", "lint", "level", "fingerprint"].map(|key| finding[key].to_string()).join(" ")
    };
    report["findings"].as_array().unwrap().iter().map(of).collect()
}

#[track_caller]
fn reported(run: &Run) -> BTreeSet<String> {
    findings(&serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr)))
}

fn check(folder: &Path, arguments: &[&str], input: &[u8]) -> BTreeSet<String> {
    let arguments = [&["check", "--format", "json", "--ignore-unrecognized"], arguments].concat();
    reported(&finish(program(folder, &arguments), input))
}

#[test]
fn every_way_of_calling_finds_the_same() {
    let Some(hooked) = Hooked::new("--format, json=report.out") else { return };
    let folder = hooked.path();
    let hook = |arguments: &[&str]| {
        let (_, said) = hooked.run(arguments);
        findings(&serde_json::from_slice(&fs::read(folder.join("report.out")).expect(&said)).unwrap())
    };
    let mut all = BTreeSet::new();
    for root in ROOTS {
        let text = fs::read(folder.join(root)).unwrap();
        let named = check(folder, &[root], b"");
        assert!(!named.is_empty(), "{root}");
        assert_eq!(check(folder, &["-", "--stdin-filename", root], &text), named, "{root} from standard input");
        assert_eq!(check(folder, &["--files-from", "-"], root.as_bytes()), named, "{root} from a list");
        assert_eq!(hook(&["--files", root]), named, "{root} from the hook");
        all.extend(named);
    }
    let listed = git(folder, &["ls-files", "-z"]);
    assert_eq!(check(folder, &["."], b""), all, "the whole folder");
    assert_eq!(reported(&run(folder, &["check", "--format", "json"])), all, "without --ignore-unrecognized");
    assert_eq!(check(folder, &["--files-from", "-"], listed.as_bytes()), all, "a list of all files");
    assert_eq!(hook(&["--all-files"]), all, "the hook on all files");
}

#[test]
fn the_hook_given_a_part_checks_what_refers_to_it() {
    let Some(hooked) = Hooked::new("--format, json=report.out, --verbose") else { return };
    let folder = hooked.path();
    let hook = |part: &str| {
        let (passed, said) = hooked.run(&["--verbose", "--files", part]);
        let report = fs::read(folder.join("report.out")).unwrap();
        (passed, said, findings(&serde_json::from_slice(&report).unwrap()))
    };
    let of_roots = |roots: &[&str]| check(folder, roots, b"");
    let cases = [
        ("shared/paths.yaml", &ROOTS[..2]),
        ("shared/deep/gone.yaml", &ROOTS[..2]),
        // It does not parse, which is a fault of what refers to it.
        ("shared/unread.yaml", &ROOTS[1..2]),
        ("services/billing/parts/bill.json", &ROOTS[3..]),
    ];
    for (part, roots) in cases {
        let (_, said, found) = hook(part);
        assert_eq!(found, of_roots(roots), "{part}");
        assert!(!said.contains("nothing was checked"), "{said}");
    }
    for part in ["shared/idle.yaml", "charts/api/values.yaml"] {
        let (passed, said, found) = hook(part);
        assert!(passed && found.is_empty(), "{said}");
        let told = "nothing was checked; 1 file skipped: no API description, nor referred to by one";
        assert_eq!(said.matches(told).count(), 1, "{said}");
    }
}

#[test]
fn a_commit_with_an_open_operation_is_stopped() {
    let Some(hooked) = Hooked::new("--select, auth/anonymous-write") else { return };
    let folder = hooked.path();
    let (installed, told) = hooked.call(&hooked.pre_commit, &["install"]);
    assert!(installed, "{told}");
    let commit = |message: &str| {
        let person = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        hooked.call(Path::new("git"), &[&person[..], &["commit", "-m", message]].concat())
    };
    let (done, told) = commit("all");
    assert!(!done && told.contains("anonymous") && told.contains("shared/paths.yaml:3:5"), "{told}");

    let paths = fs::read_to_string(folder.join("shared/paths.yaml")).unwrap();
    fs::write(folder.join("shared/paths.yaml"), paths.replace("    security: [{}]\n", "")).unwrap();
    let depots = fs::read_to_string(folder.join("specs/depots.json")).unwrap();
    let depots = depots.replace("{\"$ref\": \"../shared/unread.yaml\"}", "{\"type\": \"object\"}");
    fs::write(folder.join("specs/depots.json"), depots.replace("in\": \"query", "in\": \"header")).unwrap();
    git(folder, &["add", "."]);
    let (done, told) = commit("mended");
    assert!(done, "{told}");

    // Only the part changes, and the descriptions that it is part of are checked.
    fs::write(folder.join("shared/paths.yaml"), &paths).unwrap();
    git(folder, &["add", "."]);
    let (done, told) = commit("opened again");
    assert!(!done && told.contains("checked 2 files"), "{told}");
}

/// A name that begins with a dash is a name: it neither switches lints off nor names a file to write.
#[test]
fn file_names_are_no_options() {
    let evil = "lints: {auth: off}\nprofile: minimal\n";
    for (arguments, checked) in [("--", true), ("--format, concise", false)] {
        let Some(hooked) = Hooked::new(arguments) else { return };
        let folder = hooked.path();
        fs::create_dir(folder.join("--output=kept")).unwrap();
        fs::create_dir(folder.join("kept")).unwrap();
        for (name, text) in [
            ("kept/a.yaml", "kept\n"),
            ("--output=kept/a.yaml", "a: 1\n"),
            ("evil.yaml", evil),
            ("--config=evil.yaml", "a: 1\n"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        git(folder, &["add", "--", "."]);
        let (passed, said) = hooked.run(&["--all-files"]);
        assert!(!passed && said.contains("shared/paths.yaml"), "{checked} {said}");
        assert_eq!(fs::read_to_string(folder.join("kept/a.yaml")).unwrap(), "kept\n");
    }
}

#[test]
fn pre_commit_reads_our_hooks() {
    let Some(pre_commit) = tool("pre-commit") else { return };
    succeeds(command(&pre_commit, tree()).args(["validate-manifest", ".pre-commit-hooks.yaml"]));
    // Both hooks call the same, in the language that builds this package.
    let text = fs::read_to_string(tree().join(".pre-commit-hooks.yaml")).unwrap();
    assert_eq!(text.matches("entry: apiward check --ignore-unrecognized").count(), 2);
    assert!(text.contains("language: rust") && text.contains("language: system"));
}

/// A named part, without `--ignore-unrecognized`, is no API description: that says what was checked.
#[test]
fn a_named_part_is_an_error_of_use() {
    let folder = repository();
    let named = run(folder.path(), &["check", "shared/paths.yaml"]);
    assert_eq!((named.status, named.stdout.as_str()), (2, ""));
    assert!(named.stderr.contains("`shared/paths.yaml` is no API description"), "{}", named.stderr);
    assert!(named.stderr.contains("--ignore-unrecognized"), "{}", named.stderr);
}

/// What an editor holds counts, not what the disk has.
#[test]
fn a_part_from_standard_input_stands_for_its_file() {
    let folder = repository();
    let arguments =
        ["check", "-", "--stdin-filename", "shared/paths.yaml", "--ignore-unrecognized", "--select", "auth"];
    let arguments = [&arguments[..], &["--format", "concise"]].concat();
    let open = finish(program(folder.path(), &arguments), OTHERS[1].1.as_bytes());
    assert!(open.stdout.contains("shared/paths.yaml:3:5: error["), "{}{}", open.stdout, open.stderr);
    let closed = finish(program(folder.path(), &arguments), b"parcel: {delete: {}}\n");
    assert!(!closed.stdout.contains("shared/paths.yaml:"), "{}", closed.stdout);
}

/// Outside a repository there may be anything below: only what lies beside a part is looked at, unless a root is marked.
#[test]
fn without_a_root_descriptions_beside_a_part_are_checked() {
    let using = |part: &str| format!("{DUPLICATE}components: {{schemas: {{A: {{$ref: '{part}'}}}}}}\n");
    let (beside, below) = (using("part.yaml"), using("../part.yaml"));
    let folder = folder_of(&[("api.yaml", &beside), ("deep/api.yaml", &below), ("part.yaml", "type: string\n")]);
    fs::remove_dir(folder.path().join(".git")).unwrap();
    let checked = |arguments: &[&str]| {
        let arguments = [&["check", "part.yaml", "--ignore-unrecognized", "--format", "concise"], arguments].concat();
        run(folder.path(), &arguments).stdout.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    let both: Vec<String> = checked(&["--root", "."]);
    assert_eq!(checked(&[]), ["api.yaml"]);
    assert_eq!(both, ["api.yaml", "deep/api.yaml"]);
    fs::write(folder.path().join("apiward.yaml"), "profile: minimal\n").unwrap();
    assert!(checked(&["--profile", "recommended"]) == both, "the configuration marks a root");
}

#[test]
fn what_is_excluded_is_no_part() {
    let folder = repository();
    let arguments = ["check", "shared/paths.yaml", "--ignore-unrecognized", "--exclude", "shared"];
    let excluded = run(folder.path(), &arguments);
    assert_eq!((excluded.status, excluded.stderr.as_str()), (0, "nothing was checked\n"));
}

/// A part that changes can bring a fault that the revision has not; what both have does not count.
#[test]
fn parts_are_compared_with_a_revision() {
    let folder = repository();
    fs::write(folder.path().join("shared/unread.yaml"), "type: object\n").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "all"]);
    let arguments = ["check", "shared/paths.yaml", "--ignore-unrecognized", "--select", "auth", "--diff-base", "HEAD"];
    let arguments = [&arguments[..], &["--format", "concise"]].concat();
    let same = run(folder.path(), &arguments);
    assert_eq!(same.stdout, "", "{}", same.stderr);
    let more = format!("{}  put: {{security: [{{}}]}}\n", OTHERS[1].1);
    fs::write(folder.path().join("shared/paths.yaml"), more).unwrap();
    let new = run(folder.path(), &arguments);
    assert!(new.stdout.contains("`PUT /depots/{id}`"), "{}{}", new.stdout, new.stderr);
    assert!(!new.stdout.contains("DELETE"), "{}", new.stdout);
}

/// The description that a suppression in a shared file is for may not have been looked at.
#[test]
fn suppressions_in_parts_are_judged_when_all_is_looked_at() {
    let shared =
        "parcel:\n  delete:\n    # apiward: ignore[auth/anonymous-write] the gateway checks\n    security: [{}]\n";
    let of = |path: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: P, version: '1'}}\nsecurity: [{{b: []}}]\n\
             components: {{securitySchemes: {{b: {{type: http, scheme: bearer}}}}}}\npaths: {{/parcels: {path}}}\n"
        )
    };
    let (uses, spares) = (of("{$ref: 'shared.yaml#/parcel'}"), of("{get: {$ref: 'shared.yaml#/other'}}"));
    let shared = format!("{shared}other: {{}}\n");
    let folder = folder_of(&[("uses.yaml", &uses), ("spares.yaml", &spares), ("shared.yaml", &shared)]);
    let unused = |arguments: &[&str]| {
        let arguments = [&["check", "--select", "suppression,auth", "--format", "concise"], arguments].concat();
        run(folder.path(), &arguments).stdout.contains("suppression/unused")
    };
    assert!(!unused(&["spares.yaml"]), "nobody looked at uses.yaml");
    assert!(!unused(&["."]), "uses.yaml uses it");
    fs::remove_file(folder.path().join("uses.yaml")).unwrap();
    assert!(unused(&["."]), "nobody uses it");
}
