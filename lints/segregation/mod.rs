//! Segregation of duties: whether one grant covers what different people should do.

family! {
    read_scope_on_write,
}
