//! What is said about operations beside what they do: whether they end, and whether they are meant to be public.

use apiward_model::Node;
use apiward_model::predicate::is_marked_deprecated;

use super::changes::{Changes, Found, Said};
use super::{Both, Pair};
use crate::diff::kinds::{DEPRECATION_REVOKED, Kind, OPERATION_DEPRECATED, PUBLIC_DECLARED, PUBLIC_WITHDRAWN};

pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let mut tell = |kind: &'static Kind, one: &str, many: &str, keys: &[&str]| {
        let at = |node: Node<'a>| keys.iter().find_map(|key| node.get(key)).unwrap_or(node);
        let found = Found::new(kind, Said::operations(one, many)).old(at(pair.old.node)).new_at(at(pair.new.node));
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
