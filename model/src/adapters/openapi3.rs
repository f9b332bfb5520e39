//! OpenAPI 3.0, 3.1 and 3.2.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;

use apiward_syntax::Known;

use crate::adapters::openapi::{Found, Parts};
use crate::api::{
    Body, BodyId, Direction, Header, MediaType, Parameter, ParameterId, Response, ResponseId, ResponseIds, ServerId,
};
use crate::build::{Builder, ELEMENT, MENTION, is_object};
use crate::mistyped::Expected;
use crate::node::{Node, Place};
use crate::schema::Reach;
use crate::security::Origin;
use crate::server::{Server, ServerScope};

/// What has the members that are foreign here.
const V2: &str = "OpenAPI 2.0";

pub(crate) fn read(builder: &mut Builder<'_>) {
    let root = builder.root;
    builder.foreign(root, V2, "servers", &["host", "basePath", "schemes"]);
    builder.foreign(root, V2, "components", &["securityDefinitions"]);
    let map = builder.component("securitySchemes");
    builder.read_scheme_map(map);
    builder.root_security = builder.requirement_list(root.get("security"), Origin::Root);
    let root_servers = servers(builder, root, ServerScope::Root).unwrap_or_else(|| Arc::from([]));
    let mut reader = Reader { root_servers, callbacks: VecDeque::new(), seen: HashSet::default() };
    let paths = builder.section(root, "paths");
    reader.paths(builder, paths, Direction::Operation);
    if builder.spec.minor >= 1 {
        let webhooks = builder.section(root, "webhooks");
        reader.paths(builder, webhooks, Direction::Webhook);
    }
    // What operations, webhooks and other callbacks name, each shared one once.
    while let Some(callback) = reader.callbacks.pop_front() {
        reader.paths(builder, Some(callback), Direction::Callback);
    }
    let map = builder.component("schemas");
    builder.declared_schemas(map);
    declared_parts(builder);
}

/// Components that nothing may refer to: their schemas are part of the document all the same.
fn declared_parts(builder: &mut Builder<'_>) {
    for (_, node) in Builder::named(builder.component("parameters")) {
        if node.is_mapping() && node.reference().is_none() {
            parameter(builder, node, Reach::DECLARED);
        }
    }
    for (_, node) in Builder::named(builder.component("headers")) {
        header_schema(builder, node, Reach::DECLARED);
    }
    for key in ["requestBodies", "responses"] {
        for (_, node) in Builder::named(builder.component(key)) {
            media(builder, node, Reach::DECLARED);
        }
    }
    for (_, node) in Builder::named(builder.component("mediaTypes")) {
        media_schema(builder, node, Reach::DECLARED);
    }
}

/// The servers of an element; nothing when it lists none.
fn servers<'a>(builder: &mut Builder<'a>, owner: Node<'a>, scope: ServerScope) -> Option<Arc<[ServerId]>> {
    let list = builder.list(owner, "servers")?;
    for item in list.items() {
        builder.expect(item, Expected::Mapping);
    }
    if !list.items().any(|item| item.is_mapping()) {
        return None;
    }
    let place = list.resolved().place();
    if let Some(known) = builder.server_lists.get(&place) {
        return Some(Arc::clone(known));
    }
    let mut ids = Vec::new();
    for written in list.items().filter(|item| item.is_mapping()) {
        let Some(node) = builder.follow(written) else { continue };
        let id = ServerId::at(builder.servers.len());
        let url_node = node.get("url").filter(|url| url.is_string());
        let variables = builder.section(node, "variables");
        builder.servers.push(Server {
            id,
            node,
            scope,
            url: url_node.map_or("", |url| url.raw().text()).into(),
            url_node,
            protocol: None,
            variables,
            security: None,
            used: false,
        });
        ids.push(id);
    }
    let ids: Arc<[ServerId]> = ids.into();
    builder.server_lists.insert(place, Arc::clone(&ids));
    Some(ids)
}

struct Reader<'a> {
    root_servers: Arc<[ServerId]>,
    /// Callback Objects that are still to be read.
    callbacks: VecDeque<Node<'a>>,
    /// Callback Objects that were met already.
    seen: HashSet<Place, RandomState>,
}

impl<'a> Reader<'a> {
    fn paths(&mut self, builder: &mut Builder<'a>, map: Option<Node<'a>>, direction: Direction) {
        builder.path_items(map, direction, |builder, found| self.operation(builder, found));
    }

    fn operation(&mut self, builder: &mut Builder<'a>, found: Found<'a>) {
        let inbound = found.direction != Direction::Operation;
        // Servers of webhooks and callbacks are never read: the request goes to the consumer.
        let servers = if inbound {
            Arc::from([])
        } else {
            servers(builder, found.operation, ServerScope::Operation)
                .or_else(|| found.path_items().rev().find_map(|item| servers(builder, item, ServerScope::PathItem)))
                .unwrap_or_else(|| Arc::clone(&self.root_servers))
        };
        let request = if inbound { Reach::INBOUND } else { Reach::REQUEST };
        let effective = builder.effective_parameters(found);
        let mut parameters = Vec::with_capacity(effective.len());
        for node in effective {
            parameters.push(parameter(builder, node, request));
        }
        let body = found.operation.get("requestBody").and_then(|written| request_body(builder, written, request));
        let responses = responses(builder, found, inbound);
        builder.openapi_operation(found, parameters, Parts { servers, body, responses });
        let callbacks = builder.section(found.operation, "callbacks");
        for (_, written) in Builder::named(callbacks) {
            if builder.spend(written, MENTION)
                && let Some(callback) = builder.follow(written)
                && self.seen.insert(callback.place())
            {
                self.callbacks.push_back(callback);
            }
        }
    }
}

