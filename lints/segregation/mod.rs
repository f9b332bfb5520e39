//! Segregation of duties: whether one grant covers what different people should do.

family! {
    all_scopes_everywhere,
    read_scope_on_write,
    same_scope_read_write,
    write_weaker_than_read,
}
