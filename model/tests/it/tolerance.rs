//! Malformed parts stop nothing: whatever is broken in one place, the rest is read as before.

use std::fmt::Write as _;

use apiward_model::{Api, Files};
use apiward_syntax::{Limits, to_json_line};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::support::{FIXTURES, alternatives, fixture_text, one, parameters, servers};

/// A fixture as a JSON value, merge keys and aliases expanded.
fn value(name: &str) -> Value {
    let files = one(&fixture_text(name));
    let json = to_json_line(files.document(0).unwrap().raw(), &Limits::default()).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// The pointers of all nodes below the root, keys in document order.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut waiting = vec![(String::new(), value)];
    while let Some((pointer, value)) = waiting.pop() {
        let member = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Object(map) => waiting.extend(map.iter().map(|(key, value)| (member(key), value))),
            Value::Array(list) => {
                waiting.extend(list.iter().enumerate().map(|(at, value)| (member(&at.to_string()), value)));
            }
            _ => {}
        }
        if !pointer.is_empty() {
            all.push(pointer);
        }
    }
    all.sort();
    all
}

fn remove(document: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.remove(&key);
        }
        Some(Value::Array(list)) => {
            // Damage before this one may have put a list where a mapping was.
            if let Some(at) = key.parse().ok().filter(|at| *at < list.len()) {
                list.remove(at);
            }
        }
        _ => {}
    }
}

/// What an operation is, apart from its place.
fn facts(api: &Api<'_>) -> Vec<(String, String)> {
    let all = api.operations.iter().chain(&api.webhooks);
    let describe = |title: &str| {
        let mut line = alternatives(api, title);
        let _ = write!(line, " {:?} {:?}", servers(api, title), parameters(api, title));
        line
    };
    all.map(|operation| (operation.title(), describe(&operation.title()))).collect()
}

fn reading(text: &str) -> Vec<(String, String)> {
    let files = one(text);
    Api::read(&files, 0).map(|api| facts(&api)).unwrap_or_default()
}

/// True when a change at a pointer cannot touch the operation of that title: it happens below another path or channel,
/// or in a schema.
fn is_untouched(document: &Value, pointer: &str, title: &str) -> bool {
    let tokens: Vec<String> =
        pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let version_3 = document["asyncapi"].as_str().is_some_and(|version| version.starts_with('3'));
    match tokens[..] {
        ["channels" | "components", ..] if version_3 => false,
        ["paths" | "channels", path, ..] => !title.ends_with(&format!(" {path}")),
        ["components", "schemas", ..] | ["definitions" | "tags" | "info", ..] => true,
        _ => false,
    }
}

fn check(original: &Value, before: &[(String, String)], changed: &Value, pointer: &str) {
    let after = reading(&changed.to_string());
    for fact in before.iter().filter(|(title, _)| is_untouched(original, pointer, title)) {
        assert!(after.contains(fact), "{fact:?} is lost by a change at {pointer}\n{changed}");
    }
}

#[test]
fn any_field_may_have_any_type() {
    for name in FIXTURES {
        let original = value(name);
        let before = facts_of(name);
        for (at, pointer) in pointers(&original).into_iter().enumerate() {
            let scalar_or_list = if at % 2 == 0 { json!(null) } else { json!(["x", null, {}]) };
            let wrong = [scalar_or_list, json!({"$ref": format!("#{pointer}"), "x": 1})];
            for wrong in wrong {
                let mut changed = original.clone();
                *changed.pointer_mut(&pointer).unwrap() = wrong;
                check(&original, &before, &changed, &pointer);
            }
        }
    }
}

fn facts_of(name: &str) -> Vec<(String, String)> {
    let before = reading(&value(name).to_string());
    assert!(!before.is_empty());
    before
}

#[test]
fn a_repeated_key_counts_as_it_stands_last() {
    for name in FIXTURES {
        let original = value(name);
        let before = facts_of(name);
        for pointer in pointers(&original) {
            let text = with_junk_before(&original, "", &pointer);
            assert_eq!(reading(&text), before, "{pointer} of {name}");
        }
    }
}

/// The document as JSON, with the member at a pointer written twice: first as junk.
fn with_junk_before(value: &Value, at: &str, twice: &str) -> String {
    match value {
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| {
                let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                let member = format!("{}:{}", json!(key), with_junk_before(value, &pointer, twice));
                if pointer == twice { format!("{}:[{{\"$ref\":3}}],{member}", json!(key)) } else { member }
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => {
            let items = list.iter().enumerate();
            let items = items.map(|(index, value)| with_junk_before(value, &format!("{at}/{index}"), twice));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// One thing that goes wrong somewhere.
#[derive(Clone, Debug)]
enum Damage {
    Replace(Value),
    Remove,
    /// A reference to some other node of the document.
    Refer(Index),
    /// A copy of some other node.
    Copy(Index),
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z{}/#$~%:.-]{0,12}".prop_map(Value::from),
        "#(/(paths|components|schemas|a|0|~1))*".prop_map(|text| json!({"$ref": text})),
    ];
    let key = prop_oneof![
        Just("$ref".to_owned()),
        Just("get".to_owned()),
        Just("properties".to_owned()),
        Just("$id".to_owned()),
        Just("security".to_owned()),
        Just("allOf".to_owned()),
        "[a-z/x-]{0,6}",
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => anything().prop_map(Damage::Replace),
        1 => Just(Damage::Remove),
        2 => any::<Index>().prop_map(Damage::Refer),
        1 => any::<Index>().prop_map(Damage::Copy),
    ]
}

fn apply(document: &mut Value, all: &[String], at: &str, damage: &Damage) {
    let new = match damage {
        Damage::Remove => return remove(document, at),
        Damage::Replace(value) => value.clone(),
        Damage::Refer(index) => json!({"$ref": format!("#{}", index.get(all))}),
        Damage::Copy(index) => document.pointer(index.get(all).as_str()).cloned().unwrap_or_default(),
    };
    if let Some(place) = document.pointer_mut(at) {
        *place = new;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_in_one_place_leaves_the_rest(
        which in any::<Index>(),
        at in any::<Index>(),
        damage in damage(),
    ) {
        let name = *which.get(&FIXTURES);
        let original = value(name);
        let all = pointers(&original);
        let pointer: &String = at.get(&all);
        let mut changed = original.clone();
        apply(&mut changed, &all, pointer, &damage);
        check(&original, &reading(&original.to_string()), &changed, pointer);
    }

    #[test]
    fn damage_in_many_places_never_panics(
        which in any::<Index>(),
        damages in prop::collection::vec((any::<Index>(), damage()), 2..8),
    ) {
        let name: &&str = which.get(&FIXTURES);
        let mut document = value(name);
        let all = pointers(&document);
        for (at, damage) in &damages {
            let at: &String = at.get(&all);
            apply(&mut document, &all, at, damage);
        }
        let text = document.to_string();
        let files: Files = one(&text);
        if let Some(api) = Api::read(&files, 0) {
            for schema in api.schemas.all() {
                api.schemas.reaching(schema.node);
            }
            facts(&api);
            for server in &api.servers {
                prop_assert!(server.expansions().len() <= 64);
            }
        }
    }
}
