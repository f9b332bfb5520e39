//! Which refusals the operations describe: missing credentials, and too many calls.

use apiward_model::{Api, Operation, Response};

use super::changes::{Changes, Found, Said};
use super::{Both, Pair};
use crate::diff::kinds::{AUTH_ERROR_ADDED, AUTH_ERROR_REMOVED, RATE_LIMIT_ADDED, RATE_LIMIT_REMOVED};

pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let (old, new) = (both.old.api, both.new.api);
    if both.old.unread.has_answers_of(pair.old) || both.new.unread.has_answers_of(pair.new) {
        return;
    }
    // An operation that is open now has nothing to refuse, and is told as such; so is one that was open.
    if !pair.new.security.is_anonymous() && !pair.old.security.is_anonymous() {
        for code in ["401", "403"] {
            match (answer(old, pair.old, code), answer(new, pair.new, code)) {
                (Some(response), None) if !covers(new, pair.new) => {
                    let said =
                        Said::operations(format!("no longer describes {code}"), format!("no longer describe {code}"));
                    let found = Found::new(&AUTH_ERROR_REMOVED, said).old(response.node).new_at(pair.new.node);
                    changes.add(found.gathered(), [pair.new]);
                }
                (None, Some(response)) if !covers(old, pair.old) => {
                    let said = Said::operations(format!("describes {code} now"), format!("describe {code} now"));
                    let found = Found::new(&AUTH_ERROR_ADDED, said).old(pair.old.node).new_at(response.node);
                    changes.add(found.gathered(), [pair.new]);
                }
                _ => {}
            }
        }
    }
    rate_limit(both, pair, changes);
}

fn rate_limit<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let limited = |facts: &apiward_lints::facts::Facts<'_, 'a>, operation: &Operation<'a>| {
        (facts.answers_429(operation), !facts.limit_headers(operation).is_empty())
    };
    let (was, is) = (limited(&both.old.facts, pair.old), limited(&both.new.facts, pair.new));
    let signs = [(was.0, is.0, "429"), (was.1, is.1, "headers that tell of a limit")];
    for (was, is, what) in signs {
        let (kind, one, many) = match (was, is) {
            (true, false) => {
                (&RATE_LIMIT_REMOVED, format!("no longer describes {what}"), format!("no longer describe {what}"))
            }
            (false, true) => (&RATE_LIMIT_ADDED, format!("describes {what} now"), format!("describe {what} now")),
            _ => continue,
        };
        let node = |api: &Api<'a>, operation: &Operation<'a>| {
            answer(api, operation, "429").map_or(operation.node, |response| response.node)
        };
        let found = Found::new(kind, Said::operations(one, many))
            .old(node(both.old.api, pair.old))
            .new_at(node(both.new.api, pair.new));
        changes.add(found.gathered(), [pair.new]);
    }
}

fn answer<'r, 'a>(api: &'r Api<'a>, operation: &Operation<'a>, code: &str) -> Option<&'r Response<'a>> {
    operation.responses.iter().map(|id| api.response(*id)).find(|response| response.code == code)
}

/// True when a range of codes, or all others, stand for the single ones.
fn covers(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let range = |code: &str| code == "default" || code.eq_ignore_ascii_case("4XX");
    operation.responses.iter().any(|id| range(api.response(*id).code))
}
