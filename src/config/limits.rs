//! `limits`: how much files may ask for.

use std::ops::RangeInclusive;
use std::sync::Arc;

use apiward_model::File;
use apiward_syntax::{Limits, Node};

use super::read::Reader;
use super::rules::Place;
use super::written::WrittenLimits;

/// What each limit may be. Deeper documents would ask more of the program's own stack than it has.
const DEPTH: RangeInclusive<u64> = 1..=512;
const FILE_BYTES: RangeInclusive<u64> = 1..=u32::MAX as u64;
const ALIAS_VISITS: RangeInclusive<u64> = 0..=1_000_000_000;

impl Reader<'_> {
    pub(super) fn limits(&mut self, file: &Arc<File>, root: Node<'_>, written: &WrittenLimits) {
        let of_file = [
            ("depth", written.depth, DEPTH),
            ("file_bytes", written.file_bytes, FILE_BYTES),
            ("alias_visits", written.alias_visits, ALIAS_VISITS),
        ];
        for (name, value, allowed) in of_file {
            let Some(value) = value.filter(|value| !allowed.contains(value)) else { continue };
            let node = root.get("limits").and_then(|limits| limits.get(name));
            let place = Place { file: Arc::clone(file), span: node.map_or_else(Default::default, Node::span) };
            let message = format!("`{name}` cannot be {value}");
            let help = format!("it takes a number from {} to {}", allowed.start(), allowed.end());
            self.fault(&place, &message, Some(help));
        }
        self.config.limits.depth = written.depth.or(self.config.limits.depth);
        self.config.limits.file_bytes = written.file_bytes.or(self.config.limits.file_bytes);
        self.config.limits.alias_visits = written.alias_visits.or(self.config.limits.alias_visits);
    }
}

impl WrittenLimits {
    /// The limits with those that are given here.
    pub(super) fn over(&self, limits: Limits) -> Limits {
        Limits {
            depth: self.depth.and_then(|depth| u32::try_from(depth).ok()).unwrap_or(limits.depth),
            file_bytes: self.file_bytes.unwrap_or(limits.file_bytes),
            alias_visits: self.alias_visits.unwrap_or(limits.alias_visits),
        }
    }
}
