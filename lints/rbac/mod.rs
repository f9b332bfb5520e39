//! Roles and scopes: whether what an operation asks for is a right that somebody can be given, and tells callers apart.

family! {
    admin_operation_unprotected,
    undefined_scope,
}
