//! `--format rdjson`: the diagnostic format of reviewdog.

use std::io::{self, Write};

use apiward_lints::framework::level::Level;
use serde_json::{Value, json};

use super::json::pretty;
use crate::check::Checked;
use crate::report::{Finding, Position, Range};
use crate::source::SourceFile;

pub(super) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let counting = checked.report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let diagnostics: Vec<Value> = counting.map(|finding| diagnostic(checked, finding)).collect();
    let report = json!({"source": {"name": "apiward"}, "diagnostics": diagnostics});
    pretty(&report, out)?;
    writeln!(out)
}

fn diagnostic(checked: &Checked, finding: &Finding) -> Value {
    let place = |file: &str, at: Range| {
        let source = checked.sources.get(file);
        json!({"path": file, "range": {"start": position(source, at.start), "end": position(source, at.end)}})
    };
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.to_string(),
    };
    let related = finding.related.iter();
    let related: Vec<Value> =
        related.map(|other| json!({"message": other.message, "location": place(&other.file, other.range)})).collect();
    let mut code = json!({"value": finding.lint});
    if let Some(url) = &finding.url {
        code["url"] = json!(url);
    }
    // Several suggestions would be alternatives.
    let edits = finding.fix.iter().filter(|fix| fix.edits.len() == 1).flat_map(|fix| &fix.edits);
    let edits = edits.filter(|edit| edit.file == finding.file);
    let suggestions: Vec<Value> =
        edits.map(|edit| json!({"range": place(&edit.file, edit.range)["range"], "text": edit.text})).collect();
    json!({
        "message": message,
        "location": place(&finding.file, finding.range),
        "severity": match finding.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Info => "INFO",
        },
        "code": code,
        "related_locations": related,
        "suggestions": suggestions,
    })
}

/// Columns count the bytes of the line, from 1.
fn position(source: Option<&SourceFile>, at: Position) -> Value {
    let Some(source) = source else { return json!({"line": at.line}) };
    let before = source.text().as_bytes().get(..at.offset as usize).unwrap_or_default();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    json!({"line": at.line, "column": before.len() - line_start + 1})
}
