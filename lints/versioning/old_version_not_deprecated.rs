//! `versioning/old-version-not-deprecated`

use apiward_model::Operation;
use apiward_model::predicate::is_marked_deprecated;

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "versioning/old-version-not-deprecated",
    title: "An older version of a resource lives on without a deprecation mark",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning, Maintenance],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "Zalando RESTful API Guidelines rule 187: reflect deprecation in API specifications" => "https://opensource.zalando.com/restful-api-guidelines/#187",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Operations("versioning/deprecated-only-in-text")],
    targets: [Operation],
    docs: include_str!("old_version_not_deprecated.md"),
    check: OldVersionNotDeprecated,
}

#[derive(Default)]
struct OldVersionNotDeprecated;

impl<'a> Check<'a> for OldVersionNotDeprecated {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let Some(newer) = cx.newer_version(operation.id) else { return };
        if is_marked_deprecated(operation.node) {
            return;
        }
        let newer = cx.api.operation(newer);
        let (old, new) = (operation_title(operation), operation_title(newer));
        let message = format!("{old} lives on beside {new} and is not marked as deprecated");
        let help = "mark the old one with `deprecated: true` and say when it ends: versions that nobody watches are where \
                    attackers look first";
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help);
        let mark = Fix::mark(operation.node, "deprecated");
        let finding = finding.operation(operation.id).related_key(newer.node, "the newer version");
        cx.report(finding.fixed_by(mark));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        cx.listed(findings, |count| {
            format!("{count} operations live on beside a newer version and are not marked as deprecated")
        })
    }
}
