//! The changes of a page, by effect: what weakens first.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use apiward_lints::framework::level::Level;

use super::escape::html;
use super::frame::{Spot, frame};
use super::lints::anchor;
use super::matrix::Matrix;
use super::parts::{badge, controls, controls_end, prose, select};
use crate::diff::{Change, Effect, Place};
use crate::render::count;
use crate::source::Sources;

/// Most changes of a page.
const MOST: usize = 5_000;
/// Changes that stand together: the browser lays out only those groups that are in sight.
const CHUNK: usize = 20;
/// Operations that are named.
const NAMED: usize = 25;

/// The changes of a page by number.
pub(super) struct Changes<'p> {
    pub(super) all: &'p [Change],
    left_out: usize,
    /// What the old version is called.
    old: &'p str,
    /// The texts of both versions.
    sources: &'p [Sources; 2],
}

impl<'p> Changes<'p> {
    /// They come sorted, the worst first.
    pub(super) fn new(changes: &'p [Change], old: &'p str, sources: &'p [Sources; 2]) -> Self {
        let all = &changes[..changes.len().min(MOST)];
        Self { all, left_out: changes.len() - all.len(), old, sources }
    }

    /// How many there are of each kind.
    pub(super) fn kinds(&self) -> BTreeMap<&'p str, usize> {
        let mut counts = BTreeMap::new();
        for change in self.all {
            *counts.entry(change.id.as_str()).or_default() += 1;
        }
        counts
    }

    /// Tells the operations which changes concern them.
    pub(super) fn name_in(&self, matrix: &mut Matrix<'_>) {
        for (number, change) in self.all.iter().enumerate() {
            let level = match change.level {
                Level::Error => 0,
                Level::Warning => 1,
                Level::Info => 2,
            };
            matrix.name(number, level, &change.affected);
        }
    }

    /// Writes the section.
    pub(super) fn write(&self, matrix: &Matrix<'_>, out: &mut dyn Write) -> io::Result<()> {
        html!(out, "<section id=\"changes\" data-list aria-labelledby=\"changes-title\">\n")?;
        html!(out, "<h2 id=\"changes-title\" tabindex=\"-1\">Changes</h2>\n")?;
        if self.all.is_empty() {
            return html!(out, "<p>Nothing changed in security.</p>\n</section>\n");
        }
        self.filters(out)?;
        controls_end(self.all.len(), self.all.len() + self.left_out, "change", out)?;
        if self.left_out > 0 {
            html!(out, "<p class=\"warn\">{} more, none worse, are not on this page.</p>\n", self.left_out)?;
        }
        let mut number = 0;
        for effect in [Effect::Weaker, Effect::Other, Effect::Stronger] {
            let end = self.all[number..].iter().take_while(|change| change.effect == effect).count() + number;
            if end == number {
                continue;
            }
            html!(out, "<div class=\"file\" data-group>\n<h3>{} <span class=\"of\">", heading(effect))?;
            html!(out, "{}</span></h3>\n", count(end - number, "change"))?;
            for chunk in self.all[number..end].chunks(CHUNK) {
                html!(out, "<div class=\"chunk\" data-group>\n")?;
                for change in chunk {
                    self.article(number, change, matrix, out)?;
                    number += 1;
                }
                html!(out, "</div>\n")?;
            }
            html!(out, "</div>\n")?;
        }
        html!(out, "</section>\n")
    }

    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        let plain = |name: &str| (name.to_owned(), name.to_owned());
        let effects: BTreeSet<Effect> = self.all.iter().map(|change| change.effect).collect();
        let effects = effects.into_iter().map(|effect| (effect.as_str().to_owned(), heading(effect).to_owned()));
        let levels = [Level::Error, Level::Warning, Level::Info];
        let levels = levels.into_iter().filter(|level| self.all.iter().any(|change| change.level == *level));
        // `API10` stands behind `API9`.
        let items: BTreeSet<(usize, &String)> =
            self.all.iter().flat_map(|change| &change.owasp).map(|item| (item.len(), item)).collect();
        controls("Filter the changes", out)?;
        select("Effect", "effect", "all", &effects.collect::<Vec<_>>(), out)?;
        select("Level", "level", "all", &levels.map(|level| plain(level.as_str())).collect::<Vec<_>>(), out)?;
        select("Kind", "kind", "all", &self.kinds().into_keys().map(plain).collect::<Vec<_>>(), out)?;
        select("OWASP", "owasp", "all", &items.into_iter().map(|item| plain(item.1)).collect::<Vec<_>>(), out)
    }

    fn article(&self, number: usize, change: &Change, matrix: &Matrix<'_>, out: &mut dyn Write) -> io::Result<()> {
        let stronger = change.effect == Effect::Stronger;
        html!(
            out,
            "<article class=\"finding {}\" id=\"f{}\" data-item data-effect=\"{}\" data-level=\"{}\" data-kind=\"{}\" \
             data-owasp=\"{}\" data-marks=\"\">\n<h4>",
            if stronger { "stronger" } else { change.level.as_str() },
            number + 1,
            change.effect.as_str(),
            change.level.as_str(),
            change.id,
            change.owasp.join(" ")
        )?;
        if stronger {
            html!(out, "<span class=\"badge stronger\">stronger</span>")?;
        } else {
            badge(change.level, out)?;
        }
        html!(out, " <span class=\"number\">#{}</span> ", number + 1)?;
        prose(&change.message, out)?;
        html!(out, "</h4>\n<p class=\"about\"><a class=\"lint\" href=\"#{}\">{}</a>", anchor(&change.id), change.id)?;
        for class in change.owasp.iter().chain(&change.cwe) {
            html!(out, " <span>{}</span>", class)?;
        }
        html!(out, "</p>\n")?;
        let [old, new] = self.sources;
        if let Some(place) = &change.old {
            let name = if self.old.ends_with(&place.file) {
                self.old.to_owned()
            } else {
                format!("{} ({})", place.file, self.old)
            };
            self::place("Before", &name, place, old, out)?;
        }
        if let Some(place) = &change.new {
            self::place("Now", &place.file, place, new, out)?;
        }
        operations(change, matrix, out)?;
        html!(out, "</article>\n")
    }
}

/// The words that stand for an effect.
pub(super) const fn heading(effect: Effect) -> &'static str {
    match effect {
        Effect::Weaker => "Weaker",
        Effect::Other => "To be judged",
        Effect::Stronger => "Stronger",
    }
}

fn place(words: &str, name: &str, place: &Place, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let start = place.range.start;
    html!(out, "<p class=\"from\"><b>{}</b> {}:{}:{}</p>\n", words, name, start.line, start.column)?;
    match sources.get(&place.file) {
        Some(source) => frame(source, &[Spot { range: place.range, note: None }], out),
        None => Ok(()),
    }
}

fn operations(change: &Change, matrix: &Matrix<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = matrix.rows_of(&change.affected, NAMED);
    let named = rows.len().max(change.operations.len()).max(usize::from(change.operation.is_some()));
    if named == 0 {
        return Ok(());
    }
    html!(out, "<p class=\"affects\"><b>Concerns</b>")?;
    for &at in &rows {
        let entry = matrix.rows[at].entry;
        html!(out, " <a href=\"#o{}\">{} {}</a>", at, entry.method, entry.path)?;
    }
    if rows.is_empty() {
        for one in change.operation.iter().chain(&change.operations) {
            html!(out, " <span class=\"op\">{} {}</span>", one.method, one.path)?;
        }
    }
    if change.operations_total > named {
        html!(out, " and {} more", change.operations_total - named)?;
    }
    html!(out, "</p>\n")
}
