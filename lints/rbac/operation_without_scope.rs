//! `rbac/operation-without-scope`

use std::collections::BTreeMap;
use std::sync::Arc;

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::{Alternative, Api, Declared, Member, Node, OperationId, Place, Scheme, SchemeType};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::operations::Operations;
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
    /// The operations of a list that may need a scope.
    candidates: PerList<Candidates>,
}

impl From<Options> for OperationWithoutScope {
    fn from(options: Options) -> Self {
        Self { include_oidc: options.include_oidc, candidates: PerList::default() }
    }
}

/// Gaps that are reported one by one; more are one list.
const SINGLE: usize = 10;

/// Operations that every holder of a token may call.
static FOR_EVERYBODY: Lexicon =
    Lexicon::new("for_everybody", Match::LastSegment, &["userinfo", "me", "whoami", "logout", "token", "ping"]);

impl<'a> Check<'a> for OperationWithoutScope {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        let has_scopes = match scheme.kind {
            SchemeType::OAuth2 => !scheme.declared_scopes().is_empty(),
            SchemeType::OpenIdConnect => self.include_oidc,
            _ => false,
        };
        if !has_scopes || !scheme.is_definition() {
            return;
        }
        let (mut all, mut asking) = (0, 0);
        let (mut gaps, mut intended) = (Vec::new(), Vec::new());
        for naming in cx.naming(scheme.id) {
            let candidates = self.candidates.of(naming.list, |_| Candidates::of(cx, naming.operations));
            all += candidates.plain.len();
            if naming.alternatives().any(|one| own(cx.api, one, scheme) == Some(true)) {
                asking += candidates.plain.len();
            }
            if let Some(gap) = naming.alternatives().find(|one| is_gap(cx.api, one, scheme)) {
                let place = place(cx.api, scheme, gap);
                gaps.push(Gaps { place, operations: candidates.plain });
                intended.push(Gaps { place, operations: candidates.intended });
            }
        }
        let count: usize = gaps.iter().map(|gaps| gaps.operations.len()).sum();
        if asking > 0 && 2 * asking >= all && count <= SINGLE {
            report(cx, scheme, &gaps);
            report(cx, scheme, &intended);
            return;
        }
        if count == 0 {
            return;
        }
        let title = scheme_title(scheme);
        let message = match asking {
            0 => format!("{title} declares scopes and no operation asks for one"),
            _ => format!("{count} of {all} operations ask for no scope of {title}"),
        };
        let gaps = Operations::shared(gaps.into_iter().map(|gaps| gaps.operations));
        let finding = cx.finding(scheme.node, message).at_key(scheme.node).help(HELP).operations(gaps);
        cx.report(finding.lowered_if(asking == 0, Level::Info));
    }
}

const HELP: &str =
    "name the scope that the operation needs: without one every token opens it, whatever it was issued for";

/// The operations of a list that are not for everybody by their nature.
#[derive(Clone)]
struct Candidates {
    /// Those that their author declares public.
    intended: Arc<[OperationId]>,
    /// The others.
    plain: Arc<[OperationId]>,
}

impl Candidates {
    fn of(cx: &Cx<'_, '_>, operations: &[OperationId]) -> Self {
        let candidate = |id: &OperationId| {
            let signs = cx.signs(*id);
            signs.public.is_empty() && !signs.last_segment().is_some_and(|last| last.is(&FOR_EVERYBODY))
        };
        let candidates = operations.iter().copied().filter(candidate);
        let (intended, plain): (Vec<_>, Vec<_>) = candidates.partition(|id| cx.signs(*id).declared.is_some());
        Self { intended: intended.into(), plain: plain.into() }
    }
}

/// Operations that share a list with a gap, and the place of it.
struct Gaps<'a> {
    place: Option<Node<'a>>,
    operations: Arc<[OperationId]>,
}

/// Operations with a gap, one by one; those that a server's requirement leaves without a scope stand there together.
fn report<'a>(cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>, gaps: &[Gaps<'a>]) {
    let mut places: BTreeMap<Place, (Node<'a>, Vec<OperationId>)> = BTreeMap::new();
    for gap in gaps {
        for operation in gap.operations.iter().map(|id| cx.api.operation(*id)) {
            let inherited = operation.security.declared == Declared::Inherited;
            let node = gap.place.filter(|_| !inherited).unwrap_or(operation.node);
            places.entry(node.place()).or_insert_with(|| (node, Vec::new())).1.push(operation.id);
        }
    }
    for (node, operations) in places.into_values() {
        let first = operations[0];
        let title = operation_title(cx.api.operation(first));
        let says = match operations.len() {
            1 => format!("{title} asks"),
            count => format!("{title} and {} more ask", count - 1),
        };
        let message = format!("{says} for no scope of {}", scheme_title(scheme));
        let finding = cx.finding(node, message).at_key(node).help(HELP).operation(first).operations(operations);
        cx.report(finding.declared_public(cx.signs(first).declared.clone()));
    }
}

/// The scheme's key in the requirement; of AsyncAPI, where the operation has none, in that of the server.
fn place<'a>(api: &Api<'a>, scheme: &Scheme<'a>, gap: &Alternative<'a>) -> Option<Node<'a>> {
    let names = |member: &&Member<'_>| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id);
    // A member that the server and the operation name stands at the server's.
    gap.members.iter().find(names).map(|member| gap.node.get(member.name).unwrap_or(member.node))
}

/// Whether an alternative asks for a scope of the scheme; nothing when it does not name it.
fn own(api: &Api<'_>, alternative: &Alternative<'_>, scheme: &Scheme<'_>) -> Option<bool> {
    let named = |member: &&Member<'_>| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id);
    let mut members = alternative.members.iter().filter(named).peekable();
    members.peek()?;
    Some(members.any(|member| !member.scopes.is_empty()))
}

/// The scheme without a scope, and nobody else in the alternative who asks for a right.
fn is_gap(api: &Api<'_>, alternative: &Alternative<'_>, scheme: &Scheme<'_>) -> bool {
    own(api, alternative, scheme) == Some(false) && alternative.members.iter().all(|member| member.scopes.is_empty())
}
