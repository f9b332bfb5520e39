//! `auth/anonymous-read`

use apiward_model::predicate::Exemption;
use apiward_model::{Declared, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::operation_title;

declare_lint! {
    id: "auth/anonymous-read",
    title: "Inventory of read operations deliberately open to anonymous callers",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API9:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication, Documentation],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation],
    docs: include_str!("anonymous_read.md"),
    check: AnonymousRead,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Operations that the inventory names at most; its message counts all of them.
    max_listed: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_listed: 50 }
    }
}

struct AnonymousRead {
    options: Options,
    others: Others,
    reads: usize,
    /// Reads that are open, those that are public by their nature included.
    open_reads: usize,
}

/// What operations ask for beside an open one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// Nothing: no requirement names a scheme.
    AskForNothing,
    /// Some cannot be called without a credential, so that an open one is a decision.
    AreProtected,
    /// Requirements name schemes, and each leaves a way around them.
    AreAllOpen,
}

impl From<Options> for AnonymousRead {
    fn from(options: Options) -> Self {
        Self { options, others: Others::AskForNothing, reads: 0, open_reads: 0 }
    }
}

const HELP: &str = "see to it that each of them is meant to be open; `x-apiward-public: \"reason\"` on an operation takes \
                    it off this list";

const HELP_WHERE_ALL_ARE_OPEN: &str = "take the empty alternatives out, so that calls need a credential; where an operation is \
                                       meant to be open, say so with `x-apiward-public: \"reason\"`";

impl<'a> Check<'a> for AnonymousRead {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let names_scheme = || cx.effective_lists().flatten().any(|alternative| !alternative.members.is_empty());
        self.others = if cx.api.operations.iter().any(|operation| !operation.security.is_anonymous()) {
            Others::AreProtected
        } else if names_scheme() {
            Others::AreAllOpen
        } else {
            Others::AskForNothing
        };
    }

    /// One finding for each operation: `group` makes the inventory of those that are left.
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        if signs.writes {
            return;
        }
        let exemption = signs.exemption();
        let open = operation.security.is_explicitly_anonymous();
        // What is declared public enters no count.
        let counts = usize::from(!matches!(exemption, Exemption::Declared(_)));
        self.reads += counts;
        self.open_reads += if open { counts } else { 0 };
        let declared = match exemption {
            Exemption::ByNature => return,
            Exemption::Declared(declared) => Some(declared),
            Exemption::None => None,
        };
        let title = || operation_title(operation);
        let finding = match self.others {
            Others::AreProtected if open => {
                let message = format!("{} is open to anonymous callers on purpose", title());
                cx.finding(operation.node, message).help(HELP)
            }
            // What the root opens is a finding there.
            Others::AreAllOpen if open && operation.security.declared == Declared::Own => {
                let message = format!("{} can be called without a credential, and so can every operation", title());
                cx.finding(operation.node, message).help(HELP_WHERE_ALL_ARE_OPEN).raised_to(Level::Warning)
            }
            _ => return,
        };
        cx.report(finding.at_key(operation.node).operation(operation.id).declared_public(declared));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let message = match findings.as_slice() {
            [] => return findings,
            [only] => only.message.to_string(),
            _ if self.others == Others::AreAllOpen => {
                "every operation can be called without a credential: each requirement has an empty alternative or is an empty list"
                    .to_owned()
            }
            several => {
                format!(
                    "{} of {} operations that read are open to anonymous callers on purpose",
                    several.len(),
                    self.reads
                )
            }
        };
        let mut inventory = cx.united(&findings, cx.api.operations_node(), message);
        // Where nearly everything is open, the list says nothing that the description does not.
        let nearly_all = self.open_reads * 5 > self.reads * 4;
        let most = if nearly_all { 0 } else { self.options.max_listed };
        inventory.operations = Operations::from(inventory.operations.first(most));
        vec![inventory]
    }
}
