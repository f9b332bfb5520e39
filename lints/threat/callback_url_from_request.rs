//! `threat/callback-url-from-request`

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::is_fixed_https_host;
use apiward_model::words::SIGNATURE_HEADER_WORDS;
use apiward_model::{Api, Format, Location, Merged, Node, Operation, OperationId, Place};
use foldhash::{HashMap, HashMapExt};

use crate::framework::declare::{Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::threat::ssrf_url_input::{Options, is_acknowledged, is_checked};

declare_lint! {
    id: "threat/callback-url-from-request",
    title: "Callback destination comes straight from the request",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API7:2023"],
    cwe: ["CWE-918"],
    practices: [Threats, Encryption],
    references: [
        "OWASP API7:2023 Server Side Request Forgery" => "https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/",
        "OpenAPI 3.2.0 Callback Object" => "https://spec.openapis.org/oas/v3.2.0.html#callback-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Related("threat/ssrf-url-input")],
    targets: [Document],
    docs: include_str!("callback_url_from_request.md"),
    check: CallbackUrlFromRequest,
    options_of: "threat/ssrf-url-input" => Options,
}

struct CallbackUrlFromRequest {
    acknowledged: String,
    /// How receivers can tell who called, by the place of the expression.
    proofs: HashMap<Place, &'static str>,
}

impl From<Options> for CallbackUrlFromRequest {
    fn from(options: Options) -> Self {
        Self { acknowledged: options.ack_extension, proofs: HashMap::new() }
    }
}

const HELP: &str = "let clients register their callback URLs, or hold the URL to https and to hosts that you know by an \
                    anchored `pattern`; where the host is checked, say so in the description";

/// The part of the request that begins a callback's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source<'e> {
    /// The whole body.
    Body,
    /// A place in the body, by JSON Pointer.
    Pointer(&'e str),
    /// A parameter.
    Parameter(Location, &'e str),
}

/// What an expression names in the request of an operation.
enum Found<'a> {
    /// A value of the caller's choice: where it is described.
    Free(Node<'a>),
    /// A value that is held to known hosts.
    Held,
    /// Nothing that is described.
    Unknown,
}

impl<'a> Check<'a> for CallbackUrlFromRequest {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        // Every method under one expression calls the same URL.
        let mut expressions: BTreeMap<Place, Vec<&Operation<'a>>> = BTreeMap::new();
        for callback in &cx.api.callbacks {
            expressions.entry(callback.path_item.place()).or_default().push(callback);
        }
        let mut known: HashMap<(OperationId, &'a str), Option<Node<'a>>> = HashMap::new();
        for callbacks in expressions.into_values() {
            let Some(first) = callbacks.first() else { continue };
            if let Some(source) = source(first.path) {
                self.expression(cx, &callbacks, source, &mut known);
            }
        }
    }

    /// Who chooses the URL chooses it for every callback that goes there.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut grouped = Vec::new();
        let mut by_source: BTreeMap<(Vec<Place>, Level, &str), Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            let sources: Vec<Place> = finding.apart.related.iter().map(|source| source.spot.node.place()).collect();
            let proof = self.proofs.get(&finding.spot.node.place()).copied().unwrap_or_default();
            if sources.is_empty() {
                grouped.push(finding);
            } else {
                by_source.entry((sources, finding.level, proof)).or_default().push(finding);
            }
        }
        for ((_, _, proof), alike) in by_source {
            grouped.extend(united(cx, alike, proof));
        }
        grouped
    }
}

/// One finding of those whose URLs have the same sources.
fn united<'a>(cx: &Cx<'_, 'a>, alike: Vec<Finding<'a>>, proof: &str) -> Option<Finding<'a>> {
    if alike.len() < 2 {
        return alike.into_iter().next();
    }
    let sources = alike.first()?.apart.related.clone();
    let source = sources.first()?.spot.node;
    let says = |count| format!("the URLs of {count} callbacks come from one value of the request, and {proof}");
    let mut list = cx.listed(alike, says).pop()?.about(source, says(2));
    list.apart.related.splice(0..0, sources);
    Some(list)
}

