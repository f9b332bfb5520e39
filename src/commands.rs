//! What each command does, from its arguments to its exit status.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use apiward_syntax::Limits;

use crate::catalogue::{Entry, catalogue};
use crate::check::{Checked, Settings, check as check_files};
use crate::cli::{CheckArgs, Color, ListFormat};
use crate::date::Date;
use crate::discover::{Request, discover};
use crate::output::{to_file, to_stdout};
use crate::progress::Progress;
use crate::render::{Format, Style, render, summary_line};
use crate::report::Level;
use crate::selection::{Selection, unknown};
use crate::usage::{UsageError, complain};

/// Columns of output that goes to no terminal.
const WIDTH: usize = 80;
/// Columns of the widest output: longer lines are hard to read.
const WIDEST: usize = 120;

/// `apiward check`.
pub(crate) fn check(args: &CheckArgs, color: Color) -> Result<u8, UsageError> {
    let settings = Settings {
        profile: args.profile,
        selection: Selection::new(&args.select, &args.ignore, &catalogue())?,
        ignore_unrecognized: args.ignore_unrecognized,
        today: args.today.unwrap_or_else(Date::today),
        limits: Limits::default(),
    };
    let request = Request {
        paths: args.paths.clone(),
        files_from: args.files_from.clone(),
        stdin_filename: args.stdin_filename.clone(),
        root: args.root.clone(),
        file_bytes: settings.limits.file_bytes,
    };
    let found = discover(&request)?;
    let progress = Progress::new(found.inputs.len(), args.quiet);
    let checked = check_files(&found, &settings, || progress.advance());
    drop(progress);
    write_report(args, color, &checked)?;
    tell(args, &checked);
    Ok(checked.report.exit_status(args.fail_on))
}

fn write_report(args: &CheckArgs, color: Color, checked: &Checked) -> Result<(), UsageError> {
    let stdout = std::io::stdout();
    let to_terminal = args.output.is_none() && stdout.is_terminal();
    let choice = match (color, &args.output) {
        (Color::Always, _) => ColorChoice::AlwaysAnsi,
        (Color::Auto, None) => AutoStream::choice(&stdout),
        (Color::Auto, Some(_)) | (Color::Never, _) => ColorChoice::Never,
    };
    let style = Style {
        color: choice != ColorChoice::Never,
        unicode: !to_terminal || terminal_shows_unicode(),
        width: if to_terminal { terminal_width() } else { WIDTH },
        summary: !args.quiet,
    };
    let write = |out: &mut dyn Write| render(args.format, checked, style, out);
    match &args.output {
        Some(path) => to_file(path, write),
        None => to_stdout(write),
    }
}

fn terminal_width() -> usize {
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
fn tell(args: &CheckArgs, checked: &Checked) {
    let outcome = checked.report.outcome;
    if args.verbose {
        for (path, reason) in &checked.skipped_files {
            complain("skipped", &format!("{path}: {reason}"), None);
        }
    }
    for (path, reason) in &checked.unrecognized {
        let help = "name OpenAPI or AsyncAPI descriptions only, or pass over other files with --ignore-unrecognized";
        complain("error", &format!("`{path}` is no API description: {reason}"), Some(help));
    }
    if outcome.nothing_found && !outcome.named_unrecognized {
        let paths: Vec<String> = args.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let place = if paths.is_empty() { "here".to_owned() } else { format!("in {}", paths.join(", ")) };
        let help = "API descriptions are .yaml, .yml or .json files with an `openapi`, `swagger` or `asyncapi` key at \
                    the top level; hidden files and those that .gitignore excludes are found only when named";
        complain("error", &format!("no API description found {place}"), Some(help));
    } else if checked.is_nothing() && !outcome.named_unrecognized && !args.quiet {
        complain("note", "no API description among the files: nothing was checked", None);
    }
    if args.format != Format::Pretty && !args.quiet {
        let mut stderr = std::io::stderr().lock();
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(stderr, "{}", summary_line(checked));
    }
}

/// `apiward explain`.
pub(crate) fn explain(lint: &str) -> Result<u8, UsageError> {
    let catalogue = catalogue();
    let Some(entry) = catalogue.iter().find(|entry| entry.id == lint) else {
        return Err(unknown(&format!("no lint is named `{lint}`"), lint, &catalogue));
    };
    to_stdout(|out| {
        writeln!(out, "# {}\n\n{}.\n", entry.id, entry.title)?;
        let levels = entry.levels;
        let [minimal, recommended, strict] = [levels.minimal, levels.recommended, levels.strict].map(level_name);
        writeln!(out, "Level: {minimal} (minimal), {recommended} (recommended), {strict} (strict)")?;
        writeln!(out, "Confidence: {}", entry.confidence.name())?;
        let classes: Vec<&str> = entry.owasp.iter().chain(&entry.cwe).copied().collect();
        if !classes.is_empty() {
            writeln!(out, "Classes: {}", classes.join(", "))?;
        }
        writeln!(out, "\n{}", entry.docs.trim_end())
    })?;
    Ok(0)
}

/// `apiward lints`.
pub(crate) fn lints(format: ListFormat) -> Result<u8, UsageError> {
    let catalogue = catalogue();
    to_stdout(|out| match format {
        ListFormat::Text => list_as_text(&catalogue, out),
        ListFormat::Markdown => list_as_markdown(&catalogue, out),
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &catalogue)?;
            writeln!(out)
        }
    })?;
    Ok(0)
}

fn level_name(level: Option<Level>) -> &'static str {
    level.map_or("off", Level::name)
}

fn list_as_text(catalogue: &[Entry], out: &mut dyn Write) -> std::io::Result<()> {
    let width = catalogue.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    writeln!(out, "{:width$}  minimal  recommended  strict   title", "lint")?;
    for entry in catalogue {
        let levels = entry.levels;
        let [minimal, recommended, strict] = [levels.minimal, levels.recommended, levels.strict].map(level_name);
        writeln!(out, "{:width$}  {minimal:7}  {recommended:11}  {strict:7}  {}", entry.id, entry.title)?;
    }
    Ok(())
}

fn list_as_markdown(catalogue: &[Entry], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "| Lint | Minimal | Recommended | Strict | What it finds |\n|---|---|---|---|---|")?;
    for entry in catalogue {
        let levels = entry.levels;
        let [minimal, recommended, strict] = [levels.minimal, levels.recommended, levels.strict].map(level_name);
        let title = entry.title.replace('|', "\\|");
        writeln!(out, "| `{}` | {minimal} | {recommended} | {strict} | {title} |", entry.id)?;
    }
    Ok(())
}
