//! AsyncAPI 2.0 to 2.6.

use std::sync::Arc;

use crate::adapters::asyncapi::with_traits;
use crate::api::{
    Channel, ChannelId, Direction, Location, Method, Operation, OperationId, Parameter, ParameterId, ServerId,
};
use crate::build::{Builder, is_object};
use crate::node::Node;
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    let components = root.get("components");
    let component = |key: &str| components.and_then(|components| components.get(key));
    builder.read_scheme_map(component("securitySchemes"));
    for (_, written) in Builder::named(root.get("servers")) {
        server(builder, written);
    }
    for (address, written) in Builder::named(root.get("channels")) {
        channel(builder, address, written);
    }
    builder.declared_messages(component("messages"));
    builder.declared_schemas(component("schemas"));
}

fn server<'a>(builder: &mut Builder<'a>, written: Node<'a>) {
    let Some(node) = builder.follow(written) else { return };
    let id = ServerId::at(builder.servers.len());
    let url_node = node.get("url").filter(|url| url.as_str().is_some());
    let security = builder.requirement_list(node, Origin::Server);
    builder.servers.push(Server {
        id,
        node,
        scope: ServerScope::Root,
        url: url_node.map_or("", |url| url.raw().text()).into(),
        url_node,
        protocol: node.get("protocol").and_then(|protocol| Some((protocol.raw().as_str()?, protocol))),
        variables: node.get("variables"),
        security,
        used: true,
    });
}

fn channel<'a>(builder: &mut Builder<'a>, address: &'a str, written: Node<'a>) {
    let target = builder.follow(written).unwrap_or(written);
    let named = target.get("servers").map(|list| {
        let names = list.items().filter_map(|item| item.as_str());
        names.filter_map(|name| server_named(builder, name)).collect()
    });
    let servers = builder.bound_servers(named);
    let parameters = parameters(builder, target);
    builder.binding_schemas(target, Reach::REQUEST);
    let id = ChannelId::at(builder.channels.len());
    for (key, node) in target.entries() {
        let method = match key {
            "publish" => Method::Publish,
            "subscribe" => Method::Subscribe,
            _ => continue,
        };
        if is_object(node) {
            operation(
                builder,
                &Found { method, node, id, address, written, servers: &servers, parameters: &parameters },
            );
        }
    }
    let messages = Vec::new();
    builder.channels.push(Channel { key: address, address, node: written, target, servers, parameters, messages });
}

/// The server of that key in the root's `servers`.
fn server_named(builder: &Builder<'_>, name: &str) -> Option<ServerId> {
    let node = builder.root.get("servers")?.get(name)?.target_or_none()?;
    builder.servers.iter().find(|server| server.node == node).map(|server| server.id)
}

fn parameters<'a>(builder: &mut Builder<'a>, channel: Node<'a>) -> Vec<ParameterId> {
    let mut ids = Vec::new();
    for (name, written) in Builder::named(channel.get("parameters")) {
        let Some(node) = builder.follow(written) else { continue };
        let schema = node.get("schema");
        builder.schema(schema, Reach::REQUEST);
        let read = |node| Parameter { node, name, location: Location::Channel, schema, required: true };
        ids.push(builder.parameter(node, read));
    }
    ids
}

struct Found<'b, 'a> {
    method: Method<'a>,
    node: Node<'a>,
    id: ChannelId,
    address: &'a str,
    written: Node<'a>,
    servers: &'b Arc<[ServerId]>,
    parameters: &'b [ParameterId],
}

fn operation<'a>(builder: &mut Builder<'a>, found: &Found<'_, 'a>) {
    // Operations have security from 2.4 on; before that the key means nothing.
    let owner = if found.node.get("security").is_some() {
        Some(found.node)
    } else {
        with_traits(found.node, "security").and_then(Node::parent)
    };
    let own =
        owner.filter(|_| builder.spec.minor >= 4).and_then(|owner| builder.requirement_list(owner, Origin::Operation));
    let security = builder.async_security(own.as_ref(), found.servers);
    let reach = if found.method.receives() { Reach::REQUEST } else { Reach::RESPONSE };
    let written = with_traits(found.node, "message");
    let several = written.and_then(|message| message.get("oneOf")).filter(|list| list.is_sequence());
    let list: Vec<Node<'a>> = several.map_or_else(|| written.into_iter().collect(), |list| list.items().collect());
    let messages = list.into_iter().filter_map(|message| builder.message(message, reach)).collect();
    builder.binding_schemas(found.node, reach);
    builder.push_operation(Operation {
        id: OperationId(u32::MAX),
        direction: Direction::Operation,
        method: found.method,
        path: found.address,
        node: found.node,
        path_item: found.written,
        operation_id: with_traits(found.node, "operationId").and_then(|id| id.raw().as_str()),
        security,
        servers: Arc::clone(found.servers),
        parameters: found.parameters.to_vec(),
        body: None,
        responses: Vec::new(),
        channel: Some(found.id),
        messages,
    });
}
