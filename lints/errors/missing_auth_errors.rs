//! `errors/missing-auth-errors`

use apiward_model::predicate::Administration;
use apiward_model::{Operation, OperationId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::errors::answers::{covers, has_class};
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::fix::{Fix, answering, shared_response};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::options::When;
use crate::framework::text::operation_title;

declare_lint! {
    id: "errors/missing-auth-errors",
    title: "Protected operation does not describe the 401 (or, when scoped, 403) answer",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-1111"],
    practices: [ErrorHandling, Authentication],
    references: [
        "RFC 9110 section 15.5.2" => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
        "RFC 9110 section 15.5.4" => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
        "AIP-211 Authorization checks" => "https://google.aip.dev/211",
        "Zalando RESTful API Guidelines rule 151: specify success and error responses" => "https://opensource.zalando.com/restful-api-guidelines/#151",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("missing_auth_errors.md"),
    check: MissingAuthErrors,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// When operations with scopes must describe the 403 too.
    require_403: When,
    /// Whether a 404 may stand for the 403, so that nobody learns what exists.
    accept_404_for_403: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { require_403: When::Strict, accept_404_for_403: true }
    }
}

struct MissingAuthErrors {
    options: Options,
    /// Operations that were looked at, and those of them that describe the 401.
    considered: usize,
    with_401: usize,
    /// Those that lack an answer.
    gaps: Vec<OperationId>,
    without_403: usize,
    /// Whether a list asks for a scope.
    scoped: PerList<bool>,
}

impl From<Options> for MissingAuthErrors {
    fn from(options: Options) -> Self {
        Self { options, considered: 0, with_401: 0, gaps: Vec::new(), without_403: 0, scoped: PerList::default() }
    }
}

const HELP: &str = "describe both answers once, as shared responses, and name them in every protected operation: clients \
                    that know them can tell a missing login from a missing right, and tests can tell a hole from an error";

impl<'a> Check<'a> for MissingAuthErrors {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        // Without any client error it is `errors/no-error-response` that speaks of it.
        if operation.method.is("HEAD")
            || operation.method.is("OPTIONS")
            || operation.security.is_anonymous()
            || !has_class(operation, '4')
        {
            return;
        }
        let lacks_401 = !covers(operation, &["401"]);
        let lacks_403 = self.needs_403(cx, operation) && !self.has_403(operation);
        if let Some(declared) = cx.signs(operation.id).declared.clone() {
            if lacks_401 || lacks_403 {
                let code = if lacks_401 { "401" } else { "403" };
                let message = format!("{} does not describe the {code} answer", operation_title(operation));
                let finding = cx.finding(operation.node, message).at_key(operation.node).help(HELP);
                cx.report(finding.operation(operation.id).declared_public(Some(declared)));
            }
            return;
        }
        self.considered += 1;
        self.with_401 += usize::from(!lacks_401);
        self.without_403 += usize::from(lacks_403);
        if lacks_401 || lacks_403 {
            self.gaps.push(operation.id);
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        if self.gaps.is_empty() {
            return;
        }
        let paths = cx.api.operations_node();
        let finding = cx.finding(paths, self.verdict(cx)).at_key(paths).help(HELP).of_document().fixed_by(self.fix(cx));
        // Where hardly anybody describes it a list would name everybody.
        let listed = self.gaps.len() == 1 || self.with_401 * 10 >= self.considered * 3;
        let gaps = std::mem::take(&mut self.gaps);
        cx.report(if listed { finding.operations(gaps) } else { finding.counting(gaps) });
    }
}

impl MissingAuthErrors {
    /// With the shared responses for what is missing.
    fn fix<'a>(&self, cx: &Cx<'_, 'a>) -> Option<Fix<'a>> {
        let api = cx.api;
        let missing = shared_response(api, &["401", "unauthorized", "unauthenticated"]);
        let forbidden = shared_response(api, &["403", "forbidden"]);
        let mut fix = Fix::new("answer with the shared response");
        for operation in self.gaps.iter().map(|id| api.operation(*id)) {
            if !covers(operation, &["401"]) {
                fix = answering(fix, operation, "401", missing.as_deref())?;
            }
            if self.needs_403(cx, operation) && !self.has_403(operation) {
                fix = answering(fix, operation, "403", forbidden.as_deref())?;
            }
        }
        Some(fix)
    }

    fn needs_403(&self, cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
        let scoped = || {
            self.scoped.of(&operation.security.alternatives, |list| {
                list.iter().flat_map(|alternative| &alternative.members).any(|member| !member.scopes.is_empty())
            })
        };
        let administers = || cx.signs(operation.id).administration == Some(Administration::Strong);
        self.options.require_403.holds(cx.profile) && (scoped() || administers())
    }

    fn has_403(&self, operation: &Operation<'_>) -> bool {
        covers(operation, if self.options.accept_404_for_403 { &["403", "404"] } else { &["403"] })
    }

    fn verdict(&self, cx: &Cx<'_, '_>) -> String {
        let (considered, without_401) = (self.considered, self.considered - self.with_401);
        if let [only] = self.gaps.as_slice() {
            let answers = match (without_401, self.without_403) {
                (0, _) => "the 403 answer",
                (_, 0) => "the 401 answer",
                _ => "the 401 and the 403 answer",
            };
            return format!("{} does not describe {answers}", operation_title(cx.api.operation(*only)));
        }
        let start = |count: usize| format!("{count} of {considered} protected operations do not describe");
        match (without_401, self.without_403) {
            (0, count) => format!("{} the 403 answer", start(count)),
            (count, 0) => format!("{} the 401 answer", start(count)),
            (count, further) => format!("{} the 401 answer, {further} the 403 answer", start(count)),
        }
    }
}
