//! `auth/async-scheme-protocol-mismatch`

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use apiward_model::{
    Alternative, Api, Format, Member, Node, OperationId, Origin, Place, RequirementList, Scheme, SchemeType, Server,
    ServerId,
};

use crate::auth::groups::groups;
use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::{quoted, scheme_title, server_title};

declare_lint! {
    id: "auth/async-scheme-protocol-mismatch",
    title: "Security scheme cannot work on the protocol it is attached to",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API2:2023"],
    cwe: ["CWE-287"],
    practices: [Authentication, Consistency],
    references: [
        "AsyncAPI 3.1.0 Security Scheme Object" => "https://github.com/asyncapi/spec/blob/v3.1.0/spec/asyncapi.md#securitySchemeObject",
        "RFC 4422" => "https://www.rfc-editor.org/rfc/rfc4422",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("async_scheme_protocol_mismatch.md"),
    check: AsyncSchemeProtocolMismatch,
}

#[derive(Default)]
struct AsyncSchemeProtocolMismatch;

impl<'a> Check<'a> for AsyncSchemeProtocolMismatch {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let uses = of_servers(cx).into_values().chain(of_operations(cx.api).into_values());
        for used in uses.collect::<Vec<_>>() {
            let servers = used.servers();
            for member in used.list.alternatives.iter().flat_map(|alternative| &alternative.members) {
                report_misfit(cx, &used, &servers, member);
            }
        }
        report_encryption(cx);
    }
}

/// Protocols that are alike in how clients log in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Http,
    WebSocket,
    /// Before version 5: a user name and a password.
    Mqtt,
    Broker,
}

impl Family {
    /// Nothing for a protocol of which nothing is known.
    fn of(server: &Server<'_>) -> Option<Self> {
        let version = || server.node.get("protocolVersion").is_some_and(|version| version.text().starts_with('5'));
        Some(match server.protocol?.0.trim().to_ascii_lowercase().as_str() {
            "http" | "https" => Self::Http,
            "ws" | "wss" => Self::WebSocket,
            "mqtt" | "secure-mqtt" | "mqtts" if !version() => Self::Mqtt,
            "mqtt" | "secure-mqtt" | "mqtts" | "mqtt5" | "amqp" | "amqps" | "amqp1" | "kafka" | "kafka-secure"
            | "stomp" | "stomps" | "nats" | "redis" | "jms" | "ibmmq" | "pulsar" => Self::Broker,
            _ => return None,
        })
    }

    /// Why a scheme cannot work, and what to do; nothing when it can.
    fn refuses(self, kind: SchemeType<'_>) -> Option<&'static str> {
        match (kind, self) {
            (SchemeType::Http | SchemeType::ApiKey, Self::Mqtt | Self::Broker) => {
                Some("HTTP headers and queries do not exist there: name `userPassword`, `X509` or a SASL scheme")
            }
            (SchemeType::Plain | SchemeType::Scram | SchemeType::Gssapi, Self::Mqtt) => {
                Some("MQTT before version 5 has no SASL: name `userPassword` or `X509`")
            }
            (SchemeType::Plain | SchemeType::Scram | SchemeType::Gssapi, Self::Http | Self::WebSocket) => {
                Some("SASL is no part of HTTP: name `http`, `httpApiKey`, `oauth2` or `openIdConnect`")
            }
            (SchemeType::BrokerKey | SchemeType::UserPassword, Self::Http) => {
                Some("HTTP has no login of its own: name `http`, `httpApiKey`, `oauth2` or `openIdConnect`")
            }
            _ => None,
        }
    }
}

/// A security list and the servers of one family on which it applies.
struct Use<'r, 'a> {
    list: &'r RequirementList<'a>,
    family: Family,
    /// Shared by all lists that apply on the same servers.
    servers: Vec<Arc<[ServerId]>>,
    operations: Operations,
    /// For the list of an operation the finding says which of the servers it does not fit.
    of_operation: bool,
}

/// The list by its place, since aliases may share it, and the family.
type Key = (Place, Family);

impl<'r, 'a> Use<'r, 'a> {
    fn new(list: &'r RequirementList<'a>, family: Family, of_operation: bool) -> Self {
        Self { list, family, servers: Vec::new(), operations: Operations::default(), of_operation }
    }

    /// The servers, each once.
    fn servers(&self) -> Cow<'_, [ServerId]> {
        if let [only] = self.servers.as_slice() {
            return Cow::Borrowed(only);
        }
        let all: BTreeSet<ServerId> = self.servers.iter().flat_map(|list| list.iter().copied()).collect();
        all.into_iter().collect()
    }
}

fn of_servers<'r, 'a>(cx: &Cx<'r, 'a>) -> BTreeMap<Key, Use<'r, 'a>> {
    let api: &'r Api<'a> = cx.api;
    let mut found: BTreeMap<Key, Use<'r, 'a>> = BTreeMap::new();
    for server in &api.servers {
        let (Some(list), Some(family)) = (&server.security, Family::of(server)) else { continue };
        let used = found.entry((list.node.place(), family)).or_insert_with(|| Use::new(list, family, false));
        used.servers.push(Arc::from([server.id]));
        used.operations.unite(&cx.using(server.id));
    }
    found
}

