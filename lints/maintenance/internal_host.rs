//! `maintenance/internal-host`

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Address, Host, is_internal_document};
use apiward_model::{Api, Format, Node, ServerId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;
use crate::maintenance::server_lists::{Listed, server_lists, texts};

declare_lint! {
    id: "maintenance/internal-host",
    title: "Published description names a local, private or internal host",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-497", "CWE-1059"],
    practices: [Maintenance, MinimalExposure],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "Zalando RESTful API Guidelines rule 219: provide API audience" => "https://opensource.zalando.com/restful-api-guidelines/#219",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("maintenance/non-production-server")],
    targets: [Document],
    docs: include_str!("internal_host.md"),
    check: InternalHost,
    options: Options,
}

/// Options of `maintenance/internal-host`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Hosts that may be named.
    allow_hosts: Vec<String>,
    /// The extension that names the audience of the document.
    audience_extension: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow_hosts: Vec::new(), audience_extension: "x-audience".to_owned() }
    }
}

struct InternalHost {
    allowed: Vec<Host>,
    audience: String,
}

impl From<Options> for InternalHost {
    fn from(options: Options) -> Self {
        let allowed = options.allow_hosts.iter().filter_map(|host| Host::new(host)).collect();
        Self { allowed, audience: options.audience_extension }
    }
}

/// Why a host is nobody else's business.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Loopback,
    Network,
    Address,
}

impl<'a> Check<'a> for InternalHost {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        if is_internal_document(cx.api, &self.audience) {
            return;
        }
        let mut found = Vec::new();
        for list in server_lists(cx.api) {
            let outside = list.iter().any(|listed| {
                listed.addresses.iter().any(|address| address.host.as_ref().is_some_and(|host| !is_loopback(host)))
            });
            for listed in list.iter().filter(|listed| !listed.node.is_true("x-internal")) {
                let Some((host, inside)) = self.inside(cx.api, listed) else { continue };
                let says_local = || texts(cx.api, listed).iter().any(|text| speaks_of_development(text));
                let level = match inside {
                    Inside::Loopback if outside || says_local() => Some(Level::Info),
                    Inside::Loopback => Some(Level::Warning),
                    Inside::Network | Inside::Address => None,
                };
                found.push((listed.place, host, inside, level, listed.id));
            }
        }
        for (place, host, inside, level, server) in found {
            let what = match inside {
                Inside::Loopback => "the reader's own machine",
                Inside::Network => "a host of an internal network",
                Inside::Address => "a bare address",
            };
            let message = format!("a server is {}, {what}", quoted(host.as_str()));
            let help = "leave it out of what is published, or mark the server or the document with `x-internal: true`: it tells how the \
                        inside is named, and clients that follow it send their credentials to whoever has that name";
            // The servers of OpenAPI 2.0 share one host.
            let entry = server.filter(|_| cx.api.spec.format != Format::OpenApi2).map(|id| cx.api.server(id).node);
            let fix = entry.filter(|entry| entry.parent().is_some_and(|list| list.is_sequence() && list.count() > 1));
            let fix = fix.map(|entry| Fix::new("delete the server").remove(entry));
            let finding = cx.finding(place, message).help(help).operations(users(cx, server)).fixed_by(fix);
            cx.report(match level {
                Some(Level::Info) => finding.lowered_to(Level::Info),
                Some(level) => finding.raised_to(level),
                None => finding,
            });
        }
    }

    /// A host is one fact, whatever ports and paths it is named with.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut by_host: BTreeMap<(Cow<'static, str>, Level), Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            by_host.entry((finding.message.clone(), finding.level)).or_default().push(finding);
        }
        let one = |((message, _), same): ((Cow<'static, str>, Level), Vec<Finding<'a>>)| {
            let last = leave_nothing(&same);
            let mut one = cx.listed(same, |_| message.to_string());
            one.iter_mut().filter(|_| last).for_each(|finding| finding.fix = None);
            one
        };
        by_host.into_iter().flat_map(one).collect()
    }
}

/// To delete all these servers would leave a list without any.
fn leave_nothing<'a>(servers: &[Finding<'a>]) -> bool {
    let around = |finding: &Finding<'a>| std::iter::successors(Some(finding.spot.node), |node| node.parent());
    let lists: Vec<Node<'a>> = servers.iter().filter_map(|one| around(one).find(|node| node.is_sequence())).collect();
    lists.iter().any(|one| lists.iter().filter(|other| *other == one).count() >= one.count())
}

impl InternalHost {
    /// The first host of a server that lies inside.
    fn inside(&self, api: &Api<'_>, listed: &Listed<'_>) -> Option<(Host, Inside)> {
        let hosts = listed.addresses.iter().filter_map(|address| address.host.clone());
        hosts.filter(|host| !self.allowed.contains(host)).find_map(|host| {
            let inside = judge(&host)?;
            // A single label that a variable supplies says nothing: the value stands for one that has to be filled in.
            // `localhost` as the default of a variable is the same: everybody runs the product himself.
            let single = !host.as_str().contains(['.', ':']);
            let written =
                api.spec.format == Format::OpenApi2 || listed.url.to_ascii_lowercase().contains(host.as_str());
            // So is `127.0.0.1`, which is no other host than `localhost`.
            let tried = inside == Inside::Loopback && by_variable(api, listed, &host);
            (written || !single && !tried).then_some((host, inside))
        })
    }
}

/// Whether a value of a variable is this host, or a URL that leads to it.
fn by_variable(api: &Api<'_>, listed: &Listed<'_>, host: &Host) -> bool {
    let Some(server) = listed.id.map(|id| api.server(id)) else { return false };
    let names = server.variables.into_iter().flat_map(Node::entries).map(|(name, _)| name);
    let mut values = names.flat_map(|name| server.variable_values(name));
    values.any(|value| Address::of_broker(value).iter().any(|address| address.host.as_ref() == Some(host)))
}

/// The operations of a server; OpenAPI 2 may name none.
fn users(cx: &Cx<'_, '_>, server: Option<ServerId>) -> Operations {
    server.map(|id| cx.using(id)).unwrap_or_default()
}

fn is_loopback(host: &Host) -> bool {
    let name = host.as_str();
    let address = name.parse::<IpAddr>();
    matches!(name, "localhost" | "host.docker.internal" | "0.0.0.0")
        || name.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

fn judge(host: &Host) -> Option<Inside> {
    if is_loopback(host) {
        return Some(Inside::Loopback);
    }
    let address = host.as_str().parse::<IpAddr>().ok();
    if address.is_some_and(is_for_documentation) {
        return None;
    }
    if host.is_local() {
        return Some(Inside::Network);
    }
    address.map(|_| Inside::Address)
}

/// Addresses that are reserved for examples (RFC 5737, RFC 3849).
fn is_for_documentation(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_documentation(),
        IpAddr::V6(address) => address.segments()[..2] == [0x2001, 0x0db8],
    }
}

fn speaks_of_development(text: &str) -> bool {
    Tokens::new(text).iter().any(|word| matches!(word, "local" | "development"))
}
