//! `transport/async-insecure-protocol`

use apiward_model::predicate::{
    HostVerdict, PlaintextKind, TransportFamily, addresses, plaintext_server, tls_evidence,
};
use apiward_model::words::TWINLESS_PROTOCOLS;
use apiward_model::{Format, Server};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::transport::servers::{self, AllowedHosts, encrypted, plaintext_help, plaintext_message, title};

declare_lint! {
    id: "transport/async-insecure-protocol",
    title: "AsyncAPI broker uses the plaintext variant of its protocol",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: &[Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API8:2023"],
    cwe: ["CWE-319"],
    practices: [Encryption, Consistency],
    references: [
        "AsyncAPI 2.6.0 Server Object" => "https://github.com/asyncapi/spec/blob/v2.6.0/spec/asyncapi.md#serverObject",
        "RFC 9325" => "https://www.rfc-editor.org/rfc/rfc9325",
        "MQTT Version 5.0" => "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Server],
    docs: include_str!("async_insecure_protocol.md"),
    check: AsyncInsecureProtocol,
    options: Options,
    options_of: "transport/http-server" => servers::Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further ports on which brokers are always encrypted.
    tls_ports_extra: Vec<u16>,
}

struct AsyncInsecureProtocol {
    options: Options,
    allowed: AllowedHosts,
}

impl From<(Options, servers::Options)> for AsyncInsecureProtocol {
    fn from((options, hosts): (Options, servers::Options)) -> Self {
        Self { options, allowed: hosts.into() }
    }
}

impl<'a> Check<'a> for AsyncInsecureProtocol {
    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        let finding = self.plaintext(cx, server).or_else(|| self.twinless(cx, server));
        if let Some(finding) = finding {
            cx.report(finding.operations(cx.using(server.id)));
        }
    }
}

impl AsyncInsecureProtocol {
    fn plaintext<'a>(&self, cx: &Cx<'_, 'a>, server: &Server<'a>) -> Option<Finding<'a>> {
        let found = plaintext_server(cx.api, server, &self.options.tls_ports_extra)
            .filter(|found| found.family == TransportFamily::Broker)?;
        let ceiling = match self.allowed.verdict(&found.addresses)? {
            HostVerdict::Local => Level::Info,
            HostVerdict::Placeholder => Level::Warning,
            HostVerdict::Real => Level::Error,
        };
        let message = plaintext_message(cx.api, server, &found);
        let finding = cx.finding(found.node, message).help(plaintext_help(&found)).lowered_to(ceiling);
        let finding = finding.fixed_by(encrypted(&found));
        let contradicted = server.protocol.filter(|_| found.kind == PlaintextKind::Contradiction);
        Some(match contradicted {
            Some((_, protocol)) => {
                finding.related(protocol, "the protocol that the URL contradicts").lowered_to(Level::Warning)
            }
            None => finding,
        })
    }

    /// A protocol whose name is the same with and without encryption: only a hint.
    fn twinless<'a>(&self, cx: &Cx<'_, 'a>, server: &Server<'a>) -> Option<Finding<'a>> {
        let (protocol, node) = server.protocol.filter(|_| cx.profile == Profile::Strict)?;
        let protocol = protocol.trim().to_ascii_lowercase();
        let silent = TWINLESS_PROTOCOLS.matches_value(&protocol)
            && tls_evidence(cx.api, server, &self.options.tls_ports_extra).is_none();
        self.allowed.verdict(&addresses(cx.api, server)).filter(|_| silent)?;
        let message =
            format!("{} speaks {}, and nothing says that it is encrypted", title(cx.api, server), quoted(&protocol));
        let help = "encrypt it, and say so: by its port, by a `tls` binding or in its description";
        Some(cx.finding(node, message).help(help).lowered_to(Level::Info))
    }
}
