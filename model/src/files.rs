//! The files of one document: the root and what its references lead to, each loaded once and kept inside the root
//! folder.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use apiward_syntax::{Limits, NodeId, ParseError, Tree};
use foldhash::fast::RandomState;

use crate::context::Contexts;
use crate::node::{Node, Place};
use crate::reference::{self, Target, Unresolved};

/// A file of a loaded set; 0 is the root file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

impl FileId {
    /// The file that holds the document itself.
    pub const ROOT: Self = Self(0);

    /// Position in the set, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A parsed file.
#[derive(Debug)]
pub struct File {
    /// Path relative to the root folder, with `/`; what outputs show.
    pub path: String,
    /// Where it was read from: absolute and free of symbolic links, or a mere name in memory.
    pub location: PathBuf,
    /// The parsed text.
    pub tree: Tree,
    /// The fault that ended the parse; the tree holds the documents before it.
    pub error: Option<ParseError>,
    contexts: OnceLock<Contexts>,
    identities: OnceLock<Identities>,
}

impl File {
    /// Wraps a parsed text.
    pub fn new(path: String, location: PathBuf, tree: Tree, error: Option<ParseError>) -> Self {
        Self { path, location, tree, error, contexts: OnceLock::new(), identities: OnceLock::new() }
    }

    /// Which nodes belong to the description and which are data; worked out on first use.
    pub fn contexts(&self) -> &Contexts {
        self.contexts.get_or_init(|| Contexts::new(&self.tree))
    }

    fn identities(&self) -> &Identities {
        self.identities.get_or_init(|| Identities::new(self))
    }

    /// The `$ref` strings that are references, in document order.
    fn references(&self) -> impl Iterator<Item = apiward_syntax::Node<'_>> {
        let key = self.tree.symbol("$ref");
        let contexts = key.map(|_| self.contexts());
        self.tree.nodes().filter(move |node| {
            key.is_some()
                && node.key_symbol() == key
                && node.as_str().is_some()
                && contexts.is_some_and(|contexts| !contexts.is_data(node.id()))
        })
    }

    /// True when a reference leads out of the file.
    pub fn refers_to_others(&self) -> bool {
        self.references().any(|node| !node.text().starts_with('#'))
    }
}

/// `$id`, `$self` and anchors of one file.
#[derive(Debug, Default)]
struct Identities {
    /// Resources by absolute or relative URI, without fragment.
    resources: Vec<(String, NodeId)>,
    anchors: Vec<(String, NodeId)>,
}

impl Identities {
    fn new(file: &File) -> Self {
        let tree = &file.tree;
        let symbols = ["$id", "$self", "$anchor", "$dynamicAnchor"].map(|key| tree.symbol(key));
        if symbols.iter().all(Option::is_none) {
            return Self::default();
        }
        let mut found = Self::default();
        for node in tree.nodes() {
            let Some(which) = symbols.iter().position(|symbol| symbol.is_some() && node.key_symbol() == *symbol) else {
                continue;
            };
            let (Some(text), Some(owner)) = (node.as_str(), node.parent()) else { continue };
            if file.contexts().is_data(node.id()) {
                continue;
            }
            if which < 2 {
                let outer = base_of(owner.parent());
                let uri = reference::join_uri(&outer, text.trim_end_matches('#'));
                found.resources.push((uri, owner.id()));
            } else {
                found.anchors.push((text.to_owned(), owner.id()));
            }
        }
        found
    }
}

/// The base URI that `$id` and `$self` of a node and its ancestors give; empty when there is none.
fn base_of(node: Option<apiward_syntax::Node<'_>>) -> String {
    let mut parts = Vec::new();
    let mut next = node;
    while let Some(node) = next {
        if let Some(id) = node.get("$id").or_else(|| node.get("$self")).and_then(|id| id.as_str()) {
            parts.push(id);
            if reference::is_absolute(id) {
                break;
            }
        }
        next = node.parent();
    }
    parts.iter().rev().fold(String::new(), |base, id| reference::join_uri(&base, id))
}

/// The root file of a document and every file that its references reach.
#[derive(Debug)]
pub struct Files {
    files: Vec<Arc<File>>,
    /// Per file, what each different `$ref` text of it means.
    references: Vec<HashMap<Box<str>, Result<Place, Unresolved>, RandomState>>,
    /// Files that references lead to but that do not parse.
    unreadable: Vec<Arc<File>>,
}

