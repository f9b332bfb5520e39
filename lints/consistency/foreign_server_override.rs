//! `consistency/foreign-server-override`

use apiward_model::predicate::{Address, Host, registrable_domain};
use apiward_model::{Alternative, Api, Declared, Format, OperationId, SchemeType, Server, ServerScope};
use foldhash::{HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "consistency/foreign-server-override",
    title: "Path or operation server sends credentials to another domain",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API8:2023"],
    cwe: ["CWE-522", "CWE-941"],
    practices: [Consistency, Threats],
    references: [
        "OpenAPI 3.2.0 Server Object" => "https://spec.openapis.org/oas/v3.2.0.html#server-object",
        "RFC 6750 section 5.2" => "https://www.rfc-editor.org/rfc/rfc6750#section-5.2",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Server],
    docs: include_str!("foreign_server_override.md"),
    check: ForeignServerOverride,
    options: Options,
}

/// Options of `consistency/foreign-server-override`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Domains that may get the credentials as well, such as `parcels-uploads.io`.
    trusted_domains: Vec<String>,
}

struct ForeignServerOverride {
    trusted: HashSet<String>,
    /// The domains of the root servers; empty when the lint has nothing to say.
    own: HashSet<String>,
}

impl From<Options> for ForeignServerOverride {
    fn from(options: Options) -> Self {
        let trusted = options.trusted_domains.iter().map(|domain| domain.to_ascii_lowercase()).collect();
        Self { trusted, own: HashSet::new() }
    }
}

impl<'a> Check<'a> for ForeignServerOverride {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let has_others = cx.api.servers.iter().any(|server| server.scope != ServerScope::Root);
        if has_others && sends_a_credential(cx.api) {
            self.own = root_domains(cx.api);
        }
    }

    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        if self.own.is_empty() || server.scope == ServerScope::Root {
            return;
        }
        let Some(domain) = hosts(server).into_iter().find_map(|host| self.foreign(&host)) else { return };
        let inherits = |id: &OperationId| cx.api.operation(*id).security.declared == Declared::Inherited;
        let operations: Vec<OperationId> = cx.using(server.id).iter().filter(inherits).collect();
        if operations.is_empty() {
            return;
        }
        let node = server.url_node.unwrap_or(server.node);
        let message = format!("server {} sends the credentials of the API to `{domain}`", quoted(&server.url));
        let help = "give these operations a `security` of their own with a scheme of that domain, or serve them from the \
                    API's own; if the domain is yours, name it in `trusted_domains`";
        cx.report(cx.finding(node, message).help(help).operations(operations));
    }
}

impl ForeignServerOverride {
    /// The domain of a host, when it is another one than those of the root servers.
    fn foreign(&self, host: &Host) -> Option<String> {
        let domain = registrable_domain(host)?;
        let label = |domain: &str| domain.split('.').next().map(str::to_owned);
        let first = host.as_str().split('.').next().unwrap_or_default();
        let sibling = || FILE_LABELS.contains(&first) && self.own.iter().any(|own| label(own) == label(&domain));
        let known = self.own.contains(&domain) || self.trusted.contains(&domain);
        (!known && !host.is_local() && !host.is_placeholder() && !sibling()).then_some(domain)
    }
}

/// Hosts that hold files for an API on a domain of the same name.
const FILE_LABELS: [&str; 7] = ["upload", "uploads", "content", "files", "cdn", "static", "media"];

/// Whether clients send a credential to every operation that does not say otherwise.
fn sends_a_credential(api: &Api<'_>) -> bool {
    let Some(list) = &api.root_security else { return false };
    let anonymous = list.alternatives.is_empty() || list.alternatives.iter().any(Alternative::is_anonymous);
    let mut members = list.alternatives.iter().flat_map(|alternative| &alternative.members);
    let is_sent = |member: &apiward_model::Member<'_>| {
        member.scheme.is_none_or(|scheme| api.scheme(scheme).kind != SchemeType::MutualTls)
    };
    !anonymous && members.any(is_sent)
}

fn root_domains(api: &Api<'_>) -> HashSet<String> {
    let roots = api.servers.iter().filter(|server| server.scope == ServerScope::Root);
    let hosts: Vec<Host> = roots.flat_map(hosts).collect();
    if hosts.iter().all(|host| host.is_local() || host.is_placeholder()) {
        return HashSet::new();
    }
    hosts.iter().filter_map(registrable_domain).collect()
}

fn hosts(server: &Server<'_>) -> Vec<Host> {
    server.expansions().iter().filter_map(|url| Address::of_url(url).host).collect()
}
