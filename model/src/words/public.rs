//! Words of operations that cannot or need not ask for a credential: entry points, probes, protocol endpoints,
//! steps with a one-time token, and calls that authenticate themselves by a signature.

use crate::lexicon::{Lexicon, Match};

/// Entry points that cannot ask for a session. They count for GET and POST, with no parameter before them.
pub static PUBLIC_ENTRY_SEGMENTS: Lexicon = Lexicon::new(
    "public_entry_segments",
    Match::LastSegment,
    &[
        "login",
        "log_in",
        "signin",
        "sign_in",
        "logon",
        "signup",
        "sign_up",
        "authenticate",
        "forgot_password",
        "forgotten_password",
        "password_forgot",
        "reset_password",
        "password_reset",
        "request_password_reset",
        "recover_password",
        "verify_email",
        "email_verification",
        "confirm_email",
        "resend_verification",
        "resend_confirmation",
        "magic_link",
        "passwordless",
        "refresh_token",
        "token_refresh",
        "sso",
        "saml",
        "acs",
        "csrf",
        "csrf_token",
    ],
);

/// The entry points that may follow a parameter segment, as in `/{tenant}/login`.
pub static PUBLIC_ENTRY_AFTER_PARAMETER: Lexicon = Lexicon::new(
    "public_by_design(op)",
    Match::LastSegment,
    &["login", "log_in", "signin", "sign_in", "logon", "signup", "sign_up", "authenticate"],
);

/// Probes and self description. They count for GET and HEAD, with no parameter before them.
pub static PUBLIC_TERMINAL_SEGMENTS: Lexicon = Lexicon::new(
    "public_terminal_segments",
    Match::LastSegment,
    &[
        "health",
        "healthz",
        "healthcheck",
        "health_check",
        "livez",
        "readyz",
        "liveness",
        "readiness",
        "ping",
        "openapi",
        "openapi_json",
        "openapi_yaml",
        "swagger",
        "swagger_json",
        "swagger_ui",
        "api_docs",
        "redoc",
        "robots_txt",
        "favicon_ico",
        "jwks",
        "jwks_json",
        "certs",
        "security_txt",
        "openid_configuration",
        "oauth_authorization_server",
    ],
);

/// Words that are a probe only as the sole segment of the path: `/orders/{id}/status` is data.
pub static PUBLIC_TERMINAL_SOLE: Lexicon = Lexicon::new(
    "public_terminal_segments.sole",
    Match::LastSegment,
    &["status", "version", "about", "live", "ready", "alive", "heartbeat", "time", "docs", "info", "versions"],
);

/// The segment below which everything is public by its specification (RFC 8615), wherever it stands. Compared raw.
pub const WELL_KNOWN_SEGMENT: &str = ".well-known";

/// Segments under which the entries of [`OAUTH_ENDPOINT_SEGMENTS`] are protocol endpoints.
pub static OAUTH_ROOT_SEGMENTS: Lexicon = Lexicon::new(
    "oauth_root_segments",
    Match::Segment,
    &["oauth", "oauth2", "oidc", "openid", "openid_connect", "connect", "auth"],
);

/// OAuth and OpenID Connect protocol endpoints: they authenticate the client, or nobody.
pub static OAUTH_ENDPOINT_SEGMENTS: Lexicon = Lexicon::new(
    "oauth_endpoint_segments",
    Match::LastSegment,
    &[
        "token",
        "authorize",
        "authorization",
        "revoke",
        "revocation",
        "introspect",
        "introspection",
        "jwks",
        "certs",
        "keys",
        "device",
        "device_authorization",
        "device_code",
        "par",
        "callback",
        "logout",
        "end_session",
        "register",
    ],
);

/// Protocol endpoints that publish keys: GET and HEAD only.
pub static OAUTH_KEY_SEGMENTS: Lexicon =
    Lexicon::new("public_by_design(op)", Match::LastSegment, &["jwks", "certs", "keys"]);

/// Protocol endpoints that end something and may be called with DELETE.
pub static OAUTH_ENDING_SEGMENTS: Lexicon =
    Lexicon::new("public_by_design(op)", Match::LastSegment, &["logout", "revoke", "revocation", "end_session"]);

