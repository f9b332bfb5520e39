//! What AsyncAPI 2 and 3 have in common: traits, messages, and security that server and operation ask for together.

use std::sync::Arc;

use foldhash::HashSet;

use crate::api::{Message, MessageId, ServerId};
use crate::build::{Builder, ELEMENT, MENTION};
use crate::node::Node;
use crate::schema::{Reach, Role};
use crate::security::{Alternative, Alternatives, Declared, EffectiveSecurity, Member, RequirementList};
use crate::spec::Format;

/// Combinations of server and operation alternatives that one operation may have.
const COMBINATIONS: usize = 1_024;

/// What a field of an object is once its traits are merged into it. In version 2 a trait is a patch upon the object,
/// from version 3 on the object's own field wins; among traits the last wins.
pub(super) fn with_traits<'a>(format: Format, object: Node<'a>, key: &str) -> Option<Node<'a>> {
    let own = object.get(key);
    if own.is_some() && format == Format::AsyncApi3 {
        return own;
    }
    traits(object).filter_map(|item| item.get(key)).last().or(own)
}

fn traits(object: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    object.get("traits").into_iter().flat_map(Node::items).filter_map(Node::target_or_none)
}

impl<'a> Builder<'a> {
    /// Follows the references among the traits of an object: what they lead to belongs to it.
    pub(super) fn follow_traits(&mut self, object: Node<'a>) {
        for written in object.get("traits").into_iter().flat_map(Node::items) {
            if !self.spend(written, MENTION) {
                break;
            }
            self.follow(written);
        }
    }

