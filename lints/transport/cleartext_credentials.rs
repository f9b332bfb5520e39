//! `transport/cleartext-credentials`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apiward_model::predicate::{
    PlaintextKind, PlaintextServer, is_used_over_tls, offers_tls_port, plaintext_scheme_variable, plaintext_server,
};
use apiward_model::{Alternative, Api, OperationId, Place, Scheme, SchemeId, SchemeType, ServerId};
use foldhash::{HashMap, HashMapExt};

use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::scheme_title;
use crate::transport::servers::{
    AllowedHosts, Options, downgraded_root, encrypted, encrypted_root, protocol_title, related_root, secure_twin, title,
};

declare_lint! {
    id: "transport/cleartext-credentials",
    title: "Credentials of an operation cross an unencrypted channel",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023", "API8:2023"],
    cwe: ["CWE-319", "CWE-523"],
    practices: [Authentication, Encryption],
    references: [
        "RFC 7617 section 4" => "https://www.rfc-editor.org/rfc/rfc7617#section-4",
        "RFC 6750 section 5.2" => "https://www.rfc-editor.org/rfc/rfc6750#section-5.2",
        "RFC 4616" => "https://www.rfc-editor.org/rfc/rfc4616",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("transport/http-server"), Silences::Place("transport/async-insecure-protocol")],
    targets: [Document],
    docs: include_str!("cleartext_credentials.md"),
    check: CleartextCredentials,
    options_of: "transport/http-server" => Options,
}

struct CleartextCredentials(AllowedHosts);

impl From<Options> for CleartextCredentials {
    fn from(options: Options) -> Self {
        Self(options.into())
    }
}

impl<'a> Check<'a> for CleartextCredentials {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut crossings = self.plaintext_servers(cx.api);
        if crossings.is_empty() {
            return;
        }
        let counting = Counting::of(cx.api);
        let shared = add_credentials(cx.api, &counting, &mut crossings);
        let encrypted_root = encrypted_root(cx.api);
        for (id, crossing) in each_node_once(crossings) {
            let Some(mut finding) = finding(cx, id, crossing, &shared, &counting) else { continue };
            if let Some(root) = downgraded_root(cx.api.server(id), encrypted_root) {
                finding = related_root(finding, cx.api.server(root));
            }
            cx.report(finding);
        }
    }
}

impl CleartextCredentials {
    fn plaintext_servers<'a>(&self, api: &Api<'a>) -> BTreeMap<ServerId, Crossing<'a>> {
        let mut crossings = BTreeMap::new();
        for server in &api.servers {
            let found = plaintext_server(api, server, &[]).filter(|found| found.kind == PlaintextKind::Stated);
            let Some(found) = found else { continue };
            // That variable is the business of `transport/server-variable-allows-http`.
            if plaintext_scheme_variable(api, server).is_some() || offers_tls_port(api, server) {
                continue;
            }
            if let Some(ceiling) = self.0.ceiling(api.spec.format, &found.addresses) {
                let crossing = Crossing { found, ceiling, own: Credentials::default(), shared: Vec::new() };
                crossings.insert(server.id, crossing);
            }
        }
        crossings
    }
}

/// A plaintext server and what crosses it.
struct Crossing<'a> {
    found: PlaintextServer<'a>,
    /// The highest level that its hosts allow.
    ceiling: Level,
    /// What crosses this server by its own security, and by what operations ask for on it (AsyncAPI).
    own: Credentials,
    /// Which of the lists of servers that it stands in have credentials for all their servers.
    shared: Vec<usize>,
}

/// Credentials, and the operations that send them.
#[derive(Default)]
struct Credentials {
    schemes: BTreeSet<SchemeId>,
    operations: Vec<Arc<[OperationId]>>,
}

