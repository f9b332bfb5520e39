//! `input/unbounded-string`

use apiward_model::pattern::Pattern;
use apiward_model::{Format, Merged};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::uses::{Parameters, Use};
use crate::input::listed::{listed, share};

declare_lint! {
    id: "input/unbounded-string",
    title: "Request strings have no upper length",
    levels: Levels::raised(Level::Info, Level::Info),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [InputValidation, RateLimiting],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Use],
    docs: include_str!("unbounded_string.md"),
    check: UnboundedString<'a>,
    options: Options,
}

/// Options of `input/unbounded-string`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Ask for `pattern`, `format`, `enum` or `const` instead of a bound.
    require_pattern: bool,
    /// Values of `format` that bound the length.
    count_formats: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let formats = ["date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6"];
        Self { require_pattern: false, count_formats: formats.map(str::to_owned).to_vec() }
    }
}

struct UnboundedString<'a> {
    options: Options,
    all: usize,
    open: Vec<Use<'a>>,
}

impl From<Options> for UnboundedString<'_> {
    fn from(options: Options) -> Self {
        Self { options, all: 0, open: Vec::new() }
    }
}

impl<'a> Check<'a> for UnboundedString<'a> {
    fn used(&mut self, cx: &mut Cx<'_, 'a>, used: &Use<'a>) {
        let counts = used.is(|schema| schema.is_type("string"));
        if counts && !is_exempt(cx.api.spec.format, used, cx.parameters()) {
            self.all += 1;
            if !used.holds(cx.api, |schema| self.is_held(schema)) {
                self.open.push(used.clone());
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let (all, mut open) = (self.all, std::mem::take(&mut self.open));
        if open.is_empty() {
            return;
        }
        let parameters = cx.parameters();
        let (lacks, help) = if self.options.require_pattern {
            ("no pattern", "say what they may hold with `pattern`, `format`, `enum` or `const`")
        } else {
            ("no upper length", "set `maxLength`, or an `enum` or an anchored `pattern` of bounded repeats")
        };
        open.sort_by_key(|used| parameters.carrier(used.node));
        if cx.profile == Profile::Strict {
            for used in open {
                let message = format!("{} is a string with {lacks}", parameters.title(&used));
                let operations = cx.reaching(used.place);
                cx.report(cx.finding(used.place, message).at_key(used.place).help(help).operations(operations));
            }
            return;
        }
        let members: Vec<_> = open.iter().map(|used| (used.place, parameters.title(used))).collect();
        let message =
            format!("{} {} {lacks}", share(open.len(), all, "string"), if open.len() == 1 { "has" } else { "have" });
        let finding = listed(cx, &members, message).help(help);
        cx.report(finding);
    }
}

impl UnboundedString<'_> {
    fn is_held(&self, schema: &Merged<'_>) -> bool {
        let says = |keyword: &str| schema.get(keyword).is_some();
        if says("enum") || says("const") {
            return true;
        }
        if self.options.require_pattern {
            return says("pattern") || says("format");
        }
        let counts = |format: &str| self.options.count_formats.iter().any(|known| known == format);
        let finite = |text: &str| Pattern::parse(text).is_ok_and(|pattern| pattern.is_finite());
        says("maxLength")
            || schema.all("format").filter_map(|format| format.raw().as_str()).any(counts)
            || schema.all("pattern").filter_map(|pattern| pattern.raw().as_str()).any(finite)
    }
}

/// Files belong to other lints, and OpenAPI 3 ignores these headers.
fn is_exempt(format: Format, used: &Use<'_>, parameters: &Parameters<'_, '_>) -> bool {
    let file = used.formats().any(|format| matches!(format, "binary" | "byte"))
        || used.says(&["contentEncoding", "contentMediaType"]);
    let ignored =
        |name: &str| ["accept", "content-type", "authorization"].iter().any(|own| own.eq_ignore_ascii_case(name));
    let header = parameters.of(used.node).filter(|parameter| parameter.location == apiward_model::Location::Header);
    file || format != Format::OpenApi2 && header.is_some_and(|header| ignored(header.name))
}
