//! The schemas of an API and how they are reached, in linear time.
//!
//! References are never expanded per operation. One walk visits each schema once for each way it is reached (request,
//! response, ...) and marks it; the references it crosses become edges between *definitions*, so that the operations
//! that reach a schema can be found backwards, only for the definitions that have a finding.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::mpsc::Sender;

use apiward_syntax::{Kind, Known, Symbol, Tree};
use foldhash::fast::RandomState;
use rayon::slice::ParallelSliceMut;
use smallvec::{SmallVec, smallvec};

use crate::api::Fault;
use crate::context::Context;
use crate::files::{FileId, Files};
use crate::mistyped::{Expected, Mistyped};
use crate::node::{Node, Place};
use crate::reference::Unresolved;
use crate::spec::Format;

/// How a schema is reached: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reach(u8);

impl Reach {
    /// Declared, whether or not anything uses it.
    pub const DECLARED: Self = Self(1);
    /// In request position.
    pub const REQUEST: Self = Self(2);
    /// In response position: bodies of success responses; AsyncAPI messages that the application sends.
    pub const RESPONSE: Self = Self(4);
    /// In the body of an error response, or in a response header.
    pub const OTHER_RESPONSE: Self = Self(8);
    /// Through a webhook or a callback.
    pub const INBOUND: Self = Self(16);

    /// True when one of the ways of `other` is among these.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The ways of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What a schema is to the node that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A member of `properties`: its key is the property's name.
    Property,
    /// A member of `components.schemas`, `definitions` or `$defs`, or what only references lead to, as in files of parts.
    Definition,
    /// Anything else: a branch, the items, the schema of a parameter or media type.
    Part,
}

/// A schema as the walk met it: the object where it is written, references not followed.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    /// The Schema Object (or boolean).
    pub node: Node<'a>,
    /// How it is reached.
    pub reach: Reach,
    /// What it is to its parent.
    pub role: Role,
}

impl<'a> Schema<'a> {
    /// The property's name, when it is one.
    pub fn property_name(&self) -> Option<&'a str> {
        (self.role == Role::Property).then(|| self.node.key()).flatten()
    }

    /// The map of the properties beside it, when it is a property.
    pub fn siblings(&self) -> Option<Node<'a>> {
        (self.role == Role::Property).then(|| self.node.parent()).flatten()
    }
}

/// All schemas of an API.
#[derive(Debug, Default)]
pub struct Schemas<'a> {
    list: Vec<Schema<'a>>,
    /// Edges between definitions, sorted by the target: (referred to, refers).
    edges: Vec<(Place, Place)>,
    /// The first property of each name, by its position in the list.
    first_of_name: OnceLock<Vec<usize>>,
}

impl<'a> Schemas<'a> {
    /// The schemas in file and document order, each once.
    pub fn all(&self) -> &[Schema<'a>] {
        &self.list
    }

    /// The names of properties, of each file each once; found out on first use.
    pub fn property_names(&self) -> impl Iterator<Item = &'a str> {
        let first = self.first_of_name.get_or_init(|| {
            let mut seen: HashSet<(FileId, Symbol), RandomState> = HashSet::default();
            let properties = self.list.iter().enumerate().filter(|(_, schema)| schema.role == Role::Property);
            let new = properties.filter(|(_, schema)| {
                schema.node.key_symbol().is_some_and(|symbol| seen.insert((schema.node.file_id(), symbol)))
            });
            new.map(|(at, _)| at).collect()
        });
        first.iter().filter_map(|at| self.list[*at].property_name())
    }

    /// The schema written at a node, if the walk met it.
    pub fn find(&self, place: Place) -> Option<&Schema<'a>> {
        self.list.binary_search_by_key(&place, |schema| schema.node.place()).ok().map(|at| &self.list[at])
    }

    /// True when a reference or an alias leads to the node.
    pub fn is_referred_to(&self, place: Place) -> bool {
        self.references_to(place).next().is_some()
    }

    /// The objects from which references and aliases lead to the node.
    pub fn references_to(&self, place: Place) -> impl Iterator<Item = Place> {
        let from = self.edges.partition_point(|(target, _)| *target < place);
        self.edges[from..].iter().take_while(move |(target, _)| *target == place).map(|(_, source)| *source)
    }

    /// The operation objects from which a node is reached: those that hold it, and those from which references lead
    /// to something that holds it. Sorted by place.
    pub fn reaching(&self, node: Node<'a>) -> Vec<Place> {
        let mut seen: HashSet<Place, RandomState> = HashSet::default();
        let mut work = Vec::new();
        let visit = |node: Node<'a>, seen: &mut HashSet<Place, RandomState>, work: &mut Vec<Place>| {
            // Every ancestor counts: a reference may lead to any of them.
            let mut next = Some(node);
            while let Some(ancestor) = next {
                if seen.insert(ancestor.place()) {
                    work.push(ancestor.place());
                } else {
                    break;
                }
                next = ancestor.parent();
            }
        };
        visit(node, &mut seen, &mut work);
        while let Some(place) = work.pop() {
            for source in self.references_to(place) {
                visit(node.files().node(source), &mut seen, &mut work);
            }
        }
        let mut places: Vec<Place> = seen.into_iter().collect();
        places.sort_unstable();
        places
    }
}

