//! What of a description was not read: whatever may stand there cannot be called missing.

use apiward_model::{Api, Node, Operation};

use crate::framework::composition::composed;

/// True where an operation, or a parameter, a response or its headers, may stand unread (OpenAPI).
pub(crate) fn hides_parts_of_operations(api: &Api<'_>) -> bool {
    let hidden =
        || hides_entries(api.root.get("paths")) || api.operations.iter().any(|operation| hides_parts(api, operation));
    api.exceeded.is_some() || !api.mistyped.is_empty() || !api.faults.is_empty() && hidden()
}

/// A map, or an entry of it, is behind a reference that leads nowhere.
fn hides_entries(map: Option<Node<'_>>) -> bool {
    let is_unread = |node: Node<'_>| node.target_or_none().is_none();
    map.is_some_and(|map| is_unread(map) || map.entries().any(|(_, entry)| is_unread(entry)))
}

fn hides_parts(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let mut responses = operation.responses.iter().map(|id| api.response(*id).node);
    operation.has_unread_request()
        || operation.unread_response_codes().next().is_some()
        || responses.any(|response| hides_entries(response.get("headers")))
}

/// True where some of what a schema is composed of is behind a reference that leads nowhere.
pub(crate) fn hides_parts_of_schema(api: &Api<'_>, schema: Node<'_>) -> bool {
    !api.faults.is_empty() && composed(schema).into_iter().any(|part| part.target_or_none().is_none())
}
