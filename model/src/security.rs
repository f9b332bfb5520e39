//! Security schemes and requirements: who may call an operation, as an OR of ANDs.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::api::{SchemeId, ServerId};
use crate::mistyped::Expected;
use crate::node::Node;

/// The type of a security scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeType<'a> {
    /// A key in a header, query or cookie: OpenAPI `apiKey`, AsyncAPI `httpApiKey`.
    ApiKey,
    /// AsyncAPI `apiKey`: a key in the user or password field of the broker's login.
    BrokerKey,
    /// An HTTP authentication scheme (RFC 9110), OpenAPI 2 `basic` included.
    Http,
    /// OAuth 2 (RFC 6749).
    OAuth2,
    /// OpenID Connect discovery.
    OpenIdConnect,
    /// A client certificate: OpenAPI `mutualTLS`.
    MutualTls,
    /// AsyncAPI `X509`.
    X509,
    /// AsyncAPI `userPassword`.
    UserPassword,
    /// AsyncAPI `plain` (SASL, RFC 4616).
    Plain,
    /// AsyncAPI `scramSha256` and `scramSha512`.
    Scram,
    /// AsyncAPI `gssapi`.
    Gssapi,
    /// AsyncAPI `symmetricEncryption` and `asymmetricEncryption`, which authenticate nobody.
    Encryption,
    /// Missing, or not one that the format knows.
    Unknown(Option<&'a str>),
}

/// Where a key travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLocation {
    /// In the query of the URL.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// The kind of an OAuth 2 flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowKind {
    /// `implicit`
    Implicit,
    /// `password`: resource owner password credentials.
    Password,
    /// `clientCredentials`; OpenAPI 2 `application`.
    ClientCredentials,
    /// `authorizationCode`; OpenAPI 2 `accessCode`.
    AuthorizationCode,
    /// `deviceAuthorization` (OpenAPI 3.2).
    DeviceAuthorization,
}

/// One flow of an OAuth 2 scheme.
#[derive(Debug)]
pub struct Flow<'a> {
    /// Which.
    pub kind: FlowKind,
    /// The flow's object; OpenAPI 2: the scheme's `flow` string.
    pub node: Node<'a>,
    /// The object that holds its URLs: the flow, or in OpenAPI 2 the scheme.
    pub fields: Node<'a>,
}

/// The fields of a flow that hold a URL.
pub const FLOW_URLS: [&str; 4] = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"];

impl<'a> Flow<'a> {
    /// The scopes that it declares (`scopes`; AsyncAPI 3 `availableScopes`): keys are the scopes. `x-ray` with a
    /// description is one, anything else under such a name is an extension.
    pub fn scopes(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a> {
        scopes_of(self.fields)
    }

    /// True when something stands where they are declared that is no map, or a reference that leads nowhere.
    pub fn scopes_are_unread(&self) -> bool {
        written_scopes(self.fields).is_some()
            && !scope_map(self.fields).is_some_and(|map| Expected::Mapping.admits(map))
    }
}

fn scopes_of(fields: Node<'_>) -> impl Iterator<Item = (&str, Node<'_>)> + use<'_> {
    let entries = scope_map(fields).into_iter().flat_map(Node::entries);
    entries.filter(|(name, node)| !name.starts_with("x-") || node.as_str().is_some())
}

