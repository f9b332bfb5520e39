//! Findings that count what lacks something: what of it the author suppresses where it stands is left out.

use std::collections::HashSet;

use apiward_model::{Api, Place};

use crate::framework::finding::{Finding, Spot};

/// Leaves out the operations or places that are suppressed, and says how many; where that is all of them the finding is
/// suppressed. What was a finding of its own before was asked for then.
pub(crate) fn leave_out<'a>(
    api: &Api<'a>,
    finding: &mut Finding<'a>,
    suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>,
) {
    if finding.apart.members.is_empty() {
        leave_out_operations(api, finding, suppressed);
    } else if finding.apart.members.iter().any(|member| member.is_bare) {
        leave_out_places(finding, suppressed);
    }
}

fn leave_out_operations<'a>(
    api: &Api<'a>,
    finding: &mut Finding<'a>,
    suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>,
) {
    if !finding.document || finding.operation.is_some() {
        return;
    }
    let (mut by, mut out) = (None, HashSet::new());
    let bare = bare(finding);
    let counted = if finding.operations.is_empty() { &finding.apart.counted } else { &finding.operations };
    for id in counted.iter() {
        if let Some(at) = suppressed(&Finding { spot: Spot::key(api.operation(id).node), ..bare.clone() }.operation(id))
        {
            by = by.or(Some(at));
            out.insert(id);
        }
    }
    let all = out.len() == counted.len();
    if all {
        finding.suppressed = by;
    } else if !out.is_empty() {
        finding.operations.retain(|id| !out.contains(&id));
        tell(finding, out.len());
    }
}

fn leave_out_places<'a>(finding: &mut Finding<'a>, suppressed: &dyn Fn(&Finding<'a>) -> Option<usize>) {
    let (mut by, mut out) = (None, HashSet::new());
    let bare = bare(finding);
    for member in &finding.apart.members {
        if let Some(at) = suppressed(&Finding { spot: Spot::key(member.node), ..bare.clone() }) {
            by = by.or(Some(at));
            out.insert(member.node.place());
        }
    }
    if out.is_empty() {
        return;
    }
    let count = finding.apart.members.len();
    let stays = |place: Place| !out.contains(&place);
    if finding.apart.members.iter().all(|member| !stays(member.node.place())) {
        finding.suppressed = by;
        return;
    }
    finding.apart.members.retain(|member| stays(member.node.place()));
    finding.apart.related.retain(|related| stays(related.spot.node.place()));
    tell(finding, count - finding.apart.members.len());
}

/// A finding of the same lint on nothing, for those that are asked for.
fn bare<'a>(finding: &Finding<'a>) -> Finding<'a> {
    Finding::new(finding.lint, finding.level, finding.spot, "")
}

fn tell(finding: &mut Finding<'_>, count: usize) {
    let verb = if count == 1 { "is" } else { "are" };
    finding.message = format!("{}; {count} of them {verb} suppressed", finding.message).into();
}
