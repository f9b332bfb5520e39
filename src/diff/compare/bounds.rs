//! What bounds one input: its keywords before and now.
//!
//! Bounds of one class stand for each other: a text that has an `enum` needs no `maxLength`. An input has lost its bound
//! where nothing of the class is left.

use std::collections::BTreeSet;

use apiward_lints::framework::text::quoted;
use apiward_model::pattern::Pattern;
use apiward_model::{Merged, Node};
use apiward_syntax::Kind as NodeKind;

use super::changes::{Found, Said};
use super::form::{self, Of};
use super::ways::listed;
use crate::diff::kinds::{BOUND_ADDED, BOUND_LOOSENED, BOUND_REMOVED, BOUND_TIGHTENED, Kind, PATTERN_CHANGED};

/// A keyword that bounds.
struct Limit<'a> {
    keyword: &'static str,
    value: Value,
    node: Node<'a>,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// More allows more.
    Most(f64),
    /// Less allows more.
    Least(f64),
    /// Further ones allow more.
    OneOf(BTreeSet<String>),
    /// Others allow others.
    Text(String),
    /// Others allow others, some anything.
    Pattern(String),
    /// It is there or not.
    Flag,
}

/// What one bound has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Same,
    Gone,
    Wider,
    Other,
    Narrower,
    New,
}

/// Bounds that stand for each other.
struct Class<'a> {
    /// What an input without them lacks.
    lacks: &'static str,
    old: Vec<Limit<'a>>,
    new: Vec<Limit<'a>>,
}

/// Keywords that count under another name.
const ALIASES: [&str; 3] = ["exclusiveMaximum", "exclusiveMinimum", "unevaluatedProperties"];

/// Values of `format` that bound a text.
const FORMATS: [&str; 7] = ["date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6"];

/// Compares what bounds an input, which `label` names.
pub(super) fn compare<'a>(label: &str, before: Of<'_, 'a>, after: Of<'_, 'a>) -> Vec<Found<'a>> {
    let (old, new) = (before.schema, after.schema);
    let form = Class { lacks: "type", old: form(old), new: form(new) };
    if form.old.is_empty() != form.new.is_empty() {
        return form.judge(label).into_iter().collect();
    }
    let (found, is_comparable) = form::compare(label, before, after);
    // Branches have bounds of their own, which cannot be held against those of a single schema.
    if !is_comparable || (old.branches().count() > 1) != (new.branches().count() > 1) {
        return found.into_iter().collect();
    }
    let class = |lacks, read: fn(&Merged<'a>) -> Vec<Limit<'a>>| Class { lacks, old: read(old), new: read(new) };
    // Listed values are held against listed values, else against the ends of the range.
    let listed = values(old).is_some() && values(new).is_some();
    let ends = |lacks, read: fn(&Merged<'a>) -> Vec<Limit<'a>>| {
        if listed { class(lacks, |_| Vec::new()) } else { class(lacks, read) }
    };
    let is_range = |schema: &Merged<'_>| schema.types().next().is_some() && is_number(schema) && !is_text(schema);
    let texts = if !listed && is_range(old) && is_range(new) { |_: &_| Vec::new() } else { text };
    let classes = [
        class("bound on its text", texts),
        class("shortest length", shortest),
        ends("upper bound", upper),
        ends("lower bound", lower),
        class("bound on the number of items", |schema| limit(schema, "maxItems", Value::Most).into_iter().collect()),
        class("bound on the number of properties", |schema| {
            limit(schema, "maxProperties", Value::Most).into_iter().collect()
        }),
        class("end to its properties", closed),
    ];
    found.into_iter().chain(classes.iter().filter_map(|class| class.judge(label))).collect()
}

/// True where a schema says of which form its values are.
pub(super) fn has_form(schema: &Merged<'_>) -> bool {
    !form(schema).is_empty()
}

/// True where a schema bounds its texts.
pub(super) fn bounds_text(schema: &Merged<'_>) -> bool {
    text(schema).iter().any(Limit::is_bound)
}

/// True where an object has no properties but those that are named.
pub(super) fn is_closed(schema: &Merged<'_>) -> bool {
    !closed(schema).is_empty()
}

/// What says of which form an input is at all.
fn form<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let keywords = ["type", "$ref", "enum", "const", "properties", "items", "oneOf", "anyOf"];
    let says = keywords.iter().find_map(|keyword| schema.get(keyword));
    says.map(|node| Limit { keyword: "type", value: Value::Flag, node }).into_iter().collect()
}

fn is_text(schema: &Merged<'_>) -> bool {
    schema.is_type("string") || schema.types().next().is_none()
}

fn is_number(schema: &Merged<'_>) -> bool {
    schema.is_type("number") || schema.is_type("integer") || schema.types().next().is_none()
}

fn text<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let mut limits: Vec<Limit> = values(schema).into_iter().collect();
    if is_text(schema) {
        limits.extend(limit(schema, "maxLength", Value::Most));
        let of = |keyword, value: fn(String) -> Value| {
            move |node: Node<'a>| Limit { keyword, value: value(node.text().to_owned()), node }
        };
        limits.extend(schema.get("pattern").map(of("pattern", Value::Pattern)));
        let format = schema.all("format").find(|node| FORMATS.contains(&node.text()));
        limits.extend(format.map(of("format", Value::Text)));
    }
    limits
}

