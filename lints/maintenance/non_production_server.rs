//! `maintenance/non-production-server`

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{Address, Host, is_internal_document, url_path};
use apiward_model::words::{ENVIRONMENT_LABELS, TWO_LEVEL_SUFFIXES};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::maintenance::server_lists::{Listed, server_lists, texts};

declare_lint! {
    id: "maintenance/non-production-server",
    title: "Test, staging or example server is listed without saying so",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Maintenance, Documentation],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("non_production_server.md"),
    check: NonProductionServer,
    options: Options,
}

/// Options of `maintenance/non-production-server`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Only a description says what a server is for, not a title, a summary or a tag.
    require_description: bool,
    /// Report placeholder hosts as well.
    check_placeholder: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { require_description: false, check_placeholder: true }
    }
}

struct NonProductionServer {
    options: Options,
}

impl From<Options> for NonProductionServer {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

impl<'a> Check<'a> for NonProductionServer {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        if is_internal_document(api, "x-audience") {
            return;
        }
        let nothing_to_call = api.operations.is_empty() && api.webhooks.is_empty() && api.channels.is_empty();
        let mut found = Vec::new();
        for list in server_lists(api) {
            let production = |listed: &Listed<'_>, label: &Option<String>| {
                let hosts = || listed.addresses.iter().filter_map(|address| address.host.as_ref());
                label.is_none()
                    && hosts().next().is_some()
                    && hosts().all(|host| !host.is_local() && !host.is_placeholder())
            };
            let environments: Vec<Option<String>> = list.iter().map(environment).collect();
            let in_production = list.iter().zip(&environments).filter(|(listed, label)| production(listed, label));
            let in_production = in_production.count();
            let published = list.iter().zip(environments).filter(|(listed, _)| !listed.node.is_true("x-internal"));
            for (listed, label) in published {
                let placeholder = listed
                    .addresses
                    .iter()
                    .filter_map(|address| address.host.as_ref())
                    .find(|host| host.is_placeholder());
                let alone = list.len() == 1 && nothing_to_call;
                // What names an environment is none of those in production.
                if let Some(label) = label.filter(|_| in_production > 0 && !self.is_told(cx, listed)) {
                    let message = format!(
                        "server {} looks like an environment ({}) and does not say so",
                        quoted(&listed.url),
                        quoted(&label)
                    );
                    found.push((listed.place, message, listed.id));
                } else if let Some(host) = placeholder.filter(|_| self.options.check_placeholder && !alone) {
                    let message = format!("server {} is a placeholder", quoted(host.as_str()));
                    found.push((listed.place, message, listed.id));
                }
            }
        }
        let help = "say in the server's description what it is for, or leave it out of what is published: forgotten test systems are \
                    guarded less and hold real data more often than anybody thinks";
        for (place, message, server) in found {
            let operations = server.map(|id| cx.using(id)).unwrap_or_default();
            cx.report(cx.finding(place, message).help(help).operations(operations));
        }
    }
}

impl NonProductionServer {
    /// Whether a text of the server names an environment.
    fn is_told(&self, cx: &Cx<'_, '_>, listed: &Listed<'_>) -> bool {
        let names = |text: &str| ENVIRONMENT_LABELS.matches_word(&Tokens::new(text));
        if self.options.require_description {
            return listed.node.get_str("description").is_some_and(names);
        }
        texts(cx.api, listed).into_iter().any(names)
    }
}

/// The label of a host, or the first segment of a path, that names an environment.
fn environment(listed: &Listed<'_>) -> Option<String> {
    let in_host = listed.addresses.iter().filter_map(|address| address.host.as_ref()).find_map(label);
    let in_path = || {
        let first = listed.urls.iter().find_map(|url| {
            let segment = url_path(url).split('/').find(|segment| !segment.is_empty())?;
            names_environment(segment).then(|| segment.to_owned())
        });
        first.filter(|_| listed.addresses.iter().any(|address: &Address| address.host.is_some()))
    };
    in_host.or_else(in_path)
}

fn names_environment(text: &str) -> bool {
    ENVIRONMENT_LABELS.matches_word(&Tokens::new(text))
}

/// The last label, or the last two where names are registered below both, is no environment: `myapp.dev`.
fn label(host: &Host) -> Option<String> {
    let labels: Vec<&str> = host.as_str().split('.').collect();
    let last_two = labels.len().checked_sub(2).map(|from| labels[from..].join("."));
    let suffix = if last_two.is_some_and(|last| TWO_LEVEL_SUFFIXES.matches_value(&last)) { 2 } else { 1 };
    let kept = labels.len().saturating_sub(suffix);
    labels[..kept].iter().find(|label| names_environment(label)).map(|label| (*label).to_owned())
}
