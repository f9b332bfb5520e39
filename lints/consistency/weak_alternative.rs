//! `consistency/weak-alternative`

use std::collections::{BTreeMap, BTreeSet};

use apiward_model::predicate::alternative_strength;
use apiward_model::{Alternative, Origin, RequirementList};
use foldhash::{HashMap, HashMapExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;

declare_lint! {
    id: "consistency/weak-alternative",
    title: "A weak scheme is offered as alternative to a strong one",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-757"],
    practices: [Consistency, Authentication],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("weak_alternative.md"),
    check: WeakAlternative,
    options: Options,
}

/// Options of `consistency/weak-alternative`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// The difference of strength, on a scale from 0 to 5, from which on it is reported.
    min_gap: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_gap: 2 }
    }
}

struct WeakAlternative {
    min_gap: u8,
}

impl From<Options> for WeakAlternative {
    fn from(options: Options) -> Self {
        Self { min_gap: options.min_gap }
    }
}

impl<'a> Check<'a> for WeakAlternative {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut lists: BTreeMap<usize, (&RequirementList<'a>, Vec<Operations>)> = BTreeMap::new();
        let mut known = HashMap::new();
        for list in cx.api.requirements.iter().filter(|list| list.origin != Origin::Inbound) {
            let own = cx.bound_by(list);
            if own.is_empty() {
                continue;
            }
            let next = known.len();
            let at = *known.entry(essence(list)).or_insert(next);
            lists.entry(at).or_insert_with(|| (list, Vec::new())).1.push(own);
        }
        for (list, operations) in lists.into_values() {
            if let Some((weakest, strongest)) = self.gap(cx, list) {
                report(cx, weakest, strongest, Operations::united(operations));
            }
        }
    }
}

impl WeakAlternative {
    /// The weakest and the strongest alternative, when they are far enough apart.
    fn gap<'r, 'a>(
        &self,
        cx: &Cx<'_, 'a>,
        list: &'r RequirementList<'a>,
    ) -> Option<(&'r Alternative<'a>, &'r Alternative<'a>)> {
        let rated =
            list.alternatives.iter().filter(|alternative| alternative.is_known() && !alternative.is_anonymous());
        let rated: Vec<(u8, &Alternative<'a>)> = rated
            .filter_map(|one| Some((alternative_strength(cx.api, one)?, one)))
            .filter(|(strength, _)| *strength > 1)
            .collect();
        let weakest = rated.iter().min_by_key(|(strength, _)| *strength)?;
        let strongest = rated.iter().max_by_key(|(strength, _)| *strength)?;
        (strongest.0 - weakest.0 >= self.min_gap).then_some((weakest.1, strongest.1))
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, weakest: &Alternative<'a>, strongest: &Alternative<'a>, operations: Operations) {
    let names = |alternative: &Alternative<'a>| {
        let names: Vec<String> = alternative.members.iter().map(|member| quoted(member.name)).collect();
        names.join(" with ")
    };
    let Some(first) = weakest.members.first() else { return };
    let leaving = weakest.members.iter().filter_map(|member| member.scheme);
    let leaving = leaving.into_iter().any(|id| cx.api.scheme(id).target.is_true("deprecated"));
    let count = operations.len();
    let plural = if count == 1 { "" } else { "s" };
    let message =
        format!("{} is enough where {} is asked for, in {count} operation{plural}", names(weakest), names(strongest));
    let help = "take the weak alternative out once its clients have moved: a chain of alternatives is as strong as the weakest one";
    let finding = cx.finding(first.node, message).at_key(first.node).help(help).operations(operations);
    cx.report(finding.lowered_if(leaving, Level::Info));
}

/// A list without the order of alternatives, and of scopes only whether there are any: `key` beside `account` is one fact
/// whatever is asked of `account`.
fn essence<'a>(list: &RequirementList<'a>) -> BTreeSet<BTreeSet<(&'a str, bool)>> {
    let member = |member: &apiward_model::Member<'a>| (member.name, member.scopes.is_empty());
    list.alternatives.iter().map(|alternative| alternative.members.iter().map(member).collect()).collect()
}
