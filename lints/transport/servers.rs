//! What the lints of the family share: how far the hosts of a server allow a finding to go, and how messages name
//! servers and protocols.

use apiward_model::predicate::{Address, Host, HostVerdict, PlaintextKind, PlaintextServer, addresses, judge_hosts};
use apiward_model::{Api, Format, Node, Server, ServerId, ServerScope};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::Level;
use crate::framework::text::{quoted, server_title};

/// The options of `transport/http-server`, which its sisters heed too.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Hosts that may be reached in the clear.
    allow_hosts: Vec<String>,
}

/// The hosts that may be reached in the clear.
#[derive(Debug)]
pub(super) struct AllowedHosts(Vec<Host>);

impl From<Options> for AllowedHosts {
    fn from(options: Options) -> Self {
        let addresses = options.allow_hosts.iter().flat_map(|host| Address::of_broker(host));
        Self(addresses.filter_map(|address| address.host).collect())
    }
}

impl AllowedHosts {
    /// The highest level at which a server with these addresses is worth a finding; nothing when it is not reported:
    /// each of its hosts is local, which `maintenance/internal-host` speaks of, or allowed.
    pub(super) fn ceiling(&self, format: Format, addresses: &[Address]) -> Option<Level> {
        let unknown = format == Format::OpenApi2 && self.others(addresses).all(|host| host.is_none());
        match self.verdict(addresses)? {
            HostVerdict::Local => None,
            HostVerdict::Placeholder => Some(Level::Warning),
            HostVerdict::Real if unknown => Some(Level::Warning),
            HostVerdict::Real => Some(Level::Error),
        }
    }

    /// What the hosts of a server say that are not allowed; nothing when all are.
    pub(super) fn verdict(&self, addresses: &[Address]) -> Option<HostVerdict> {
        let mut others = self.others(addresses).peekable();
        others.peek()?;
        Some(judge_hosts(others))
    }

    fn others<'h>(&'h self, addresses: &'h [Address]) -> impl Iterator<Item = Option<&'h Host>> {
        let hosts = addresses.iter().map(|address| address.host.as_ref());
        hosts.filter(|host| host.is_none_or(|host| !self.0.contains(host)))
    }
}

/// How messages name a server: by its URL, in AsyncAPI by its name.
pub(super) fn title(api: &Api<'_>, server: &Server<'_>) -> String {
    match api.spec.format {
        Format::AsyncApi2 | Format::AsyncApi3 => server_title(server),
        Format::OpenApi2 if !names_host(api) => "the API".to_owned(),
        _ => format!("server {}", quoted(&server.url)),
    }
}

/// False when OpenAPI 2 has no `host`, or wrongly a URL there.
fn names_host(api: &Api<'_>) -> bool {
    api.root.get_str("host").is_some_and(|host| !host.is_empty() && !host.contains("://"))
}

/// What is wrong with a plaintext server.
pub(super) fn plaintext_message(api: &Api<'_>, server: &Server<'_>, found: &PlaintextServer<'_>) -> String {
    let (title, plain) = (title(api, server), protocol_title(&found.protocol));
    match found.kind {
        PlaintextKind::Contradiction => {
            format!("{title} names an encrypted protocol, but its URL is plaintext {plain}")
        }
        PlaintextKind::Stated | PlaintextKind::UrlOnly => format!("{title} is reachable over plaintext {plain}"),
    }
}

/// What to do about a plaintext server.
pub(super) fn plaintext_help(found: &PlaintextServer<'_>) -> String {
    let twin = secure_twin(&found.protocol);
    format!("offer `{twin}` only: whoever is on the way can read and change what is sent in the clear")
}

/// How messages name a protocol.
pub(super) fn protocol_title(protocol: &str) -> String {
    match protocol {
        "http" | "ws" | "ftp" => protocol.to_ascii_uppercase(),
        _ => quoted(protocol),
    }
}

/// The encrypted twin of a protocol without encryption.
pub(super) fn secure_twin(protocol: &str) -> &'static str {
    match protocol {
        "ws" => "wss",
        "mqtt" | "mqtt5" => "mqtts",
        "amqp" | "amqp1" => "amqps",
        "kafka" => "kafka-secure",
        "stomp" => "stomps",
        _ => "https",
    }
}

/// The first of the root's servers, when all of them are encrypted.
pub(super) fn encrypted_root(api: &Api<'_>) -> Option<ServerId> {
    let encrypted = |address: Address| address.scheme.is_some_and(|scheme| scheme == "https" || scheme == "wss");
    let mut roots = api.servers.iter().filter(|server| server.scope == ServerScope::Root).peekable();
    let first = roots.peek()?.id;
    roots.all(|root| addresses(api, root).into_iter().all(encrypted)).then_some(first)
}

/// The encrypted root's server that the list of this one replaces.
pub(super) fn downgraded_root(server: &Server<'_>, encrypted_root: Option<ServerId>) -> Option<ServerId> {
    encrypted_root.filter(|_| server.scope != ServerScope::Root)
}

/// Adds the encrypted root's server.
pub(super) fn related_root<'a>(finding: Finding<'a>, root: &Server<'a>) -> Finding<'a> {
    finding.related(root.url_node.unwrap_or(root.node), "the root's servers are encrypted")
}

/// Protocols whose encrypted twins are known.
const TWINS: [&str; 8] = ["http", "ws", "mqtt", "mqtt5", "amqp", "amqp1", "kafka", "stomp"];

/// With the encrypted twin of the protocol, where the server is told by a word or by a URL without a port: a port that
/// speaks in the clear would have to change with it.
pub(super) fn encrypted<'a>(found: &PlaintextServer<'a>) -> Option<Fix<'a>> {
    let text = found.node.raw().as_str()?;
    if text.contains("://") {
        return encrypted_url(found.node);
    }
    let twin = secure_twin(&found.protocol);
    if !text.trim().eq_ignore_ascii_case(&found.protocol) || !TWINS.contains(&found.protocol.as_str()) {
        return None;
    }
    let list = found.node.parent().filter(|list| list.is_sequence());
    let offered = list.is_some_and(|list| list.items().any(|item| item.raw().as_str() == Some(twin)));
    let fix = Fix::new(format!("offer `{twin}` only"));
    Some(if offered { fix.remove(found.node) } else { fix.text(found.node, twin) })
}

/// With the encrypted twin of the URL's scheme.
pub(super) fn encrypted_url(url: Node<'_>) -> Option<Fix<'_>> {
    let text = url.raw().as_str()?;
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    let known = TWINS.contains(&scheme.as_str());
    let twin = secure_twin(&scheme);
    let has_port = host.rsplit(']').next().is_some_and(|host| host.contains(':'));
    (known && !has_port).then(|| Fix::new(format!("offer `{twin}` only")).text(url, format!("{twin}://{rest}")))
}
