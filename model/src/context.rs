//! Tells, for every node of a file, whether it belongs to the description itself or is data that it quotes.
//!
//! A `description` under `example` is somebody's payload, a `description` under `properties` is a schema, and a `$ref`
//! in an example refers to nothing. One pass from the root decides for the whole file; no knowledge of the format is
//! needed beyond the names of the fields that hold data and of those whose keys are names.

use apiward_syntax::{Kind, NodeId, Tree};

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
const NAMES: [&str; 39] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
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
    Examples,
    Extension,
}

/// The context of every node of one file.
#[derive(Debug)]
pub struct Contexts(Vec<Context>);

impl Contexts {
    pub(crate) fn new(tree: &Tree) -> Self {
        let fields = fields(tree);
        let mut contexts: Vec<Context> = Vec::with_capacity(tree.len());
        for node in tree.nodes() {
            let context = match node.parent() {
                None => Context::Object,
                Some(parent) => {
                    let field = node.key_symbol().map_or(Field::Other, |key| fields[key.index()]);
                    let mime = || node.key().is_some_and(|key| key.contains('/'));
                    child(contexts[parent.id().index()], field, node.kind(), mime)
                }
            };
            contexts.push(context);
        }
        Self(contexts)
    }

    /// The context of the node's own keys or items.
    pub fn of(&self, node: NodeId) -> Context {
        self.0.get(node.index()).copied().unwrap_or(Context::Data)
    }

    /// True when the node is (part of) quoted data.
    pub fn is_data(&self, node: NodeId) -> bool {
        self.of(node) == Context::Data
    }
}

fn child(parent: Context, field: Field, kind: Kind, mime: impl Fn() -> bool) -> Context {
    match (parent, field) {
        (Context::Data, _) | (Context::Object, Field::Data | Field::Extension) => Context::Data,
        (Context::Object, Field::Examples) if kind == Kind::Mapping => Context::Examples,
        (Context::Object, Field::Examples) => Context::Data,
        // OpenAPI 2 keeps the examples of a response by media type, without an Example Object around them.
        (Context::Examples, _) if mime() => Context::Data,
        (Context::Examples, _) => Context::Example,
        (Context::Example, Field::ExampleData | Field::Extension) => Context::Data,
        // Lists (parameters, servers of OpenAPI, messages of AsyncAPI 3) hold objects, not names.
        (Context::Object, Field::Names) if kind == Kind::Mapping => Context::Names,
        _ => Context::Object,
    }
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
