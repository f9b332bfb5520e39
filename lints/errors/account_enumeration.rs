//! `errors/account-enumeration`

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{Signs, is_error_response};
use apiward_model::words::{ACCOUNT_PROBE_WORDS, ACCOUNT_REVEAL_PHRASES};
use apiward_model::{Api, Node, Operation, OperationId, Place, Response};
use foldhash::HashSet;

use crate::errors::reached::reached_from;
use crate::errors::samples::{examples, strings};
use crate::framework::budget::Budget;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "errors/account-enumeration",
    title: "Login or reset answer reveals whether an account exists",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-204"],
    practices: [ErrorHandling, Authentication],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "OWASP Authentication Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html",
        "OWASP Forgot Password Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("account_enumeration.md"),
    check: AccountEnumeration,
}

#[derive(Default)]
struct AccountEnumeration {
    probes: Vec<(OperationId, Probe)>,
    /// Shared responses that other operations name: what they mean is not said of an account.
    general: HashSet<Place>,
}

/// An operation that anybody can ask about an account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Probe {
    /// A login, a reset, or a check whether a name is taken.
    Account,
    /// A registration, which must tell that a name is taken, if it tells it at all.
    SignUp,
}

static SIGN_UP: Lexicon = Lexicon::new("sign-up", Match::Word, &["signup", "sign_up", "register", "registration"]);

/// Parameters that name an account.
static ACCOUNT_NAMES: Lexicon = Lexicon::new(
    "names of accounts",
    Match::Name,
    &[
        "user",
        "username",
        "login",
        "account",
        "account_name",
        "email",
        "email_address",
        "mail",
        "phone",
        "phone_number",
    ],
);

/// What a response may speak of instead of an account.
const OTHER_SUBJECTS: [&str; 12] = [
    "tenant",
    "application",
    "client",
    "realm",
    "token",
    "link",
    "code",
    "flow",
    "invitation",
    "session",
    "challenge",
    "expired",
];

/// What operations may be about that has its own time, and is gone after it.
static PASSING_SUBJECTS: Lexicon =
    Lexicon::new("passing subjects", Match::Word, &["flow", "invitation", "invite", "challenge"]).with_plurals();

/// The same where only the text of the operation says it.
const PASSING_WORDS: [&str; 8] = ["flow", "flows", "invitation", "token", "link", "code", "expired", "expires"];

/// Words behind `invalid password` that speak of how it is written.
const POLICY_WORDS: [&str; 5] = ["format", "length", "policy", "strength", "characters"];

/// Words of the longest phrase.
const LONGEST: usize = 5;

impl<'a> Check<'a> for AccountEnumeration {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        let open = operation.security.is_anonymous() || signs.is_public();
        let asked = open && signs.administration.is_none() && takes_an_account(cx.api, operation);
        match asked.then(|| probe(signs)).flatten() {
            Some(probe) => self.probes.push((operation.id, probe)),
            None => self.general.extend(
                operation
                    .responses
                    .iter()
                    .map(|id| cx.api.response(*id).node)
                    .filter(|node| !is_inline(operation, *node))
                    .map(Node::place),
            ),
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut budget = Budget::of(cx.api);
        for (id, probe) in std::mem::take(&mut self.probes) {
            let operation = cx.api.operation(id);
            let responses = operation.responses.iter().map(|id| cx.api.response(*id));
            let mut told = |response: &Response<'a>| {
                Some((self.tells(cx.api, operation, probe, response, &mut budget)?, response.code))
            };
            let Some((what, code)) = responses.into_iter().find_map(&mut told) else { continue };
            let map = operation.node.get("responses").and_then(Node::target_or_none);
            let place = map.and_then(|map| map.get(code)).unwrap_or(operation.node);
            let message = format!("{} {what}", operation_title(operation));
            let help = "answer the same, with the same status and in the same time, whether the account exists or not; \
                        tell the rest by mail to its owner";
            let finding = cx.finding(place, message).at_key(place).help(help).operation(id);
            cx.report(finding.lowered_if(probe == Probe::SignUp, Level::Info));
        }
    }
}

fn probe(signs: &Signs<'_>) -> Option<Probe> {
    let (path, operation_id) = (signs.path(), signs.operation_id());
    let is = |list: &Lexicon| path.ends_with(list) || list.matches_word(&operation_id);
    if is(&SIGN_UP) { Some(Probe::SignUp) } else { is(&ACCOUNT_PROBE_WORDS).then_some(Probe::Account) }
}

