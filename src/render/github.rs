//! `--format github`: workflow commands, which GitHub shows as annotations on the lines of a change.

use std::io::{self, Write};

use apiward_lints::framework::level::Level;

use super::inert;
use crate::report::{Finding, Range, Report};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let place = Some((finding.file.as_str(), finding.range));
        annotate(finding.level, place, finding.lint, &text(finding), out)?;
    }
    Ok(())
}

/// Writes one annotation; without a place it stands beside the run alone.
pub(crate) fn annotate(
    level: Level,
    place: Option<(&str, Range)>,
    id: &str,
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = place.map_or_else(String::new, |(file, Range { start, end })| {
        // GitHub refuses columns of a range that spans lines.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        format!("file={},line={},endLine={}{columns},", property(file), start.line, end.line)
    });
    writeln!(out, "::{command} {place}title={}::{}", property(&format!("apiward {id}")), data(text))
}

fn text(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.to_string(),
    }
}

/// What stands behind the last `::`. Line breaks would begin a command of their own.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| inert(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The value of a property: commas and colons end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_begin_a_command_or_end_a_property() {
        assert_eq!(data("100%\r\n::error::x"), "100%25%0A\\u{3a}:error::x");
        assert_eq!(property("a,b:c\u{1b}[0m"), "a%2Cb%3Ac\\u{1b}[0m");
    }
}