impl Files {
    /// Loads what the references of `root` reach, in breadth-first order.
    pub fn load(root: Arc<File>, loader: &Loader) -> Self {
        let mut set = Self { files: vec![root], references: Vec::new(), unreadable: Vec::new() };
        let mut by_location: HashMap<PathBuf, FileId> = HashMap::new();
        by_location.insert(set.files[0].location.clone(), FileId::ROOT);
        let mut opened: Vec<HashMap<String, Result<FileId, Unresolved>>> = Vec::new();
        let mut at = 0;
        while at < set.files.len() {
            let file = Arc::clone(&set.files[at]);
            let mut targets = HashMap::new();
            for node in file.references() {
                let (Target::File(path), _) = reference::split(node.text()) else { continue };
                if let std::collections::hash_map::Entry::Vacant(entry) = targets.entry(path) {
                    let result = set.open(&file, entry.key(), loader, &mut by_location);
                    entry.insert(result);
                }
            }
            opened.push(targets);
            at += 1;
        }
        set.references = (0..set.files.len()).map(|at| set.resolve_all(at, &opened[at])).collect();
        set
    }

    fn open(
        &mut self,
        from: &File,
        path: &str,
        loader: &Loader,
        by_location: &mut HashMap<PathBuf, FileId>,
    ) -> Result<FileId, Unresolved> {
        let location = loader.locate(&from.location, path)?;
        if let Some(&known) = by_location.get(&location) {
            return Ok(known);
        }
        if self.files.len() >= loader.max_files {
            return Err(Unresolved::TooManyFiles { limit: loader.max_files });
        }
        let file = loader.load(&location)?;
        if file.error.is_some() {
            let path = file.path.clone();
            if !self.unreadable.iter().any(|known| known.path == path) {
                self.unreadable.push(file);
            }
            return Err(Unresolved::Unreadable { path });
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        by_location.insert(location, id);
        Ok(id)
    }

    fn resolve_all(
        &self,
        at: usize,
        opened: &HashMap<String, Result<FileId, Unresolved>>,
    ) -> HashMap<Box<str>, Result<Place, Unresolved>, RandomState> {
        let mut known = HashMap::default();
        let file = &self.files[at];
        let from = FileId(u32::try_from(at).unwrap_or(u32::MAX));
        let scoped = !file.identities().resources.is_empty();
        for node in file.references() {
            let text = node.text();
            // Under an `$id` equal texts may mean different things: those are resolved where they stand.
            if known.contains_key(text) || (scoped && !base_of(node.parent()).is_empty()) {
                continue;
            }
            let (target, fragment) = reference::split(text);
            let result = match target {
                Target::Same => self.in_file(from, &fragment),
                Target::Uri(uri) => self.in_resource(&uri, &fragment),
                Target::File(path) => match opened.get(&path) {
                    Some(Ok(file)) => self.in_file(*file, &fragment),
                    Some(Err(why)) => Err(why.clone()),
                    None => Err(Unresolved::Remote),
                },
            };
            known.insert(text.into(), result);
        }
        known
    }

    /// The place a fragment (without `#`) names in a file: a JSON Pointer or an anchor.
    fn in_file(&self, id: FileId, fragment: &str) -> Result<Place, Unresolved> {
        let file = &self.files[id.index()];
        let root = file.tree.documents().next();
        let missing = |found: String| Unresolved::NoSuchPlace { fragment: fragment.to_owned(), found };
        let Some(root) = root else { return Err(missing(String::new())) };
        self.below(id, root, fragment).ok_or_else(|| missing(longest_prefix(root, fragment)))
    }

    fn below(&self, id: FileId, root: apiward_syntax::Node<'_>, fragment: &str) -> Option<Place> {
        if fragment.is_empty() || fragment.starts_with('/') {
            return root.at_pointer(fragment).map(|node| Place { file: id, node: node.id() });
        }
        let anchors = &self.files[id.index()].identities().anchors;
        let inside = anchors.iter().find(|(name, node)| name == fragment && root.contains(*node));
        inside.map(|(_, node)| Place { file: id, node: *node })
    }

    fn in_resource(&self, uri: &str, fragment: &str) -> Result<Place, Unresolved> {
        for (at, file) in self.files.iter().enumerate() {
            let id = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            let Some((_, node)) = file.identities().resources.iter().find(|(known, _)| known == uri) else { continue };
            let root = file.tree.node(*node);
            let missing = || Unresolved::NoSuchPlace { fragment: fragment.to_owned(), found: String::new() };
            return self.below(id, root, fragment).ok_or_else(missing);
        }
        Err(Unresolved::Remote)
    }

    /// What a `$ref` string node refers to.
    pub(crate) fn resolve<'a>(&'a self, reference: Node<'a>) -> Result<Node<'a>, Unresolved> {
        let text = reference.text();
        let file = reference.file_id();
        let known = self.references.get(file.index()).and_then(|known| known.get(text));
        let place = match known {
            Some(Ok(place)) => *place,
            Some(Err(why)) => return Err(why.clone()),
            None => self.resolve_scoped(reference)?,
        };
        Ok(self.node(place))
    }

    /// Resolves a reference under an `$id`, or one in what was taken for data.
    fn resolve_scoped(&self, reference: Node<'_>) -> Result<Place, Unresolved> {
        let base = base_of(reference.raw().parent());
        let text = reference.text();
        let (target, fragment) = reference::split(text);
        if base.is_empty() && target != Target::Same {
            return Err(Unresolved::Remote);
        }
        let resource = text.split('#').next().unwrap_or_default();
        let uri = if resource.is_empty() { base } else { reference::join_uri(&base, resource) };
        match self.in_resource(&uri, &fragment) {
            Ok(place) => Ok(place),
            // Many authors write `#/components/...` below an `$id` and mean the file.
            Err(why) if target == Target::Same => self.in_file(reference.file_id(), &fragment).map_err(|_| why),
            Err(why) => Err(why),
        }
    }

    /// The node that a reference written at a node would mean, for references that are no `$ref`; files that no
    /// `$ref` leads to are not loaded for it.
    pub(crate) fn look_up<'a>(&'a self, from: Node<'a>, text: &str) -> Option<Node<'a>> {
        let (target, fragment) = reference::split(text);
        let place = match target {
            Target::Same => self.in_file(from.file_id(), &fragment),
            Target::Uri(uri) => self.in_resource(&uri, &fragment),
            Target::File(path) => {
                let joined = normalise(&from.file().location.parent()?.join(path))?;
                let at = self.files.iter().position(|file| file.location == joined)?;
                self.in_file(FileId(u32::try_from(at).ok()?), &fragment)
            }
        };
        place.ok().map(|place| self.node(place))
    }

    /// The root node of the first document of a file.
    pub(crate) fn first_document(&self, id: FileId) -> Option<Node<'_>> {
        self.file(id).tree.documents().next().map(|raw| Node::new(self, id, raw))
    }

