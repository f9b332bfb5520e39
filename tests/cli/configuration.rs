//! `apiward.yaml`: what it changes, and what is said when it is wrong.

use std::fs;
use std::path::Path;

use super::{folder_of, run};

const API: &str = guarded!(
    "  /parcels/{id}:
    delete: {security: [{}], responses: {'204': {description: Gone}}}
  /depots/{id}:
    delete: {security: [{}], responses: {'204': {description: Gone}}}
"
);

/// Level, file, line and lint of what is found on writes and on the configuration.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let fixed = ["check", "--format", "concise", "--today", "2026-11-28", "--fail-on", "never"];
    let run = run(folder, &[&fixed, arguments].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    let short = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap();
        let (level, rest) = rest.split_once('[').unwrap();
        let line = place.rsplit_once(':').unwrap().0;
        format!("{line} {level} {}", rest.split_once(']').unwrap().0)
    };
    let all = run.stdout.lines().map(short);
    all.filter(|line| line.contains("anonymous-write") || line.contains("suppression/")).collect()
}

fn with(config: &str) -> Vec<String> {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
    found(folder.path(), &["."])
}

const BOTH: [&str; 2] = ["api.yaml:8 error auth/anonymous-write", "api.yaml:10 error auth/anonymous-write"];

#[test]
fn levels_are_set_by_lint_family_and_glob() {
    assert_eq!(with("profile: recommended\n"), BOTH);
    assert_eq!(with("lints: {auth/anonymous-write: off}\n"), [""; 0]);
    assert_eq!(with("lints: {auth: off}\n"), [""; 0]);
    assert_eq!(with("lints: {auth: off, auth/anonymous-*: info}\n").len(), 2, "the closest name decides");
    assert_eq!(with("lints: {auth/anonymous-write: error, auth: off}\n"), BOTH);
    let info = ["api.yaml:8 info auth/anonymous-write", "api.yaml:10 info auth/anonymous-write"];
    assert_eq!(with("lints: {auth/anonymous-write: {level: info, fixed: true}}\n"), info);
    assert_eq!(with("lints: {auth/anonymous-write: {level: info, fixed: true}}\nprofile: minimal\n"), info);
}

#[test]
fn the_command_line_counts_more_than_the_profile() {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", "profile: strict\n")]);
    let lints = |arguments: &[&str]| {
        let run = run(folder.path(), &[&["check", "--format", "json", "--fail-on", "never"], arguments].concat());
        (run.json()["profile"].as_str().unwrap().to_owned(), run.json()["findings"].as_array().unwrap().len())
    };
    let (strict, minimal, none) = (lints(&[]), lints(&["--profile", "minimal"]), lints(&["--no-config"]));
    assert_eq!((strict.0.as_str(), minimal.0.as_str(), none.0.as_str()), ("strict", "minimal", "recommended"));
    assert!(strict.1 > none.1 && none.1 > minimal.1, "{strict:?} {none:?} {minimal:?}");
}

#[test]
fn overrides_count_for_their_files() {
    let config = "overrides:\n  - {files: [internal], lints: {auth: off}}\n  - {files: ['**/b.yaml'], lints: {auth/anonymous-write: error}}\n";
    let folder =
        folder_of(&[("api.yaml", API), ("internal/a.yaml", API), ("internal/b.yaml", API), ("apiward.yaml", config)]);
    let found = found(folder.path(), &["."]);
    assert_eq!(found.iter().filter(|line| line.starts_with("internal/a.yaml")).count(), 0, "{found:?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("internal/b.yaml")).count(), 2, "{found:?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("api.yaml")).count(), 2, "{found:?}");
}

#[test]
fn options_reach_their_lint() {
    let api = API.replace(
        "responses:",
        "parameters: [{name: note, in: query, schema: {type: string, maxLength: 9}}], responses:",
    );
    let config = "lints: {input/unbounded-string: {options: {require_pattern: true}}}\n";
    let count = |config: &str| {
        let folder = folder_of(&[("api.yaml", &api), ("apiward.yaml", config)]);
        run(folder.path(), &["check", "--select", "input/unbounded-string", "--format", "json"]).findings().len()
    };
    assert_eq!((count(""), count(config)), (0, 1));
}

