//! `versioning/deprecated-only-in-text`

use std::sync::LazyLock;

use apiward_model::predicate::{is_marked_deprecated, is_version_token};
use apiward_model::words::DEPRECATED_NOUNS;
use apiward_model::{Format, Node, Operation, Parameter, Place, Schema, dates_in};
use apiward_syntax::Known;
use foldhash::HashSet;
use regex::Regex;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::pattern;
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "versioning/deprecated-only-in-text",
    title: "Text says deprecated but the flag is missing",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning, Documentation],
    references: [
        "OpenAPI 3.2.0 Operation Object" => "https://spec.openapis.org/oas/v3.2.0.html#operation-object",
        "Zalando RESTful API Guidelines rule 187: reflect deprecation in API specifications" => "https://opensource.zalando.com/restful-api-guidelines/#187",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation, Parameter, Schema],
    docs: include_str!("deprecated_only_in_text.md"),
    check: DeprecatedOnlyInText,
}

#[derive(Default)]
struct DeprecatedOnlyInText {
    /// Operations and schemas that are marked: what stands in them needs no mark of its own.
    marked: HashSet<Place>,
}

const HELP: &str = "set `deprecated: true` there: tools, generated clients and gateways read the flag and not the text";

impl<'a> Check<'a> for DeprecatedOnlyInText {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let operations = cx.api.operations.iter().map(|operation| operation.node);
        let schemas = cx.api.schemas.all().iter().map(|schema| schema.node);
        let marked = operations.chain(schemas).filter(|node| is_marked_deprecated(*node));
        self.marked = marked.map(Node::place).collect();
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if self.is_marked(operation.node) {
            return;
        }
        if let Some(text) = told(operation.node, true) {
            let finding = finding(cx, operation.node, text, &operation_title(operation));
            cx.report(finding.operation(operation.id));
        }
    }

    fn parameter(&mut self, cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
        if cx.api.spec.format == Format::OpenApi2 || self.is_marked(parameter.node) {
            return;
        }
        if let Some(text) = told(parameter.node, false) {
            let title = format!("parameter {}", quoted(parameter.name));
            let finding = finding(cx, parameter.node, text, &title);
            let operations = cx.reaching(parameter.node);
            cx.report(finding.operations(operations));
        }
    }

    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        if cx.api.spec.format == Format::OpenApi2 {
            return;
        }
        let Some(text) = told(schema.node, false) else { return };
        if self.is_marked(schema.node) || is_choice(schema.node) {
            return;
        }
        let title = match schema.node.key() {
            Some(name) if schema.property_name().is_some() => format!("property {}", quoted(name)),
            Some(name) => format!("schema {}", quoted(name)),
            None => "a schema".to_owned(),
        };
        let finding = finding(cx, schema.node, text, &title);
        let operations = cx.reaching(schema.node);
        cx.report(finding.operations(operations));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let texts = findings.iter().map(|finding| finding.apart.related.clone()).collect::<Vec<_>>();
        let mut list = cx.listed(findings, |count| format!("{count} elements are called deprecated and not marked so"));
        if let [list] = list.as_mut_slice()
            && let Some(first) = texts.into_iter().next()
            && list.apart.related.len() != first.len()
        {
            list.apart.related.splice(0..0, first);
        }
        list
    }
}

impl DeprecatedOnlyInText {
    fn is_marked(&self, node: Node<'_>) -> bool {
        is_marked_deprecated(node)
            || is_marked_beside(node)
            || std::iter::successors(node.parent(), |node| node.parent())
                .any(|around| self.marked.contains(&around.place()))
    }
}

/// Whether another member of the `allOf` that a schema is a member of is marked: all of them say what one value is.
fn is_marked_beside(schema: Node<'_>) -> bool {
    let members = schema.parent().filter(|list| list.key() == Some("allOf"));
    members.into_iter().flat_map(Node::items).any(is_marked_deprecated)
}

fn finding<'a>(cx: &Cx<'_, 'a>, node: Node<'a>, text: Node<'a>, title: &str) -> Finding<'a> {
    let message = format!("{title} is called deprecated and not marked so");
    let mark = Fix::mark(node, "deprecated");
    let finding = cx.finding(node, message).at_key(node).help(HELP).related_key(text, "the text that says so");
    finding.fixed_by(mark)
}

