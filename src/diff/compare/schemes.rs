//! Which security schemes are the same in both versions, and how those changed.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use apiward_lints::framework::text::{quoted, scheme_title};
use apiward_model::predicate::{Address, Host, counts_as_bearer, scheme_strength};
use apiward_model::{
    Api, FLOW_URLS, Flow, FlowKind, KeyLocation, ListId, Member, Node, Operation, Scheme, SchemeId, SchemeType,
};

use super::Both;
use super::changes::{Changes, Found, Said};
use super::waiting::Waiting;
use super::ways::listed;
use crate::diff::kinds::{
    AUTH_HOST_CHANGED, AUTH_URL_NOW_ENCRYPTED, AUTH_URL_NOW_PLAINTEXT, RISKY_FLOW_ADDED, RISKY_FLOW_REMOVED,
    SCHEME_CHANGED, SCHEME_DEFINED, SCHEME_STRENGTHENED, SCHEME_UNDEFINED, SCHEME_WEAKENED,
};

/// Of which version a scheme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Old,
    New,
}

/// A scheme, the same in both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum SchemeKey<'a> {
    /// That of the new version, which may be that of the old one.
    New(SchemeId),
    /// One that only the old version has.
    Old(SchemeId),
    /// One that is not defined.
    Undefined(&'a str),
}

/// The schemes that both versions have.
pub(super) struct SchemeNames<'a> {
    /// For each scheme what stands for its object.
    old: Vec<SchemeId>,
    new: Vec<SchemeId>,
    /// From old to new ones.
    same: HashMap<SchemeId, SchemeId>,
    /// The names that only this version defines: what asks for one of them in the other version means that scheme.
    only: [HashMap<&'a str, SchemeId>; 2],
}

impl<'a> SchemeNames<'a> {
    /// Schemes are the same by name; those whose name only one version has, by what they are.
    pub(super) fn new(old: &Api<'a>, new: &Api<'a>) -> Self {
        let mut names =
            Self { old: definitions(old), new: definitions(new), same: HashMap::new(), only: only_defined(old, new) };
        let mut taken = HashSet::new();
        // Schemes that AsyncAPI 3 writes inline share the name of their type.
        let exact = |scheme: &Scheme<'_>| format!("{} {}", scheme.name, nature(scheme));
        names.pair_by(exact, [old, new], &mut taken);
        names.pair_by(|scheme| scheme.name.to_owned(), [old, new], &mut taken);
        names.pair_by(nature, [old, new], &mut taken);
        names
    }

    fn pair_by(
        &mut self,
        key: impl Fn(&Scheme<'_>) -> String,
        [old, new]: [&Api<'_>; 2],
        taken: &mut HashSet<SchemeId>,
    ) {
        let own = |scheme: &Scheme<'_>| self.new[scheme.id.index()];
        let free = new.schemes.iter().filter(|scheme| !taken.contains(&own(scheme)));
        let mut waiting: Waiting<_, _> = free.map(|scheme| (key(scheme), own(scheme))).collect();
        for scheme in &old.schemes {
            let own = self.old[scheme.id.index()];
            if self.same.contains_key(&own) {
                continue;
            }
            let key = key(scheme);
            // Of several names of one object the first counts.
            while let Some(other) = waiting.next(&key) {
                if taken.insert(other) {
                    self.same.insert(own, other);
                    break;
                }
            }
        }
    }

    pub(super) fn key(&self, which: Which, member: &Member<'a>) -> SchemeKey<'a> {
        let [old, new] = self.only.each_ref().map(|names| names.get(member.name));
        match (which, member.scheme) {
            (Which::New, Some(id)) => SchemeKey::New(self.new[id.index()]),
            (Which::Old, Some(id)) => self.of_old(id),
            (Which::New, None) => old.map_or(SchemeKey::Undefined(member.name), |id| self.of_old(*id)),
            (Which::Old, None) => {
                new.map_or(SchemeKey::Undefined(member.name), |id| SchemeKey::New(self.new[id.index()]))
            }
        }
    }

    fn of_old(&self, id: SchemeId) -> SchemeKey<'a> {
        let own = self.old[id.index()];
        self.same.get(&own).map_or(SchemeKey::Old(own), |other| SchemeKey::New(*other))
    }

    /// The schemes that both have, in the order of the new version.
    fn pairs<'r>(&self, both: Both<'r, 'a>) -> Vec<(&'r Scheme<'a>, &'r Scheme<'a>)> {
        let mut pairs: Vec<_> =
            self.same.iter().map(|(old, new)| (both.old.api.scheme(*old), both.new.api.scheme(*new))).collect();
        pairs.sort_by_key(|(_, new)| new.id);
        pairs
    }
}

/// The schemes of each version whose names the other one does not define.
fn only_defined<'a>(old: &Api<'a>, new: &Api<'a>) -> [HashMap<&'a str, SchemeId>; 2] {
    let all = [old, new].map(|api| {
        let declared = api.schemes.iter().filter(|scheme| scheme.defined && !scheme.inline);
        declared.map(|scheme| (scheme.name, scheme.id)).collect::<HashMap<_, _>>()
    });
    let only = |own: &HashMap<&'a str, SchemeId>, other: &HashMap<&'a str, SchemeId>| {
        own.iter().filter(|(name, _)| !other.contains_key(*name)).map(|(name, id)| (*name, *id)).collect()
    };
    [only(&all[0], &all[1]), only(&all[1], &all[0])]
}

