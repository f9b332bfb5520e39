//! The schemas of an API and how they are reached, in linear time.
//!
//! References are never expanded per operation. One walk visits each schema once for each way it is reached (request,
//! response, ...) and marks it; the references it crosses become edges between *definitions*, so that the operations
//! that reach a schema can be found backwards, only for the definitions that have a finding.

use std::collections::HashSet;

use apiward_syntax::{Kind, Tree};
use foldhash::fast::RandomState;

use crate::api::Fault;
use crate::files::{FileId, Files};
use crate::node::{Node, Place};

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

    const fn union(self, other: Self) -> Self {
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
    /// A member of `components.schemas`, `definitions` or `$defs`.
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
#[derive(Debug)]
pub struct Schemas<'a> {
    list: Vec<Schema<'a>>,
    /// Edges between definitions, sorted by the target: (referred to, refers).
    edges: Vec<(Place, Place)>,
}

impl<'a> Schemas<'a> {
    /// The schemas in file and document order, each once.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Schema<'a>> {
        self.list.iter()
    }

    /// The schema written at a node, if the walk met it.
    pub fn find(&self, place: Place) -> Option<&Schema<'a>> {
        self.list.binary_search_by_key(&place, |schema| schema.node.place()).ok().map(|at| &self.list[at])
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
            let from = self.edges.partition_point(|(target, _)| *target < place);
            for (_, source) in self.edges[from..].iter().take_while(|(target, _)| *target == place) {
                visit(node.files().node(*source), &mut seen, &mut work);
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
    ReadOnly,
    WriteOnly,
}

const KEYWORDS: [(&str, Keyword); 24] = [
    ("$ref", Keyword::Reference),
    ("properties", Keyword::Properties),
    ("$defs", Keyword::Definitions),
    ("definitions", Keyword::Definitions),
    ("patternProperties", Keyword::Map),
    ("dependentSchemas", Keyword::Map),
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
    ("readOnly", Keyword::ReadOnly),
    ("writeOnly", Keyword::WriteOnly),
];

/// Walks schemas from where the adapters say that they are used.
pub(crate) struct Walker<'a> {
    files: &'a Files,
    /// Per file: the keyword of every symbol.
    keywords: Vec<Option<Vec<Keyword>>>,
    /// Per file and node: how the schema there is reached, and its role.
    marks: Vec<Vec<u8>>,
    work: Vec<(Node<'a>, Reach, Role)>,
    edges: Vec<(Place, Place)>,
    faults: Vec<Fault<'a>>,
}

/// The low bits of a mark are the reach, the two high ones the role.
const REACH_BITS: u8 = 0b0011_1111;
const PROPERTY_BIT: u8 = 0b0100_0000;
const DEFINITION_BIT: u8 = 0b1000_0000;

impl<'a> Walker<'a> {
    pub(crate) fn new(files: &'a Files) -> Self {
        let count = files.iter().len();
        Self {
            files,
            keywords: vec![None; count],
            marks: vec![Vec::new(); count],
            work: Vec::new(),
            edges: Vec::new(),
            faults: Vec::new(),
        }
    }

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

    /// Marks a schema and all that it holds and refers to.
    pub(crate) fn schema(&mut self, node: Node<'a>, reach: Reach, role: Role) {
        self.work.push((node, reach, role));
        while let Some((node, reach, role)) = self.work.pop() {
            self.visit(node, reach, role);
        }
    }

    fn visit(&mut self, node: Node<'a>, reach: Reach, role: Role) {
        if !matches!(node.kind(), Kind::Mapping | Kind::Bool) {
            return;
        }
        self.keywords_of(node.file_id());
        let reach = self.directed(node, reach);
        let mark = self.mark(node.place());
        let known = Reach(*mark & REACH_BITS);
        let new = reach.without(known);
        if new.is_empty() {
            return;
        }
        *mark |= new.0 | role_bits(role);
        for (_, member) in node.entries() {
            self.member(node, member, new);
        }
    }

    fn keyword(&self, member: Node<'a>) -> Keyword {
        let table = self.keywords[member.file_id().index()].as_ref();
        match (table, member.key_symbol()) {
            (Some(table), Some(symbol)) => table[symbol.index()],
            _ => Keyword::Other,
        }
    }

