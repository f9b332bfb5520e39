//! `auth/anonymous-write`

use apiward_model::predicate::{Exemption, inbound_receiver};
use apiward_model::{Alternative, Api, Declared, EffectiveSecurity, MediaType, Node, Operation};

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::{Fix, USUAL};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{is_said_to_be_open, operation_title};

declare_lint! {
    id: "auth/anonymous-write",
    title: "State-changing operation accepts anonymous calls by an explicit empty requirement",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API2:2023", "API5:2023"],
    cwe: ["CWE-306", "CWE-862"],
    practices: [Authentication, Roles],
    references: [
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("auth/global-security-empty")],
    targets: [Operation],
    docs: include_str!("anonymous_write.md"),
    check: AnonymousWrite,
}

#[derive(Default)]
struct AnonymousWrite;

/// Findings of one variant from which on they are put together.
const MANY: usize = 25;

const HELP: &str = "require a scheme; if the operation is meant to be open to everybody, say so with \
                    `x-apiward-public: \"reason\"`";

impl<'a> Check<'a> for AnonymousWrite {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        let security = &operation.security;
        let Some(node) = security.node.filter(|_| signs.writes && security.is_explicitly_anonymous()) else { return };
        let knows_callers = !cx.api.schemes.is_empty() || cx.api.requires_a_scheme();
        if !knows_callers || inbound_receiver(cx.api, operation, signs) || takes_signed_tokens(cx.api, operation) {
            return;
        }
        let declared = match signs.exemption() {
            Exemption::ByNature => return,
            Exemption::Declared(declared) => Some(declared),
            Exemption::None => None,
        };
        // One finding per operation: those that inherit meet at the root's key and are put together by `group`.
        let finding = cx.finding(node, message(operation)).at_key(node).help(HELP).operation(operation.id);
        let finding = finding.fixed_by(fix(cx, operation, node));
        let finding = finding.lowered_if(is_empty_list(security), Level::Warning);
        let finding = finding.lowered_if(is_meant_to_be_open(operation), Level::Info);
        cx.report(finding.declared_public(declared));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let of_one = |finding: &Finding<'a>| finding.operation.map(|id| &*cx.api.operation(id).security);
        let inherits = |finding: &Finding<'a>| of_one(finding).is_some_and(|own| own.declared == Declared::Inherited);
        let (inherited, own): (Vec<_>, Vec<_>) = findings.into_iter().partition(inherits);
        let (empty, brace): (Vec<_>, Vec<_>) = own.into_iter().partition(|f| of_one(f).is_some_and(is_empty_list));
        let mut grouped = Vec::new();
        if let Some(first) = inherited.first() {
            let only = first.operation.filter(|_| inherited.len() == 1).map(|id| cx.api.operation(id));
            let writes = only.map_or_else(
                || format!("{} operations that change state", inherited.len()),
                |operation| format!("{}, which changes state,", operation_title(operation)),
            );
            let opened = match reads_that_inherit(cx) {
                0 => writes,
                1 => format!("{writes} and one that reads,"),
                reads => format!("{writes} and {reads} that read,"),
            };
            let message = root_message(&opened, of_one(first).is_some_and(is_empty_list));
            grouped.push(cx.united(&inherited, first.spot.node, message));
        }
        for (variant, how) in [(brace, "accept anonymous calls beside others"), (empty, "ask for no credential")] {
            if variant.len() > MANY {
                let message = format!("{} operations that change state {how}", variant.len());
                grouped.push(cx.united(&variant, cx.api.operations_node(), message));
            } else {
                grouped.extend(variant);
            }
        }
        grouped
    }
}

/// The operations that only read and that the root opens as it opens writes.
fn reads_that_inherit(cx: &Cx<'_, '_>) -> usize {
    let inherits = |operation: &&Operation<'_>| {
        let signs = cx.signs(operation.id);
        operation.security.declared == Declared::Inherited && !signs.writes && !signs.is_public()
    };
    cx.api.operations.iter().filter(inherits).count()
}

/// Without the alternative that is empty or, where nothing else is left, with the requirement that others have.
fn fix<'a>(cx: &Cx<'_, 'a>, operation: &Operation<'a>, node: Node<'a>) -> Option<Fix<'a>> {
    let security = &operation.security;
    let empty: Vec<Node<'a>> =
        security.alternatives.iter().filter(|one| one.is_anonymous()).map(|one| one.node).collect();
    if empty.len() < security.alternatives.len() {
        let fix = Fix::new("take the empty alternative out");
        return Some(empty.into_iter().fold(fix, Fix::remove));
    }
    let root = cx.api.root_security.as_ref();
    let guarded = root
        .is_some_and(|root| !root.alternatives.iter().any(Alternative::is_anonymous) && !root.alternatives.is_empty());
    if security.declared == Declared::Own && guarded {
        return Some(Fix::new("let the root requirement hold").remove(node));
    }
    Some(Fix::new(USUAL).set(node, cx.usual_requirement()?.clone()))
}

/// `security: []`, as opposed to a list with an empty alternative.
fn is_empty_list(security: &EffectiveSecurity<'_>) -> bool {
    security.alternatives.is_empty()
}

/// Whatever it is sent carries a signature of its own, RFC 7519 section 10.3.1 and RFC 7515 section 9.2.
fn takes_signed_tokens(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let is_signed = |media: &MediaType<'_>| {
        let name = media.name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(name.as_str(), "application/jwt" | "application/jose" | "application/jose+json")
            || name.ends_with("+jwt")
    };
    let body = operation.body.map(|id| api.body(id));
    body.is_some_and(|body| !body.media.is_empty() && body.media.iter().all(is_signed))
}

/// The operation's own empty list, and a text that says the same.
fn is_meant_to_be_open(operation: &Operation<'_>) -> bool {
    let security = &operation.security;
    security.declared == Declared::Own && is_empty_list(security) && is_said_to_be_open(operation)
}

fn message(operation: &Operation<'_>) -> String {
    let alternatives = &operation.security.alternatives;
    let title = operation_title(operation);
    if alternatives.is_empty() {
        format!("{title} changes state and asks for no credential (`security: []`)")
    } else if alternatives.iter().all(Alternative::is_anonymous) {
        format!("{title} changes state and accepts anonymous calls: its only alternative is empty (`{{}}`)")
    } else {
        format!("{title} changes state and accepts anonymous calls: one alternative is empty (`{{}}`)")
    }
}

fn root_message(opened: &str, empty: bool) -> String {
    let how = if empty { "is an empty list" } else { "has an empty alternative (`{}`)" };
    format!("the root requirement {how} and opens {opened} to anonymous calls")
}
