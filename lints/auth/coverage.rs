//! Whether a description leaves operations open that nobody exempts.

use apiward_model::predicate::{Exemption, gateway_auth};

use crate::framework::lint::Cx;

/// The operations that a document without protection leaves open.
pub(super) struct Gaps {
    /// Why they are left alone: not at all, when one is neither public by design nor behind a gateway; because of their
    /// author's declarations, when only those exempt them; else because of what they are.
    pub(super) exemption: Exemption,
    /// How many there are. Those that are declared public count only when there are no others.
    pub(super) count: usize,
}

/// Looks for operations that nobody exempts. `extra` names further extensions of gateways.
pub(super) fn gaps(cx: &Cx<'_, '_>, extra: &[String]) -> Gaps {
    let mut open = 0;
    let mut declared_public = None;
    let mut declarations = 0;
    for operation in cx.api.operations.iter().filter(|operation| !gateway_auth(cx.api, operation, extra)) {
        match cx.signs(operation.id).exemption() {
            Exemption::None => open += 1,
            Exemption::Declared(declared) => {
                declared_public.get_or_insert(declared);
                declarations += 1;
            }
            Exemption::ByNature => {}
        }
    }
    match declared_public {
        _ if open > 0 => Gaps { exemption: Exemption::None, count: open },
        Some(declared) => Gaps { exemption: Exemption::Declared(declared), count: declarations },
        None => Gaps { exemption: Exemption::ByNature, count: 0 },
    }
}
