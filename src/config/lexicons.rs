//! Reads what a configuration changes of the word lists that lints go by.

use std::sync::Arc;

use apiward_model::File;
use apiward_model::lexicon::{Change, Lexicon, MOST_BYTES, MOST_ENTRIES, changeable};
use apiward_model::nearest::nearest;
use apiward_syntax::Node;

use super::read::{Reader, item};
use super::rules::Place;
use super::written::{Written, WrittenLexicon};

/// The page that lists the lists.
const PAGE: &str = "docs/lexicons.md shows all lists with their entries";

impl Reader<'_> {
    /// Changes come on top of those of what the file extends.
    pub(super) fn lexicons(&mut self, file: &Arc<File>, root: Node<'_>, written: &Written) {
        for (name, node) in root.get("lexicons").into_iter().flat_map(Node::entries) {
            let Some(own) = written.lexicons.get(name) else { continue };
            let place = Place { file: Arc::clone(file), span: node.key_span().unwrap_or_else(|| node.span()) };
            let Some(list) = changeable().find(|list| list.name == name) else {
                let near = nearest(name, changeable().map(|list| list.name));
                let help = near.map_or_else(|| PAGE.to_owned(), |near| format!("did you mean `{near}`?"));
                self.fault(&place, &format!("no word list is named `{name}`"), Some(help));
                continue;
            };
            self.lexicon(list, own, node, place);
        }
    }

    fn lexicon(&mut self, list: &'static Lexicon, own: &WrittenLexicon, node: Node<'_>, place: Place) {
        let known = self.config.changes.iter().position(|(change, _)| change.list == list.name);
        let known = known.map(|at| self.config.changes.remove(at).0);
        let mut change = known.unwrap_or_else(|| Change { list: list.name, ..Change::default() });
        for (at, entry) in own.add.iter().enumerate() {
            if let Err((why, help)) = list.accepts(entry) {
                let message = format!("`{entry}` cannot be an entry of `{}`: {why}", list.name);
                self.fault(&entry_place(&place, node, "add", at), &message, Some(help.to_owned()));
                continue;
            }
            change.remove.retain(|gone| !gone.eq_ignore_ascii_case(entry));
            if !change.add.contains(entry) {
                change.add.push(entry.clone());
            }
        }
        for (at, entry) in own.remove.iter().enumerate() {
            let added = change.add.len();
            change.add.retain(|known| known != entry || own.add.contains(entry));
            match list.entries.iter().find(|known| known.eq_ignore_ascii_case(entry)) {
                Some(_) if own.add.contains(entry) => {
                    let message = format!("`{entry}` is added and removed");
                    self.fault(&entry_place(&place, node, "remove", at), &message, None);
                }
                Some(known) => change.remove.push((*known).to_owned()),
                None if change.add.len() < added => {}
                None => {
                    let near = nearest(entry, list.entries.iter().copied());
                    let help = near.map_or_else(|| PAGE.to_owned(), |near| format!("did you mean `{near}`?"));
                    let message = format!("`{entry}` is no entry of `{}`", list.name);
                    self.fault(&entry_place(&place, node, "remove", at), &message, Some(help));
                }
            }
        }
        if !change.fits() {
            let message = format!("too much is added to `{}`", list.name);
            let help = format!("a list takes {MOST_ENTRIES} further entries of {MOST_BYTES} bytes together");
            self.fault(&place, &message, Some(help));
        }
        self.config.changes.push((change, place));
    }
}

fn entry_place(place: &Place, node: Node<'_>, key: &str, at: usize) -> Place {
    let entry = item(node.get(key), at);
    Place { file: Arc::clone(&place.file), span: entry.map_or(place.span, Node::span) }
}
