//! AsyncAPI 3.0 and 3.1.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::adapters::asyncapi::with_traits;
use crate::adapters::scheme;
use crate::api::{
    Channel, ChannelId, Direction, Location, MessageId, Method, Operation, OperationId, Parameter, ResponseIds,
    SchemeId, ServerId, Traffic,
};
use crate::build::{Builder, ELEMENT, MENTION, is_object};
use crate::mistyped::Expected;
use crate::node::{Node, Place};
use crate::schema::{Reach, Role};
use crate::security::{Alternative, Member, Origin, RequirementList};
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    let map = builder.component("securitySchemes");
    builder.read_scheme_map(map);
    let mut known = Known::default();
    for (_, written) in Builder::named(builder.section(root, "servers")) {
        builder.expect(written, Expected::Mapping);
        server(builder, written, &mut known);
    }
    for (key, written) in Builder::named(builder.section(root, "channels")) {
        if builder.is_spent() {
            break;
        }
        builder.expect(written, Expected::Mapping);
        channel(builder, key, written, &mut known);
    }
    for (key, written) in Builder::named(builder.section(root, "operations")) {
        if builder.is_spent() {
            break;
        }
        builder.expect(written, Expected::Mapping);
        operation(builder, key, written, &mut known);
    }
    builder.declared_messages();
    for (_, written) in Builder::named(builder.component("schemas")) {
        if let Some(schema) = builder.json_schema(written, None) {
            builder.start(schema, Reach::DECLARED, Role::Definition);
        }
    }
}

/// What references name, by the places of the references' targets.
#[derive(Default)]
struct Known {
    servers: HashMap<Place, ServerId, RandomState>,
    channels: HashMap<Place, ChannelId, RandomState>,
}

/// A list whose items are Security Scheme Objects or references to them; each item is one alternative.
fn scheme_list<'a>(builder: &mut Builder<'a>, node: Option<Node<'a>>, origin: Origin) -> Option<RequirementList<'a>> {
    builder.list_of(node, origin, |builder, item| {
        // An empty object asks for nothing, as in the versions before.
        let members = if item.is_mapping() && item.count() > 0 { vec![member(builder, item)] } else { Vec::new() };
        Alternative { node: item, members, malformed: !item.is_mapping(), server: None }
    })
}

fn member<'a>(builder: &mut Builder<'a>, item: Node<'a>) -> Member<'a> {
    let reference = item.reference();
    let target = builder.follow(item);
    // The component that the item names, even if that is a `$ref` to another.
    let first = reference.and_then(|reference| builder.files.resolve(reference).ok());
    let scheme = target.map(|target| {
        let named = first.and_then(|first| builder.scheme_at(first.place()));
        named.unwrap_or_else(|| known_or_new(builder, item, target))
    });
    let name = match (reference, scheme) {
        (Some(reference), _) => reference.raw().text().rsplit('/').next().unwrap_or_default(),
        (None, Some(id)) => builder.schemes[id.index()].name,
        (None, None) => "",
    };
    let scopes = target.and_then(|target| target.get("scopes")).into_iter().flat_map(Node::items);
    Member { name, node: item, scheme, scopes: scopes.filter(|scope| scope.is_string()).collect() }
}

fn known_or_new<'a>(builder: &mut Builder<'a>, item: Node<'a>, target: Node<'a>) -> SchemeId {
    if let Some(id) = builder.scheme_at(target.place()) {
        return id;
    }
    let inline = item == target;
    let name = if inline { target.get_str("type") } else { target.key() };
    let mut read = scheme::read(builder.spec.format, name.unwrap_or_default(), target, Some(target));
    read.inline = inline;
    builder.add_scheme(read)
}

fn server<'a>(builder: &mut Builder<'a>, written: Node<'a>, known: &mut Known) {
    let Some(node) = builder.follow(written) else { return };
    let id = ServerId::at(builder.servers.len());
    for place in [written.place(), node.place()] {
        known.servers.entry(place).or_insert(id);
    }
    let host = node.get("host").filter(|host| host.is_string());
    let path = node.get_str("pathname").unwrap_or_default();
    let security = scheme_list(builder, node.get("security"), Origin::Server);
    let variables = builder.section(node, "variables");
    builder.servers.push(Server {
        id,
        node,
        scope: ServerScope::Root,
        url: format!("{}{path}", host.map_or("", |host| host.raw().text())).into(),
        url_node: host,
        protocol: node.get("protocol").and_then(|protocol| Some((protocol.raw().as_str()?, protocol))),
        variables,
        security,
        used: true,
    });
}

