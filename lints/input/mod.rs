//! Input: whether a description says what callers may send, and keeps what they may not out.

mod anchors;
mod bodies;

family! {
    body_on_safe_method,
    injection_prone_parameter,
    mass_assignment_privileged,
    server_owned_field_writable,
    upload_unrestricted_type,
    wildcard_media_type,
    xml_body,
}
