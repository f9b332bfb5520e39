//! From the model and what the lints know to the entries of the inventory.

use std::collections::HashMap;
use std::sync::Arc;

use apiward_lints::facts::{self, Facts};
use apiward_lints::framework::engine::Settings;
use apiward_lints::framework::text::without_userinfo;
use apiward_model::predicate::{
    HostVerdict, addresses, alternative_strength, is_marked_deprecated, judge_hosts, operation_strength,
    plaintext_server, resource_key, tls_evidence,
};
use apiward_model::{Api, Declared, Direction, ListId, Operation, OperationId, Server as ModelServer};

use super::schemes::{DocumentSchemes, Ways};
use super::{
    Alternative, Body, Bound, BoundBy, BoundValue, Entry, Kind, ObjectId, Public, PublicBy, RateLimit, Requirement,
    Sensitive, SensitiveKind, Server, Source, Transport,
};

/// Most entries of each list. Thousands of operations may share a list of thousands.
const MOST: usize = 50;

/// The schemes of a description, and its operations, webhooks and callbacks included, as entries of a file's document. The settings say
/// which operations are declared public.
pub(crate) fn of_description(
    api: &Api<'_>,
    file: &str,
    document: usize,
    settings: &Settings,
) -> (DocumentSchemes, Vec<Entry>) {
    let facts = Facts::new(api, settings);
    let declared = DocumentSchemes::of(api, file, document);
    let mut reader = Reader { api, facts, declared, guards: HashMap::new(), servers: HashMap::new() };
    let own = api.operations.iter().enumerate().map(|(at, operation)| (operation, Some(OperationId::at(at))));
    let others = api.webhooks.iter().chain(&api.callbacks).map(|operation| (operation, None));
    let entry = |(operation, index)| Entry { index, ..reader.entry(operation) };
    let entries = own.chain(others).map(entry).collect();
    (reader.declared, entries)
}

/// What stands in a list of alternatives.
#[derive(Clone)]
struct Guard {
    alternatives: Vec<Alternative>,
    total: usize,
    scopes: Vec<String>,
    anonymous: bool,
    strength: Option<u8>,
    ways: Arc<Ways>,
}

/// Makes entries; what operations share is read once.
struct Reader<'r, 'a> {
    api: &'r Api<'a>,
    facts: Facts<'r, 'a>,
    declared: DocumentSchemes,
    guards: HashMap<ListId, Guard>,
    servers: HashMap<*const (), Vec<Server>>,
}

impl<'a> Reader<'_, 'a> {
    fn entry(&mut self, operation: &Operation<'a>) -> Entry {
        let guard = self.guard(operation);
        let servers = self.servers(operation);
        let (api, facts) = (self.api, &self.facts);
        let object_ids = facts.object_ids(operation).into_iter();
        Entry {
            file: self.declared.file.clone(),
            document: self.declared.document,
            kind: match operation.direction {
                Direction::Operation => Kind::Operation,
                Direction::Webhook => Kind::Webhook,
                Direction::Callback => Kind::Callback,
            },
            method: operation.method.as_str().to_owned(),
            path: operation.path.to_owned(),
            id: operation.operation_id.map(str::to_owned),
            resource: resource_key(operation.path),
            alternatives: guard.alternatives,
            alternatives_total: guard.total,
            source: source(api, operation),
            anonymous: guard.anonymous,
            strength: guard.strength,
            scopes: guard.scopes,
            servers_total: if servers.is_empty() { 0 } else { operation.servers.len() },
            servers,
            public: public(facts, operation),
            writes: facts.signs(operation).map(|signs| signs.writes),
            deprecated: is_marked_deprecated(operation.node),
            sunset: facts.end(operation),
            rate_limit: RateLimit {
                status_429: facts.answers_429(operation),
                headers: facts.limit_headers(operation).into_iter().map(str::to_owned).collect(),
            },
            takes: facts.taken(operation).take(MOST).map(Sensitive::from).collect(),
            takes_total: facts.taken(operation).count(),
            returns: facts.returned(operation).take(MOST).map(Sensitive::from).collect(),
            returns_total: facts.returned(operation).count(),
            sensitive_complete: facts.complete,
            object_ids: object_ids.map(|id| ObjectId { name: id.name.to_owned(), countable: id.countable }).collect(),
            body: operation.body.map(|id| Body {
                media_types: api.body(id).media.iter().map(|media| media.name.to_owned()).collect(),
                size_told: facts.tells_size(operation),
                bounds: facts.bounds(operation).into_iter().map(Bound::from).collect(),
            }),
            ways: guard.ways,
            index: None,
        }
    }

    fn guard(&mut self, operation: &Operation<'a>) -> Guard {
        let (api, security, declared) = (self.api, &operation.security, &self.declared);
        let read = || {
            let mut scopes = scopes(operation);
            scopes.truncate(MOST);
            Guard {
                alternatives: security.alternatives.iter().take(MOST).map(|one| alternative(api, one)).collect(),
                total: security.alternatives.len(),
                scopes,
                anonymous: security.is_anonymous(),
                strength: operation_strength(api, operation),
                ways: Arc::new(Ways::of(api, &security.alternatives, declared)),
            }
        };
        self.guards.entry(security.alternatives.id()).or_insert_with(read).clone()
    }

    fn servers(&mut self, operation: &Operation<'a>) -> Vec<Server> {
        if operation.direction != Direction::Operation {
            return Vec::new();
        }
        let api = self.api;
        let read = || operation.servers.iter().take(MOST).map(|id| server(api, api.server(*id))).collect();
        self.servers.entry(Arc::as_ptr(&operation.servers).cast()).or_insert_with(read).clone()
    }
}

