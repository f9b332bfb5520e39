//! The findings of a page, the worst of each file first.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::escape::html;
use super::frame::{Spot, frame};
use super::lints::anchor;
use super::matrix::Matrix;
use super::parts::{
    About, badge, checkbox, controls, controls_end, group, left_out, prose, rank, select, select_level, select_owasp,
};
use crate::check::Checked;
use crate::render::count;
use crate::report::{Finding, Related, Safety, SuppressedBy};
use crate::source::{SourceFile, Sources};

/// Most findings of a page.
const MOST: usize = 5_000;
/// Other places that are shown with their lines.
const FRAMED: usize = 5;

/// The findings of a page by number.
pub(super) struct Findings<'p> {
    pub(super) all: Vec<&'p Finding>,
    /// How many each file has.
    files: BTreeMap<&'p str, usize>,
    /// Findings that there is no place for.
    left_out: usize,
}

/// The part of a lint's id before the slash.
pub(super) fn family(finding: &Finding) -> &str {
    finding.lint.split_once('/').map_or(finding.lint, |(family, _)| family)
}

impl<'p> Findings<'p> {
    /// Those of a run: by file, the worst first, equal ones together. Where there are too many, the worst of all are kept.
    pub(super) fn new(checked: &'p Checked) -> Self {
        let mut all: Vec<&Finding> = checked.report.findings.iter().collect();
        let left_out = all.len().saturating_sub(MOST);
        if left_out > 0 {
            all.sort_by_key(|finding| rank(finding.level));
            all.truncate(MOST);
        }
        let key =
            |finding: &'p Finding| (&finding.file, rank(finding.level), &finding.lint, finding.range.start.offset);
        all.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut files: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &all {
            *files.entry(&finding.file).or_default() += 1;
        }
        Self { all, files, left_out }
    }

    /// Which of the files with findings it is.
    pub(super) fn file(&self, path: &str) -> Option<usize> {
        self.files.keys().position(|file| *file == path)
    }

    /// How many findings each lint has.
    pub(super) fn lints(&self) -> BTreeMap<&'p str, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.all {
            *counts.entry(finding.lint).or_default() += 1;
        }
        counts
    }

    /// Tells the operations which findings name them, the worst ones first.
    pub(super) fn name_in(&self, matrix: &mut Matrix<'_>) {
        let counting = self.all.iter().enumerate().filter(|(_, finding)| finding.suppressed.is_none());
        let mut order: Vec<(usize, &&Finding)> = counting.collect();
        order.sort_by_key(|(_, finding)| rank(finding.level));
        for (number, finding) in order {
            matrix.name(number, rank(finding.level), &finding.affected);
        }
    }

    /// Writes the section.
    pub(super) fn write(&self, matrix: &Matrix<'_>, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
        html!(out, "<section id=\"findings\" data-list aria-labelledby=\"findings-title\">\n")?;
        html!(out, "<h2 id=\"findings-title\" tabindex=\"-1\">Findings</h2>\n")?;
        if self.all.is_empty() {
            return html!(out, "<p>Nothing was found.</p>\n</section>\n");
        }
        self.filters(out)?;
        controls_end(self.all.len(), self.all.len() + self.left_out, "finding", out)?;
        left_out(self.left_out, out)?;
        let mut number = 0;
        for (at, (file, findings)) in self.files.iter().enumerate() {
            group(file, "finding", &self.all[number..number + findings], out, |place, finding, out| {
                article(number + place, at, finding, matrix, sources, out)
            })?;
            number += findings;
        }
        html!(out, "</section>\n")
    }

    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        let plain = |name: &str| (name.to_owned(), name.to_owned());
        let families: BTreeSet<&str> = self.all.iter().map(|finding| family(finding)).collect();
        controls("Filter the findings", out)?;
        select_level(self.all.iter().map(|finding| finding.level), out)?;
        select("Family", "family", "all", &families.into_iter().map(plain).collect::<Vec<_>>(), out)?;
        select_owasp(self.all.iter().flat_map(|finding| finding.owasp.iter().copied()), out)?;
        if self.files.len() > 1 {
            let files: Vec<(String, String)> =
                self.files.keys().enumerate().map(|(at, file)| (at.to_string(), (*file).to_owned())).collect();
            select("File", "file", "all", &files, out)?;
        }
        if self.all.iter().any(|finding| finding.fix.is_some()) {
            checkbox("can be fixed", "x", out)?;
        }
        if self.all.iter().any(|finding| finding.suppressed.is_some()) {
            checkbox("not suppressed", "n", out)?;
            checkbox("suppressed", "s", out)?;
        }
        Ok(())
    }
}

