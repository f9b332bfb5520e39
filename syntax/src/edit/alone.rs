//! Whether a change stays where it is made. What an anchor, a merge key or an equal key ties to other places is not
//! changed: the same bytes say more than one thing there.

use super::Change;
use crate::tree::{Node, NodeId};

/// True when only the node that is spoken of would change.
pub(super) fn stays(change: &Change<'_>) -> bool {
    let node = change.node();
    if std::iter::successors(Some(node), |node| node.parent()).any(|place| is_tied(place, place == node, change)) {
        return false;
    }
    match change {
        // The name of an anchor inside would be lost to those who use it.
        Change::Text(..) | Change::Part(..) | Change::Value(..) => !has_anchor(node),
        Change::Remove(_) => !has_anchor(node) && !uncovers(node),
        Change::Key(_, key) => !uncovers(node) && node.parent().is_none_or(|holder| holder.get(key).is_none()),
        Change::Insert(..) => true,
    }
}

/// True when a node on the way to the change means something in other places too, or nothing in its own.
fn is_tied(place: Node<'_>, itself: bool, change: &Change<'_>) -> bool {
    // The key of an anchored value is not its own.
    let anchored = is_anchored(place) && !(itself && matches!(change, Change::Key(..)));
    anchored || place.is_merge_key() || !counts(place)
}

/// False for a member that a later one of the same key hides.
fn counts(member: Node<'_>) -> bool {
    match (member.parent(), member.key_symbol()) {
        (Some(holder), Some(key)) => holder.get_symbol(key) == Some(member),
        _ => true,
    }
}

/// True when another value would stand for the key once this member is gone.
fn uncovers(member: Node<'_>) -> bool {
    let (Some(holder), Some(key)) = (member.parent(), member.key_symbol()) else { return false };
    let again = member.tree().duplicate_keys().binary_search_by_key(&member.id(), |pair| pair.again).is_ok();
    again || holder.merge_sources().any(|brought| brought.get_symbol(key).is_some())
}

fn is_anchored(node: Node<'_>) -> bool {
    anchor_from(node, node.id()).is_some_and(|found| found == node.id())
}

/// True when the node or one below it has an anchor.
fn has_anchor(node: Node<'_>) -> bool {
    anchor_from(node, node.id()).is_some_and(|found| node.contains(found))
}

/// The first anchored node from one on, in document order.
fn anchor_from(node: Node<'_>, from: NodeId) -> Option<NodeId> {
    let anchors = node.tree().anchors();
    anchors.get(anchors.partition_point(|anchor| anchor.node < from)).map(|anchor| anchor.node)
}
