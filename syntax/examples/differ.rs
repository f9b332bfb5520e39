//! Compares the two readers of YAML over broken texts, until so many bytes have been read or they differ:
//! `cargo run --release -p apiward-syntax --example differ -- BYTES SEED FOLDER...`.
//!
//! The folders hold YAML files to break; the snippets of the tests are broken besides. The same seed gives the same
//! texts.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use apiward_syntax::{Limits, paths};

#[path = "../tests/it/mutations.rs"]
mod mutations;
#[path = "../tests/it/snippets.rs"]
mod snippets;

use mutations::Mutations;

const USAGE: &str = "usage: differ BYTES SEED FOLDER...";

/// Texts and their bytes.
#[derive(Default)]
struct Count {
    texts: u64,
    bytes: u64,
}

impl Count {
    fn add(&mut self, text: &str) {
        self.texts += 1;
        self.bytes += text.len() as u64;
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bytes, seed, folders @ ..] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (Ok(bytes), Ok(seed)) = (bytes.parse(), seed.parse()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut seeds = Vec::new();
    for folder in folders {
        add_files(Path::new(folder), &mut seeds);
    }
    let files = seeds.len();
    // The snippets have to keep up with many files.
    for _ in 0..=files / 400 {
        seeds.extend(snippets::FAST.iter().chain(snippets::FULL).map(|&text| text.to_owned()));
    }
    println!("{files} files");
    run(Mutations::new(seeds, seed), bytes)
}

fn run(mut mutations: Mutations, bytes: u64) -> ExitCode {
    let (mut all, mut fast) = (Count::default(), Count::default());
    while all.bytes < bytes {
        let limits = Limits { depth: mutations.depth(), ..Limits::default() };
        let text = mutations.text();
        all.add(&text);
        if let Ok(tree) = paths::fast(text.as_str().into(), &limits) {
            fast.add(tree.source());
            if let Some(difference) = paths::difference(&text, &limits) {
                println!("{difference}\nwith a depth of {}:\n{text:?}", limits.depth);
                return ExitCode::FAILURE;
            }
        }
        if all.texts % 1_000_000 == 0 {
            println!("{} bytes in {} texts", all.bytes, all.texts);
        }
    }
    println!(
        "{} bytes in {} texts without a difference; of these the fast path read {} in {}",
        all.bytes, all.texts, fast.bytes, fast.texts
    );
    ExitCode::SUCCESS
}

fn add_files(folder: &Path, texts: &mut Vec<String>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            add_files(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push(text);
        }
    }
}
