//! `input/body-on-safe-method`

use apiward_model::{Body, Format, Node, Operation, is_empty_schema};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "input/body-on-safe-method",
    title: "GET, HEAD or DELETE describes a request body that intermediaries may drop or reject",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-444", "CWE-436"],
    practices: [InputValidation, Threats],
    references: [
        "RFC 9110 section 9.3.1" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1",
        "RFC 9110 section 9.3.5" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.5",
        "OpenAPI 3.2.0 Operation Object" => "https://spec.openapis.org/oas/v3.2.0.html#operation-object",
        "RFC 10008 The HTTP QUERY Method" => "https://www.rfc-editor.org/rfc/rfc10008",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("body_on_safe_method.md"),
    check: BodyOnSafeMethod,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether a DELETE may have a request body.
    allow_delete_body: bool,
}

struct BodyOnSafeMethod {
    options: Options,
}

impl From<Options> for BodyOnSafeMethod {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

impl<'a> Check<'a> for BodyOnSafeMethod {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let deletes = operation.method.is("DELETE");
        let reads = operation.method.is("GET") || operation.method.is("HEAD");
        let asked = deletes && cx.profile == Profile::Strict && !self.options.allow_delete_body;
        if !reads && !asked {
            return;
        }
        let body = operation.body.map(|id| cx.api.body(id));
        let Some(place) = place(cx, operation, body) else { return };
        let stance = match cx.api.spec.format {
            Format::OpenApi30 => "which OpenAPI 3.0 says SHALL be ignored",
            Format::OpenApi31 | Format::OpenApi32 => "which OpenAPI permits but says SHOULD be avoided",
            _ => "for which HTTP defines no meaning",
        };
        let message = format!("{} describes a request body, {stance}", operation_title(operation));
        let says_nothing = body.is_some_and(|body| says_nothing(cx, body));
        let finding = cx.finding(place, message).help(help(cx.api.spec.format, deletes)).operation(operation.id);
        cx.report(finding.lowered_if(says_nothing, Level::Info));
    }
}

/// The `requestBody` of the operation; OpenAPI 2: its `body` parameter, or the first one of the form.
fn place<'a>(cx: &Cx<'_, 'a>, operation: &Operation<'a>, body: Option<&Body<'a>>) -> Option<Node<'a>> {
    if cx.api.spec.format != Format::OpenApi2 {
        return operation.node.get("requestBody").filter(|node| node.is_mapping());
    }
    let body = body?;
    let first_field = body.fields.first().map(|id| cx.api.parameter(*id).node);
    if body.node == operation.node { first_field } else { Some(body.node) }
}

/// The body need not be sent, and nothing is said of what it holds.
fn says_nothing(cx: &Cx<'_, '_>, body: &Body<'_>) -> bool {
    let empty = |schema: Node<'_>| is_empty_schema(cx.api, schema);
    body.fields.is_empty()
        && !body.node.is_true("required")
        && body.media.iter().all(|media| media.schema.is_none_or(empty))
}

fn help(format: Format, deletes: bool) -> &'static str {
    match (deletes, format) {
        (true, _) => {
            "say what is deleted in the path and the query, or offer a POST for deleting many: proxies and caches may \
             drop or reject the body, or see another request than the server does"
        }
        (false, Format::OpenApi32) => {
            "use the QUERY method (RFC 10008), query parameters, or a POST: proxies and caches may drop or reject the \
             body, or see another request than the server does"
        }
        _ => {
            "use query parameters or a POST: proxies and caches may drop or reject the body, or see another request \
             than the server does"
        }
    }
}
