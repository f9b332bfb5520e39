//! What the lints of a page look for, why, and how to mend what they find: once for each lint.

use std::collections::BTreeMap;
use std::io::{self, Write};

use apiward_lints::framework::taxonomy;

use super::escape::html;
use super::parts::{link, markdown, section_of};
use crate::catalogue::Entry;
use crate::render::count;

/// Where the explanation of a lint stands.
pub(super) fn anchor(lint: &str) -> String {
    format!("lint-{lint}")
}

/// Writes the section; `what` is counted of each lint.
pub(super) fn write(
    title: &str,
    what: &str,
    counts: &BTreeMap<&str, usize>,
    catalogue: &[Entry],
    out: &mut dyn Write,
) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    html!(out, "<section id=\"lints\" aria-labelledby=\"lints-title\">\n<h2 id=\"lints-title\">{}</h2>\n", title)?;
    for (&lint, &number) in counts {
        html!(out, "<details class=\"lint\" id=\"{}\"><summary><code>{}</code>", anchor(lint), lint)?;
        let entry = catalogue.iter().find(|entry| entry.id == lint);
        if let Some(entry) = entry {
            html!(out, " <span class=\"title\">{}</span>", entry.title)?;
        }
        html!(out, " <span class=\"of\">{}</span></summary>\n", count(number, what))?;
        entry.map_or(Ok(()), |entry| explain(entry, out))?;
        html!(out, "</details>\n")?;
    }
    html!(out, "</section>\n")
}

fn explain(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    for heading in ["What it does", "Why it matters", "How to fix"] {
        if let Some(text) = section_of(entry.docs, heading) {
            html!(out, "<h3>{}</h3>\n", heading)?;
            markdown(text, out)?;
        }
    }
    let (classes, sources) = (entry.owasp.len() + entry.cwe.len(), entry.references.len());
    if classes + sources == 0 {
        return Ok(());
    }
    html!(out, "<ul class=\"sources\">")?;
    for item in entry.owasp.iter().filter_map(|id| taxonomy::owasp(id)) {
        html!(out, "<li>")?;
        link(item.url, format!("{} {}", item.id, item.title), out)?;
        html!(out, "</li>")?;
    }
    for id in entry.cwe {
        html!(out, "<li>")?;
        link(&taxonomy::cwe_url(id), format!("{id} {}", taxonomy::cwe_name(id).unwrap_or_default()), out)?;
        html!(out, "</li>")?;
    }
    for source in entry.references.iter().filter(|source| !source.url.contains("owasp.org/API-Security")) {
        html!(out, "<li>")?;
        link(source.url, source.text, out)?;
        html!(out, "</li>")?;
    }
    html!(out, "</ul>\n")
}
