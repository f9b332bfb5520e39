//! Versions, environments, unfinished work, and what texts promise.

use crate::lexicon::{Lexicon, Match};

/// Parameters that name the version of the API.
pub static API_VERSION_PARAMETERS: Lexicon =
    Lexicon::new("api_version_parameters", Match::Name, &["api_version", "apiversion", "version", "ver", "v"]);

/// First words of names that speak of the version of a client.
pub static CLIENT_VERSION_WORDS: Lexicon = Lexicon::new(
    "client_version_words",
    Match::First,
    &[
        "app",
        "application",
        "client",
        "sdk",
        "device",
        "os",
        "platform",
        "browser",
        "agent",
        "user_agent",
        "firmware",
        "tls",
        "schema",
        "if",
        "min",
        "latest",
    ],
);

/// What a text may call its own subject.
pub static DEPRECATED_NOUNS: Lexicon = Lexicon::new(
    "deprecated_nouns",
    Match::Word,
    &[
        "endpoint",
        "operation",
        "method",
        "api",
        "route",
        "resource",
        "call",
        "request",
        "field",
        "property",
        "attribute",
        "parameter",
        "header",
        "argument",
        "schema",
        "object",
        "model",
        "version",
    ],
);

/// Words before the end date of an operation.
pub static SUNSET_WORDS: Lexicon = Lexicon::new(
    "sunset_words",
    Match::Phrase,
    &[
        "removed",
        "removal",
        "sunset",
        "sunsetted",
        "retired",
        "retirement",
        "end of life",
        "eol",
        "end of support",
        "discontinued",
        "shut down",
        "shutdown",
        "switched off",
        "turned off",
        "until",
    ],
);

/// Words before the name of a successor.
pub static SUCCESSOR_WORDS: Lexicon = Lexicon::new(
    "successor_words",
    Match::Phrase,
    &[
        "use",
        "see",
        "replaced by",
        "superseded by",
        "successor",
        "in favour of",
        "in favor of",
        "instead",
        "migrate to",
        "switch to",
        "moved to",
    ],
);

/// Labels of host names and paths that name an environment.
pub static ENVIRONMENT_LABELS: Lexicon = Lexicon::new(
    "environment_labels",
    Match::Word,
    &[
        "dev",
        "develop",
        "development",
        "test",
        "testing",
        "qa",
        "uat",
        "stage",
        "stg",
        "staging",
        "preprod",
        "pre_prod",
        "sandbox",
        "demo",
        "beta",
        "canary",
        "nightly",
        "int",
        "pre_production",
        "preproduction",
        "non_production",
        "nonproduction",
        "non_prod",
        "nonprod",
    ],
);

/// Suffixes below which names are registered.
pub static TWO_LEVEL_SUFFIXES: Lexicon = Lexicon::new(
    "two_level_suffixes",
    Match::Value,
    &[
        "co.uk",
        "org.uk",
        "ac.uk",
        "gov.uk",
        "com.au",
        "net.au",
        "org.au",
        "co.nz",
        "co.jp",
        "or.jp",
        "ne.jp",
        "com.br",
        "com.mx",
        "com.ar",
        "co.in",
        "co.kr",
        "com.cn",
        "com.tr",
        "com.sg",
        "co.za",
        "com.hk",
        "com.tw",
        "co.il",
        "azurewebsites.net",
        "cloudfunctions.net",
        "herokuapp.com",
        "github.io",
        "amazonaws.com",
        "run.app",
        "appspot.com",
        "vercel.app",
        "netlify.app",
        "gov.au",
        "edu.au",
        "govt.nz",
        "org.nz",
        "ac.nz",
        "ac.jp",
        "go.jp",
        "gov.br",
        "org.br",
        "net.br",
        "gov.in",
        "org.in",
        "ac.in",
        "com.pl",
        "org.pl",
        "com.co",
        "com.pe",
        "com.ua",
        "com.my",
        "com.ph",
        "com.vn",
        "com.sa",
        "com.eg",
        "co.id",
        "co.th",
        "co.ke",
        "me.uk",
        "ltd.uk",
        "azure-api.net",
        "cloudfront.net",
        "pages.dev",
        "workers.dev",
        "fly.dev",
        "onrender.com",
        "web.app",
        "firebaseapp.com",
    ],
);

/// Marks of unfinished work.
pub static TODO_MARKERS: Lexicon = Lexicon::new("todo_markers", Match::Regex, &[r"(?-i:\b(?:TODO|FIXME|HACK|TBD)\b)"]);

/// Words of security that make unfinished work a finding.
pub static TODO_SECURITY_WORDS: Lexicon = Lexicon::new(
    "todo_security_words",
    Match::Word,
    &[
        "auth",
        "authentication",
        "authorization",
        "authorize",
        "permission",
        "permissions",
        "security",
        "secure",
        "validate",
        "validation",
        "sanitize",
        "sanitise",
        "encrypt",
        "encryption",
        "token",
        "scope",
        "role",
        "rate_limit",
        "password",
        "csrf",
        "cors",
        "authenticate",
        "authorisation",
        "credential",
        "access_control",
        "signature",
        "tls",
        "https",
    ],
)
.with_plurals();

/// Text that says that something is missing still.
pub static UNFINISHED_PHRASES: Lexicon = Lexicon::new(
    "unfinished_phrases",
    Match::Phrase,
    &["remove before release", "remove before production", "remove before go live"],
);

/// Text that says that a call needs a credential.
pub static AUTH_REQUIRED_PHRASES: Lexicon = Lexicon::new(
    "auth_required_phrases",
    Match::Phrase,
    &[
        "requires authentication",
        "authentication required",
        "authentication is required",
        "must be authenticated",
        "must be logged in",
        "login required",
        "requires login",
        "requires an api key",
        "api key required",
        "api key is required",
        "requires a token",
        "bearer token required",
        "requires authorization",
        "only authenticated users",
        "authenticated users only",
    ],
);

/// Text that says that a call is for administrators.
pub static ADMIN_ONLY_PHRASES: Lexicon = Lexicon::new(
    "admin_only_phrases",
    Match::Phrase,
    &[
        "admin only",
        "admins only",
        "administrators only",
        "only admins",
        "only administrators",
        "requires admin",
        "requires administrator",
        "admin privileges required",
        "superuser only",
    ],
);
