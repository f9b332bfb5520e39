//! What the processes do that measure: each says what it found as one line of JSON.

use std::ffi::OsStr;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use apiward::check::{Checked, Settings, check};
use apiward::discover::{Found, Request, discover};
use apiward::render::{Format, Style, render};
use apiward_lints::framework::engine;
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, File, Files, Loader};
use apiward_syntax::{Limits, Notation, parse_bytes};
use clap::ValueEnum;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wait4::Wait4;

use super::case::cannot;
use super::inputs::{Read, Text};

/// What a process that measures does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub(super) enum Part {
    /// Runs the program on all cores.
    AllCores,
    /// Runs the program on one core.
    OneCore,
    /// Runs the program on one core as many times at once as there are cores.
    Beside,
    /// Reads the text as a `serde_json::Value`.
    SerdeJson,
    /// Reads the text as a `yaml_serde::Value`.
    YamlSerde,
    /// Goes through the bare events of `granit-parser`.
    Events,
    /// Takes the time of each phase, several times, on one core.
    Phases,
}

/// What a run of the program took.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Whole {
    pub(super) wall_ms: f64,
    /// Of all cores; none where the system does not tell.
    pub(super) cpu_ms: Option<f64>,
    /// At its peak; none where the system does not tell.
    pub(super) memory: Option<u64>,
}

/// What several runs at the same time took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Beside {
    pub(super) runs: usize,
    /// Until the last had ended.
    pub(super) wall_ms: f64,
}

/// Where the time goes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Phases {
    pub(super) rounds: Vec<Round>,
    /// Facts that lints share, in milliseconds.
    pub(super) shared_ms: f64,
    /// Each lint, the slowest first.
    pub(super) lints: Vec<LintTime>,
    pub(super) operations: usize,
}

/// Milliseconds of each phase.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Round {
    /// The reference, in memory that is warm.
    pub(super) reference: f64,
    pub(super) parse: f64,
    pub(super) model: f64,
    pub(super) lints: f64,
    /// From reading to the report: the above, and making findings and the report of what the lints found.
    pub(super) check: f64,
    pub(super) render: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LintTime {
    pub(super) lint: String,
    pub(super) ms: f64,
    pub(super) findings: usize,
}

/// Does a part in this process.
pub(super) fn run(part: Part, given: &[PathBuf]) -> Result<String, String> {
    let (Some(path), rounds) = (given.first(), given.get(1)) else { return Err("no file is given".to_owned()) };
    let rounds = rounds.and_then(|rounds| rounds.to_str()?.parse().ok()).unwrap_or(1);
    let json = match part {
        Part::AllCores => serde_json::to_string(&whole(path, None)?),
        Part::OneCore => serde_json::to_string(&whole(path, Some("1"))?),
        Part::Beside => serde_json::to_string(&beside(path)?),
        Part::SerdeJson => serde_json::to_string(&timed_reads(path, Notation::Json, Text::read_by_reference)?),
        Part::Events => serde_json::to_string(&timed_reads(path, Notation::Yaml, Text::read_by_reference)?),
        Part::YamlSerde => serde_json::to_string(&timed_reads(path, Notation::Yaml, read_by_yaml_serde)?),
        Part::Phases => serde_json::to_string(&phases(path, rounds)?),
    };
    json.map_err(|error| error.to_string())
}

/// Has a new process do a part.
pub(super) fn in_process<T: DeserializeOwned>(part: Part, given: &[&OsStr]) -> Result<T, String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot tell where this tool is: {error}"))?;
    let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let mut command = Command::new(own);
    command.args(["bench-report", "--quick", "--part", &name]).args(given);
    if part == Part::Phases {
        command.env("RAYON_NUM_THREADS", "1");
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("cannot start {name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed: {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{name} said what was not expected: {error}"))
}

/// Runs the program, which lies beside this tool.
fn whole(path: &Path, threads: Option<&str>) -> Result<Whole, String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot tell where this tool is: {error}"))?;
    let program = own.with_file_name(format!("apiward{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&program);
    command.args(["check", "--profile", "strict", "--format", "json", "--quiet", "--fail-on", "never", "--no-config"]);
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null());
    match threads {
        Some(threads) => command.env("RAYON_NUM_THREADS", threads),
        None => command.env_remove("RAYON_NUM_THREADS"),
    };
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| {
        format!("cannot start {}: {error}; `cargo build --package apiward` makes it", program.display())
    })?;
    let used = child.wait4();
    let wall_ms = millis(start);
    let (status, cpu_ms, memory) = match used {
        Ok(used) => {
            let spent = used.rusage.utime + used.rusage.stime;
            let memory = (used.rusage.maxrss > 0).then_some(used.rusage.maxrss);
            (used.status, Some(spent.as_secs_f64() * 1000.0), memory)
        }
        Err(_) => (child.wait().map_err(|error| cannot("wait for", &program, &error))?, None, None),
    };
    if !status.success() {
        return Err(format!("apiward failed on {}: {status}", path.display()));
    }
    Ok(Whole { wall_ms, cpu_ms, memory })
}

