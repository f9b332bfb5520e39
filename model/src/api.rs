//! The version-neutral API: what every lint reads.
//!
//! The adapters fill it; nothing here knows how a version writes things down. Elements that several operations share
//! (a component parameter, a response, a message) stand here once and are named by id.

use std::borrow::Cow;
use std::sync::Arc;

use apiward_syntax::{Known, MemberKey};
use smallvec::SmallVec;

use crate::files::Files;
use crate::mistyped::Mistyped;
use crate::node::{Node, Place};
use crate::reference::Unresolved;
use crate::schema::Schemas;
use crate::security::{EffectiveSecurity, Origin, RequirementList, Scheme};
use crate::server::Server;
use crate::spec::Spec;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// Position in its list, from 0.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id at a position.
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// An operation of [`Api::operations`].
    OperationId,
    /// A parameter of [`Api::parameters`].
    ParameterId,
    /// A request body of [`Api::bodies`].
    BodyId,
    /// A response of [`Api::responses`].
    ResponseId,
    /// A server of [`Api::servers`].
    ServerId,
    /// A scheme of [`Api::schemes`].
    SchemeId,
    /// A channel of [`Api::channels`].
    ChannelId,
    /// A message of [`Api::messages`].
    MessageId,
}

/// One API description.
#[derive(Debug)]
pub struct Api<'a> {
    /// The files it is written in.
    pub files: &'a Files,
    /// Format and version.
    pub spec: Spec<'a>,
    /// The document's root.
    pub root: Node<'a>,
    /// Declared security schemes, in document order; after them, AsyncAPI 3 schemes that are written inline.
    pub schemes: Vec<Scheme<'a>>,
    /// The node of the scheme map, when there is one.
    pub scheme_map: Option<Node<'a>>,
    /// The root's security requirement; OpenAPI only.
    pub root_security: Option<RequirementList<'a>>,
    /// Every requirement list with the element it belongs to, in document order: root, operations, webhooks,
    /// callbacks, servers.
    pub requirements: Vec<RequirementList<'a>>,
    /// All servers: the root's, then those of path items and operations.
    pub servers: Vec<Server<'a>>,
    /// The operations that callers invoke, in document order.
    pub operations: Vec<Operation<'a>>,
    /// Operations of webhooks: the provider calls the consumer.
    pub webhooks: Vec<Operation<'a>>,
    /// Operations of callbacks, each shared Callback Object once.
    pub callbacks: Vec<Operation<'a>>,
    /// Parameters, each definition once.
    pub parameters: Vec<Parameter<'a>>,
    /// Request bodies, each definition once.
    pub bodies: Vec<Body<'a>>,
    /// Responses, each definition once per status code.
    pub responses: Vec<Response<'a>>,
    /// AsyncAPI channels.
    pub channels: Vec<Channel<'a>>,
    /// AsyncAPI messages, each definition once.
    pub messages: Vec<Message<'a>>,
    /// The schemas and how they are reached.
    pub schemas: Schemas<'a>,
    /// References that lead nowhere, sorted by place, each once.
    pub faults: Vec<Fault<'a>>,
    /// What is not read because it is of another type than it must be, sorted by place, each once.
    pub mistyped: Vec<Mistyped<'a>>,
    /// Where the reading was cut short, because shared parts (a path item under a hundred thousand paths) would make
    /// the model larger than the size of the files allows. Nothing in any honest document.
    pub exceeded: Option<Node<'a>>,
}

/// A reference that leads nowhere.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    /// The `$ref` string.
    pub reference: Node<'a>,
    /// Why.
    pub why: Unresolved,
}

/// Who calls whom in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The consumer calls the described API (or, AsyncAPI, the application takes part in the channel).
    Operation,
    /// The provider calls a webhook of the consumer.
    Webhook,
    /// The provider calls back, at a URL that an operation was given.
    Callback,
}