/// The map that declares scopes, `$ref` followed.
fn scope_map(fields: Node<'_>) -> Option<Node<'_>> {
    written_scopes(fields).and_then(Node::target_or_none)
}

fn written_scopes(fields: Node<'_>) -> Option<Node<'_>> {
    fields.get("availableScopes").or_else(|| fields.get("scopes"))
}

/// A security scheme.
#[derive(Debug)]
pub struct Scheme<'a> {
    /// Its place in [`crate::Api::schemes`].
    pub id: SchemeId,
    /// Its name in the scheme map; for a scheme written inline its type.
    pub name: &'a str,
    /// Its member of the scheme map, or the inline object.
    pub node: Node<'a>,
    /// The Security Scheme Object after `$ref`; the member itself when that leads nowhere.
    pub target: Node<'a>,
    /// False when it is a `$ref` that leads nowhere.
    pub defined: bool,
    /// The scheme that stands for its object: itself or, when it is a `$ref`, the component that it leads to. Of
    /// several that lead to one object elsewhere the first. What is wrong with the object is reported there, once.
    pub definition: SchemeId,
    /// True when it is written inline in a security list (AsyncAPI 3).
    pub inline: bool,
    /// Its type.
    pub kind: SchemeType<'a>,
    /// Where its key travels, when it is an [`SchemeType::ApiKey`].
    pub location: Option<KeyLocation>,
    /// The HTTP authentication scheme, lower-cased: `basic`, `bearer`.
    pub http_scheme: Option<String>,
    /// Its OAuth 2 flows that this version knows.
    pub flows: Vec<Flow<'a>>,
    /// OpenAPI 2: its object, where it names a flow that this version does not know. The scopes beside it count all the same.
    pub unknown_flow: Option<Node<'a>>,
    /// Whether it says that it is used over TLS. Thousands of servers may ask for it.
    pub(crate) over_tls: OnceLock<bool>,
    /// True when an operation's alternatives or a server's requirement name it.
    pub in_use: bool,
}

impl<'a> Scheme<'a> {
    /// True when what is wrong with its object is reported for it: see [`Scheme::definition`].
    pub fn is_definition(&self) -> bool {
        self.definition == self.id
    }

    /// The scopes that its flows declare, each flow for itself, with their descriptions.
    pub fn scopes(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + '_ {
        self.declaring().flat_map(scopes_of)
    }

    /// The maps that declare scopes.
    pub(crate) fn scope_maps(&self) -> impl Iterator<Item = Node<'a>> + '_ {
        self.declaring().filter_map(scope_map)
    }

    fn declaring(&self) -> impl Iterator<Item = Node<'a>> + '_ {
        self.flows.iter().map(|flow| flow.fields).chain(self.unknown_flow)
    }

    /// The scopes that its flows declare, united (`declared_scopes` of the catalogue).
    pub fn declared_scopes(&self) -> Vec<&'a str> {
        let mut scopes: Vec<&str> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (scope, _) in self.scopes() {
            if seen.insert(scope) {
                scopes.push(scope);
            }
        }
        scopes
    }

    /// True for OAuth 2 and OpenID Connect, whose requirements list scopes.
    pub const fn carries_scopes(&self) -> bool {
        matches!(self.kind, SchemeType::OAuth2 | SchemeType::OpenIdConnect)
    }
}

/// Which element a requirement list belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The document's root.
    Root,
    /// An operation.
    Operation,
    /// An operation of a webhook or callback.
    Inbound,
    /// A server (AsyncAPI).
    Server,
}

/// A `security` list as written.
#[derive(Clone, Debug)]
pub struct RequirementList<'a> {
    /// The `security` member; of several that are aliases of one list, the first.
    pub node: Node<'a>,
    /// Where it stands.
    pub origin: Origin,
    /// Its alternatives, in order.
    pub alternatives: Alternatives<'a>,
}

/// One alternative: all its members must hold. Without members it lets anybody in.
#[derive(Clone, Debug)]
pub struct Alternative<'a> {
    /// The item of the `security` list.
    pub node: Node<'a>,
    /// What must hold.
    pub members: Vec<Member<'a>>,
    /// True when the item is no object: what it asks is unknown, it is never anonymous.
    pub malformed: bool,
    /// The server on which it applies (AsyncAPI).
    pub server: Option<ServerId>,
}

impl Alternative<'_> {
    /// True when it lets anybody in.
    pub fn is_anonymous(&self) -> bool {
        self.members.is_empty() && !self.malformed
    }

    /// True when every member names a scheme that is defined, and there is nothing malformed.
    pub fn is_known(&self) -> bool {
        !self.malformed && self.members.iter().all(|member| member.scheme.is_some())
    }
}