impl From<facts::Bound<'_>> for Bound {
    fn from(bound: facts::Bound<'_>) -> Self {
        let by = match bound.by {
            facts::BoundBy::Response => BoundBy::Response,
            facts::BoundBy::Extension => BoundBy::Extension,
            facts::BoundBy::Text => BoundBy::Text,
            facts::BoundBy::Schema => BoundBy::Schema,
        };
        let value = |text: &str| text.parse().map_or_else(|_| BoundValue::Text(text.to_owned()), BoundValue::Number);
        Self { by, name: bound.name.to_owned(), value: bound.value.map(value) }
    }
}

impl From<facts::Sensitive<'_>> for Sensitive {
    fn from(sensitive: facts::Sensitive<'_>) -> Self {
        let kind = match sensitive.kind {
            facts::SensitiveKind::Personal => SensitiveKind::Personal,
            facts::SensitiveKind::Secret => SensitiveKind::Secret,
        };
        Self { name: sensitive.name.to_owned(), kind }
    }
}

fn alternative<'a>(api: &Api<'a>, one: &apiward_model::Alternative<'a>) -> Alternative {
    let scheme = |member: &apiward_model::Member<'a>| Requirement {
        name: member.name.to_owned(),
        kind: member.scheme.and_then(|id| api.scheme(id).target.get_str("type")).map(str::to_owned),
        scopes: member.scope_names().map(str::to_owned).collect(),
    };
    Alternative {
        schemes: one.members.iter().map(scheme).collect(),
        anonymous: one.is_anonymous(),
        strength: alternative_strength(api, one),
        server: one.server.and_then(|id| server(api, api.server(id)).name),
    }
}

fn scopes(operation: &Operation<'_>) -> Vec<String> {
    let members = operation.security.alternatives.iter().flat_map(|one| &one.members);
    let mut scopes: Vec<String> = members.flat_map(|member| member.scope_names().map(str::to_owned)).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

fn source(api: &Api<'_>, operation: &Operation<'_>) -> Source {
    match operation.security.declared {
        Declared::Absent => Source::None,
        Declared::Own => Source::Operation,
        Declared::Inherited => Source::Root,
        Declared::Combined => {
            let of_servers = operation.servers.iter().any(|id| api.server(*id).security.is_some());
            match (of_servers, operation.security.node.is_some()) {
                (true, true) => Source::ServerAndOperation,
                (true, false) => Source::Server,
                (false, _) => Source::Operation,
            }
        }
    }
}

fn server<'a>(api: &Api<'a>, server: &ModelServer<'a>) -> Server {
    let name = if api.spec.format.is_async() { server.node.key() } else { server.node.get_str("name") };
    let addresses = addresses(api, server);
    Server {
        name: name.map(str::to_owned),
        url: without_userinfo(&server.url),
        transport: transport(api, server),
        local: judge_hosts(addresses.iter().map(|address| address.host.as_ref())) == HostVerdict::Local,
    }
}

/// URLs of OpenAPI speak for themselves; the protocols of brokers need further signs.
fn transport<'a>(api: &Api<'a>, server: &ModelServer<'a>) -> Transport {
    if plaintext_server(api, server, &[]).is_some() {
        return Transport::Plaintext;
    }
    let told = if api.spec.format.is_async() {
        tls_evidence(api, server, &[]).is_some()
    } else {
        let known = |scheme: Option<&str>| matches!(scheme, Some("https" | "wss"));
        addresses(api, server).iter().all(|address| known(address.scheme.as_deref()))
    };
    if told { Transport::Encrypted } else { Transport::Unknown }
}

fn public<'a>(facts: &Facts<'_, 'a>, operation: &Operation<'a>) -> Option<Public> {
    let signs = facts.signs(operation)?;
    let declared = signs.declared.as_ref();
    let declared = declared.map(|public| Public { by: PublicBy::Declaration, reason: public.reason.clone() });
    declared.or_else(|| signs.is_public().then_some(Public { by: PublicBy::Nature, reason: None }))
}
