//! The first section: how many, how bad, and where.

use std::collections::BTreeMap;
use std::io::{self, Write};

use apiward_lints::framework::level::Level;
use apiward_lints::framework::taxonomy::OWASP;

use super::escape::html;
use super::findings::{Findings, family};
use super::matrix::Matrix;
use super::parts::rank;
use crate::catalogue::family_title;
use crate::check::Checked;
use crate::diff::kinds::title as kind_title;
use crate::diff::{Diff, Effect, summary_line as changes_line};
use crate::inventory::{Entry, title};
use crate::render::{count, summary_line};
use crate::report::{FileEntry, Finding, Status};
use crate::score::Score;

/// Most documents that are listed.
const DOCUMENTS: usize = 500;

/// Findings of one kind, by level.
type Counts = [usize; 3];

const LEVELS: [&str; 3] = ["error", "warning", "info"];

fn add(counts: &mut Counts, level: Level) {
    counts[rank(level)] += 1;
}

/// A number that stands out, what it counts, and the filter that shows what it counts.
pub(super) struct Tile {
    pub(super) class: &'static str,
    pub(super) value: String,
    pub(super) label: String,
    pub(super) list: &'static str,
    pub(super) filter: &'static str,
}

/// Writes numbers that stand out.
pub(super) fn tiles(tiles: &[Tile], out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<ul class=\"tiles\">\n")?;
    for tile in tiles {
        html!(out, "<li class=\"{}\">", tile.class)?;
        match tile.list {
            // Nothing leads to nothing.
            _ if tile.value == "0" => html!(out, "<span><b>{}</b> {}</span></li>\n", tile.value, tile.label)?,
            "" => html!(out, "<span><b>{}</b> {}</span></li>\n", tile.value, tile.label)?,
            list => {
                html!(out, "<a href=\"#{}\" data-set=\"{}\"><b>{}</b> ", list, tile.filter, tile.value)?;
                html!(out, "{}</a></li>\n", tile.label)?;
            }
        }
    }
    html!(out, "</ul>\n")
}

/// The numbers on operations.
pub(super) fn operation_tiles(matrix: &Matrix<'_>) -> Vec<Tile> {
    let tile = |value: usize, label: &str, filter| Tile {
        class: if value == 0 { "zero" } else { "" },
        value: value.to_string(),
        label: label.to_owned(),
        list: "operations",
        filter,
    };
    let open = matrix.count(Entry::is_open);
    let open_writes = matrix.count(|entry| entry.is_open() && entry.writes == Some(true));
    vec![
        tile(matrix.rows.len() + matrix.left_out, if matrix.rows.len() == 1 { "operation" } else { "operations" }, ""),
        tile(open, "anonymous", "marks:a"),
        tile(open_writes, if open_writes == 1 { "anonymous write" } else { "anonymous writes" }, "marks:aw"),
        tile(matrix.count(Entry::is_in_clear), "in the clear", "marks:c"),
        tile(matrix.count(Entry::is_sensitive), "with sensitive data", "marks:s"),
    ]
}

/// Writes the section of a run of lints.
pub(super) fn write(
    checked: &Checked,
    matrix: &Matrix<'_>,
    findings: &Findings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = &checked.report;
    let counting: Vec<&Finding> = report.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    html!(out, "<section id=\"summary\" aria-labelledby=\"summary-title\">\n<h2 id=\"summary-title\">Summary</h2>\n")?;
    let mut levels = level_tiles(checked);
    levels.extend(operation_tiles(matrix));
    tiles(&levels, out)?;
    html!(out, "<p class=\"line\">{}</p>\n<div class=\"tables\">\n", summary_line(checked))?;
    by_family(&counting, out)?;
    let mut items: BTreeMap<&str, Counts> = BTreeMap::new();
    for (finding, item) in counting.iter().flat_map(|finding| finding.owasp.iter().map(move |item| (finding, item))) {
        add(items.entry(item).or_default(), finding.level);
    }
    let scores: Vec<&Score> = report.files.iter().filter_map(|file| file.score.as_ref()).collect();
    by_item("findings", &items, &scores, out)?;
    html!(out, "</div>\n")?;
    Documents { matrix, findings, counting: &counting }.write(&report.files, out)?;
    html!(out, "</section>\n")
}

