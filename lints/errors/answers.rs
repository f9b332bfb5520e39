//! What operations answer when something is wrong: status codes, responses and their media types.

use apiward_model::predicate::{essence, is_error_response, is_json};
use apiward_model::{Api, Format, Operation, Response};
use apiward_syntax::Known;

/// True when an operation describes a code or range of this first digit, or `default`.
pub(super) fn has_class(operation: &Operation<'_>, digit: char) -> bool {
    operation.response_codes().any(|code| code == "default" || code.len() == 3 && code.starts_with(digit))
}

/// True when an operation describes one of the codes, the range of one, or `default`.
pub(super) fn covers(operation: &Operation<'_>, wanted: &[&str]) -> bool {
    let mut codes = operation.response_codes();
    codes.any(|code| code == "default" || wanted.iter().any(|one| code == *one || is_range_of(code, one)))
}

/// `4XX` for `404`.
fn is_range_of(range: &str, code: &str) -> bool {
    range.len() == 3 && range.ends_with("XX") && code.get(..1) == range.get(..1)
}

/// The error responses of an operation.
pub(super) fn error_responses<'r, 'a>(
    api: &'r Api<'a>,
    operation: &'r Operation<'a>,
) -> impl Iterator<Item = &'r Response<'a>> {
    let responses = operation.responses.iter().map(|id| api.response(*id));
    responses.filter(|response| is_error_response(api, operation, response))
}

/// [`is_json`], or the old `text/json`.
pub(super) fn is_json_type(media_type: &str) -> bool {
    is_json(media_type) || essence(media_type) == "text/json"
}

/// Whether a response has a body (OpenAPI 2: a schema).
pub(super) fn has_body(api: &Api<'_>, response: &Response<'_>) -> bool {
    if api.spec.format == Format::OpenApi2 {
        response.node.get(Known::Schema).is_some()
    } else {
        response.node.get(Known::Content).is_some_and(|content| content.count() > 0)
    }
}