#[test]
fn public_operations_are_declared_by_pattern() {
    assert_eq!(with("public: [{operation: 'DELETE /parcels/{id}', reason: a test}]\n"), [BOTH[1]]);
    assert_eq!(with("public: [{operation: '* /*/*', reason: a test}]\n"), [""; 0]);
    let expired = with("public: [{operation: '/parcels/**', reason: a test, expires: 2026-11-28}]\n");
    assert_eq!(expired, [BOTH[0], BOTH[1], "apiward.yaml:1 error suppression/expired"]);
    let idle = with("public: [{operation: 'GET /parcels/{id}', reason: a test}]\n");
    assert_eq!(idle, [BOTH[0], BOTH[1], "apiward.yaml:1 warning suppression/unused"]);
}

#[test]
fn findings_are_ignored_by_lint_file_pointer_and_operation() {
    let ignore = |rest: &str| with(&format!("ignore: [{{lint: auth/anonymous-write, reason: a test{rest}}}]\n"));
    assert_eq!(ignore(""), [""; 0]);
    assert_eq!(ignore(", files: [api.yaml]"), [""; 0]);
    assert_eq!(ignore(", pointer: '/paths/~1depots~1{id}'"), [BOTH[0]]);
    assert_eq!(ignore(", operation: 'DELETE /parcels/*', expires: 2026-11-29"), [BOTH[1]]);
    assert_eq!(ignore(", files: [other.yaml]"), [BOTH[0], BOTH[1], "apiward.yaml:1 warning suppression/unused"]);
    assert_eq!(ignore(", pointer: /paths/~1depots"), [BOTH[0], BOTH[1], "apiward.yaml:1 warning suppression/unused"]);
    assert_eq!(ignore(", expires: 2026-11-28"), [BOTH[0], BOTH[1], "apiward.yaml:1 error suppression/expired"]);
    // Only a search of the whole folder can tell that an entry does nothing.
    let config = "ignore: [{lint: auth/anonymous-write, files: [other.yaml], reason: a test}]\n";
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
    assert_eq!(found(folder.path(), &["api.yaml"]), BOTH);
    let shown = run(folder.path(), &["check", "api.yaml", "--show-suppressed", "--format", "json"]);
    assert_eq!(shown.json()["summary"]["suppressed"], 0);
    fs::write(folder.path().join("apiward.yaml"), config.replace("other", "api")).unwrap();
    let shown = run(folder.path(), &["check", "api.yaml", "--show-suppressed", "--format", "json"]).json();
    assert_eq!(shown["summary"]["suppressed"], 2);
    let by: Vec<&str> =
        shown["findings"].as_array().unwrap().iter().filter_map(|one| one["suppressed"]["by"].as_str()).collect();
    assert_eq!(by, ["config", "config"]);
}