/// No text is shorter than nothing.
fn shortest<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let least = limit(schema, "minLength", Value::Least);
    least.filter(|least| least.value != Value::Least(0.0)).into_iter().collect()
}

fn upper<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let below = |number: f64| if is_whole(schema) { number.ceil() - 1.0 } else { number.next_down() };
    end(schema, ["maximum", "exclusiveMaximum"], Value::Most, f64::max, below)
}

fn lower<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let above = |number: f64| if is_whole(schema) { number.floor() + 1.0 } else { number.next_up() };
    end(schema, ["minimum", "exclusiveMinimum"], Value::Least, f64::min, above)
}

/// True where only integers are allowed.
fn is_whole(schema: &Merged<'_>) -> bool {
    let mut types = schema.types().filter(|one| *one != "null").peekable();
    types.peek().is_some() && types.all(|one| one == "integer")
}

/// One end of the range of a number, which listed values have, too. An end that is excluded, as a number of its own or
/// (before OpenAPI 3.1) by a mark, is the next number within.
fn end<'a>(
    schema: &Merged<'a>,
    [keyword, exclusive]: [&'static str; 2],
    value: fn(f64) -> Value,
    outer: fn(f64, f64) -> f64,
    within: impl Fn(f64) -> f64,
) -> Vec<Limit<'a>> {
    if !is_number(schema) {
        return Vec::new();
    }
    let listed = values(schema).and_then(|list| {
        let Value::OneOf(values) = &list.value else { return None };
        let number = values.iter().filter_map(|text| text.parse().ok()).reduce(outer)?;
        Some(Limit { keyword, value: value(number), ..list })
    });
    let stated = || {
        let of_part = |part: &Node<'a>| {
            let marked = part.is_true(exclusive);
            let inclusive = part.get(keyword).and_then(number);
            let inclusive = inclusive.map(|(found, node)| (if marked { within(found) } else { found }, node));
            let beyond = part.get(exclusive).and_then(number).map(|(found, node)| (within(found), node));
            [inclusive, beyond].into_iter().flatten()
        };
        let (found, node) = schema.parts().iter().flat_map(of_part).reduce(narrower(value))?;
        Some(Limit { keyword, value: value(found), node })
    };
    listed.or_else(stated).into_iter().collect()
}

fn closed<'a>(schema: &Merged<'a>) -> Vec<Limit<'a>> {
    let keywords = ["additionalProperties", "unevaluatedProperties"];
    let no = |keyword: &&str| schema.all(keyword).find(|node| node.as_bool() == Some(false));
    // Either says the same.
    let limit = |node| Limit { keyword: keywords[0], value: Value::Flag, node };
    keywords.iter().find_map(no).map(limit).into_iter().collect()
}

