//! `threat/csrf-cookie-auth`

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::PathShape;
use apiward_model::words::{ANTI_CSRF_WORDS, SIMPLE_REQUEST_MEDIA_TYPES};
use apiward_model::{Alternative, Api, BodyId, Format, KeyLocation, Location, Merged, Operation, SchemeId, phrase};
use foldhash::{HashSet, HashSetExt};

use crate::framework::budget::Budget;
use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::operation_title;

declare_lint! {
    id: "threat/csrf-cookie-auth",
    title: "Cookie-authenticated write has no anti-CSRF token",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API8:2023"],
    cwe: ["CWE-352"],
    practices: [Threats, Authentication],
    references: [
        "OWASP Cross-Site Request Forgery Prevention Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("csrf_cookie_auth.md"),
    check: CsrfCookieAuth,
}

#[derive(Default)]
struct CsrfCookieAuth;

/// Words by which a text says that forged requests are thought of.
const TOLD: [&str; 3] = ["samesite", "csrf", "xsrf"];

const HELP: &str =
    "ask for an anti-CSRF token in a header, such as `X-CSRF-Token`, or say that the cookie is `SameSite`";

impl<'a> Check<'a> for CsrfCookieAuth {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let cookies: HashSet<SchemeId> = api
            .schemes
            .iter()
            .filter(|scheme| scheme.location == Some(KeyLocation::Cookie))
            .filter(|scheme| !scheme.target.get_str("description").is_some_and(is_protected))
            .map(|scheme| scheme.id)
            .collect();
        if cookies.is_empty() || is_document_protected(api) {
            return;
        }
        let bodies = bodies_with_token(api);
        let accepts = PerList::default();
        for operation in &api.operations {
            let signs = cx.signs(operation.id);
            let accepted = || accepts.of(&operation.security.alternatives, |list| accept_cookie(list, &cookies));
            if !signs.writes || !signs.public.is_empty() || !accepted() {
                continue;
            }
            let header = |name: &str| ANTI_CSRF_WORDS.matches_word(&Tokens::header(name));
            let mut parameters = operation.parameters.iter().map(|id| api.parameter(*id));
            let has_header = parameters.any(|given| given.location == Location::Header && header(given.name));
            if has_header || operation.has_unread_request() || operation.body.is_some_and(|body| bodies.contains(&body))
            {
                continue;
            }
            let message =
                format!("{} is let in by a cookie alone and asks for no anti-CSRF token", operation_title(operation));
            let finding = cx.finding(operation.node, message).at_key(operation.node).help(HELP).operation(operation.id);
            let finding = finding.lowered_if(needs_preflight(api, operation), Level::Info);
            cx.report(finding.declared_public(signs.declared.clone()));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        let listed = cx.listed(findings, |count| {
            format!("{count} operations that write are let in by a cookie alone and ask for no anti-CSRF token")
        });
        listed.into_iter().map(without_related).collect()
    }
}

/// The list of operations says it all.
fn without_related(mut finding: Finding<'_>) -> Finding<'_> {
    finding.apart.related.clear();
    finding
}

/// A text that names a protection, other than to say that it is off. It often stands in a code span.
fn is_protected(text: &str) -> bool {
    let folded = text.to_ascii_lowercase();
    TOLD.into_iter().flat_map(|word| folded.match_indices(word)).any(|(at, word)| {
        let range = at..at + word.len();
        let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let whole = !is_part(folded[..at].chars().next_back()) && !is_part(folded[range.end..].chars().next());
        let behind = folded[range.end..].trim_start_matches(['=', ':', ' ', '`', '"']);
        whole && !behind.starts_with("none") && !phrase::surroundings(text, &range).negated
    })
}

/// Something in the document hands out tokens, or its description speaks of them.
fn is_document_protected(api: &Api<'_>) -> bool {
    let told = api.root.get("info").and_then(|info| info.get_str("description")).is_some_and(is_protected);
    let mut headers = api.responses.iter().flat_map(|response| &response.headers);
    told || headers.any(|header| ANTI_CSRF_WORDS.matches_word(&Tokens::header(header.name)))
        || api.operations.iter().any(|operation| {
            let path = PathShape::of_path(operation.path);
            path.segments().iter().any(|segment| ANTI_CSRF_WORDS.matches_word(segment.tokens()))
        })
}

/// The request bodies with a token at their top.
fn bodies_with_token(api: &Api<'_>) -> HashSet<BodyId> {
    let mut budget = Budget::of(api);
    let mut found = HashSet::new();
    for (at, body) in api.bodies.iter().enumerate() {
        for schema in body.media.iter().filter_map(|media| media.schema) {
            let merged = Merged::of(api, schema);
            if !budget.spend(merged.all("properties").map(|map| map.count()).sum()) {
                return found;
            }
            let is_token = |(name, _): &(&str, _)| ANTI_CSRF_WORDS.matches_word(&Tokens::new(name));
            if merged.properties().iter().any(is_token) {
                found.insert(BodyId::at(at));
            }
        }
    }
    found
}

fn accept_cookie(alternatives: &[Alternative<'_>], cookies: &HashSet<SchemeId>) -> bool {
    alternatives.iter().any(|alternative| {
        let is_cookie = |scheme: Option<SchemeId>| scheme.is_some_and(|id| cookies.contains(&id));
        !alternative.members.is_empty() && alternative.members.iter().all(|member| is_cookie(member.scheme))
    })
}

/// Browsers ask the server before they send it for another site.
fn needs_preflight(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let media = operation.body.map(|id| &*api.body(id).media).unwrap_or_default();
    let plain = |name: &str| name.split(';').next().unwrap_or_default().trim().to_owned();
    let simple = media.iter().any(|media| SIMPLE_REQUEST_MEDIA_TYPES.matches_value(&plain(media.name)));
    !operation.method.is("POST") || !media.is_empty() && !simple
}
