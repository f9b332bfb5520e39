//! `auth/async-scheme-protocol-mismatch`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apiward_model::{
    Alternative, Api, Format, Member, Node, Operation, OperationId, Origin, Place, RequirementList, Scheme, SchemeType,
    Server, ServerId,
};
use foldhash::{HashMap, HashMapExt};

use crate::auth::groups::groups;
use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
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
            let mut misfits: HashMap<Login, Option<Misfit>> = HashMap::new();
            for member in used.list.alternatives.iter().flat_map(|alternative| &alternative.members) {
                let Some(scheme) = member.scheme.map(|id| cx.api.scheme(id)) else { continue };
                let Some(login) = Login::of(scheme.kind) else { continue };
                if let Some(misfit) = misfits.entry(login).or_insert_with(|| used.misfit(login)) {
                    let finding = finding(cx, member.node, scheme, misfit, used.of_operation);
                    cx.report(finding);
                }
            }
        }
        report_encryption(cx);
    }
}

/// Protocols that are alike in how clients log in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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
}

/// How a scheme has clients log in, where that depends on the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Login {
    /// In a header, or in the query.
    Header,
    Sasl,
    /// By the broker's user name and password.
    Broker,
}

impl Login {
    fn of(kind: SchemeType<'_>) -> Option<Self> {
        match kind {
            SchemeType::Http | SchemeType::ApiKey => Some(Self::Header),
            SchemeType::Plain | SchemeType::Scram | SchemeType::Gssapi => Some(Self::Sasl),
            SchemeType::BrokerKey | SchemeType::UserPassword => Some(Self::Broker),
            _ => None,
        }
    }

    /// Why it cannot work, and what to do; nothing when it can.
    fn refused_by(self, family: Family) -> Option<&'static str> {
        match (self, family) {
            (Self::Header, Family::Mqtt | Family::Broker) => {
                Some("HTTP headers and queries do not exist there: name `userPassword`, `X509` or a SASL scheme")
            }
            (Self::Sasl, Family::Mqtt) => Some("MQTT before version 5 has no SASL: name `userPassword` or `X509`"),
            (Self::Sasl, Family::Http | Family::WebSocket) => {
                Some("SASL is no part of HTTP: name `http`, `httpApiKey`, `oauth2` or `openIdConnect`")
            }
            (Self::Broker, Family::Http) => {
                Some("HTTP has no login of its own: name `http`, `httpApiKey`, `oauth2` or `openIdConnect`")
            }
            _ => None,
        }
    }
}

/// A security list and where it applies.
struct Use<'r, 'a> {
    list: &'r RequirementList<'a>,
    /// For the list of an operation the finding says which of the servers it does not fit.
    of_operation: bool,
    bound: Vec<Bound>,
}

/// Servers of one family, and the operations that meet them.
struct Bound {
    family: Family,
    servers: Arc<[ServerId]>,
    operations: Operations,
}

/// Where a way to log in does not work.
struct Misfit {
    why: &'static str,
    servers: BTreeSet<ServerId>,
    operations: Operations,
}

/// Lists by their place, since aliases may share one.
type Uses<'r, 'a> = BTreeMap<Place, Use<'r, 'a>>;

impl<'r, 'a> Use<'r, 'a> {
    fn new(list: &'r RequirementList<'a>, of_operation: bool) -> Self {
        Self { list, of_operation, bound: Vec::new() }
    }

    fn misfit(&self, login: Login) -> Option<Misfit> {
        let refusing = || self.bound.iter().filter(|bound| login.refused_by(bound.family).is_some());
        let why = refusing().find_map(|bound| login.refused_by(bound.family))?;
        let mut operations = Operations::default();
        for bound in refusing() {
            operations.unite(&bound.operations);
        }
        let servers = refusing().flat_map(|bound| bound.servers.iter().copied()).collect();
        Some(Misfit { why, servers, operations })
    }
}

fn of_servers<'r, 'a>(cx: &Cx<'r, 'a>) -> Uses<'r, 'a> {
    let api: &'r Api<'a> = cx.api;
    let mut found = Uses::new();
    for server in &api.servers {
        let (Some(list), Some(family)) = (&server.security, Family::of(server)) else { continue };
        let used = found.entry(list.node.place()).or_insert_with(|| Use::new(list, false));
        used.bound.push(Bound { family, servers: Arc::from([server.id]), operations: cx.using(server.id) });
    }
    found
}

fn of_operations<'r, 'a>(api: &'r Api<'a>) -> Uses<'r, 'a> {
    let own = api.requirements.iter().filter(|list| list.origin == Origin::Operation);
    let lists: HashMap<Place, &RequirementList<'a>> = own.map(|list| (list.node.resolved().place(), list)).collect();
    // Operations with one list on the same servers stand together, in document order.
    let mut groups: Vec<(&RequirementList<'a>, &Operation<'a>, Vec<OperationId>)> = Vec::new();
    let mut known = HashMap::new();
    for operation in &api.operations {
        let Some(list) = operation.security.node.and_then(|node| lists.get(&node.resolved().place())) else { continue };
        let at = *known.entry((list.node.place(), operation.servers.as_ptr())).or_insert_with(|| {
            groups.push((list, operation, Vec::new()));
            groups.len() - 1
        });
        groups[at].2.push(operation.id);
    }
    let mut families = HashMap::new();
    let mut found = Uses::new();
    for (list, first, operations) in groups {
        let families = families.entry(first.servers.as_ptr()).or_insert_with(|| by_family(api, &first.servers));
        let operations = Operations::from(operations);
        let used = found.entry(list.node.place()).or_insert_with(|| Use::new(list, true));
        used.bound.extend(families.iter().map(|(family, servers)| {
            let (servers, operations) = (Arc::clone(servers), operations.clone());
            Bound { family: *family, servers, operations }
        }));
    }
    found
}

fn by_family(api: &Api<'_>, servers: &[ServerId]) -> Vec<(Family, Arc<[ServerId]>)> {
    let mut families: Vec<(Family, Vec<ServerId>)> = Vec::new();
    for id in servers {
        let Some(family) = Family::of(api.server(*id)) else { continue };
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, servers)) => servers.push(*id),
            None => families.push((family, vec![*id])),
        }
    }
    families.into_iter().map(|(family, servers)| (family, servers.into())).collect()
}

/// Servers that a finding points at; its message counts all of them.
const MOST_RELATED: usize = 25;

fn finding<'a>(
    cx: &Cx<'_, 'a>,
    entry: Node<'a>,
    scheme: &Scheme<'a>,
    misfit: &Misfit,
    of_operation: bool,
) -> Finding<'a> {
    let servers = || misfit.servers.iter().map(|id| cx.api.server(*id));
    let first = servers().next();
    let name = first.map_or_else(String::new, server_title);
    let protocol = quoted(first.and_then(|server| server.protocol).map_or("", |(protocol, _)| protocol));
    let whose = match misfit.servers.len() {
        1 => format!("{name}, which speaks {protocol}"),
        count => format!("{count} servers, such as {name}, which speaks {protocol}"),
    };
    let message = format!("{} is {} and cannot work on {whose}", scheme_title(scheme), kind(scheme));
    let mut finding = cx.finding(entry, message).at_key(entry).help(misfit.why);
    for server in servers().filter(|_| of_operation).take(MOST_RELATED) {
        finding = finding.related_key(server.node, "it does not fit this server");
    }
    finding.operations(misfit.operations.clone())
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