fn of_operations<'r, 'a>(api: &'r Api<'a>) -> BTreeMap<Key, Use<'r, 'a>> {
    let own = api.requirements.iter().filter(|list| list.origin == Origin::Operation);
    let lists: HashMap<Place, &RequirementList<'a>> = own.map(|list| (list.node.resolved().place(), list)).collect();
    let mut families = HashMap::new();
    let mut found: BTreeMap<Key, (Use<'r, 'a>, Vec<OperationId>)> = BTreeMap::new();
    for operation in &api.operations {
        let Some(list) = operation.security.node.and_then(|node| lists.get(&node.resolved().place())) else { continue };
        let families =
            families.entry(Arc::as_ptr(&operation.servers)).or_insert_with(|| by_family(api, &operation.servers));
        for (family, servers) in families {
            let new = || (Use::new(list, *family, true), Vec::new());
            let (used, operations) = found.entry((list.node.place(), *family)).or_insert_with(new);
            if used.servers.last().is_none_or(|last| !Arc::ptr_eq(last, servers)) {
                used.servers.push(Arc::clone(servers));
            }
            operations.push(operation.id);
        }
    }
    let whole = |(key, (used, operations)): (_, (_, Vec<_>))| (key, Use { operations: operations.into(), ..used });
    found.into_iter().map(whole).collect()
}

fn by_family(api: &Api<'_>, servers: &[ServerId]) -> Vec<(Family, Arc<[ServerId]>)> {
    let mut families: BTreeMap<Family, Vec<ServerId>> = BTreeMap::new();
    for id in servers {
        if let Some(family) = Family::of(api.server(*id)) {
            families.entry(family).or_default().push(*id);
        }
    }
    families.into_iter().map(|(family, servers)| (family, servers.into())).collect()
}

/// Servers that a finding points at; its message counts all of them.
const MOST_RELATED: usize = 25;

fn report_misfit<'a>(cx: &mut Cx<'_, 'a>, used: &Use<'_, 'a>, servers: &[ServerId], member: &Member<'a>) {
    let Some(scheme) = member.scheme.map(|id| cx.api.scheme(id)) else { return };
    let Some(why) = used.family.refuses(scheme.kind) else { return };
    let Some(first) = servers.first().map(|id| cx.api.server(*id)) else { return };
    let protocol = quoted(first.protocol.map_or("", |(protocol, _)| protocol));
    let whose = match servers.len() {
        1 => format!("{}, which speaks {protocol}", server_title(first)),
        count => format!("{count} servers, such as {}, which speaks {protocol}", server_title(first)),
    };
    let message = format!("{} is {} and cannot work on {whose}", scheme_title(scheme), kind(scheme));
    let mut finding =
        cx.finding(member.node, message).at_key(member.node).help(why).operations(used.operations.clone());
    for server in servers.iter().filter(|_| used.of_operation).take(MOST_RELATED) {
        finding = finding.related_key(cx.api.server(*server).node, "it does not fit this server");
    }
    cx.report(finding);
}

fn kind(scheme: &Scheme<'_>) -> String {
    quoted(scheme.target.get_str("type").unwrap_or_default())
}

/// Reports alternatives that only say how payloads are encrypted.
fn report_encryption<'a>(cx: &mut Cx<'_, 'a>) {
    let mut places: BTreeMap<Place, (Node<'a>, &Scheme<'a>, Operations)> = BTreeMap::new();
    for group in groups(cx.api, |_| Some(())) {
        let operations = Operations::shared([group.operations]);
        for member in group.alternatives.iter().filter_map(|alternative| only_encrypts(cx.api, alternative)) {
            let Some(scheme) = member.scheme.map(|id| cx.api.scheme(id)) else { continue };
            let found = places.entry(member.node.place()).or_insert((member.node, scheme, Operations::default()));
            found.2.unite(&operations);
        }
    }
    for (node, scheme, operations) in places.into_values() {
        let message = format!(
            "{} is {}, which authenticates nobody, and nothing else is asked for",
            scheme_title(scheme),
            kind(scheme)
        );
        let help = "ask for a scheme that authenticates clients as well: this one only says how payloads are encrypted";
        cx.report(cx.finding(node, message).at_key(node).help(help).operations(operations));
    }
}

/// The first member of an alternative that asks for nothing but the encryption of payloads: the server's, if it has one.
fn only_encrypts<'r, 'a>(api: &Api<'a>, alternative: &'r Alternative<'a>) -> Option<&'r Member<'a>> {
    let encrypts = |member: &Member<'a>| member.scheme.is_some_and(|id| api.scheme(id).kind == SchemeType::Encryption);
    alternative.members.first().filter(|_| !alternative.malformed && alternative.members.iter().all(encrypts))
}
