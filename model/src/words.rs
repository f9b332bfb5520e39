//! The word lists of the catalogue, one static per list, grouped by what they speak of.
//!
//! The name of a list is the one under which the configuration knows it. A list whose name holds a dot is an attribute of
//! the list before the dot; one whose name ends in `)` belongs to the predicate of that name.

mod access;
mod exposure;
mod limits;
mod names;
mod payment;
mod public;
mod text;
mod threat;
mod transport;
mod upkeep;

use crate::lexicon::Lexicon;

pub use access::{
    ADMIN_STRONG_SEGMENTS, ADMIN_STRONG_WORDS, ADMIN_WEAK_SEGMENTS, DEBUG_SEGMENTS, EXTERNAL_AUTH_EXTENSIONS,
    IANA_HTTP_SCHEMES, IDENTITY_SCOPES, SCOPE_READ_WORDS, SCOPE_WRITE_WORDS, USER_LIKE_SEGMENTS,
};
pub use exposure::{
    ACCOUNT_PROBE_WORDS, ACCOUNT_REVEAL_PHRASES, CORRELATION_NAMES, ERROR_INTERNAL_NAMES, ERROR_INTERNAL_NAMES_WEAK,
    HEALTH_DETAIL_NAMES, HEALTH_DETAIL_NAMES_WEAK, HEALTH_PLAIN_NAMES, HEALTH_STATUS_WORDS, INTERNAL_FIELD_NAMES,
    INTERNAL_PHRASES, ISSUER_GUARD_VERBS, ISSUER_GUARD_WORDS, MONITORING_SEGMENTS, NEGATIVE_PREFIXES,
    NEGATIVE_SUFFIXES, PASSWORD_INPUT_NAMES, PII_MASKING, PII_PAIRS, PII_URL_HIGH, PII_URL_LOW,
    SECRET_RESPONSE_NAMES_WEAK, TELEMETRY_SOURCE_WORDS, TELEMETRY_TIME_NAMES,
};
pub use limits::{
    ARCHIVE_MEDIA_TYPES, CAPTCHA_NAMES, FIXED_SET_SEGMENTS, HIGH_VALUE_WORDS, NUMERIC_CAP_TEXT, PAGE_SIZE_NAMES,
    PAGE_SIZE_NAMES_NARROW, PAGING_NAMES, PAGING_RESPONSE_NAMES, QUOTA_TEXT, RATE_LIMIT_TEXT, SENSITIVE_FLOW_WORDS,
    SENSITIVE_FLOW_WORDS_SEGMENT_ONLY, SIZE_TEXT,
};
pub use names::{
    CREDENTIAL_DEMO_VALUES, CREDENTIAL_PARAMETER_NAMES, CREDENTIAL_PARAMETER_NAMES_WEAK, CREDENTIAL_UNSET_MARKERS,
    PERSON_WORDS, PII_HIGH, PII_HIGH_PERSON_ONLY, SECRET_PLACEHOLDER_MARKERS, SECRET_RESPONSE_NAMES,
    TOKEN_NAME_EXCEPTIONS,
};
pub use payment::{IBAN_LENGTHS, TEST_PAYMENT_NUMBERS};
pub use public::{
    ACCOUNT_STEP_WORDS, ACCOUNT_WORDS, OAUTH_ENDING_SEGMENTS, OAUTH_ENDPOINT_SEGMENTS, OAUTH_KEY_SEGMENTS,
    OAUTH_ROOT_SEGMENTS, ONE_TIME_PARAMETER_NAMES, PUBLIC_ENTRY_AFTER_PARAMETER, PUBLIC_ENTRY_SEGMENTS,
    PUBLIC_OPERATION_PHRASES, PUBLIC_PHRASE_STOPS, PUBLIC_TERMINAL_SEGMENTS, PUBLIC_TERMINAL_SOLE,
    READ_LIKE_POST_VERBS, RECEIVER_SEGMENTS, REGISTRATION_SEGMENTS, SIGNATURE_HEADER_WORDS, WELL_KNOWN_SEGMENT,
};
pub use text::{NEGATION_AFTER, NEGATION_WORDS, NO_AUTH_PHRASES, OBSOLETE_SCHEME_PHRASES};
pub use threat::{
    ALLOWLIST_PHRASES, ANTI_CSRF_WORDS, FORGEABLE_IDENTITY_HEADERS, FORGEABLE_IDENTITY_HEADERS_QUERY,
    FORGEABLE_TRANSPORT_HEADERS, GATEWAY_SET_PHRASES, INJECTION_NAMES_HIGH, INJECTION_NAMES_LOW,
    KONG_PROTECTION_PLUGINS, KONG_PROTECTION_PLUGINS_AUTH, LOGIN_LOGOUT_SEGMENTS, MUTATING_GET_EXCEPTIONS,
    MUTATING_GET_NOUN_VERBS, MUTATING_GET_VERBS, ONE_TIME_TOKEN_SEGMENTS, PRIVILEGE_MANAGER_SEGMENTS,
    PRIVILEGED_ROLE_VALUES, PRIVILEGED_WRITE_NAMES, PRIVILEGED_WRITE_NAMES_WEAK, REDIRECT_NAMES, SERVER_OWNED_NAMES,
    SIMPLE_REQUEST_MEDIA_TYPES, SSRF_DISPLAY_ONLY, SSRF_FETCH_WORDS, SSRF_PROPERTY_FETCH_ONLY,
    SSRF_PROPERTY_FETCH_ONLY_NEEDS_FORMAT, SSRF_PROPERTY_LAST, WEBHOOK_DELIVERY_WORDS, WEBHOOK_SIGNATURE_PHRASES,
    XML_MEDIA_TYPES,
};
pub use transport::{
    LOCAL_HOSTS, PLACEHOLDER_HOSTS, PLAINTEXT_PROTOCOLS, SECURE_PROTOCOLS, SECURE_URL_SCHEMES, TLS_BINDING_KEYS,
    TLS_PORTS, TLS_TEXT, TWINLESS_PROTOCOLS,
};
pub use upkeep::{
    ADMIN_ONLY_PHRASES, API_VERSION_PARAMETERS, AUTH_REQUIRED_PHRASES, CLIENT_VERSION_WORDS, DEPRECATED_NOUNS,
    ENVIRONMENT_LABELS, SUCCESSOR_WORDS, SUNSET_WORDS, TODO_MARKERS, TODO_SECURITY_WORDS, TWO_LEVEL_SUFFIXES,
    UNFINISHED_PHRASES,
};

