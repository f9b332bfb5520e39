//! Names of properties and parameters that hold credentials or personal data, and values that stand for none.

use crate::lexicon::{Lexicon, Match};

/// Strong credential names for parameters and for defaults.
pub static CREDENTIAL_PARAMETER_NAMES: Lexicon = Lexicon::new(
    "credential_parameter_names",
    Match::Name,
    &[
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "pass_phrase",
        "user_password",
        "current_password",
        "new_password",
        "secret",
        "client_secret",
        "app_secret",
        "api_secret",
        "secret_key",
        "private_key",
        "access_token",
        "accesstoken",
        "refresh_token",
        "id_token",
        "auth_token",
        "authentication_token",
        "session_token",
        "bearer_token",
        "jwt",
        "api_key",
        "apikey",
        "access_key",
        "auth_key",
        "subscription_key",
        "otp",
        "totp",
        "one_time_password",
        "mfa_code",
        "cvv",
        "cvc",
    ],
);

/// Names that are ambiguous alone: they count in query strings only, lowered.
///
/// `sid` is left out: it is the usual name of a resource id.
pub static CREDENTIAL_PARAMETER_NAMES_WEAK: Lexicon = Lexicon::new(
    "credential_parameter_names_weak",
    Match::Name,
    &["token", "session_id", "sessionid", "auth", "authorization", "pin", "signature_key"],
);

/// A name with one of these words is no credential.
pub static TOKEN_NAME_EXCEPTIONS: Lexicon = Lexicon::new(
    "token_name_exceptions",
    Match::Word,
    &[
        "page",
        "next",
        "prev",
        "previous",
        "continuation",
        "sync",
        "cursor",
        "csrf",
        "xsrf",
        "device",
        "push",
        "registration",
        "idempotency",
        "client_token",
        "request_token",
        "type",
        "hint",
        "count",
        "limit",
        "usage",
        "max",
        "min",
        "budget",
        "expires",
        "expiry",
        "ttl",
        "url",
        "uri",
        "name",
        "status",
        "prefix",
        "last4",
    ],
)
.with_plurals();

/// Properties that must never stand in a response outside an issuer of credentials.
pub static SECRET_RESPONSE_NAMES: Lexicon = Lexicon::new(
    "secret_response_names",
    Match::Name,
    &[
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "user_password",
        "plain_password",
        "password_hash",
        "hashed_password",
        "password_salt",
        "password_digest",
        "client_secret",
        "private_key",
        "rsa_private_key",
        "totp_secret",
        "mfa_secret",
        "otp_secret",
        "cvv",
        "cvc",
        "cvv2",
        "card_security_code",
        "security_answer",
    ],
);

/// Highly sensitive personal data. See [`PII_HIGH_PERSON_ONLY`].
pub static PII_HIGH: Lexicon = Lexicon::new(
    "pii_high",
    Match::Name,
    &[
        "ssn",
        "social_security_number",
        "social_security",
        "sin_number",
        "national_id",
        "national_id_number",
        "national_insurance_number",
        "passport_number",
        "passport_no",
        "drivers_license",
        "driver_license",
        "drivers_license_number",
        "driving_licence_number",
        "card_number",
        "credit_card_number",
        "pan_number",
        "biometric",
        "biometric_data",
        "face_template",
        "fingerprint_template",
        "diagnosis",
        "medical_record_number",
        "blood_type",
        "hiv_status",
        "ethnicity",
        "race",
        "religion",
        "political_opinion",
        "sexual_orientation",
        "criminal_record",
    ],
);

/// The entries of [`PII_HIGH`] that count only as strings of an object that speaks of a person ([`PERSON_WORDS`]).
pub static PII_HIGH_PERSON_ONLY: Lexicon =
    Lexicon::new("pii_high.person_only", Match::Name, &["race", "religion", "diagnosis", "biometric"]);

/// Names that speak of a human being.
pub static PERSON_WORDS: Lexicon = Lexicon::new(
    "person_words",
    Match::Word,
    &[
        "user",
        "person",
        "people",
        "profile",
        "customer",
        "member",
        "patient",
        "employee",
        "candidate",
        "contact",
        "applicant",
        "guest",
        "donor",
        "student",
        "pupil",
        "citizen",
        "resident",
        "passenger",
        "beneficiary",
        "claimant",
    ],
)
.with_plurals();

/// A value that matches is never a credential.
pub static SECRET_PLACEHOLDER_MARKERS: Lexicon = Lexicon::new(
    "secret_placeholder_markers",
    Match::Regex,
    &[
        "^$",
        r"^\*+$",
        "^x+$",
        "^[.]{3,}$",
        "^<[^>]*>$",
        r"^\{[^}]*\}$",
        r"^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$",
        "example",
        "sample",
        "dummy",
        "placeholder",
        "changeme",
        "change[-_ ]?me",
        "redacted",
        "your[-_ ]",
        "my[-_ ]?(?:secret|password|token|key)",
        "insert[-_ ]",
        "replace[-_ ]",
        "fake",
        "mock",
        "foobar",
        "lorem",
        "abc123",
        "0{6,}",
        "1234567",
        // Beyond the catalogue: what was cut.
        "[.]{3,}",
        "\u{2026}",
    ],
);

/// Well-known demonstration pairs and keys. A decoded Basic payload is compared with `:` read as `_`.
pub static CREDENTIAL_DEMO_VALUES: Lexicon = Lexicon::new(
    "credential_demo_values",
    Match::Name,
    &[
        "akiaiosfodnn7example",
        "aladdin_open_sesame",
        "user_password",
        "username_password",
        "test_test",
        "admin_admin",
        "demo_demo",
    ],
);

/// A default or single allowed value that stands for no credential. All others are default credentials.
pub static CREDENTIAL_UNSET_MARKERS: Lexicon = Lexicon::new(
    "credential_unset_markers",
    Match::Regex,
    &[
        r"^\s*$",
        r"^\*+$",
        "^x+$",
        "^[.]{3,}$",
        "^<[^>]*>$",
        r"^\{[^}]*\}$",
        r"^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$",
        r"^\{\{[^}]*\}\}$",
        r"^\[?redacted\]?$",
        "^(your|insert|replace)[-_ ]",
        "^demo[-_]?key$",
    ],
);
