//! Requirements as they are compared with each other.

use std::collections::BTreeSet;

use apiward_model::predicate::{SchemeKind, scheme_kind};
use apiward_model::{Api, EffectiveSecurity, SchemeId};

/// The kinds of all schemes of all alternatives; nothing when one is not known.
pub(super) fn kinds<'r>(api: &'r Api<'_>, security: &EffectiveSecurity<'_>) -> Option<Vec<SchemeKind<'r>>> {
    let mut kinds = Vec::new();
    for alternative in &*security.alternatives {
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
pub(super) fn schemes(security: &EffectiveSecurity<'_>) -> BTreeSet<BTreeSet<SchemeId>> {
    let members = |alternative: &apiward_model::Alternative<'_>| {
        alternative.members.iter().filter_map(|member| member.scheme).collect()
    };
    security.alternatives.iter().map(members).collect()
}
