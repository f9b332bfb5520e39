//! What every page has: the head with its policy, the way through its sections, and the one style and the one script.

use std::io::{self, Write};

use super::escape::html;
use super::hashes::{SCRIPT_HASH, STYLE_HASH};

/// The style of every page.
pub const STYLE: &str = include_str!("page.css");
/// The script of every page. Without it nothing is missing but the filters.
pub const SCRIPT: &str = include_str!("page.js");

/// A page around what it is about.
pub(super) struct Shell<'p> {
    /// What kind of page it is, in a few words.
    pub(super) kind: &'static str,
    /// What it is about.
    pub(super) subject: &'p str,
    /// What else the head tells, part by part.
    pub(super) facts: Vec<String>,
    /// The sections by their ids and names.
    pub(super) sections: &'p [(&'static str, &'static str)],
}

impl Shell<'_> {
    /// Writes the page; `body` writes the sections.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        html!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
        // Nothing is fetched, sent or run but the two blocks with these digests.
        html!(
            out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; \
             style-src '{}'; script-src '{}'\">\n",
            STYLE_HASH,
            SCRIPT_HASH
        )?;
        html!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
        html!(
            out,
            "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        )?;
        html!(out, "<title>{} - {}</title>\n<style>", self.subject, self.kind)?;
        out.write_all(STYLE.as_bytes())?;
        html!(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n")?;
        self.header(out)?;
        html!(out, "<main id=\"main\" tabindex=\"-1\">\n")?;
        body(out)?;
        html!(out, "</main>\n<script>")?;
        out.write_all(SCRIPT.as_bytes())?;
        html!(out, "</script>\n</body>\n</html>\n")
    }

    fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        html!(out, "<header class=\"top\">\n<p class=\"kind\">{}</p>\n<h1>{}</h1>\n", self.kind, self.subject)?;
        html!(out, "<ul class=\"facts\">")?;
        for fact in &self.facts {
            html!(out, "<li>{}</li>", fact)?;
        }
        html!(out, "</ul>\n</header>\n<nav class=\"bar\" aria-label=\"Sections\"><ul>")?;
        for (id, name) in self.sections {
            html!(out, "<li><a href=\"#{}\">{}</a></li>", id, name)?;
        }
        html!(out, "</ul></nav>\n")
    }
}
