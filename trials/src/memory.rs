//! Descriptions that are in memory alone, as the program and as the model take them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward::check::{Checked, Settings, check};
use apiward::discover::{Found, Input};
use apiward_lints::framework::level::Profile;
use apiward_model::{File, Files, Loader};
use apiward_syntax::{Limits, parse_bytes};

/// Ends the text of the root file; what follows is the file `other.yaml`, which the root can refer to.
const DIVIDER: &[u8] = b"\n=====\n";

/// A folder that is nowhere, so that nothing of the machine's is read.
const ROOT: &str = if cfg!(windows) { r"C:\apiward-trials-nowhere" } else { "/apiward-trials-nowhere" };

/// The root file and the other one; without a divider both are the same.
pub(crate) fn two(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.windows(DIVIDER.len()).position(|window| window == DIVIDER);
    at.map_or((bytes, bytes), |at| (&bytes[..at], &bytes[at + DIVIDER.len()..]))
}

/// A named file with another one beside it.
pub(crate) fn found(name: &str, bytes: &[u8], other: Option<&[u8]>) -> Found {
    let root = PathBuf::from(ROOT);
    let input = Input {
        location: root.join(name),
        path: name.to_owned(),
        root: root.clone(),
        named: true,
        content: Some(bytes.to_vec()),
        config: None,
    };
    let replaced = other.map(|other| (root.join("other.yaml"), other.to_vec())).into_iter().collect();
    Found { inputs: vec![input], replaced, ..Found::default() }
}

/// All lints, all findings, and a day that does not move.
pub(crate) fn settings(profile: Profile) -> Settings {
    let mut settings = Settings::new(profile);
    settings.show_suppressed = true;
    settings.score = true;
    if let Ok(day) = "2026-06-15".parse() {
        settings.today = day;
    }
    settings
}

/// Has a file checked, with what must hold for every report.
pub(crate) fn checked(found: &Found, settings: &Settings) -> Checked {
    let checked = check(found, settings, || ());
    crate::report::hold(&checked);
    checked
}

/// The files as the model takes them.
pub(crate) fn files(bytes: &[u8], other: &[u8]) -> Files {
    let (name, limits) = ("root.yaml", Limits::default());
    let parsed = parse_bytes(bytes, Some(Path::new(name)), &limits);
    let other = String::from_utf8_lossy(other);
    let loader = Loader::memory([(PathBuf::from("other.yaml"), Arc::from(&*other))], limits);
    let file = Arc::new(File::new(name.to_owned(), PathBuf::from(name), parsed.tree, parsed.error));
    loader.remember(&file);
    Files::load(file, &loader)
}
