//! Servers with those beside them in the same list.

use std::collections::BTreeMap;

use apiward_model::predicate::{Address, addresses};
use apiward_model::{Api, Format, Node, Server};

/// A server, where it leads, and the node that says so.
pub(super) struct Listed<'r, 'a> {
    pub(super) server: &'r Server<'a>,
    pub(super) addresses: Vec<Address>,
    /// The URL; the host in OpenAPI 2 and AsyncAPI 3.
    pub(super) place: Node<'a>,
}

/// The servers of each list. OpenAPI 2 has one host, however many schemes.
pub(super) fn server_lists<'r, 'a>(api: &'r Api<'a>) -> Vec<Vec<Listed<'r, 'a>>> {
    let listed =
        |server: &'r Server<'a>| Listed { server, addresses: addresses(api, server), place: place(api, server) };
    if api.spec.format == Format::OpenApi2 {
        let first = api.servers.first().filter(|_| api.root.get("host").is_some());
        return first.map(|server| vec![listed(server)]).into_iter().collect();
    }
    let mut lists: BTreeMap<_, Vec<Listed<'r, 'a>>> = BTreeMap::new();
    for server in &api.servers {
        let list = server.node.parent().unwrap_or(server.node).place();
        lists.entry(list).or_default().push(listed(server));
    }
    lists.into_values().collect()
}

fn place<'a>(api: &Api<'a>, server: &Server<'a>) -> Node<'a> {
    let host = || api.root.get("host").filter(|_| api.spec.format == Format::OpenApi2);
    host().or(server.url_node).unwrap_or(server.node)
}

/// The texts that say what a server is for.
pub(super) fn texts<'a>(api: &Api<'a>, server: &Server<'a>) -> Vec<&'a str> {
    if api.spec.format == Format::OpenApi2 {
        return Vec::new();
    }
    let keys: &[&str] =
        if api.spec.format.is_async() { &["description", "title", "summary"] } else { &["description"] };
    let own = keys.iter().filter_map(|key| server.node.get_str(key));
    let tags = server.node.get("tags").filter(|_| api.spec.format.is_async()).into_iter().flat_map(Node::items);
    own.chain(tags.filter_map(|tag| tag.get_str("name"))).collect()
}