/// What separate runs cost each other that have nothing to wait for: they share the memory of the machine.
fn beside(path: &Path) -> Result<Beside, String> {
    let runs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let start = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..runs).map(|_| scope.spawn(|| whole(path, Some("1")))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| "a run panicked".to_owned())?);
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(Beside { runs, wall_ms: millis(start) })
}

/// Milliseconds that a reader takes for a file, or for all files of a folder; what it makes is not destroyed while the
/// clock runs.
fn timed_reads<T>(path: &Path, notation: Notation, read: impl Fn(&Text) -> T) -> Result<f64, String> {
    let mut spent = 0.0;
    for path in files_of(path)? {
        let content = std::fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        let text = Text { name: String::new(), notation, content };
        let start = Instant::now();
        let value = read(&text);
        spent += millis(start);
        drop(value);
    }
    Ok(spent)
}

fn read_by_yaml_serde(text: &Text) -> yaml_serde::Value {
    yaml_serde::from_str(&text.content).expect("valid YAML")
}

/// The file itself, or all files of a folder, in the order of their paths.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, String> {
    let found = found(path)?;
    Ok(found.inputs.into_iter().map(|input| input.location).collect())
}

fn found(path: &Path) -> Result<Found, String> {
    let limits = Limits::default();
    let request =
        Request { paths: vec![path.to_owned()], no_config: true, file_bytes: limits.file_bytes, ..Request::default() };
    discover(&request).map_err(|error| format!("cannot find {}: {error:?}", path.display()))
}

fn phases(path: &Path, rounds: usize) -> Result<Phases, String> {
    let found = found(path)?;
    let settings = Settings::new(Profile::Strict);
    let mut out = Phases::default();
    // The first round warms the memory.
    for at in 0..=rounds {
        let mut round = Round::default();
        for location in found.inputs.iter().map(|input| &input.location) {
            of_file(location, &mut round)?;
        }
        let checked = timed(&mut round.check, || check(&found, &settings, || {}));
        timed(&mut round.render, || rendered(&checked))?;
        if at > 0 {
            out.rounds.push(round);
        }
    }
    let checked = check(&found, &Settings { statistics: true, ..settings }, || {});
    out.operations = checked.report.files.iter().map(|file| file.operations).sum();
    if let Some(statistics) = checked.report.statistics {
        out.shared_ms = statistics.shared_ms;
        for lint in statistics.lints {
            let findings = lint.error + lint.warning + lint.info;
            out.lints.push(LintTime { lint: lint.lint, ms: lint.time_ms, findings });
        }
        out.lints.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    }
    Ok(out)
}

/// Adds the times of a file up to its lints.
fn of_file(location: &Path, round: &mut Round) -> Result<(), String> {
    let content = std::fs::read_to_string(location).map_err(|error| cannot("read", location, &error))?;
    let is_json = content.trim_start().starts_with('{');
    let notation = if is_json { Notation::Json } else { Notation::Yaml };
    let text = Text { name: String::new(), notation, content };
    drop(timed(&mut round.reference, || -> Read { text.read_by_reference() }));
    let limits = Limits::default();
    let file = timed(&mut round.parse, || {
        let parsed = parse_bytes(text.content.as_bytes(), Some(location), &limits);
        Arc::new(File::new("api".to_owned(), location.to_owned(), parsed.tree, parsed.error))
    });
    let loader = Loader::memory([], limits);
    let files = timed(&mut round.model, || Files::load(file, &loader));
    let api = timed(&mut round.model, || Api::read(&files, 0));
    let api = api.ok_or_else(|| format!("{} is no API description", location.display()))?;
    let outcome = timed(&mut round.lints, || engine::run(&api, &engine::Settings::new(Profile::Strict)));
    black_box(outcome.findings.len());
    Ok(())
}

fn rendered(checked: &Checked) -> Result<usize, String> {
    let style = Style { color: false, unicode: true, width: 80, summary: true };
    let mut out = Vec::new();
    render(Format::Json, checked, style, &mut out).map_err(|error| error.to_string())?;
    Ok(black_box(out).len())
}

/// Adds to `spent` the milliseconds that something takes.
fn timed<T>(spent: &mut f64, what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = what();
    *spent += millis(start);
    made
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
