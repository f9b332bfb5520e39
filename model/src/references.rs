//! The `$ref`s of one file, and which of them say the same.

use std::collections::hash_map::{Entry, HashMap};

use apiward_syntax::{Node, NodeId, TextPlace};
use foldhash::fast::RandomState;

use crate::files::{File, LONGEST_REFERENCE};

/// The `$ref` strings of a file that are references. Their texts are read here; afterwards their places tell which are
/// equal.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// All of them, in document order.
    pub(crate) all: Vec<NodeId>,
    /// The first of each text, in document order. Texts beyond [`LONGEST_REFERENCE`] are left out.
    pub(crate) different: Vec<NodeId>,
    /// By the place of a text, its position in `different`.
    numbers: HashMap<TextPlace, u32, RandomState>,
    /// A text is longer than is looked up.
    pub(crate) too_long: bool,
    /// A reference leads out of the file.
    pub(crate) elsewhere: bool,
}

impl References {
    pub(crate) fn new(file: &File) -> Self {
        let mut found = Self::default();
        let Some(key) = file.tree.symbol("$ref") else { return found };
        let contexts = file.contexts();
        found.all.reserve(contexts.links().len());
        found.numbers.reserve(contexts.links().len() / 2);
        let mut by_text = HashMap::default();
        for &id in contexts.links() {
            let node = file.tree.node(id);
            if node.key_symbol() == Some(key) && node.is_string() && !contexts.is_data(id) {
                found.add(node, &mut by_text);
            }
        }
        found
    }

    fn add<'t>(&mut self, node: Node<'t>, by_text: &mut HashMap<&'t str, u32, RandomState>) {
        self.all.push(node.id());
        if node.text_len() > LONGEST_REFERENCE {
            self.too_long = true;
            self.elsewhere |= !node.text().starts_with('#');
            return;
        }
        let Entry::Vacant(place) = self.numbers.entry(node.text_place()) else { return };
        let next = u32::try_from(self.different.len()).unwrap_or(u32::MAX);
        let number = *place.insert(*by_text.entry(node.text()).or_insert(next));
        if number == next {
            self.different.push(node.id());
            self.elsewhere |= !node.text().starts_with('#');
        }
    }

    /// The position in `different` of a reference's text.
    pub(crate) fn number(&self, text: TextPlace) -> Option<usize> {
        self.numbers.get(&text).map(|number| *number as usize)
    }
}
