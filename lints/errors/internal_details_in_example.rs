//! `errors/internal-details-in-example`

use std::cell::OnceCell;

use apiward_model::predicate::{is_error_response, split_scheme};
use apiward_model::{Api, MessageId, Node, Place, Response};
use foldhash::{HashSet, HashSetExt};

use crate::errors::leaks::leak;
use crate::errors::reached;
use crate::errors::samples::{examples, strings};
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};

declare_lint! {
    id: "errors/internal-details-in-example",
    title: "Error example leaks internals",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-209"],
    practices: [ErrorHandling],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "RFC 9457 section 5" => "https://www.rfc-editor.org/rfc/rfc9457#section-5",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("internal_details_in_example.md"),
    check: InternalDetailsInExample,
}

#[derive(Default)]
struct InternalDetailsInExample;

/// A value that is looked into, and what holds it.
struct Sample<'a> {
    value: Node<'a>,
    holder: Node<'a>,
    /// True when it belongs to a schema, which others than errors may reach.
    of_schema: bool,
}

impl<'a> Check<'a> for InternalDetailsInExample {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let paths = OnceCell::new();
        let mut seen: HashSet<Place> = HashSet::new();
        let mut others: Option<HashSet<Place>> = None;
        for sample in samples(cx.api) {
            for text in strings(sample.value) {
                let Some(what) = leak(text.raw().text(), |path| paths.get_or_init(|| Paths::of(api)).describe(path))
                else {
                    continue;
                };
                if !seen.insert(text.place()) {
                    continue;
                }
                let mut shared =
                    || others.get_or_insert_with(|| reached_by_others(api)).contains(&sample.holder.place());
                if sample.of_schema && shared() {
                    continue;
                }
                let help = "write what the server really answers, and make sure that it is not this: log internals, \
                            and answer with an identifier of the log entry";
                let finding = cx.finding(text, format!("an example of an error shows {what}")).help(help);
                cx.report(finding.operations(cx.reaching(sample.holder)));
            }
        }
    }
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

/// Examples and preset values of all that belongs to errors.
fn samples<'a>(api: &Api<'a>) -> Vec<Sample<'a>> {
    let mut found = Vec::new();
    for response in reached::responses(api) {
        let holder = response.node;
        found.extend(examples(response).into_iter().map(|value| Sample { value, holder, of_schema: false }));
    }
    for message in reached::messages(api).into_iter().map(|id| api.message(id)) {
        let own = message.node.get("examples").into_iter().flat_map(Node::items);
        let values = own.flat_map(|example| [example.get("payload"), example.get("headers")]).flatten();
        found.extend(values.map(|value| Sample { value, holder: message.node, of_schema: false }));
    }
    let headers = reached::responses(api).into_iter().flat_map(|response| &response.headers);
    let schemas =
        reached::schemas(api).chain(reached::reached_from(api, headers.filter_map(|header| header.schema).collect()));
    for holder in schemas {
        let values = holder.entries().filter(|(key, _)| matches!(*key, "example" | "examples" | "default" | "const"));
        found.extend(values.map(|(_, value)| Sample { value, holder, of_schema: true }));
    }
    found
}

/// The schemas that others than errors reach.
fn reached_by_others(api: &Api<'_>) -> HashSet<Place> {
    let errors: HashSet<_> = reached::messages(api).into_iter().collect();
    let of_messages = api.messages.iter().enumerate();
    let of_messages = of_messages.filter(|(at, _)| !errors.contains(&MessageId::at(*at)));
    let of_messages = of_messages.flat_map(|(_, message)| message.payload.into_iter().chain(message.headers));
    let of_bodies = api.bodies.iter().flat_map(|body| &body.media).filter_map(|media| media.schema);
    let of_parameters = api.parameters.iter().filter_map(|parameter| parameter.schema);
    let of_responses = other_responses(api).into_iter().flat_map(|response| {
        let media = response.media.iter().filter_map(|media| media.schema);
        media.chain(response.headers.iter().filter_map(|header| header.schema))
    });
    let roots = of_messages.chain(of_bodies).chain(of_parameters).chain(of_responses).collect();
    reached::reached_from(api, roots).map(Node::place).collect()
}

/// Responses that are no errors, those of webhooks and callbacks among them.
fn other_responses<'r, 'a>(api: &'r Api<'a>) -> Vec<&'r Response<'a>> {
    let all = api.operations.iter().flat_map(|operation| {
        let responses = operation.responses.iter().map(|id| api.response(*id));
        responses.filter(move |response| !is_error_response(api, operation, response))
    });
    let inbound = api.webhooks.iter().chain(&api.callbacks).flat_map(|operation| &operation.responses);
    let mut seen = HashSet::new();
    let all = all.chain(inbound.map(|id| api.response(*id)));
    all.filter(|response| seen.insert(response.node.place())).collect()
}

/// Paths that the document describes and that look like those of files: an example that names one shows no file.
struct Paths<'a> {
    /// The segments of base path and template.
    templates: Vec<Vec<&'a str>>,
}

/// Templates, and base paths, that are compared: more are not written by hand.
const MOST: usize = 16;

impl<'a> Paths<'a> {
    fn of(api: &'a Api<'a>) -> Self {
        let own = api.servers.iter().map(|server| base(&server.url)).chain(api.root.get_str("basePath"));
        let mut bases: Vec<&str> = own.chain([""]).collect();
        bases.sort_unstable();
        bases.dedup();
        bases.truncate(MOST);
        let full = api.operations.iter().flat_map(|operation| {
            let template = operation.path;
            bases.iter().map(move |base| segments(base).chain(segments(template)).collect::<Vec<_>>())
        });
        let of_files = |full: &Vec<&str>| {
            full.first().is_some_and(|first| first.starts_with('{') || matches!(*first, "var" | "usr" | "home"))
        };
        Self { templates: full.filter(of_files).take(MOST).collect() }
    }

    /// True when a path equals or begins with a template, with or without a server's base path.
    fn describe(&self, path: &str) -> bool {
        let path: Vec<&str> = segments(path).collect();
        self.templates.iter().any(|template| begins_with(&path, template))
    }
}

fn begins_with(path: &[&str], template: &[&str]) -> bool {
    path.len() >= template.len()
        && template.iter().zip(path).all(|(expected, found)| expected.starts_with('{') || expected == found)
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The path of a server's URL.
fn base(url: &str) -> &str {
    split_scheme(url).map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]))
}