impl CallbackUrlFromRequest {
    fn expression<'a>(
        &mut self,
        cx: &mut Cx<'_, 'a>,
        callbacks: &[&Operation<'a>],
        source: Source<'a>,
        known: &mut HashMap<(OperationId, &'a str), Option<Node<'a>>>,
    ) {
        let Some(first) = callbacks.first() else { return };
        let key = first.path_item;
        let item = key.target_or_none().unwrap_or(key);
        let told = [key, item].iter().any(|node| node.get_str("description").is_some_and(is_checked));
        let mut sources: BTreeMap<Place, Node<'a>> = BTreeMap::new();
        let mut calling: Vec<(OperationId, bool)> = Vec::new();
        for id in cx.reaching(key).iter().collect::<Vec<_>>() {
            let operation = cx.api.operation(id);
            let found = known.entry((id, first.path)).or_insert_with(|| described(cx.api, operation, source));
            let mut checked = told || operation.description().is_some_and(is_checked);
            match self.judge(cx.api, *found) {
                Found::Held => continue,
                Found::Unknown => checked = true,
                Found::Free(node) => {
                    checked |= texts(cx.api, node).any(is_checked);
                    sources.insert(node.place(), node);
                }
            }
            calling.push((id, checked));
        }
        if calling.is_empty() {
            return;
        }
        let lowered = calling.iter().all(|(_, checked)| *checked);
        let proof = proof(cx.api, callbacks);
        self.proofs.insert(key.place(), proof);
        let message = format!("the URL of callback {} comes from the request, and {proof}", quoted(first.path));
        let operations: Vec<OperationId> = calling.into_iter().map(|(id, _)| id).collect();
        let finding = cx.finding(key, message).at_key(key).help(HELP).operations(operations);
        let finding =
            sources.into_values().fold(finding, |finding, node| finding.related(node, "callers choose it here"));
        cx.report(finding.lowered_if(lowered, Level::Info));
    }

    fn judge<'a>(&self, api: &Api<'a>, node: Option<Node<'a>>) -> Found<'a> {
        let Some(node) = node else { return Found::Unknown };
        let merged = Merged::of(api, value(node));
        let patterns = merged.all("pattern").filter_map(|pattern| pattern.raw().as_str());
        let held = merged.is_enumerated()
            || patterns.into_iter().any(is_fixed_https_host)
            || is_acknowledged(node, &merged, &self.acknowledged);
        if held { Found::Held } else { Found::Free(node) }
    }
}

/// The schema of a source: of a parameter its `schema`, that of its one media type included.
fn value(node: Node<'_>) -> Node<'_> {
    let media = || node.get("content")?.entries().find_map(|(_, media)| media.get("schema"));
    let is_parameter = node.get_str("in").is_some();
    if is_parameter { node.get("schema").or_else(media).unwrap_or(node) } else { node }
}

fn texts<'a>(api: &Api<'a>, node: Node<'a>) -> impl Iterator<Item = &'a str> {
    let merged = Merged::of(api, value(node));
    let parts: Vec<&str> = merged.all("description").filter_map(|text| text.raw().as_str()).collect();
    node.get_str("description").into_iter().chain(parts)
}

/// The source of an expression that begins with the caller's word.
fn source(expression: &str) -> Option<Source<'_>> {
    let scheme = |scheme: &&str| expression.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let skipped = ["https://", "http://"].iter().find(|one| scheme(one)).map_or(0, |scheme| scheme.len());
    let named = expression[skipped..].strip_prefix("{$request.")?.split_once('}')?.0;
    let parameters = [("query.", Location::Query), ("header.", Location::Header), ("path.", Location::Path)];
    match named.strip_prefix("body") {
        Some("") => Some(Source::Body),
        Some(pointer) => pointer.strip_prefix('#').map(Source::Pointer),
        None => parameters
            .into_iter()
            .find_map(|(start, location)| Some(Source::Parameter(location, named.strip_prefix(start)?))),
    }
}

/// Where the request of an operation describes a source.
fn described<'a>(api: &Api<'a>, operation: &Operation<'a>, source: Source<'_>) -> Option<Node<'a>> {
    match source {
        Source::Body => None,
        Source::Parameter(location, name) => {
            let same = |own: &str| match location {
                Location::Header => own.eq_ignore_ascii_case(name),
                _ => own == name,
            };
            let mut parameters = operation.parameters.iter().map(|id| api.parameter(*id));
            parameters.find(|one| one.location == location && same(one.name)).map(|one| one.node)
        }
        Source::Pointer(pointer) => {
            let media = operation.body.into_iter().flat_map(|id| &api.body(id).media);
            media.filter_map(|media| media.schema).take(MEDIA).find_map(|schema| below(api, schema, pointer))
        }
    }
}

/// Media types of one body that are looked at.
const MEDIA: usize = 16;
/// Steps of a pointer that are followed.
const DEEPEST: usize = 32;

/// The schema of what a JSON Pointer names in an instance.
fn below<'a>(api: &Api<'a>, schema: Node<'a>, pointer: &str) -> Option<Node<'a>> {
    let mut node = schema;
    for (depth, step) in pointer.strip_prefix('/')?.split('/').enumerate() {
        let merged = Merged::of(api, node);
        let name = step.replace("~1", "/").replace("~0", "~");
        let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
        let item = || merged.get("items").filter(|_| is_index && merged.is_array());
        node = merged.property(&name).or_else(item).filter(|_| depth < DEEPEST)?;
    }
    Some(node)
}

/// How receivers can tell who called: what the message says of it.
fn proof(api: &Api<'_>, callbacks: &[&Operation<'_>]) -> &'static str {
    let signed = |callback: &&Operation<'_>| {
        let mut headers = callback.parameters.iter().map(|id| api.parameter(*id));
        headers.any(|one| {
            one.location == Location::Header && SIGNATURE_HEADER_WORDS.matches_word(&Tokens::header(one.name))
        })
    };
    let secured =
        |callback: &&Operation<'_>| callback.node.get("security").is_some() && !callback.security.is_anonymous();
    if callbacks.iter().all(signed) {
        "what is sent there carries a signature"
    } else if callbacks.iter().all(secured) {
        "what is sent there carries a credential"
    } else if callbacks.iter().any(|callback| callback.has_unread_request()) {
        "what is sent there was not read whole"
    } else {
        "what is sent there carries neither signature nor credential"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_begin_with_the_request_have_a_source() {
        let parameter = |location, name| Some(Source::Parameter(location, name));
        for (expression, expected) in [
            ("{$request.body#/url}", Some(Source::Pointer("/url"))),
            ("HTTPS://{$request.body#/host}/done", Some(Source::Pointer("/host"))),
            ("{$request.body}", Some(Source::Body)),
            ("{$request.query.url}?done", parameter(Location::Query, "url")),
            ("http://{$request.header.X-Host}", parameter(Location::Header, "X-Host")),
            ("{$request.path.host}", parameter(Location::Path, "host")),
            ("https://parcels.io/{$request.body#/id}", None),
            ("{$response.body#/url}", None),
            ("{$url}", None),
            ("{$request.bodyguard}", None),
            ("{$request.body#/url", None),
            ("ü{$request.body}", None),
            ("", None),
        ] {
            assert_eq!(source(expression), expected, "{expression}");
        }
    }
}
