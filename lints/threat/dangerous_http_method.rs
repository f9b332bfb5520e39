//! `threat/dangerous-http-method`

use apiward_model::{Format, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::declare_lint;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "threat/dangerous-http-method",
    title: "TRACE, CONNECT, TRACK or DEBUG is exposed",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API8:2023"],
    cwe: ["CWE-749"],
    practices: [Threats, Maintenance],
    references: [
        "RFC 9110 section 9.3.8" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.8",
        "RFC 9110 section 9.3.6" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "OpenAPI 3.2.0 Path Item Object" => "https://spec.openapis.org/oas/v3.2.0.html#path-item-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("dangerous_http_method.md"),
    check: DangerousHttpMethod,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Methods that are meant to be there.
    allow_methods: Vec<String>,
}

struct DangerousHttpMethod {
    options: Options,
}

impl From<Options> for DangerousHttpMethod {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

/// Methods that reflect, tunnel or debug.
const DANGEROUS: [&str; 5] = ["CONNECT", "TRACE", "TRACK", "DEBUG", "PROXY"];
/// Methods of caches and of `WebDAV`, which change what they are sent to.
const CHANGING: [&str; 10] =
    ["PURGE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "LINK", "UNLINK"];

impl<'a> Check<'a> for DangerousHttpMethod {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let is = |method: &str| operation.method.as_str().eq_ignore_ascii_case(method);
        if self.options.allow_methods.iter().any(|method| is(method)) {
            return;
        }
        let title = || operation_title(operation);
        let report = |message: String, help: &'static str| {
            cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id)
        };
        let finding = if let Some(method) = DANGEROUS.into_iter().find(|method| is(method)) {
            let help = "delete the operation, and switch the method off in the server";
            report(format!("{} {}", title(), what(method)), help)
                .fixed_by(Fix::new("delete the operation").remove(operation.node))
        } else if CHANGING.into_iter().any(is) && operation.security.is_anonymous() {
            let help = "ask for a credential, or delete the operation";
            report(format!("{} lets anonymous callers use a method that few servers guard", title()), help)
                .lowered_to(Level::Info)
                .declared_public(cx.signs(operation.id).declared.clone())
        } else {
            return;
        };
        cx.report(finding);
    }
}

fn what(method: &str) -> &'static str {
    match method {
        "TRACE" | "TRACK" => "sends requests back as they came, credentials included",
        "DEBUG" => "offers a method for debugging",
        _ => "makes the server a proxy",
    }
}
