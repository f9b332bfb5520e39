//! The small parts that all pages are made of.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, Write};

use apiward_lints::framework::level::Level;

use super::escape::html;
use super::matrix::Matrix;
use crate::render::count;
use crate::report::{Affected, OperationRef};
use crate::text::brief;

/// A level in words and colour.
pub(super) fn badge(level: Level, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<span class=\"badge {}\">{}</span>", level.as_str(), level.as_str())
}

/// Text in which pieces between backticks are code.
pub(super) fn prose(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for (at, part) in text.split('`').enumerate() {
        match at % 2 {
            1 => html!(out, "<code>{}</code>", part)?,
            _ => html!(out, "{}", part)?,
        }
    }
    Ok(())
}

/// Paragraphs, lists and code of the Markdown in which lints are documented; whatever else it holds stays as it is.
pub(super) fn markdown(text: &str, out: &mut dyn Write) -> io::Result<()> {
    // What stands between fences is at every second place.
    for (at, part) in text.split("\n```").enumerate() {
        if at % 2 == 1 {
            // Behind the fence stands the language.
            html!(out, "<pre class=\"code\">")?;
            for line in part.lines().skip(1) {
                html!(out, "{}\n", line)?;
            }
            html!(out, "</pre>\n")?;
            continue;
        }
        for block in part.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            self::block(block, out)?;
        }
    }
    Ok(())
}

fn block(block: &str, out: &mut dyn Write) -> io::Result<()> {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(list) = block.strip_prefix("- ") else {
        html!(out, "<p>")?;
        prose(&joined(block), out)?;
        return html!(out, "</p>\n");
    };
    html!(out, "<ul>")?;
    for item in list.split("\n- ") {
        html!(out, "<li>")?;
        prose(&joined(item), out)?;
        html!(out, "</li>")?;
    }
    html!(out, "</ul>\n")
}

/// The text below a heading of second level, up to the next one.
pub(super) fn section_of<'d>(docs: &'d str, heading: &str) -> Option<&'d str> {
    let mut sections = docs.split("\n## ").map(|section| section.trim_start_matches("## "));
    sections.find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'))
}

/// A link that leads out of the page, where the address is one of the web.
pub(super) fn link(url: &str, text: impl Display, out: &mut dyn Write) -> io::Result<()> {
    if url.starts_with("https://") {
        html!(out, "<a rel=\"noreferrer noopener external\" href=\"{}\">{}</a>", url, text)
    } else {
        html!(out, "{}", text)
    }
}

/// The beginning of a fieldset with the search of a list, which the script shows.
pub(super) fn controls(label: &str, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<div class=\"controls\" role=\"search\" aria-label=\"{}\" hidden>\n", label)?;
    html!(
        out,
        "<label class=\"find\">Search <input type=\"search\" data-text autocomplete=\"off\" spellcheck=\"false\"></label>\n"
    )
}

