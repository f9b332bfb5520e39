//! From what the command line names to the files that are read.

mod exclusion;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use apiward_lints::framework::declare::LintMeta;
use apiward_model::{describe_error, relative};
use apiward_syntax::Limits;
use ignore::WalkBuilder;

use crate::config::{Config, Globs, NAMES};
use crate::roots::RootFinder;
use crate::usage::UsageError;

/// What the command line names.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// A file with further paths; `-` is standard input.
    pub files_from: Option<PathBuf>,
    /// The name of standard input.
    pub stdin_filename: Option<PathBuf>,
    /// The root folder.
    pub root: Option<PathBuf>,
    /// Configuration files are not read, and mark no root.
    pub no_config: bool,
    /// The configuration file to read instead of those that are found.
    pub config: Option<PathBuf>,
    /// Globs of files that are passed over, relative to the root.
    pub exclude: Vec<String>,
    /// What is excluded is passed over even when it is named.
    pub exclude_named: bool,
    /// Most bytes of one file.
    pub file_bytes: u64,
    /// A folder, and the one that it stands for: roots and configurations are those of the latter.
    pub stands_for: Option<(PathBuf, PathBuf)>,
}

impl Request {
    /// The request with the paths of the list among its own; the current folder when neither names any.
    ///
    /// # Errors
    /// When the list cannot be read, or two flags want standard input.
    pub fn complete(mut self) -> Result<Self, UsageError> {
        self.paths = named_paths(&self)?;
        self.files_from = None;
        Ok(self)
    }
}

/// A file to read.
#[derive(Clone, Debug)]
pub struct Input {
    /// Where its folder is, free of symbolic links, and its name.
    pub location: PathBuf,
    /// The path relative to the root, with `/`; what globs and fingerprints are about.
    pub path: String,
    /// The folder that references must not leave.
    pub root: PathBuf,
    /// True when the command line names the file itself.
    pub named: bool,
    /// The bytes, where they were read already: standard input.
    pub content: Option<Vec<u8>>,
    /// The configuration for it.
    pub config: Option<Arc<Config>>,
}

impl Input {
    /// The limits of the program, with those that its configuration sets.
    pub(crate) fn limits(&self, limits: &Limits) -> Limits {
        self.config.as_ref().map_or(*limits, |config| config.limits(limits))
    }
}

/// A file or folder that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The path relative to the root, with `/`.
    pub path: String,
    /// The root folder.
    pub root: PathBuf,
    /// The path as it was named.
    pub named: String,
    /// Why, in words that do not differ between systems.
    pub reason: String,
}

/// What there is to read.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The files, sorted by path, each once.
    pub inputs: Vec<Input>,
    /// What could not be opened, sorted by path, each once.
    pub failures: Vec<Failure>,
    /// The folders that were searched.
    pub searched: Vec<PathBuf>,
    /// Files that are excluded, by root and path; sorted.
    pub excluded: Vec<(PathBuf, String)>,
    /// Configurations that are not read, and those beside them that are.
    pub passed_over: Vec<(String, String)>,
    /// Paths are shown relative to the root, which the command line names.
    pub shown_from_root: bool,
    /// Texts that stand for files to which inputs refer, by location.
    pub replaced: BTreeMap<PathBuf, Vec<u8>>,
}

impl Found {
    /// Has a text stand for a file.
    pub(crate) fn replace(&mut self, location: &Path, text: &[u8]) {
        for input in self.inputs.iter_mut().filter(|input| input.location == location) {
            input.content = Some(text.to_vec());
        }
        self.replaced.insert(location.to_owned(), text.to_vec());
    }
}

impl Found {
    /// Puts the files into their order.
    pub(crate) fn sort(&mut self) {
        self.inputs.sort_by(|a, b| (&a.path, &a.root).cmp(&(&b.path, &b.root)));
    }
}