/// A read tells about an account only where it is given one: others read a form, a flow, or what is known of the caller.
fn takes_an_account(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let mut parameters = operation.parameters.iter().map(|id| api.parameter(*id));
    match operation.method.as_str() {
        "GET" | "HEAD" => parameters.any(|one| ACCOUNT_NAMES.matches_name(&Tokens::new(one.name))),
        method => matches!(method, "POST" | "PUT" | "PATCH" | "QUERY"),
    }
}

fn is_inline(operation: &Operation<'_>, response: Node<'_>) -> bool {
    response.parent().and_then(Node::parent) == Some(operation.node)
}

impl AccountEnumeration {
    /// What a response tells about the account.
    fn tells(
        &self,
        api: &Api<'_>,
        operation: &Operation<'_>,
        probe: Probe,
        response: &Response<'_>,
        budget: &mut Budget,
    ) -> Option<String> {
        let telling = match probe {
            Probe::Account => matches!(response.code, "404" | "409" | "410"),
            Probe::SignUp => response.code == "409",
        };
        let general = !is_inline(operation, response.node) && self.general.contains(&response.node.place());
        if telling && !general && !speaks_of_something_else(operation, response) {
            return Some(format!("tells by {} whether an account exists", response.code));
        }
        let reads = probe == Probe::Account && is_error_response(api, operation, response);
        let phrase = reads.then(|| revealing_phrase(api, response, budget)).flatten()?;
        Some(format!("tells about the account: its {} response says {}", quoted(response.code), quoted(&phrase)))
    }
}

fn speaks_of_something_else(operation: &Operation<'_>, response: &Response<'_>) -> bool {
    let says = |text: &str, words: &[&str]| Tokens::new(text).iter().any(|word| words.contains(&word));
    let passing = |name: &str| PASSING_SUBJECTS.matches_word(&Tokens::new(name));
    let texts = [operation.summary(), operation.description()];
    says(response.node.get_str("description").unwrap_or_default(), &OTHER_SUBJECTS)
        || passing(operation.path)
        || operation.operation_id.is_some_and(passing)
        || response.code == "410" && texts.into_iter().flatten().any(|text| says(text, &PASSING_WORDS))
}

/// The first phrase in the description, the examples and the fixed values of a response that tells of an account.
fn revealing_phrase(api: &Api<'_>, response: &Response<'_>, budget: &mut Budget) -> Option<String> {
    let schemas = reached_from(api, response.media.iter().filter_map(|media| media.schema).collect());
    let schemas = schemas.take_while(|schema| budget.spend(1 + schema.properties().map_or(0, |map| map.count())));
    let keywords = ["enum", "const", "example", "examples"];
    let fixed = schemas.flat_map(|schema| keywords.into_iter().filter_map(move |key| schema.get(key)));
    let values = examples(response).into_iter().chain(fixed);
    let mut texts = values.flat_map(strings).map(|text| text.raw().text());
    let description = response.node.get_str("description").into_iter();
    description.chain(&mut texts).find_map(phrase_in)
}

/// The words of a text that tell whether an account exists, or which half of a login was wrong.
fn phrase_in(text: &str) -> Option<String> {
    let tokens = Tokens::new(text);
    if !ACCOUNT_REVEAL_PHRASES.matches_word(&tokens) {
        return None;
    }
    let words: Vec<&str> = tokens.iter().collect();
    let runs = (0..words.len())
        .flat_map(|first| (first + 1..=(first + LONGEST).min(words.len())).map(move |end| (first, end)));
    let found =
        runs.filter(|(first, end)| ACCOUNT_REVEAL_PHRASES.matches_name(&Tokens::new(&words[*first..*end].concat())));
    let mut telling = found.filter(|(first, end)| {
        let of_policy = words[*end..].iter().take(2).any(|word| POLICY_WORDS.contains(word));
        // `invalid username or invalid password` keeps to itself which of the two it was.
        let combined = *first > 0 && words[*first - 1] == "or";
        !of_policy && !combined
    });
    telling.next().map(|(first, end)| words[first..end].join(" "))
}

#[cfg(test)]
mod tests {
    use super::phrase_in;

    #[test]
    fn phrases_are_found_as_tokens() {
        for (text, phrase) in [
            ("USER_NOT_FOUND", "user not found"),
            ("No such user.", "no such user"),
            ("errors.invalidPassword", "invalid password"),
            ("The email does not exist", "email does not exist"),
            ("invalid password policy, wrong password", "wrong password"),
        ] {
            assert_eq!(phrase_in(text).as_deref(), Some(phrase), "{text}");
        }
        for text in [
            "Invalid username or password",
            "invalid username or invalid password",
            "Invalid password format",
            "invalid password: minimum length",
            "user was not found",
            "",
        ] {
            assert_eq!(phrase_in(text), None, "{text}");
        }
    }
}
