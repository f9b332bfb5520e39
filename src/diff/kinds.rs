//! What can change: every kind of change, with its effect, its level and its documentation.

use apiward_lints::framework::level::Level;

use super::Effect;

/// A kind of change.
#[derive(Debug)]
pub(crate) struct Kind {
    /// `diff/kebab-case`.
    pub(crate) id: &'static str,
    /// One line on what it reports.
    pub(crate) title: &'static str,
    /// What it does to the security of the API.
    pub(crate) effect: Effect,
    /// How much it weighs.
    pub(crate) level: Level,
    /// Items of the OWASP API Security Top 10.
    pub(crate) owasp: &'static [&'static str],
    /// Common Weakness Enumeration ids.
    pub(crate) cwe: &'static [&'static str],
    /// Its documentation, in Markdown.
    pub(crate) docs: &'static str,
}

/// Declares the kinds, each as a static of its own and all as a list, sorted by id.
macro_rules! kinds {
    ($($name:ident: $id:literal, $file:literal, $title:literal, $effect:ident, $level:ident, $owasp:expr, $cwe:expr;)*) => {
        $(pub(crate) static $name: Kind = Kind {
            id: $id,
            title: $title,
            effect: Effect::$effect,
            level: Level::$level,
            owasp: &$owasp,
            cwe: &$cwe,
            docs: include_str!(concat!("pages/", $file, ".md")),
        };)*

        /// All kinds, sorted by id.
        pub(crate) static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    ALTERNATIVE_ADDED: "diff/alternative-added", "alternative_added", "A further way in of equal strength was added", Other, Info, ["API2:2023"], ["CWE-1390"];
    ALTERNATIVE_REMOVED: "diff/alternative-removed", "alternative_removed", "A way in was removed", Other, Info, ["API2:2023"], ["CWE-1390"];
    ANONYMOUS_OPERATION_ADDED: "diff/anonymous-operation-added", "anonymous_operation_added", "A new operation accepts anonymous calls", Weaker, Error, ["API2:2023"], ["CWE-306"];
    AUTH_ERROR_ADDED: "diff/auth-error-added", "auth_error_added", "An operation says how it refuses callers", Stronger, Info, ["API8:2023"], ["CWE-1111"];
    AUTH_ERROR_REMOVED: "diff/auth-error-removed", "auth_error_removed", "An operation no longer says how it refuses callers", Weaker, Info, ["API8:2023"], ["CWE-1111"];
    AUTH_HOST_CHANGED: "diff/auth-host-changed", "auth_host_changed", "Tokens come from another host", Other, Warning, ["API2:2023"], ["CWE-941"];
    AUTH_URL_NOW_ENCRYPTED: "diff/auth-url-now-encrypted", "auth_url_now_encrypted", "An address of the authorization server is encrypted now", Stronger, Info, ["API2:2023", "API8:2023"], ["CWE-319"];
    AUTH_URL_NOW_PLAINTEXT: "diff/auth-url-now-plaintext", "auth_url_now_plaintext", "An address of the authorization server is no longer encrypted", Weaker, Error, ["API2:2023", "API8:2023"], ["CWE-319"];
    BOUND_ADDED: "diff/bound-added", "bound_added", "An input that had no bound is bounded", Stronger, Info, ["API4:2023"], ["CWE-770", "CWE-20"];
    BOUND_LOOSENED: "diff/bound-loosened", "bound_loosened", "A bound of an input is wider than before", Weaker, Info, ["API4:2023"], ["CWE-770", "CWE-20"];
    BOUND_REMOVED: "diff/bound-removed", "bound_removed", "An input that was bounded has no bound any more", Weaker, Warning, ["API4:2023"], ["CWE-770", "CWE-20"];
    BOUND_TIGHTENED: "diff/bound-tightened", "bound_tightened", "A bound of an input is narrower than before", Stronger, Info, ["API4:2023"], ["CWE-770", "CWE-20"];
    DEPRECATION_REVOKED: "diff/deprecation-revoked", "deprecation_revoked", "An operation is no longer deprecated", Weaker, Warning, ["API9:2023"], ["CWE-1059"];
    DESCRIPTION_ADDED: "diff/description-added", "description_added", "A new API description", Other, Info, ["API9:2023"], ["CWE-1059"];
    DESCRIPTION_REMOVED: "diff/description-removed", "description_removed", "An API description is gone", Other, Info, ["API9:2023"], ["CWE-1059"];
    OPERATION_ADDED: "diff/operation-added", "operation_added", "A new operation", Other, Info, ["API9:2023"], ["CWE-1059"];
    OPERATION_DEPRECATED: "diff/operation-deprecated", "operation_deprecated", "An operation is deprecated now", Other, Info, ["API9:2023"], ["CWE-1059"];
    OPERATION_NOW_ANONYMOUS: "diff/operation-now-anonymous", "operation_now_anonymous", "An operation that asked for a credential accepts anonymous calls", Weaker, Error, ["API2:2023"], ["CWE-306"];
    OPERATION_NOW_PROTECTED: "diff/operation-now-protected", "operation_now_protected", "An operation that accepted anonymous calls asks for a credential", Stronger, Info, ["API2:2023"], ["CWE-306"];
    OPERATION_REMOVED: "diff/operation-removed", "operation_removed", "An operation is gone", Other, Info, ["API9:2023"], ["CWE-1059"];
    PATTERN_CHANGED: "diff/pattern-changed", "pattern_changed", "The pattern of an input changed", Other, Info, ["API8:2023"], ["CWE-20"];
    PERSONAL_DATA_EXPOSED: "diff/personal-data-exposed", "personal_data_exposed", "Answers give away personal data that they did not contain before", Weaker, Warning, ["API3:2023"], ["CWE-359"];
    PROPERTY_NOW_READ_ONLY: "diff/property-now-read-only", "property_now_read_only", "Callers may no longer set a property", Stronger, Info, ["API3:2023"], ["CWE-915"];
    PROPERTY_NOW_WRITABLE: "diff/property-now-writable", "property_now_writable", "Callers may set a property that was read-only", Weaker, Warning, ["API3:2023"], ["CWE-915"];
    PUBLIC_DECLARED: "diff/public-declared", "public_declared", "An operation is declared public", Other, Warning, ["API2:2023"], ["CWE-306"];
    PUBLIC_WITHDRAWN: "diff/public-withdrawn", "public_withdrawn", "An operation is no longer declared public", Stronger, Info, ["API2:2023"], ["CWE-306"];
    RATE_LIMIT_ADDED: "diff/rate-limit-added", "rate_limit_added", "An operation says that calls are limited", Stronger, Info, ["API4:2023"], ["CWE-770"];
    RATE_LIMIT_REMOVED: "diff/rate-limit-removed", "rate_limit_removed", "An operation no longer says that calls are limited", Weaker, Warning, ["API4:2023"], ["CWE-770"];
    REQUIREMENT_ADDED: "diff/requirement-added", "requirement_added", "An operation asks for a further credential", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    REQUIREMENT_DROPPED: "diff/requirement-dropped", "requirement_dropped", "An operation no longer asks for one of several credentials", Weaker, Error, ["API2:2023"], ["CWE-1390"];
    REQUIREMENT_REPLACED: "diff/requirement-replaced", "requirement_replaced", "An operation asks for another credential of equal strength", Other, Info, ["API2:2023"], ["CWE-1390"];
    RISKY_FLOW_ADDED: "diff/risky-flow-added", "risky_flow_added", "An OAuth 2 scheme offers a flow that should not be used", Weaker, Warning, ["API2:2023"], ["CWE-1390"];
    RISKY_FLOW_REMOVED: "diff/risky-flow-removed", "risky_flow_removed", "An OAuth 2 scheme no longer offers a flow that should not be used", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    SCHEME_CHANGED: "diff/scheme-changed", "scheme_changed", "A security scheme became another one of equal strength", Other, Info, ["API2:2023"], ["CWE-1390"];
    SCHEME_DEFINED: "diff/scheme-defined", "scheme_defined", "A security scheme that is asked for is defined now", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    SCHEME_STRENGTHENED: "diff/scheme-strengthened", "scheme_strengthened", "A security scheme became stronger", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    SCHEME_UNDEFINED: "diff/scheme-undefined", "scheme_undefined", "A security scheme that is asked for is not defined", Weaker, Warning, ["API2:2023"], ["CWE-1390"];
    SCHEME_WEAKENED: "diff/scheme-weakened", "scheme_weakened", "A security scheme became weaker", Weaker, Error, ["API2:2023"], ["CWE-1390"];
    SCOPE_ADDED: "diff/scope-added", "scope_added", "An operation asks for a further scope", Stronger, Info, ["API5:2023"], ["CWE-862"];
    SCOPE_ALTERNATIVE_ADDED: "diff/scope-alternative-added", "scope_alternative_added", "An operation lets in tokens of other scopes, too", Weaker, Warning, ["API5:2023"], ["CWE-863"];
    SCOPE_DROPPED: "diff/scope-dropped", "scope_dropped", "An operation no longer asks for a scope", Weaker, Error, ["API5:2023"], ["CWE-862"];
    SCOPE_REPLACED: "diff/scope-replaced", "scope_replaced", "An operation asks for another scope", Weaker, Warning, ["API5:2023"], ["CWE-863"];
    SECRET_EXPOSED: "diff/secret-exposed", "secret_exposed", "Answers give away a secret that they did not contain before", Weaker, Error, ["API3:2023"], ["CWE-200"];
    SENSITIVE_DATA_UNDESCRIBED: "diff/sensitive-data-undescribed", "sensitive_data_undescribed", "Answers no longer say whether they give away sensitive data", Other, Warning, ["API3:2023"], ["CWE-200"];
    SENSITIVE_DATA_WITHDRAWN: "diff/sensitive-data-withdrawn", "sensitive_data_withdrawn", "Answers no longer give away sensitive data", Stronger, Info, ["API3:2023"], ["CWE-200"];
    SERVER_DOMAIN_ADDED: "diff/server-domain-added", "server_domain_added", "Calls go to a server of another domain", Other, Warning, ["API10:2023"], ["CWE-941"];
    SERVER_ENCRYPTION_UNSAID: "diff/server-encryption-unsaid", "server_encryption_unsaid", "No server is said to be encrypted any more", Other, Info, ["API8:2023"], ["CWE-319"];
    SERVER_HOST_ADDED: "diff/server-host-added", "server_host_added", "Calls go to another host of the same domain", Other, Info, ["API9:2023"], ["CWE-1059"];
    SERVER_NOW_ENCRYPTED: "diff/server-now-encrypted", "server_now_encrypted", "No server is reached without encryption any more", Stronger, Info, ["API8:2023"], ["CWE-319"];
    SERVER_NOW_PLAINTEXT: "diff/server-now-plaintext", "server_now_plaintext", "A server is reached without encryption", Weaker, Error, ["API8:2023"], ["CWE-319"];
    STRONGER_SCHEME_REQUIRED: "diff/stronger-scheme-required", "stronger_scheme_required", "An operation asks for a stronger credential than before", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    WEAKER_ALTERNATIVE_ADDED: "diff/weaker-alternative-added", "weaker_alternative_added", "A weaker way in was added beside the others", Weaker, Error, ["API2:2023"], ["CWE-1390"];
    WEAKER_ALTERNATIVE_REMOVED: "diff/weaker-alternative-removed", "weaker_alternative_removed", "The weakest way in was removed", Stronger, Info, ["API2:2023"], ["CWE-1390"];
    WEAKER_SCHEME_REQUIRED: "diff/weaker-scheme-required", "weaker_scheme_required", "An operation asks for a weaker credential than before", Weaker, Error, ["API2:2023"], ["CWE-1390"];
    WRITE_SCOPE_REQUIRED: "diff/write-scope-required", "write_scope_required", "A scope that says reading no longer suffices to change state", Stronger, Info, ["API5:2023"], ["CWE-863"];
}

/// The title of a kind.
pub(crate) fn title(id: &str) -> &'static str {
    KINDS.iter().find(|kind| kind.id == id).map_or("", |kind| kind.title)
}
