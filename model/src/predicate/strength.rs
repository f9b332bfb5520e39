//! How strong a security scheme is, and how strong an operation with its alternatives (`strength`, `kind(scheme)`).

use crate::api::{Api, Operation};
use crate::lexicon::Lexicon;
use crate::phrase;
use crate::security::{Alternative, KeyLocation, Scheme, SchemeType};
use crate::words::{IANA_HTTP_SCHEMES, OBSOLETE_SCHEME_PHRASES};

/// What kind of credential a scheme asks for, as far as combining two of them makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A static key.
    Key,
    /// A user name and a password in the clear.
    Basic,
    /// A bearer, OAuth 2 or OpenID Connect token.
    Token,
    /// A client certificate.
    Certificate,
    /// Anything else.
    Other,
}

/// The kind of credential; nothing for a scheme of no known type or one that authenticates nobody.
pub fn credential(scheme: &Scheme<'_>) -> Option<Credential> {
    Some(match scheme.kind {
        SchemeType::ApiKey if counts_as_bearer(scheme) => Credential::Token,
        SchemeType::ApiKey | SchemeType::BrokerKey => Credential::Key,
        SchemeType::Http => match scheme.http_scheme.as_deref() {
            Some("basic") => Credential::Basic,
            Some("bearer" | "dpop" | "gnap" | "privatetoken") => Credential::Token,
            _ => Credential::Other,
        },
        SchemeType::UserPassword | SchemeType::Plain => Credential::Basic,
        SchemeType::OAuth2 | SchemeType::OpenIdConnect => Credential::Token,
        SchemeType::MutualTls | SchemeType::X509 => Credential::Certificate,
        SchemeType::Scram | SchemeType::Gssapi => Credential::Other,
        SchemeType::Encryption | SchemeType::Unknown(_) => return None,
    })
}

/// `kind(scheme)`: what a scheme asks for, as people see it. Two schemes of one kind are no mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemeKind<'s> {
    /// A static key.
    Key,
    /// A user name and a password in the clear.
    Basic,
    /// A bearer, OAuth 2 or OpenID Connect token.
    Token,
    /// A client certificate.
    Certificate,
    /// SCRAM, of whatever hash.
    Scram,
    /// Kerberos: GSSAPI and the HTTP scheme `negotiate`.
    Kerberos,
    /// Any other HTTP authentication scheme, lower-cased, or AsyncAPI type.
    Other(&'s str),
}

/// The kind of a scheme; nothing for one that is not defined or whose type is not known.
pub fn scheme_kind<'s>(scheme: &'s Scheme<'_>) -> Option<SchemeKind<'s>> {
    Some(match (credential(scheme), scheme.kind) {
        (Some(Credential::Key), _) => SchemeKind::Key,
        (Some(Credential::Basic), _) => SchemeKind::Basic,
        (Some(Credential::Token), _) => SchemeKind::Token,
        (Some(Credential::Certificate), _) => SchemeKind::Certificate,
        (_, SchemeType::Scram) => SchemeKind::Scram,
        (_, SchemeType::Gssapi) => SchemeKind::Kerberos,
        (_, SchemeType::Http) => match scheme.http_scheme.as_deref()? {
            "negotiate" => SchemeKind::Kerberos,
            other => SchemeKind::Other(other),
        },
        (_, SchemeType::Encryption) => SchemeKind::Other(scheme.target.get_str("type")?),
        _ => return None,
    })
}

/// True for an `apiKey` in the header `Authorization`: an HTTP authentication scheme that calls itself a key.
pub fn is_authorization_key(scheme: &Scheme<'_>) -> bool {
    let name = scheme.target.get_str("name").unwrap_or_default();
    scheme.location == Some(KeyLocation::Header) && name.trim().eq_ignore_ascii_case("authorization")
}

/// True for an `apiKey` in the header `Authorization` that is described as a bearer token.
pub fn counts_as_bearer(scheme: &Scheme<'_>) -> bool {
    static BEARER: Lexicon = Lexicon::new("strength", crate::lexicon::Match::Phrase, &["bearer", "oauth", "jwt"]);
    let text = scheme.target.get_str("description").unwrap_or_default();
    is_authorization_key(scheme) && phrase::contains(text, &BEARER) && !phrase::contains(text, &OBSOLETE_SCHEME_PHRASES)
}

