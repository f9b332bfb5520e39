//! `rbac/scopes-on-non-oauth-scheme`

use std::collections::BTreeMap;

use apiward_model::{Format, Origin, RequirementList, SchemeType};
use foldhash::HashSet;

use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;
use apiward_syntax::Fragment;

declare_lint! {
    id: "rbac/scopes-on-non-oauth-scheme",
    title: "Scopes are listed for a scheme type that cannot carry them",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: &[Format::OpenApi2, Format::OpenApi30, Format::AsyncApi2],
    owasp: ["API5:2023"],
    cwe: ["CWE-863"],
    practices: [Roles],
    references: [
        "OpenAPI 3.0.4 Security Requirement Object" => "https://spec.openapis.org/oas/v3.0.4.html#security-requirement-object",
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Requirement],
    docs: include_str!("scopes_on_non_oauth_scheme.md"),
    check: ScopesOnNonOauthScheme,
}

#[derive(Default)]
struct ScopesOnNonOauthScheme {
    /// Members that were reported: a list may be shared by an alias.
    seen: HashSet<apiward_model::Place>,
}

/// Members of one scheme that are reported one by one.
const SINGLE: usize = 10;

impl<'a> Check<'a> for ScopesOnNonOauthScheme {
    fn requirement(&mut self, cx: &mut Cx<'_, 'a>, list: &RequirementList<'a>) {
        for member in list.alternatives.iter().flat_map(|alternative| &alternative.members) {
            let Some(scheme) = member.scheme.map(|id| cx.api.scheme(id)) else { continue };
            let unknown = matches!(scheme.kind, SchemeType::Unknown(_));
            if member.scopes.is_empty() || scheme.carries_scopes() || unknown || !self.seen.insert(member.node.place())
            {
                continue;
            }
            let message =
                format!("the requirement lists scopes for scheme {}, which carries none", quoted(member.name));
            let help = "leave the list empty: the specification demands it, and nobody checks what stands there; for rights use an \
                        oauth2 scheme";
            let inbound = list.origin == Origin::Inbound;
            let operations = if inbound { Operations::default() } else { cx.bound_by(list) };
            let finding = cx.finding(member.node, message).at_key(member.node).help(help).operations(operations);
            cx.report(finding.fixed_by(Fix::new("leave the list empty").set(member.node, Fragment::List(Vec::new()))));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let mut by_scheme: BTreeMap<Option<&str>, Vec<Finding<'a>>> = BTreeMap::new();
        for finding in findings {
            by_scheme.entry(finding.spot.node.key()).or_default().push(finding);
        }
        let mut grouped = Vec::new();
        for same in by_scheme.into_values() {
            if same.len() > SINGLE {
                let message = same[0].message.replacen("the requirement lists", "requirements list", 1);
                grouped.extend(cx.listed(same, |count| format!("{count} {message}")));
            } else {
                grouped.extend(same);
            }
        }
        grouped
    }
}
