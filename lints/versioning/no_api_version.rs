//! `versioning/no-api-version`

use std::sync::LazyLock;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Address, has_version_in_name, has_version_segment, url_path};
use apiward_model::words::{API_VERSION_PARAMETERS, CLIENT_VERSION_WORDS};
use apiward_model::{Api, KeyLocation, Location, Merged, Parameter, Server};
use foldhash::HashSet;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::pattern;

declare_lint! {
    id: "versioning/no-api-version",
    title: "No versioning strategy is visible",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "AIP-185 API Versioning" => "https://google.aip.dev/185",
        "Zalando RESTful API Guidelines rule 114: use media type versioning" => "https://opensource.zalando.com/restful-api-guidelines/#114",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("no_api_version.md"),
    check: NoApiVersion,
    options: Options,
}

/// A place in which an API can show its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Strategy {
    /// In the URL: host, base path or paths; the address of a channel.
    Url,
    /// In a header parameter.
    Header,
    /// In a query parameter.
    Query,
    /// In a media type; in the name, payload or header of a message.
    MediaType,
}

/// Options of `versioning/no-api-version`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// The places that count.
    strategies: Vec<Strategy>,
}

impl Default for Options {
    fn default() -> Self {
        Self { strategies: vec![Strategy::Url, Strategy::Header, Strategy::Query, Strategy::MediaType] }
    }
}

struct NoApiVersion {
    strategies: Vec<Strategy>,
}

impl From<Options> for NoApiVersion {
    fn from(options: Options) -> Self {
        Self { strategies: options.strategies }
    }
}

impl<'a> Check<'a> for NoApiVersion {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let shown = |strategy: &Strategy| match strategy {
            Strategy::Url => in_url(api),
            Strategy::Header => sent(api, Location::Header, KeyLocation::Header).any(is_version_header),
            Strategy::Query => sent(api, Location::Query, KeyLocation::Query).any(is_version_parameter),
            Strategy::MediaType => in_media_type(api) || in_message(api),
        };
        if api.operations.is_empty() || self.strategies.iter().any(shown) {
            return;
        }
        let unplaced = !api.servers.iter().any(has_host);
        if unplaced && cx.profile != Profile::Strict {
            return;
        }
        let node = api.operations_node();
        let message = "nothing shows the version of the API: no path, host, parameter, header or media type has one";
        let help = "put a version into the base path (`/v1`), a header or the media type, so that a new one can be served \
                    beside the old one and the old one can end";
        let finding = cx.finding(node, message).at_key(node).help(help).of_document();
        cx.report(finding.lowered_if(unplaced || api.spec.format.is_async(), Level::Info));
    }
}

fn has_host(server: &Server<'_>) -> bool {
    server.expansions().iter().any(|url| Address::of_broker(url).iter().any(|address| address.host.is_some()))
        && (server.protocol.is_some() || server.url.contains("://"))
}

fn in_url(api: &Api<'_>) -> bool {
    let in_server = |server: &Server<'_>| {
        let named = |(name, _): (&str, _)| API_VERSION_PARAMETERS.matches_name(&Tokens::new(name));
        let in_host = |url: &str| {
            let host = Address::of_broker(url).into_iter().find_map(|address| address.host);
            host.is_some_and(|host| host.as_str().split('.').any(has_version_in_name))
        };
        server.variables.into_iter().flat_map(apiward_model::Node::entries).any(named)
            || has_version_segment(url_path(&server.url))
            || server.expansions().iter().any(|url| has_version_segment(url_path(url)) || in_host(url))
    };
    if api.servers.iter().any(in_server) {
        return true;
    }
    if api.spec.format.is_async() {
        return api.channels.iter().any(|channel| is_versioned_address(channel.address));
    }
    let paths: HashSet<&str> = api.operations.iter().map(|operation| operation.path).collect();
    paths.iter().filter(|path| has_version_segment(path)).count() * 2 >= paths.len()
}

/// Addresses of topics write versions without a `v` too: `parcels.1.0.event`, `parcels/1/0/event`.
fn is_versioned_address(address: &str) -> bool {
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| pattern("(?-u)(?:^|[./])[0-9]{1,3}[./][0-9]{1,3}(?:[./]|$)"));
    has_version_in_name(address) || NUMBERS.is_match(address)
}

/// The names of what callers send at a place. A version that each call needs is sometimes written as a scheme beside the key.
fn sent<'a>(api: &'a Api<'a>, location: Location, of_keys: KeyLocation) -> impl Iterator<Item = &'a str> {
    let parameters = api.parameters.iter().filter(move |one| one.location == location).map(|one| one.name);
    let keys = api.schemes.iter().filter(move |one| one.location == Some(of_keys));
    parameters.chain(keys.filter_map(|scheme| scheme.target.get_str("name")))
}

fn is_version_parameter(name: &str) -> bool {
    API_VERSION_PARAMETERS.matches_name(&Tokens::new(name))
}

fn is_version_header(name: &str) -> bool {
    let name = Tokens::header(name);
    API_VERSION_PARAMETERS.matches_name(&name)
        || name.last() == Some("version") && !CLIENT_VERSION_WORDS.matches_first(&name)
}

fn in_media_type(api: &Api<'_>) -> bool {
    let bodies = api.bodies.iter().flat_map(|body| &body.media);
    let mut all = bodies.chain(api.responses.iter().flat_map(|response| &response.media));
    all.any(|media| is_versioned_media_type(media.name)) || api.parameters.iter().any(|one| accepts_version(api, one))
}

fn is_versioned_media_type(name: &str) -> bool {
    let mut parts = name.split(';');
    let subtype = parts.next().and_then(|name| name.split_once('/')).map_or("", |(_, subtype)| subtype.trim());
    let is_version = |part: &str| {
        part.split_once('=')
            .is_some_and(|(name, _)| ["version", "v"].contains(&name.trim().to_ascii_lowercase().as_str()))
    };
    parts.any(is_version) || subtype.starts_with("vnd.") && has_version_in_name(subtype)
}

/// OpenAPI 3 says that a parameter `Accept` is ignored; authors write it all the same, and say what it holds.
fn accepts_version(api: &Api<'_>, parameter: &Parameter<'_>) -> bool {
    if parameter.location != Location::Header || !parameter.name.eq_ignore_ascii_case("accept") {
        return false;
    }
    let shown = |keyword: &str| {
        let of_schema = parameter.schema.and_then(|schema| Merged::of(api, schema).get(keyword));
        let nodes = [parameter.node.get(keyword), of_schema].into_iter().flatten();
        nodes.flat_map(|node| node.items().chain([node])).any(|node| node.as_str().is_some_and(is_versioned_media_type))
    };
    ["default", "enum", "const", "example", "x-example"].into_iter().any(shown)
}

/// AsyncAPI: in the name of a message, the `$id` of its payload, or a header of it.
fn in_message(api: &Api<'_>) -> bool {
    let names = ["version", "apiversion", "schemaversion", "eventversion"];
    api.messages.iter().any(|message| {
        let id =
            message.payload.and_then(apiward_model::Node::target_or_none).and_then(|payload| payload.get_str("$id"));
        let headers = message.headers.map(|headers| Merged::of(api, headers).properties()).unwrap_or_default();
        message.name.is_some_and(has_version_in_name)
            || id.is_some_and(has_version_in_name)
            || headers.iter().any(|(name, _)| names.contains(&Tokens::header(name).glued()))
    })
}
