//! Runs the fuzz targets one after the other, and counts what came of it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The longest input that the fuzzer makes.
const LONGEST: usize = 8_192;
/// Seconds that one input may take, and MiB of memory.
const SECONDS: usize = 20;
const MEMORY: usize = 3_000;

/// What one target brought.
struct Outcome {
    target: String,
    executions: u64,
    /// Parts of the program that inputs reached, at the start and at the end.
    before: u64,
    after: u64,
    crash: Option<String>,
}

/// Fuzzes each target for some minutes: `arguments` are `--minutes N` and names of targets, none for all.
///
/// # Errors
/// When an input crashes a target, when one cannot be built, or cargo-fuzz is missing.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let known = targets(root)?;
    let (minutes, chosen) = read(arguments, &known)?;
    let cargo_fuzz = |words: &[&str]| {
        let mut command = Command::new("cargo");
        // Coverage is counted by flags of the compiler that the stable one takes only so.
        command.arg("fuzz").args(words).env("RUSTC_BOOTSTRAP", "1").current_dir(root);
        command
    };
    let present = cargo_fuzz(&["--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !present.is_ok_and(|status| status.success()) {
        return Err("cargo-fuzz is missing: install it with `cargo install cargo-fuzz`".to_owned());
    }
    // All the code is safe Rust: a sanitizer of memory would find little and halve the speed.
    let built = cargo_fuzz(&["build", "-s", "none"]).status().map_err(|error| error.to_string())?;
    if !built.success() {
        return Err("the fuzz targets cannot be built".to_owned());
    }
    let mut outcomes = Vec::new();
    for target in chosen {
        outcomes.push(fuzz(root, &target, minutes, &cargo_fuzz)?);
    }
    let table = table(&outcomes);
    if outcomes.iter().any(|one| one.crash.is_some()) { Err(table) } else { Ok(table) }
}

/// The targets, by their files.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| name(entry.path())).collect();
    names.sort();
    Ok(names)
}

/// Minutes for each target, and the targets.
fn read(arguments: &[&str], known: &[String]) -> Result<(u64, Vec<String>), String> {
    let ["--minutes", minutes, names @ ..] = arguments else {
        return Err("say for how long each target is fuzzed: `cargo xtask fuzz --minutes 5`".to_owned());
    };
    let minutes = minutes.parse().ok().filter(|minutes| *minutes > 0);
    let minutes = minutes.ok_or("`--minutes` takes a number from 1 on")?;
    for name in names {
        if !known.iter().any(|one| one == name) {
            return Err(format!("there is no target `{name}`; there are {}", known.join(", ")));
        }
    }
    let chosen = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Ok((minutes, if chosen.is_empty() { known.to_vec() } else { chosen }))
}

/// Fuzzes one target; what the fuzzer says is shown, and kept in its log.
fn fuzz(root: &Path, target: &str, minutes: u64, cargo_fuzz: &dyn Fn(&[&str]) -> Command) -> Result<Outcome, String> {
    let corpus = format!("fuzz/corpus/{target}");
    let told = |error: std::io::Error| format!("{corpus}: {error}");
    std::fs::create_dir_all(root.join(&corpus)).map_err(told)?;
    let seeds = [format!("fuzz/seeds/{target}"), format!("fuzz/crashes/{target}")];
    let seeds = seeds.iter().filter(|folder| root.join(folder).is_dir()).map(String::as_str);
    let hand_made = ["testdata/trees", "testdata/hostile"].into_iter().filter(|_| target == "tree");
    let flags = [
        format!("-max_total_time={}", minutes * 60),
        format!("-max_len={LONGEST}"),
        format!("-timeout={SECONDS}"),
        format!("-rss_limit_mb={MEMORY}"),
        "-dict=fuzz/openapi.dict".to_owned(),
        "-print_final_stats=1".to_owned(),
    ];
    let words = ["run", "-s", "none", target, corpus.as_str()].into_iter().chain(seeds).chain(hand_made);
    let words: Vec<&str> = words.chain(["--"]).chain(flags.iter().map(String::as_str)).collect();
    let log = root.join(format!("fuzz/corpus/{target}.log"));
    let file = std::fs::File::create(&log).map_err(told)?;
    let status = cargo_fuzz(&words).env("RAYON_NUM_THREADS", "1").stderr(file).status().map_err(told)?;
    let log = std::fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(told)?;
    Ok(outcome(target, &log, status.success()))
}

/// What the log of a fuzzer says.
fn outcome(target: &str, log: &str, well: bool) -> Outcome {
    let number = |text: &str| text.split_ascii_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let mut coverage = log.match_indices("cov: ").map(|(at, word)| number(&log[at + word.len()..]));
    let before = coverage.next().unwrap_or(0);
    let executions = log.rsplit_once("stat::number_of_executed_units:").map_or(0, |(_, rest)| number(rest));
    let written = log.rsplit_once("Test unit written to ").map(|(_, rest)| rest.lines().next().unwrap_or_default());
    let last = || log.lines().last().unwrap_or("it ended").to_owned();
    let crash = (!well).then(|| written.map_or_else(last, str::to_owned));
    Outcome { target: target.to_owned(), executions, before, after: coverage.last().unwrap_or(before), crash }
}

fn table(outcomes: &[Outcome]) -> String {
    let mut out = format!("{:<14} {:>12} {:>9} {:>6}  crash\n", "target", "executions", "coverage", "new");
    for one in outcomes {
        let crash = one.crash.as_deref().unwrap_or("none");
        let new = one.after.saturating_sub(one.before);
        let _ = writeln!(out, "{:<14} {:>12} {:>9} {new:>6}  {crash}", one.target, one.executions, one.after);
    }
    if outcomes.iter().any(|one| one.crash.is_some()) {
        out.push_str(
            "mend the fault, then put the input into fuzz/crashes/TARGET/: `cargo test -p apiward-trials` replays it",
        );
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
#12\tINITED cov: 400 ft: 1 corp: 2/2b\n#99\tNEW    cov: 412 ft: 9\n#512\tDONE   cov: 450 ft: 9\n\
stat::number_of_executed_units: 512\n";

    #[test]
    fn the_log_of_a_fuzzer_is_read() {
        let well = outcome("tree", LOG, true);
        assert_eq!((well.executions, well.before, well.after, well.crash), (512, 400, 450, None));
        let crash =
            outcome("tree", &format!("{LOG}x; Test unit written to fuzz/artifacts/tree/crash-1\nBase64: a\n"), false);
        assert_eq!(crash.crash.as_deref(), Some("fuzz/artifacts/tree/crash-1"));
        assert!(table(&[crash]).contains("crash-1\nmend"));
    }

    #[test]
    fn wrong_use_is_told() {
        let known = ["model".to_owned(), "tree".to_owned()];
        assert_eq!(read(&["--minutes", "2"], &known), Ok((2, known.to_vec())));
        assert_eq!(read(&["--minutes", "2", "tree"], &known), Ok((2, vec!["tree".to_owned()])));
        for wrong in [&["--minutes", "0"][..], &["--minutes", "x"], &[], &["--minutes", "1", "gone"]] {
            assert!(read(wrong, &known).is_err(), "{wrong:?}");
        }
    }
}
