//! Where a report goes: to standard output, or to a file that is never seen half written.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use apiward_model::{Detected, describe_error, detect, read_regular_file};
use apiward_syntax::{Limits, parse_bytes};

use crate::leftovers;
use crate::usage::UsageError;

/// Writes to standard output. A reader that has gone away (`| head`) is no error.
pub(crate) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), UsageError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    if written.is_err() {
        // What is still in the buffer has no reader; dropping the writer would try once more.
        drop(out.into_parts());
    }
    reached(written)
}

/// What became of writing to standard output, where a reader that has gone away is no error.
pub(crate) fn reached(written: io::Result<()>) -> Result<(), UsageError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(UsageError::new(format!("cannot write to standard output: {}", describe_error(&error))))
        }
        _ => Ok(()),
    }
}

/// Writes what the program has to say to a file, which is never one of those that it reads. `flag` is the one that names
/// the file.
pub(crate) fn to_file(
    flag: &str,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    if is_description(path) {
        let error = UsageError::new(format!("{flag}: `{}` is an API description, and would be lost", path.display()));
        return Err(error.help("name another file"));
    }
    if let Some(folder) = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).parent() {
        leftovers::clear(folder);
    }
    over(flag, path, write)
}

/// Writes to a file, whatever it holds: beside it first, then in its place in one step. What is no regular file (a pipe,
/// `/dev/null`) is written to directly.
pub(crate) fn over(
    flag: &str,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    let result = match &existing {
        Some(metadata) if metadata.is_dir() => Err(io::Error::other("it is a folder")),
        Some(metadata) if !metadata.is_file() => File::options().write(true).open(&target).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out).and_then(|()| out.flush())
        }),
        _ => replace(&target, existing.as_ref(), write),
    };
    result.map_err(|error| {
        let help = "the folder must exist and be writable";
        let reason = match error.kind() {
            io::ErrorKind::PermissionDenied => "no permission to write there".to_owned(),
            _ => describe_error(&error),
        };
        UsageError::new(format!("{flag}: cannot write `{}`: {reason}", path.display())).help(help)
    })
}

fn replace(
    target: &Path,
    existing: Option<&fs::Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let (file, beside) = create_beside(target)?;
    let result = take_after(&file, existing).and_then(|()| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        // A disk that is full may say so only now.
        out.into_inner()?.sync_all()?;
        fs::rename(&beside, target)
    });
    if result.is_err() {
        // The error that is reported is the first one.
        let _ = fs::remove_file(&beside);
    }
    result
}

/// Whether a file holds what this program reads, not what it writes.
fn is_description(path: &Path) -> bool {
    let Ok(bytes) = read_regular_file(path, Limits::default().file_bytes) else { return false };
    let parsed = parse_bytes(bytes, Some(path), &Limits::default());
    parsed.tree.documents().any(|root| !matches!(detect(root), Detected::Other))
}

/// Gives a new file the permissions and, where that is allowed, the owner of the one whose place it takes.
fn take_after(file: &File, existing: Option<&fs::Metadata>) -> io::Result<()> {
    let Some(metadata) = existing else { return Ok(()) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Before the permissions, of which it may take some away. Only root may give files to others.
        let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.set_permissions(metadata.permissions())
}

/// Names that are tried: a run that was killed may have left some, and in containers equal process ids are common.
const NAMES: u32 = 100;

/// A new file in the folder of another.
fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..NAMES {
        let beside = target.with_file_name(leftovers::name(attempt));
        match File::create_new(&beside) {
            Ok(file) => return Ok((file, beside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}