/// A member of a choice that stands for one value: its text speaks of the value.
fn is_choice(schema: Node<'_>) -> bool {
    let list = schema.parent().and_then(|list| list.key());
    matches!(list, Some("oneOf" | "anyOf")) && schema.get("const").is_some()
}

/// The text of an element that calls the element deprecated.
fn told(node: Node<'_>, has_summary: bool) -> Option<Node<'_>> {
    let summary = || node.get(Known::Summary).filter(|text| text.as_str().is_some_and(is_told_in_summary));
    let values =
        || ["enum", "x-enum-descriptions", "x-enumDescriptions"].into_iter().any(|key| node.get(key).is_some());
    let description = node.get(Known::Description).filter(|text| text.as_str().is_some_and(may_tell));
    let description = description.filter(|text| is_told(text.text(), !values()));
    has_summary.then(summary).flatten().or(description)
}

/// Most texts have none of the words.
fn may_tell(text: &str) -> bool {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| pattern("(?i-u)deprecated|obsolete|no longer supported|being retired|removed|do not use"));
    WORDS.is_match(text)
}

fn is_told_in_summary(text: &str) -> bool {
    static ALONE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i-u)[\[({](?:deprecated|obsolete)[\])}]|(?:\*\*?|__?)(?:deprecated|obsolete)(?:\*\*?|__?)")
    });
    may_tell(text) && (ALONE.is_match(text) || is_told(text, true))
}

fn is_told(text: &str, lists_count: bool) -> bool {
    sentences(text, lists_count).iter().any(|sentence| tells(sentence))
}

/// The sentences of a text without fenced and indented code, and, unless they count, without list items and table rows.
/// Leading characters other than letters, digits and back quotes are taken off.
fn sentences(text: &str, lists_count: bool) -> Vec<String> {
    let (mut found, mut current, mut fenced) = (Vec::new(), String::new(), false);
    let flush = |current: &mut String, found: &mut Vec<String>| {
        let mut from = 0;
        let bytes = current.as_bytes();
        for at in 0..bytes.len() {
            let ends = matches!(bytes[at], b'.' | b'!' | b'?') && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
            if ends || at + 1 == bytes.len() {
                let sentence = current[from..=at].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '`');
                found.push(sentence.trim_end_matches(|c: char| c.is_whitespace() || ".!?".contains(c)).to_owned());
                from = at + 1;
            }
        }
        current.clear();
    };
    for line in text.lines() {
        let trimmed = line.trim();
        let fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        let item = is_item(trimmed);
        if trimmed.is_empty() || item || fence {
            flush(&mut current, &mut found);
        }
        fenced ^= fence;
        let code = current.is_empty() && (line.starts_with("    ") || line.starts_with('\t')) && !item;
        if fenced || fence || code || item && !lists_count {
            continue;
        }
        current.push_str(trimmed);
        current.push(' ');
    }
    flush(&mut current, &mut found);
    found
}

fn is_item(line: &str) -> bool {
    let numbered = line.split_once(['.', ')']).is_some_and(|(number, rest)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with(' ')
    });
    ["- ", "* ", "+ ", "|"].iter().any(|mark| line.starts_with(mark)) || numbered
}

/// Words by which a form calls its subject deprecated.
const CALLED: [&str; 4] = ["deprecated", "obsolete", "no longer supported", "being retired"];

/// The nouns of the catalogue for what a text speaks of.
fn nouns() -> String {
    DEPRECATED_NOUNS.entries.join("|").replace('_', " ")
}

/// `this`, or `this endpoint`.
fn subject() -> String {
    format!("this(?: (?:{}))?", nouns())
}

/// What makes a form a condition when it stands behind it.
const CONDITION: &str = "(?P<condition>(?: (?:when|if|unless|for|only)\\b)?)";

static STATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        "(?i)^(?:.*[,;:] )?{}(?: is| was| has been| is now|:| -|\\s*[\u{2013}\u{2014}])(?: now)? \
         (?:{})\\b{CONDITION}",
        subject(),
        CALLED.join("|")
    ))
});

static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    let nouns = nouns();
    let behind = format!(
        "$|\\s*[,:;(\u{2013}\u{2014}-]|(?:since|as of|in|from|by|use|please|and|in favour of|in favor of|{nouns})\\b"
    );
    pattern(&format!("(?i)^(?:deprecated|obsolete)\\b[*_]*(?:\\s*(?:{behind})){CONDITION}"))
});

