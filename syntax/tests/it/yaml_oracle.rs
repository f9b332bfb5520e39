//! What `yaml_serde`, an independent reader, makes of a YAML text. The fuzz targets ask it too.

use serde::Deserialize;
use serde_json::Value;

/// The documents as JSON, merge keys applied, unknown tags dropped; none when the reader refuses the text, or a key
/// is no scalar.
pub(crate) fn documents(text: &str) -> Option<Vec<Value>> {
    let mut documents = Vec::new();
    for document in yaml_serde::Deserializer::from_str(text) {
        let mut value = yaml_serde::Value::deserialize(document).ok()?;
        value.apply_merge().ok()?;
        documents.push(neutral(value)?);
    }
    Some(documents)
}

fn neutral(value: yaml_serde::Value) -> Option<Value> {
    Some(match value {
        yaml_serde::Value::Null => Value::Null,
        yaml_serde::Value::Bool(value) => value.into(),
        yaml_serde::Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), ..) => value.into(),
            (_, Some(value), _) => value.into(),
            (.., value) => value?.into(),
        },
        yaml_serde::Value::String(text) => text.into(),
        yaml_serde::Value::Sequence(items) => items.into_iter().map(neutral).collect::<Option<_>>()?,
        yaml_serde::Value::Mapping(members) => {
            let member = |(key, value)| Some((key_text(key)?, neutral(value)?));
            Value::Object(members.into_iter().map(member).collect::<Option<_>>()?)
        }
        yaml_serde::Value::Tagged(tagged) => neutral(tagged.value)?,
    })
}

fn key_text(key: yaml_serde::Value) -> Option<String> {
    match key {
        yaml_serde::Value::String(text) => Some(text),
        yaml_serde::Value::Bool(value) => Some(value.to_string()),
        yaml_serde::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
