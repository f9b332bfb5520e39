//! `transport/http-server`

use std::cell::OnceCell;

use apiward_model::predicate::{PlaintextKind, TransportFamily, plaintext_server};
use apiward_model::{Server, ServerId};

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::transport::servers::{
    AllowedHosts, Options, downgraded_root, encrypted, encrypted_root, plaintext_help, plaintext_message, related_root,
};

declare_lint! {
    id: "transport/http-server",
    title: "A server is reachable over plaintext HTTP, WS or FTP",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023"],
    cwe: ["CWE-319"],
    practices: [Encryption],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "RFC 9110 section 4.2.2" => "https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2",
        "RFC 9325" => "https://www.rfc-editor.org/rfc/rfc9325",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Server],
    docs: include_str!("http_server.md"),
    check: HttpServer,
    options: Options,
}

struct HttpServer {
    allowed: AllowedHosts,
    encrypted_root: OnceCell<Option<ServerId>>,
}

impl From<Options> for HttpServer {
    fn from(options: Options) -> Self {
        Self { allowed: options.into(), encrypted_root: OnceCell::new() }
    }
}

impl<'a> Check<'a> for HttpServer {
    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        let found = plaintext_server(cx.api, server, &[]).filter(|found| found.family == TransportFamily::Web);
        let Some(found) = found else { return };
        let Some(ceiling) = self.allowed.ceiling(cx.api.spec.format, &found.addresses) else { return };
        let contradiction = found.kind == PlaintextKind::Contradiction;
        let root = downgraded_root(server, *self.encrypted_root.get_or_init(|| encrypted_root(cx.api)));
        let mut message = plaintext_message(cx.api, server, &found);
        if root.is_some() && !contradiction {
            message.push_str(", although the root's servers are not");
        }
        let mut finding = cx.finding(found.node, message).help(plaintext_help(&found)).lowered_to(ceiling);
        if let Some(root) = root {
            finding = related_root(finding, cx.api.server(root));
        }
        if let Some((_, protocol)) = server.protocol.filter(|_| contradiction) {
            finding = finding.related(protocol, "the protocol that the URL contradicts");
        }
        let finding = finding.fixed_by(encrypted(&found));
        cx.report(finding.operations(cx.using(server.id)).lowered_if(contradiction, Level::Warning));
    }
}
