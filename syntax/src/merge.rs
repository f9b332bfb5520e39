//! Keeps YAML merge keys (`<<: *base`) from multiplying: a few lines of nested merges can ask for more members than
//! fit in memory.
//!
//! The reader adds up, mapping by mapping, how many members the merge keys bring, and refuses the file when the sum
//! passes the limit. Whoever follows merge keys later does so in a tree that cannot explode.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::error::ParseError;
use crate::limits::Limits;
use crate::tree::{Kind, NodeData, flag};

/// The members that mappings with merge keys have, with what is merged into them.
#[derive(Default)]
pub(crate) struct Sizes {
    by_mapping: HashMap<u32, u64, RandomState>,
    total: u64,
}

impl Sizes {
    /// Counts what the merge keys of a mapping that has just been closed bring.
    pub(crate) fn add(&mut self, nodes: &[NodeData], mapping: u32, limits: &Limits) -> Result<(), ParseError> {
        let data = &nodes[mapping as usize];
        if data.kind != Kind::Mapping || data.flags & flag::HAS_MERGE == 0 {
            return Ok(());
        }
        let mut brought = 0_u64;
        for child in children(nodes, mapping).filter(|&child| nodes[child as usize].flags & flag::MERGE_KEY != 0) {
            let source = resolved(nodes, child);
            brought = brought.saturating_add(match nodes[source as usize].kind {
                Kind::Mapping => self.size(nodes, source),
                Kind::Sequence => children(nodes, source)
                    .map(|item| self.size(nodes, resolved(nodes, item)))
                    .fold(0, u64::saturating_add),
                _ => 0,
            });
        }
        self.by_mapping.insert(mapping, brought.saturating_add(u64::from(data.a)));
        self.total = self.total.saturating_add(brought);
        if self.total > limits.alias_visits {
            let message = format!("merge keys bring more than {} members", limits.alias_visits);
            return Err(ParseError::limit(data.span.start as usize, message)
                .help("merge fewer mappings into one another, or raise the limit `alias_visits`"));
        }
        Ok(())
    }

    /// The members of a mapping; 1 for anything else, so that every visit counts.
    fn size(&self, nodes: &[NodeData], id: u32) -> u64 {
        let data = &nodes[id as usize];
        if data.kind != Kind::Mapping {
            return 1;
        }
        self.by_mapping.get(&id).copied().unwrap_or(u64::from(data.a)).max(1)
    }
}

fn resolved(nodes: &[NodeData], id: u32) -> u32 {
    let data = &nodes[id as usize];
    if data.kind == Kind::Alias { data.a } else { id }
}

fn children(nodes: &[NodeData], collection: u32) -> impl Iterator<Item = u32> + '_ {
    let end = nodes[collection as usize].end;
    let mut next = collection + 1;
    std::iter::from_fn(move || {
        let id = next;
        (id < end).then(|| {
            next = nodes[id as usize].end;
            id
        })
    })
}
