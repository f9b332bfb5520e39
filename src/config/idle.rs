//! Entries of configurations that do nothing, or whose day has come.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_model::relative;
use apiward_syntax::Source;

use super::{Because, Config};
use crate::check::Settings;
use crate::convert::fault;
use crate::examine::Examined;
use crate::fingerprint;
use crate::report::{Finding, Range};

/// What all files of one configuration made of it.
struct Seen<'p> {
    config: &'p Arc<Config>,
    root: &'p Path,
    shown_from: &'p Path,
    below: &'p str,
    ignored: HashSet<usize>,
    public: HashSet<usize>,
}

/// What is said of them, each with the text that it stands in. What does nothing is told only when the whole folder of the
/// configuration was searched for all lints: else what it is about may not have been looked at. What another file brings
/// is never called idle: it is shared with configurations that need it.
pub(crate) fn findings(parts: &[Examined], settings: &Settings, searched: &[PathBuf]) -> Vec<(Finding, Source)> {
    let mut seen: BTreeMap<&Path, Seen<'_>> = BTreeMap::new();
    for part in parts {
        let Some(config) = &part.config else { continue };
        let new = || Seen {
            config,
            root: &part.root,
            shown_from: &part.shown_from,
            below: &part.below,
            ignored: HashSet::new(),
            public: HashSet::new(),
        };
        let seen = seen.entry(&config.file).or_insert_with(new);
        seen.ignored.extend(&part.ignored);
        seen.public.extend(&part.public);
    }
    let mut found = Vec::new();
    for seen in seen.values() {
        let whole = searched.iter().any(|folder| seen.config.folder.starts_with(folder))
            && settings.selection.is_everything()
            && !settings.profile_given;
        for (at, rule) in seen.config.ignore.iter().enumerate() {
            let idle = whole && !seen.ignored.contains(&at) && is_own(seen, &rule.because);
            found.extend(judge(seen, &rule.because, &format!("the suppression of `{}`", rule.name), idle, settings));
        }
        for (at, rule) in seen.config.public.iter().enumerate() {
            let idle = whole && !seen.public.contains(&at) && is_own(seen, &rule.because);
            found.extend(judge(seen, &rule.because, "the declaration of public operations", idle, settings));
        }
    }
    found
}

fn is_own(seen: &Seen<'_>, because: &Because) -> bool {
    because.place.file.location == seen.config.file
}

fn judge(seen: &Seen<'_>, because: &Because, what: &str, idle: bool, settings: &Settings) -> Option<(Finding, Source)> {
    let (lint, message, help) = if because.has_expired(settings.today) {
        let day = because.expires.map(|day| day.to_string()).unwrap_or_default();
        let help = "mend what it hides, or give it a later day";
        ("suppression/expired", format!("{what} has expired on {day}"), help)
    } else if idle {
        let help = "remove it: it would hide the next fault that comes here";
        ("suppression/unused", format!("{what} is about nothing that was found"), help)
    } else {
        return None;
    };
    let file = &because.place.file;
    let path = relative(&file.location, seen.root);
    let mut finding = fault(
        lint,
        &relative(&file.location, seen.shown_from),
        Range::new(because.place.span, file.tree.lines()),
        message,
    );
    finding.help = Some(help.into());
    let text = &file.tree.source()[because.place.span.start as usize..because.place.span.end as usize];
    finding.identity = fingerprint::identity(&path, text);
    seen.below.clone_into(&mut finding.below);
    seen.config.adjust_fault(&mut finding, &[]).then(|| (finding, file.tree.source().clone()))
}
