//! `rbac/admin-operation-shared-requirement`

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{Administration, is_identity_scope};
use apiward_model::words::ADMIN_STRONG_WORDS;
use apiward_model::{Alternative, Api, Format, Operation, OperationId, SchemeId, SchemeType};
use foldhash::{HashMap, HashSet};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::{PerList, by_list};
use crate::framework::text::operation_title;

declare_lint! {
    id: "rbac/admin-operation-shared-requirement",
    title: "Administrative operation needs nothing more than ordinary ones",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API5:2023"],
    cwe: ["CWE-285"],
    practices: [Roles, SegregationOfDuties],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("admin_operation_shared_requirement.md"),
    check: AdminOperationSharedRequirement,
    options: Options,
}

/// Options of `rbac/admin-operation-shared-requirement`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further path segments that mean administration.
    segments_extra: Vec<String>,
}

struct AdminOperationSharedRequirement {
    further: WordSet,
}

impl From<Options> for AdminOperationSharedRequirement {
    fn from(options: Options) -> Self {
        Self { further: WordSet::new(&options.segments_extra, true) }
    }
}

/// Ordinary operations from which on there is something to compare with.
const FEWEST: usize = 3;

/// What an alternative asks for: scopes by scheme.
type Rights<'a> = BTreeMap<SchemeId, BTreeSet<&'a str>>;

impl<'a> Check<'a> for AdminOperationSharedRequirement {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let (mut administrative, mut ordinary) = (Vec::new(), Vec::new());
        let mut all = 0;
        for operation in &cx.api.operations {
            let kind = self.administration(cx, operation);
            all += usize::from(kind == Some(Administration::Strong));
            if operation.security.is_anonymous() || cx.signs(operation.id).is_public() {
                continue;
            }
            match kind {
                Some(Administration::Strong) => administrative.push(operation),
                Some(Administration::Weak) => {}
                None => ordinary.push(operation),
            }
        }
        if ordinary.len() < FEWEST || all * 2 > cx.api.operations.len() {
            return;
        }
        let known = Ordinary::of(cx.api, &ordinary);
        let shares = PerList::default();
        let (mut with_roles, mut without) = (Vec::new(), Vec::new());
        for operation in administrative {
            let list = &operation.security.alternatives;
            match shares.of(list, |list| known.shares(cx.api, list)) {
                Some(true) => with_roles.push(operation.id),
                Some(false) => without.push(operation.id),
                None => {}
            }
        }
        let lowered = with_roles.is_empty();
        let listed: Vec<OperationId> = if lowered { without } else { with_roles };
        let Some(first) = listed.first() else { return };
        let title = operation_title(cx.api.operation(*first));
        let message = match listed.len() {
            1 => format!("{title} looks like administration and needs nothing more than ordinary operations"),
            several => {
                format!(
                    "{title} and {} more look like administration and need nothing more than ordinary operations",
                    several - 1
                )
            }
        };
        let help = if lowered {
            "ask for a scope or role there: the contract tells administrators and users apart nowhere"
        } else {
            "ask for a scope or role that ordinary callers do not have"
        };
        let node = cx.api.operations_node();
        let finding = cx.finding(node, message).at_key(node).help(help).operations(listed).of_document();
        cx.report(finding.lowered_if(lowered, Level::Info));
    }
}

impl AdminOperationSharedRequirement {
    fn administration(&self, cx: &Cx<'_, '_>, operation: &Operation<'_>) -> Option<Administration> {
        let signs = cx.signs(operation.id);
        let further = || {
            if self.further.is_empty() {
                return false;
            }
            let path = signs.path();
            path.segments().iter().any(|one| one.parameter.is_none() && self.further.matches_name(one.tokens()))
        };
        if further() { Some(Administration::Strong) } else { signs.administration }
    }
}

/// What ordinary operations ask for, by the schemes that they name.
#[derive(Default)]
struct Ordinary<'a> {
    by_schemes: HashMap<Vec<SchemeId>, Alike<'a>>,
    /// The schemes that tell nobody apart: those that the root or the most operations ask for.
    usual: HashSet<Vec<SchemeId>>,
}

/// What ordinary operations ask for of the same schemes.
#[derive(Default)]
struct Alike<'a> {
    all: HashSet<Rc<Rights<'a>>>,
    /// Those that ask for a scope.
    asking: HashMap<(SchemeId, &'a str), Vec<Rc<Rights<'a>>>>,
}

