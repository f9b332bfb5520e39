//! `apiward inventory`: every operation with who may call it, and what else a reviewer asks by hand.
//!
//! The types below are the contract of the JSON output, as those of `report.rs` are of `check`: within a major version
//! fields are only added. Their documentation comments are the descriptions in the JSON Schema.

mod by_scheme;
mod by_scope;
mod command;
mod csv;
mod facts;
mod filters;
mod markdown;
mod schemes;
mod text;
mod unknown;
mod views;
mod ways;

use std::collections::BTreeMap;
use std::sync::Arc;

use apiward_model::OperationId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::check::Checked;
use crate::cli::InventoryBy;
use crate::report::{FileEntry, Tool};

pub use self::by_scheme::{Difference, Protection, SchemeDocument, SchemeUse};
pub use self::by_scope::{Name, Opened, ScopeUse};
pub(crate) use self::command::run;
pub use self::command::write;
pub(crate) use self::facts::of_description;
pub use self::filters::Filters;
pub(crate) use self::schemes::DocumentSchemes;
pub(crate) use self::text::{summary as summary_line, title};
pub(crate) use self::ways::{any_of, by_resource, rank};

/// The version of the JSON contract.
pub const SCHEMA_VERSION: &str = "1.0";

/// The operations of API descriptions, with who may call them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Inventory {
    /// Version of this format, `major.minor`. Within a major version fields are only added.
    pub schema_version: String,
    /// The program that wrote the inventory.
    pub tool: Tool,
    /// One entry per document, sorted by path and document.
    pub files: Vec<FileEntry>,
    /// The operations that the filters let through, sorted by file, document, path, method and kind.
    pub operations: Vec<Entry>,
    /// What each scope opens, of the listed operations; null unless asked for with `--by scope`.
    pub scopes: Option<Vec<ScopeUse>>,
    /// Which documents use which schemes; null unless asked for with `--by scheme`.
    pub schemes: Option<Vec<SchemeUse>>,
    /// The listed operations that several documents have and guard differently, sorted by path and method; null unless asked for with `--by scheme`.
    pub differences: Option<Vec<Difference>>,
    /// Counts.
    pub summary: Summary,
}

impl Inventory {
    /// Takes the files and the operations that the filters let through out of what a run brought.
    pub fn take(checked: &mut Checked, filters: &Filters) -> Self {
        let mut inventory = Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool::default(),
            files: std::mem::take(&mut checked.report.files),
            operations: std::mem::take(&mut checked.operations),
            scopes: None,
            schemes: None,
            differences: None,
            summary: Summary::default(),
        };
        filters.apply(&mut inventory);
        inventory
    }

    /// Adds what scopes open, or which schemes the documents use, where that is asked for.
    pub(crate) fn turn(&mut self, by: InventoryBy, declared: &[DocumentSchemes]) {
        match by {
            InventoryBy::Operation => {}
            InventoryBy::Scope => self.scopes = Some(by_scope::scopes(&self.operations, declared)),
            InventoryBy::Scheme => {
                self.schemes = Some(by_scheme::schemes(&self.operations, declared));
                self.differences = Some(by_scheme::differences(&self.operations));
            }
        }
    }

    /// The documents of which operations are listed, with these.
    fn documents(&self) -> Vec<(&FileEntry, Vec<&Entry>)> {
        documents(&self.files, &self.operations)
    }
}

/// The documents of which there are operations, with these.
pub(crate) fn documents<'i>(files: &'i [FileEntry], operations: &'i [Entry]) -> Vec<(&'i FileEntry, Vec<&'i Entry>)> {
    let mut entries: BTreeMap<(&str, usize), Vec<&Entry>> = BTreeMap::new();
    for entry in operations {
        entries.entry((&entry.file, entry.document)).or_default().push(entry);
    }
    files.iter().filter_map(|file| Some((file, entries.remove(&(file.path.as_str(), file.document))?))).collect()
}

/// Counts over an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Operations of all documents.
    pub total: usize,
    /// Operations that the filters let through.
    pub listed: usize,
    /// Listed operations that a caller without a credential may call; webhooks and callbacks do not count.
    pub anonymous: usize,
    /// Listed operations that change state.
    pub writes: usize,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// The file, relative to the root folder, with `/`.
    pub file: String,
    /// Number of the document within the file's YAML stream, from 0.
    pub document: usize,
    /// Who calls whom.
    pub kind: Kind,
    /// HTTP method in capitals; for AsyncAPI `publish`, `subscribe`, `send` or `receive`.
    pub method: String,
    /// Path template; for AsyncAPI the channel's address; name of a webhook, expression of a callback.
    pub path: String,
    /// `operationId`; for AsyncAPI 3 the operation's key.
    pub id: Option<String>,
    /// The paths that share this key are about one resource.
    pub resource: String,
    /// What a caller must present: any of these. None means that nothing is asked for.
    pub alternatives: Vec<Alternative>,
    /// How many alternatives there are; at most 50 are listed.
    pub alternatives_total: usize,
    /// Where the alternatives are written.
    pub source: Source,
    /// True when a caller (of a webhook or callback: the provider) needs no credential, because none is asked for or one alternative asks for none.
    pub anonymous: bool,
    /// How strong the weakest alternative is, from 0 (none) to 5 (client certificate); null when no scheme is known.
    pub strength: Option<u8>,
    /// The scopes or roles of all alternatives, sorted; at most 50.
    pub scopes: Vec<String>,
    /// The servers at which the operation is reached, in order of the description; none for webhooks and callbacks.
    pub servers: Vec<Server>,
    /// How many servers there are; at most 50 are listed.
    pub servers_total: usize,
    /// Whether the operation is meant to be public; null when nothing says so.
    pub public: Option<Public>,
    /// Whether it changes state; null for webhooks and callbacks.
    pub writes: Option<bool>,
    /// True when it is marked as deprecated.
    pub deprecated: bool,
    /// When it ends: a date, the value of an extension, or `Sunset header`.
    pub sunset: Option<String>,
    /// What says that calls are limited.
    pub rate_limit: RateLimit,
    /// Sensitive data in parameters and bodies, by name; for AsyncAPI in messages that the application receives, replies to what it sends included.
    pub takes: Vec<Sensitive>,
    /// How many names are taken; at most 50 are listed.
    pub takes_total: usize,
    /// Sensitive data in success responses, by name; for AsyncAPI in messages that the application sends, replies to what it receives included.
    pub returns: Vec<Sensitive>,
    /// How many names are returned; at most 50 are listed.
    pub returns_total: usize,
    /// False where the description was too large to look for sensitive data in all of it.
    pub sensitive_complete: bool,
    /// The parameters of the path that say which object is meant.
    pub object_ids: Vec<ObjectId>,
    /// The request body; null when it takes none.
    pub body: Option<Body>,
    /// All alternatives, shared by the operations that have them.
    #[serde(skip)]
    ways: Arc<schemes::Ways>,
    /// Which of the description's operations it is, as findings name them; none for webhooks and callbacks.
    #[serde(skip)]
    #[schemars(skip)]
    pub index: Option<OperationId>,
}

