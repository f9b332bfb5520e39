//! `threat/state-change-over-get`

use apiward_model::lexicon::Tokens;
use apiward_model::predicate::{PathShape, PublicSigns};
use apiward_model::words::{
    MUTATING_GET_EXCEPTIONS, MUTATING_GET_NOUN_VERBS, MUTATING_GET_VERBS, ONE_TIME_TOKEN_SEGMENTS,
};
use apiward_model::{Format, Operation, Place};
use foldhash::HashSet;

use crate::framework::crowd::listed_by_level;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "threat/state-change-over-get",
    title: "GET operation appears to change state",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-650", "CWE-352"],
    practices: [Threats, InputValidation],
    references: [
        "RFC 9110 section 9.2.1" => "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1",
        "Zalando RESTful API Guidelines rule 148: use HTTP methods correctly" => "https://opensource.zalando.com/restful-api-guidelines/#148",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation],
    docs: include_str!("state_change_over_get.md"),
    check: StateChangeOverGet,
}

#[derive(Default)]
struct StateChangeOverGet {
    /// The path items with a GET.
    with_get: HashSet<Place>,
}

impl<'a> Check<'a> for StateChangeOverGet {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let gets = cx.api.operations.iter().filter(|operation| operation.method.is("GET"));
        self.with_get = gets.map(|operation| operation.path_item.place()).collect();
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let safe = operation.method.is("GET") || operation.method.is("QUERY");
        let lone_head = operation.method.is("HEAD") && !self.with_get.contains(&operation.path_item.place());
        if !safe && !lone_head {
            return;
        }
        let signs = cx.signs(operation.id);
        if signs.public.intersects(PublicSigns::OAUTH) {
            return;
        }
        let path = signs.path();
        let Some(verb) = changing_verb(cx, operation, &path, &signs.operation_id()) else { return };
        let method = operation.method.as_str();
        let message = format!("{} appears to change state: {}", operation_title(operation), quoted(&verb));
        let help = format!(
            "use POST, PUT, PATCH or DELETE: {method} is what links, prefetching, crawlers and caches send, and what \
             protection against forged requests lets pass"
        );
        let one_time = path.segments().iter().any(|segment| {
            ONE_TIME_TOKEN_SEGMENTS.matches_name(segment.tokens())
                || segment.tokens().iter().any(|word| ONE_TIME_TOKEN_SEGMENTS.holds_run(word))
        });
        let finding = cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id);
        cx.report(finding.lowered_if(one_time || leaves(&verb), Level::Info));
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        listed_by_level(cx, findings, |count| {
            format!("{count} operations that should only read appear to change state")
        })
    }
}

/// Where a verb shows.
struct Form {
    verb: String,
    /// A segment that goes on behind the verb.
    compound: bool,
}

/// The verb by which the operation appears to change state.
fn changing_verb(cx: &Cx<'_, '_>, operation: &Operation<'_>, path: &PathShape<'_>, id: &Tokens<'_>) -> Option<String> {
    let segment = path
        .last_literal()
        .filter(|_| path.segments().iter().rev().take_while(|segment| segment.parameter.is_some()).count() <= 1);
    let of_segment = segment.and_then(|segment| {
        let leading = leading_verb(segment.tokens());
        let (verb, used) = leading.or_else(|| Some((leaving_at_end(segment.tokens())?, segment.tokens().len())))?;
        Some(Form { verb: verb.to_owned(), compound: used < segment.tokens().len() })
    });
    let of_id = leading_verb(id).filter(|(_, used)| *used < id.len());
    let of_id = of_id.map(|(verb, _)| Form { verb: verb.to_owned(), compound: false });
    let is_excepted = || is_excepted(id) || segment.is_some_and(|segment| is_excepted(segment.tokens()));
    let mut forms = of_segment.into_iter().chain(of_id);
    let found = forms.find_map(|form| {
        let noun = MUTATING_GET_NOUN_VERBS.matches_value(&form.verb);
        let told = is_told(operation.summary().unwrap_or_default(), &form.verb, noun);
        if is_excepted() && (noun || !told) || noun && form.compound {
            return None;
        }
        let certain = told || answers(cx, operation, |code| matches!(code, "201" | "202" | "204"));
        let empty = || !operation.method.is("HEAD") && is_empty(cx, operation);
        let redirects = || leaves(&form.verb) && answers(cx, operation, |code| code.starts_with('3'));
        (certain || !noun && !form.compound && (empty() || redirects())).then_some(form.verb)
    });
    found.or_else(|| {
        let verb = segment.and_then(|segment| starting(segment.tokens(), id, operation)).filter(|_| !is_excepted())?;
        let done = answers(cx, operation, |code| matches!(code, "201" | "202" | "204"))
            || !operation.method.is("HEAD") && is_empty(cx, operation);
        done.then(|| verb.to_owned())
    })
}

