//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-o0pAgV0LOiZfdU2T6MK2U3jrcoCl1Sx9oQqOHm5Q+gQ=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-bVk+ezavAAfUWAduNj69jINJU2nq7B5VW1MTwhPKrJQ=";
