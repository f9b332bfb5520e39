//! `--format pretty`: for each finding the marked text, the places that explain it, and advice.

use std::fmt;
use std::io::{self, Write};

use apiward_lints::framework::level::Level;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};
use miette::{ThemeCharacters, ThemeStyles};
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::excerpt::{Excerpt, Signs};
use super::{Style, inert, summary_line};
use crate::check::Checked;
use crate::report::{Finding, OperationRef, Range, Related, Safety};
use crate::source::Sources;

/// Columns that the frame takes on the left of the text, with line numbers of up to five digits.
pub(crate) const FRAME: usize = 9;
/// Columns of the line that leads from a mark to its words.
const HOOK: usize = 4;
/// Fewest columns of text.
pub(crate) const NARROWEST: usize = 20;
/// A space at which no line is broken.
pub(crate) const GLUE: char = '\u{a0}';
/// Most columns of a piece of code that is kept on one line.
const UNBROKEN: usize = 40;
/// Operations and places that are named one by one.
pub(crate) const NAMED: usize = 5;

/// What draws frames.
pub(crate) fn handler(style: Style) -> GraphicalReportHandler {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(style.width)
        .with_links(style.color)
        // Paths and pointers are broken only where they are wider than a line.
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
}

/// A line below the frames, broken where it is wider than the terminal.
pub(crate) fn note(text: &str, style: Style) -> String {
    let options = textwrap::Options::new(style.width)
        .initial_indent("  ")
        .subsequent_indent("    ")
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&inert(text), &options).replace(GLUE, " ")
}

pub(super) fn write(checked: &Checked, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(style);
    let mut text = String::new();
    for finding in &checked.report.findings {
        text.clear();
        let view = View::new(finding, &checked.sources, style);
        handler.render_report(&mut text, &view).map_err(io::Error::other)?;
        write!(out, "{}", text.replace(GLUE, " "))?;
        for note in view.notes(finding) {
            writeln!(out, "{}", self::note(&note, style))?;
        }
        writeln!(out)?;
    }
    if style.summary {
        writeln!(out, "{}", summary_line(checked))?;
    }
    Ok(())
}

/// A finding as miette wants to see it.
#[derive(Debug)]
struct View<'a> {
    code: String,
    message: String,
    help: Option<String>,
    url: Option<&'a str>,
    severity: Severity,
    excerpt: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
    /// Related places that no frame shows.
    elsewhere: Vec<&'a Related>,
}

impl<'a> View<'a> {
    fn new(finding: &'a Finding, sources: &Sources, style: Style) -> Self {
        let mut view = Self {
            code: format!("{}[{}]", finding.level.as_str(), finding.lint),
            message: glued(&inert(&finding.message)),
            help: finding.help.as_deref().map(|help| glued(&inert(help))),
            url: finding.url.as_deref(),
            severity: severity(finding.level),
            excerpt: None,
            labels: Vec::new(),
            elsewhere: Vec::new(),
        };
        view.frame(finding, sources, style);
        view
    }

    fn frame(&mut self, finding: &'a Finding, sources: &Sources, style: Style) {
        let source = sources.get(&finding.file);
        let shown = |place: &&Related| source.is_some() && place.file == finding.file;
        let (mut here, elsewhere): (Vec<&Related>, Vec<&Related>) = finding.related.iter().partition(shown);
        self.elsewhere = elsewhere;
        let Some(source) = source else { return };
        self.elsewhere.extend(here.split_off(here.len().min(NAMED)));
        let ranges: Vec<Range> = std::iter::once(finding.range).chain(here.iter().map(|place| place.range)).collect();
        let width = style.width.saturating_sub(FRAME).max(NARROWEST);
        let name = inert(&finding.file);
        let excerpt = Excerpt::new(&name, source, &ranges, width, Signs::new(style.unicode));
        if let Some(mark) = excerpt.mark(0) {
            // Beside other labels the main place would be the only one without words.
            let beside =
                (1..ranges.len()).any(|at| excerpt.mark(at).is_some_and(|other| excerpt.is_joined(mark, other)));
            let text = beside.then(|| "here".to_owned());
            self.labels.push(LabeledSpan::new_primary_with_span(text, (mark.start, mark.len)));
        }
        for (at, place) in here.into_iter().enumerate() {
            match excerpt.mark(at + 1) {
                Some(mark) => {
                    let words = inert(&place.message);
                    let fits = excerpt.columns_before(mark) + HOOK + words.width() <= width;
                    self.labels.push(LabeledSpan::new(fits.then(|| words.into_owned()), mark.start, mark.len));
                    if !fits {
                        self.elsewhere.push(place);
                    }
                }
                None => self.elsewhere.push(place),
            }
        }
        self.excerpt = Some(excerpt);
    }

    /// What is said below the frames: where else to look, and which operations are affected.
    fn notes(&self, finding: &Finding) -> Vec<String> {
        let mut notes = Vec::new();
        if self.excerpt.is_none() && !finding.message.contains(&finding.file) {
            notes.push(format!("in {}", finding.file));
        }
        for place in self.elsewhere.iter().take(NAMED) {
            let start = place.range.start;
            notes.push(format!("see {}:{}:{}: {}", place.file, start.line, start.column, place.message));
        }
        let told = finding.related.len() - self.elsewhere.len().saturating_sub(NAMED);
        if finding.related_total > told {
            notes.push(format!("see also {} more", finding.related_total - told));
        }
        if finding.operations_total > 0 {
            // Two descriptions may have operations of the same name.
            let mut named: Vec<String> = finding.operations.iter().take(NAMED).map(name).collect();
            let more = finding.operations_total - named.len();
            named.dedup();
            let named = named.join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            notes.push(format!("affects {named}{more}"));
        }
        if let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) {
            let flags = if fix.safety == Safety::Safe { "--fix" } else { "--fix --unsafe-fixes" };
            notes.push(format!("{flags} can {}", fix.title));
        }
        if let Some(suppressed) = &finding.suppressed {
            let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
            notes.push(format!("suppressed: {reason}"));
        }
        notes
    }
}

/// How frames call a level.
pub(crate) const fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Info => Severity::Advice,
    }
}

/// The text with what stands between backticks kept on one line, where that is short.
pub(crate) fn glued(text: &str) -> String {
    let glue = |(at, part): (usize, &str)| match part.width() {
        0..=UNBROKEN if at % 2 == 1 => part.replace(' ', "\u{a0}"),
        _ => part.to_owned(),
    };
    text.split('`').enumerate().map(glue).collect::<Vec<_>>().join("`")
}

pub(crate) fn name(operation: &OperationRef) -> String {
    format!("{}{GLUE}{}", operation.method, operation.path)
}

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View<'_> {}

impl Diagnostic for View<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.url.map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
