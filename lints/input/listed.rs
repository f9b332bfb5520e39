//! What lints on the schemas of requests say of many of them.

use apiward_model::Node;
use apiward_model::lexicon::{Tokens, WordSet};

use crate::framework::finding::{Finding, Member};
use crate::framework::lint::Cx;

/// Members that a finding on the whole document lists.
const LISTED: usize = 10;

/// One finding of many members, at `paths` or `channels`: the first ten are related places.
pub(super) fn listed<'a>(cx: &Cx<'_, 'a>, members: &[(Node<'a>, String)], message: String) -> Finding<'a> {
    let node = cx.api.operations_node();
    let finding = cx.finding(node, message).at_key(node).of_document();
    let finding = finding.standing_for(members.iter().map(|(node, _)| Member::from(*node)));
    members.iter().take(LISTED).fold(finding, |finding, (node, what)| finding.related_key(*node, what.clone()))
}

/// `12 of 40 request strings (30 %)`, or `the request string` when there is but one.
pub(super) fn share(count: usize, all: usize, what: &str) -> String {
    if all == 1 {
        return format!("the one request {what}");
    }
    format!("{count} of {all} request {what}s ({} %)", (count * 100 + all / 2) / all.max(1))
}

/// True for a name of an option's list, matched word by word.
pub(super) fn is_named(name: Option<&str>, list: &WordSet) -> bool {
    name.is_some_and(|name| list.matches_name(&Tokens::new(name)))
}
