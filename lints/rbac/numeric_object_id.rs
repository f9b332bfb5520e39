//! `rbac/numeric-object-id`

use std::collections::BTreeMap;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::{Api, Location, Node, Operation, OperationId, Parameter, ParameterId, Place};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::rbac::object_id::{is_behind_fixed_set, is_open_number};

declare_lint! {
    id: "rbac/numeric-object-id",
    title: "Object is addressed by a sequential integer id",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API1:2023"],
    cwe: ["CWE-639", "CWE-340"],
    practices: [Roles],
    references: [
        "OWASP API1:2023 Broken Object Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("numeric_object_id.md"),
    check: NumericObjectId,
    options: Options,
}

/// Options of `rbac/numeric-object-id`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Names of parameters that are no ids of objects.
    ignore: Vec<String>,
}

struct NumericObjectId {
    ignored: WordSet,
}

impl From<Options> for NumericObjectId {
    fn from(options: Options) -> Self {
        Self { ignored: WordSet::new(&options.ignore, false) }
    }
}

const HELP: &str = "check on every call that the caller may see this very object, and prefer ids that cannot be counted up (UUID): a \
                    description cannot show the check";

impl<'a> Check<'a> for NumericObjectId {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let ids: HashSet<ParameterId> = (0..cx.api.parameters.len())
            .map(ParameterId::at)
            .filter(|id| self.is_numeric_id(cx.api, cx.api.parameter(*id)))
            .collect();
        if ids.is_empty() {
            return;
        }
        let mut paths: BTreeMap<Place, (Node<'a>, Vec<&str>, Vec<OperationId>)> = BTreeMap::new();
        for operation in &cx.api.operations {
            if operation.security.is_anonymous() || cx.signs(operation.id).is_public() {
                continue;
            }
            let own = operation.parameters.iter().filter(|id| ids.contains(id)).map(|id| cx.api.parameter(*id));
            for parameter in
                own.filter(|parameter| !is_behind_fixed_set(&cx.signs(operation.id).path(), parameter.name))
            {
                let place = written(operation, parameter);
                let found = paths.entry(operation.path_item.place()).or_insert_with(|| (place, Vec::new(), Vec::new()));
                if !found.1.contains(&parameter.name) {
                    found.1.push(parameter.name);
                }
                if found.2.last() != Some(&operation.id) {
                    found.2.push(operation.id);
                }
            }
        }
        for (node, names, operations) in paths.into_values() {
            let path = quoted(cx.api.operation(operations[0]).path);
            let names: Vec<String> = names.into_iter().map(quoted).collect();
            let message = format!("{path} addresses objects by the number {}", names.join(" and "));
            cx.report(cx.finding(node, message).help(HELP).operations(operations));
        }
    }

    /// Outside `strict` one list: a number is no fault by itself.
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        if cx.profile == Profile::Strict || findings.is_empty() {
            return findings;
        }
        let node = cx.api.operations_node();
        let message = match findings.len() {
            1 => findings[0].message.to_string(),
            count => format!("{count} paths address objects by numbers that can be counted up"),
        };
        vec![cx.united(&findings, node, message)]
    }
}

impl NumericObjectId {
    fn is_numeric_id(&self, api: &Api<'_>, parameter: &Parameter<'_>) -> bool {
        let name = Tokens::new(parameter.name);
        parameter.location == Location::Path
            && name.last() == Some("id")
            && !self.ignored.matches_name(&name)
            && parameter.schema.is_some_and(|schema| is_open_number(api, schema))
    }
}

/// Where the parameter stands: its item in the operation or path item, before `$ref`.
fn written<'a>(operation: &Operation<'a>, parameter: &Parameter<'a>) -> Node<'a> {
    let holders = [Some(operation.path_item), operation.path_item.target_or_none(), Some(operation.node)];
    let lists = holders.into_iter().flatten().filter_map(|holder| holder.get("parameters"));
    let mut items = lists.flat_map(Node::items);
    items.find(|item| item.target_or_none() == Some(parameter.node)).unwrap_or(parameter.node)
}
