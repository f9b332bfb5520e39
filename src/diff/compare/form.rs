//! Of which form an input may be: its types, the branches of `oneOf` and `anyOf`, and whether each of them is bounded.

use std::collections::BTreeSet;

use apiward_lints::framework::text::quoted;
use apiward_model::{Api, Merged, Node};

use super::bounds;
use super::changes::{Found, Said};
use crate::diff::kinds::{BOUND_LOOSENED, BOUND_REMOVED, BOUND_TIGHTENED};

/// A schema of one version.
#[derive(Clone, Copy)]
pub(super) struct Of<'r, 'a> {
    pub(super) api: &'r Api<'a>,
    pub(super) schema: &'r Merged<'a>,
}

/// What became of the form of an input, and whether the bounds of both can be held against each other.
pub(super) fn compare<'a>(label: &str, old: Of<'_, 'a>, new: Of<'_, 'a>) -> (Option<Found<'a>>, bool) {
    let counts = [old, new].map(|one| one.schema.branches().count());
    if counts[1] > counts[0].max(1)
        && is_bounded(old, DEPTH)
        && let Some(branch) = unbounded_branch(new)
    {
        let said = Said::Of(format!("{label} has no bound any more: a further branch has none"));
        return (Some(Found::new(&BOUND_REMOVED, said).values(None, Some(branch))), false);
    }
    let (before, after) = (types(old.schema), types(new.schema));
    if before.is_empty() || after.is_empty() || before == after {
        return (None, true);
    }
    let further: Vec<&str> = after.iter().copied().filter(|one| !admits(&before, one)).collect();
    let in_common = further.len() < after.len() || before.iter().any(|one| admits(&after, one));
    let unbounded = further.iter().any(|one| !is_type_bounded(new.schema, one));
    let (kind, fate) = match further.is_empty() {
        true => (&BOUND_TIGHTENED, "allows less"),
        false if unbounded && is_bounded(old, DEPTH) => (&BOUND_REMOVED, "has no bound any more"),
        false if in_common => (&BOUND_LOOSENED, "allows more"),
        false => return (None, false),
    };
    let listed = |types: &BTreeSet<&str>| quoted(&types.iter().copied().collect::<Vec<_>>().join(", "));
    let said = Said::Of(format!("{label} {fate}: `type` is {} and was {}", listed(&after), listed(&before)));
    (Some(Found::new(kind, said).values(old.schema.get("type"), new.schema.get("type"))), in_common)
}

fn types<'a>(schema: &Merged<'a>) -> BTreeSet<&'a str> {
    schema.types().filter(|one| *one != "null").collect()
}

fn admits(types: &BTreeSet<&str>, one: &str) -> bool {
    types.contains(one) || (one == "integer" && types.contains("number"))
}

/// How deep branches within branches are looked at; deeper ones count as bounded.
const DEPTH: usize = 4;

fn is_bounded(one: Of<'_, '_>, depth: usize) -> bool {
    let (schema, types) = (one.schema, types(one.schema));
    if depth == 0 || schema.parts().is_empty() {
        return true;
    }
    let itself = if types.is_empty() {
        ["enum", "const", "properties"].iter().any(|key| schema.get(*key).is_some())
    } else {
        types.iter().all(|one| is_type_bounded(schema, one))
    };
    let mut branches = schema.branches().peekable();
    let inner = |branch| Merged::of_nullable(one.api, branch);
    itself
        || (branches.peek().is_some()
            && branches.all(|branch| is_bounded(Of { schema: &inner(branch), ..one }, depth - 1)))
}

fn unbounded_branch<'a>(one: Of<'_, 'a>) -> Option<Node<'a>> {
    let inner = |branch| Merged::of_nullable(one.api, branch);
    let is_open = |branch: &Node<'a>| !is_bounded(Of { schema: &inner(*branch), ..one }, DEPTH);
    one.schema.branches().find(is_open).filter(|_| !is_bounded(one, DEPTH))
}

/// True where not everything of a type is allowed. Numbers and truth values are small whatever they are.
fn is_type_bounded(schema: &Merged<'_>, name: &str) -> bool {
    let says = |keys: &[&str]| keys.iter().any(|key| schema.get(*key).is_some());
    match name {
        _ if says(&["enum", "const"]) => true,
        "string" => bounds::bounds_text(schema),
        "array" => says(&["maxItems"]),
        "object" => says(&["properties", "maxProperties"]) || bounds::is_closed(schema),
        "file" => false,
        _ => true,
    }
}
