//! The page about what was measured.

#![expect(clippy::cast_precision_loss, reason = "a few digits are shown")]

use std::fmt::Write;

use apiward_syntax::Notation;

use super::Report;
use super::budget::{self, Budget, Limit, Why};
use apiward::render::grouped;

use super::case::What;
use super::parts::Round;
use super::rounds::{Measured, Spread};

/// Lints that are named, of those that take the most time.
const SLOWEST: usize = 10;

pub(super) fn markdown(report: &Report) -> String {
    let mut out = String::from("# Performance\n\n");
    out.push_str(&head(report));
    out.push_str("\n## Budgets\n\n");
    out.push_str(&budgets(report));
    let json = |case: &&Measured| case.case.notation == Notation::Json && !case.case.is_folder();
    let yaml = |case: &&Measured| case.case.notation == Notation::Yaml && !case.case.is_folder();
    out.push_str("\n## One file, whole runs\n\n");
    out.push_str(WHOLE);
    let _ = write!(out, "\n### JSON\n\n{}", whole(report.measured.iter().filter(json), Notation::Json));
    let _ = write!(out, "\n### YAML\n\n{}", whole(report.measured.iter().filter(yaml), Notation::Yaml));
    let folders = || report.measured.iter().filter(|case| case.case.is_folder());
    out.push_str("\n## Many small files\n\n");
    out.push_str("The references read all files one after the other on one core, without opening them in that time.\n");
    let of = |notation| folders().filter(move |case| case.case.notation == notation);
    let _ = write!(out, "\n### JSON\n\n{}", whole(of(Notation::Json), Notation::Json));
    let _ = write!(out, "\n### YAML\n\n{}", whole(of(Notation::Yaml), Notation::Yaml));
    out.push_str("\n## Where the time goes, by phase\n\n");
    out.push_str(PHASES);
    out.push_str(&phases(report));
    out.push_str("\n## Where the time goes, by lint\n\n");
    out.push_str(&lints(report));
    out
}

const WHOLE: &str = "\
`apiward check --profile strict --format json`, all lints on, as a new process: start-up, reading the file, and writing
the report included. `serde_json` and `yaml_serde` (`from_str::<Value>`) and the bare events of `granit-parser` read the
same text in the same round, each in a new process as well; only the call is timed, without start-up, opening the file,
and destroying what was read. *Warm* is the same call repeated within one process, which need not ask the system for
memory. Each ratio is the median of all rounds, with the least and the most; below 1 the program is faster than what it is
compared with. *Cores* is processor time over wall time, *to one core* how many times as long a run takes with one
thread. Memory is that of the process at its peak; 16 MB and six times the file are allowed.
";

const PHASES: &str = "\
Milliseconds on one core, in one process, in memory that is warm; the median of the rounds. *Report* is what stands
between the lints and the output: findings with their places, fixes, suppressions and fingerprints. It is the difference
between the whole check and the phases in front of it. The last column compares parsing with the reference in the same
process, `serde_json` or bare events.

";

fn head(report: &Report) -> String {
    let mut out = String::from(
        "`cargo xtask bench-report` measured and wrote this page; anyone can repeat it. The texts are generated, always\n\
         alike (`benches/inputs/generate.rs`): descriptions with shared schemas, parameters and responses, prose,\n\
         examples and security. Ratios count, not milliseconds, which differ between machines.\n",
    );
    let rounds = report.measured.iter().map(|case| case.rounds.len());
    let (least, most) = (rounds.clone().min().unwrap_or(0), rounds.max().unwrap_or(0));
    let cores = if report.cores == 1 { "1 core".to_owned() } else { format!("{} cores", report.cores) };
    let _ = write!(out, "\nMeasured in {least} to {most} rounds on {cores}");
    if let Some((before, after)) = report.load {
        let _ = write!(out, "; the load of the machine was {before:.1} before and {after:.1} after it");
    }
    out.push_str(".\n");
    if let Some(only) = &report.only {
        let _ = write!(out, "\n**Only what has `{only}` in its name was measured.**\n");
    }
    if report.quick {
        out.push_str("\n**This was a quick run on small texts: it shows that measuring works, and nothing else.**\n");
    }
    out
}

