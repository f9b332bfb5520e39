//! `transport/transport-undeclared`

use std::sync::Arc;

use apiward_model::predicate::split_scheme;
use apiward_model::{Api, Format, OperationId, Server, ServerId};
use foldhash::{HashMap, HashMapExt};

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;

declare_lint! {
    id: "transport/transport-undeclared",
    title: "Transport security is left to the location of the document",
    levels: Levels::strict(Level::Info),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-319"],
    practices: [Encryption, Documentation],
    references: [
        "OpenAPI 3.2.0 Server Object" => "https://spec.openapis.org/oas/v3.2.0.html#server-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("transport_undeclared.md"),
    check: TransportUndeclared,
}

#[derive(Default)]
struct TransportUndeclared;

impl<'a> Check<'a> for TransportUndeclared {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let (api, undeclared) = (cx.api, undeclared(cx.api));
        if undeclared.is_empty() {
            return;
        }
        let (key, what, help) = match api.spec.format {
            Format::OpenApi2 => ("schemes", "no `schemes` say so", "write `schemes: [https]` at the root"),
            _ => (
                "servers",
                "no server has an absolute URL",
                "give the servers absolute `https` URLs, with a variable for the host where others host the API",
            ),
        };
        let (some, all) = (undeclared.len(), api.operations.len());
        let whose = match some {
            _ if some == all => "of all operations".to_owned(),
            1 => format!("of 1 of {all} operations"),
            _ => format!("of {some} of {all} operations"),
        };
        let message = format!("the transport {whose} is that of wherever the description was found: {what}");
        let finding = match api.root.get(key) {
            Some(node) => cx.finding(node, message).at_key(node).of_document(),
            None => cx.document_finding(message),
        };
        let operations = if some == all { Operations::default() } else { undeclared.into() };
        cx.report(finding.help(help).operations(operations));
    }
}

/// The operations that have no effective server, or only relative ones.
fn undeclared(api: &Api<'_>) -> Vec<OperationId> {
    let mut relative: HashMap<ServerId, bool> = HashMap::new();
    let mut lists = HashMap::new();
    let mut found = Vec::new();
    for operation in &api.operations {
        let undeclared = *lists.entry(Arc::as_ptr(&operation.servers)).or_insert_with(|| {
            let mut is_relative = |id| *relative.entry(id).or_insert_with(|| is_relative(api.server(id)));
            operation.servers.iter().all(|id| is_relative(*id))
        });
        if undeclared {
            found.push(operation.id);
        }
    }
    found
}

/// True when no expansion of the URL has a scheme. One that begins with a variable whose values are not known may have.
fn is_relative(server: &Server<'_>) -> bool {
    server.expansions().iter().all(|url| split_scheme(url).is_none() && !url.trim_start().starts_with('{'))
}
