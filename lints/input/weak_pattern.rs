//! `input/weak-pattern`

use apiward_model::lexicon::Tokens;
use apiward_model::pattern::{Hold, Pattern, Unreadable};
use apiward_model::{Api, Merged, Node, Reach, Schema};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::framework::uses::Parameters;
use crate::input::patterns::{Written, patterns};

declare_lint! {
    id: "input/weak-pattern",
    title: "Pattern does not constrain the value (unanchored or matches everything)",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-777", "CWE-625"],
    practices: [InputValidation],
    references: [
        "JSON Schema Validation 2020-12 section 6.3.3" => "https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.3",
        "RFC 9485" => "https://www.rfc-editor.org/rfc/rfc9485",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("weak_pattern.md"),
    check: WeakPattern,
}

#[derive(Default)]
struct WeakPattern;

/// Why a pattern constrains little.
enum Weakness {
    Invalid(&'static str),
    Everything,
    /// All but the empty string.
    Nearly,
    Open {
        end: End,
        held: Hold,
        /// The fewest characters that a match has.
        shortest: u64,
    },
}

/// The end at which a pattern is anchored.
#[derive(Clone, Copy)]
enum End {
    Start,
    Finish,
    /// Neither, or not in every alternative.
    None,
}

impl<'a> Check<'a> for WeakPattern {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let parameters = cx.parameters();
        for mut written in patterns(cx.api, Reach::REQUEST) {
            let Some(weakness) = weakness(written.text) else { continue };
            written
                .schemas
                .retain(|schema| !is_exempt(cx.api, schema, parameters) && !leaves_no_room(cx.api, schema, &weakness));
            report(cx, &written, &weakness);
        }
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, written: &Written<'a>, weakness: &Weakness) {
    let mut nodes = written.nodes();
    let Some(first) = nodes.next() else { return };
    let text = quoted(written.text);
    let message = match weakness {
        Weakness::Invalid(why) => format!("pattern {text} does not compile: {why}"),
        Weakness::Everything if written.text.is_empty() => "an empty pattern matches every value".to_owned(),
        Weakness::Everything => format!("pattern {text} matches every value"),
        Weakness::Nearly => format!("pattern {text} matches every value but the empty one"),
        Weakness::Open { end: End::Start, .. } => format!("pattern {text} says only how a value begins"),
        Weakness::Open { end: End::Finish, .. } => format!("pattern {text} says only how a value ends"),
        Weakness::Open { end: End::None, .. } => format!("pattern {text} also matches in the middle of other values"),
    };
    let help = match weakness {
        Weakness::Invalid(_) => "write it as ECMA-262 has it: validators skip or refuse what they cannot compile",
        Weakness::Everything | Weakness::Nearly => "say which characters are allowed and how many, or leave it out",
        Weakness::Open { .. } => "anchor it: `^(?:...)$`. A pattern is searched for, it need not span the value",
    };
    let lowered = matches!(weakness, Weakness::Nearly | Weakness::Open { held: Hold::Partly, .. });
    let finding = cx
        .finding(first, message)
        .at_key(first)
        .help(help)
        .operations(cx.reaching(first))
        .lowered_if(lowered, Level::Info);
    let whole = matches!(weakness, Weakness::Open { end: End::None, held, .. } if *held != Hold::Partly);
    let wrapped = format!("^(?:{})$", written.text);
    let fix = || {
        written.nodes().fold(Fix::new("have it match whole values only"), |fix, node| fix.text(node, wrapped.as_str()))
    };
    let finding = finding.about(cx.api.operations_node(), written.text).fixed_by(whole.then(fix));
    let finding = nodes.fold(finding, |finding, node| finding.related_key(node, "the same pattern"));
    cx.report(finding);
}

fn weakness(text: &str) -> Option<Weakness> {
    let pattern = match Pattern::parse(text) {
        Ok(pattern) => pattern,
        Err(Unreadable::Invalid(why)) => return Some(Weakness::Invalid(why)),
        Err(Unreadable::TooLarge) => return None,
    };
    if pattern.matches_everything() {
        return Some(Weakness::Everything);
    }
    if pattern.matches_everything_else() {
        return Some(Weakness::Nearly);
    }
    let end = match (pattern.is_anchored_at_start(), pattern.is_anchored_at_end()) {
        (true, false) => End::Start,
        (false, true) => End::Finish,
        _ => End::None,
    };
    let held = pattern.hold();
    (held != Hold::Whole).then(|| Weakness::Open { end, held, shortest: pattern.shortest() })
}

/// The schema says more, or the text that it is a search.
fn is_exempt(api: &Api<'_>, schema: &Schema<'_>, parameters: &Parameters<'_, '_>) -> bool {
    let merged = Merged::of(api, schema.node);
    let exact =
        |format: Node<'_>| matches!(format.raw().as_str(), Some("uuid" | "date" | "date-time" | "ipv4" | "ipv6"));
    let described =
        merged.all("description").chain(parameters.around(schema.node).and_then(|one| one.node.get("description")));
    merged.get("enum").or_else(|| merged.get("const")).is_some()
        || merged.all("format").any(exact)
        || described.into_iter().filter_map(|text| text.raw().as_str()).any(says_search)
}

/// No value that is short enough has characters beside the match.
fn leaves_no_room(api: &Api<'_>, schema: &Schema<'_>, weakness: &Weakness) -> bool {
    let Weakness::Open { shortest, .. } = weakness else { return false };
    let merged = Merged::of(api, schema.node);
    let mut longest = merged.all("maxLength").filter_map(|most| most.text().parse::<u64>().ok());
    longest.any(|longest| longest <= *shortest)
}

fn says_search(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() <= 9);
    words.any(|word| matches!(Tokens::new(word).first(), Some("contains" | "substring" | "partial")))
}
