//! Trees to one version-neutral API: operations, effective security, effective servers, schemas by direction.
//!
//! [`Files::load`] follows references from a root file, [`Api::read`] reads a document of it. Reading is tolerant: a
//! wrong type or a missing field never stops the rest.

mod adapters;
mod api;
mod base64;
mod build;
mod context;
mod date;
mod files;
pub mod jwt;
pub mod lexicon;
mod merged;
mod mistyped;
pub mod nearest;
mod node;
pub mod pattern;
pub mod phrase;
pub mod predicate;
mod read;
mod reference;
mod references;
mod schema;
pub mod secret;
mod security;
mod server;
mod spec;
mod strings;
mod unresolved;
pub mod words;

pub use api::{
    Api, Body, BodyId, Channel, ChannelId, Direction, Fault, Header, Location, MediaType, Message, MessageId, Method,
    Operation, OperationId, Parameter, ParameterId, Response, ResponseId, SchemeId, ServerId, Text,
};
pub use base64::encodes_text;
pub use build::is_scheme_uri;
pub use context::{Context, Contexts, is_field};
pub use date::{Date, dates_in, end_dates};
pub use files::{File, FileId, Files, Loader, MAX_FILES, describe_error, relative};
pub use merged::{Merged, is_empty_schema, is_typed_schema};
pub use mistyped::{Expected, Mistyped};
pub use node::{Node, Place};
pub use read::read_regular_file;
pub use reference::Unresolved;
pub use schema::{Reach, Role, Schema, Schemas};
pub use security::{
    Alternative, Alternatives, Declared, EffectiveSecurity, FLOW_URLS, Flow, FlowKind, KeyLocation, ListId, Member,
    Origin, RequirementList, Scheme, SchemeType,
};
pub use server::{Server, ServerScope};
pub use spec::{Detected, Format, SUPPORTED, Spec, detect};
pub use unresolved::Progress;
