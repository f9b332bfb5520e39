//! Personal data that is sensitive by its name.

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{is_masked_pattern, is_masked_value, speaks_of_a_person};
use apiward_model::words::{PII_HIGH_PERSON_ONLY, PII_MASKING};
use apiward_model::{Api, Merged, Node, Schema, phrase};

/// The extension by which authors say that they know.
pub(super) const ACKNOWLEDGED: &str = "x-pii-reviewed";

/// What is no longer than this is a part of a number.
const PART: f64 = 4.0;

/// Descriptions of what is shown of a number.
static MASKED_PHRASES: Lexicon = Lexicon::new(
    "what is shown of a number",
    Match::Phrase,
    &["masked", "redacted", "last four", "last 4", "final four", "final 4"],
);

/// Data that says as much in a list of values or in an object: what other names stand for is a number, and an enumeration
/// or an object of that name only speaks of it (whether it matched, how often it was changed).
static SENSITIVE_IN_ANY_FORM: Lexicon = Lexicon::new(
    "sensitive in any form",
    Match::Name,
    &[
        "biometric",
        "biometric_data",
        "face_template",
        "fingerprint_template",
        "diagnosis",
        "blood_type",
        "hiv_status",
        "ethnicity",
        "race",
        "religion",
        "political_opinion",
        "sexual_orientation",
        "criminal_record",
    ],
);

/// Data that no number holds: under such a name it weighs or counts.
static NEVER_NUMBERS: Lexicon = Lexicon::new(
    "data that no number holds",
    Match::Name,
    &["date_of_birth", "dob", "last_name", "account_holder", "iban", "religion", "ethnicity", "race", "diagnosis"],
);

/// Whether a property with the name of sensitive data shows it, and whether its author has not said that it may.
pub(super) fn is_in_clear<'a>(api: &Api<'a>, schema: &Schema<'a>, acknowledged: &str) -> bool {
    let name = Tokens::new(schema.property_name().unwrap_or_default());
    let merged = Merged::of(api, schema.node);
    let says_so = |mark: Node<'_>| mark.as_bool() != Some(false);
    let short = |node: Node<'_>| node.raw().text().parse::<f64>().is_ok_and(|longest| longest <= PART);
    let only_boolean = merged.is_type("boolean") && merged.types().all(|kind| matches!(kind, "boolean" | "null"));
    let only_number = || merged.types().all(|kind| matches!(kind, "integer" | "number" | "null"));
    let counts = || merged.types().any(|kind| kind != "null") && only_number() && NEVER_NUMBERS.matches(&name);
    let exempt = only_boolean
        || counts()
        || PII_MASKING.matches(&name)
        || is_masked_pattern(&merged)
        || is_masked_value(&merged)
        || is_described_as_masked(schema, &merged)
        || !SENSITIVE_IN_ANY_FORM.matches(&name) && only_speaks_of_it(api, &merged)
        || merged.all("maxLength").any(short)
        || merged.all(acknowledged).any(says_so)
        || schema.node.get(acknowledged).is_some_and(says_so);
    !exempt && (!PII_HIGH_PERSON_ONLY.matches(&name) || merged.is_type("string") && speaks_of_a_person(schema))
}

/// Beside `$ref` a description means something to readers, even where the version ignores it.
fn is_described_as_masked<'a>(schema: &Schema<'a>, merged: &Merged<'a>) -> bool {
    let texts = merged.all("description").chain(schema.node.get("description"));
    texts.filter_map(|text| text.raw().as_str()).any(|text| phrase::says(text, &MASKED_PHRASES))
}

/// An enumeration, or an object with properties of its own, or a list of those.
fn only_speaks_of_it<'a>(api: &Api<'a>, whole: &Merged<'a>) -> bool {
    let items = whole.get("items").filter(|_| whole.is_array()).map(|items| Merged::of(api, items));
    let value = items.as_ref().unwrap_or(whole);
    value.is_enumerated() || value.is_object() && value.get("properties").is_some()
}