/// What a member of a schema holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    Other,
    /// One schema (or, in old drafts, a list of them).
    Schema,
    /// A list of schemas.
    List,
    /// A map of schemas.
    Map,
    Properties,
    Definitions,
    Reference,
}

const KEYWORDS: [(&str, Keyword); 24] = [
    ("$ref", Keyword::Reference),
    ("$dynamicRef", Keyword::Reference),
    ("properties", Keyword::Properties),
    ("$defs", Keyword::Definitions),
    ("definitions", Keyword::Definitions),
    ("patternProperties", Keyword::Map),
    ("dependentSchemas", Keyword::Map),
    ("dependencies", Keyword::Map),
    ("allOf", Keyword::List),
    ("anyOf", Keyword::List),
    ("oneOf", Keyword::List),
    ("prefixItems", Keyword::List),
    ("items", Keyword::Schema),
    ("additionalItems", Keyword::Schema),
    ("additionalProperties", Keyword::Schema),
    ("unevaluatedItems", Keyword::Schema),
    ("unevaluatedProperties", Keyword::Schema),
    ("contains", Keyword::Schema),
    ("propertyNames", Keyword::Schema),
    ("contentSchema", Keyword::Schema),
    ("not", Keyword::Schema),
    ("if", Keyword::Schema),
    ("then", Keyword::Schema),
    ("else", Keyword::Schema),
];

/// A schema that is still to be visited.
#[derive(Clone, Copy)]
struct Step<'a> {
    node: Node<'a>,
    reach: Reach,
    /// None where only a reference leads there.
    role: Option<Role>,
    /// It is a part of another schema that `readOnly` and `writeOnly` speak of. They say nothing of a whole body.
    directed: bool,
}

/// A schema that the adapters met: where a walk begins.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) node: Node<'a>,
    pub(crate) reach: Reach,
    pub(crate) role: Role,
}

/// Starts that are sent at a time.
const BATCH: usize = 512;

/// Sends starts to the walk, which may be going on elsewhere.
pub(crate) struct Starts<'a> {
    batch: Vec<Start<'a>>,
    walk: Sender<Vec<Start<'a>>>,
}

impl<'a> Starts<'a> {
    pub(crate) const fn new(walk: Sender<Vec<Start<'a>>>) -> Self {
        Self { batch: Vec::new(), walk }
    }

    pub(crate) fn push(&mut self, start: Start<'a>) {
        self.batch.push(start);
        if self.batch.len() == BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        // Nobody takes it where the walk broke off: that is told there.
        let _ = self.walk.send(std::mem::take(&mut self.batch));
    }
}

impl Drop for Starts<'_> {
    fn drop(&mut self) {
        self.send();
    }
}

/// The references between definitions that were followed, and those that lead nowhere.
#[derive(Default)]
pub(crate) struct Links<'a> {
    edges: Vec<(Place, Place)>,
    faults: Vec<Fault<'a>>,
}

impl<'a> Links<'a> {
    /// Notes that the definition around one node refers to another node.
    pub(crate) fn edge(&mut self, from: Node<'a>, to: Node<'a>) {
        self.edges.push((to.place(), from.place()));
    }

    /// Notes a reference that leads nowhere.
    pub(crate) fn fault(&mut self, fault: Fault<'a>) {
        self.faults.push(fault);
    }

