//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.

/// Of `page.css`.
pub(super) const STYLE_HASH: &str = "sha256-aHzGN+Wyn1FJjyu/XsprN8WaRANc8d8pRTAjkwd3FJ0=";
/// Of `page.js`.
pub(super) const SCRIPT_HASH: &str = "sha256-nljePx6BtbjgirByNp5DitwPl+P/RD3ZwZKK+IlKhpU=";