    /// Server security and operation security must both hold: their cross product, per server that the channel is
    /// bound to. An absent or empty list is neutral; without servers the operation's list stands alone.
    pub(super) fn async_security(
        &mut self,
        node: Option<Node<'a>>,
        own: Option<&RequirementList<'a>>,
        servers: &Arc<[ServerId]>,
    ) -> Arc<EffectiveSecurity<'a>> {
        let key = servers.as_ptr() as usize;
        if own.is_none()
            && let Some((_, known)) = self.server_security.get(&key)
        {
            return Arc::clone(known);
        }
        let lists = servers.iter().filter_map(|id| self.servers[id.index()].security.as_ref());
        let declared = own.is_some() || lists.count() > 0;
        let alternatives = self.combinations(own, servers);
        let security = Arc::new(EffectiveSecurity {
            declared: if declared { Declared::Combined } else { Declared::Absent },
            node: node.filter(|_| own.is_some()),
            alternatives: alternatives.into(),
        });
        if own.is_none() {
            // The list is kept, too: its address stays taken.
            self.server_security.insert(key, (Arc::clone(servers), Arc::clone(&security)));
        }
        security
    }

    fn combinations(&mut self, own: Option<&RequirementList<'a>>, servers: &[ServerId]) -> Vec<Alternative<'a>> {
        let nobody = Alternative { node: self.root, members: Vec::new(), malformed: false, server: None };
        let nobody = Alternatives::from(vec![nobody]);
        let neutral = |list: Option<&RequirementList<'a>>| {
            let given = list.filter(|list| !list.alternatives.is_empty());
            given.map_or_else(|| nobody.clone(), |list| list.alternatives.clone())
        };
        let operation = neutral(own);
        let mut combinations = Vec::new();
        if servers.is_empty() {
            return operation.to_vec();
        }
        for &id in servers {
            let server = neutral(self.servers[id.index()].security.as_ref());
            for (server, operation) in server.iter().flat_map(|server| operation.iter().map(move |own| (server, own))) {
                let cost = size(server) + size(operation);
                if combinations.len() >= COMBINATIONS || !self.spend(operation.node, cost) {
                    // What is left out is unknown, not open.
                    if combinations.is_empty() {
                        combinations.push(Alternative { malformed: true, ..operation.clone() });
                    }
                    return combinations;
                }
                combinations.push(Alternative { server: Some(id), ..combine(server, operation) });
            }
        }
        combinations
    }

    /// The servers that a list names, or all of them when there is none.
    pub(super) fn bound_servers(&mut self, named: Option<Vec<ServerId>>) -> Arc<[ServerId]> {
        if let Some(named) = named.filter(|ids| !ids.is_empty()) {
            return Arc::from(named);
        }
        let all = self.all_servers.get_or_insert_with(|| self.servers.iter().map(|server| server.id).collect());
        Arc::clone(all)
    }

    /// The messages that a node stands for: one, or the several of version 2's `oneOf`.
    pub(super) fn messages_of(&mut self, written: Node<'a>, reach: Reach) -> Vec<MessageId> {
        let Some(node) = self.follow(written) else { return Vec::new() };
        let Some(several) = node.get("oneOf").filter(|list| list.is_sequence()) else {
            return self.message(written, reach).into_iter().collect();
        };
        self.message_list(several, reach)
    }

    /// The messages of a list.
    pub(super) fn message_list(&mut self, list: Node<'a>, reach: Reach) -> Vec<MessageId> {
        let mut ids = Vec::new();
        for item in list.items() {
            if self.is_spent() {
                break;
            }
            ids.extend(self.message(item, reach));
        }
        ids
    }

    /// A message after `$ref`, its schemas walked.
    pub(super) fn message(&mut self, written: Node<'a>, reach: Reach) -> Option<MessageId> {
        let node = self.follow(written).filter(|node| node.is_mapping())?;
        if !self.spend(written, MENTION) {
            return None;
        }
        let known = self.message_places.get(&node.place()).copied();
        if !self.first_walk(node, reach) && known.is_some() {
            return known;
        }
        self.follow_traits(node);
        let format = self.spec.format;
        let payload = with_traits(format, node, "payload");
        let payload = payload.and_then(|payload| self.json_schema(payload, node.get("schemaFormat")));
        let headers = with_traits(format, node, "headers").and_then(|headers| self.json_schema(headers, None));
        // Header schemas of object and traits are merged: all of their properties travel.
        let own = node.get("headers");
        let others: Vec<Node<'a>> =
            own.into_iter().chain(traits(node).filter_map(|item| item.get("headers"))).collect();
        let others = others.into_iter().filter_map(|headers| self.json_schema(headers, None));
        for schema in others.chain(payload).collect::<Vec<_>>() {
            self.start(schema, reach, Role::Part);
        }
        if known.is_some() {
            return known;
        }
        let id = MessageId::at(self.messages.len());
        // A message that is written in place of a reference has the field's name for a key.
        let name = node.get_str("name").or_else(|| node.key().filter(|key| *key != "message"));
        self.messages.push(Message { node, name, payload, headers });
        self.message_places.insert(node.place(), id);
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

    /// The messages that a map declares.
    pub(super) fn declared_messages(&mut self) {
        for (_, written) in Self::named(self.component("messages")) {
            self.messages_of(written, Reach::DECLARED);
        }
    }

    /// The schema, if it is written in a dialect of JSON Schema: a `schemaFormat` stands beside it or, in version 3,
    /// around it, also where a `$ref` leads.
    pub(super) fn json_schema(&mut self, schema: Node<'a>, beside: Option<Node<'a>>) -> Option<Node<'a>> {
        if beside.is_some_and(|format| !is_json_schema(format)) {
            return None;
        }
        let target = schema.target_or_none().unwrap_or(schema);
        let Some(around) = target.get("schemaFormat").filter(|_| self.spec.format == Format::AsyncApi3) else {
            return Some(schema);
        };
        let inner = target.get("schema").filter(|_| is_json_schema(around))?;
        self.follow(schema);
        Some(inner)
    }
}

/// What a combination costs that holds a copy of an alternative.
fn size(alternative: &Alternative<'_>) -> usize {
    alternative.members.iter().map(|member| 1 + member.scopes.len()).sum::<usize>() * MENTION + ELEMENT / 2
}

/// Both must hold; members that name the same scheme become one with the united scopes.
fn combine<'a>(server: &Alternative<'a>, operation: &Alternative<'a>) -> Alternative<'a> {
    let mut members: Vec<Member<'a>> = server.members.clone();
    for member in &operation.members {
        let is_same = |other: &&mut Member<'a>| match (other.scheme, member.scheme) {
            (None, None) => other.name == member.name,
            (one, other) => one == other,
        };
        let same = members.iter_mut().find(is_same);
        match same {
            Some(known) => {
                let names: HashSet<&str> = known.scope_names().collect();
                let new = member.scopes.iter().filter(|scope| scope.as_str().is_some_and(|name| !names.contains(name)));
                let new: Vec<Node<'a>> = new.copied().collect();
                known.scopes.extend(new);
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

fn is_json_schema(format: Node<'_>) -> bool {
    let json = ["aai.asyncapi", "schema+json", "schema+yaml", "oai.openapi"];
    format.raw().as_str().is_none_or(|format| json.iter().any(|part| format.contains(part)))
}
