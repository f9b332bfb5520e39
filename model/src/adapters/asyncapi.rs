//! What AsyncAPI 2 and 3 have in common: traits, messages, and security that server and operation ask for together.

use std::sync::Arc;

use crate::api::{Message, MessageId, ServerId};
use crate::build::Builder;
use crate::node::Node;
use crate::schema::{Reach, Role};
use crate::security::{Alternative, Declared, EffectiveSecurity, Member, RequirementList};

/// Combinations of server and operation alternatives that one operation may have.
const COMBINATIONS: usize = 1_024;

/// A field of an object or, failing that, of one of its traits: the object's own wins.
pub(super) fn with_traits<'a>(object: Node<'a>, key: &str) -> Option<Node<'a>> {
    object.get(key).or_else(|| {
        let traits = object.get("traits").into_iter().flat_map(Node::items);
        traits.filter_map(Node::target_or_none).find_map(|item| item.get(key))
    })
}

impl<'a> Builder<'a> {
    /// Server security and operation security must both hold: their cross product, per server that the channel is
    /// bound to. An absent or empty list is neutral; without servers the operation's list stands alone.
    pub(super) fn async_security(
        &self,
        own: Option<&RequirementList<'a>>,
        servers: &[ServerId],
    ) -> EffectiveSecurity<'a> {
        let nobody = |server| Alternative { node: self.root, members: Vec::new(), malformed: false, server };
        let neutral = |list: Option<&RequirementList<'a>>, server: Option<ServerId>| -> Vec<Alternative<'a>> {
            match list.filter(|list| !list.alternatives.is_empty()) {
                Some(list) => list.alternatives.iter().map(|item| Alternative { server, ..item.clone() }).collect(),
                None => vec![nobody(server)],
            }
        };
        let mut declared = own.is_some();
        let mut alternatives: Vec<Alternative<'a>> = Vec::new();
        for &id in servers {
            let server = self.servers[id.index()].security.as_ref();
            declared |= server.is_some();
            let operation = neutral(own, Some(id));
            let product = neutral(server, Some(id)).into_iter().flat_map(|server| {
                operation.iter().map(move |operation| combine(&server, operation)).collect::<Vec<_>>()
            });
            alternatives.extend(product.take(COMBINATIONS - alternatives.len()));
        }
        if servers.is_empty() {
            alternatives = neutral(own, None);
        }
        EffectiveSecurity {
            declared: if declared { Declared::Combined } else { Declared::Absent },
            node: own.map(|list| list.node),
            alternatives: alternatives.into(),
        }
    }

    /// The servers that a list names, or all of them when there is none.
    pub(super) fn bound_servers(&self, named: Option<Vec<ServerId>>) -> Arc<[ServerId]> {
        named
            .filter(|ids| !ids.is_empty())
            .map_or_else(|| self.servers.iter().map(|server| server.id).collect(), Arc::from)
    }

    /// A message after `$ref`, its schemas walked.
    pub(super) fn message(&mut self, written: Node<'a>, reach: Reach) -> Option<MessageId> {
        let node = self.follow(written)?;
        if !node.is_mapping() {
            return None;
        }
        let payload = with_traits(node, "payload").and_then(|payload| json_schema(node, payload));
        let headers = with_traits(node, "headers").and_then(|headers| json_schema(node, headers));
        for schema in [payload, headers].into_iter().flatten() {
            self.walker.schema(schema, reach, Role::Part);
        }
        let next = MessageId::at(self.messages.len());
        let id = *self.message_places.entry(node.place()).or_insert(next);
        if id == next {
            let name = node.get_str("name").or_else(|| node.key());
            self.messages.push(Message { node, name, payload, headers });
        }
        Some(id)
    }

    /// Walks the `query` and `headers` schemas of the bindings (HTTP, WebSocket) of a channel or operation.
    pub(super) fn binding_schemas(&mut self, owner: Node<'a>, reach: Reach) {
        let Some(bindings) = owner.get("bindings").and_then(|bindings| self.follow(bindings)) else { return };
        for protocol in ["http", "ws"] {
            let Some(binding) = bindings.get(protocol).and_then(|binding| self.follow(binding)) else { continue };
            for key in ["query", "headers"] {
                self.schema(binding.get(key), reach);
            }
        }
    }

    /// The messages of an operation and of `oneOf` lists.
    pub(super) fn declared_messages(&mut self, map: Option<Node<'a>>) {
        for (_, written) in Self::named(map) {
            self.message(written, Reach::DECLARED);
        }
    }
}

/// Both must hold; members that name the same scheme become one with the united scopes.
fn combine<'a>(server: &Alternative<'a>, operation: &Alternative<'a>) -> Alternative<'a> {
    let mut members: Vec<Member<'a>> = server.members.clone();
    for member in &operation.members {
        let same = members.iter_mut().find(|other| other.name == member.name && other.scheme == member.scheme);
        match same {
            Some(known) => {
                for scope in &member.scopes {
                    if !known.scope_names().any(|name| Some(name) == scope.as_str()) {
                        known.scopes.push(*scope);
                    }
                }
            }
            None => members.push(member.clone()),
        }
    }
    Alternative {
        node: if operation.members.is_empty() { server.node } else { operation.node },
        members,
        malformed: server.malformed || operation.malformed,
        server: server.server.or(operation.server),
    }
}

/// The schema, if it is written in a dialect of JSON Schema: `schemaFormat` beside it, or (version 3) around it.
fn json_schema<'a>(message: Node<'a>, schema: Node<'a>) -> Option<Node<'a>> {
    let wrapped = schema.get("schemaFormat").filter(|format| format.as_str().is_some());
    let (format, schema) = match wrapped {
        Some(format) => (Some(format), schema.get("schema")?),
        None => (message.get("schemaFormat"), schema),
    };
    let json = |format: &str| {
        ["aai.asyncapi", "schema+json", "schema+yaml", "oai.openapi"].iter().any(|part| format.contains(part))
    };
    format.and_then(|node| node.raw().as_str()).is_none_or(json).then_some(schema)
}
