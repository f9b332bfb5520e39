//! Versions: whether old ones are marked, end, and are guarded as well as new ones.

pub(crate) mod endings;

family! {
    deprecated_only_in_text,
    deprecated_weaker_auth,
    deprecated_without_sunset,
    info_version_invalid,
    no_api_version,
    old_version_not_deprecated,
    sunset_passed,
}
