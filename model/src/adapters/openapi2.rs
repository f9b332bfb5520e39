//! OpenAPI (Swagger) 2.0.

use std::sync::Arc;

use apiward_syntax::Known;

use crate::adapters::openapi::{Found, Parts};
use crate::api::{
    Body, BodyId, Direction, Header, Location, MediaType, Parameter, ParameterId, Response, ResponseId, ResponseIds,
    ServerId,
};
use crate::build::{Builder, ELEMENT, MENTION, is_object};
use crate::node::Node;
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

/// What has the members that are foreign here.
const V3: &str = "OpenAPI 3";

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    builder.foreign(root, V3, "host", &["servers"]);
    builder.foreign(root, V3, "securityDefinitions", &["components"]);
    let schemes = builder.section(root, "securityDefinitions");
    builder.read_scheme_map(schemes);
    builder.root_security = builder.requirement_list(root.get("security"), Origin::Root);
    let root_servers = servers(builder, root, ServerScope::Root);
    let paths = builder.section(root, "paths");
    builder.path_items(paths, Direction::Operation, |builder, found| operation(builder, found, &root_servers));
    let definitions = builder.section(root, "definitions");
    builder.declared_schemas(definitions);
    for (_, node) in Builder::named(builder.section(root, "parameters")) {
        if let Some(schema) = node.get(Known::Schema) {
            builder.schema(Some(schema), Reach::DECLARED);
        } else if node.is_mapping() {
            parameter(builder, node, Reach::DECLARED);
        }
    }
    for (_, node) in Builder::named(builder.section(root, "responses")) {
        builder.schema(node.get(Known::Schema), Reach::DECLARED);
    }
}

/// Media types of one body or response: a list of the root holds for every operation.
const MEDIA_TYPES: usize = 64;

/// One server per item of `schemes`, joined with `host` and `basePath`.
fn servers<'a>(builder: &mut Builder<'a>, owner: Node<'a>, scope: ServerScope) -> Arc<[ServerId]> {
    let list = builder.list(owner, "schemes");
    let Some(list) = list.filter(|list| list.is_sequence() && list.count() > 0) else {
        return Arc::from([]);
    };
    let place = list.resolved().place();
    if let Some(known) = builder.server_lists.get(&place) {
        return Arc::clone(known);
    }
    let host = builder.root.get_str("host").unwrap_or_default();
    let base = builder.root.get_str("basePath").unwrap_or_default();
    let mut ids = Vec::new();
    for node in list.items().filter(|item| item.is_string()) {
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
    builder.server_lists.insert(place, Arc::clone(&ids));
    ids
}

fn operation<'a>(builder: &mut Builder<'a>, found: Found<'a>, root_servers: &Arc<[ServerId]>) {
    let own = servers(builder, found.operation, ServerScope::Operation);
    let servers = if own.is_empty() { Arc::clone(root_servers) } else { own };
    let mut parameters = Vec::new();
    let mut fields = Vec::new();
    let mut body = None;
    builder.foreign(found.operation, V3, "parameters", &["requestBody"]);
    for node in builder.effective_parameters(found) {
        if node.get_str(Known::In) == Some("body") {
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
    let location = builder.location(node);
    builder.parameter(node, |node| Parameter {
        node,
        name: node.get_str(Known::Name).unwrap_or_default(),
        location,
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
    let schema = body.and_then(|node| node.get(Known::Schema));
    builder.schema(schema, Reach::REQUEST);
    // A shared body parameter is one body for each list of media types that operations give it.
    let types = media_types(builder, found, "consumes");
    let key = (node.place(), types.map(Node::place));
    if body.is_some()
        && let Some(known) = builder.body_places.get(&key)
    {
        return Some(*known);
    }
    let id = BodyId::at(builder.bodies.len());
    let media = media(types, node, schema);
    builder.body_places.insert(key, id);
    builder.bodies.push(Body { node, media, fields: fields.into() });
    Some(id)
}

/// The list of `consumes` or `produces` that holds for an operation: its own or the root's.
fn media_types<'a>(builder: &Builder<'a>, found: Found<'a>, key: &str) -> Option<Node<'a>> {
    let list = |owner: Node<'a>| owner.get(key).and_then(Node::target_or_none);
    list(found.operation).filter(|list| list.is_sequence()).or_else(|| list(builder.root)).map(Node::resolved)
}

/// The media types of such a list; one without a name if there is none.
fn media<'a>(types: Option<Node<'a>>, node: Node<'a>, schema: Option<Node<'a>>) -> Box<[MediaType<'a>]> {
    let items = types.into_iter().flat_map(Node::items).take(MEDIA_TYPES);
    let names: Vec<&str> = items.filter_map(|item| item.raw().as_str()).collect();
    let names = if names.is_empty() { vec![""] } else { names };
    names.into_iter().map(|name| MediaType { name, node, schema }).collect()
}

fn responses<'a>(builder: &mut Builder<'a>, found: Found<'a>) -> ResponseIds {
    let mut ids = ResponseIds::new();
    let types = media_types(builder, found, "produces");
    let map = builder.section(found.operation, "responses");
    for (code, written) in Builder::fields(map) {
        let Some(node) = builder.component_of("responses", written).filter(|node| is_object(*node)) else { continue };
        let key = (node.place(), code, types.map(Node::place));
        if let Some(known) = builder.response_places.get(&key).copied() {
            if !builder.spend(written, MENTION) {
                break;
            }
            ids.push(known);
            continue;
        }
        if !builder.spend(written, (1 + node.get("headers").map_or(0, |map| map.count())) * ELEMENT) {
            break;
        }
        let id = ResponseId::at(builder.responses.len());
        let response = response(builder, code, node, types);
        builder.response_places.insert(key, id);
        builder.responses.push(response);
        ids.push(id);
    }
    ids
}

fn response<'a>(builder: &mut Builder<'a>, code: &'a str, node: Node<'a>, types: Option<Node<'a>>) -> Response<'a> {
    builder.foreign(node, V3, Known::Schema, &["content"]);
    let schema = node.get(Known::Schema);
    let headers: Box<[Header<'a>]> = Builder::named(node.get("headers"))
        .map(|(name, header)| Header { name, node: header, schema: Some(header) })
        .collect();
    for header in &headers {
        builder.schema(header.schema, Reach::OTHER_RESPONSE);
    }
    let response = Response { code, node, media: media(types, node, schema), headers };
    builder.schema(schema, if response.is_success() { Reach::RESPONSE } else { Reach::OTHER_RESPONSE });
    response
}
