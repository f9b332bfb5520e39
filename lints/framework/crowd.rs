//! Findings that say the same in many places become one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::framework::finding::{Finding, Member, Related};
use crate::framework::fix::Fix;
use crate::framework::level::Level;
use crate::framework::lint::Cx;
use crate::framework::operations::Operations;

/// Equal findings up to which each stands for itself: more are written inline for every operation, or generated.
const MANY: usize = 5;

/// Puts findings of equal message and level together when they are more than a handful: at the first place, with the
/// others beside it and the operations of all.
pub(crate) fn gathered<'a>(cx: &Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
    let mut gathered = Vec::new();
    for mut crowd in alike(findings) {
        // Usually they are in order: a hundred thousand need no room to be sorted in.
        if !crowd.is_sorted_by_key(|finding| finding.spot.node.place()) {
            crowd.sort_by_key(|finding| finding.spot.node.place());
        }
        crowd.dedup_by(|later, first| {
            let same = later.spot.node == first.spot.node;
            if same {
                first.operations.unite(&later.operations);
            }
            same
        });
        if crowd.len() <= MANY {
            gathered.append(&mut crowd);
            continue;
        }
        let count = crowd.len();
        let members: Vec<Member<'a>> = crowd.iter().flat_map(Finding::faults).collect();
        let fix = Fix::united(&crowd);
        let operations = Operations::united(crowd.iter_mut().map(|finding| std::mem::take(&mut finding.operations)));
        let mut all = crowd.into_iter();
        let Some(first) = all.next() else { continue };
        let message = first.message.clone();
        let mut one = first.about(cx.api.operations_node(), &*message).operations(operations).fixed_by(fix);
        one.apart.members = members;
        one.operation = None;
        one.message = format!("{message}, in {count} places").into();
        one.apart.related.reserve(all.len());
        for other in all {
            one.apart.secrets.extend_from_slice(&other.apart.secrets);
            one.apart.related.extend_from_slice(&other.apart.related);
            one.apart.related.push(Related { spot: other.spot, message: "here, too".into() });
        }
        gathered.push(one);
    }
    gathered
}

/// Puts findings that name their operations together by their levels when they are more than a handful: at the first one,
/// with the messages of the others beside it. `message` is told how many there are.
pub(crate) fn listed_by_level<'a>(
    cx: &Cx<'_, 'a>,
    mut findings: Vec<Finding<'a>>,
    message: impl Fn(usize) -> String,
) -> Vec<Finding<'a>> {
    let mut listed = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Info] {
        let of_level: Vec<Finding<'a>> = findings.extract_if(.., |finding| finding.level == level).collect();
        if of_level.len() > MANY {
            listed.extend(cx.listed(of_level, &message));
        } else {
            listed.extend(of_level);
        }
    }
    listed
}

/// Findings of equal message and level, by these.
fn alike(findings: Vec<Finding<'_>>) -> Vec<Vec<Finding<'_>>> {
    let is_like_next = |two: &[Finding<'_>]| two[0].message == two[1].message && two[0].level == two[1].level;
    // There may be a hundred thousand, and usually they say the same: then nothing is moved.
    if findings.windows(2).all(is_like_next) {
        return vec![findings];
    }
    let mut alike: BTreeMap<(Cow<'static, str>, Level), Vec<Finding<'_>>> = BTreeMap::new();
    for finding in findings {
        alike.entry((finding.message.clone(), finding.level)).or_default().push(finding);
    }
    alike.into_values().collect()
}