fn budgets(report: &Report) -> String {
    let budgets = budget::all(report);
    let rows = budgets.iter().map(|budget| {
        let limit = match budget.limit {
            Limit::AtMost(most) => format!("at most {most}"),
            Limit::AtLeast(least) => format!("at least {least}"),
            Limit::Told => String::new(),
        };
        let kept = match budget.is_kept() {
            Some(true) => "kept",
            Some(false) => "**not kept**",
            None => "",
        };
        let worst = budget.worst.map_or_else(|| "not measured".to_owned(), |(case, _)| case.case.title());
        vec![budget.what.to_owned(), spread(budget.worst.map(|worst| worst.1)), worst, limit, kept.to_owned()]
    });
    let mut out = String::from("For each the worst of all that were measured.\n\n");
    out.push_str(&table(&["", "measured", "worst", "budget", ""], rows));
    for budget in budgets.iter().filter(|budget| budget.is_kept() == Some(false)) {
        out.push_str(&why_not(report, budget));
    }
    out
}

/// The profile of the worst case of a budget that is not kept.
fn why_not(report: &Report, budget: &Budget<'_>) -> String {
    let Some((case, _)) = budget.worst else { return String::new() };
    if budget.why == Why::Memory {
        return where_memory_goes(budget.what, case);
    }
    let Some(phases) = median(case) else { return String::new() };
    let mut out =
        format!("\n**Not kept: {}.**\nWhere the time of {} goes on one core: ", budget.what, case.case.title());
    let whole = phases.check + phases.render;
    let shares = parts(&phases).map(|(name, ms)| format!("{name} {}", percent(ms / whole)));
    out.push_str(&shares.join(", "));
    let slowest = case.phases.lints.iter().take(3).map(|lint| format!("`{}` {}", lint.lint, millis(lint.ms)));
    let _ = writeln!(out, ". The slowest lints, in milliseconds: {}.", slowest.collect::<Vec<_>>().join(", "));
    let further = match budget.why {
        Why::StartUp => beside_start_up(report, case),
        Why::Growth => growth_of_reference(report, case),
        Why::Cores => beyond_cores(case),
        Why::Phases | Why::Memory => None,
    };
    out + &further.unwrap_or_default()
}

/// What is left of a ratio without what any run takes.
fn beside_start_up(report: &Report, case: &Measured) -> Option<String> {
    let tiny = report.measured.iter().find(|other| other.case.what == What::Tiny)?.wall()?.median;
    let (wall, reference) = (case.wall()?.median, case.reference()?.median);
    Some(format!(
        "Of its {} ms {} are what any run takes, whatever it reads; the rest is {:.2} times the reference.\n",
        millis(wall),
        millis(tiny),
        (wall - tiny) / reference
    ))
}

fn growth_of_reference(report: &Report, case: &Measured) -> Option<String> {
    let growth = budget::per_ten_times(report, case, Measured::reference)?;
    Some(format!("The reference takes {} times as long for ten times the bytes.\n", spread(Some(growth))))
}

fn beyond_cores(case: &Measured) -> Option<String> {
    let ceiling = case.ceiling()?;
    let parts = if case.case.is_folder() {
        ""
    } else {
        "Looking up references, copying what was read ahead, and finishing the report stay on one core. "
    };
    Some(format!(
        "{parts}As many separate runs at the same time as there are cores are {} times as fast as one after the other: a \
         division of the work without any loss would reach that on this machine.\n",
        spread(Some(ceiling))
    ))
}

/// What little a process tells of its memory: what the cores have at once beside what one has.
fn where_memory_goes(what: &str, case: &Measured) -> String {
    let megabytes = |of: fn(&super::rounds::Round) -> Option<u64>| {
        let most = case.rounds.iter().filter_map(of).max().unwrap_or_default();
        format!("{:.1} MB", most as f64 / 1e6)
    };
    format!(
        "\n**Not kept: {what}.**\n{} has {:.1} MB of text. A run peaks at {} on all cores, and at {} on one. An operation \
         takes {} bytes of the model, and a finding {} until equal ones are put together, however little text there is of it.\n",
        case.case.title(),
        case.bytes as f64 / 1e6,
        megabytes(|round| round.all_cores.memory),
        megabytes(|round| round.one_core.memory),
        size_of::<apiward_model::Operation<'_>>(),
        size_of::<apiward_lints::framework::finding::Finding<'_>>(),
    )
}

