//! What OpenAPI 2 and 3 have in common: paths, path items, and the merging of parameters.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use apiward_syntax::Known;
use smallvec::SmallVec;

use crate::api::{BodyId, Direction, Location, Method, Operation, OperationId, ParameterId, ResponseIds, ServerId};
use crate::build::{Builder, ELEMENT, MENTION, is_object, is_operation};
use crate::mistyped::Expected;
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

/// Bytes of the longest of them.
const LONGEST_METHOD: usize = 7;

/// What a version reads for itself of an operation.
pub(super) struct Parts {
    pub(super) servers: Arc<[ServerId]>,
    pub(super) body: Option<BodyId>,
    pub(super) responses: ResponseIds,
}

/// An operation on its way into the model: its object, and the path item that holds it.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) direction: Direction,
    pub(super) path: &'a str,
    /// The path item as written where the path stands.
    pub(super) written: Node<'a>,
    /// What that refers to, if it is a `$ref`.
    pub(super) referred: Option<Node<'a>>,
    pub(super) operation: Node<'a>,
    pub(super) method: Method<'a>,
}

impl<'a> Found<'a> {
    /// The path items whose fields hold for the operation, the stronger one last: from 3.1 on a `$ref` may have
    /// siblings, and before that what they mean is open.
    pub(super) fn path_items(self) -> impl DoubleEndedIterator<Item = Node<'a>> {
        self.referred.into_iter().chain([self.written])
    }
}

impl<'a> Builder<'a> {
    /// Reads every operation of a map of path items.
    pub(super) fn path_items(
        &mut self,
        map: Option<Node<'a>>,
        direction: Direction,
        mut read: impl FnMut(&mut Self, Found<'a>),
    ) {
        let mut found = Vec::new();
        for (path, written) in Self::fields(map) {
            self.expect(written, Expected::Mapping);
            // The operations beside a broken `$ref` are still there.
            let referred = self.follow(written).filter(|target| *target != written);
            if let Some(target) = referred {
                self.methods((path, written, referred, direction), target, &mut found);
            }
            self.methods((path, written, referred, direction), written, &mut found);
            for found in found.drain(..) {
                read(self, found);
            }
            if self.is_spent() {
                break;
            }
        }
    }

    fn methods(
        &mut self,
        (path, written, referred, direction): (&'a str, Node<'a>, Option<Node<'a>>, Direction),
        path_item: Node<'a>,
        found: &mut Vec<Found<'a>>,
    ) {
        // Methods that are written beside the `$ref` again win over those that it leads to.
        let overridden = |key: &str| path_item != written && written.get(key).is_some_and(is_object);
        let mut nodes: SmallVec<[(Method<'a>, Node<'a>); 4]> = SmallVec::new();
        for (key, node) in path_item.entries() {
            if key == "additionalOperations" && self.spec.minor >= 2 {
                nodes.extend(Self::named(Some(node)).map(|(method, node)| (Method::Http(method), node)));
            } else if let Some((_, name)) = METHODS.iter().find(|(known, _)| *known == key)
                && (key != "query" || self.spec.minor >= 2)
                && !overridden(key)
            {
                nodes.push((Method::Http(name), node));
            } else {
                self.outside_methods(key, node);
            }
        }
        for (method, node) in nodes {
            self.expect(node, Expected::Mapping);
            if !is_object(node) {
                continue;
            }
            let Some(operation) = self.follow(node).filter(|_| self.spend(written, ELEMENT)) else { continue };
            found.push(Found { direction, path, written, referred, operation, method });
        }
    }

    /// What stands beside the methods of a path item, and cannot be what its author means.
    fn outside_methods(&mut self, key: &str, node: Node<'a>) {
        let is_method = METHODS.iter().any(|(known, _)| known.eq_ignore_ascii_case(key));
        if key.starts_with('/') {
            self.expect(node, Expected::OutsidePathItem);
        } else if ["query", "additionalOperations"].contains(&key) && self.spec.minor < 2 {
            self.expect(node, Expected::OtherVersion("OpenAPI 3.2"));
        } else if key == "security" {
            self.expect(node, Expected::OfOperations);
        } else if is_method && METHODS.iter().all(|(known, _)| *known != key)
            || !is_method && !key.starts_with("x-") && is_operation(node)
        {
            self.expect(node, Expected::Method);
        }
    }

    /// Adds an operation once its version has read its parts.
    pub(super) fn openapi_operation(&mut self, found: Found<'a>, parameters: Vec<ParameterId>, parts: Parts) {
        for (key, node) in found.operation.entries() {
            if key.len() <= LONGEST_METHOD && METHODS.iter().any(|(known, _)| *known == key) && is_operation(node) {
                self.expect(node, Expected::OutsideOperation);
            }
        }
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
            parameters: parameters.into(),
            body: parts.body,
            responses: parts.responses,
            traffic: None,
        });
    }

    /// The parameter objects, after `$ref`, that hold for an operation: the path item's, overridden by (name, in).
    pub(super) fn effective_parameters(&mut self, found: Found<'a>) -> SmallVec<[Node<'a>; 4]> {
        // With each, whether it is the path item's.
        let mut effective: SmallVec<[(Node<'a>, bool); 4]> = SmallVec::new();
        let mut outer: HashMap<(Option<&str>, Location), usize, RandomState> = HashMap::default();
        for owner in found.path_items().chain([found.operation]) {
            let own = effective.len();
            for written in self.list(owner, "parameters").into_iter().flat_map(Node::items) {
                let parameter = self.component_of("parameters", written).filter(|node| node.is_mapping());
                let Some(parameter) = parameter else { continue };
                if !self.spend(written, MENTION) {
                    break;
                }
                let entry = (parameter, owner != found.operation);
                let known = if outer.is_empty() { None } else { outer.get(&identity(parameter)) };
                match known {
                    Some(&at) => effective[at] = entry,
                    None => effective.push(entry),
                }
            }
            if owner == found.operation {
                break;
            }
            outer.extend(effective.iter().enumerate().skip(own).map(|(at, (node, _))| (identity(*node), at)));
        }
        for (parameter, _) in effective.iter().filter(|(_, inherited)| *inherited) {
            self.links.edge(found.operation, *parameter);
        }
        effective.into_iter().map(|(parameter, _)| parameter).collect()
    }
}

fn identity(parameter: Node<'_>) -> (Option<&str>, Location) {
    (parameter.get_str(Known::Name), crate::build::location(parameter))
}
