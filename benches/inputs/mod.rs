//! The texts that are measured, and what they are measured against.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub(crate) mod generate;

use std::path::PathBuf;

use apiward_syntax::Notation;

/// The folder with GitHub's description of its API, which is too large to keep here.
pub(crate) const DATA: &str = "APIWARD_BENCH_DATA";

/// A text to measure.
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) notation: Notation,
    pub(crate) content: String,
}

impl Text {
    /// A generated description of so many million bytes.
    pub(crate) fn generated(notation: Notation, megabytes: usize) -> Self {
        let (extension, write): (_, fn(usize) -> String) = match notation {
            Notation::Json => ("json", generate::json),
            Notation::Yaml => ("yaml", generate::yaml),
        };
        Self { name: format!("generated-{megabytes}mb.{extension}"), notation, content: write(megabytes * 1_000_000) }
    }

    /// A generated description in block-style YAML of so many thousand bytes.
    pub(crate) fn block_style(kilobytes: usize) -> Self {
        let name = format!("generated-{kilobytes}kb.yaml");
        Self { name, notation: Notation::Yaml, content: generate::yaml(kilobytes * 1_000) }
    }

    /// A file of the data folder; where it is absent, a message on standard error.
    pub(crate) fn from_data_folder(name: &str, notation: Notation) -> Option<Self> {
        let path = PathBuf::from(std::env::var_os(DATA).unwrap_or_default()).join(name);
        let content = std::fs::read_to_string(path).ok();
        if content.is_none() {
            eprintln!("skipped {name}: {DATA} names no folder that holds it (see benches/README.md)");
        }
        content.map(|content| Self { name: name.to_owned(), notation, content })
    }

    /// What the text is measured against: a value without positions for JSON, the bare events for YAML.
    pub(crate) fn reference(&self) -> &'static str {
        match self.notation {
            Notation::Json => "serde_json",
            Notation::Yaml => "granit_events",
        }
    }

    /// Reads the text as the reference does.
    ///
    /// # Panics
    /// When the text does not parse.
    pub(crate) fn read_by_reference(&self) -> Read {
        match self.notation {
            Notation::Json => Read::Value(serde_json::from_str(&self.content).expect("valid JSON")),
            Notation::Yaml => {
                let mut count = 0;
                for event in granit_parser::Parser::new_from_str(&self.content) {
                    std::hint::black_box(event.expect("valid YAML"));
                    count += 1;
                }
                Read::Events(count)
            }
        }
    }
}

/// What a reference made of a text. The caller decides whether its destruction is measured.
pub(crate) enum Read {
    Value(serde_json::Value),
    Events(usize),
}
