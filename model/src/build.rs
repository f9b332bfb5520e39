//! Puts an [`Api`] together: what the adapters of all formats share.

use std::collections::HashMap;
use std::sync::Arc;

use apiward_syntax::Kind;
use foldhash::fast::RandomState;

use crate::adapters;
use crate::api::{
    Api, Body, BodyId, Channel, Direction, Location, Message, MessageId, Operation, OperationId, Parameter,
    ParameterId, Response, ResponseId, SchemeId, ServerId,
};
use crate::files::{FileId, Files};
use crate::node::{Node, Place};
use crate::schema::{Reach, Role, Walker};
use crate::security::{Alternative, Declared, EffectiveSecurity, Member, Origin, RequirementList, Scheme};
use crate::server::Server;
use crate::spec::{self, Detected, Format, Spec};

type PlaceMap<T> = HashMap<Place, T, RandomState>;

/// Everything that an adapter fills.
pub(crate) struct Builder<'a> {
    pub(crate) files: &'a Files,
    pub(crate) root: Node<'a>,
    pub(crate) spec: Spec<'a>,
    pub(crate) walker: Walker<'a>,
    pub(crate) schemes: Vec<Scheme<'a>>,
    pub(crate) scheme_map: Option<Node<'a>>,
    scheme_names: HashMap<&'a str, SchemeId, RandomState>,
    scheme_places: PlaceMap<SchemeId>,
    foreign_schemes: HashMap<(FileId, &'a str), Option<SchemeId>, RandomState>,
    pub(crate) root_security: Option<RequirementList<'a>>,
    pub(crate) requirements: Vec<RequirementList<'a>>,
    pub(crate) servers: Vec<Server<'a>>,
    pub(crate) server_lists: PlaceMap<Arc<[ServerId]>>,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) webhooks: Vec<Operation<'a>>,
    pub(crate) callbacks: Vec<Operation<'a>>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    parameter_places: PlaceMap<ParameterId>,
    pub(crate) bodies: Vec<Body<'a>>,
    pub(crate) body_places: PlaceMap<BodyId>,
    pub(crate) responses: Vec<Response<'a>>,
    pub(crate) response_places: HashMap<(Place, &'a str), ResponseId, RandomState>,
    pub(crate) channels: Vec<Channel<'a>>,
    pub(crate) messages: Vec<Message<'a>>,
    pub(crate) message_places: PlaceMap<MessageId>,
}

impl<'a> Api<'a> {
    /// Reads one document of the root file; nothing when it is no API description of a supported version.
    pub fn read(files: &'a Files, document: usize) -> Option<Self> {
        let root = files.document(document)?;
        let Detected::Api(spec) = spec::detect(root.raw()) else { return None };
        let mut builder = Builder::new(files, root, spec);
        match spec.format {
            Format::OpenApi2 => adapters::openapi2::read(&mut builder),
            Format::OpenApi30 | Format::OpenApi31 | Format::OpenApi32 => adapters::openapi3::read(&mut builder),
            Format::AsyncApi2 => adapters::asyncapi2::read(&mut builder),
            Format::AsyncApi3 => adapters::asyncapi3::read(&mut builder),
        }
        Some(builder.finish())
    }
}

impl<'a> Builder<'a> {
    fn new(files: &'a Files, root: Node<'a>, spec: Spec<'a>) -> Self {
        Self {
            files,
            root,
            spec,
            walker: Walker::new(files, spec.format),
            schemes: Vec::new(),
            scheme_map: None,
            scheme_names: HashMap::default(),
            scheme_places: HashMap::default(),
            foreign_schemes: HashMap::default(),
            root_security: None,
            requirements: Vec::new(),
            servers: Vec::new(),
            server_lists: HashMap::default(),
            operations: Vec::new(),
            webhooks: Vec::new(),
            callbacks: Vec::new(),
            parameters: Vec::new(),
            parameter_places: HashMap::default(),
            bodies: Vec::new(),
            body_places: HashMap::default(),
            responses: Vec::new(),
            response_places: HashMap::default(),
            channels: Vec::new(),
            messages: Vec::new(),
            message_places: HashMap::default(),
        }
    }

