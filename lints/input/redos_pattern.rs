//! `input/redos-pattern`

use apiward_model::pattern::{Ambiguity, Pattern};
use apiward_model::{Merged, Reach, Schema};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::input::patterns::{Written, patterns};

declare_lint! {
    id: "input/redos-pattern",
    title: "Pattern can take exponential or high-polynomial time",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API4:2023"],
    cwe: ["CWE-1333"],
    practices: [InputValidation, Threats],
    references: [
        "OWASP Input Validation Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html",
        "RFC 9485" => "https://www.rfc-editor.org/rfc/rfc9485",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("redos_pattern.md"),
    check: RedosPattern,
    options: Options,
}

/// Options of `input/redos-pattern`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// States of a pattern up to which it is judged.
    max_states: usize,
    /// The power of the length from which on polynomial time is reported in `strict`.
    polynomial_degree: usize,
    /// The engine that runs the patterns.
    engine: Engine,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_states: 2000, polynomial_degree: 3, engine: Engine::Backtracking }
    }
}

/// How patterns are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Engine {
    /// By trying one way after the other, as JavaScript, Java and Python do.
    Backtracking,
    /// In linear time, as RE2, Go and Rust do: the lint is silent.
    Re2,
}

struct RedosPattern {
    options: Options,
}

impl From<Options> for RedosPattern {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

/// Lengths up to which a slow pattern does little harm.
const SHORT: u64 = 64;
/// Characters by which the example grows.
const SHOWN: usize = 24;
/// States that all patterns of a document may have together; it is the size of some thousand real ones.
const ALL_STATES: usize = 200_000;

impl<'a> Check<'a> for RedosPattern {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        if self.options.engine == Engine::Re2 {
            return;
        }
        let degree = if cx.profile == Profile::Strict { self.options.polynomial_degree.max(1) } else { 0 };
        let answers = Reach::RESPONSE.union(Reach::OTHER_RESPONSE);
        let used = Reach::REQUEST.union(Reach::INBOUND).union(answers);
        let mut left = ALL_STATES;
        for written in patterns(cx.api, used).iter().filter(|written| can_be_slow(written.text)) {
            let Some(rest) = left.checked_sub(written.text.len()) else { break };
            left = rest;
            let Ok(pattern) = Pattern::parse(written.text) else { continue };
            if let Some(ambiguity) = pattern.ambiguity(self.options.max_states, degree) {
                report(cx, written, &ambiguity);
            }
        }
    }
}

/// One repeat alone is read in one way.
fn can_be_slow(text: &str) -> bool {
    text.bytes().filter(|byte| matches!(byte, b'*' | b'+' | b'{')).count() > 1 || text.contains('|')
}

fn report<'a>(cx: &mut Cx<'_, 'a>, written: &Written<'a>, ambiguity: &Ambiguity) {
    let mut nodes = written.nodes();
    let Some(first) = nodes.next() else { return };
    let text = quoted(written.text);
    let message = match ambiguity {
        Ambiguity::Exponential(_) => format!("pattern {text} can take exponential time"),
        Ambiguity::Polynomial(degree) => {
            format!("pattern {text} can take time that grows as power {} of the length", degree + 1)
        }
    };
    let example = match ambiguity {
        Ambiguity::Exponential(Some(attack)) => {
            format!("; try it with {}, and longer", quoted(&attack.text(SHOWN)))
        }
        _ => String::new(),
    };
    let help =
        format!("rewrite it so that each value can be read in one way only, or set a small `maxLength`{example}");
    let short = written.schemas.iter().all(|schema| is_short(cx, schema));
    let answered = written.schemas.iter().all(|schema| !schema.reach.intersects(Reach::REQUEST));
    let polynomial = matches!(ambiguity, Ambiguity::Polynomial(_));
    let finding = cx
        .finding(first, message)
        .at_key(first)
        .help(help)
        .operations(cx.reaching(first))
        .lowered_if(polynomial, Level::Warning);
    let finding = finding.about(cx.api.operations_node(), written.text);
    let finding = nodes.fold(finding, |finding, node| finding.related_key(node, "the same pattern"));
    cx.report(finding.lowered_if(short || answered, Level::Info));
}

fn is_short(cx: &Cx<'_, '_>, schema: &Schema<'_>) -> bool {
    let length = Merged::of(cx.api, schema.node).get("maxLength").and_then(|most| most.text().parse::<u64>().ok());
    length.is_some_and(|length| length <= SHORT)
}
