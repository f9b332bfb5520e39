//! Whether an operation hands out credentials.

use std::sync::OnceLock;

use crate::api::Operation;
use crate::lexicon::{Tokens, WordSet};
use crate::predicate::Signs;
use crate::words::{ISSUER_GUARD_VERBS, ISSUER_GUARD_WORDS};

/// Words that name what many operations only list or change: in an operationId they need a verb beside them.
const NEED_A_VERB: [&str; 6] = ["key", "secret", "webhook", "client", "application", "service_account"];

/// `secret_issuer(op)`: an operation that is there to issue a credential, and answers with it. `signs` are those of the
/// operation, `extra_paths` path templates that are taken for issuers as well.
pub fn secret_issuer(operation: &Operation<'_>, signs: &Signs<'_>, extra_paths: &[String]) -> bool {
    let is = |method: &str| operation.method.is(method);
    let path = |text: &str| text.trim_end_matches('/').to_owned();
    if extra_paths.iter().any(|extra| path(extra) == path(operation.path)) {
        return true;
    }
    if signs.oauth_endpoint && (is("GET") || is("POST")) {
        return true;
    }
    let shape = signs.path();
    let last = shape.last().map_or_else(|| Tokens::new(""), |segment| segment.tokens().clone());
    let id = signs.operation_id();
    if is("GET") && (exchanges(&last) || exchanges(&id)) {
        return true;
    }
    let makes = ISSUER_GUARD_VERBS.matches_word(&last) || ISSUER_GUARD_VERBS.matches_word(&id);
    let speaks =
        ISSUER_GUARD_WORDS.matches_word(&last) || says_plainly(&id) || makes && ISSUER_GUARD_WORDS.matches_word(&id);
    speaks && (is("POST") || is("PUT") && makes)
}

/// The exchange of one credential for another: some do it by GET, as after a redirect.
fn exchanges(name: &Tokens<'_>) -> bool {
    let has = |words: &[&str]| name.iter().any(|word| words.contains(&word));
    has(&["exchange"]) && has(&["token", "session", "credential"])
}

/// A word of the list that needs no verb beside it.
fn says_plainly(id: &Tokens<'_>) -> bool {
    static WORDS: OnceLock<WordSet> = OnceLock::new();
    let words = || {
        let entries = ISSUER_GUARD_WORDS.entries().iter().filter(|entry| !NEED_A_VERB.contains(entry));
        WordSet::new(entries, ISSUER_GUARD_WORDS.plural)
    };
    if ISSUER_GUARD_WORDS.is_changed() {
        return words().matches_word(id);
    }
    WORDS.get_or_init(words).matches_word(id)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::api::Api;
    use crate::files::{Files, Loader};

    fn issues(method: &str, path: &str, id: &str) -> bool {
        let text = format!("openapi: 3.0.3\npaths: {{'{path}': {{{method}: {{operationId: {id}}}}}}}\n");
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        secret_issuer(&api.operations[0], &Signs::of(&api)[0], &["/vault/open/".to_owned()])
    }

    #[test]
    fn issuers_are_known_by_method_and_names() {
        for (method, path, id) in [
            ("get", "/oauth/token", "x"),
            ("post", "/login", "x"),
            ("post", "/apps/{id}/secrets", "x"),
            ("post", "/apps", "registerApp"),
            ("post", "/apps", "createClient"),
            ("post", "/apps/{id}/rotate", "clientSecret"),
            ("put", "/apps/{id}/secret/rotate", "rotateSecret"),
            ("get", "/vault/open", "x"),
            ("get", "/sessions/token-exchange", "x"),
            ("get", "/sessions/native", "exchangeSessionToken"),
            ("post", "/flows/registration", "x"),
        ] {
            assert!(issues(method, path, id), "{method} {path} {id}");
        }
        for (method, path, id) in [
            ("get", "/apps/{id}/secrets", "createSecret"),
            ("post", "/apps", "updateClient"),
            ("put", "/apps/{id}/secret", "updateSecret"),
            ("patch", "/login", "createToken"),
            ("post", "/keys/{key}", "x"),
            ("get", "/login", "login"),
            ("get", "/currencies/exchange", "listExchanges"),
            ("put", "/sessions/token-exchange", "x"),
        ] {
            assert!(!issues(method, path, id), "{method} {path} {id}");
        }
    }
}
