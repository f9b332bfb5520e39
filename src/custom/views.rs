//! From the model to what expressions are given. Only the fields that a lint asks for are made, and what several elements
//! share is made once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use apiward_lints::framework::lint::Cx;
use apiward_model::predicate::{HostVerdict, addresses, is_marked_deprecated, judge_hosts, plaintext_server};
use apiward_model::{
    Alternative, Api, Body, Declared, Flow, FlowKind, Header, KeyLocation, Location, MediaType, Member, Merged,
    MessageId, Node, Operation, Parameter, ParameterId, Place, Reach, Response, ResponseId, Role, Scheme, SchemeId,
    SchemeType, Server, ServerId, ServerScope,
};
use apiward_syntax::Kind;
use cel::common::types::{CelBool, CelDouble, CelInt, CelNull};

use super::shape::{self, View};
use super::value::{Item, Record};

/// Values of one extension or example that an expression is given.
const MOST_VALUES: usize = 1_000;
/// Depth of an extension.
const DEEPEST: usize = 16;

/// Members of schemas that are looked at for one description, however small it is. Many schemas that each bring in one
/// large one would cost as much as the product of the two.
const BASE_MEMBERS: usize = 1_000_000;
/// Further members for each node of the description.
const MEMBERS_PER_NODE: usize = 20;

/// The fields that a lint asks for, by name.
pub(super) type Wanted = Arc<HashSet<String>>;

/// Makes views of the elements of one description.
pub(super) struct Views<'r, 'a> {
    api: &'r Api<'a>,
    wanted: Wanted,
    parameters: HashMap<ParameterId, Item>,
    responses: HashMap<ResponseId, Item>,
    servers: HashMap<ServerId, Item>,
    schemes: HashMap<SchemeId, Item>,
    messages: HashMap<MessageId, Item>,
    bodies: HashMap<Place, Item>,
    schemas: HashMap<(Place, usize), Item>,
    /// Members of schemas that may still be looked at.
    members: usize,
    /// Lists that operations share, by the address of the model's own list.
    server_lists: HashMap<*const ServerId, Item>,
    requirements: HashMap<*const Alternative<'a>, Requirements>,
}

/// What the alternatives of an operation are made into.
#[derive(Clone)]
struct Requirements {
    alternatives: Item,
    schemes: Item,
    scopes: Item,
}

/// A view in the making.
struct Making {
    view: &'static View,
    wanted: Wanted,
    fields: Vec<(&'static str, Item)>,
}

impl Making {
    fn wants(&self, name: &str) -> bool {
        self.wanted.contains(name)
    }

    fn set(&mut self, name: &'static str, make: impl FnOnce() -> Item) {
        debug_assert!(self.view.field(name).is_some(), "{} has no field {name}", self.view.name);
        if self.wants(name) {
            self.fields.push((name, make()));
        }
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.set(name, || Item::text(text, name));
    }

    /// A text member of an object; empty when it is missing or no text.
    fn member(&mut self, name: &'static str, node: Node<'_>) {
        self.text(name, node.get_str(name).unwrap_or_default());
    }

    fn flag(&mut self, name: &'static str, flag: impl FnOnce() -> bool) {
        self.set(name, || Item::plain(CelBool::from(flag())));
    }

    fn texts<'t>(&mut self, name: &'static str, texts: impl IntoIterator<Item = &'t str>) {
        self.set(name, || Item::list(texts.into_iter().map(|text| Item::text(text, name)), name));
    }

    fn extensions(&mut self, node: Node<'_>) {
        let name = "extensions";
        self.set(name, || map_of(node.entries().filter(|(key, _)| key.starts_with("x-")), name));
    }

    fn done(self) -> Item {
        Record::view(self.fields)
    }
}

impl<'r, 'a> Views<'r, 'a> {
    pub(super) fn new(api: &'r Api<'a>, wanted: Wanted) -> Self {
        let nodes: usize = api.files.iter().map(|(_, file)| file.tree.len()).sum();
        Self {
            members: BASE_MEMBERS.saturating_add(nodes.saturating_mul(MEMBERS_PER_NODE)),
            api,
            wanted,
            parameters: HashMap::new(),
            responses: HashMap::new(),
            servers: HashMap::new(),
            schemes: HashMap::new(),
            messages: HashMap::new(),
            bodies: HashMap::new(),
            schemas: HashMap::new(),
            server_lists: HashMap::new(),
            requirements: HashMap::new(),
        }
    }

