//! What an operation answers: lists, and errors.

use std::borrow::Cow;

use apiward_syntax::Known;

use smallvec::SmallVec;

use crate::api::{Api, Method, Operation, Response};
use crate::lexicon::Tokens;
use crate::merged::Merged;
use crate::node::Node;
use crate::predicate::path::{PathShape, last_segment};
use crate::words::{PAGING_NAMES, PAGING_RESPONSE_NAMES};

/// The list that an operation answers with.
#[derive(Clone, Copy, Debug)]
pub struct ListAnswer<'a> {
    /// The schema of the answer.
    pub schema: Node<'a>,
    /// The array: the answer itself, or its property.
    pub array: Node<'a>,
    /// The property's name, when the array is one.
    pub property: Option<&'a str>,
}

/// `list_operation(op)`: a read whose path ends in the name of a collection and whose answer is an array, or an object
/// around one array of objects, which is what the answer is about.
pub fn list_answer<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<ListAnswer<'a>> {
    let list = list_like_answer(api, operation)?;
    let Some(name) = list.property else { return Some(list) };
    let path = PathShape::of_path(operation.path);
    let properties = Merged::of(api, list.schema).properties();
    // In `/messages` the messages are the list.
    let is_asked_for = path.last().is_some_and(|last| last.tokens().glued() == Tokens::new(name).glued());
    let has_content =
        || properties.iter().any(|(name, node)| !is_about_lists(name) && Merged::of(api, *node).is_object());
    let is_about_another = || stands_beside(name) || is_resource(api, &properties);
    (!has_content() && (is_asked_for || !is_about_another())).then_some(list)
}

/// An array that others have beside what they are about.
fn stands_beside(name: &str) -> bool {
    matches!(singular(Tokens::new(name).glued()), "error" | "warning" | "message" | "link")
}

/// An object that is one thing, and has a field of many: it has an identity, or says more than wrappers do.
fn is_resource<'a>(api: &Api<'a>, properties: &[(&'a str, Node<'a>)]) -> bool {
    let says = |(name, node): &&(&str, Node<'_>)| {
        let scalar = || Merged::of(api, *node).types().any(|kind| !matches!(kind, "null" | "object" | "array"));
        !is_about_lists(name) && !ABOUT_CALLS.contains(&Tokens::new(name).glued()) && scalar()
    };
    let own: SmallVec<[&str; 8]> = properties.iter().filter(says).map(|(name, _)| *name).collect();
    own.len() > MOST_OF_WRAPPERS || own.iter().any(|name| matches!(Tokens::new(name).glued(), "id" | "uuid" | "guid"))
}

/// Plain values about neither pages nor the call that the wrapper of a list may have.
const MOST_OF_WRAPPERS: usize = 4;

/// Names of values in wrappers that speak of the call, or of the wrapper itself.
const ABOUT_CALLS: [&str; 14] = [
    "object",
    "type",
    "kind",
    "apiversion",
    "code",
    "status",
    "message",
    "ok",
    "success",
    "timestamp",
    "requestid",
    "order",
    "more",
    "url",
];

/// The name of a property that says something about the list beside it.
fn is_about_lists(name: &str) -> bool {
    let name = Tokens::new(name);
    PAGING_NAMES.matches_name(&name)
        || PAGING_RESPONSE_NAMES.matches_name(&name)
        || name.iter().any(|word| ABOUT_LISTS.contains(&singular(word)))
}

/// Words in the names of objects that stand beside a list and say something about it.
const ABOUT_LISTS: [&str; 12] = [
    "page",
    "paging",
    "pagination",
    "pager",
    "meta",
    "metadata",
    "link",
    "cursor",
    "error",
    "warning",
    "total",
    "count",
];

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// As [`list_answer`], whatever the array is called and stands beside: for what a list excuses.
pub fn list_like_answer<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<ListAnswer<'a>> {
    let reads = operation.method.is("GET") || operation.method.is("QUERY");
    if !reads || last_segment(operation.path).is_none() {
        return None;
    }
    let schema = success_json_schema(api, operation)?;
    let merged = Merged::of(api, schema);
    if merged.is_array() {
        // `items` with a list of schemas describes a tuple, which has no pages.
        return (!merged.all("items").any(|items| items.raw().is_sequence())).then_some(ListAnswer {
            schema,
            array: schema,
            property: None,
        });
    }
    if !merged.is_object() {
        return None;
    }
    let mut arrays = merged.properties().into_iter().filter(|(_, node)| Merged::of(api, *node).is_array());
    let (name, array) = arrays.next().filter(|_| arrays.next().is_none())?;
    let items = Merged::of(api, array).get(Known::Items)?;
    Merged::of(api, items).is_object().then_some(ListAnswer { schema, array, property: Some(name) })
}

/// The schema of the first JSON media type of the lowest 2xx response that has one, `2XX` last.
pub fn success_json_schema<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Option<Node<'a>> {
    let mut responses: SmallVec<[&Response<'a>; 4]> = operation.responses.iter().map(|id| api.response(*id)).collect();
    responses.retain(|response| response.code.starts_with('2'));
    responses.sort_by_key(|response| response.code);
    let of_json = |response: &Response<'a>| response.media.iter().find(|media| is_json(media.name))?.schema;
    responses.into_iter().find_map(of_json)
}

/// A media type without its parameters, in lower case (RFC 9110 section 8.3.1).
pub fn essence(media_type: &str) -> Cow<'_, str> {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// `application/json` or a type with the suffix `+json` (RFC 6839), parameters ignored. OpenAPI 2 may name no type.
pub fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    let suffix = name.len().checked_sub("+json".len()).and_then(|at| name.get(at..));
    name.is_empty()
        || name.eq_ignore_ascii_case("application/json")
        || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
}