/// Who calls whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Consumers call the API; for AsyncAPI, the application takes part in a channel.
    Operation,
    /// The provider calls a webhook of the consumer.
    Webhook,
    /// The provider calls back, at a URL that an operation was given.
    Callback,
}

/// One way to be let in: all schemes together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alternative {
    /// What must be presented; nothing lets anybody in, unless the alternative is malformed.
    pub schemes: Vec<Requirement>,
    /// True when it lets anybody in.
    pub anonymous: bool,
    /// From 0 (none) to 5 (client certificate); null when a scheme is not defined or not known.
    pub strength: Option<u8>,
    /// The name of the server on which it applies (AsyncAPI); null where it applies on all.
    pub server: Option<String>,
}

/// One scheme that an alternative asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Requirement {
    /// Name of the scheme.
    pub name: String,
    /// The `type` of the scheme as written; null when it is not defined.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The scopes or roles asked for.
    pub scopes: Vec<String>,
}

/// Where a requirement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Nowhere.
    None,
    /// At the root of the description.
    Root,
    /// In the operation.
    Operation,
    /// In the servers (AsyncAPI).
    Server,
    /// In the servers and in the operation, which both must hold (AsyncAPI).
    ServerAndOperation,
}

/// A server at which an operation is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Server {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The URL as written, without user name and password.
    pub url: String,
    /// Whether what is sent can be read on the way.
    pub transport: Transport,
    /// True when it leads to hosts of the machine or the network alone: `localhost`, private addresses.
    pub local: bool,
}

/// Whether what is sent to a server can be read on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// It is encrypted.
    Encrypted,
    /// It can be sent in the clear.
    Plaintext,
    /// The description does not say: the URL is relative, or the protocol leaves it open.
    Unknown,
}

/// That an operation is meant to be public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Public {
    /// Who says so.
    pub by: PublicBy,
    /// The reason that the author gave.
    pub reason: Option<String>,
}

/// Who says that an operation is meant to be public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PublicBy {
    /// The author, in the description or the configuration.
    Declaration,
    /// What the operation is: a login, a health check.
    Nature,
}

/// What says that calls are limited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RateLimit {
    /// True when 429 is among the responses.
    pub status_429: bool,
    /// Response headers that tell of a limit, sorted.
    pub headers: Vec<String>,
}

/// A name of sensitive data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sensitive {
    /// The property or parameter.
    pub name: String,
    /// What it is.
    pub kind: SensitiveKind,
}

/// A kind of sensitive data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SensitiveKind {
    /// Personal data of the highest protection.
    Personal,
    /// A password, secret or key.
    Secret,
}

/// A parameter of a path that says which object is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectId {
    /// The parameter.
    pub name: String,
    /// True when ids are numbers that can be counted up.
    pub countable: bool,
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Body {
    /// The media types that it may have, in order of the description.
    pub media_types: Vec<String>,
    /// True when a largest size is told: by a 413 response, an extension, or the text.
    pub size_told: bool,
    /// What bounds the request, in the order 413 response, extensions, texts, schemas of the media types.
    pub bounds: Vec<Bound>,
}

/// What bounds a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bound {
    /// Where it is said.
    pub by: BoundBy,
    /// `413`; the name of an extension; `description`; the keyword of a schema.
    pub name: String,
    /// The number, or the text that says it; null when there is none.
    pub value: Option<BoundValue>,
}

/// Where a bound is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BoundBy {
    /// What is too large is answered so.
    Response,
    /// In an extension of the operation, the body or a media type.
    Extension,
    /// In a description.
    Text,
    /// At the top of the schema of a media type.
    Schema,
}

/// A bound as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BoundValue {
    /// A whole number.
    Number(u64),
    /// Anything else.
    Text(String),
}

/// The JSON Schema of the inventory.
pub fn json_schema() -> serde_json::Value {
    // As the inventory is written: a field that may be null is there all the same.
    let generator = schemars::generate::SchemaSettings::default().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Inventory>();
    schema.insert("title".to_owned(), "apiward inventory".into());
    schema.to_value()
}
