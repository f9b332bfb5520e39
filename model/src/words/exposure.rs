//! What answers give away: secrets, personal data, details of health answers.

use crate::lexicon::{Lexicon, Match};

/// Properties that are secrets often enough to be asked about.
pub static SECRET_RESPONSE_NAMES_WEAK: Lexicon = Lexicon::new(
    "secret_response_names_weak",
    Match::Name,
    &[
        "secret",
        "api_secret",
        "secret_key",
        "secret_access_key",
        "webhook_secret",
        "signing_secret",
        "signing_key",
        "access_token",
        "refresh_token",
        "id_token",
        "session_token",
        "auth_token",
        "api_key",
        "apikey",
        "pin",
        "salt",
        "recovery_codes",
        "backup_codes",
        "auth_key",
    ],
);

/// A property that begins with one of these speaks about a secret and is none.
pub static NEGATIVE_PREFIXES: Lexicon = Lexicon::new(
    "negative_prefixes",
    Match::First,
    &[
        "has",
        "is",
        "can",
        "requires",
        "require",
        "needs",
        "allow",
        "allows",
        "masked",
        "redacted",
        "encrypted",
        "hashed_last",
        "truncated",
        "obfuscated",
        "last",
        "num",
        "count",
        "min",
        "max",
        "use",
        "uses",
        "enable",
        "enabled",
        "show",
        "verify",
        "no",
    ],
);

/// A property that ends with one of these speaks about a secret and is none.
pub static NEGATIVE_SUFFIXES: Lexicon = Lexicon::new(
    "negative_suffixes",
    Match::Last,
    &[
        "id",
        "ids",
        "hint",
        "name",
        "url",
        "uri",
        "status",
        "type",
        "expires",
        "expires_at",
        "expires_in",
        "expiry",
        "expiration",
        "updated_at",
        "created_at",
        "changed_at",
        "last_changed",
        "required",
        "enabled",
        "policy",
        "strength",
        "length",
        "count",
        "last4",
        "last_four",
        "fingerprint",
        "prefix",
        "format",
        "version",
        "rotation",
        "ttl",
        "label",
        "masked",
    ],
);

/// Words of operations that hand out credentials.
pub static ISSUER_GUARD_WORDS: Lexicon = Lexicon::new(
    "issuer_guard_words",
    Match::Word,
    &[
        "login",
        "signin",
        "token",
        "session",
        "exchange",
        "refresh",
        "register",
        "signup",
        "authenticate",
        "authorize",
        "credential",
        "key",
        "secret",
        "api_key",
        "webhook",
        "client",
        "application",
        "service_account",
        "enroll",
        "enrol",
        "mfa",
        "totp",
        "2fa",
        "recovery_code",
        "backup_code",
        "registration",
    ],
)
.with_plurals();

/// Verbs that tell an operation that makes a credential from one that only lists it.
pub static ISSUER_GUARD_VERBS: Lexicon = Lexicon::new(
    "issuer_guard_verbs",
    Match::Word,
    &["create", "rotate", "regenerate", "reset", "reveal", "issue", "generate", "roll", "renew"],
);

/// Words of a name that say that its value is masked, hashed or cut.
pub static PII_MASKING: Lexicon = Lexicon::new(
    "pii_masking",
    Match::Word,
    &[
        "masked",
        "last4",
        "last_four",
        "last_digits",
        "bin",
        "encrypted",
        "tokenized",
        "token",
        "hash",
        "hashed",
        "truncated",
        "redacted",
    ],
);

/// `pii_pairs`: personal data that is sensitive when both names are properties of one object.
pub const PII_PAIRS: [(&str, &str); 6] = [
    ("iban", "account_holder"),
    ("account_number", "routing_number"),
    ("account_number", "sort_code"),
    ("date_of_birth", "last_name"),
    ("dob", "last_name"),
    ("pan", "expiry_month"),
];

/// Personal data that must not stand in an address.
pub static PII_URL_HIGH: Lexicon = Lexicon::new(
    "pii_url_high",
    Match::Name,
    &[
        "ssn",
        "social_security_number",
        "national_id",
        "national_insurance_number",
        "tax_id",
        "passport_number",
        "card_number",
        "credit_card_number",
        "iban",
        "dob",
        "date_of_birth",
        "medical_record_number",
    ],
);

/// Personal data that is better kept out of an address.
pub static PII_URL_LOW: Lexicon = Lexicon::new(
    "pii_url_low",
    Match::Name,
    &[
        "email",
        "email_address",
        "phone",
        "phone_number",
        "mobile",
        "msisdn",
        "street_address",
        "home_address",
        "full_name",
        "first_name",
        "last_name",
    ],
);

/// Properties that show how a service is built.
pub static INTERNAL_FIELD_NAMES: Lexicon = Lexicon::new(
    "internal_field_names",
    Match::Name,
    &[
        "__v",
        "_class",
        "_rev",
        "internal_id",
        "internal_notes",
        "internal_status",
        "is_deleted",
        "deleted_by",
        "row_version",
        "stack_trace",
        "stacktrace",
        "sql",
        "sql_query",
        "table_name",
        "db_name",
        "db_host",
        "debug",
        "debug_info",
        "password_reset_token",
        "reset_token",
        "created_by_ip",
        "last_login_ip",
    ],
);

