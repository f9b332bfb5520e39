//! AsyncAPI 2.0 to 2.6.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::adapters::asyncapi::with_traits;
use crate::api::{
    Channel, ChannelId, Direction, Location, Method, Operation, OperationId, Parameter, ParameterId, ResponseIds,
    ServerId, Traffic,
};
use crate::build::{Builder, ELEMENT, MENTION, is_object};
use crate::mistyped::Expected;
use crate::node::Node;
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    let map = builder.component("securitySchemes");
    builder.read_scheme_map(map);
    if let Some(operations) = root.get("operations") {
        builder.expect(operations, Expected::OtherVersion("AsyncAPI 3"));
    }
    let mut servers = HashMap::default();
    for (name, written) in Builder::named(builder.section(root, "servers")) {
        builder.expect(written, Expected::Mapping);
        server(builder, name, written, &mut servers);
    }
    for (address, written) in Builder::named(builder.section(root, "channels")) {
        if builder.is_spent() {
            break;
        }
        builder.expect(written, Expected::Mapping);
        channel(builder, address, written, &servers);
    }
    builder.declared_messages();
    let map = builder.component("schemas");
    builder.declared_schemas(map);
}

type ServerNames<'a> = HashMap<&'a str, ServerId, RandomState>;

fn server<'a>(builder: &mut Builder<'a>, name: &'a str, written: Node<'a>, known: &mut ServerNames<'a>) {
    let Some(node) = builder.follow(written) else { return };
    let id = ServerId::at(builder.servers.len());
    known.insert(name, id);
    let url_node = node.get("url").filter(|url| url.is_string());
    let security = builder.requirement_list(node.get("security"), Origin::Server);
    let variables = builder.section(node, "variables");
    builder.servers.push(Server {
        id,
        node,
        scope: ServerScope::Root,
        url: url_node.map_or("", |url| url.raw().text()).into(),
        url_node,
        protocol: node.get("protocol").and_then(|protocol| Some((protocol.raw().as_str()?, protocol))),
        variables,
        security,
        used: true,
    });
}

fn channel<'a>(builder: &mut Builder<'a>, address: &'a str, written: Node<'a>, known: &ServerNames<'a>) {
    let target = builder.follow(written).unwrap_or(written);
    let named = target.get("servers").map(|list| {
        let listed = list.items().filter_map(|item| item.raw().as_str());
        listed.filter_map(|name| known.get(name).copied()).collect()
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
        builder.expect(node, Expected::Mapping);
        let cost = ELEMENT + MENTION * parameters.len();
        if is_object(node)
            && builder.spend(written, cost)
            && let Some(node) = builder.follow(node)
        {
            let found = Found { method, node, id, address, written, servers: &servers, parameters: &parameters };
            operation(builder, &found);
        }
    }
    let messages = Vec::new();
    builder.channels.push(Channel { key: address, address, node: written, target, servers, parameters, messages });
}

fn parameters<'a>(builder: &mut Builder<'a>, channel: Node<'a>) -> Vec<ParameterId> {
    let mut ids = Vec::new();
    for (name, written) in Builder::named(channel.get("parameters")) {
        let Some(node) = builder.follow(written).filter(|_| builder.spend(written, MENTION)) else { continue };
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
    let format = builder.spec.format;
    builder.follow_traits(found.node);
    // Operations have security from 2.4 on; before that the key means nothing.
    let node = with_traits(format, found.node, "security").filter(|_| builder.spec.minor >= 4);
    let own = builder.requirement_list(node, Origin::Operation);
    let security = builder.async_security(node, own.as_ref(), found.servers);
    let reach = if found.method.receives() { Reach::REQUEST } else { Reach::RESPONSE };
    let written = with_traits(format, found.node, "message");
    let messages = written.map(|written| builder.messages_of(written, reach)).unwrap_or_default();
    builder.binding_schemas(found.node, reach);
    builder.push_operation(Operation {
        id: OperationId(u32::MAX),
        direction: Direction::Operation,
        method: found.method,
        path: found.address,
        node: found.node,
        path_item: found.written,
        operation_id: with_traits(format, found.node, "operationId").and_then(|id| id.raw().as_str()),
        security,
        servers: Arc::clone(found.servers),
        parameters: found.parameters.into(),
        body: None,
        responses: ResponseIds::new(),
        traffic: Some(Box::new(Traffic { channel: Some(found.id), messages, replies: Vec::new() })),
    });
}
