//! Which servers talk in the clear: `plaintext_server(server)`, `tls_evidence(server)` and the hosts they lead to.

use apiward_syntax::Kind;

use crate::api::Api;
use crate::lexicon::Tokens;
use crate::node::Node;
use crate::phrase;
use crate::predicate::host::{Address, HostVerdict, judge_hosts};
use crate::security::{Alternative, Scheme, SchemeType};
use crate::server::Server;
use crate::spec::Format;
use crate::words::{PLAINTEXT_PROTOCOLS, SECURE_PROTOCOLS, SECURE_URL_SCHEMES, TLS_BINDING_KEYS, TLS_PORTS, TLS_TEXT};

/// URL schemes of an OpenAPI 3 server without encryption.
const PLAINTEXT_SCHEMES: [&str; 3] = ["http", "ws", "ftp"];

/// Whether browsers and HTTP clients talk to a server, or clients of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportFamily {
    /// OpenAPI, and AsyncAPI over HTTP or WebSocket.
    Web,
    /// Every other AsyncAPI server.
    Broker,
}

/// What makes a server a plaintext one: the three kinds of `plaintext_server(server)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaintextKind {
    /// (1) Its URL, `schemes` item or protocol says so.
    Stated,
    /// (2) AsyncAPI 2: the protocol means TLS, the scheme of the URL does not.
    Contradiction,
    /// (3) AsyncAPI 2: the protocol says nothing, the scheme of the URL is `http` or `ws`.
    UrlOnly,
}

/// A server that talks in the clear.
#[derive(Clone, Debug)]
pub struct PlaintextServer<'a> {
    /// Why.
    pub kind: PlaintextKind,
    /// Who talks to it.
    pub family: TransportFamily,
    /// Where it says so: the URL, the item of `schemes`, or the protocol.
    pub node: Node<'a>,
    /// The URL scheme or protocol that is not encrypted, lower-cased: `http`, `mqtt`.
    pub protocol: String,
    /// Where it leads in the clear, variables expanded; never empty. Expansions of a URL that are encrypted are not
    /// among them.
    pub addresses: Vec<Address>,
}

/// `plaintext_server(server)`: nothing for a server that is encrypted, relative, or not used. `extra_tls_ports` are
/// ports beside those of the catalogue on which TLS is taken for granted (AsyncAPI).
pub fn plaintext_server<'a>(
    api: &Api<'a>,
    server: &Server<'a>,
    extra_tls_ports: &[u16],
) -> Option<PlaintextServer<'a>> {
    if !server.used {
        return None;
    }
    match api.spec.format {
        Format::OpenApi2 | Format::OpenApi30 | Format::OpenApi31 | Format::OpenApi32 => plaintext_openapi(api, server),
        Format::AsyncApi2 | Format::AsyncApi3 => plaintext_asyncapi(api, server, extra_tls_ports),
    }
}

fn plaintext_openapi<'a>(api: &Api<'a>, server: &Server<'a>) -> Option<PlaintextServer<'a>> {
    if server.scheme_variable().is_some() {
        return None;
    }
    let mut addresses = addresses(api, server);
    addresses.retain(|address| has_scheme(address, |scheme| PLAINTEXT_SCHEMES.contains(&scheme)));
    let protocol = addresses.first()?.scheme.clone()?;
    let node = server.url_node.unwrap_or(server.node);
    Some(PlaintextServer { kind: PlaintextKind::Stated, family: TransportFamily::Web, node, protocol, addresses })
}