impl Found {
    /// The custom lints of all configurations; of equal ids only one.
    pub(crate) fn custom_lints(&self) -> Vec<&'static LintMeta> {
        let configs = self.inputs.iter().filter_map(|input| input.config.as_deref());
        let mut lints: Vec<&'static LintMeta> = configs.flat_map(Config::custom_lints).collect();
        lints.sort_by_key(|lint| lint.id);
        lints.dedup_by_key(|lint| lint.id);
        lints
    }
}

/// Extensions of files that folders are searched for.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Finds the files that a [complete](Request::complete) request means.
///
/// # Errors
/// When `--root` is no folder, or standard input cannot be read.
pub fn discover(request: &Request) -> Result<Found, UsageError> {
    let current = current_folder()?;
    let forced = request.root.as_deref().map(|root| root_folder(&current, root)).transpose()?;
    let exclude = Globs::new(&request.exclude)
        .map_err(|(at, why)| UsageError::new(format!("--exclude: `{}` is no glob: {why}", request.exclude[at])))?;
    let config = request.config.as_deref().map(|file| config_file(&current, file)).transpose()?;
    let no_config = request.no_config;
    let stands_for = request.stands_for.clone();
    let roots = RootFinder { forced, no_config, config, current: current.clone(), stands_for, ..RootFinder::default() };
    let exclude_named = request.exclude_named;
    let found = Found { shown_from_root: request.root.is_some(), ..Found::default() };
    let mut search = Search { roots, known: HashMap::new(), found, current, exclude, exclude_named };
    for path in &request.paths {
        if path == Path::new("-") {
            search.standard_input(request)?;
        } else {
            search.named(path);
        }
    }
    match UsageError::of_all(std::mem::take(&mut search.roots.errors)) {
        Some(error) => Err(error),
        None => Ok(search.finish()),
    }
}

/// The configuration of a file, or the nearest one from the current folder upwards.
///
/// # Errors
/// When it cannot be read, or is wrong.
pub(crate) fn config_here(file: Option<&Path>) -> Result<Option<Arc<Config>>, UsageError> {
    let current = current_folder()?;
    let config = file.map(|file| config_file(&current, file)).transpose()?;
    let mut roots = RootFinder { config, current: current.clone(), ..RootFinder::default() };
    let (_, config) = roots.root_of(&current, &current);
    UsageError::of_all(roots.errors).map_or(Ok(config), Err)
}

pub(crate) fn current_folder() -> Result<PathBuf, UsageError> {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
    current.map_err(|error| UsageError::new(format!("cannot find the current folder: {}", describe_error(&error))))
}

fn config_file(current: &Path, file: &Path) -> Result<PathBuf, UsageError> {
    let cannot = |why: String| UsageError::new(format!("--config: cannot open `{}`: {why}", file.display()));
    let path = current.join(file).canonicalize().map_err(|error| cannot(describe_error(&error)))?;
    if path.is_file() { Ok(path) } else { Err(cannot("it is no regular file".to_owned())) }
}

fn root_folder(current: &Path, root: &Path) -> Result<PathBuf, UsageError> {
    let folder = current.join(root).canonicalize().map_err(|error| {
        UsageError::new(format!("--root: cannot open `{}`: {}", root.display(), describe_error(&error)))
    })?;
    if folder.is_dir() {
        return Ok(folder);
    }
    let error = UsageError::new(format!("--root: `{}` is no folder", root.display()));
    Err(error.help("name the folder that holds the descriptions and all files they refer to"))
}

fn named_paths(request: &Request) -> Result<Vec<PathBuf>, UsageError> {
    let mut paths = request.paths.clone();
    let dash = Path::new("-");
    let wants_input = paths.iter().filter(|path| *path == dash).count();
    match &request.files_from {
        Some(list) if list == dash && wants_input > 0 => {
            let error = UsageError::new("both `-` and `--files-from -` want standard input");
            return Err(error.help("write the list of files to a file, or the description"));
        }
        Some(list) => paths.extend(listed_paths(list)?),
        None if paths.is_empty() => paths.push(PathBuf::from(".")),
        None => {}
    }
    if request.stdin_filename.is_some() && wants_input == 0 {
        let error = UsageError::new("--stdin-filename names standard input, but nothing is read from it");
        return Err(error.help("add the path `-`"));
    }
    Ok(paths)
}

