//! Names that filters ask for and that nobody uses: most are misspelt, and an empty list would look like good news.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use apiward_model::nearest::nearest;

use super::Entry;
use super::schemes::DocumentSchemes;
use crate::cli::InventoryArgs;
use crate::usage::complain;

/// Says on standard error which schemes and scopes no description has.
pub(super) fn tell(args: &InventoryArgs, entries: &[Entry], declared: &[DocumentSchemes]) {
    if args.scheme.is_empty() && args.scope.is_empty() {
        return;
    }
    let own = || declared.iter().flat_map(|document| &document.schemes);
    // Thousands of operations may share a list of thousands.
    let mut seen = HashSet::new();
    let lists: Vec<_> = entries.iter().map(|entry| &entry.ways).filter(|ways| seen.insert(Arc::as_ptr(ways))).collect();
    let ways = || lists.iter().flat_map(|ways| &ways.all);
    let asked = entries.iter().flat_map(|entry| &entry.alternatives).flat_map(|one| &one.schemes);
    let mut schemes: BTreeSet<&str> = own().map(|scheme| scheme.name.as_str()).collect();
    schemes.extend(asked.map(|one| one.name.as_str()));
    schemes.extend(ways().flat_map(|way| &way.undefined).map(String::as_str));
    let mut scopes: BTreeSet<&str> = own().flat_map(|scheme| &scheme.scopes).map(String::as_str).collect();
    scopes.extend(ways().flat_map(|way| way.needs.values().flatten()).map(String::as_str));
    for (what, wanted, known) in [("scheme", &args.scheme, schemes), ("scope", &args.scope, scopes)] {
        for name in wanted.iter().filter(|name| !known.contains(name.as_str())) {
            let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            complain("warning", &format!("no description has a {what} `{name}`"), near.as_deref());
        }
    }
}
