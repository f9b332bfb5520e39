//! `segregation/all-scopes-everywhere`

use std::collections::HashSet;

use apiward_model::{Alternative, Api, Node, OperationId, Scheme, SchemeType};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "segregation/all-scopes-everywhere",
    title: "Every operation demands every declared scope",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API5:2023"],
    cwe: ["CWE-250", "CWE-1220"],
    practices: [SegregationOfDuties, Roles],
    references: [
        "RFC 9700 section 2.3" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("all_scopes_everywhere.md"),
    check: AllScopesEverywhere,
}

#[derive(Default)]
struct AllScopesEverywhere;

/// Scopes from which on they could tell duties apart.
const FEWEST: usize = 3;

impl<'a> Check<'a> for AllScopesEverywhere {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if scheme.kind != SchemeType::OAuth2 || !scheme.is_definition() {
            return;
        }
        let declared: HashSet<&str> = scheme.declared_scopes().into_iter().collect();
        if declared.len() < FEWEST {
            return;
        }
        let accepting: Vec<OperationId> = cx.accepting(scheme.id).iter().collect();
        let all =
            |id: &&OperationId| asks_for_all(cx.api, &cx.api.operation(**id).security.alternatives, scheme, &declared);
        let asking: Vec<OperationId> = accepting.iter().filter(all).copied().collect();
        if accepting.len() < 2 || asking.len() * 5 < accepting.len() * 4 {
            return;
        }
        let node = first_place(cx.api, scheme, &declared).unwrap_or(scheme.node);
        let (count, total) = (asking.len(), accepting.len());
        let message =
            format!("{count} of {total} operations ask for all {} scopes of {}", declared.len(), scheme_title(scheme));
        let help =
            "ask in each operation for the scopes that it needs: as it is nobody can be given less than everything";
        cx.report(cx.finding(node, message).at_key(node).help(help).operations(asking).about(scheme.node, scheme.name));
    }
}

/// The scopes that an alternative asks of a scheme, those of all members that name it united; nothing without one.
fn asked<'r, 'a>(api: &Api<'a>, alternative: &'r Alternative<'a>, scheme: &Scheme<'a>) -> Option<HashSet<&'r str>> {
    let own =
        |member: &&apiward_model::Member<'a>| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id);
    let mut members = alternative.members.iter().filter(own).peekable();
    members.peek()?;
    Some(members.flat_map(apiward_model::Member::scope_names).collect())
}

fn asks_for_all(
    api: &Api<'_>,
    alternatives: &[Alternative<'_>],
    scheme: &Scheme<'_>,
    declared: &HashSet<&str>,
) -> bool {
    let mut lists = alternatives.iter().filter_map(|alternative| asked(api, alternative, scheme)).peekable();
    lists.peek().is_some() && lists.all(|list| declared.is_subset(&list))
}

/// Where the scopes are first listed.
fn first_place<'a>(api: &Api<'a>, scheme: &Scheme<'a>, declared: &HashSet<&str>) -> Option<Node<'a>> {
    let alternatives = api.requirements.iter().flat_map(|list| list.alternatives.iter());
    let mut all = alternatives.filter(|one| asked(api, one, scheme).is_some_and(|list| declared.is_subset(&list)));
    let member = all
        .next()?
        .members
        .iter()
        .find(|member| member.scheme.is_some_and(|id| api.scheme(id).definition == scheme.id))?;
    if api.spec.format == apiward_model::Format::AsyncApi3 {
        return scheme.target.get("scopes");
    }
    Some(member.node)
}
