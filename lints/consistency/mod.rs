//! Consistency: schemes, paths and servers that differ without a reason.

mod path_overlap;
mod requirements;

family! {
    ambiguous_paths,
    foreign_server_override,
    mixed_schemes_in_resource,
    security_outlier,
    too_many_scheme_types,
    weak_alternative,
}
