//! What each command does, from its arguments to its exit status.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};

use crate::baseline::{self, Baseline};
use crate::catalogue::catalogue_with;
use crate::check::{Checked, Settings, check as check_files};
use crate::cli::{CheckArgs, Color, Inputs};
use crate::config::shown;
use crate::discover::{Found, Request, current_folder, discover};
use crate::fix;
use crate::leftovers;
use crate::outlets::{Outlet, outlets};
use crate::output::{to_file, to_stdout};
use crate::progress::Progress;
use crate::reach;
use crate::render::{Format, Style, count as counted, render, summary_line};
use crate::report::{FailOn, Finding, NOT_CHECKED};
use crate::revision;
use crate::selection::Selection;
use crate::usage::{UsageError, complain, tell_line};
use apiward_lints::framework::level::Level;
use apiward_model::Date;

/// Columns of output that goes to no terminal.
const WIDTH: usize = 80;
/// Columns of the widest output: longer lines are hard to read.
const WIDEST: usize = 120;

/// `apiward check`.
pub(crate) fn check(args: &CheckArgs, color: Color) -> Result<u8, UsageError> {
    let outlets = outlets(&args.format, args.output.as_deref())?;
    let mut settings = Settings {
        ignore_unrecognized: args.inputs.ignore_unrecognized,
        show_suppressed: args.show_suppressed,
        statistics: args.statistics,
        fail_on: args.fail_on,
        score: args.score || args.min_score.is_some(),
        baseline: args.baseline.as_deref().map(Baseline::read).transpose()?,
        today: args.today.unwrap_or_else(Date::today),
        profile_given: args.profile.is_some(),
        ..Settings::new(args.profile.unwrap_or_default())
    };
    settings.known_from = known_from(args)?;
    // What is no baseline is written over.
    settings.rewritten = args.write_baseline.as_deref().and_then(|path| Baseline::read(path).ok());
    let mut request = request(&args.inputs, &settings)?;
    let mut found = discover(&request)?;
    if args.inputs.ignore_unrecognized {
        reach::add_descriptions(&mut request, &mut found, &settings.limits)?;
    }
    tell_passed_over(&found);
    // Configurations bring lints that may be selected.
    settings.selection = Selection::new(&args.select, &args.ignore, &catalogue_with(found.custom_lints()))?;
    if args.show_settings {
        return to_stdout(|out| shown::settings(&found, &settings, out)).map(|()| 0);
    }
    if let Some(revision) = &args.diff_base {
        let (baseline, name) = revision::baseline(revision, &request, &settings)?;
        settings.baseline = Some(baseline);
        if !args.quiet {
            complain("note", &format!("compared with {name}"), None);
        }
    }
    // Only here: what the findings of a revision are compared with needs no operations.
    settings.inventory = outlets.iter().any(|outlet| outlet.format == Format::Html);
    if args.fix {
        return fix(args, color, &outlets, &found, &settings);
    }
    let progress = Progress::new(found.inputs.len(), args.quiet);
    let checked = check_files(&found, &settings, || progress.advance());
    drop(progress);
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, args, &outlets, &checked);
    }
    for outlet in &outlets {
        write_report(outlet, args, color, &checked)?;
    }
    tell(args, &outlets, &checked);
    Ok(checked.report.exit_status(args.fail_on).max(below_min_score(args, &checked)))
}

/// The folder of the baseline that is read or written; for a revision, the current one.
fn known_from(args: &CheckArgs) -> Result<Option<PathBuf>, UsageError> {
    let file = args.baseline.as_deref().or(args.write_baseline.as_deref());
    if file.is_none() && args.diff_base.is_none() {
        return Ok(None);
    }
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let current = current_folder()?;
    // A folder that is not there is told when the file is opened.
    Ok(Some(current.join(folder).canonicalize().unwrap_or(current)))
}

/// What the command line names.
pub(crate) fn request(inputs: &Inputs, settings: &Settings) -> Result<Request, UsageError> {
    let request = Request {
        files_from: inputs.files_from.clone(),
        stdin_filename: inputs.stdin_filename.clone(),
        exclude_named: inputs.ignore_unrecognized,
        file_bytes: settings.limits.file_bytes,
        ..inputs.around.request(inputs.paths.clone())
    };
    request.complete()
}