/// For each scheme the one that stands for its object. One that AsyncAPI 3 writes inline is the declared one that it is
/// like, or the first of those inline.
fn definitions(api: &Api<'_>) -> Vec<SchemeId> {
    let (inline, declared): (Vec<&Scheme>, Vec<&Scheme>) = api.schemes.iter().partition(|scheme| scheme.inline);
    let mut alike: HashMap<String, SchemeId> = HashMap::new();
    if !inline.is_empty() {
        for scheme in declared.into_iter().chain(inline) {
            alike.entry(nature(scheme)).or_insert(scheme.definition);
        }
    }
    let alike = |scheme: &Scheme<'_>| alike.get(&nature(scheme)).copied().filter(|_| scheme.inline);
    api.schemes.iter().map(|scheme| alike(scheme).unwrap_or(scheme.definition)).collect()
}

/// What a scheme is, whatever it is called: equal for equal schemes.
fn nature(scheme: &Scheme<'_>) -> String {
    let urls = flow_urls(scheme).into_iter().map(|(field, url)| format!("{field:?} {}", url.text()));
    let key = scheme.target.get_str("name").filter(|_| !counts_as_bearer(scheme)).unwrap_or_default();
    format!("{} {key} {}", title(scheme), urls.collect::<Vec<_>>().join(" "))
}

/// What a scheme asks for, in words.
fn title(scheme: &Scheme<'_>) -> String {
    match (scheme.kind, scheme.location) {
        (SchemeType::ApiKey, Some(KeyLocation::Query)) => "an API key in the URL".to_owned(),
        // How OpenAPI 2 writes it, which knows no bearer tokens.
        (SchemeType::ApiKey, _) if counts_as_bearer(scheme) => "HTTP `bearer`".to_owned(),
        (SchemeType::ApiKey, Some(KeyLocation::Header)) => "an API key in a header".to_owned(),
        (SchemeType::ApiKey, Some(KeyLocation::Cookie)) => "an API key in a cookie".to_owned(),
        (SchemeType::ApiKey, None) => "an API key".to_owned(),
        (SchemeType::BrokerKey, _) => "an API key of the broker".to_owned(),
        (SchemeType::Http, _) => match scheme.http_scheme.as_deref() {
            Some("basic") => "a password (`basic`)".to_owned(),
            Some(name) => format!("HTTP {}", quoted(name)),
            None => "HTTP authentication".to_owned(),
        },
        (SchemeType::OAuth2, _) => "OAuth 2".to_owned(),
        (SchemeType::OpenIdConnect, _) => "OpenID Connect".to_owned(),
        (SchemeType::MutualTls | SchemeType::X509, _) => "a client certificate".to_owned(),
        (SchemeType::UserPassword | SchemeType::Plain, _) => "a user name and a password".to_owned(),
        (SchemeType::Scram, _) => "SCRAM".to_owned(),
        (SchemeType::Gssapi, _) => "Kerberos".to_owned(),
        (SchemeType::Encryption, _) => "encryption alone".to_owned(),
        (SchemeType::Unknown(kind), _) => format!("the unknown type {}", quoted(kind.unwrap_or_default())),
    }
}

/// Compares the schemes that both versions have and that something asks for.
pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, names: &SchemeNames<'a>, changes: &mut Changes<'r, 'a>) {
    undefined(both, names, changes);
    let pairs = names.pairs(both);
    let used = |pair: &&(&Scheme<'_>, &Scheme<'_>)| pair.0.in_use || pair.1.in_use;
    let mut users: Option<HashMap<SchemeId, Vec<&'r Operation<'a>>>> = None;
    for (old, new) in pairs.iter().filter(used) {
        let found: Vec<Found> =
            nature_change(old, new).into_iter().chain(flows(old, new)).chain(urls(old, new)).collect();
        if found.is_empty() {
            continue;
        }
        let own = |member: &Member<'a>| member.scheme.map(|id| names.new[id.index()]);
        let users = users.get_or_insert_with(|| asking(both.new.api, own));
        let operations = users.get(&new.id).cloned().unwrap_or_default();
        for found in found {
            changes.add(found, operations.iter().copied());
        }
    }
}

