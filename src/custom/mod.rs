//! Custom lints: what somebody wrote in the configuration, in CEL, for their own descriptions.
//!
//! [`shape`] says what expressions see, [`check`] and [`bounds`] judge them before they run, [`views`] makes what they see
//! from the model, [`lint`] runs them as a lint like any other, [`examples`] tests them.

mod bounds;
mod check;
pub(crate) mod examples;
mod expression;
mod lint;
pub mod page;
mod shape;
mod template;
mod value;
mod views;

use std::collections::HashSet;
use std::sync::Arc;

use apiward_lints::framework::custom::Declaration;
use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::level::Level;
use apiward_model::File;
use apiward_syntax::{Node, NodeId, Span};
use schemars::JsonSchema;
use serde::Deserialize;

use self::check::Names;
use self::expression::{Expression, Fault};
pub(crate) use self::lint::Runner;
use self::shape::{Kind, Of, View};
use self::template::Template;
use self::views::Wanted;
use crate::config::Place;

/// The family of all custom lints.
pub(crate) const FAMILY: &str = "custom/";

/// What a custom lint looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Target {
    /// Each operation; not those of webhooks and callbacks.
    Operation,
    /// Each security scheme, at its definition.
    Scheme,
    /// Each server.
    Server,
    /// Each schema, where it is written; not references to schemas.
    Schema,
    /// Each parameter, at its definition.
    Parameter,
    /// Each response, at its definition, once for each status code.
    Response,
}

impl Target {
    /// The name in the configuration, and that of the variable.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Scheme => "scheme",
            Self::Server => "server",
            Self::Schema => "schema",
            Self::Parameter => "parameter",
            Self::Response => "response",
        }
    }

    fn view(self) -> &'static View {
        match self {
            Self::Operation => &shape::OPERATION,
            Self::Scheme => &shape::SCHEME,
            Self::Server => &shape::SERVER,
            Self::Schema => &shape::SCHEMA,
            Self::Parameter => &shape::PARAMETER,
            Self::Response => &shape::RESPONSE,
        }
    }

    fn names(self) -> Names {
        Names(vec![(self.as_str(), self.view()), ("api", &shape::API)])
    }
}

/// Texts of a custom lint as they are written, with the nodes that hold them.
pub(crate) struct Written<'w> {
    pub(crate) id: &'w str,
    pub(crate) title: Option<&'w str>,
    pub(crate) target: Target,
    pub(crate) when: Option<&'w str>,
    pub(crate) assert: &'w str,
    pub(crate) message: &'w str,
    pub(crate) help: Option<&'w str>,
    pub(crate) level: Level,
    pub(crate) bad: &'w [String],
    pub(crate) good: &'w [String],
    pub(crate) node: Node<'w>,
    pub(crate) file: &'w Arc<File>,
}

/// A custom lint that may run.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) lint: &'static LintMeta,
    target: Target,
    when: Option<Part>,
    assert: Part,
    message: Template,
    help: Option<String>,
    bad: Vec<Example>,
    good: Vec<Example>,
    /// Where its id stands.
    pub(crate) place: Place,
    wanted: Wanted,
    uses_api: bool,
}

/// A description that a custom lint is tested with.
#[derive(Debug)]
struct Example {
    text: String,
    place: Place,
}

/// An expression with the text that it is taken from.
#[derive(Debug)]
struct Part {
    expression: Expression,
    origin: Origin,
}

/// A text of the configuration, or a part of one.
#[derive(Clone, Debug)]
struct Origin {
    file: Arc<File>,
    node: NodeId,
    /// Bytes before the part.
    from: usize,
}

/// A fault in a text of the configuration.
pub(crate) struct Mistake {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Origin {
    fn mistake(&self, key: &str, fault: Fault) -> Mistake {
        let span = self.span(fault.offset);
        let place = Place { file: Arc::clone(&self.file), span };
        Mistake { place, message: format!("`{key}`: {}", fault.message), help: fault.help }
    }

