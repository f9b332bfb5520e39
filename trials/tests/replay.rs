//! Every seed and every past crash goes through its target's function: without a fuzzer, on the stable toolchain.

use std::collections::BTreeSet;
use std::fs::{read, read_dir, read_to_string};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use apiward_trials::TARGETS;

/// Bytes of a seed at most: they are written by hand, and read by people.
const LARGEST: usize = 4_096;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The files of a folder, sorted; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn seeds_and_past_crashes_are_no_faults() {
    let mut failed = Vec::new();
    for (target, body) in TARGETS {
        for kind in ["seeds", "crashes"] {
            for file in files(&fuzz().join(kind).join(target)) {
                let bytes = read(&file).unwrap_or_default();
                if catch_unwind(|| body(&bytes)).is_err() {
                    failed.push(format!("{target}: {}", file.display()));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_target_has_seeds_and_a_program() {
    let manifest = read_to_string(fuzz().join("Cargo.toml")).unwrap_or_default();
    let mut programs: BTreeSet<String> = BTreeSet::new();
    for file in files(&fuzz().join("fuzz_targets")) {
        programs.extend(file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    assert_eq!(programs, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (target, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target} is not built");
        let text = read_to_string(fuzz().join(format!("fuzz_targets/{target}.rs"))).unwrap_or_default();
        assert!(text.contains(&format!("apiward_trials::run(\"{target}\", bytes)")), "{target} runs another one");
        let seeds = files(&fuzz().join("seeds").join(target));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for seed in seeds {
            let size = read(&seed).map_or(0, |bytes| bytes.len());
            assert!((1..=LARGEST).contains(&size), "{}: {size} bytes", seed.display());
        }
    }
}
