//! Tells, for every node of a file, whether it belongs to the description itself or is data that it quotes.
//!
//! A `description` under `example` is somebody's payload, a `description` under `properties` is a schema, and a `$ref`
//! in an example refers to nothing. One pass from the root decides for the whole file; no knowledge of the format is
//! needed beyond the names of the fields that hold data and of those whose keys are names.

use std::ops::Range;

use apiward_syntax::{Node, NodeId, Symbol, Tree, another_core_is_free};
use foldhash::HashSet;

use crate::files::{LARGE, LONGEST_REFERENCE};
use crate::reference::decode;

/// What the keys below a node are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Context {
    /// An object of the specification (or a list of such): its keys are fields.
    Object,
    /// A map whose keys are names that the author chose.
    Names,
    /// The map of Example Objects.
    Examples,
    /// One Example Object.
    Example,
    /// Quoted data: examples, defaults, enumerations, extensions.
    Data,
}

/// Fields that hold data.
const DATA: [&str; 4] = ["example", "default", "enum", "const"];
/// Fields of an Example Object that hold data (`dataValue`, `serializedValue`: OpenAPI 3.2).
const EXAMPLE_DATA: [&str; 3] = ["value", "dataValue", "serializedValue"];
/// Fields that hold a map from names to objects.
const NAMES: [&str; 38] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "securitySchemes",
    "securityDefinitions",
    "links",
    "callbacks",
    "pathItems",
    "paths",
    "webhooks",
    "mediaTypes",
    "channels",
    "operations",
    "servers",
    "messages",
    "variables",
    "serverVariables",
    "content",
    "encoding",
    "mapping",
    "scopes",
    "availableScopes",
    "replies",
    "replyAddresses",
    "correlationIds",
    "operationTraits",
    "messageTraits",
    "serverBindings",
    "channelBindings",
    "operationBindings",
    "messageBindings",
    "additionalOperations",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Other,
    Data,
    ExampleData,
    Names,
    /// A map of headers or, in AsyncAPI, the schema of all headers.
    Headers,
    Examples,
    Extension,
}

/// The context of every node of one file.
#[derive(Debug)]
pub struct Contexts {
    of: Vec<Context>,
    /// Aliases and what stands under `$ref`, in document order.
    links: Vec<NodeId>,
    /// Those of them that may use data as description.
    adopting: Vec<NodeId>,
}

impl Contexts {
    pub(crate) fn new(tree: &Tree) -> Self {
        let rules = Rules {
            fields: fields(tree),
            reference: tree.symbol("$ref"),
            maps: tree.documents().filter(|root| is_map_of_names(*root)).map(Node::id).collect(),
        };
        let all = 0..tree.len();
        let mut contexts = if tree.len() >= LARGE && another_core_is_free() {
            let middle = tree.len() / 2;
            let part = |nodes| Self::of_part(tree, nodes, &rules);
            let (mut front, back) = rayon::join(|| part(0..middle), || part(middle..all.end));
            front.of.extend_from_slice(&back.of[middle..]);
            front.links.extend(back.links);
            front.adopting.extend(back.adopting);
            front
        } else {
            Self::of_part(tree, all, &rules)
        };
        contexts.adopt(tree, &rules);
        contexts
    }

    /// The contexts of nodes that follow one another. Of those before them only the ones around the first are right.
    fn of_part(tree: &Tree, nodes: Range<usize>, rules: &Rules) -> Self {
        let of = vec![Context::Object; nodes.start];
        let mut part = Self { of, links: Vec::new(), adopting: Vec::new() };
        part.of.reserve(nodes.len());
        let first = tree.nodes_in(nodes.clone()).next();
        let around: Vec<_> = std::iter::successors(first.and_then(Node::parent), |node| node.parent()).collect();
        for node in around.into_iter().rev() {
            part.of[node.id().index()] = part.inherited(node, rules);
        }
        for node in tree.nodes_in(nodes) {
            let context = part.inherited(node, rules);
            part.of.push(context);
            if rules.uses(node) {
                part.links.push(node.id());
                if may_adopt(node) {
                    part.adopting.push(node.id());
                }
            }
        }
        part
    }

    /// The context of the node's own keys or items.
    pub fn of(&self, node: NodeId) -> Context {
        self.of.get(node.index()).copied().unwrap_or(Context::Data)
    }

