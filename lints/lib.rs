//! The lints: what is a fault in an API's security design, and where.
//!
//! Each lint is one file in its family's folder, with its documentation beside it; [`catalogue`] lists them all.

pub mod facts;
pub mod framework;

use framework::declare::LintMeta;

/// Declares the lints of a family: for each name a module of that name, which declares a `LINT`.
macro_rules! family {
    ($($lint:ident),* $(,)?) => {
        $(mod $lint;)*
        pub(crate) static LINTS: &[&$crate::framework::declare::LintMeta] = &[$(&$lint::LINT),*];
    };
}

/// Declares the families, each in a folder of that name.
macro_rules! families {
    ($($family:ident),* $(,)?) => {
        $(mod $family;)*
        static FAMILIES: &[&[&LintMeta]] = &[$($family::LINTS),*];
    };
}

families! {
    auth,
    consistency,
    docs,
    errors,
    exposure,
    input,
    logging,
    maintenance,
    ratelimit,
    rbac,
    secrets,
    segregation,
    threat,
    transport,
    versioning,
}

/// Every lint, in catalogue order.
pub fn catalogue() -> impl Iterator<Item = &'static LintMeta> {
    FAMILIES.iter().copied().flatten().copied()
}
