//! `threat/active-content-in-text`

use apiward_model::{Api, Node, Place, is_field};
use foldhash::HashSet;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::threat::content::{Faults, of_text, of_url};

declare_lint! {
    id: "threat/active-content-in-text",
    title: "Description holds script or other active content",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-79"],
    practices: [Threats, Documentation],
    references: [
        "OpenAPI 3.2.0 Markdown and HTML Sanitization" => "https://spec.openapis.org/oas/v3.2.0.html#markdown-and-html-sanitization",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Text],
    docs: include_str!("active_content_in_text.md"),
    check: ActiveContentInText,
}

#[derive(Default)]
struct ActiveContentInText {
    /// Anchored texts that aliases brought: one text is judged once.
    aliased: HashSet<Place>,
}

impl<'a> Check<'a> for ActiveContentInText {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for url in url_fields(cx.api) {
            if let Some(faults) = url.as_str().and_then(of_url) {
                report(cx, url, &faults);
            }
        }
    }

    fn text(&mut self, cx: &mut Cx<'_, 'a>, text: Node<'a>) {
        if text.is_alias() {
            let anchored = text.resolved();
            if is_text(anchored) || !self.aliased.insert(anchored.place()) {
                return;
            }
        }
        if let Some(faults) = text.as_str().and_then(of_text) {
            report(cx, text, &faults);
        }
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, field: Node<'a>, faults: &Faults) {
    let message = format!("{} holds active content: {}", subject(field), listed(&faults.names));
    let help = "pages that show the description run it unless they clean it: remove it or, if it is an example, show it \
                as code between backticks";
    let finding = cx.finding(field, message).help(help).lowered_if(faults.mild, Level::Warning);
    cx.report(concerning(cx, finding));
}

/// Names the operation that holds the text or, for a shared definition, those that reach it.
fn concerning<'a>(cx: &Cx<'_, 'a>, finding: Finding<'a>) -> Finding<'a> {
    let field = finding.spot.node;
    let operations = cx.reaching(field);
    let mut around = std::iter::successors(field.parent(), |node| node.parent());
    match operations.first(2).as_slice() {
        [one] if around.any(|node| cx.api.operation(*one).node == node) => finding.operation(*one),
        _ => finding.operations(operations),
    }
}

/// True for a text that the engine brings by itself.
fn is_text(node: Node<'_>) -> bool {
    node.key().is_some_and(|key| ["description", "summary", "title"].contains(&key)) && is_field(node.file(), node.id())
}

/// `termsOfService`, and `url` of contact, license and external documentation.
fn url_fields<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let [terms, url] = ["termsOfService", "url"].map(|key| file.tree.symbol(key));
        if terms.is_none() && url.is_none() {
            continue;
        }
        for raw in
            file.tree.nodes().filter(|node| node.key_symbol().is_some_and(|key| [terms, url].contains(&Some(key))))
        {
            let node = api.node(Place { file: id, node: raw.id() });
            let in_document = id != api.root.file_id() || api.root.contains(raw.id());
            if in_document && is_field(file, raw.id()) && (raw.key_symbol() == terms || is_link(node)) {
                found.push(node);
            }
        }
    }
    found
}

/// True for the `url` of an object that links somewhere, as opposed to the URL of a server.
fn is_link(url: Node<'_>) -> bool {
    let Some(holder) = url.parent() else { return false };
    // AsyncAPI 3 keeps external documentation among its components, by name.
    let outer = holder.parent().and_then(|map| map.key()) == Some("externalDocs");
    outer || holder.key().is_some_and(|key| ["contact", "license", "externalDocs"].contains(&key))
}

/// `` `description` of `info` ``; of an item of a list its name is told, or what list it is.
fn subject(field: Node<'_>) -> String {
    let key = quoted(field.key().unwrap_or_default());
    let Some(holder) = field.parent() else { return key };
    if let Some(owner) = holder.key().or_else(|| holder.get_str("name")) {
        return format!("{key} of {}", quoted(owner));
    }
    let list = holder.parent().and_then(|list| list.key());
    list.map_or_else(|| key.clone(), |list| format!("{key} of an item of {}", quoted(list)))
}

/// Faults that a message names.
const NAMED: usize = 5;

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| quoted(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
