//! Descriptions that could be real, of every format, whole and broken in a few places: every lint in every profile. Written
//! as YAML and as JSON, a whole one has the same findings.

mod asynchronous;
mod document;
mod pick;
mod synchronous;
mod value;

use std::collections::BTreeMap;

use apiward::check::Checked;
use apiward_lints::framework::level::Profile;
use arbitrary::{Arbitrary, Unstructured};

use self::document::Description;
use crate::memory::{checked, found, settings};
use crate::{Dice, check, mutate, outputs};

/// The first bytes say how the text is broken; the others are read as a description.
pub(crate) fn run(bytes: &[u8]) {
    let mut given = Unstructured::new(bytes);
    let Ok((seed, faults)) = <(u64, u8)>::arbitrary(&mut given) else { return };
    let Ok(description) = Description::arbitrary(&mut given) else { return };
    let (yaml, json) = (description.yaml(), description.json());
    compare(&yaml, &json);
    let text = if seed % 2 == 0 { yaml } else { json };
    let broken = mutate::broken(text.as_bytes(), &mut Dice::new(seed), 1 + usize::from(faults % 4));
    check::run(&broken);
    let again = checked(&found("api.yaml", &broken, None), &settings(Profile::Strict));
    outputs::hold(&again);
}

/// Tries a description made of bytes that follow from a seed and a number: many more in a time than a fuzzer does.
pub fn made(seed: u64, number: u64) {
    let mut dice = Dice::of_trial(seed, number);
    let length = 50 + dice.below(1_200);
    let bytes: Vec<u8> = std::iter::repeat_with(|| dice.number().to_le_bytes()).flatten().take(length).collect();
    run(&bytes);
}

/// The same description in both notations has the same findings.
fn compare(yaml: &str, json: &str) {
    let settings = settings(Profile::Strict);
    let as_yaml = checked(&found("api.yaml", yaml.as_bytes(), None), &settings);
    let as_json = checked(&found("api.json", json.as_bytes(), None), &settings);
    let (left, right) = (told(&as_yaml), told(&as_json));
    for (key, count) in &left {
        assert_eq!(right.get(key), Some(count), "of YAML {key:?}, {count} times, in\n{yaml}\nnot in JSON\n{json}");
    }
    for (key, count) in &right {
        assert_eq!(left.get(key), Some(count), "of JSON {key:?}, {count} times, not in YAML\n{yaml}");
    }
    assert!(
        !left.keys().any(|(lint, ..)| lint == "document/unreadable"),
        "what was written cannot be read\n{yaml}\n{json}"
    );
}

/// What was found, by lint and pointer, with what is said of it and by what it is known again.
fn told(checked: &Checked) -> BTreeMap<(String, String, String, String), usize> {
    let mut told = BTreeMap::new();
    for one in &checked.report.findings {
        let key = (
            one.lint.to_owned(),
            one.pointer.clone(),
            one.message.replace("api.json", "api.yaml"),
            one.fingerprint.clone(),
        );
        *told.entry(key).or_insert(0) += 1;
    }
    told
}
