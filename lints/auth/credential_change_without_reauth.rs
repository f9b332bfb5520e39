//! `auth/credential-change-without-reauth`

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::predicate::{Credential, PathShape, credential};
use apiward_model::words::ONE_TIME_TOKEN_SEGMENTS;
use apiward_model::{Alternative, Api, Location, Merged, Node, Operation};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::composition::composed;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::operation_title;

declare_lint! {
    id: "auth/credential-change-without-reauth",
    title: "Password, e-mail or MFA change does not ask for the current password or a second factor",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API2:2023"],
    cwe: ["CWE-620"],
    practices: [Authentication],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Operation],
    docs: include_str!("credential_change_without_reauth.md"),
    check: CredentialChangeWithoutReauth,
    options: Options,
}

/// Options of `auth/credential-change-without-reauth`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Names of properties and headers that prove who is asking.
    proof_names: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let names = [
            "current_password",
            "old_password",
            "existing_password",
            "password_confirmation_current",
            "otp",
            "mfa_code",
            "totp",
            "verification_code",
            "reauth_token",
            "confirmation_token",
            "step_up_token",
        ];
        Self { proof_names: names.map(str::to_owned).to_vec() }
    }
}

struct CredentialChangeWithoutReauth {
    proofs: WordSet,
    managed: PerList<bool>,
    /// Lists in which every alternative has HTTP Basic: each call brings the password along.
    by_password: PerList<bool>,
}

impl From<Options> for CredentialChangeWithoutReauth {
    fn from(options: Options) -> Self {
        Self {
            proofs: WordSet::new(&options.proof_names, false),
            managed: PerList::default(),
            by_password: PerList::default(),
        }
    }
}

static OWN: Lexicon = Lexicon::new("own_account", Match::Segment, &["me", "account", "profile", "settings"]);
static USERS: Lexicon = Lexicon::new("users", Match::Segment, &["user", "users"]);
static CREDENTIALS: Lexicon = Lexicon::new(
    "changed_credentials",
    Match::LastSegment,
    &["password", "change_password", "email", "change_email", "phone", "mfa", "2fa", "totp", "recovery"],
);
/// Credentials beside which a password is that of now.
static BESIDE_PASSWORD: Lexicon = Lexicon::new(
    "credentials_beside_password",
    Match::LastSegment,
    &["email", "change_email", "phone", "mfa", "2fa", "totp"],
);
/// Segments directly before what is changed that stand for whoever is signed in.
static SIGNED_IN: Lexicon = Lexicon::new("signed_in", Match::Segment, &["auth", "user", "users"]);
static CHANGES: Lexicon = Lexicon::new("credential_changes", Match::LastSegment, &["change_password", "change_email"]);
static USER: Lexicon = Lexicon::new("user", Match::Segment, &["user"]);
/// Names in a request of whose account it is about.
static ACCOUNT: Lexicon =
    Lexicon::new("named_account", Match::Name, &["user", "user_id", "uid", "id", "username", "login", "account_id"]);
static PASSWORD: Lexicon = Lexicon::new("password", Match::Name, &["password", "passwd"]);
static ENROLMENT: Lexicon =
    Lexicon::new("enrolment", Match::Name, &["secret", "totp_secret", "qr_code", "otpauth_url", "provisioning_uri"]);

impl<'a> Check<'a> for CredentialChangeWithoutReauth {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let method = ["PUT", "PATCH", "POST"].iter().any(|name| operation.method.is(name));
        if !method || operation.security.is_anonymous() {
            return;
        }
        let signs = cx.signs(operation.id);
        let path = signs.path();
        let of_user = path.segments().windows(2).any(|pair| pair[0].is(&USERS) && pair[1].parameter.is_some());
        let of_caller = || is_of_caller(cx.api, operation, &path);
        if !of_user && !path.holds(&OWN) && !of_caller() || path.holds(&ONE_TIME_TOKEN_SEGMENTS) {
            return;
        }
        let sent = sent(cx.api, operation);
        let names: Vec<Tokens<'_>> = sent.iter().map(|name| Tokens::new(name)).collect();
        let changes = path.ends_with(&CREDENTIALS) || names.iter().any(|name| name.glued() == "newpassword");
        let names_new = || names.iter().any(|name| name.len() > 1 && name.first() == Some("new"));
        let is_of_now = path.ends_with(&BESIDE_PASSWORD) || names_new();
        let is_proof = |name: &Tokens<'_>| self.proofs.matches_name(name) || is_of_now && PASSWORD.matches_name(name);
        let proven = names.iter().any(is_proof) || self.header_proves(cx.api, operation);
        if !changes || proven || signs.administration.is_some() {
            return;
        }
        let alternatives = &operation.security.alternatives;
        if self.managed.of(alternatives, is_managed)
            || self.by_password.of(alternatives, |list| sends_password(cx.api, list))
            || operation.method.is("POST") && starts_enrolment(cx.api, operation)
        {
            return;
        }
        let message = format!("{} changes how the user signs in and asks for no proof", operation_title(operation));
        let help = "ask for the current password or a second factor in the request: otherwise a session left open, or a stolen one, \
                    becomes the account";
        cx.report(cx.finding(operation.node, message).at_key(operation.node).help(help).operation(operation.id));
    }
}

