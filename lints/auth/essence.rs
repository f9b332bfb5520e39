//! What a security scheme is, as text: equal for schemes that are the same thing written twice.

use std::collections::BTreeMap;
use std::fmt::Write;

use apiward_model::Node;

/// Nodes of a scheme that are read; of a larger one nothing is known.
const NODES: usize = 2_000;
/// Levels of a scheme that are read: it has five.
const DEPTH: usize = 8;

/// The essence of a scheme, after `$ref`: descriptions, extensions, the order of members and the scopes that
/// AsyncAPI 3 asks for in the scheme itself do not count. Nothing for one that is too large.
pub(super) fn essence(scheme: Node<'_>) -> Option<String> {
    let mut text = String::new();
    let mut left = NODES;
    write(scheme.target_or_none()?, DEPTH, &mut left, &mut text).then_some(text)
}

fn write(node: Node<'_>, depth: usize, left: &mut usize, out: &mut String) -> bool {
    *left = left.saturating_sub(1 + node.count());
    if *left == 0 || depth == 0 {
        return false;
    }
    if node.is_sequence() {
        out.push('[');
        return node.items().all(|item| write(item, depth - 1, left, out)) && write!(out, "]").is_ok();
    }
    if !node.is_mapping() {
        return write!(out, "{:?} ", node.text()).is_ok();
    }
    out.push('{');
    // The values of scopes are descriptions: only their names count.
    let is_scope_map = node.key().is_some_and(|key| key == "scopes" || key == "availableScopes");
    let members: BTreeMap<&str, Node<'_>> =
        node.entries().filter(|(key, member)| is_scope_map || tells(key, *member)).collect();
    members
        .into_iter()
        .all(|(key, member)| write!(out, "{key:?}: ").is_ok() && (is_scope_map || write(member, depth - 1, left, out)))
        && write!(out, "}}").is_ok()
}

/// True for a member that says what the scheme is.
fn tells(key: &str, member: Node<'_>) -> bool {
    key != "description" && !key.starts_with("x-") && !(key == "scopes" && member.is_sequence())
}