fn parameter<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> ParameterId {
    let name = node.get_str(Known::Name).unwrap_or_default();
    if !builder.first_walk(node, reach)
        && let Some(known) = builder.known_parameter(node, name)
    {
        return known;
    }
    let content = media(builder, node, reach);
    let own = node.get(Known::Schema);
    builder.schema(own, reach);
    let schema = own.or_else(|| content.iter().find_map(|media| media.schema));
    let (location, required) = (builder.location(node), node.is_true("required"));
    builder.parameter(node, |node| Parameter { node, name, location, schema, required })
}

fn header_schema<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> Option<Node<'a>> {
    let content = media(builder, node, reach);
    let own = node.get(Known::Schema);
    builder.schema(own, reach);
    own.or_else(|| content.iter().find_map(|media| media.schema))
}

fn request_body<'a>(builder: &mut Builder<'a>, written: Node<'a>, reach: Reach) -> Option<BodyId> {
    let node = builder.component_of("requestBodies", written).filter(|node| node.is_mapping())?;
    if !builder.first_walk(node, reach)
        && let Some(known) = builder.body_places.get(&(node.place(), None))
    {
        return Some(*known);
    }
    let media = media(builder, node, reach);
    let next = BodyId::at(builder.bodies.len());
    let id = *builder.body_places.entry((node.place(), None)).or_insert(next);
    if id == next {
        builder.bodies.push(Body { node, media, fields: [].into() });
    }
    Some(id)
}

fn responses<'a>(builder: &mut Builder<'a>, found: Found<'a>, inbound: bool) -> ResponseIds {
    let mut ids = ResponseIds::new();
    let map = builder.section(found.operation, "responses");
    for (code, written) in Builder::fields(map) {
        let Some(node) = builder.component_of("responses", written).filter(|node| is_object(*node)) else { continue };
        if !builder.spend(written, MENTION) {
            break;
        }
        ids.extend(response(builder, code, node, inbound));
    }
    ids
}

fn response<'a>(builder: &mut Builder<'a>, code: &'a str, node: Node<'a>, inbound: bool) -> Option<ResponseId> {
    let mut response = Response { code, node, media: [].into(), headers: [].into() };
    let reach = match (inbound, response.is_success()) {
        (true, _) => Reach::INBOUND,
        (false, true) => Reach::RESPONSE,
        (false, false) => Reach::OTHER_RESPONSE,
    };
    let key = (node.place(), code, None);
    let known = builder.response_places.get(&key).copied();
    if !builder.first_walk(node, reach) && known.is_some() {
        return known;
    }
    let headers = builder.section(node, "headers");
    let parts = node.get(Known::Content).map_or(0, |map| map.count()) + headers.map_or(0, |map| map.count());
    if !builder.spend(node, parts * ELEMENT) {
        return None;
    }
    builder.foreign(node, V2, Known::Content, &["schema"]);
    response.media = media(builder, node, reach);
    let header_reach = if inbound { Reach::INBOUND } else { Reach::OTHER_RESPONSE };
    let mut read = Vec::new();
    for (name, written) in Builder::named(headers) {
        let Some(header) = builder.follow(written) else { continue };
        let schema = header_schema(builder, header, header_reach);
        read.push(Header { name, node: header, schema });
    }
    response.headers = read.into();
    if known.is_none() {
        builder.response_places.insert(key, ResponseId::at(builder.responses.len()));
        builder.responses.push(response);
    }
    builder.response_places.get(&key).copied()
}

/// The media types of `content`, their schemas walked.
fn media<'a>(builder: &mut Builder<'a>, owner: Node<'a>, reach: Reach) -> Box<[MediaType<'a>]> {
    let mut list = Vec::new();
    let content = builder.section(owner, "content");
    for (name, written) in Builder::named(content) {
        if name == "schema" {
            builder.expect(written, Expected::MediaType);
        }
        // From 3.2 a media type may be a `$ref` to `components.mediaTypes`.
        let Some(node) = builder.follow(written) else { continue };
        let schema = media_schema(builder, node, reach);
        list.push(MediaType { name, node, schema });
    }
    list.into()
}

/// The schema of a media type: of the whole or, from 3.2, of each item of a stream.
fn media_schema<'a>(builder: &mut Builder<'a>, node: Node<'a>, reach: Reach) -> Option<Node<'a>> {
    let schema = node.get(Known::Schema);
    let item = node.get("itemSchema");
    builder.schema(schema, reach);
    builder.schema(item, reach);
    schema.or(item)
}
