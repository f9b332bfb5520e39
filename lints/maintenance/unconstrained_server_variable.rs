//! `maintenance/unconstrained-server-variable`

use std::net::IpAddr;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Address, Host, registrable_domain};
use apiward_model::{Format, Node, Server};
use foldhash::{HashSet, HashSetExt};

use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "maintenance/unconstrained-server-variable",
    title: "Server host variable accepts any value",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32, Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API8:2023"],
    cwe: ["CWE-610"],
    practices: [Maintenance, Threats],
    references: [
        "OpenAPI 3.2.0 Server Variable Object" => "https://spec.openapis.org/oas/v3.2.0.html#server-variable-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Server],
    docs: include_str!("unconstrained_server_variable.md"),
    check: UnconstrainedServerVariable,
}

#[derive(Default)]
struct UnconstrainedServerVariable;

impl<'a> Check<'a> for UnconstrainedServerVariable {
    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        let place = server.url_node.unwrap_or(server.node);
        let operations = cx.using(server.id);
        let mut seen = HashSet::new();
        for name in variables(&server.url).filter(|name| server.variable(name).is_none() && seen.insert(*name)) {
            let message = format!("the server uses the variable {} and does not define it", quoted(name));
            let help = "define it in `variables` with a default and, if possible, an `enum`: tools fill it with whatever they are given";
            cx.report(cx.finding(place, message).help(help).operations(operations.clone()));
        }
        let Some(name) = open_domain(server) else { return };
        let Some(variable) = server.variable(name).filter(|_| !is_self_hosted(server)) else { return };
        let further: Vec<String> =
            free(server, host_of(&server.url)).filter(|other| *other != name).map(quoted).collect();
        let beside = if further.is_empty() { String::new() } else { format!(" (beside {})", further.join(", ")) };
        let (what, advice) = if is_whole_url(server, variable) {
            (" stands for the whole URL and", "write scheme and domain out before what varies")
        } else {
            ("", "write the domain out behind it")
        };
        let message =
            format!("the variable {}{beside}{what} lets a client send its credentials to any domain", quoted(name));
        let help =
            format!("list its values in an `enum`, or {advice}: who can choose the host gets what is sent there");
        let finding = cx.finding(variable, message).at_key(variable).help(help).operations(operations);
        cx.report(finding.lowered_if(is_own_host(name, variable), Level::Info));
    }
}

/// The names of the variables in a template, in order.
fn variables(template: &str) -> impl DoubleEndedIterator<Item = &str> {
    let pieces: Vec<&str> =
        template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    pieces.into_iter()
}

/// The host of a template with its variables, without user information and port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    // A colon inside a variable belongs to its name.
    match rest.rfind(':') {
        Some(at) if !rest[at..].contains('}') || rest[at..].starts_with(":{") => &rest[..at],
        _ => rest,
    }
}

/// The variables of a part that may have any value.
fn free<'s>(server: &'s Server<'_>, part: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
    variables(part).filter(|name| server.variable(name).is_some_and(|variable| variable.get("enum").is_none()))
}

/// The rightmost free variable of the host, when what stands behind it is no domain that somebody registered.
fn open_domain<'s>(server: &'s Server<'_>) -> Option<&'s str> {
    let host = host_of(&server.url);
    if !server.url.contains("://") && server.protocol.is_none() {
        return None;
    }
    let name = free(server, host).next_back()?;
    let behind = &host[host.rfind(&format!("{{{name}}}"))? + name.len() + 2..];
    // What is left of the label that the variable stands in belongs to it.
    let rest = behind.split_once('.').map_or("", |(_, rest)| rest);
    let mut rests = vec![String::new()];
    let mut left = rest;
    while let Some((before, tail)) = left.split_once('{') {
        let Some((variable, after)) = tail.split_once('}') else { break };
        let values = server.variable_values(variable);
        rests = rests
            .iter()
            .flat_map(|own| values.iter().take(8).map(move |value| format!("{own}{before}{value}")))
            .take(64)
            .collect();
        left = after;
    }
    let registered =
        |own: &String| Host::new(&format!("{own}{left}")).is_some_and(|host| registrable_domain(&host).is_some());
    (rests.is_empty() || !rests.iter().all(registered)).then_some(name)
}

/// Whether the scheme comes with a variable, so that no domain can stand behind it.
fn is_whole_url(server: &Server<'_>, variable: Node<'_>) -> bool {
    !server.url.contains("://") && variable.get_str("default").is_some_and(|default| default.contains("://"))
}

/// A product that everybody runs himself: by default it is local, or nowhere.
fn is_self_hosted(server: &Server<'_>) -> bool {
    let mut url = server.url.clone().into_owned();
    for name in variables(&server.url) {
        let default =
            server.variable(name).and_then(|variable| variable.get("default")).map_or("", |default| default.text());
        url = url.replace(&format!("{{{name}}}"), default);
    }
    let addresses = Address::of_broker(&url);
    addresses.iter().all(|address| {
        address.host.as_ref().is_none_or(|host| host.is_local() || host.as_str().parse::<IpAddr>().is_ok())
    })
}

/// A host that the reader is told to fill in.
fn is_own_host(name: &str, variable: Node<'_>) -> bool {
    let named =
        Tokens::new(name).last().is_some_and(|last| ["host", "hostname", "domain", "instance", "site"].contains(&last));
    let text = variable.get_str("description").unwrap_or_default();
    named && Tokens::new(text).iter().any(|word| word == "your")
}
