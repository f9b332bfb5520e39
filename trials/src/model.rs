//! Any text, read as an API: what holds for every model.

use apiward_model::{Alternative, Api, Node, Operation, OperationId};

use crate::memory;

/// Server URLs that one server may stand for.
const EXPANSIONS: usize = 10_000;

/// Reads the API in one or two files.
pub(crate) fn run(bytes: &[u8]) {
    let (root, other) = memory::two(bytes);
    let files = memory::files(root, other);
    for document in 0..files.iter().next().map_or(0, |(_, root)| root.tree.documents().len()) {
        if let Some(api) = Api::read(&files, document) {
            hold(&api);
        }
    }
}

fn hold(api: &Api<'_>) {
    for list in [&api.operations, &api.webhooks, &api.callbacks] {
        for (at, operation) in list.iter().enumerate() {
            assert_eq!(operation.id, OperationId::at(at), "{}", operation.title());
            hold_operation(api, operation);
        }
    }
    hold_shared(api);
    hold_channels(api);
    hold_schemes(api);
    hold_requirements(api);
    hold_schemas(api);
    hold_faults(api);
}

/// A node lies in one of the files, and its spans in the file's text.
fn hold_node(api: &Api<'_>, node: Node<'_>) {
    assert!(node.file_id().index() < api.files.iter().len(), "{node:?}");
    assert!(node.id().index() < node.file().tree.len(), "{node:?}");
    assert_eq!(api.node(node.place()), node);
    let source: &str = node.file().tree.source();
    for span in node.key_span().into_iter().chain([node.span()]) {
        assert!(source.get(span.start as usize..span.end as usize).is_some(), "{node:?}");
    }
}

fn hold_operation(api: &Api<'_>, operation: &Operation<'_>) {
    hold_node(api, operation.node);
    hold_node(api, operation.path_item);
    let title = operation.title();
    assert!(operation.servers.iter().all(|id| id.index() < api.servers.len()), "{title}");
    assert!(operation.parameters.iter().all(|id| id.index() < api.parameters.len()), "{title}");
    assert!(operation.body.iter().all(|id| id.index() < api.bodies.len()), "{title}");
    assert!(operation.responses.iter().all(|id| id.index() < api.responses.len()), "{title}");
    assert!(operation.channel().iter().all(|id| id.index() < api.channels.len()), "{title}");
    let mut messages = operation.messages().iter().chain(operation.replies());
    assert!(messages.all(|id| id.index() < api.messages.len()), "{title}");
    let is_async = api.spec.format.is_async();
    assert!(is_async || operation.channel().is_none() && operation.messages().is_empty(), "{title}");
    let security = &operation.security;
    let anonymous = security.alternatives.is_empty() || security.alternatives.iter().any(Alternative::is_anonymous);
    assert_eq!(security.is_anonymous(), anonymous, "{title}");
    for alternative in security.alternatives.iter() {
        hold_node(api, alternative.node);
    }
}

fn hold_shared(api: &Api<'_>) {
    for parameter in &api.parameters {
        hold_node(api, parameter.node);
        parameter.schema.into_iter().for_each(|schema| hold_node(api, schema));
    }
    for body in &api.bodies {
        hold_node(api, body.node);
        body.media.iter().for_each(|media| hold_node(api, media.node));
        assert!(body.fields.iter().all(|id| id.index() < api.parameters.len()));
    }
    for response in &api.responses {
        hold_node(api, response.node);
        response.media.iter().for_each(|media| hold_node(api, media.node));
        response.headers.iter().for_each(|header| hold_node(api, header.node));
    }
    for message in &api.messages {
        hold_node(api, message.node);
        message.payload.into_iter().chain(message.headers).for_each(|schema| hold_node(api, schema));
    }
    for (at, server) in api.servers.iter().enumerate() {
        assert_eq!(server.id.index(), at);
        hold_node(api, server.node);
        assert!(server.expansions().len() <= EXPANSIONS, "{:?}", server.url);
    }
}

fn hold_channels(api: &Api<'_>) {
    for channel in &api.channels {
        hold_node(api, channel.node);
        hold_node(api, channel.target);
        assert!(channel.servers.iter().all(|id| id.index() < api.servers.len()), "{}", channel.key);
        assert!(channel.parameters.iter().all(|id| id.index() < api.parameters.len()), "{}", channel.key);
        assert!(channel.messages.iter().all(|(_, id)| id.index() < api.messages.len()), "{}", channel.key);
    }
}

fn hold_schemes(api: &Api<'_>) {
    for (at, scheme) in api.schemes.iter().enumerate() {
        assert_eq!(scheme.id.index(), at, "{}", scheme.name);
        hold_node(api, scheme.node);
        hold_node(api, scheme.target);
        let definition = api.schemes.get(scheme.definition.index());
        assert!(definition.is_some_and(|one| one.definition == one.id), "{}: {:?}", scheme.name, definition);
        scheme.flows.iter().for_each(|flow| hold_node(api, flow.node));
    }
}

fn hold_requirements(api: &Api<'_>) {
    for list in api.root_security.iter().chain(&api.requirements) {
        hold_node(api, list.node);
        for alternative in list.alternatives.iter() {
            hold_node(api, alternative.node);
            assert!(alternative.server.iter().all(|id| id.index() < api.servers.len()), "{:?}", alternative.node);
            for member in &alternative.members {
                hold_node(api, member.node);
                assert!(member.scheme.iter().all(|id| id.index() < api.schemes.len()), "{}", member.name);
                member.scopes.iter().for_each(|scope| hold_node(api, *scope));
            }
        }
    }
}

fn hold_schemas(api: &Api<'_>) {
    let mut before = None;
    for schema in api.schemas.all() {
        hold_node(api, schema.node);
        let place = schema.node.place();
        assert!(before.is_none_or(|before| before < place), "schemas are in order, each once: {:?}", schema.node);
        assert!(api.schemas.find(place).is_some_and(|found| found.node == schema.node), "{:?}", schema.node);
        for source in api.schemas.references_to(place) {
            hold_node(api, api.node(source));
        }
        before = Some(place);
    }
}

fn hold_faults(api: &Api<'_>) {
    let places: Vec<_> = api.faults.iter().map(|fault| fault.reference.place()).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "faults are in order, each once");
    for fault in &api.faults {
        hold_node(api, fault.reference);
        assert!(!fault.why.to_string().is_empty());
    }
}
