//! Takes decisions from given bytes, and the words that descriptions are made of.

use arbitrary::Unstructured;

/// Decides by given bytes; once they are used up everything is the first choice, so that descriptions end.
pub(super) struct Pick<'p, 'b>(pub(super) &'p mut Unstructured<'b>);

impl Pick<'_, '_> {
    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or(0)
    }

    /// True once in `times`, and never when nothing is left.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// True mostly, and when nothing is left.
    pub(super) fn mostly(&mut self) -> bool {
        self.below(4) < 3
    }

    /// One of several words.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    /// A text for people.
    pub(super) fn prose(&mut self) -> &'static str {
        self.word(PROSE)
    }
}

pub(super) const PATHS: &[&str] = &[
    "/parcels",
    "/parcels/{id}",
    "/login",
    "/admin/users",
    "/v1/orders/{orderId}",
    "/v2/orders/{orderId}",
    "/health",
    "/upload",
    "/search",
    "/token/refresh",
    "/users/{userId}/password",
    "/.well-known/jwks.json",
    "/internal/debug",
    "/files/{path}",
    "/hooks",
    "/users/{id}/roles",
    "/payments",
    "/export",
    "/",
    "/me",
    "/parcels/{name}",
    "/parcels/mine",
];

pub(super) const NAMES: &[&str] = &[
    "id",
    "userId",
    "api_key",
    "access_token",
    "limit",
    "page",
    "url",
    "redirect_uri",
    "filter",
    "file",
    "X-Request-Id",
    "Authorization",
    "password",
    "ssn",
    "email",
    "sort",
    "X-Forwarded-For",
    "callbackUrl",
    "cursor",
    "path",
];

pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "name",
    "email",
    "password",
    "ssn",
    "iban",
    "isAdmin",
    "role",
    "createdAt",
    "accessToken",
    "cardNumber",
    "cvv",
    "url",
    "html",
    "items",
    "next",
    "owner",
    "status",
    "stackTrace",
    "passwordHash",
    "dateOfBirth",
    "count",
    "message",
    "errors",
    "internalNotes",
    "tenantId",
    "price",
    "webhookUrl",
];

pub(super) const PROSE: &[&str] = &[
    "Parcels",
    "Lists the parcels of a depot.",
    "Deletes a user. Administrators only.",
    "TODO: ask for a token",
    "Public, no authentication needed.",
    "Send `Authorization: Bearer` with a token from /login.",
    "Deprecated, use v2.",
    "Will be removed on 2024-01-31",
    "<b>Bold</b><script>alert(1)</script>",
    "[here](javascript:alert(1))",
    "=1+1",
    "a\u{1b}[31mb",
    "::error::x",
    "##[error]x",
    "Answers 429 beyond 100 calls a minute.",
    "",
    "caf\u{e9} \u{1F600}",
    "line\nbreak",
    "at most 10 MB",
    "Only for internal use; see http://wiki.corp.local/page",
    "ends 2031-02-28",
    "password: hunter2",
    "-----BEGIN PRIVATE KEY-----",
    "user:secret@db.example.com",
    "\u{202e}reversed",
];

pub(super) const URLS: &[&str] = &[
    "https://api.parcels.io",
    "http://api.parcels.io/v1",
    "http://localhost:8080",
    "https://{region}.parcels.io/{basePath}",
    "{scheme}://api.parcels.io",
    "/v1",
    "",
    "http://10.0.0.7",
    "https://user:secret@api.parcels.io",
    "wss://live.parcels.io",
    "https://staging.parcels.io",
    "ftp://files.parcels.io",
    "//api.parcels.io",
    "https://api.parcels.io?token=abcdef",
];

pub(super) const SCOPES: &[&str] = &["parcels.read", "parcels.write", "admin", "*", "parcels:*", "read", "write"];

pub(super) const MEDIA: &[&str] = &[
    "application/json",
    "application/xml",
    "multipart/form-data",
    "*/*",
    "application/problem+json",
    "text/html",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/event-stream",
    "image/*",
];

pub(super) const PATTERNS: &[&str] =
    &["^[a-z]{1,20}$", "(a+)+$", ".*", "^@", "^(?!x)[^/]+$", "[", "^\\d{3}-\\d{2}-\\d{4}$", "^https?://", "(x|x|x)*y"];

pub(super) const FORMATS: &[&str] =
    &["uuid", "date-time", "email", "password", "uri", "binary", "int32", "int64", "byte", "ipv4", "hostname"];
