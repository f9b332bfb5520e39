//! Two descriptions of one API, compared: what changed in who may call what, over which transport, with which data.

mod access;
mod answers;
mod bounds;
mod changes;
mod exposure;
mod form;
mod inputs;
mod lifecycle;
mod openness;
mod operations;
mod schemes;
mod transport;
mod unread;
mod waiting;
mod ways;

use apiward_lints::facts::Facts;
use apiward_lints::framework::engine::Settings;
use apiward_model::{Api, Operation};

use self::access::Access;
use self::changes::Changes;
use self::operations::Matched;
use self::schemes::SchemeNames;
use self::unread::Unread;
use super::Change;

/// One version of a description.
pub(super) struct Version<'r, 'a> {
    pub(super) api: &'r Api<'a>,
    facts: Facts<'r, 'a>,
    unread: Unread,
}

impl<'r, 'a> Version<'r, 'a> {
    /// The settings say which operations are declared public.
    pub(super) fn new(api: &'r Api<'a>, settings: &Settings) -> Self {
        Self { api, facts: Facts::new(api, settings), unread: Unread::new(api) }
    }
}

/// Both versions.
#[derive(Clone, Copy)]
struct Both<'r, 'a> {
    old: &'r Version<'r, 'a>,
    new: &'r Version<'r, 'a>,
}

/// An operation that both versions have.
#[derive(Clone, Copy)]
struct Pair<'r, 'a> {
    old: &'r Operation<'a>,
    new: &'r Operation<'a>,
}

/// What the comparison brought.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) changes: Vec<Change>,
    /// False where the descriptions were too large to compare all of them.
    pub(super) complete: bool,
}

/// Compares two versions of a description; the new one is a document of this file.
pub(super) fn compare<'a>(old: &Version<'_, 'a>, new: &Version<'_, 'a>, file: &str, document: usize) -> Compared {
    let both = Both { old, new };
    let names = SchemeNames::new(old.api, new.api);
    let mut changes = Changes::default();
    let mut access = Access::new(both, &names);
    schemes::compare(both, &names, &mut changes);
    let lists = [
        (&old.api.operations, &new.api.operations),
        (&old.api.webhooks, &new.api.webhooks),
        (&old.api.callbacks, &new.api.callbacks),
    ];
    let mut complete = old.facts.complete && new.facts.complete;
    for (before, after) in lists {
        let matched = Matched::new(before, after);
        for pair in &matched.both {
            access.compare(*pair, &mut changes);
            exposure::compare(both, *pair, &mut changes);
            answers::compare(both, *pair, &mut changes);
            lifecycle::compare(both, *pair, &mut changes);
        }
        transport::compare(both, &matched.both, &mut changes);
        complete &= inputs::compare(both, &matched.both, after, &mut changes);
        operations::tell(both, &matched, &mut changes);
    }
    Compared { changes: changes.finish(file, document), complete }
}

/// What is to be said of a description that only the new version has, a document of this file.
pub(super) fn introduce(new: &Version<'_, '_>, file: &str, document: usize) -> Vec<Change> {
    let mut changes = Changes::default();
    operations::introduce(new, &mut changes);
    transport::introduce(new, &mut changes);
    changes.finish(file, document)
}