/// Text that says that something is for internal use.
pub static INTERNAL_PHRASES: Lexicon = Lexicon::new(
    "internal_phrases",
    Match::Phrase,
    &[
        "internal use only",
        "for internal use",
        "do not expose",
        "not for public use",
        "for testing only",
        "for debugging only",
        "debug only",
    ],
);

/// Properties that hold a password.
pub static PASSWORD_INPUT_NAMES: Lexicon = Lexicon::new(
    "password_input_names",
    Match::Name,
    &["password", "passwd", "passphrase", "new_password", "old_password", "current_password", "client_secret"],
);

/// Properties of a health answer that tell an attacker something.
pub static HEALTH_DETAIL_NAMES: Lexicon = Lexicon::new(
    "health_detail_names",
    Match::Name,
    &[
        "hostname",
        "host",
        "ip",
        "ip_address",
        "db",
        "database",
        "redis",
        "kafka",
        "memory",
        "heap",
        "disk",
        "cpu",
        "env",
        "environment_variables",
        "config",
        "configuration",
        "uptime",
        "pid",
        "commit",
        "git_commit",
        "build",
        "dependencies",
        "components",
        "threads",
    ],
);

/// Details of a health answer that count only beside another one.
pub static HEALTH_DETAIL_NAMES_WEAK: Lexicon =
    Lexicon::new("health_detail_names.weak", Match::Name, &["uptime", "build", "commit", "git_commit", "host"]);

/// Values and names of a plain health answer.
pub static HEALTH_STATUS_WORDS: Lexicon = Lexicon::new(
    "health_status_words",
    Match::Name,
    &[
        "up",
        "down",
        "ok",
        "healthy",
        "unhealthy",
        "degraded",
        "pass",
        "passed",
        "fail",
        "failed",
        "warn",
        "warning",
        "error",
        "unknown",
        "out_of_service",
        "starting",
        "ready",
        "not_ready",
        "alive",
        "connected",
        "disconnected",
        "true",
        "false",
        "green",
        "yellow",
        "red",
    ],
);

/// Properties of a plain health answer.
pub static HEALTH_PLAIN_NAMES: Lexicon = Lexicon::new(
    "health_plain_names",
    Match::Name,
    &["status", "state", "health", "healthy", "ok", "version", "name", "time", "timestamp"],
);

/// Endpoints of monitoring.
pub static MONITORING_SEGMENTS: Lexicon = Lexicon::new(
    "monitoring_segments",
    Match::LastSegment,
    &[
        "health",
        "healthz",
        "healthcheck",
        "status",
        "ready",
        "readyz",
        "livez",
        "metrics",
        "info",
        "actuator",
        "env",
        "diagnostics",
        "monitor",
        "stats",
    ],
);

/// Names of request and trace identifiers.
pub static CORRELATION_NAMES: Lexicon = Lexicon::new(
    "correlation_names",
    Match::Last,
    &[
        "request_id",
        "correlation_id",
        "traceparent",
        "trace_id",
        "b3",
        "flow_id",
        "cloud_trace_context",
        "transaction_id",
        "tracestate",
        "cf_ray",
        "transmission_id",
        // Of CAMARA, and of the Financial-grade API profiles.
        "correlator",
        "interaction_id",
    ],
);

/// Words that name the sender of a reading.
pub static TELEMETRY_SOURCE_WORDS: Lexicon =
    Lexicon::new("telemetry_source_words", Match::Word, &["device", "sensor", "meter", "gauge"]);

/// Names of the time of a reading.
pub static TELEMETRY_TIME_NAMES: Lexicon = Lexicon::new(
    "telemetry_time_names",
    Match::Name,
    &["timestamp", "ts", "time", "measured_at", "recorded_at", "observed_at", "sampled_at"],
);

/// Properties of an error that show how a service is built.
pub static ERROR_INTERNAL_NAMES: Lexicon = Lexicon::new(
    "error_internal_names",
    Match::Name,
    &[
        "stack",
        "stack_trace",
        "stacktrace",
        "backtrace",
        "traceback",
        "call_stack",
        "exception_class",
        "exception_type",
        "exception_message",
        "inner_exception",
        "sql",
        "sql_query",
        "sql_state",
        "sqlstate",
    ],
);

/// Properties of an error that may show how a service is built.
pub static ERROR_INTERNAL_NAMES_WEAK: Lexicon = Lexicon::new(
    "error_internal_names_weak",
    Match::Name,
    &[
        "exception",
        "debug",
        "debug_info",
        "debug_message",
        "developer_message",
        "cause",
        "trace",
        "class_name",
        "server_name",
        "hostname",
        "file",
        "line",
    ],
);

/// Words of operations that can be asked whether an account exists.
pub static ACCOUNT_PROBE_WORDS: Lexicon = Lexicon::new(
    "account_probe_words",
    Match::Word,
    &[
        "login",
        "log_in",
        "signin",
        "sign_in",
        "forgot_password",
        "reset_password",
        "password_reset",
        "resend_verification",
        "check_username",
        "check_email",
    ],
);

/// Names and texts of answers that tell whether an account exists.
pub static ACCOUNT_REVEAL_PHRASES: Lexicon = Lexicon::new(
    "account_reveal_phrases",
    Match::Word,
    &[
        "user_not_found",
        "account_not_found",
        "email_not_found",
        "no_such_user",
        "unknown_user",
        "email_does_not_exist",
        "user_does_not_exist",
        "invalid_password",
        "wrong_password",
        "incorrect_password",
    ],
);
