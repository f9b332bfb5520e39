//! Personal data that is sensitive by its name.

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{is_masked_pattern, is_masked_value, speaks_of_a_person};
use apiward_model::words::{PII_HIGH_PERSON_ONLY, PII_MASKING};
use apiward_model::{Api, Merged, Node, Schema};

/// The extension by which authors say that they know.
pub(super) const ACKNOWLEDGED: &str = "x-pii-reviewed";

/// What is no longer than this is a part of a number.
const PART: f64 = 4.0;

/// Whether a property with the name of sensitive data shows it, and whether its author has not said that it may.
pub(super) fn is_in_clear<'a>(api: &Api<'a>, schema: &Schema<'a>, acknowledged: &str) -> bool {
    let name = Tokens::new(schema.property_name().unwrap_or_default());
    let merged = Merged::of(api, schema.node);
    let says_so = |mark: Node<'_>| mark.as_bool() != Some(false);
    let short = |node: Node<'_>| node.raw().text().parse::<f64>().is_ok_and(|longest| longest <= PART);
    let only_boolean = merged.is_type("boolean") && merged.types().all(|kind| matches!(kind, "boolean" | "null"));
    let exempt = only_boolean
        || PII_MASKING.matches(&name)
        || is_masked_pattern(&merged)
        || is_masked_value(&merged)
        || merged.all("maxLength").any(short)
        || merged.all(acknowledged).any(says_so)
        || schema.node.get(acknowledged).is_some_and(says_so);
    !exempt && (!PII_HIGH_PERSON_ONLY.matches(&name) || merged.is_type("string") && speaks_of_a_person(schema))
}
