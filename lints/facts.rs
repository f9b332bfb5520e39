//! What the lints know of single operations, for outputs that list operations instead of faults.

use apiward_model::predicate::Signs;
use apiward_model::{Api, Body, Direction, Location, Merged, Node, Operation, OperationId, end_dates};

pub use crate::exposure::sensitive::{Kind as SensitiveKind, Sensitive};

use crate::exposure::sensitive::{Moved, moved};
use crate::framework::carriers::Carriers;
use crate::framework::engine::Settings;
use crate::framework::shared::Shared;
use crate::ratelimit::body_size::{self, SizeBounds};
use crate::ratelimit::throttling::{HeaderOptions, LimitHeaders, answers_429};
use crate::rbac::object_id::{is_behind_fixed_set, is_open_number};
use crate::versioning::endings;

/// Facts about the operations of one API, by the word lists and options that the lints use.
pub struct Facts<'r, 'a> {
    api: &'r Api<'a>,
    signs: Vec<Signs<'a>>,
    headers: LimitHeaders,
    bounds: SizeBounds,
    endings: endings::Options,
    /// Of operations, webhooks and callbacks.
    moved: [Vec<Moved<'a>>; 3],
    /// False where there was too much to tell all sensitive data of each operation.
    pub complete: bool,
}

/// A parameter of a path that says which object is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectId<'a> {
    /// The parameter.
    pub name: &'a str,
    /// True when ids can be counted up.
    pub countable: bool,
}

/// Keywords that bound a whole body.
const BODY_LIMITS: [&str; 3] = ["maxLength", "maxItems", "maxProperties"];

/// Something that bounds a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound<'a> {
    /// Where it is said.
    pub by: BoundBy,
    /// The code, extension, field or keyword.
    pub name: &'a str,
    /// Its value, or the text.
    pub value: Option<&'a str>,
}

/// Where a bound is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundBy {
    /// By a 413 response.
    Response,
    /// By an extension.
    Extension,
    /// By a description.
    Text,
    /// By a schema.
    Schema,
}

impl<'r, 'a> Facts<'r, 'a> {
    /// Works out what operations share. The settings hold the operations that are declared public, and options.
    pub fn new(api: &'r Api<'a>, settings: &Settings) -> Self {
        let lists = [&api.operations, &api.webhooks, &api.callbacks].map(|list| moved(api, list));
        let complete = lists.iter().all(|(_, complete)| *complete);
        let options = &settings.options;
        Self {
            api,
            signs: Shared::new(api, &settings.public).signs().to_vec(),
            headers: LimitHeaders::from(options.get::<HeaderOptions>("ratelimit/headers-missing")),
            bounds: SizeBounds::from(options.get::<body_size::Options>("ratelimit/upload-without-size-limit")),
            endings: options.get("versioning/deprecated-without-sunset"),
            moved: lists.map(|(moved, _)| moved),
            complete,
        }
    }

