//! Maintenance: what is not meant for the public, or not finished.

mod server_lists;

family! {
    debug_or_internal_surface,
    internal_host,
    non_production_server,
    security_todo,
    unconstrained_server_variable,
}
