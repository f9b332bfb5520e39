//! The changes of a page, by effect: what weakens first.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::escape::html;
use super::frame::{Spot, frame};
use super::lints::anchor;
use super::matrix::Matrix;
use super::parts::{
    About, badge, controls, controls_end, group, left_out, prose, rank, select, select_level, select_owasp,
};
use crate::diff::{Change, Effect, Place, Side};
use crate::source::Sources;

/// Most changes of a page.
const MOST: usize = 5_000;

/// The changes of a page by number.
pub(super) struct Changes<'p> {
    pub(super) all: &'p [Change],
    left_out: usize,
    old: &'p Side,
    /// The texts of both versions.
    sources: &'p [Sources; 2],
}

impl<'p> Changes<'p> {
    /// They come sorted, the worst first.
    pub(super) fn new(changes: &'p [Change], old: &'p Side, sources: &'p [Sources; 2]) -> Self {
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
            matrix.name(number, rank(change.level), &change.affected);
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
        left_out(self.left_out, out)?;
        // They stand by effect.
        let mut number = 0;
        for changes in self.all.chunk_by(|one, next| one.effect == next.effect) {
            group(changes[0].effect.heading(), "change", changes, out, |place, change, out| {
                self.article(number + place, change, matrix, out)
            })?;
            number += changes.len();
        }
        html!(out, "</section>\n")
    }

    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        let plain = |name: &str| (name.to_owned(), name.to_owned());
        let effects: BTreeSet<Effect> = self.all.iter().map(|change| change.effect).collect();
        let effects = effects.into_iter().map(|effect| (effect.as_str().to_owned(), effect.heading().to_owned()));
        controls("Filter the changes", out)?;
        select("Effect", "effect", "all", &effects.collect::<Vec<_>>(), out)?;
        select_level(self.all.iter().map(|change| change.level), out)?;
        select("Kind", "kind", "all", &self.kinds().into_keys().map(plain).collect::<Vec<_>>(), out)?;
        select_owasp(self.all.iter().flat_map(|change| change.owasp.iter().map(String::as_str)), out)
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
            let name = self.old.file(&place.file);
            self::place("Before", &name, place, old, out)?;
        }
        if let Some(place) = &change.new {
            self::place("Now", &place.file, place, new, out)?;
        }
        let about = About {
            affected: &change.affected,
            single: change.operation.as_ref(),
            several: &change.operations,
            total: change.operations_total,
        };
        about.write("Concerns", matrix, out)?;
        html!(out, "</article>\n")
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
