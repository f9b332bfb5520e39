//! Roles and scopes: whether what an operation asks for tells callers apart.

family! {
    admin_operation_unprotected,
}