    fn making(&self, view: &'static View) -> Making {
        Making { view, wanted: Arc::clone(&self.wanted), fields: Vec::new() }
    }

    pub(super) fn api(&self) -> Item {
        let (api, mut out) = (self.api, self.making(&shape::API));
        let info = api.root.get("info");
        out.text("format", if api.spec.format.is_async() { "asyncapi" } else { "openapi" });
        out.text("specification", api.spec.version);
        for name in ["title", "version"] {
            out.text(name, info.and_then(|info| info.get(name)).map(scalar_text).unwrap_or_default());
        }
        out.set("info", || map_of(info.into_iter().flat_map(Node::entries), "info"));
        out.extensions(api.root);
        out.done()
    }

    pub(super) fn operation(&mut self, cx: &Cx<'_, 'a>, operation: &Operation<'a>) -> Item {
        let mut out = self.making(&shape::OPERATION);
        let signs = cx.signs(operation.id);
        out.text("method", operation.method.as_str());
        out.text("path", operation.path);
        out.text("id", operation.operation_id.unwrap_or_default());
        out.member("summary", operation.node);
        out.member("description", operation.node);
        out.texts("tags", operation.tags());
        out.flag("deprecated", || is_marked_deprecated(operation.node));
        out.flag("writes", || signs.writes);
        out.flag("public", || signs.is_public());
        out.flag("administrative", || signs.administration.is_some());
        self.security(&mut out, operation);
        if out.wants("servers") {
            let servers = self.server_list(operation);
            out.set("servers", || servers);
        }
        if out.wants("parameters") {
            let items = operation.parameters.iter().map(|id| self.parameter(*id));
            let parameters = Item::list(items, "parameters");
            out.set("parameters", || parameters);
        }
        if let Some(body) = operation.body.filter(|_| out.wants("body")) {
            let body = self.body(self.api.body(body));
            out.set("body", || body);
        }
        if out.wants("responses") {
            let responses = Item::list(operation.responses.iter().map(|id| self.response(*id)), "responses");
            out.set("responses", || responses);
        }
        if out.wants("messages") {
            let messages = Item::list(operation.messages().iter().map(|id| self.message(*id)), "messages");
            out.set("messages", || messages);
        }
        out.extensions(operation.node);
        out.done()
    }

    fn security(&mut self, out: &mut Making, operation: &Operation<'a>) {
        if !["security", "schemes", "scopes"].iter().any(|name| out.wants(name)) {
            return;
        }
        let security = &operation.security;
        let key = security.alternatives.as_ptr();
        let known = self.requirements.get(&key).filter(|_| !security.alternatives.is_empty()).cloned();
        let made = known.unwrap_or_else(|| self.requirements_of(&security.alternatives));
        // Lists without items are not told apart by their addresses.
        if !security.alternatives.is_empty() {
            self.requirements.insert(key, made.clone());
        }
        out.set("schemes", || made.schemes);
        out.set("scopes", || made.scopes);
        let mut own = self.making(&shape::SECURITY);
        own.text(
            "declared",
            match security.declared {
                Declared::Absent => "absent",
                Declared::Own => "own",
                Declared::Inherited => "inherited",
                Declared::Combined => "combined",
            },
        );
        own.flag("anonymous", || security.is_anonymous());
        own.set("alternatives", || made.alternatives);
        out.set("security", || own.done());
    }

