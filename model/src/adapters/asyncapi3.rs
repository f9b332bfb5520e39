//! AsyncAPI 3.0 and 3.1.

use std::collections::HashMap;
use std::sync::Arc;

use crate::adapters::asyncapi::with_traits;
use crate::adapters::scheme;
use crate::api::{
    Channel, ChannelId, Direction, Location, MessageId, Method, Operation, OperationId, Parameter, SchemeId, ServerId,
};
use crate::build::{Builder, is_object};
use crate::node::{Node, Place};
use crate::schema::Reach;
use crate::security::{Alternative, Member, Origin, RequirementList};
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    let components = root.get("components");
    let component = |key: &str| components.and_then(|components| components.get(key));
    builder.read_scheme_map(component("securitySchemes"));
    for (_, written) in Builder::named(root.get("servers")) {
        server(builder, written);
    }
    let mut channels = HashMap::new();
    for (key, written) in Builder::named(root.get("channels")) {
        channel(builder, key, written, &mut channels);
    }
    for (key, written) in Builder::named(root.get("operations")) {
        operation(builder, key, written, &channels);
    }
    builder.declared_messages(component("messages"));
    builder.declared_schemas(component("schemas"));
}

/// A list whose items are Security Scheme Objects or references to them; each item is one alternative.
fn scheme_list<'a>(builder: &mut Builder<'a>, owner: Node<'a>, origin: Origin) -> Option<RequirementList<'a>> {
    let node = owner.get("security").filter(|node| node.is_sequence())?;
    let mut alternatives = Vec::new();
    for item in node.items() {
        let members = if item.is_mapping() { vec![member(builder, item)] } else { Vec::new() };
        alternatives.push(Alternative { node: item, members, malformed: !item.is_mapping(), server: None });
    }
    Some(builder.add_requirements(node, origin, alternatives))
}

fn member<'a>(builder: &mut Builder<'a>, item: Node<'a>) -> Member<'a> {
    let reference = item.reference();
    let target = builder.follow(item);
    let scheme = target.map(|target| known_or_new(builder, item, target));
    let name = match (reference, scheme) {
        (Some(reference), _) => reference.raw().text().rsplit('/').next().unwrap_or_default(),
        (None, Some(id)) => builder.schemes[id.index()].name,
        (None, None) => "",
    };
    let scopes = target.and_then(|target| target.get("scopes")).into_iter().flat_map(Node::items);
    Member { name, node: item, scheme, scopes: scopes.filter(|scope| scope.as_str().is_some()).collect() }
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

fn server<'a>(builder: &mut Builder<'a>, written: Node<'a>) {
    let Some(node) = builder.follow(written) else { return };
    let id = ServerId::at(builder.servers.len());
    let host = node.get("host").filter(|host| host.as_str().is_some());
    let path = node.get_str("pathname").unwrap_or_default();
    let security = scheme_list(builder, node, Origin::Server);
    builder.servers.push(Server {
        id,
        node,
        scope: ServerScope::Root,
        url: format!("{}{path}", host.map_or("", |host| host.raw().text())).into(),
        url_node: host,
        protocol: node.get("protocol").and_then(|protocol| Some((protocol.raw().as_str()?, protocol))),
        variables: node.get("variables"),
        security,
        used: true,
    });
}

fn channel<'a>(builder: &mut Builder<'a>, key: &'a str, written: Node<'a>, channels: &mut HashMap<Place, ChannelId>) {
    let target = builder.follow(written).unwrap_or(written);
    let named = target.get("servers").filter(|list| list.is_sequence()).map(|list| {
        let mut ids: Vec<ServerId> = Vec::new();
        for item in list.items() {
            let Some(node) = builder.follow(item) else { continue };
            ids.extend(builder.servers.iter().find(|server| server.node == node).map(|server| server.id));
        }
        ids
    });
    let servers = builder.bound_servers(named);
    let mut parameters = Vec::new();
    for (name, written) in Builder::named(target.get("parameters")) {
        let Some(node) = builder.follow(written) else { continue };
        let read = |node| Parameter { node, name, location: Location::Channel, schema: Some(node), required: true };
        parameters.push(builder.parameter(node, read));
    }
    let mut messages = Vec::new();
    for (name, written) in Builder::named(target.get("messages")) {
        messages.extend(builder.message(written, Reach::DECLARED).map(|id| (name, id)));
    }
    builder.binding_schemas(target, Reach::REQUEST);
    let id = ChannelId::at(builder.channels.len());
    for place in [written.place(), target.place()] {
        channels.entry(place).or_insert(id);
    }
    let address = target.get("address").map_or(key, |address| address.raw().as_str().unwrap_or_default());
    builder.channels.push(Channel { key, address, node: written, target, servers, parameters, messages });
}

fn operation<'a>(builder: &mut Builder<'a>, key: &'a str, written: Node<'a>, channels: &HashMap<Place, ChannelId>) {
    let Some(node) = builder.follow(written).filter(|node| is_object(*node)) else { return };
    let method = match node.get_str("action") {
        Some("receive") => Method::Receive,
        // Without an action nothing says that it takes input; `send` exposes less.
        _ => Method::Send,
    };
    let target = node.get("channel").and_then(|channel| builder.follow(channel));
    let channel = target.and_then(|target| channels.get(&target.place()).copied());
    let servers = match channel {
        Some(id) => Arc::clone(&builder.channels[id.index()].servers),
        None => builder.bound_servers(None),
    };
    let owner =
        if node.get("security").is_some() { Some(node) } else { with_traits(node, "security").and_then(Node::parent) };
    let own = owner.and_then(|owner| scheme_list(builder, owner, Origin::Operation));
    let security = builder.async_security(own.as_ref(), &servers);
    let reach = if method.receives() { Reach::REQUEST } else { Reach::RESPONSE };
    let messages = messages(builder, node, channel, reach);
    reply(builder, node, channels, method);
    builder.binding_schemas(node, reach);
    let (path, path_item, parameters) = match channel.map(|id| &builder.channels[id.index()]) {
        Some(channel) => (channel.address, channel.node, channel.parameters.clone()),
        None => ("", node, Vec::new()),
    };
    builder.push_operation(Operation {
        id: OperationId(u32::MAX),
        direction: Direction::Operation,
        method,
        path,
        node: written,
        path_item,
        operation_id: Some(key),
        security,
        servers,
        parameters,
        body: None,
        responses: Vec::new(),
        channel,
        messages,
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
        return list.items().filter_map(|written| builder.message(written, reach)).collect();
    }
    let Some(channel) = channel.map(|id| &builder.channels[id.index()]) else { return Vec::new() };
    let nodes: Vec<Node<'a>> = channel.messages.iter().map(|(_, id)| builder.messages[id.index()].node).collect();
    nodes
        .into_iter()
        .filter_map(|node| {
            builder.walker.edge(operation, node);
            builder.message(node, reach)
        })
        .collect()
}

/// The messages of the reply go the other way.
fn reply<'a>(builder: &mut Builder<'a>, operation: Node<'a>, channels: &HashMap<Place, ChannelId>, method: Method<'a>) {
    let reach = if method.receives() { Reach::RESPONSE } else { Reach::REQUEST };
    let Some(reply) = operation.get("reply").and_then(|reply| builder.follow(reply)) else { return };
    let target = reply.get("channel").and_then(|channel| builder.follow(channel));
    let channel = target.and_then(|target| channels.get(&target.place()).copied());
    messages(builder, reply, channel, reach);
}
