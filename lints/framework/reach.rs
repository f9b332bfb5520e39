//! From what a node is reached, for many nodes of one document.

use apiward_model::{Api, Node, Place};
use foldhash::{HashMap, HashMapExt};

/// What follows from the places that reach a node. Nodes of one definition are reached from the same places, so the
/// answer is worked out once for them.
pub(crate) struct Reach<T> {
    known: HashMap<Place, T>,
    /// Places that may still be visited. Thousands of definitions with findings, each behind thousands of others,
    /// would take as many steps as the product of the two.
    left: usize,
}

/// Places that may be visited however small the document is.
const BASE: usize = 2_000_000;
/// Places that may be visited for each node of the document.
const PER_NODE: usize = 8;

impl<T: Clone> Reach<T> {
    pub(crate) fn new(api: &Api<'_>) -> Self {
        let nodes: usize = api.files.iter().map(|(_, file)| file.tree.len()).sum();
        Self { known: HashMap::new(), left: BASE.saturating_add(nodes.saturating_mul(PER_NODE)) }
    }

    /// What `read` makes of the places that reach a node; nothing once the document has cost too much. `counts` tells
    /// the places that `read` looks for.
    pub(crate) fn of<'a>(
        &mut self,
        api: &Api<'a>,
        node: Node<'a>,
        counts: impl Fn(Place) -> bool,
        read: impl FnOnce(&[Place]) -> T,
    ) -> Option<T> {
        let tells = |node: &Node<'a>| counts(node.place()) || api.schemas.is_referred_to(node.place());
        let mut around = std::iter::successors(Some(node), |node| node.parent());
        // Where nothing above counts, nothing but its ancestors reaches the node.
        let Some(holder) = around.find(tells) else { return Some(read(&[])) };
        if let Some(known) = self.known.get(&holder.place()) {
            return Some(known.clone());
        }
        if self.left == 0 {
            return None;
        }
        let places = api.schemas.reaching(holder);
        self.left = self.left.saturating_sub(places.len());
        let value = read(&places);
        self.known.insert(holder.place(), value.clone());
        Some(value)
    }
}