/// The values that are allowed, where they are listed.
fn values<'a>(schema: &Merged<'a>) -> Option<Limit<'a>> {
    let text = |node: Node<'a>| (node.kind() != NodeKind::Null).then(|| node.text().to_owned());
    if let Some(node) = schema.get("const") {
        return Some(Limit { keyword: "enum", value: Value::OneOf(text(node).into_iter().collect()), node });
    }
    let node = schema.get("enum").filter(|node| node.is_sequence())?;
    Some(Limit { keyword: "enum", value: Value::OneOf(node.items().filter_map(text).collect()), node })
}

/// A keyword that holds a number; of several that hold together, the narrowest.
fn limit<'a>(schema: &Merged<'a>, keyword: &'static str, value: fn(f64) -> Value) -> Option<Limit<'a>> {
    let (found, node) = schema.all(keyword).filter_map(number).reduce(narrower(value))?;
    Some(Limit { keyword, value: value(found), node })
}

fn number(node: Node<'_>) -> Option<(f64, Node<'_>)> {
    Some((node.text().parse::<f64>().ok().filter(|number| number.is_finite())?, node))
}

type Number<'a> = (f64, Node<'a>);

fn narrower<'a>(value: fn(f64) -> Value) -> impl Fn(Number<'a>, Number<'a>) -> Number<'a> {
    move |best, next| {
        let is_narrower = fate(&value(best.0), &value(next.0)) == Fate::Narrower;
        if is_narrower { next } else { best }
    }
}

fn fate(old: &Value, new: &Value) -> Fate {
    match (old, new) {
        (old, new) if old == new => Fate::Same,
        (Value::Most(old), Value::Most(new)) => {
            if new > old {
                Fate::Wider
            } else {
                Fate::Narrower
            }
        }
        (Value::Least(old), Value::Least(new)) => {
            if new < old {
                Fate::Wider
            } else {
                Fate::Narrower
            }
        }
        (Value::OneOf(old), Value::OneOf(new)) => {
            if new.is_subset(old) {
                Fate::Narrower
            } else {
                Fate::Wider
            }
        }
        (Value::Pattern(old), Value::Pattern(new)) => fate_of_pattern(old, new),
        _ => Fate::Other,
    }
}

/// Of two patterns only this is told: that one allows anything, or texts of any length.
fn fate_of_pattern(old: &str, new: &str) -> Fate {
    let (Ok(old), Ok(new)) = (Pattern::parse(old), Pattern::parse(new)) else { return Fate::Other };
    match (old.matches_everything(), new.matches_everything()) {
        (false, true) => Fate::Wider,
        (true, false) => Fate::Narrower,
        _ if old.is_finite() && !new.is_finite() => Fate::Wider,
        _ => Fate::Other,
    }
}

impl Limit<'_> {
    /// True where nothing of any size is left. What cannot be looked at may be a bound.
    fn is_bound(&self) -> bool {
        match &self.value {
            Value::Pattern(text) => Pattern::parse(text).map_or(true, |pattern| pattern.is_finite()),
            _ => true,
        }
    }
}