/// The operations that ask for each scheme, by what it is known by. Lists that operations share are read once.
fn asking<'r, 'a, K: Copy + Eq + Hash>(
    api: &'r Api<'a>,
    known_by: impl Fn(&Member<'a>) -> Option<K>,
) -> HashMap<K, Vec<&'r Operation<'a>>> {
    let mut by_list: HashMap<ListId, HashSet<K>> = HashMap::new();
    let mut asking: HashMap<K, Vec<&Operation>> = HashMap::new();
    for operation in &api.operations {
        let list = &operation.security.alternatives;
        let schemes = by_list.entry(list.id()).or_insert_with(|| {
            let members = list.iter().flat_map(|one| &one.members);
            members.filter_map(&known_by).collect()
        });
        for scheme in schemes.iter() {
            asking.entry(*scheme).or_default().push(operation);
        }
    }
    asking
}

/// Tells of the schemes that are asked for and defined in one version only.
fn undefined<'r, 'a>(both: Both<'r, 'a>, names: &SchemeNames<'a>, changes: &mut Changes<'r, 'a>) {
    let undefined = |member: &Member<'a>| member.scheme.is_none().then_some(member.name);
    let place = |api: &Api<'a>, name: &str| {
        let own = api.schemes.iter().find(|scheme| scheme.name == name).map(|scheme| scheme.node);
        own.or(api.scheme_map).unwrap_or_else(|| api.version_node())
    };
    let [only_before, only_now] = &names.only;
    let sides = [
        (both.old, only_now, &SCHEME_DEFINED, "is defined now"),
        (both.new, only_before, &SCHEME_UNDEFINED, "is no longer defined"),
    ];
    for (version, only, kind, fate) in sides {
        for (name, operations) in asking(version.api, undefined) {
            if only.contains_key(name) {
                let said = Said::Of(format!("scheme {} {fate}", quoted(name)));
                let found = Found::new(kind, said).old(place(both.old.api, name)).new_at(place(both.new.api, name));
                changes.add(found, operations);
            }
        }
    }
}

fn nature_change<'a>(old: &Scheme<'a>, new: &Scheme<'a>) -> Option<Found<'a>> {
    let (before, after) = (title(old), title(new));
    // `mutualTLS` was written before OpenAPI 3.1 knew it.
    let unknown = [old, new].iter().any(|scheme| matches!(scheme.kind, SchemeType::Unknown(_)));
    let renamed = unknown && old.target.get_str("type") == new.target.get_str("type");
    if before == after || renamed || !old.defined || !new.defined {
        return None;
    }
    let kind = match (scheme_strength(old, true), scheme_strength(new, true)) {
        (Some(old), Some(new)) if new < old => &SCHEME_WEAKENED,
        (Some(old), Some(new)) if new > old => &SCHEME_STRENGTHENED,
        _ => &SCHEME_CHANGED,
    };
    let said = Said::Of(format!("{} asks for {after}, and asked for {before} before", scheme_title(new)));
    let fields = ["scheme", "in", "type"];
    let differs = |field: &&&str| old.target.get_str(field) != new.target.get_str(field);
    let field = fields.iter().find(differs);
    let at = |scheme: &Scheme<'a>| field.and_then(|field| scheme.target.get(field));
    Some(Found::new(kind, said).old(old.node).new_at(new.node).values(at(old), at(new)))
}

const RISKY: [(FlowKind, &str); 2] = [(FlowKind::Implicit, "implicit"), (FlowKind::Password, "password")];

fn flows<'a>(old: &Scheme<'a>, new: &Scheme<'a>) -> Vec<Found<'a>> {
    let find =
        |scheme: &Scheme<'a>, kind: FlowKind| scheme.flows.iter().find(|flow| flow.kind == kind).map(|flow| flow.node);
    let mut found = Vec::new();
    // A scheme that is of another type now is told as such.
    if old.kind != SchemeType::OAuth2 || new.kind != SchemeType::OAuth2 {
        return found;
    }
    for (kind, name) in RISKY {
        match (find(old, kind), find(new, kind)) {
            (None, Some(flow)) => {
                let said = Said::Of(format!("{} offers the `{name}` flow now", scheme_title(new)));
                found.push(Found::new(&RISKY_FLOW_ADDED, said).old(old.node).new_at(flow));
            }
            (Some(flow), None) => {
                let said = Said::Of(format!("{} no longer offers the `{name}` flow", scheme_title(new)));
                found.push(Found::new(&RISKY_FLOW_REMOVED, said).old(flow).new_at(new.node));
            }
            _ => {}
        }
    }
    // A flow that should not be used says enough.
    if found.is_empty() {
        found.extend(other_flows(old, new));
    }
    found
}

