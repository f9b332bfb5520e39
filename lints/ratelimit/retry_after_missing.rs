//! `ratelimit/retry-after-missing`

use std::borrow::Cow;
use std::collections::BTreeMap;

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{PublicSigns, Signs};
use apiward_model::words::{MONITORING_SEGMENTS, WELL_KNOWN_SEGMENT};
use apiward_model::{Format, Node, Operation, OperationId, Place};

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use apiward_syntax::Fragment;

declare_lint! {
    id: "ratelimit/retry-after-missing",
    title: "429 or 503 response does not declare Retry-After",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [RateLimiting],
    references: [
        "RFC 6585 section 4" => "https://www.rfc-editor.org/rfc/rfc6585#section-4",
        "RFC 9110 section 10.2.3" => "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("retry_after_missing.md"),
    check: RetryAfterMissing,
}

#[derive(Default)]
struct RetryAfterMissing;

/// Responses of one status that are reported one by one.
const SINGLE: usize = 5;

/// Headers that say when to come back.
const TELLING: [&str; 4] = ["RateLimit", "RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"];

/// Whether a header says when to come back: `Retry-After`, whatever stands before it, or one of those above.
fn tells(name: &str) -> bool {
    static RETRY_AFTER: Lexicon = Lexicon::new("retry-after", Match::Last, &["retry_after", "retry_after_ms"]);
    TELLING.iter().any(|own| own.eq_ignore_ascii_case(name)) || RETRY_AFTER.matches(&Tokens::new(name))
}

/// The status of a probe is its answer: who asks comes back at his own pace.
fn is_probe(operation: &Operation<'_>, signs: &Signs<'_>) -> bool {
    let path = signs.path();
    let describes = || {
        let well_known = || path.segments().iter().any(|segment| segment.text.eq_ignore_ascii_case(WELL_KNOWN_SEGMENT));
        signs.public.intersects(PublicSigns::SELF_DESCRIPTION) && !well_known()
    };
    let monitors = || path.ends_with(&MONITORING_SEGMENTS) && path.parameters().next().is_none();
    operation.method.is("GET") && (describes() || monitors())
}

impl<'a> Check<'a> for RetryAfterMissing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut silent: BTreeMap<Place, (&str, Vec<OperationId>)> = BTreeMap::new();
        for operation in &cx.api.operations {
            for response in operation.responses.iter().map(|id| cx.api.response(*id)) {
                let wanted = match response.code {
                    "503" => !is_probe(operation, cx.signs(operation.id)),
                    code => code == "429",
                };
                if wanted && !response.headers.iter().any(|header| tells(header.name)) {
                    silent.entry(response.node.place()).or_insert((response.code, Vec::new())).1.push(operation.id);
                }
            }
        }
        for (place, (code, mut operations)) in silent {
            operations.dedup();
            let node = cx.api.node(place);
            let message = format!("the {code} response does not say when to try again");
            let help = "describe a `Retry-After` header: clients that do not know how long to wait try again at once";
            let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
            cx.report(finding.fixed_by(with_header(cx.api.spec.format, node)));
        }
    }

    /// Many responses written one by one are one habit.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut habits: BTreeMap<Cow<'static, str>, Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            habits.entry(finding.message.clone()).or_default().push(finding);
        }
        let mut grouped = Vec::new();
        for (message, same) in habits {
            if same.len() <= SINGLE {
                grouped.extend(same);
            } else {
                grouped.extend(cx.listed(same, |count| format!("{message}, nor do {} others", count - 1)));
            }
        }
        grouped
    }
}

/// With the header that tells the seconds, RFC 9110 section 10.2.3.
fn with_header(format: Format, response: Node<'_>) -> Option<Fix<'_>> {
    let kind = Fragment::member("type", Fragment::text("integer"));
    let header = if format == Format::OpenApi2 { kind } else { Fragment::member("schema", kind) };
    let fix = Fix::new("describe `Retry-After` in seconds");
    if response.reference().is_some() {
        return None;
    }
    Some(match response.get("headers") {
        Some(headers) => fix.insert(headers, "Retry-After", header),
        None => fix.insert(response, "headers", Fragment::member("Retry-After", header)),
    })
}
