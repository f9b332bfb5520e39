//! The table of the operations.

use std::borrow::Cow;
use std::io::{self, Write};

use apiward_lints::framework::level::Level;

use super::escape::html;
use super::matrix::{Document, Matrix, Row};
use super::parts::{checkbox, controls, controls_end, select};
use crate::inventory::{
    Alternative, Entry, Kind, PublicBy, Requirement, Sensitive, Server, Source, Transport, rank, title,
};
use crate::render::count;
use crate::text::brief;

/// Rows that stand in one body: the browser lays out only bodies that are in sight.
const ROWS: usize = 40;
/// Ways in that are written out.
const WAYS: usize = 8;
/// Servers that are written out above a table.
const SERVERS: usize = 6;
/// Characters of a path that are written out; hardly any is longer.
const LONGEST: usize = 400;
/// Names of data that are written out.
const NAMES: usize = 10;

/// What the strength of a way in rests on, from none to the strongest.
const STRENGTHS: [&str; 6] = ["none", "key in URL", "key or password", "token", "token with scopes", "certificate"];

/// The findings or changes of a page, which operations name.
#[derive(Clone, Copy)]
pub(super) struct Named<'p> {
    /// What one of them is called.
    pub(super) what: &'static str,
    /// Their levels by number.
    pub(super) levels: &'p [Level],
}

impl Named<'_> {
    /// The head of their column.
    const fn title(self) -> &'static str {
        if matches!(self.what.as_bytes(), b"change") { "Changes" } else { "Findings" }
    }
}

/// Writes the section.
pub(super) fn write(matrix: &Matrix<'_>, named: Option<Named<'_>>, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<section id=\"operations\" data-list aria-labelledby=\"operations-title\">\n")?;
    html!(out, "<h2 id=\"operations-title\" tabindex=\"-1\">Operations</h2>\n")?;
    if matrix.rows.is_empty() {
        return html!(out, "<p>There are no operations.</p>\n</section>\n");
    }
    filters(matrix, named, out)?;
    let all = matrix.rows.len() + matrix.left_out;
    controls_end(matrix.rows.len(), all, "operation", out)?;
    if matrix.left_out > 0 {
        html!(out, "<p class=\"warn\">{} more are not on this page.</p>\n", matrix.left_out)?;
    }
    if matrix.unnamed > 0 {
        let unnamed = count(matrix.unnamed, named.map_or("", |named| named.what));
        html!(
            out,
            "<p class=\"warn\">{} are not named beside the operations, as they are about too many.</p>\n",
            unnamed
        )?;
    }
    for (at, document) in matrix.documents.iter().enumerate() {
        table(matrix, at, document, named, out)?;
    }
    legend(out)?;
    html!(out, "</section>\n")
}

