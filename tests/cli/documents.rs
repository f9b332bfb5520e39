//! What the project's own documents say is true: the files they name exist, and their commands are the ones that are
//! tested at every landing.

use std::path::{Path, PathBuf};

use super::testdata;

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "benches/README.md",
    "docs/ci.md",
    "docs/editors.md",
    "docs/hooks.md",
    "docs/html.md",
];

/// The folders of the repository that documents speak of.
const FOLDERS: [&str; 11] =
    ["benches", "fuzz", "integrations", "lints", "model", "schemas", "src", "syntax", "testdata", "tests", "xtask"];

fn repository() -> PathBuf {
    testdata("..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

/// The paths that a text names: what links lead to, and words that begin with a folder of the repository.
fn named(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
    let words = text.split(|c: char| c.is_whitespace() || "`'\"(),;".contains(c));
    let below = |word: &&str| word.split_once('/').is_some_and(|(first, _)| FOLDERS.contains(&first));
    // Of `lints/<family>/<name>.rs` the part that is no placeholder.
    let known = |word: &str| word.split(['<', '*', '{', '#']).next().unwrap_or_default().to_owned();
    links.chain(words.filter(below)).map(known).map(|path| path.trim_end_matches(['.', ':']).to_owned()).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut tried = 0;
    for document in DOCUMENTS {
        let folder = Path::new(document).parent().unwrap();
        for path in named(&text(document)) {
            let exists = [folder.join(&path), PathBuf::from(&path)].iter().any(|path| repository().join(path).exists());
            assert!(exists, "{document} names `{path}`");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
    assert_eq!(named("see [x](a/b.md), `src/c.rs` and lints/<family>/x.rs."), ["a/b.md", "src/c.rs", "lints/"]);
}

/// The commands of the first block that shows some, without their comments.
fn commands(document: &str) -> Vec<String> {
    let text = text(document);
    let block = text.split("```").nth(1).unwrap();
    let lines = block.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn the_commands_of_the_readme_are_tested_at_every_landing() {
    let readme = commands("README.md");
    assert_eq!(readme.len(), 2);
    assert_eq!(commands("CONTRIBUTING.md"), readme);
    let landing = text(".ci/run");
    let steps: Vec<&str> = landing.lines().filter_map(|line| line.strip_prefix("step ")).collect();
    for command in readme {
        let same =
            |step: &&str| step.strip_prefix(&command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        assert!(steps.iter().any(same), "`{command}` is not in .ci/run");
    }
}

#[test]
fn every_claim_about_security_names_a_test_that_there_is() {
    let security = text("SECURITY.md");
    let quoted = security.split('`').skip(1).step_by(2);
    let named: Vec<(&str, &str)> = quoted.filter_map(|word| word.rsplit_once("::")).collect();
    assert!(named.len() > 15, "{named:?}");
    for (module, test) in named {
        let there = text(&format!("tests/cli/{}.rs", module.replace("::", "/")));
        assert!(there.contains(&format!("\nfn {test}() {{")), "{module}::{test}");
    }
}
