//! The files of one document: the root and what its references lead to, each loaded once and kept inside the root
//! folder.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use apiward_syntax::{Limits, NodeId, ParseError, Tree};
use foldhash::fast::RandomState;

use crate::context::Contexts;
use crate::node::{Node, Place};
use crate::read::read_regular_file;
use crate::reference::{self, Target, Unresolved};
use crate::references::References;

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
    references: OnceLock<References>,
    identities: OnceLock<Identities>,
}

impl File {
    /// Wraps a parsed text.
    pub fn new(path: String, location: PathBuf, tree: Tree, error: Option<ParseError>) -> Self {
        Self {
            path,
            location,
            tree,
            error,
            contexts: OnceLock::new(),
            references: OnceLock::new(),
            identities: OnceLock::new(),
        }
    }

    /// Which nodes belong to the description and which are data; worked out on first use.
    pub fn contexts(&self) -> &Contexts {
        self.contexts.get_or_init(|| Contexts::new(&self.tree))
    }

    fn identities(&self) -> &Identities {
        self.identities.get_or_init(|| Identities::new(self))
    }

    /// The `$ref`s; found on first use.
    pub(crate) fn references(&self) -> &References {
        self.references.get_or_init(|| References::new(self))
    }

    /// True when a reference leads out of the file.
    pub fn refers_to_others(&self) -> bool {
        self.references().elsewhere
    }
}

/// `$id`, `$self` and anchors of one file.
#[derive(Debug, Default)]
struct Identities {
    /// Resources by absolute or relative URI, without fragment.
    resources: Vec<(String, NodeId)>,
    /// Anchors by the resource that they belong to: the object with the `$id`, else the document.
    anchors: HashMap<(NodeId, String), NodeId, RandomState>,
    /// The nodes of each anchor in document order, for references that name it from an outer resource.
    by_name: HashMap<String, Vec<NodeId>, RandomState>,
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
            if which >= 2 {
                found.add_anchor(text, owner);
            } else if let Some(uri) = own_uri(text) {
                let outer = base_of(owner.parent());
                found.resources.push((reference::join_uri(&outer, uri), owner.id()));
            } else if let Some(name) = text.strip_prefix('#').filter(|name| !name.is_empty() && !name.starts_with('/'))
            {
                // How draft-06 and draft-07 write `$anchor`.
                found.add_anchor(&reference::decode(name), owner);
            }
        }
        found
    }

    fn add_anchor(&mut self, name: &str, owner: apiward_syntax::Node<'_>) {
        self.anchors.entry((resource_of(owner), name.to_owned())).or_insert(owner.id());
        self.by_name.entry(name.to_owned()).or_default().push(owner.id());
    }

    /// The node with an anchor in the resource whose root is given, else anywhere below that root.
    fn anchor(&self, root: apiward_syntax::Node<'_>, name: &str) -> Option<NodeId> {
        if let Some(own) = self.anchors.get(&(root.id(), name.to_owned())) {
            return Some(*own);
        }
        let nodes = self.by_name.get(name)?;
        let first = nodes.partition_point(|node| *node < root.id());
        nodes.get(first).copied().filter(|node| root.contains(*node))
    }
}

/// What a node says about its own URI.
fn identity(node: apiward_syntax::Node<'_>) -> Option<&str> {
    ["$id", "$self"].iter().find_map(|key| node.get(*key)?.as_str().and_then(own_uri))
}

/// The URI in the text of an `$id` or `$self`. One that is empty or only a fragment names a place in the resource
/// around it, and gives what is below no other base (JSON Schema draft-07, 8.2.3).
fn own_uri(text: &str) -> Option<&str> {
    Some(text.trim_end_matches('#')).filter(|uri| !uri.is_empty() && !uri.starts_with('#'))
}

/// The base URI that `$id` and `$self` of a node and its ancestors give; empty when there is none.
fn base_of(node: Option<apiward_syntax::Node<'_>>) -> String {
    let mut parts = Vec::new();
    let mut next = node;
    while let Some(node) = next {
        if let Some(id) = identity(node) {
            parts.push(id);
            if reference::is_absolute(id) {
                break;
            }
        }
        next = node.parent();
    }
    parts.iter().rev().fold(String::new(), |base, id| reference::join_uri(&base, id))
}