/// A choice among values of an attribute of the rows.
pub(super) fn select(
    label: &str,
    attribute: &str,
    all: &str,
    options: &[(String, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    html!(out, "<label>{} <select data-filter=\"{}\"><option value=\"\">{}</option>", label, attribute, all)?;
    for (value, text) in options {
        html!(out, "<option value=\"{}\">{}</option>", value, text)?;
    }
    html!(out, "</select></label>\n")
}

/// The choice among the levels that there are.
pub(super) fn select_level(levels: impl Iterator<Item = Level>, out: &mut dyn Write) -> io::Result<()> {
    // Errors first.
    let levels: BTreeSet<Reverse<Level>> = levels.map(Reverse).collect();
    let options: Vec<(String, String)> =
        levels.into_iter().map(|level| (level.0.as_str().to_owned(), level.0.as_str().to_owned())).collect();
    select("Level", "level", "all", &options, out)
}

/// The choice among the items of the OWASP API Security Top 10 that there are.
pub(super) fn select_owasp<'i>(items: impl Iterator<Item = &'i str>, out: &mut dyn Write) -> io::Result<()> {
    // `API10` stands behind `API9`.
    let items: BTreeSet<(usize, &str)> = items.map(|item| (item.len(), item)).collect();
    let options: Vec<(String, String)> =
        items.into_iter().map(|(_, item)| (item.to_owned(), item.to_owned())).collect();
    select("OWASP", "owasp", "all", &options, out)
}

/// Which of the three levels it is, errors first.
pub(super) const fn rank(level: Level) -> usize {
    match level {
        Level::Error => 0,
        Level::Warning => 1,
        Level::Info => 2,
    }
}

/// Items that stand together: the browser lays out only those groups that are in sight.
const CHUNK: usize = 20;

/// Writes some items below a heading; `what` is one of them.
pub(super) fn group<T>(
    heading: &str,
    what: &str,
    items: &[T],
    out: &mut dyn Write,
    mut item: impl FnMut(usize, &T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    html!(out, "<div class=\"file\" data-group>\n<h3>{} <span class=\"of\">", heading)?;
    html!(out, "{}</span></h3>\n", count(items.len(), what))?;
    for (at, chunk) in items.chunks(CHUNK).enumerate() {
        html!(out, "<div class=\"chunk\" data-group>\n")?;
        for (place, one) in chunk.iter().enumerate() {
            item(at * CHUNK + place, one, out)?;
        }
        html!(out, "</div>\n")?;
    }
    html!(out, "</div>\n")
}

/// Says how many there is no place for.
pub(super) fn left_out(number: usize, out: &mut dyn Write) -> io::Result<()> {
    match number {
        0 => Ok(()),
        _ => html!(out, "<p class=\"warn\">{} more, none worse, are not on this page.</p>\n", number),
    }
}

/// Operations that are named.
const NAMED: usize = 25;

/// The operations that something is about, each a link where the page lists it.
pub(super) struct About<'p> {
    pub(super) affected: &'p [Affected],
    pub(super) single: Option<&'p OperationRef>,
    pub(super) several: &'p [OperationRef],
    pub(super) total: usize,
}

impl About<'_> {
    /// Writes them behind a word; nothing where there is none.
    pub(super) fn write(&self, word: &str, matrix: &Matrix<'_>, out: &mut dyn Write) -> io::Result<()> {
        let rows = matrix.rows_of(self.affected, NAMED);
        let named = rows.len().max(self.several.len()).max(usize::from(self.single.is_some()));
        if named == 0 {
            return Ok(());
        }
        html!(out, "<p class=\"affects\"><b>{}</b>", word)?;
        for &at in &rows {
            let entry = matrix.rows[at].entry;
            html!(out, " <a href=\"#o{}\">{} {}</a>", at, entry.method, brief(&entry.path))?;
        }
        if rows.is_empty() {
            for one in self.single.into_iter().chain(self.several) {
                html!(out, " <span class=\"op\">{} {}</span>", one.method, brief(&one.path))?;
            }
        }
        if self.total > named {
            html!(out, " and {} more", self.total - named)?;
        }
        html!(out, "</p>\n")
    }
}

/// A box that leaves only the rows with a mark.
pub(super) fn checkbox(label: &str, mark: &str, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<label class=\"check\"><input type=\"checkbox\" data-mark=\"{}\"> {}</label>\n", mark, label)
}

/// The end of the controls, and the line that says how many rows are shown.
pub(super) fn controls_end(shown: usize, of: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<button type=\"button\" data-reset>Reset</button>\n</div>\n")?;
    html!(out, "<p class=\"shown\" role=\"status\" data-what=\"{}s\">", what)?;
    match shown {
        shown if shown == of => html!(out, "{}", count(of, what))?,
        _ => html!(out, "{} of {}", shown, count(of, what))?,
    }
    html!(out, "</p>\n")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lints_are_documented_in_paragraphs_and_lists() {
        let docs = "## Why\n\nBecause of\n`<a>`.\n\n- one\n  more\n- `two`\n\n## How\n\nSo.";
        let text = section_of(docs, "Why").unwrap();
        let expected =
            "<p>Because of <code>&lt;a&gt;</code>.</p>\n<ul><li>one more</li><li><code>two</code></li></ul>\n";
        assert_eq!(written(|out| markdown(text, out)), expected);
        let code = "Holds:\n\n```cel\na < b\n\nc\n```\n\nOr not.";
        let expected = "<p>Holds:</p>\n<pre class=\"code\">a &lt; b\n\nc\n</pre>\n<p>Or not.</p>\n";
        assert_eq!(written(|out| markdown(code, out)), expected);
        assert_eq!(section_of(docs, "How"), Some("\nSo."));
        assert_eq!(section_of(docs, "What"), None);
    }

    #[test]
    fn links_lead_to_the_web_alone() {
        assert_eq!(written(|out| link("javascript:alert(1)", "<x>", out)), "&lt;x&gt;");
        assert!(written(|out| link("https://a.io/\"", "x", out)).contains("href=\"https://a.io/&quot;\""));
    }
}
