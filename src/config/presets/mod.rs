//! Configurations that come with the program, to be named in `extends`.

/// Begins the name of a preset in `extends`.
pub(super) const PREFIX: &str = "apiward:";

/// The presets by name.
pub(super) const ALL: [(&str, &str); 3] = [
    ("gateway", include_str!("gateway.yaml")),
    ("internal", include_str!("internal.yaml")),
    ("legacy", include_str!("legacy.yaml")),
];