impl CredentialChangeWithoutReauth {
    fn header_proves(&self, api: &Api<'_>, operation: &Operation<'_>) -> bool {
        let headers =
            operation.parameters.iter().map(|id| api.parameter(*id)).filter(|one| one.location == Location::Header);
        headers.into_iter().any(|header| self.proofs.matches_name(&Tokens::header(header.name)))
    }
}

/// `PUT /user/password`, `POST /auth/change-password`: where the request neither names an account nor brings the token of a
/// reset, it is about that of the caller.
fn is_of_caller<'a>(api: &Api<'a>, operation: &Operation<'a>, path: &PathShape<'_>) -> bool {
    let [.., before, last] = path.segments() else { return false };
    let changes = before.is(&SIGNED_IN) && last.is(&CHANGES);
    let is_changed = || before.is(&USER) && last.is(&CREDENTIALS) && !operation.method.is("POST");
    let tells = |name: &str| {
        let name = Tokens::new(name);
        ACCOUNT.matches(&name) || matches!(name.last(), Some("token")) || name.glued() == "code"
    };
    (changes || is_changed()) && !operation.has_unread_request() && !sent(api, operation).into_iter().any(tells)
}

/// The names in a request: of query parameters, form fields and properties of the body, those of alternatives included.
fn sent<'a>(api: &Api<'a>, operation: &Operation<'a>) -> HashSet<&'a str> {
    let body = operation.body.map(|id| api.body(id));
    let fields = body.into_iter().flat_map(|body| &body.fields).map(|id| api.parameter(*id).name);
    let parameters = operation.parameters.iter().map(|id| api.parameter(*id));
    let query = parameters.filter(|parameter| parameter.location == Location::Query).map(|parameter| parameter.name);
    let schemas = body.into_iter().flat_map(|body| &body.media).filter_map(|media| media.schema);
    let parts = schemas.flat_map(composed);
    let properties = parts.filter_map(Node::properties).flat_map(Node::entries).map(|(name, _)| name);
    fields.chain(query).chain(properties).collect()
}

/// Whether it needs a scope for administrators.
fn is_managed(alternatives: &[Alternative<'_>]) -> bool {
    let members = alternatives.iter().flat_map(|alternative| &alternative.members);
    members
        .flat_map(apiward_model::Member::scope_names)
        .any(|scope| Tokens::new(scope).iter().any(|token| matches!(token, "admin" | "manage")))
}

/// Whether clients prove the current password by the call itself, whichever alternative they take.
fn sends_password(api: &Api<'_>, alternatives: &[Alternative<'_>]) -> bool {
    let is_basic = |id| credential(api.scheme(id)) == Some(Credential::Basic);
    let has_basic = |one: &Alternative<'_>| one.members.iter().filter_map(|member| member.scheme).any(is_basic);
    !alternatives.is_empty() && alternatives.iter().all(has_basic)
}

/// Whether the answer holds what a second factor is set up with.
fn starts_enrolment(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let success =
        operation.responses.iter().map(|id| api.response(*id)).filter(|response| response.code.starts_with('2'));
    let schemas = success.flat_map(|response| &response.media).filter_map(|media| media.schema);
    schemas.into_iter().any(|schema| {
        Merged::of(api, schema).properties().iter().any(|(name, _)| ENROLMENT.matches_name(&Tokens::new(name)))
    })
}
