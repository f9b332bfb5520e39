//! `segregation/write-weaker-than-read`

use std::cmp::Reverse;
use std::rc::Rc;

use apiward_model::predicate::{Administration, SchemeKind, alternative_strength, scheme_kind};
use apiward_model::{Alternative, Api, Operation, OperationId, Place};
use foldhash::{HashMap, HashMapExt, HashSet};

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::operation_title;

declare_lint! {
    id: "segregation/write-weaker-than-read",
    title: "Write operation is protected more weakly than reading the same resource",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API5:2023", "API2:2023"],
    cwe: ["CWE-306", "CWE-863"],
    practices: [SegregationOfDuties, Consistency],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Operations("consistency/mixed-schemes-in-resource")],
    targets: [Document],
    docs: include_str!("write_weaker_than_read.md"),
    check: WriteWeakerThanRead,
}

#[derive(Default)]
struct WriteWeakerThanRead;

/// An operation with its weakest alternative.
struct Rated<'r, 'a> {
    operation: &'r Operation<'a>,
    strength: u8,
    kinds: Rc<[SchemeKind<'r>]>,
}

impl<'a> Check<'a> for WriteWeakerThanRead {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut all: Vec<(Place, OperationId)> =
            cx.api.operations.iter().map(|operation| (operation.path_item.place(), operation.id)).collect();
        all.sort_unstable();
        let mut found = Vec::new();
        let weakest = PerList::default();
        for of_item in all.chunk_by(|one, other| one.0 == other.0).filter(|operations| operations.len() > 1) {
            let operations = of_item.iter().map(|(_, id)| cx.api.operation(*id));
            let rated: Vec<Rated<'_, 'a>> =
                operations.filter_map(|operation| rate(cx.api, operation, &weakest)).collect();
            found.extend(worst_pair(cx, &rated).map(|(write, read)| (write.operation.id, read.operation.id)));
        }
        if found.is_empty() {
            return;
        }
        // What a resource mixes is said by its first finding already.
        let mut resources: HashMap<OperationId, &[OperationId]> = HashMap::new();
        let weak: HashSet<OperationId> = found.iter().map(|(write, _)| *write).collect();
        for resource in cx.resources() {
            if let Some(first) = resource.iter().find(|id| weak.contains(id)) {
                resources.insert(*first, resource);
            }
        }
        for (write, read) in found {
            report(cx, write, read, resources.remove(&write));
        }
    }
}

fn report(cx: &mut Cx<'_, '_>, write: OperationId, read: OperationId, resource: Option<&[OperationId]>) {
    let (write, read) = (cx.api.operation(write), cx.api.operation(read));
    let (a, b) = (operation_title(write), operation_title(read));
    let message = format!("{a} is guarded more weakly than {b}, which only reads");
    let help = "ask for at least the credential that reading asks for: who cannot read must not be able to change";
    let finding = cx.finding(write.node, message).at_key(write.node).help(help).operation(write.id);
    let finding = finding.related_key(read.node, "the read that asks for more");
    // There is one for a path item; which of equally weak writes stands first is chance.
    let finding = finding.about(write.path_item, "");
    let finding = finding.declared_public(cx.signs(write.id).declared.clone());
    cx.report(match resource {
        Some(resource) => finding.speaking_for(resource.to_vec()),
        None => finding,
    });
}

/// Of the pairs with the largest gap the first write, then the first read.
fn worst_pair<'p, 'r, 'a>(
    cx: &Cx<'_, 'a>,
    rated: &'p [Rated<'r, 'a>],
) -> Option<(&'p Rated<'r, 'a>, &'p Rated<'r, 'a>)> {
    let writes = |one: &&Rated<'_, '_>| {
        let signs = cx.signs(one.operation.id);
        signs.writes && signs.public.is_empty() && one.strength > 0
    };
    let reads = |one: &&Rated<'_, '_>| {
        let signs = cx.signs(one.operation.id);
        let method = ["GET", "HEAD", "QUERY", "POST"].iter().any(|name| one.operation.method.is(name));
        !signs.writes && method && signs.administration != Some(Administration::Strong)
    };
    let pairs = rated.iter().filter(writes).flat_map(|write| rated.iter().filter(reads).map(move |read| (write, read)));
    let weaker = pairs.filter(|(write, read)| write.strength < read.strength && !same_kinds(write, read));
    weaker.min_by_key(|(write, read)| {
        // One that is declared public hides no other.
        let declared = cx.signs(write.operation.id).declared.is_some();
        (declared, Reverse(read.strength - write.strength), write.operation.id, read.operation.id)
    })
}

fn same_kinds(a: &Rated<'_, '_>, b: &Rated<'_, '_>) -> bool {
    let within = |a: &Rated<'_, '_>, b: &Rated<'_, '_>| a.kinds.iter().all(|kind| b.kinds.contains(kind));
    within(a, b) && within(b, a)
}

/// The strength of a weakest alternative, and the kinds of its schemes.
type Weakest<'r> = (u8, Rc<[SchemeKind<'r>]>);

/// Nothing for an operation of unknown strength; an anonymous one has none.
fn rate<'r, 'a>(
    api: &'r Api<'a>,
    operation: &'r Operation<'a>,
    weakest: &PerList<Option<Weakest<'r>>>,
) -> Option<Rated<'r, 'a>> {
    if operation.security.is_anonymous() {
        return Some(Rated { operation, strength: 0, kinds: Rc::default() });
    }
    let (strength, kinds) = weakest.of(&operation.security.alternatives, |list| {
        let rated = list.iter().filter_map(|alternative| Some((alternative_strength(api, alternative)?, alternative)));
        let (strength, weakest) = rated.min_by_key(|(strength, _)| *strength)?;
        Some((strength, kinds(api, weakest).into()))
    })?;
    Some(Rated { operation, strength, kinds })
}

fn kinds<'r>(api: &'r Api<'_>, alternative: &Alternative<'_>) -> Vec<SchemeKind<'r>> {
    alternative.members.iter().filter_map(|member| scheme_kind(api.scheme(member.scheme?))).collect()
}