/// The level at which the credentials of a scheme count; nothing when they can be sent in the clear, or when it is not
/// known what they are.
fn counts(scheme: &Scheme<'_>) -> Option<Level> {
    match scheme.kind {
        SchemeType::Http => match scheme.http_scheme.as_deref()? {
            "basic" | "bearer" => Some(Level::Error),
            _ => Some(Level::Warning),
        },
        SchemeType::ApiKey
        | SchemeType::BrokerKey
        | SchemeType::UserPassword
        | SchemeType::Plain
        | SchemeType::OAuth2
        | SchemeType::OpenIdConnect => Some(Level::Error),
        SchemeType::Scram | SchemeType::Gssapi => Some(Level::Warning),
        SchemeType::MutualTls | SchemeType::X509 | SchemeType::Encryption | SchemeType::Unknown(_) => None,
    }
}

/// The schemes whose credentials count, and how much.
struct Counting(BTreeMap<SchemeId, Level>);

impl Counting {
    fn of(api: &Api<'_>) -> Self {
        // The protocol of a broker says less than the scheme of a URL: a scheme that speaks of TLS contradicts the first
        // one alone.
        let encrypted = |scheme: &Scheme<'_>| api.spec.format.is_async() && is_used_over_tls(scheme);
        let schemes = api.schemes.iter().filter(|scheme| scheme.is_definition() && !encrypted(scheme));
        Self(schemes.filter_map(|scheme| Some((scheme.id, counts(scheme)?))).collect())
    }

    fn level(&self, scheme: SchemeId) -> Option<Level> {
        self.0.get(&scheme).copied()
    }

    /// The schemes of an alternative that count.
    fn among(&self, api: &Api<'_>, alternative: &Alternative<'_>) -> impl Iterator<Item = SchemeId> {
        let named = alternative.members.iter().filter_map(|member| member.scheme);
        named.map(|id| api.scheme(id).definition).filter(|id| self.level(*id).is_some())
    }
}

/// Gives each server what crosses it; what crosses all servers of a list is returned once for the list.
fn add_credentials<'a>(
    api: &Api<'a>,
    counting: &Counting,
    crossings: &mut BTreeMap<ServerId, Crossing<'a>>,
) -> Vec<Shared> {
    for (id, crossing) in &mut *crossings {
        let own = api.server(*id).security.iter().flat_map(|list| list.alternatives.iter());
        crossing.own.schemes.extend(own.flat_map(|alternative| counting.among(api, alternative)));
    }
    let mut shared: Vec<(BTreeSet<SchemeId>, Vec<OperationId>)> = Vec::new();
    let mut known = HashMap::new();
    for ids in groups(api) {
        let Some(operation) = ids.first().map(|id| api.operation(*id)) else { continue };
        let mut on_all = BTreeSet::new();
        for alternative in &*operation.security.alternatives {
            match alternative.server {
                None => on_all.extend(counting.among(api, alternative)),
                Some(server) => add(crossings, server, counting.among(api, alternative), &ids),
            }
        }
        if !on_all.is_empty() {
            let at = *known.entry(Arc::as_ptr(&operation.servers)).or_insert_with(|| {
                for id in &*operation.servers {
                    crossings.entry(*id).and_modify(|crossing| crossing.shared.push(shared.len()));
                }
                shared.push((BTreeSet::new(), Vec::new()));
                shared.len() - 1
            });
            shared[at].0.extend(on_all);
            shared[at].1.extend(&*ids);
        }
    }
    let whole = |(schemes, mut operations): (_, Vec<OperationId>)| {
        operations.sort_unstable();
        let summary = Summary::of(counting, &schemes);
        Shared { credentials: Credentials { schemes, operations: vec![operations.into()] }, summary }
    };
    shared.into_iter().map(whole).collect()
}

