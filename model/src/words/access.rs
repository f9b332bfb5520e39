//! Words that tell who may call an operation: administrators, holders of a scope, clients of a gateway, everybody.

use crate::lexicon::{Lexicon, Match};

/// A whole segment or a whole tag that means administration.
pub static ADMIN_STRONG_SEGMENTS: Lexicon = Lexicon::new(
    "admin_strong_segments",
    Match::Segment,
    &["admin", "administrator", "superuser", "superadmin", "super_admin", "backoffice", "back_office", "sysadmin"],
);

/// First token of an operationId (`adminListUsers`). In `listAdmins` an admin is the object, not the caller.
pub static ADMIN_STRONG_WORDS: Lexicon = Lexicon::new(
    "admin_strong_words",
    Match::First,
    &["admin", "administrator", "superuser", "superadmin", "backoffice"],
);

/// Segments that often mean administration, but as often name a product.
pub static ADMIN_WEAK_SEGMENTS: Lexicon = Lexicon::new(
    "admin_weak_segments",
    Match::Segment,
    &[
        "admins",
        "administrators",
        "internal",
        "management",
        "manage",
        "root",
        "sudo",
        "impersonate",
        "console",
        "staff",
        "operator",
        "moderator",
        "ops",
    ],
);

/// Segments of debugging surfaces.
pub static DEBUG_SEGMENTS: Lexicon = Lexicon::new(
    "debug_segments",
    Match::Segment,
    &[
        "debug",
        "actuator",
        "heapdump",
        "threaddump",
        "phpinfo",
        "jolokia",
        "graphiql",
        "pprof",
        "trace_dump",
        "backdoor",
        "test_only",
        "seed_data",
        "dev_tools",
    ],
);

/// Resources that belong to a person.
pub static USER_LIKE_SEGMENTS: Lexicon = Lexicon::new(
    "user_like_segments",
    Match::Segment,
    &[
        "users",
        "user",
        "accounts",
        "account",
        "profile",
        "profiles",
        "me",
        "members",
        "customers",
        "register",
        "registration",
        "signup",
        "wallets",
        "wallet",
        "orders",
    ],
);

/// A token of a scope name that says reading.
pub static SCOPE_READ_WORDS: Lexicon =
    Lexicon::new("scope_read_words", Match::Word, &["read", "readonly", "ro", "viewer", "reader", "view"]);

/// A token of a scope name that says writing, or both.
pub static SCOPE_WRITE_WORDS: Lexicon = Lexicon::new(
    "scope_write_words",
    Match::Word,
    &[
        "write",
        "writer",
        "manage",
        "edit",
        "editor",
        "create",
        "update",
        "delete",
        "remove",
        "admin",
        "full",
        "all",
        "modify",
        "change",
        "execute",
        "send",
        "submit",
        "publish",
        "approve",
        "rw",
        "readwrite",
    ],
);

/// Scopes that tell who the user is and grant nothing on an API.
pub static IDENTITY_SCOPES: Lexicon = Lexicon::new(
    "identity_scopes",
    Match::Value,
    &["openid", "profile", "email", "phone", "address", "offline_access"],
);

/// The IANA HTTP Authentication Scheme Registry, last updated 2025-02-18.
pub static IANA_HTTP_SCHEMES: Lexicon = Lexicon::new(
    "iana_http_schemes",
    Match::Value,
    &[
        "Basic",
        "Bearer",
        "Concealed",
        "Digest",
        "DPoP",
        "GNAP",
        "HOBA",
        "Mutual",
        "Negotiate",
        "OAuth",
        "PrivateToken",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
        "vapid",
    ],
);

/// Extensions whose presence means that a gateway authenticates what lies below.
///
/// `x-tyk-api-gateway` counts only with `server.authentication.enabled: true`, a Kong plugin only without
/// `enabled: false`.
pub static EXTERNAL_AUTH_EXTENSIONS: Lexicon = Lexicon::new(
    "external_auth_extensions",
    Match::Value,
    &[
        "x-kong-plugin-key-auth",
        "x-kong-plugin-jwt",
        "x-kong-plugin-openid-connect",
        "x-kong-plugin-basic-auth",
        "x-kong-plugin-oauth2",
        "x-kong-plugin-hmac-auth",
        "x-kong-plugin-mtls-auth",
        "x-kong-plugin-ldap-auth",
        "x-amazon-apigateway-policy",
        "x-tyk-api-gateway",
    ],
);