    fn requirements_of(&mut self, alternatives: &[Alternative<'a>]) -> Requirements {
        let members = || alternatives.iter().flat_map(|alternative| &alternative.members);
        let once = |texts: &mut dyn Iterator<Item = &'a str>, what: &str| {
            let mut seen = HashSet::new();
            Item::list(texts.filter(|text| seen.insert(*text)).map(|text| Item::text(text, what)), what)
        };
        let wants = |name: &str| self.wanted.contains(name);
        let nothing = || Item::list([], "");
        let schemes = if wants("schemes") { once(&mut members().map(|one| one.name), "schemes") } else { nothing() };
        let scopes =
            if wants("scopes") { once(&mut members().flat_map(Member::scope_names), "scopes") } else { nothing() };
        let alternatives = if wants("alternatives") {
            Item::list(alternatives.iter().map(|one| self.alternative(one)), "alternatives")
        } else {
            nothing()
        };
        Requirements { alternatives, schemes, scopes }
    }

    fn alternative(&mut self, alternative: &Alternative<'a>) -> Item {
        let mut out = self.making(&shape::ALTERNATIVE);
        out.flag("anonymous", || alternative.is_anonymous());
        if out.wants("schemes") {
            let schemes = Item::list(alternative.members.iter().map(|member| self.requirement(member)), "schemes");
            out.set("schemes", || schemes);
        }
        out.done()
    }

    fn requirement(&mut self, member: &Member<'a>) -> Item {
        let mut out = self.making(&shape::REQUIREMENT);
        out.text("name", member.name);
        out.texts("scopes", member.scope_names());
        if let Some(id) = member.scheme.filter(|_| out.wants("scheme")) {
            let scheme = self.scheme(id);
            out.set("scheme", || scheme);
        }
        out.done()
    }

    pub(super) fn scheme(&mut self, id: SchemeId) -> Item {
        if let Some(known) = self.schemes.get(&id) {
            return known.clone();
        }
        let made = self.make_scheme(self.api.scheme(id));
        self.schemes.insert(id, made.clone());
        made
    }

    fn make_scheme(&self, scheme: &Scheme<'a>) -> Item {
        let mut out = self.making(&shape::SCHEME);
        let target = scheme.target;
        out.text("name", scheme.name);
        out.member("type", target);
        out.text("location", key_location(scheme));
        let is_key = matches!(scheme.kind, SchemeType::ApiKey);
        out.text("key", target.get_str("name").filter(|_| is_key).unwrap_or_default());
        out.text("scheme", scheme.http_scheme.as_deref().unwrap_or_default());
        out.member("bearerFormat", target);
        out.member("description", target);
        out.set("flows", || Item::list(scheme.flows.iter().map(|flow| self.flow(flow)), "flows"));
        out.texts("scopes", scheme.declared_scopes());
        out.member("openIdConnectUrl", target);
        out.flag("used", || scheme.in_use);
        out.flag("deprecated", || is_marked_deprecated(target));
        out.extensions(target);
        out.done()
    }

