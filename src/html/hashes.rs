//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-L15t4ig2s/4zfJbWZ5cLp2oxxjmFx7AfUU2Uz7XMZow=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-bVk+ezavAAfUWAduNj69jINJU2nq7B5VW1MTwhPKrJQ=";
