//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-Wg+u5TJoTVaGhtm/bW6iXVlXMFiox3Kc/W3hGqqsOFs=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-bVk+ezavAAfUWAduNj69jINJU2nq7B5VW1MTwhPKrJQ=";