    /// Follows `$ref`, recording a fault when it leads nowhere.
    pub(crate) fn follow(&mut self, node: Node<'a>) -> Option<Node<'a>> {
        self.walker.follow(node)
    }

    /// The members of a map of named objects, extensions left out.
    pub(crate) fn named(node: Option<Node<'a>>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        node.into_iter().flat_map(Node::entries).filter(|(key, _)| !key.starts_with("x-"))
    }

    /// Registers a scheme; the adapter reads the object, this gives it its place.
    pub(crate) fn add_scheme(&mut self, scheme: Scheme<'a>) -> SchemeId {
        let id = SchemeId::at(self.schemes.len());
        // A component owns its place, whatever references led to it before.
        self.scheme_places.insert(scheme.node.place(), id);
        self.scheme_places.entry(scheme.target.place()).or_insert(id);
        self.schemes.push(Scheme { id, ..scheme });
        id
    }

    /// Reads the scheme map, `name: object or $ref`.
    pub(crate) fn read_scheme_map(&mut self, map: Option<Node<'a>>) {
        self.scheme_map = map;
        for (name, node) in Self::named(map) {
            let scheme = self.read_scheme(name, node);
            let id = self.add_scheme(scheme);
            self.scheme_names.insert(name, id);
        }
    }

    fn read_scheme(&mut self, name: &'a str, node: Node<'a>) -> Scheme<'a> {
        let target = self.follow(node);
        adapters::scheme::read(self.spec.format, name, node, target)
    }

    /// The scheme at a place, when it is known already.
    pub(crate) fn scheme_at(&self, place: Place) -> Option<SchemeId> {
        self.scheme_places.get(&place).copied()
    }

    /// The scheme that a requirement names: in the entry document, else in the file that holds the requirement,
    /// else (OpenAPI 3.2) the key read as a URI reference.
    fn scheme_named(&mut self, name: &'a str, requirement: Node<'a>) -> Option<SchemeId> {
        if let Some(&id) = self.scheme_names.get(name) {
            return self.schemes[id.index()].defined.then_some(id);
        }
        let file = requirement.file_id();
        if let Some(&known) = self.foreign_schemes.get(&(file, name)) {
            return known;
        }
        let found = self.foreign_scheme(name, requirement);
        let id = found.map(|node| {
            self.scheme_at(node.place()).unwrap_or_else(|| {
                let scheme = self.read_scheme(node.key().unwrap_or(name), node);
                self.add_scheme(scheme)
            })
        });
        self.foreign_schemes.insert((file, name), id);
        id
    }

