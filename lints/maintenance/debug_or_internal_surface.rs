//! `maintenance/debug-or-internal-surface`

use apiward_model::lexicon::WordSet;
use apiward_model::predicate::is_internal_document;
use apiward_model::words::{DEBUG_SEGMENTS, INTERNAL_PHRASES};
use apiward_model::{Node, Operation, phrase};
use apiward_syntax::Known;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "maintenance/debug-or-internal-surface",
    title: "Debug, diagnostic or internal-only operation is part of the public description",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API9:2023", "API8:2023"],
    cwe: ["CWE-489"],
    practices: [Maintenance, Threats],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation],
    docs: include_str!("debug_or_internal_surface.md"),
    check: DebugOrInternalSurface,
    options: Options,
}

/// Options of `maintenance/debug-or-internal-surface`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further path segments of debugging.
    segments_extra: Vec<String>,
    /// Paths that are let pass, as they are written.
    ignore: Vec<String>,
}

struct DebugOrInternalSurface {
    further: WordSet,
    ignored: Vec<String>,
    /// The document is for insiders.
    internal: bool,
}

impl From<Options> for DebugOrInternalSurface {
    fn from(options: Options) -> Self {
        Self { further: WordSet::new(&options.segments_extra, false), ignored: options.ignore, internal: false }
    }
}

const HELP: &str = "leave it out of the published description and out of production, or guard it like administration";
/// Operations that are reported one by one, unless they are open.
const SINGLE: usize = 10;

impl<'a> Check<'a> for DebugOrInternalSurface {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.internal = is_internal_document(cx.api, "x-audience");
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        if self.internal || self.ignored.iter().any(|path| path == operation.path) {
            return;
        }
        let title = || operation_title(operation);
        let signs = cx.signs(operation.id);
        let path = signs.path();
        let debugs = |segment: &&apiward_model::predicate::Segment<'_>| {
            segment.is(&DEBUG_SEGMENTS) || segment.parameter.is_none() && self.further.matches_name(segment.tokens())
        };
        if let Some(segment) = path.segments().iter().find(debugs) {
            let message = format!("{} looks like debugging (path segment {})", title(), quoted(segment.text));
            let open = operation.security.is_anonymous() && signs.declared.is_none();
            let finding = cx.finding(operation.node, message).at_key(operation.node).help(HELP).operation(operation.id);
            cx.report(if open { finding.raised_to(Level::Error) } else { finding });
            return;
        }
        if let Some(text) = told(operation) {
            let message = format!("{} says that it is for internal use", title());
            cx.report(cx.finding(text, message).at_key(text).help(HELP).operation(operation.id));
            return;
        }
        if let Some(place) = marked(operation) {
            let message = format!("{} is marked as internal", title());
            let finding = cx.finding(place, message).at_key(place).help(HELP).operation(operation.id);
            cx.report(finding.lowered_to(Level::Info));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let (mut single, others): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.level == Level::Error);
        if others.len() <= SINGLE {
            single.extend(others);
            return single;
        }
        let message = format!("{} operations look like debugging or say that they are internal", others.len());
        single.push(cx.united(&others, cx.api.operations_node(), message));
        single
    }
}

fn told<'a>(operation: &Operation<'a>) -> Option<Node<'a>> {
    let texts = [Known::Summary, Known::Description].into_iter().filter_map(|key| operation.node.get(key));
    texts.into_iter().find(|text| text.as_str().is_some_and(|text| phrase::says(text, &INTERNAL_PHRASES)))
}

/// Where it is marked with `x-internal`, by itself or by its path item.
fn marked<'a>(operation: &Operation<'a>) -> Option<Node<'a>> {
    if let Some(own) = operation.node.get(Known::XInternal) {
        return (own.as_bool() == Some(true)).then_some(own);
    }
    let outer = [Some(operation.path_item), operation.path_item.target_or_none()];
    outer.into_iter().flatten().any(|item| item.is_true(Known::XInternal)).then_some(operation.node)
}
