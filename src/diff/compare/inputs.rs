//! What callers send: parameters, bodies and messages of both versions, walked together.
//!
//! Each pair of schemas is compared once, however many operations share it.

use std::collections::{HashMap, HashSet};

use apiward_lints::facts::Takers;
use apiward_lints::framework::text::quoted;
use apiward_model::predicate::Segment;
use apiward_model::{Api, Body, Format, Location, MediaType, Merged, Message, Node, Operation, Parameter, Place};

use super::changes::{Changes, Found, Said};
use super::form::Of;
use super::unread::Unread;
use super::waiting::Waiting;
use super::{Both, Pair, Version, bounds};
use crate::diff::kinds::{BOUND_ADDED, BOUND_REMOVED, PROPERTY_NOW_READ_ONLY, PROPERTY_NOW_WRITABLE};

/// Pairs of schemas that are compared however small the descriptions are.
const BASE: usize = 100_000;

/// Compares the inputs of the operations of one list. False where there were too many.
pub(super) fn compare<'r, 'a>(
    both: Both<'r, 'a>,
    pairs: &[Pair<'r, 'a>],
    list: &'r [Operation<'a>],
    changes: &mut Changes<'r, 'a>,
) -> bool {
    let nodes = |api: &Api<'_>| api.files.iter().map(|(_, file)| file.tree.len()).sum::<usize>();
    let left = BASE + nodes(both.old.api) + nodes(both.new.api);
    let mut walk = Walk { both, list, seen: HashSet::new(), work: Vec::new(), found: Vec::new(), left };
    for pair in pairs {
        walk.operation(*pair);
        walk.run();
        sizes(both, *pair, changes);
    }
    let complete = walk.left > 0;
    let found = std::mem::take(&mut walk.found);
    walk.tell(found, changes);
    complete
}

/// What is said of the size of a body.
fn sizes<'r, 'a>(both: Both<'r, 'a>, pair: Pair<'r, 'a>, changes: &mut Changes<'r, 'a>) {
    if pair.old.body.is_none() || pair.new.body.is_none() {
        return;
    }
    let (kind, one, many) = match (both.old.facts.tells_size(pair.old), both.new.facts.tells_size(pair.new)) {
        (true, false) => {
            let rest = "how large a body may be";
            (&BOUND_REMOVED, format!("no longer says {rest}"), format!("no longer say {rest}"))
        }
        (false, true) => (&BOUND_ADDED, "says how large a body may be".into(), "say how large a body may be".into()),
        _ => return,
    };
    let body = |api: &Api<'a>, operation: &Operation<'a>| {
        let node = operation.body.map(|id| api.body(id).node).filter(|node| *node != operation.node);
        node.unwrap_or(operation.node)
    };
    let (old, new) = (body(both.old.api, pair.old), body(both.new.api, pair.new));
    changes.add(Found::new(kind, Said::operations(one, many)).old(old).new_at(new).gathered(), [pair.new]);
}

/// Two schemas that stand at one place of both versions.
struct Step<'r, 'a> {
    old: Node<'a>,
    new: Node<'a>,
    /// How messages name the input.
    label: String,
    /// One of the operations that take it.
    operation: &'r Operation<'a>,
}

struct Walk<'r, 'a> {
    both: Both<'r, 'a>,
    list: &'r [Operation<'a>],
    seen: HashSet<(Place, Place)>,
    work: Vec<Step<'r, 'a>>,
    /// Each with the schema that is taken, and the operation that took it where none is found by that.
    found: Vec<(Found<'a>, Node<'a>, Option<&'r Operation<'a>>)>,
    /// Pairs that may still be compared: each schema of one version may meet each of the other.
    left: usize,
}

impl<'r, 'a> Walk<'r, 'a> {
    fn operation(&mut self, pair: Pair<'r, 'a>) {
        self.parameters(pair);
        if let (Some(old), Some(new)) = (pair.old.body, pair.new.body) {
            self.body(self.both.old.api.body(old), self.both.new.api.body(new), pair.new);
        }
        if pair.old.method.receives() && pair.new.method.receives() {
            self.messages(pair);
        }
    }

