//! `rbac/admin-operation-unprotected`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{PublicSigns, Signs, gateway_auth};
use apiward_model::words::{ADMIN_STRONG_SEGMENTS, ADMIN_STRONG_WORDS, ADMIN_WEAK_SEGMENTS, DEBUG_SEGMENTS};
use apiward_model::{Declared, Node, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::crowd::listed_by_level;
use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::{Fix, USUAL};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{is_said_to_be_open, operation_title, quoted};
use apiward_syntax::Fragment;

declare_lint! {
    id: "rbac/admin-operation-unprotected",
    title: "Administrative operation is callable anonymously",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API5:2023"],
    cwe: ["CWE-306", "CWE-862"],
    practices: [Roles, Authentication],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Operations("auth/operation-without-security"), Silences::Operations("auth/anonymous-write"), Silences::Operations("auth/anonymous-read")],
    targets: [Document, Operation],
    docs: include_str!("admin_operation_unprotected.md"),
    check: AdminOperationUnprotected,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further path segments that mean administration.
    segments_extra: Vec<String>,
}

struct AdminOperationUnprotected {
    segments_extra: WordSet,
    /// The document declares a scheme and requires one somewhere.
    protects_something: bool,
}

impl From<Options> for AdminOperationUnprotected {
    fn from(options: Options) -> Self {
        Self { segments_extra: WordSet::new(&options.segments_extra, false), protects_something: false }
    }
}

/// Extensions that name the role a caller needs.
const ROLE_EXTENSIONS: [&str; 3] = ["x-role", "x-required-role", "x-roles"];

/// Signs of a public operation that even an administrator's path keeps.
const EXEMPT: PublicSigns =
    PublicSigns::ENTRY.union(PublicSigns::OAUTH).union(PublicSigns::ACCOUNT_STEP).union(PublicSigns::METHOD);

impl<'a> Check<'a> for AdminOperationUnprotected {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.protects_something = !cx.api.schemes.is_empty() && cx.api.requires_a_scheme();
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        if !self.protects_something || !operation.security.is_anonymous() || signs.public.intersects(EXEMPT) {
            return;
        }
        let Some((why, sure)) = self.administers(operation, signs) else { return };
        // Where nobody wrote a requirement, the gateway's own configuration may hold it.
        if operation.security.declared == Declared::Absent && gateway_auth(cx.api, operation, &[]) {
            return;
        }
        let probe = signs.public.intersects(PublicSigns::SELF_DESCRIPTION);
        let message =
            format!("{} looks like administration ({why}) and accepts anonymous calls", operation_title(operation));
        let help = "require the scheme that guards other administrative operations; if it is meant to be open, say so \
                    with `x-apiward-public: \"reason\"`";
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id);
        let fix = |usual: &Fragment| Fix::new(USUAL).put(operation.node, "security", usual.clone());
        let finding = finding.fixed_by(cx.usual_requirement().map(fix));
        let doubtful = !sure || probe || is_said_to_be_open(operation);
        cx.report(finding.lowered_if(doubtful, Level::Warning).declared_public(signs.declared.clone()));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let message = |count| format!("{count} operations look like administration and accept anonymous calls");
        listed_by_level(cx, findings, message)
    }
}

impl AdminOperationUnprotected {
    /// What makes an operation administrative, and whether that is sure.
    fn administers(&self, operation: &Operation<'_>, signs: &Signs<'_>) -> Option<(String, bool)> {
        let (path, operation_id) = (signs.path(), signs.operation_id());
        let mut segments = path.segments().iter().filter(|segment| segment.parameter.is_none());
        let strong = segments
            .find(|segment| segment.is(&ADMIN_STRONG_SEGMENTS) || self.segments_extra.matches_name(segment.tokens()));
        if let Some(segment) = strong {
            return Some((format!("path segment {}", quoted(segment.text)), true));
        }
        if let Some(tag) = operation.tags().find(|tag| ADMIN_STRONG_SEGMENTS.matches_name(&Tokens::new(tag))) {
            return Some((format!("tag {}", quoted(tag)), true));
        }
        if ADMIN_STRONG_WORDS.matches_first(&operation_id) {
            return Some((format!("operationId {}", quoted(operation_id.raw())), true));
        }
        if let Some(role) = required_role(operation) {
            return Some((format!("role {}", quoted(role)), true));
        }
        if path.holds(&DEBUG_SEGMENTS) {
            return None;
        }
        let weak = path.segments().iter().find(|segment| segment.is(&ADMIN_WEAK_SEGMENTS))?;
        Some((format!("path segment {}", quoted(weak.text)), false))
    }
}

/// An administrator's role that an extension of the operation, or else of its path item, asks for.
fn required_role<'a>(operation: &Operation<'a>) -> Option<&'a str> {
    let names_admin = |role: &&str| Tokens::new(role).iter().any(|token| matches!(token, "admin" | "administrator"));
    let roles = ROLE_EXTENSIONS.iter().filter_map(|key| operation.own_or_path_item(key));
    roles.flat_map(|node| node.as_str().into_iter().chain(node.items().filter_map(text))).find(names_admin)
}

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}
