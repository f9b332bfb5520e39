//! Hands the trials to workers, watches them, and keeps what fails.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::shrink::shrunk;
use super::tally::{Cost, Tally};
use super::{MEMORY, Plan, Stock, allowed};

/// Processors may be busy with other things: so many times the allowed time by the clock ends a trial.
const PATIENCE: u32 = 6;
/// Failures that are made smaller: more of them are mostly the same.
const SHRUNK: usize = 10;
/// How often progress is told.
const NEWS: Duration = Duration::from_secs(60);

/// Does all trials; gives a summary, and whether nothing failed.
///
/// # Errors
/// When there is nothing to try, or workers cannot be started.
pub fn run(plan: &Plan, told: &(dyn Fn(&str) + Sync)) -> Result<(String, bool), String> {
    let stock = Stock::of(&plan.folders)?;
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let outcome = std::thread::scope(|scope| {
        let of_one = || {
            let turn = Turn { plan, stock: &stock, next: &next, tally: &tally, told };
            turn.take()
        };
        let all: Vec<_> = (0..workers).map(|_| scope.spawn(of_one)).collect();
        let ends = all.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("a thread broke off".to_owned())));
        ends.collect::<Result<Vec<()>, String>>()
    });
    outcome?;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((tally.summary(), tally.failures.is_empty()))
}

/// One thread and its worker.
struct Turn<'r> {
    plan: &'r Plan,
    stock: &'r Stock,
    next: &'r AtomicU64,
    tally: &'r Mutex<Tally>,
    told: &'r (dyn Fn(&str) + Sync),
}

impl Turn<'_> {
    fn take(&self) -> Result<(), String> {
        let mut worker = Worker::new(self.plan)?;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.stock.trials(self.plan) {
                return Ok(());
            }
            let trial = self.stock.trial(self.plan, number)?;
            let most = allowed(trial.bytes.len() as u64);
            let ended = match worker.try_one(number, most * PATIENCE) {
                Ok(cost) if cost.time <= most => {
                    self.count(number, cost, &trial.source);
                    continue;
                }
                Ok(cost) => format!("it took {:?} of the processor", cost.time),
                Err(why) => why,
            };
            worker = Worker::new(self.plan)?;
            let name = format!("{}-{number}-{}", self.plan.seed, trial.name);
            (self.told)(&format!("trial {number}, a copy of {}: {ended}", trial.source.display()));
            let kept = keep(&self.plan.keep, &name, &trial.bytes)?;
            let again = |file: &Path| fails(self.plan, number, file);
            let few = self.lock().failures.len() < SHRUNK;
            let size = if few { shrunk(&kept, &again)? } else { trial.bytes.len() };
            let failure = format!(
                "trial {number}, a copy of {}: {ended}: {} ({size} bytes)",
                trial.source.display(),
                kept.display()
            );
            (self.told)(&failure);
            self.lock().failures.push(failure);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, number: u64, cost: Cost, source: &Path) {
        let mut tally = self.lock();
        tally.add(number, cost, source);
        if tally.told.is_none_or(|last: Instant| last.elapsed() >= NEWS) {
            tally.told = Some(Instant::now());
            (self.told)(&format!(
                "{} of {} documents, {} failed",
                tally.documents,
                self.stock.trials(self.plan),
                tally.failures.len()
            ));
        }
    }
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Whether a document fails in a process of its own.
fn fails(plan: &Plan, number: u64, file: &Path) -> Result<bool, String> {
    let size = std::fs::metadata(file).map_or(0, |data| data.len());
    let mut child = command(plan, &["one", &number.to_string(), &file.display().to_string()])?
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(!status.success());
        }
        if start.elapsed() > allowed(size) {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// This program, with the plan and other words, in a shell that bounds its memory, where there is one.
fn command(plan: &Plan, words: &[&str]) -> Result<Command, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &MEMORY.to_string()]).arg(own);
        shell
    } else {
        Command::new(own)
    };
    command.args(words).args(["--seed", &plan.seed.to_string(), "--documents", &plan.documents.to_string()]);
    command.args(&plan.folders).env("RAYON_NUM_THREADS", "1");
    Ok(command)
}

/// A process that does trials.
struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Worker {
    fn new(plan: &Plan) -> Result<Self, String> {
        let mut child = command(plan, &["work"])?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no worker can be started: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a worker has no pipes".to_owned());
        };
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, input, answers })
    }

    /// # Errors
    /// How the trial ended, where that is not well.
    fn try_one(&mut self, number: u64, most: Duration) -> Result<Cost, String> {
        // Where the worker is gone already, it does not answer either.
        let _ = writeln!(self.input, "{number}");
        match self.answers.recv_timeout(most) {
            Ok(line) => Cost::read(&line).ok_or_else(|| format!("the worker said `{line}`")),
            Err(RecvTimeoutError::Timeout) => Err(format!("it was not done after {most:?}")),
            Err(RecvTimeoutError::Disconnected) => {
                let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(format!("the worker ended: {status}"))
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
