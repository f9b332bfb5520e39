//! What the lints of one run share: worked out once, on first use.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use apiward_model::predicate::Signs;
use apiward_model::{Alternative, Api, FileId, Node, OperationId, Place, SchemeId};

/// Facts about one API that several lints ask for.
pub(crate) struct Shared<'r, 'a> {
    pub(crate) api: &'r Api<'a>,
    texts: OnceLock<Vec<Node<'a>>>,
    signs: OnceLock<Vec<Signs<'a>>>,
    acceptors: OnceLock<Acceptors>,
    places: OnceLock<HashMap<Place, Vec<OperationId>>>,
}

impl<'r, 'a> Shared<'r, 'a> {
    pub(crate) fn new(api: &'r Api<'a>) -> Self {
        Self {
            api,
            texts: OnceLock::new(),
            signs: OnceLock::new(),
            acceptors: OnceLock::new(),
            places: OnceLock::new(),
        }
    }

    pub(crate) fn texts(&self) -> &[Node<'a>] {
        self.texts.get_or_init(|| texts(self.api))
    }

    pub(crate) fn signs(&self) -> &[Signs<'a>] {
        self.signs.get_or_init(|| Signs::of(self.api))
    }

    /// The operations at a place: several when path items share it.
    pub(crate) fn operations_at(&self, place: Place) -> &[OperationId] {
        let places = self.places.get_or_init(|| {
            let mut places: HashMap<Place, Vec<OperationId>> = HashMap::new();
            for operation in &self.api.operations {
                places.entry(operation.node.place()).or_default().push(operation.id);
            }
            places
        });
        places.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn acceptors(&self) -> &Acceptors {
        self.acceptors.get_or_init(|| Acceptors::new(self.api))
    }
}

/// Which operations accept which schemes. Operations that inherit one requirement list stand together, so that the
/// list is read once.
pub(crate) struct Acceptors {
    groups: Vec<Vec<OperationId>>,
    by_scheme: HashMap<SchemeId, Vec<usize>>,
    /// The groups that hold a member which names no known scheme, by the member's place.
    by_unknown: HashMap<Place, Vec<usize>>,
}

impl Acceptors {
    fn new(api: &Api<'_>) -> Self {
        let mut acceptors = Self { groups: Vec::new(), by_scheme: HashMap::new(), by_unknown: HashMap::new() };
        let mut known = HashMap::new();
        for operation in &api.operations {
            let list = &operation.security.alternatives;
            let group = *known.entry(Arc::as_ptr(list).cast::<()>()).or_insert_with(|| acceptors.add_group(api, list));
            acceptors.groups[group].push(operation.id);
        }
        acceptors
    }

    fn add_group(&mut self, api: &Api<'_>, list: &[Alternative<'_>]) -> usize {
        let group = self.groups.len();
        self.groups.push(Vec::new());
        for member in list.iter().flat_map(|alternative| &alternative.members) {
            let Some(scheme) = member.scheme else {
                add_once(self.by_unknown.entry(member.node.place()).or_default(), group);
                continue;
            };
            // Who names a component that is a `$ref` accepts the scheme that it leads to as well.
            for scheme in [scheme, api.scheme(scheme).definition] {
                add_once(self.by_scheme.entry(scheme).or_default(), group);
            }
        }
        group
    }

    /// One operation of each group.
    pub(crate) fn representatives(&self) -> impl Iterator<Item = OperationId> {
        self.groups.iter().filter_map(|group| group.first().copied())
    }

    /// The operations that have an alternative with the scheme, sorted.
    pub(crate) fn of(&self, scheme: SchemeId) -> Vec<OperationId> {
        self.members(self.by_scheme.get(&scheme))
    }

    /// The operations that have an alternative with the member at a place, which names no known scheme, sorted.
    pub(crate) fn of_unknown(&self, member: Place) -> Vec<OperationId> {
        self.members(self.by_unknown.get(&member))
    }

    fn members(&self, groups: Option<&Vec<usize>>) -> Vec<OperationId> {
        let mut ids: Vec<OperationId> =
            groups.into_iter().flatten().flat_map(|&group| &self.groups[group]).copied().collect();
        ids.sort_unstable();
        ids
    }
}

/// Adds a group to a list of groups in ascending order.
fn add_once(groups: &mut Vec<usize>, group: usize) {
    if groups.last() != Some(&group) {
        groups.push(group);
    }
}

/// The description's own texts. The root file is searched below the document, fragments as a whole.
fn texts<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let symbols = ["description", "summary", "title"].map(|key| file.tree.symbol(key));
        let root = (id == FileId::ROOT).then(|| api.root.raw());
        let nodes = file.tree.nodes().filter(|node| {
            node.key_symbol().is_some_and(|symbol| symbols.contains(&Some(symbol)))
                && node.as_str().is_some()
                && root.is_none_or(|root| root.contains(node.id()))
        });
        for node in nodes {
            if apiward_model::is_field(file, node.id()) {
                found.push(api.node(Place { file: id, node: node.id() }));
            }
        }
    }
    found
}
