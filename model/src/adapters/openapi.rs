//! What OpenAPI 2 and 3 have in common: paths, path items, and the merging of parameters.

use std::sync::Arc;

use crate::api::{BodyId, Direction, Location, Method, Operation, OperationId, ParameterId, ResponseId, ServerId};
use crate::build::{Builder, is_object};
use crate::node::Node;

/// The methods of a Path Item Object, with the name that HTTP gives them.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    ("query", "QUERY"),
];

/// What a version reads for itself of an operation.
pub(super) struct Parts {
    pub(super) servers: Arc<[ServerId]>,
    pub(super) body: Option<BodyId>,
    pub(super) responses: Vec<ResponseId>,
}

/// An operation on its way into the model: its object, and the path item that holds it.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) direction: Direction,
    pub(super) path: &'a str,
    /// As written where the path stands.
    pub(super) written: Node<'a>,
    /// After `$ref`.
    pub(super) path_item: Node<'a>,
    pub(super) operation: Node<'a>,
    pub(super) method: Method<'a>,
}

impl<'a> Builder<'a> {
    /// Every operation of a map of path items.
    pub(super) fn path_items(&mut self, map: Option<Node<'a>>, direction: Direction) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        for (path, written) in Self::named(map) {
            let Some(path_item) = self.follow(written) else {
                // The operations beside a broken `$ref` are still there.
                self.methods(path, written, written, direction, &mut found);
                continue;
            };
            self.methods(path, written, path_item, direction, &mut found);
            if path_item != written {
                self.methods(path, written, written, direction, &mut found);
            }
        }
        found
    }

    fn methods(
        &self,
        path: &'a str,
        written: Node<'a>,
        path_item: Node<'a>,
        direction: Direction,
        found: &mut Vec<Found<'a>>,
    ) {
        for (key, node) in path_item.entries() {
            let found_here = |operation, method| Found { direction, path, written, path_item, operation, method };
            if key == "additionalOperations" && self.spec.minor >= 2 {
                let others = Self::named(Some(node)).filter(|(_, operation)| is_object(*operation));
                found.extend(others.map(|(method, operation)| found_here(operation, Method::Http(method))));
            } else if let Some((_, name)) = METHODS.iter().find(|(known, _)| *known == key)
                && (key != "query" || self.spec.minor >= 2)
                && is_object(node)
            {
                found.push(found_here(node, Method::Http(name)));
            }
        }
    }

    /// Adds an operation once its version has read its parts.
    pub(super) fn openapi_operation(&mut self, found: Found<'a>, parameters: Vec<ParameterId>, parts: Parts) {
        let security = self.openapi_security(found.operation, found.direction);
        self.push_operation(Operation {
            id: OperationId(u32::MAX),
            direction: found.direction,
            method: found.method,
            path: found.path,
            node: found.operation,
            path_item: found.written,
            operation_id: found.operation.get_str("operationId"),
            security,
            servers: parts.servers,
            parameters,
            body: parts.body,
            responses: parts.responses,
            channel: None,
            messages: Vec::new(),
        });
    }

    /// The parameter objects, after `$ref`, that hold for an operation: the path item's, overridden by (name, in).
    pub(super) fn effective_parameters(&mut self, found: Found<'a>) -> Vec<Node<'a>> {
        let mut effective: Vec<Node<'a>> = Vec::new();
        for owner in [found.path_item, found.operation] {
            let own = effective.len();
            for written in owner.get("parameters").into_iter().flat_map(Node::items) {
                let Some(parameter) = self.follow(written) else { continue };
                if !parameter.is_mapping() {
                    continue;
                }
                let same = effective[..own].iter().position(|other| identity(*other) == identity(parameter));
                match same {
                    Some(at) => effective[at] = parameter,
                    None => effective.push(parameter),
                }
                if owner == found.path_item {
                    self.walker.edge(found.operation, parameter);
                }
            }
        }
        effective
    }
}

fn identity(parameter: Node<'_>) -> (Option<&str>, Location) {
    (parameter.get_str("name"), crate::build::location(parameter))
}