    fn member(&mut self, node: Node<'a>, member: Node<'a>, reach: Reach) {
        match self.keyword(member) {
            Keyword::Other | Keyword::ReadOnly | Keyword::WriteOnly => {}
            Keyword::Reference => self.reference(node, member, reach),
            Keyword::Schema if member.is_sequence() => self.list(member, reach),
            Keyword::Schema => self.work.push((member, reach, Role::Part)),
            Keyword::List => self.list(member, reach),
            Keyword::Map => self.map(member, reach, Role::Part),
            Keyword::Properties => self.map(member, reach, Role::Property),
            Keyword::Definitions => self.map(member, Reach::DECLARED, Role::Definition),
        }
    }

    /// `readOnly` does not count in requests, `writeOnly` not in responses.
    fn directed(&self, node: Node<'a>, reach: Reach) -> Reach {
        let mut directed = reach;
        for (_, member) in node.entries() {
            match self.keyword(member) {
                Keyword::ReadOnly if member.as_bool() == Some(true) => directed = directed.without(Reach::REQUEST),
                Keyword::WriteOnly if member.as_bool() == Some(true) => {
                    directed = directed.without(Reach::RESPONSE.union(Reach::OTHER_RESPONSE));
                }
                _ => {}
            }
        }
        // It is still declared: lints that do not ask for a direction see it.
        if directed.is_empty() { Reach::DECLARED } else { directed }
    }

    fn list(&mut self, list: Node<'a>, reach: Reach) {
        self.work.extend(list.items().map(|item| (item, reach, Role::Part)));
    }

    fn map(&mut self, map: Node<'a>, reach: Reach, role: Role) {
        self.work.extend(map.entries().map(|(_, member)| (member, reach, role)));
    }

    fn reference(&mut self, node: Node<'a>, member: Node<'a>, reach: Reach) {
        if member.as_str().is_none() {
            return;
        }
        match self.files.resolve(member) {
            Ok(target) => {
                self.edge(node, target);
                // The role of the target is decided where it is declared; `Part` loses against it.
                self.work.push((target, reach, Role::Part));
            }
            Err(why) => self.fault(Fault { reference: member, why }),
        }
    }

    fn mark(&mut self, place: Place) -> &mut u8 {
        let marks = &mut self.marks[place.file.index()];
        if marks.is_empty() {
            marks.resize(self.files.file(place.file).tree.len(), 0);
        }
        &mut marks[place.node.index()]
    }

    fn keywords_of(&mut self, file: FileId) {
        if self.keywords[file.index()].is_none() {
            self.keywords[file.index()] = Some(keyword_table(&self.files.file(file).tree));
        }
    }

    /// Ends the walk: the schemas in document order, and the faults, sorted and each once.
    pub(crate) fn finish(self) -> (Schemas<'a>, Vec<Fault<'a>>) {
        let mut list = Vec::new();
        for ((id, file), marks) in self.files.iter().zip(&self.marks) {
            for raw in file.tree.nodes().take(marks.len()) {
                let mark = marks[raw.id().index()];
                if mark != 0 {
                    let node = self.files.node(Place { file: id, node: raw.id() });
                    list.push(Schema { node, reach: Reach(mark & REACH_BITS), role: role_at(node, mark) });
                }
            }
        }
        let mut edges = self.edges;
        edges.sort_unstable();
        edges.dedup();
        let mut faults = self.faults;
        faults.sort_by_key(|fault| fault.reference.place());
        faults.dedup_by_key(|fault| fault.reference.place());
        (Schemas { list, edges }, faults)
    }
}

const fn role_bits(role: Role) -> u8 {
    match role {
        Role::Part => 0,
        Role::Property => PROPERTY_BIT,
        Role::Definition => DEFINITION_BIT,
    }
}

/// The role from the mark or, where only a reference led there, from where the schema stands.
fn role_at(node: Node<'_>, mark: u8) -> Role {
    let holder = || node.parent().and_then(|parent| parent.key());
    if mark & PROPERTY_BIT != 0 || holder() == Some("properties") {
        Role::Property
    } else if mark & DEFINITION_BIT != 0 {
        Role::Definition
    } else {
        Role::Part
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