    fn flow(&self, flow: &Flow<'a>) -> Item {
        let mut out = self.making(&shape::FLOW);
        out.text(
            "kind",
            match flow.kind {
                FlowKind::Implicit => "implicit",
                FlowKind::Password => "password",
                FlowKind::ClientCredentials => "clientCredentials",
                FlowKind::AuthorizationCode => "authorizationCode",
                FlowKind::DeviceAuthorization => "deviceAuthorization",
            },
        );
        for name in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            out.member(name, flow.fields);
        }
        out.texts("scopes", flow.scopes().map(|(scope, _)| scope));
        out.done()
    }

    fn server_list(&mut self, operation: &Operation<'a>) -> Item {
        let key = operation.servers.as_ptr();
        if let Some(known) = self.server_lists.get(&key).filter(|_| !operation.servers.is_empty()) {
            return known.clone();
        }
        let made = Item::list(operation.servers.iter().map(|id| self.server(*id)), "servers");
        if !operation.servers.is_empty() {
            self.server_lists.insert(key, made.clone());
        }
        made
    }

    pub(super) fn server(&mut self, id: ServerId) -> Item {
        if let Some(known) = self.servers.get(&id) {
            return known.clone();
        }
        let made = self.make_server(self.api.server(id));
        self.servers.insert(id, made.clone());
        made
    }

    fn make_server(&self, server: &Server<'a>) -> Item {
        let (api, mut out) = (self.api, self.making(&shape::SERVER));
        let name = if api.spec.format.is_async() { server.node.key() } else { server.node.get_str("name") };
        out.text("name", name.unwrap_or_default());
        out.text("url", &server.url);
        out.set("urls", || Item::list(server.expansions().iter().map(|url| Item::text(url, "urls")), "urls"));
        out.text("protocol", server.protocol.map(|(protocol, _)| protocol).unwrap_or_default());
        out.member("description", server.node);
        out.text(
            "at",
            match server.scope {
                ServerScope::Root => "root",
                ServerScope::PathItem => "path",
                ServerScope::Operation => "operation",
            },
        );
        out.flag("used", || server.used);
        out.flag("plaintext", || plaintext_server(api, server, &[]).is_some());
        out.flag("local", || {
            let addresses = addresses(api, server);
            judge_hosts(addresses.iter().map(|address| address.host.as_ref())) == HostVerdict::Local
        });
        out.extensions(server.node);
        out.done()
    }

    pub(super) fn parameter(&mut self, id: ParameterId) -> Item {
        if let Some(known) = self.parameters.get(&id) {
            return known.clone();
        }
        let made = self.make_parameter(self.api.parameter(id));
        self.parameters.insert(id, made.clone());
        made
    }

    fn make_parameter(&mut self, parameter: &Parameter<'a>) -> Item {
        let mut out = self.making(&shape::PARAMETER);
        out.text("name", parameter.name);
        out.text("location", location(parameter.location));
        out.flag("required", || parameter.required);
        out.flag("deprecated", || is_marked_deprecated(parameter.node));
        out.member("description", parameter.node);
        self.schema_field(&mut out, "schema", parameter.schema);
        out.extensions(parameter.node);
        out.done()
    }

    fn body(&mut self, body: &Body<'a>) -> Item {
        let place = body.node.place();
        if let Some(known) = self.bodies.get(&place) {
            return known.clone();
        }
        let mut out = self.making(&shape::BODY);
        out.flag("required", || body.node.is_true("required"));
        out.member("description", body.node);
        self.content(&mut out, &body.media);
        if out.wants("fields") {
            let fields = Item::list(body.fields.iter().map(|id| self.parameter(*id)), "fields");
            out.set("fields", || fields);
        }
        let made = out.done();
        self.bodies.insert(place, made.clone());
        made
    }

    fn content(&mut self, out: &mut Making, media: &[MediaType<'a>]) {
        if !out.wants("content") {
            return;
        }
        let types = media.iter().map(|media| {
            let mut out = self.making(&shape::CONTENT);
            out.text("type", media.name);
            self.schema_field(&mut out, "schema", media.schema);
            out.done()
        });
        let content = Item::list(types, "content");
        out.set("content", || content);
    }

    pub(super) fn response(&mut self, id: ResponseId) -> Item {
        if let Some(known) = self.responses.get(&id) {
            return known.clone();
        }
        let made = self.make_response(self.api.response(id));
        self.responses.insert(id, made.clone());
        made
    }

    fn make_response(&mut self, response: &Response<'a>) -> Item {
        let mut out = self.making(&shape::RESPONSE);
        out.text("code", response.code);
        out.flag("success", || response.is_success());
        out.member("description", response.node);
        if out.wants("headers") {
            let headers = Item::list(response.headers.iter().map(|header| self.header(header)), "headers");
            out.set("headers", || headers);
        }
        self.content(&mut out, &response.media);
        out.extensions(response.node);
        out.done()
    }

    fn header(&mut self, header: &Header<'a>) -> Item {
        let mut out = self.making(&shape::HEADER);
        out.text("name", header.name);
        out.flag("required", || header.node.is_true("required"));
        out.member("description", header.node);
        self.schema_field(&mut out, "schema", header.schema);
        out.done()
    }

    fn message(&mut self, id: MessageId) -> Item {
        if let Some(known) = self.messages.get(&id) {
            return known.clone();
        }
        let message = self.api.message(id);
        let mut out = self.making(&shape::MESSAGE);
        out.text("name", message.name.unwrap_or_default());
        self.schema_field(&mut out, "payload", message.payload);
        self.schema_field(&mut out, "headers", message.headers);
        let made = out.done();
        self.messages.insert(id, made.clone());
        made
    }

    fn schema_field(&mut self, out: &mut Making, name: &'static str, schema: Option<Node<'a>>) {
        if let Some(node) = schema.filter(|_| out.wants(name)) {
            let schema = self.schema(node);
            out.set(name, || schema);
        }
    }

    pub(super) fn schema(&mut self, node: Node<'a>) -> Item {
        self.schema_at(node, 0)
    }

    fn schema_at(&mut self, node: Node<'a>, level: usize) -> Item {
        let key = (node.place(), level);
        if let Some(known) = self.schemas.get(&key) {
            return known.clone();
        }
        let made = self.make_schema(node, level);
        self.schemas.insert(key, made.clone());
        made
    }

    fn make_schema(&mut self, node: Node<'a>, level: usize) -> Item {
        let views = [&shape::SCHEMA, &shape::MIDDLE_SCHEMA, &shape::INNER_SCHEMA];
        let mut out = self.making(views[level.min(2)]);
        let merged = Merged::of(self.api, node);
        let nested = level < 2 && out.wants("properties");
        let properties = |part: &Node<'a>| part.get("properties").filter(|_| nested).map_or(0, |map| map.count());
        let members: usize = merged.parts().iter().map(|part| part.count() + properties(part)).sum();
        let Some(left) = self.members.checked_sub(members) else {
            return Item::too_large("the description brings in large schemas too often".to_owned());
        };
        self.members = left;
        self.schema_place(&mut out, node);
        out.texts("types", merged.types());
        for name in ["format", "title", "description", "pattern"] {
            out.text(name, merged.all(name).find_map(|text| text.raw().as_str()).unwrap_or_default());
        }
        for name in ["minLength", "maxLength", "minItems", "maxItems"] {
            if let Some(number) = merged.get(name).and_then(whole) {
                out.set(name, || Item::plain(CelInt::from(number)));
            }
        }
        for (name, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            let numbers = [name, exclusive].into_iter().filter_map(|key| merged.get(key).and_then(number));
            if let Some(number) = numbers.into_iter().next() {
                out.set(name, || Item::plain(CelDouble::from(number)));
            }
        }
        out.set("enum", || {
            let listed = merged.get("enum").into_iter().flat_map(Node::items);
            let values = listed.chain(merged.get("const").filter(|_| merged.get("enum").is_none()));
            Item::list(values.map(|value| value_of(value, "enum")), "enum")
        });
        if let Some(default) = merged.get("default") {
            out.set("default", || value_of(default, "default"));
        }
        let required = merged.all("required").flat_map(Node::items).filter_map(|name| name.raw().as_str());
        out.texts("required", required);
        let is_false = |key: &str| merged.all(key).any(|node| node.as_bool() == Some(false));
        out.flag("closed", || is_false("additionalProperties") || is_false("unevaluatedProperties"));
        let is_true = |key: &str| merged.all(key).any(|node| node.as_bool() == Some(true));
        out.flag("nullable", || is_true("nullable") || merged.is_type("null"));
        for name in ["readOnly", "writeOnly", "deprecated"] {
            out.flag(name, || is_true(name));
        }
        let parts = merged.parts().iter().flat_map(|part| part.entries());
        out.set("extensions", || map_of(parts.filter(|(key, _)| key.starts_with("x-")), "extensions"));
        if level < 2 {
            self.nested(&mut out, &merged, level + 1);
        }
        out.done()
    }

    /// What a schema is by the place where it is written.
    fn schema_place(&self, out: &mut Making, node: Node<'a>) {
        let schema = self.api.schemas.find(node.place());
        let role = schema.map_or(Role::Part, |schema| schema.role);
        let reach = schema.map_or(Reach::default(), |schema| schema.reach);
        let named = matches!(role, Role::Property | Role::Definition);
        out.text("name", node.key().filter(|_| named).unwrap_or_default());
        out.text(
            "role",
            match role {
                Role::Property => "property",
                Role::Definition => "definition",
                Role::Part => "part",
            },
        );
        out.text("ref", node.get_str("$ref").unwrap_or_default());
        out.flag("inRequest", || reach.intersects(Reach::REQUEST));
        out.flag("inResponse", || reach.intersects(Reach::RESPONSE.union(Reach::OTHER_RESPONSE)));
    }

    fn nested(&mut self, out: &mut Making, merged: &Merged<'a>, level: usize) {
        if out.wants("properties") {
            let properties = merged.properties();
            let entries = properties.into_iter().map(|(name, node)| (name, self.schema_at(node, level)));
            let properties = Record::map(entries, "properties");
            out.set("properties", || properties);
        }
        if let Some(items) = merged.get("items").filter(|items| out.wants("items") && items.is_mapping()) {
            let items = self.schema_at(items, level);
            out.set("items", || items);
        }
        for name in ["anyOf", "oneOf"] {
            if out.wants(name) {
                let branches = merged.get(name).into_iter().flat_map(Node::items);
                let branches = Item::list(branches.map(|node| self.schema_at(node, level)), name);
                out.set(name, || branches);
            }
        }
    }
}

