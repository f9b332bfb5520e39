//! Descriptions with the faults of the OWASP API Security Top 10 (2023), one for each item and well-kept beside them:
//! what is meant is found where it is marked, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use super::{run, testdata};

/// What a scenario is marked with: `# expect: lint` at the end of the line, lints separated by commas.
fn expected(text: &str) -> BTreeSet<(u64, String)> {
    let mut all = BTreeSet::new();
    for (line, text) in (1..).zip(text.lines()) {
        let lints = text.split_once("# expect: ").map(|(_, lints)| lints).unwrap_or_default();
        all.extend(lints.split(", ").filter(|lint| !lint.is_empty()).map(|lint| (line, lint.to_owned())));
    }
    all
}

#[test]
fn the_faults_of_every_owasp_item_are_found_and_nothing_else() {
    let folder = testdata("scenarios");
    let mut items = BTreeSet::new();
    for item in 1..=10 {
        let prefix = format!("api{item}-");
        let name = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let name = name.into_iter().find(|name| name.starts_with(&prefix)).unwrap();
        let expected = expected(&fs::read_to_string(folder.join(&name)).unwrap());
        let report = run(&folder, &["check", &name, "--format", "json"]).json();
        let findings = report["findings"].as_array().unwrap();
        let found: BTreeSet<(u64, String)> = findings
            .iter()
            .map(|finding| {
                assert_eq!(finding["file"].as_str().unwrap().rsplit('/').next(), Some(name.as_str()), "{finding}");
                (finding["range"]["start"]["line"].as_u64().unwrap(), finding["lint"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(found, expected, "{name}");
        let of = format!("API{item}:2023");
        let classes = findings.iter().flat_map(|finding| finding["owasp"].as_array().unwrap());
        let of_item = classes.into_iter().any(|class| *class == *of);
        assert!(of_item, "{name}: no finding is of {of}");
        items.insert(of);
    }
    assert_eq!(items.len(), 10);
}
