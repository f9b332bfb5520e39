//! `consistency/mixed-schemes-in-resource`

use std::rc::Rc;

use apiward_model::predicate::{SchemeKind, resource_key};
use apiward_model::{Operation, OperationId};

use crate::consistency::requirements::kinds;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::operation_title;

declare_lint! {
    id: "consistency/mixed-schemes-in-resource",
    title: "Operations on one resource use unrelated authentication mechanisms",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-657"],
    practices: [Consistency],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("mixed_schemes_in_resource.md"),
    check: MixedSchemesInResource,
}

#[derive(Default)]
struct MixedSchemesInResource;

impl<'a> Check<'a> for MixedSchemesInResource {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let asked = PerList::default();
        let several = cx.resources().iter().filter(|resource| resource.len() > 1);
        let pairs: Vec<(OperationId, OperationId)> =
            several.filter_map(|resource| first_pair(cx, resource, &asked)).collect();
        for (earlier, later) in pairs {
            let (earlier, later) = (cx.api.operation(earlier), cx.api.operation(later));
            let (a, b) = (operation_title(later), operation_title(earlier));
            let message = format!("{a} and {b} of one resource ask for unrelated kinds of credentials");
            let help = "guard a resource one way: clients must keep two credentials for it, and a revoked one still opens the other \
                        door";
            let finding = cx.finding(later.node, message).at_key(later.node).help(help).operation(later.id);
            // Which of them comes later is chance.
            let finding = finding.about(cx.api.operations_node(), resource_key(later.path));
            cx.report(finding.related_key(earlier.node, "the operation that asks for another kind"));
        }
    }
}

/// The first pair in document order whose kinds of schemes have nothing in common.
fn first_pair<'r>(
    cx: &Cx<'r, '_>,
    resource: &[OperationId],
    asked: &PerList<Option<Rc<[SchemeKind<'r>]>>>,
) -> Option<(OperationId, OperationId)> {
    let api = cx.api;
    let compared =
        |operation: &Operation<'_>| !operation.security.is_anonymous() && !cx.signs(operation.id).is_public();
    let mut seen: Vec<(OperationId, Rc<[SchemeKind<'_>]>)> = Vec::new();
    for id in resource {
        let operation = cx.api.operation(*id);
        if !compared(operation) {
            continue;
        }
        let list = &operation.security.alternatives;
        let Some(own) = asked.of(list, |list| kinds(api, list).map(Rc::from)) else { continue };
        let unrelated = |other: &&(OperationId, Rc<[SchemeKind<'_>]>)| other.1.iter().all(|kind| !own.contains(kind));
        if let Some((other, _)) = seen.iter().find(unrelated) {
            return Some((*other, *id));
        }
        // Operations that are guarded alike are compared once.
        if seen.iter().all(|(_, other)| *other != own) {
            seen.push((*id, own));
        }
    }
    None
}