#[test]
fn faults_of_the_program_have_levels_too() {
    let twice = format!("{API}x-a: 1\nx-a: 2\n");
    let count = |config: &str| {
        let folder = folder_of(&[("api.yaml", &twice), ("apiward.yaml", config)]);
        let run = run(folder.path(), &["check", "--select", "document", "--format", "json"]);
        run.json()["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["level"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(count(""), ["warning"]);
    assert_eq!(count("lints: {document/duplicate-key: error}"), ["error"]);
    assert_eq!(count("lints: {document: off}"), [""; 0]);
    // Who writes `*` does not think of what was not read.
    for config in ["lints: {'*': off}", "lints: {'*/*': info}", "overrides: [{files: ['**'], lints: {'*': off}}]"] {
        assert_eq!(count(config), ["warning"], "{config}");
    }
    assert_eq!(count("lints: {'*': off, 'document/*': error}"), ["error"]);
    assert_eq!(count("lints: {document: off}\noverrides: [{files: ['**'], lints: {'*': error}}]"), [""; 0]);
}

#[test]
fn excluded_files_are_passed_over() {
    let files = [
        ("api.yaml", API),
        ("vendor/old.yaml", API),
        ("x/y.gen.yaml", API),
        ("apiward.yaml", "exclude: [vendor, '*.gen.yaml']\n"),
    ];
    let folder = folder_of(&files);
    assert_eq!(found(folder.path(), &["."]), BOTH);
    assert_eq!(found(folder.path(), &["vendor/old.yaml"]).len(), 2, "named files are checked");
    assert_eq!(found(folder.path(), &["vendor/old.yaml", "--ignore-unrecognized"]).len(), 0, "but not those of hooks");
    assert_eq!(found(folder.path(), &[".", "--no-config"]).len(), 6);
    assert_eq!(found(folder.path(), &[".", "--no-config", "--exclude", "x/**", "--exclude", "vendor"]).len(), 2);
    let told = run(folder.path(), &["check", ".", "-v", "--format", "concise"]).stderr;
    assert!(told.contains("skipped: vendor/old.yaml: it is excluded"), "{told}");
}

/// The last glob that speaks of a file decides, and the command line counts more.
#[test]
fn a_glob_behind_an_exclamation_mark_takes_files_back() {
    let config = "exclude: [vendor, '!vendor/own']\n";
    let folder = folder_of(&[("vendor/old.yaml", API), ("vendor/own/a.yaml", API), ("apiward.yaml", config)]);
    let files = |arguments: &[&str]| {
        let mut files: Vec<String> =
            found(folder.path(), arguments).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(files(&["."]), ["vendor/own/a.yaml"]);
    assert_eq!(files(&[".", "--exclude", "!vendor/old.yaml"]), ["vendor/old.yaml", "vendor/own/a.yaml"]);
    assert_eq!(files(&[".", "--no-config", "--exclude", "vendor", "--exclude", "!old.yaml"]), ["vendor/old.yaml"]);
    let overrides = "overrides:\n  - {files: ['**', '!api.yaml'], lints: {auth: off}}\n";
    assert_eq!(with(overrides), BOTH);
}

#[test]
fn the_nearest_configuration_counts_and_extends_others() {
    let folder = folder_of(&[
        ("api.yaml", API),
        ("apiward.yaml", "lints: {auth: off}\n"),
        ("team/api.yaml", API),
        (
            "team/.apiward.yaml",
            "extends: [../base.yaml]\nlints: {auth/anonymous-write: {level: warning, fixed: true}}\n",
        ),
        ("base.yaml", "lints: {auth/anonymous-write: error, consistency: off}\nexclude: ['*.gen.yaml']\n"),
        ("team/a.gen.yaml", API),
    ]);
    let all = found(folder.path(), &["."]);
    assert_eq!(
        all,
        ["api.yaml:8 warning auth/anonymous-write", "api.yaml:10 warning auth/anonymous-write"]
            .map(|line| format!("team/{line}"))
    );
    let other = found(folder.path(), &["team", "--config", "apiward.yaml"]);
    assert_eq!(other, [""; 0]);
}

#[test]
fn presets_are_where_a_configuration_begins() {
    let levels = |config: &str| {
        let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config)]);
        run(folder.path(), &["check", "--show-settings"]).stdout
    };
    let internal = levels("extends: [apiward:internal]\nlints: {ratelimit/missing-429: error}\n");
    assert!(internal.contains("  maintenance/internal-host: off (apiward:internal:3)\n"), "{internal}");
    assert!(internal.contains("  ratelimit/missing-429: error (apiward.yaml:2)\n"), "{internal}");
    assert!(internal.contains("  ratelimit/headers-missing: info (apiward:internal:8)\n"), "{internal}");
    let legacy = levels("extends: [apiward:gateway, apiward:legacy]\n");
    assert!(legacy.contains("  profile: minimal (apiward:legacy:2)\n"), "{legacy}");
    assert!(legacy.contains("  logging/no-correlation-id: off (apiward:gateway:9)\n"), "{legacy}");
    // A gateway that checks credentials: schemes that no requirement uses are meant so.
    let idle = API.replace("security: [{bearer: []}]\n", "").replace("security: [{}], ", "");
    let check = |config: &str| {
        let folder = folder_of(&[("api.yaml", idle.as_str()), ("apiward.yaml", config)]);
        run(folder.path(), &["check", "--select", "auth/schemes-never-applied"]).status
    };
    assert_eq!((check("profile: recommended\n"), check("extends: [apiward:gateway]\n")), (1, 0));
}

