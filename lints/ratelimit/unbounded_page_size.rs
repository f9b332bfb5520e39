//! `ratelimit/unbounded-page-size`

use std::borrow::Cow;
use std::sync::LazyLock;

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::{list_answer, page_member};
use apiward_model::words::{NUMERIC_CAP_TEXT, PAGE_SIZE_NAMES, PAGE_SIZE_NAMES_NARROW, PAGING_NAMES};
use apiward_model::{Api, Location, Merged, Operation, Parameter, ParameterId, phrase};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::pattern;
use crate::framework::text::quoted;
use apiward_syntax::Fragment;

declare_lint! {
    id: "ratelimit/unbounded-page-size",
    title: "Page-size parameter has no maximum",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [RateLimiting, InputValidation],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "AIP-158 Pagination" => "https://google.aip.dev/158",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("unbounded_page_size.md"),
    check: UnboundedPageSize,
    options: Options,
}

/// Options of `ratelimit/unbounded-page-size`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further names of parameters that set the size of a page.
    names_extra: Vec<String>,
}

struct UnboundedPageSize {
    further: WordSet,
}

impl From<Options> for UnboundedPageSize {
    fn from(options: Options) -> Self {
        Self { further: WordSet::new(&options.names_extra, false) }
    }
}

impl<'a> Check<'a> for UnboundedPageSize {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for (at, parameter) in cx.api.parameters.iter().enumerate() {
            let id = ParameterId::at(at);
            if parameter.location != Location::Query || !self.is_page_size(cx, id, parameter) {
                continue;
            }
            let Some(schema) = parameter.schema else { continue };
            let merged = Merged::of(cx.api, schema);
            if !is_number(&merged) || is_bounded(&merged) {
                continue;
            }
            let operations = cx.taking(id);
            if operations.is_empty() {
                continue;
            }
            let text = |node: apiward_model::Node<'_>| node.get_str("description").is_some_and(says_cap);
            let capped = text(parameter.node) || merged.parts().iter().any(|part| text(*part));
            let bound = if capped { "states its maximum in words only" } else { "has no maximum" };
            let message = format!("parameter {} sets the size of a page and {bound}", quoted(parameter.name));
            let help = if capped {
                "give its schema the `maximum` that the description speaks of, so that tools can check it"
            } else {
                "give its schema a `maximum`: one call that asks for a million items costs what a million calls cost"
            };
            let finding = cx.finding(parameter.node, message).at_key(parameter.node).help(help).operations(operations);
            let owner = schema.reference().is_none().then_some(schema).filter(|owner| owner.is_mapping());
            let cap = |node: apiward_model::Node<'_>| told_cap(node.get_str("description")?);
            let told = owner.and_then(|owner| Some((owner, cap(parameter.node).or_else(|| cap(owner))?)));
            let fix = told.map(|(owner, cap)| {
                Fix::new("give it the maximum that the description speaks of").insert(
                    owner,
                    "maximum",
                    Fragment::Number(cap),
                )
            });
            cx.report(finding.fixed_by(fix).lowered_if(capped, Level::Info));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

impl UnboundedPageSize {
    fn is_page_size(&self, cx: &Cx<'_, '_>, id: ParameterId, parameter: &Parameter<'_>) -> bool {
        let name = Tokens::new(parameter.name);
        let further = self.further.matches_name(&name);
        let paged = || cx.taking(id).iter().any(|id| is_paged(cx.api, cx.api.operation(id), parameter));
        if further || PAGE_SIZE_NAMES.matches_name(&name) && !PAGE_SIZE_NAMES_NARROW.matches_name(&name) {
            return true;
        }
        // The narrow names are entries of the list of their own; a member of an object is as ambiguous.
        let sets_size =
            |name: &Tokens<'_>| PAGE_SIZE_NAMES.matches_name(name) || PAGE_SIZE_NAMES_NARROW.matches_name(name);
        (sets_size(&name) || page_member(parameter.name).is_some_and(|member| sets_size(&member))) && paged()
    }
}

/// Whether the operation answers with a list, or another parameter of it divides one into pages.
fn is_paged(api: &Api<'_>, operation: &Operation<'_>, parameter: &Parameter<'_>) -> bool {
    let others = operation.parameters.iter().map(|id| api.parameter(*id));
    let mut others = others.filter(|other| other.location == Location::Query && other.name != parameter.name);
    let pages = |name: &str| {
        let named = |name: &Tokens<'_>| PAGING_NAMES.matches_name(name);
        named(&Tokens::new(name)) || page_member(name).is_some_and(|member| named(&member))
    };
    list_answer(api, operation).is_some() || others.any(|other| pages(other.name))
}

fn is_number(merged: &Merged<'_>) -> bool {
    let mut types = merged.types().filter(|own| *own != "null").peekable();
    types.peek().is_some() && types.all(|own| matches!(own, "integer" | "number"))
}

/// A boolean `exclusiveMaximum` (up to OpenAPI 3.0) only sharpens `maximum`.
fn is_bounded(merged: &Merged<'_>) -> bool {
    let exclusive = merged.get("exclusiveMaximum").is_some_and(|bound| bound.as_bool().is_none());
    exclusive || merged.get("maximum").is_some() || merged.is_enumerated()
}

/// The one number that a description names as the most, before or behind the word. None where it may be another one.
fn told_cap(text: &str) -> Option<u64> {
    static BEHIND: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(?:max(?:imum)?|at most|up to)\b[^\n0-9.;]{0,20}([0-9][\w.,]*)"));
    static BEFORE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b([0-9][\w.,]*)`?\s+(?:is\s+(?:also\s+)?the\s+)?max(?:imum)?\b"));
    let text = without_default(Some(text).filter(|text| says_cap(text))?);
    let mut found = BEHIND.captures_iter(&text).chain(BEFORE.captures_iter(&text)).filter_map(|found| found.get(1));
    let cap = found.next().filter(|_| found.next().is_none())?;
    // `1,000` and `10MB` are no numbers that can be copied.
    cap.as_str().trim_end_matches(['.', ',']).parse().ok()
}

/// Whether a text bounds a number; that of a default is no bound.
fn says_cap(text: &str) -> bool {
    phrase::says_pattern(&without_default(text), &NUMERIC_CAP_TEXT)
}

/// A text without the number of a default, unless it is called the maximum too. What `by default` speaks of stands before it.
fn without_default(text: &str) -> Cow<'_, str> {
    static DEFAULT: LazyLock<Regex> = LazyLock::new(|| {
        let number = r"\bdefault[^\n0-9]{0,20}[0-9]+";
        pattern(&format!(
            r"(?i)(?P<before>\b[0-9]+`?\s+)by\s+default\b|(?P<maximum>{number}`?\s+is\s+(?:also\s+)?the\s+max)|{number}"
        ))
    });
    DEFAULT.replace_all(text, "${before}${maximum}")
}

#[cfg(test)]
mod tests {
    use super::{says_cap, told_cap};

    #[test]
    fn texts_name_a_maximum_in_many_ways() {
        for text in [
            "At most 100.",
            "This number cannot exceed 100",
            "The size can never exceed `100`.",
            "20 by default, 100 max",
            "At most 100 by default",
            "100 is the maximum `limit`.",
            "The default value of 100 is also the maximum.",
            "A value greater than 100 is refused.",
            "Values above `100` give a 400.",
            "More than 100 parcels will be rejected",
            "Asking for over 100 returns an error",
        ] {
            assert!(says_cap(text), "{text}");
        }
        for text in [
            "100 by default",
            "The default is 100.",
            "100 is not the maximum.",
            "No value greater than 100 is refused.",
            "Parcels with more than 100 labels are listed.",
            "Lists parcels above 100 kilograms.",
        ] {
            assert!(!says_cap(text), "{text}");
        }
    }

    #[test]
    fn a_fix_takes_the_number_of_the_maximum_or_none() {
        for (text, cap) in [
            ("At most 100.", Some(100)),
            ("20 by default, 100 max", Some(100)),
            ("100 max, 20 by default", None),
            ("100 is the maximum `limit`.", Some(100)),
            ("The default value of 100 is also the maximum.", Some(100)),
            ("From 1 to at most 100, 20 by default.", Some(100)),
            ("A value greater than 100 returns 400.", None),
            ("Default 20 max 100, for partners max 500", None),
            ("At most 1,000.", None),
            ("20 by default", None),
        ] {
            assert_eq!(told_cap(text), cap, "{text}");
        }
    }
}
