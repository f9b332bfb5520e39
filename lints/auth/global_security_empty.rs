//! `auth/global-security-empty`

use apiward_model::predicate::Exemption;
use apiward_model::{Alternative, Declared, OperationId, RequirementList};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::{Fix, USUAL};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};

declare_lint! {
    id: "auth/global-security-empty",
    title: "Root security is an empty list or contains an anonymous alternative",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API5:2023", "API8:2023"],
    cwe: ["CWE-1188"],
    practices: [Authentication, Consistency],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("global_security_empty.md"),
    check: GlobalSecurityEmpty,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether the root must have a requirement even where every operation has its own.
    require_root_default: bool,
}

struct GlobalSecurityEmpty(Options);

impl From<Options> for GlobalSecurityEmpty {
    fn from(options: Options) -> Self {
        Self(options)
    }
}

const HELP: &str = "require at the root what most operations ask for, and open single operations with a requirement of \
                    their own: what is added later is then protected by default";

impl<'a> Check<'a> for GlobalSecurityEmpty {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        if cx.api.schemes.is_empty() && !cx.api.requires_a_scheme() {
            return;
        }
        let finding = match &cx.api.root_security {
            Some(root) => open_root(cx, root),
            None if self.0.require_root_default => missing_root(cx),
            None => None,
        };
        if let Some(finding) = finding {
            cx.report(finding.help(HELP));
        }
    }
}

/// A root that lets anybody in, where operations inherit that.
fn open_root<'a>(cx: &Cx<'_, 'a>, root: &RequirementList<'a>) -> Option<Finding<'a>> {
    let what = if root.alternatives.is_empty() {
        "is an empty list"
    } else if root.alternatives.iter().any(Alternative::is_anonymous) {
        "has an empty alternative (`{}`)"
    } else {
        return None;
    };
    let inherits = |id: &OperationId| cx.api.operation(*id).security.declared == Declared::Inherited;
    let mut open: Vec<OperationId> = Vec::new();
    let mut declared = Vec::new();
    for id in cx.api.operations.iter().map(|operation| operation.id).filter(inherits) {
        match cx.signs(id).exemption() {
            Exemption::ByNature => {}
            Exemption::Declared(intent) => declared.push((id, intent)),
            Exemption::None => open.push(id),
        }
    }
    let mut intent = None;
    if open.is_empty() {
        intent = Some(declared.first()?.1.clone());
        open = declared.into_iter().map(|(id, _)| id).collect();
    }
    let inherited = if open.len() == 1 {
        "1 operation inherits it".to_owned()
    } else {
        format!("{} operations inherit it", open.len())
    };
    let message = format!("the root requirement {what}, and {inherited}: operations are open by default");
    let finding = cx.finding(root.node, message).at_key(root.node).operations(open).of_document();
    let empty: Vec<_> = root.alternatives.iter().filter(|one| one.is_anonymous()).map(|one| one.node).collect();
    let fix = if empty.len() < root.alternatives.len() {
        Some(empty.into_iter().fold(Fix::new("take the empty alternative out"), Fix::remove))
    } else {
        cx.usual_requirement().map(|usual| Fix::new(USUAL).set(root.node, usual.clone()))
    };
    Some(finding.fixed_by(fix).declared_public(intent))
}

/// A root without a requirement, where every operation has its own.
fn missing_root<'a>(cx: &Cx<'_, 'a>) -> Option<Finding<'a>> {
    let mut operations = cx.api.operations.iter().peekable();
    operations.peek()?;
    let all_have_one = operations.all(|operation| operation.security.declared == Declared::Own);
    let message = "the root has no requirement: operations that are added without one are open by default";
    let fix = || Some(Fix::new(USUAL).insert(cx.api.root, "security", cx.usual_requirement()?.clone()));
    all_have_one.then(|| cx.document_finding(message).fixed_by(fix()))
}
