//! Reads the custom lints of a configuration.

use std::sync::Arc;

use apiward_model::File;
use apiward_syntax::Node;

use super::read::{Reader, item};
use super::rules::Place;
use super::written::{Written, WrittenRule};
use crate::catalogue::Entry;
use crate::custom::{self, Mistake, Rule};

/// Custom lints of one configuration with all that it extends.
pub(crate) const MOST_RULES: usize = 200;

impl Reader<'_> {
    /// Custom lints take the place of those of the same id in what the file extends.
    pub(super) fn own_lints(&mut self, file: &Arc<File>, root: Node<'_>, written: &Written) {
        for (index, own) in written.rules.iter().enumerate() {
            let Some(node) = item(root.get("rules"), index) else { continue };
            let id = Place { file: Arc::clone(file), span: node.get("id").unwrap_or(node).span() };
            if written.rules[..index].iter().any(|other| other.id == own.id) {
                let message = format!("a custom lint with the id `{}` stands here already", own.id);
                self.fault(&id, &message, Some("give one of them another id".to_owned()));
                continue;
            }
            match Rule::new(&texts(own, node, file)) {
                Ok(rule) => self.own_lint(rule),
                Err(mistakes) => {
                    for Mistake { place, message, help } in mistakes {
                        self.fault(&place, &message, help);
                    }
                }
            }
        }
    }

    fn own_lint(&mut self, rule: Rule) {
        self.config.rules.retain(|known| known.lint.id != rule.lint.id);
        if self.config.rules.len() == MOST_RULES {
            self.fault(&rule.place, &format!("there are more than {MOST_RULES} custom lints"), None);
            return;
        }
        self.names.retain(|known| known.id != rule.lint.id);
        self.names.push(Entry::from(rule.lint));
        self.config.rules.push(Arc::new(rule));
    }
}

fn texts<'w>(own: &'w WrittenRule, node: Node<'w>, file: &'w Arc<File>) -> custom::Written<'w> {
    custom::Written {
        id: &own.id,
        title: own.title.as_deref(),
        target: own.target,
        when: own.when.as_deref(),
        assert: &own.assert,
        message: &own.message,
        help: own.help.as_deref(),
        level: own.level,
        bad: &own.examples.bad,
        good: &own.examples.good,
        node,
        file,
    }
}
