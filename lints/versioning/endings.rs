//! Where descriptions announce the end of an operation, channel or message.

use apiward_model::{Api, Node, Operation, Response};
use schemars::JsonSchema;
use serde::Deserialize;

/// Options of `versioning/deprecated-without-sunset`, which `versioning/sunset-passed` heeds too.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Extensions that hold an end date.
    pub(crate) extensions: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let names = ["x-sunset", "x-sunset-date", "x-removal-date", "x-end-of-life", "x-eol-date"];
        Self { extensions: names.map(str::to_owned).to_vec() }
    }
}

/// The first of the extensions on an element, else on what holds it, that is not empty.
pub(crate) fn extension<'a>(holders: &[Node<'a>], names: &[String]) -> Option<Node<'a>> {
    let holders = holders.iter().flat_map(|holder| [Some(*holder), holder.target_or_none()]).flatten();
    let mut found = holders.flat_map(|holder| names.iter().filter_map(move |name| holder.get(name)));
    found.find(|value| !value.text().trim().is_empty() || value.is_sequence())
}

/// The schemas and objects of a response header, by a name compared without case, in which a value may stand.
pub(crate) fn headers<'r, 'a>(
    api: &'r Api<'a>,
    operation: &'r Operation<'a>,
    name: &'static str,
) -> impl Iterator<Item = (&'r Response<'a>, Vec<Node<'a>>)> {
    let responses = operation.responses.iter().map(|id| api.response(*id));
    responses.flat_map(move |response| {
        let named = response.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.map(move |header| {
            let schema = header.schema.and_then(Node::target_or_none).filter(|schema| *schema != header.node);
            (response, std::iter::once(header.node).chain(schema).collect())
        })
    })
}