/// The strength of a scheme, 0 (authenticates nobody) to 5 (client certificate); nothing for an unknown type.
/// `with_scope` tells whether the requirement asks for at least one scope.
pub fn scheme_strength(scheme: &Scheme<'_>, with_scope: bool) -> Option<u8> {
    Some(match scheme.kind {
        SchemeType::Encryption => 0,
        SchemeType::ApiKey if scheme.location == Some(KeyLocation::Query) => 1,
        SchemeType::ApiKey if counts_as_bearer(scheme) => 3,
        SchemeType::ApiKey | SchemeType::BrokerKey | SchemeType::UserPassword | SchemeType::Plain => 2,
        SchemeType::Http => match scheme.http_scheme.as_deref()? {
            "basic" | "digest" | "ntlm" | "oauth" => 2,
            name if IANA_HTTP_SCHEMES.matches_value(name) => 3,
            _ => 2,
        },
        SchemeType::Scram | SchemeType::Gssapi => 3,
        SchemeType::OAuth2 | SchemeType::OpenIdConnect => 3 + u8::from(with_scope),
        SchemeType::MutualTls | SchemeType::X509 => 5,
        SchemeType::Unknown(_) => return None,
    })
}

/// The strength of an alternative: that of its strongest member, one more when members of different kinds are
/// combined, 5 at most. Nothing when it names a scheme that is not defined or not known.
pub fn alternative_strength(api: &Api<'_>, alternative: &Alternative<'_>) -> Option<u8> {
    rated(api, alternative, true)
}

fn rated(api: &Api<'_>, alternative: &Alternative<'_>, scopes_count: bool) -> Option<u8> {
    if alternative.malformed {
        return None;
    }
    let mut strongest = 0;
    let mut kinds: Vec<Credential> = Vec::new();
    for member in &alternative.members {
        let scheme = api.scheme(member.scheme?);
        let strength = scheme_strength(scheme, scopes_count && !member.scopes.is_empty())?;
        strongest = strongest.max(strength);
        if strength > 0
            && let Some(kind) = credential(scheme)
            && !kinds.contains(&kind)
        {
            kinds.push(kind);
        }
    }
    Some((strongest + u8::from(kinds.len() > 1)).min(5))
}

/// [`operation_strength`] with tokens rated alike whether or not scopes are asked for: how an operation authenticates,
/// whatever it authorises.
pub fn authentication_strength(api: &Api<'_>, operation: &Operation<'_>) -> Option<u8> {
    if operation.security.is_anonymous() {
        return Some(0);
    }
    let list = &operation.security.alternatives;
    list.authentication_strength(|| list.iter().filter_map(|alternative| rated(api, alternative, false)).min())
}