/// The nearest object around a node that has a URI of its own, else the document's root.
fn resource_of(node: apiward_syntax::Node<'_>) -> NodeId {
    let mut node = node;
    while identity(node).is_none() {
        let Some(parent) = node.parent() else { break };
        node = parent;
    }
    node.id()
}

/// What the path part of each reference of a file led to.
type Opened = HashMap<String, Result<FileId, Unresolved>, RandomState>;

/// What the references of one file mean.
#[derive(Debug, Default)]
struct Known {
    /// What each of its different texts means.
    meant: Vec<Result<Place, Unresolved>>,
    /// Each leads, whatever stands around it, to a place that is there and is no reference itself.
    straight: bool,
}

/// The root file of a document and every file that its references reach.
#[derive(Debug)]
pub struct Files {
    loaded: Vec<Arc<File>>,
    /// Per file, the files that its references name.
    opened: Vec<Opened>,
    /// Per file, what each different `$ref` text of it means.
    known: Vec<Known>,
    /// Objects that have a URI of their own.
    resources: HashMap<String, Place, RandomState>,
    /// Files that references lead to but that do not parse.
    unreadable: Vec<Arc<File>>,
}

/// Nodes from which on one description is worth the work of several cores: some hundred KB.
pub(crate) const LARGE: usize = 10_000;

/// Longest `$ref` text that is looked up: an alias may repeat a text of a megabyte for the price of a few bytes.
pub(crate) const LONGEST_REFERENCE: usize = 8 * 1024;

/// Files on their way into the set.
struct Loading<'l> {
    loader: &'l Loader,
    by_location: HashMap<PathBuf, FileId>,
    /// Data of another file to which a reference leads: its references count, too.
    adopted: Vec<Place>,
    seen: HashSet<Place, RandomState>,
}

impl Files {
    /// Loads what the references of `root` reach, in breadth-first order.
    pub fn load(root: Arc<File>, loader: &Loader) -> Self {
        let mut set = Self {
            loaded: vec![root],
            opened: vec![HashMap::default()],
            known: Vec::new(),
            resources: HashMap::default(),
            unreadable: Vec::new(),
        };
        let by_location = HashMap::from([(set.loaded[0].location.clone(), FileId::ROOT)]);
        let mut loading = Loading { loader, by_location, adopted: Vec::new(), seen: HashSet::default() };
        let scheme_uris = names_schemes_by_uri(&set.loaded[0].tree);
        let mut at = 0;
        while at < set.loaded.len() {
            let file = Arc::clone(&set.loaded[at]);
            let id = file_id(at);
            for &node in &file.references().different {
                set.open(id, &file, file.tree.node(node).text(), &mut loading);
            }
            if scheme_uris {
                set.open_scheme_uris(id, &file, &mut loading);
            }
            at += 1;
            while let Some(place) = loading.adopted.pop() {
                let file = Arc::clone(&set.loaded[place.file.index()]);
                for node in file.tree.node(place.node).descendants().filter(|node| node.key() == Some("$ref")) {
                    set.open(place.file, &file, node.text(), &mut loading);
                }
            }
        }
        set.index_resources();
        set.known = (0..set.loaded.len()).map(|at| set.interpret_all(file_id(at))).collect();
        set
    }

    /// Opens the files that the security requirements of a file name.
    fn open_scheme_uris(&mut self, id: FileId, file: &File, loading: &mut Loading<'_>) {
        let Some(key) = file.tree.symbol("security") else { return };
        for list in file.tree.nodes().filter(|node| node.key_symbol() == Some(key) && !node.is_alias()) {
            for (name, _) in list.items().filter(|item| !item.is_alias()).flat_map(apiward_syntax::Node::entries) {
                if name.contains(['#', '/']) && !file.contexts().is_data(list.id()) {
                    self.open(id, file, name, loading);
                }
            }
        }
    }

