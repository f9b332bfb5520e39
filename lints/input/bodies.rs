//! Request bodies: who sends them, and which of them are files.

use apiward_model::{Api, BodyId, Merged, OperationId};
use foldhash::{HashMap, HashMapExt, HashSet};

/// The operations that have one of the bodies.
pub(super) fn users(api: &Api<'_>, bodies: &HashSet<BodyId>) -> HashMap<BodyId, Vec<OperationId>> {
    let mut users: HashMap<BodyId, Vec<OperationId>> = HashMap::new();
    for operation in &api.operations {
        if let Some(body) = operation.body.filter(|body| bodies.contains(body)) {
            users.entry(body).or_default().push(operation.id);
        }
    }
    users
}

/// A string of bytes. From OpenAPI 3.1 on it may have no `type`, since it is no JSON.
pub(super) fn is_file(schema: &Merged<'_>) -> bool {
    let formats = || schema.all("format").filter_map(|format| format.raw().as_str());
    let binary = || formats().any(|format| matches!(format, "binary" | "byte"));
    let encoded = || schema.get("contentEncoding").or_else(|| schema.get("contentMediaType")).is_some();
    (schema.is_type("string") || schema.types().next().is_none()) && (binary() || encoded())
}
