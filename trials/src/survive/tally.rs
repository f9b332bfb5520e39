//! What trials cost, and what became of them.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Entries of a list of the worst.
const WORST: usize = 10;

/// What a trial cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) time: Duration,
    /// KiB.
    pub(super) memory: u64,
    pub(super) size: u64,
    pub(super) findings: u64,
}

impl Cost {
    /// Reads what a worker says: the number of the trial, milliseconds, KiB, bytes, findings.
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace().skip(1).map(|word| word.parse::<u64>().ok());
        let mut next = || words.next().flatten();
        let time = Duration::from_millis(next()?);
        Some(Self { time, memory: next()?, size: next()?, findings: next()? })
    }
}

/// A trial that cost much.
type Entry = (u64, Cost, String);

/// Counts over all trials.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) documents: u64,
    pub(super) failures: Vec<String>,
    /// When progress was told last.
    pub(super) told: Option<Instant>,
    bytes: u64,
    findings: u64,
    quiet: u64,
    time: Duration,
    slowest: Vec<Entry>,
    largest: Vec<Entry>,
}

impl Tally {
    pub(super) fn add(&mut self, number: u64, cost: Cost, source: &Path) {
        self.documents += 1;
        self.bytes += cost.size;
        self.findings += cost.findings;
        self.quiet += u64::from(cost.findings == 0);
        self.time += cost.time;
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        keep_worst(&mut self.slowest, (number, cost, name.clone().into_owned()), |cost| cost.time.as_millis());
        keep_worst(&mut self.largest, (number, cost, name.into_owned()), |cost| u128::from(cost.memory));
    }

    /// What people want to know.
    pub(super) fn summary(&self) -> String {
        let mut out = format!(
            "{} documents of {} MB took {:.0} s of the processor: {} findings, none in {}\n",
            self.documents,
            self.bytes / 1_000_000,
            self.time.as_secs_f64(),
            self.findings,
            self.quiet
        );
        for (what, list) in [("slowest", &self.slowest), ("largest in memory", &self.largest)] {
            let _ = writeln!(out, "{what}:");
            for (number, cost, name) in list {
                let (seconds, memory, size) = (cost.time.as_secs_f64(), cost.memory / 1024, cost.size / 1000);
                let _ = writeln!(out, "  {seconds:.2} s, {memory} MiB for {size} kB: trial {number}, a copy of {name}");
            }
        }
        let _ = writeln!(out, "failed: {}", self.failures.len());
        for failure in &self.failures {
            let _ = writeln!(out, "  {failure}");
        }
        out
    }
}

fn keep_worst(list: &mut Vec<Entry>, entry: Entry, of: impl Fn(&Cost) -> u128) {
    let at = list.partition_point(|(_, known, _)| of(known) >= of(&entry.1));
    if at < WORST {
        list.insert(at, entry);
        list.truncate(WORST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_are_kept_in_order() {
        let mut tally = Tally::default();
        for number in 0..30_u64 {
            let time = (number * 7) % 30;
            let cost = Cost::read(&format!("{number} {time} {number} 1000 1"));
            tally.add(number, cost.unwrap_or_else(|| panic!("no cost")), Path::new("a/b.yaml"));
        }
        let times: Vec<u128> = tally.slowest.iter().map(|(_, cost, _)| cost.time.as_millis()).collect();
        assert_eq!(times, (20..30).rev().collect::<Vec<_>>());
        assert_eq!(tally.largest[0].0, 29);
        assert!(tally.summary().starts_with("30 documents of 0 MB"), "{}", tally.summary());
    }
}
