//! The digests by which the policy of HTML pages lets their style and their script through.

use apiward::html::{SCRIPT, STYLE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// `src/html/hashes.rs`.
pub(crate) fn module() -> String {
    format!(
        "//! Digests of the style and the script, for the policy of the pages. Written by `cargo xtask generate`.\n\n\
         /// Of `page.css`.\npub(super) const STYLE_HASH: &str = \"{}\";\n\
         /// Of `page.js`.\npub(super) const SCRIPT_HASH: &str = \"{}\";\n",
        source(STYLE),
        source(SCRIPT)
    )
}

/// As a policy names a block (CSP 3, section 2.3.1).
fn source(block: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(block)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_policies_have_them() {
        // The example of CSP 3, section 8.3.
        assert_eq!(source("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
