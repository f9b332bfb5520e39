//! Roles and scopes: whether what an operation asks for is a right that somebody can be given, and tells callers apart.

pub(crate) mod object_id;

family! {
    admin_operation_shared_requirement,
    admin_operation_unprotected,
    async_wildcard_channel,
    numeric_object_id,
    operation_without_scope,
    scopes_on_non_oauth_scheme,
    undefined_scope,
    wildcard_scope,
}