fn filters(matrix: &Matrix<'_>, named: Option<Named<'_>>, out: &mut dyn Write) -> io::Result<()> {
    controls("Filter the operations", out)?;
    let at_most = (1..5).map(|most| (most.to_string(), format!("{most} {} or weaker", STRENGTHS[most])));
    let ends = [("0".to_owned(), "0 none".to_owned()), ("?".to_owned(), "unknown".to_owned())];
    let [none, unknown] = ends;
    let strengths: Vec<(String, String)> = std::iter::once(none).chain(at_most).chain([unknown]).collect();
    select("Weakest way in", "strength", "any", &strengths, out)?;
    if matrix.documents.len() > 1 {
        let name = |(at, document): (usize, &Document<'_>)| (at.to_string(), title(document.file));
        let documents: Vec<(String, String)> = matrix.documents.iter().enumerate().map(name).collect();
        select("Description", "document", "all", &documents, out)?;
    }
    let marks = [
        ("anonymous", 'a'),
        ("writes", 'w'),
        ("sensitive data", 's'),
        ("in the clear", 'c'),
        ("meant to be public", 'p'),
        ("deprecated", 'd'),
    ];
    for (label, mark) in marks {
        checkbox(label, &mark.to_string(), out)?;
    }
    named.map_or(Ok(()), |named| checkbox(&format!("with {}s", named.what), "f", out))
}

fn table(
    matrix: &Matrix<'_>,
    at: usize,
    document: &Document<'_>,
    named: Option<Named<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    html!(out, "<div class=\"document\" data-group>\n<h3 id=\"table-{}\">{}</h3>\n", at, title(document.file))?;
    servers(document.servers, out)?;
    let class = if named.is_some() { "matrix with-findings" } else { "matrix" };
    html!(out, "<table role=\"table\" class=\"{}\" aria-labelledby=\"table-{}\">\n", class, at)?;
    html!(out, "<thead role=\"rowgroup\"><tr role=\"row\">")?;
    // What the script sorts by: the number in an attribute of the rows, or the text of the cell.
    let columns = [
        ("Strength", "rank"),
        ("Operation", "text"),
        ("Who may call", "text"),
        ("Stated", "text"),
        ("Transport", "text"),
        ("Effect", "text"),
        ("Sensitive data", "text"),
        ("Remarks", "text"),
        (named.map_or("", Named::title), "weight"),
    ];
    for (name, by) in &columns[..if named.is_some() { 9 } else { 8 }] {
        html!(out, "<th role=\"columnheader\" scope=\"col\" data-sort=\"{}\">{}</th>", by, name)?;
    }
    html!(out, "</tr></thead>\n")?;
    let rows: Vec<usize> = document.rows.clone().collect();
    for chunk in rows.chunks(ROWS) {
        html!(out, "<tbody role=\"rowgroup\" data-group>\n")?;
        for &number in chunk {
            row(number, at, document, &matrix.rows[number], named, out)?;
        }
        html!(out, "</tbody>\n")?;
    }
    html!(out, "</table>\n</div>\n")
}

fn row(
    number: usize,
    at: usize,
    document: &Document<'_>,
    row: &Row<'_>,
    named: Option<Named<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let entry = row.entry;
    let [errors, warnings, infos] = row.counts;
    let weight = errors * 1_000_000 + warnings * 1_000 + infos;
    html!(
        out,
        "<tr role=\"row\" class=\"{}\" id=\"o{}\" data-item data-document=\"{}\" data-strength=\"{}\" data-rank=\"{}\" \
         data-weight=\"{}\" data-marks=\"{}\">",
        if row.first { "first" } else { "" },
        number,
        at,
        level_of(entry),
        rank(entry),
        weight,
        marks(row)
    )?;
    strength(entry, out)?;
    name(entry, out)?;
    html!(out, "<td role=\"cell\" class=\"who\" data-label=\"Who may call\">")?;
    ways(entry, out)?;
    html!(out, "</td><td role=\"cell\" data-label=\"Stated\">{}</td>", stated(entry))?;
    transport(entry, document.servers, out)?;
    html!(out, "<td role=\"cell\" data-label=\"Effect\">")?;
    match entry.writes {
        Some(true) => html!(out, "<b>writes</b>")?,
        Some(false) => html!(out, "reads")?,
        None => html!(out, "\u{2013}")?,
    }
    html!(out, "</td><td role=\"cell\" class=\"data\" data-label=\"Sensitive data\">")?;
    data("takes", &entry.takes, entry.takes_total, out)?;
    data("returns", &entry.returns, entry.returns_total, out)?;
    html!(out, "</td><td role=\"cell\" class=\"remarks\" data-label=\"Remarks\">")?;
    remarks(entry, out)?;
    html!(out, "</td>")?;
    if let Some(named) = named {
        findings(row, named, out)?;
    }
    html!(out, "</tr>\n")
}

/// The strength as filters know it.
fn level_of(entry: &Entry) -> String {
    match entry.strength {
        // Who calls a webhook is not described; how strong it is guarded cannot be said.
        Some(0) if entry.kind != Kind::Operation => "-".to_owned(),
        Some(strength) => strength.to_string(),
        None => "?".to_owned(),
    }
}

fn marks(row: &Row<'_>) -> String {
    let entry = row.entry;
    let marks = [
        (entry.is_open(), 'a'),
        (entry.writes == Some(true), 'w'),
        (entry.is_sensitive(), 's'),
        (entry.is_in_clear(), 'c'),
        (entry.public.is_some(), 'p'),
        (entry.deprecated, 'd'),
        (row.counts.iter().any(|count| *count > 0), 'f'),
    ];
    marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect()
}

fn strength(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let level = level_of(entry);
    let (class, words) = match entry.strength {
        Some(0) if level == "-" => ("sn", "not told"),
        Some(strength) => {
            let at = usize::from(strength).min(STRENGTHS.len() - 1);
            (["s0", "s1", "s2", "s3", "s4", "s5"][at], STRENGTHS[at])
        }
        None => ("su", "unknown"),
    };
    html!(
        out,
        "<td role=\"cell\" class=\"strength\" data-label=\"Strength\"><span class=\"step {}\">{}</span> ",
        class,
        level
    )?;
    html!(out, "<span class=\"words\">{}</span></td>", words)
}

fn name(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    html!(
        out,
        "<th role=\"rowheader\" scope=\"row\" class=\"name\"><span class=\"method\">{}</span> ",
        brief(&entry.method)
    )?;
    html!(out, "<span class=\"path\">")?;
    for part in cut(&entry.path).split_inclusive('/') {
        html!(out, "{}<wbr>", part)?;
    }
    html!(out, "</span>")?;
    match entry.kind {
        Kind::Operation => {}
        Kind::Webhook => html!(out, " <span class=\"tag\">webhook</span>")?,
        Kind::Callback => html!(out, " <span class=\"tag\">callback</span>")?,
    }
    if let Some(id) = &entry.id {
        html!(out, " <span class=\"id\">{}</span>", cut(id))?;
    }
    html!(out, "</th>")
}

fn ways(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    if entry.alternatives.is_empty() {
        return match entry.kind {
            Kind::Operation => html!(out, "<b class=\"anyone\">anyone</b>"),
            _ => html!(out, "not told"),
        };
    }
    for (at, way) in entry.alternatives.iter().take(WAYS).enumerate() {
        if at > 0 {
            html!(out, "<br><span class=\"or\">or</span> ")?;
        }
        way_in(way, out)?;
    }
    match entry.alternatives_total.saturating_sub(WAYS) {
        0 => Ok(()),
        more => html!(out, "<br><span class=\"or\">or</span> {} more ways", more),
    }
}

fn way_in(way: &Alternative, out: &mut dyn Write) -> io::Result<()> {
    match way.schemes.as_slice() {
        [] if way.anonymous => html!(out, "<b class=\"anyone\">anyone</b>")?,
        [] => html!(out, "malformed")?,
        schemes => {
            for (at, scheme) in schemes.iter().enumerate() {
                if at > 0 {
                    html!(out, " + ")?;
                }
                requirement(scheme, out)?;
            }
        }
    }
    way.server.as_ref().map_or(Ok(()), |server| html!(out, " at {}", brief(server)))
}

fn requirement(scheme: &Requirement, out: &mut dyn Write) -> io::Result<()> {
    let kind = scheme.kind.as_deref().unwrap_or("not defined");
    html!(out, "{} <span class=\"type\">{}</span>", brief(&scheme.name), brief(kind))?;
    for scope in scheme.scopes.iter().take(NAMES) {
        html!(out, " <code>{}</code>", brief(scope))?;
    }
    more(scheme.scopes.len(), out)
}

/// Thousands of operations may share a name, or have one, that fills the screen.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn more(total: usize, out: &mut dyn Write) -> io::Result<()> {
    if total > NAMES { html!(out, " and {} more", total - NAMES) } else { Ok(()) }
}

