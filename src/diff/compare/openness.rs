//! How much the answers of an operation leave open: what a schema does not name may still be returned.

use std::collections::HashSet;

use apiward_model::{Api, Direction, Merged, Node, Operation, Response};

/// From answers that say all, to those of which nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Openness {
    /// Objects have no properties but those that are named.
    Closed,
    /// They are not said to have others.
    Described,
    /// Some are said to have others, or nothing is said of them.
    Open,
}

/// Schemas of one operation that are looked at; of more nobody could tell by reading either.
const MOST: usize = 500;

/// How open what an operation gives away is.
pub(super) fn openness(api: &Api<'_>, operation: &Operation<'_>) -> Openness {
    let Some(mut waiting) = given_away(api, operation) else { return Openness::Open };
    let mut openness = Openness::Closed;
    let mut seen = HashSet::new();
    while let Some(node) = waiting.pop() {
        if !seen.insert(node.place()) {
            continue;
        }
        if seen.len() > MOST {
            return Openness::Open;
        }
        let schema = Merged::of_nullable(api, node);
        openness = openness.max(own(&schema));
        if openness == Openness::Open {
            break;
        }
        let named = schema.properties().into_iter().map(|(_, property)| property);
        let others = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
        waiting.extend(named.chain(others.filter(|inner| inner.is_mapping())).chain(schema.branches()));
    }
    openness
}

/// The schemas of what leaves by an operation; nothing where one is missing.
fn given_away<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<Vec<Node<'a>>> {
    if operation.direction != Direction::Operation {
        let body = api.body(operation.body?);
        return body.media.iter().map(|media| media.schema).collect();
    }
    if !operation.messages().is_empty() {
        return operation.messages().iter().map(|id| api.message(*id).payload).collect();
    }
    let answers: Vec<&Response<'a>> =
        operation.responses.iter().map(|id| api.response(*id)).filter(|answer| answer.is_success()).collect();
    // RFC 9110, 15.3.5 and 15.3.6: these have no content.
    let is_silent = |answer: &Response<'_>| answer.media.is_empty() && !matches!(answer.code, "204" | "205");
    if answers.is_empty() || answers.iter().any(|answer| is_silent(answer)) {
        return None;
    }
    answers.iter().flat_map(|answer| &answer.media).map(|media| media.schema).collect()
}

/// What a schema itself leaves open.
fn own(schema: &Merged<'_>) -> Openness {
    let says = |key: &str, value: bool| schema.all(key).any(|node| node.as_bool() == Some(value));
    let closed = says("additionalProperties", false) || says("unevaluatedProperties", false);
    let anything =
        |node: Node<'_>| node.as_bool() == Some(true) || (node.is_mapping() && node.entries().next().is_none());
    let values = ["enum", "const", "$ref"].iter().any(|key| schema.get(*key).is_some());
    let untyped = schema.types().next().is_none() && !values && schema.branches().next().is_none();
    if schema.is_object() {
        let named = schema.get("properties").is_some() || schema.branches().next().is_some();
        return match schema.get("additionalProperties") {
            _ if closed => Openness::Closed,
            Some(others) if anything(others) => Openness::Open,
            Some(_) => Openness::Described,
            None if named => Openness::Described,
            None => Openness::Open,
        };
    }
    let open = if schema.is_array() { schema.get("items").is_none_or(anything) } else { untyped };
    if open { Openness::Open } else { Openness::Closed }
}
