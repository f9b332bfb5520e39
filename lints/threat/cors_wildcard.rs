//! `threat/cors-wildcard`

use std::collections::BTreeMap;

use apiward_model::{Api, KeyLocation, Node, Operation, OperationId, Place, Response, ResponseId, Scheme, SchemeType};
use foldhash::{HashSet, HashSetExt};

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;

declare_lint! {
    id: "threat/cors-wildcard",
    title: "CORS allows every origin on an authenticated API",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-942"],
    practices: [Threats],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "Fetch Standard, CORS protocol" => "https://fetch.spec.whatwg.org/#http-cors-protocol",
        "Amazon API Gateway x-amazon-apigateway-cors object" => "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors-configuration.html",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("cors_wildcard.md"),
    check: CorsWildcard,
}

#[derive(Default)]
struct CorsWildcard;

const ORIGIN: &str = "access-control-allow-origin";
const CREDENTIALS: &str = "access-control-allow-credentials";

const HELP: &str = "answer with the origins that are known, one by one, and with `Vary: Origin`";

/// An origin that lets every page in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Any,
    Null,
}

impl Origin {
    fn of(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::Any),
            "null" => Some(Self::Null),
            _ => None,
        }
    }
}

/// One place that lets every origin in.
struct Opening<'a> {
    node: Node<'a>,
    origin: Origin,
    credentials: bool,
    operations: Vec<OperationId>,
}

impl<'a> Check<'a> for CorsWildcard {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let guarded: Vec<&Operation<'a>> =
            api.operations.iter().filter(|operation| !operation.security.is_anonymous()).collect();
        if guarded.is_empty() {
            return;
        }
        let mut openings = Vec::new();
        let asked: Vec<_> = guarded.iter().filter(|operation| !operation.method.is("OPTIONS")).copied().collect();
        let by_header = headers(api, &asked, &mut openings);
        for operation in asked.iter().filter(|operation| !by_header.contains(&operation.id)) {
            integration(operation, &mut openings);
        }
        let all: Vec<OperationId> = guarded.iter().map(|operation| operation.id).collect();
        extensions(api, &all, &mut openings);
        let ambient = ambient_schemes(api);
        for opening in openings {
            report(cx, opening, &ambient);
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, opening: Opening<'a>, ambient: &Ambient) {
    let message = match (opening.origin, opening.credentials) {
        (Origin::Null, _) => "pages of the origin `null`, which any page can take, are let in",
        (Origin::Any, false) => "pages of every origin are let in",
        (Origin::Any, true) => {
            "pages of every origin are let in, with credentials: browsers refuse that, and servers then tend to send the \
             origin back that asks"
        }
    };
    let exposed = ambient.cookie_is_declared || opening.operations.iter().any(|id| ambient.operations.contains(id));
    let finding = cx.finding(opening.node, message).at_key(opening.node).help(HELP).operations(opening.operations);
    let finding =
        if opening.origin == Origin::Null && opening.credentials { finding.raised_to(Level::Error) } else { finding };
    cx.report(finding.lowered_if(!exposed, Level::Info));
}

/// (a): response headers. The operations that one was found for.
fn headers<'a>(api: &Api<'a>, asked: &[&Operation<'a>], openings: &mut Vec<Opening<'a>>) -> HashSet<OperationId> {
    let mut judged: BTreeMap<ResponseId, Option<(Node<'a>, Origin, bool)>> = BTreeMap::new();
    let mut found: BTreeMap<Place, Opening<'a>> = BTreeMap::new();
    let mut concerned = HashSet::new();
    for operation in asked {
        for id in operation.responses.iter().filter(|id| !api.response(**id).headers.is_empty()) {
            let opening = *judged.entry(*id).or_insert_with(|| of_response(api.response(*id)));
            let Some((node, origin, credentials)) = opening else { continue };
            concerned.insert(operation.id);
            let at = found.entry(node.place());
            let one = at.or_insert(Opening { node, origin, credentials: false, operations: Vec::new() });
            one.credentials |= credentials;
            if one.operations.last() != Some(&operation.id) {
                one.operations.push(operation.id);
            }
        }
    }
    openings.extend(found.into_values());
    concerned
}

fn of_response<'a>(response: &Response<'a>) -> Option<(Node<'a>, Origin, bool)> {
    let named =
        |name: &'static str| response.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
    let (node, origin) = named(ORIGIN).find_map(|header| {
        let values = values(header.node)
            .chain(header.schema.filter(|schema| *schema != header.node).into_iter().flat_map(values));
        let mut origins = values.filter_map(|value| value.as_str().and_then(Origin::of)).collect::<Vec<_>>();
        origins.sort_by_key(|origin| *origin == Origin::Any);
        Some((header.node, *origins.first()?))
    })?;
    let credentials = named(CREDENTIALS).any(|header| {
        let all = [Some(header.node), header.schema];
        all.into_iter().flatten().flat_map(values).any(is_true)
    });
    Some((node, origin, credentials))
}

fn is_true(value: Node<'_>) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

/// The values that a header or a schema shows: Example Objects by what they hold.
fn values(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let own = ["const", "default", "example"].into_iter().filter_map(move |key| node.get(key));
    let listed = ["enum", "examples"].into_iter().filter_map(move |key| node.get(key));
    let examples = node.get("examples").into_iter().flat_map(Node::entries);
    let items = listed.flat_map(Node::items);
    own.chain(items).chain(examples.filter_map(|(_, example)| {
        let example = example.target_or_none().unwrap_or(example);
        if example.is_mapping() { example.get("value").or_else(|| example.get("dataValue")) } else { Some(example) }
    }))
}

/// (b): what Amazon's gateway is told to answer.
fn integration<'a>(operation: &Operation<'a>, openings: &mut Vec<Opening<'a>>) {
    let responses = operation.node.get("x-amazon-apigateway-integration").and_then(|node| node.get("responses"));
    let mut first: Option<Opening<'a>> = None;
    let mut credentials = false;
    for parameters in
        responses.into_iter().flat_map(Node::entries).filter_map(|(_, node)| node.get("responseParameters"))
    {
        for (key, value) in parameters.entries() {
            let Some(header) = key.get(..23).filter(|start| *start == "method.response.header.").and(key.get(23..))
            else {
                continue;
            };
            let literal = value.as_str().and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
            credentials |= header.eq_ignore_ascii_case(CREDENTIALS) && literal == Some("true");
            let Some(origin) = literal.and_then(Origin::of).filter(|_| header.eq_ignore_ascii_case(ORIGIN)) else {
                continue;
            };
            first.get_or_insert(Opening { node: value, origin, credentials: false, operations: vec![operation.id] });
        }
    }
    openings.extend(first.map(|opening| Opening { credentials, ..opening }));
}

/// (c): what gateways are told for the whole API.
fn extensions<'a>(api: &Api<'a>, guarded: &[OperationId], openings: &mut Vec<Opening<'a>>) {
    let cors = api.root.get("x-amazon-apigateway-cors");
    let credentials = cors.and_then(|cors| cors.get("allowCredentials")).is_some_and(is_true);
    let mut origins = cors.and_then(|cors| cors.get("allowOrigins")).into_iter().flat_map(Node::items);
    let any = origins.find(|origin| origin.as_str() == Some("*")).map(|node| (node, credentials));
    let endpoints = api.root.get("x-google-endpoints").into_iter().flat_map(Node::items);
    let allowed = endpoints.filter_map(|endpoint| endpoint.get("allowCors"));
    let allowed = allowed.filter(|mark| mark.as_bool() == Some(true)).map(|node| (node, false));
    openings.extend(any.into_iter().chain(allowed).map(|(node, credentials)| Opening {
        node,
        origin: Origin::Any,
        credentials,
        operations: guarded.to_vec(),
    }));
}

