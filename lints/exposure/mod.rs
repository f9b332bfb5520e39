//! Exposure: what answers, addresses and messages give away.

mod names;
mod personal;
pub(crate) mod sensitive;

family! {
    async_sensitive_payload_cleartext,
    internal_field_in_response,
    open_response,
    password_format_missing,
    pii_in_url,
    secret_in_response,
    sensitive_data_in_response,
}
