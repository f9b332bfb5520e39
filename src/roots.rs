//! The root folder of each file: what paths are shown relative to and what references must not leave.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Names of the configuration file.
const CONFIGURATION: [&str; 2] = ["apiward.yaml", ".apiward.yaml"];

/// Finds root folders and remembers what it found on the way.
#[derive(Debug)]
pub(crate) struct RootFinder {
    forced: Option<PathBuf>,
    no_config: bool,
    known: HashMap<PathBuf, Marks>,
}

/// The nearest folders, from one folder upwards, that a root may be.
#[derive(Clone, Debug, Default)]
struct Marks {
    configuration: Option<PathBuf>,
    repository: Option<PathBuf>,
}

impl RootFinder {
    /// A finder that prefers the folder given with `--root`, which must be free of symbolic links, and with `no_config`
    /// looks for no configuration file.
    pub(crate) fn new(forced: Option<PathBuf>, no_config: bool) -> Self {
        Self { forced, no_config, known: HashMap::new() }
    }

    /// The root for files in a folder; `own` is it where nothing else marks one.
    pub(crate) fn root_of(&mut self, folder: &Path, own: &Path) -> PathBuf {
        if let Some(forced) = &self.forced {
            return if folder.starts_with(forced) { forced.clone() } else { own.to_owned() };
        }
        let marks = self.marks(folder);
        marks.configuration.or(marks.repository).unwrap_or_else(|| own.to_owned())
    }

    fn marks(&mut self, folder: &Path) -> Marks {
        let mut below = Vec::new();
        let mut marks = Marks::default();
        for ancestor in folder.ancestors() {
            if let Some(known) = self.known.get(ancestor) {
                marks = known.clone();
                break;
            }
            below.push(ancestor);
        }
        for folder in below.into_iter().rev() {
            if !self.no_config && CONFIGURATION.iter().any(|name| folder.join(name).is_file()) {
                marks.configuration = Some(folder.to_owned());
            }
            // A file in a worktree or submodule, a folder elsewhere.
            if folder.join(".git").exists() {
                marks.repository = Some(folder.to_owned());
            }
            self.known.insert(folder.to_owned(), marks.clone());
        }
        marks
    }
}

/// The deepest folder that holds all of the folders.
pub(crate) fn common_ancestor<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Option<PathBuf> {
    folders.into_iter().map(Path::to_owned).reduce(|common, folder| {
        let shared = common.components().zip(folder.components()).take_while(|(left, right)| left == right);
        shared.map(|(part, _)| part).collect()
    })
}
