//! Which operations should be able to answer 429, and which show that they are throttled.

use std::cell::OnceCell;
use std::sync::Arc;

use apiward_model::predicate::Signs;
use apiward_model::words::{QUOTA_TEXT, RATE_LIMIT_TEXT};
use apiward_model::{Api, Operation, Response, phrase};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::pattern::compiled;

/// Options of `ratelimit/headers-missing`, which the lints on 429 heed too.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HeaderOptions {
    /// Regular expressions for whole names of headers that tell of a limit; compared without case.
    header_patterns: Vec<String>,
}

impl Default for HeaderOptions {
    fn default() -> Self {
        Self { header_patterns: vec!["(x-)?rate-?limit.*".to_owned()] }
    }
}

/// Names of headers that tell of a limit.
pub(crate) struct LimitHeaders {
    patterns: Vec<String>,
    /// The patterns for whole names; most small descriptions have no header to compare with.
    compiled: OnceCell<Vec<Arc<Regex>>>,
}

impl From<HeaderOptions> for LimitHeaders {
    fn from(options: HeaderOptions) -> Self {
        Self { patterns: options.header_patterns, compiled: OnceCell::new() }
    }
}

impl LimitHeaders {
    pub(crate) fn matches(&self, name: &str) -> bool {
        let all = || self.patterns.iter().filter_map(|text| compiled(&format!("^(?i:{text})$"))).collect();
        self.compiled.get_or_init(all).iter().any(|pattern| pattern.is_match(name))
    }

    fn stand_in(&self, response: &Response<'_>) -> bool {
        response.headers.iter().any(|header| self.matches(header.name))
    }
}

/// `counted_for_429(op)`: neither a probe of the protocol nor a read that is open by design.
pub(super) fn is_counted(operation: &Operation<'_>, signs: &Signs<'_>) -> bool {
    let method = |name| operation.method.is(name);
    !(method("OPTIONS") || method("HEAD") || method("TRACE") || method("GET") && signs.is_public())
}

/// `covers_429(op)`: an answer 429, or a range or default answer that tells of a limit. `any_4xx` lets every `4XX` do.
pub(super) fn is_covered(api: &Api<'_>, operation: &Operation<'_>, headers: &LimitHeaders, any_4xx: bool) -> bool {
    let tells = |response: &Response<'_>| {
        let text = response.node.get_str("description").unwrap_or_default();
        headers.stand_in(response)
            || phrase::says_pattern(text, &RATE_LIMIT_TEXT)
            || phrase::says_pattern(text, &QUOTA_TEXT)
    };
    // What was not read may tell of a limit.
    let unread = |code: &str| code == "default" || code.eq_ignore_ascii_case("4XX");
    let mut responses = operation.responses.iter().map(|id| api.response(*id));
    let mut by_response = || {
        responses.any(|response| match response.code {
            code if code.eq_ignore_ascii_case("4XX") => any_4xx || tells(response),
            "default" => tells(response),
            _ => false,
        })
    };
    answers_429(operation) || operation.unread_response_codes().any(unread) || by_response()
}

/// True when an operation answers with the literal status 429.
pub(crate) fn answers_429(operation: &Operation<'_>) -> bool {
    operation.response_codes().any(|code| code == "429")
}
