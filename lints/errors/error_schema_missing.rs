//! `errors/error-schema-missing`

use apiward_model::{Api, Node, Operation, OperationId, Place, Response, is_empty_schema};
use foldhash::{HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::errors::answers::{error_responses, has_body, is_json_type};
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "errors/error-schema-missing",
    title: "Error responses have no schema",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-1111"],
    practices: [ErrorHandling],
    references: [
        "RFC 9457" => "https://www.rfc-editor.org/rfc/rfc9457",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("error_schema_missing.md"),
    check: ErrorSchemaMissing<'a>,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Status codes whose responses need no schema.
    ignore_codes: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { ignore_codes: ["404", "405", "429"].map(str::to_owned).into() }
    }
}

struct ErrorSchemaMissing<'a> {
    options: Options,
    /// The error responses that were looked at, each definition once.
    read: HashSet<Place>,
    /// Those without a schema, with what to call them.
    bare: Vec<(Node<'a>, String)>,
    known: HashSet<Place>,
    operations: Vec<OperationId>,
}

impl From<Options> for ErrorSchemaMissing<'_> {
    fn from(options: Options) -> Self {
        Self { options, read: HashSet::new(), bare: Vec::new(), known: HashSet::new(), operations: Vec::new() }
    }
}

impl<'a> Check<'a> for ErrorSchemaMissing<'a> {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if operation.method.is("HEAD") || answers_without_json(cx.api, operation) {
            return;
        }
        let mut has_gap = false;
        for response in error_responses(cx.api, operation) {
            if !self.needs_schema(response) {
                continue;
            }
            let place = response.node.place();
            if self.read.insert(place) && lacks_schema(cx.api, response) {
                self.known.insert(place);
                self.bare.push((response.node, title(operation, response)));
            }
            has_gap |= self.known.contains(&place);
        }
        if has_gap {
            self.operations.push(operation.id);
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        if self.bare.is_empty() {
            return;
        }
        let message = match self.bare.as_slice() {
            [(_, title)] if self.read.len() == 1 => format!("{title} has no schema"),
            bare => format!("{} of {} error responses have no schema", bare.len(), self.read.len()),
        };
        let help = "describe one error object, such as the problem details of RFC 9457, and name it in every error \
                    response: what is not described cannot be checked for what it gives away";
        let paths = cx.api.operations_node();
        let finding = cx.finding(paths, message).at_key(paths).help(help).of_document();
        let finding = finding.operations(std::mem::take(&mut self.operations));
        let bare = std::mem::take(&mut self.bare).into_iter();
        cx.report(bare.fold(finding, |finding, (node, title)| finding.related_key(node, title)));
    }
}

impl ErrorSchemaMissing<'_> {
    fn needs_schema(&self, response: &Response<'_>) -> bool {
        let challenge = match response.code {
            "401" => "WWW-Authenticate",
            "407" => "Proxy-Authenticate",
            code => return !self.options.ignore_codes.iter().any(|ignored| ignored == code),
        };
        let ignored = self.options.ignore_codes.iter().any(|ignored| ignored == response.code);
        !ignored && !response.headers.iter().any(|header| header.name.eq_ignore_ascii_case(challenge))
    }
}

/// Its successes have bodies, none of them JSON: an operation for files or pages.
fn answers_without_json(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let responses = operation.responses.iter().map(|id| api.response(*id));
    let mut successes =
        responses.filter(|response| response.code.starts_with('2') && has_body(api, response)).peekable();
    successes.peek().is_some() && successes.flat_map(|response| &response.media).all(|media| !is_json_type(media.name))
}

fn lacks_schema(api: &Api<'_>, response: &Response<'_>) -> bool {
    let bare = |schema: Option<Node<'_>>| schema.is_none_or(|schema| is_empty_schema(api, schema));
    !has_body(api, response)
        || response.media.iter().filter(|media| is_json_type(media.name)).any(|media| bare(media.schema))
}

/// An inline response by operation and code, another one by its name.
fn title(operation: &Operation<'_>, response: &Response<'_>) -> String {
    let holder = response.node.parent().and_then(Node::parent);
    match response.node.key().filter(|_| holder != Some(operation.node)) {
        Some(name) => format!("response component {}", quoted(name)),
        None => format!("the {} response of {}", quoted(response.code), operation_title(operation)),
    }
}
