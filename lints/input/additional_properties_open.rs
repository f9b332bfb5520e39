//! `input/additional-properties-open`

use apiward_model::lexicon::WordSet;
use apiward_model::words::USER_LIKE_SEGMENTS;
use apiward_model::{Api, Node, is_empty_schema};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::uses::Use;
use crate::input::free_form_object;
use crate::input::listed::{is_named, listed, share};
use apiward_syntax::Fragment;

declare_lint! {
    id: "input/additional-properties-open",
    title: "Request object accepts undeclared properties",
    levels: Levels::strict(Level::Info),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-915"],
    practices: [InputValidation, MinimalExposure],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "OWASP Mass Assignment Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Use],
    docs: include_str!("additional_properties_open.md"),
    check: AdditionalPropertiesOpen<'a>,
    options: Options,
}

/// Options of `input/additional-properties-open`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Count objects that do not speak of other properties, too: JSON Schema lets them in.
    include_absent: bool,
    /// Report each object instead of the document.
    per_schema: bool,
}

struct AdditionalPropertiesOpen<'a> {
    options: Options,
    allowed: WordSet,
    all: usize,
    /// With the keyword that lets further properties in, where one does.
    open: Vec<(Use<'a>, Option<Node<'a>>)>,
}

impl From<Options> for AdditionalPropertiesOpen<'_> {
    fn from(options: Options) -> Self {
        let allowed = WordSet::new(free_form_object::Options::default().allow_names, false);
        Self { options, allowed, all: 0, open: Vec::new() }
    }
}

const HELP: &str = "close the object with `additionalProperties: false` (over an `allOf`, from 3.1 on, with \
                    `unevaluatedProperties: false`), or say what further values may be";

impl<'a> Check<'a> for AdditionalPropertiesOpen<'a> {
    fn used(&mut self, cx: &mut Cx<'_, 'a>, used: &Use<'a>) {
        if !used.schema.all("properties").any(|map| map.count() > 0)
            || is_named(cx.parameters().name(used.node), &self.allowed)
            || is_named(used.component(), &self.allowed)
        {
            return;
        }
        self.all += 1;
        if let Some(key) = self.opening(cx.api, used) {
            self.open.push((used.clone(), key));
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let (all, open) = (self.all, std::mem::take(&mut self.open));
        if open.is_empty() {
            return;
        }
        let parameters = cx.parameters();
        let title = |used: &Use<'a>| format!("{} accepts properties that are not described", parameters.title(used));
        if self.options.per_schema {
            for (used, key) in &open {
                let node = key.unwrap_or(used.place);
                let operations = cx.reaching(used.place);
                let finding =
                    cx.finding(node, title(used)).at_key(node).help(HELP).fixed_by(closed(&[(used.place, *key)]));
                let finding = weighed(cx, finding, &operations).operations(operations);
                cx.report(finding);
            }
            return;
        }
        let members: Vec<_> = open.iter().map(|(used, key)| (key.unwrap_or(used.place), title(used))).collect();
        let verb = if open.len() == 1 { "accepts" } else { "accept" };
        let message = format!("{} {verb} properties that are not described", share(open.len(), all, "object"));
        let operations = Operations::united(open.iter().map(|(used, _)| cx.reaching(used.place)));
        let places: Vec<_> = open.iter().map(|(used, key)| (used.place, *key)).collect();
        let finding = weighed(cx, listed(cx, &members, message).help(HELP), &operations).fixed_by(closed(&places));
        cx.report(finding);
    }
}

impl<'a> AdditionalPropertiesOpen<'a> {
    /// What lets further properties in: the keyword, or nothing where none speaks of them and that counts.
    #[expect(clippy::option_option, reason = "closed, or open without a keyword")]
    fn opening(&self, api: &Api<'a>, used: &Use<'a>) -> Option<Option<Node<'a>>> {
        let schema = &used.schema;
        if schema.all("unevaluatedProperties").any(|rest| rest.as_bool() == Some(false)) {
            return None;
        }
        let keywords = ["additionalProperties", "unevaluatedProperties"];
        // What a branch of `allOf` says of further properties cannot be mended there.
        let own = [Some(used.node), used.node.target_or_none()];
        let rest = keywords.into_iter().find_map(|key| own.into_iter().flatten().find_map(|node| node.get(key)));
        match rest {
            Some(rest) => is_empty_schema(api, rest).then_some(Some(rest)),
            None => (self.options.include_absent && !used.says(&keywords)).then_some(None),
        }
    }
}

/// With the keyword that keeps further properties out.
fn closed<'a>(open: &[(Node<'a>, Option<Node<'a>>)]) -> Fix<'a> {
    open.iter().fold(Fix::new("refuse further properties"), |fix, (schema, keyword)| match keyword {
        Some(keyword) => fix.set(*keyword, Fragment::Flag(false)),
        None => fix.insert(*schema, "additionalProperties", Fragment::Flag(false)),
    })
}

/// On accounts a property that nobody described may be a role.
fn weighed<'a>(cx: &Cx<'_, 'a>, finding: Finding<'a>, operations: &Operations) -> Finding<'a> {
    let on_users = operations.iter().any(|id| cx.signs(id).writes && cx.signs(id).path().holds(&USER_LIKE_SEGMENTS));
    if on_users { finding.raised_to(Level::Warning) } else { finding }
}
