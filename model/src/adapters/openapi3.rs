//! OpenAPI 3.0, 3.1 and 3.2.

use std::collections::HashSet;
use std::sync::Arc;

use crate::adapters::openapi::{Found, Parts};
use crate::api::{Body, BodyId, Direction, Header, MediaType, Parameter, ParameterId, Response, ResponseId, ServerId};
use crate::build::{self, Builder};
use crate::node::{Node, Place};
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    let components = root.get("components");
    let component = |key: &str| components.and_then(|components| components.get(key));
    builder.read_scheme_map(component("securitySchemes"));
    builder.root_security = builder.requirement_list(root, Origin::Root);
    let root_servers = servers(builder, root, ServerScope::Root).unwrap_or_else(|| Arc::from([]));
    let mut reader = Reader { builder, root_servers, callbacks: Vec::new(), seen: HashSet::new() };
    reader.paths(root.get("paths"), Direction::Operation);
    if reader.builder.spec.minor >= 1 {
        reader.paths(root.get("webhooks"), Direction::Webhook);
    }
    reader.callbacks();
    builder.declared_schemas(component("schemas"));
    declared_parts(builder, component);
}

/// Components that nothing may refer to: their schemas are part of the document all the same.
fn declared_parts<'a>(builder: &mut Builder<'a>, component: impl Fn(&str) -> Option<Node<'a>>) {
    for (_, node) in Builder::named(component("parameters")) {
        if node.reference().is_none() {
            parameter(builder, node, Reach::DECLARED);
        }
    }
    for (_, node) in Builder::named(component("headers")) {
        header_schema(builder, node, Reach::DECLARED);
    }
    for key in ["requestBodies", "responses"] {
        for (_, node) in Builder::named(component(key)) {
            media(builder, node, Reach::DECLARED);
        }
    }
}

/// The servers of an element; nothing when it lists none.
fn servers<'a>(builder: &mut Builder<'a>, owner: Node<'a>, scope: ServerScope) -> Option<Arc<[ServerId]>> {
    let list = owner.get("servers").filter(|list| list.is_sequence() && list.count() > 0)?;
    if let Some(known) = builder.server_lists.get(&list.place()) {
        return Some(Arc::clone(known));
    }
    let mut ids = Vec::new();
    for node in list.items().filter(|item| item.is_mapping()) {
        let id = ServerId::at(builder.servers.len());
        let url_node = node.get("url").filter(|url| url.as_str().is_some());
        builder.servers.push(Server {
            id,
            node,
            scope,
            url: url_node.map_or("", |url| url.raw().text()).into(),
            url_node,
            protocol: None,
            variables: node.get("variables"),
            security: None,
            used: false,
        });
        ids.push(id);
    }
    let ids: Arc<[ServerId]> = ids.into();
    builder.server_lists.insert(list.place(), Arc::clone(&ids));
    Some(ids)
}

struct Reader<'b, 'a> {
    builder: &'b mut Builder<'a>,
    root_servers: Arc<[ServerId]>,
    /// Callback Objects that are still to be read.
    callbacks: Vec<Node<'a>>,
    /// Callback Objects that were met already.
    seen: HashSet<Place>,
}