/// Every list.
pub static ALL: &[&Lexicon] = &[
    &PUBLIC_ENTRY_SEGMENTS,
    &PUBLIC_ENTRY_AFTER_PARAMETER,
    &PUBLIC_TERMINAL_SEGMENTS,
    &PUBLIC_TERMINAL_SOLE,
    &OAUTH_ROOT_SEGMENTS,
    &OAUTH_ENDPOINT_SEGMENTS,
    &OAUTH_KEY_SEGMENTS,
    &OAUTH_ENDING_SEGMENTS,
    &ACCOUNT_STEP_WORDS,
    &ACCOUNT_WORDS,
    &REGISTRATION_SEGMENTS,
    &PUBLIC_OPERATION_PHRASES,
    &PUBLIC_PHRASE_STOPS,
    &ONE_TIME_PARAMETER_NAMES,
    &READ_LIKE_POST_VERBS,
    &RECEIVER_SEGMENTS,
    &SIGNATURE_HEADER_WORDS,
    &ADMIN_STRONG_SEGMENTS,
    &ADMIN_STRONG_WORDS,
    &ADMIN_WEAK_SEGMENTS,
    &DEBUG_SEGMENTS,
    &USER_LIKE_SEGMENTS,
    &SCOPE_READ_WORDS,
    &SCOPE_WRITE_WORDS,
    &IDENTITY_SCOPES,
    &IANA_HTTP_SCHEMES,
    &EXTERNAL_AUTH_EXTENSIONS,
    &CREDENTIAL_PARAMETER_NAMES,
    &CREDENTIAL_PARAMETER_NAMES_WEAK,
    &TOKEN_NAME_EXCEPTIONS,
    &SECRET_RESPONSE_NAMES,
    &PII_HIGH,
    &PII_HIGH_PERSON_ONLY,
    &PERSON_WORDS,
    &SECRET_PLACEHOLDER_MARKERS,
    &CREDENTIAL_DEMO_VALUES,
    &CREDENTIAL_UNSET_MARKERS,
    &LOCAL_HOSTS,
    &PLACEHOLDER_HOSTS,
    &TLS_PORTS,
    &SECURE_PROTOCOLS,
    &PLAINTEXT_PROTOCOLS,
    &TWINLESS_PROTOCOLS,
    &SECURE_URL_SCHEMES,
    &TLS_TEXT,
    &TLS_BINDING_KEYS,
    &NO_AUTH_PHRASES,
    &OBSOLETE_SCHEME_PHRASES,
    &NEGATION_WORDS,
    &NEGATION_AFTER,
    &ACCOUNT_PROBE_WORDS,
    &ACCOUNT_REVEAL_PHRASES,
    &CORRELATION_NAMES,
    &ERROR_INTERNAL_NAMES,
    &ERROR_INTERNAL_NAMES_WEAK,
    &HEALTH_DETAIL_NAMES,
    &HEALTH_DETAIL_NAMES_WEAK,
    &HEALTH_PLAIN_NAMES,
    &HEALTH_STATUS_WORDS,
    &INTERNAL_FIELD_NAMES,
    &INTERNAL_PHRASES,
    &ISSUER_GUARD_VERBS,
    &ISSUER_GUARD_WORDS,
    &MONITORING_SEGMENTS,
    &NEGATIVE_PREFIXES,
    &NEGATIVE_SUFFIXES,
    &PASSWORD_INPUT_NAMES,
    &PII_MASKING,
    &PII_URL_HIGH,
    &PII_URL_LOW,
    &SECRET_RESPONSE_NAMES_WEAK,
    &TELEMETRY_SOURCE_WORDS,
    &TELEMETRY_TIME_NAMES,
    &ARCHIVE_MEDIA_TYPES,
    &CAPTCHA_NAMES,
    &FIXED_SET_SEGMENTS,
    &HIGH_VALUE_WORDS,
    &NUMERIC_CAP_TEXT,
    &PAGE_SIZE_NAMES,
    &PAGE_SIZE_NAMES_NARROW,
    &PAGING_NAMES,
    &PAGING_RESPONSE_NAMES,
    &QUOTA_TEXT,
    &RATE_LIMIT_TEXT,
    &SENSITIVE_FLOW_WORDS,
    &SENSITIVE_FLOW_WORDS_SEGMENT_ONLY,
    &SIZE_TEXT,
    &ALLOWLIST_PHRASES,
    &ANTI_CSRF_WORDS,
    &FORGEABLE_IDENTITY_HEADERS,
    &FORGEABLE_IDENTITY_HEADERS_QUERY,
    &FORGEABLE_TRANSPORT_HEADERS,
    &GATEWAY_SET_PHRASES,
    &INJECTION_NAMES_HIGH,
    &INJECTION_NAMES_LOW,
    &KONG_PROTECTION_PLUGINS,
    &KONG_PROTECTION_PLUGINS_AUTH,
    &LOGIN_LOGOUT_SEGMENTS,
    &MUTATING_GET_EXCEPTIONS,
    &MUTATING_GET_NOUN_VERBS,
    &MUTATING_GET_VERBS,
    &ONE_TIME_TOKEN_SEGMENTS,
    &PRIVILEGED_ROLE_VALUES,
    &PRIVILEGED_WRITE_NAMES,
    &PRIVILEGED_WRITE_NAMES_WEAK,
    &PRIVILEGE_MANAGER_SEGMENTS,
    &REDIRECT_NAMES,
    &SERVER_OWNED_NAMES,
    &SIMPLE_REQUEST_MEDIA_TYPES,
    &SSRF_DISPLAY_ONLY,
    &SSRF_FETCH_WORDS,
    &SSRF_PROPERTY_FETCH_ONLY,
    &SSRF_PROPERTY_FETCH_ONLY_NEEDS_FORMAT,
    &SSRF_PROPERTY_LAST,
    &WEBHOOK_DELIVERY_WORDS,
    &WEBHOOK_SIGNATURE_PHRASES,
    &XML_MEDIA_TYPES,
    &ADMIN_ONLY_PHRASES,
    &API_VERSION_PARAMETERS,
    &AUTH_REQUIRED_PHRASES,
    &CLIENT_VERSION_WORDS,
    &DEPRECATED_NOUNS,
    &ENVIRONMENT_LABELS,
    &SUCCESSOR_WORDS,
    &SUNSET_WORDS,
    &TODO_MARKERS,
    &TODO_SECURITY_WORDS,
    &TWO_LEVEL_SUFFIXES,
    &UNFINISHED_PHRASES,
    &IBAN_LENGTHS,
    &TEST_PAYMENT_NUMBERS,
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

    use std::collections::HashSet;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::lexicon::Match;

    /// The catalogue's own lists, where it lies beside the project.
    fn catalogue() -> Option<Value> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/lexicons.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return None;
        };
        Some(serde_json::from_str(&text).unwrap())
    }

    fn matching(name: &str) -> Match {
        // Of a list that matches in several ways the first counts here; who asks for another names it.
        match name.split(',').next().unwrap() {
            "name" => Match::Name,
            "last" => Match::Last,
            "first" => Match::First,
            "word" => Match::Word,
            "segment" => Match::Segment,
            "last_segment" => Match::LastSegment,
            "phrase" => Match::Phrase,
            "regex" => Match::Regex,
            "value" => Match::Value,
            other => panic!("unknown match kind {other}"),
        }
    }

    fn strings(list: &Value) -> Vec<String> {
        let text = |entry: &Value| entry.as_str().map_or_else(|| entry.to_string(), str::to_owned);
        list.as_array().unwrap().iter().map(text).collect()
    }

    /// Lists that have entries beyond those of the catalogue, at their end.
    const ADDED: [(&str, usize); 20] = [
        ("public_operation_phrases", 4),
        ("public_terminal_segments.sole", 2),
        ("read_like_post_verbs", 10),
        ("numeric_cap_text", 3),
        ("correlation_names", 3),
        ("health_status_words", 3),
        ("issuer_guard_words", 1),
        ("paging_names", 1),
        ("paging_response_names", 1),
        ("placeholder_hosts", 1),
        ("secret_placeholder_markers", 2),
        ("ssrf_property_last", 2),
        ("ssrf_fetch_words", 4),
        ("ssrf_property_fetch_only.needs_format", 1),
        ("ssrf_display_only", 3),
        ("test_payment_numbers", 3),
        ("mutating_get_verbs", 1),
        ("mutating_get_exceptions", 4),
        ("no_auth_phrases", 3),
        ("secret_response_names_weak", 1),
    ];

    fn compare(list: &Lexicon, catalogue: &Value) {
        if let Some(predicate) = catalogue["shared_predicates"].get(list.name) {
            let text = predicate.as_str().unwrap();
            assert!(list.entries.iter().all(|entry| text.contains(entry)), "{}", list.name);
            return;
        }
        let (name, attribute) = list.name.split_once('.').unwrap_or((list.name, "entries"));
        let spec = &catalogue["lexicons"][name];
        let added = ADDED.iter().find(|(added, _)| *added == list.name).map_or(0, |(_, count)| *count);
        assert_eq!(strings(&spec[attribute]), list.entries[..list.entries.len() - added], "{}", list.name);
        assert_eq!(matching(spec["match"].as_str().unwrap()), list.matching, "{}", list.name);
        if attribute == "entries" {
            assert_eq!(spec["plural"].as_bool().unwrap_or(false), list.plural, "{}", list.name);
        }
    }

    #[test]
    fn the_lists_are_those_of_the_catalogue() {
        let Some(catalogue) = catalogue() else { return };
        for list in ALL {
            compare(list, &catalogue);
        }
        let pairs = catalogue["lexicons"]["pii_pairs"]["entries"].as_array().unwrap();
        let pairs: Vec<Vec<String>> = pairs.iter().map(strings).collect();
        assert_eq!(pairs, PII_PAIRS.map(|(first, second)| vec![first.to_owned(), second.to_owned()]));
        let also = catalogue["lexicons"]["public_terminal_segments"]["also"].as_str().unwrap();
        assert!(also.contains(WELL_KNOWN_SEGMENT));
    }

    #[test]
    fn no_list_is_empty_and_no_entry_stands_twice() {
        for list in ALL {
            let distinct: HashSet<_> = list.entries.iter().map(|entry| entry.to_ascii_lowercase()).collect();
            assert!(!distinct.is_empty(), "{}", list.name);
            assert_eq!(distinct.len(), list.entries.len(), "{}", list.name);
        }
    }

    #[test]
    fn every_pattern_compiles_and_every_list_can_be_asked() {
        for list in ALL {
            assert!(!list.matches(&crate::lexicon::Tokens::new("\u{2603}~\u{2603}")), "{}", list.name);
        }
    }
}
