//! Documentation: what is said about security, and whether it is true.

family! {
    description_contradicts_security,
    scheme_description_missing,
    security_contact_missing,
}
