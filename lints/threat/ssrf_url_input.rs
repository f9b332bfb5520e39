//! `threat/ssrf-url-input`

mod fetched;

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::predicate::{is_fixed_host, is_scheme_without_host, names_no_host};
use apiward_model::words::{
    ALLOWLIST_PHRASES, REDIRECT_NAMES, SSRF_DISPLAY_ONLY, SSRF_PROPERTY_FETCH_ONLY,
    SSRF_PROPERTY_FETCH_ONLY_NEEDS_FORMAT, SSRF_PROPERTY_LAST,
};
use apiward_model::{Api, Location, Merged, Node, OperationId, Place, Reach, phrase};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::carriers::Carriers;
use crate::framework::crowd::gathered;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;
use crate::threat::ssrf_url_input::fetched::Fetched;

declare_lint! {
    id: "threat/ssrf-url-input",
    title: "Server may fetch a URL supplied by the client",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API7:2023"],
    cwe: ["CWE-918"],
    practices: [Threats, InputValidation],
    references: [
        "OWASP API7:2023 Server Side Request Forgery" => "https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/",
        "OWASP Server-Side Request Forgery Prevention Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("ssrf_url_input.md"),
    check: SsrfUrlInput,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Further last words of names that hold a URL which the server fetches.
    names_extra: Vec<String>,
    /// Further words in names of URLs that are shown and never fetched.
    display_only_extra: Vec<String>,
    /// The extension of a property or parameter by which its author says that the URL is checked.
    pub(super) ack_extension: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { names_extra: Vec::new(), display_only_extra: Vec::new(), ack_extension: "x-ssrf-reviewed".to_owned() }
    }
}

struct SsrfUrlInput {
    names_extra: WordSet,
    display_only_extra: WordSet,
    acknowledged: String,
    /// Places that operations reach which fetch something: each is a finding of its own.
    fetched: HashSet<Place>,
}

impl From<Options> for SsrfUrlInput {
    fn from(options: Options) -> Self {
        Self {
            names_extra: WordSet::new(&options.names_extra, false),
            display_only_extra: WordSet::new(&options.display_only_extra, false),
            acknowledged: options.ack_extension,
            fetched: HashSet::new(),
        }
    }
}

/// Words in names of pages that people open: the server hands them on.
static OF_BROWSERS: Lexicon = Lexicon::new("pages of browsers", Match::Word, &["auth", "authorization", "join"]);

/// What a name says of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// A URL.
    Url,
    /// A host or URL, where the operation fetches something.
    Host,
    /// The same, where the format says so, too.
    HostByFormat,
}

/// Formats of URLs.
const URLS: [&str; 3] = ["uri", "url", "iri"];
/// Formats of the names of hosts.
const HOST_NAMES: [&str; 2] = ["hostname", "idn-hostname"];

/// A value that callers send.
struct Input<'a> {
    kind: &'static str,
    name: &'a str,
    means: Names,
    place: Node<'a>,
    schema: Node<'a>,
}

const HELP: &str = "let only known hosts be named, by an `enum` or an anchored `pattern`, or check the host against an \
                    allow-list, refuse private addresses and redirects, and say so in the description";

impl<'a> Check<'a> for SsrfUrlInput {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let inputs: Vec<(Input<'a>, Operations)> = self.inputs(cx);
        if inputs.is_empty() {
            return;
        }
        let of_fetching = Fetched::by_operations(api);
        for (input, mut operations) in inputs {
            let fetches = |id: &OperationId| of_fetching.by(*id, &input, is_host_name(api, &input));
            let stores = |id: &OperationId| cx.signs(*id).writes && !api.operation(*id).method.is("DELETE");
            let counts = |id: &OperationId| fetches(id) || input.means == Names::Url && stores(id);
            operations.retain(|id| counts(&id) && !api.operation(id).description().is_some_and(is_checked));
            let fetching = operations.iter().find(fetches);
            let Some(first) = fetching.or_else(|| operations.iter().next()) else { continue };
            if fetching.is_some() {
                self.fetched.insert(input.place.place());
            }
            let message = message(&input, fetching.is_some());
            let mut finding = cx.finding(input.place, message).help(HELP).operations(operations);
            finding.operation = Some(first);
            cx.report(if fetching.is_some() { finding.raised_to(Level::Warning) } else { finding });
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let is_fetched = |finding: &Finding<'a>| self.fetched.contains(&finding.spot.node.place());
        let (fetched, others) = findings.into_iter().partition(is_fetched);
        let mut grouped = gathered(cx, fetched);
        grouped.extend(cx.listed(others, |count| format!("{count} inputs take a URL that the server may fetch")));
        grouped
    }
}

impl SsrfUrlInput {
    /// The free strings with names that say something, with the operations that take them.
    fn inputs<'a>(&self, cx: &Cx<'_, 'a>) -> Vec<(Input<'a>, Operations)> {
        let api = cx.api;
        let mut found = Vec::new();
        for (at, parameter) in api.parameters.iter().enumerate() {
            let name = match parameter.location {
                Location::Header => Tokens::header(parameter.name),
                Location::Path | Location::Query | Location::Cookie | Location::Form => Tokens::new(parameter.name),
                _ => continue,
            };
            if let Some((means, schema)) = self.means(&name).zip(parameter.schema) {
                // In a path the name of a host, a feed, a target is the key of what is stored.
                if parameter.location == Location::Path && means != Names::Url && !has_format(api, schema, &URLS) {
                    continue;
                }
                let input = Input { kind: "parameter", name: parameter.name, means, place: parameter.node, schema };
                if self.is_free(api, &input) {
                    found.push((input, cx.taking(apiward_model::ParameterId::at(at))));
                }
            }
        }
        let mut names: HashMap<&str, Option<Names>> = HashMap::new();
        let mut requests = None;
        for schema in api.schemas.all().iter().filter(|schema| schema.reach.intersects(Reach::REQUEST)) {
            let Some(name) = schema.property_name() else { continue };
            let Some(means) = *names.entry(name).or_insert_with(|| self.means(&Tokens::new(name))) else { continue };
            let input = Input { kind: "property", name, means, place: schema.node, schema: schema.node };
            if self.is_free(api, &input) {
                let requests = requests.get_or_insert_with(|| Carriers::of_requests(api));
                found.push((input, requests.of(api, schema.node)));
            }
        }
        found
    }

