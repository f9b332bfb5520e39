//! The lints: what is a fault in an API's security design, and where.
//!
//! Each lint is one file in its family's folder, with its documentation beside it; [`catalogue`] lists them all.

pub mod framework;

use framework::declare::LintMeta;

/// Declares the lints of a family: for each name a module of that name, which declares a `LINT`.
macro_rules! family {
    ($($lint:ident),* $(,)?) => {
        $(mod $lint;)*
        pub(crate) static LINTS: &[&$crate::framework::declare::LintMeta] = &[$(&$lint::LINT),*];
    };
}

mod auth;
mod consistency;
mod docs;
mod rbac;
mod secrets;
mod segregation;
mod threat;
mod transport;

/// Every lint, in catalogue order.
pub fn catalogue() -> impl Iterator<Item = &'static LintMeta> {
    [
        auth::LINTS,
        consistency::LINTS,
        docs::LINTS,
        rbac::LINTS,
        secrets::LINTS,
        segregation::LINTS,
        threat::LINTS,
        transport::LINTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
