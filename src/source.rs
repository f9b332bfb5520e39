//! The texts that findings point into, for outputs that show them.

use std::collections::HashMap;
use std::sync::OnceLock;

use apiward_model::secret;
use apiward_syntax::{LineIndex, Source, Span};

/// A text, its lines, and what of it must not be shown.
#[derive(Debug)]
pub struct SourceFile {
    text: Source,
    lines: OnceLock<LineIndex>,
    /// Secrets that findings speak of, sorted, without overlap.
    redacted: Vec<Span>,
    /// Those, and all credentials of known formats.
    hidden: OnceLock<Vec<Span>>,
}

impl SourceFile {
    /// A text in which `redacted` spans hold secrets: no output shows them.
    pub fn new(text: Source, redacted: Vec<Span>) -> Self {
        Self { text, lines: OnceLock::new(), redacted: merged(redacted), hidden: OnceLock::new() }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where its lines are; worked out on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// True when the byte belongs to a secret: one that a finding speaks of, or a credential of a known format, which
    /// may stand beside a finding of another lint, in a key or in a comment. The whole text is searched on first use.
    pub fn is_secret(&self, offset: u32) -> bool {
        let hidden = self.hidden.get_or_init(|| {
            let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            let known = secret::find(&self.text).into_iter().map(|range| Span::new(at(range.start), at(range.end)));
            merged(known.chain(self.redacted.iter().copied()).collect())
        });
        let after = hidden.partition_point(|span| span.start <= offset);
        hidden[..after].last().is_some_and(|span| offset < span.end)
    }
}

/// The spans sorted, those that meet made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// The texts by the path that findings name.
#[derive(Debug, Default)]
pub struct Sources(HashMap<String, SourceFile>);

impl Sources {
    /// Adds a text; one that is there already gets the further secrets.
    pub fn add(&mut self, path: &str, text: &Source, redacted: &[Span]) {
        match self.0.get_mut(path) {
            Some(known) => {
                let known_secrets = std::mem::take(&mut known.redacted);
                known.redacted = merged([known_secrets, redacted.to_vec()].concat());
                known.hidden.take();
            }
            None => {
                self.0.insert(path.to_owned(), SourceFile::new(text.clone(), redacted.to_vec()));
            }
        }
    }

    /// Adds the texts of others; what is there already gets their secrets.
    pub(crate) fn extend(&mut self, others: Self) {
        for (path, file) in others.0 {
            self.add(&path, &file.text, &file.redacted);
        }
    }

    /// The text of a path, if it could be read.
    pub fn get(&self, path: &str) -> Option<&SourceFile> {
        self.0.get(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_wherever_they_overlap() {
        let mut sources = Sources::default();
        let text: Source = "0123456789".into();
        sources.add("a", &text, &[Span::new(1, 6), Span::new(2, 3)]);
        sources.add("a", &text, &[Span::new(8, 9)]);
        let secret = |at| sources.get("a").is_some_and(|file| file.is_secret(at));
        let shown: Vec<u32> = (0..10).filter(|&at| !secret(at)).collect();
        assert_eq!(shown, [0, 6, 7, 9]);
    }

    #[test]
    fn credentials_of_known_formats_are_secrets_without_any_finding() {
        let key = concat!("sk_", "live_", "q8Wn3ZtRb6Xy1LpVd0");
        let file = SourceFile::new(format!("{key}: 1 # {key}\n").into(), Vec::new());
        let shown: String = file
            .text()
            .char_indices()
            .filter(|&(at, _)| !file.is_secret(u32::try_from(at).unwrap_or(0)))
            .map(|c| c.1)
            .collect();
        assert_eq!(shown, "sk_live_: 1 # sk_live_\n");
    }
}
