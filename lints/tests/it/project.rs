//! The project's own rules for lints: ids, documentation, files, and agreement with the catalogue.

use std::collections::BTreeSet;
use std::path::Path;

use apiward_lints::framework::declare::FixKind;
use apiward_lints::framework::level::{Level, Profile};
use apiward_lints::framework::practice::Practice;
use apiward_model::Format;
use serde_json::Value;

use crate::harness::fixture_folders;

#[test]
fn ids_are_kebab_case_and_stand_once_in_their_family_and_file() {
    let mut seen = BTreeSet::new();
    for lint in apiward_lints::catalogue() {
        assert!(seen.insert(lint.id), "{} twice", lint.id);
        let (family, name) = lint.id.split_once('/').unwrap();
        let kebab = |part: &str| {
            part.split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        };
        assert!(kebab(family) && kebab(name), "{}", lint.id);
        for extension in ["rs", "md"] {
            let file = format!("{family}/{}.{extension}", name.replace('-', "_"));
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).is_file(), "{file} is missing");
        }
    }
}

#[test]
fn families_are_sorted() {
    let ids: Vec<&str> = apiward_lints::catalogue().map(|lint| lint.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(ids, sorted);
}

#[test]
fn documentation_has_its_parts() {
    for lint in apiward_lints::catalogue() {
        let headings: Vec<&str> = lint.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = ["What it does", "Why it matters", "How to fix", "Example", "Options", "References"];
        assert_eq!(headings, expected, "{}", lint.id);
        for reference in lint.references {
            let link = format!("- [{}]({})", reference.text, reference.url);
            assert!(lint.docs.contains(&link), "{}: {link} is missing", lint.id);
        }
        if let Some(options) = lint.options {
            let schema = (options.schema)().to_value();
            for name in schema["properties"].as_object().unwrap().keys() {
                assert!(lint.docs.contains(&format!("- `{name}`")), "{}: option {name} is not documented", lint.id);
            }
        }
    }
}

#[test]
fn fixtures_belong_to_lints() {
    let ids: BTreeSet<&str> = apiward_lints::catalogue().map(|lint| lint.id).collect();
    for id in fixture_folders().keys() {
        assert!(ids.contains(id.as_str()), "testdata/lints/{id} belongs to no lint");
    }
}

#[test]
fn what_is_silenced_may_come_later_but_is_spelt_like_a_lint() {
    let Some(rules) = catalogue() else { return };
    let known: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    for lint in apiward_lints::catalogue() {
        for silences in lint.silences {
            let of_reading = silences.lint().starts_with("document/");
            assert!(of_reading || known.contains(silences.lint()), "{} silences {}", lint.id, silences.lint());
        }
    }
}

/// The catalogue, where it lies beside the project.
fn catalogue() -> Option<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/rules.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: the catalogue of lints is not beside the project");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::OpenApi2 => "oas2",
        Format::OpenApi30 => "oas3.0",
        Format::OpenApi31 => "oas3.1",
        Format::OpenApi32 => "oas3.2",
        Format::AsyncApi2 => "asyncapi2",
        Format::AsyncApi3 => "asyncapi3",
    }
}

/// What lints silence beyond the catalogue: lint and silenced lint.
const ALSO_SILENCED: [(&str, &str); 2] = [
    ("errors/internal-details-in-schema", "exposure/internal-field-in-response"),
    ("logging/health-response-too-detailed", "auth/operation-without-security"),
];

#[test]
fn declarations_agree_with_the_catalogue() {
    let Some(rules) = catalogue() else { return };
    for lint in apiward_lints::catalogue() {
        let rule = rules.iter().find(|rule| rule["id"] == lint.id).unwrap_or_else(|| panic!("{} is new", lint.id));
        let id = lint.id;
        assert_eq!(rule["title"], lint.title, "{id}");
        for profile in Profile::ALL {
            let level = lint.levels.of(profile).map_or("off", Level::as_str);
            assert_eq!(rule["profiles"][profile.as_str()], level, "{id}");
        }
        assert_eq!(rule["confidence"], lint.confidence.as_str(), "{id}");
        let formats: Vec<&str> = lint.formats.iter().map(|format| format_name(*format)).collect();
        assert_eq!(names(&rule["formats"]), formats, "{id}");
        assert_eq!(names(&rule["owasp_api_2023"]), lint.owasp, "{id}");
        assert_eq!(names(&rule["cwe"]), lint.cwe, "{id}");
        let practice = |number: &Value| Practice::ALL[usize::try_from(number.as_u64().unwrap()).unwrap() - 1];
        let practices: Vec<Practice> = rule["seed_practices"].as_array().unwrap().iter().map(practice).collect();
        assert_eq!(practices, lint.practices, "{id}");
        let references: Vec<(&str, &str)> = lint.references.iter().map(|r| (r.text, r.url)).collect();
        let expected: Vec<(&str, &str)> = rule["references"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (r["text"].as_str().unwrap(), r["url"].as_str().unwrap()))
            .collect();
        assert_eq!(references, expected, "{id}");
        let fix = match lint.fix {
            FixKind::None => "none",
            FixKind::Safe => "safe",
            FixKind::Unsafe => "unsafe",
        };
        assert_eq!(rule["autofix"]["kind"], fix, "{id}");
        // Faults of reading are no lints of the catalogue, which speaks of them in prose.
        let silenced = lint.silences.iter().map(|silences| silences.lint());
        let added = |other: &str| ALSO_SILENCED.contains(&(id, other));
        let silenced: BTreeSet<&str> = silenced.filter(|id| !id.starts_with("document/") && !added(id)).collect();
        assert_eq!(names(&rule["supersedes"]).into_iter().collect::<BTreeSet<_>>(), silenced, "{id}");
        let options = lint.options.map(|options| (options.schema)().to_value());
        let own: BTreeSet<&str> = options
            .iter()
            .flat_map(|schema| schema["properties"].as_object().unwrap().keys())
            .map(String::as_str)
            .collect();
        let asked: BTreeSet<&str> = rule["options"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(asked, own, "{id}");
    }
}