    fn parameters(&mut self, pair: Pair<'r, 'a>) {
        let (old_api, new_api) = (self.both.old.api, self.both.new.api);
        let before = pair.old.parameters.iter().map(|id| old_api.parameter(*id));
        let mut before: Waiting<_, _> =
            before.map(|parameter| (known_by(parameter, pair.old.path), parameter)).collect();
        for new in pair.new.parameters.iter().map(|id| new_api.parameter(*id)) {
            let Some(old) = before.next(&known_by(new, pair.new.path)) else { continue };
            // AsyncAPI 3 gives the parameters of channels no schema any more.
            if new.location == Location::Channel && old_api.spec.format != new_api.spec.format {
                continue;
            }
            self.input(old, new, pair.new);
        }
    }

    fn input(&mut self, old: &Parameter<'a>, new: &Parameter<'a>, operation: &'r Operation<'a>) {
        let label = format!("the parameter {}", quoted(new.name));
        let undescribed = |parameter: &Parameter<'a>| parameter.node.get("content").is_none();
        match (old.schema, new.schema) {
            (Some(old), Some(new)) => self.work.push(Step { old, new, label, operation }),
            (Some(schema), None) if undescribed(new) => {
                let said = Said::Of(format!("{label} has no schema any more"));
                let found = Found::new(&BOUND_REMOVED, said).old(schema).new_at(new.node);
                self.found.push((found, new.node, Some(operation)));
            }
            (None, Some(schema)) if undescribed(old) => {
                let said = Said::Of(format!("{label} has a schema now"));
                let found = Found::new(&BOUND_ADDED, said).old(old.node).new_at(schema);
                self.found.push((found, new.node, Some(operation)));
            }
            _ => {}
        }
    }

    fn body(&mut self, old: &'r Body<'a>, new: &'r Body<'a>, operation: &'r Operation<'a>) {
        if !old.fields.is_empty() || !new.fields.is_empty() {
            return self.form(old, new, operation);
        }
        for media in &new.media {
            let Some(before) = counterpart(&old.media, &new.media, media) else { continue };
            match (before.schema, media.schema) {
                (Some(old), Some(new)) => {
                    self.work.push(Step { old, new, label: "the request body".to_owned(), operation });
                }
                (Some(schema), None) if !is_file(self.both.old.api, schema) => {
                    let said = Said::Of("the request body has no schema any more".to_owned());
                    let found = Found::new(&BOUND_REMOVED, said).old(schema).new_at(media.node);
                    self.found.push((found, media.node, Some(operation)));
                }
                (None, Some(schema)) if !is_file(self.both.new.api, schema) => {
                    let said = Said::Of("the request body has a schema now".to_owned());
                    let found = Found::new(&BOUND_ADDED, said).old(before.node).new_at(schema);
                    self.found.push((found, media.node, Some(operation)));
                }
                _ => {}
            }
        }
    }

    /// Fields of a form, which are parameters in OpenAPI 2 and properties elsewhere.
    fn form(&mut self, old: &Body<'a>, new: &Body<'a>, operation: &'r Operation<'a>) {
        let mut before: Waiting<_, _> = fields(self.both.old.api, old).into_iter().collect();
        for (name, new) in fields(self.both.new.api, new) {
            if let Some(old) = before.next(&name) {
                let label = format!("the field {}", quoted(name));
                self.work.push(Step { old, new, label, operation });
            }
        }
    }