/// Where the key of a scheme travels.
fn key_location<'a>(scheme: &Scheme<'a>) -> &'a str {
    match (scheme.kind, scheme.location) {
        (SchemeType::BrokerKey, _) => scheme.target.get_str("in").unwrap_or_default(),
        (_, Some(KeyLocation::Query)) => "query",
        (_, Some(KeyLocation::Header)) => "header",
        (_, Some(KeyLocation::Cookie)) => "cookie",
        (_, None) => "",
    }
}

const fn location(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::QueryString => "querystring",
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Form => "form",
        Location::Channel => "channel",
        Location::Unknown => "",
    }
}

fn number(node: Node<'_>) -> Option<f64> {
    (node.kind() == Kind::Number).then(|| node.text().parse().ok()).flatten()
}

#[expect(clippy::cast_possible_truncation, reason = "a number that is none as a whole is left out")]
fn whole(node: Node<'_>) -> Option<i64> {
    let text = node.text();
    let of_float = || number(node).filter(|number| number.fract() == 0.0 && number.abs() < 9e15).map(|one| one as i64);
    (node.kind() == Kind::Number).then(|| text.parse().ok().or_else(of_float)).flatten()
}

/// The text of a scalar as it is written: versions are often numbers.
fn scalar_text(node: Node<'_>) -> &str {
    if matches!(node.kind(), Kind::Null) { "" } else { node.raw().text() }
}

