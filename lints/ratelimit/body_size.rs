//! Where descriptions say how large a request may be.

use apiward_model::words::SIZE_TEXT;
use apiward_model::{Api, Node, Operation, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

/// Options of `ratelimit/upload-without-size-limit`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Extensions that bound the size of a body.
    size_extensions: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { size_extensions: ["x-max-size", "x-maxLength", "x-file-size-limit"].map(str::to_owned).to_vec() }
    }
}

/// What counts as a largest size.
pub(crate) struct SizeBounds {
    extensions: Vec<String>,
}

impl From<Options> for SizeBounds {
    fn from(options: Options) -> Self {
        Self { extensions: options.size_extensions }
    }
}

impl SizeBounds {
    /// Whether an element has an extension, or a text, that tells a largest size.
    pub(crate) fn are_told_by(&self, node: Node<'_>) -> bool {
        self.extensions_of(node).next().is_some() || Self::text_of(node).is_some()
    }

    /// The extensions of an element that tell a largest size, with their values.
    pub(crate) fn extensions_of<'a>(&self, node: Node<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
        let values = self.extensions.iter().filter_map(move |name| node.get(name));
        values.filter_map(|value| Some((value.key()?, value.text())))
    }

    /// The description of an element, if it tells a largest size.
    pub(crate) fn text_of(node: Node<'_>) -> Option<&str> {
        node.get_str("description").filter(|text| phrase::says_pattern(text, &SIZE_TEXT))
    }

    /// Whether an operation says that what is too large is refused.
    pub(crate) fn hold(&self, api: &Api<'_>, operation: &Operation<'_>) -> bool {
        self.are_told_by(operation.node) || operation.responses.iter().any(|id| api.response(*id).code == "413")
    }
}
