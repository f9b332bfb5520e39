//! Secrets: credentials that stand in the description itself.

family! {
    credential_default,
    known_credential,
}