/// What an operation does on its path or channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method<'a> {
    /// An HTTP method, in upper case if it is a standard one, else as written.
    Http(&'a str),
    /// AsyncAPI 2 `publish`: the described application receives.
    Publish,
    /// AsyncAPI 2 `subscribe`: the described application sends.
    Subscribe,
    /// AsyncAPI 3 `send`.
    Send,
    /// AsyncAPI 3 `receive`.
    Receive,
}

impl<'a> Method<'a> {
    /// As outputs show it.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Http(name) => name,
            Self::Publish => "publish",
            Self::Subscribe => "subscribe",
            Self::Send => "send",
            Self::Receive => "receive",
        }
    }

    /// True for the HTTP method of that name, in upper case.
    pub fn is(self, name: &str) -> bool {
        matches!(self, Self::Http(method) if method == name)
    }

    /// True when the described application receives the message.
    pub const fn receives(self) -> bool {
        matches!(self, Self::Publish | Self::Receive)
    }
}

/// One operation of a path item, channel, webhook or callback.
#[derive(Debug)]
pub struct Operation<'a> {
    /// Its place in its list.
    pub id: OperationId,
    /// Whose list: operations, webhooks or callbacks.
    pub direction: Direction,
    /// The method or action.
    pub method: Method<'a>,
    /// Path template, channel address, webhook name or callback expression.
    pub path: &'a str,
    /// The Operation Object after `$ref`; its key is the method or, AsyncAPI 3, the operation's name.
    pub node: Node<'a>,
    /// The path item (AsyncAPI: the channel) as written where the path stands.
    pub path_item: Node<'a>,
    /// `operationId`; AsyncAPI 3: the operation's key.
    pub operation_id: Option<&'a str>,
    /// Who may call it.
    pub security: Arc<EffectiveSecurity<'a>>,
    /// Effective servers.
    pub servers: Arc<[ServerId]>,
    /// Effective parameters: the path item's, overridden by the operation's.
    pub parameters: Box<[ParameterId]>,
    /// The request body (several in OpenAPI 2 never occur: `formData` and `body` make one).
    pub body: Option<BodyId>,
    /// The responses in document order.
    pub responses: ResponseIds,
    pub(crate) traffic: Option<Box<Traffic>>,
}

/// The responses of one operation. Most have few: they lie in the operation, which every lint looks at.
pub(crate) type ResponseIds = SmallVec<[ResponseId; 4]>;

/// What only an operation of AsyncAPI has.
#[derive(Debug)]
pub(crate) struct Traffic {
    pub(crate) channel: Option<ChannelId>,
    pub(crate) messages: Vec<MessageId>,
    /// AsyncAPI 3 only.
    pub(crate) replies: Vec<MessageId>,
}

impl<'a> Operation<'a> {
    /// `GET /users`, `send orders/{id}`: how messages name the operation.
    pub fn title(&self) -> String {
        [self.method.as_str(), self.path].join(" ")
    }

