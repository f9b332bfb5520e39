//! Real descriptions, where they lie beside the repository: every one is read, and the outputs keep their promises.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{finish, program, run, say_skipped, testdata};

/// The folder of real descriptions, which are no part of the repository.
pub(super) fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    say_skipped("there is no ../shared/corpus");
    None
}

/// The corpus, when it is there, and the project's own descriptions.
fn folders() -> Vec<PathBuf> {
    corpus().into_iter().chain([testdata("")]).collect()
}

/// Runs that show what each format makes of findings: the real descriptions and the scenarios in all, everything else
/// in one.
fn runs() -> Vec<(PathBuf, &'static str)> {
    let formats = |folder: PathBuf| ["pretty", "concise", "json"].map(|format| (folder.clone(), format));
    let mut runs: Vec<_> = corpus().into_iter().chain([testdata("scenarios")]).flat_map(formats).collect();
    runs.push((testdata(""), "json"));
    runs
}

#[test]
fn every_real_description_is_read_without_a_fault() {
    let Some(folder) = corpus() else { return };
    let report = run(&folder, &["check", ".", "--root", ".", "--format", "json"]).json();
    let files = report["files"].as_array().unwrap();
    assert!(files.len() > 100 && files.iter().all(|file| file["status"] != "failed"), "{files:#?}");
    let faults: Vec<_> = report["findings"].as_array().unwrap().iter().filter(|found| is_fault(found)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let operations = |path: &str| files.iter().find(|file| file["path"] == path).unwrap()["operations"].as_u64();
    // As the corpus counts them.
    assert_eq!(operations("slack-web.openapi2.json"), Some(174));
    assert_eq!(operations("docker-engine-1.30.openapi2.yaml"), Some(103));
    assert_eq!(operations("cafe.openapi32.yaml"), Some(12));
    assert_eq!(operations("springwolf-kafka.asyncapi31.json"), Some(15));
}

fn is_fault(finding: &Value) -> bool {
    finding["lint"].as_str().unwrap().starts_with("document/")
}

#[test]
fn the_vulnerable_api_has_its_six_open_operations_reported() {
    let Some(folder) = corpus() else { return };
    let arguments = ["check", "vampi-vulnerable.openapi30.yaml", "--root", ".", "--format", "json"];
    let report = run(&folder, &[&arguments[..], &["--select", "auth/operation-without-security"]].concat()).json();
    let operation = |found: &Value| {
        let operation = &found["operation"];
        format!("{} {}", operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap())
    };
    let open: Vec<String> = report["findings"].as_array().unwrap().iter().map(operation).collect();
    let users = ["GET /users/v1", "GET /users/v1/_debug", "GET /users/v1/{username}"];
    assert_eq!(open, [&["GET /createdb", "GET /"][..], &users, &["GET /books/v1"]].concat());
}

#[test]
fn json_keeps_to_the_schema_that_is_part_of_the_repository() {
    let text = std::fs::read_to_string(testdata("../schemas/output.schema.json")).unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for folder in folders() {
        for profile in ["minimal", "strict"] {
            let arguments =
                ["check", ".", "--root", ".", "--format", "json", "--profile", profile, "--show-suppressed"];
            let report = run(&folder, &arguments).json();
            assert!(!report["findings"].as_array().unwrap().is_empty());
            let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }
    assert!(!validator.is_valid(&serde_json::json!({"schema_version": "1.0"})), "the schema refuses nothing");
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    for (folder, format) in runs() {
        let on = |threads: &str| {
            let mut command = program(&folder, &["check", ".", "--root", ".", "--format", format]);
            command.env("RAYON_NUM_THREADS", threads);
            let run = finish(command, b"");
            (run.stdout, run.stderr, run.status)
        };
        let first = on("1");
        assert!(first == on("4"), "{format} in {}", folder.display());
    }
}

#[test]
fn no_output_names_a_folder_of_this_machine() {
    for (folder, format) in runs() {
        let root = folder.canonicalize().unwrap();
        let parent = root.parent().unwrap().to_str().unwrap().to_owned();
        let run = run(&root, &["check", root.to_str().unwrap(), "--format", format, "--profile", "strict", "-v"]);
        assert!(!run.stdout.contains(&parent) && !run.stderr.contains(&parent), "{format}");
    }
}

#[test]
fn findings_lie_where_they_say() {
    for folder in folders() {
        let report = run(&folder, &["check", ".", "--root", ".", "--format", "json", "--profile", "strict"]).json();
        for finding in report["findings"].as_array().unwrap() {
            let related = finding["related"].as_array().unwrap().iter();
            for place in std::iter::once(finding).chain(related) {
                lies_where_it_says(&folder, place);
            }
            assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 32);
        }
    }
}

/// Line and column lead to the same byte as the offset.
fn lies_where_it_says(folder: &Path, place: &Value) {
    let file = place["file"].as_str().unwrap();
    let text = String::from_utf8_lossy(&std::fs::read(folder.join(file)).unwrap()).into_owned();
    let number = |end: &str, key: &str| usize::try_from(place["range"][end][key].as_u64().unwrap()).unwrap();
    assert!(number("start", "offset") <= number("end", "offset"));
    for end in ["start", "end"] {
        let before = &text[..number(end, "offset")];
        let line = before.rsplit('\n').next().unwrap().trim_start_matches('\u{FEFF}');
        let expected = (before.matches('\n').count() + 1, line.chars().count() + 1);
        assert_eq!((number(end, "line"), number(end, "column")), expected, "{place:#}");
    }
}
