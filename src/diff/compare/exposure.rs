//! Which sensitive data operations return.

use std::collections::HashSet;

use apiward_lints::facts::{Facts, SensitiveKind};
use apiward_lints::framework::level::Level;
use apiward_lints::framework::text::quoted;
use apiward_model::{Api, Operation};

use super::changes::{Changes, Found, Said};
use super::{Both, Pair};
use crate::diff::kinds::{PERSONAL_DATA_EXPOSED, SECRET_EXPOSED, SENSITIVE_DATA_WITHDRAWN};

/// A name counts as new where the operation returned none of that name before, wherever it stood.
pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let (before, after) = (names(&both.old.facts, pair.old), names(&both.new.facts, pair.new));
    if before.is_empty() && after.is_empty() {
        return;
    }
    let described = is_described(both.old.api, pair.old);
    for (sensitive, node) in both.new.facts.returned_at(pair.new).filter(|(one, _)| !before.contains(one.name)) {
        let (kind, what) = match sensitive.kind {
            SensitiveKind::Secret => (&SECRET_EXPOSED, "secret"),
            SensitiveKind::Personal => (&PERSONAL_DATA_EXPOSED, "personal data"),
        };
        // Whether it was returned before it was described, nobody knows.
        let level = if described { kind.level } else { Level::Info };
        let rest = format!("the {what} {}", quoted(sensitive.name));
        let said = Said::operations(format!("now returns {rest}"), format!("now return {rest}"));
        changes.add(Found::new(kind, said).new_at(node).level(level), [pair.new]);
    }
    for (sensitive, node) in both.old.facts.returned_at(pair.old).filter(|(one, _)| !after.contains(one.name)) {
        let rest = quoted(sensitive.name);
        let said = Said::operations(format!("no longer returns {rest}"), format!("no longer return {rest}"));
        changes.add(Found::new(&SENSITIVE_DATA_WITHDRAWN, said).old(node), [pair.new]);
    }
}

fn names<'a>(facts: &Facts<'_, 'a>, operation: &Operation<'a>) -> HashSet<&'a str> {
    facts.returned(operation).map(|one| one.name).collect()
}

/// Whether a schema says what the operation returns.
fn is_described(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let mut answers = operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.is_success());
    !operation.messages.is_empty() || answers.any(|response| response.media.iter().any(|media| media.schema.is_some()))
}
