//! `secrets/known-credential`

use std::collections::BTreeMap;
use std::ops::Range;

use apiward_model::secret::{SecretFormat, SecretMatch, SecretPattern, Secrets, aws_secret, spans_in_source};
use apiward_model::{Node, Place};
use foldhash::HashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::without;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::shared::strings_of;
use crate::framework::text::quoted;

declare_lint! {
    id: "secrets/known-credential",
    title: "A real-looking credential of a known format is in the document",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023", "API8:2023"],
    cwe: ["CWE-798", "CWE-540"],
    practices: [Authentication],
    references: [
        "OWASP Secrets Management Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("secrets/credential-default"), Silences::Place("secrets/high-entropy-credential")],
    targets: [Document],
    docs: include_str!("known_credential.md"),
    check: KnownCredential,
    options: Options,
}

/// Options of `secrets/known-credential`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Regular expressions of further credentials, without look-around; the first group, if there is one, is the secret.
    extra_patterns: Vec<Pattern>,
    /// Values that are let pass: whole strings, whole credentials, or decoded `user:password` pairs.
    allow_values: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Pattern(SecretPattern);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(pattern: String) -> Result<Self, String> {
        SecretPattern::new(&pattern).map(Self)
    }
}

struct KnownCredential {
    secrets: Secrets,
}

impl From<Options> for KnownCredential {
    fn from(options: Options) -> Self {
        let patterns = options.extra_patterns.into_iter().map(|pattern| pattern.0).collect();
        Self { secrets: Secrets::new(patterns, options.allow_values) }
    }
}

impl<'a> Check<'a> for KnownCredential {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let mut partners = Partners::default();
        for node in strings_of(api, |root| self.secrets.suspects(root)) {
            for (format, matches) in by_format(self.secrets.find(node.text())) {
                report(cx, node, format, &matches, &mut partners);
            }
        }
    }

    /// Examples repeat one value. Others are other credentials, which are taken out of use one by one.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut by_value: BTreeMap<&'a str, Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            by_value.entry(finding.spot.node.text()).or_default().push(finding);
        }
        by_value.into_values().flat_map(|same| gathered(cx, same)).collect()
    }
}

type Format = Option<&'static SecretFormat>;

/// The matches of a string by format, in the order of first appearance.
fn by_format(matches: Vec<SecretMatch>) -> Vec<(Format, Vec<SecretMatch>)> {
    let mut groups: Vec<(Format, Vec<SecretMatch>)> = Vec::new();
    for found in matches {
        match groups.iter_mut().find(|(format, _)| *format == found.format) {
            Some((_, group)) => group.push(found),
            None => groups.push((found.format, vec![found])),
        }
    }
    groups
}

/// Reports what a string holds of one format.
fn report<'a>(
    cx: &mut Cx<'_, 'a>,
    node: Node<'a>,
    format: Format,
    matches: &[SecretMatch],
    partners: &mut Partners<'a>,
) {
    let noun = format.map_or("a credential of a configured pattern", |format| format.noun);
    let again = if matches.len() > 1 { format!(" {} times", matches.len()) } else { String::new() };
    let message = format!("{noun} stands in {}{again}", subject(node));
    let help = "take it out of use, since whoever can read the description has it, and show a placeholder such as \
                `<token>` instead";
    let mut finding = cx.finding(node, message).help(help).operations(cx.reaching(node));
    let hidden = matches.iter().flat_map(|found| std::iter::once(&found.hidden).chain(&found.partner));
    for span in spans_in_source(node.raw(), &hidden.cloned().collect::<Vec<_>>()) {
        finding = finding.hides(node, span);
    }
    let mut lesser = matches.iter().all(|found| found.lesser);
    if let Some((partner, secret)) = partners.of(node, format).filter(|_| lesser) {
        lesser = false;
        finding = finding.related(partner, "the secret key that belongs to it");
        for span in spans_in_source(partner.raw(), &[secret]) {
            finding = finding.hides(partner, span);
        }
    }
    let shown = matches.iter().map(|found| found.hidden.clone());
    cx.report(finding.fixed_by(without(node, shown)).lowered_if(lesser, Level::Warning));
}

/// The key under which a string stands, itself or as an item of lists.
fn subject(node: Node<'_>) -> String {
    let mut next = Some(node);
    while let Some(holder) = next {
        if let Some(key) = holder.key() {
            return quoted(key);
        }
        next = holder.parent();
    }
    "the document".to_owned()
}

/// The secret keys that stand beside AWS access key ids: in another member of the object or, where the id is the value
/// of one property, in that of another. Each object is searched once.
#[derive(Default)]
struct Partners<'a>(HashMap<Place, Option<(Node<'a>, Range<usize>)>>);

/// Where a schema keeps values.
const VALUES: [&str; 5] = ["default", "const", "example", "examples", "enum"];

impl<'a> Partners<'a> {
    fn of(&mut self, node: Node<'a>, format: Format) -> Option<(Node<'a>, Range<usize>)> {
        format.filter(|format| format.id == "aws-access-key")?;
        let object = node.parent()?;
        self.in_object(object, |object| object.entries().map(|(_, member)| member).collect()).or_else(|| {
            let schema = if object.is_sequence() { object.parent()? } else { object };
            let properties = schema.parent().filter(|map| map.key() == Some("properties"))?;
            self.in_object(properties, values_of_properties)
        })
    }

    fn in_object(
        &mut self,
        object: Node<'a>,
        values: impl FnOnce(Node<'a>) -> Vec<Node<'a>>,
    ) -> Option<(Node<'a>, Range<usize>)> {
        let found = self.0.entry(object.place()).or_insert_with(|| {
            values(object).into_iter().find_map(|value| Some((value, secret_key(value.raw().as_str()?)?)))
        });
        found.clone()
    }
}

/// The AWS secret key that a value is, but for white space around it.
fn secret_key(value: &str) -> Option<Range<usize>> {
    aws_secret(value).filter(|key| value.trim().len() == key.len())
}

fn values_of_properties(properties: Node<'_>) -> Vec<Node<'_>> {
    let members = properties.entries().flat_map(|(_, schema)| VALUES.iter().filter_map(move |key| schema.get(key)));
    members.flat_map(|value| std::iter::once(value).chain(value.items())).collect()
}