const fn stated(entry: &Entry) -> &'static str {
    match entry.source {
        Source::None => "nowhere",
        Source::Root => "root",
        Source::Operation => "operation",
        Source::Server => "server",
        Source::ServerAndOperation => "server and operation",
    }
}

/// In words; with the addresses where they are not those of the description.
fn transport(entry: &Entry, common: &[Server], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<td role=\"cell\" data-label=\"Transport\">")?;
    let clear = entry.servers.iter().find(|server| server.transport == Transport::Plaintext);
    match clear {
        Some(server) if server.local => html!(out, "in the clear, locally")?,
        Some(_) => html!(out, "<b class=\"clear\">in the clear</b>")?,
        None if entry.servers.is_empty() => html!(out, "\u{2013}")?,
        None => html!(out, "{}", in_words(&entry.servers))?,
    }
    if !entry.servers.is_empty() && entry.servers != common {
        for server in entry.servers.iter().take(2) {
            html!(out, "<div class=\"url\">{}</div>", brief(&server.url))?;
        }
        if entry.servers_total > 2 {
            html!(out, "<div class=\"url\">and {} more</div>", entry.servers_total - 2)?;
        }
    }
    html!(out, "</td>")
}

fn in_words(servers: &[Server]) -> &'static str {
    match servers.iter().map(|server| server.transport).collect::<Vec<_>>().as_slice() {
        transports if transports.contains(&Transport::Plaintext) => "in the clear",
        transports if transports.contains(&Transport::Unknown) => "not told",
        _ => "encrypted",
    }
}

