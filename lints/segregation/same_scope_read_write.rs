//! `segregation/same-scope-read-write`

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Administration, ScopeWords, administration, is_identity_scope};
use apiward_model::words::SCOPE_WRITE_WORDS;
use apiward_model::{Alternative, Api, Operation, OperationId, SchemeId, SchemeType};

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "segregation/same-scope-read-write",
    title: "Reading and changing a resource need the same scope",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API5:2023"],
    cwe: ["CWE-1220"],
    practices: [SegregationOfDuties, Roles],
    references: [
        "RFC 9700 section 2.3" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("same_scope_read_write.md"),
    check: SameScopeReadWrite,
}

#[derive(Default)]
struct SameScopeReadWrite {
    words: ScopeWords,
    /// Resources with a read and a write that ask for scopes.
    comparable: usize,
    sharing: usize,
}

/// The scopes of an alternative by scheme.
type Scopes<'a> = BTreeMap<SchemeId, BTreeSet<&'a str>>;

impl<'a> Check<'a> for SameScopeReadWrite {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let telling = telling_schemes(cx.api);
        let resources: Vec<Vec<OperationId>> = cx.resources().to_vec();
        for resource in resources {
            let compared: Vec<(&Operation<'a>, Vec<Scopes<'a>>)> = resource
                .iter()
                .map(|id| cx.api.operation(*id))
                .filter(|operation| administration(operation, cx.signs(operation.id)) != Some(Administration::Strong))
                .filter_map(|operation| Some((operation, scopes(cx.api, operation)?)))
                .collect();
            let (writes, reads): (Vec<_>, Vec<_>) =
                compared.iter().partition(|(operation, _)| cx.signs(operation.id).writes);
            self.comparable += usize::from(!writes.is_empty() && !reads.is_empty());
            let shared = |write: &&(&Operation<'a>, Vec<Scopes<'a>>)| {
                !cx.signs(write.0.id).is_public()
                    && reads
                        .iter()
                        .any(|read| read.1.iter().any(|list| write.1.contains(list) && self.counts(list, &telling)))
            };
            let found: Vec<OperationId> =
                writes.into_iter().filter(shared).map(|(operation, _)| operation.id).collect();
            let Some(first) = found.first() else { continue };
            self.sharing += 1;
            let title = operation_title(cx.api.operation(*first));
            let message = format!("{title} needs no other scope than reading the same resource");
            let node = cx.api.operations_node();
            let help = "give writing a scope of its own: whoever was only meant to read may change things as well";
            cx.report(cx.finding(node, message).at_key(node).help(help).operations(found));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if findings.is_empty() {
            return findings;
        }
        let count = findings.len();
        let habit = self.sharing * 5 >= self.comparable * 4;
        let message = match (habit, count) {
            (true, _) => format!(
                "reading and changing need the same scopes in {} of {} resources",
                self.sharing, self.comparable
            ),
            (false, 1) => findings[0].message.clone(),
            (false, _) => format!("{count} resources can be changed with the scopes that reading them needs"),
        };
        let united = cx.united(&findings, cx.api.operations_node(), message);
        vec![if habit { united.operations(Vec::new()).lowered_to(Level::Info) } else { united }]
    }
}

impl SameScopeReadWrite {
    /// Whether scopes that a read and a write share could have told them apart.
    fn counts(&self, list: &Scopes<'_>, telling: &HashSet<SchemeId>) -> bool {
        let all = || list.values().flatten();
        !all().any(|scope| SCOPE_WRITE_WORDS.matches_word(&Tokens::new(scope)))
            && !all().all(|scope| self.words.is_read_only(scope))
            && list.keys().all(|scheme| telling.contains(scheme))
    }
}

/// The scopes of each alternative; nothing when one has none.
fn scopes<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<Vec<Scopes<'a>>> {
    let of = |alternative: &Alternative<'a>| {
        let mut scopes = Scopes::new();
        for member in &alternative.members {
            let scheme = api.scheme(member.scheme?);
            let names = member.scope_names().filter(|scope| !is_identity_scope(scope));
            let names = names.filter(|_| scheme.carries_scopes());
            scopes.entry(scheme.definition).or_default().extend(names);
        }
        scopes.values().any(|list| !list.is_empty()).then_some(scopes)
    };
    let lists: Vec<Option<Scopes<'a>>> = operation.security.alternatives.iter().map(of).collect();
    if lists.is_empty() { None } else { lists.into_iter().collect() }
}

/// Schemes with two scopes at least, declared or, for OpenID Connect, asked for.
fn telling_schemes(api: &Api<'_>) -> HashSet<SchemeId> {
    let mut asked: HashMap<SchemeId, HashSet<&str>> = HashMap::new();
    let alternatives = api.requirements.iter().flat_map(|list| list.alternatives.iter());
    for member in alternatives.flat_map(|alternative| &alternative.members) {
        if let Some(id) = member.scheme {
            asked.entry(api.scheme(id).definition).or_default().extend(member.scope_names());
        }
    }
    let two = |scheme: &apiward_model::Scheme<'_>| match scheme.kind {
        SchemeType::OpenIdConnect => asked.get(&scheme.id).is_some_and(|scopes| scopes.len() > 1),
        SchemeType::OAuth2 => scheme.declared_scopes().len() > 1,
        // What carries no scopes stands beside a scheme that does.
        _ => true,
    };
    api.schemes.iter().filter(|scheme| scheme.is_definition() && two(scheme)).map(|scheme| scheme.id).collect()
}
