//! `input/unbounded-number`

use apiward_model::lexicon::Tokens;
use apiward_model::{Merged, Node};
use apiward_syntax::Known;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::uses::Use;
use crate::input::listed::{listed, share};

declare_lint! {
    id: "input/unbounded-number",
    title: "Request numbers have no range",
    levels: Levels::strict(Level::Info),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API4:2023", "API6:2023"],
    cwe: ["CWE-1284", "CWE-839"],
    practices: [InputValidation],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Use],
    docs: include_str!("unbounded_number.md"),
    check: UnboundedNumber<'a>,
    options: Options,
}

/// Options of `input/unbounded-number`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Take `int32` and smaller formats for both bounds.
    accept_format: bool,
    /// Report each number instead of the document.
    per_schema: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { accept_format: true, per_schema: false }
    }
}

struct UnboundedNumber<'a> {
    options: Options,
    all: usize,
    open: Vec<(Use<'a>, Bounds)>,
}

impl From<Options> for UnboundedNumber<'_> {
    fn from(options: Options) -> Self {
        Self { options, all: 0, open: Vec::new() }
    }
}

/// Which bounds a number has.
#[derive(Clone, Copy)]
struct Bounds {
    lower: bool,
    upper: bool,
}

impl Bounds {
    const fn lacks(self) -> &'static str {
        match (self.lower, self.upper) {
            (false, false) => "has no range",
            (false, true) => "has no lower bound",
            _ => "has no upper bound",
        }
    }
}

const HELP: &str = "set `minimum` and `maximum`: a negative amount or an absurd count is what attackers try first";

impl<'a> Check<'a> for UnboundedNumber<'a> {
    fn used(&mut self, cx: &mut Cx<'_, 'a>, used: &Use<'a>) {
        if !used.is(is_number)
            || used.formats().any(|format| format == "unix-time")
            || cx.parameters().name(used.node).is_some_and(is_point)
        {
            return;
        }
        self.all += 1;
        let listed = |schema: &Merged<'_>| schema.get(Known::Enum).or_else(|| schema.get("const")).is_some();
        let bounds = Bounds {
            lower: used.holds(cx.api, |schema| listed(schema) || self.bounds(schema).lower),
            upper: used.holds(cx.api, |schema| listed(schema) || self.bounds(schema).upper),
        };
        if !(bounds.lower && bounds.upper) {
            self.open.push((used.clone(), bounds));
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let (all, mut open) = (self.all, std::mem::take(&mut self.open));
        if open.is_empty() {
            return;
        }
        let parameters = cx.parameters();
        let harmless =
            |(used, bounds): &(Use<'a>, Bounds)| bounds.lower || !parameters.name(used.node).is_some_and(is_amount);
        open.sort_by_key(harmless);
        let title = |used: &Use<'a>, bounds: Bounds| format!("{} {}", parameters.title(used), bounds.lacks());
        if self.options.per_schema {
            for (used, bounds) in open {
                let operations = cx.reaching(used.place);
                let finding = cx.finding(used.place, title(&used, bounds)).at_key(used.place).help(HELP);
                cx.report(finding.operations(operations));
            }
            return;
        }
        let members: Vec<_> = open.iter().map(|(used, bounds)| (used.place, title(used, *bounds))).collect();
        let verb = if open.len() == 1 { "lacks" } else { "lack" };
        let finding = listed(cx, &members, format!("{} {verb} a range", share(open.len(), all, "number"))).help(HELP);
        cx.report(finding);
    }
}

impl UnboundedNumber<'_> {
    fn bounds(&self, schema: &Merged<'_>) -> Bounds {
        let sized = |format: &str| matches!(format, "int8" | "int16" | "int32" | "uint8" | "uint16" | "uint32");
        let by_format =
            self.options.accept_format && schema.all("format").filter_map(|format| format.raw().as_str()).any(sized);
        // A boolean `exclusiveMinimum` is no bound by itself (OpenAPI 2.0 and 3.0).
        let says = |keyword: &str| schema.all(keyword).any(|bound: Node<'_>| bound.as_bool().is_none());
        Bounds {
            lower: by_format || says("minimum") || says("exclusiveMinimum"),
            upper: by_format || says("maximum") || says("exclusiveMaximum"),
        }
    }
}

fn is_number(schema: &Merged<'_>) -> bool {
    schema.is_type("integer") || schema.is_type("number")
}

/// An id or a point in time, which no range holds.
fn is_point(name: &str) -> bool {
    let name = Tokens::new(name);
    matches!(name.last(), Some("id" | "ids" | "uid" | "timestamp" | "ts" | "epoch" | "at" | "time" | "date"))
}

/// What must not be negative.
fn is_amount(name: &str) -> bool {
    let name = Tokens::new(name);
    matches!(name.last(), Some("amount" | "quantity" | "qty" | "price" | "total" | "count" | "discount"))
}
