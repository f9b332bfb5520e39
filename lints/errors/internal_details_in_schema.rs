//! `errors/internal-details-in-schema`

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::words::{ERROR_INTERNAL_NAMES, ERROR_INTERNAL_NAMES_WEAK};
use apiward_model::{Merged, Node, Schema, phrase};
use foldhash::HashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::errors::reached;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "errors/internal-details-in-schema",
    title: "Error schema has a place for stack traces, SQL or exceptions",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-209", "CWE-550"],
    practices: [ErrorHandling, MinimalExposure],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "RFC 9457 section 5" => "https://www.rfc-editor.org/rfc/rfc9457#section-5",
        "Zalando RESTful API Guidelines rule 177: not expose stack traces" => "https://opensource.zalando.com/restful-api-guidelines/#177",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Place("exposure/internal-field-in-response")],
    targets: [Document],
    docs: include_str!("internal_details_in_schema.md"),
    check: InternalDetailsInSchema,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of properties that hold internals.
    names_extra: Vec<String>,
}

struct InternalDetailsInSchema {
    names_extra: WordSet,
}

impl From<Options> for InternalDetailsInSchema {
    fn from(options: Options) -> Self {
        Self { names_extra: WordSet::new(&options.names_extra, false) }
    }
}

/// Characters that the identifier of a trace has at most.
const LONGEST_TRACE_ID: f64 = 64.0;

/// Descriptions of what production does not send.
static DEVELOPMENT: Lexicon =
    Lexicon::new("development", Match::Phrase, &["development", "debug builds", "non-production"]);

impl<'a> Check<'a> for InternalDetailsInSchema {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let names = cx.api.schemas.property_names();
        let known: HashMap<&str, bool> = names.filter_map(|name| Some((name, self.weakness(name)?))).collect();
        if known.is_empty() {
            return;
        }
        for node in reached::schemas(cx.api) {
            let Some((name, weak)) = node.key().and_then(|name| Some((name, *known.get(name)?))) else { continue };
            if cx.api.schemas.find(node.place()).and_then(Schema::property_name).is_none() {
                continue;
            }
            let merged = Merged::of(cx.api, node);
            if !has_room(name, node, &merged) {
                continue;
            }
            let spared = merged.all("description").filter_map(text).any(|text| phrase::contains(text, &DEVELOPMENT));
            report(cx, name, node, weak || spared);
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl InternalDetailsInSchema {
    /// Whether a name counts, and then whether it is no more than a hint.
    fn weakness(&self, name: &str) -> Option<bool> {
        let tokens = Tokens::new(name);
        if ERROR_INTERNAL_NAMES.matches(&tokens) || self.names_extra.matches_name(&tokens) {
            return Some(false);
        }
        ERROR_INTERNAL_NAMES_WEAK.matches(&tokens).then_some(true)
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, name: &str, node: Node<'a>, weak: bool) {
    let subject = subject(&Tokens::new(name));
    let message = format!("property {} of an error has room for {subject}", quoted(name));
    let help = "keep it in the server's log, under an identifier that the answer names: it shows attackers what runs and \
                where it breaks";
    let finding = cx.finding(node, message).at_key(node).help(help).operations(cx.reaching(node));
    let finding = finding.lowered_if(weak, Level::Info);
    cx.report(match node.parent().filter(|_| matches!(Tokens::new(name).glued(), "file" | "line")) {
        Some(holder) => finding.about(holder, "file and line"),
        None => finding,
    });
}

/// Whether a property of such a name can hold internals at all.
fn has_room(name: &str, node: Node<'_>, schema: &Merged<'_>) -> bool {
    if schema.is_type("boolean") && schema.types().count() == 1 {
        return false;
    }
    match Tokens::new(name).glued() {
        "file" => is_first_of_pair(node, "line"),
        "line" => is_first_of_pair(node, "file"),
        "trace" => schema.is_array() || schema.is_type("string") && !is_identifier(schema),
        "cause" => !schema.is_enumerated(),
        _ => true,
    }
}

/// A place in the source code takes a file and a line; the one that is written first stands for both.
fn is_first_of_pair(node: Node<'_>, other: &str) -> bool {
    let mut beside = node.parent().into_iter().flat_map(Node::entries);
    beside.any(|(name, beside)| Tokens::new(name).glued() == other && node.place() < beside.place())
}

/// A string that is too short for anything but the identifier of a trace.
fn is_identifier(schema: &Merged<'_>) -> bool {
    let longest = schema.get("maxLength").and_then(|node| node.raw().text().parse::<f64>().ok());
    schema.all("format").filter_map(text).any(|format| format == "uuid")
        || longest.is_some_and(|longest| longest <= LONGEST_TRACE_ID)
}

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}

/// What a property of such a name holds.
fn subject(name: &Tokens<'_>) -> &'static str {
    match name.glued() {
        "stack" | "stacktrace" | "backtrace" | "traceback" | "callstack" | "trace" => "a stack trace",
        "sql" | "sqlquery" | "sqlstate" => "the state of the database",
        "servername" | "hostname" => "the name of a machine",
        "file" | "line" => "a place in the source code",
        "classname" => "the name of a class",
        "debug" | "debuginfo" | "debugmessage" | "developermessage" => "what was meant for developers",
        _ => "exceptions and other internals",
    }
}
