//! `versioning/sunset-passed`

use apiward_model::predicate::is_marked_deprecated;
use apiward_model::{Api, Channel, Date, Message, Node, Operation, end_dates};
use apiward_syntax::Known;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};
use crate::versioning::endings;

declare_lint! {
    id: "versioning/sunset-passed",
    title: "Operation is still described after its announced end date",
    levels: Levels::raised(Level::Error, Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning, Maintenance],
    references: [
        "RFC 8594 section 3" => "https://www.rfc-editor.org/rfc/rfc8594#section-3",
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation, Channel, Message],
    docs: include_str!("sunset_passed.md"),
    check: SunsetPassed,
    options: Options,
    options_of: "versioning/deprecated-without-sunset" => endings::Options,
}

/// Options of `versioning/sunset-passed`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// The day that counts as today, `YYYY-MM-DD`; that of the run if not given.
    #[serde(deserialize_with = "day")]
    today: Option<String>,
    /// Days after the end for which nothing is reported yet.
    grace_days: u32,
}

/// Reads a day: another text would let the day of the run count, and nobody would notice.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let day = Option::<String>::deserialize(from)?;
    day.iter().try_for_each(|text| text.parse::<Date>().map(|_| ()).map_err(D::Error::custom))?;
    Ok(day)
}

struct SunsetPassed {
    today: Option<Date>,
    grace_days: u32,
    extensions: Vec<String>,
}

impl From<(Options, endings::Options)> for SunsetPassed {
    fn from((own, lent): (Options, endings::Options)) -> Self {
        let today = own.today.and_then(|text| text.parse().ok());
        Self { today, grace_days: own.grace_days, extensions: lent.extensions }
    }
}

/// An announced end: the value that holds it, and whether only words or an example do.
struct End<'a> {
    date: Date,
    node: Node<'a>,
    loose: bool,
}

impl<'a> Check<'a> for SunsetPassed {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        // Nearly no description has one, and each is asked for on every operation and on what holds it.
        let is_written = |name: &String| cx.api.files.iter().any(|(_, file)| file.tree.symbol(name).is_some());
        self.extensions.retain(is_written);
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let end = self
            .by_extension(&[operation.node, operation.path_item])
            .or_else(|| by_header(cx.api, operation))
            .or_else(|| by_example(cx.api, operation))
            .or_else(|| by_text(operation.node));
        let title = || operation_title(operation);
        if let Some(finding) = end.and_then(|end| self.finding(cx, &end, &title())) {
            cx.report(finding.operation(operation.id));
        }
    }

    fn channel(&mut self, cx: &mut Cx<'_, 'a>, channel: &Channel<'a>) {
        let end = self.by_extension(&[channel.target]).or_else(|| by_text(channel.target));
        let name = if channel.address.is_empty() { channel.key } else { channel.address };
        self.element(cx, end, channel.target, &format!("channel {}", quoted(name)));
    }

    fn message(&mut self, cx: &mut Cx<'_, 'a>, message: &Message<'a>) {
        let end = self.by_extension(&[message.node]).or_else(|| by_text(message.node));
        self.element(cx, end, message.node, &format!("message {}", quoted(message.name.unwrap_or_default())));
    }
}

impl SunsetPassed {
    fn element<'a>(&self, cx: &mut Cx<'_, 'a>, end: Option<End<'a>>, node: Node<'a>, title: &str) {
        if let Some(finding) = end.and_then(|end| self.finding(cx, &end, title)) {
            let operations = cx.reaching(node);
            cx.report(finding.operations(operations));
        }
    }

    fn finding<'a>(&self, cx: &Cx<'_, 'a>, end: &End<'a>, title: &str) -> Option<Finding<'a>> {
        let today = self.today.unwrap_or(cx.today);
        if end.date.plus_days(self.grace_days) >= today {
            return None;
        }
        let message = format!("{title} is still described after its announced end on {}", end.date);
        let help = "remove it from the description and switch it off, or announce another date";
        let finding = cx.finding(end.node, message).at_key(end.node).help(help);
        Some(finding.lowered_if(end.loose, Level::Warning))
    }

    /// (1) An extension of it, or of what holds it.
    fn by_extension<'a>(&self, holders: &[Node<'a>]) -> Option<End<'a>> {
        let node = endings::extension(holders, &self.extensions)?;
        Some(End { date: Date::of_value(node.text())?, node, loose: false })
    }
}

/// (2) A `Sunset` header that always has one value.
fn by_header<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<End<'a>> {
    let values = |node: &Node<'a>| {
        let single = node.get("enum").filter(|list| list.count() == 1).and_then(|list| list.items().next());
        [node.get("const"), single, node.get("default")].into_iter().flatten().collect::<Vec<_>>()
    };
    let nodes = endings::headers(api, operation, "sunset").flat_map(|(_, nodes)| nodes);
    latest(nodes.flat_map(|node| values(&node)), false)
}

/// (3) The example of a header that the operation's own response describes.
fn by_example<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<End<'a>> {
    if !is_marked_deprecated(operation.node) {
        return None;
    }
    let is_own =
        |node: &Node<'a>| std::iter::successors(Some(*node), |node| node.parent()).any(|node| node == operation.node);
    let examples = |node: Node<'a>| {
        let several = node.get("examples").into_iter().flat_map(|list| {
            let named = list.entries().filter_map(|(_, example)| example.get("value"));
            list.items().chain(named).collect::<Vec<_>>()
        });
        node.get("example").into_iter().chain(several).collect::<Vec<_>>()
    };
    let nodes = endings::headers(api, operation, "sunset").flat_map(|(_, nodes)| nodes).filter(is_own);
    latest(nodes.flat_map(examples).filter(|value| value.text() != OF_THE_STANDARD), true)
}

/// The example of RFC 8594 section 3, which is copied as it is.
const OF_THE_STANDARD: &str = "Sat, 31 Dec 2018 23:59:59 GMT";

/// (4) What its texts announce.
fn by_text(node: Node<'_>) -> Option<End<'_>> {
    if !is_marked_deprecated(node) {
        return None;
    }
    let texts = [Known::Summary, Known::Description].into_iter().filter_map(|key| node.get(key));
    let ends = texts.filter_map(|text| {
        let date = end_dates(text.as_str()?).into_iter().max()?;
        Some(End { date, node: text, loose: true })
    });
    ends.max_by_key(|end| end.date)
}

fn latest<'a>(values: impl Iterator<Item = Node<'a>>, loose: bool) -> Option<End<'a>> {
    let ends = values.filter_map(|node| Some(End { date: Date::of_value(node.text())?, node, loose }));
    ends.max_by_key(|end| end.date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_a_day() {
        let reads = |text: &str| serde_json::from_str::<Options>(text).is_ok();
        assert!(reads(r#"{"today": "2027-01-31"}"#) && reads(r#"{"today": null}"#) && reads("{}"));
        assert!(!reads(r#"{"today": "31.01.2027"}"#) && !reads(r#"{"today": "2027-02-30"}"#));
    }
}