    /// The nodes through which others are used, data included, in document order: aliases, and what stands under `$ref`.
    pub(crate) fn links(&self) -> &[NodeId] {
        &self.links
    }

    /// True when the node is (part of) quoted data.
    pub fn is_data(&self, node: NodeId) -> bool {
        self.of(node) == Context::Data
    }

    /// What the parent, whose context is known, makes of a node.
    fn inherited(&self, node: Node<'_>, rules: &Rules) -> Context {
        let Some(parent) = node.parent() else { return Context::Object };
        let outer = self.of(parent.id());
        // What a merge key brings stands for members of the mapping around it.
        if node.is_merge_key() || (parent.is_merge_key() && parent.is_sequence()) {
            return outer;
        }
        let field = node.key_symbol().map_or(Field::Other, |key| rules.fields[key.index()]);
        if field == Field::Data && rules.maps.contains(&parent.id()) {
            return Context::Object;
        }
        // Examples are often kept in files of their own, where nothing above says what they are.
        if field == Field::ExampleData && !rules.maps.contains(&parent.id()) && is_example(parent) {
            return Context::Data;
        }
        child(outer, field, node)
    }

    /// Authors keep parts of the description under extensions (`x-common: &page {...}`) and use them from there, by
    /// alias or `$ref`: what is used as description is no data.
    fn adopt(&mut self, tree: &Tree, rules: &Rules) {
        let mut waiting = std::mem::take(&mut self.adopting);
        while let Some(id) = waiting.pop() {
            let Some((target, context)) = self.used(tree.node(id)) else { continue };
            self.of[target.id().index()] = context;
            for node in target.descendants() {
                if node != target {
                    self.of[node.id().index()] = self.inherited(node, rules);
                }
                if rules.uses(node) && may_adopt(node) {
                    waiting.push(node.id());
                }
            }
        }
    }

    /// The node that counts as data but that an alias or a local reference uses as description, and as what.
    fn used<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Context)> {
        let context = self.of(node.id());
        if context == Context::Data {
            return None;
        }
        let target = if node.is_alias() {
            node.resolved()
        } else {
            let pointer = node.as_str()?.strip_prefix('#')?;
            let tree = node.tree();
            let root = tree.documents().nth(tree.document_of(node.id()))?;
            root.at_pointer(&decode(pointer))?
        };
        let context = if node.is_alias() { context } else { Context::Object };
        self.is_data(target.id()).then_some((target, context))
    }
}

/// How the keys of one file are to be taken.
struct Rules {
    fields: Vec<Field>,
    reference: Option<Symbol>,
    /// Roots that map names to objects.
    maps: HashSet<NodeId>,
}

impl Rules {
    /// True for aliases and `$ref`, through which a node is used elsewhere.
    fn uses(&self, node: Node<'_>) -> bool {
        node.is_alias() || (node.key_symbol().is_some() && node.key_symbol() == self.reference)
    }
}

/// True for an alias, and for a local reference that may lead to data. It spares looking up those to the usual places.
fn may_adopt(node: Node<'_>) -> bool {
    node.is_alias() || node.as_str().and_then(|text| text.strip_prefix('#')).is_some_and(may_lead_to_data)
}

fn may_lead_to_data(pointer: &str) -> bool {
    let begins =
        |token: &[u8], part: &str| token.first() == part.as_bytes().first() && token.starts_with(part.as_bytes());
    let is_data =
        |token: &[u8]| ["x-", "example", "default", "enum", "const", "value"].iter().any(|part| begins(token, part));
    let bytes = pointer.as_bytes();
    let mut places = bytes.iter().enumerate();
    bytes.len() <= LONGEST_REFERENCE
        && places.any(|(at, byte)| *byte == b'%' || *byte == b'/' && is_data(&bytes[at + 1..]))
}

