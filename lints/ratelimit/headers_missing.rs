//! `ratelimit/headers-missing`

use std::collections::BTreeSet;

use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::unread::hides_parts_of_operations;
use crate::ratelimit::throttling::{HeaderOptions, LimitHeaders, is_counted};

declare_lint! {
    id: "ratelimit/headers-missing",
    title: "No response tells the client its quota",
    levels: Levels::strict(Level::Info),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770"],
    practices: [RateLimiting, Logging],
    references: [
        "RateLimit header fields for HTTP (Internet-Draft, revision 11)" => "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("headers_missing.md"),
    check: HeadersMissing,
    options: HeaderOptions,
}

struct HeadersMissing {
    headers: LimitHeaders,
}

impl From<HeaderOptions> for HeadersMissing {
    fn from(options: HeaderOptions) -> Self {
        Self { headers: options.into() }
    }
}

impl<'a> Check<'a> for HeadersMissing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        if !api.operations.iter().any(|operation| is_counted(operation, cx.signs(operation.id))) {
            return;
        }
        let responses = api.operations.iter().flat_map(|operation| &operation.responses).map(|id| api.response(*id));
        let read = responses.filter(|response| response.code.starts_with('2') || response.code == "429");
        let names: BTreeSet<String> = read
            .flat_map(|response| &response.headers)
            .filter(|header| self.headers.matches(header.name))
            .map(|header| header.name.to_ascii_lowercase())
            .collect();
        let conventions: BTreeSet<&str> = names.iter().filter_map(|name| convention(name)).collect();
        let message = if names.is_empty() {
            if hides_parts_of_operations(api) {
                return;
            }
            "no response tells clients how much of their quota is left".to_owned()
        } else if conventions.len() > 1 {
            let list: Vec<&str> = conventions.into_iter().collect();
            format!("responses tell of quotas in {} ways: {}", list.len(), list.join(", "))
        } else {
            return;
        };
        let node = api.operations_node();
        let help = "describe `RateLimit` headers on success and on 429, one way throughout: clients that see the limit keep to it";
        cx.report(cx.finding(node, message).at_key(node).help(help).of_document());
    }
}

/// The convention that a name belongs to.
fn convention(name: &str) -> Option<&'static str> {
    Some(match name {
        "ratelimit" => "`RateLimit`",
        "ratelimit-limit" | "ratelimit-remaining" | "ratelimit-reset" => "`RateLimit-Limit`",
        _ if name.starts_with("x-ratelimit-") => "`X-RateLimit-*`",
        _ if name.starts_with("x-rate-limit-") => "`X-Rate-Limit-*`",
        _ => return None,
    })
}
