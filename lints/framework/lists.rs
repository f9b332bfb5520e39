//! What lints work out of a list of alternatives: once, however many operations share it.
//!
//! A root's list of thousands of alternatives is in force for thousands of operations. Whoever reads it for each of them
//! takes as many steps as the product.

use std::cell::RefCell;
use std::sync::Arc;

use apiward_model::{Alternative, Alternatives, Api, ListId, Operation, OperationId, SchemeId};
use foldhash::{HashMap, HashMapExt};

/// What was worked out, by list. It must follow from the list alone.
#[derive(Debug)]
pub(crate) struct PerList<T>(RefCell<HashMap<ListId, T>>);

impl<T> Default for PerList<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> PerList<T> {
    /// What follows from a list: `read` is only asked the first time.
    pub(crate) fn of<'a>(&self, list: &Alternatives<'a>, read: impl FnOnce(&[Alternative<'a>]) -> T) -> T {
        if let Some(known) = self.0.borrow().get(&list.id()) {
            return known.clone();
        }
        let found = read(list);
        self.0.borrow_mut().insert(list.id(), found.clone());
        found
    }
}

/// The different lists of some operations, in the order in which they come up, each with its operations.
pub(crate) fn by_list<'r, 'a: 'r>(
    operations: impl IntoIterator<Item = &'r Operation<'a>>,
) -> Vec<(&'r Alternatives<'a>, Vec<OperationId>)> {
    let mut found: Vec<(&'r Alternatives<'a>, Vec<OperationId>)> = Vec::new();
    let mut known = HashMap::new();
    for operation in operations {
        let list = &operation.security.alternatives;
        let at = *known.entry(list.id()).or_insert_with(|| {
            found.push((list, Vec::new()));
            found.len() - 1
        });
        found[at].1.push(operation.id);
    }
    found
}

/// Which alternatives of which lists name a scheme: thousands of schemes may stand in one list.
pub(crate) struct NamingIndex {
    by_scheme: HashMap<SchemeId, Vec<(usize, Vec<usize>)>>,
}

/// A list that names a scheme.
pub(crate) struct Naming<'r, 'a> {
    pub(crate) list: &'r Alternatives<'a>,
    /// The operations that have it, in document order.
    pub(crate) operations: &'r Arc<[OperationId]>,
    places: &'r [usize],
}

impl<'r, 'a> Naming<'r, 'a> {
    /// Those alternatives of the list that name the scheme, in order.
    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &'r Alternative<'a>> + use<'r, 'a> {
        let list = self.list;
        self.places.iter().filter_map(|at| list.get(*at))
    }
}

impl NamingIndex {
    /// `groups` are the operations that share a list, each not empty.
    pub(crate) fn new(api: &Api<'_>, groups: &[Arc<[OperationId]>]) -> Self {
        let mut by_scheme: HashMap<SchemeId, Vec<(usize, Vec<usize>)>> = HashMap::new();
        for (group, operations) in groups.iter().enumerate() {
            let Some(first) = operations.first() else { continue };
            for (at, alternative) in api.operation(*first).security.alternatives.iter().enumerate() {
                for scheme in alternative.members.iter().filter_map(|member| member.scheme) {
                    let named = by_scheme.entry(api.scheme(scheme).definition).or_default();
                    if named.last().is_none_or(|(last, _)| *last != group) {
                        named.push((group, Vec::new()));
                    }
                    let places = named.last_mut().map(|(_, places)| places);
                    if let Some(places) = places.filter(|places| places.last() != Some(&at)) {
                        places.push(at);
                    }
                }
            }
        }
        Self { by_scheme }
    }

    /// The lists that name a scheme, by whatever name, in the order of `groups`.
    pub(crate) fn of<'r, 'a>(
        &'r self,
        api: &'r Api<'a>,
        groups: &'r [Arc<[OperationId]>],
        scheme: SchemeId,
    ) -> impl Iterator<Item = Naming<'r, 'a>> {
        self.by_scheme.get(&scheme).into_iter().flatten().filter_map(|(group, places)| {
            let operations = groups.get(*group)?;
            Some(Naming { list: &api.operation(*operations.first()?).security.alternatives, operations, places })
        })
    }
}
