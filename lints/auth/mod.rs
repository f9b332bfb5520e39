//! Authentication: whether callers must prove who they are, and by what.

mod coverage;
mod essence;
mod groups;
mod handshake;

family! {
    anonymous_read,
    anonymous_write,
    api_key_in_query,
    api_key_only_on_write,
    async_scheme_protocol_mismatch,
    async_server_without_security,
    bearer_format_missing,
    credential_as_parameter,
    credential_change_without_reauth,
    credentials_in_url,
    deprecated_scheme_in_use,
    global_security_empty,
    http_basic,
    invalid_scheme_definition,
    jwt_alg_none,
    no_security_schemes,
    oauth_implicit_flow,
    oauth_password_flow,
    oauth_pkce_undocumented,
    obsolete_http_scheme,
    operation_without_security,
    scheme_name_uri_ambiguity,
    schemes_never_applied,
    undefined_scheme,
    unused_scheme,
}
