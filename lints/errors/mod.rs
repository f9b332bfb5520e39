//! Errors: whether failures are described, and what their answers give away.

mod answers;
mod leaks;
mod reached;
mod samples;

family! {
    account_enumeration,
    error_schema_missing,
    inconsistent_error_format,
    internal_details_in_example,
    internal_details_in_schema,
    missing_auth_errors,
    no_error_response,
}
