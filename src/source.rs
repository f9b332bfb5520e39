//! The texts that findings point into, for outputs that show them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use apiward_syntax::{LineIndex, Span};

/// A text, its lines, and what of it must not be shown.
#[derive(Debug)]
pub struct SourceFile {
    text: Arc<str>,
    lines: OnceLock<LineIndex>,
    /// Secrets, sorted, without overlap.
    redacted: Vec<Span>,
}

impl SourceFile {
    /// A text in which `redacted` spans hold secrets: no output shows them.
    pub fn new(text: Arc<str>, redacted: Vec<Span>) -> Self {
        Self { text, lines: OnceLock::new(), redacted: merged(redacted) }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where its lines are; worked out on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// True when the byte belongs to a secret.
    pub fn is_secret(&self, offset: u32) -> bool {
        let after = self.redacted.partition_point(|span| span.start <= offset);
        self.redacted[..after].last().is_some_and(|span| offset < span.end)
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
    pub fn add(&mut self, path: &str, text: &Arc<str>, redacted: &[Span]) {
        match self.0.get_mut(path) {
            Some(known) => {
                let known_secrets = std::mem::take(&mut known.redacted);
                known.redacted = merged([known_secrets, redacted.to_vec()].concat());
            }
            None => {
                self.0.insert(path.to_owned(), SourceFile::new(Arc::clone(text), redacted.to_vec()));
            }
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
        let text: Arc<str> = "0123456789".into();
        sources.add("a", &text, &[Span::new(1, 6), Span::new(2, 3)]);
        sources.add("a", &text, &[Span::new(8, 9)]);
        let secret = |at| sources.get("a").is_some_and(|file| file.is_secret(at));
        let shown: Vec<u32> = (0..10).filter(|&at| !secret(at)).collect();
        assert_eq!(shown, [0, 6, 7, 9]);
    }
}
