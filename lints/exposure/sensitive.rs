//! Which names of sensitive data operations take and return, by the word lists of the lints on exposure.

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::words::{PASSWORD_INPUT_NAMES, PII_HIGH};
use apiward_model::{Api, Node, Operation, Reach, Schema};

use crate::exposure::names::{Names, secret_tier};
use crate::exposure::personal::{ACKNOWLEDGED, is_in_clear};
use crate::exposure::secret_in_response::is_secret;
use crate::framework::carriers::Carriers;

/// What kind of sensitive data a name says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Personal data of the highest protection.
    Personal,
    /// A password, secret or key.
    Secret,
}

/// A name of sensitive data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sensitive<'a> {
    /// The property or parameter.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
}

/// What one operation moves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moved<'a> {
    /// With the first property or parameter of that name.
    pub(crate) taken: BTreeMap<Sensitive<'a>, Node<'a>>,
    /// With the first property of that name.
    pub(crate) returned: BTreeMap<Sensitive<'a>, Node<'a>>,
}

/// Pairs of a property and an operation that are looked at for one description. Thousands of properties that thousands of
/// operations share would cost as much as the product of the two.
const MOST_PAIRS: usize = 4_000_000;

/// What the operations of one list take and return, and whether that is all: a description can cost too much to tell.
pub(crate) fn moved<'a>(api: &Api<'a>, operations: &[Operation<'a>]) -> (Vec<Moved<'a>>, bool) {
    let mut all = vec![Moved::default(); operations.len()];
    for (operation, moved) in operations.iter().zip(&mut all) {
        for (sensitive, node) in parameters(api, operation) {
            moved.taken.entry(sensitive).or_insert(node);
        }
    }
    let names = Names::new(api, kind_of);
    if names.is_empty() {
        return (all, true);
    }
    let mut requests = Carriers::of_requests_among(api, operations).with_replies(api, operations, false);
    let mut answers = Carriers::of_answers_among(api, operations).with_replies(api, operations, true);
    let mut left = MOST_PAIRS;
    for schema in api.schemas.all() {
        let (Some(kind), Some(name)) = (names.of(schema), schema.property_name()) else { continue };
        if !is_meant(api, schema, kind, name) {
            continue;
        }
        let inbound = schema.reach.intersects(Reach::INBOUND);
        let sensitive = Sensitive { name, kind };
        if inbound || schema.reach.intersects(Reach::REQUEST) {
            for id in requests.of(api, schema.node).iter().take(left) {
                left -= 1;
                all[id.index()].taken.entry(sensitive).or_insert(schema.node);
            }
        }
        if inbound || schema.reach.intersects(Reach::RESPONSE) {
            for id in answers.of(api, schema.node).iter().take(left) {
                left -= 1;
                all[id.index()].returned.entry(sensitive).or_insert(schema.node);
            }
        }
    }
    (all, left > 0)
}

fn kind_of(name: &Tokens<'_>) -> Option<Kind> {
    if secret_tier(name).is_some() || PASSWORD_INPUT_NAMES.matches(name) {
        return Some(Kind::Secret);
    }
    PII_HIGH.matches(name).then_some(Kind::Personal)
}

fn is_meant<'a>(api: &Api<'a>, schema: &Schema<'a>, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Personal => is_in_clear(api, schema, ACKNOWLEDGED),
        Kind::Secret => is_secret(api, schema.node, name),
    }
}

/// Names of parameters and of the fields of forms.
fn parameters<'r, 'a>(
    api: &'r Api<'a>,
    operation: &'r Operation<'a>,
) -> impl Iterator<Item = (Sensitive<'a>, Node<'a>)> + use<'r, 'a> {
    let fields = operation.body.iter().flat_map(|id| &api.body(*id).fields);
    let parameters = operation.parameters.iter().chain(fields).map(|id| api.parameter(*id));
    parameters.filter_map(|parameter| {
        let kind = kind_of(&Tokens::new(parameter.name))?;
        Some((Sensitive { name: parameter.name, kind }, parameter.node))
    })
}
