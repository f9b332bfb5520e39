//! `auth/api-key-in-query`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::predicate::scheme_strength;
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, CREDENTIAL_PARAMETER_NAMES_WEAK, TOKEN_NAME_EXCEPTIONS};
use apiward_model::{Alternative, Channel, KeyLocation, Node, OperationId, Place, Scheme, SchemeId};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::handshake;
use crate::framework::composition::composed;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::{quoted, scheme_title};

declare_lint! {
    id: "auth/api-key-in-query",
    title: "API key or token scheme travels in the URL query",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-598"],
    practices: [Authentication, Encryption],
    references: [
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "RFC 9110 section 17.9" => "https://www.rfc-editor.org/rfc/rfc9110#section-17.9",
        "RFC 6750 section 2.3" => "https://www.rfc-editor.org/rfc/rfc6750#section-2.3",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme, Channel],
    docs: include_str!("api_key_in_query.md"),
    check: ApiKeyInQuery<'a>,
    options: Options,
}

/// What the lint can be told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Names of keys that are no secret, written as words joined by `_`.
    public_keys: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { public_keys: ["client_id", "app_id"].map(str::to_owned).to_vec() }
    }
}

struct ApiKeyInQuery<'a> {
    public_keys: WordSet,
    /// Whose name is sent, or in whose name an administrator acts; another scheme proves it.
    user_names: WordSet,
    /// Signed URLs carry a signature and its end, which are made to be seen.
    signatures: WordSet,
    /// Schemes that are all that an alternative asks for, or not beside a strong one; worked out for the first key.
    alone: Option<HashSet<SchemeId>>,
    /// The names of the keys that schemes in use send in the query, in lower case.
    key_names: HashSet<String>,
    /// Maps of properties of handshakes that were looked at.
    seen: HashSet<Place>,
    /// Properties of handshakes that are named like a credential.
    credentials: Vec<Credential<'a>>,
}

/// A string property of a handshake's query that is named like a credential.
struct Credential<'a> {
    property: Node<'a>,
    name: &'a str,
    weak: bool,
}

impl From<Options> for ApiKeyInQuery<'_> {
    fn from(options: Options) -> Self {
        Self {
            public_keys: WordSet::new(options.public_keys, false),
            user_names: WordSet::new(["sudo", "user", "username", "login"], false),
            signatures: WordSet::new(["sig", "signature", "expires"], false),
            alone: None,
            key_names: HashSet::new(),
            seen: HashSet::new(),
            credentials: Vec::new(),
        }
    }
}