    /// A member of the operation or, failing that, of its path item (AsyncAPI: channel) as written or after `$ref`:
    /// how extensions are inherited.
    pub fn own_or_path_item(&self, key: impl MemberKey) -> Option<Node<'a>> {
        let outer = || self.path_item.get(key).or_else(|| self.path_item.target_or_none()?.get(key));
        self.node.get(key).or_else(outer)
    }

    /// The codes of its responses (OpenAPI), those behind references that lead nowhere included.
    pub fn response_codes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.written_responses().map(|(code, _)| code)
    }

    /// The codes of responses behind references that lead nowhere: what they hold was not read.
    pub fn unread_response_codes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.written_responses().filter(|(_, response)| response.target_or_none().is_none()).map(|(code, _)| code)
    }

    fn written_responses(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a> {
        self.node.get(Known::Responses).and_then(Node::target_or_none).into_iter().flat_map(Node::entries)
    }

    /// True when a parameter or the body is behind a reference that leads nowhere: what the request lacks cannot be told
    /// (OpenAPI).
    pub fn has_unread_request(&self) -> bool {
        let owners = [Some(self.node), Some(self.path_item), self.path_item.target_or_none()];
        let parameters =
            owners.into_iter().flatten().filter_map(|owner| owner.get(Known::Parameters)).flat_map(Node::items);
        parameters.chain(self.node.get("requestBody")).any(|part| part.target_or_none().is_none())
    }

    /// The channel, AsyncAPI only.
    pub fn channel(&self) -> Option<ChannelId> {
        self.traffic.as_ref()?.channel
    }

    /// The messages that it moves, AsyncAPI only.
    pub fn messages(&self) -> &[MessageId] {
        self.traffic.as_ref().map(|traffic| traffic.messages.as_slice()).unwrap_or_default()
    }

    /// The messages of its reply, AsyncAPI 3 only.
    pub fn replies(&self) -> &[MessageId] {
        self.traffic.as_ref().map(|traffic| traffic.replies.as_slice()).unwrap_or_default()
    }

    /// `summary` of the operation.
    pub fn summary(&self) -> Option<&'a str> {
        self.node.get_str(Known::Summary)
    }

    /// `description` of the operation.
    pub fn description(&self) -> Option<&'a str> {
        self.node.get_str(Known::Description)
    }

    /// The names of its tags (strings in OpenAPI, objects with `name` in AsyncAPI).
    pub fn tags(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let tags = self.node.get("tags");
        tags.into_iter().flat_map(Node::items).filter_map(|tag| tag.as_str().or_else(|| tag.get_str(Known::Name)))
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// The whole query string (OpenAPI 3.2 `querystring`).
    QueryString,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
    /// A field of a form (OpenAPI 2 `formData`).
    Form,
    /// In the address of a channel.
    Channel,
    /// Missing or unknown.
    Unknown,
}

/// A parameter of a path item, operation or channel, after `$ref`.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// The Parameter Object.
    pub node: Node<'a>,
    /// Its name; empty when missing.
    pub name: &'a str,
    /// Where it travels.
    pub location: Location,
    /// Its schema: `schema`, the schema of its one media type, or in OpenAPI 2 the parameter itself.
    pub schema: Option<Node<'a>>,
    /// True when a call needs it; always in the address of a channel.
    pub required: bool,
}

/// A request body, after `$ref`.
#[derive(Debug)]
pub struct Body<'a> {
    /// The Request Body Object; OpenAPI 2: the `body` parameter, or the operation for a form.
    pub node: Node<'a>,
    /// What it may hold.
    pub media: Box<[MediaType<'a>]>,
    /// The fields of an OpenAPI 2 form.
    pub fields: Box<[ParameterId]>,
}

/// A response, after `$ref`.
#[derive(Debug)]
pub struct Response<'a> {
    /// The status code as written: `200`, `4XX`, `default`.
    pub code: &'a str,
    /// The Response Object.
    pub node: Node<'a>,
    /// What it may hold.
    pub media: Box<[MediaType<'a>]>,
    /// Its headers, after `$ref`.
    pub headers: Box<[Header<'a>]>,
}

impl Response<'_> {
    /// True for 2xx, `2XX` and `default`, which the catalogue calls the response position.
    pub fn is_success(&self) -> bool {
        self.code.starts_with('2') || self.code == "default"
    }

    /// True for 4xx and `4XX`.
    pub fn is_client_error(&self) -> bool {
        self.code.starts_with('4')
    }
}

/// A response header, after `$ref`.
#[derive(Debug)]
pub struct Header<'a> {
    /// Its name.
    pub name: &'a str,
    /// The Header Object.
    pub node: Node<'a>,
    /// Its schema; OpenAPI 2: the header itself.
    pub schema: Option<Node<'a>>,
}