static SHOUT: LazyLock<Regex> = LazyLock::new(|| pattern("^DEPRECATED\\b(?P<condition> ?`)?"));

static REMOVAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!("(?i)^(?:{} )?(?:will be|is going to be|is being) removed(?P<rest>.*)$", subject()))
});

static AVOID: LazyLock<Regex> = LazyLock::new(|| {
    let behind = "$| in new code$| in new integrations$| any more$| anymore$| any longer$";
    pattern(&format!("(?i)^do not use(?:(?: it| {})?(?:{behind}))", subject()))
});

/// Whether a sentence calls its own subject deprecated, in one of seven forms. It takes longer to compile a form than to
/// look for its words, and few descriptions have those of all.
fn tells(sentence: &str) -> bool {
    let lower = sentence.to_ascii_lowercase();
    let unconditional = |form: &Regex| {
        form.captures(sentence)
            .is_some_and(|found| found.name("condition").is_none_or(|condition| condition.is_empty()))
    };
    let removed = || {
        let captures = REMOVAL.captures(sentence);
        captures.and_then(|found| found.name("rest")).is_some_and(|rest| is_time(rest.as_str().trim()))
    };
    let is_called = |how: fn(&str, &str) -> bool| CALLED.iter().any(|word| how(&lower, word));
    lower.contains("this") && is_called(|text, word| text.contains(word)) && unconditional(&STATE)
        || is_called(|text, word| text.starts_with(word)) && (unconditional(&OPENING) || unconditional(&SHOUT))
        || lower.starts_with("no longer supported")
        || lower.contains("removed") && removed()
        || lower.starts_with("do not use") && AVOID.is_match(sentence)
}

/// What may follow `will be removed`: nothing, or a time or version.
fn is_time(rest: &str) -> bool {
    let Some((word, rest)) = rest.split_once(' ') else { return rest.is_empty() };
    if !["in", "on", "with", "by", "after"].iter().any(|own| word.eq_ignore_ascii_case(own)) {
        return false;
    }
    let lower = rest.to_ascii_lowercase();
    let first = lower.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month =
        first.get(..3).is_some_and(|start| months.contains(&start)) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let vague = ["a future ", "the next ", "an upcoming "].iter().any(|start| {
        lower.strip_prefix(start).is_some_and(|rest| rest.contains("version") || rest.contains("release"))
    });
    is_version_token(first.trim_end_matches('.'))
        || month
        || matches!(first, "version" | "release")
        || vague
        || dates_in(rest).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_call_their_subject_deprecated_in_seven_forms() {
        for text in [
            "This endpoint is deprecated.",
            "This is now deprecated, see below.",
            "Lists all. This was deprecated.",
            "This method: obsolete",
            "Deprecated.",
            "**Deprecated** since v2",
            "Deprecated, use `listParcels`.",
            "Obsolete in favor of the other one",
            "Deprecated endpoint of old",
            "DEPRECATED lists parcels",
            "No longer supported by anybody",
            "This operation will be removed in v3.",
            "Will be removed on 2027-01-31",
            "It lists.\n\nIs going to be removed in a future release",
            "Will be removed",
            "Do not use.",
            "Do not use this endpoint in new code",
        ] {
            assert!(is_told(text, true), "{text}");
        }
        for text in [
            "This endpoint is deprecated when the flag is set.",
            "Deprecated for guests only",
            "Deprecated `findOrders` answers in XML",
            "It replaces the deprecated endpoint.",
            "Lists deprecated plans.",
            "This endpoint will be deprecated.",
            "DEPRECATED `x`",
            "The item will be removed in v3.",
            "Will be removed from the basket",
            "Do not use spaces",
            "```\nDeprecated.\n```",
            "    Deprecated.",
        ] {
            assert!(!is_told(text, true), "{text}");
        }
    }

    #[test]
    fn items_of_a_list_of_values_speak_of_the_values() {
        assert!(is_told("- Deprecated.", true) && !is_told("- Deprecated.", false));
        assert!(!is_told("| a | b |\n|---|\n| x | Deprecated. |", false));
    }

    #[test]
    fn summaries_may_carry_a_label() {
        for text in ["List parcels (deprecated)", "[DEPRECATED] List", "List **deprecated**", "Deprecated: list"] {
            assert!(is_told_in_summary(text), "{text}");
        }
        assert!(!is_told_in_summary("List (deprecated parcels)") && !is_told_in_summary("List parcels"));
    }
}
