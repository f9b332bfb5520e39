//! Operations put together that ask for the same: what they ask for is read once, however many they are.

use std::hash::Hash;
use std::sync::Arc;

use apiward_model::{Alternative, Api, Operation, OperationId, SchemeId};
use foldhash::{HashMap, HashMapExt, HashSet};

use crate::framework::operations::Operations;

/// Operations that share one list of alternatives.
pub(super) struct Group<'r, 'a, T> {
    /// What all of them ask for.
    pub(super) alternatives: &'r [Alternative<'a>],
    /// What else they have in common.
    pub(super) mark: T,
    /// They themselves, in document order.
    pub(super) operations: Arc<[OperationId]>,
}

/// Groups the operations that have one list of alternatives and one mark; those without a mark are left out.
pub(super) fn groups<'r, 'a, T: Copy + Eq + Hash>(
    api: &'r Api<'a>,
    mark: impl Fn(&Operation<'a>) -> Option<T>,
) -> Vec<Group<'r, 'a, T>> {
    let mut found: Vec<(&'r [Alternative<'a>], T, Vec<OperationId>)> = Vec::new();
    let mut known = HashMap::new();
    for operation in &api.operations {
        let Some(mark) = mark(operation) else { continue };
        let alternatives = &operation.security.alternatives;
        let at = *known.entry((alternatives.id(), mark)).or_insert_with(|| {
            found.push((alternatives, mark, Vec::new()));
            found.len() - 1
        });
        found[at].2.push(operation.id);
    }
    let whole =
        |(alternatives, mark, operations): (_, _, Vec<_>)| Group { alternatives, mark, operations: operations.into() };
    found.into_iter().map(whole).collect()
}

/// Which operations schemes, or servers, have to do with. The lists of groups are shared, not copied.
pub(super) struct Index<K>(HashMap<K, Vec<Arc<[OperationId]>>>);

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Copy + Eq + Hash> Index<K> {
    /// Adds a group; naming it again right away changes nothing.
    pub(super) fn add(&mut self, key: K, operations: &Arc<[OperationId]>) {
        let lists = self.0.entry(key).or_default();
        if lists.last().is_none_or(|last| !Arc::ptr_eq(last, operations)) {
            lists.push(Arc::clone(operations));
        }
    }

    /// The operations of a scheme or server.
    pub(super) fn of(&self, key: K) -> Operations {
        Operations::shared(self.0.get(&key).into_iter().flatten().cloned())
    }
}

/// The one scheme that an alternative asks for, however many names it has.
pub(super) fn sole_scheme(api: &Api<'_>, alternative: &Alternative<'_>) -> Option<SchemeId> {
    let mut schemes = alternative.members.iter().map(|member| member.scheme.map(|id| api.scheme(id).definition));
    let first = schemes.next().flatten().filter(|_| !alternative.malformed)?;
    schemes.all(|scheme| scheme == Some(first)).then_some(first)
}

/// The schemes that every alternative of a list asks for: callers cannot do without them.
pub(super) fn needed<'r>(api: &'r Api<'_>, alternatives: &'r [Alternative<'_>]) -> impl Iterator<Item = SchemeId> + 'r {
    let mut times: HashMap<SchemeId, usize> = HashMap::new();
    for scheme in alternatives.iter().flat_map(|alternative| schemes_of(api, alternative)) {
        *times.entry(scheme).or_default() += 1;
    }
    times.into_iter().filter(|(_, times)| *times == alternatives.len()).map(|(scheme, _)| scheme)
}

/// The schemes that an alternative asks for, each once, however many names it has.
pub(super) fn schemes_of(api: &Api<'_>, alternative: &Alternative<'_>) -> HashSet<SchemeId> {
    let schemes = alternative.members.iter().filter_map(|member| member.scheme);
    schemes.map(|id| api.scheme(id).definition).collect()
}
