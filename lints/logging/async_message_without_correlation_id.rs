//! `logging/async-message-without-correlation-id`

use std::collections::BTreeSet;

use apiward_model::lexicon::Tokens;
use apiward_model::words::{CORRELATION_NAMES, TELEMETRY_SOURCE_WORDS, TELEMETRY_TIME_NAMES};
use apiward_model::{Api, Format, Merged, Message, MessageId, Node, Operation};

use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};

declare_lint! {
    id: "logging/async-message-without-correlation-id",
    title: "Messages cannot be traced across systems",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: Medium,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API8:2023"],
    cwe: ["CWE-778"],
    practices: [Logging],
    references: [
        "AsyncAPI 3.1.0 Correlation ID Object" => "https://github.com/asyncapi/spec/blob/v3.1.0/spec/asyncapi.md#correlationIdObject",
        "CloudEvents specification" => "https://github.com/cloudevents/spec",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("async_message_without_correlation_id.md"),
    check: AsyncMessageWithoutCorrelationId,
}

#[derive(Default)]
struct AsyncMessageWithoutCorrelationId;

const HELP: &str = "give messages a `correlationId`, a header such as `traceparent`, or the envelope of CloudEvents: without it \
                    nobody can follow a message from one system to the next";

impl<'a> Check<'a> for AsyncMessageWithoutCorrelationId {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let messages = messages(api);
        if messages.is_empty() {
            return;
        }
        let traceable = |id: &MessageId| is_traceable(api, api.message(*id));
        let asking: Vec<&Operation<'a>> = api
            .operations
            .iter()
            .filter(|operation| {
                operation.node.get("reply").is_some() && !own_and_replies(operation).any(|id| traceable(&id))
            })
            .collect();
        let strict = cx.profile == Profile::Strict;
        if !messages.iter().any(traceable) {
            if messages.iter().all(|id| is_reading(api, api.message(*id))) {
                return;
            }
            let node = api.operations_node();
            let finding = cx.finding(node, "no message carries an identifier by which it can be followed").at_key(node);
            let asks = strict && !asking.is_empty();
            let operations: Vec<_> = asking.iter().map(|operation| operation.id).collect();
            let finding = finding.help(HELP).operations(operations).of_document();
            cx.report(if asks { finding.raised_to(Level::Warning) } else { finding });
        } else if let Some(first) = asking.first() {
            let count = asking.len();
            let what = if count == 1 { "1 operation expects a reply" } else { "operations expect replies" };
            let message = if count == 1 {
                format!("{what} that nothing ties to its request")
            } else {
                format!("{count} {what} that nothing ties to their requests")
            };
            let operations: Vec<_> = asking.iter().map(|operation| operation.id).collect();
            let finding = cx.finding(first.node, message).at_key(first.node).help(HELP).operations(operations);
            cx.report(if strict { finding.raised_to(Level::Warning) } else { finding });
        }
    }
}

/// The messages of channels and operations.
fn messages(api: &Api<'_>) -> BTreeSet<MessageId> {
    api.operations.iter().flat_map(own_and_replies).collect()
}

fn own_and_replies<'o>(operation: &'o Operation<'_>) -> impl Iterator<Item = MessageId> + use<'o> {
    operation.messages().iter().chain(operation.replies()).copied()
}

fn is_traceable(api: &Api<'_>, message: &Message<'_>) -> bool {
    let traits = || message.node.get("traits").into_iter().flat_map(Node::items).filter_map(Node::target_or_none);
    let headers = message.headers.into_iter().chain(traits().filter_map(|one| one.get("headers")));
    let names = headers.flat_map(|headers| Merged::of(api, headers).properties());
    let by_header = names.map(|(name, _)| Tokens::header(name)).any(|name| {
        let starts = ["correlation", "trace", "traceparent", "tracestate"].contains(&name.first().unwrap_or_default());
        starts || CORRELATION_NAMES.matches(&name) || ["ceid", "cloudeventsid"].contains(&name.glued())
    });
    let payload = message.payload.map(|payload| Merged::of(api, payload).properties()).unwrap_or_default();
    let has = |name: &str| payload.iter().any(|(own, _)| *own == name);
    let content = message.node.get_str("contentType").or_else(|| api.root.get_str("defaultContentType"));
    let content = content.unwrap_or_default().to_ascii_lowercase();
    by_header
        || message.node.get("correlationId").is_some()
        || traits().any(|one| one.get("correlationId").is_some())
        || payload.iter().any(|(name, _)| CORRELATION_NAMES.matches(&Tokens::new(name)))
        || content.starts_with("application/cloudevents")
        || has("specversion") && has("id")
}

/// The reading of a device, which stands for itself.
fn is_reading(api: &Api<'_>, message: &Message<'_>) -> bool {
    let names = message.payload.map(|payload| Merged::of(api, payload).properties()).unwrap_or_default();
    let any = |test: &dyn Fn(&Tokens<'_>) -> bool| names.iter().any(|(name, _)| test(&Tokens::new(name)));
    any(&|name| TELEMETRY_SOURCE_WORDS.matches_word(name)) && any(&|name| TELEMETRY_TIME_NAMES.matches_name(name))
}
