//! `threat/open-redirect-parameter`

use std::collections::BTreeMap;

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{PublicSigns, is_fixed_host, is_local_path, last_segment, list_like_answer};
use apiward_model::words::{ALLOWLIST_PHRASES, LOGIN_LOGOUT_SEGMENTS, REDIRECT_NAMES};
use apiward_model::{Api, Body, Location, Merged, Node, Operation, OperationId, Place, phrase};

use crate::framework::budget::Budget;
use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "threat/open-redirect-parameter",
    title: "Redirect target is taken from the request",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-601"],
    practices: [Threats],
    references: [
        "OWASP Unvalidated Redirects and Forwards Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html",
        "RFC 9700 section 4.11" => "https://www.rfc-editor.org/rfc/rfc9700#section-4.11",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Place("threat/ssrf-url-input")],
    targets: [Document],
    docs: include_str!("open_redirect_parameter.md"),
    check: OpenRedirectParameter,
}

#[derive(Default)]
struct OpenRedirectParameter;

const HELP: &str = "take the target from a list that the server knows (`enum`), hold it to your own hosts or paths with an \
                    anchored `pattern`, or say that it must be registered";

/// A place that names where browsers are sent, with the operations that do so.
struct Target<'a> {
    node: Node<'a>,
    name: &'a str,
    /// For each operation whether it is lowered.
    operations: Vec<(OperationId, bool)>,
}

impl<'a> Check<'a> for OpenRedirectParameter {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut found: BTreeMap<Place, Target<'a>> = BTreeMap::new();
        let mut budget = Budget::of(cx.api);
        for operation in cx.api.operations.iter().filter(|operation| redirects(cx.api, operation)) {
            let body = operation.body.map(|id| cx.api.body(id));
            for (node, name, schema) in inputs(cx.api, operation, body, &mut budget) {
                if !REDIRECT_NAMES.matches_name(&Tokens::new(name))
                    || !is_free(cx.api, schema)
                    || pages(cx, operation, node, name)
                {
                    continue;
                }
                let lowered = is_registered(cx, operation, node, name);
                let target = found.entry(node.place()).or_insert(Target { node, name, operations: Vec::new() });
                target.operations.push((operation.id, lowered));
            }
        }
        for target in found.into_values() {
            let message = format!("{} lets the request say where the browser is sent", quoted(target.name));
            let lowered = target.operations.iter().all(|(_, lowered)| *lowered);
            let operations: Vec<OperationId> = target.operations.into_iter().map(|(id, _)| id).collect();
            let finding = cx.finding(target.node, message).help(HELP).operations(operations);
            cx.report(finding.lowered_if(lowered, Level::Info));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

/// It answers with a redirect, or is where browsers come in or go out.
fn redirects(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let code = |code: &str| matches!(code, "301" | "302" | "303" | "307" | "308") || code.eq_ignore_ascii_case("3XX");
    operation.responses.iter().any(|id| code(api.response(*id).code))
        || last_segment(operation.path).is_some_and(|segment| segment.is(&LOGIN_LOGOUT_SEGMENTS))
}

/// Query parameters and fields of forms: the place, the name, the schema.
fn inputs<'a>(
    api: &Api<'a>,
    operation: &Operation<'a>,
    body: Option<&Body<'a>>,
    budget: &mut Budget,
) -> Vec<(Node<'a>, &'a str, Option<Node<'a>>)> {
    let ids = operation.parameters.iter().chain(body.into_iter().flat_map(|body| &body.fields));
    let given = ids.map(|id| api.parameter(*id));
    let given = given.filter(|one| matches!(one.location, Location::Query | Location::Form));
    let mut found: Vec<_> = given.map(|one| (one.node, one.name, one.schema)).collect();
    let forms = body.into_iter().flat_map(|body| &body.media).filter(|media| {
        let name = media.name.split(';').next().unwrap_or_default().trim();
        ["application/x-www-form-urlencoded", "multipart/form-data"].iter().any(|form| name.eq_ignore_ascii_case(form))
    });
    for schema in forms.filter_map(|media| media.schema) {
        let merged = Merged::of(api, schema);
        if !budget.spend(merged.all("properties").map(|map| map.count()).sum()) {
            break;
        }
        found.extend(merged.properties().into_iter().map(|(name, node)| (node, name, Some(node))));
    }
    found
}

/// A string that nothing holds to known values.
fn is_free(api: &Api<'_>, schema: Option<Node<'_>>) -> bool {
    let Some(schema) = schema else { return true };
    let merged = Merged::of(api, schema);
    let typed = merged.types().next().is_some();
    let held = |pattern: Node<'_>| pattern.as_str().is_some_and(|text| is_fixed_host(text) || is_local_path(text));
    (!typed || merged.is_type("string")) && !merged.is_enumerated() && !merged.all("pattern").any(held)
}

/// A `next` that leads to the next page.
fn pages(cx: &Cx<'_, '_>, operation: &Operation<'_>, node: Node<'_>, name: &str) -> bool {
    if Tokens::new(name).glued() != "next" {
        return false;
    }
    let words = Tokens::new(node.get_str("description").unwrap_or_default());
    let speaks_of_pages = words.iter().any(|word| matches!(word, "cursor" | "page" | "token"));
    speaks_of_pages || list_like_answer(cx.api, operation).is_some()
}

/// The client registered the target before, or the texts say that it is checked.
fn is_registered(cx: &Cx<'_, '_>, operation: &Operation<'_>, node: Node<'_>, name: &str) -> bool {
    let tokens = Tokens::new(name);
    let signs = cx.signs(operation.id);
    let authorizes = || {
        let path = signs.path();
        let last = path.last().map(|segment| segment.tokens().glued().to_owned());
        signs.public.intersects(PublicSigns::OAUTH) && matches!(last.as_deref(), Some("authorize" | "authorization"))
    };
    let texts = [node.get_str("description"), operation.description()];
    tokens.glued() == "postlogoutredirecturi"
        || tokens.glued() == "redirecturi" && authorizes()
        || texts.into_iter().flatten().any(|text| phrase::says(text, &ALLOWLIST_PHRASES))
}
