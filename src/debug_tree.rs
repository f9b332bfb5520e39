//! `debug tree`: the values that the parser reads, for comparison with other parsers.

use std::io::{Read, Write};
use std::path::Path;

use apiward_model::describe_error;
use apiward_syntax::{Limits, ParseError, Tree, parse_bytes, to_json_line};

use crate::output::to_stdout;
use crate::usage::{UsageError, complain};

/// Prints the documents of a file; the status is 2 when it does not parse.
pub(crate) fn run(file: &Path, spans: bool) -> Result<u8, UsageError> {
    let limits = Limits::default();
    let bytes = read(file, limits.file_bytes)
        .map_err(|error| UsageError::new(format!("cannot read `{}`: {}", file.display(), describe_error(&error))))?;
    let parsed = parse_bytes(bytes, Some(file), &limits);
    let mut error = parsed.error;
    to_stdout(|out| {
        if spans { write_spans(&parsed.tree, out) } else { write_values(&parsed.tree, &limits, &mut error, out) }
    })?;
    if let Some(error) = &error {
        let place = parsed.tree.lines().position(error.offset);
        let place = format!("{}:{}:{}", file.display(), place.line, place.column);
        complain("error", &format!("{place}: {}", error.message), error.help.as_deref());
    }
    Ok(if error.is_some() { 2 } else { 0 })
}

fn read(file: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = limit.saturating_add(1);
    if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else if file.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    } else {
        std::fs::File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn write_values(
    tree: &Tree,
    limits: &Limits,
    error: &mut Option<ParseError>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for root in tree.documents() {
        match to_json_line(root, limits) {
            Ok(line) => writeln!(out, "{line}")?,
            Err(too_large) => {
                *error = Some(too_large);
                break;
            }
        }
    }
    Ok(())
}

fn write_spans(tree: &Tree, out: &mut dyn Write) -> std::io::Result<()> {
    for node in tree.nodes() {
        let (span, key) = (node.span(), node.key_span());
        let key = key.map(|key| format!(" key {}..{}", key.start, key.end)).unwrap_or_default();
        let kind = if node.is_alias() { "Alias".to_owned() } else { format!("{:?}", node.kind()) };
        writeln!(out, "{}..{}{key} {kind} {:?}", span.start, span.end, node.pointer())?;
    }
    Ok(())
}