    /// Opens the file that a reference names, unless it is known.
    fn open(&mut self, from: FileId, file: &File, text: &str, loading: &mut Loading<'_>) {
        // Nearly all lead to a place in their own file.
        if text.starts_with('#') || text.len() > LONGEST_REFERENCE {
            return;
        }
        let (Target::File(path), fragment) = reference::split(text) else { return };
        let known = self.opened[from.index()].get(&path).cloned();
        let result = known.unwrap_or_else(|| {
            let result = self.open_path(file, &path, loading);
            self.opened[from.index()].insert(path, result.clone());
            result
        });
        let Ok(place) = result.and_then(|id| self.in_file(id, &fragment)) else { return };
        if self.file(place.file).contexts().is_data(place.node) && loading.seen.insert(place) {
            loading.adopted.push(place);
        }
    }

    fn open_path(&mut self, from: &File, path: &str, loading: &mut Loading<'_>) -> Result<FileId, Unresolved> {
        let loader = loading.loader;
        let location = loader.locate(&from.location, path)?;
        if let Some(&known) = loading.by_location.get(&location) {
            return Ok(known);
        }
        if self.loaded.len() + self.unreadable.len() >= loader.max_files {
            return Err(Unresolved::TooManyFiles { limit: loader.max_files });
        }
        let file = loader.load(&location)?;
        if file.error.is_some() {
            let path = file.path.clone();
            // A text in another language (`description: {$ref: intro.md}`) is no broken part of the description.
            let extension = location.extension().map(std::ffi::OsStr::to_ascii_lowercase);
            let ours =
                extension.is_none_or(|extension| extension == "json" || extension == "yaml" || extension == "yml");
            if ours && !self.unreadable.iter().any(|known| known.path == path) {
                self.unreadable.push(file);
            }
            return Err(Unresolved::Unreadable { path });
        }
        let id = file_id(self.loaded.len());
        self.loaded.push(file);
        self.opened.push(HashMap::default());
        loading.by_location.insert(location, id);
        Ok(id)
    }

    fn index_resources(&mut self) {
        for (at, file) in self.loaded.iter().enumerate() {
            for (uri, node) in &file.identities().resources {
                let place = Place { file: file_id(at), node: *node };
                self.resources.entry(uri.clone()).or_insert(place);
            }
        }
    }

    /// Works out once what equal texts of a file mean. In a stream of several documents `#` depends on the document:
    /// those are looked up where they stand.
    fn interpret_all(&self, id: FileId) -> Known {
        let file = self.file(id);
        if file.tree.documents().len() > 1 {
            return Known::default();
        }
        let references = file.references();
        let meaning = |&node: &NodeId| {
            let node = file.tree.node(node);
            self.interpret(id, node, node.text())
        };
        let meant: Vec<_> = references.different.iter().map(meaning).collect();
        let is_end = |place: &Place| self.node(*place).reference().is_none();
        let straight = !references.too_long
            && file.identities().resources.is_empty()
            && meant.iter().all(|meant| meant.as_ref().is_ok_and(is_end));
        Known { meant, straight }
    }

    /// True when what they hold is worth the work of several cores, and there are several.
    pub fn are_large(&self) -> bool {
        let nodes: usize = self.loaded.iter().map(|file| file.tree.len()).sum();
        nodes >= LARGE && rayon::current_num_threads() > 1
    }

    /// Does both: `aside` on another core where [`Files::are_large`], else after `main`.
    ///
    /// # Panics
    /// When one of the two does.
    pub fn beside<A: Send, M>(&self, aside: impl FnOnce() -> A + Send, main: impl FnOnce() -> M) -> (A, M) {
        if !self.are_large() {
            let done = main();
            return (aside(), done);
        }
        let mut result = None;
        let done = rayon::in_place_scope(|scope| {
            scope.spawn(|_| result = Some(aside()));
            main()
        });
        (result.expect("the scope waits"), done)
    }

    /// True when nothing is wrong with any reference of a file, and none leads to another.
    pub(crate) fn leads_straight(&self, id: FileId) -> bool {
        self.known.get(id.index()).is_some_and(|known| known.straight)
    }

