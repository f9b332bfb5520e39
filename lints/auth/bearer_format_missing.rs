//! `auth/bearer-format-missing`

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::{Format, Scheme};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "auth/bearer-format-missing",
    title: "Bearer scheme does not say what kind of token it carries",
    levels: Levels::strict(Level::Info),
    confidence: High,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32, Format::AsyncApi2, Format::AsyncApi3],
    owasp: ["API2:2023"],
    cwe: ["CWE-1059"],
    practices: [Authentication, Documentation],
    references: [
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
        "RFC 8725 section 3" => "https://www.rfc-editor.org/rfc/rfc8725#section-3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("bearer_format_missing.md"),
    check: BearerFormatMissing,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether a scheme that carries JWTs must also say how they are checked.
    require_rfc8725: bool,
}

struct BearerFormatMissing(Options);

impl From<Options> for BearerFormatMissing {
    fn from(options: Options) -> Self {
        Self(options)
    }
}

/// Words that tell what kind of token it is. They often stand in code spans, so the raw text is searched.
static KIND: Lexicon =
    pattern(&[r"\b(jwts?|paseto|opaque|introspection)\b", r"\bjson[ -]web[ -]tokens?\b", r"\breference[ -]tokens?\b"]);
static JWT: Lexicon = pattern(&[r"\bjwts?\b", r"\bjson[ -]web[ -]tokens?\b"]);
static RFC8725: Lexicon = pattern(&[r"\brfc[ -]?8725\b"]);
/// The signature algorithms of RFC 7518, RFC 8037, RFC 8812 and RFC 9864.
static ALGORITHM: Lexicon = pattern(&[r"\b((hs|rs|es|ps)(256|384|512)|es256k|eddsa|ed25519|ed448)\b"]);
static ORIGIN: Lexicon = pattern(&[r"\b(issuers?|iss|audiences?|aud)\b"]);

const fn pattern(entries: &'static [&'static str]) -> Lexicon {
    Lexicon::new("bearer-format-missing", Match::Regex, entries)
}

impl<'a> Check<'a> for BearerFormatMissing {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.in_use || !scheme.is_definition() || scheme.http_scheme.as_deref() != Some("bearer") {
            return;
        }
        let text = |key| scheme.target.get_str(key).unwrap_or_default();
        let (format, description) = (text("bearerFormat"), text("description"));
        let title = scheme_title(scheme);
        let (message, help) = if format.trim().is_empty() && !KIND.matches_pattern(description) {
            let help = "write `bearerFormat: JWT`, or say in the description that the token is opaque and where it can be \
                        checked";
            (format!("{title} does not say what kind of token it carries"), help)
        } else if self.0.require_rfc8725 && is_unchecked_jwt(format, description) {
            let help = "name the accepted algorithms and the issuer or audience in its description, or RFC 8725, which it \
                        follows";
            (format!("{title} carries JWTs but does not say how they are checked"), help)
        } else {
            return;
        };
        let finding = cx.finding(scheme.target, message).at_key(scheme.target).help(help);
        cx.report(finding.operations(cx.accepting(scheme.id)));
    }
}

fn is_unchecked_jwt(format: &str, description: &str) -> bool {
    let carries_jwt = JWT.matches_pattern(format) || JWT.matches_pattern(description);
    let told = ALGORITHM.matches_pattern(description) && ORIGIN.matches_pattern(description);
    carries_jwt && !told && !RFC8725.matches_pattern(description)
}