    /// What stands in the file from an offset in the text on, or the whole scalar where that cannot be told.
    fn span(&self, offset: usize) -> Span {
        let node = self.file.tree.node(self.node);
        let whole = node.span();
        let start = node.text_span().map_or_else(
            || aligned(node, self.from + offset),
            |span| Some(span.start + u32::try_from(self.from + offset).unwrap_or(0)),
        );
        start.filter(|start| *start <= whole.end).map_or(whole, |start| Span::new(start, whole.end))
    }
}

/// Where an offset in the text of a scalar stands in its source, if both have the same characters beside white space:
/// so for blocks and for plain scalars of several lines.
fn aligned(node: Node<'_>, offset: usize) -> Option<u32> {
    let whole = node.span();
    let source = node.tree().source().get(whole.start as usize..whole.end as usize)?;
    let skipped = match source.as_bytes().first()? {
        b'|' | b'>' => source.find('\n')?,
        b'"' | b'\'' => 1,
        _ => 0,
    };
    let before = node.text().get(..offset)?.chars().filter(|c| !c.is_whitespace());
    let mut there = source[skipped..].char_indices().filter(|(_, c)| !c.is_whitespace());
    for expected in before {
        there.next().filter(|(_, found)| *found == expected)?;
    }
    let (at, _) = there.next()?;
    u32::try_from(skipped + at).ok().map(|at| whole.start + at)
}

impl Rule {
    /// Reads a custom lint; all that is wrong with it is told.
    pub(crate) fn new(written: &Written<'_>) -> Result<Self, Vec<Mistake>> {
        let mut reader = Reader { written, names: written.target.names(), mistakes: Vec::new() };
        let when = written.when.and_then(|text| reader.condition("when", text));
        let assert = reader.condition("assert", written.assert);
        let message = reader.message();
        reader.id();
        let mistakes = reader.mistakes;
        let (Some(assert), Some(message), true) = (assert, message, mistakes.is_empty()) else { return Err(mistakes) };
        let mut wanted = HashSet::new();
        let mut uses_api = false;
        for part in when.iter().chain([&assert]).chain(message.parts()) {
            part.expression.fields(&mut wanted);
            uses_api |= part.expression.names("api");
        }
        Ok(Self {
            lint: declaration(written).lint(),
            target: written.target,
            when,
            assert,
            message,
            help: written.help.map(|help| help.trim().to_owned()),
            bad: examples(written, "bad", written.bad),
            good: examples(written, "good", written.good),
            place: place(written, written.node.get("id")),
            wanted: Arc::new(wanted),
            uses_api,
        })
    }
}

fn place(written: &Written<'_>, node: Option<Node<'_>>) -> Place {
    Place { file: Arc::clone(written.file), span: node.unwrap_or(written.node).span() }
}

fn examples(written: &Written<'_>, key: &str, texts: &[String]) -> Vec<Example> {
    let list = written.node.get("examples").and_then(|examples| examples.get(key));
    let item = |at: usize| list.and_then(|list| list.items().nth(at));
    let example = |(at, text): (usize, &String)| Example { text: text.clone(), place: place(written, item(at)) };
    texts.iter().enumerate().map(example).collect()
}

fn declaration(written: &Written<'_>) -> Declaration {
    let target = written.target.as_str();
    let when = written
        .when
        .map(|when| format!(" of those for which this holds:\n\n```cel\n{}\n```\n\nIt must hold", when.trim()));
    let when = when.unwrap_or_else(|| " for which this does not hold".to_owned());
    let docs = format!(
        "## What it does\n\nA custom lint of the configuration. It reports each {target}{when}:\n\n```cel\n{}\n```\n\n\
         ## Why it matters\n\n{}\n\n## How to fix\n\n{}\n",
        written.assert.trim(),
        written.message.trim(),
        written.help.unwrap_or("Make the condition hold.").trim(),
    );
    let title = written.title.unwrap_or(written.message).trim().trim_end_matches('.').replace('\n', " ");
    Declaration { id: written.id.to_owned(), title, level: written.level, docs }
}

/// Reads the texts of one custom lint.
struct Reader<'w> {
    written: &'w Written<'w>,
    names: Names,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn origin(&self, key: &str) -> Origin {
        let node = self.written.node.get(key).unwrap_or(self.written.node).resolved();
        Origin { file: Arc::clone(self.written.file), node: node.id(), from: 0 }
    }

    fn condition(&mut self, key: &str, text: &str) -> Option<Part> {
        let origin = self.origin(key);
        let read = Expression::new(text, &self.names).and_then(|expression| match expression.kind {
            Kind::One(Of::Bool | Of::Any) => Ok(expression),
            other => {
                let message = format!("a bool was expected, and this is {}", other.one());
                Err(Fault::new(0, message).help("write what has to hold, as a comparison"))
            }
        });
        match read {
            Ok(expression) => Some(Part { expression, origin }),
            Err(fault) => {
                self.mistakes.push(origin.mistake(key, fault));
                None
            }
        }
    }

    fn message(&mut self) -> Option<Template> {
        let origin = self.origin("message");
        match Template::new(self.written.message, &self.names, &origin) {
            Ok(template) => Some(template),
            Err(fault) => {
                self.mistakes.push(origin.mistake("message", fault));
                None
            }
        }
    }

    fn id(&mut self) {
        let id = self.written.id;
        let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let name = id.strip_prefix(FAMILY).unwrap_or_default();
        if name.split('-').all(word) {
            return;
        }
        let place = place(self.written, self.written.node.get("id"));
        let message = format!("`{id}` is no id of a custom lint");
        let help = Some(
            "write `custom/` and words of small letters and digits, joined by `-`: `custom/tenant-header`".to_owned(),
        );
        self.mistakes.push(Mistake { place, message, help });
    }
}

#[cfg(test)]
mod tests;
