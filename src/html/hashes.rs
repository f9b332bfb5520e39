//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-Ul4yXHfEhdbkllUkaw6KlmFyTOGBpDV3G+wfQUXJtlM=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-bVk+ezavAAfUWAduNj69jINJU2nq7B5VW1MTwhPKrJQ=";
