//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-97bD2TVZimVA+HHojPBc1FDz+Zkqc3+XPIpeJqKZAqo=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-bVk+ezavAAfUWAduNj69jINJU2nq7B5VW1MTwhPKrJQ=";
