//! What of a version was not read: what stands there may be anything, and nothing is said about it.

use std::collections::HashSet;
use std::iter::once;

use apiward_model::predicate::Segment;
use apiward_model::{Alternatives, Api, Declared, Direction, Merged, Node, Operation, Place};

/// The places of one version that were not read, or not all of them.
pub(super) struct Unread {
    places: HashSet<Place>,
    /// Some of the servers at the root are among them.
    root_servers: bool,
}

impl Unread {
    pub(super) fn new(api: &Api<'_>) -> Self {
        let mistyped = api.mistyped.iter().map(|one| one.node.place());
        // Of a key that stands twice the last value was read.
        let twice = api.files.iter().flat_map(|(file, read)| {
            read.tree.duplicate_keys().iter().map(move |twice| Place { file, node: twice.again })
        });
        let mut unread = Self { places: mistyped.chain(twice).collect(), root_servers: false };
        unread.root_servers = unread.has_servers(api.root);
        unread
    }

    fn holds(&self, node: Node<'_>) -> bool {
        self.places.contains(&node.place())
            || node.target_or_none().is_none_or(|target| self.places.contains(&target.place()))
    }

    /// True for a list or a map that was not read, or of which an entry was not.
    fn holds_some_of(&self, list: Node<'_>) -> bool {
        let inner = list.target_or_none().unwrap_or(list);
        self.holds(list) || inner.items().chain(inner.entries().map(|(_, node)| node)).any(|node| self.holds(node))
    }

    /// True where the list is not known that says who may call an operation.
    pub(super) fn has_requirement_of(&self, api: &Api<'_>, operation: &Operation<'_>) -> bool {
        let inherits = operation.security.declared != Declared::Own;
        let servers = operation.servers.iter().map(|id| api.server(*id).node);
        let holders = once(operation.node).chain(Some(api.root).filter(|_| inherits)).chain(servers);
        holders.filter_map(|holder| holder.get("security")).any(|list| self.holds(list))
    }

    /// True where one of the alternatives is not known.
    pub(super) fn has_some_of(&self, alternatives: &Alternatives<'_>) -> bool {
        alternatives.iter().any(|one| {
            one.malformed || self.holds(one.node) || one.members.iter().any(|member| self.holds(member.node))
        })
    }

    /// True where some of the servers of an operation are not known.
    pub(super) fn has_servers_of(&self, operation: &Operation<'_>) -> bool {
        let item = operation.path_item;
        self.root_servers
            || [operation.node, item].into_iter().chain(item.target_or_none()).any(|one| self.has_servers(one))
    }

    fn has_servers(&self, holder: Node<'_>) -> bool {
        ["servers", "schemes"].iter().filter_map(|key| holder.get(key)).any(|list| self.holds_some_of(list))
    }

    /// True where some of the answers of an operation are not known.
    pub(super) fn has_answers_of(&self, operation: &Operation<'_>) -> bool {
        operation.node.get("responses").is_some_and(|answers| self.holds_some_of(answers))
    }

    /// True where something that belongs to a schema is not known.
    pub(super) fn has_part_of(&self, schema: &Merged<'_>) -> bool {
        let branches = |part: Node<'_>| part.get("allOf").into_iter().flat_map(Node::items).any(|one| self.holds(one));
        schema.parts().iter().any(|part| self.holds(*part) || branches(*part))
    }

    /// Where operations of a kind may stand unread.
    pub(super) fn hidden(&self, api: &Api<'_>, direction: Direction) -> Hidden {
        let sections: &[&str] = match direction {
            Direction::Operation => &["paths", "channels", "operations"],
            Direction::Webhook => &["webhooks"],
            // Operations hold them, wherever those stand.
            Direction::Callback => &[],
        };
        let maps: Vec<Node<'_>> = sections.iter().filter_map(|key| api.root.get(key)).collect();
        let of_operations = sections.is_empty() && (!self.places.is_empty() || !api.faults.is_empty());
        let whole = of_operations || api.exceeded.is_some() || maps.iter().any(|map| self.holds(*map));
        let hides = |item: Node<'_>| {
            self.holds_some_of(item) || item.target_or_none().is_some_and(|target| self.holds_some_of(target))
        };
        let entries = maps.into_iter().filter_map(Node::target_or_none).flat_map(Node::entries);
        let inside = entries.filter(|(_, item)| hides(*item)).map(|(key, _)| key);
        // A path item that has lost its `paths` stands at the root.
        let astray = api.root.entries().map(|(key, _)| key).filter(|key| key.starts_with('/'));
        Hidden { whole, names: inside.chain(astray).map(blanked).collect() }
    }
}

/// Where operations of one kind may stand unread.
pub(super) struct Hidden {
    /// Anywhere.
    whole: bool,
    /// Behind these paths, channels, and names of operations.
    names: HashSet<String>,
}

impl Hidden {
    /// True where an operation of the other version may be.
    pub(super) fn may_be(&self, operation: &Operation<'_>) -> bool {
        let is_named = |name: &str| self.names.contains(&blanked(name));
        self.whole || is_named(operation.path) || operation.operation_id.is_some_and(is_named)
    }
}

fn blanked(path: &str) -> String {
    let mut blanked = String::new();
    Segment::blank_parameters(path, &mut blanked);
    blanked
}
