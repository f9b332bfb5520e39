//! `--format junit` and `--format checkstyle`: XML for CI servers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::inert::{begins_command, is_active, opens_command};
use crate::check::Checked;
use crate::report::{FailOn, Finding, NOT_CHECKED, Status};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// The findings that count, by file; files without any are there as well.
fn by_file(checked: &Checked) -> BTreeMap<&str, Vec<&Finding>> {
    let report = &checked.report;
    let looked_at = report.files.iter().filter(|file| file.status != Status::Skipped);
    let mut files: BTreeMap<&str, Vec<&Finding>> = looked_at.map(|file| (file.path.as_str(), Vec::new())).collect();
    for finding in report.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        files.entry(&finding.file).or_default().push(finding);
    }
    files
}

/// One suite for each file, one test case for each lint that found something there, which failed where the run does; a
/// file without findings is a case that passed.
pub(super) fn junit(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let files = by_file(checked);
    let suites: Vec<Suite<'_>> =
        files.iter().map(|(file, findings)| Suite::new(file, findings, checked.fail_on)).collect();
    let tests: usize = suites.iter().map(Suite::tests).sum();
    let failures: usize = suites.iter().map(|suite| suite.failures).sum();
    writeln!(out, "{HEAD}\n<testsuites name=\"apiward\" tests=\"{tests}\" failures=\"{failures}\">")?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite<'f> {
    file: &'f str,
    by_lint: BTreeMap<&'f str, Vec<&'f Finding>>,
    fail_on: FailOn,
    failures: usize,
}

impl<'f> Suite<'f> {
    fn new(file: &'f str, findings: &[&'f Finding], fail_on: FailOn) -> Self {
        let mut by_lint: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            by_lint.entry(finding.lint).or_default().push(finding);
        }
        let failures = by_lint.values().filter(|findings| fails(findings, fail_on)).count();
        Self { file, by_lint, fail_on, failures }
    }

    fn tests(&self) -> usize {
        self.by_lint.len().max(1)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (file, tests, failures) = (escaped(self.file), self.tests(), self.failures);
        writeln!(out, "  <testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failures}\">")?;
        if self.by_lint.is_empty() {
            writeln!(out, "    <testcase classname=\"{file}\" name=\"apiward\"/>")?;
        }
        for (lint, findings) in &self.by_lint {
            let Some(worst) = findings.iter().max_by_key(|finding| finding.level) else { continue };
            let message = match findings.len() {
                1 => worst.message.to_string(),
                several => format!("{} (and {} more)", worst.message, several - 1),
            };
            writeln!(out, "    <testcase classname=\"{file}\" name=\"{}\">", escaped(lint))?;
            if fails(findings, self.fail_on) {
                writeln!(out, "      <failure type=\"{}\" message=\"{}\">", worst.level.as_str(), escaped(&message))?;
                list(findings, out)?;
                writeln!(out, "      </failure>\n    </testcase>")?;
            } else {
                writeln!(out, "      <system-out>")?;
                list(findings, out)?;
                writeln!(out, "      </system-out>\n    </testcase>")?;
            }
        }
        writeln!(out, "  </testsuite>")
    }
}

/// What was not checked fails the run whatever the level.
fn fails(findings: &[&Finding], fail_on: FailOn) -> bool {
    findings.iter().any(|finding| fail_on.includes(finding.level) || NOT_CHECKED.contains(&finding.lint))
}

fn list(findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        let start = finding.range.start;
        let place = format!("{}:{}:{}", finding.file, start.line, start.column);
        let (level, message) = (finding.level.as_str(), escaped(&finding.message));
        writeln!(out, "{}: {level}: {message}", escaped(&place))?;
        if let Some(help) = &finding.help {
            writeln!(out, "  help: {}", escaped(help))?;
        }
    }
    Ok(())
}

pub(super) fn checkstyle(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEAD}\n<checkstyle version=\"4.3\">")?;
    for (file, findings) in by_file(checked) {
        writeln!(out, "  <file name=\"{}\">", escaped(file))?;
        for finding in findings {
            let start = finding.range.start;
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"apiward.{}\"/>",
                start.line,
                start.column,
                finding.level.as_str(),
                escaped(&finding.message),
                escaped(finding.lint)
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

/// Text for an attribute or an element. Characters that XML 1.0 does not allow (section 2.2) become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '[' if opens_command(&out, character) => out.push_str("&#91;"),
            ':' if begins_command(&text[at..]) => out.push_str("&#58;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ if is_active(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_is_markup_and_none_acts() {
        assert_eq!(escaped("<a b=\"&\">\n\u{1}"), "&lt;a b=&quot;&amp;&quot;&gt; \u{FFFD}");
        assert_eq!(escaped("a\u{202e}\u{9b}\u{2028}\u{7f}"), "a\\u{202e}\\u{9b}\\u{2028}\\u{7f}");
    }
}