#[test]
fn limits_count_for_the_files_of_the_configuration() {
    let deep = "limits: {depth: 3}\n";
    let folder =
        folder_of(&[("a/api.yaml", API), ("a/apiward.yaml", deep), ("b/api.yaml", API), ("b/apiward.yaml", "{}\n")]);
    let failed = |arguments: &[&str]| {
        let report = run(folder.path(), &[&["check", "--format", "json"], arguments].concat()).json();
        let files = report["files"].as_array().unwrap().clone();
        files.iter().map(|file| file["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(failed(&["a"]), ["failed"]);
    assert_eq!(failed(&["b"]), ["checked"]);
    assert_eq!(failed(&["a", "--no-config"]), ["checked"]);
    let small = folder_of(&[("api.yaml", API), ("apiward.yaml", "limits: {file_bytes: 100}\n")]);
    let large = run(small.path(), &["check", "--format", "concise"]);
    assert!(large.status == 2 && large.stdout.contains("document/limit-exceeded"), "{}{}", large.stdout, large.stderr);
    // What tells that it is a description may stand behind the limit of depth.
    let late = "{\"components\": {\"schemas\": {\"a\": {\"b\": {}}}}, \"openapi\": \"3.0.3\", \"paths\": {}}";
    let found = folder_of(&[
        ("api.json", late),
        ("other.json", "{\"a\": {\"b\": {\"c\": {\"d\": {}}}}}"),
        ("apiward.yaml", deep),
    ]);
    let late = run(found.path(), &["check", "--format", "concise"]);
    assert!(late.status == 2 && late.stdout.starts_with("api.json:1:"), "{}{}", late.stdout, late.stderr);
    assert_eq!(late.stdout.lines().count(), 1, "{}", late.stdout);
}

#[test]
fn the_root_can_be_another_folder() {
    let folder = folder_of(&[
        ("parts/item.yaml", "get: {responses: {'200': {description: Item}}}\n"),
        ("config/apiward.yaml", "root: ..\n"),
    ]);
    let api = API.replace(
        "  /depots/{id}:\n    delete: {security: [{}], responses: {'204': {description: Gone}}}\n",
        "  /items: {$ref: ../parts/item.yaml}\n",
    );
    fs::write(folder.path().join("config/api.yaml"), api).unwrap();
    assert_eq!(found(folder.path(), &["config"]), ["config/api.yaml:8 error auth/anonymous-write"]);
}

/// What is said of a configuration that is wrong; all of it, with places and advice.
fn told(config: &str) -> String {
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", config), ("loop.yaml", "extends: [loop.yaml]\n")]);
    let run = run(folder.path(), &["check"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{config}: {}", run.stderr);
    run.stderr
}

#[test]
fn faults_are_told_with_their_place_and_the_nearest_name() {
    let cases = [
        (
            "extends: [apiward:gatway]\n",
            "error: apiward.yaml:1:11: there is no preset `apiward:gatway`\n  help: did you mean `apiward:gateway`?\n",
        ),
        (
            "extends: ['apiward:']\n",
            "error: apiward.yaml:1:11: there is no preset `apiward:`\n  help: there are `apiward:gateway`, \
             `apiward:internal`, `apiward:legacy`\n",
        ),
        (
            "limits: {depth: 513}\n",
            "error: apiward.yaml:1:17: `depth` cannot be 513\n  help: it takes a number from 1 to 512\n",
        ),
        ("limits: {dept: 3}\n", "error: apiward.yaml:1:10: unknown key `dept`\n  help: did you mean `depth`?\n"),
        ("profil: strict\n", "error: apiward.yaml:1:1: unknown key `profil`\n  help: did you mean `profile`?\n"),
        ("profile: strikt\n", "error: apiward.yaml:1:10: unknown value `strikt`\n  help: did you mean `strict`?\n"),
        (
            "lints:\n  auth/anonymous-writ: off\n",
            "error: apiward.yaml:2:3: no lint or family is named `auth/anonymous-writ`\n  help: did you mean `auth/anonymous-write`?\n",
        ),
        (
            "lints: {auth: on}\n",
            "error: apiward.yaml:1:15: unknown value `on`\n  help: there are off, info, warning, error\n",
        ),
        (
            "lints: {auth: {levl: off}}\n",
            "error: apiward.yaml:1:16: unknown key `levl`\n  help: did you mean `level`?\n",
        ),
        (
            "lints: {input/unbounded-string: {options: {require_patern: true}}}\n",
            "error: apiward.yaml:1:44: options of `input/unbounded-string`: unknown key `require_patern`\n  help: did you mean `require_pattern`?\n",
        ),
        (
            "lints: {input/weak-pattern: {options: {a: 1}}}\n",
            "error: apiward.yaml:1:30: `input/weak-pattern` has no options\n  help: `apiward explain LINT` describes the options of a lint\n",
        ),
        (
            "lints: {document/unreadable: off}\n",
            "error: apiward.yaml:1:9: `document/unreadable` says that something was not checked, and cannot be changed\n",
        ),
        (
            "ignore: [{lint: auth, reason: ' '}]\n",
            "error: apiward.yaml:1:31: the reason is empty\n  help: say why it is right, for those who come later\n",
        ),
        (
            "ignore: [{lint: auth, reason: a, expires: soon}]\n",
            "error: apiward.yaml:1:43: `soon` is no day\n  help: write it as YYYY-MM-DD\n",
        ),
        (
            "ignore: [{lint: auth, reason: a, pointer: paths}]\n",
            "error: apiward.yaml:1:43: `paths` is no JSON Pointer\n  help: a JSON Pointer begins with `/`: `/paths/~1users`\n",
        ),
        (
            "exclude:\n  - vendor\n  - 'a['\n",
            "error: apiward.yaml:3:5: `a[` is no glob: unclosed character class; missing ']'\n",
        ),
        (
            "overrides: [{files: ['!a.yaml']}]\n",
            "error: apiward.yaml:1:22: `!a.yaml` takes files back, and no glob stands before it\n  help: begin with those it is an exception to: `['**', '!a.yaml']`\n",
        ),
        (
            "root: nowhere\n",
            "error: apiward.yaml:1:7: `root`: `nowhere` is no folder\n  help: it is relative to this file\n",
        ),
        (
            "extends: [nowhere.yaml]\n",
            "error: apiward.yaml:1:11: cannot extend `nowhere.yaml`: no such file or folder\n",
        ),
        ("extends: [loop.yaml]\n", "error: loop.yaml:1:11: cannot extend `loop.yaml`: it extends itself\n"),
        (
            "profile: strict\nprofile: minimal\n",
            "error: apiward.yaml:2:1: the key `profile` stands more than once in its mapping\n  help: merge them, or remove one\n",
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(told(config), expected, "{config}");
    }
    // Several at once, and what is no YAML.
    let both = told("lints:\n  aut: off\n  doc: off\nexclude: ['a[']\n");
    assert_eq!(both.matches("error: apiward.yaml:").count(), 3, "{both}");
    assert!(told("lints: {\n").starts_with("error: apiward.yaml:"), "{}", told("lints: {\n"));
}

#[test]
fn what_was_expected_is_told_in_words_of_our_own() {
    let cases = [
        (
            "ignore: [{lint: auth}]\n",
            "error: apiward.yaml:1:10: an entry of `ignore` lacks the key `reason`\n  help: say why it is right, for those who come later: `reason: ...`\n",
        ),
        (
            "overrides: [{lints: {auth: off}}]\n",
            "error: apiward.yaml:1:13: an entry of `overrides` lacks the key `files`\n  help: name the files by globs: `files: [internal]`\n",
        ),
        (
            "profile: [strict]\n",
            "error: apiward.yaml:1:10: `profile` must be minimal, recommended or strict, not a list\n",
        ),
        (
            "lints: {input/unbounded-string: {options: [require_pattern]}}\n",
            "error: apiward.yaml:1:34: `options` must be a mapping\n  help: write keys and values below it: `key: value`\n",
        ),
        (
            "exclude: vendor\n",
            "error: apiward.yaml:1:10: `exclude` must be a list, not the text `vendor`\n  help: write it in brackets: `[vendor]`\n",
        ),
        (
            "exclude: [!vendor/own]\n",
            "error: apiward.yaml:1:22: an entry of `exclude` must be a text, not nothing\n  help: a text that begins with a sign such as `!` or `#` wants quotes\n",
        ),
        ("exclude: [{a: b}]\n", "error: apiward.yaml:1:11: an entry of `exclude` must be a text, not a mapping\n"),
        (
            "root: 2\n",
            "error: apiward.yaml:1:7: `root` must be a text, not the number 2\n  help: put it in quotes: `'2'`\n",
        ),
        (
            "lints: [auth]\n",
            "error: apiward.yaml:1:8: `lints` must be a mapping, not a list\n  help: write keys and values, without dashes\n",
        ),
        (
            "lints: {auth: false}\n",
            "error: apiward.yaml:1:15: `auth` must be off, info, warning, error, or a mapping of level, fixed and options, not `false`\n",
        ),
        (
            "lints: {auth/http-basic: {fixed: 'yes'}}\n",
            "error: apiward.yaml:1:34: `fixed` must be `true` or `false`, not the text `yes`\n  help: write it without quotes\n",
        ),
        (
            "limits: {depth: deep}\n",
            "error: apiward.yaml:1:17: `depth` must be a whole number that is not negative and not too large, not the text `deep`\n",
        ),
        (
            "public: GET /health\n",
            "error: apiward.yaml:1:9: `public` must be a list, not the text `GET /health`\n  help: write each entry behind a dash, or all of them in brackets\n",
        ),
        (
            "public: [GET /health]\n",
            "error: apiward.yaml:1:10: an entry of `public` must be a mapping, not the text `GET /health`\n  help: write keys and values below it: `key: value`\n",
        ),
        (
            "- auth\n",
            "error: apiward.yaml:1:1: a configuration must be a mapping, not a list\n  help: write keys and values, without dashes\n",
        ),
        (
            "lints: {input/unbounded-string: {options: {require_pattern: 1}}}\n",
            "error: apiward.yaml:1:61: options of `input/unbounded-string`: `require_pattern` must be `true` or `false`, not the number 1\n",
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(told(config), expected, "{config}");
    }
}

#[test]
fn what_applies_to_a_file_is_shown_with_where_it_is_said() {
    let config = "profile: strict\nlints:\n  auth/http-basic: error\noverrides:\n  - files: [internal]\n    profile: minimal\n    lints: {auth/http-basic: off}\npublic: [{operation: GET /health, reason: load balancers}]\n";
    let folder =
        folder_of(&[("api.yaml", API), ("internal/a.yaml", API), ("vendor.yaml", API), ("apiward.yaml", config)]);
    let shown = run(folder.path(), &["check", "--show-settings", "--exclude", "vendor.yaml"]);
    assert_eq!(shown.status, 0);
    let expected = "\
api.yaml
  configuration: apiward.yaml
  profile: strict (apiward.yaml:1)
  auth/http-basic: error (apiward.yaml:3)
  public (apiward.yaml:8): load balancers
internal/a.yaml
";
    assert!(shown.stdout.starts_with(expected), "{}", shown.stdout);
    // It is a text of its own, which goes to standard output.
    for other in [["--format", "json"], ["--output", "settings.txt"]] {
        let refused = run(folder.path(), &[&["check", "--show-settings"], &other[..]].concat());
        assert_eq!((refused.status, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("cannot be used with") && refused.stderr.contains(other[0]),
            "{}",
            refused.stderr
        );
    }
    assert!(shown.stdout.contains("internal/a.yaml\n  configuration: apiward.yaml\n  profile: minimal (apiward.yaml:6)\n  auth/http-basic: off (apiward.yaml:7)\n"), "{}", shown.stdout);
    assert!(shown.stdout.ends_with("vendor.yaml\n  excluded\n"), "{}", shown.stdout);
}

#[test]
fn init_writes_a_start_that_can_be_read() {
    let folder = folder_of(&[("api.yaml", API)]);
    let made = run(folder.path(), &["init"]);
    assert_eq!(made.status, 0, "{}", made.stderr);
    let text = fs::read_to_string(folder.path().join("apiward.yaml")).unwrap();
    assert!(text.contains("#   api.yaml\n"), "{text}");
    assert_eq!(found(folder.path(), &["."]), BOTH);
    // What is commented out can be read, too.
    let all: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with(' ')
                    || rest.split(' ').next().is_some_and(|word| word.ends_with(':') && word != "each") =>
            {
                format!("{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .filter(|line| !line.starts_with("  api.yaml") && !line.starts_with("each file"))
        .collect();
    fs::write(folder.path().join("apiward.yaml"), &all).unwrap();
    assert!(all.contains("\nlints:\n") && all.contains("\nexclude: "), "{all}");
    let shown = run(folder.path(), &["check", "--show-settings"]);
    assert_eq!(shown.status, 0, "{all}{}", shown.stderr);
    let again = run(folder.path(), &["init"]);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
}

#[test]
fn configurations_fit_their_schema() {
    let folder = folder_of(&[]);
    let schema = run(folder.path(), &["schema", "config"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fits = |value: serde_json::Value| validator.is_valid(&value);
    assert!(fits(
        serde_json::json!({"profile": "strict", "lints": {"auth": "off", "docs": {"level": "info", "fixed": true, "options": {"a": 1}}},
        "ignore": [{"lint": "auth", "reason": "a"}], "public": [{"operation": "GET /", "reason": "a"}], "overrides": [{"files": ["a"]}]})
    ));
    assert!(!fits(serde_json::json!({"profil": "strict"})) && !fits(serde_json::json!({"lints": {"auth": "on"}})));
    assert!(!fits(serde_json::json!({"ignore": [{"lint": "auth"}]})));
    assert_eq!(run(folder.path(), &["schema", "output"]).json()["title"], "apiward report");
}

/// The configuration that the README shows is one.
#[test]
fn the_example_of_the_readme_can_be_read() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, behind) = readme.split_once("## Configuration\n\n```yaml\n").unwrap();
    let (example, _) = behind.split_once("```").unwrap();
    let folder = folder_of(&[
        ("shared/apiward.yaml", "profile: minimal\n"),
        ("team/apiward.yaml", example),
        ("team/api.yaml", API),
    ]);
    let shown = run(folder.path(), &["check", "team/api.yaml", "--show-settings"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("  auth/http-basic: error (team/apiward.yaml:6)\n"), "{}", shown.stdout);
}

/// A configuration comes with what is checked, from whoever wrote that: what it names on the machine stays unread.
#[test]
fn a_configuration_brings_in_nothing_from_outside_the_repository() {
    let outside = folder_of(&[("private.yaml", "hunter2: x\n")]);
    let private = outside.path().join("private.yaml");
    let refused = |config: &str, prepare: &dyn Fn(&Path)| {
        let folder = folder_of(&[("api.yaml", API), ("team/base.yaml", "profile: minimal\n")]);
        if !config.is_empty() {
            std::fs::write(folder.path().join("team/apiward.yaml"), config).unwrap();
        }
        prepare(folder.path());
        let run = run(folder.path(), &["check", "team", "--config", "team/apiward.yaml"]);
        (run.status, run.stderr)
    };
    let told = |(status, stderr): (i32, String)| {
        assert!(status == 2 && !stderr.contains("hunter2"), "{stderr}");
        assert!(stderr.contains("outside the repository"), "{stderr}");
    };
    let up = format!("../../{}/private.yaml", outside.path().file_name().unwrap().to_str().unwrap());
    for name in [private.to_str().unwrap(), &up] {
        told(refused(&format!("extends: ['{name}']\n"), &|_| {}));
    }
    // Nor does it open more than that to references.
    told(refused("root: ../..\n", &|_| {}));
    #[cfg(unix)]
    {
        let link = |name: &'static str| {
            let private = private.clone();
            move |folder: &Path| std::os::unix::fs::symlink(&private, folder.join(name)).unwrap()
        };
        told(refused("extends: [link.yaml]\n", &link("team/link.yaml")));
        // One that is found is not followed out either.
        let folder = folder_of(&[("api.yaml", API)]);
        link("apiward.yaml")(folder.path());
        let run = run(folder.path(), &["check"]);
        told((run.status, run.stderr));
    }
}

/// A base that services share is about all of them: none needs each entry.
#[test]
fn entries_of_a_shared_configuration_are_not_called_unused() {
    let base =
        "ignore: [{lint: auth/http-basic, reason: shared}]\npublic: [{operation: GET /healthz, reason: probes}]\n";
    let own = "extends: [../base/shared.yaml]\nignore: [{lint: auth/api-key-in-query, reason: own}]\n";
    let folder = folder_of(&[
        ("base/shared.yaml", base),
        ("one/apiward.yaml", own),
        ("one/api.yaml", API),
        ("two/apiward.yaml", "extends: [../base/shared.yaml]\n"),
        ("two/api.yaml", API),
    ]);
    let report = run(folder.path(), &["check", "--format", "concise", "--select", "auth,suppression"]).stdout;
    assert!(!report.contains("suppression/unused"), "not all lints ran: {report}");
    let report = run(folder.path(), &["check", "--format", "concise"]).stdout;
    let unused: Vec<&str> = report.lines().filter(|line| line.contains("suppression/unused")).collect();
    assert!(matches!(unused.as_slice(), [only] if only.starts_with("one/apiward.yaml:2:")), "{report}");
}

#[test]
fn both_extensions_are_read_and_what_is_not_is_told() {
    let off = "lints: {auth: off}\n";
    for name in ["apiward.yml", ".apiward.yml"] {
        let folder = folder_of(&[("api.yaml", API), (name, off)]);
        let told = run(folder.path(), &["check", "--select", "auth", "--format", "concise"]);
        assert_eq!((told.stdout.as_str(), told.stderr.contains("is not read")), ("", false), "{name}: {}", told.stderr);
    }
    let folder = folder_of(&[("api.yaml", API), ("apiward.yaml", "{}"), (".apiward.yml", off)]);
    let told = run(folder.path(), &["check", "--select", "auth", "-q"]);
    let line = "warning: `.apiward.yml` is not read, as `apiward.yaml` lies beside it";
    assert_eq!((told.status, told.stderr.matches(line).count()), (1, 1), "{}", told.stderr);
    let told = run(folder.path(), &["check", "--select", "auth", "-q", "--config", ".apiward.yml"]);
    assert_eq!((told.status, told.stderr.as_str()), (0, ""));
}
