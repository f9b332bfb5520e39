//! `exposure/password-format-missing`

use apiward_model::lexicon::Tokens;
use apiward_model::words::PASSWORD_INPUT_NAMES;
use apiward_model::{Location, Merged, Node, ParameterId, Place, Reach};
use foldhash::{HashSet, HashSetExt};

use crate::exposure::names::Names;
use crate::framework::carriers::Carriers;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;
use apiward_syntax::Fragment;

declare_lint! {
    id: "exposure/password-format-missing",
    title: "Secret string is not marked as a password field",
    levels: Levels::strict(Level::Info),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API3:2023"],
    cwe: ["CWE-549"],
    practices: [MinimalExposure, Documentation],
    references: [
        "OpenAPI 3.2.0 Data Type Format" => "https://spec.openapis.org/oas/v3.2.0.html#data-type-format",
    ],
    fix: Safe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("password_format_missing.md"),
    check: PasswordFormatMissing,
}

#[derive(Default)]
struct PasswordFormatMissing;

impl<'a> Check<'a> for PasswordFormatMissing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let names = Names::new(api, |name| PASSWORD_INPUT_NAMES.matches(name).then_some(()));
        if !names.is_empty() {
            let mut bodies = Carriers::of_bodies(api);
            let requested = api.schemas.all().iter().filter(|schema| schema.reach.intersects(Reach::REQUEST));
            for schema in requested.filter(|schema| names.of(schema).is_some()) {
                let operations = bodies.of(api, schema.node);
                if !operations.is_empty() && is_unmarked(&Merged::of(api, schema.node)) {
                    let name = schema.property_name().unwrap_or_default();
                    report(cx, schema.node, &format!("property {}", quoted(name)), operations);
                }
            }
        }
        let mut seen: HashSet<Place> = HashSet::new();
        for (at, parameter) in api.parameters.iter().enumerate() {
            let counts = parameter.location == Location::Form
                && PASSWORD_INPUT_NAMES.matches(&Tokens::new(parameter.name))
                && is_unmarked(&Merged::of(api, parameter.node));
            if counts && seen.insert(parameter.node.place()) {
                let operations = cx.taking(ParameterId::at(at));
                report(cx, parameter.node, &format!("form field {}", quoted(parameter.name)), operations);
            }
        }
    }
}

/// A string whose values and format nothing else tells.
fn is_unmarked(schema: &Merged<'_>) -> bool {
    let of_text = schema.is_type("string") && schema.types().all(|name| matches!(name, "string" | "null"));
    of_text && schema.get("format").is_none() && !schema.is_enumerated()
}

fn report<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>, title: &str, operations: Operations) {
    let message = format!("{title} is not marked as a password");
    let help = "add `format: password`: tools then hide what is typed, and keep it out of logs and examples";
    // Where the name and the type do not stand together the type's place may serve others, too.
    let own = node.get("type").is_some() && node.get("format").is_none();
    let fix = || Fix::new("add `format: password`").insert(node, "format", Fragment::text("password"));
    let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
    cx.report(finding.fixed_by(own.then(fix)));
}
