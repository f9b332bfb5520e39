//! `segregation/same-scope-read-write`

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Administration, ScopeWords, is_identity_scope};
use apiward_model::words::SCOPE_WRITE_WORDS;
use apiward_model::{Alternative, Alternatives, Api, ListId, OperationId, SchemeId, SchemeType};
use foldhash::{HashMap, HashMapExt, HashSet};

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
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
        let lists = Lists {
            words: &self.words,
            telling: telling_schemes(cx.api),
            known: PerList::default(),
            shared: RefCell::default(),
        };
        let (mut comparable, mut sharing) = (0, 0);
        for resource in cx.resources() {
            let duties = Duties::of(cx, resource, &lists);
            let found = duties.writes_for_readers(cx, &lists);
            comparable += usize::from(duties.are_comparable());
            sharing += usize::from(duties.are_comparable() && !found.is_empty());
            let Some(first) = found.first() else { continue };
            let title = operation_title(cx.api.operation(*first));
            let message = format!("{title} needs no other scope than reading the same resource");
            let node = cx.api.operations_node();
            let help = "give writing a scope of its own: whoever was only meant to read may change things as well";
            cx.report(cx.finding(node, message).at_key(node).help(help).operations(found));
        }
        (self.comparable, self.sharing) = (comparable, sharing);
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
            (false, 1) => findings[0].message.to_string(),
            (false, _) => format!("{count} resources can be changed with the scopes that reading them needs"),
        };
        let united = cx.united(&findings, cx.api.operations_node(), message);
        vec![if habit { united.operations(Vec::new()).lowered_to(Level::Info) } else { united }]
    }
}

/// What lists ask for. However many operations share a list, it is read once, and two of them are compared once.
struct Lists<'w, 'a> {
    words: &'w ScopeWords,
    telling: HashSet<SchemeId>,
    known: PerList<Arc<Asked<'a>>>,
    /// Whether two long lists share scopes.
    shared: RefCell<HashMap<[ListId; 2], bool>>,
}

/// What a list asks for.
struct Asked<'a> {
    list: ListId,
    /// Each alternative asks for scopes.
    whole: bool,
    /// The scopes of alternatives, where they could have told a read and a write apart.
    counting: HashSet<Scopes<'a>>,
}

/// Alternatives up to which a list is compared one by one.
const SHORT: usize = 8;

impl<'a> Lists<'_, 'a> {
    fn asked(&self, api: &Api<'a>, list: &Alternatives<'a>) -> Arc<Asked<'a>> {
        self.known.of(list, |alternatives| {
            let scopes: Vec<_> = alternatives.iter().map(|alternative| scopes(api, alternative)).collect();
            let whole = !scopes.is_empty() && scopes.iter().all(Option::is_some);
            let counting = scopes.into_iter().flatten().filter(|scopes| self.counts(scopes)).collect();
            Arc::new(Asked { list: list.id(), whole, counting })
        })
    }

    /// Whether scopes that a read and a write share could have told them apart.
    fn counts(&self, scopes: &Scopes<'_>) -> bool {
        let all = || scopes.values().flatten();
        !all().any(|scope| SCOPE_WRITE_WORDS.matches_word(&Tokens::new(scope)))
            && !all().all(|scope| self.words.is_read_only(scope))
            && scopes.keys().all(|scheme| self.telling.contains(scheme))
    }

    fn share(&self, a: &Asked<'a>, b: &Asked<'a>) -> bool {
        let compare = || !a.counting.is_disjoint(&b.counting);
        if a.counting.len().min(b.counting.len()) <= SHORT {
            return compare();
        }
        *self.shared.borrow_mut().entry([a.list, b.list]).or_insert_with(compare)
    }
}

/// Who reads and who writes a resource.
#[derive(Default)]
struct Duties<'a> {
    /// What whole lists of reads ask for: long ones, and what the short ones ask for together.
    long: Vec<Arc<Asked<'a>>>,
    short: HashSet<Scopes<'a>>,
    reads: bool,
    writes: Vec<(OperationId, Arc<Asked<'a>>)>,
}

impl<'a> Duties<'a> {
    fn of(cx: &Cx<'_, 'a>, resource: &[OperationId], lists: &Lists<'_, 'a>) -> Self {
        let mut duties = Self::default();
        for operation in resource.iter().map(|id| cx.api.operation(*id)) {
            let signs = cx.signs(operation.id);
            let compared = signs.writes || READS.iter().any(|name| operation.method.is(name));
            let strong = signs.administration == Some(Administration::Strong);
            if !compared || strong || operation.security.is_anonymous() {
                continue;
            }
            let asked = lists.asked(cx.api, &operation.security.alternatives);
            if signs.writes {
                duties.writes.push((operation.id, asked));
            } else if asked.whole {
                duties.add_read(asked);
            }
        }
        duties
    }

    fn add_read(&mut self, asked: Arc<Asked<'a>>) {
        self.reads = true;
        if asked.counting.len() <= SHORT {
            self.short.extend(asked.counting.iter().cloned());
        } else if self.long.iter().all(|other| other.list != asked.list) {
            self.long.push(asked);
        }
    }

    /// A read and a write ask for scopes, whatever way in is chosen.
    fn are_comparable(&self) -> bool {
        self.reads && self.writes.iter().any(|(_, asked)| asked.whole)
    }

    /// The writes that a client may call which was only meant to read.
    fn writes_for_readers(&self, cx: &Cx<'_, 'a>, lists: &Lists<'_, 'a>) -> Vec<OperationId> {
        let shares = |asked: &Asked<'a>| {
            !self.short.is_disjoint(&asked.counting) || self.long.iter().any(|other| lists.share(other, asked))
        };
        let writes = self.writes.iter().filter(|(id, asked)| !cx.signs(*id).is_public() && shares(asked));
        writes.map(|(id, _)| *id).collect()
    }
}

/// The methods that read; POST where it only looks something up.
const READS: [&str; 4] = ["GET", "HEAD", "QUERY", "POST"];

/// The scopes of an alternative; nothing for one that has none or names a scheme which is not defined.
fn scopes<'a>(api: &Api<'a>, alternative: &Alternative<'a>) -> Option<Scopes<'a>> {
    let mut scopes = Scopes::new();
    for member in &alternative.members {
        let scheme = api.scheme(member.scheme?);
        let names = member.scope_names().filter(|scope| !is_identity_scope(scope));
        let names = names.filter(|_| scheme.carries_scopes());
        scopes.entry(scheme.definition).or_default().extend(names);
    }
    scopes.values().any(|list| !list.is_empty()).then_some(scopes)
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
