//! `versioning/deprecated-without-sunset`

use apiward_model::predicate::is_marked_deprecated;
use apiward_model::words::SUCCESSOR_WORDS;
use apiward_model::{Api, Channel, ChannelId, MessageId, Node, Operation, end_dates, phrase};
use foldhash::{HashSet, HashSetExt};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};
use crate::versioning::endings::{self, Options};

declare_lint! {
    id: "versioning/deprecated-without-sunset",
    title: "Deprecated operation gives no end date",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning, Documentation],
    references: [
        "RFC 8594 section 3" => "https://www.rfc-editor.org/rfc/rfc8594#section-3",
        "RFC 9745 section 4" => "https://www.rfc-editor.org/rfc/rfc9745#section-4",
        "Zalando RESTful API Guidelines rule 189: add Deprecation and Sunset header to responses" => "https://opensource.zalando.com/restful-api-guidelines/#189",
        "AIP-181 Stability levels" => "https://google.aip.dev/181",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("deprecated_without_sunset.md"),
    check: DeprecatedWithoutSunset,
    options: Options,
}

struct DeprecatedWithoutSunset {
    options: Options,
}

impl From<Options> for DeprecatedWithoutSunset {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

impl<'a> Check<'a> for DeprecatedWithoutSunset {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        // What a listed element holds is not listed again.
        let (mut channels, mut messages) = (HashSet::new(), HashSet::new());
        for (at, channel) in api.channels.iter().enumerate() {
            if self.is_endless(&[channel.target, channel.node]) {
                channels.insert(ChannelId::at(at));
                messages.extend(channel.messages.iter().map(|(_, id)| *id));
                self.element(cx, channel.node, channel.target, &format!("channel {}", quoted(name(channel))));
            }
        }
        for operation in &api.operations {
            let listed = operation.channel().is_some_and(|id| channels.contains(&id));
            let holders = [operation.node, operation.path_item];
            if !listed && self.is_endless(&holders) && !has_header(api, operation) {
                let finding = self.finding(cx, operation.node, operation.node, &operation_title(operation));
                cx.report(finding.operation(operation.id));
                messages.extend(operation.messages());
            } else if listed {
                messages.extend(operation.messages());
            }
        }
        self.messages(cx, &messages);
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        cx.listed(findings, |count| format!("{count} elements are deprecated and have no end date"))
    }
}

fn name<'a>(channel: &Channel<'a>) -> &'a str {
    if channel.address.is_empty() { channel.key } else { channel.address }
}

impl DeprecatedWithoutSunset {
    fn messages(&self, cx: &mut Cx<'_, '_>, listed: &HashSet<MessageId>) {
        for (at, message) in cx.api.messages.iter().enumerate() {
            if listed.contains(&MessageId::at(at)) {
                continue;
            }
            let called = quoted(message.name.unwrap_or_default());
            if self.is_endless(&[message.node]) {
                self.element(cx, message.node, message.node, &format!("message {called}"));
                continue;
            }
            let Some(payload) = message.payload.and_then(Node::target_or_none) else { continue };
            if !is_marked_deprecated(message.node) && self.is_endless(&[payload]) {
                self.element(cx, payload, payload, &format!("the payload of message {called}"));
            }
        }
    }

    fn element<'a>(&self, cx: &mut Cx<'_, 'a>, node: Node<'a>, texts: Node<'a>, title: &str) {
        let finding = self.finding(cx, node, texts, title);
        let operations = cx.reaching(node);
        cx.report(finding.operations(operations));
    }

    fn finding<'a>(&self, cx: &Cx<'_, 'a>, node: Node<'a>, texts: Node<'a>, title: &str) -> Finding<'a> {
        let mut help = format!(
            "announce the end: a `Sunset` response header, `{}` with a date, or the date in the description",
            self.options.extensions.first().map_or("x-sunset", String::as_str)
        );
        if cx.profile == Profile::Strict && !names_successor(texts) {
            help.push_str("; name the replacement as well");
        }
        cx.finding(node, format!("{title} is deprecated and has no end date")).at_key(node).help(help)
    }

    /// Whether the first holder is marked as deprecated and neither it nor the others tell an end.
    fn is_endless(&self, holders: &[Node<'_>]) -> bool {
        let Some(own) = holders.first() else { return false };
        let texts = ["summary", "description"].into_iter().filter_map(|key| own.get_str(key));
        is_marked_deprecated(*own)
            && endings::extension(holders, &self.options.extensions).is_none()
            && texts.flat_map(end_dates).next().is_none()
    }
}

/// Whether a `Sunset` header, or a `Link` to what tells the end (RFC 8594), is described.
fn has_header(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let tells = |node: &Node<'_>| {
        let shown = ["description", "example", "examples", "const", "default", "enum"];
        let values = shown.into_iter().filter_map(|key| node.get(key));
        values
            .flat_map(|value| std::iter::once(value).chain(value.items()).chain(value.entries().map(|(_, item)| item)))
            .any(|value| {
                let text = value.get("value").unwrap_or(value).text().to_ascii_lowercase();
                text.contains("rel=sunset") || text.contains("rel=\"sunset\"")
            })
    };
    endings::headers(api, operation, "sunset").next().is_some()
        || endings::headers(api, operation, "link").any(|(_, nodes)| nodes.iter().any(tells))
}

fn names_successor(node: Node<'_>) -> bool {
    let in_text = |text: &str| {
        phrase::find_phrase(text, &SUCCESSOR_WORDS).iter().any(|found| text[found.sentence.clone()].contains('`'))
    };
    node.get("x-replaced-by").is_some() || node.get_str("description").is_some_and(in_text)
}
