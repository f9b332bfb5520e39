//! `survive [--documents N] [--seed S] [--keep FOLDER] FOLDER...`: see [`apiward_trials::survive`]. `cargo xtask survive`
//! builds and calls it; `work` and `one` are for its own processes, and to look at a kept document. `made N SEED` tries N
//! plausible descriptions, as the fuzz target does.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use apiward_trials::survive::{Plan, one, run, work};

const USAGE: &str = "usage: survive [--documents N] [--seed S] [--keep FOLDER] FOLDER...";

#[expect(clippy::print_stderr, clippy::print_stdout, reason = "a tool for the terminal")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = |text: &str| eprintln!("{text}");
    let done = match words.as_slice() {
        ["work", rest @ ..] => plan(rest).and_then(|plan| work(&plan)).map(|()| true),
        ["one", number, file, rest @ ..] => plan(rest).and_then(|plan| {
            let number = number.parse().map_err(|_| format!("`{number}` is no trial"))?;
            one(&plan, number, Path::new(file)).map(|()| true)
        }),
        ["made", count, seed] => made(count, seed, &told).map(|()| true),
        rest => plan(rest).and_then(|plan| run(&plan, &told)).map(|(summary, well)| {
            println!("{}", summary.trim_end());
            well
        }),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn made(count: &str, seed: &str, told: &dyn Fn(&str)) -> Result<(), String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no number"));
    let (count, seed) = (number(count)?, number(seed)?);
    for at in 0..count {
        if at % 1_000 == 0 {
            told(&format!("{at} of {count} descriptions"));
        }
        apiward_trials::plausible::made(seed, at);
    }
    Ok(())
}

fn plan(words: &[&str]) -> Result<Plan, String> {
    let mut plan =
        Plan { seed: 1, documents: 100_000, folders: Vec::new(), keep: PathBuf::from("fuzz/artifacts/survive") };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} takes a value\n{USAGE}"));
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no number: {word}"));
        match *word {
            "--documents" => plan.documents = number(value()?)?,
            "--seed" => plan.seed = number(value()?)?,
            "--keep" => plan.keep = PathBuf::from(value()?),
            flag if flag.starts_with('-') => return Err(format!("there is no `{flag}`\n{USAGE}")),
            folder => plan.folders.push(PathBuf::from(folder)),
        }
    }
    if plan.folders.is_empty() { Err(format!("no folder is named\n{USAGE}")) } else { Ok(plan) }
}
