//! What of one version waits for its partner of the other.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Elements by the keys that they are known by. Names can be missing, or given twice: the first of a key is the partner
/// of the first, the second of the second.
pub(super) struct Waiting<K, T>(HashMap<K, VecDeque<T>>);

impl<K: Eq + Hash, T> Waiting<K, T> {
    /// The next element of a key, which then waits no longer.
    pub(super) fn next(&mut self, key: &K) -> Option<T> {
        self.0.get_mut(key)?.pop_front()
    }
}

impl<K: Eq + Hash, T> FromIterator<(K, T)> for Waiting<K, T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(elements: I) -> Self {
        let mut waiting: HashMap<K, VecDeque<T>> = HashMap::new();
        for (key, element) in elements {
            waiting.entry(key).or_default().push_back(element);
        }
        Self(waiting)
    }
}
