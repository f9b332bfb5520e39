//! Which sensitive data operations return, and webhooks, callbacks and messages send.

use std::collections::HashSet;

use apiward_lints::facts::{Facts, SensitiveKind};
use apiward_lints::framework::level::Level;
use apiward_lints::framework::text::quoted;
use apiward_model::{Api, Direction, Method, Operation};

use super::changes::{Changes, Found, Said};
use super::openness::{Openness, openness};
use super::{Both, Pair};
use crate::diff::kinds::{PERSONAL_DATA_EXPOSED, SECRET_EXPOSED, SENSITIVE_DATA_UNDESCRIBED, SENSITIVE_DATA_WITHDRAWN};

/// A name counts as new where the operation returned none of that name before, wherever it stood.
pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let (before, after) = (names(&both.old.facts, pair.old), names(&both.new.facts, pair.new));
    if before.is_empty() && after.is_empty() {
        return;
    }
    let described = is_described(both.old.api, pair.old) && !both.old.unread.has_answers_of(pair.old);
    let (one, many) = if sends(pair.new) { ("sends", "send") } else { ("returns", "return") };
    for (sensitive, node) in both.new.facts.given_away(pair.new).filter(|(one, _)| !before.contains(one.name)) {
        let (kind, what) = match sensitive.kind {
            SensitiveKind::Secret => (&SECRET_EXPOSED, "secret"),
            SensitiveKind::Personal => (&PERSONAL_DATA_EXPOSED, "personal data"),
        };
        // Whether it was returned before it was described, nobody knows.
        let level = if described { kind.level } else { Level::Info };
        let rest = format!("the {what} {}", quoted(sensitive.name));
        let said = Said::operations(format!("now {one} {rest}"), format!("now {many} {rest}"));
        changes.add(Found::new(kind, said).new_at(node).level(level), [pair.new]);
    }
    if before.iter().all(|name| after.contains(name)) || both.new.unread.has_answers_of(pair.new) {
        return;
    }
    let (was, is) = (openness(both.old.api, pair.old), openness(both.new.api, pair.new));
    for (sensitive, node) in both.old.facts.given_away(pair.old).filter(|(one, _)| !after.contains(one.name)) {
        let rest = quoted(sensitive.name);
        let found = if is == Openness::Open || is > was {
            let said = Said::operations(
                format!("no longer says whether it {one} {rest}"),
                format!("no longer say whether they {many} {rest}"),
            );
            let level = if is > was { Level::Warning } else { Level::Info };
            Found::new(&SENSITIVE_DATA_UNDESCRIBED, said).level(level)
        } else {
            let said = Said::operations(format!("no longer {one} {rest}"), format!("no longer {many} {rest}"));
            Found::new(&SENSITIVE_DATA_WITHDRAWN, said)
        };
        changes.add(found.old(node), [pair.new]);
    }
}

fn names<'a>(facts: &Facts<'_, 'a>, operation: &Operation<'a>) -> HashSet<&'a str> {
    facts.given_away(operation).map(|(one, _)| one.name).collect()
}

/// True where the provider calls, or sends a message, instead of answering.
fn sends(operation: &Operation<'_>) -> bool {
    operation.direction != Direction::Operation || matches!(operation.method, Method::Send | Method::Subscribe)
}

/// Whether a schema says what the operation gives away.
fn is_described(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let mut answers = operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.is_success());
    let body = operation.body.filter(|_| operation.direction != Direction::Operation).map(|id| api.body(id));
    let sent = body.is_some_and(|body| body.media.iter().any(|media| media.schema.is_some()));
    sent || !operation.messages().is_empty()
        || answers.any(|response| response.media.iter().any(|media| media.schema.is_some()))
}
