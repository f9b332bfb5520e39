//! `rbac/operation-without-scope`

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::{Alternative, Api, Declared, Node, Operation, OperationId, Scheme, SchemeType};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, scheme_title};

declare_lint! {
    id: "rbac/operation-without-scope",
    title: "OAuth-protected operation asks for no scope",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API5:2023"],
    cwe: ["CWE-285", "CWE-862"],
    practices: [Roles],
    references: [
        "Zalando RESTful API Guidelines rule 105: define and assign permissions (scopes)" => "https://opensource.zalando.com/restful-api-guidelines/#105",
        "RFC 9700 section 2.3" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("operation_without_scope.md"),
    check: OperationWithoutScope,
    options: Options,
}

/// Options of `rbac/operation-without-scope`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Read OpenID Connect schemes as well; their scopes are declared elsewhere.
    include_oidc: bool,
}

struct OperationWithoutScope {
    include_oidc: bool,
}

impl From<Options> for OperationWithoutScope {
    fn from(options: Options) -> Self {
        Self { include_oidc: options.include_oidc }
    }
}

/// Operations that every holder of a token may call.
static FOR_EVERYBODY: Lexicon =
    Lexicon::new("for_everybody", Match::LastSegment, &["userinfo", "me", "whoami", "logout", "token", "ping"]);

impl<'a> Check<'a> for OperationWithoutScope {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        let declares = match scheme.kind {
            SchemeType::OAuth2 => !scheme.declared_scopes().is_empty(),
            SchemeType::OpenIdConnect => self.include_oidc,
            _ => false,
        };
        if !declares || !scheme.is_definition() {
            return;
        }
        let candidate = |id: &OperationId| {
            let signs = cx.signs(*id);
            !signs.is_public() && !signs.path().ends_with(&FOR_EVERYBODY)
        };
        let candidates: Vec<OperationId> = cx.accepting(scheme.id).iter().filter(candidate).collect();
        let alternatives = |id: &OperationId| &cx.api.operation(*id).security.alternatives;
        let gaps: Vec<OperationId> = candidates
            .iter()
            .filter(|id| alternatives(id).iter().any(|alternative| is_gap(cx.api, alternative, scheme)))
            .copied()
            .collect();
        let asking = candidates
            .iter()
            .filter(|id| alternatives(id).iter().any(|one| own(cx.api, one, scheme) == Some(true)))
            .count();
        if gaps.is_empty() {
            return;
        }
        if 2 * asking >= candidates.len() {
            for id in gaps {
                gap(cx, scheme, cx.api.operation(id));
            }
            return;
        }
        let title = scheme_title(scheme);
        let message = match asking {
            0 => format!("{title} declares scopes and no operation asks for one"),
            _ => format!("{} of {} operations ask for no scope of {title}", gaps.len(), candidates.len()),
        };
        let finding = cx.finding(scheme.node, message).at_key(scheme.node).help(HELP).operations(gaps);
        cx.report(finding.lowered_if(asking == 0, Level::Info));
    }
}

const HELP: &str =
    "name the scope that the operation needs: without one every token opens it, whatever it was issued for";

fn gap<'a>(cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>, operation: &Operation<'a>) {
    let message = format!("{} asks for no scope of {}", operation_title(operation), scheme_title(scheme));
    let node = place(cx.api, scheme, operation);
    cx.report(cx.finding(node, message).at_key(node).help(HELP).operation(operation.id));
}

/// The scheme's key in the operation's own requirement, else the operation.
fn place<'a>(api: &Api<'a>, scheme: &Scheme<'a>, operation: &Operation<'a>) -> Node<'a> {
    let inherited = operation.security.declared == Declared::Inherited;
    let gaps = operation.security.alternatives.iter().filter(|alternative| is_gap(api, alternative, scheme));
    let mut members = gaps.flat_map(|alternative| &alternative.members);
    let own = members.find(|member| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id));
    own.filter(|_| !inherited).map_or(operation.node, |member| member.node)
}

/// Whether an alternative asks for a scope of the scheme; nothing when it does not name it.
fn own(api: &Api<'_>, alternative: &Alternative<'_>, scheme: &Scheme<'_>) -> Option<bool> {
    let named =
        |member: &&apiward_model::Member<'_>| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id);
    let mut members = alternative.members.iter().filter(named).peekable();
    members.peek()?;
    Some(members.any(|member| !member.scopes.is_empty()))
}

/// The scheme without a scope, and nobody else in the alternative who asks for a right.
fn is_gap(api: &Api<'_>, alternative: &Alternative<'_>, scheme: &Scheme<'_>) -> bool {
    own(api, alternative, scheme) == Some(false) && alternative.members.iter().all(|member| member.scopes.is_empty())
}
