//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-mSdn354BUh9o1JkSZDt8zR9mjdjrBSNZareiZlDEvbs=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-lUj9f23kVoT9LQLZFudltgHs7CNWJLe/WSdGCiPPMvk=";
