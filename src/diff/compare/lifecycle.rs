//! What is said about operations beside what they do: whether they end, and whether they are meant to be public.

use apiward_model::predicate::is_marked_deprecated;
use apiward_model::{Node, Operation};

use super::changes::{Changes, Found, Said};
use super::{Both, Pair};
use crate::diff::kinds::{DEPRECATION_REVOKED, Kind, OPERATION_DEPRECATED, PUBLIC_DECLARED, PUBLIC_WITHDRAWN};

pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let mut tell = |kind: &'static Kind, one: &str, many: &str, keys: &[&str]| {
        let (old, new) = (said(pair.old, keys), said(pair.new, keys));
        // What a path item says is one change for all of its operations, whichever version says it.
        let of_item = |operation: &Operation<'a>| keys.iter().all(|key| operation.node.get(key).is_none());
        let outer = (old.is_some() && of_item(pair.old)) || (new.is_some() && of_item(pair.new));
        let whole = |operation: &Operation<'a>| if outer { operation.path_item } else { operation.node };
        let found = Found::new(kind, Said::operations(one, many))
            .old(old.unwrap_or_else(|| whole(pair.old)))
            .new_at(new.unwrap_or_else(|| whole(pair.new)));
        changes.add(found, [pair.new]);
    };
    let keys = ["deprecated"];
    match (is_marked_deprecated(pair.old.node), is_marked_deprecated(pair.new.node)) {
        (true, false) => tell(&DEPRECATION_REVOKED, "is no longer deprecated", "are no longer deprecated", &keys),
        (false, true) => tell(&OPERATION_DEPRECATED, "is deprecated now", "are deprecated now", &keys),
        _ => {}
    }
    let keys = ["x-apiward-public", "x-public"];
    let declared =
        |signs: Option<&apiward_model::predicate::Signs<'_>>| signs.is_some_and(|one| one.declared.is_some());
    let (was, is) = (declared(both.old.facts.signs(pair.old)), declared(both.new.facts.signs(pair.new)));
    match (was, is) {
        (false, true) if pair.new.security.is_anonymous() => {
            tell(&PUBLIC_DECLARED, "is declared public now", "are declared public now", &keys);
        }
        (true, false) => {
            tell(&PUBLIC_WITHDRAWN, "is no longer declared public", "are no longer declared public", &keys);
        }
        _ => {}
    }
}

/// Where an operation, or its path item, says one of these.
fn said<'a>(operation: &Operation<'a>, keys: &[&str]) -> Option<Node<'a>> {
    keys.iter().find_map(|key| operation.own_or_path_item(key))
}
