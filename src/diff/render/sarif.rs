//! `--format sarif`: the changes as results, the old place as a related location.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::catalogue::{Entry, catalogue};
use crate::diff::{Change, Diff, Effect, Place};
use crate::fingerprint::{Fingerprints, identity, of_operation};
use crate::render::json::pretty;
use crate::render::sarif::{SCHEMA, driver, location, name_operations, sarif_level, top_ten, weaknesses};

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let kinds: Vec<Entry> = catalogue().into_iter().filter(Entry::is_change).collect();
    let rules: HashMap<&str, usize> = kinds.iter().enumerate().map(|(at, entry)| (entry.id, at)).collect();
    let mut fingerprints = Fingerprints::default();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(&diff.tool, &kinds)},
            "taxonomies": [weaknesses(&kinds), top_ten()],
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": "apiward-diff/"},
            "results": diff.changes.iter().map(|change| result(change, &rules, &mut fingerprints)).collect::<Vec<_>>(),
        }],
    });
    pretty(&log, out)?;
    writeln!(out)
}

fn result(change: &Change, rules: &HashMap<&str, usize>, fingerprints: &mut Fingerprints) -> Value {
    // What makes the API better is no fault: SARIF says so with its kind (3.27.9).
    let stronger = change.effect == Effect::Stronger;
    let mut result = json!({
        "ruleId": change.id,
        "kind": if stronger { "informational" } else { "fail" },
        "level": if stronger { "none" } else { sarif_level(change.level) },
        "message": {"text": format!("{}.", change.message)},
        "partialFingerprints": {"apiward/v1": fingerprints.next(&change.id, &subject(change))},
        "properties": {"effect": change.effect.as_str()},
    });
    if let Some(index) = rules.get(change.id.as_str()) {
        result["ruleIndex"] = json!(index);
    }
    let at = |place: &Place| location(&place.file, place.range, &place.pointer);
    if let Some(place) = change.new.as_ref().or(change.old.as_ref()) {
        result["locations"] = json!([at(place)]);
    }
    if let (Some(_), Some(old)) = (&change.new, &change.old) {
        let mut related = at(old);
        related["id"] = json!(1);
        related["message"] = json!({"text": "before"});
        result["relatedLocations"] = json!([related]);
    }
    name_operations(&mut result, change.operation.iter().chain(&change.operations), change.operations_total);
    result
}

/// What a change is about, whatever its line is.
fn subject(change: &Change) -> String {
    let Some(place) = change.new.as_ref().or(change.old.as_ref()) else { return change.message.clone() };
    let about = change.operation.as_ref().map_or_else(|| place.pointer.clone(), of_operation);
    identity(&place.file, &about)
}
