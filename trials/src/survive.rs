//! The trial by mutated documents: copies of real descriptions, each broken in a few places, through the whole check, with
//! bounds on time and memory. What a trial does follows from the seed, its number and the files alone.
//!
//! The trials run in processes of their own, so that one that dies or hangs costs itself alone.

mod runner;
mod shrink;
mod tally;
mod worker;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use runner::run;
pub use worker::{one, work};

use crate::{Dice, mutate};

/// Bytes up to which [`LONGEST`] holds; larger files may take longer in proportion.
const LARGE: u64 = 5 << 20;
/// The processor time that a file may take.
const LONGEST: Duration = Duration::from_secs(10);
/// Bytes up to which files are copied most, and up to which some are.
const SMALL: u64 = 100_000;
const MIDDLING: u64 = 300_000;
/// KiB of address space that a worker has, with the code and the stacks of its threads.
const MEMORY: u64 = 1 << 20;
/// Most faults of one copy.
const FAULTS: usize = 6;

/// What to try.
#[derive(Clone, Debug)]
pub struct Plan {
    /// From which all trials follow.
    pub seed: u64,
    /// Mutated copies; the files themselves come first.
    pub documents: u64,
    /// Where the documents are.
    pub folders: Vec<PathBuf>,
    /// Where documents that fail are kept.
    pub keep: PathBuf,
}

/// The documents that copies are made of, sorted by path.
#[derive(Debug)]
pub(crate) struct Stock {
    files: Vec<(PathBuf, u64)>,
    small: Vec<usize>,
}

/// A document to try.
#[derive(Debug)]
pub(crate) struct Trial {
    /// As the program is told.
    name: &'static str,
    bytes: Vec<u8>,
    /// The file that it is a copy of.
    source: PathBuf,
    dice: Dice,
}

impl Stock {
    fn of(folders: &[PathBuf]) -> Result<Self, String> {
        let mut files = Vec::new();
        for folder in folders {
            collect(folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        files.sort();
        files.dedup();
        let small = (0..files.len()).filter(|at| files[*at].1 <= SMALL).collect();
        if files.is_empty() { Err("no .yaml, .yml or .json file found".to_owned()) } else { Ok(Self { files, small }) }
    }

    fn trials(&self, plan: &Plan) -> u64 {
        plan.documents + self.files.len() as u64
    }

    /// The document of a trial: first the files as they are, then broken copies, most of them of small ones.
    fn trial(&self, plan: &Plan, number: u64) -> Result<Trial, String> {
        let mut dice = Dice::of_trial(plan.seed, number);
        let own = usize::try_from(number).ok().filter(|at| *at < self.files.len());
        let at = own.unwrap_or_else(|| self.pick(&mut dice));
        let source = self.files[at].0.clone();
        let bytes = std::fs::read(&source).map_err(|error| format!("{}: {error}", source.display()))?;
        let faults = 1 + dice.below(FAULTS);
        let bytes = if own.is_some() { bytes } else { mutate::broken(&bytes, &mut dice, faults) };
        Ok(Trial { name: name_of(&source), bytes, source, dice })
    }

    fn pick(&self, dice: &mut Dice) -> usize {
        let any = dice.below(self.files.len());
        // A few copies of files beyond the limit, some of large ones.
        let kept = match self.files[any].1 {
            size if size > LARGE => dice.once_in(1_000),
            size if size > MIDDLING => dice.once_in(40),
            size if size > SMALL => dice.once_in(10),
            _ => true,
        };
        if kept { any } else { dice.one(&self.small).copied().unwrap_or(any) }
    }
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, u64)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file()
            && path.extension().is_some_and(|known| ["yaml", "yml", "json"].iter().any(|one| known == *one))
        {
            files.push((path, entry.metadata()?.len()));
        }
    }
    Ok(())
}

fn name_of(path: &Path) -> &'static str {
    if path.extension().is_some_and(|extension| extension == "json") { "api.json" } else { "api.yaml" }
}

/// The processor time that a document of this size may take.
fn allowed(size: u64) -> Duration {
    let times = u32::try_from(size.div_ceil(LARGE).max(1)).unwrap_or(u32::MAX);
    LONGEST.saturating_mul(times)
}
