//! `--format markdown`: for the summaries of CI jobs and comments on changes.

use std::io::{self, Write};

use super::{count, inert, summary_line};
use crate::check::Checked;
use crate::report::{Finding, Report};

/// Rows at most: a job summary may have a megabyte.
const ROWS: usize = 500;

pub(super) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let report = &checked.report;
    writeln!(out, "## apiward\n\n{}\n", text(&summary_line(checked)))?;
    let counting: Vec<&Finding> = report.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    if counting.is_empty() {
        return Ok(());
    }
    levels(report, out)?;
    writeln!(out, "\n| Level | Place | Finding | Lint |\n|---|---|---|---|")?;
    for finding in counting.iter().take(ROWS) {
        let place = code(&format!("{}:{}", finding.file, finding.range.start.line));
        let help = finding.help.as_ref().map(|help| format!("<br>{}", text(help))).unwrap_or_default();
        let lint = match &finding.url {
            Some(url) => format!("[{}]({url})", code(finding.lint)),
            None => code(finding.lint),
        };
        writeln!(out, "| {} | {place} | {}{help} | {lint} |", finding.level.as_str(), text(&finding.message))?;
    }
    if counting.len() > ROWS {
        writeln!(out, "\n{} more are not shown.", count(counting.len() - ROWS, "finding"))?;
    }
    Ok(())
}

fn levels(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    writeln!(out, "| Error | Warning | Info | Suppressed |\n|---|---|---|---|")?;
    writeln!(out, "| {} | {} | {} | {} |", summary.error, summary.warning, summary.info, summary.suppressed)
}

/// Text between the bars of a table. Pieces between back quotes stay code; nothing else of it is markup.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            out += &code(part);
        } else {
            out += &plain(part);
        }
    }
    out
}

/// Text of which nothing is markup, fit for a cell. GitHub also makes links of bare addresses.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    let text = inert(text);
    for (at, character) in text.char_indices() {
        match character {
            ':' if text[at..].starts_with("://") => out.push_str("&#58;"),
            '.' if follows_www(&text, at) => out.push_str("&#46;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => out.extend(['\\', character]),
            // A name behind it would be told, and an address become a link, whichever way the sign is written.
            '@' => out.push_str("@<!-- -->"),
            _ => out.push(character),
        }
    }
    out
}

fn follows_www(text: &str, at: usize) -> bool {
    let before = at.checked_sub(3).and_then(|from| text.as_bytes().get(from..at));
    before.is_some_and(|before| before.eq_ignore_ascii_case(b"www"))
}

/// A piece of code in a cell: a bar would end the cell even there.
pub(crate) fn code(text: &str) -> String {
    let text = inert(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup_but_code() {
        assert_eq!(
            text("`GET /a|b` is <b>*open*</b> @team"),
            "`GET /a\\|b` is &lt;b&gt;\\*open\\*&lt;/b&gt; @<!-- -->team"
        );
        assert_eq!(text("[x](http://a)\n|"), "\\[x\\](http&#58;//a)\\\\n\\|");
    }

    #[test]
    fn bare_addresses_are_no_links() {
        assert_eq!(text("see https://a.example: now"), "see https&#58;//a.example: now");
        assert_eq!(text("WWW.a.example and w.a"), "WWW&#46;a.example and w.a");
        assert_eq!(text("me@a.example"), "me@<!-- -->a.example");
        assert_eq!(text("`https://a.example`"), "`https://a.example`");
    }
}
