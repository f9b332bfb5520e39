//! `secrets/jwt-in-document`

use apiward_model::jwt::{self, CompactJws};
use apiward_model::predicate::{Address, split_scheme};
use apiward_model::secret::spans_in_source;
use apiward_model::{Date, Node};

use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::secrets::shown::name_of;

declare_lint! {
    id: "secrets/jwt-in-document",
    title: "A complete signed JWT is in the document",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-798", "CWE-540"],
    practices: [Authentication],
    references: [
        "RFC 8725 section 3" => "https://www.rfc-editor.org/rfc/rfc8725#section-3",
        "RFC 7519" => "https://www.rfc-editor.org/rfc/rfc7519",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("secrets/high-entropy-credential")],
    targets: [Document],
    docs: include_str!("jwt_in_document.md"),
    check: JwtInDocument,
}

#[derive(Default)]
struct JwtInDocument;

/// How bad a token is, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Danger {
    /// It has expired.
    Past,
    /// Nobody knows whose it is.
    Unknown,
    /// A real issuer, and it is valid still.
    Live,
}

impl<'a> Check<'a> for JwtInDocument {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for node in cx.tokens().to_vec() {
            report(cx, node);
        }
    }
}

fn report<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    let tokens: Vec<CompactJws<'_>> =
        jwt::compact_jws(node.text()).filter(|token| token.is_signed_token() && !is_sample(token)).collect();
    let Some(danger) = tokens.iter().map(|token| danger(token, cx.today)).max() else { return };
    let name = name_of(node).map_or_else(|| "the document".to_owned(), quoted);
    let message = match danger {
        Danger::Past => format!("{name} shows a signed token that has expired"),
        Danger::Unknown => format!("{name} shows a complete signed token"),
        Danger::Live => format!("{name} shows a signed token that is valid still"),
    };
    let help = "revoke it if it is real, and cut the example short (`eyJhbGciOi...`): whoever reads the description can use it, and \
                learns what your tokens hold";
    let finding = cx.finding(node, message).help(help).operations(cx.reaching(node));
    let ranges: Vec<_> = tokens.iter().map(|token| token.range.clone()).collect();
    let finding =
        spans_in_source(node.raw(), &ranges).into_iter().fold(finding, |finding, span| finding.hides(node, span));
    let signatures = tokens.iter().filter_map(|token| {
        let signature = node.text()[token.range.clone()].rfind('.')? + 1;
        Some(token.range.start + signature..token.range.end)
    });
    let cut = signatures.fold(Fix::new("cut the signature off"), |fix, part| fix.part(node, part, "..."));
    let finding = finding.fixed_by(cut);
    cx.report(match danger {
        Danger::Past => finding.lowered_to(Level::Info),
        Danger::Unknown => finding,
        Danger::Live => finding.raised_to(Level::Error),
    });
}

/// Samples of standards and of the page on which everybody tries tokens.
fn is_sample(token: &CompactJws<'_>) -> bool {
    token.claim("sub").as_deref() == Some("1234567890") || token.claim("iss").as_deref() == Some("joe")
}

fn danger(token: &CompactJws<'_>, today: Date) -> Danger {
    let end = token.claim("exp").and_then(|seconds| seconds.parse::<f64>().ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float beyond the range saturates")]
    let expired = end.is_some_and(|seconds| Date::of_seconds(seconds.clamp(0.0, 4e11) as u64) < today);
    if expired {
        return Danger::Past;
    }
    let issuer = token.claim("iss").filter(|issuer| split_scheme(issuer).is_some());
    let host = issuer.and_then(|issuer| Address::of_url(&issuer).host);
    if host.is_some_and(|host| !host.is_local() && !host.is_placeholder()) { Danger::Live } else { Danger::Unknown }
}
