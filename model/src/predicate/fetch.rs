//! Operations that fetch what a URL names.

use crate::api::{Api, Operation};
use crate::lexicon::Tokens;
use crate::predicate::PathShape;
use crate::words::SSRF_FETCH_WORDS;

/// `fetch_like(op)`: a word of fetching (`import`, `preview`, `webhook`) in the last segment that is no parameter, or in
/// the operationId; AsyncAPI: also in the name of a message.
pub fn is_fetch_like(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    is_named(api, operation, |words| SSRF_FETCH_WORDS.matches_word(words))
}

/// The same, where the word is more than `webhook`: that says what is stored, and a webhook is called by its URL.
pub fn fetches_hosts(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    is_named(api, operation, |words| {
        let others: Vec<&str> = words.iter().filter(|word| !matches!(*word, "webhook" | "webhooks")).collect();
        SSRF_FETCH_WORDS.matches_word(&Tokens::new(&others.join("_")))
    })
}

fn is_named(api: &Api<'_>, operation: &Operation<'_>, fetches: impl Fn(&Tokens<'_>) -> bool) -> bool {
    let is_async = api.spec.format.is_async();
    let named = |name: &str| fetches(&Tokens::new(name));
    let path = if is_async { PathShape::of_address(operation.path) } else { PathShape::of_path(operation.path) };
    operation.operation_id.is_some_and(named)
        || path.last_literal().is_some_and(|segment| fetches(segment.tokens()))
        || is_async && operation.messages().iter().filter_map(|id| api.message(*id).name).any(named)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    fn judge(document: &str) -> Vec<bool> {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), document.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        api.operations.iter().map(|operation| is_fetch_like(&api, operation)).collect()
    }

    #[test]
    fn words_of_fetching_stand_in_the_last_segment_the_id_or_the_message() {
        let paths = "/photos/import: {post: {}}, \"/photos:fetch\": {post: {}}, \"/webhooks/{id}\": {put: {}}, \
                     /import/photos: {post: {}}, /a: {post: {operationId: createFromUrl}}, /b: {post: {}}";
        let document = format!("openapi: 3.0.3\npaths: {{{paths}}}\n");
        assert_eq!(judge(&document), [true, true, true, false, true, false]);
        let channels =
            "photos.import: {publish: {}}, a: {publish: {message: {name: scrapePage}}}, import.a: {publish: {}}";
        let document = format!("asyncapi: 2.6.0\nchannels: {{{channels}}}\n");
        assert_eq!(judge(&document), [true, true, false]);
    }
}
