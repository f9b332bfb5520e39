//! The budget of speed and memory: whole runs of the built program, beside the references, from 1 to 40 MB and on
//! GitHub's descriptions (see `benches/README.md`). Runs of both alternate and the least times count, so that what
//! else a machine does disturbs little.
//!
//! `cargo bench --bench budget -- TEXT` measures only what has TEXT in its name.

#![expect(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]
#![expect(clippy::cast_precision_loss, reason = "a few digits are shown")]

mod inputs;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use apiward_syntax::Notation;

use crate::inputs::{Text, generate};

/// Least and most rounds, and the time after which no round begins.
const ROUNDS: (usize, usize) = (3, 15);
const ENOUGH: Duration = Duration::from_secs(8);

/// Times of the program over those of the reference, at most.
const JSON_RATIO: f64 = 3.0;
const YAML_RATIO: f64 = 1.6;
/// Kilobytes beside six times the file, at most.
const BASE_MEMORY: u64 = 16 * 1024;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs benchmarks, too.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    let folder = std::env::temp_dir().join(format!("apiward-budget-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    large_files(&folder, &is_wanted);
    many_files(&folder, &is_wanted);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn large_files(folder: &Path, is_wanted: &dyn Fn(&str) -> bool) {
    println!("least milliseconds of alternating runs; `times` is the program's wall time over the reference's");
    println!(
        "{:24} {:>6} {:>8} {:>8} {:>8} {:>8} {:>6} {:>13} {:>7} {:>6}",
        "file", "MB", "ref", "wall", "user", "rounds", "times", "spread", "RSS MB", "of max"
    );
    let sizes = [1, 2, 5, 10, 20, 40];
    let generated =
        [Notation::Json, Notation::Yaml].into_iter().flat_map(|notation| sizes.map(|size| (notation, size)));
    for (notation, size) in generated {
        let extension = if notation == Notation::Json { "json" } else { "yaml" };
        if is_wanted(&format!("generated-{size}mb.{extension}")) {
            large_file(folder, &Text::generated(notation, size));
        }
    }
    for name in ["api.github.com.json", "api.github.com.deref.json"].into_iter().filter(|name| is_wanted(name)) {
        if let Some(text) = Text::from_data_folder(name, Notation::Json) {
            large_file(folder, &text);
        }
    }
    if is_wanted("100000-operations.yaml") {
        let content = generate::operations(100_000);
        large_file(folder, &Text { name: "100000-operations.yaml".to_owned(), notation: Notation::Yaml, content });
    }
}

fn large_file(folder: &Path, text: &Text) {
    let path = folder.join(&text.name);
    std::fs::write(&path, &text.content).unwrap();
    let begin = Instant::now();
    let mut rounds: Vec<(f64, Run)> = Vec::new();
    while rounds.len() < ROUNDS.0 || (rounds.len() < ROUNDS.1 && begin.elapsed() < ENOUGH) {
        let start = Instant::now();
        let read = text.read_by_reference();
        let reference = millis(start.elapsed());
        drop(read);
        rounds.push((reference, run(&path, None)));
    }
    std::fs::remove_file(&path).unwrap();
    let reference = least(rounds.iter().map(|round| round.0));
    let wall = least(rounds.iter().map(|round| round.1.wall));
    let user = least(rounds.iter().map(|round| round.1.user));
    let memory = rounds.iter().map(|round| round.1.memory).max().unwrap_or(0);
    let ratios = || rounds.iter().map(|(reference, run)| run.wall / reference);
    let most = ratios().fold(0.0, f64::max);
    let limit = BASE_MEMORY + 6 * text.content.len() as u64 / 1024;
    let allowed = if text.notation == Notation::Json { JSON_RATIO } else { YAML_RATIO };
    let over = wall / reference > allowed || memory > limit;
    println!(
        "{:24} {:>6.1} {reference:>8.1} {wall:>8.1} {user:>8.0} {:>8} {:>6.2} {:>6.2}..{:<5.2} {:>7.1} {:>5}% {}",
        text.name,
        text.content.len() as f64 / 1e6,
        rounds.len(),
        wall / reference,
        least(ratios()),
        most,
        memory as f64 / 1024.0,
        100 * memory / limit,
        if over { "over" } else { "" }
    );
}

/// 10,000 small files, on all cores and on one.
fn many_files(folder: &Path, is_wanted: &dyn Fn(&str) -> bool) {
    if !is_wanted("10000-files") {
        return;
    }
    let root = folder.join("10000-files");
    for at in 0..10_000 {
        let inner = root.join(format!("{}", at / 100));
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join(format!("{at}.yaml")), generate::small(at)).unwrap();
    }
    let (mut one, mut all) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS.0 {
        one = one.min(run(&root, Some("1")).wall);
        all = all.min(run(&root, None).wall);
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("10000 files: {one:.0} ms on one core, {all:.0} ms on {cores}: {:.2} times as fast", one / all);
}

/// What a run of the program took: milliseconds and kilobytes.
struct Run {
    wall: f64,
    user: f64,
    memory: u64,
}

/// Checks a file or folder with all lints; user time and memory are 0 where there is no `/usr/bin/time`.
fn run(path: &Path, threads: Option<&str>) -> Run {
    let program = env!("CARGO_BIN_EXE_apiward");
    let time = PathBuf::from("/usr/bin/time");
    let measured = time.exists();
    let mut command = Command::new(if measured { time.as_path() } else { Path::new(program) });
    if measured {
        command.args(["-f", "%U %M", program]);
    }
    command.args(["check", "--profile", "strict", "--format", "json", "--quiet", "--fail-on", "never"]).arg(path);
    if let Some(threads) = threads {
        command.env("RAYON_NUM_THREADS", threads);
    }
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let output = command.output().unwrap();
    let wall = millis(start.elapsed());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", path.display());
    let mut numbers = said.lines().next_back().unwrap_or_default().split(' ');
    let user = numbers.next().and_then(|text| text.parse().ok()).map_or(0.0, |seconds: f64| seconds * 1000.0);
    let memory = numbers.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    Run { wall, user, memory }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn least(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(f64::MAX, f64::min)
}
