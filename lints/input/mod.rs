//! Input: whether a description says what callers may send, and keeps what they may not out.

mod bodies;
mod listed;
mod patterns;

family! {
    additional_properties_open,
    body_on_safe_method,
    free_form_object,
    injection_prone_parameter,
    mass_assignment_privileged,
    redos_pattern,
    request_schema_missing,
    server_owned_field_writable,
    unbounded_array,
    unbounded_number,
    unbounded_string,
    upload_unrestricted_type,
    weak_pattern,
    wildcard_media_type,
    xml_body,
}
