//! The two versions that the command line names: files, folders, and what a git revision has of either.

use std::path::{Component, Path, PathBuf};

use apiward_model::relative;
use apiward_syntax::Limits;

use crate::cli::DiffArgs;
use crate::discover::{Found, Input, Request, discover};
use crate::revision::{Checkout, Repository};
use crate::usage::UsageError;

/// One version.
pub(super) struct Source<'r> {
    /// How the command line names it.
    pub(super) name: String,
    pub(super) found: Found,
    by: Known,
    /// The files of a revision, for as long as they are read.
    _checkout: Option<Checkout<'r>>,
}

/// How the files of two versions find each other.
enum Known {
    /// There is one.
    Alone,
    /// By the path below a folder.
    Below(PathBuf),
    /// By the path below the root.
    Root,
}

impl Source<'_> {
    /// What a file has in common with the one that it is to be compared with.
    pub(super) fn key(&self, input: &Input) -> String {
        match &self.by {
            Known::Alone => String::new(),
            Known::Below(folder) => relative(&input.location, folder),
            Known::Root => input.path.clone(),
        }
    }

    /// The key of what is there by itself.
    pub(super) fn only_key(&self) -> Option<String> {
        matches!(self.by, Known::Alone).then(String::new)
    }
}

/// Finds both versions, the old one first. `repository` is used where a revision is named.
pub(super) fn sides<'r>(
    args: &DiffArgs,
    repository: &'r mut Option<Repository>,
) -> Result<[Source<'r>; 2], UsageError> {
    let named: Vec<Option<(&str, &str)>> = args.paths.iter().map(|path| revision(path)).collect();
    if args.base.is_some() || named.iter().any(Option::is_some) {
        *repository = Some(Repository::around_here(if args.base.is_some() { "--base" } else { "diff" })?);
    }
    let repository = repository.as_ref();
    if let (Some(base), Some(repository)) = (&args.base, repository) {
        return since(base, repository, args);
    }
    let [old, new] = args.paths.as_slice() else {
        let message = format!("diff compares two versions, and {} given", was(args.paths.len()));
        let help =
            "name an old and a new file or folder, `REV:path` for what a git revision has, or a revision with --base";
        return Err(UsageError::new(message).help(help));
    };
    let old = one(old, named[0].zip(repository), args)?;
    let new = one(new, named[1].zip(repository), args)?;
    match (&old.by, &new.by) {
        (Known::Alone, Known::Below(folder)) | (Known::Below(folder), Known::Alone) => {
            let folder = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
            Err(UsageError::new(format!("one version is a file, the other the folder `{folder}`"))
                .help("compare a file with a file, or a folder with a folder"))
        }
        _ => Ok([old, new]),
    }
}

fn was(number: usize) -> String {
    match number {
        0 => "none was".to_owned(),
        1 => "one was".to_owned(),
        more => format!("{more} were"),
    }
}

/// A revision and a path in it; nothing for what is there, and for the drives of Windows.
fn revision(path: &Path) -> Option<(&str, &str)> {
    let (revision, below) = path.to_str().filter(|_| !path.exists())?.split_once(':')?;
    (revision.len() > 1).then_some((revision, below))
}

fn request(args: &DiffArgs, paths: Vec<PathBuf>) -> Request {
    Request { file_bytes: Limits::default().file_bytes, ..args.around.request(paths) }
}

/// `--base`: what is here against what a revision has.
fn since<'r>(base: &str, repository: &'r Repository, args: &DiffArgs) -> Result<[Source<'r>; 2], UsageError> {
    let new = request(args, args.paths.clone()).complete()?;
    let paths = new.paths.iter().filter_map(|path| repository.relative(path));
    let named: Vec<String> = paths.filter_map(|path| path.to_str().map(|path| path.replace('\\', "/"))).collect();
    let fork = repository.fork(base)?;
    let checkout = repository.checkout(&fork.commit, &named)?;
    let old = checkout.moved(&new);
    // What was not there yet is new.
    let found = old.as_ref().map(discover).transpose()?.unwrap_or_default();
    let old = Source { name: fork.name, found, by: Known::Root, _checkout: Some(checkout) };
    let shown: Vec<String> = new.paths.iter().map(|path| path.display().to_string()).collect();
    let found = discover(&new)?;
    let new = Source { name: shown.join(", "), found, by: Known::Root, _checkout: None };
    Ok([old, new])
}

fn one<'r>(
    path: &Path,
    revision: Option<((&str, &str), &'r Repository)>,
    args: &DiffArgs,
) -> Result<Source<'r>, UsageError> {
    let name = path.display().to_string();
    let (path, checkout) = match revision {
        Some(((revision, below), repository)) => {
            let (path, checkout) = of_revision(revision, below, repository)?;
            (path, Some(checkout))
        }
        None => (path.to_owned(), None),
    };
    let stands_for = checkout.as_ref().map(Checkout::stands_for);
    let request = Request { stands_for, ..request(args, vec![path.clone()]) };
    let by = path.canonicalize().ok().filter(|path| path.is_dir()).map_or(Known::Alone, Known::Below);
    let found = discover(&request)?;
    Ok(Source { name, found, by, _checkout: checkout })
}

/// `REV:path` as git reads it: from the top of the repository, with `./` or `../` from the current folder.
fn of_revision<'r>(
    revision: &str,
    below: &str,
    repository: &'r Repository,
) -> Result<(PathBuf, Checkout<'r>), UsageError> {
    let not_there = || {
        let help = "paths of a revision start at the top of the repository, or with `./` at the current folder";
        UsageError::new(format!("`{below}` is not in `{revision}`")).help(help)
    };
    let from_here = Path::new(below)
        .components()
        .next()
        .is_some_and(|first| matches!(first, Component::CurDir | Component::ParentDir));
    let path = if from_here { repository.relative(Path::new(below)) } else { Some(PathBuf::from(below)) };
    let inside = |path: &PathBuf| path.components().all(|part| matches!(part, Component::Normal(_)));
    let path = path.filter(inside).ok_or_else(not_there)?;
    let checkout = repository.checkout(revision, &[path.to_string_lossy().replace('\\', "/")])?;
    let real = if path.as_os_str().is_empty() { checkout.path(Path::new(".")) } else { checkout.path(&path) };
    Ok((real.ok_or_else(not_there)?, checkout))
}