    fn messages(&mut self, pair: Pair<'r, 'a>) {
        let (old_api, new_api) = (self.both.old.api, self.both.new.api);
        let before: Vec<&Message<'a>> = pair.old.messages().iter().map(|id| old_api.message(*id)).collect();
        let after: Vec<&Message<'a>> = pair.new.messages().iter().map(|id| new_api.message(*id)).collect();
        let mut by_name: Waiting<&str, _> = before.iter().filter_map(|old| Some((old.name?, old))).collect();
        for (at, message) in after.iter().enumerate() {
            let named = message.name.and_then(|name| by_name.next(&name));
            let alone = || before.get(at).filter(|_| before.len() == after.len());
            let Some(old) = named.or_else(alone) else { continue };
            for (old, new, what) in
                [(old.payload, message.payload, "payload"), (old.headers, message.headers, "headers")]
            {
                if let (Some(old), Some(new)) = (old, new) {
                    self.work.push(Step { old, new, label: format!("the {what} of the message"), operation: pair.new });
                }
            }
        }
    }

    fn run(&mut self) {
        while let Some(step) = self.work.pop() {
            self.visit(step);
        }
    }

    fn visit(&mut self, step: Step<'r, 'a>) {
        let Step { old, new, label, operation } = step;
        let old = definition(self.both.old.api, old).unwrap_or(old);
        let referred = definition(self.both.new.api, new);
        let label = match referred.and_then(|node| node.key()) {
            Some(name) => format!("the schema {}", quoted(name)),
            None => label,
        };
        let new = referred.unwrap_or(new);
        if !self.seen.insert((old.place(), new.place())) || self.left == 0 {
            return;
        }
        self.left -= 1;
        let (before, after) =
            (Merged::of_nullable(self.both.old.api, old), Merged::of_nullable(self.both.new.api, new));
        // What cannot be told, because a reference leads nowhere, is told elsewhere.
        let is_unknown = |schema: &Merged<'a>, unread: &Unread| schema.parts().is_empty() || unread.has_part_of(schema);
        if is_unknown(&before, &self.both.old.unread) || is_unknown(&after, &self.both.new.unread) {
            return;
        }
        match (read_only(&before), read_only(&after)) {
            (Some(_), Some(_)) => return,
            (None, Some(mark)) => {
                let said = Said::Of(format!("callers may no longer set {label}, which is read-only now"));
                let found = Found::new(&PROPERTY_NOW_READ_ONLY, said).values(None, Some(mark)).beside(old, new);
                // Which operations took it, only the old version says.
                self.found.push((found, new, None));
                return;
            }
            (Some(mark), None) => {
                let said = Said::Of(format!("callers may set {label} now, which was read-only before"));
                let found = Found::new(&PROPERTY_NOW_WRITABLE, said).values(Some(mark), None).beside(old, new);
                self.found.push((found, new, Some(operation)));
            }
            (None, None) => {}
        }
        let of = |version: &Version<'r, 'a>, schema| Of { api: version.api, schema };
        let found = bounds::compare(&label, of(self.both.old, &before), of(self.both.new, &after));
        self.found.extend(found.into_iter().map(|found| (found.beside(old, new), new, Some(operation))));
        self.parts(&before, &after, &label, operation);
        // Branches say for themselves what they hold.
        if (before.branches().count() > 1) == (after.branches().count() > 1) {
            let lost = lost_parts(&before, &after).map(|part| (&BOUND_REMOVED, "no longer says", part));
            let gained = lost_parts(&after, &before).map(|part| (&BOUND_ADDED, "says now", part));
            for (kind, says, part) in lost.chain(gained) {
                let said = Said::Of(format!("{label} {says} {part}"));
                self.found.push((Found::new(kind, said).beside(old, new), new, Some(operation)));
            }
        }
    }

