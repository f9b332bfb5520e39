//! Authentication: whether callers must prove who they are, and by what.

mod coverage;

family! {
    anonymous_write,
    api_key_in_query,
    api_key_only_on_write,
    credential_as_parameter,
    credentials_in_url,
    invalid_scheme_definition,
    jwt_alg_none,
    no_security_schemes,
    oauth_implicit_flow,
    oauth_password_flow,
    operation_without_security,
    schemes_never_applied,
    undefined_scheme,
}
