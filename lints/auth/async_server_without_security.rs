//! `auth/async-server-without-security`

use std::sync::Arc;

use apiward_model::predicate::{HostVerdict, addresses, declared_public_at, judge_hosts};
use apiward_model::{Alternative, Format, Operation, OperationId, Server, ServerId};
use foldhash::{HashMap, HashMapExt};

use crate::auth::groups::Index;
use crate::auth::handshake::{asks_for_credential, is_websocket};
use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, server_title};

declare_lint! {
    id: "auth/async-server-without-security",
    title: "Broker or server lets clients connect without authentication",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API2:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication, Consistency],
    references: [
        "AsyncAPI 3.1.0 Server Object" => "https://github.com/asyncapi/spec/blob/v3.1.0/spec/asyncapi.md#serverObject",
        "AsyncAPI 2.6.0 Server Object" => "https://github.com/asyncapi/spec/blob/v2.6.0/spec/asyncapi.md#serverObject",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Server],
    docs: include_str!("async_server_without_security.md"),
    check: AsyncServerWithoutSecurity,
}

#[derive(Default)]
struct AsyncServerWithoutSecurity {
    /// Worked out for the first server that asks for nothing.
    open: Option<Open>,
}

/// The operations that ask for no credential of their own, by the servers that they are bound to.
#[derive(Default)]
struct Open {
    open: Index<ServerId>,
    /// Those that their authors declared public.
    declared: Index<ServerId>,
}

/// Operations that share their servers, and what is asked of their clients.
struct Group<'r> {
    servers: &'r [ServerId],
    declared: bool,
    /// Clients send a credential when they open a WebSocket.
    handshake: bool,
    operations: Vec<OperationId>,
}

/// Protocols that do not leave the machine.
const IN_PROCESS: [&str; 3] = ["ros2", "inmemory", "local"];

impl<'a> Check<'a> for AsyncServerWithoutSecurity {
    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        let alternatives = server.security.as_ref().map(|list| &*list.alternatives).unwrap_or_default();
        if !alternatives.is_empty() && !alternatives.iter().any(Alternative::is_anonymous) {
            return;
        }
        let index = self.open.get_or_insert_with(|| Open::of(cx));
        let (mut open, mut declared) = (index.open.of(server.id), declared_public_at(server.node));
        if open.is_empty() {
            open = index.declared.of(server.id);
            let Some(first) = open.first(1).first().copied() else { return };
            declared = declared.or_else(|| cx.signs(first).declared.clone());
        }
        let who = match open.first(2).as_slice() {
            [only] => format!("{} asks", operation_title(cx.api.operation(*only))),
            _ => format!("{} operations ask", open.len()),
        };
        let how = if alternatives.is_empty() { "asks clients for no credential" } else { "accepts anonymous clients" };
        let message = format!("{} {how}, and {who} for none either", server_title(server));
        let help = "name in the server's `security` what clients must present; mark a server that is meant to be open with \
                    `x-apiward-public: \"reason\"`";
        let finding = cx.finding(server.node, message).at_key(server.node.get("security").unwrap_or(server.node));
        let finding = finding.help(help).operations(open).declared_public(declared);
        cx.report(finding.lowered_if(is_out_of_reach(cx, server), Level::Info));
    }
}

/// Nobody outside can connect.
fn is_out_of_reach(cx: &Cx<'_, '_>, server: &Server<'_>) -> bool {
    let protocol = server.protocol.map_or("", |(protocol, _)| protocol.trim());
    IN_PROCESS.iter().any(|local| protocol.eq_ignore_ascii_case(local))
        || judge_hosts(addresses(cx.api, server).iter().map(|address| address.host.as_ref())) == HostVerdict::Local
}

impl Open {
    fn of(cx: &Cx<'_, '_>) -> Self {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut known = HashMap::new();
        for operation in cx.api.operations.iter().filter(|operation| asks_for_nothing(operation)) {
            let declared = cx.signs(operation.id).declared.is_some();
            let handshake = asks_for_credential(cx, operation);
            let at = *known.entry((Arc::as_ptr(&operation.servers), declared, handshake)).or_insert_with(|| {
                groups.push(Group { servers: &operation.servers, declared, handshake, operations: Vec::new() });
                groups.len() - 1
            });
            groups[at].operations.push(operation.id);
        }
        let mut found = Self::default();
        for group in groups {
            let operations = group.operations.into();
            let index = if group.declared { &mut found.declared } else { &mut found.open };
            let is_asked = |id: &&ServerId| group.handshake && is_websocket(cx.api.server(**id));
            for server in group.servers.iter().filter(|id| !is_asked(id)) {
                index.add(*server, &operations);
            }
        }
        found
    }
}

/// Server and operation add up: this is about the operation's part.
fn asks_for_nothing(operation: &Operation<'_>) -> bool {
    operation.security.node.is_none_or(|own| {
        let mut items = own.items().peekable();
        items.peek().is_none() || items.any(|item| item.is_mapping() && item.count() == 0)
    })
}
