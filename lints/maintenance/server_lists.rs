//! Servers with those beside them in the same list.

use std::borrow::Cow;
use std::collections::BTreeMap;

use apiward_model::predicate::{Address, addresses};
use apiward_model::{Api, Format, Node, ServerId};

/// A server, where it leads, and the node that says so.
pub(super) struct Listed<'a> {
    /// None in OpenAPI 2 without `schemes`.
    pub(super) id: Option<ServerId>,
    /// The Server Object; in OpenAPI 2 the document.
    pub(super) node: Node<'a>,
    /// The URL as it is written; in OpenAPI 2 the host.
    pub(super) url: Cow<'a, str>,
    /// The URL with its variables expanded.
    pub(super) urls: Vec<String>,
    pub(super) addresses: Vec<Address>,
    /// The URL; the host in OpenAPI 2 and AsyncAPI 3.
    pub(super) place: Node<'a>,
}

/// The servers of each list. OpenAPI 2 has one host, however many schemes.
pub(super) fn server_lists<'a>(api: &Api<'a>) -> Vec<Vec<Listed<'a>>> {
    if api.spec.format == Format::OpenApi2 {
        return api.root.get("host").map(|host| vec![only_host(api, host)]).into_iter().collect();
    }
    let mut lists: BTreeMap<_, Vec<Listed<'a>>> = BTreeMap::new();
    for server in &api.servers {
        let list = server.node.parent().unwrap_or(server.node).place();
        lists.entry(list).or_default().push(Listed {
            id: Some(server.id),
            node: server.node,
            url: server.url.clone(),
            urls: server.expansions(),
            addresses: addresses(api, server),
            place: server.url_node.unwrap_or(server.node),
        });
    }
    lists.into_values().collect()
}

fn only_host<'a>(api: &Api<'a>, host: Node<'a>) -> Listed<'a> {
    let base = api.root.get_str("basePath").unwrap_or_default();
    Listed {
        id: api.servers.first().map(|server| server.id),
        node: api.root,
        url: Cow::Borrowed(host.text()),
        urls: vec![format!("https://{}{base}", host.text())],
        addresses: Address::of_broker(host.text()),
        place: host,
    }
}

/// The texts that say what a server is for.
pub(super) fn texts<'a>(api: &Api<'a>, listed: &Listed<'a>) -> Vec<&'a str> {
    if api.spec.format == Format::OpenApi2 {
        return Vec::new();
    }
    let keys: &[&str] =
        if api.spec.format.is_async() { &["description", "title", "summary"] } else { &["description"] };
    let own = keys.iter().filter_map(|key| listed.node.get_str(key));
    let tags = listed.node.get("tags").filter(|_| api.spec.format.is_async()).into_iter().flat_map(Node::items);
    own.chain(tags.filter_map(|tag| tag.get_str("name"))).collect()
}
