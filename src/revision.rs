//! The descriptions as they were at a git revision, for `check --diff-base` and for `diff`.
//!
//! The files of the revision are written to a folder that vanishes afterwards; neither the repository nor its index
//! changes.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use apiward_model::describe_error;

use tempfile::TempDir;

use crate::baseline::Baseline;
use crate::check::{Settings, check};
use crate::discover::{Request, discover};
use crate::usage::UsageError;

/// Files that are taken from a revision whether or not they are named: descriptions, what they refer to, and what
/// keeps folders from being searched.
const TAKEN: [&str; 5] = [".yaml", ".yml", ".json", ".gitignore", ".ignore"];

/// The findings of where a revision and what is here went apart, by the configuration of today; and what it is called.
pub(crate) fn baseline(
    revision: &str,
    request: &Request,
    settings: &Settings,
) -> Result<(Baseline, String), UsageError> {
    let repository = Repository::around_here("--diff-base")?;
    let fork = repository.fork(revision)?;
    let checkout = repository.checkout(&fork.commit, &named(&repository, request))?;
    let Some(request) = checkout.moved(request) else { return Ok((Baseline::default(), fork.name)) };
    let before = check(&discover(&request)?, settings, || ());
    Ok((Baseline::of_report(&before.report, format!("it is in {} already", fork.name)), fork.name))
}

/// Where a revision and what is here went apart: what the revision got since is no change of what is here.
pub(crate) struct Fork {
    pub(crate) commit: String,
    /// How people call it.
    pub(crate) name: String,
}

/// Digits of a commit that people tell it from others by.
const SHORT: usize = 12;

/// The files of a revision in a folder, for as long as this lives.
pub(crate) struct Checkout<'r> {
    repository: &'r Repository,
    tree: PathBuf,
    _vanishes: TempDir,
}

impl Checkout<'_> {
    /// A path from the top of the repository; nothing when the revision does not have it.
    pub(crate) fn path(&self, path: &Path) -> Option<PathBuf> {
        Some(self.tree.join(path)).filter(|path| path.exists())
    }

    /// The folder that stands for the repository: see [`Request::stands_for`].
    pub(crate) fn stands_for(&self) -> (PathBuf, PathBuf) {
        (self.tree.clone(), self.repository.top.clone())
    }

    /// The same request about the files of the revision; nothing when none of them was there.
    pub(crate) fn moved(&self, request: &Request) -> Option<Request> {
        let place = |path: &Path| self.path(&self.repository.relative(path)?);
        let dash = Path::new("-");
        let named = request.paths.iter().filter_map(|path| match &request.stdin_filename {
            Some(name) if path == dash => Some(name.as_path()),
            None if path == dash => None,
            _ => Some(path.as_path()),
        });
        let paths: Vec<PathBuf> = named.filter_map(place).collect();
        // The configuration of today counts, whatever the revision's was: what it asks for is asked of both.
        let stands_for = Some(self.stands_for());
        let root = request.root.as_ref().and_then(|root| place(root));
        let request = Request { paths, stdin_filename: None, files_from: None, root, stands_for, ..request.clone() };
        (!request.paths.is_empty()).then_some(request)
    }
}

/// A git repository.
pub(crate) struct Repository {
    /// What asks for it, as messages name it.
    asked_by: &'static str,
    /// The folder that holds it, free of symbolic links.
    top: PathBuf,
    /// Where the program was called.
    current: PathBuf,
}

impl Repository {
    /// The repository that the current folder is in.
    pub(crate) fn around_here(asked_by: &'static str) -> Result<Self, UsageError> {
        let failed = |why: &str| UsageError::new(format!("{asked_by}: {why}"));
        let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
        let current = current.map_err(|error| failed(&describe_error(&error)))?;
        let mut repository = Self { asked_by, top: current.clone(), current };
        let output = repository.output(["rev-parse", "--show-toplevel"], &[("LC_ALL", "C".into())], None)?;
        if !output.status.success() {
            return Err(repository.not_opened(&String::from_utf8_lossy(&output.stderr)));
        }
        let top = String::from_utf8(output.stdout).map_err(|_| failed("the repository's path is no UTF-8"))?;
        let top = Path::new(top.trim_end_matches(['\n', '\r'])).canonicalize();
        repository.top = top.map_err(|error| failed(&describe_error(&error)))?;
        Ok(repository)
    }

    /// What is said where git opens no repository, by what it says itself.
    fn not_opened(&self, told: &str) -> UsageError {
        if told.contains("not a git repository") || told.trim().is_empty() {
            return self
                .failed("the current folder is in no git repository")
                .help("call it inside the repository whose revision is meant");
        }
        let first = told.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
        let error = self.failed(&format!("git does not open the repository: {first}"));
        if told.contains("safe.directory") {
            return error.help(
                "where its files are to be trusted, tell git so: `git config --global --add safe.directory FOLDER`",
            );
        }
        error
    }

    fn failed(&self, why: &str) -> UsageError {
        UsageError::new(format!("{}: {why}", self.asked_by))
    }

