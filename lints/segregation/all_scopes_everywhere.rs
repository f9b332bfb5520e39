//! `segregation/all-scopes-everywhere`

use std::cell::OnceCell;
use std::sync::Arc;

use apiward_model::{Alternative, Api, Node, Scheme, SchemeId, SchemeType};
use foldhash::{HashMap, HashMapExt, HashSet};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::Naming;
use crate::framework::operations::Operations;
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
struct AllScopesEverywhere {
    written: OnceCell<HashMap<SchemeId, Vec<(usize, usize)>>>,
}

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
        let total: usize = cx.naming(scheme.id).map(|naming| naming.operations.len()).sum();
        let all = |naming: &Naming<'_, '_>| {
            naming
                .alternatives()
                .all(|one| asked(cx.api, one, scheme).is_some_and(|scopes| declared.is_subset(&scopes)))
        };
        let asking = Operations::shared(cx.naming(scheme.id).filter(all).map(|naming| Arc::clone(naming.operations)));
        let count = asking.len();
        if total < 2 || count * 5 < total * 4 {
            return;
        }
        let node = self.first_place(cx.api, scheme, &declared).unwrap_or(scheme.node);
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

impl AllScopesEverywhere {
    /// Where the scopes are first listed.
    fn first_place<'a>(&self, api: &Api<'a>, scheme: &Scheme<'a>, declared: &HashSet<&str>) -> Option<Node<'a>> {
        let written = self.written.get_or_init(|| written(api)).get(&scheme.id)?;
        let alternatives = written.iter().filter_map(|(list, at)| api.requirements.get(*list)?.alternatives.get(*at));
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
}

/// The alternatives that name a scheme, as they are written: by the place of their list and their own.
fn written(api: &Api<'_>) -> HashMap<SchemeId, Vec<(usize, usize)>> {
    let mut found: HashMap<SchemeId, Vec<(usize, usize)>> = HashMap::new();
    for (list, requirements) in api.requirements.iter().enumerate() {
        for (at, alternative) in requirements.alternatives.iter().enumerate() {
            for scheme in alternative.members.iter().filter_map(|member| member.scheme) {
                found.entry(api.scheme(scheme).definition).or_default().push((list, at));
            }
        }
    }
    found
}
