//! Over which servers operations are reached.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use apiward_lints::framework::text::quoted;
use apiward_model::predicate::{
    Address, Host, HostVerdict, addresses, judge_hosts, plaintext_scheme_variable, plaintext_server, registrable_domain,
};
use apiward_model::{Api, Direction, Node, Server, ServerId};

use super::changes::{Changes, Found, Said};
use super::{Both, Pair, Version};
use crate::diff::kinds::{
    SERVER_DOMAIN_ADDED, SERVER_ENCRYPTION_UNSAID, SERVER_HOST_ADDED, SERVER_NOW_ENCRYPTED, SERVER_NOW_PLAINTEXT,
};

/// Compares the servers of the operations; each pair of lists that operations share once.
pub(super) fn compare<'r, 'a>(both: Both<'r, 'a>, pairs: &[Pair<'r, 'a>], changes: &mut Changes<'r, 'a>) {
    let mut known: HashMap<[*const (); 2], Vec<Found<'a>>> = HashMap::new();
    let is_known =
        |pair: &&Pair<'r, 'a>| !both.old.unread.has_servers_of(pair.old) && !both.new.unread.has_servers_of(pair.new);
    for pair in pairs.iter().filter(|pair| pair.new.direction == Direction::Operation).filter(is_known) {
        let (old, new) = (&pair.old.servers, &pair.new.servers);
        let key = [Arc::as_ptr(old).cast(), Arc::as_ptr(new).cast()];
        for found in known.entry(key).or_insert_with(|| lists(both, old, new)) {
            changes.add(found.clone(), [pair.new]);
        }
    }
}

/// A server that others reach.
struct Reached<'a> {
    /// What names it: its URL, or the protocol.
    node: Node<'a>,
    title: String,
    hosts: Vec<Host>,
    plaintext: bool,
    /// True where callers choose whether it is encrypted.
    optional: bool,
    stated: Stated,
}

/// What the URL of a server says of encryption.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stated {
    /// Calls to another machine are encrypted.
    Encrypted,
    /// Nothing: it is relative.
    Nothing,
    Other,
}

impl<'a> Reached<'a> {
    fn new(api: &Api<'a>, server: &Server<'a>) -> Self {
        let all = addresses(api, server);
        let is_encrypted = |address: &Address| {
            let remote = address.host.as_ref().is_none_or(|host| !host.is_local());
            remote && matches!(address.scheme.as_deref(), Some("https" | "wss"))
        };
        let url_says = match all.iter().all(|address| address.scheme.is_none()) {
            true => Stated::Nothing,
            false if all.iter().any(is_encrypted) => Stated::Encrypted,
            false => Stated::Other,
        };
        let hosts = all.into_iter().filter_map(|address| address.host);
        let reached = hosts.filter(|host| !host.is_local() && !host.as_str().contains('{'));
        let mut hosts: Vec<Host> = Vec::new();
        for host in reached {
            // Variables beside the host repeat it.
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        // Nobody listens on the way to the own machine.
        let is_local = |addresses: &[Address]| {
            judge_hosts(addresses.iter().map(|address| address.host.as_ref())) == HostVerdict::Local
        };
        let stated = plaintext_server(api, server, &[]).filter(|one| !is_local(&one.addresses)).map(|one| one.node);
        let chosen = plaintext_scheme_variable(api, server).filter(|_| !is_local(&addresses(api, server)));
        let plaintext = stated.or(chosen.map(|one| one.node));
        Self {
            node: plaintext.or(server.url_node).unwrap_or(server.node),
            title: if server.url.is_empty() { quoted(server.node.text()) } else { quoted(&server.url) },
            hosts,
            plaintext: plaintext.is_some(),
            optional: stated.is_none(),
            stated: url_says,
        }
    }
}

/// Tells which servers of a description that is new as a whole are reached without encryption.
pub(super) fn introduce<'r, 'a>(version: &'r Version<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    let mut known: HashMap<*const (), Vec<Found<'a>>> = HashMap::new();
    for operation in &version.api.operations {
        let list = &operation.servers;
        let key = Arc::as_ptr(list).cast();
        for found in known.entry(key).or_insert_with(|| encryption(&[], &reached(version.api, list))) {
            changes.add(found.clone(), [operation]);
        }
    }
}

fn reached<'a>(api: &Api<'a>, list: &[ServerId]) -> Vec<Reached<'a>> {
    list.iter().map(|id| Reached::new(api, api.server(*id))).collect()
}

