//! Requirements as they are compared with each other.

use std::collections::BTreeSet;

use apiward_model::predicate::{SchemeKind, scheme_kind};
use apiward_model::{Alternative, Api, SchemeId};

/// The kinds of all schemes of all alternatives; nothing when one is not known.
pub(super) fn kinds<'r>(api: &'r Api<'_>, alternatives: &[Alternative<'_>]) -> Option<Vec<SchemeKind<'r>>> {
    let mut kinds = Vec::new();
    for alternative in alternatives {
        if !alternative.is_known() {
            return None;
        }
        for id in alternative.members.iter().filter_map(|member| member.scheme) {
            let kind = scheme_kind(api.scheme(id))?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    Some(kinds)
}

/// The alternatives as sets of schemes: scopes and order make no difference.
pub(super) fn schemes(alternatives: &[Alternative<'_>]) -> BTreeSet<BTreeSet<SchemeId>> {
    let members =
        |alternative: &Alternative<'_>| alternative.members.iter().filter_map(|member| member.scheme).collect();
    alternatives.iter().map(members).collect()
}
