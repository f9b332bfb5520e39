//! `transport/server-variable-allows-http`

use apiward_model::predicate::{Host, SchemeChoice, addresses, plaintext_scheme_variable};
use apiward_model::{Format, Node, Server};

use crate::framework::declare::declare_lint;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::transport::servers::{AllowedHosts, Options, title};

declare_lint! {
    id: "transport/server-variable-allows-http",
    title: "A server variable lets the client pick plaintext HTTP",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32, Format::AsyncApi2],
    owasp: ["API8:2023"],
    cwe: ["CWE-319"],
    practices: [Encryption, Consistency],
    references: [
        "OpenAPI 3.2.0 Server Variable Object" => "https://spec.openapis.org/oas/v3.2.0.html#server-variable-object",
        "RFC 9325" => "https://www.rfc-editor.org/rfc/rfc9325",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Server],
    docs: include_str!("server_variable_allows_http.md"),
    check: ServerVariableAllowsHttp,
    options_of: "transport/http-server" => Options,
}

struct ServerVariableAllowsHttp(AllowedHosts);

impl From<Options> for ServerVariableAllowsHttp {
    fn from(options: Options) -> Self {
        Self(options.into())
    }
}

impl<'a> Check<'a> for ServerVariableAllowsHttp {
    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        let Some(variable) = plaintext_scheme_variable(cx.api, server) else { return };
        let addresses = addresses(cx.api, server);
        let Some(ceiling) = self.0.ceiling(cx.api.spec.format, &addresses) else { return };
        // Plaintext is there for a developer's machine: all that is not local is reported no higher.
        let partly_local = addresses.iter().any(|address| address.host.as_ref().is_some_and(Host::is_local));
        let title = title(cx.api, server);
        let name = quoted(variable.node.key().unwrap_or_default());
        let message = match variable.choice {
            SchemeChoice::Plaintext(value) => {
                format!("variable {name} lets clients reach {title} over plaintext {}", quoted(value))
            }
            SchemeChoice::Anything => {
                format!("variable {name} has no enum, so that clients may reach {title} over any protocol")
            }
        };
        let help = "write the encrypted protocol into the URL, or list only encrypted ones in the variable's enum";
        let mut finding = cx.finding(variable.node, message).at_key(variable.node).help(help);
        if let Some(url) = server.url_node {
            finding = finding.related(url, "the URL that begins with the variable");
        }
        finding = finding.fixed_by(encrypted_only(variable.node));
        finding = finding.operations(cx.using(server.id)).lowered_to(ceiling);
        cx.report(finding.lowered_if(partly_local, Level::Info));
    }
}

/// Without the plaintext values, where the default is an encrypted one.
fn encrypted_only(variable: Node<'_>) -> Option<Fix<'_>> {
    let is_encrypted = |text: &str| text.eq_ignore_ascii_case("https") || text.eq_ignore_ascii_case("wss");
    let values = variable.get("enum")?;
    let plain = |value: &Node<'_>| value.raw().as_str().is_some_and(|text| ["http", "ws"].contains(&text));
    let sure = variable.get_str("default").is_some_and(is_encrypted)
        && values.items().filter_map(|value| value.raw().as_str()).any(is_encrypted);
    sure.then(|| values.items().filter(plain).fold(Fix::new("allow encrypted protocols only"), Fix::remove))
}
