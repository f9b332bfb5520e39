//! Threats to those who read the description or build on it.

mod content;
mod html;
#[cfg(test)]
mod html_oracle;
mod target;

family! {
    active_content_in_text,
    cors_wildcard,
    csrf_cookie_auth,
    dangerous_http_method,
    gateway_misconfiguration,
    open_redirect_parameter,
    state_change_over_get,
    trusted_client_header,
    webhook_without_authenticity,
}
