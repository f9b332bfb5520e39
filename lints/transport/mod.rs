//! Transport: whether requests, messages and credentials travel encrypted.

mod servers;

family! {
    cleartext_credentials,
    http_server,
    oauth_endpoint_not_https,
    server_variable_allows_http,
}
