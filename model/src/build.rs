//! Puts an [`Api`] together: what the adapters of all formats share.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc;

use apiward_syntax::{Kind, Known, MemberKey};
use foldhash::fast::RandomState;

use crate::adapters;
use crate::api::{
    Api, Body, BodyId, Channel, Direction, Fault, Location, Message, MessageId, Operation, OperationId, Parameter,
    ParameterId, Response, ResponseId, SchemeId, ServerId,
};
use crate::files::{FileId, Files};
use crate::mistyped::{Expected, Mistyped};
use crate::node::{Node, Place};
use crate::reference::Unresolved;
use crate::schema::{Links, Reach, Role, Schemas, Start, Starts, Walked, Walker};
use crate::security::{Alternative, Declared, EffectiveSecurity, Member, Origin, RequirementList, Scheme};
use crate::server::Server;
use crate::spec::{self, Detected, Format, Spec};

type PlaceMap<T> = HashMap<Place, T, RandomState>;

/// A list of servers, and what these alone ask for.
type OfServers<'a> = (Arc<[ServerId]>, Arc<EffectiveSecurity<'a>>);

/// Everything that an adapter fills.
pub(crate) struct Builder<'a> {
    pub(crate) files: &'a Files,
    pub(crate) root: Node<'a>,
    pub(crate) spec: Spec<'a>,
    pub(crate) links: Links<'a>,
    starts: Starts<'a>,
    pub(crate) schemes: Vec<Scheme<'a>>,
    pub(crate) scheme_map: Option<Node<'a>>,
    scheme_names: HashMap<&'a str, SchemeId, RandomState>,
    scheme_places: PlaceMap<SchemeId>,
    foreign_schemes: HashMap<(FileId, &'a str), Option<SchemeId>, RandomState>,
    pub(crate) root_security: Option<RequirementList<'a>>,
    pub(crate) requirements: Vec<RequirementList<'a>>,
    pub(crate) servers: Vec<Server<'a>>,
    pub(crate) server_lists: PlaceMap<Arc<[ServerId]>>,
    /// All servers, for the channels that name none.
    pub(crate) all_servers: Option<Arc<[ServerId]>>,
    requirement_lists: HashMap<(Place, Origin), RequirementList<'a>, RandomState>,
    /// What servers alone ask for, by the address of the list of servers.
    pub(crate) server_security: HashMap<usize, OfServers<'a>, RandomState>,
    /// What holds for OpenAPI operations without a list of their own.
    shared_security: HashMap<Direction, Arc<EffectiveSecurity<'a>>, RandomState>,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) webhooks: Vec<Operation<'a>>,
    pub(crate) callbacks: Vec<Operation<'a>>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    parameter_places: HashMap<(Place, &'a str), ParameterId, RandomState>,
    pub(crate) bodies: Vec<Body<'a>>,
    pub(crate) body_places: HashMap<(Place, Option<Place>), BodyId, RandomState>,
    pub(crate) responses: Vec<Response<'a>>,
    pub(crate) response_places: HashMap<(Place, &'a str, Option<Place>), ResponseId, RandomState>,
    pub(crate) channels: Vec<Channel<'a>>,
    pub(crate) messages: Vec<Message<'a>>,
    pub(crate) message_places: PlaceMap<MessageId>,
    /// Shared parts whose schemas were walked already, by how they were reached.
    walked: HashSet<(Place, Reach), RandomState>,
    /// What may still be built; see [`Builder::spend`].
    budget: usize,
    exceeded: Option<Node<'a>>,
    mistyped: Vec<Mistyped<'a>>,
}

/// What an element of the model costs of the budget: an operation or an alternative.
pub(crate) const ELEMENT: usize = 32;
/// What a mention of a shared element costs.
pub(crate) const MENTION: usize = 4;
/// What every document may spend, however small it is.
const BASE_BUDGET: usize = 1_000_000;