fn plaintext_asyncapi<'a>(api: &Api<'a>, server: &Server<'a>, extra_tls_ports: &[u16]) -> Option<PlaintextServer<'a>> {
    let protocol = protocol_name(server);
    let family = match protocol.as_str() {
        "http" | "https" | "ws" | "wss" => TransportFamily::Web,
        _ => TransportFamily::Broker,
    };
    let scheme_is_variable = server.scheme_variable().is_some();
    if family == TransportFamily::Web && scheme_is_variable || tls_evidence(api, server, extra_tls_ports).is_some() {
        return None;
    }
    let mut addresses = addresses(api, server);
    if PLAINTEXT_PROTOCOLS.matches_value(&protocol) {
        let (_, node) = server.protocol?;
        return Some(PlaintextServer { kind: PlaintextKind::Stated, family, node, protocol, addresses });
    }
    if scheme_is_variable || api.spec.format != Format::AsyncApi2 {
        return None;
    }
    let (kind, family) = if SECURE_PROTOCOLS.matches_value(&protocol) {
        addresses.retain(|address| has_scheme(address, |scheme| PLAINTEXT_PROTOCOLS.matches_value(scheme)));
        (PlaintextKind::Contradiction, family)
    } else {
        addresses.retain(|address| has_scheme(address, |scheme| ["http", "ws"].contains(&scheme)));
        (PlaintextKind::UrlOnly, TransportFamily::Web)
    };
    let protocol = addresses.first()?.scheme.clone()?;
    Some(PlaintextServer { kind, family, node: server.url_node?, protocol, addresses })
}

fn has_scheme(address: &Address, wanted: impl Fn(&str) -> bool) -> bool {
    address.scheme.as_deref().is_some_and(wanted)
}

/// The protocol of an AsyncAPI server, trimmed and lower-cased; empty when it names none.
fn protocol_name(server: &Server<'_>) -> String {
    server.protocol.map(|(protocol, _)| protocol.trim().to_ascii_lowercase()).unwrap_or_default()
}

/// Where a server leads, its variables expanded over enumeration and default; never empty. A relative URL gives an
/// address without a host, and so does OpenAPI 2 without `host`. AsyncAPI: lists of brokers are taken apart.
pub fn addresses(api: &Api<'_>, server: &Server<'_>) -> Vec<Address> {
    match api.spec.format {
        // `host` may wrongly hold a scheme, so the URL that is put together is not read.
        Format::OpenApi2 => {
            let scheme = Some(server.node.text().trim().to_ascii_lowercase());
            let host = Address::of_broker(api.root.get_str("host").unwrap_or_default()).into_iter().next();
            vec![Address { scheme, ..host.unwrap_or_default() }]
        }
        Format::OpenApi30 | Format::OpenApi31 | Format::OpenApi32 => {
            server.expansions().iter().map(|url| Address::of_url(url)).collect()
        }
        Format::AsyncApi2 | Format::AsyncApi3 => {
            server.expansions().iter().flat_map(|url| Address::of_broker(url)).collect()
        }
    }
}

/// True when every server leads to local hosts only; so for a description that names no server.
pub fn has_only_local_servers(api: &Api<'_>) -> bool {
    api.servers.iter().all(|server| {
        let addresses = addresses(api, server);
        judge_hosts(addresses.iter().map(|address| address.host.as_ref())) == HostVerdict::Local
    })
}

/// A sign that an AsyncAPI server is encrypted: (a) to (f) of `tls_evidence(server)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsSign {
    /// (a) The protocol's name.
    Protocol,
    /// (b) The scheme of the URL (AsyncAPI 2).
    UrlScheme,
    /// (c) The port, by convention: every one, or that of clients that choose none.
    Port,
    /// (d) Clients log in with a certificate.
    Certificate,
    /// (e) A binding configures TLS.
    Binding,
    /// (f) A text of the server or its name says so, or those of the schemes that it asks for.
    Text,
}

