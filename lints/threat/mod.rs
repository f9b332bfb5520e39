//! Threats to those who read the description or build on it.

mod content;
mod html;
#[cfg(test)]
mod html_oracle;
mod target;

family! {
    active_content_in_text,
    callback_url_from_request,
    cors_wildcard,
    csrf_cookie_auth,
    dangerous_http_method,
    gateway_misconfiguration,
    open_redirect_parameter,
    remote_ref,
    ssrf_url_input,
    state_change_over_get,
    trusted_client_header,
    webhook_without_authenticity,
}