/// The paths of a list: one per line, quoted where git quotes them, or, where there are NUL bytes (`git ls-files -z`),
/// between those.
fn listed_paths(list: &Path) -> Result<Vec<PathBuf>, UsageError> {
    let mut list_bytes = Vec::new();
    let read = if list == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut list_bytes)
    } else {
        std::fs::File::open(list).and_then(|mut file| file.read_to_end(&mut list_bytes))
    };
    let cannot = |why: String| UsageError::new(format!("--files-from: cannot read `{}`: {why}", list.display()));
    read.map_err(|error| cannot(describe_error(&error)))?;
    let separator = if list_bytes.contains(&0) { 0 } else { b'\n' };
    let lines = list_bytes.split(|byte| *byte == separator).map(|line| match line {
        [line @ .., b'\r'] if separator == b'\n' => line,
        line => line,
    });
    let named = lines.filter(|line| !line.trim_ascii().is_empty());
    let unquoted = named.map(|line| if separator == b'\n' { unquoted(line) } else { Cow::Borrowed(line) });
    let paths: Option<Vec<PathBuf>> = unquoted.map(|line| path_of_bytes(&line)).collect();
    paths.ok_or_else(|| cannot("a path in it is no Unicode".to_owned()))
}

/// A name as git writes it without `-z`: in quotes like those of C where it has a character that is not plain.
fn unquoted(line: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Cow::Borrowed(line);
    };
    let (mut name, mut rest) = (Vec::with_capacity(inner.len()), inner);
    while let [first, behind @ ..] = rest {
        let (byte, taken) = match (first, behind) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                ((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'), 4)
            }
            (b'\\', [letter, ..]) => (escaped(*letter), 2),
            (plain, _) => (*plain, 1),
        };
        name.push(byte);
        rest = &rest[taken..];
    }
    Cow::Owned(name)
}

const fn escaped(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        other => other,
    }
}

