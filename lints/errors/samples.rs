//! Examples of error answers, and the strings in them.

use apiward_model::{Node, Place, Response};

/// The examples of a response, of its media types and of its headers, with what its headers are preset to.
pub(super) fn examples<'a>(response: &Response<'a>) -> Vec<Node<'a>> {
    let holder = response.node;
    // OpenAPI 2: by media type.
    let mut found: Vec<Node<'a>> = holder.get("examples").into_iter().collect();
    let headers = response.headers.iter().map(|header| header.node);
    for node in response.media.iter().map(|media| media.node).chain(headers).filter(|node| *node != holder) {
        found.extend(["example", "default"].iter().filter_map(|key| node.get(key)));
        found.extend(node.get("examples").into_iter().flat_map(Node::entries).flat_map(|(_, example)| values(example)));
    }
    found
}

/// The values of an Example Object; its texts are no examples.
fn values<'a>(example: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    let target = example.target_or_none();
    let keys = ["value", "dataValue", "serializedValue"].into_iter();
    keys.filter_map(move |key| target.and_then(|target: Node<'a>| target.get(key)))
}

/// The strings of a value; what aliases repeat is read where it stands.
pub(super) fn strings(value: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let value = value.resolved();
    let texts = value.raw().descendants().filter(|node| node.is_string() && !node.is_alias());
    texts.map(move |raw| value.files().node(Place { file: value.file_id(), node: raw.id() }))
}
