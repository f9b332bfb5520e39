//! `exposure/async-sensitive-payload-cleartext`

use std::collections::BTreeSet;
use std::sync::Arc;

use apiward_model::predicate::{HostVerdict, PlaintextKind, PlaintextServer, judge_hosts, plaintext_server};
use apiward_model::words::{PII_HIGH, SECRET_RESPONSE_NAMES};
use apiward_model::{Alternative, Api, Format, Message, Operation, OperationId, Reach, Schema, SchemeType, ServerId};
use foldhash::{HashMap, HashMapExt};

use crate::exposure::names::Names;
use crate::exposure::personal::{ACKNOWLEDGED, is_in_clear};
use crate::exposure::secret_in_response::is_secret;
use crate::framework::carriers::Carriers;
use crate::framework::crowd::gathered;
use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::{quoted, server_title};

declare_lint! {
    id: "exposure/async-sensitive-payload-cleartext",
    title: "Sensitive message fields travel on an unencrypted channel",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API3:2023", "API8:2023"],
    cwe: ["CWE-319", "CWE-359"],
    practices: [Encryption, MinimalExposure],
    references: [
        "AsyncAPI 3.1.0 Security Scheme Object" => "https://github.com/asyncapi/spec/blob/v3.1.0/spec/asyncapi.md#securitySchemeObject",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("async_sensitive_payload_cleartext.md"),
    check: AsyncSensitivePayloadCleartext,
}

#[derive(Default)]
struct AsyncSensitivePayloadCleartext;

/// Content types whose messages are encrypted or signed as a whole.
const ENCRYPTED: [&str; 3] = ["application/jose", "application/jose+json", "application/pkcs7-mime"];
/// Servers that a finding points at.
const MOST_RELATED: usize = 25;

/// What the name of a property says.
#[derive(Clone, Copy)]
enum Holds {
    Secret,
    PersonalData,
}

impl<'a> Check<'a> for AsyncSensitivePayloadCleartext {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let plaintext = plaintext_servers(api);
        if plaintext.is_empty() {
            return;
        }
        let names = Names::new(api, |name| {
            let secret = SECRET_RESPONSE_NAMES.matches(name).then_some(Holds::Secret);
            secret.or_else(|| PII_HIGH.matches(name).then_some(Holds::PersonalData))
        });
        if names.is_empty() {
            return;
        }
        let crossings = Crossings::new(api, &plaintext);
        let mut messages = Carriers::of_messages(api, |operation, message| {
            crossings.by_operation.contains_key(&operation.id) && !is_encrypted(api, message)
        });
        for schema in api.schemas.all() {
            let Some(holds) = names.of(schema) else { continue };
            if schema.reach.intersects(Reach::REQUEST) || schema.reach.intersects(Reach::RESPONSE) {
                let shown = match holds {
                    Holds::Secret => is_secret(api, schema.node, schema.property_name().unwrap_or_default()),
                    Holds::PersonalData => is_in_clear(api, schema, ACKNOWLEDGED),
                };
                let operations = if shown { messages.of(api, schema.node) } else { Operations::default() };
                report(cx, schema, operations, &crossings, &plaintext);
            }
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

type Plaintext<'a> = HashMap<ServerId, PlaintextServer<'a>>;

fn plaintext_servers<'a>(api: &Api<'a>) -> Plaintext<'a> {
    let found = api.servers.iter().filter_map(|server| Some((server.id, plaintext_server(api, server, &[])?)));
    found.filter(|(_, found)| found.kind == PlaintextKind::Stated).collect()
}

/// Which operations move messages over which plaintext servers.
struct Crossings {
    /// Operations that have the same servers and requirements share one list.
    lists: Vec<Vec<ServerId>>,
    by_operation: HashMap<OperationId, usize>,
}

impl Crossings {
    fn new(api: &Api<'_>, plaintext: &Plaintext<'_>) -> Self {
        let mut crossings = Self { lists: Vec::new(), by_operation: HashMap::new() };
        let mut known = HashMap::new();
        for operation in &api.operations {
            let key = (Arc::as_ptr(&operation.servers), operation.security.alternatives.id());
            let at = *known.entry(key).or_insert_with(|| {
                let crossed = operation.servers.iter().copied();
                let crossed = crossed.filter(|id| plaintext.contains_key(id) && !encrypts(api, operation, *id));
                crossings.lists.push(crossed.collect());
                crossings.lists.len() - 1
            });
            if !crossings.lists[at].is_empty() {
                crossings.by_operation.insert(operation.id, at);
            }
        }
        crossings
    }

    /// The plaintext servers that operations use.
    fn of(&self, operations: &Operations) -> BTreeSet<ServerId> {
        let lists: BTreeSet<usize> = operations.iter().filter_map(|id| self.by_operation.get(&id)).copied().collect();
        lists.into_iter().flat_map(|at| &self.lists[at]).copied().collect()
    }
}

/// Whether a requirement of the server, or of the operation on it, names a scheme that encrypts messages.
fn encrypts(api: &Api<'_>, operation: &Operation<'_>, server: ServerId) -> bool {
    let names_one = |alternative: &Alternative<'_>| {
        let schemes = alternative.members.iter().filter_map(|member| member.scheme);
        schemes.into_iter().any(|id| matches!(api.scheme(id).kind, SchemeType::Encryption))
    };
    let own = api.server(server).security.iter().flat_map(|list| list.alternatives.iter());
    let of_operation = operation.security.alternatives.iter();
    own.chain(of_operation.filter(|one| one.server.is_none_or(|id| id == server))).any(names_one)
}

fn is_encrypted(api: &Api<'_>, message: &Message<'_>) -> bool {
    let own = message.node.get_str("contentType").or_else(|| api.root.get_str("defaultContentType"));
    let name = own.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    ENCRYPTED.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn report<'a>(
    cx: &mut Cx<'_, 'a>,
    schema: &Schema<'a>,
    operations: Operations,
    crossings: &Crossings,
    plaintext: &Plaintext<'a>,
) {
    let servers = crossings.of(&operations);
    let found: Vec<(ServerId, &PlaintextServer<'a>)> =
        servers.iter().filter_map(|id| Some((*id, plaintext.get(id)?))).collect();
    let [(first, _), others @ ..] = found.as_slice() else { return };
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let name = quoted(schema.property_name().unwrap_or_default());
    let server = server_title(cx.api.server(*first));
    let message = format!("property {name} of messages crosses {server}{more} unencrypted");
    let help = "use the protocol with TLS, or encrypt the message itself and say so by a security scheme or its content \
                type";
    let hosts = found.iter().flat_map(|(_, found)| &found.addresses).map(|address| address.host.as_ref());
    let verdict = judge_hosts(hosts);
    let mut finding = cx.finding(schema.node, message).at_key(schema.node).help(help).operations(operations);
    for (id, found) in found.iter().take(MOST_RELATED) {
        let title = server_title(cx.api.server(*id));
        finding = finding.related(found.node, format!("{title} talks in the clear"));
    }
    let finding = finding.lowered_if(verdict == HostVerdict::Local, Level::Info);
    cx.report(finding.lowered_if(verdict == HostVerdict::Placeholder, Level::Warning));
}
