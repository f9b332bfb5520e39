//! Items of sequences by number, and back, without counting through long sequences each time.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::tree::{Kind, Node, Tree};

/// Sequences with more items than this are looked up in a list, built on first use.
const LONG: usize = 64;

/// The items of each long sequence of a tree.
pub(crate) type LongSequences = HashMap<u32, Box<[u32]>, RandomState>;

impl Tree {
    fn long_sequences(&self) -> &LongSequences {
        self.long.get_or_init(|| {
            let sequences = self.nodes().filter(|node| node.kind() == Kind::Sequence && !node.is_alias());
            let long = sequences.filter(|node| node.items().nth(LONG).is_some());
            long.map(|node| (node.id().0, node.items().map(|item| item.id().0).collect())).collect()
        })
    }
}

impl Node<'_> {
    /// An item of a sequence, from 0; nothing for any other node.
    pub fn item(self, number: usize) -> Option<Self> {
        if number < LONG {
            return self.items().nth(number);
        }
        let items = self.tree().long_sequences().get(&self.resolved().id().0)?;
        items.get(number).map(|&id| self.at(id))
    }

    /// The node's number among the members or items of its collection, from 0.
    pub(crate) fn number(self) -> usize {
        let Some(parent) = self.parent() else { return 0 };
        let near = parent.children().take(LONG).position(|sibling| sibling.id() == self.id());
        near.or_else(|| {
            let items = self.tree().long_sequences().get(&parent.id().0)?;
            items.binary_search(&self.id().0).ok()
        })
        .unwrap_or_else(|| parent.children().take_while(|sibling| sibling.id() < self.id()).count())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use crate::{Limits, Node, parse};

    #[test]
    fn long_sequences_have_the_same_items_as_short_ones() {
        let text = format!("a: &long [{}]\nb: *long\n", "[x], ".repeat(200));
        let tree = parse(text.into(), None, &Limits::default()).tree;
        let root = tree.documents().next().unwrap();
        for key in ["a", "b"] {
            let sequence = root.get(key).unwrap();
            for (number, item) in sequence.items().enumerate() {
                assert_eq!(sequence.item(number).map(Node::id), Some(item.id()));
                assert_eq!(item.number(), number);
            }
            assert!(sequence.item(200).is_none() && root.item(0).is_none());
        }
        assert_eq!(root.get("a").unwrap().item(150).unwrap().pointer(), "/a/150");
        assert_eq!(root.at_pointer("/a/199/0").unwrap().text(), "x");
    }
}
