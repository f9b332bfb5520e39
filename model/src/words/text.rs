//! Phrases that are looked for in summaries and descriptions, and the words that turn them around.

use crate::lexicon::{Lexicon, Match};

/// Text that says that a call needs no credential.
pub static NO_AUTH_PHRASES: Lexicon = Lexicon::new(
    "no_auth_phrases",
    Match::Phrase,
    &[
        "no authentication required",
        "does not require authentication",
        "without authentication",
        "publicly accessible",
        "public endpoint",
        "no auth required",
        "unauthenticated access",
        "anonymous access",
        "access policy: public",
        "access policy**: public",
        "access policy:** public",
    ],
);

/// Descriptions of an `Authorization` header key that name an obsolete HTTP scheme.
///
/// The bare word digest is left out: signature schemes have digests too.
pub static OBSOLETE_SCHEME_PHRASES: Lexicon = Lexicon::new(
    "obsolete_scheme_phrases",
    Match::Phrase,
    &[
        "digest auth",
        "digest authentication",
        "digest access authentication",
        "http digest",
        "ntlm",
        "oauth 1.0",
        "oauth 1.0a",
        "oauth1",
    ],
);

/// Before a phrase these negate it.
pub static NEGATION_WORDS: Lexicon = Lexicon::new(
    "negation_words",
    Match::Phrase,
    &[
        "no",
        "not",
        "never",
        "without",
        "doesn't",
        "does not",
        "don't",
        "do not",
        "isn't",
        "is not",
        "aren't",
        "no longer",
        "unless",
    ],
);

/// After a phrase these negate it.
pub static NEGATION_AFTER: Lexicon = Lexicon::new(
    "negated(match)",
    Match::Phrase,
    &["is not", "are not", "isn't", "aren't", "not required", "not needed"],
);
