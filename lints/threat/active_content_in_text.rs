//! `threat/active-content-in-text`

use std::collections::{HashMap, HashSet};

use apiward_model::{Api, Node, OperationId, Place, is_field};

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
    owners: Option<HashMap<Place, Vec<OperationId>>>,
    traced: usize,
}

impl<'a> Check<'a> for ActiveContentInText {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for url in url_fields(cx.api) {
            if let Some(faults) = url.as_str().and_then(of_url) {
                self.report(cx, url, &faults);
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
            self.report(cx, text, &faults);
        }
    }
}

/// Findings outside of operations for which it is found out which operations reach them. Further ones are too many to
/// be read.
const TRACED: usize = 100;

impl ActiveContentInText {
    fn report<'a>(&mut self, cx: &mut Cx<'_, 'a>, field: Node<'a>, faults: &Faults) {
        let message = format!("{} holds active content: {}", subject(field), listed(&faults.names));
        let help = "pages that show the description run it unless they clean it: remove it or, if it is an example, \
                    show it as code between backticks";
        let finding = cx.finding(field, message).help(help).lowered_if(faults.mild, Level::Warning);
        let finding = self.concerning(cx, finding);
        cx.report(finding);
    }

    /// Names the operation that holds the text or, for a shared definition, those that reach it.
    fn concerning<'a>(&mut self, cx: &Cx<'_, 'a>, finding: Finding<'a>) -> Finding<'a> {
        let owners = self.owners.get_or_insert_with(|| owners(cx.api));
        let field = finding.spot.node;
        let mut around = std::iter::successors(field.parent(), |node| node.parent());
        match around.find_map(|node| owners.get(&node.place())).map(Vec::as_slice) {
            Some(&[one]) => finding.operation(one),
            Some(several) => finding.operations(several.to_vec()),
            None if self.traced < TRACED => {
                self.traced += 1;
                let reaching = cx.reaching(field);
                finding.operations(reaching)
            }
            None => finding,
        }
    }
}

/// The operations by the nodes that hold them; paths may share one.
fn owners(api: &Api<'_>) -> HashMap<Place, Vec<OperationId>> {
    let mut owners: HashMap<Place, Vec<OperationId>> = HashMap::new();
    for operation in &api.operations {
        owners.entry(operation.node.place()).or_default().push(operation.id);
    }
    owners
}

/// True for a text that the engine brings by itself.
fn is_text(node: Node<'_>) -> bool {
    node.key().is_some_and(|key| ["description", "summary", "title"].contains(&key))
        && is_field(node.file(), node.id())
}

/// `termsOfService`, and `url` of contact, license and external documentation.
fn url_fields<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let [terms, url] = ["termsOfService", "url"].map(|key| file.tree.symbol(key));
        if terms.is_none() && url.is_none() {
            continue;
        }
        for raw in file.tree.nodes().filter(|node| node.key_symbol().is_some_and(|key| [terms, url].contains(&Some(key)))) {
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

/// `` `description` of `info` ``; of an item of a list its name is told.
fn subject(field: Node<'_>) -> String {
    let key = field.key().unwrap_or_default();
    let owner = field.parent().and_then(|parent| parent.key().or_else(|| parent.get_str("name")));
    owner.map_or_else(|| quoted(key), |owner| format!("{} of {}", quoted(key), quoted(owner)))
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
