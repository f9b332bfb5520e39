//! Whether an operation administers the service, by the names that it has.

use crate::api::Operation;
use crate::lexicon::Tokens;
use crate::predicate::path::PathShape;
use crate::words::{ADMIN_STRONG_SEGMENTS, ADMIN_STRONG_WORDS, ADMIN_WEAK_SEGMENTS};

/// How plainly the names of an operation say that it administers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Administration {
    /// A path segment that others use as well: `admin_weak(op)`.
    Weak,
    /// A path segment, a tag or an operationId that means nothing else: `admin_strong(op)`.
    Strong,
}

/// `admin_strong(op)` or `admin_weak(op)`; nothing when no name says so. `path` and `operation_id` are those of the
/// operation.
pub(super) fn administration(
    operation: &Operation<'_>,
    path: &PathShape<'_>,
    operation_id: &Tokens<'_>,
) -> Option<Administration> {
    let strong = path.holds(&ADMIN_STRONG_SEGMENTS)
        || operation.tags().any(|tag| ADMIN_STRONG_SEGMENTS.matches_name(&Tokens::new(tag)))
        || ADMIN_STRONG_WORDS.matches_first(operation_id);
    if strong {
        return Some(Administration::Strong);
    }
    path.holds(&ADMIN_WEAK_SEGMENTS).then_some(Administration::Weak)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::api::Api;
    use crate::files::{Files, Loader};
    use crate::predicate::Signs;

    #[test]
    fn segments_tags_and_operation_ids_say_it() {
        let text = "openapi: 3.0.3\npaths:\n  /admin/users: {get: {}}\n  /a: {get: {tags: [Admin]}}\n  \
                    /b: {get: {operationId: adminListUsers}}\n  /internal/c: {get: {}}\n  /d: {get: {tags: [users]}}\n  \
                    /administrative: {get: {operationId: listAdmins}}\n";
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let signs = Signs::of(&api);
        let rated: Vec<_> = signs.iter().map(|signs| signs.administration).collect();
        let (strong, weak) = (Some(Administration::Strong), Some(Administration::Weak));
        assert_eq!(rated, [strong, strong, strong, weak, None, None]);
    }
}