    /// What a reference text at a node means when no `$id` gives it another base.
    pub(crate) fn interpret(
        &self,
        id: FileId,
        from: apiward_syntax::Node<'_>,
        text: &str,
    ) -> Result<Place, Unresolved> {
        if text.len() > LONGEST_REFERENCE {
            return Err(no_such_place(text, ""));
        }
        let (target, fragment) = reference::split(text);
        match target {
            Target::Same => {
                let tree = from.tree();
                self.below(id, tree.documents().nth(tree.document_of(from.id())), &fragment)
            }
            Target::Uri(uri) => self.in_resource(&uri, &fragment),
            Target::File(path) => match self.opened[id.index()].get(&path) {
                Some(Ok(file)) => self.in_file(*file, &fragment),
                Some(Err(why)) => Err(why.clone()),
                // A reference in quoted data that nothing uses as description.
                None => Err(Unresolved::NoSuchFile { path: shortened(&path), reason: "it was not loaded".to_owned() }),
            },
        }
    }

    /// The place a fragment (without `#`) names in a file: a JSON Pointer or an anchor.
    fn in_file(&self, id: FileId, fragment: &str) -> Result<Place, Unresolved> {
        self.below(id, self.file(id).tree.documents().next(), fragment)
    }

    fn below(&self, file: FileId, root: Option<apiward_syntax::Node<'_>>, fragment: &str) -> Result<Place, Unresolved> {
        let Some(root) = root else { return Err(no_such_place(fragment, "")) };
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            root.at_pointer(fragment).map(apiward_syntax::Node::id)
        } else {
            self.file(file).identities().anchor(root, fragment)
        };
        let missing = || no_such_place(fragment, longest_prefix(root, fragment));
        found.map(|node| Place { file, node }).ok_or_else(missing)
    }

    fn in_resource(&self, uri: &str, fragment: &str) -> Result<Place, Unresolved> {
        let Some(place) = self.resources.get(uri) else {
            // A local file by its URI: the root folder could not be enforced across machines.
            let local = uri.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
            return Err(if local { Unresolved::OutsideRoot { path: shortened(uri) } } else { Unresolved::Remote });
        };
        self.below(place.file, Some(self.file(place.file).tree.node(place.node)), fragment)
    }

    /// What a `$ref` string node refers to.
    pub(crate) fn resolve<'a>(&'a self, reference: Node<'a>) -> Result<Node<'a>, Unresolved> {
        let file = reference.file_id();
        if reference.text_len() > LONGEST_REFERENCE {
            return Err(no_such_place(reference.text(), ""));
        }
        if let Some(place) = self.in_scope(reference, || reference.text()) {
            return Ok(self.node(place));
        }
        let known = self.known.get(file.index());
        let number = reference.file().references().number(reference.text_place());
        let place = match known.zip(number).and_then(|(known, number)| known.meant.get(number)) {
            Some(Ok(place)) => *place,
            Some(Err(why)) => return Err(why.clone()),
            None => self.interpret(file, reference.raw(), reference.text())?,
        };
        Ok(self.node(place))
    }

    /// What a reference under an `$id` means by that base. Where nothing has that URI the reference is read as if
    /// there were no `$id`: many authors write `#/components/...` below one and mean the document, or a path and mean
    /// the file beside theirs. `text` is asked for where there is an `$id`.
    fn in_scope<'t>(&self, reference: Node<'_>, text: impl FnOnce() -> &'t str) -> Option<Place> {
        if reference.file().identities().resources.is_empty() {
            return None;
        }
        let text = text();
        if text.len() > LONGEST_REFERENCE {
            return None;
        }
        let base = base_of(reference.raw().parent());
        if base.is_empty() {
            return None;
        }
        let (_, fragment) = reference::split(text);
        let resource = text.split('#').next().unwrap_or_default();
        let uri = if resource.is_empty() { base } else { reference::join_uri(&base, resource) };
        self.in_resource(&uri, &fragment).ok()
    }

    /// The node that a reference text written at a node means, for references that are no `$ref`.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub fn look_up<'a>(&'a self, from: Node<'a>, text: &str) -> Result<Node<'a>, Unresolved> {
        let scoped = self.in_scope(from, || text).map(Ok);
        let place = scoped.unwrap_or_else(|| self.interpret(from.file_id(), from.raw(), text))?;
        Ok(self.node(place))
    }

    /// The root node of the first document of a file.
    pub(crate) fn first_document(&self, id: FileId) -> Option<Node<'_>> {
        self.file(id).tree.documents().next().map(|raw| Node::new(self, id, raw))
    }

    /// A file of the set.
    pub fn file(&self, id: FileId) -> &File {
        &self.loaded[id.index()]
    }

    /// The shared handle of a file of the set.
    pub fn shared(&self, id: FileId) -> Arc<File> {
        Arc::clone(&self.loaded[id.index()])
    }

    /// Every file of the set with its id, the root first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &File)> {
        self.loaded.iter().enumerate().map(|(at, file)| (file_id(at), file.as_ref()))
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
        self.loaded[0].tree.documents().nth(index).map(|raw| Node::new(self, FileId::ROOT, raw))
    }
}