/// `--fix`: what is left is reported, or, in a dry run, what would change.
fn fix(
    args: &CheckArgs,
    color: Color,
    outlets: &[Outlet],
    found: &Found,
    settings: &Settings,
) -> Result<u8, UsageError> {
    if !args.dry_run && found.inputs.iter().any(|input| input.content.is_some()) {
        let help = "show the changes with --dry-run, or name the file";
        return Err(UsageError::new("--fix: standard input cannot be written to".to_owned()).help(help));
    }
    let fixed = fix::fix(found, settings, args.unsafe_fixes);
    let (findings, files) = (counted(fixed.count, "finding"), counted(fixed.files.len(), "file"));
    if args.dry_run {
        to_stdout(|out| fix::write_diffs(&fixed.files, out))?;
        if !args.quiet {
            complain("note", &format!("would fix {findings} in {files}"), None);
            tell_given_up(fixed.given_up);
        }
        // What is on disk is as it was.
        return Ok(fixed.before.exit_status(args.fail_on));
    }
    let folders: BTreeSet<&Path> = fixed.files.iter().filter_map(|file| file.location.parent()).collect();
    folders.into_iter().for_each(leftovers::clear);
    // A file that cannot be written keeps none of the others from it.
    let written: Vec<Result<(), UsageError>> = fixed.files.iter().map(fix::write).collect();
    written.into_iter().collect::<Result<(), UsageError>>()?;
    for outlet in outlets {
        write_report(outlet, args, color, &fixed.checked)?;
    }
    tell(args, outlets, &fixed.checked);
    if !args.quiet {
        complain("fixed", &format!("{findings} in {files}"), None);
        tell_given_up(fixed.given_up);
        if fixed.unsafe_left > 0 {
            let left = counted(fixed.unsafe_left, "finding");
            complain(
                "note",
                &format!("{left} can be fixed with --unsafe-fixes, which change what the description says"),
                None,
            );
        }
    }
    Ok(fixed.checked.report.exit_status(args.fail_on).max(below_min_score(args, &fixed.checked)))
}

/// 1 where a description has a lower score than was asked for.
fn below_min_score(args: &CheckArgs, checked: &Checked) -> u8 {
    let Some(least) = args.min_score else { return 0 };
    let scores = checked.report.files.iter().filter_map(|file| Some((&file.path, file.score.as_ref()?.value)));
    let low: Vec<_> = scores.filter(|(_, score)| *score < least).collect();
    for (path, score) in &low {
        complain("error", &format!("`{path}` has a score of {score}, and --min-score asks for {least}"), None);
    }
    u8::from(!low.is_empty())
}

fn tell_given_up(count: usize) {
    if count > 0 {
        let fixes = if count == 1 { "1 fix was" } else { &format!("{count} fixes were") };
        complain("note", &format!("{fixes} not kept, as other findings would come with it"), None);
    }
}

/// `--write-baseline`: the findings go to the file instead of to the reader.
fn write_baseline(path: &Path, args: &CheckArgs, outlets: &[Outlet], checked: &Checked) -> Result<u8, UsageError> {
    // A baseline would hide what was not read.
    tell_not_checked(checked);
    let left_out = tell_unread(checked);
    let counts = left_out > 0 && args.fail_on.includes(Level::Error);
    let status = checked.report.exit_status(FailOn::Never).max(u8::from(counts));
    tell(args, outlets, checked);
    if checked.is_nothing() {
        return Ok(status);
    }
    let mut count = 0;
    to_file("--write-baseline", path, |out| {
        count = baseline::write(&checked.report, &checked.kept, out)?;
        Ok(())
    })?;
    if !args.quiet {
        complain("wrote", &format!("{} to `{}`", counted(count, "finding"), path.display()), None);
        if !checked.kept.is_empty() {
            let kept = counted(checked.kept.len(), "finding");
            complain("note", &format!("kept {kept} about other files and lints than those of this run"), None);
        }
    }
    if left_out > 0 && !args.quiet {
        let help = "mend it, or suppress it with a reason where it stands";
        complain("note", "what was not read is not in the baseline: it always counts", Some(help));
    }
    Ok(status)
}

/// Says what could not be checked, where no report does.
pub(crate) fn tell_not_checked(checked: &Checked) {
    checked.report.findings.iter().filter(|one| NOT_CHECKED.contains(&one.lint)).for_each(tell_fault);
}

/// Says what of the descriptions was not read, where no report does; gives the number of such findings.
pub(crate) fn tell_unread(checked: &Checked) -> usize {
    let left = |one: &&Finding| one.tells_unread() && one.suppressed.is_none() && !NOT_CHECKED.contains(&one.lint);
    let unread: Vec<&Finding> = checked.report.findings.iter().filter(left).collect();
    for finding in unread.iter().take(NAMED) {
        tell_fault(finding);
    }
    if unread.len() > NAMED {
        let help = "`apiward check` names them all";
        complain("error", &format!("{} more of what was not read", unread.len() - NAMED), Some(help));
    }
    unread.len()
}