/// The strength of an operation: that of its weakest alternative, 0 when it is anonymous. Nothing when no alternative
/// can be rated.
pub fn operation_strength(api: &Api<'_>, operation: &Operation<'_>) -> Option<u8> {
    if operation.security.is_anonymous() {
        return Some(0);
    }
    let list = &operation.security.alternatives;
    list.strength(|| list.iter().filter_map(|alternative| alternative_strength(api, alternative)).min())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    /// The strength of the one operation that requires `security`, with `schemes` declared.
    fn strength(head: &str, schemes: &str, security: &str) -> Option<u8> {
        let text = format!(
            "{head}\nsecurity: {security}\ncomponents: {{securitySchemes: {schemes}}}\npaths: {{/a: {{get: {{}}}}}}\n"
        );
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        operation_strength(&api, &api.operations[0])
    }

    #[test]
    fn operations_are_as_strong_as_their_weakest_alternative() {
        let schemes = "{q: {type: apiKey, in: query, name: k}, h: {type: apiKey, in: header, name: k}, \
             a: {type: apiKey, in: header, name: Authorization, description: A JWT bearer token}, \
             d: {type: apiKey, in: header, name: Authorization, description: OAuth 1.0 or bearer}, \
             n: {type: apiKey, in: header, name: X-Token, description: A JWT bearer token}, basic: {type: http, scheme: Basic}, bearer: {type: http, scheme: BEARER}, odd: {type: http, scheme: hmac}, \
             o: {type: oauth2, flows: {}}, m: {type: mutualTLS}, broken: {type: oAuth2}}";
        let cases = [
            ("[]", Some(0)),
            ("[{}]", Some(0)),
            ("[{bearer: []}, {}]", Some(0)),
            ("[{q: []}]", Some(1)),
            ("[{h: []}]", Some(2)),
            ("[{a: []}]", Some(3)),
            ("[{d: []}]", Some(2)),
            ("[{basic: []}]", Some(2)),
            ("[{odd: []}]", Some(2)),
            ("[{bearer: []}]", Some(3)),
            ("[{o: []}]", Some(3)),
            ("[{o: [read]}]", Some(4)),
            ("[{m: []}]", Some(5)),
            ("[{m: [], bearer: []}]", Some(5)),
            ("[{n: []}]", Some(2)),
            ("[{h: [], basic: []}]", Some(3)),
            ("[{h: [], q: []}]", Some(2)),
            ("[{bearer: [], o: [read]}]", Some(4)),
            ("[{h: [], o: [read]}]", Some(5)),
            ("[{bearer: []}, {basic: []}]", Some(2)),
            ("[{missing: []}]", None),
            ("[{broken: []}]", None),
            ("[{missing: []}, {bearer: []}]", Some(3)),
            ("[7]", None),
        ];
        for (security, expected) in cases {
            assert_eq!(strength("openapi: 3.1.0", schemes, security), expected, "{security}");
        }
    }

    #[test]
    fn schemes_of_brokers_have_a_strength_and_a_kind() {
        let text = "asyncapi: 3.0.0\nchannels: {}\ncomponents:\n  securitySchemes:\n    a: {type: symmetricEncryption}\n    \
             b: {type: apiKey, in: user}\n    c: {type: httpApiKey, in: query, name: k}\n    \
             d: {type: httpApiKey, in: cookie, name: k}\n    e: {type: userPassword}\n    f: {type: plain}\n    \
             g: {type: scramSha512}\n    h: {type: gssapi}\n    i: {type: X509}\n    j: {type: http, scheme: DPoP}\n    \
             k: {type: http, scheme: OAuth}\n    l: {type: x509}\n";
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let rated: Vec<_> =
            api.schemes.iter().map(|scheme| (scheme_strength(scheme, false), credential(scheme))).collect();
        let expected = [
            (Some(0), None),
            (Some(2), Some(Credential::Key)),
            (Some(1), Some(Credential::Key)),
            (Some(2), Some(Credential::Key)),
            (Some(2), Some(Credential::Basic)),
            (Some(2), Some(Credential::Basic)),
            (Some(3), Some(Credential::Other)),
            (Some(3), Some(Credential::Other)),
            (Some(5), Some(Credential::Certificate)),
            (Some(3), Some(Credential::Token)),
            (Some(2), Some(Credential::Other)),
            (None, None),
        ];
        assert_eq!(rated, expected);
    }

    #[test]
    fn kinds_are_what_people_see() {
        let text = "asyncapi: 2.6.0\nchannels: {}\ncomponents: {securitySchemes: {a: {type: scramSha256}, b: {type: \
                    scramSha512}, c: {type: gssapi}, d: {type: http, scheme: Negotiate}, e: {type: http, scheme: \
                    Digest}, f: {type: asymmetricEncryption}, g: {type: plain}, h: {type: X509}, i: {type: huh}, j: \
                    {type: http}, k: {type: oauth2}, l: {type: apiKey, in: user}}}\n";
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let kinds: Vec<_> = api.schemes.iter().map(scheme_kind).collect();
        let expected = [
            Some(SchemeKind::Scram),
            Some(SchemeKind::Scram),
            Some(SchemeKind::Kerberos),
            Some(SchemeKind::Kerberos),
            Some(SchemeKind::Other("digest")),
            Some(SchemeKind::Other("asymmetricEncryption")),
            Some(SchemeKind::Basic),
            Some(SchemeKind::Certificate),
            None,
            None,
            Some(SchemeKind::Token),
            Some(SchemeKind::Key),
        ];
        assert_eq!(kinds, expected);
    }
}
