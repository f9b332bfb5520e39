//! Operations that fetch what a URL names.

use crate::api::{Api, Method, Operation};
use crate::lexicon::Tokens;
use crate::predicate::PathShape;
use crate::words::SSRF_FETCH_WORDS;

/// What an operation fetches, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fetching {
    /// Later, the address at which a webhook is called.
    Hook,
    /// What the body names at its top: `import` and `preview` are said of what a caller sends as often.
    Top,
    /// Whatever is named.
    Any,
}

/// Words that name what is called by its URL.
const HOOKS: [&str; 5] = ["webhook", "webhooks", "callback", "callbacks", "subscribe"];
/// Words that are also said of data which the caller sends.
const ALSO_OF_DATA: [&str; 7] = ["preview", "render", "import", "recover", "restore", "clone", "mirror"];
/// Words by which a webhook is called, not made.
const USES_OF_HOOKS: [&str; 2] = ["execute", "send"];

/// `fetch_like(op)`: a word of fetching (`import`, `preview`, `webhook`) in the last segment that is no parameter, or in
/// the operationId; AsyncAPI: also in the name of a message. What deletes fetches nothing.
pub fn fetching(api: &Api<'_>, operation: &Operation<'_>) -> Option<Fetching> {
    let is_async = api.spec.format.is_async();
    let path = if is_async { PathShape::of_address(operation.path) } else { PathShape::of_path(operation.path) };
    let messages = operation.messages().iter().filter(|_| is_async).filter_map(|id| api.message(*id).name);
    let mut names: Vec<Tokens<'_>> = operation.operation_id.into_iter().chain(messages).map(Tokens::new).collect();
    names.extend(path.last_literal().map(|segment| segment.tokens().clone()));
    let strongest = names.iter().filter_map(fetching_of_name).max()?;
    let uses = || names.iter().flat_map(Tokens::iter).any(|word| USES_OF_HOOKS.contains(&word));
    let is_hook = strongest == Fetching::Hook;
    match operation.method {
        Method::Http("DELETE") => None,
        Method::Http("GET" | "HEAD") if is_hook => None,
        _ if is_hook && uses() => None,
        _ => Some(strongest),
    }
}

fn fetching_of_name(words: &Tokens<'_>) -> Option<Fetching> {
    let without = |left_out: &[&str]| {
        let others: Vec<&str> = words.iter().filter(|word| !left_out.contains(word)).collect();
        SSRF_FETCH_WORDS.matches_word(&Tokens::new(&others.join("_")))
    };
    if !SSRF_FETCH_WORDS.matches_word(words) {
        None
    } else if !without(&HOOKS) {
        Some(Fetching::Hook)
    } else if !without(&[HOOKS.as_slice(), &ALSO_OF_DATA].concat()) {
        Some(Fetching::Top)
    } else {
        Some(Fetching::Any)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    fn judge(document: &str) -> Vec<Option<Fetching>> {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), document.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        api.operations.iter().map(|operation| fetching(&api, operation)).collect()
    }

    #[test]
    fn words_of_fetching_stand_in_the_last_segment_the_id_or_the_message() {
        use Fetching::{Any, Hook, Top};
        let paths = "/photos/import: {post: {}}, \"/photos:fetch\": {post: {}}, \"/webhooks/{id}\": {put: {}}, \
                     /import/photos: {post: {}}, /a: {post: {operationId: createFromUrl}}, /b: {post: {}}";
        let document = format!("openapi: 3.0.3\npaths: {{{paths}}}\n");
        assert_eq!(judge(&document), [Some(Top), Some(Any), Some(Hook), None, Some(Any), None]);
        let channels =
            "photos.import: {publish: {}}, a: {publish: {message: {name: scrapePage}}}, import.a: {publish: {}}";
        let document = format!("asyncapi: 2.6.0\nchannels: {{{channels}}}\n");
        assert_eq!(judge(&document), [Some(Top), Some(Any), None]);
    }

    #[test]
    fn what_deletes_reads_or_calls_a_webhook_fetches_nothing_that_is_named() {
        let paths = "\"/webhooks/{id}\": {delete: {}, get: {}, post: {operationId: executeWebhook}}, \
                     /proxy: {delete: {}, get: {}}, /webhooks/fetch: {post: {operationId: sendWebhook}}";
        let document = format!("openapi: 3.0.3\npaths: {{{paths}}}\n");
        assert_eq!(judge(&document), [None, None, None, None, Some(Fetching::Any), Some(Fetching::Any)]);
    }
}
