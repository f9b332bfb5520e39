//! What the lints of one run share: worked out once, on first use.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use apiward_model::predicate::Signs;
use apiward_model::{Api, FileId, Node, OperationId, Place, SchemeId};

/// Facts about one API that several lints ask for.
pub(crate) struct Shared<'r, 'a> {
    pub(crate) api: &'r Api<'a>,
    texts: OnceLock<Vec<Node<'a>>>,
    signs: OnceLock<Vec<Signs<'a>>>,
    acceptors: OnceLock<Acceptors>,
}

impl<'r, 'a> Shared<'r, 'a> {
    pub(crate) fn new(api: &'r Api<'a>) -> Self {
        Self { api, texts: OnceLock::new(), signs: OnceLock::new(), acceptors: OnceLock::new() }
    }

    pub(crate) fn texts(&self) -> &[Node<'a>] {
        self.texts.get_or_init(|| texts(self.api))
    }

    pub(crate) fn signs(&self) -> &[Signs<'a>] {
        self.signs.get_or_init(|| Signs::of(self.api))
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
}

impl Acceptors {
    fn new(api: &Api<'_>) -> Self {
        let mut groups: Vec<Vec<OperationId>> = Vec::new();
        let mut by_scheme: HashMap<SchemeId, Vec<usize>> = HashMap::new();
        let mut known = HashMap::new();
        for operation in &api.operations {
            let list = &operation.security.alternatives;
            let group = *known.entry(Arc::as_ptr(list).cast::<()>()).or_insert_with(|| {
                let members = list.iter().flat_map(|alternative| &alternative.members);
                let schemes = members.filter_map(|member| member.scheme);
                // Who names a component that is a `$ref` accepts the scheme that it leads to as well.
                for scheme in schemes.flat_map(|id| [id, api.scheme(id).definition]) {
                    let of_scheme = by_scheme.entry(scheme).or_default();
                    if of_scheme.last() != Some(&groups.len()) {
                        of_scheme.push(groups.len());
                    }
                }
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(operation.id);
        }
        Self { groups, by_scheme }
    }

    /// One operation of each group whose requirement list names the scheme.
    pub(crate) fn representatives(&self, scheme: SchemeId) -> impl Iterator<Item = OperationId> {
        let groups = self.by_scheme.get(&scheme).map(Vec::as_slice).unwrap_or_default();
        groups.iter().filter_map(|&group| self.groups[group].first().copied())
    }

    /// The operations that have an alternative with the scheme, sorted.
    pub(crate) fn of(&self, scheme: SchemeId) -> Vec<OperationId> {
        let groups = self.by_scheme.get(&scheme).map(Vec::as_slice).unwrap_or_default();
        let mut ids: Vec<OperationId> = groups.iter().flat_map(|&group| &self.groups[group]).copied().collect();
        ids.sort_unstable();
        ids
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
