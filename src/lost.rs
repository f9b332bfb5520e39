//! What a key that stands twice loses: whether operations are among it, or what says who may call them.

use apiward_model::{Context, File};
use apiward_syntax::Node;

/// Fields with maps of names whose values are operations, hold them, or say who may call them and where.
const MAPS: [&str; 10] = [
    "paths",
    "webhooks",
    "callbacks",
    "channels",
    "operations",
    "servers",
    "pathItems",
    "securitySchemes",
    "securityDefinitions",
    "additionalOperations",
];

/// Other fields that do.
const FIELDS: [&str; 13] = [
    "components",
    "security",
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "query",
    "publish",
    "subscribe",
];

/// True when what a repeated key loses may be an operation or who may call it.
pub(crate) fn loses_operations(file: &File, again: Node<'_>) -> bool {
    let (Some(key), Some(around)) = (again.key(), again.parent()) else { return false };
    match file.contexts().of(around.id()) {
        // The paths of a description are often a file of their own, whose keys nothing above explains.
        Context::Object => MAPS.contains(&key) || FIELDS.contains(&key) || key.starts_with('/'),
        Context::Names => around.key().is_some_and(|map| MAPS.contains(&map)),
        Context::Examples | Context::Example | Context::Data => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::{Limits, parse};

    use super::*;

    fn loses(text: &str) -> bool {
        let parsed = parse(text.into(), None, &Limits::default());
        let file = File::new("a.yaml".to_owned(), PathBuf::from("a.yaml"), parsed.tree, parsed.error);
        let again = file.tree.duplicate_keys().first().unwrap().again;
        loses_operations(&file, file.tree.node(again))
    }

    #[test]
    fn operations_and_requirements_are_told_from_the_rest() {
        for text in [
            "paths: {}\npaths: {}",
            "security: []\nsecurity: []",
            "paths: {/a: {}, /a: {}}",
            "/a: {}\n/a: {}",
            "paths: {/a: {get: {}, get: {}}}",
            "get: {}\nget: {}",
            "paths: {/a: {get: {security: [], security: []}}}",
            "components: {securitySchemes: {a: {}, a: {}}}",
            "webhooks: {a: {}, a: {}}",
            "channels: {a: {publish: {}, publish: {}}}",
            "operations: {a: {security: [], security: []}}",
        ] {
            assert!(loses(text), "{text}");
        }
        for text in [
            "info: {}\ninfo: {}",
            "paths: {/a: {get: {summary: a, summary: b}}}",
            "components: {schemas: {security: {}, security: {}}}",
            "components: {schemas: {A: {properties: {get: {}, get: {}}}}}",
            "components: {schemas: {A: {example: {security: [], security: []}}}}",
            "paths: {/a: {get: {x-own: {security: [], security: []}}}}",
            "paths: {/a: {get: {responses: {'200': {}, '200': {}}}}}",
        ] {
            assert!(!loses(text), "{text}");
        }
    }
}