impl<'a> Class<'a> {
    fn judge(&self, label: &str) -> Option<Found<'a>> {
        let mut fates: Vec<(Fate, Option<&Limit<'a>>, Option<&Limit<'a>>)> = Vec::new();
        for old in &self.old {
            let new = self.new.iter().find(|new| new.keyword == old.keyword);
            fates.push((new.map_or(Fate::Gone, |new| fate(&old.value, &new.value)), Some(old), new));
        }
        let is_new = |new: &&Limit<'a>| self.old.iter().all(|old| old.keyword != new.keyword);
        fates.extend(self.new.iter().filter(is_new).map(|new| (Fate::New, None, Some(new))));
        fates.retain(|(fate, ..)| *fate != Fate::Same);
        let kind = self.kind(&fates)?;
        let matters = |fate: Fate| match fate {
            Fate::Gone | Fate::Wider => kind.id == BOUND_REMOVED.id || kind.id == BOUND_LOOSENED.id,
            Fate::New | Fate::Narrower => kind.id == BOUND_ADDED.id || kind.id == BOUND_TIGHTENED.id,
            _ => kind.id == PATTERN_CHANGED.id,
        };
        let telling: Vec<_> = fates.iter().filter(|(fate, ..)| matters(*fate)).collect();
        let words: Vec<String> = telling.iter().map(|(fate, old, new)| words(*fate, *old, *new)).collect();
        let said = match kind.id {
            id if id == BOUND_REMOVED.id => format!("{label} has no {} any more: {}", self.lacks, words.join(", ")),
            id if id == BOUND_ADDED.id => format!("{label} is bounded now: {}", words.join(", ")),
            id if id == BOUND_LOOSENED.id => format!("{label} allows more: {}", words.join(", ")),
            id if id == BOUND_TIGHTENED.id => format!("{label} allows less: {}", words.join(", ")),
            _ => format!("{label} has another pattern: {}", words.join(", ")),
        };
        let (_, old, new) = telling.first()?;
        Some(Found::new(kind, Said::Of(said)).values(old.map(|one| one.node), new.map(|one| one.node)))
    }

    fn kind(&self, fates: &[(Fate, Option<&Limit<'a>>, Option<&Limit<'a>>)]) -> Option<&'static Kind> {
        let any = |wanted: &[Fate]| fates.iter().any(|(fate, ..)| wanted.contains(fate));
        // What lists the values, or has a format of known length, needs no other bound.
        let is_narrow = |new: &Limit<'a>| matches!(new.keyword, "enum" | "format");
        let lists_values = fates.iter().any(|(fate, _, new)| *fate == Fate::New && new.is_some_and(is_narrow));
        if any(&[Fate::Gone, Fate::Wider]) && !lists_values {
            return Some(if is_lost(&self.old, &self.new) { &BOUND_REMOVED } else { &BOUND_LOOSENED });
        }
        if any(&[Fate::New, Fate::Narrower]) {
            return Some(if is_lost(&self.new, &self.old) { &BOUND_ADDED } else { &BOUND_TIGHTENED });
        }
        any(&[Fate::Other]).then_some(&PATTERN_CHANGED)
    }
}

/// True where some limits bound an input, and others no longer do.
fn is_lost(before: &[Limit<'_>], after: &[Limit<'_>]) -> bool {
    after.is_empty() || (before.iter().any(Limit::is_bound) && !after.iter().any(Limit::is_bound))
}

fn words(fate: Fate, old: Option<&Limit<'_>>, new: Option<&Limit<'_>>) -> String {
    let shown = |limit: &Limit<'_>| match &limit.value {
        Value::OneOf(values) => values.iter().take(3).cloned().collect::<Vec<_>>().join(", "),
        // A number that stands in a list is shown by itself.
        Value::Most(number) | Value::Least(number) if limit.node.is_sequence() => number.to_string(),
        _ => limit.node.text().to_owned(),
    };
    let name = |limit: &Limit<'_>| match limit.node.key() {
        Some(key) if ALIASES.contains(&key) => key.to_owned(),
        _ => limit.keyword.to_owned(),
    };
    let written = |limit: &Limit<'_>| match (&limit.value, limit.keyword) {
        (Value::Flag, "type") => "`type`".to_owned(),
        (Value::OneOf(_), _) => "`enum`".to_owned(),
        _ => quoted(&format!("{}: {}", name(limit), shown(limit))),
    };
    match (fate, old, new) {
        (Fate::Gone, Some(old), _) => format!("{} is gone", written(old)),
        (Fate::New, _, Some(new)) => written(new),
        (_, Some(old), Some(new)) => match (&old.value, &new.value) {
            (Value::OneOf(was), Value::OneOf(is)) => {
                let (further, fewer): (Vec<&str>, Vec<&str>) = (
                    is.difference(was).map(String::as_str).collect(),
                    was.difference(is).map(String::as_str).collect(),
                );
                if further.is_empty() {
                    format!("`{}` without {}", new.keyword, listed(&fewer))
                } else {
                    format!("`{}` with {}", new.keyword, listed(&further))
                }
            }
            _ if name(old) == name(new) && shown(old) == shown(new) => {
                let allows = if fate == Fate::Wider { "allows" } else { "no longer allows" };
                format!("{} {allows} that number itself", written(new))
            }
            _ if name(old) != name(new) => format!("{} in place of {}", written(new), written(old)),
            _ => format!("`{}` is {} and was {}", name(new), quoted(&shown(new)), quoted(&shown(old))),
        },
        _ => String::new(),
    }
}
