//! Secrets: credentials that stand in the description itself.

mod shown;

family! {
    credential_default,
    high_entropy_credential,
    jwt_in_document,
    known_credential,
    pii_in_example,
}
