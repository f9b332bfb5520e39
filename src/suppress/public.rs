//! `x-apiward-public`: declarations that do not count, and those that nothing needs.

use std::collections::HashMap;

use apiward_model::predicate::public_holders;
use apiward_model::{Alternative, Node, Place};

use super::Suppressions;
use crate::report::Finding;

/// The extension.
const EXTENSION: &str = "x-apiward-public";

/// Looks at all declarations: those without a reason are faults, and the others are judged by the operations below them.
pub(super) fn read(all: &mut Suppressions<'_, '_>) {
    let api = all.api;
    let mut holders = Vec::new();
    for (id, file) in api.files.iter() {
        let Some(symbol) = file.tree.symbol(EXTENSION) else { continue };
        // One in an example says nothing of the API.
        let is_in_data = |node: apiward_syntax::Node<'_>| file.contexts().is_data(node.id());
        let is_said = |node: &apiward_syntax::Node<'_>| {
            node.key_symbol() == Some(symbol) && !node.parent().is_some_and(is_in_data)
        };
        for node in file.tree.nodes().filter(is_said) {
            let node = api.node(Place { file: id, node: node.id() });
            if gives_reason(node) {
                holders.extend(node.parent().map(|holder| (holder.place(), node)));
            } else if node.raw().as_bool() != Some(false) {
                let fault = without_reason(all, node);
                all.faults.push(fault);
            }
        }
    }
    if !holders.is_empty() {
        let needed = needed(all);
        let known = holders.into_iter().filter_map(|(holder, node)| Some((node, *needed.get(&holder)?)));
        all.declared = known.map(|(node, is_needed)| (contradicted(all, node), is_needed)).collect();
    }
}

fn gives_reason(node: Node<'_>) -> bool {
    node.raw().as_str().is_some_and(|reason| !reason.trim().is_empty())
}

/// What may declare operations public, with whether one of them lets in callers without a credential, or may do so.
fn needed(all: &Suppressions<'_, '_>) -> HashMap<Place, bool> {
    let (mut needed, mut lists) = (HashMap::new(), HashMap::new());
    for operation in &all.api.operations {
        let alternatives = &operation.security.alternatives;
        // Operations share lists: each is read once.
        let asks = *lists
            .entry(alternatives.id())
            .or_insert_with(|| !operation.security.is_anonymous() && alternatives.iter().all(Alternative::is_known));
        for holder in public_holders(operation) {
            *needed.entry(holder.place()).or_default() |= !asks;
        }
    }
    needed
}

fn without_reason(all: &Suppressions<'_, '_>, node: Node<'_>) -> Finding {
    let message = format!("`{EXTENSION}` gives no reason, and does not count");
    let help = format!("say why anyone may call, for those who come later: `{EXTENSION}: \"reason\"`");
    all.fault(
        "suppression/missing-reason",
        node.file_id(),
        node.key_span().unwrap_or_default(),
        EXTENSION,
        message,
        help,
    )
}

fn contradicted(all: &Suppressions<'_, '_>, node: Node<'_>) -> Finding {
    let message = format!("`{EXTENSION}` declares open what asks every caller for a credential");
    let help = "remove it, or let callers in without a credential: `security: []`";
    let span = node.key_span().unwrap_or_default();
    all.fault("suppression/unused", node.file_id(), span, EXTENSION, message, help.to_owned())
}