/// A list of alternatives. However many operations share it, it stands in memory once, and what follows from it is worked
/// out once: a root's list of thousands is in force for thousands of operations.
#[derive(Clone, Debug)]
pub struct Alternatives<'a>(Arc<Listed<'a>>);

#[derive(Debug)]
struct Listed<'a> {
    alternatives: Box<[Alternative<'a>]>,
    anonymous: bool,
    known: bool,
    strength: OnceLock<Option<u8>>,
    authentication_strength: OnceLock<Option<u8>>,
}

/// Tells lists apart: operations whose lists have the same one share a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(usize);

impl Alternatives<'_> {
    /// Which list it is, as long as the API is there.
    pub fn id(&self) -> ListId {
        ListId(Arc::as_ptr(&self.0) as usize)
    }

    /// True when a caller needs no credential: one alternative lets anybody in, or there is none.
    pub fn are_anonymous(&self) -> bool {
        self.0.anonymous
    }

    /// True when all of them are known ([`Alternative::is_known`]).
    pub fn are_known(&self) -> bool {
        self.0.known
    }

    pub(crate) fn strength(&self, rate: impl FnOnce() -> Option<u8>) -> Option<u8> {
        *self.0.strength.get_or_init(rate)
    }

    pub(crate) fn authentication_strength(&self, rate: impl FnOnce() -> Option<u8>) -> Option<u8> {
        *self.0.authentication_strength.get_or_init(rate)
    }
}

impl<'a> From<Vec<Alternative<'a>>> for Alternatives<'a> {
    fn from(alternatives: Vec<Alternative<'a>>) -> Self {
        Self(Arc::new(Listed {
            anonymous: alternatives.is_empty() || alternatives.iter().any(Alternative::is_anonymous),
            known: alternatives.iter().all(Alternative::is_known),
            alternatives: alternatives.into(),
            strength: OnceLock::new(),
            authentication_strength: OnceLock::new(),
        }))
    }
}

impl<'a> Deref for Alternatives<'a> {
    type Target = [Alternative<'a>];

    fn deref(&self) -> &Self::Target {
        &self.0.alternatives
    }
}

/// One scheme that an alternative asks for.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The scheme's name as the requirement writes it; AsyncAPI 3: the last token of the `$ref`.
    pub name: &'a str,
    /// The key in the requirement object; AsyncAPI 3: the item of the list.
    pub node: Node<'a>,
    /// The scheme; none when it is not defined.
    pub scheme: Option<SchemeId>,
    /// The scopes (or, from OpenAPI 3.1, role names) asked for.
    pub scopes: Vec<Node<'a>>,
}

impl<'a> Member<'a> {
    /// The scopes as text.
    pub fn scope_names(&self) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        self.scopes.iter().filter_map(|scope| scope.as_str())
    }
}

/// Whether an effective requirement was written at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// Nobody wrote a requirement.
    Absent,
    /// The operation's own.
    Own,
    /// The root's.
    Inherited,
    /// AsyncAPI: that of the servers, of the operation, or their product.
    Combined,
}

/// What a caller must present: any of the alternatives (`alts(op)` of the catalogue).
#[derive(Clone, Debug)]
pub struct EffectiveSecurity<'a> {
    /// Where it comes from.
    pub declared: Declared,
    /// The `security` member that takes effect; AsyncAPI: the operation's, if it has one.
    pub node: Option<Node<'a>>,
    /// The alternatives. Empty with [`Declared::Own`] or [`Declared::Inherited`] means `security: []`.
    pub alternatives: Alternatives<'a>,
}

impl EffectiveSecurity<'_> {
    /// True when a caller needs no credential (`anonymous(op)`).
    pub fn is_anonymous(&self) -> bool {
        self.alternatives.are_anonymous()
    }

    /// True when somebody wrote down that callers need no credential (`explicit_anonymous(op)`).
    pub fn is_explicitly_anonymous(&self) -> bool {
        self.declared != Declared::Absent && self.is_anonymous()
    }
}