/// Writes the section of a comparison.
pub(super) fn of_changes(diff: &Diff, matrix: &Matrix<'_>, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<section id=\"summary\" aria-labelledby=\"summary-title\">\n<h2 id=\"summary-title\">Summary</h2>\n")?;
    let summary = &diff.summary;
    let tile = |class, value: usize, label: &str, filter| Tile {
        class: if value == 0 { "zero" } else { class },
        value: value.to_string(),
        label: label.to_owned(),
        list: "changes",
        filter,
    };
    let mut all = vec![
        tile("error", summary.weaker, "weaker", "effect:weaker"),
        tile("warning", summary.other, "to be judged", "effect:other"),
        tile("stronger", summary.stronger, "stronger", "effect:stronger"),
    ];
    all.extend(operation_tiles(matrix));
    tiles(&all, out)?;
    html!(out, "<p class=\"line\">{}</p>\n<div class=\"tables\">\n", changes_line(diff))?;
    let (mut kinds, mut items): (BTreeMap<&str, Counts>, BTreeMap<&str, Counts>) = Default::default();
    for change in diff.changes.iter().filter(|change| change.effect != Effect::Stronger) {
        add(kinds.entry(&change.id).or_default(), change.level);
        for item in &change.owasp {
            add(items.entry(item).or_default(), change.level);
        }
    }
    if kinds.is_empty() {
        return html!(out, "</div>\n</section>\n");
    }
    head("By kind of change, but for what is stronger", "Kind", None, out)?;
    for (id, counts) in kinds {
        let about = kind_title(id);
        html!(out, "<tr><th scope=\"row\"><b>{}</b> <span class=\"of\">{}</span></th>", id, about)?;
        cells("changes", counts, &format!("kind:{id}"), out)?;
        html!(out, "</tr>\n")?;
    }
    html!(out, "</tbody></table>\n")?;
    by_item("changes", &items, &[], out)?;
    html!(out, "</div>\n</section>\n")
}

fn level_tiles(checked: &Checked) -> Vec<Tile> {
    let summary = &checked.report.summary;
    let tile = |class, value: usize, label: &str, filter| {
        let label = match value {
            1 => label.to_owned(),
            _ => label.replace("error", "errors").replace("warning", "warnings"),
        };
        Tile {
            class: if value == 0 { "zero" } else { class },
            value: value.to_string(),
            label,
            list: "findings",
            filter,
        }
    };
    let mut tiles = vec![
        tile("error", summary.error, "error", "level:error"),
        tile("warning", summary.warning, "warning", "level:warning"),
        tile("info", summary.info, "info", "level:info"),
    ];
    if summary.suppressed > 0 {
        let shown = checked.report.findings.iter().any(|finding| finding.suppressed.is_some());
        let list = if shown { "findings" } else { "" };
        tiles.push(Tile { list, ..tile("", summary.suppressed, "suppressed", "marks:s") });
    }
    let scores = checked.report.files.iter().filter_map(|file| file.score.as_ref());
    if let Some(lowest) = scores.clone().min_by_key(|score| score.value) {
        let label = if scores.count() == 1 { "score" } else { "lowest score" };
        let value = format!("{} {}", lowest.value, lowest.grade);
        tiles.insert(0, Tile { class: "score", value, label: label.to_owned(), list: "", filter: "" });
    }
    tiles
}

/// The cells with the numbers of a row, each a link that shows what it counts.
fn cells(list: &str, counts: Counts, filter: &str, out: &mut dyn Write) -> io::Result<()> {
    for (number, level) in counts.into_iter().zip(LEVELS) {
        match number {
            0 => html!(out, "<td class=\"none\">0</td>")?,
            _ => html!(
                out,
                "<td class=\"{}\"><a href=\"#{}\" data-set=\"{} level:{}\" aria-label=\"{}\">{}</a></td>",
                level,
                list,
                filter,
                level,
                format!("show {}", count(number, level)),
                number
            )?,
        }
    }
    Ok(())
}

fn head(caption: &str, first: &str, last: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    html!(out, "<table class=\"counts\"><caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>", caption, first)?;
    html!(out, "<th scope=\"col\">Errors</th><th scope=\"col\">Warnings</th><th scope=\"col\">Info</th>")?;
    last.map_or(Ok(()), |last| html!(out, "<th scope=\"col\">{}</th>", last))?;
    html!(out, "</tr></thead>\n<tbody>\n")
}