    fn means(&self, name: &Tokens<'_>) -> Option<Names> {
        let shown = SSRF_DISPLAY_ONLY.matches(name)
            || OF_BROWSERS.matches_word(name)
            || self.display_only_extra.matches_word(name);
        if shown || REDIRECT_NAMES.matches(name) && name.glued() != "targeturl" {
            None
        } else if SSRF_PROPERTY_LAST.matches(name) || self.names_extra.matches_last(name) {
            Some(Names::Url)
        } else if SSRF_PROPERTY_FETCH_ONLY_NEEDS_FORMAT.matches(name) {
            Some(Names::HostByFormat)
        } else {
            SSRF_PROPERTY_FETCH_ONLY.matches(name).then_some(Names::Host)
        }
    }

    /// A string, or a list of strings, that nothing holds to known values.
    fn is_free<'a>(&self, api: &Api<'a>, input: &Input<'a>) -> bool {
        let whole = Merged::of(api, input.schema);
        let items = whole.get("items").filter(|_| whole.is_array());
        let value = items.map(|items| Merged::of(api, items));
        let value = value.as_ref().unwrap_or(&whole);
        let formats: Vec<&str> = value.all("format").filter_map(text).collect();
        let is_one_of = |list: &[&str]| formats.iter().any(|format| list.contains(format));
        let typed = value.types().next().is_some();
        let is_text = if typed { value.is_type("string") } else { is_one_of(&URLS) };
        let named = input.means != Names::HostByFormat || is_one_of(&URLS) || is_one_of(&HOST_NAMES);
        is_text
            && named
            && !is_one_of(&["uri-reference", "iri-reference", "uri-template"])
            && !whole.is_read_only()
            && !is_held(value)
            && !are_identifiers(input.place, &whole)
            && !is_acknowledged(input.place, &whole, &self.acknowledged)
            && !input.place.get_str("description").is_some_and(is_checked)
            && !whole.all("description").filter_map(text).any(is_checked)
    }
}

/// Whether a value, or each of a list of values, has one of the formats.
fn has_format<'a>(api: &Api<'a>, schema: Node<'a>, formats: &[&str]) -> bool {
    let whole = Merged::of(api, schema);
    let items = whole.get("items").filter(|_| whole.is_array()).map(|items| Merged::of(api, items));
    let value = items.as_ref().unwrap_or(&whole);
    value.all("format").filter_map(text).any(|format| formats.contains(&format))
}

/// The name of a host and no URL: something is fetched from it only where an operation says so.
fn is_host_name<'a>(api: &Api<'a>, input: &Input<'a>) -> bool {
    let named = matches!(Tokens::new(input.name).glued(), "host" | "hostname");
    input.means != Names::Url
        && (named || has_format(api, input.schema, &HOST_NAMES))
        && !has_format(api, input.schema, &URLS)
}

/// Only known values, or URLs of known hosts.
fn is_held(schema: &Merged<'_>) -> bool {
    schema.is_enumerated()
        || schema
            .all("pattern")
            .filter_map(text)
            .any(|pattern| is_fixed_host(pattern) || is_scheme_without_host(pattern))
}

/// Examples show identifiers such as `music:track:4iV5`, of which no host is asked.
fn are_identifiers<'a>(place: Node<'a>, schema: &Merged<'a>) -> bool {
    let lists = place.get("examples").into_iter().chain(schema.all("examples"));
    let listed = lists.flat_map(|list| list.items().chain(list.entries().filter_map(|(_, one)| one.get("value"))));
    let mut shown =
        place.get("example").into_iter().chain(schema.all("example")).chain(listed).filter_map(text).peekable();
    shown.peek().is_some() && shown.all(names_no_host)
}

/// The author says by an extension that the URL is checked.
pub(super) fn is_acknowledged<'a>(place: Node<'a>, schema: &Merged<'a>, extension: &str) -> bool {
    place.get(extension).into_iter().chain(schema.all(extension)).any(|mark| mark.as_bool() != Some(false))
}

/// A text says that URLs are held against a list.
pub(super) fn is_checked(text: &str) -> bool {
    phrase::says(text, &ALLOWLIST_PHRASES)
}

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}

fn message(input: &Input<'_>, fetches: bool) -> String {
    let what = if input.means == Names::Url { "URL" } else { "host or URL" };
    let whether = if fetches { "an operation may fetch" } else { "the server may fetch" };
    let kind = input.kind;
    format!("{kind} {} takes any {what}, which {whether}", quoted(input.name))
}
