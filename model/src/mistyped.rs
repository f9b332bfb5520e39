//! Members of another type than the specification gives them. What they hold is not read, so that they must be told.

use apiward_syntax::Kind;

use crate::node::Node;

/// What a member must be to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An object or a map.
    Mapping,
    /// A list.
    Sequence,
    /// A method of HTTP: a key in lower case.
    Method,
    /// Nothing: another version than that of the description has it.
    OtherVersion(&'static str),
    /// Nothing: a path stands in a path item.
    OutsidePathItem,
    /// Nothing: a method stands in an operation.
    OutsideOperation,
    /// Nothing: what holds paths goes by another key.
    Paths,
    /// Nothing: a path item asks for nothing, its operations do.
    OfOperations,
    /// What the schema around it refers to as a whole.
    NoReference,
    /// A reference to a component of that section, not of another.
    Component(&'static str),
    /// A media type, as the key.
    MediaType,
    /// A parameter that says where it is.
    Location,
    /// Nothing: a version stands there already, under this key, and the description is read by that.
    OneVersion(&'static str),
    /// Nothing: what has such a name stands below this key of the root.
    Below(&'static str),
}

/// A member that is not read, because it is something else than it must be.
#[derive(Clone, Copy, Debug)]
pub struct Mistyped<'a> {
    /// The member's value.
    pub node: Node<'a>,
    /// What it should be.
    pub expected: Expected,
}

impl Expected {
    /// True for what can be read, for nothing where the author wrote nothing yet, and for a reference, which has a
    /// fault of its own when it leads nowhere. An empty collection of the other kind holds nothing that could be lost:
    /// some languages know only one kind, and write all empty ones alike.
    pub(crate) fn admits(self, node: Node<'_>) -> bool {
        match (self, node.kind()) {
            (Self::Method | Self::Below(_) | Self::Location, _) => false,
            (_, Kind::Null) => true,
            (Self::Mapping, kind) => kind == Kind::Mapping || is_empty(node),
            (Self::Sequence, kind) => kind == Kind::Sequence || is_empty(node) || node.reference().is_some(),
            _ => false,
        }
    }
}

fn is_empty(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping | Kind::Sequence) && node.count() == 0
}