    /// Follows `$ref` from a node of the description, recording edge or fault.
    pub(crate) fn follow(&mut self, node: Node<'a>) -> Option<Node<'a>> {
        match node.target() {
            Ok(target) if target == node => Some(node),
            Ok(target) => {
                self.edge(node, target);
                Some(target)
            }
            Err((reference, why)) => {
                self.fault(Fault { reference, why });
                None
            }
        }
    }
}

/// What a walk brought: the schemas in document order, and what it followed.
pub(crate) struct Walked<'a> {
    list: Vec<Schema<'a>>,
    links: Links<'a>,
    /// What is no schema, or no list or map of schemas.
    pub(crate) mistyped: Vec<Mistyped<'a>>,
}

impl<'a> Walked<'a> {
    /// Adds what was followed elsewhere: the schemas, and all faults, sorted and each once.
    pub(crate) fn with(self, others: Links<'a>, files: &Files) -> (Schemas<'a>, Vec<Fault<'a>>) {
        let Links { mut edges, mut faults } = self.links;
        edges.extend(others.edges);
        // Nothing else is going on: the cores are free.
        if files.are_large() {
            edges.par_sort_unstable();
        } else {
            edges.sort_unstable();
        }
        edges.dedup();
        faults.extend(others.faults);
        faults.sort_by_key(|fault| fault.reference.place());
        faults.dedup_by_key(|fault| fault.reference.place());
        (Schemas { list: self.list, edges, first_of_name: OnceLock::new() }, faults)
    }
}

/// Walks schemas from where the adapters say that they are used.
pub(crate) struct Walker<'a> {
    files: &'a Files,
    /// What stands beside `$ref` counts: from OpenAPI 3.1 on.
    siblings: bool,
    /// Per file: the keyword of every symbol.
    keywords: Vec<Option<Vec<Keyword>>>,
    /// Per file and node: how the schema there is reached, and its role.
    marks: Vec<Vec<u8>>,
    /// Per file and node: the ways that were walked from there, before `readOnly` and `writeOnly` took some away.
    asked: Vec<Vec<u16>>,
    work: Vec<Step<'a>>,
    /// Schemas that are a reference to a reference: where a circle without an object could hide.
    hops: Vec<(Place, Node<'a>, Place)>,
    links: Links<'a>,
    mistyped: Vec<Mistyped<'a>>,
}

/// The low bits of a mark are the reach, the three high ones the role.
const REACH_BITS: u8 = 0b0001_1111;
const PART_BIT: u8 = 0b0010_0000;
const PROPERTY_BIT: u8 = 0b0100_0000;
const DEFINITION_BIT: u8 = 0b1000_0000;
/// Bits that `asked` keeps apart for directed parts.
const DIRECTED_SHIFT: u16 = 8;
/// `$ref` targets and `allOf` branches that are asked for `readOnly` and `writeOnly` of one property.
const MARKED_PARTS: usize = 16;

impl<'a> Walker<'a> {
    pub(crate) fn new(files: &'a Files, format: Format) -> Self {
        let count = files.iter().len();
        Self {
            files,
            siblings: matches!(format, Format::OpenApi31 | Format::OpenApi32),
            keywords: vec![None; count],
            marks: vec![Vec::new(); count],
            asked: vec![Vec::new(); count],
            work: Vec::new(),
            hops: Vec::new(),
            links: Links::default(),
            mistyped: Vec::new(),
        }
    }

