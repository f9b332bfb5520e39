//! OpenAPI (Swagger) 2.0.

use std::sync::Arc;

use crate::adapters::openapi::{Found, Parts};
use crate::api::{
    Body, BodyId, Direction, Header, Location, MediaType, Parameter, ParameterId, Response, ResponseId, ServerId,
};
use crate::build::{self, Builder};
use crate::node::Node;
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    builder.read_scheme_map(root.get("securityDefinitions"));
    builder.root_security = builder.requirement_list(root, Origin::Root);
    let root_servers = servers(builder, root, ServerScope::Root);
    for found in builder.path_items(root.get("paths"), Direction::Operation) {
        operation(builder, found, &root_servers);
    }
    builder.declared_schemas(root.get("definitions"));
    for (_, node) in Builder::named(root.get("parameters")) {
        if let Some(schema) = node.get("schema") {
            builder.schema(Some(schema), Reach::DECLARED);
        } else {
            parameter(builder, node, Reach::DECLARED);
        }
    }
    for (_, node) in Builder::named(root.get("responses")) {
        builder.schema(node.get("schema"), Reach::DECLARED);
    }
}

/// One server per item of `schemes`, joined with `host` and `basePath`.
fn servers<'a>(builder: &mut Builder<'a>, owner: Node<'a>, scope: ServerScope) -> Arc<[ServerId]> {
    let Some(list) = owner.get("schemes").filter(|list| list.is_sequence() && list.count() > 0) else {
        return Arc::from([]);
    };
    if let Some(known) = builder.server_lists.get(&list.place()) {
        return Arc::clone(known);
    }
    let host = builder.root.get_str("host").unwrap_or_default();
    let base = builder.root.get_str("basePath").unwrap_or_default();
    let mut ids = Vec::new();
    for node in list.items().filter(|item| item.as_str().is_some()) {
        let id = ServerId::at(builder.servers.len());
        let url = format!("{}://{host}{base}", node.text()).into();
        builder.servers.push(Server {
            id,
            node,
            scope,
            url,
            url_node: None,
            protocol: None,
            variables: None,
            security: None,
            used: false,
        });
        ids.push(id);
    }
    let ids: Arc<[ServerId]> = ids.into();
    builder.server_lists.insert(list.place(), Arc::clone(&ids));
    ids
}

fn operation<'a>(builder: &mut Builder<'a>, found: Found<'a>, root_servers: &Arc<[ServerId]>) {
    let own = servers(builder, found.operation, ServerScope::Operation);
    let servers = if own.is_empty() { Arc::clone(root_servers) } else { own };
    let mut parameters = Vec::new();
    let mut fields = Vec::new();
    let mut body = None;
    for node in builder.effective_parameters(found) {
        if node.get_str("in") == Some("body") {
            body = Some(node);
            continue;
        }
        let id = parameter(builder, node, Reach::REQUEST);
        if builder.parameters[id.index()].location == Location::Form {
            fields.push(id);
        }
        parameters.push(id);
    }
    let body = request_body(builder, found, body, fields);
    let responses = responses(builder, found);
    builder.openapi_operation(found, parameters, Parts { servers, body, responses });
}

fn parameter<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> ParameterId {
    builder.schema(Some(node), reach);
    builder.parameter(node, |node| Parameter {
        node,
        name: node.get_str("name").unwrap_or_default(),
        location: build::location(node),
        schema: Some(node),
        required: node.is_true("required"),
    })
}

fn request_body<'a>(
    builder: &mut Builder<'a>,
    found: Found<'a>,
    body: Option<Node<'a>>,
    fields: Vec<ParameterId>,
) -> Option<BodyId> {
    let node = match body {
        Some(node) => node,
        None if fields.is_empty() => return None,
        None => found.operation,
    };
    let schema = body.and_then(|node| node.get("schema"));
    builder.schema(schema, Reach::REQUEST);
    // A shared body parameter is read per operation: its media types are the operation's.
    let id = BodyId::at(builder.bodies.len());
    let media = media(builder, found, "consumes", node, schema);
    builder.bodies.push(Body { node, media, fields });
    Some(id)
}

/// The media types of `consumes` or `produces`, the operation's or the root's; one without a name if there is none.
fn media<'a>(
    builder: &Builder<'a>,
    found: Found<'a>,
    key: &str,
    node: Node<'a>,
    schema: Option<Node<'a>>,
) -> Vec<MediaType<'a>> {
    let list = found.operation.get(key).or_else(|| builder.root.get(key));
    let names: Vec<&str> = list.into_iter().flat_map(Node::items).filter_map(|item| item.as_str()).collect();
    let names = if names.is_empty() { vec![""] } else { names };
    names.into_iter().map(|name| MediaType { name, node, schema }).collect()
}

fn responses<'a>(builder: &mut Builder<'a>, found: Found<'a>) -> Vec<ResponseId> {
    let mut ids = Vec::new();
    for (code, written) in Builder::named(found.operation.get("responses")) {
        let Some(node) = builder.follow(written) else { continue };
        let schema = node.get("schema");
        let headers: Vec<Header<'a>> = Builder::named(node.get("headers"))
            .map(|(name, header)| Header { name, node: header, schema: Some(header) })
            .collect();
        for header in &headers {
            builder.schema(header.schema, Reach::OTHER_RESPONSE);
        }
        let media = media(builder, found, "produces", node, schema);
        let response = Response { code, node, media, headers };
        builder.schema(schema, if response.is_success() { Reach::RESPONSE } else { Reach::OTHER_RESPONSE });
        ids.push(ResponseId::at(builder.responses.len()));
        builder.responses.push(response);
    }
    ids
}