/// `tls_evidence(server)`: the first sign that a server is encrypted. AsyncAPI only: URLs of OpenAPI speak for
/// themselves. `extra_tls_ports` as in [`plaintext_server`].
pub fn tls_evidence(api: &Api<'_>, server: &Server<'_>, extra_tls_ports: &[u16]) -> Option<TlsSign> {
    if !api.spec.format.is_async() {
        return None;
    }
    let addresses = addresses(api, server);
    let url_says = |wanted: &dyn Fn(&str) -> bool| {
        // Only AsyncAPI 2 has a URL; an AsyncAPI 3 host has no scheme.
        api.spec.format == Format::AsyncApi2 && addresses.iter().any(|address| has_scheme(address, wanted))
    };
    let plaintext_url = url_says(&|scheme| PLAINTEXT_PROTOCOLS.matches_value(scheme));
    let secure_url = url_says(&|scheme| SECURE_URL_SCHEMES.matches_value(scheme))
        && addresses.iter().all(|address| has_scheme(address, |scheme| SECURE_URL_SCHEMES.matches_value(scheme)));
    let signs = [
        (TlsSign::Protocol, SECURE_PROTOCOLS.matches_value(&protocol_name(server)) && !plaintext_url),
        (TlsSign::UrlScheme, secure_url),
        (TlsSign::Port, has_tls_ports(&addresses, extra_tls_ports) || has_tls_port_by_default(server, extra_tls_ports)),
        (TlsSign::Certificate, asks_for_certificate(api, server)),
        (TlsSign::Binding, has_tls_binding(server)),
    ];
    let found = signs.into_iter().find(|(_, holds)| *holds).map(|(sign, _)| sign);
    found.or_else(|| (speaks_of_tls(server) || asks_for_tls(api, server)).then_some(TlsSign::Text))
}

fn has_tls_ports(addresses: &[Address], extra: &[u16]) -> bool {
    addresses.iter().all(|address| address.port.as_deref().is_some_and(|port| is_tls_port(port, extra)))
}

fn is_tls_port(port: &str, extra: &[u16]) -> bool {
    TLS_PORTS.matches_value(port) || port.parse::<u16>().is_ok_and(|port| extra.contains(&port))
}

/// The variable that stands for the port: behind the host or, where no host has a port, one that is called `port`.
/// Authors define that one and forget to write it into the URL.
fn port_variable<'a>(server: &Server<'a>) -> Option<Node<'a>> {
    let mut ports = Address::of_broker(&server.url).into_iter().map(|address| address.port);
    let first = ports.next()?;
    if ports.any(|port| port != first) {
        return None;
    }
    let Some(written) = first else { return server.variable("port") };
    server.variable(written.strip_prefix('{')?.strip_suffix('}')?)
}

/// Whether clients that choose no port are given one with TLS.
fn has_tls_port_by_default(server: &Server<'_>, extra: &[u16]) -> bool {
    let default = port_variable(server).and_then(|variable| variable.get("default"));
    default.is_some_and(|default| is_tls_port(default.text(), extra))
}

/// Whether an AsyncAPI server without a sign of TLS lists a port with TLS among those of its variable: clients may well
/// use that one.
pub fn offers_tls_port(api: &Api<'_>, server: &Server<'_>) -> bool {
    let variable = port_variable(server).filter(|_| api.spec.format.is_async());
    let listed = variable.and_then(|variable| variable.get("enum")).into_iter().flat_map(Node::items);
    listed.into_iter().any(|port| TLS_PORTS.matches_value(port.text()))
}

fn asks_for_certificate(api: &Api<'_>, server: &Server<'_>) -> bool {
    let alternatives = server.security.iter().flat_map(|list| list.alternatives.iter());
    let mut schemes = alternatives.flat_map(|alternative| &alternative.members).filter_map(|member| member.scheme);
    schemes.any(|id| api.scheme(id).kind == SchemeType::X509)
}

/// Whether clients log in by a scheme that is used over TLS, whichever alternative they take.
fn asks_for_tls(api: &Api<'_>, server: &Server<'_>) -> bool {
    let mut alternatives = server.security.iter().flat_map(|list| list.alternatives.iter()).peekable();
    let over_tls = |one: &Alternative<'_>| {
        one.members.iter().filter_map(|member| member.scheme).any(|id| is_used_over_tls(api.scheme(id)))
    };
    alternatives.peek().is_some() && alternatives.all(over_tls)
}

