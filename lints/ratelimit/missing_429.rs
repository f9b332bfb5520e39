//! `ratelimit/missing-429`

use std::borrow::Cow;

use apiward_model::words::RATE_LIMIT_TEXT;
use apiward_model::{Api, Node, OperationId, Place, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::{Fix, answering, shared_response};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;
use crate::ratelimit::sensitive_operation_without_429 as sensitive;
use crate::ratelimit::throttling::{HeaderOptions, LimitHeaders, answers_429, is_counted, is_covered};

declare_lint! {
    id: "ratelimit/missing-429",
    title: "Throttling is not part of the contract (no 429)",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770", "CWE-799"],
    practices: [RateLimiting, ErrorHandling],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "RFC 6585 section 4" => "https://www.rfc-editor.org/rfc/rfc6585#section-4",
        "RateLimit header fields for HTTP (Internet-Draft, revision 11)" => "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("missing_429.md"),
    check: Missing429,
    options: Options,
    options_of: "ratelimit/headers-missing" => HeaderOptions,
}

/// Options of `ratelimit/missing-429`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// One finding for each operation instead of one for the document.
    per_operation: bool,
    /// A response `4XX` is enough.
    accept_4xx: bool,
}

struct Missing429 {
    options: Options,
    headers: LimitHeaders,
    counted: usize,
    uncovered: usize,
    /// Operations that invite guessing, where the document has no 429 at all.
    inviting: Vec<OperationId>,
}

impl From<(Options, HeaderOptions)> for Missing429 {
    fn from((options, headers): (Options, HeaderOptions)) -> Self {
        Self { options, headers: headers.into(), counted: 0, uncovered: 0, inviting: Vec::new() }
    }
}

const HELP: &str = "describe a 429 response with `Retry-After`, in `components.responses` once for all: what is not part of the \
                    contract is not tested, and clients do not know that they should slow down";

/// Per cent of covered operations from which on the others are gaps.
const MOST_ARE_COVERED: usize = 30;

impl<'a> Check<'a> for Missing429 {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let mut found = Vec::new();
        for operation in &api.operations {
            if !is_counted(operation, cx.signs(operation.id)) {
                continue;
            }
            self.counted += 1;
            if !is_covered(api, operation, &self.headers, self.options.accept_4xx) {
                found.push(operation.id);
            }
        }
        if found.is_empty() || has_policy_elsewhere(api) {
            return;
        }
        self.uncovered = found.len();
        if !api.operations.iter().any(answers_429) {
            let inviting = found.iter().filter(|id| sensitive::is_sensitive(cx, api.operation(**id)));
            self.inviting = inviting.copied().collect();
        }
        let shared = shared_response(api, &["429", "toomanyrequests", "ratelimited", "ratelimitexceeded", "throttled"]);
        let paths = api.operations_node();
        for id in found {
            let operation = api.operation(id);
            let (node, message) = if self.options.per_operation {
                (operation.node, Cow::Owned(format!("{} has no 429 response", operation_title(operation))))
            } else {
                (paths, Cow::Borrowed("the operation has no 429 response"))
            };
            let fix = answering(Fix::new("answer with the shared 429 response"), operation, "429", shared.as_deref());
            cx.report(cx.finding(node, message).at_key(node).help(HELP).operation(id).fixed_by(fix));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if self.options.per_operation || findings.is_empty() {
            return findings;
        }
        let (missing, counted) = (findings.len(), self.counted);
        let covered = counted - self.uncovered;
        let most = covered * 100 >= counted * MOST_ARE_COVERED;
        let also = match self.inviting.as_slice() {
            [] => String::new(),
            [one] => format!(", {} among them", operation_title(cx.api.operation(*one))),
            [one, rest @ ..] => {
                format!(
                    ", {} and {} more that invite guessing among them",
                    operation_title(cx.api.operation(*one)),
                    rest.len()
                )
            }
        };
        let message = if most {
            format!("{missing} of {counted} operations have no 429 response")
        } else {
            format!(
                "throttling is not part of the contract: {missing} of {counted} operations have no 429 response{also}"
            )
        };
        let united = cx.united(&findings, cx.api.operations_node(), message);
        vec![if most { united } else { united.operations(self.inviting.clone()) }]
    }
}

/// Whether the document says in another way that calls are throttled.
fn has_policy_elsewhere(api: &Api<'_>) -> bool {
    let told = api.root.get("info").and_then(|info| info.get_str("description"));
    told.is_some_and(|text| phrase::says_pattern(text, &RATE_LIMIT_TEXT)) || has_policy_extension(api)
}

fn has_policy_extension(api: &Api<'_>) -> bool {
    api.files.iter().any(|(file, content)| {
        let tree = &content.tree;
        let suspects: Vec<bool> = tree.symbols().map(|(_, text)| is_suspect(text)).collect();
        let named = |node: &apiward_syntax::Node<'_>| node.key_symbol().is_some_and(|symbol| suspects[symbol.index()]);
        suspects.contains(&true)
            && tree.nodes().filter(named).any(|node| tells_policy(api.node(Place { file, node: node.id() })))
    })
}

/// Extensions of gateways that may hold a policy.
fn is_suspect(key: &str) -> bool {
    let plain = ["x-ratelimit", "x-rate-limit", "x-throttling"].iter().any(|start| key.starts_with(start));
    plain || ["x-google-quota", "x-google-api-management", "x-tyk-api-gateway"].contains(&key) || is_kong(key)
}

fn is_kong(key: &str) -> bool {
    ["x-kong-plugin-rate-limiting", "x-kong-plugin-rate-limiting-advanced"].contains(&key)
}

fn tells_policy(extension: Node<'_>) -> bool {
    match extension.key().unwrap_or_default() {
        "x-google-api-management" => extension.get("quota").is_some(),
        "x-tyk-api-gateway" => extension.raw().descendants().any(|node| node.key() == Some("rateLimit")),
        key if is_kong(key) => extension.get("enabled").and_then(|enabled| enabled.as_bool()) != Some(false),
        _ => true,
    }
}