/// A path as the system writes it: on Unix any bytes.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are paths")]
fn path_of_bytes(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// A path as the system writes it.
#[cfg(not(unix))]
fn path_of_bytes(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// A search under way.
struct Search {
    roots: RootFinder,
    /// Position in the inputs of each location.
    known: HashMap<PathBuf, usize>,
    found: Found,
    current: PathBuf,
    exclude: Globs,
    exclude_named: bool,
}

impl Search {
    fn named(&mut self, path: &Path) {
        let absolute = self.current.join(path);
        let metadata = match std::fs::metadata(&absolute) {
            Ok(metadata) => metadata,
            Err(error) => return self.fail(&absolute, path, describe_error(&error)),
        };
        let Some(location) = resolve_folder(&absolute, metadata.is_dir()) else {
            return self.fail(&absolute, path, "no permission to read it".to_owned());
        };
        if metadata.is_dir() {
            self.folder(&location, path);
        } else if metadata.is_file() {
            let own = location.parent().unwrap_or(&location).to_owned();
            self.add(location, &own, true, None);
        } else {
            let reason = "it is no regular file; `apiward check -` reads standard input".to_owned();
            self.fail(&absolute, path, reason);
        }
    }

    fn standard_input(&mut self, request: &Request) -> Result<(), UsageError> {
        let name = request.stdin_filename.as_deref().unwrap_or(Path::new("<stdin>"));
        let mut bytes = Vec::new();
        // One byte past the limit is enough for the parser to name the limit.
        let mut input = std::io::stdin().lock().take(request.file_bytes.saturating_add(1));
        let read = input.read_to_end(&mut bytes);
        read.map_err(|error| UsageError::new(format!("cannot read standard input: {}", describe_error(&error))))?;
        let absolute = self.current.join(name);
        let location = resolve_folder(&absolute, false).unwrap_or(absolute);
        let own = location.parent().unwrap_or(&location).to_owned();
        self.add(location, &own, true, Some(bytes));
        Ok(())
    }

    /// Searches a folder, in it whatever is neither hidden nor excluded by .gitignore. Symbolic links are not followed,
    /// so that there are no loops; pipes and devices are no files.
    fn folder(&mut self, folder: &Path, named: &Path) {
        self.found.searched.push(folder.to_owned());
        if let Some(reason) = folder.ancestors().find_map(exclusion::refused) {
            return self.fail(folder, named, reason);
        }
        let mut walk = WalkBuilder::new(folder);
        // Also outside a repository. A person's own exclusions do not count: others must get the same findings.
        walk.require_git(false).git_global(false).git_exclude(false);
        let refused = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::clone(&refused);
        walk.filter_entry(move |entry| {
            let enters = entry.file_name() != "node_modules";
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let Some(reason) = (enters && is_folder).then(|| exclusion::refused(entry.path())).flatten() else {
                return enters;
            };
            closed.lock().unwrap_or_else(PoisonError::into_inner).push((entry.path().to_owned(), reason));
            false
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) => {
                    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                    let is_config = NAMES.iter().any(|name| entry.file_name() == *name);
                    if is_file && has_extension(entry.path()) && !is_config {
                        self.add(entry.into_path(), folder, false, None);
                    }
                }
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), describe_error);
                    let place = path_of(&error).unwrap_or(folder).to_owned();
                    let shown = place.strip_prefix(folder).map_or(place.clone(), |below| named.join(below));
                    self.fail(&place, &shown, reason);
                }
            }
        }
        for (place, reason) in std::mem::take(&mut *refused.lock().unwrap_or_else(PoisonError::into_inner)) {
            let shown = place.strip_prefix(folder).map_or(place.clone(), |below| named.join(below));
            self.fail(&place, &shown, reason);
        }
    }

    fn add(&mut self, location: PathBuf, own: &Path, named: bool, content: Option<Vec<u8>>) {
        if let Some(&at) = self.known.get(&location) {
            self.found.inputs[at].named |= named;
            return;
        }
        let (root, config) = self.roots.root_of(location.parent().unwrap_or(&location), own);
        let path = relative(&location, &root);
        // The command line counts more.
        let configured = || config.as_ref().and_then(|config| config.exclude.verdict(&path));
        let excluded = self.exclude.verdict(&path).or_else(configured) == Some(true);
        if excluded && (!named || self.exclude_named) {
            self.found.excluded.push((root, path));
            return;
        }
        self.known.insert(location.clone(), self.found.inputs.len());
        self.found.inputs.push(Input { location, path, root, named, content, config });
    }

    fn fail(&mut self, absolute: &Path, named: &Path, reason: String) {
        let parent = absolute.parent().unwrap_or(absolute);
        let existing = parent.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
        let (folder, real) = existing.unwrap_or((parent, parent.to_owned()));
        let location = absolute.strip_prefix(folder).map_or_else(|_| absolute.to_owned(), |below| real.join(below));
        let (root, _) = self.roots.root_of(&real, &real);
        let path = relative(&location, &root);
        self.found.failures.push(Failure { path, root, named: named.display().to_string(), reason });
    }

    fn finish(mut self) -> Found {
        self.found.sort();
        self.found.failures.sort_by(|a, b| (&a.path, &a.root, &a.named).cmp(&(&b.path, &b.root, &b.named)));
        self.found.passed_over = self.roots.passed_over;
        self.found.passed_over.sort();
        self.found.excluded.sort();
        self.found.excluded.dedup();
        self.found.failures.dedup_by(|a, b| a.path == b.path && a.root == b.root);
        self.found
    }
}

/// The location with its folder's symbolic links resolved; a file keeps the name it was called by.
fn resolve_folder(path: &Path, is_folder: bool) -> Option<PathBuf> {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !is_folder => Some(parent.canonicalize().ok()?.join(name)),
        _ => path.canonicalize().ok(),
    }
}

/// True for a name by which folders are searched.
pub(crate) fn has_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// The path that an error of the search is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
