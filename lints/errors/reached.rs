//! What error answers are made of: the schemas that they reach.

use apiward_model::lexicon::Tokens;
use apiward_model::{Api, Format, MessageId, Node, Response};
use foldhash::{HashSet, HashSetExt};

use crate::errors::answers::error_responses;

/// The error responses of the document's operations, each definition once.
pub(super) fn responses<'r, 'a>(api: &'r Api<'a>) -> Vec<&'r Response<'a>> {
    let mut seen = HashSet::new();
    let all = api.operations.iter().flat_map(|operation| error_responses(api, operation));
    all.filter(|response| seen.insert(response.node.place())).collect()
}

/// AsyncAPI messages that tell of errors: their key or name has the word error, exception or failure.
pub(super) fn messages(api: &Api<'_>) -> Vec<MessageId> {
    let tells = |name: &str| Tokens::new(name).iter().any(|word| matches!(word, "error" | "exception" | "failure"));
    let own = api
        .messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message.node.key().is_some_and(tells) || message.name.is_some_and(tells));
    let own = own.map(|(at, _)| MessageId::at(at));
    let keyed = api.channels.iter().flat_map(|channel| &channel.messages).filter(|(key, _)| tells(key));
    let mut found: Vec<MessageId> = own.chain(keyed.map(|(_, id)| *id)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The schemas of error responses and error messages, with all that they reach, each once.
pub(super) fn schemas<'a>(api: &Api<'a>) -> impl Iterator<Item = Node<'a>> {
    let of_responses = responses(api).into_iter().flat_map(|response| &response.media).filter_map(|media| media.schema);
    let of_messages = messages(api).into_iter().map(|id| api.message(id));
    let of_messages = of_messages.flat_map(|message| message.payload.into_iter().chain(message.headers));
    reached_from(api, of_responses.chain(of_messages).collect())
}

/// The schemas and all that they hold and refer to, each once.
pub(super) fn reached_from<'a>(api: &Api<'a>, roots: Vec<Node<'a>>) -> impl Iterator<Item = Node<'a>> + use<'a> {
    let siblings = !matches!(api.spec.format, Format::OpenApi2 | Format::OpenApi30);
    let mut seen = Seen::default();
    let mut waiting = roots;
    waiting.reverse();
    std::iter::from_fn(move || {
        loop {
            let node = waiting.pop()?;
            if node.is_mapping() && seen.insert(node) {
                push_parts(node, siblings, &mut waiting);
                return Some(node);
            }
        }
    })
}

/// The nodes that were met, by file: a set of places takes several times as long.
#[derive(Default)]
struct Seen(Vec<Vec<bool>>);

impl Seen {
    fn insert(&mut self, node: Node<'_>) -> bool {
        let file = node.file_id().index();
        if self.0.len() <= file {
            self.0.resize_with(file + 1, Vec::new);
        }
        let marks = &mut self.0[file];
        if marks.is_empty() {
            marks.resize(node.tree().len(), false);
        }
        !std::mem::replace(&mut marks[node.id().index()], true)
    }
}

/// Adds what a schema holds and refers to, the last part first.
fn push_parts<'a>(node: Node<'a>, siblings: bool, waiting: &mut Vec<Node<'a>>) {
    let reference = node.reference();
    let from = waiting.len();
    if reference.is_none() || siblings {
        for (key, member) in node.entries() {
            match key {
                "properties" | "patternProperties" | "dependentSchemas" => {
                    let parts = member.entries().map(|(_, part)| part);
                    waiting.extend(parts.filter(|part| !part.is_true("writeOnly")));
                }
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => waiting.extend(member.items()),
                "items"
                | "additionalItems"
                | "additionalProperties"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contains"
                | "then"
                | "else"
                | "contentSchema" => waiting.push(member),
                _ => {}
            }
        }
    }
    waiting.extend(reference.and_then(|_| node.target_or_none()));
    waiting[from..].reverse();
}
