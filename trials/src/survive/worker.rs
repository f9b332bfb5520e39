//! The process that does the trials: it is told their numbers, one a line, and answers each with what it cost.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use apiward_lints::framework::level::Profile;

use super::{Plan, Stock, Trial, name_of};
use crate::memory::{checked, found, settings};
use crate::{Dice, fixes, inventory, outputs};

/// Bytes up to which all fixes are made together: each round checks the whole document.
const MENDED: usize = 64 << 10;

/// Does the trials whose numbers come on standard input.
///
/// # Errors
/// When the documents cannot be read, or nobody listens.
pub fn work(plan: &Plan) -> Result<(), String> {
    let stock = Stock::of(&plan.folders)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let number = line.trim().parse().map_err(|error| format!("`{line}` is no trial: {error}"))?;
        let trial = stock.trial(plan, number)?;
        reset_peak();
        let (before, size) = (Cpu::now(), trial.bytes.len());
        let findings = examine(trial);
        let spent = before.spent().as_millis();
        writeln!(out, "{number} {spent} {} {size} {findings}", peak())
            .and_then(|()| out.flush())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Does the trial of a kept document; what the trial does beside the check is said by the dice of its number.
///
/// # Errors
/// When the file cannot be read.
pub fn one(plan: &Plan, number: u64, file: &Path) -> Result<(), String> {
    let stock = Stock::of(&plan.folders)?;
    let dice = stock.trial(plan, number)?.dice;
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    examine(Trial { name: name_of(file), bytes, source: file.to_owned(), dice });
    Ok(())
}

/// Checks a document with all lints; for some also tries fixes, lists the operations, and writes every output.
fn examine(trial: Trial) -> usize {
    let Trial { name, bytes, mut dice, .. } = trial;
    let report = checked(&found(name, &bytes, None), &settings(Profile::Strict));
    let findings = report.report.findings.len();
    if dice.once_in(4) {
        outputs::hold(&report);
    }
    drop(report);
    if dice.once_in(4) {
        inventory::hold(&bytes, None);
    }
    if dice.once_in(4) && bytes.len() <= MENDED {
        mended(name, &bytes, &mut dice);
    }
    findings
}

fn mended(name: &str, bytes: &[u8], dice: &mut Dice) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        fixes::hold(name, text, 1 + dice.below(4));
    }
}

/// Forgets the peak of memory so far, where the system can.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that was held since, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}

/// The processor time of the process, or the time of day where the system does not say.
struct Cpu {
    ticks: Option<u64>,
    wall: Instant,
}

impl Cpu {
    fn now() -> Self {
        Self { ticks: ticks(), wall: Instant::now() }
    }

    fn spent(&self) -> Duration {
        match (self.ticks, ticks()) {
            // Linux counts hundredths of seconds for programs, whatever its own clock.
            (Some(before), Some(now)) => Duration::from_millis(now.saturating_sub(before) * 10),
            _ => self.wall.elapsed(),
        }
    }
}

/// The times in user and system mode: fields 14 and 15, behind the name, which may hold anything but ends with `)`.
fn ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}