/// Where browsers add credentials on their own.
struct Ambient {
    /// A key in a cookie is declared, used or not.
    cookie_is_declared: bool,
    /// The operations that accept something else than tokens and keys that a page must add itself.
    operations: HashSet<OperationId>,
}

fn ambient_schemes(api: &Api<'_>) -> Ambient {
    let cookie_is_declared = api.schemes.iter().any(|scheme| scheme.location == Some(KeyLocation::Cookie));
    let explicit: Vec<bool> = api.schemes.iter().map(is_explicit).collect();
    let accepts = PerList::default();
    let ambient = api.operations.iter().filter(|operation| {
        accepts.of(&operation.security.alternatives, |list| {
            let mut members = list.iter().flat_map(|alternative| &alternative.members);
            members.any(|member| member.scheme.is_none_or(|id| !explicit[id.index()]))
        })
    });
    Ambient { cookie_is_declared, operations: ambient.map(|operation| operation.id).collect() }
}

/// A page must add the credential itself.
fn is_explicit(scheme: &Scheme<'_>) -> bool {
    match scheme.kind {
        SchemeType::OAuth2 | SchemeType::OpenIdConnect => true,
        SchemeType::ApiKey => matches!(scheme.location, Some(KeyLocation::Header | KeyLocation::Query)),
        SchemeType::Http => scheme.http_scheme.as_deref() == Some("bearer"),
        _ => false,
    }
}