/// The servers of a description, above its table.
fn servers(servers: &[Server], out: &mut dyn Write) -> io::Result<()> {
    if servers.is_empty() {
        return Ok(());
    }
    html!(out, "<p class=\"servers\">At")?;
    for server in servers.iter().take(SERVERS) {
        let words = in_words(std::slice::from_ref(server));
        let local = if server.local { ", local" } else { "" };
        html!(out, " <span><code>{}</code> ({}{})</span>", brief(&server.url), words, local)?;
    }
    if servers.len() > SERVERS {
        html!(out, " and {} more", servers.len() - SERVERS)?;
    }
    html!(out, "</p>\n")
}

fn data(what: &str, names: &[Sensitive], total: usize, out: &mut dyn Write) -> io::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    html!(out, "<div><span class=\"type\">{}</span>", what)?;
    for one in names.iter().take(NAMES) {
        html!(out, " <code>{}</code>", brief(&one.name))?;
    }
    more(total, out)?;
    html!(out, "</div>")
}

fn remarks(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    if let Some(public) = &entry.public {
        match public.by {
            PublicBy::Declaration => html!(out, "<div>declared public")?,
            PublicBy::Nature => html!(out, "<div>public by nature")?,
        }
        public.reason.as_ref().map_or(Ok(()), |reason| html!(out, ": {}", cut(reason)))?;
        html!(out, "</div>")?;
    }
    match &entry.sunset {
        Some(end) => {
            html!(out, "<div>{}ends {}</div>", if entry.deprecated { "deprecated, " } else { "" }, brief(end))?;
        }
        None if entry.deprecated => html!(out, "<div>deprecated</div>")?,
        None => {}
    }
    if entry.rate_limit.status_429 || !entry.rate_limit.headers.is_empty() {
        html!(out, "<div>rate limit told</div>")?;
    }
    for id in entry.object_ids.iter().filter(|id| id.countable) {
        html!(out, "<div>id <code>{}</code> can be counted up</div>", brief(&id.name))?;
    }
    if !entry.sensitive_complete {
        html!(out, "<div>not all data looked at</div>")?;
    }
    Ok(())
}

/// The numbers of the findings (or changes) by level, which stand on paper, too.
fn findings(row: &Row<'_>, named: Named<'_>, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<td role=\"cell\" class=\"found\" data-label=\"{}\">", named.title())?;
    let total: usize = row.counts.iter().sum();
    if total == 0 {
        return html!(out, "\u{2013}</td>");
    }
    for (level, number) in [Level::Error, Level::Warning, Level::Info].into_iter().zip(row.counts) {
        if number > 0 {
            html!(out, "<div><span class=\"count {}\">{}</span>", level.as_str(), count(number, level.as_str()))?;
            for finding in row.findings.iter().filter(|at| named.levels.get(**at) == Some(&level)) {
                html!(out, " <a href=\"#f{}\">#{}</a>", finding + 1, finding + 1)?;
            }
            html!(out, "</div>")?;
        }
    }
    if total > row.findings.len() {
        html!(out, "<div>{} of them are not named</div>", total - row.findings.len())?;
    }
    html!(out, "</td>")
}

fn legend(out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<p class=\"legend\">Strength is that of the weakest way in: ")?;
    for (at, words) in STRENGTHS.iter().enumerate() {
        html!(out, "{} {}, ", at, words)?;
    }
    html!(
        out,
        "? a scheme that is not defined or not known. Operations of one resource stand together, those that are guarded \
         least first. Anything that <i>or</i> joins lets a caller in; what + joins must all be presented.</p>\n"
    )
}
