//! Consistency: schemes, paths and servers that differ without a reason.

mod path_overlap;

family! {
    ambiguous_paths,
    foreign_server_override,
}
