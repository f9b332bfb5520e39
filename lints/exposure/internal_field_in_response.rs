//! `exposure/internal-field-in-response`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{Administration, is_internal_document};
use apiward_model::words::{INTERNAL_FIELD_NAMES, INTERNAL_PHRASES};
use apiward_model::{Api, Merged, OperationId, Reach, Schema, phrase};
use apiward_syntax::Known;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::exposure::names::Names;
use crate::framework::carriers::Carriers;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "exposure/internal-field-in-response",
    title: "Response exposes an implementation or internal-only field",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-200", "CWE-497"],
    practices: [MinimalExposure, ErrorHandling],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("internal_field_in_response.md"),
    check: InternalFieldInResponse,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further names of internal fields.
    names_extra: Vec<String>,
}

struct InternalFieldInResponse {
    names_extra: WordSet,
}

impl From<Options> for InternalFieldInResponse {
    fn from(options: Options) -> Self {
        Self { names_extra: WordSet::new(&options.names_extra, false) }
    }
}

impl<'a> Check<'a> for InternalFieldInResponse {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        if is_internal_document(api, "x-audience") {
            return;
        }
        let names = Names::new(api, |name| self.is_internal(name).then_some(()));
        let mut answers = None;
        for schema in api.schemas.all().iter().filter(|schema| schema.reach.intersects(Reach::RESPONSE)) {
            let Some(name) = schema.property_name() else { continue };
            let marked = || schema.node.is_true(Known::XInternal);
            let text = || schema.node.get_str(Known::Description).unwrap_or_default();
            let why = if names.of(schema).is_some() && !is_switch(cx.api, schema) && !is_of_callers(schema) {
                "shows how the service is built"
            } else if marked() || is_called_internal(text()) {
                "is described as internal"
            } else {
                continue;
            };
            let answers = answers.get_or_insert_with(|| Carriers::of_answers(api));
            let operations = answers.of(api, schema.node);
            if !operations.is_empty() && operations.iter().all(|id| administers(cx, id)) {
                continue;
            }
            let message = format!("property {} of answers {why}", quoted(name));
            let help = "leave it out of answers: what callers do not need only tells attackers where to look";
            let finding = cx.finding(schema.node, message).at_key(schema.node).help(help).operations(operations);
            let harmless = matches!(Tokens::new(name).glued(), "isdeleted" | "rowversion");
            cx.report(finding.lowered_if(harmless, Level::Info));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl InternalFieldInResponse {
    fn is_internal(&self, name: &Tokens<'_>) -> bool {
        INTERNAL_FIELD_NAMES.matches(name) || self.names_extra.matches_name(name)
    }
}

/// Whether a text says that the property itself is internal.
fn is_called_internal(text: &str) -> bool {
    phrase::find_phrase(text, &INTERNAL_PHRASES).iter().any(|found| {
        let before = &text[found.sentence.start..found.range.start];
        let after = text[found.range.end..found.sentence.end].trim();
        let means_it = match found.phrase {
            // A command, and not what something does: "depots that do not expose a counter".
            "do not expose" => !before.contains(char::is_alphanumeric),
            // What follows says whose use it is: "a note for internal use by the depot".
            "for internal use" => !after.strip_prefix("only").unwrap_or(after).contains(char::is_alphanumeric),
            _ => true,
        };
        // A code span at the beginning of a sentence is no part of it.
        let of_code = text[..found.sentence.start].trim_end_matches(' ').ends_with('`');
        means_it && !found.negated && !of_code && !speaks_of_a_value(before)
    })
}

/// Whether a sentence begins to speak of some of the values only.
fn speaks_of_a_value(sentence: &str) -> bool {
    let words = ["one", "some", "other", "value", "values"];
    let mut own = sentence.split(|c: char| !c.is_alphanumeric());
    sentence.contains('`') || own.any(|word| words.iter().any(|one| word.eq_ignore_ascii_case(one)))
}

fn administers(cx: &Cx<'_, '_>, id: OperationId) -> bool {
    cx.signs(id).administration == Some(Administration::Strong)
}

/// A table or a query that callers name themselves is one of theirs.
fn is_of_callers(schema: &Schema<'_>) -> bool {
    let theirs = ["tablename", "dbname", "sql", "sqlquery"];
    let named = schema.property_name().is_some_and(|name| theirs.contains(&Tokens::new(name).glued()));
    named && schema.reach.intersects(Reach::REQUEST)
}

/// A boolean tells that there is debugging, and no more. Whether something is deleted counts all the same.
fn is_switch<'a>(api: &Api<'a>, schema: &Schema<'a>) -> bool {
    let is_deleted = schema.property_name().is_some_and(|name| Tokens::new(name).glued() == "isdeleted");
    let merged = Merged::of(api, schema.node);
    !is_deleted && merged.is_type("boolean") && merged.types().all(|kind| matches!(kind, "boolean" | "null"))
}
