//! The regular expressions of a document, each text once.

use apiward_model::{Api, Node, Reach, Schema};
use apiward_syntax::Known;
use foldhash::{HashMap, HashMapExt};

/// A `pattern` and the schemas that hold it, in document order.
pub(super) struct Written<'a> {
    pub text: &'a str,
    pub schemas: Vec<Schema<'a>>,
}

impl<'a> Written<'a> {
    /// The `pattern` of each schema.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'a>> {
        self.schemas.iter().filter_map(|schema| schema.node.get(Known::Pattern))
    }
}

/// The patterns of schemas that are reached in one of the ways, in document order.
pub(super) fn patterns<'a>(api: &Api<'a>, reach: Reach) -> Vec<Written<'a>> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<Written<'a>> = Vec::new();
    for schema in api.schemas.all().iter().filter(|schema| schema.reach.intersects(reach)) {
        let Some(text) = schema.node.get(Known::Pattern).and_then(|pattern| pattern.raw().as_str()) else { continue };
        let at = *known.entry(text).or_insert(all.len());
        if at == all.len() {
            all.push(Written { text, schemas: Vec::new() });
        }
        all[at].schemas.push(*schema);
    }
    all
}
