//! `input/request-schema-missing`

use std::collections::BTreeMap;

use apiward_model::predicate::is_json;
use apiward_model::{
    Api, Format, Location, MediaType, Message, Node, Operation, OperationId, Parameter, ParameterId, Place,
    is_empty_schema,
};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "input/request-schema-missing",
    title: "Request body, parameter or inbound message has no schema",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-20"],
    practices: [InputValidation],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "NIST SP 800-228" => "https://csrc.nist.gov/pubs/sp/800/228/final",
        "OpenAPI 3.2.0 Media Type Object" => "https://spec.openapis.org/oas/v3.2.0.html#media-type-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("request_schema_missing.md"),
    check: RequestSchemaMissing<'a>,
}

#[derive(Default)]
struct RequestSchemaMissing<'a> {
    found: BTreeMap<Place, (Node<'a>, String, Vec<OperationId>)>,
}

impl<'a> Check<'a> for RequestSchemaMissing<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for operation in &cx.api.operations {
            self.body(cx.api, operation);
            for message in operation.messages().iter().filter(|_| operation.method.receives()) {
                self.message(cx.api, cx.api.message(*message), operation.id);
            }
        }
        for id in (0..cx.api.parameters.len()).map(ParameterId::at) {
            let parameter = cx.api.parameter(id);
            if is_untyped(cx.api, parameter) {
                let takers = cx.taking(id);
                if !takers.is_empty() {
                    let message = format!("parameter {} has no schema", quoted(parameter.name));
                    self.found.insert(parameter.node.place(), (parameter.node, message, takers.iter().collect()));
                }
            }
        }
        for (node, message, operations) in std::mem::take(&mut self.found).into_values() {
            let help = "describe what it may hold with a `schema` that names a type: gateways and servers can only check what \
                        is described";
            cx.report(cx.finding(node, message).at_key(node).help(help).operations(operations));
        }
    }
}

impl<'a> RequestSchemaMissing<'a> {
    fn body(&mut self, api: &Api<'a>, operation: &Operation<'a>) {
        if operation.method.is("GET") || operation.method.is("HEAD") {
            return;
        }
        let media = operation.body.into_iter().flat_map(|body| &api.body(body).media);
        for media in media.filter(|media| needs_schema(api, media)) {
            if media.schema.is_none_or(|schema| is_empty_schema(api, schema)) {
                let title = match media.name {
                    "" => "the request body".to_owned(),
                    name => format!("the request body as {}", quoted(name)),
                };
                let message =
                    match media.schema.and_then(|schema| schema.target_or_none()?.key().zip(schema.reference())) {
                        Some((schema, _)) => format!("{title} has a schema that allows anything: {}", quoted(schema)),
                        None => format!("{title} has no schema"),
                    };
                self.add(media.node, message, operation.id);
            }
        }
    }

    fn message(&mut self, api: &Api<'a>, message: &Message<'a>, operation: OperationId) {
        let empty = match message.payload {
            Some(payload) => is_empty_schema(api, payload),
            // In a dialect that is not JSON Schema, or none at all.
            None => message.node.get("payload").is_none(),
        };
        if empty && !is_opaque(api, message) {
            let title = message
                .name
                .map_or_else(|| "an inbound message".to_owned(), |name| format!("message {}", quoted(name)));
            self.add(message.node, format!("{title} has no payload schema"), operation);
        }
    }

    fn add(&mut self, node: Node<'a>, message: String, operation: OperationId) {
        let found = self.found.entry(node.place()).or_insert((node, message, Vec::new()));
        if found.2.last() != Some(&operation) {
            found.2.push(operation);
        }
    }
}

/// Media types whose shape a schema describes. In OpenAPI 2 it is the body parameter that counts.
fn needs_schema(api: &Api<'_>, media: &MediaType<'_>) -> bool {
    let name = media.name.split(';').next().unwrap_or_default().trim();
    match api.spec.format {
        Format::OpenApi2 => media.node.get_str("in") == Some("body"),
        Format::OpenApi30 if name.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/")) => true,
        _ => is_json(name) || name.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
    }
}

fn is_untyped(api: &Api<'_>, parameter: &Parameter<'_>) -> bool {
    let node = parameter.node;
    match api.spec.format {
        Format::OpenApi2 => ["type", "schema", "$ref", "enum"].iter().all(|key| node.get(key).is_none()),
        Format::OpenApi30 | Format::OpenApi31 | Format::OpenApi32 => {
            let ignored = ["accept", "content-type", "authorization"]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(parameter.name));
            let written = node.get("content").is_some() || node.get("schema").is_some();
            let empty = || node.get("schema").is_some_and(|schema| is_empty_schema(api, schema));
            !(parameter.location == Location::Header && ignored) && (!written || empty())
        }
        _ => false,
    }
}

/// Text and bytes have no schema.
fn is_opaque(api: &Api<'_>, message: &Message<'_>) -> bool {
    let content = message.node.get_str("contentType").or_else(|| api.root.get_str("defaultContentType"));
    let content = content.unwrap_or_default().to_ascii_lowercase();
    let opaque = ["text/", "image/", "audio/", "video/", "application/octet-stream"];
    opaque.iter().any(|start| content.starts_with(start)) && content != "text/json"
}
