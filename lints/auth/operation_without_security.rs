//! `auth/operation-without-security`

use apiward_model::predicate::{Exemption, gateway_auth};
use apiward_model::words::NO_AUTH_PHRASES;
use apiward_model::{Declared, Operation, phrase};

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::{Fix, USUAL};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "auth/operation-without-security",
    title: "Operation is reachable without authentication although the document declares schemes",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API2:2023", "API5:2023"],
    cwe: ["CWE-306", "CWE-862"],
    practices: [Authentication, Consistency],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation],
    docs: include_str!("operation_without_security.md"),
    check: OperationWithoutSecurity,
}

#[derive(Default)]
struct OperationWithoutSecurity {
    /// Some operation requires a scheme, so that the others stand out.
    others_are_protected: bool,
}

/// Findings of one level from which on they are put together.
const MANY: usize = 25;

impl<'a> Check<'a> for OperationWithoutSecurity {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        // Where the root had a requirement no operation would lack one.
        self.others_are_protected = cx.effective_lists().flatten().any(|alternative| !alternative.members.is_empty());
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if !self.others_are_protected || operation.security.declared != Declared::Absent {
            return;
        }
        let declared = match cx.signs(operation.id).exemption() {
            Exemption::ByNature => return,
            Exemption::Declared(declared) => Some(declared),
            Exemption::None => None,
        };
        if gateway_auth(cx.api, operation, &[]) {
            return;
        }
        let texts = [operation.summary(), operation.description()];
        let on_purpose = texts.into_iter().flatten().any(|text| phrase::says(text, &NO_AUTH_PHRASES));
        let title = operation_title(operation);
        let message = if on_purpose {
            format!("{title} has no security requirement, and its text says that it is open to anybody")
        } else {
            format!("{title} has no security requirement: anybody may call it")
        };
        let help = "require a scheme, for all operations at the root or here; if it is meant to be open, say so with \
                    `security: []` and `x-apiward-public: \"reason\"`";
        let usual = cx.usual_requirement().filter(|_| !on_purpose);
        let fix = usual.map(|usual| Fix::new(USUAL).insert(operation.node, "security", usual.clone()));
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id);
        let finding = finding.fixed_by(fix);
        cx.report(finding.lowered_if(on_purpose, Level::Info).declared_public(declared));
    }

    /// Many gaps are one fact.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let rated = cx.api.operations.iter().filter(|operation| !cx.signs(operation.id).is_public()).count();
        let mut grouped = Vec::new();
        for level in [Level::Error, Level::Warning, Level::Info] {
            let of_level: Vec<Finding<'a>> = findings.iter().filter(|f| f.level == level).cloned().collect();
            if of_level.len() > MANY || of_level.len() * 2 > rated {
                let message = message_for_many(&of_level, cx.api.operations.len());
                grouped.push(cx.united(&of_level, cx.api.operations_node(), message));
            } else {
                grouped.extend(of_level);
            }
        }
        grouped
    }
}

/// Operations that are public by their nature have no requirement either, but need none.
fn message_for_many(findings: &[Finding<'_>], all: usize) -> String {
    match findings {
        [only] => only.message.to_string(),
        [first, ..] if first.level == Level::Info => {
            format!("{} of {all} operations have no security requirement, and say that they are open", findings.len())
        }
        _ => format!("{} of {all} operations lack a security requirement: anybody may call them", findings.len()),
    }
}
