//! Text to tree: reads YAML and JSON into one arena in which every node knows the bytes of its key and its value.
//!
//! ```
//! use apiward_syntax::{Limits, parse};
//!
//! let parsed = parse("paths:\n  /users: {}\n".into(), None, &Limits::default());
//! let tree = parsed.tree;
//! let users = tree.documents().next().and_then(|root| root.at_pointer("/paths/~1users"));
//! assert_eq!(users.and_then(|node| node.key()), Some("/users"));
//! ```

mod intern;
mod tree;

pub use intern::Symbol;
pub use tree::{Anchor, Children, Comment, DuplicateKey, Entries, Kind, Node, NodeId, Notation, Span, Tree};