fn map_of<'a>(entries: impl IntoIterator<Item = (&'a str, Node<'a>)>, what: &str) -> Item {
    let mut left = MOST_VALUES;
    let mut seen = HashSet::new();
    let entries = entries.into_iter().filter(|(key, _)| seen.insert(*key));
    Record::map(entries.map(|(key, node)| (key, plain_value(node, what, &mut left, 1))), what)
}

fn value_of(node: Node<'_>, what: &str) -> Item {
    plain_value(node, what, &mut MOST_VALUES.clone(), 1)
}

/// Any value of a description.
fn plain_value(node: Node<'_>, what: &str, left: &mut usize, depth: usize) -> Item {
    if *left == 0 || depth > DEEPEST {
        let message = format!("`{what}` holds more than {MOST_VALUES} values, or is more than {DEEPEST} levels deep");
        return Item::too_large(message);
    }
    *left -= 1;
    match node.kind() {
        Kind::Null | Kind::Alias => Item::plain(CelNull),
        Kind::Bool => Item::plain(CelBool::from(node.as_bool() == Some(true))),
        Kind::String => Item::text(node.text(), what),
        Kind::Number => match (whole(node), number(node)) {
            (Some(whole), _) => Item::plain(CelInt::from(whole)),
            (None, Some(number)) => Item::plain(CelDouble::from(number)),
            (None, None) => Item::text(node.text(), what),
        },
        Kind::Sequence => Item::list(node.items().map(|item| plain_value(item, what, left, depth + 1)), what),
        Kind::Mapping => {
            Record::map(node.entries().map(|(key, value)| (key, plain_value(value, what, left, depth + 1))), what)
        }
    }
}