impl<'a> Api<'a> {
    /// Reads one document of the root file; nothing when it is no API description of a supported version.
    pub fn read(files: &'a Files, document: usize) -> Option<Self> {
        let root = files.document(document)?;
        let Detected::Api(spec) = spec::detect(root.raw()) else { return None };
        let (sender, starts) = mpsc::channel();
        let read = || Builder::new(files, root, spec, Starts::new(sender)).read();
        let walk = || Walker::new(files, spec.format).walk(starts.into_iter().flatten());
        let (schemas, others) = files.beside(walk, read);
        Some(others.with(schemas))
    }
}

/// All of an API but its schemas.
struct Unwalked<'a>(Api<'a>, Links<'a>);

impl<'a> Unwalked<'a> {
    fn with(self, walked: Walked<'a>) -> Api<'a> {
        let Self(api, links) = self;
        let mut mistyped = api.mistyped;
        mistyped.extend_from_slice(&walked.mistyped);
        mistyped.sort_by_key(|one| one.node.place());
        mistyped.dedup_by_key(|one| one.node.place());
        let (schemas, faults) = walked.with(links, api.files);
        Api { schemas, faults, mistyped, ..api }
    }
}

impl<'a> Builder<'a> {
    fn new(files: &'a Files, root: Node<'a>, spec: Spec<'a>, starts: Starts<'a>) -> Self {
        Self {
            files,
            root,
            spec,
            links: Links::default(),
            starts,
            schemes: Vec::new(),
            scheme_map: None,
            scheme_names: HashMap::default(),
            scheme_places: HashMap::default(),
            foreign_schemes: HashMap::default(),
            root_security: None,
            requirements: Vec::new(),
            servers: Vec::new(),
            server_lists: HashMap::default(),
            all_servers: None,
            requirement_lists: HashMap::default(),
            server_security: HashMap::default(),
            shared_security: HashMap::default(),
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
            walked: HashSet::default(),
            budget: files.iter().map(|(_, file)| file.tree.len()).sum::<usize>() * ELEMENT + BASE_BUDGET,
            exceeded: None,
            mistyped: Vec::new(),
        }
    }