    fn foreign_scheme(&self, name: &str, requirement: Node<'a>) -> Option<Node<'a>> {
        let holder = (requirement.file_id() != self.root.file_id())
            .then(|| self.files.first_document(requirement.file_id()))
            .flatten()
            .and_then(|root| {
                let map = root.get("components").and_then(|components| components.get("securitySchemes"));
                map.or_else(|| root.get("securityDefinitions"))
            })
            .and_then(|map| map.get(name));
        holder.or_else(|| {
            let by_uri = self.spec.format == Format::OpenApi32 && name.contains(['#', '/']);
            by_uri.then(|| self.files.look_up(requirement, name)).flatten().filter(|node| node.get("type").is_some())
        })
    }

    /// Reads a `security` list of requirement objects; a value that is no list counts as absent.
    pub(crate) fn requirement_list(&mut self, owner: Node<'a>, origin: Origin) -> Option<RequirementList<'a>> {
        let node = owner.get("security").filter(|node| node.is_sequence())?;
        let alternatives: Vec<Alternative<'a>> = node.items().map(|item| self.requirement(item)).collect();
        Some(self.add_requirements(node, origin, alternatives))
    }

    pub(crate) fn add_requirements(
        &mut self,
        node: Node<'a>,
        origin: Origin,
        alternatives: Vec<Alternative<'a>>,
    ) -> RequirementList<'a> {
        let list = RequirementList { node, origin, alternatives: alternatives.into() };
        self.requirements.push(list.clone());
        list
    }

    fn requirement(&mut self, item: Node<'a>) -> Alternative<'a> {
        let mut members = Vec::new();
        for (name, member) in item.entries() {
            let scopes = member.items().filter(|scope| scope.as_str().is_some()).collect();
            members.push(Member { name, node: member, scheme: self.scheme_named(name, member), scopes });
        }
        Alternative { node: item, members, malformed: !item.is_mapping(), server: None }
    }

    /// The effective security of an OpenAPI operation: its own list, else the root's (never for webhooks and
    /// callbacks, which the root requirement does not protect).
    pub(crate) fn openapi_security(&mut self, operation: Node<'a>, direction: Direction) -> EffectiveSecurity<'a> {
        let inbound = direction != Direction::Operation;
        let origin = if inbound { Origin::Inbound } else { Origin::Operation };
        if let Some(own) = self.requirement_list(operation, origin) {
            return EffectiveSecurity { declared: Declared::Own, node: Some(own.node), alternatives: own.alternatives };
        }
        match &self.root_security {
            Some(root) if !inbound => EffectiveSecurity {
                declared: Declared::Inherited,
                node: Some(root.node),
                alternatives: Arc::clone(&root.alternatives),
            },
            _ => EffectiveSecurity { declared: Declared::Absent, node: None, alternatives: Arc::from([]) },
        }
    }

    /// A parameter by its node after `$ref`; each definition once.
    pub(crate) fn parameter(&mut self, node: Node<'a>, read: impl FnOnce(Node<'a>) -> Parameter<'a>) -> ParameterId {
        let next = ParameterId::at(self.parameters.len());
        let id = *self.parameter_places.entry(node.place()).or_insert(next);
        if id == next {
            self.parameters.push(read(node));
        }
        id
    }

    /// Adds an operation to the list of its direction.
    pub(crate) fn push_operation(&mut self, operation: Operation<'a>) {
        let list = match operation.direction {
            Direction::Operation => &mut self.operations,
            Direction::Webhook => &mut self.webhooks,
            Direction::Callback => &mut self.callbacks,
        };
        let id = OperationId::at(list.len());
        list.push(Operation { id, ..operation });
    }

    /// Walks a schema from where it is used.
    pub(crate) fn schema(&mut self, schema: Option<Node<'a>>, reach: Reach) {
        if let Some(node) = schema {
            self.walker.schema(node, reach, Role::Part);
        }
    }

    /// Walks the schemas that a map declares.
    pub(crate) fn declared_schemas(&mut self, map: Option<Node<'a>>) {
        for (_, node) in map.into_iter().flat_map(Node::entries) {
            self.walker.schema(node, Reach::DECLARED, Role::Definition);
        }
    }

    fn finish(mut self) -> Api<'a> {
        self.link_schemes();
        self.mark_schemes_in_use();
        self.mark_servers_used();
        let (schemas, faults) = self.walker.finish();
        Api {
            files: self.files,
            spec: self.spec,
            root: self.root,
            schemes: self.schemes,
            scheme_map: self.scheme_map,
            root_security: self.root_security,
            requirements: self.requirements,
            servers: self.servers,
            operations: self.operations,
            webhooks: self.webhooks,
            callbacks: self.callbacks,
            parameters: self.parameters,
            bodies: self.bodies,
            responses: self.responses,
            channels: self.channels,
            messages: self.messages,
            schemas,
            faults,
        }
    }

    fn link_schemes(&mut self) {
        for at in 0..self.schemes.len() {
            let meant = self.scheme_at(self.schemes[at].target.place());
            self.schemes[at].definition = meant.unwrap_or(self.schemes[at].id);
        }
    }

    /// `in_use(scheme)`: an alternative of an operation names it, or a server's requirement does, directly or through
    /// a component that is a `$ref` to it.
    fn mark_schemes_in_use(&mut self) {
        let mut used = vec![false; self.schemes.len()];
        let mut inherits = false;
        for operation in &self.operations {
            match operation.security.declared {
                Declared::Inherited => inherits = true,
                _ => mark(&mut used, &operation.security.alternatives),
            }
        }
        if let Some(root) = self.root_security.as_ref().filter(|_| inherits) {
            mark(&mut used, &root.alternatives);
        }
        for server in self.servers.iter().filter_map(|server| server.security.as_ref()) {
            mark(&mut used, &server.alternatives);
        }
        for at in 0..self.schemes.len() {
            if used[at] {
                self.schemes[at].in_use = true;
                let meant = self.schemes[at].definition;
                self.schemes[meant.index()].in_use = true;
            }
        }
    }

    fn mark_servers_used(&mut self) {
        if self.operations.is_empty() || self.spec.format.is_async() {
            for server in &mut self.servers {
                server.used = true;
            }
            return;
        }
        for operation in &self.operations {
            for id in operation.servers.iter() {
                self.servers[id.index()].used = true;
            }
        }
    }
}

fn mark(used: &mut [bool], alternatives: &[Alternative<'_>]) {
    for id in alternatives.iter().flat_map(|alternative| &alternative.members).filter_map(|member| member.scheme) {
        used[id.index()] = true;
    }
}

/// The location that `in` names.
pub(crate) fn location(node: Node<'_>) -> Location {
    match node.get_str("in") {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("querystring") => Location::QueryString,
        Some("header") => Location::Header,
        Some("cookie") => Location::Cookie,
        Some("formData") => Location::Form,
        _ => Location::Unknown,
    }
}

/// True for what may stand where an object belongs: an object, or nothing where the author wrote nothing yet.
pub(crate) fn is_object(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping | Kind::Null)
}