    /// Writes the files of a revision that may be descriptions, or are named, to a folder.
    pub(crate) fn checkout(&self, revision: &str, named: &[String]) -> Result<Checkout<'_>, UsageError> {
        let commit = self.commit(revision)?;
        let folder = tempfile::tempdir()
            .and_then(|folder| Ok((folder.path().canonicalize()?, folder)))
            .map_err(|error| self.failed(&format!("cannot make a folder for its files: {}", describe_error(&error))));
        let (path, vanishes) = folder?;
        let tree = path.join("tree");
        self.write(&commit, named, &path, &tree)?;
        Ok(Checkout { repository: self, tree, _vanishes: vanishes })
    }

    /// The commit from which a revision and the current one come, or those of `A...B`; the revision itself where they have
    /// none in common, which a shallow clone may not know.
    pub(crate) fn fork(&self, revision: &str) -> Result<Fork, UsageError> {
        let (theirs, ours) = revision.split_once("...").unwrap_or((revision, "HEAD"));
        let or_head = |name: &'_ str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let tip = self.commit(&or_head(theirs))?;
        let ours = match self.commit(&or_head(ours)) {
            Err(error) if revision.contains("...") => return Err(error),
            // Before the first commit of a branch.
            ours => ours.unwrap_or_else(|_| tip.clone()),
        };
        let base = self.git(["merge-base", &tip, &ours], &[], None)?.and_then(|name| String::from_utf8(name).ok());
        let commit = base.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or(tip.clone());
        let short = &commit[..SHORT.min(commit.len())];
        let name = if commit == tip && !revision.contains("...") {
            revision.to_owned()
        } else {
            format!("{short} (merge base of {revision})")
        };
        Ok(Fork { commit, name })
    }

    /// The name of the commit that a revision means.
    fn commit(&self, revision: &str) -> Result<String, UsageError> {
        let meant = format!("{revision}^{{commit}}");
        let found = self.git(["rev-parse", "--verify", "--quiet", "--end-of-options", &meant], &[], None)?;
        let name = found.and_then(|name| String::from_utf8(name).ok()).map(|name| name.trim().to_owned());
        name.filter(|name| !name.is_empty()).ok_or_else(|| {
            self.failed(&format!("`{revision}` is no revision of this repository"))
                .help("name a branch, a tag or a commit; in CI, fetch it first (`fetch-depth: 0`)")
        })
    }

    /// Writes the files of a commit that matter to a folder.
    fn write(&self, commit: &str, named: &[String], scratch: &Path, tree: &Path) -> Result<(), UsageError> {
        // In a folder with `.git` what .gitignore says counts.
        std::fs::create_dir_all(tree.join(".git")).map_err(|error| self.failed(&describe_error(&error)))?;
        let cannot = || self.failed("git cannot read the revision");
        let list = self.git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit], &[], None)?;
        let list = list.ok_or_else(cannot)?;
        let taken = |path: &&[u8]| {
            !path.is_empty()
                && (TAKEN.iter().any(|end| path.to_ascii_lowercase().ends_with(end.as_bytes()))
                    || named.iter().any(|name| name.as_bytes() == *path))
        };
        let mut paths = Vec::with_capacity(list.len());
        for path in list.split(|byte| *byte == 0).filter(taken) {
            paths.extend_from_slice(path);
            paths.push(0);
        }
        let index = [("GIT_INDEX_FILE", scratch.join("index").into_os_string())];
        self.git(["read-tree", commit], &index, None)?.ok_or_else(cannot)?;
        let mut prefix = OsString::from("--prefix=");
        prefix.push(tree);
        prefix.push("/");
        let arguments = [OsStr::new("checkout-index"), OsStr::new("-z"), OsStr::new("--stdin"), &prefix];
        self.git(arguments, &index, Some(&paths))?.ok_or_else(cannot)?;
        Ok(())
    }

    /// A path from the command line relative to the repository; nothing outside of it.
    pub(crate) fn relative(&self, path: &Path) -> Option<PathBuf> {
        let absolute = self.current.join(path);
        // What is gone today may have been there.
        let real = absolute.canonicalize().ok().or_else(|| {
            let folder = absolute.parent()?.canonicalize().ok()?;
            Some(folder.join(absolute.file_name()?))
        })?;
        real.strip_prefix(&self.top).ok().map(Path::to_owned)
    }

    /// Runs git; nothing when it fails.
    fn git<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        variables: &[(&str, OsString)],
        input: Option<&[u8]>,
    ) -> Result<Option<Vec<u8>>, UsageError> {
        let output = self.output(arguments, variables, input)?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn output<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        variables: &[(&str, OsString)],
        input: Option<&[u8]>,
    ) -> Result<Output, UsageError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.top).args(["-c", "core.fsmonitor=false"]).args(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            self.failed(&format!("cannot run git: {}", describe_error(&error)))
                .help("install git, or use a baseline file")
        })?;
        // What git is told is read before it answers: the list of files cannot fill both pipes.
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
            let _ = pipe.write_all(input);
        }
        child.wait_with_output().map_err(|error| self.failed(&describe_error(&error)))
    }
}

/// The named paths, relative to the repository, as git writes them.
fn named(repository: &Repository, request: &Request) -> Vec<String> {
    let paths = request.paths.iter().chain(&request.stdin_filename);
    let relative = paths.filter_map(|path| repository.relative(path)?.to_str().map(|path| path.replace('\\', "/")));
    relative.collect()
}
