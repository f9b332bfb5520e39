//! Whether a description leaves operations open that nobody exempts.

use apiward_model::predicate::{Exemption, gateway_auth};

use crate::framework::lint::Cx;

/// Why a document without protection is left alone: not at all, when at least one operation is neither public by design
/// nor behind a gateway; because of the author's declarations, when only those exempt some; else because of what its
/// operations are. `extra` names further extensions of gateways.
pub(super) fn exemption(cx: &Cx<'_, '_>, extra: &[String]) -> Exemption {
    let mut verdict = Exemption::ByNature;
    for operation in cx.api.operations.iter().filter(|operation| !gateway_auth(cx.api, operation, extra)) {
        match cx.signs(operation.id).exemption() {
            Exemption::None => return Exemption::None,
            Exemption::Declared(declared) if verdict == Exemption::ByNature => verdict = Exemption::Declared(declared),
            _ => {}
        }
    }
    verdict
}

/// The number of operations that are neither public by nature nor behind a gateway.
pub(super) fn unprotected(cx: &Cx<'_, '_>, extra: &[String]) -> usize {
    let behind = |operation: &apiward_model::Operation<'_>| gateway_auth(cx.api, operation, extra);
    let open = cx.api.operations.iter().filter(|operation| cx.signs(operation.id).public.is_empty());
    open.filter(|operation| !behind(operation)).count()
}
