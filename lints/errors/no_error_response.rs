//! `errors/no-error-response`

use apiward_model::{Operation, OperationId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::errors::answers::{covers, has_class};
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::options::When;
use crate::framework::text::operation_title;

declare_lint! {
    id: "errors/no-error-response",
    title: "Operation describes no error at all",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-1111"],
    practices: [ErrorHandling],
    references: [
        "Zalando RESTful API Guidelines rule 151: specify success and error responses" => "https://opensource.zalando.com/restful-api-guidelines/#151",
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("no_error_response.md"),
    check: NoErrorResponse,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// When an operation must describe a server error too.
    require_5xx: When,
    /// When an operation with a request body must describe the answer to invalid input.
    require_validation_error: When,
}

impl Default for Options {
    fn default() -> Self {
        Self { require_5xx: When::Strict, require_validation_error: When::Strict }
    }
}

struct NoErrorResponse {
    options: Options,
    /// Operations that were looked at.
    read: usize,
    /// Those that lack something.
    incomplete: Vec<OperationId>,
    /// Of these, the ones without any client error, without a server error, and without an answer to invalid input.
    lacking: [usize; 3],
}

impl From<Options> for NoErrorResponse {
    fn from(options: Options) -> Self {
        Self { options, read: 0, incomplete: Vec::new(), lacking: [0; 3] }
    }
}

impl<'a> Check<'a> for NoErrorResponse {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let can_fail =
            !operation.parameters.is_empty() || operation.body.is_some() || !operation.security.is_anonymous();
        if !can_fail || operation.method.is("HEAD") || operation.method.is("OPTIONS") {
            return;
        }
        self.read += 1;
        let lacks_any = !has_class(operation, '4');
        let lacks_server = self.options.require_5xx.holds(cx.profile) && !has_class(operation, '5');
        let validates = operation.body.is_some() && self.options.require_validation_error.holds(cx.profile);
        // Without any client error the answer to invalid input goes without saying.
        let lacks_validation = validates && !lacks_any && !covers(operation, &["400", "422"]);
        let lacks = [lacks_any, lacks_server, lacks_validation];
        if lacks.contains(&true) {
            self.incomplete.push(operation.id);
            self.lacking.iter_mut().zip(lacks).for_each(|(count, lacks)| *count += usize::from(lacks));
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        if self.incomplete.is_empty() {
            return;
        }
        let help = "describe the errors, in shared responses, at least one 4xx or `default` for each operation: an \
                    answer that nobody described is neither tested nor told from an attack";
        let paths = cx.api.operations_node();
        let finding = cx.finding(paths, self.verdict(cx)).at_key(paths).help(help).of_document();
        // Where hardly any operation is complete a list would name them all.
        let gaps = self.incomplete.len();
        let listed = gaps == 1 || (self.read - gaps) * 10 >= self.read * 3;
        let incomplete = std::mem::take(&mut self.incomplete);
        cx.report(if listed { finding.operations(incomplete) } else { finding.counting(incomplete) });
    }
}

impl NoErrorResponse {
    fn verdict(&self, cx: &Cx<'_, '_>) -> String {
        let (gaps, read) = (self.incomplete.len(), self.read);
        let [any, server, validation] = self.lacking;
        if let [only] = self.incomplete.as_slice()
            && any == 1
        {
            return format!("{} describes no error response", operation_title(cx.api.operation(*only)));
        }
        if any == gaps {
            return format!("{gaps} of {read} operations describe no error response");
        }
        let kinds =
            [(any, "without any"), (server, "without a server error"), (validation, "without one for invalid input")];
        let kinds = kinds.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        format!("{gaps} of {read} operations describe too few errors: {kinds}")
    }
}