fn channel<'a>(builder: &mut Builder<'a>, key: &'a str, written: Node<'a>, known: &mut Known) -> ChannelId {
    let target = builder.follow(written).unwrap_or(written);
    let named = target.get("servers").filter(|list| list.is_sequence()).map(|list| {
        let targets: Vec<Node<'a>> = list.items().filter_map(|item| builder.follow(item)).collect();
        targets.iter().filter_map(|node| known.servers.get(&node.place()).copied()).collect()
    });
    let servers = builder.bound_servers(named);
    let mut parameters = Vec::new();
    for (name, written) in Builder::named(target.get("parameters")) {
        let Some(node) = builder.follow(written).filter(|_| builder.spend(written, MENTION)) else { continue };
        let read = |node| Parameter { node, name, location: Location::Channel, schema: Some(node), required: true };
        parameters.push(builder.parameter(node, read));
    }
    builder.foreign(target, "AsyncAPI 2", "messages", &["publish", "subscribe"]);
    let mut messages = Vec::new();
    for (name, written) in Builder::named(target.get("messages")) {
        if builder.is_spent() {
            break;
        }
        messages.extend(builder.message(written, Reach::DECLARED).map(|id| (name, id)));
    }
    builder.binding_schemas(target, Reach::REQUEST);
    let id = ChannelId::at(builder.channels.len());
    for place in [written.place(), target.place()] {
        known.channels.entry(place).or_insert(id);
    }
    let address = target.get("address").map_or(key, |address| address.raw().as_str().unwrap_or_default());
    builder.channels.push(Channel { key, address, node: written, target, servers, parameters, messages });
    id
}

/// The channel that a field refers to: one of the root's, else (no version allows it) read where it stands.
fn channel_of<'a>(builder: &mut Builder<'a>, owner: Node<'a>, known: &mut Known) -> Option<ChannelId> {
    let written = owner.get("channel")?;
    let target = builder.follow(written).filter(|target| target.is_mapping())?;
    let first = written.reference().and_then(|reference| builder.files.resolve(reference).ok());
    let found = first.and_then(|first| known.channels.get(&first.place()));
    if let Some(id) = found.or_else(|| known.channels.get(&target.place())) {
        return Some(*id);
    }
    Some(channel(builder, target.key().unwrap_or_default(), target, known))
}

fn operation<'a>(builder: &mut Builder<'a>, key: &'a str, written: Node<'a>, known: &mut Known) {
    let Some(node) = builder.follow(written).filter(|node| is_object(*node)) else { return };
    let method = match node.get_str("action") {
        Some("receive") => Method::Receive,
        // Without an action nothing says that it takes input; `send` exposes less.
        _ => Method::Send,
    };
    let channel = channel_of(builder, node, known);
    let servers = match channel {
        Some(id) => Arc::clone(&builder.channels[id.index()].servers),
        None => builder.bound_servers(None),
    };
    builder.follow_traits(node);
    let security = with_traits(builder.spec.format, node, "security");
    let own = scheme_list(builder, security, Origin::Operation);
    let security = builder.async_security(security, own.as_ref(), &servers);
    let reach = if method.receives() { Reach::REQUEST } else { Reach::RESPONSE };
    let messages = messages(builder, node, channel, reach);
    let replies = reply(builder, node, known, method);
    builder.binding_schemas(node, reach);
    let (path, path_item, parameters) = match channel.map(|id| &builder.channels[id.index()]) {
        Some(channel) => (channel.address, channel.node, channel.parameters.clone()),
        None => ("", node, Vec::new()),
    };
    if !builder.spend(written, ELEMENT + MENTION * parameters.len()) {
        return;
    }
    builder.push_operation(Operation {
        id: OperationId(u32::MAX),
        direction: Direction::Operation,
        method,
        path,
        node,
        path_item,
        operation_id: Some(key),
        security,
        servers,
        parameters: parameters.into(),
        body: None,
        responses: ResponseIds::new(),
        traffic: Some(Box::new(Traffic { channel, messages, replies })),
    });
}

/// The operation's messages: its list, else all of its channel.
fn messages<'a>(
    builder: &mut Builder<'a>,
    operation: Node<'a>,
    channel: Option<ChannelId>,
    reach: Reach,
) -> Vec<MessageId> {
    if let Some(list) = operation.get("messages").filter(|list| list.is_sequence()) {
        return builder.message_list(list, reach);
    }
    let Some(channel) = channel else { return Vec::new() };
    let cost = builder.channels[channel.index()].messages.len() * MENTION;
    if !builder.spend(operation, cost) {
        return Vec::new();
    }
    let messages = builder.channels[channel.index()].messages.iter();
    let nodes: Vec<Node<'a>> = messages.map(|(_, id)| builder.messages[id.index()].node).collect();
    nodes
        .into_iter()
        .filter_map(|node| {
            builder.links.edge(operation, node);
            builder.message(node, reach)
        })
        .collect()
}

/// The messages of the reply go the other way.
fn reply<'a>(builder: &mut Builder<'a>, operation: Node<'a>, known: &mut Known, method: Method<'a>) -> Vec<MessageId> {
    let reach = if method.receives() { Reach::RESPONSE } else { Reach::REQUEST };
    let reply = with_traits(builder.spec.format, operation, "reply");
    let Some(reply) = reply.and_then(|reply| builder.follow(reply)) else { return Vec::new() };
    let channel = channel_of(builder, reply, known);
    messages(builder, reply, channel, reach)
}
