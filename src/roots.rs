//! The root folder of each file: what paths are shown relative to and what references must not leave.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_model::relative;

use crate::config::{self, Config};
use crate::usage::UsageError;

/// Finds root folders and configurations, and remembers what it found on the way.
#[derive(Debug, Default)]
pub(crate) struct RootFinder {
    /// The folder given with `--root`, free of symbolic links.
    pub(crate) forced: Option<PathBuf>,
    /// Configurations are neither looked for nor read.
    pub(crate) no_config: bool,
    /// The file given with `--config`.
    pub(crate) config: Option<PathBuf>,
    /// What paths of configurations are shown relative to.
    pub(crate) current: PathBuf,
    /// A folder, and the one that it stands for: what holds for that is what holds for it.
    pub(crate) stands_for: Option<(PathBuf, PathBuf)>,
    /// Faults of the configurations that were read.
    pub(crate) errors: Vec<UsageError>,
    /// Configurations that are not read, as messages name them, and those beside them that are.
    pub(crate) passed_over: Vec<(String, String)>,
    pub(crate) known: HashMap<PathBuf, Marks>,
    pub(crate) configs: HashMap<PathBuf, Option<Arc<Config>>>,
}

/// The nearest folders, from one folder upwards, that a root may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    configuration: Option<PathBuf>,
    repository: Option<PathBuf>,
}

impl RootFinder {
    /// The root for files in a folder, and the configuration for them; `own` is the root where nothing else marks one.
    pub(crate) fn root_of(&mut self, folder: &Path, own: &Path) -> (PathBuf, Option<Arc<Config>>) {
        let moved = self.stands_for.clone().filter(|(here, _)| folder.starts_with(here));
        let meant = |path: &Path| match &moved {
            Some((here, there)) => path.strip_prefix(here).map_or_else(|_| path.to_owned(), |below| there.join(below)),
            None => path.to_owned(),
        };
        let back = |path: PathBuf| match &moved {
            Some((here, there)) => path.strip_prefix(there).map_or_else(|_| here.clone(), |below| here.join(below)),
            None => path,
        };
        let marks = self.marks(&meant(folder));
        let file = self.config.clone().or(marks.configuration).filter(|_| !self.no_config);
        let config = file.and_then(|file| self.config_at(&file));
        let configured = config.as_ref().map(|config| config.root().to_owned());
        let root = match (&self.forced, configured) {
            (Some(forced), _) if folder.starts_with(forced) => forced.clone(),
            (Some(_), _) => own.to_owned(),
            (None, Some(root)) if meant(folder).starts_with(&root) => back(root),
            (None, _) => marks.repository.map_or_else(|| own.to_owned(), back),
        };
        (root, config)
    }

    fn config_at(&mut self, file: &Path) -> Option<Arc<Config>> {
        if let Some(known) = self.configs.get(file) {
            return known.clone();
        }
        let read = config::load(file, &relative(file, &self.current));
        let config = read.map(Arc::new).map_err(|errors| self.errors.extend(errors)).ok();
        self.configs.insert(file.to_owned(), config.clone());
        config
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
            let mut named = config::NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
            if let Some(first) = named.next() {
                if self.config.is_none() && !self.no_config {
                    let shown = |path: &Path| relative(path, &self.current);
                    self.passed_over.extend(named.map(|other| (shown(&other), shown(&first))));
                }
                marks.configuration = Some(first);
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

/// The top of the repository that a folder lies in.
pub(crate) fn repository_of(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| ancestor.join(".git").exists())
}

/// The deepest folder that holds all of the folders.
pub(crate) fn common_ancestor<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Option<PathBuf> {
    folders.into_iter().map(Path::to_owned).reduce(|common, folder| {
        let shared = common.components().zip(folder.components()).take_while(|(left, right)| left == right);
        shared.map(|(part, _)| part).collect()
    })
}
