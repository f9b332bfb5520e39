//! `--format concise`: `path:line:column: level[lint] message`, one line for each finding.

use std::io::{self, Write};

use super::inert;
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let start = finding.range.start;
        let (file, message) = (inert(&finding.file), inert(&finding.message));
        let level = finding.level.as_str();
        let suppressed = if finding.suppressed.is_some() { " (suppressed)" } else { "" };
        writeln!(out, "{file}:{}:{}: {level}[{}] {message}{suppressed}", start.line, start.column, finding.lint)?;
    }
    Ok(())
}
