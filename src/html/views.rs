//! The inventory turned round: what scopes open, and which schemes the documents use.

use std::io::{self, Write};

use super::escape::html;
use crate::inventory::{Difference, Opened, SchemeUse, ScopeUse, any_of};
use crate::render::count;

/// Rows of a table at most.
const ROWS: usize = 5_000;
/// Operations that are named.
const NAMED: usize = 25;
/// Ways in that are written out.
const WAYS: usize = 8;

/// Writes what each scope opens.
pub(super) fn scopes(scopes: &[ScopeUse], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<section id=\"scopes\" aria-labelledby=\"scopes-title\">\n<h2 id=\"scopes-title\">Scopes</h2>\n")?;
    if scopes.is_empty() {
        return html!(out, "<p>There are no scopes.</p>\n</section>\n");
    }
    table(
        "What a caller may do who holds the scope",
        &["Scope", "Scheme", "Document", "Opens", "Alone", "Writes", "Remarks"],
        out,
    )?;
    for scope in scopes.iter().take(ROWS) {
        html!(out, "<tr><th scope=\"row\"><code>{}</code>", scope.title())?;
        opened(&scope.alone, out)?;
        html!(out, "</th><td>{}</td><td>{}</td>", scope.scheme, scope.file)?;
        html!(out, "<td>{}</td><td>{}</td><td>{}</td>", scope.opens.total, scope.alone.total, scope.alone.writes)?;
        html!(out, "<td class=\"warn\">{}</td></tr>\n", scope.remarks().join(", "))?;
    }
    html!(out, "</tbody></table>\n")?;
    left_out(scopes.len(), "scope", out)?;
    html!(out, "</section>\n")
}

/// The operations that a scope opens alone, folded.
fn opened(opened: &Opened, out: &mut dyn Write) -> io::Result<()> {
    if opened.operations.is_empty() {
        return Ok(());
    }
    html!(out, "<details><summary>{}</summary><ul>", count(opened.total, "operation"))?;
    for one in opened.operations.iter().take(NAMED) {
        html!(out, "<li><code>{} {}</code></li>", one.method, one.path)?;
    }
    let more = opened.total.saturating_sub(opened.operations.len().min(NAMED));
    if more > 0 {
        html!(out, "<li>and {} more</li>", more)?;
    }
    html!(out, "</ul></details>")
}

/// Writes which documents use which schemes.
pub(super) fn schemes(schemes: &[SchemeUse], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<section id=\"schemes\" aria-labelledby=\"schemes-title\">\n<h2 id=\"schemes-title\">Schemes</h2>\n")?;
    if schemes.is_empty() {
        return html!(out, "<p>There are no schemes.</p>\n</section>\n");
    }
    table(
        "Schemes and the documents that use them",
        &["Scheme", "What it is", "Strength", "Operations", "Documents"],
        out,
    )?;
    for scheme in schemes.iter().take(ROWS) {
        html!(out, "<tr><th scope=\"row\"><code>{}</code>", scheme.name)?;
        if scheme.differs_elsewhere {
            html!(out, " <span class=\"warn\">something else in other documents</span>")?;
        }
        let strength = scheme.strength.map_or_else(|| "?".to_owned(), |strength| strength.to_string());
        html!(out, "</th><td>{}</td><td>{}</td><td>{}</td><td>", scheme.what, strength, scheme.operations)?;
        for document in scheme.documents.iter().take(NAMED) {
            html!(out, "<div>{} ({})</div>", document.file, document.operations)?;
        }
        let more = scheme.documents.len().saturating_sub(NAMED);
        if more > 0 {
            html!(out, "<div>and {} more</div>", more)?;
        }
        html!(out, "</td></tr>\n")?;
    }
    html!(out, "</tbody></table>\n")?;
    left_out(schemes.len(), "scheme", out)?;
    html!(out, "</section>\n")
}

/// Writes which operations documents guard differently.
pub(super) fn differences(differences: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<section id=\"differences\" aria-labelledby=\"differences-title\">\n")?;
    html!(out, "<h2 id=\"differences-title\">Guarded differently</h2>\n")?;
    if differences.is_empty() {
        return html!(out, "<p>What several documents have, they guard alike.</p>\n</section>\n");
    }
    table("Operations that documents guard differently", &["Operation", "Document", "Who may call"], out)?;
    for difference in differences.iter().take(ROWS) {
        for (at, one) in difference.protections.iter().enumerate() {
            let name = if at == 0 { format!("{} {}", difference.method, difference.path) } else { String::new() };
            html!(out, "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>", name, one.file)?;
            html!(out, "{}</td></tr>\n", any_of(&one.alternatives, one.alternatives_total, WAYS))?;
        }
    }
    html!(out, "</tbody></table>\n")?;
    left_out(differences.len(), "operation", out)?;
    html!(out, "</section>\n")
}

/// The beginning of a table, up to its rows.
fn table(caption: &str, heads: &[&str], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<table class=\"counts views\"><caption>{}</caption>\n<thead><tr>", caption)?;
    for head in heads {
        html!(out, "<th scope=\"col\">{}</th>", head)?;
    }
    html!(out, "</tr></thead>\n<tbody>\n")
}

fn left_out(number: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    match number.saturating_sub(ROWS) {
        0 => Ok(()),
        more => html!(out, "<p class=\"warn\">{} more are not on this page.</p>\n", count(more, what)),
    }
}
