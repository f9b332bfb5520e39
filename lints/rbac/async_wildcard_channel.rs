//! `rbac/async-wildcard-channel`

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::{Api, Channel, ChannelId, Format, Merged, Operation, OperationId, ServerId};
use foldhash::{HashMap, HashMapExt};

use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::quoted;

declare_lint! {
    id: "rbac/async-wildcard-channel",
    title: "Channel address lets one subscription read everything",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API1:2023", "API5:2023"],
    cwe: ["CWE-863", "CWE-1220"],
    practices: [Roles, SegregationOfDuties],
    references: [
        "AsyncAPI 3.1.0 Channel Address Expressions" => "https://github.com/asyncapi/spec/blob/v3.1.0/spec/asyncapi.md#channelAddressExpressions",
        "MQTT Version 5.0 section 4.7" => "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("async_wildcard_channel.md"),
    check: AsyncWildcardChannel,
}

#[derive(Default)]
struct AsyncWildcardChannel;

impl<'a> Check<'a> for AsyncWildcardChannel {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let unscoped = PerList::default();
        let mut grammars = HashMap::new();
        let mut open: BTreeMap<ChannelId, Vec<OperationId>> = BTreeMap::new();
        for operation in api.operations.iter().filter(|operation| lets_anybody_read(operation, &unscoped)) {
            if let Some(channel) = operation.channel() {
                open.entry(channel).or_default().push(operation.id);
            }
        }
        for (id, operations) in open {
            let channel = api.channel(id);
            let grammars: &Vec<Grammar> =
                grammars.entry(channel.servers.as_ptr()).or_insert_with(|| grammars_on(api, &channel.servers));
            if channel.address.is_empty() || is_kept_apart(channel) || !is_wild(api, channel, grammars) {
                continue;
            }
            let address = if api.spec.format == Format::AsyncApi3 { channel.target.get("address") } else { None };
            let message = format!("one subscription to {} reads what is meant for everybody", quoted(channel.address));
            let help =
                "put whom the messages are for into the address (`devices/{deviceId}/...`), and ask for a scope on it";
            let finding = match address {
                Some(address) => cx.finding(address, message),
                None => cx.finding(channel.node, message).at_key(channel.node),
            };
            cx.report(finding.help(help).operations(operations));
        }
    }
}

/// An operation that sends to subscribers, none of whose alternatives asks for a scope.
fn lets_anybody_read(operation: &Operation<'_>, unscoped: &PerList<bool>) -> bool {
    !operation.method.receives()
        && unscoped.of(&operation.security.alternatives, |list| {
            list.iter().flat_map(|alternative| &alternative.members).all(|member| member.scopes.is_empty())
        })
}

/// An AMQP exchange of type topic has patterns in its bindings, not in the address; an exclusive queue, as replies come
/// over, is read by nobody but its owner.
fn is_kept_apart(channel: &Channel<'_>) -> bool {
    let binding = channel.target.get("bindings").and_then(|bindings| bindings.get("amqp"));
    let of = |key: &str| binding.and_then(|binding| binding.get(key));
    of("exchange").and_then(|exchange| exchange.get_str("type")) == Some("topic")
        || of("queue").is_some_and(|queue| queue.is_true("exclusive"))
}

/// How a protocol writes topic filters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grammar {
    Mqtt,
    Amqp,
    Nats,
}

impl Grammar {
    const ALL: [Self; 3] = [Self::Mqtt, Self::Amqp, Self::Nats];

    fn of(protocol: &str) -> Option<Self> {
        Some(match protocol.trim().to_ascii_lowercase().as_str() {
            "mqtt" | "mqtt5" | "mqtts" | "secure-mqtt" => Self::Mqtt,
            "amqp" | "amqps" | "amqp1" => Self::Amqp,
            "nats" => Self::Nats,
            _ => return None,
        })
    }

    fn levels(self, address: &str) -> Vec<&str> {
        address.split(if self == Self::Mqtt { '/' } else { '.' }).collect()
    }

    /// The first level that stands for any.
    fn wildcard(self, levels: &[&str]) -> Option<usize> {
        let last = levels.len() - 1;
        levels
            .iter()
            .position(|level| match self {
                Self::Mqtt => *level == "+",
                Self::Amqp => matches!(*level, "*" | "#"),
                Self::Nats => *level == "*",
            })
            .or_else(|| match (self, levels[last]) {
                (Self::Mqtt, "#") | (Self::Nats, ">") => Some(last),
                _ => None,
            })
    }
}

/// The grammars of the protocols of a channel's servers.
fn grammars_on(api: &Api<'_>, servers: &[ServerId]) -> Vec<Grammar> {
    if api.servers.is_empty() {
        return Grammar::ALL.to_vec();
    }
    let spoken = |grammar: &Grammar| {
        let mut protocols = servers.iter().filter_map(|id| api.server(*id).protocol);
        protocols.any(|(protocol, _)| Grammar::of(protocol) == Some(*grammar))
    };
    Grammar::ALL.into_iter().filter(spoken).collect()
}

fn is_wild(api: &Api<'_>, channel: &Channel<'_>, grammars: &[Grammar]) -> bool {
    let wild = |grammar: &Grammar| {
        let levels = grammar.levels(channel.address);
        grammar.wildcard(&levels).is_some_and(|at| !levels[..at].iter().any(|level| is_for_one(level)))
    };
    grammars.iter().any(wild) || is_one_open_parameter(api, channel)
}

/// `{deviceId}`: a level that says whom the messages are for.
fn is_for_one(level: &str) -> bool {
    let Some(name) = level.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return false };
    let name = Tokens::new(name);
    let whom = name.first().is_some_and(|first| ["tenant", "user", "device", "client", "account"].contains(&first));
    whom && (name.len() == 1 || name.len() == 2 && name.last() == Some("id"))
}

/// An address that is nothing but a parameter which may be anything.
fn is_one_open_parameter(api: &Api<'_>, channel: &Channel<'_>) -> bool {
    let Some(name) = channel.address.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return false };
    if name.contains(['{', '}']) || is_for_one(channel.address) {
        return false;
    }
    let parameters = channel.parameters.iter().map(|id| api.parameter(*id));
    let bounded = parameters.filter(|parameter| parameter.name == name).any(|parameter| {
        // A `location` says that a message names the address: it is where the answer goes.
        let keys = ["enum", "const", "pattern", "examples", "location"];
        let own = keys.iter().any(|key| parameter.node.get(key).is_some());
        own || parameter.schema.is_some_and(|schema| {
            let merged = Merged::of(api, schema);
            keys.iter().any(|key| merged.get(key).is_some())
        })
    });
    !bounded
}
