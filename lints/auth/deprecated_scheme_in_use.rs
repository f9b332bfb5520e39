//! `auth/deprecated-scheme-in-use`

use apiward_model::predicate::is_marked_deprecated;
use apiward_model::{Format, Scheme, SchemeId};

use crate::auth::groups::{Index, groups, needed, schemes_of};
use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::{operation_title, scheme_title};

declare_lint! {
    id: "auth/deprecated-scheme-in-use",
    title: "Operation still relies on a security scheme marked deprecated",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: &[Format::OpenApi32],
    owasp: ["API2:2023"],
    cwe: ["CWE-477"],
    practices: [Authentication, Versioning, Maintenance],
    references: [
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("deprecated_scheme_in_use.md"),
    check: DeprecatedSchemeInUse,
}

#[derive(Default)]
struct DeprecatedSchemeInUse {
    /// Worked out for the first deprecated scheme.
    reliance: Option<Reliance>,
}

/// Which operations, deprecated ones aside, have to do with which schemes.
#[derive(Default)]
struct Reliance {
    /// They cannot be called without it.
    needing: Index<SchemeId>,
    /// They change state and accept it.
    writing: Index<SchemeId>,
}

impl<'a> Check<'a> for DeprecatedSchemeInUse {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        if !scheme.is_definition() || !scheme.target.is_true("deprecated") {
            return;
        }
        let reliance = self.reliance.get_or_insert_with(|| Reliance::of(cx));
        let needing = reliance.needing.of(scheme.id);
        let can_do_without = needing.is_empty();
        let operations = if can_do_without { reliance.writing.of(scheme.id) } else { needing };
        let title = scheme_title(scheme);
        let message = match (operations.first(2).as_slice(), can_do_without) {
            ([], _) => return,
            ([only], _) => {
                let operation = operation_title(cx.api.operation(*only));
                let how = if can_do_without { "still accepts it" } else { "cannot be called without it" };
                format!("{title} is deprecated, but {operation} {how}")
            }
            (_, false) => {
                format!("{title} is deprecated, but {} operations cannot be called without it", operations.len())
            }
            (_, true) => {
                format!("{title} is deprecated, but {} operations that change state still accept it", operations.len())
            }
        };
        let help = "accept the scheme that replaces it, at first beside this one, and take this one away from the \
                    operations that change state first";
        let finding = cx.finding(scheme.target, message).at_key(scheme.target).help(help);
        cx.report(finding.operations(operations).lowered_if(can_do_without, Level::Info));
    }
}

impl Reliance {
    fn of(cx: &Cx<'_, '_>) -> Self {
        let mut reliance = Self::default();
        let current = |node| !is_marked_deprecated(node);
        for group in groups(cx.api, |operation| current(operation.node).then(|| cx.signs(operation.id).writes)) {
            for scheme in needed(cx.api, group.alternatives) {
                reliance.needing.add(scheme, &group.operations);
            }
            let accepted = group.alternatives.iter().flat_map(|alternative| schemes_of(cx.api, alternative));
            for scheme in accepted.filter(|_| group.mark) {
                reliance.writing.add(scheme, &group.operations);
            }
        }
        reliance
    }
}
