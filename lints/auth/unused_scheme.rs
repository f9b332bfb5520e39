//! `auth/unused-scheme`

use apiward_model::{Api, FlowKind, Format, KeyLocation, Member, Origin, Scheme, SchemeId};
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::essence::essence;
use crate::auth::undefined_scheme::perhaps_meant;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::scheme_title;

declare_lint! {
    id: "auth/unused-scheme",
    title: "A declared security scheme is never required",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Maintenance, Consistency],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
        "OpenAPI 3.2.0 Security Scheme Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-scheme-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme],
    docs: include_str!("unused_scheme.md"),
    check: UnusedScheme<'a>,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Names of schemes that may stand unused.
    ignore: Vec<String>,
}

struct UnusedScheme<'a> {
    options: Options,
    /// Worked out for the first idle scheme.
    spared: Option<Spared<'a>>,
}

impl From<Options> for UnusedScheme<'_> {
    fn from(options: Options) -> Self {
        Self { options, spared: None }
    }
}

/// Schemes written where they are required that are compared with components.
const MOST_INLINE: usize = 10_000;

/// Idle schemes that nobody should delete.
struct Spared<'a> {
    /// Webhooks and callbacks require them.
    inbound: HashSet<SchemeId>,
    /// A requirement perhaps means them, with a typing error.
    meant: HashSet<&'a str>,
    /// Schemes that are written where they are required: from AsyncAPI 3 on that is how an operation asks for scopes, so
    /// the component that such a one repeats is in use all the same.
    repeated: HashSet<String>,
}

impl<'a> Check<'a> for UnusedScheme<'a> {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        let format = cx.api.spec.format;
        // Schemes can be deprecated from OpenAPI 3.2 on.
        let leaving = format == Format::OpenApi32 && scheme.target.is_true("deprecated");
        let internal = scheme.node.is_true("x-internal") || scheme.target.is_true("x-internal");
        let ignored = self.options.ignore.iter().any(|name| name == scheme.name);
        if scheme.in_use || scheme.inline || cx.api.operations.is_empty() || leaving || internal || ignored {
            return;
        }
        let spared = self.spared.get_or_insert_with(|| Spared::of(cx));
        if spared.holds(scheme) {
            return;
        }
        let (title, weakness) = (scheme_title(scheme), weakness(scheme));
        let message = match (weakness, is_at_root(cx.api, scheme.id)) {
            (_, true) => format!("{title} is required at the root only, and every operation replaces that requirement"),
            (Some(weakness), _) => format!("{title} is never required, and it is weak: {weakness}"),
            (None, _) => format!("{title} is never required"),
        };
        let help = "require it where it is meant to protect something, else delete it: what stands here is used one day \
                    without another look";
        let finding = cx.finding(scheme.node, message).at_key(scheme.node).help(help);
        let at_root = is_at_root(cx.api, scheme.id);
        let finding = finding.fixed_by((!at_root).then(|| Fix::new("delete it").remove(scheme.node)));
        cx.report(if weakness.is_some() { finding.raised_to(Level::Warning) } else { finding });
    }
}

impl<'a> Spared<'a> {
    fn of(cx: &Cx<'_, 'a>) -> Self {
        let inbound = cx.api.requirements.iter().filter(|list| list.origin == Origin::Inbound);
        let members = inbound.flat_map(|list| list.alternatives.iter()).flat_map(|alternative| &alternative.members);
        let inline = cx.api.schemes.iter().filter(|scheme| scheme.inline).take(MOST_INLINE);
        let repeated = inline.filter_map(|scheme| essence(scheme.target)).collect();
        Self { inbound: with_definitions(cx.api, members), meant: perhaps_meant(cx), repeated }
    }

    fn holds(&self, scheme: &Scheme<'a>) -> bool {
        let repeats = || essence(scheme.target).is_some_and(|essence| self.repeated.contains(&essence));
        self.inbound.contains(&scheme.id) || self.meant.contains(scheme.name) || !self.repeated.is_empty() && repeats()
    }
}

/// The schemes that members name, and those that they lead to.
fn with_definitions<'r>(api: &Api<'_>, members: impl Iterator<Item = &'r Member<'r>>) -> HashSet<SchemeId> {
    members.filter_map(|member| member.scheme).flat_map(|id| [id, api.scheme(id).definition]).collect()
}

fn is_at_root(api: &Api<'_>, scheme: SchemeId) -> bool {
    let alternatives = api.root_security.iter().flat_map(|list| list.alternatives.iter());
    alternatives.flat_map(|alternative| &alternative.members).any(|member| member.scheme == Some(scheme))
}

/// Why a later use of the scheme should not pass review.
fn weakness(scheme: &Scheme<'_>) -> Option<&'static str> {
    let offers = |kind| scheme.flows.iter().any(|flow| flow.kind == kind);
    match scheme.http_scheme.as_deref() {
        Some("basic") => Some("it is HTTP Basic"),
        _ if offers(FlowKind::Implicit) => Some("it offers the OAuth 2 implicit flow"),
        _ if offers(FlowKind::Password) => Some("it offers the OAuth 2 password flow"),
        _ if scheme.location == Some(KeyLocation::Query) => Some("its key travels in the URL query"),
        _ => None,
    }
}