/// One-time-token steps: the last non-parameter segment. They count beside [`ACCOUNT_WORDS`] and without a subject.
pub static ACCOUNT_STEP_WORDS: Lexicon = Lexicon::new(
    "account_step_words",
    Match::Segment,
    &["verify", "confirm", "activate", "reset", "forgot", "recover", "resend"],
);

/// What a one-time-token step or a registration is about.
pub static ACCOUNT_WORDS: Lexicon = Lexicon::new(
    "account_words",
    Match::Word,
    &["account", "user", "email", "password", "registration", "customer", "member", "auth", "identity", "signup"],
)
.with_plurals();

/// Registration: the sole segment, or after one of [`ACCOUNT_WORDS`].
pub static REGISTRATION_SEGMENTS: Lexicon =
    Lexicon::new("public_by_design(op)", Match::LastSegment, &["register", "registration", "signup"]);

/// Starts of a summary, or of an operationId written as spaced tokens, that tell of an entry point.
pub static PUBLIC_OPERATION_PHRASES: Lexicon = Lexicon::new(
    "public_operation_phrases",
    Match::Phrase,
    &[
        "log in",
        "login",
        "sign in",
        "sign up",
        "register user",
        "register account",
        "create account",
        "request password reset",
        "reset password",
        "forgot password",
        "verify email",
        "confirm email",
        "refresh token",
        "obtain token",
        "get access token",
        "health check",
        // Beyond the catalogue: a refresh that is not called by its noun, and the verb of a login.
        "refresh access token",
        "refresh an access token",
        "refresh the access token",
        "authenticate",
    ],
);

/// With one of these the text is about the process, not about its entry point (`Login history`).
pub static PUBLIC_PHRASE_STOPS: Lexicon = Lexicon::new(
    "public_phrase_stops",
    Match::Word,
    &["history", "log", "attempt", "event", "report", "audit", "setting", "policy", "statistic", "list"],
)
.with_plurals();

/// Path parameters that prove possession of a mailed or issued one-time value.
pub static ONE_TIME_PARAMETER_NAMES: Lexicon = Lexicon::new(
    "one_time_parameter_names",
    Match::Last,
    &["token", "code", "otp", "hash", "nonce", "signature", "activation_key", "confirmation_key", "reset_key"],
);

/// Verbs of a POST that only reads: a whole last segment, a custom method, the first tokens of the operationId, or the
/// first word of the summary; a segment also when it starts with the entry and `-` or `_`
/// ([`Lexicon::matches_verb_segment`]).
///
/// `check` and `simulate` are left out on purpose: they often create or change something.
pub static READ_LIKE_POST_VERBS: Lexicon = Lexicon::new(
    "read_like_post_verbs",
    Match::First,
    &[
        "search",
        "query",
        "lookup",
        "find",
        "filter",
        "validate",
        "preview",
        "count",
        "estimate",
        "calculate",
        "batch_get",
        "mget",
        "aggregate",
        "suggest",
        "autocomplete",
        "compare",
        "parse",
        "dry_run",
        "get",
        "retrieve",
        "fetch",
        "batch_retrieve",
        "batch_fetch",
        "batch_list",
        "bulk_get",
        "bulk_retrieve",
        "bulk_fetch",
        "bulk_list",
    ],
);

/// Segments of endpoints that another party calls with a signed message.
pub static RECEIVER_SEGMENTS: Lexicon =
    Lexicon::new("inbound_receiver(op)", Match::Segment, &["webhook", "webhooks", "hook", "hooks", "ipn"]);

/// Headers that carry the signature of such a message.
pub static SIGNATURE_HEADER_WORDS: Lexicon = Lexicon::new(
    "signature_header_words",
    Match::Word,
    &[
        "signature",
        "hmac",
        "digest",
        "content_digest",
        "hub_signature",
        "hub_signature_256",
        "svix_signature",
        "webhook_signature",
        "signature_input",
        "request_timestamp",
    ],
);