/// Who gets tokens without a user, or on another device, is for a reviewer to judge.
fn other_flows<'a>(old: &Scheme<'a>, new: &Scheme<'a>) -> Option<Found<'a>> {
    let others: [(FlowKind, &str); 3] = [
        (FlowKind::AuthorizationCode, "authorizationCode"),
        (FlowKind::ClientCredentials, "clientCredentials"),
        (FlowKind::DeviceAuthorization, "deviceAuthorization"),
    ];
    let has = |scheme: &Scheme<'_>, kind| scheme.flows.iter().any(|flow| flow.kind == kind);
    let only = |own: &Scheme<'_>, other: &Scheme<'_>| -> Vec<&str> {
        let kinds = others.iter().filter(|(kind, _)| has(own, *kind) && !has(other, *kind));
        kinds.map(|(_, name)| *name).collect()
    };
    let (gone, added) = (only(old, new), only(new, old));
    let what = match (added.is_empty(), gone.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("offers {} now", listed(&added)),
        (true, false) => format!("no longer offers {}", listed(&gone)),
        (false, false) => format!("offers {} instead of {}", listed(&added), listed(&gone)),
    };
    let said = Said::Of(format!("{} {what}", scheme_title(new)));
    Some(Found::new(&SCHEME_CHANGED, said).old(old.node).new_at(new.node))
}

/// What is said of a URL that the scheme did not have before.
fn added_url<'a>(scheme: &Scheme<'a>, name: &str, url: Node<'a>) -> Option<Found<'a>> {
    let address = Address::of_url(url.text());
    let is_local = address.host.as_ref().is_some_and(Host::is_local);
    (address.scheme.as_deref() == Some("http") && !is_local).then(|| {
        let said = Said::Of(format!("the `{name}` of {}, which is new, is not encrypted", scheme_title(scheme)));
        Found::new(&AUTH_URL_NOW_PLAINTEXT, said).values(None, Some(url))
    })
}

/// The URLs of the flows by what they are, and that of OpenID Connect.
fn flow_urls<'a>(scheme: &Scheme<'a>) -> Vec<((Option<FlowKind>, &'static str), Node<'a>)> {
    let of_flow = |flow: &Flow<'a>| {
        let (kind, fields) = (flow.kind, flow.fields);
        FLOW_URLS.iter().filter_map(move |field| Some(((Some(kind), *field), fields.get(field)?)))
    };
    let of_flows = scheme.flows.iter().flat_map(of_flow);
    let fields = ["openIdConnectUrl", "oauth2MetadataUrl"];
    let own = fields.into_iter().filter_map(|field| Some(((None, field), scheme.target.get(field)?)));
    of_flows.chain(own).filter(|(_, url)| url.is_string()).collect()
}

fn urls<'a>(old: &Scheme<'a>, new: &Scheme<'a>) -> Vec<Found<'a>> {
    let before = flow_urls(old);
    let mut found = Vec::new();
    for (field, after) in flow_urls(new) {
        let Some((_, before)) = before.iter().find(|(known, _)| *known == field) else {
            found.extend(added_url(new, field.1, after));
            continue;
        };
        let (was, is) = (Address::of_url(before.text()), Address::of_url(after.text()));
        let name = field.1;
        let subject = format!("the `{name}` of {}", scheme_title(new));
        let encrypted = |address: &Address| address.scheme.as_deref() == Some("https");
        let plaintext = |address: &Address| address.scheme.as_deref() == Some("http");
        let mut tell = |kind, text: String| {
            found.push(Found::new(kind, Said::Of(text)).values(Some(*before), Some(after)));
        };
        if encrypted(&was) && plaintext(&is) {
            tell(&AUTH_URL_NOW_PLAINTEXT, format!("{subject} is no longer encrypted"));
        } else if plaintext(&was) && encrypted(&is) {
            tell(&AUTH_URL_NOW_ENCRYPTED, format!("{subject} is encrypted now"));
        }
        if let (Some(was), Some(is)) = (&was.host, &is.host)
            && was != is
        {
            let (was, is) = (quoted(was.as_str()), quoted(is.as_str()));
            tell(&AUTH_HOST_CHANGED, format!("{subject} leads to {is}, and led to {was} before"));
        }
    }
    found
}
