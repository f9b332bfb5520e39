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

mod ahead;
mod block;
mod block_scalar;
mod build;
mod core_schema;
mod de;
mod edit;
mod error;
mod intern;
mod items;
mod json;
mod json_errors;
mod known;
mod limits;
mod lines;
mod merge;
mod parse;
#[doc(hidden)]
pub mod paths;
mod pointer;
mod recurring;
mod source;
mod surrogates;
mod tree;
mod value;
mod yaml;
mod yaml_errors;

pub use ahead::{another_core_is_free, is_read_on_two_cores};
pub use de::{DeError, from_node};
pub use edit::{Change, Fragment, TextEdit};
pub use error::{ErrorKind, ParseError};
pub use intern::Symbol;
pub use known::{Known, MemberKey};
pub use limits::Limits;
pub use lines::{LineIndex, Position};
pub use parse::{Parsed, parse, parse_bytes};
pub use source::Source;
pub use tree::{Anchor, Children, Comment, DuplicateKey, Entries, Kind, Node, NodeId, Notation, Span, TextPlace, Tree};
pub use value::to_json_line;
