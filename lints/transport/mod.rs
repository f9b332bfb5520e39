//! Transport: whether requests, messages and credentials travel encrypted.

mod servers;

family! {
    async_insecure_protocol,
    cleartext_credentials,
    http_server,
    oauth_endpoint_not_https,
    server_variable_allows_http,
    transport_undeclared,
}
