//! Entry points whose last segment means many things: what stands before it, or what the request sends, tells.

use crate::api::{Api, MediaType, Operation};
use crate::lexicon::{Lexicon, Match, Tokens};
use crate::merged::Merged;
use crate::node::Node;
use crate::predicate::path::PathShape;

static SIGNING_IN: Lexicon =
    Lexicon::new("signing_in", Match::Segment, &["token", "auth", "login", "session"]).with_plurals();
static STEPS: Lexicon =
    Lexicon::new("steps_of_signing_in", Match::LastSegment, &["refresh", "renew", "obtain", "verify", "verify_otp"]);
static RENEWALS: Lexicon = Lexicon::new("renewals", Match::LastSegment, &["refresh", "renew"]);
static SESSIONS: Lexicon = Lexicon::new("sessions", Match::LastSegment, &["session"]).with_plurals();
static TOKEN: Lexicon = Lexicon::new("token_segment", Match::LastSegment, &["token"]);
static PASSWORDS: Lexicon = Lexicon::new("passwords", Match::Name, &["password", "passwd"]);
static REFRESH_TOKENS: Lexicon = Lexicon::new("refresh_tokens", Match::Name, &["refresh_token", "refresh"]);
static CLIENT_ID: Lexicon = Lexicon::new("client_id", Match::Name, &["client_id"]);
static GRANTS: Lexicon = Lexicon::new("grants", Match::Last, &["client_secret", "grant_type", "token"]);

/// A POST that opens or renews a session: `/auth/refresh`, or `/sessions` with a password.
pub(super) fn opens_session(api: &Api<'_>, operation: &Operation<'_>, path: &PathShape<'_>) -> bool {
    if !operation.method.is("POST") || path.has_parameter_before_last() {
        return false;
    }
    match path.segments() {
        [only] if only.text.eq_ignore_ascii_case("auth") => true,
        [.., before, _] if before.is(&SIGNING_IN) && path.ends_with(&STEPS) => true,
        _ => {
            path.ends_with(&RENEWALS) && sends(api, operation, &REFRESH_TOKENS)
                || path.ends_with(&SESSIONS) && sends(api, operation, &PASSWORDS)
        }
    }
}

/// A POST to `token`, whatever stands before it, that sends a client's name with a grant.
pub(super) fn grants_token(api: &Api<'_>, operation: &Operation<'_>, path: &PathShape<'_>) -> bool {
    operation.method.is("POST")
        && path.ends_with(&TOKEN)
        && sends(api, operation, &CLIENT_ID)
        && sends(api, operation, &GRANTS)
}

/// Whether the body may hold a text whose name is in the list.
fn sends(api: &Api<'_>, operation: &Operation<'_>, list: &Lexicon) -> bool {
    let Some(body) = operation.body.map(|id| api.body(id)) else { return false };
    let is_text = |schema: Node<'_>| {
        let schema = Merged::of_nullable(api, schema);
        schema.types().next().is_none() || schema.is_type("string")
    };
    let is_meant =
        |name: &str, schema: Option<Node<'_>>| list.matches(&Tokens::new(name)) && schema.is_none_or(is_text);
    let in_schema = |media: &MediaType<'_>| {
        let properties = media.schema.map(|schema| Merged::of_nullable(api, schema).properties());
        properties.into_iter().flatten().any(|(name, schema)| is_meant(name, Some(schema)))
    };
    let mut fields = body.fields.iter().map(|id| api.parameter(*id));
    body.media.iter().any(in_schema) || fields.any(|field| is_meant(field.name, field.schema))
}