fn child(parent: Context, field: Field, node: Node<'_>) -> Context {
    match (parent, field) {
        (Context::Object, Field::Examples) if node.is_mapping() => Context::Examples,
        // OpenAPI 2 keeps the examples of a response by media type, without an Example Object around them.
        (Context::Examples, _) if !node.key().is_some_and(|key| key.contains('/')) => Context::Example,
        (Context::Data | Context::Examples, _)
        | (Context::Object, Field::Data | Field::Extension | Field::Examples)
        | (Context::Example, Field::ExampleData | Field::Extension) => Context::Data,
        // Lists (parameters, servers of OpenAPI, messages of AsyncAPI 3) hold objects, not names.
        (Context::Object, Field::Names) if node.is_mapping() => Context::Names,
        (Context::Object, Field::Headers) if node.is_mapping() && !is_schema(node) => Context::Names,
        _ => Context::Object,
    }
}

/// True for the root of a file that maps names to objects, as `responses.yaml` with the key `default`.
fn is_map_of_names(root: Node<'_>) -> bool {
    let objects = ["properties", "items", "schema", "additionalProperties"];
    root.parent().is_none()
        && root.is_mapping()
        && root.children().all(|member| member.is_mapping() && !member.key().is_some_and(|key| objects.contains(&key)))
}

/// True for what has only fields of an Example Object, which are few.
fn is_example(node: Node<'_>) -> bool {
    let known = |key: &str| {
        EXAMPLE_DATA.contains(&key)
            || ["summary", "description", "externalValue"].contains(&key)
            || key.starts_with("x-")
    };
    node.children().take(16).all(|member| member.key().is_some_and(known))
}

/// True when the headers of an AsyncAPI message or binding are given as one schema.
fn is_schema(headers: Node<'_>) -> bool {
    headers.get("type").is_some_and(|kind| kind.is_string() || kind.is_sequence())
        || headers.get("properties").is_some_and(|map| map.children().take(8).all(Node::is_mapping))
}

fn fields(tree: &Tree) -> Vec<Field> {
    let mut fields = vec![Field::Other; tree.symbol_count()];
    let mut set = |names: &[&str], field: Field| {
        for symbol in names.iter().filter_map(|name| tree.symbol(name)) {
            fields[symbol.index()] = field;
        }
    };
    set(&EXAMPLE_DATA, Field::ExampleData);
    set(&NAMES, Field::Names);
    set(&DATA, Field::Data);
    set(&["examples"], Field::Examples);
    set(&["headers"], Field::Headers);
    for (symbol, text) in tree.symbols() {
        if text.starts_with("x-") {
            fields[symbol.index()] = Field::Extension;
        }
    }
    fields
}

/// True when a member is a field of the specification's objects, not data and not a name that the author chose.
pub fn is_field(file: &crate::files::File, node: NodeId) -> bool {
    let contexts = file.contexts();
    let parent = file.tree.node(node).parent();
    let in_object = parent.is_some_and(|parent| matches!(contexts.of(parent.id()), Context::Object | Context::Example));
    in_object && !contexts.is_data(node)
}

#[cfg(test)]
mod tests {
    use apiward_syntax::{Limits, parse};

    use super::*;

    #[test]
    fn parts_know_what_stands_around_them() {
        let text = "paths:\n  /a:\n    get:\n      parameters: [{name: a, example: {properties: {b: {example: 1}}}}]\n      \
                    responses:\n        default: {description: d, content: {a/b: {schema: &s {properties: {default: \
                    {type: string, default: {x: {y: 1}}}}}, examples: {e: {value: {properties: 1}}}}}}\n  \
                    /b: {get: {x-z: {$ref: '#/x'}, responses: {a: {$ref: '#/x'}, b: *s}}}\nx-a: {b: {c: [d]}}\n";
        let tree = parse(text.into(), None, &Limits::default()).tree;
        let rules = Rules { fields: fields(&tree), reference: tree.symbol("$ref"), maps: HashSet::default() };
        let whole = Contexts::of_part(&tree, 0..tree.len(), &rules);
        assert_eq!((whole.links.len(), whole.adopting.len()), (3, 1));
        for middle in 0..=tree.len() {
            let (front, back) = (0..middle, middle..tree.len());
            let (front, back) = (Contexts::of_part(&tree, front, &rules), Contexts::of_part(&tree, back, &rules));
            assert_eq!([&front.of, &back.of[middle..]].concat(), whole.of, "from {middle}");
            assert_eq!([front.links, back.links].concat(), whole.links);
            assert_eq!([front.adopting, back.adopting].concat(), whole.adopting);
        }
    }
}
