//! Files that are written beside others before they take their place, and what is left of them when a run is interrupted.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::Duration;

/// Nobody takes so long to write a file: what is older was left by a run that was interrupted.
const LEFT: Duration = Duration::from_secs(60 * 60);

/// The name of a new file beside another. It does not grow with that of the other, which may be as long as can be.
pub(crate) fn name(attempt: u32) -> String {
    format!(".apiward.{}.{attempt}.tmp", std::process::id())
}

/// Removes what interrupted runs left in a folder. Where that goes wrong it is in nobody's way.
pub(crate) fn clear(folder: &Path) {
    // So is the folder of a bare name called.
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(is_left) {
        let _ = fs::remove_file(entry.path());
    }
}

fn is_left(entry: &DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(is_ours)
        // Of a link it is the link itself that is looked at.
        && entry.metadata().is_ok_and(|metadata| {
            let age = metadata.modified().ok().and_then(|time| time.elapsed().ok());
            metadata.is_file() && age.is_some_and(|age| age > LEFT)
        })
}

fn is_ours(name: &str) -> bool {
    let numbers = name.strip_prefix(".apiward.").and_then(|rest| rest.strip_suffix(".tmp")?.split_once('.'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.is_some_and(|(process, attempt)| is_number(process) && is_number(attempt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_are_ours() {
        assert!(is_ours(&name(7)));
        for other in [".apiward.yaml", ".apiward.1.tmp", ".apiward.a.0.tmp", ".apiward.1..tmp", "apiward.1.0.tmp"] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
