//! What the name of an OAuth 2 or OpenID Connect scope says about what it grants.

use crate::lexicon::{Tokens, WordSet};
use crate::predicate::path::without_query;
use crate::words::{IDENTITY_SCOPES, SCOPE_READ_WORDS, SCOPE_WRITE_WORDS};

/// Last tokens that say reading: `users.get`, `users:list`.
const READING_ENDS: [&str; 2] = ["get", "list"];

/// A scope that tells a client who the user is and grants nothing on the API (`identity_scopes`).
pub fn is_identity_scope(scope: &str) -> bool {
    IDENTITY_SCOPES.entries().contains(&scope)
}

/// The words of scopes, with those that the configuration adds.
#[derive(Clone, Debug, Default)]
pub struct ScopeWords {
    read: WordSet,
    write: WordSet,
}

impl ScopeWords {
    /// Further words that say reading or writing; each matches as the entries of the catalogue do.
    pub fn with<S: AsRef<str>>(read: &[S], write: &[S]) -> Self {
        Self { read: WordSet::new(read, false), write: WordSet::new(write, false) }
    }

    /// `read_only_scope(s)`: the name says reading, and nothing in it says writing.
    pub fn is_read_only(&self, scope: &str) -> bool {
        let tokens = Tokens::new(local_part(scope));
        let reads = || {
            SCOPE_READ_WORDS.matches_word(&tokens)
                || self.read.matches_word(&tokens)
                || tokens.last().is_some_and(|last| READING_ENDS.contains(&last))
        };
        let writes = || SCOPE_WRITE_WORDS.matches_word(&tokens) || self.write.matches_word(&tokens);
        reads() && !writes()
    }
}

/// Of an absolute URI the path: its host is the name of the provider (`https://read.example/auth/all`). `read:users` is
/// none, a scheme alone does not make one here.
fn local_part(scope: &str) -> &str {
    let Some((scheme, rest)) = scope.split_once("://") else { return scope };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return scope;
    }
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    without_query(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(scope: &str) -> bool {
        ScopeWords::default().is_read_only(scope)
    }

    #[test]
    fn names_that_say_only_reading() {
        for scope in [
            "read",
            "read:users",
            "parcels.readonly",
            "ParcelReader",
            "parcels:ro",
            "view-parcels",
            "parcels.get",
            "listParcels.list",
            "https://write.parcels.test/auth/parcels.readonly?all",
            "https://login.parcels.test/parcels.readonly#write",
        ] {
            assert!(reads(scope), "{scope}");
        }
    }

    #[test]
    fn names_that_say_writing_or_nothing() {
        for scope in [
            "write",
            "read_write",
            "read:write",
            "readwrite",
            "parcels.rw",
            "read:all",
            "admin.read",
            "parcels",
            "get.parcels",
            "already",
            "readers",
            "https://read.parcels.test/auth/parcels",
            "https://read.parcels.test",
            "",
        ] {
            assert!(!reads(scope), "{scope}");
        }
    }

    #[test]
    fn further_words_count_like_those_of_the_catalogue() {
        let words = ScopeWords::with(&["lookup", "fetch_one"], &["dispatch"]);
        assert!(words.is_read_only("parcels:lookup") && words.is_read_only("parcels.fetchOne"));
        assert!(!words.is_read_only("parcels:read:dispatch"));
        assert!(words.is_read_only("parcels:read") && !reads("parcels:lookup"));
    }

    #[test]
    fn identity_scopes_are_compared_as_written() {
        assert!(is_identity_scope("openid") && is_identity_scope("offline_access"));
        assert!(!is_identity_scope("OpenID") && !is_identity_scope("profile.read"));
    }
}