    /// Walks from all starts, marking each schema and all that it holds and refers to.
    pub(crate) fn walk(mut self, starts: impl Iterator<Item = Start<'a>>) -> Walked<'a> {
        for Start { node, reach, role } in starts {
            self.work.push(Step { node, reach, role: Some(role), directed: false });
            while let Some(step) = self.work.pop() {
                self.visit(step);
            }
        }
        self.finish()
    }

    fn visit(&mut self, step: Step<'a>) {
        let Step { node, reach, role, directed } = step;
        if !matches!(node.kind(), Kind::Mapping | Kind::Bool) {
            self.expect(node, Expected::Mapping);
            return;
        }
        self.prepare(node.file_id());
        let Place { file, node: at } = node.place();
        let asked = &mut self.asked[file.index()][at.index()];
        let asks = u16::from(reach.0) << if directed { DIRECTED_SHIFT } else { 0 };
        if *asked & asks == asks {
            self.marks[file.index()][at.index()] |= role_bits(role);
            return;
        }
        *asked |= asks;
        let reach = if directed { self.directed(node, reach) } else { reach };
        let mark = &mut self.marks[file.index()][at.index()];
        let new = reach.without(Reach(*mark & REACH_BITS));
        *mark |= new.0 | role_bits(role);
        if new.is_empty() {
            return;
        }
        let lone = !self.siblings && node.reference().is_some();
        for (_, member) in node.entries() {
            let keyword = self.keyword(member);
            if !lone || matches!(keyword, Keyword::Reference | Keyword::Definitions) {
                self.member(node, member, keyword, new);
            }
        }
    }

    fn keyword(&self, member: Node<'a>) -> Keyword {
        let table = self.keywords[member.file_id().index()].as_ref();
        match (table, member.key_symbol()) {
            (Some(table), Some(symbol)) => table[symbol.index()],
            _ => Keyword::Other,
        }
    }

    fn member(&mut self, node: Node<'a>, member: Node<'a>, keyword: Keyword, reach: Reach) {
        match keyword {
            Keyword::Other => {}
            Keyword::Reference => self.reference(node, member, reach),
            Keyword::Schema if member.is_sequence() => self.list(member, reach),
            Keyword::Schema => self.work.push(Step { node: member, reach, role: Some(Role::Part), directed: true }),
            Keyword::List | Keyword::Map if member.reference().is_some() => {
                self.mistyped.push(Mistyped { node: member, expected: Expected::NoReference });
            }
            Keyword::List => {
                self.expect(member, Expected::Sequence);
                self.list(member, reach);
            }
            Keyword::Map => self.map(member, reach, Role::Part),
            Keyword::Properties => {
                let map = member.map_behind();
                if map != member {
                    self.links.edge(member, map);
                }
                self.expect(map, Expected::Mapping);
                self.map(map, reach, Role::Property);
            }
            Keyword::Definitions => self.map(member, Reach::DECLARED, Role::Definition),
        }
    }

    fn expect(&mut self, node: Node<'a>, expected: Expected) {
        if !expected.admits(node) {
            self.mistyped.push(Mistyped { node, expected });
        }
    }

    /// `readOnly` does not count in requests, `writeOnly` not in responses.
    fn directed(&self, node: Node<'a>, reach: Reach) -> Reach {
        let (read_only, write_only) = self.direction_marks(node);
        let mut directed = reach;
        if read_only {
            directed = directed.without(Reach::REQUEST);
        }
        if write_only {
            directed = directed.without(Reach::RESPONSE.union(Reach::OTHER_RESPONSE));
        }
        // It is still declared: lints that do not ask for a direction see it.
        if directed.is_empty() { Reach::DECLARED } else { directed }
    }

    /// Whether a part is `readOnly` and whether it is `writeOnly`: by itself, by what it refers to, or by a branch of
    /// `allOf`. Beside `$ref` both count in every version: authors mean them, whatever tools make of them.
    fn direction_marks(&self, node: Node<'a>) -> (bool, bool) {
        let mut marks = (false, false);
        let mut waiting: SmallVec<[Node<'a>; 4]> = smallvec![node];
        for _ in 0..MARKED_PARTS {
            let Some(part) = waiting.pop() else { break };
            let reference = part.reference();
            marks.0 |= part.is_true(Known::ReadOnly);
            marks.1 |= part.is_true(Known::WriteOnly);
            if reference.is_none() || self.siblings {
                waiting.extend(part.get(Known::AllOf).into_iter().flat_map(Node::items).take(MARKED_PARTS));
            }
            waiting.extend(reference.and_then(|reference| self.files.resolve(reference).ok()));
        }
        marks
    }

    fn list(&mut self, list: Node<'a>, reach: Reach) {
        self.work.extend(list.items().map(|node| Step { node, reach, role: Some(Role::Part), directed: false }));
    }

    fn map(&mut self, map: Node<'a>, reach: Reach, role: Role) {
        let directed = role != Role::Definition;
        self.work.extend(map.entries().map(|(_, node)| Step { node, reach, role: Some(role), directed }));
    }

    fn reference(&mut self, node: Node<'a>, member: Node<'a>, reach: Reach) {
        // A dynamic reference names an anchor; where it leads to another file, the schema it overrides does, too.
        let followed = |text: &str| text.starts_with('#') || member.key() == Some("$ref");
        if !member.as_str().is_some_and(followed) {
            return;
        }
        match self.files.resolve(member) {
            Ok(target) => {
                self.links.edge(node, target);
                if target.reference().is_some() {
                    self.hops.push((node.place(), member, target.place()));
                }
                // The role of the target is decided where it is declared.
                self.work.push(Step { node: target, reach, role: None, directed: false });
            }
            Err(why) => self.links.fault(Fault { reference: member, why }),
        }
    }

    /// Reports references that lead in a circle and never to an object.
    fn find_circles(&mut self) {
        let hops: HashMap<Place, (Node<'a>, Place), RandomState> =
            self.hops.iter().map(|(from, member, to)| (*from, (*member, *to))).collect();
        let mut done: HashSet<Place, RandomState> = HashSet::default();
        for (from, ..) in &self.hops {
            let mut path = Vec::new();
            let mut on_path: HashSet<Place, RandomState> = HashSet::default();
            let mut next = Some(*from);
            while let Some(place) = next.filter(|place| !done.contains(place)) {
                if !on_path.insert(place) {
                    let start = path.iter().position(|known| *known == place).unwrap_or_default();
                    let circle = path[start..].iter().filter_map(|place| hops.get(place));
                    self.links.faults.extend(
                        circle.map(|(reference, _)| Fault { reference: *reference, why: Unresolved::Circular }),
                    );
                    break;
                }
                path.push(place);
                next = hops.get(&place).map(|(_, to)| *to);
            }
            done.extend(path);
        }
    }

    /// What an alias stands for is also reached from where the alias stands.
    fn alias_edges(&mut self) {
        for (file, parsed) in self.files.iter().filter(|(_, parsed)| !parsed.tree.anchors().is_empty()) {
            for node in parsed.tree.nodes().filter(|node| node.is_alias()) {
                let target = Place { file, node: node.resolved().id() };
                self.links.edges.push((target, Place { file, node: node.id() }));
            }
        }
    }

    fn prepare(&mut self, file: FileId) {
        let at = file.index();
        if self.keywords[at].is_none() {
            let tree = &self.files.file(file).tree;
            self.keywords[at] = Some(keyword_table(tree));
            self.marks[at] = vec![0; tree.len()];
            self.asked[at] = vec![0; tree.len()];
        }
    }

    fn finish(mut self) -> Walked<'a> {
        self.find_circles();
        self.alias_edges();
        let mut list = Vec::new();
        for (file, marks) in self.files.iter().map(|(id, _)| id).zip(&self.marks) {
            let halves = marks.split_at(marks.len() / 2);
            // Usually the adapters are done by now, so that a core is free.
            let (mut back, mut front) = self.files.beside(
                || marked(self.files, file, halves.0.len(), halves.1),
                || marked(self.files, file, 0, halves.0),
            );
            list.append(&mut front);
            list.append(&mut back);
        }
        Walked { list, links: self.links, mistyped: self.mistyped }
    }
}

/// The schemas among the nodes of a file from the position `first` on, whose marks are given.
fn marked<'a>(files: &'a Files, file: FileId, first: usize, marks: &[u8]) -> Vec<Schema<'a>> {
    let nodes = files.file(file).tree.nodes_in(first..first + marks.len()).zip(marks).filter(|(_, mark)| **mark != 0);
    let schema = |(raw, mark): (apiward_syntax::Node<'a>, &u8)| {
        let node = files.node(Place { file, node: raw.id() });
        Schema { node, reach: Reach(mark & REACH_BITS), role: role_at(node, *mark) }
    };
    nodes.map(schema).collect()
}

const fn role_bits(role: Option<Role>) -> u8 {
    match role {
        None => 0,
        Some(Role::Part) => PART_BIT,
        Some(Role::Property) => PROPERTY_BIT,
        Some(Role::Definition) => DEFINITION_BIT,
    }
}

/// The role from the mark or, where only a reference led there, from where the schema stands.
fn role_at(node: Node<'_>, mark: u8) -> Role {
    let in_properties = || {
        let map = node.parent().filter(|map| map.key() == Some("properties"));
        map.is_some_and(|map| map.file().contexts().of(map.id()) == Context::Names)
    };
    if mark & PROPERTY_BIT != 0 || in_properties() {
        Role::Property
    } else if mark & PART_BIT != 0 && mark & DEFINITION_BIT == 0 {
        Role::Part
    } else {
        Role::Definition
    }
}

fn keyword_table(tree: &Tree) -> Vec<Keyword> {
    let mut table = vec![Keyword::Other; tree.symbol_count()];
    for (name, keyword) in KEYWORDS {
        if let Some(symbol) = tree.symbol(name) {
            table[symbol.index()] = keyword;
        }
    }
    table
}
