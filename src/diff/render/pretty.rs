//! `--format pretty`: the text around each change, before and now; what needs no look, on one line.

use std::fmt;
use std::io::{self, Write};

use apiward_lints::framework::level::Level;
use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

use super::{NAMED, operations, place, summary_line};
use crate::diff::command::Compared;
use crate::diff::{Change, Effect, Place};
use crate::render::excerpt::{Excerpt, Signs};
use crate::render::pretty::{FRAME, GLUE, NARROWEST, glued, handler, note, severity};
use crate::render::{Style, inert};
use crate::source::Sources;

pub(super) fn write(compared: &Compared, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(style);
    let diff = &compared.diff;
    for effect in [Effect::Weaker, Effect::Other, Effect::Stronger] {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.effect == effect).collect();
        let (framed, listed): (Vec<&Change>, Vec<&Change>) = changes.into_iter().partition(|change| is_framed(change));
        let mut text = String::new();
        for change in framed {
            text.clear();
            let view = View::new(change, compared, style);
            handler.render_report(&mut text, &view).map_err(io::Error::other)?;
            write!(out, "{}", text.replace(GLUE, " "))?;
            for line in view.notes(change) {
                writeln!(out, "{}", note(&line, style))?;
            }
            writeln!(out)?;
        }
        if !listed.is_empty() {
            writeln!(out, "{}:", effect.heading())?;
            for change in listed {
                writeln!(out, "{}", note(&line(change), style))?;
            }
            writeln!(out)?;
        }
    }
    if style.summary {
        writeln!(out, "{}", summary_line(diff))?;
    }
    Ok(())
}

/// What a reviewer looks at; the rest is for completeness.
fn is_framed(change: &Change) -> bool {
    change.effect != Effect::Stronger && (change.effect == Effect::Weaker || change.level != Level::Info)
}

fn line(change: &Change) -> String {
    let of = operations(change, NAMED, |name| format!("`{name}`"));
    let of = of.map(|of| format!(": {of}")).unwrap_or_default();
    format!("{}: {}{of} [{}]", place(change), change.message, change.id)
}

/// A change as miette wants to see it.
#[derive(Debug)]
struct View {
    code: String,
    message: String,
    severity: Severity,
    frames: Frames,
    labels: Vec<LabeledSpan>,
    /// Places that no frame shows.
    elsewhere: Vec<String>,
}

impl View {
    fn new(change: &Change, compared: &Compared, style: Style) -> Self {
        let mut view = Self {
            code: format!("{}[{}]", change.level.as_str(), change.id),
            message: glued(&inert(&change.message)),
            severity: severity(change.level),
            frames: Frames::default(),
            labels: Vec::new(),
            elsewhere: Vec::new(),
        };
        let diff = &compared.diff;
        let [old, new] = &compared.sources;
        if let Some(place) = &change.old {
            view.frame(place, &diff.old.file(&place.file), "before", old, style);
        }
        if let Some(place) = &change.new {
            view.frame(place, &place.file, "now", new, style);
        }
        view
    }

    fn frame(&mut self, place: &Place, name: &str, words: &str, sources: &Sources, style: Style) {
        let start = place.range.start;
        let elsewhere = format!("{words} at {name}:{}:{}", start.line, start.column);
        let Some(source) = sources.get(&place.file) else { return self.elsewhere.push(elsewhere) };
        let width = style.width.saturating_sub(FRAME).max(NARROWEST);
        let excerpt = Excerpt::new(&inert(name), source, &[place.range], width, Signs::new(style.unicode));
        let Some(mark) = excerpt.mark(0) else { return self.elsewhere.push(elsewhere) };
        let at = self.frames.start() + mark.start;
        let label = if words == "now" { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
        self.labels.push(label(Some(words.to_owned()), (at, mark.len)));
        self.frames.0.push(excerpt);
    }

    fn notes(&self, change: &Change) -> Vec<String> {
        let of = operations(change, NAMED, |name| name.replace(' ', "\u{a0}")).map(|of| format!("concerns {of}"));
        self.elsewhere.iter().cloned().chain(of).collect()
    }
}

/// The excerpts of both versions, one behind the other.
#[derive(Debug, Default)]
struct Frames(Vec<Excerpt>);

impl Frames {
    /// Where the next excerpt begins.
    fn start(&self) -> usize {
        self.0.iter().map(|excerpt| excerpt.len() + 1).sum()
    }
}

impl SourceCode for Frames {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut start = 0;
        for excerpt in &self.0 {
            if span.offset() <= start + excerpt.len() {
                let own = (span.offset().checked_sub(start).ok_or(MietteError::OutOfBounds)?, span.len()).into();
                let read = excerpt.read_span(&own, lines_before, lines_after)?;
                let at = (read.span().offset() + start, read.span().len()).into();
                let name = read.name().unwrap_or_default().to_owned();
                let (line, column, lines) = (read.line(), read.column(), read.line_count());
                return Ok(Box::new(MietteSpanContents::new_named(name, read.data(), at, line, column, lines)));
            }
            start += excerpt.len() + 1;
        }
        Err(MietteError::OutOfBounds)
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View {}

impl Diagnostic for View {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.frames.0.is_empty()).then_some(&self.frames as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
