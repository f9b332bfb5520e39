//! The lints: what is a fault in an API's security design, and where.
//!
//! Each lint is one file in its family's folder, with its documentation beside it; [`catalogue`] lists them all.

pub mod framework;

use framework::declare::LintMeta;

/// Every lint, in catalogue order.
pub fn catalogue() -> impl Iterator<Item = &'static LintMeta> {
    let families: [&[&'static LintMeta]; 0] = [];
    families.into_iter().flatten().copied()
}
