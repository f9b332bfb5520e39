//! Credentials in the handshake of a WebSocket, which AsyncAPI describes in the binding of a channel.

use apiward_model::lexicon::Tokens;
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, CREDENTIAL_PARAMETER_NAMES_WEAK, TOKEN_NAME_EXCEPTIONS};
use apiward_model::{Channel, Node, Operation, Server};

use crate::framework::composition::composed;
use crate::framework::lint::Cx;

/// The schema of the headers, or of the query, in a channel's WebSocket binding.
pub(super) fn binding<'a>(channel: &Channel<'a>, key: &str) -> Option<Node<'a>> {
    let bindings = channel.target.get("bindings").and_then(Node::target_or_none)?;
    bindings.get("ws").and_then(Node::target_or_none)?.get(key)
}

/// Whether clients of the operation's channel send a credential with the handshake. Like a parameter of OpenAPI, it need
/// not be required to count: many authors leave `required` out.
pub(super) fn asks_for_credential(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    let Some(channel) = operation.channel().map(|id| cx.api.channel(id)) else { return false };
    let names = |key: &str| {
        let parts = binding(channel, key).map(composed).unwrap_or_default();
        let maps: Vec<Node<'_>> = parts.into_iter().filter_map(Node::properties).collect();
        maps.into_iter().flat_map(Node::entries).map(|(name, _)| name)
    };
    names("headers").any(|name| is_credential(&Tokens::header(name)))
        || names("query").any(|name| is_credential(&Tokens::new(name)))
}

/// Whether clients of a server open a `WebSocket`.
pub(super) fn is_websocket(server: &Server<'_>) -> bool {
    server.protocol.is_some_and(|(protocol, _)| ["ws", "wss"].iter().any(|ws| protocol.trim().eq_ignore_ascii_case(ws)))
}

fn is_credential(name: &Tokens<'_>) -> bool {
    let known = CREDENTIAL_PARAMETER_NAMES.matches(name)
        || CREDENTIAL_PARAMETER_NAMES_WEAK.matches(name)
        || name.glued() == "proxyauthorization";
    known && !TOKEN_NAME_EXCEPTIONS.matches(name)
}
