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
            let found = self.writes_for_readers(cx, &resource, &telling);
            let Some(first) = found.first() else { continue };
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
        let habit = self.sharing > 0 && self.sharing * 5 >= self.comparable * 4;
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
    /// The writes of a resource that a client may call which was only meant to read it.
    fn writes_for_readers(
        &mut self,
        cx: &Cx<'_, '_>,
        resource: &[OperationId],
        telling: &HashSet<SchemeId>,
    ) -> Vec<OperationId> {
        let mut reading: HashSet<Scopes<'_>> = HashSet::new();
        let mut writes: Vec<(OperationId, Vec<Option<Scopes<'_>>>)> = Vec::new();
        for operation in resource.iter().map(|id| cx.api.operation(*id)) {
            let signs = cx.signs(operation.id);
            let compared = signs.writes || READS.iter().any(|name| operation.method.is(name));
            let strong = administration(operation, signs) == Some(Administration::Strong);
            if !compared || strong || operation.security.is_anonymous() {
                continue;
            }
            let lists = scopes(cx.api, operation);
            if signs.writes {
                writes.push((operation.id, lists));
            } else {
                reading.extend(lists.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default());
            }
        }
        let whole = |lists: &[Option<Scopes<'_>>]| !lists.is_empty() && lists.iter().all(Option::is_some);
        let comparable = !reading.is_empty() && writes.iter().any(|(_, lists)| whole(lists));
        reading.retain(|list| self.counts(list, telling));
        let shares = |(id, lists): &(OperationId, Vec<Option<Scopes<'_>>>)| {
            let shared = !cx.signs(*id).is_public() && lists.iter().flatten().any(|list| reading.contains(list));
            shared.then_some(*id)
        };
        let found: Vec<OperationId> = writes.iter().filter_map(shares).collect();
        self.comparable += usize::from(comparable);
        self.sharing += usize::from(comparable && !found.is_empty());
        found
    }

    /// Whether scopes that a read and a write share could have told them apart.
    fn counts(&self, list: &Scopes<'_>, telling: &HashSet<SchemeId>) -> bool {
        let all = || list.values().flatten();
        !all().any(|scope| SCOPE_WRITE_WORDS.matches_word(&Tokens::new(scope)))
            && !all().all(|scope| self.words.is_read_only(scope))
            && list.keys().all(|scheme| telling.contains(scheme))
    }
}

/// The methods that read; POST where it only looks something up.
const READS: [&str; 4] = ["GET", "HEAD", "QUERY", "POST"];

/// The scopes of each alternative; nothing for one that has none or names a scheme which is not defined.
fn scopes<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Vec<Option<Scopes<'a>>> {
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
    operation.security.alternatives.iter().map(of).collect()
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