    /// What the names of an operation say; nothing for webhooks and callbacks, which the provider calls.
    pub fn signs(&self, operation: &Operation<'a>) -> Option<&Signs<'a>> {
        let own = operation.direction == Direction::Operation;
        self.signs.get(operation.id.index()).filter(|_| own)
    }

    fn moved(&self, operation: &Operation<'a>) -> Option<&Moved<'a>> {
        let [operations, webhooks, callbacks] = &self.moved;
        let list = match operation.direction {
            Direction::Operation => operations,
            Direction::Webhook => webhooks,
            Direction::Callback => callbacks,
        };
        list.get(operation.id.index())
    }

    /// Sensitive data in parameters, bodies, and messages that the application receives; sorted.
    pub fn taken(&self, operation: &Operation<'a>) -> impl Iterator<Item = Sensitive<'a>> {
        self.moved(operation).into_iter().flat_map(|moved| moved.taken.keys().copied())
    }

    /// Sensitive data in success responses, and messages that the application sends; sorted.
    pub fn returned(&self, operation: &Operation<'a>) -> impl Iterator<Item = Sensitive<'a>> {
        self.moved(operation).into_iter().flat_map(|moved| moved.returned.keys().copied())
    }

    /// Sensitive data that leaves by the operation, each with the first property of that name: what it returns or, of
    /// webhooks and callbacks, what the provider sends; sorted.
    pub fn given_away(&self, operation: &Operation<'a>) -> impl Iterator<Item = (Sensitive<'a>, Node<'a>)> {
        let sends = operation.direction != Direction::Operation;
        let list = self.moved(operation).map(|moved| if sends { &moved.taken } else { &moved.returned });
        list.into_iter().flatten().map(|(one, node)| (*one, *node))
    }

    /// Whether the operation answers 429.
    pub fn answers_429(&self, operation: &Operation<'a>) -> bool {
        answers_429(operation)
    }

    /// The response headers that tell of a limit, `Retry-After` included; sorted, each once.
    pub fn limit_headers(&self, operation: &Operation<'a>) -> Vec<&'a str> {
        let responses = operation.responses.iter().map(|id| self.api.response(*id));
        let names = responses.flat_map(|response| response.headers.iter().map(|header| header.name));
        let mut names: Vec<&str> =
            names.filter(|name| self.headers.matches(name) || name.eq_ignore_ascii_case("retry-after")).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where the end of the operation is announced: the value of an extension, a date in the text, or the name of a
    /// `Sunset` header.
    pub fn end(&self, operation: &Operation<'a>) -> Option<String> {
        let holders = [operation.node, operation.path_item];
        let by_extension = endings::extension(&holders, &self.endings.extensions).map(|node| node.text().to_owned());
        let texts = || [operation.summary(), operation.description()].into_iter().flatten();
        let by_text = || texts().flat_map(end_dates).next().map(|date| date.to_string());
        let by_header = || endings::headers(self.api, operation, "sunset").next().map(|_| "Sunset header".to_owned());
        by_extension.or_else(by_text).or_else(by_header)
    }

    /// The parameters of the path that say which object is meant; not those that choose from a fixed set.
    pub fn object_ids(&self, operation: &Operation<'a>) -> Vec<ObjectId<'a>> {
        let path = self.signs(operation).map(Signs::path);
        let parameters = operation.parameters.iter().map(|id| self.api.parameter(*id));
        let own = parameters.filter(|parameter| {
            let fixed = path.as_ref().is_some_and(|path| is_behind_fixed_set(path, parameter.name));
            matches!(parameter.location, Location::Path | Location::Channel) && !fixed
        });
        let countable = |schema| is_open_number(self.api, schema);
        own.map(|parameter| ObjectId { name: parameter.name, countable: parameter.schema.is_some_and(countable) })
            .collect()
    }

    /// What bounds the request of the operation: 413 among the answers, extensions, texts, and the tops of the schemas.
    pub fn bounds(&self, operation: &Operation<'a>) -> Vec<Bound<'a>> {
        let body = operation.body.map(|id| self.api.body(id));
        let media = || body.iter().flat_map(|body| &body.media);
        let mut holders = vec![operation.node];
        holders.extend(body.map(|body| body.node));
        holders.extend(media().map(|media| media.node));
        // OpenAPI 2 has one object for several of them.
        holders.dedup();
        let mut answers = operation.responses.iter().map(|id| self.api.response(*id).code);
        let refused = answers.find(|code| *code == "413");
        let refused = refused.map(|name| Bound { by: BoundBy::Response, name, value: None });
        let extensions = holders.iter().flat_map(|node| self.bounds.extensions_of(*node));
        let texts = holders.iter().filter_map(|node| SizeBounds::text_of(*node));
        let schemas = media().filter_map(|media| media.schema).flat_map(|schema| {
            let merged = Merged::of(self.api, schema);
            BODY_LIMITS.into_iter().filter_map(move |name| Some((name, merged.get(name)?.text())))
        });
        let bound = |by: BoundBy| move |(name, value)| Bound { by, name, value: Some(value) };
        let extensions = extensions.map(bound(BoundBy::Extension)).collect::<Vec<_>>();
        let texts = texts.map(|text| ("description", text)).map(bound(BoundBy::Text));
        let all = refused.into_iter().chain(extensions).chain(texts).chain(schemas.map(bound(BoundBy::Schema)));
        let mut found: Vec<Bound<'a>> = Vec::new();
        for bound in all {
            if !found.contains(&bound) {
                found.push(bound);
            }
        }
        found
    }

    /// Whether a largest size of the request is told: by the operation, a 413 response, the body or a media type.
    pub fn tells_size(&self, operation: &Operation<'a>) -> bool {
        let of_body = |body: &Body<'a>| {
            self.bounds.are_told_by(body.node) || body.media.iter().any(|media| self.bounds.are_told_by(media.node))
        };
        self.bounds.hold(self.api, operation) || operation.body.is_some_and(|id| of_body(self.api.body(id)))
    }
}

/// Which operations of one list take a schema or parameter from their callers.
pub struct Takers(Carriers);

impl Takers {
    /// The list is that of the API's operations, of its webhooks, or of its callbacks.
    pub fn new<'a>(api: &Api<'a>, operations: &[Operation<'a>]) -> Self {
        Self(Carriers::of_requests_among(api, operations))
    }

    /// The operations by their ids in the list.
    pub fn of<'a>(&mut self, api: &Api<'a>, node: Node<'a>) -> Vec<OperationId> {
        self.0.of(api, node).iter().collect()
    }
}