    /// Follows `$ref`, recording a fault when it leads nowhere.
    pub(crate) fn follow(&mut self, node: Node<'a>) -> Option<Node<'a>> {
        self.links.follow(node)
    }

    /// A member that holds an object or a map, `$ref` followed: no version allows one on `paths` or on an operation,
    /// but many authors split their files there.
    pub(crate) fn section(&mut self, owner: Node<'a>, key: &str) -> Option<Node<'a>> {
        self.member(owner, key, Expected::Mapping)
    }

    /// Follows a reference to a component of one section. What one to another section leads to is no such component: it
    /// is told, and not read.
    pub(crate) fn component_of(&mut self, section: &'static str, written: Node<'a>) -> Option<Node<'a>> {
        self.expect(written, Expected::Mapping);
        let named = written.reference().and_then(|reference| section_named(reference.raw().text()));
        // Bodies and responses are read alike.
        let has_content = |section: &str| ["requestBodies", "responses"].contains(&section);
        let target = self.follow(written)?;
        if named.is_some_and(|named| named != section && !(has_content(named) && has_content(section))) {
            self.mistyped.push(Mistyped { node: written, expected: Expected::Component(section) });
            return None;
        }
        Some(target)
    }

    /// Members that only another version has. Beside what this one has for them, `own`, nobody relies on them.
    pub(crate) fn foreign(&mut self, owner: Node<'a>, version: &'static str, own: impl MemberKey, foreign: &[&str]) {
        if owner.get(own).is_none() {
            for node in foreign.iter().filter_map(|key| owner.get(*key)) {
                self.expect(node, Expected::OtherVersion(version));
            }
        }
    }

    /// A member that holds a list, as [`Self::section`].
    pub(crate) fn list(&mut self, owner: Node<'a>, key: &str) -> Option<Node<'a>> {
        self.member(owner, key, Expected::Sequence)
    }

    fn member(&mut self, owner: Node<'a>, key: &str, expected: Expected) -> Option<Node<'a>> {
        let node = owner.get(key).map(|node| self.follow(node).unwrap_or(node))?;
        self.expect(node, expected);
        Some(node)
    }

    /// Notes what is not as it must be to be read.
    pub(crate) fn expect(&mut self, node: Node<'a>, expected: Expected) {
        if !expected.admits(node) {
            self.mistyped.push(Mistyped { node, expected });
        }
    }

    /// A map below `components`.
    pub(crate) fn component(&mut self, key: &str) -> Option<Node<'a>> {
        let components = self.section(self.root, "components")?;
        self.section(components, key)
    }

    /// The members of a map whose keys are free names: `x-request-id` is a good name for a header or a scheme, but
    /// what is no object under such a name is an extension.
    pub(crate) fn named(map: Option<Node<'a>>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        map.into_iter().flat_map(Node::entries).filter(|(key, node)| node.is_mapping() || !key.starts_with("x-"))
    }

    /// The members of a map that may hold extensions: paths, responses, callbacks.
    pub(crate) fn fields(map: Option<Node<'a>>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        map.into_iter().flat_map(Node::entries).filter(|(key, _)| !key.starts_with("x-"))
    }

    /// Pays for elements of the model. The budget is linear in the size of the files and no honest document meets it:
    /// path items, responses or channels that are shared a hundred thousand times would multiply what they hold.
    pub(crate) fn spend(&mut self, at: Node<'a>, cost: usize) -> bool {
        let left = self.budget.checked_sub(cost);
        self.budget = left.unwrap_or_default();
        if left.is_none() {
            self.exceeded.get_or_insert(at);
        }
        left.is_some()
    }

    /// True once the budget is spent: what follows is left out.
    pub(crate) fn is_spent(&self) -> bool {
        self.exceeded.is_some()
    }

    /// True when the schemas of a shared part are still to be walked for this way of reaching it.
    pub(crate) fn first_walk(&mut self, node: Node<'a>, reach: Reach) -> bool {
        self.walked.insert((node.place(), reach))
    }

    /// Registers a scheme; the adapter reads the object, this gives it its place.
    pub(crate) fn add_scheme(&mut self, scheme: Scheme<'a>) -> SchemeId {
        let id = SchemeId::at(self.schemes.len());
        // A component that is a `$ref` to another never stands for that one.
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
        let scheme = adapters::scheme::read(self.spec.format, name, node, target);
        for map in scheme.scope_maps() {
            self.expect(map, Expected::Mapping);
        }
        scheme
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
        let id = id.filter(|id| self.schemes[id.index()].defined);
        self.foreign_schemes.insert((file, name), id);
        id
    }

    fn foreign_scheme(&self, name: &str, requirement: Node<'a>) -> Option<Node<'a>> {
        let holder = (requirement.file_id() != self.root.file_id())
            .then(|| self.files.first_document(requirement.file_id()))
            .flatten()
            .and_then(|root| {
                let components = root.get("components").and_then(Node::target_or_none);
                let map = components.and_then(|components| components.get("securitySchemes"));
                map.or_else(|| root.get("securityDefinitions"))
            })
            .and_then(|map| map.get(name));
        holder.or_else(|| {
            let by_uri = self.spec.format == Format::OpenApi32 && is_scheme_uri(name);
            by_uri.then(|| self.files.look_up(requirement, name).ok()).flatten().filter(|node| self.is_scheme(*node))
        })
    }

    /// True for a declared scheme, malformed or not, and for what looks like one elsewhere.
    fn is_scheme(&self, node: Node<'a>) -> bool {
        let typed = |target: Node<'a>| target.get(Known::Type).is_some();
        self.scheme_at(node.place()).is_some() || node.target_or_none().is_some_and(typed)
    }

    /// Reads a `security` list of requirement objects. What a value that is no list asks for is unknown.
    pub(crate) fn requirement_list(&mut self, node: Option<Node<'a>>, origin: Origin) -> Option<RequirementList<'a>> {
        self.list_of(node, origin, Self::requirement)
    }

    /// Reads a `security` list item by item; a list that several elements share is one.
    pub(crate) fn list_of(
        &mut self,
        node: Option<Node<'a>>,
        origin: Origin,
        mut read: impl FnMut(&mut Self, Node<'a>) -> Alternative<'a>,
    ) -> Option<RequirementList<'a>> {
        let written = node?;
        // No version allows a `$ref` here, but where it leads is plain.
        let node = self.follow(written).unwrap_or(written);
        if node.kind() == Kind::Null {
            return None;
        }
        if !node.is_sequence() {
            return Some(self.unreadable(node, origin));
        }
        let key = (node.resolved().place(), origin);
        if let Some(known) = self.requirement_lists.get(&key) {
            return Some(known.clone());
        }
        for item in node.items().filter(|item| !item.is_mapping()) {
            self.mistyped.push(Mistyped { node: item, expected: Expected::Mapping });
        }
        let alternatives: Vec<Alternative<'a>> = node.items().map(|item| read(self, item)).collect();
        let list = RequirementList { node, origin, alternatives: alternatives.into() };
        self.requirement_lists.insert(key, list.clone());
        self.requirements.push(list.clone());
        Some(list)
    }

    /// A `security` of which nobody knows what it asks for: it is not absent, and lets nobody in.
    fn unreadable(&mut self, node: Node<'a>, origin: Origin) -> RequirementList<'a> {
        if node.reference().is_none() {
            self.mistyped.push(Mistyped { node, expected: Expected::Sequence });
        }
        let unknown = Alternative { node, members: Vec::new(), malformed: true, server: None };
        let list = RequirementList { node, origin, alternatives: vec![unknown].into() };
        self.requirements.push(list.clone());
        list
    }

    fn requirement(&mut self, item: Node<'a>) -> Alternative<'a> {
        let mut members = Vec::new();
        for (name, member) in item.entries() {
            let member = self.follow(member).unwrap_or(member);
            self.expect(member, Expected::Sequence);
            let scopes = member.items().filter(|scope| scope.is_string()).collect();
            members.push(Member { name, node: member, scheme: self.scheme_named(name, member), scopes });
        }
        members.shrink_to_fit();
        Alternative { node: item, members, malformed: !item.is_mapping(), server: None }
    }

    /// The effective security of an OpenAPI operation: its own list, else the root's (never for webhooks and
    /// callbacks, which the root requirement does not protect).
    pub(crate) fn openapi_security(&mut self, operation: Node<'a>, direction: Direction) -> Arc<EffectiveSecurity<'a>> {
        let inbound = direction != Direction::Operation;
        let origin = if inbound { Origin::Inbound } else { Origin::Operation };
        let node = operation.get("security");
        if let Some(own) = self.requirement_list(node, origin) {
            return Arc::new(EffectiveSecurity { declared: Declared::Own, node, alternatives: own.alternatives });
        }
        let root = self.root_security.as_ref().filter(|_| !inbound);
        let shared = self.shared_security.entry(direction).or_insert_with(|| {
            Arc::new(match root {
                Some(root) => EffectiveSecurity {
                    declared: Declared::Inherited,
                    node: Some(root.node),
                    alternatives: root.alternatives.clone(),
                },
                None => EffectiveSecurity { declared: Declared::Absent, node: None, alternatives: Vec::new().into() },
            })
        });
        Arc::clone(shared)
    }

    /// A parameter that was read already.
    pub(crate) fn known_parameter(&self, node: Node<'a>, name: &'a str) -> Option<ParameterId> {
        self.parameter_places.get(&(node.place(), name)).copied()
    }

    /// A parameter by its node after `$ref`; each definition once for each name that it is given.
    pub(crate) fn parameter(&mut self, node: Node<'a>, read: impl FnOnce(Node<'a>) -> Parameter<'a>) -> ParameterId {
        let next = ParameterId::at(self.parameters.len());
        let parameter = read(node);
        let id = *self.parameter_places.entry((node.place(), parameter.name)).or_insert(next);
        if id == next {
            self.parameters.push(parameter);
        }
        id
    }

    /// The place that a parameter names; one that nobody knows is told.
    pub(crate) fn location(&mut self, parameter: Node<'a>) -> Location {
        let location = location(parameter);
        if location == Location::Unknown && parameter.is_mapping() {
            self.expect(parameter.get(Known::In).unwrap_or(parameter), Expected::Location);
        }
        location
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

    /// Has a schema walked.
    pub(crate) fn start(&mut self, node: Node<'a>, reach: Reach, role: Role) {
        self.starts.push(Start { node, reach, role });
    }

    /// Walks a schema from where it is used.
    pub(crate) fn schema(&mut self, schema: Option<Node<'a>>, reach: Reach) {
        if let Some(node) = schema {
            self.start(node, reach, Role::Part);
        }
    }

    /// Walks the schemas that a map declares.
    pub(crate) fn declared_schemas(&mut self, map: Option<Node<'a>>) {
        for (_, node) in map.into_iter().flat_map(Node::entries) {
            self.start(node, Reach::DECLARED, Role::Definition);
        }
    }

    fn read(mut self) -> Unwalked<'a> {
        self.expect_one_version();
        self.expect_paths_below_their_key();
        match self.spec.format {
            Format::OpenApi2 => adapters::openapi2::read(&mut self),
            Format::OpenApi30 | Format::OpenApi31 | Format::OpenApi32 => adapters::openapi3::read(&mut self),
            Format::AsyncApi2 => adapters::asyncapi2::read(&mut self),
            Format::AsyncApi3 => adapters::asyncapi3::read(&mut self),
        }
        self.finish()
    }

    /// Other readers may go by another key, and see another API.
    fn expect_one_version(&mut self) {
        let mut versions = spec::versions(self.root.raw());
        let Some((read, _)) = versions.next() else { return };
        for (other, _) in versions {
            if let Some(node) = self.root.get(other) {
                self.expect(node, Expected::OneVersion(read));
            }
        }
    }

    /// Path items at the root have lost their `paths`, or its indentation. The first stands for all: they have one cause.
    fn expect_paths_below_their_key(&mut self) {
        let around = if self.spec.format.is_async() { "channels" } else { "paths" };
        let mut members = self.root.entries();
        if let Some((_, node)) = members.find(|(key, _)| key.starts_with('/')) {
            self.expect(node, Expected::Below(around));
        }
        let may_hold_paths = |key: &str| !["paths", "webhooks"].contains(&key) && !key.starts_with("x-");
        let misnamed = self.root.entries().filter(|(key, node)| may_hold_paths(key) && holds_path_items(*node));
        for (_, node) in misnamed {
            self.expect(node, Expected::Paths);
        }
    }

    fn finish(mut self) -> Unwalked<'a> {
        self.link_schemes();
        self.mark_schemes_in_use();
        self.mark_servers_used();
        self.unfollowed_references();
        let api = Api {
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
            schemas: Schemas::default(),
            faults: Vec::new(),
            exceeded: self.exceeded,
            mistyped: self.mistyped,
        };
        Unwalked(api, self.links)
    }

    /// References of the document that nothing above had a reason to follow (links, examples, headers of encodings)
    /// are reported all the same when they lead nowhere.
    fn unfollowed_references(&mut self) {
        let root = self.root;
        if self.files.leads_straight(root.file_id()) {
            return;
        }
        for &node in root.file().references().all.iter().filter(|node| root.contains(**node)) {
            let reference = self.files.node(Place { file: root.file_id(), node });
            match self.files.resolve(reference) {
                // What nothing follows may be a text in another language: `description: {$ref: intro.md}`.
                Ok(_) | Err(Unresolved::Unreadable { .. }) => {}
                Err(why) => self.links.fault(Fault { reference, why }),
            }
        }
    }

    /// Of all names of one scheme the last on the way to it is the definition.
    fn link_schemes(&mut self) {
        let mut by_target = HashMap::new();
        for at in 0..self.schemes.len() {
            let mut last = self.schemes[at].id;
            for _ in 0..MOST_HOPS {
                match self.scheme_behind(last) {
                    Some(next) if next != last => last = next,
                    _ => break,
                }
            }
            self.schemes[at].definition = *by_target.entry(self.schemes[at].target.place()).or_insert(last);
        }
    }

    /// The scheme that one is a reference to, where that stands in its own place: in a map of schemes.
    fn scheme_behind(&self, id: SchemeId) -> Option<SchemeId> {
        let reference = self.schemes[id.index()].node.reference()?;
        let place = self.files.resolve(reference).ok()?.place();
        self.scheme_at(place).filter(|next| self.schemes[next.index()].node.place() == place)
    }

    /// `in_use(scheme)`: an alternative of an operation names it, or a server's requirement does, directly or through
    /// a component that is a `$ref` to it. The root's counts only where an operation inherits it.
    fn mark_schemes_in_use(&mut self) {
        let inherits = self.operations.iter().any(|operation| operation.security.declared == Declared::Inherited);
        let mut used = Vec::new();
        for list in &self.requirements {
            let counts = match list.origin {
                Origin::Root => inherits,
                Origin::Operation | Origin::Server => true,
                Origin::Inbound => false,
            };
            let members = list.alternatives.iter().flat_map(|alternative| &alternative.members);
            used.extend(members.filter_map(|member| member.scheme).filter(|_| counts));
        }
        while let Some(id) = used.pop() {
            if !std::mem::replace(&mut self.schemes[id.index()].in_use, true) {
                used.extend(self.scheme_behind(id));
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
        // Operations that inherit a list share it: it is read once.
        let mut seen = HashSet::new();
        for operation in self.operations.iter().filter(|operation| seen.insert(Arc::as_ptr(&operation.servers))) {
            for id in operation.servers.iter() {
                self.servers[id.index()].used = true;
            }
        }
    }
}

/// References to references that are followed from one scheme.
const MOST_HOPS: usize = 16;

/// True for a key of an OpenAPI 3.2 security requirement that is no component name but the URI of a scheme.
pub fn is_scheme_uri(key: &str) -> bool {
    key.contains(['#', '/', ':'])
}

/// The location that `in` names.
pub(crate) fn location(node: Node<'_>) -> Location {
    match node.get_str(Known::In) {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("querystring") => Location::QueryString,
        Some("header") => Location::Header,
        Some("cookie") => Location::Cookie,
        Some("formData") => Location::Form,
        _ => Location::Unknown,
    }
}

/// Sections of components that hold one kind of object each; `definitions` is that of schemas in OpenAPI 2.0.
const SECTIONS: [&str; 11] = [
    "schemas",
    "definitions",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "securitySchemes",
    "examples",
    "links",
    "callbacks",
    "pathItems",
];

/// The section of components to which a reference points.
fn section_named(reference: &str) -> Option<&str> {
    let (_, pointer) = reference.split_once("#/")?;
    let mut segments = pointer.strip_prefix("components/").unwrap_or(pointer).split('/');
    let section = segments.next().filter(|section| SECTIONS.contains(section));
    // The component itself, not a part of it.
    section.filter(|_| segments.count() == 1)
}

/// True for a map of paths, of which one has an operation.
fn holds_path_items(node: Node<'_>) -> bool {
    node.entries().any(|(key, item)| key.starts_with('/') && item.entries().any(|(_, node)| is_operation(node)))
}

/// True for what has responses, wherever it stands.
pub(crate) fn is_operation(node: Node<'_>) -> bool {
    node.get(Known::Responses).is_some()
}

/// True for what may stand where an object belongs: an object, or nothing where the author wrote nothing yet.
pub(crate) fn is_object(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping | Kind::Null)
}