fn file_id(at: usize) -> FileId {
    FileId(u32::try_from(at).unwrap_or(u32::MAX))
}

/// The longest prefix of a pointer that leads somewhere.
fn longest_prefix<'f>(root: apiward_syntax::Node<'_>, pointer: &'f str) -> &'f str {
    let mut found = "";
    for (at, _) in pointer.match_indices('/').skip(1) {
        if root.at_pointer(&pointer[..at]).is_none() {
            break;
        }
        found = &pointer[..at];
    }
    found
}

fn no_such_place(fragment: &str, found: &str) -> Unresolved {
    Unresolved::NoSuchPlace { fragment: shortened(fragment), found: shortened(found) }
}

/// The beginning of a text, enough for a message: faults are kept for every reference.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 200;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// From OpenAPI 3.2 on the key of a security requirement may be the URI of a scheme.
fn names_schemes_by_uri(tree: &Tree) -> bool {
    tree.documents().any(|root| root.get("openapi").is_some_and(|node| node.text().starts_with("3.2")))
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
        let outside = || Unresolved::OutsideRoot { path: shortened(path) };
        // Authors on Windows write backslashes; read alike everywhere, they cannot lead out of the root on one system
        // only. A drive letter is absolute on some machine: refused alike everywhere.
        let path = path.replace('\\', "/");
        if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
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
                    path: shortened(&relative(&joined, root)),
                    reason: describe_error(&error),
                })?;
                // A symbolic link may lead out of the root although the path does not.
                if location.starts_with(root) { Ok(location) } else { Err(outside()) }
            }
        }
    }

    /// The file at a location, which `read` provides where nobody asked for it before: a file that is a description
    /// of its own and a part of another one is parsed once.
    ///
    /// # Errors
    /// When a reference asked for the file before and it could not be opened.
    pub fn file(&self, location: &Path, read: impl FnOnce() -> File) -> Result<Arc<File>, Unresolved> {
        self.slot(location).get_or_init(|| Ok(Arc::new(read()))).clone()
    }

    /// The parsed file at a location, if somebody asked for it before and it could be opened.
    pub fn known(&self, location: &Path) -> Option<Arc<File>> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(location)?.get()?.clone().ok()
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
                let missing =
                    || Unresolved::NoSuchFile { path: path.clone(), reason: "no such file or folder".to_owned() };
                let text = files.get(location).ok_or_else(missing)?;
                (path, text.as_bytes().to_vec())
            }
            Source::Disk { root } => {
                let path = relative(location, root);
                let bytes = read_regular_file(location, self.limits.file_bytes)
                    .map_err(|error| Unresolved::NoSuchFile { path: path.clone(), reason: describe_error(&error) })?;
                (path, bytes)
            }
        };
        let parsed = apiward_syntax::parse_bytes(bytes, Some(location), &self.limits);
        Ok(Arc::new(File::new(path, location.to_owned(), parsed.tree, parsed.error)))
    }
}

/// What went wrong with a file or folder, in words that do not differ between systems.
pub fn describe_error(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string(),
    }
}

/// The path of a file below a folder, with `/`, or `.` for the folder itself; a file elsewhere goes by its name.
pub fn relative(path: &Path, folder: &Path) -> String {
    let below = path.strip_prefix(folder).ok().or_else(|| path.file_name().map(Path::new)).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| legible(part.as_os_str())).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A name as text. Files are known by their paths: names that are no Unicode must stay different, so that their bytes are
/// written out.
fn legible(name: &OsStr) -> Cow<'_, str> {
    if let Some(text) = name.to_str() {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    Cow::Owned(text)
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