fn tell_fault(finding: &Finding) {
    let line = finding.range.start.line;
    complain("error", &format!("{}:{line}: {}", finding.file, finding.message), finding.help.as_deref());
}

/// How text looks that goes to a file, or to standard output.
pub(crate) fn style(color: Color, to_file: bool, summary: bool) -> Style {
    let stdout = std::io::stdout();
    let to_terminal = !to_file && stdout.is_terminal();
    let choice = match (color, to_file) {
        (Color::Always, _) => ColorChoice::AlwaysAnsi,
        (Color::Auto, false) => AutoStream::choice(&stdout),
        (Color::Auto, true) | (Color::Never, _) => ColorChoice::Never,
    };
    Style {
        color: choice != ColorChoice::Never,
        unicode: !to_terminal || terminal_shows_unicode(),
        width: if to_terminal { terminal_width() } else { WIDTH },
        summary,
    }
}

fn write_report(outlet: &Outlet, args: &CheckArgs, color: Color, checked: &Checked) -> Result<(), UsageError> {
    let file = outlet.file();
    // Where nothing was checked, that is said on standard error.
    let style = style(color, file.is_some(), !args.quiet && !checked.is_nothing());
    let write = |out: &mut dyn Write| render(outlet.format, checked, style, out);
    match file {
        Some(path) => to_file("--output", path, write),
        None => to_stdout(write),
    }
}

/// Most findings that are named one by one.
const NAMED: usize = 10;

/// Says which findings of the baseline are mended, so that the file can shrink.
fn tell_fixed(checked: &Checked) {
    for entry in checked.fixed.iter().take(NAMED) {
        complain("fixed", &format!("{}: {} [{}]", entry.file, entry.message, entry.lint), None);
    }
    if checked.fixed.len() > NAMED {
        complain("fixed", &format!("{} more", checked.fixed.len() - NAMED), None);
    }
    if !checked.fixed.is_empty() {
        complain("note", "the baseline holds findings that are fixed", Some("write it anew with --write-baseline"));
    }
}

pub(crate) fn terminal_width() -> usize {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    size.map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
}

/// Whether the terminal's locale is one of Unicode.
fn terminal_shows_unicode() -> bool {
    if cfg!(windows) {
        return std::env::var_os("WT_SESSION").is_some() || std::env::var_os("TERM_PROGRAM").is_some();
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    // The console of Linux has few characters.
    let console = std::env::var("TERM").is_ok_and(|term| term == "linux");
    !console && locale.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").ends_with("utf8"))
}

/// Says on standard error what does not belong into the report.
fn tell(args: &CheckArgs, outlets: &[Outlet], checked: &Checked) {
    if args.verbose {
        for (path, reason) in &checked.skipped_files {
            complain("skipped", &format!("{path}: {reason}"), None);
        }
    }
    tell_missing(&args.inputs.paths, checked);
    if !args.quiet && args.baseline.is_some() {
        tell_fixed(checked);
    }
    // In the pretty format the summary is the end of the report.
    let told = !args.statistics
        && !checked.is_nothing()
        && outlets.iter().any(|outlet| outlet.format == Format::Pretty && outlet.file().is_none());
    if !told && !args.quiet {
        tell_line(&summary_line(checked));
    }
}

/// Says which configurations are not read because another one lies beside them.
pub(crate) fn tell_passed_over(found: &Found) {
    for (other, read) in &found.passed_over {
        let help = "keep one file, or name the one that is meant with --config";
        complain("warning", &format!("`{other}` is not read, as `{read}` lies beside it"), Some(help));
    }
}

/// Says which named files are no descriptions, and that none was found.
pub(crate) fn tell_missing(paths: &[PathBuf], checked: &Checked) {
    let outcome = checked.report.outcome;
    for (path, reason) in &checked.unrecognized {
        let help = "name OpenAPI or AsyncAPI descriptions only, or pass over other files with --ignore-unrecognized";
        complain("error", &format!("`{path}` is no API description: {reason}"), Some(help));
    }
    if outcome.nothing_found && !outcome.named_unrecognized {
        let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let place = if paths.is_empty() { "here".to_owned() } else { format!("in {}", paths.join(", ")) };
        let help = "API descriptions are .yaml, .yml or .json files with an `openapi`, `swagger` or `asyncapi` key at \
                    the top level; hidden files and those that .gitignore excludes are found only when named";
        complain("error", &format!("no API description found {place}"), Some(help));
    }
}