    /// A file of the set.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.index()]
    }

    /// The shared handle of a file of the set.
    pub fn shared(&self, id: FileId) -> Arc<File> {
        Arc::clone(&self.files[id.index()])
    }

    /// Every file of the set with its id, the root first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file.as_ref()))
    }

    /// Files that references lead to but that do not parse.
    pub fn unreadable(&self) -> &[Arc<File>] {
        &self.unreadable
    }

    /// The node at a place of this set.
    pub fn node(&self, place: Place) -> Node<'_> {
        Node::new(self, place.file, self.file(place.file).tree.node(place.node))
    }

    /// The root node of a document of the root file, from 0.
    pub fn document(&self, index: usize) -> Option<Node<'_>> {
        self.files[0].tree.documents().nth(index).map(|raw| Node::new(self, FileId::ROOT, raw))
    }
}

fn longest_prefix(root: apiward_syntax::Node<'_>, pointer: &str) -> String {
    let mut found = "";
    for (at, _) in pointer.match_indices('/').skip(1) {
        if root.at_pointer(&pointer[..at]).is_none() {
            break;
        }
        found = &pointer[..at];
    }
    found.to_owned()
}

/// One file's slot in the loader's cache: filled once, whoever comes first.
type Slot = Arc<OnceLock<Result<Arc<File>, Unresolved>>>;

/// Opens files for references: from the disk, inside a root folder, or from memory. Shared by all documents of a run,
/// so that a fragment is parsed once.
#[derive(Debug)]
pub struct Loader {
    source: Source,
    limits: Limits,
    max_files: usize,
    cache: Mutex<HashMap<PathBuf, Slot>>,
}

