//! `apiward test-rules`: runs each custom lint on the examples that its author gave.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_lints::framework::custom::Why;
use apiward_lints::framework::engine::{self, Outcome};
use apiward_lints::framework::finding::Spot;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, Detected, Files, Loader, SUPPORTED, detect};
use apiward_syntax::Limits;

use super::lint::Runner;
use super::{Example, Rule};
use crate::discover::config_here;
use crate::output::to_stdout;
use crate::render::count;
use crate::usage::UsageError;

/// The name that examples are checked under.
const NAME: &str = "example.yaml";

/// `apiward test-rules`.
pub(crate) fn run(config: Option<&Path>) -> Result<u8, UsageError> {
    let Some(config) = config_here(config)? else {
        let help = "make one with `apiward init`, or name one with --config";
        return Err(UsageError::new("there is no configuration here or above").help(help));
    };
    if config.rules.is_empty() {
        let error = UsageError::new(format!("`{}` has no custom lints", config.shown));
        return Err(error.help("docs/custom-lints.md shows how to write them under `rules`"));
    }
    let results: Vec<Tested> = config.rules.iter().map(Tested::new).collect();
    if let Some(error) = UsageError::of_all(results.iter().flat_map(|tested| tested.errors.clone()).collect()) {
        return Err(error);
    }
    to_stdout(|out| write(&results, out))?;
    Ok(u8::from(results.iter().any(|tested| !tested.failures.is_empty())))
}

/// What the examples of a custom lint made of it.
struct Tested<'r> {
    rule: &'r Rule,
    /// Examples that are not as they should be.
    failures: Vec<String>,
    /// What keeps an example from being checked.
    errors: Vec<UsageError>,
}

impl<'r> Tested<'r> {
    fn new(rule: &'r Arc<Rule>) -> Self {
        let mut tested = Self { rule, failures: Vec::new(), errors: Vec::new() };
        for (kind, examples) in [("bad", &rule.bad), ("good", &rule.good)] {
            for (at, example) in examples.iter().enumerate() {
                let name = format!("{kind} example {} ({})", at + 1, example.place.title());
                match findings(rule, example) {
                    Ok(found) => tested.failures.extend(failure(kind, &found).map(|why| format!("{name}: {why}"))),
                    Err(error) => tested.errors.push(error),
                }
            }
        }
        tested
    }

    fn examples(&self) -> usize {
        self.rule.bad.len() + self.rule.good.len()
    }
}

/// Why an example is not as it should be.
fn failure(kind: &str, found: &[String]) -> Option<String> {
    match (kind, found) {
        ("bad", []) => Some("nothing was found".to_owned()),
        ("good", [first, others @ ..]) => {
            let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
            Some(format!("{first}{more}"))
        }
        _ => None,
    }
}

/// The findings of a custom lint in an example: line and message.
fn findings(rule: &Arc<Rule>, example: &Example) -> Result<Vec<String>, UsageError> {
    let refuse = |why: &str, help: &str| {
        let message = format!("{}: the example {why}", example.place.position());
        UsageError::new(message).help(help.to_owned())
    };
    let name = PathBuf::from(NAME);
    let loader = Loader::memory([(name.clone(), example.text.as_str().into())], Limits::default());
    let file = loader.load(&name).map_err(|why| refuse(&format!("cannot be read: {why}"), "write it as one text"))?;
    if let Some(error) = &file.error {
        let line = file.tree.lines().position(error.offset).line;
        let why = format!("is neither valid YAML nor valid JSON: line {line} of it: {}", error.message);
        return Err(refuse(&why, "write it as a block: `- |`, and the description indented below"));
    }
    let is_api = file.tree.documents().next().is_some_and(|root| matches!(detect(root), Detected::Api(_)));
    if !is_api {
        let help = format!("an example is a whole description; supported are {SUPPORTED}");
        return Err(refuse("is no API description", &help));
    }
    let files = Files::load(file, &loader);
    let Some(api) = Api::read(&files, 0) else {
        return Err(refuse("is no API description", "write a whole description"));
    };
    if let Some(fault) = api.faults.first() {
        let why = format!("has a reference that leads nowhere: `{}`", fault.reference.text());
        return Err(refuse(&why, "an example stands for itself: put all that it refers to into it"));
    }
    let outcome = engine::run(&api, &settings(rule));
    told(rule, &outcome)
        .map_err(|why| refuse(&why, "mend the expression; docs/custom-lints.md says what may be missing"))
}

fn settings(rule: &Arc<Rule>) -> engine::Settings {
    let runner: Arc<dyn apiward_lints::framework::custom::Custom> = Arc::new(Runner(Arc::clone(rule)));
    let custom = HashMap::from([(rule.lint.id, runner)]);
    engine::Settings { lints: vec![rule.lint], custom, ..engine::Settings::new(Profile::Strict) }
}

/// What was found, or why that is not known.
fn told(rule: &Rule, outcome: &Outcome<'_>) -> Result<Vec<String>, String> {
    if let Some(panicked) = outcome.panicked.first() {
        return Err(format!("made apiward break off: {}", panicked.reason));
    }
    if let Some((_, undecided)) = outcome.undecided.first() {
        let line = line(Spot::key(undecided.node));
        return Err(match &undecided.why {
            Why::TooLarge(message) => format!("is too large: {message}"),
            Why::Broken { message, .. } => {
                format!("makes `{}` fail, for what stands in line {line} of it: {message}", rule.lint.id)
            }
        });
    }
    Ok(outcome.findings.iter().map(|found| format!("line {} of it: {}", line(found.spot), found.message)).collect())
}

fn line(spot: Spot<'_>) -> u32 {
    spot.node.tree().lines().position(spot.span().start).line
}

fn write(results: &[Tested<'_>], out: &mut dyn Write) -> io::Result<()> {
    for tested in results {
        let id = tested.rule.lint.id;
        match (tested.examples(), tested.failures.as_slice()) {
            (0, _) => writeln!(out, "{id}: no examples")?,
            (number, []) => writeln!(out, "{id}: {} as expected", count(number, "example"))?,
            (number, failures) => {
                writeln!(out, "{id}: {} of {} not as expected", failures.len(), count(number, "example"))?;
                for failure in failures {
                    writeln!(out, "  {failure}")?;
                }
            }
        }
    }
    let of = |wanted: &dyn Fn(&Tested<'_>) -> bool| results.iter().filter(|tested| wanted(tested)).count();
    let failed = of(&|tested| !tested.failures.is_empty());
    let without = of(&|tested| tested.examples() == 0);
    let passed = results.len() - failed - without;
    write!(out, "{}: {passed} passed, {failed} failed", count(results.len(), "custom lint"))?;
    if without > 0 {
        write!(out, ", {without} without examples")?;
    }
    writeln!(out)
}
