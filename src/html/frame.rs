//! The lines of a file around a finding.

use std::io::{self, Write};

use super::escape::html;
use super::parts::prose;
use crate::render::excerpt::{Excerpt, Mark, Signs};
use crate::report::Range;
use crate::source::SourceFile;

/// Columns of the longest line; longer ones are cut around what is marked.
const WIDTH: usize = 116;

/// A place in a file, and what to say of it.
pub(super) struct Spot<'p> {
    pub(super) range: Range,
    pub(super) note: Option<&'p str>,
}

/// Writes the lines around some places of one file, which are marked.
pub(super) fn frame(source: &SourceFile, spots: &[Spot<'_>], out: &mut dyn Write) -> io::Result<()> {
    let ranges: Vec<Range> = spots.iter().map(|spot| spot.range).collect();
    let excerpt = Excerpt::new("", source, &ranges, WIDTH, Signs::new(true));
    html!(out, "<pre class=\"frame\">")?;
    let mut before = None;
    for (number, start, text) in excerpt.lines() {
        if before.is_some_and(|before| before + 1 != number) {
            html!(out, "<span class=\"line gap\"><span class=\"no\">\u{22ee}</span><code>\n</code></span>")?;
        }
        before = Some(number);
        let here: Vec<usize> = (0..spots.len()).filter(|&at| spots[at].range.start.line == number).collect();
        let hit = if here.contains(&0) { " hit" } else { "" };
        html!(out, "<span class=\"line{}\"><span class=\"no\">{}</span><code>", hit, number)?;
        line(text, start, here.iter().filter_map(|&at| excerpt.mark(at)), out)?;
        html!(out, "\n</code></span>")?;
        for note in here.iter().filter_map(|&at| spots[at].note) {
            html!(out, "<span class=\"line note\"><span class=\"no\">\u{21b3}</span><span>")?;
            prose(note, out)?;
            html!(out, "\n</span></span>")?;
        }
    }
    html!(out, "</pre>\n")
}

/// One line; of marks that overlap the first one counts.
fn line(text: &str, start: usize, marks: impl Iterator<Item = Mark>, out: &mut dyn Write) -> io::Result<()> {
    let mut marks: Vec<(usize, usize)> =
        marks.map(|mark| (mark.start - start, mark.start - start + mark.len)).collect();
    marks.sort_unstable();
    let mut done = 0;
    for (from, to) in marks {
        if let (Some(plain), Some(marked)) = (text.get(done..from), text.get(from..to)) {
            html!(out, "{}<mark>{}</mark>", plain, marked)?;
            done = to;
        }
    }
    html!(out, "{}", text.get(done..).unwrap_or_default())
}