    fn parts(&mut self, before: &Merged<'a>, after: &Merged<'a>, label: &str, operation: &'r Operation<'a>) {
        let properties: HashMap<&str, Node<'a>> = before.properties().into_iter().collect();
        for (name, new) in after.properties() {
            if let Some(old) = properties.get(name) {
                let label = format!("the property {}", quoted(name));
                self.work.push(Step { old: *old, new, label, operation });
            }
        }
        for (keyword, words) in [("items", "the items of"), ("additionalProperties", "the further properties of")] {
            let own = |merged: &Merged<'a>| merged.get(keyword).filter(|node| node.is_mapping());
            if let (Some(old), Some(new)) = (own(before), own(after)) {
                self.work.push(Step { old, new, label: inner(words, label), operation });
            }
        }
        let items = |merged: &Merged<'a>| merged.get("prefixItems").into_iter().flat_map(Node::items);
        for (old, new) in items(before).zip(items(after)) {
            self.work.push(Step { old, new, label: inner("the items of", label), operation });
        }
        let by_pattern = before.get("patternProperties");
        for (pattern, new) in after.get("patternProperties").into_iter().flat_map(Node::entries) {
            if let Some(old) = by_pattern.and_then(|map| map.get(pattern)) {
                self.work.push(Step { old, new, label: inner("the further properties of", label), operation });
            }
        }
        self.branches(before, after, label, operation);
    }

    /// Branches of `oneOf` and `anyOf` go by their name, then by their type where it stands once, then by their order.
    fn branches(&mut self, before: &Merged<'a>, after: &Merged<'a>, label: &str, operation: &'r Operation<'a>) {
        let (old, new): (Vec<_>, Vec<_>) = (before.branches().collect(), after.branches().collect());
        if new.len() < 2 {
            return;
        }
        let mut by_name: Waiting<&str, _> = old.iter().filter_map(|old| Some((branch_name(*old)?, *old))).collect();
        let (old_types, new_types) = (types(&old), types(&new));
        for (at, branch) in new.iter().enumerate() {
            let named = branch_name(*branch).and_then(|name| by_name.next(&name));
            let sole = |types: &HashMap<&str, Option<Node<'a>>>| *types.get(branch.get_str("type")?)?;
            let of_type = || sole(&new_types).and(sole(&old_types));
            let at_place = || old.get(at).copied().filter(|_| old.len() == new.len());
            if let Some(old) = named.or_else(of_type).or_else(at_place) {
                self.work.push(Step { old, new: *branch, label: label.to_owned(), operation });
            }
        }
    }

    /// Adds what was found, with the operations that take it.
    fn tell(&self, found: Vec<(Found<'a>, Node<'a>, Option<&'r Operation<'a>>)>, changes: &mut Changes<'r, 'a>) {
        let mut takers = (!found.is_empty()).then(|| Takers::new(self.both.new.api, self.list));
        for (found, node, operation) in found {
            let ids = takers.as_mut().map(|takers| takers.of(self.both.new.api, node)).unwrap_or_default();
            if ids.is_empty() {
                changes.add(found, operation);
            } else {
                changes.add(found, ids.into_iter().filter_map(|id| self.list.get(id.index())));
            }
        }
    }
}

/// How what is nested in an input is called. Names of what is nested without a property between would grow with the depth.
fn inner(words: &str, label: &str) -> String {
    if label.starts_with(words) { label.to_owned() } else { format!("{words} {label}") }
}

/// What the parts of a schema say that another one no longer says, which is still of the same form.
fn lost_parts(before: &Merged<'_>, after: &Merged<'_>) -> impl Iterator<Item = &'static str> {
    let untyped = after.types().next().is_none();
    let (lists, objects) = (untyped || after.is_array(), untyped || after.is_object());
    let says = |schema: &Merged<'_>, keyword: &str| {
        let own = schema.get(keyword);
        own.is_some_and(|node| node.as_bool() == Some(false) || node.is_mapping() || node.is_sequence())
    };
    let lost = |keyword| says(before, keyword) && !says(after, keyword);
    let items = lists && (lost("items") || (lost("prefixItems") && !says(after, "items")));
    let closed = bounds::is_closed(after);
    // That an object is closed no longer is told as a bound of its own.
    let further = objects && !bounds::is_closed(before) && !closed;
    let further = further && (lost("additionalProperties") || lost("patternProperties"));
    let takes = |schema: &Merged<'_>| schema.properties().iter().any(|(_, node)| !node.is_true("readOnly"));
    let properties = objects && !closed && takes(before) && !takes(after);
    let parts = [
        (items, "what its items are"),
        (further, "what its further properties are"),
        (properties, "which properties it has"),
    ];
    let still = bounds::has_form(before) && bounds::has_form(after);
    parts.into_iter().filter(move |(is_lost, _)| *is_lost && still).map(|(_, what)| what)
}