/// `error_response(r)`: 4xx, 5xx, `4XX`, `5XX`, or `default` beside an answer for success. A lone `default` is the
/// answer for success.
pub fn is_error_response(api: &Api<'_>, operation: &Operation<'_>, response: &Response<'_>) -> bool {
    let class = |code: &str, first: &[u8]| {
        let bytes = code.as_bytes();
        let rest = |rest: &[u8]| rest.iter().all(u8::is_ascii_digit) || rest.eq_ignore_ascii_case(b"XX");
        bytes.len() == 3 && first.contains(&bytes[0]) && rest(&bytes[1..])
    };
    if !matches!(operation.method, Method::Http(_)) {
        return false;
    }
    match response.code {
        "default" => operation.responses.iter().any(|id| class(api.response(*id).code, b"23")),
        code => class(code, b"45"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    fn with<T>(text: &str, read: impl Fn(&Api<'_>) -> T) -> T {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        read(&Api::read(&files, 0).unwrap())
    }

    fn list(path: &str, media: &str, schema: &str) -> Option<String> {
        let text = format!(
            "openapi: 3.0.3\npaths: {{'{path}': {{get: {{responses: {{'200': {{content: {{{media}: {{schema: \
             {schema}}}}}}}}}}}}}}}\n"
        );
        with(&text, |api| list_answer(api, &api.operations[0]).map(|list| list.property.unwrap_or("itself").to_owned()))
    }

    #[test]
    fn lists_are_arrays_or_objects_around_one() {
        let json = "application/json";
        let objects = "{type: array, items: {type: object}}";
        let page = format!("{{type: object, properties: {{total: {{type: integer}}, data: {objects}}}}}");
        assert_eq!(list("/parcels", json, "{type: array, items: {type: string}}"), Some("itself".to_owned()));
        assert_eq!(list("/parcels", "application/hal+json", &page), Some("data".to_owned()));
        assert_eq!(list("/parcels/{id}", json, &page), None);
        assert_eq!(list("/parcels", "text/csv", &page), None);
        let strings = "{properties: {data: {type: array, items: {type: string}}}}";
        assert_eq!(list("/parcels", json, strings), None);
        let two = format!("{{properties: {{a: {objects}, b: {objects}}}}}");
        assert_eq!(list("/parcels", json, &two), None);
        assert_eq!(list("/parcels", json, "{type: array, items: [{type: object}, {type: string}]}"), None);
    }

    #[test]
    fn what_is_about_something_else_is_no_list() {
        let objects = "{type: array, items: {type: object}}";
        let around = |property: &str, other: &str| {
            let schema = format!("{{properties: {{{property}: {objects}, {other}: {{type: object}}}}}}");
            list("/parcels", "application/json", &schema)
        };
        assert_eq!(around("data", "settings"), None);
        for about in ["paging", "_links", "pageInfo", "response_metadata", "cursors", "errors", "next"] {
            assert_eq!(around("data", about), Some("data".to_owned()), "{about}");
        }
        for beside in ["errors", "warnings", "messages", "links", "_links"] {
            assert_eq!(around(beside, "meta"), None, "{beside}");
        }
        let messages = format!("{{properties: {{messages: {objects}}}}}");
        assert_eq!(list("/messages", "application/json", &messages), Some("messages".to_owned()));
    }

    #[test]
    fn one_thing_with_a_field_of_many_is_no_list() {
        let answer = |path: &str, others: &str| {
            let schema = format!("{{properties: {{labels: {{type: array, items: {{type: object}}}}, {others}}}}}");
            list(path, "application/json", &schema)
        };
        let text = "{type: string}";
        let all = |names: &[&str]| names.iter().map(|name| format!("{name}: {text}")).collect::<Vec<_>>().join(", ");
        for resource in [all(&["id"]), all(&["UUID", "name"]), all(&["name", "sender", "weight", "height", "width"])] {
            assert_eq!(answer("/parcels/latest", &resource), None, "{resource}");
            // The labels are what the path asks for.
            assert_eq!(answer("/parcels/latest/labels", &resource).as_deref(), Some("labels"), "{resource}");
        }
        for wrapper in [
            all(&["name", "sender", "weight", "height"]),
            all(&["object", "type", "first_id", "last_id", "limit", "total", "page_count"]),
            "id: {}".to_owned(),
        ] {
            assert_eq!(answer("/parcels/latest", &wrapper).as_deref(), Some("labels"), "{wrapper}");
        }
    }

    #[test]
    fn the_lowest_success_with_json_decides() {
        let text = "swagger: '2.0'\npaths: {/a: {get: {responses: {'2XX': {schema: {type: array, title: any}}, \
                    '202': {schema: {title: later}}, '200': {description: none}}}}}\n";
        let title = with(text, |api| {
            let schema = success_json_schema(api, &api.operations[0]).unwrap();
            schema.get_str("title").map(str::to_owned)
        });
        assert_eq!(title.as_deref(), Some("later"));
    }

    #[test]
    fn a_lone_default_is_no_error() {
        let errors = |codes: &str| {
            let text = format!("openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{{codes}}}}}}}}}\n");
            with(&text, |api| {
                let operation = &api.operations[0];
                let responses = operation.responses.iter().map(|id| api.response(*id));
                responses.filter(|one| is_error_response(api, operation, one)).map(|one| one.code.to_owned()).collect()
            })
        };
        let found: Vec<String> = errors("'200': {}, '404': {}, 5XX: {}, 4xy: {}, '4000': {}, default: {}");
        assert_eq!(found, ["404", "5XX", "default"]);
        assert_eq!(errors("default: {}"), Vec::<String>::new());
        assert_eq!(errors("'404': {}, default: {}"), ["404"]);
        assert_eq!(errors("'302': {}, default: {}"), ["default"]);
    }
}