impl<'a> Check<'a> for ApiKeyInQuery<'a> {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // An idle scheme is `auth/unused-scheme`'s alone.
        if !scheme.in_use || !scheme.is_definition() || scheme.location != Some(KeyLocation::Query) {
            return;
        }
        let name = scheme.target.get_str("name").unwrap_or_default();
        self.key_names.insert(name.to_lowercase());
        let tokens = Tokens::new(name);
        let public = self.public_keys.matches_name(&tokens) || self.user_names.matches_name(&tokens);
        if public || self.signatures.matches_word(&tokens) {
            return;
        }
        let accepting = cx.accepting(scheme.id);
        let of = match accepting.len() {
            0 => String::new(),
            1 => " of 1 operation".to_owned(),
            several => format!(" of {several} operations"),
        };
        let message = format!("{} sends its key in the URL query{of}", scheme_title(scheme));
        let help = "send the key in a header: URLs end up in logs, histories and referrers";
        let backed = !self.alone.get_or_insert_with(|| alone(cx)).contains(&scheme.id);
        let finding = cx.finding(scheme.target, message).at_key(scheme.target).help(help);
        let place = scheme.target.get("in");
        let finding = finding.fixed_by(place.map(|place| Fix::new("send the key in a header").text(place, "header")));
        cx.report(finding.operations(accepting).lowered_if(backed, Level::Warning));
    }

    fn channel(&mut self, _cx: &mut Cx<'_, 'a>, channel: &Channel<'a>) {
        let Some(query) = handshake::binding(channel, "query") else { return };
        for map in composed(query).into_iter().filter_map(Node::properties) {
            if self.seen.insert(map.place()) {
                self.credentials.extend(map.entries().filter_map(|(name, property)| credential(name, property)));
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        // A property that only describes the key of a scheme is that scheme's fault.
        self.credentials.retain(|credential| !self.key_names.contains(&credential.name.to_lowercase()));
        if self.credentials.is_empty() {
            return;
        }
        let operations = operations_by_channel(cx);
        for Credential { property, name, weak } in std::mem::take(&mut self.credentials) {
            let message = format!("the WebSocket handshake takes the credential {} in the URL query", quoted(name));
            let help = "send it in a header or a cookie of the handshake, in the first message, or send a ticket that \
                        works once: URLs end up in logs, histories and referrers";
            let places = cx.api.schemas.reaching(property);
            let ids: Operations = places.iter().filter_map(|place| operations.get(place)).flatten().copied().collect();
            let finding = cx.finding(property, message).at_key(property).help(help).operations(ids);
            cx.report(finding.lowered_if(weak, Level::Warning));
        }
    }
}

/// Schemes that some alternative asks for without one of strength 3 or more beside it. What servers ask for counts where
/// no operation asks for the scheme.
fn alone(cx: &Cx<'_, '_>) -> HashSet<SchemeId> {
    let of_operations: Vec<&Alternative<'_>> = cx.effective_lists().flatten().collect();
    let asked: HashSet<SchemeId> = of_operations.iter().flat_map(|alternative| named(cx, alternative)).collect();
    let servers = cx.api.servers.iter().filter_map(|server| server.security.as_ref());
    let of_servers = servers.flat_map(|list| list.alternatives.iter());
    let of_servers = of_servers.filter(|alternative| !named(cx, alternative).any(|id| asked.contains(&id)));
    let weak = of_operations.iter().copied().chain(of_servers).filter(|alternative| !is_backed(cx, alternative));
    weak.flat_map(|alternative| named(cx, alternative)).collect()
}

fn named<'r>(cx: &'r Cx<'_, '_>, alternative: &'r Alternative<'_>) -> impl Iterator<Item = SchemeId> {
    let schemes = alternative.members.iter().filter_map(|member| member.scheme);
    schemes.map(|id| cx.api.scheme(id).definition)
}

/// True when a member has a strength of 3 or more.
fn is_backed(cx: &Cx<'_, '_>, alternative: &Alternative<'_>) -> bool {
    alternative.members.iter().any(|member| {
        let scheme = member.scheme.map(|id| cx.api.scheme(id));
        let strength = scheme.and_then(|scheme| scheme_strength(scheme, !member.scopes.is_empty()));
        strength.is_some_and(|strength| strength >= 3)
    })
}

/// A property that is named like a credential, when it is a string that may be anything.
fn credential<'a>(name: &'a str, property: Node<'a>) -> Option<Credential<'a>> {
    let tokens = Tokens::new(name);
    let weak = CREDENTIAL_PARAMETER_NAMES_WEAK.matches(&tokens);
    let named = (weak || CREDENTIAL_PARAMETER_NAMES.matches(&tokens)) && !TOKEN_NAME_EXCEPTIONS.matches(&tokens);
    if !named {
        return None;
    }
    let parts = composed(property);
    let is_string = parts
        .iter()
        .filter_map(|part| part.get("type"))
        .any(|kind| kind.as_str() == Some("string") || kind.items().any(|one| one.as_str() == Some("string")));
    let fixed = parts.iter().any(|part| part.get("enum").is_some() || part.get("const").is_some());
    (is_string && !fixed).then_some(Credential { property, name, weak })
}

/// The operations of each channel, by the place of the Channel Object.
fn operations_by_channel(cx: &Cx<'_, '_>) -> HashMap<Place, Vec<OperationId>> {
    let mut operations: HashMap<Place, Vec<OperationId>> = HashMap::new();
    for operation in &cx.api.operations {
        if let Some(channel) = operation.channel() {
            operations.entry(cx.api.channel(channel).target.place()).or_default().push(operation.id);
        }
    }
    operations
}