/// Where a schema says that only the service sets it.
fn read_only<'a>(schema: &Merged<'a>) -> Option<Node<'a>> {
    schema.all("readOnly").find(|node| node.as_bool() == Some(true))
}

/// True for the contents of a file, for which OpenAPI 3.1 needs no schema.
fn is_file(api: &Api<'_>, schema: Node<'_>) -> bool {
    let schema = Merged::of(api, schema);
    let binary = |node: Node<'_>| matches!(node.text(), "binary" | "byte" | "base64");
    schema.is_type("file") || schema.get("format").is_some_and(binary)
}

/// The schema that a reference stands for, where nothing beside it counts.
fn definition<'a>(api: &Api<'a>, node: Node<'a>) -> Option<Node<'a>> {
    node.reference()?;
    let siblings = matches!(api.spec.format, Format::OpenApi31 | Format::OpenApi32);
    let alone = !siblings || node.entries().count() == 1;
    node.target_or_none().filter(|_| alone)
}

/// How a branch is called: by its reference or title.
fn branch_name(branch: Node<'_>) -> Option<&str> {
    let reference = branch.reference().map(|reference| reference.text());
    reference.and_then(|text| text.rsplit('/').next()).or_else(|| branch.get_str("title"))
}

/// Branches by their type; nothing for a type that several have.
fn types<'a>(branches: &[Node<'a>]) -> HashMap<&'a str, Option<Node<'a>>> {
    let mut types = HashMap::new();
    for branch in branches {
        if let Some(kind) = branch.get_str("type") {
            types.entry(kind).and_modify(|one| *one = None).or_insert(Some(*branch));
        }
    }
    types
}

/// A parameter goes by its name; one of the path by its place there, whatever it is called.
fn known_by(parameter: &Parameter<'_>, path: &str) -> (Location, String) {
    match parameter.location {
        Location::Path | Location::Channel => {
            let before = path.split_once(&format!("{{{}}}", parameter.name)).map_or(path, |(before, _)| before);
            let mut place = String::new();
            Segment::blank_parameters(before, &mut place);
            (Location::Path, place)
        }
        Location::Header => (Location::Header, parameter.name.to_ascii_lowercase()),
        location => (location, parameter.name.to_owned()),
    }
}

/// The media type of the old version that one of the new version is to be held against: that of the same name, else the
/// only one, or the first where OpenAPI 2 gives all the same schema.
fn counterpart<'r, 'a>(
    old: &'r [MediaType<'a>],
    new: &[MediaType<'a>],
    media: &MediaType<'a>,
) -> Option<&'r MediaType<'a>> {
    let essence = |name: &str| name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let name = essence(media.name);
    let one_schema = || old.windows(2).all(|pair| pair[0].schema == pair[1].schema);
    let alone = || old.first().filter(|_| (old.len() == 1 && new.len() == 1) || (old.len() > 1 && one_schema()));
    let exact = old.iter().find(|one| one.name == media.name);
    exact.or_else(|| old.iter().find(|one| essence(one.name) == name)).or_else(alone)
}

/// What a form holds, by name.
fn fields<'a>(api: &Api<'a>, body: &Body<'a>) -> Vec<(&'a str, Node<'a>)> {
    if body.fields.is_empty() {
        let schemas = body.media.iter().filter_map(|media| media.schema);
        return schemas.flat_map(|schema| Merged::of(api, schema).properties()).collect();
    }
    let parameters = body.fields.iter().map(|id| api.parameter(*id));
    parameters.filter_map(|parameter| Some((parameter.name, parameter.schema?))).collect()
}