impl<'a> Reader<'_, 'a> {
    fn paths(&mut self, map: Option<Node<'a>>, direction: Direction) {
        for found in self.builder.path_items(map, direction) {
            self.operation(found);
        }
    }

    /// Reads the callbacks that operations, webhooks and other callbacks name, each shared one once.
    fn callbacks(&mut self) {
        while let Some(callback) = self.callbacks.pop() {
            self.paths(Some(callback), Direction::Callback);
        }
    }

    fn operation(&mut self, found: Found<'a>) {
        let builder = &mut *self.builder;
        let inbound = found.direction != Direction::Operation;
        // Servers of webhooks and callbacks are never read: the request goes to the consumer.
        let servers = if inbound {
            Arc::from([])
        } else {
            servers(builder, found.operation, ServerScope::Operation)
                .or_else(|| servers(builder, found.path_item, ServerScope::PathItem))
                .unwrap_or_else(|| Arc::clone(&self.root_servers))
        };
        let request = if inbound { Reach::INBOUND } else { Reach::REQUEST };
        let mut parameters = Vec::new();
        for node in builder.effective_parameters(found) {
            parameters.push(parameter(builder, node, request));
        }
        let body = found.operation.get("requestBody").and_then(|written| request_body(builder, written, request));
        let responses = responses(builder, found, inbound);
        builder.openapi_operation(found, parameters, Parts { servers, body, responses });
        for (_, written) in Builder::named(found.operation.get("callbacks")) {
            if let Some(callback) = self.builder.follow(written)
                && self.seen.insert(callback.place())
            {
                self.callbacks.push(callback);
            }
        }
    }
}

fn parameter<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> ParameterId {
    let content = media(builder, node, reach);
    let own = node.get("schema");
    builder.schema(own, reach);
    let schema = own.or_else(|| content.iter().find_map(|media| media.schema));
    builder.parameter(node, |node| Parameter {
        node,
        name: node.get_str("name").unwrap_or_default(),
        location: build::location(node),
        schema,
        required: node.is_true("required"),
    })
}

fn header_schema<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> Option<Node<'a>> {
    let content = media(builder, node, reach);
    let own = node.get("schema");
    builder.schema(own, reach);
    own.or_else(|| content.iter().find_map(|media| media.schema))
}

fn request_body<'a>(builder: &mut Builder<'a>, written: Node<'a>, reach: Reach) -> Option<BodyId> {
    let node = builder.follow(written)?;
    let media = media(builder, node, reach);
    let next = BodyId::at(builder.bodies.len());
    let id = *builder.body_places.entry(node.place()).or_insert(next);
    if id == next {
        builder.bodies.push(Body { node, media, fields: Vec::new() });
    }
    Some(id)
}

fn responses<'a>(builder: &mut Builder<'a>, found: Found<'a>, inbound: bool) -> Vec<ResponseId> {
    let mut ids = Vec::new();
    for (code, written) in Builder::named(found.operation.get("responses")) {
        let Some(node) = builder.follow(written) else { continue };
        let mut response = Response { code, node, media: Vec::new(), headers: Vec::new() };
        let reach = match (inbound, response.is_success()) {
            (true, _) => Reach::INBOUND,
            (false, true) => Reach::RESPONSE,
            (false, false) => Reach::OTHER_RESPONSE,
        };
        response.media = media(builder, node, reach);
        let header_reach = if inbound { Reach::INBOUND } else { Reach::OTHER_RESPONSE };
        for (name, written) in node.get("headers").into_iter().flat_map(Node::entries) {
            let Some(header) = builder.follow(written) else { continue };
            let schema = header_schema(builder, header, header_reach);
            response.headers.push(Header { name, node: header, schema });
        }
        let next = ResponseId::at(builder.responses.len());
        let id = *builder.response_places.entry((node.place(), code)).or_insert(next);
        if id == next {
            builder.responses.push(response);
        }
        ids.push(id);
    }
    ids
}

/// The media types of `content`, their schemas walked.
fn media<'a>(builder: &mut Builder<'a>, owner: Node<'a>, reach: Reach) -> Vec<MediaType<'a>> {
    let mut list = Vec::new();
    for (name, written) in owner.get("content").into_iter().flat_map(Node::entries) {
        // From 3.2 a media type may be a `$ref` to `components.mediaTypes`.
        let Some(node) = builder.follow(written) else { continue };
        let schema = node.get("schema");
        let item = node.get("itemSchema");
        builder.schema(schema, reach);
        builder.schema(item, reach);
        list.push(MediaType { name, node, schema: schema.or(item) });
    }
    list
}
