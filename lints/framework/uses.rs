//! The schemas that callers fill in, at their use: with what `$ref` and `allOf` bring together there.

use apiward_model::{Api, Format, Location, Merged, Node, Parameter, Place, Reach, Role, Schema};
use foldhash::{HashMap, HashSet, HashSetExt};

use crate::framework::text::quoted;

/// A schema where callers fill it in.
#[derive(Clone)]
pub struct Use<'a> {
    /// Where it stands.
    pub(crate) node: Node<'a>,
    /// Where it is written: the definition, where nothing but a reference stands.
    pub(crate) place: Node<'a>,
    /// What holds for it.
    pub(crate) schema: Merged<'a>,
    /// What holds around the `anyOf` or `oneOf` that it is a branch of.
    pub(crate) outer: Option<Merged<'a>>,
}

/// A use that is still to be read.
pub(crate) struct UseAt {
    /// Its position among the schemas.
    schema: u32,
    place: Place,
}

impl UseAt {
    pub(crate) fn read<'a>(&self, api: &Api<'a>) -> Use<'a> {
        let schema = &api.schemas.all()[self.schema as usize];
        let outer = outer(schema).map(|outer| Merged::of(api, outer));
        Use { node: schema.node, place: api.node(self.place), schema: Merged::of(api, schema.node), outer }
    }
}

/// The uses in document order, each definition once.
pub(crate) fn uses(api: &Api<'_>) -> Vec<UseAt> {
    let mut seen: HashSet<Place> = HashSet::new();
    let mut aside: HashSet<Place> = HashSet::new();
    let mut uses = Vec::new();
    for (at, schema) in (0..).zip(api.schemas.all()) {
        if !schema.reach.intersects(Reach::REQUEST) {
            continue;
        }
        if is_aside(schema, &aside) {
            aside.insert(schema.node.place());
        } else if is_use(schema)
            && let Some(place) = definition(api, schema.node).map(Node::place)
            && seen.insert(place)
        {
            uses.push(UseAt { schema: at, place });
        }
    }
    uses
}

/// Definitions are judged where they are used, branches of `allOf` with the whole.
fn is_use(schema: &Schema<'_>) -> bool {
    schema.role != Role::Definition
        && schema.node.parent().is_some_and(|parent| schema.role != Role::Part || list(parent) != Some("allOf"))
}

/// Conditions, and names of properties, ask for nothing that is sent; nor does what stands in them. Parents come first.
fn is_aside(schema: &Schema<'_>, aside: &HashSet<Place>) -> bool {
    let keywords = ["not", "if", "then", "else", "contains", "propertyNames"];
    let parent = schema.node.parent();
    let own = schema.role == Role::Part
        && (schema.node.key().is_some_and(|key| keywords.contains(&key))
            || parent.is_some_and(|map| map.key() == Some("dependentSchemas")));
    let around = || {
        let holder = parent.and_then(Node::parent);
        parent.into_iter().chain(holder).any(|node| aside.contains(&node.place()))
    };
    own || !aside.is_empty() && around()
}

/// The schema around the `anyOf` or `oneOf` that one is a branch of.
fn outer<'a>(schema: &Schema<'a>) -> Option<Node<'a>> {
    let parent = schema.node.parent().filter(|_| schema.role == Role::Part)?;
    matches!(list(parent), Some("anyOf" | "oneOf")).then(|| parent.parent()).flatten()
}

fn list(node: Node<'_>) -> Option<&str> {
    node.key().filter(|_| node.is_sequence())
}

fn definition<'a>(api: &Api<'a>, node: Node<'a>) -> Option<Node<'a>> {
    if node.reference().is_none() {
        return Some(node);
    }
    let siblings = matches!(api.spec.format, Format::OpenApi31 | Format::OpenApi32);
    let explains = |key: &str| matches!(key, "$ref" | "description" | "summary" | "title");
    if siblings && !node.entries().all(|(key, _)| explains(key)) { Some(node) } else { node.target_or_none() }
}

impl<'a> Use<'a> {
    /// True when one of the keywords is there.
    pub(crate) fn says(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.schema.get(keyword).is_some())
    }

    /// True when it is of a kind, and is not judged already with a schema of that kind around it.
    pub(crate) fn is(&self, kind: impl Fn(&Merged<'a>) -> bool) -> bool {
        kind(&self.schema) && !self.outer.as_ref().is_some_and(kind)
    }

    /// True when something holds for it, for what is around it, or for each of its own branches of one `anyOf` or
    /// `oneOf`, `null` left out.
    pub(crate) fn holds(&self, api: &Api<'a>, test: impl Fn(&Merged<'a>) -> bool) -> bool {
        let branch = |node: Node<'a>| {
            let branch = Merged::of(api, node);
            test(&branch) || branch.types().eq(["null"])
        };
        let branches = |key| self.schema.all(key).any(|list| list.count() > 0 && list.items().all(branch));
        test(&self.schema) || self.outer.as_ref().is_some_and(&test) || branches("anyOf") || branches("oneOf")
    }

    /// The name of the component that it is, if it is one.
    pub(crate) fn component(&self) -> Option<&'a str> {
        (self.place != self.node).then(|| self.place.key()).flatten()
    }

    /// The values of `format`.
    pub(crate) fn formats(&self) -> impl Iterator<Item = &'a str> {
        self.schema.all("format").filter_map(|format| format.raw().as_str()).collect::<Vec<_>>().into_iter()
    }
}

/// What callers fill in by a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carrier {
    Path,
    Parameter,
    Body,
}

/// The parameters by their schemas.
pub(crate) struct Parameters<'r, 'a>(HashMap<Place, &'r Parameter<'a>>);

impl<'r, 'a> Parameters<'r, 'a> {
    pub(crate) fn new(api: &'r Api<'a>) -> Self {
        let by_schema = api.parameters.iter().filter_map(|parameter| Some((parameter.schema?.place(), parameter)));
        Self(by_schema.collect())
    }

    /// The parameter whose schema it is, or is a part of.
    pub(crate) fn around(&self, node: Node<'a>) -> Option<&'r Parameter<'a>> {
        std::iter::successors(Some(node), |node| node.parent()).find_map(|node| self.of(node))
    }

    /// The parameter whose schema it is.
    pub(crate) fn of(&self, node: Node<'a>) -> Option<&'r Parameter<'a>> {
        self.0.get(&node.place()).copied()
    }

    pub(crate) fn carrier(&self, node: Node<'a>) -> Carrier {
        match self.around(node).map(|parameter| parameter.location) {
            Some(Location::Path) => Carrier::Path,
            Some(Location::Form) | None => Carrier::Body,
            Some(_) => Carrier::Parameter,
        }
    }

    /// The name under which callers send it: of the property, the parameter or, for an item, of the list.
    pub(crate) fn name(&self, node: Node<'a>) -> Option<&'a str> {
        let mut at = node;
        loop {
            if let Some(parameter) = self.of(at) {
                return Some(parameter.name);
            }
            match (at.key(), at.parent()?) {
                (Some("items"), parent) => at = parent,
                (None, parent) if matches!(list(parent), Some("anyOf" | "oneOf")) => at = parent.parent()?,
                (name, parent) => return name.filter(|_| parent.key() == Some("properties")),
            }
        }
    }

    /// What it is called in messages.
    pub(crate) fn title(&self, used: &Use<'a>) -> String {
        let named = self.name(used.node).or_else(|| used.component());
        match named {
            Some(name) if self.around(used.node).is_some() => format!("parameter {}", quoted(name)),
            Some(name) => quoted(name),
            None => "what is sent".to_owned(),
        }
    }
}