fn whole<'m>(cases: impl Iterator<Item = &'m Measured>, notation: Notation) -> String {
    let is_yaml = notation == Notation::Yaml;
    let rows = cases.map(|case| {
        let memory = case.memory().map(|bytes| bytes as f64);
        let mut row = vec![
            case.case.name(),
            format!("{:.2}", case.bytes as f64 / 1e6),
            grouped(case.phases.operations),
            case.rounds.len().to_string(),
            case.wall().map_or_else(String::new, |wall| millis(wall.median)),
            spread(case.to_reference()),
            spread(case.to_warm()),
        ];
        row.extend(is_yaml.then(|| spread(case.to_yaml_serde())));
        row.push(spread(case.cores()));
        row.push(spread(case.gain()));
        row.push(memory.map_or_else(|| "not told by this system".to_owned(), |bytes| format!("{:.1}", bytes / 1e6)));
        let times = memory.map_or_else(String::new, |bytes| format!("{:.1}", bytes / case.bytes as f64));
        row.push(times);
        row.push(budget::of_memory(case).map_or_else(String::new, |part| percent(part.most)));
        row
    });
    let (reference, warm) =
        if is_yaml { ("to events", "to warm events") } else { ("to `serde_json`", "to warm `serde_json`") };
    let mut header = vec!["", "MB", "operations", "rounds", "ms", reference, warm];
    header.extend(is_yaml.then_some("to `yaml_serde`"));
    header.extend(["cores", "to one core", "peak MB", "times the file", "of what is allowed"]);
    table(&header, rows)
}

fn median(case: &Measured) -> Option<Round> {
    let of = |field: fn(&Round) -> f64| Spread::of(case.phases.rounds.iter().map(field)).map(|spread| spread.median);
    Some(Round {
        reference: of(|round| round.reference)?,
        parse: of(|round| round.parse)?,
        model: of(|round| round.model)?,
        lints: of(|round| round.lints)?,
        check: of(|round| round.check)?,
        render: of(|round| round.render)?,
    })
}

/// The phases in their order, with their milliseconds.
fn parts(round: &Round) -> [(&'static str, f64); 5] {
    let report = (round.check - round.parse - round.model - round.lints).max(0.0);
    [
        ("parsing", round.parse),
        ("model", round.model),
        ("lints", round.lints),
        ("report", report),
        ("rendering", round.render),
    ]
}

fn phases(report: &Report) -> String {
    let rows = report.measured.iter().filter_map(|case| {
        let round = median(case)?;
        let whole = round.check + round.render;
        let part = |(_, ms): (&str, f64)| format!("{} ({})", millis(ms), percent(ms / whole));
        let mut row = vec![case.case.title()];
        row.extend(parts(&round).map(part));
        row.push(millis(whole));
        row.push(spread(Spread::of(case.phases.rounds.iter().map(|round| round.parse / round.reference))));
        Some(row)
    });
    table(&["", "parsing", "model", "lints", "report", "rendering (JSON)", "all", "parsing to reference"], rows)
}

fn lints(report: &Report) -> String {
    let mut out = String::from(
        "The ten lints that take the most time, each run alone. What several lints ask is worked out before them, once.\n",
    );
    let shown = |case: &&Measured| match &case.case.what {
        What::Sized(bytes) => *bytes == 13_000_000 || (report.quick && *bytes == 60_000),
        What::Operations(_) | What::Tiny => false,
        What::Folder(_) => case.case.notation == Notation::Yaml,
        What::File(_) => true,
    };
    for case in report.measured.iter().filter(shown) {
        let lints = &case.phases.lints;
        let all = case.phases.shared_ms + lints.iter().map(|lint| lint.ms).sum::<f64>();
        let share = |ms: f64| percent(ms / all);
        let row = |name: String, findings: String, ms: f64| vec![name, findings, millis(ms), share(ms)];
        let mut rows = vec![row("what lints share".to_owned(), String::new(), case.phases.shared_ms)];
        rows.extend(
            lints.iter().take(SLOWEST).map(|lint| row(format!("`{}`", lint.lint), grouped(lint.findings), lint.ms)),
        );
        let rest = lints.iter().skip(SLOWEST);
        let findings: usize = rest.clone().map(|lint| lint.findings).sum();
        rows.push(row(format!("{} others", rest.clone().count()), grouped(findings), rest.map(|lint| lint.ms).sum()));
        let _ =
            write!(out, "\n### {}\n\n{}", case.case.title(), table(&["", "findings", "ms", "share"], rows.into_iter()));
    }
    out
}

/// A table of Markdown.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|---|{}\n", header.join(" | "), "--:|".repeat(header.len() - 1));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

fn spread(spread: Option<Spread>) -> String {
    let Some(Spread { median, least, most }) = spread else { return String::new() };
    let number = |value: f64| if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    format!("{} ({} to {})", number(median), number(least), number(most))
}

fn millis(ms: f64) -> String {
    match ms {
        ..10.0 => format!("{ms:.2}"),
        10.0..100.0 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}

fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}