#[derive(Debug)]
enum Source {
    Disk { root: PathBuf },
    Memory(HashMap<PathBuf, Arc<str>>),
}

/// Files that one document may load; see [`Loader::disk`].
pub const MAX_FILES: usize = 10_000;

impl Loader {
    /// A loader for files below `root`, which must be absolute and free of symbolic links.
    pub fn disk(root: PathBuf, limits: Limits) -> Self {
        Self { source: Source::Disk { root }, limits, max_files: MAX_FILES, cache: Mutex::default() }
    }

    /// A loader over texts in memory, by relative path; for tests, fuzzing, and documents without a file.
    pub fn memory(files: impl IntoIterator<Item = (PathBuf, Arc<str>)>, limits: Limits) -> Self {
        let files = files.into_iter().collect();
        Self { source: Source::Memory(files), limits, max_files: MAX_FILES, cache: Mutex::default() }
    }

    /// The same loader with another bound on the files of one document.
    #[must_use]
    pub fn with_max_files(self, max_files: usize) -> Self {
        Self { max_files, ..self }
    }

    /// Puts a file that was read already into the cache.
    pub fn remember(&self, file: &Arc<File>) {
        let slot = self.slot(&file.location);
        let _ = slot.set(Ok(Arc::clone(file)));
    }

    /// Drops a file from the cache; it would be read again when asked for.
    pub fn forget(&self, location: &Path) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).remove(location);
    }

    fn slot(&self, location: &Path) -> Slot {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cache.entry(location.to_owned()).or_default())
    }

    /// The canonical location that a relative reference from a file means.
    fn locate(&self, from: &Path, path: &str) -> Result<PathBuf, Unresolved> {
        let outside = || Unresolved::OutsideRoot { path: path.to_owned() };
        // A drive letter or a backslash path is absolute on some machine: refused alike everywhere.
        if path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':') {
            return Err(outside());
        }
        let joined = normalise(&from.parent().unwrap_or(Path::new("")).join(path)).ok_or_else(outside)?;
        match &self.source {
            Source::Memory(_) => Ok(joined),
            Source::Disk { root } => {
                if !joined.starts_with(root) {
                    return Err(outside());
                }
                let location = joined.canonicalize().map_err(|error| Unresolved::NoSuchFile {
                    path: relative(&joined, root),
                    reason: describe(&error),
                })?;
                // A symbolic link may lead out of the root although the path does not.
                if location.starts_with(root) { Ok(location) } else { Err(outside()) }
            }
        }
    }

    /// The parsed file at a location, from the cache if it was asked for before. A file that does not parse is no
    /// error here: [`File::error`] tells.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn load(&self, location: &Path) -> Result<Arc<File>, Unresolved> {
        let slot = self.slot(location);
        slot.get_or_init(|| self.read(location)).clone()
    }

    fn read(&self, location: &Path) -> Result<Arc<File>, Unresolved> {
        let (path, bytes) = match &self.source {
            Source::Memory(files) => {
                let path = location.to_string_lossy().replace('\\', "/");
                let missing = || Unresolved::NoSuchFile { path: path.clone(), reason: "no such file".to_owned() };
                let text = files.get(location).ok_or_else(missing)?;
                (path, text.as_bytes().to_vec())
            }
            Source::Disk { root } => {
                let path = relative(location, root);
                let bytes = read_regular_file(location, self.limits.file_bytes)
                    .map_err(|error| Unresolved::NoSuchFile { path: path.clone(), reason: describe(&error) })?;
                (path, bytes)
            }
        };
        let parsed = apiward_syntax::parse_bytes(bytes, Some(location), &self.limits);
        Ok(Arc::new(File::new(path, location.to_owned(), parsed.tree, parsed.error)))
    }
}

/// Reads a file that must be a regular one (a FIFO or device could block or never end), one byte past the limit at
/// most: the parser then names the limit.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn read_regular_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "it is a folder" } else { "it is no regular file" };
        return Err(std::io::Error::other(what));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 1);
    std::fs::File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What went wrong with a file, in words that do not differ between systems.
fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission".to_owned(),
        _ => error.to_string(),
    }
}

/// The path below `root`, with `/`.
pub fn relative(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Removes `.` and `..` by the text alone; nothing when `..` leads above the start.
fn normalise(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            other => out.push(other),
        }
    }
    Some(out)
}
