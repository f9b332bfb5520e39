//! Which kind of API description a document is, told by its content alone.

use apiward_syntax::{Kind, Node};

/// A family of format versions that is read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// OpenAPI (Swagger) 2.0.
    OpenApi2,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1.
    OpenApi31,
    /// OpenAPI 3.2.
    OpenApi32,
    /// AsyncAPI 2.0 to 2.6.
    AsyncApi2,
    /// AsyncAPI 3.0 and 3.1.
    AsyncApi3,
}

impl Format {
    /// True for the AsyncAPI versions.
    pub const fn is_async(self) -> bool {
        matches!(self, Self::AsyncApi2 | Self::AsyncApi3)
    }

    /// `openapi` or `asyncapi`, as outputs name the format.
    pub const fn family(self) -> &'static str {
        if self.is_async() { "asyncapi" } else { "openapi" }
    }
}

/// The format and version that a document declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec<'a> {
    /// How it is read.
    pub format: Format,
    /// The version as written.
    pub version: &'a str,
    /// Minor version number: 4 in AsyncAPI 2.4, 1 in OpenAPI 3.1.
    pub minor: u32,
}

/// What the top level of a document tells about it.
#[derive(Clone, Copy, Debug)]
pub enum Detected<'a> {
    /// An API description that can be read.
    Api(Spec<'a>),
    /// An API description of a version that cannot be read.
    Unsupported {
        /// `openapi`, `swagger` or `asyncapi`.
        key: &'static str,
        /// The node that holds the version.
        version: Node<'a>,
    },
    /// No API description.
    Other,
}

/// The versions that can be read, for messages.
pub const SUPPORTED: &str = "OpenAPI 2.0, 3.0, 3.1 and 3.2, AsyncAPI 2.0 to 2.6, 3.0 and 3.1";

/// Reads the version key of a document's root: the first, where there are several.
pub fn detect(root: Node<'_>) -> Detected<'_> {
    let Some((key, version)) = versions(root).next() else { return Detected::Other };
    match format(key, version.text()) {
        Some((format, minor)) => Detected::Api(Spec { format, version: version.text(), minor }),
        None => Detected::Unsupported { key, version },
    }
}

/// The version keys of a document's root and their values, in the order in which they count.
pub(crate) fn versions(root: Node<'_>) -> impl Iterator<Item = (&'static str, Node<'_>)> {
    // `openapi: {...}` is somebody's own file that has a section of that name.
    let is_version = |node: &Node<'_>| !matches!(node.kind(), Kind::Mapping | Kind::Sequence | Kind::Bool);
    let keys = ["openapi", "swagger", "asyncapi"].into_iter();
    keys.filter_map(move |key| Some((key, root.get(key).filter(is_version)?)))
}

fn format(key: &str, version: &str) -> Option<(Format, u32)> {
    let mut parts = version.trim().split('.');
    let major: u32 = parts.next()?.parse().ok()?;
    let minor: u32 = parts.next().map_or(Some(0), |text| text.parse().ok())?;
    let format = match (key, major, minor) {
        ("swagger", 2, 0) => Format::OpenApi2,
        ("openapi", 3, 0) => Format::OpenApi30,
        ("openapi", 3, 1) => Format::OpenApi31,
        ("openapi", 3, 2) => Format::OpenApi32,
        ("asyncapi", 2, 0..=6) => Format::AsyncApi2,
        ("asyncapi", 3, 0..=1) => Format::AsyncApi3,
        _ => return None,
    };
    Some((format, minor))
}