impl<'a> Ordinary<'a> {
    fn of(api: &Api<'a>, operations: &[&Operation<'a>]) -> Self {
        let mut ordinary = Self::default();
        let lists = by_list(operations.iter().copied());
        let mut callers: HashMap<Vec<SchemeId>, usize> = HashMap::default();
        for (list, operations) in &lists {
            let mut own = HashSet::default();
            for rights in list.iter().filter_map(|one| rights(api, one)) {
                own.insert(schemes(&rights));
                ordinary.by_schemes.entry(schemes(&rights)).or_default().add(rights);
            }
            for schemes in own {
                *callers.entry(schemes).or_default() += operations.len();
            }
        }
        let most = callers.values().copied().max().unwrap_or_default();
        let root = api.root_security.iter().flat_map(|root| root.alternatives.iter());
        ordinary.usual.extend(root.filter_map(|one| Some(schemes(&rights(api, one)?))));
        ordinary.usual.extend(callers.into_iter().filter(|(_, count)| *count == most).map(|(schemes, _)| schemes));
        ordinary
    }

    /// Whether one of the alternatives opens an ordinary one as well, and then whether it speaks of roles.
    fn shares(&self, api: &Api<'a>, alternatives: &[Alternative<'a>]) -> Option<bool> {
        let alternatives = alternatives.iter().filter_map(|alternative| rights(api, alternative));
        let shared = alternatives.filter(|own| {
            let schemes = schemes(own);
            self.usual.contains(&schemes)
                && !schemes.iter().any(|id| is_of_administrators(api.scheme(*id).name))
                && self.by_schemes.get(&schemes).is_some_and(|others| others.covers(own))
        });
        shared.map(|own| speaks_of_roles(api, &own)).reduce(|a, b| a || b)
    }
}

impl<'a> Alike<'a> {
    fn add(&mut self, rights: Rights<'a>) {
        if self.all.contains(&rights) {
            return;
        }
        let rights = Rc::new(rights);
        for key in scopes(&rights) {
            self.asking.entry(key).or_default().push(Rc::clone(&rights));
        }
        self.all.insert(rights);
    }

    /// Whether somebody asks for all that is asked for here.
    fn covers(&self, own: &Rights<'a>) -> bool {
        let covers = |other: &Rc<Rights<'a>>| own.iter().all(|(scheme, scopes)| scopes.is_subset(&other[scheme]));
        // The scope that the fewest ask for leaves the fewest to compare with.
        let asking = scopes(own).map(|key| self.asking.get(&key).map(Vec::as_slice).unwrap_or_default());
        let fewest = asking.min_by_key(|some| some.len());
        fewest.map_or(!self.all.is_empty(), |some| some.iter().any(covers))
    }
}

fn schemes(rights: &Rights<'_>) -> Vec<SchemeId> {
    rights.keys().copied().collect()
}

/// A scheme that by its name is for administrators: that what looks ordinary asks for it, too, does not make it a scheme of
/// ordinary callers.
fn is_of_administrators(scheme: &str) -> bool {
    ADMIN_STRONG_WORDS.matches_word(&Tokens::new(scheme))
}

fn scopes<'a>(rights: &Rights<'a>) -> impl Iterator<Item = (SchemeId, &'a str)> {
    rights.iter().flat_map(|(scheme, scopes)| scopes.iter().map(|scope| (*scheme, *scope)))
}

/// Nothing for an alternative that names a scheme which is not defined.
fn rights<'a>(api: &Api<'a>, alternative: &Alternative<'a>) -> Option<Rights<'a>> {
    if !alternative.is_known() {
        return None;
    }
    let mut rights = Rights::new();
    for member in &alternative.members {
        let scheme = api.scheme(member.scheme?);
        let scopes = member.scope_names().filter(|scope| !is_identity_scope(scope));
        // Before 3.1 what stands in the list of a key or password means nothing.
        let scopes = scopes.filter(|_| scheme.carries_scopes() || api.spec.format >= Format::OpenApi31);
        rights.entry(scheme.definition).or_default().extend(scopes);
    }
    Some(rights)
}

fn speaks_of_roles(api: &Api<'_>, rights: &Rights<'_>) -> bool {
    rights.iter().any(|(id, scopes)| {
        let scheme = api.scheme(*id);
        let declares = || scheme.scopes().next().is_some();
        !scopes.is_empty() || scheme.kind == SchemeType::OAuth2 && declares()
    })
}
