//! `input/xml-body`

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::predicate::is_json;
use apiward_model::words::{NEGATION_WORDS, XML_MEDIA_TYPES};
use apiward_model::{Body, Format, Operation, OperationId, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "input/xml-body",
    title: "Operation accepts XML, an entity-expansion and XXE surface",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-611", "CWE-776"],
    practices: [InputValidation, Threats],
    references: [
        "OWASP XML External Entity Prevention Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("xml_body.md"),
    check: XmlBody,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Phrases that, denied in a sentence of the description, say that the parser is safe.
    ack_text: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { ack_text: ["external entities", "xxe", "dtd"].map(str::to_owned).into() }
    }
}

struct XmlBody {
    options: Options,
    /// Operations that accept XML, and how many of them accept JSON as well.
    accepting: Vec<OperationId>,
    with_json: usize,
}

impl From<Options> for XmlBody {
    fn from(options: Options) -> Self {
        Self { options, accepting: Vec::new(), with_json: 0 }
    }
}

/// What is done to entities that are not expanded.
static REFUSALS: Lexicon = Lexicon::new(
    "refusals",
    Match::Phrase,
    &["disabled", "disallowed", "forbidden", "rejected", "refused", "blocked", "ignored"],
);

impl<'a> Check<'a> for XmlBody {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let Some(body) = operation.body.map(|id| cx.api.body(id)) else { return };
        // The types of an OpenAPI 2 form are those of forms.
        let is_form = cx.api.spec.format == Format::OpenApi2 && body.node == operation.node;
        if !is_form && accepts(body, |name| XML_MEDIA_TYPES.matches_pattern(name)) {
            self.accepting.push(operation.id);
            self.with_json += usize::from(accepts(body, is_json));
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        if self.accepting.is_empty() || self.is_acknowledged(cx) {
            return;
        }
        let subject = match self.accepting.as_slice() {
            [only] => format!("{} accepts", operation_title(cx.api.operation(*only))),
            all => format!("{} operations accept", all.len()),
        };
        let json = match (self.with_json, self.accepting.len()) {
            (0, _) => String::new(),
            (some, all) if some == all => ", and JSON as well".to_owned(),
            (some, _) => format!(", {some} of them JSON as well"),
        };
        let help = "leave XML out where nobody needs it; where it is needed, switch off DTDs and external entities in the \
                    parser, and say so in `info.description`";
        let paths = cx.api.operations_node();
        let finding = cx.finding(paths, format!("{subject} XML{json}")).at_key(paths).help(help).of_document();
        cx.report(finding.operations(std::mem::take(&mut self.accepting)));
    }
}

fn accepts(body: &Body<'_>, wanted: impl Fn(&str) -> bool) -> bool {
    body.media.iter().any(|media| !media.name.is_empty() && wanted(media.name))
}

impl XmlBody {
    /// The document, or the description of a scheme, says that the parser expands nothing.
    fn is_acknowledged(&self, cx: &Cx<'_, '_>) -> bool {
        let info = cx.api.root.get("info").and_then(|info| info.get_str("description"));
        let schemes = cx.api.schemes.iter().filter_map(|scheme| scheme.target.get_str("description"));
        info.into_iter().chain(schemes).any(|text| self.denies(text))
    }

    fn denies(&self, text: &str) -> bool {
        let denials = [&NEGATION_WORDS, &REFUSALS].into_iter().flat_map(|list| phrase::find_phrase(text, list));
        denials.filter_map(|found| text.get(found.sentence)).any(|sentence| {
            let sentence = words(sentence);
            let known = |phrase: &String| {
                let phrase = words(phrase);
                sentence.contains(&phrase) || sentence.contains(&format!("{}s ", phrase.trim_end()))
            };
            self.options.ack_text.iter().filter(|phrase| !phrase.trim().is_empty()).any(known)
        })
    }
}

/// The words of a text in lower case, with one blank around each.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |all, word| all + &word.to_lowercase() + " ")
}
