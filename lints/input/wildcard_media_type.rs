//! `input/wildcard-media-type`

use apiward_model::{Body, BodyId, Format, MediaType, Merged, OperationId};
use foldhash::HashSet;

use crate::framework::crowd::listed_by_level;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};
use crate::input::bodies::{is_file, users};

declare_lint! {
    id: "input/wildcard-media-type",
    title: "Request accepts any media type",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-436"],
    practices: [InputValidation],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "RFC 9110 section 8.3" => "https://www.rfc-editor.org/rfc/rfc9110#section-8.3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("wildcard_media_type.md"),
    check: WildcardMediaType,
}

#[derive(Default)]
struct WildcardMediaType;

/// Ranges that leave the format open. `image/*` says what is meant.
const OPEN_RANGES: [&str; 3] = ["*/*", "application/*", "text/*"];

const HELP: &str = "list the media types that the operation reads: what it does not expect, it parses by guessing, or a \
                    filter before it does not parse at all";

impl<'a> Check<'a> for WildcardMediaType {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        if cx.api.spec.format == Format::OpenApi2 {
            check_consumes(cx);
        } else {
            check_content(cx);
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        listed_by_level(cx, findings, |count| format!("request bodies accept any media type in {count} places"))
    }
}

/// OpenAPI 2: operations for which nothing names a type, in one line.
fn check_consumes(cx: &mut Cx<'_, '_>) {
    let is_open = |media: &MediaType<'_>| media.name.is_empty() || is_open_range(media.name);
    let open: Vec<OperationId> = cx
        .api
        .operations
        .iter()
        .filter(|operation| {
            let body = operation.body.map(|id| cx.api.body(id));
            body.is_some_and(|body| body.media.iter().any(|media| is_open(media) && !is_binary(cx, media)))
        })
        .map(|operation| operation.id)
        .collect();
    let message = match open.as_slice() {
        [] => return,
        [only] => format!("{} accepts any media type", operation_title(cx.api.operation(*only))),
        all => format!("{} operations accept any media type", all.len()),
    };
    let paths = cx.api.operations_node();
    let ranges = |id: &OperationId| {
        let body = cx.api.operation(*id).body.map(|id| cx.api.body(id));
        body.is_some_and(|body| body.media.iter().any(|media| is_open_range(media.name)))
    };
    let what = if open.iter().all(ranges) {
        "name no range such as `*/*` in `consumes`"
    } else {
        "write `consumes` at the root or at the operation"
    };
    let help = format!("{what}; {HELP}");
    cx.report(cx.finding(paths, message).at_key(paths).help(help).operations(open).of_document());
}

/// Each key of `content` that is a range.
fn check_content<'a>(cx: &mut Cx<'_, 'a>) {
    let open = |body: &Body<'a>| {
        let open = body.media.iter().filter(|media| is_open_range(media.name) && !is_binary(cx, media));
        let content = body.node.get("content");
        open.filter_map(|media| content.and_then(|content| content.get(media.name))).collect::<Vec<_>>()
    };
    let found: Vec<_> = cx.api.bodies.iter().map(open).enumerate().filter(|(_, keys)| !keys.is_empty()).collect();
    let users = users(cx.api, &found.iter().map(|(at, _)| BodyId::at(*at)).collect::<HashSet<_>>());
    for (at, keys) in found {
        // The body of a webhook or a callback is what the consumer gets.
        let Some(users) = users.get(&BodyId::at(at)) else { continue };
        let title = users.first().map(|id| operation_title(cx.api.operation(*id))).unwrap_or_default();
        for key in keys {
            let name = quoted(key.key().unwrap_or_default());
            let message = match users.len() - 1 {
                0 => format!("{title} accepts any media type ({name})"),
                others => format!("{title} and {others} more accept any media type ({name})"),
            };
            let finding = cx.finding(key, message).at_key(key).help(HELP);
            let finding = match users.as_slice() {
                [only] => finding.operation(*only),
                all => finding.operations(all.to_vec()),
            };
            cx.report(finding);
        }
    }
}

/// Parameters such as `charset` are not looked at.
fn is_open_range(media_type: &str) -> bool {
    OPEN_RANGES.contains(&media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str())
}

/// A body of bytes, for which any type may be right. From 3.1 on it needs no schema.
fn is_binary(cx: &Cx<'_, '_>, media: &MediaType<'_>) -> bool {
    match media.schema {
        Some(schema) => is_file(&Merged::of(cx.api, schema)),
        None => matches!(cx.api.spec.format, Format::OpenApi31 | Format::OpenApi32),
    }
}