/// Verbs that name resources as often: a run, a pull request, the rotation of a picture.
const ALSO_THINGS: [&str; 5] = ["run", "pull", "push", "sync", "rotate"];

/// Such a verb where the path and the operationId or the summary agree on it, and no list is meant.
fn starting<'n>(segment: &'n Tokens<'_>, id: &Tokens<'_>, operation: &Operation<'_>) -> Option<&'n str> {
    let verb = segment.first().filter(|verb| ALSO_THINGS.contains(verb))?;
    let summary = Tokens::new(operation.summary().unwrap_or_default());
    let agrees = id.len() > 1 && id.first() == Some(verb) || summary.first().is_some_and(|first| same(first, verb));
    let several = segment.len() > 1 && segment.last().is_some_and(|last| last.ends_with('s'));
    (agrees && !several).then_some(verb)
}

/// `sso-logout`; the page behind a logout is another thing.
fn leaving_at_end<'n>(segment: &'n Tokens<'_>) -> Option<&'n str> {
    segment.last().filter(|last| leaves(last) && segment.first() != Some("post"))
}

/// The verb that a name begins with, and how many of its words that takes.
fn leading_verb<'n>(name: &'n Tokens<'_>) -> Option<(&'n str, usize)> {
    let mut verbs = (1..=2).filter_map(|count| Some((name.leading(count)?, count)));
    verbs.find(|(verb, _)| MUTATING_GET_VERBS.holds_run(verb))
}

/// A word behind the verb tells of something that is only shown: the `log` of `logOut` does not.
fn is_excepted(name: &Tokens<'_>) -> bool {
    let verb = leading_verb(name).map_or(0, |(_, used)| used);
    name.iter().skip(verb).any(|word| MUTATING_GET_EXCEPTIONS.holds_run(word))
}

fn leaves(verb: &str) -> bool {
    matches!(verb, "logout" | "signout")
}

fn answers(cx: &Cx<'_, '_>, operation: &Operation<'_>, is: impl Fn(&str) -> bool) -> bool {
    operation.responses.iter().any(|id| is(cx.api.response(*id).code))
}

/// There are answers of success, and none holds anything.
fn is_empty(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    let mut successes = operation
        .responses
        .iter()
        .map(|id| cx.api.response(*id))
        .filter(|answer| answer.code.starts_with('2'))
        .peekable();
    let holds = if cx.api.spec.format == Format::OpenApi2 { "schema" } else { "content" };
    successes.peek().is_some() && successes.all(|answer| answer.node.get(holds).is_none())
}

/// Words that tell a verb from a noun.
const ARTICLES: [&str; 7] = ["a", "an", "the", "all", "this", "your", "one"];

/// The summary begins with the verb: `Cancels the order`.
fn is_told(summary: &str, verb: &str, noun: bool) -> bool {
    let words = Tokens::new(summary);
    let mut words = words.iter();
    let Some(first) = words.next() else { return false };
    let mut next = words.next();
    let mut is = same(first, verb);
    if let Some(second) = next.filter(|_| !is) {
        is = same(&format!("{first}{second}"), verb) || format!("{}{second}", first.trim_end_matches('s')) == verb;
        next = words.next();
    }
    is && (!noun || next.is_some_and(|word| ARTICLES.contains(&word)))
}

fn same(word: &str, verb: &str) -> bool {
    word.strip_prefix(verb).is_some_and(|rest| matches!(rest, "" | "s" | "es"))
}