fn by_family(counting: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut families: BTreeMap<&str, Counts> = BTreeMap::new();
    for finding in counting {
        add(families.entry(family(finding)).or_default(), finding.level);
    }
    if families.is_empty() {
        return Ok(());
    }
    head("By family", "Family", None, out)?;
    for (name, counts) in families {
        // What stands in front of the colon is its name in words.
        let about = family_title(name).split(": ").last().unwrap_or_default();
        html!(out, "<tr><th scope=\"row\"><b>{}</b> <span class=\"of\">{}</span></th>", name, about)?;
        cells("findings", counts, &format!("family:{name}"), out)?;
        html!(out, "</tr>\n")?;
    }
    html!(out, "</tbody></table>\n")
}

/// Writes how many entries of a list belong to each item, with the lowest score where there are scores.
fn by_item(list: &str, items: &BTreeMap<&str, Counts>, scores: &[&Score], out: &mut dyn Write) -> io::Result<()> {
    let column = match scores.len() {
        0 => None,
        1 => Some("Score"),
        _ => Some("Lowest score"),
    };
    head("By item of the OWASP API Security Top 10", "Item", column, out)?;
    for item in &OWASP {
        html!(out, "<tr><th scope=\"row\"><b>{}</b> <span class=\"of\">{}</span></th>", item.id, item.title)?;
        let counts = items.get(item.id).copied().unwrap_or_default();
        cells(list, counts, &format!("owasp:{}", item.id), out)?;
        if let Some(lowest) = scores.iter().filter_map(|score| score.owasp.get(item.id)).min() {
            html!(out, "<td>{}</td>", lowest)?;
        }
        html!(out, "</tr>\n")?;
    }
    html!(out, "</tbody></table>\n")
}

/// The documents that were looked at; what was passed over is only counted, in the line above.
struct Documents<'p> {
    matrix: &'p Matrix<'p>,
    findings: &'p Findings<'p>,
    counting: &'p [&'p Finding],
}

impl Documents<'_> {
    fn write(&self, files: &[FileEntry], out: &mut dyn Write) -> io::Result<()> {
        let looked_at: Vec<&FileEntry> = files.iter().filter(|file| file.status != Status::Skipped).collect();
        if looked_at.is_empty() {
            return Ok(());
        }
        let mut counts: BTreeMap<(&str, usize), Counts> = BTreeMap::new();
        for finding in self.counting {
            add(counts.entry((&finding.file, finding.document)).or_default(), finding.level);
        }
        html!(out, "<table class=\"counts documents\"><caption>Documents</caption>\n<thead><tr>")?;
        html!(out, "<th scope=\"col\">Document</th><th scope=\"col\">Operations</th><th scope=\"col\">Errors</th>")?;
        html!(out, "<th scope=\"col\">Warnings</th><th scope=\"col\">Info</th>")?;
        let scored = looked_at.iter().any(|file| file.score.is_some());
        if scored {
            html!(out, "<th scope=\"col\">Score</th>")?;
        }
        html!(out, "</tr></thead>\n<tbody>\n")?;
        for file in looked_at.iter().take(DOCUMENTS) {
            let counts = counts.get(&(file.path.as_str(), file.document)).copied().unwrap_or_default();
            self.row(file, counts, scored, out)?;
        }
        html!(out, "</tbody></table>\n")?;
        if looked_at.len() > DOCUMENTS {
            html!(out, "<p class=\"warn\">{} more documents are not listed.</p>\n", looked_at.len() - DOCUMENTS)?;
        }
        Ok(())
    }

    fn row(&self, file: &FileEntry, counts: Counts, scored: bool, out: &mut dyn Write) -> io::Result<()> {
        html!(out, "<tr><th scope=\"row\">")?;
        let table = self.matrix.documents.iter().position(|document| std::ptr::eq(document.file, file));
        match (file.status, table) {
            (Status::Failed, _) => {
                let reason = file.reason.as_deref().unwrap_or_default();
                html!(out, "{} <span class=\"warn\">not checked: {}</span>", file.path, reason)?;
            }
            (_, Some(table)) => html!(out, "<a href=\"#table-{}\">{}</a>", table, title(file))?,
            (_, None) => html!(out, "{}", title(file))?,
        }
        html!(out, "</th><td>{}</td>", file.operations)?;
        let filter = self.findings.file(&file.path).map_or_else(String::new, |at| format!("file:{at}"));
        cells("findings", counts, &filter, out)?;
        match &file.score {
            Some(score) => html!(out, "<td>{} {}</td>", score.value, score.grade)?,
            None if scored => html!(out, "<td>\u{2013}</td>")?,
            None => {}
        }
        html!(out, "</tr>\n")
    }
}
