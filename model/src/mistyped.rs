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
    /// fault of its own when it leads nowhere.
    pub(crate) fn admits(self, node: Node<'_>) -> bool {
        match (self, node.kind()) {
            (Self::Method | Self::Below(_), _) => false,
            (_, Kind::Null) | (Self::Mapping, Kind::Mapping) | (Self::Sequence, Kind::Sequence) => true,
            (Self::Sequence, Kind::Mapping) => node.reference().is_some(),
            _ => false,
        }
    }
}
