//! A node of a tree together with the file it lies in, so that references can be followed from it.

use std::fmt;
use std::ops::Deref;

use apiward_syntax::{self as syntax, Known, MemberKey, NodeId};

use crate::files::{File, FileId, Files};
use crate::reference::Unresolved;

/// Where something stands: a file of the loaded set and a node of its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The node in the file's tree.
    pub node: NodeId,
}

/// A node and its file. Everything of [`syntax::Node`] is at hand through `Deref`; what leads to other nodes keeps
/// the file.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    files: &'a Files,
    /// Labelled with the number of its file.
    raw: syntax::Node<'a>,
}

impl<'a> Deref for Node<'a> {
    type Target = syntax::Node<'a>;

    fn deref(&self) -> &Self::Target {
        &self.raw
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.file().path, self.raw)
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Node<'_> {}

/// Longest chain of references that lead to references.
const CHAIN: usize = 64;

impl<'a> Node<'a> {
    pub(crate) fn new(files: &'a Files, file: FileId, raw: syntax::Node<'a>) -> Self {
        Self { files, raw: raw.labelled(file.0) }
    }

    fn with(self, raw: syntax::Node<'a>) -> Self {
        Self { raw: raw.labelled(self.raw.label()), ..self }
    }

    /// The file the node lies in.
    pub fn file(self) -> &'a File {
        self.files.file(self.file_id())
    }

    /// The id of that file.
    pub fn file_id(self) -> FileId {
        FileId(self.raw.label())
    }

    /// The set of files that references are resolved in.
    pub fn files(self) -> &'a Files {
        self.files
    }

    /// The node without its file.
    pub fn raw(self) -> syntax::Node<'a> {
        self.raw
    }

    /// File and node.
    pub fn place(self) -> Place {
        Place { file: self.file_id(), node: self.raw.id() }
    }

    /// The node an alias stands for; any other node is itself.
    #[must_use]
    pub fn resolved(self) -> Self {
        self.with(self.raw.resolved())
    }

    /// The member of a mapping; references are not followed.
    pub fn get(self, key: impl MemberKey) -> Option<Self> {
        self.raw.get(key).map(|raw| self.with(raw))
    }

    /// The string member of a mapping.
    pub fn get_str(self, key: impl MemberKey) -> Option<&'a str> {
        self.raw.get(key).and_then(syntax::Node::as_str)
    }

    /// True when the member is the boolean `true`.
    pub fn is_true(self, key: impl MemberKey) -> bool {
        self.raw.get(key).and_then(syntax::Node::as_bool) == Some(true)
    }

    /// The collection that holds the node.
    pub fn parent(self) -> Option<Self> {
        self.raw.parent().map(|raw| self.with(raw))
    }

    /// The items of a sequence.
    pub fn items(self) -> impl Iterator<Item = Self> + use<'a> {
        self.raw.items().map(move |raw| self.with(raw))
    }

    /// The members of a mapping: the last of equal keys, merge keys followed.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        self.raw.entries().map(move |(key, raw)| (key, self.with(raw)))
    }

    /// The node at a JSON Pointer below this one.
    pub fn at_pointer(self, pointer: &str) -> Option<Self> {
        self.raw.at_pointer(pointer).map(|raw| self.with(raw))
    }

    /// The `$ref` member, when it is a string: the node then is a reference.
    pub fn reference(self) -> Option<Self> {
        self.get(Known::Ref).filter(|node| node.is_string())
    }

    /// Follows `$ref`, over several hops, to the node that is meant; a node without `$ref` is itself.
    ///
    /// # Errors
    /// The `$ref` node that leads nowhere, and why.
    pub fn target(self) -> Result<Self, (Self, Unresolved)> {
        let mut node = self;
        for _ in 0..CHAIN {
            let Some(reference) = node.reference() else { return Ok(node) };
            node = self.files.resolve(reference).map_err(|why| (reference, why))?;
        }
        let reference = self.reference().unwrap_or(self);
        Err((reference, Unresolved::Circular))
    }

    /// As [`Node::target`], nothing when a reference leads nowhere.
    pub fn target_or_none(self) -> Option<Self> {
        self.target().ok()
    }

    /// The map of a schema's own properties. No version allows a `$ref` in place of the map, but bundlers follow it, and
    /// no schema could be meant by it.
    pub fn properties(self) -> Option<Self> {
        self.get(Known::Properties).map(Self::map_behind)
    }

    /// What stands for a map of schemas: that to which its only member leads, if that is a `$ref`.
    #[must_use]
    pub(crate) fn map_behind(self) -> Self {
        let reference = Some(self).filter(|map| map.count() == 1 && map.reference().is_some());
        reference.and_then(Self::target_or_none).unwrap_or(self)
    }
}
