//! The shared predicates of the catalogue: what an operation's names, extensions and requirements say about it.
//!
//! Lints must agree on what a login or a write is, so each predicate stands here once. Their exact wording is that of
//! the catalogue; the name of each predicate there stands in the documentation comment.

mod admin;
mod answer;
mod entry;
mod fetch;
mod host;
mod issuer;
mod marks;
mod mask;
mod paging;
mod path;
mod person;
mod public;
mod scope;
mod strength;
mod transport;
mod url_pattern;
mod version;

pub use admin::Administration;
pub use answer::{ListAnswer, essence, is_error_response, is_json, list_answer, list_like_answer, success_json_schema};
pub use fetch::{Fetching, fetching};
pub use host::{Address, Host, HostVerdict, judge_hosts, registrable_domain, split_scheme};
pub use issuer::secret_issuer;
pub use marks::{is_internal_document, is_marked_deprecated};
pub use mask::{is_masked_pattern, is_masked_value};
pub use paging::{divides_a_list, page_member};
pub use path::{PathShape, Segment, custom_method, is_version_token, last_segment, resource_key, without_query};
pub use person::speaks_of_a_person;
pub use public::{
    DeclaredPublic, Exemption, PublicSigns, Signs, declared_public_at, gateway_auth, inbound_receiver, public_holders,
};
pub use scope::{ScopeWords, is_identity_scope};
pub use strength::{
    Credential, SchemeKind, alternative_strength, authentication_strength, counts_as_bearer, credential,
    is_authorization_key, operation_strength, scheme_kind, scheme_strength,
};
pub use transport::{
    PlaintextKind, PlaintextServer, SchemeChoice, SchemeVariable, TlsSign, TransportFamily, addresses,
    has_only_local_servers, is_used_over_tls, offers_tls_port, plaintext_scheme_variable, plaintext_server, says_tls,
    tls_evidence,
};
pub use url_pattern::{is_fixed_host, is_fixed_https_host, is_local_path, is_scheme_without_host, names_no_host};
pub use version::{
    FullPaths, has_version_in_name, has_version_segment, is_version_segment, major, newer_versions, url_path,
};