/// Whether the name or the text of a scheme says that it is used over TLS: `SASL_SSL`, `kafka-secure`.
pub fn is_used_over_tls(scheme: &Scheme<'_>) -> bool {
    *scheme.over_tls.get_or_init(|| speaks_of_use_over_tls(scheme))
}

fn speaks_of_use_over_tls(scheme: &Scheme<'_>) -> bool {
    let text = scheme.target.get_str("description").unwrap_or_default();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-').chain([scheme.name]);
    says_tls(&Tokens::new(scheme.name).spaced())
        || says_tls(text)
        || words.any(|word| SECURE_PROTOCOLS.matches_value(&word.to_ascii_lowercase()))
}

fn has_tls_binding(server: &Server<'_>) -> bool {
    let bindings = server.node.get("bindings").and_then(Node::target_or_none);
    let members = bindings.into_iter().flat_map(Node::entries).filter_map(|(_, binding)| binding.target_or_none());
    members.flat_map(Node::entries).any(|(key, value)| TLS_BINDING_KEYS.matches(&Tokens::header(key)) && is_set(value))
}

/// False for false, null, and what is empty.
fn is_set(value: Node<'_>) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::Bool => value.as_bool() != Some(false),
        Kind::Mapping | Kind::Sequence => value.count() > 0,
        _ => !value.text().is_empty(),
    }
}

fn speaks_of_tls(server: &Server<'_>) -> bool {
    let own = ["title", "summary", "description"].into_iter().filter_map(|key| server.node.get_str(key));
    let tags = server.node.get("tags").into_iter().flat_map(Node::items).filter_map(Node::target_or_none);
    let of_tags = tags.flat_map(|tag| ["name", "description"].into_iter().filter_map(move |key| tag.get_str(key)));
    let name = server.node.key().is_some_and(|name| phrase::says_pattern(&Tokens::new(name).spaced(), &TLS_TEXT));
    name || own.chain(of_tags).any(says_tls)
}

/// Whether a text says that something is encrypted with TLS.
pub fn says_tls(text: &str) -> bool {
    phrase::says_pattern(text, &TLS_TEXT)
}

/// What a scheme variable lets clients pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeChoice<'a> {
    /// This plaintext scheme, as written, beside others.
    Plaintext(&'a str),
    /// Any scheme: it has no enumeration.
    Anything,
}

/// The variable in place of a URL's scheme, where it lets clients pick plaintext.
#[derive(Clone, Copy, Debug)]
pub struct SchemeVariable<'a> {
    /// Its object as written under `variables`.
    pub node: Node<'a>,
    /// What it allows.
    pub choice: SchemeChoice<'a>,
}

/// The declared scheme variable of a used server, when its default or a value of its enumeration is `http`, `ws` or
/// `ftp`, or when it has no enumeration. OpenAPI 3 and AsyncAPI 2.
pub fn plaintext_scheme_variable<'a>(api: &Api<'a>, server: &Server<'a>) -> Option<SchemeVariable<'a>> {
    if !server.used || matches!(api.spec.format, Format::OpenApi2 | Format::AsyncApi3) {
        return None;
    }
    let name = server.scheme_variable()?;
    let node = server.variables?.get(name)?;
    let variable = node.target_or_none().filter(|variable| variable.is_mapping())?;
    let listed = variable.get("enum").into_iter().flat_map(Node::items);
    let values = variable.get("default").into_iter().chain(listed).filter_map(|value| value.raw().as_str());
    let plaintext = |value: &str| PLAINTEXT_SCHEMES.iter().any(|scheme| value.trim().eq_ignore_ascii_case(scheme));
    let has_values = variable.get("enum").is_some_and(|list| list.is_sequence() && list.count() > 0);
    let choice = match values.into_iter().find(|value| plaintext(value)) {
        Some(value) => SchemeChoice::Plaintext(value),
        None if has_values => return None,
        None => SchemeChoice::Anything,
    };
    Some(SchemeVariable { node, choice })
}

#[cfg(test)]
mod tests;