/// One media type of a body or response.
#[derive(Debug)]
pub struct MediaType<'a> {
    /// The name, as `application/json`; empty when OpenAPI 2 names none.
    pub name: &'a str,
    /// The Media Type Object; OpenAPI 2: the body parameter or the response.
    pub node: Node<'a>,
    /// Its schema (OpenAPI 3.2: or `itemSchema`).
    pub schema: Option<Node<'a>>,
}

/// An AsyncAPI channel.
#[derive(Debug)]
pub struct Channel<'a> {
    /// Its key: the address in version 2, a name in version 3.
    pub key: &'a str,
    /// The address; empty when version 3 says that it is unknown.
    pub address: &'a str,
    /// The Channel Object, as written where its key stands.
    pub node: Node<'a>,
    /// The Channel Object after `$ref`.
    pub target: Node<'a>,
    /// The servers it is bound to; all root servers when it lists none.
    pub servers: Arc<[ServerId]>,
    /// Its parameters.
    pub parameters: Vec<ParameterId>,
    /// Its messages by key (version 3).
    pub messages: Vec<(&'a str, MessageId)>,
}

/// An AsyncAPI message, after `$ref`.
#[derive(Debug)]
pub struct Message<'a> {
    /// The Message Object.
    pub node: Node<'a>,
    /// Its name: `name`, else its key.
    pub name: Option<&'a str>,
    /// The payload's schema, if it is written in a dialect of JSON Schema.
    pub payload: Option<Node<'a>>,
    /// The headers' schema.
    pub headers: Option<Node<'a>>,
}

impl<'a> Api<'a> {
    /// An operation by id.
    pub fn operation(&self, id: OperationId) -> &Operation<'a> {
        &self.operations[id.index()]
    }

    /// A scheme by id.
    pub fn scheme(&self, id: SchemeId) -> &Scheme<'a> {
        &self.schemes[id.index()]
    }

    /// A server by id.
    pub fn server(&self, id: ServerId) -> &Server<'a> {
        &self.servers[id.index()]
    }

    /// A parameter by id.
    pub fn parameter(&self, id: ParameterId) -> &Parameter<'a> {
        &self.parameters[id.index()]
    }

    /// A request body by id.
    pub fn body(&self, id: BodyId) -> &Body<'a> {
        &self.bodies[id.index()]
    }

    /// A response by id.
    pub fn response(&self, id: ResponseId) -> &Response<'a> {
        &self.responses[id.index()]
    }

    /// A channel by id.
    pub fn channel(&self, id: ChannelId) -> &Channel<'a> {
        &self.channels[id.index()]
    }

    /// A message by id.
    pub fn message(&self, id: MessageId) -> &Message<'a> {
        &self.messages[id.index()]
    }

    /// The node at a place.
    pub fn node(&self, place: Place) -> Node<'a> {
        self.files.node(place)
    }

    /// The version key, at which findings on the whole document point: `openapi`, `swagger` or `asyncapi`.
    pub fn version_node(&self) -> Node<'a> {
        let keys = ["openapi", "swagger", "asyncapi"];
        keys.iter().find_map(|key| self.root.get(key)).unwrap_or(self.root)
    }

    /// True when a requirement of the root, of an operation or of a server names a scheme, or cannot be read. Those of webhooks and
    /// callbacks do not count: they protect no operation.
    pub fn requires_a_scheme(&self) -> bool {
        let protecting = self.requirements.iter().filter(|list| list.origin != Origin::Inbound);
        protecting.flat_map(|list| list.alternatives.iter()).any(|one| one.malformed || !one.members.is_empty())
    }

    /// The key of the operations' map (`paths`, `channels`, `operations`), else the document's root.
    pub fn operations_node(&self) -> Node<'a> {
        let keys = if self.spec.format.is_async() { ["channels", "operations"] } else { ["paths", "webhooks"] };
        keys.iter().find_map(|key| self.root.get(key)).unwrap_or(self.root)
    }
}

/// Text that is mostly borrowed from a tree, sometimes put together.
pub type Text<'a> = Cow<'a, str>;
