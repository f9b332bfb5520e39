//! `threat/remote-ref`

use std::collections::BTreeMap;

use apiward_model::predicate::without_query;
use apiward_model::{Api, Node, Place, Unresolved, is_field};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "threat/remote-ref",
    title: "Description pulls parts from a remote host",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: [],
    cwe: ["CWE-829"],
    practices: [Maintenance, Threats],
    references: [
        "OpenAPI 3.2.0 Handling External Resources" => "https://spec.openapis.org/oas/v3.2.0.html#handling-external-resources",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("remote_ref.md"),
    check: RemoteRef,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Hosts that are trusted, with the port where the URL has one.
    allow_hosts: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let hosts = ["spec.openapis.org", "json-schema.org", "asyncapi.com", "www.asyncapi.com"];
        Self { allow_hosts: hosts.map(str::to_owned).to_vec() }
    }
}

struct RemoteRef {
    allowed: Vec<String>,
}

impl From<Options> for RemoteRef {
    fn from(options: Options) -> Self {
        Self { allowed: options.allow_hosts }
    }
}

/// How safe it is to take what a URL names, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    /// Over https, and of one commit: it cannot change.
    Pinned,
    /// Over https.
    Encrypted,
    /// Anybody on the way can change it.
    Cleartext,
}

/// A remote URL.
#[derive(Debug, PartialEq, Eq)]
struct Remote {
    /// Host and port, in lower case.
    host: String,
    trust: Trust,
}

const HELP: &str = "keep a copy beside the description and refer to that, or name one commit in an https URL; hosts that \
                    you trust go into the option `allow_hosts`";

/// Keys whose strings are fetched by tools. A remote `$ref` is a fault of reading already, as what it holds was not
/// checked.
const KEYS: [&str; 3] = ["$dynamicRef", "externalValue", "operationRef"];

impl<'a> Check<'a> for RemoteRef {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let own = cx.api.root.get_str("$self").and_then(remote).map(|own| own.host);
        let mut hosts: BTreeMap<String, Vec<(Node<'a>, Trust)>> = BTreeMap::new();
        for node in uses(cx.api) {
            let Some(text) = node.raw().as_str() else { continue };
            let Some(Remote { host, trust }) = remote(text) else { continue };
            let trusted = self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host));
            // What a loaded file says it is by `$id` or `$self` is found there.
            let is_remote = || matches!(cx.api.files.look_up(node, text), Err(Unresolved::Remote));
            if !trusted && own.as_ref() != Some(&host) && is_remote() {
                hosts.entry(host).or_default().push((node, trust));
            }
        }
        for (host, uses) in hosts {
            let Some(((first, _), others)) = uses.split_first() else { continue };
            let worst = uses.iter().map(|(_, trust)| *trust).max();
            let (count, lead) =
                if others.is_empty() { (1, "reference leads") } else { (uses.len(), "references lead") };
            let over = if worst == Some(Trust::Cleartext) { " over http" } else { "" };
            let message = format!("{count} {lead} to the remote host {}{over}", quoted(&host));
            let finding = cx.finding(*first, message).at_key(*first).help(HELP).about(cx.api.root, host);
            let finding = others.iter().fold(finding, |finding, (node, _)| finding.related_key(*node, "here, too"));
            cx.report(match worst {
                Some(Trust::Cleartext) => finding.raised_to(Level::Warning),
                Some(Trust::Pinned) => finding.lowered_to(Level::Info),
                _ => finding,
            });
        }
    }
}

/// The strings of a document that name what else belongs to it, references left out, in document order.
fn uses<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let document = api.root.file().tree.document_of(api.root.raw().id());
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let tree = &file.tree;
        let keys = KEYS.map(|key| tree.symbol(key));
        let mapping = tree.symbol("mapping").filter(|_| tree.symbol("discriminator").is_some());
        if mapping.is_none() && keys.iter().all(Option::is_none) {
            continue;
        }
        for raw in tree.nodes().filter(|raw| raw.key_symbol().is_some()) {
            let is_key = keys.contains(&raw.key_symbol()) && raw.is_string();
            let is_mapping = mapping.is_some() && raw.key_symbol() == mapping && raw.is_mapping();
            let is_of_document = id != api.root.file_id() || tree.document_of(raw.id()) == document;
            if !(is_key || is_mapping) || !is_of_document || !is_field(file, raw.id()) {
                continue;
            }
            let node = api.node(Place { file: id, node: raw.id() });
            if is_key {
                found.push(node);
            } else if node.parent().and_then(|holder| holder.key()) == Some("discriminator") {
                found.extend(node.entries().map(|(_, entry)| entry));
            }
        }
    }
    found
}

/// The host of an absolute http or https URL.
fn remote(url: &str) -> Option<Remote> {
    let (scheme, rest) = url.split_once("://")?;
    let encrypted = scheme.eq_ignore_ascii_case("https");
    if !encrypted && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let path = without_query(path);
    let is_commit = |segment: &str| segment.len() == 40 && segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    let trust = match encrypted {
        false => Trust::Cleartext,
        true if path.split('/').any(is_commit) => Trust::Pinned,
        true => Trust::Encrypted,
    };
    (!host.is_empty()).then_some(Remote { host, trust })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_commits_are_read_from_urls() {
        let commit = "0123456789abcdef0123456789ABCDEF01234567";
        let expect = |host: &str, trust| Some(Remote { host: host.to_owned(), trust });
        for (url, expected) in [
            ("https://Parts.Parcels.io/a.yaml#/A", expect("parts.parcels.io", Trust::Encrypted)),
            ("HTTP://me@parcels.io:8080", expect("parcels.io:8080", Trust::Cleartext)),
            (&format!("https://parcels.io/{commit}/a.yaml"), expect("parcels.io", Trust::Pinned)),
            (&format!("http://parcels.io/{commit}/a.yaml"), expect("parcels.io", Trust::Cleartext)),
            (&format!("https://parcels.io/a.yaml#/{commit}"), expect("parcels.io", Trust::Encrypted)),
            (&format!("https://parcels.io/{commit}0/a.yaml"), expect("parcels.io", Trust::Encrypted)),
            ("https:///a.yaml", None),
            ("ftp://parcels.io/a.yaml", None),
            ("//parcels.io/a.yaml", None),
            ("a.yaml", None),
        ] {
            assert_eq!(remote(url), expected, "{url}");
        }
    }
}
