//! `consistency/security-outlier`

use std::collections::BTreeMap;

use apiward_model::OperationId;
use apiward_model::predicate::authentication_strength;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::consistency::requirements::schemes;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::by_list;
use crate::framework::text::operation_title;

declare_lint! {
    id: "consistency/security-outlier",
    title: "A few operations deviate from the protection used everywhere else",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API5:2023"],
    cwe: ["CWE-657", "CWE-862"],
    practices: [Consistency],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("security_outlier.md"),
    check: SecurityOutlier,
    options: Options,
}

/// Options of `consistency/security-outlier`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// The part of the operations, from 0 to 1, that must be guarded alike.
    majority: f64,
    /// Operations that may deviate at most; more are no outliers.
    max_outliers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { majority: 0.9, max_outliers: 5 }
    }
}

struct SecurityOutlier {
    options: Options,
}

impl From<Options> for SecurityOutlier {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

/// Operations from which on there is a majority to speak of.
const FEWEST: usize = 20;

impl<'a> Check<'a> for SecurityOutlier {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut groups: BTreeMap<_, (u8, Vec<OperationId>)> = BTreeMap::new();
        let mut counted = 0;
        let compared = cx.api.operations.iter().filter(|operation| {
            !operation.security.is_anonymous()
                && !cx.signs(operation.id).is_public()
                && authentication_strength(cx.api, operation).is_some()
        });
        for (list, operations) in by_list(compared) {
            let Some(strength) = authentication_strength(cx.api, cx.api.operation(operations[0])) else { continue };
            counted += operations.len();
            groups.entry(schemes(list)).or_insert((strength, Vec::new())).1.extend(operations);
        }
        let Some((largest, usual)) = groups.values().map(|(strength, own)| (own.len(), *strength)).max() else {
            return;
        };
        #[expect(clippy::cast_precision_loss, reason = "numbers of operations are far below 2^52")]
        let share = largest as f64 / counted as f64;
        let mut weaker: Vec<OperationId> =
            groups.into_values().filter(|(strength, _)| *strength < usual).flat_map(|(_, own)| own).collect();
        weaker.sort_unstable();
        if counted < FEWEST
            || share < self.options.majority
            || weaker.is_empty()
            || weaker.len() > self.options.max_outliers
        {
            return;
        }
        let node = cx.api.operations_node();
        let first = operation_title(cx.api.operation(weaker[0]));
        let message = match weaker.len() {
            1 => format!("{first} is guarded more weakly than {largest} of {counted} operations"),
            several => format!(
                "{first} and {} more are guarded more weakly than {largest} of {counted} operations",
                several - 1
            ),
        };
        let help = "guard them like the others, or say in their description why they differ: exceptions are where a review finds what \
                    was forgotten";
        cx.report(cx.finding(node, message).at_key(node).help(help).operations(weaker).of_document());
    }
}
