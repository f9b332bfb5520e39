//! The documents in the documentation of each lint: `bad` ones are reported, `good` ones are not.

use std::path::PathBuf;
use std::sync::Arc;

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::level::Profile;

use crate::harness::{findings, settings};
use crate::notation::Texts;

/// The fenced documents of a kind.
fn examples(lint: &LintMeta, kind: &str) -> Vec<Texts> {
    let mut found = Vec::new();
    let mut lines = lint.docs.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let mut words = info.split(' ');
        let (notation, which) = (words.next().unwrap_or_default(), words.next());
        if which == Some(kind) {
            found.push(vec![(PathBuf::from(format!("example.{notation}")), Arc::from(body.join("\n") + "\n"))]);
        }
    }
    found
}

#[test]
fn bad_examples_are_reported() {
    for lint in apiward_lints::catalogue() {
        let examples = examples(lint, "bad");
        assert!(!examples.is_empty(), "{} has no bad example", lint.id);
        for texts in examples {
            let found = findings(&texts, &settings(Profile::Strict, lint, None));
            assert!(found.iter().any(|found| found.lint == lint.id), "{}: not reported:\n{}", lint.id, texts[0].1);
        }
    }
}

/// Good examples are clean by the standard of `minimal`: they teach more than one thing.
#[test]
fn good_examples_are_clean() {
    for lint in apiward_lints::catalogue() {
        let examples = examples(lint, "good");
        assert!(!examples.is_empty(), "{} has no good example", lint.id);
        for texts in examples {
            let own = findings(&texts, &settings(Profile::Strict, lint, None));
            let own: Vec<_> = own.into_iter().filter(|found| found.lint == lint.id).collect();
            assert!(own.is_empty(), "{}: {own:?}", lint.id);
            let errors = findings(&texts, &settings(Profile::Minimal, lint, None));
            assert!(errors.is_empty(), "{}: {errors:?}", lint.id);
        }
    }
}