fn lists<'a>(both: Both<'_, 'a>, old: &[ServerId], new: &[ServerId]) -> Vec<Found<'a>> {
    let (old, new) = (reached(both.old.api, old), reached(both.new.api, new));
    let mut found = encryption(&old, &new);
    found.extend(hosts(&old, &new));
    if !both.new.api.spec.format.is_async() {
        found.extend(unsaid(&old, &new));
    }
    found
}

/// Where no server says any more whether it is encrypted, that is left to the place of the description.
fn unsaid<'a>(old: &[Reached<'a>], new: &[Reached<'a>]) -> Option<Found<'a>> {
    let before = old.iter().find(|server| server.stated == Stated::Encrypted)?;
    if new.iter().any(|server| server.stated != Stated::Nothing) {
        return None;
    }
    let said = Said::Of(format!("no server is said to be encrypted any more, as {} was", before.title));
    Some(Found::new(&SERVER_ENCRYPTION_UNSAID, said).values(Some(before.node), new.first().map(|server| server.node)))
}

fn encryption<'a>(old: &[Reached<'a>], new: &[Reached<'a>]) -> Vec<Found<'a>> {
    let plain = |list: &[Reached<'a>]| -> HashSet<Vec<Host>> {
        list.iter().filter(|server| server.plaintext).map(|server| server.hosts.clone()).collect()
    };
    let (before, after) = (plain(old), plain(new));
    let counterpart = |list: &[Reached<'a>], server: &Reached<'a>| {
        list.iter()
            .find(|other| other.hosts == server.hosts && other.plaintext != server.plaintext)
            .map(|other| other.node)
    };
    let mut found = Vec::new();
    for server in new.iter().filter(|server| server.plaintext && !before.contains(&server.hosts)) {
        let is = if server.optional { "may be" } else { "is" };
        let said = Said::Of(format!("the server {} {is} reached without encryption", server.title));
        found.push(Found::new(&SERVER_NOW_PLAINTEXT, said).values(counterpart(old, server), Some(server.node)));
    }
    for server in old.iter().filter(|server| server.plaintext && !after.contains(&server.hosts)) {
        let now = counterpart(new, server);
        let fate = if now.is_some() { "is encrypted now" } else { "was reached without encryption, and is gone" };
        let said = Said::Of(format!("the server {} {fate}", server.title));
        found.push(Found::new(&SERVER_NOW_ENCRYPTED, said).values(Some(server.node), now));
    }
    found
}

fn hosts<'a>(old: &[Reached<'a>], new: &[Reached<'a>]) -> Vec<Found<'a>> {
    let known: HashSet<&Host> = old.iter().flat_map(|server| &server.hosts).collect();
    let domains: HashSet<Option<String>> = known.iter().map(|host| registrable_domain(host)).collect();
    let mut told = HashSet::new();
    let stays = new.iter().flat_map(|server| &server.hosts).any(|host| known.contains(host));
    let also = if stays { " also" } else { "" };
    // Where no host is left of those that were, the new ones stand in their place.
    let before = old.iter().find(|server| !stays && !server.hosts.is_empty()).map(|server| server.node);
    let mut found = Vec::new();
    for server in new {
        for host in server.hosts.iter().filter(|host| !known.contains(host) && told.insert(host.as_str())) {
            // An address is no part of a domain.
            let domain = registrable_domain(host);
            let strange = !known.is_empty() && (domain.is_none() || !domains.contains(&domain));
            let (kind, what) =
                if strange { (&SERVER_DOMAIN_ADDED, "of another domain") } else { (&SERVER_HOST_ADDED, "that is new") };
            let said = Said::Of(format!("calls{also} go to the host {}, {what}", quoted(host.as_str())));
            found.push(Found::new(kind, said).values(before, Some(server.node)));
        }
    }
    found
}