fn article(
    number: usize,
    file: usize,
    finding: &Finding,
    matrix: &Matrix<'_>,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let marks =
        [(finding.fix.is_some(), 'x'), (finding.suppressed.is_none(), 'n'), (finding.suppressed.is_some(), 's')];
    let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    let class = if finding.suppressed.is_some() { "suppressed" } else { finding.level.as_str() };
    html!(
        out,
        "<article class=\"finding {}\" id=\"f{}\" data-item data-level=\"{}\" data-family=\"{}\" data-owasp=\"{}\" \
         data-file=\"{}\" data-marks=\"{}\">\n<h4>",
        class,
        number + 1,
        finding.level.as_str(),
        family(finding),
        finding.owasp.join(" "),
        file,
        marks
    )?;
    badge(finding.level, out)?;
    html!(out, " <span class=\"number\">#{}</span> ", number + 1)?;
    prose(&finding.message, out)?;
    html!(out, "</h4>\n")?;
    facts(finding, out)?;
    let elsewhere = places(finding, sources, out)?;
    advice(finding, out)?;
    let about = About {
        affected: &finding.affected,
        single: finding.operation.as_ref(),
        several: &finding.operations,
        total: finding.operations_total,
    };
    about.write("Affects", matrix, out)?;
    see(finding, &elsewhere, out)?;
    suppressed(finding, out)?;
    html!(out, "</article>\n")
}

/// The line below the message.
fn facts(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let start = finding.range.start;
    html!(out, "<p class=\"about\"><a class=\"lint\" href=\"#{}\">{}</a>", anchor(finding.lint), finding.lint)?;
    html!(out, " <span class=\"place\">{}:{}:{}</span>", finding.file, start.line, start.column)?;
    for class in finding.owasp.iter().chain(finding.cwe) {
        html!(out, " <span>{}</span>", class)?;
    }
    html!(out, " <span>{} confidence</span>", finding.confidence.as_str())?;
    html!(out, "</p>\n")
}

/// How to mend it, by hand and by the program.
fn advice(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if let Some(help) = &finding.help {
        html!(out, "<p class=\"help\"><b>Advice:</b> ")?;
        prose(help, out)?;
        html!(out, "</p>\n")?;
    }
    if let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) {
        let flags = if fix.safety == Safety::Safe { "--fix" } else { "--fix --unsafe-fixes" };
        html!(out, "<p class=\"help\"><b>Fix:</b> <code>{}</code> can ", flags)?;
        prose(&fix.title, out)?;
        html!(out, "</p>\n")?;
    }
    Ok(())
}

/// The lines of the finding and of places that explain it; gives the places that are not shown.
fn places<'f>(finding: &'f Finding, sources: &Sources, out: &mut dyn Write) -> io::Result<Vec<&'f Related>> {
    let framed = finding.related.iter().take(FRAMED);
    let mut others: Vec<(&str, &SourceFile, Vec<Spot<'_>>)> = Vec::new();
    let mut own = vec![Spot { range: finding.range, note: None }];
    let mut elsewhere = Vec::new();
    for place in framed {
        let spot = Spot { range: place.range, note: Some(&place.message) };
        match sources.get(&place.file) {
            Some(_) if place.file == finding.file => own.push(spot),
            Some(source) => match others.iter_mut().find(|(file, ..)| *file == place.file) {
                Some((.., spots)) => spots.push(spot),
                None => others.push((&place.file, source, vec![spot])),
            },
            None => elsewhere.push(place),
        }
    }
    if let Some(source) = sources.get(&finding.file) {
        frame(source, &own, out)?;
    }
    for (file, source, spots) in others {
        html!(out, "<p class=\"from\">{}</p>\n", file)?;
        frame(source, &spots, out)?;
    }
    elsewhere.extend(finding.related.iter().skip(FRAMED));
    Ok(elsewhere)
}

fn see(finding: &Finding, elsewhere: &[&Related], out: &mut dyn Write) -> io::Result<()> {
    let more = finding.related_total.saturating_sub(finding.related.len());
    if elsewhere.is_empty() && more == 0 {
        return Ok(());
    }
    html!(out, "<details class=\"see\"><summary>{}</summary>\n<ul>", count(elsewhere.len() + more, "other place"))?;
    for place in elsewhere {
        let start = place.range.start;
        html!(
            out,
            "<li><span class=\"place\">{}:{}:{}</span> {}</li>",
            place.file,
            start.line,
            start.column,
            place.message
        )?;
    }
    if more > 0 {
        html!(out, "<li>and {} more</li>", more)?;
    }
    html!(out, "</ul></details>\n")
}

fn suppressed(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Some(suppressed) = &finding.suppressed else { return Ok(()) };
    let by = match suppressed.by {
        SuppressedBy::Comment => "a comment",
        SuppressedBy::Extension => "an extension",
        SuppressedBy::Config => "the configuration",
        SuppressedBy::Baseline => "the baseline",
        SuppressedBy::Public => "the operation being declared public",
    };
    let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
    html!(out, "<p class=\"why\"><b>Suppressed</b> by {}: {}", by, reason)?;
    suppressed.expires.as_ref().map_or(Ok(()), |day| html!(out, " (until {})", day))?;
    html!(out, "</p>\n")
}