/// Makes one of the servers that are written at one node: aliases bring a server into several lists.
fn each_node_once(crossings: BTreeMap<ServerId, Crossing<'_>>) -> Vec<(ServerId, Crossing<'_>)> {
    let mut known: HashMap<Place, usize> = HashMap::new();
    let mut once: Vec<(ServerId, Crossing<'_>)> = Vec::new();
    for (id, crossing) in crossings {
        let at = *known.entry(crossing.found.node.place()).or_insert(once.len());
        match once.get_mut(at) {
            Some((_, first)) => {
                first.own.schemes.extend(crossing.own.schemes);
                first.own.operations.extend(crossing.own.operations);
                first.shared.extend(crossing.shared);
            }
            None => once.push((id, crossing)),
        }
    }
    for (_, crossing) in &mut once {
        // A list that names the server twice is one list; so is a group of operations.
        crossing.shared.sort_unstable();
        crossing.shared.dedup();
        crossing.own.operations.sort_unstable();
        crossing.own.operations.dedup();
    }
    once
}

/// The operations that have the same servers and the same requirements: they are looked at once.
fn groups(api: &Api<'_>) -> Vec<Arc<[OperationId]>> {
    let mut groups: Vec<Vec<OperationId>> = Vec::new();
    let mut known = HashMap::new();
    for operation in &api.operations {
        let lists = (Arc::as_ptr(&operation.servers), operation.security.alternatives.id());
        let group = *known.entry(lists).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(operation.id);
    }
    groups.into_iter().map(Arc::from).collect()
}

fn add(
    crossings: &mut BTreeMap<ServerId, Crossing<'_>>,
    server: ServerId,
    schemes: impl Iterator<Item = SchemeId>,
    operations: &Arc<[OperationId]>,
) {
    let Some(crossing) = crossings.get_mut(&server) else { return };
    let mut schemes = schemes.peekable();
    if schemes.peek().is_some() {
        crossing.own.schemes.extend(schemes);
        // Several alternatives on one server are given one after the other.
        if crossing.own.operations.last().is_none_or(|last| !Arc::ptr_eq(last, operations)) {
            crossing.own.operations.push(Arc::clone(operations));
        }
    }
}

/// Schemes of a server that a finding points at; the message counts all of them.
const MOST_RELATED: usize = 25;

/// What a finding says of the schemes of a server.
#[derive(Clone)]
struct Summary {
    /// The level of the worst.
    level: Level,
    /// The first one of that level.
    worst: SchemeId,
    /// How many there are.
    count: usize,
    /// Those that are pointed at.
    first: Vec<SchemeId>,
}

impl Summary {
    fn of(counting: &Counting, schemes: &BTreeSet<SchemeId>) -> Option<Self> {
        let level_of = |id: &SchemeId| counting.level(*id);
        let level = schemes.iter().filter_map(level_of).max()?;
        let worst = *schemes.iter().find(|id| level_of(id) == Some(level))?;
        let first = schemes.iter().copied().take(MOST_RELATED).collect();
        Some(Self { level, worst, count: schemes.len(), first })
    }
}

/// What crosses all servers of a list, worked out once for them.
struct Shared {
    credentials: Credentials,
    summary: Option<Summary>,
}

fn finding<'a>(
    cx: &Cx<'_, 'a>,
    server: ServerId,
    crossing: Crossing<'a>,
    shared: &[Shared],
    counting: &Counting,
) -> Option<Finding<'a>> {
    let Crossing { found, ceiling, own, shared: lists } = crossing;
    let shared: Vec<&Shared> = lists.iter().map(|list| &shared[*list]).collect();
    let credentials = || shared.iter().map(|list| &list.credentials).chain([&own]);
    let Summary { level, worst, count, first } = match shared.as_slice() {
        [list] if own.schemes.is_empty() => list.summary.clone()?,
        _ => Summary::of(counting, &credentials().flat_map(|list| &list.schemes).copied().collect())?,
    };
    let operations = Operations::shared(credentials().flat_map(|list| &list.operations).cloned());
    let worst = cx.api.scheme(worst);
    let more = match count - 1 {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    let title = title(cx.api, cx.api.server(server));
    let (name, plain) = (scheme_title(worst), protocol_title(&found.protocol));
    let message = format!("{title} takes the credentials of {name}{more} over plaintext {plain}");
    let help = format!(
        "offer `{}` only: whoever is on the way can read these credentials and use them",
        secure_twin(&found.protocol)
    );
    let mut finding = cx.finding(found.node, message).help(help).operations(operations).fixed_by(encrypted(&found));
    for scheme in first.into_iter().map(|id| cx.api.scheme(id)) {
        finding = finding.related_key(scheme.node, format!("the credentials of {}", scheme_title(scheme)));
    }
    Some(finding.lowered_to(level).lowered_to(ceiling))
}
