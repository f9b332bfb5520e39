//! The operations that a finding concerns.
//!
//! A thousand plaintext servers may each concern the same hundred thousand operations. Written out for each finding the
//! lists would be as large as the product, so findings share them: the operations that have one list of servers or of
//! requirements stand together in one list, which is never copied.

use std::sync::Arc;

use apiward_model::OperationId;
use smallvec::SmallVec;

/// A set of operations.
#[derive(Clone, Debug)]
pub struct Operations(Held);

#[derive(Clone, Debug)]
enum Held {
    /// As most findings have.
    One(OperationId),
    /// Sorted, none empty; no operation stands in two of them.
    Lists(Vec<Arc<[OperationId]>>),
}

impl Default for Operations {
    fn default() -> Self {
        Self::none()
    }
}

impl Operations {
    /// No operation.
    pub(crate) const fn none() -> Self {
        Self(Held::Lists(Vec::new()))
    }

    /// Puts shared lists together. Each must be sorted, and no operation may stand in two of them.
    pub(crate) fn shared(lists: impl IntoIterator<Item = Arc<[OperationId]>>) -> Self {
        Self(Held::Lists(lists.into_iter().filter(|list| !list.is_empty()).collect()))
    }

    /// Puts many sets together; a list that several of them share is read once.
    pub fn united(sets: impl IntoIterator<Item = Self>) -> Self {
        let (mut lists, mut ids) = (Vec::new(), Vec::new());
        for set in sets {
            match set.0 {
                Held::One(id) => ids.push(id),
                Held::Lists(own) => lists.extend(own),
            }
        }
        lists.sort_by_key(|list| list.as_ptr());
        lists.dedup_by(|other, one| Arc::ptr_eq(other, one));
        if lists.len() == 1 && ids.is_empty() {
            return Self(Held::Lists(lists));
        }
        ids.extend(lists.iter().flat_map(|list| list.iter().copied()));
        ids.into()
    }

    fn slices(&self) -> impl Iterator<Item = &[OperationId]> {
        let (one, lists) = match &self.0 {
            Held::One(id) => (Some(std::slice::from_ref(id)), [].as_slice()),
            Held::Lists(lists) => (None, lists.as_slice()),
        };
        one.into_iter().chain(lists.iter().map(AsRef::as_ref))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.slices().map(<[OperationId]>::len).sum()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.slices().next().is_none()
    }

    /// How many lists they stand in, which other findings may share.
    pub fn lists(&self) -> usize {
        self.slices().count()
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = OperationId> {
        self.slices().flat_map(|list| list.iter().copied())
    }

    /// The first ones of the document, `most` at most.
    pub fn first(&self, most: usize) -> Vec<OperationId> {
        let mut ids: Vec<OperationId> = self.slices().flat_map(|list| list.iter().copied().take(most)).collect();
        ids.sort_unstable();
        ids.truncate(most);
        ids
    }

    /// Keeps those for which `keep` holds; copies nothing while it does for all.
    pub(crate) fn retain(&mut self, keep: impl Fn(OperationId) -> bool) {
        if !self.iter().all(&keep) {
            *self = self.iter().filter(|id| keep(*id)).collect();
        }
    }

    /// Adds those of another set.
    pub(crate) fn unite(&mut self, other: &Self) {
        let same = match (&self.0, &other.0) {
            (Held::One(own), Held::One(other)) => own == other,
            (Held::Lists(own), Held::Lists(other)) => {
                own.len() == other.len() && own.iter().zip(other).all(|(own, other)| Arc::ptr_eq(own, other))
            }
            _ => false,
        };
        if !same {
            *self = self.iter().chain(other.iter()).collect();
        }
    }
}

impl FromIterator<OperationId> for Operations {
    fn from_iter<I: IntoIterator<Item = OperationId>>(ids: I) -> Self {
        let mut ids: SmallVec<[OperationId; 4]> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [id] => Self::from(*id),
            ids => Self::shared([ids.into()]),
        }
    }
}

impl From<OperationId> for Operations {
    fn from(id: OperationId) -> Self {
        Self(Held::One(id))
    }
}

impl From<Vec<OperationId>> for Operations {
    fn from(ids: Vec<OperationId>) -> Self {
        ids.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[usize]) -> Vec<OperationId> {
        numbers.iter().copied().map(OperationId::at).collect()
    }

    #[test]
    fn sets_are_united_and_shared_lists_read_once() {
        let odd: Arc<[OperationId]> = ids(&[1, 3, 5]).into();
        let shared = || Operations::shared([Arc::clone(&odd)]);
        let same = Operations::united([shared(), shared(), shared()]);
        assert_eq!((same.lists(), same.first(9)), (1, ids(&[1, 3, 5])));
        let both = Operations::united([shared(), ids(&[3, 2]).into(), OperationId::at(2).into(), shared()]);
        assert_eq!((both.lists(), both.first(9)), (1, ids(&[1, 2, 3, 5])));
        let one = || Operations::from(OperationId::at(4));
        assert_eq!(Operations::united([one(), shared(), one()]).first(9), ids(&[1, 3, 4, 5]));
        assert_eq!(Operations::united([one(), one()]).first(9), ids(&[4]));
        assert!(Operations::united([]).is_empty());
    }

    #[test]
    fn lists_that_share_operations_are_not_copied_and_count_as_one() {
        let [odd, even]: [Arc<[OperationId]>; 2] = [ids(&[1, 3, 5]).into(), ids(&[0, 2]).into()];
        let mut both = Operations::shared([Arc::clone(&odd), Arc::clone(&even), Arc::from([])]);
        assert_eq!(Arc::strong_count(&odd), 2);
        assert_eq!((both.len(), both.first(4)), (5, ids(&[0, 1, 2, 3])));
        both.retain(|_| true);
        both.unite(&both.clone());
        assert_eq!(Arc::strong_count(&odd), 2, "nothing left");
        both.retain(|id| id != OperationId::at(3));
        both.unite(&Operations::from(ids(&[7, 2])));
        assert_eq!(both.first(9), ids(&[0, 1, 2, 5, 7]));
        both.retain(|_| false);
        assert!(both.is_empty() && both.first(9).is_empty());
        let mut one = Operations::from(OperationId::at(7));
        one.unite(&Operations::from(ids(&[7, 7])));
        assert_eq!((one.len(), one.lists(), one.is_empty()), (1, 1, false));
        one.unite(&Operations::from(OperationId::at(2)));
        assert_eq!(one.first(1), ids(&[2]));
        one.retain(|id| id == OperationId::at(7));
        assert_eq!(one.iter().collect::<Vec<_>>(), ids(&[7]));
    }
}
