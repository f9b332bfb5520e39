//! Authentication: whether callers must prove who they are, and by what.

family! {
    oauth_implicit_flow,
}
